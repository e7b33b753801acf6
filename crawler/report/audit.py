"""The noise audit: chosen posts with what was taken out of them in place and where each fact was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.archive import Archive
from crawler.items import Removed
from crawler.report.archived import ArchivedPosts, Row
from crawler.report.figures import AuditPost
from crawler.report.pieces import marked, shortened
from crawler.report.trace import Traced, trace
from pipelines.dataset import scan

NO_ARCHIVE = "No archive is at hand: what was taken out is listed below the text"
NOT_ARCHIVED = "Its page is not in the archive: what was taken out is listed below the text"
OTHER_VERSION = "The archived page shows another version of the post: what was taken out is listed below the text"
PRIVATE = "Its text was changed to protect persons: what was taken out is listed below the text"
_COLUMNS = [
    *("forum", "thread_id", "post_id", "position", "url", "author", "posted_at", "title", "text", "removed"),
    *("kind", "speakers", "authors", "occasion", "venue", "speech_date", "speech_date_raw", "editor", "source"),
    *("evidence", "extractor"),
]


def audit(root: str, chosen: dict[tuple[str, int], str], archive: Archive | None) -> list[AuditPost]:
    """The chosen posts, (file, post) → why, in that order; ``archive``: where their pages are, if anywhere."""
    rows: dict[tuple[str, int], Row] = {}
    for file in scan(root, "posts"):
        ids = [post for path, post in chosen if path == file.path]
        if ids:
            rows |= {(file.path, row["post_id"]): row for row in file.rows("post_id", ids, _COLUMNS)}
    wanted = {(row["forum"], row["post_id"]) for row in rows.values()}
    pages = None if archive is None else ArchivedPosts(archive, wanted)
    return [_shown(rows[key], why, pages) for key, why in chosen.items() if key in rows]


def _shown(row: Row, why: str, pages: ArchivedPosts | None) -> AuditPost:
    removed = tuple(Removed(entry["rule"], entry["text"] or "") for entry in row["removed"] or [])
    note, traced = "", None
    if removed:
        note, traced = _traced(row, removed, pages)
    body = marked(row["text"], _evidence(row, "text"), traced.gone if traced else ())
    rest = traced.rest if traced else removed
    return AuditPost(
        forum=row["forum"],
        thread_id=row["thread_id"],
        post_id=row["post_id"],
        url=row["url"],
        author=row["author"] or "",
        posted_at=row["posted_at"],
        why=why,
        title=tuple(shortened(marked(row["title"] or "", _evidence(row, "title"), ()))),
        body=tuple(shortened(body)),
        facts=tuple(_facts(row)),
        aside=tuple((rule, count, text) for (rule, text), count in Counter(rest).items()),
        removed=tuple(sorted(Counter(entry.rule for entry in removed).items())),
        note=note,
    )


def _evidence(row: Row, where: str) -> list[tuple[str, int, int, str]]:
    return [(e["field"], e["start"], e["end"], e["rule"]) for e in row["evidence"] or [] if e["where"] == where]


def _facts(row: Row) -> Iterator[tuple[str, str, str]]:
    """What was read of the post as a document, for people."""
    for speaker in row["speakers"] or []:
        about = " ".join(filter(None, (speaker["org"], speaker["role"])))
        yield "speaker", f"{speaker['name'] or '—'}{f' ({about})' if about else ''}", "speaker"
    dates = (row["speech_date"] and row["speech_date"].isoformat(), row["speech_date_raw"])
    told = {
        "author": "、".join(row["authors"] or []),
        "date": " ← ".join(filter(None, dates)),
        "occasion": row["occasion"],
        "venue": row["venue"],
        "kind": row["kind"],
        "source": row["source"],
        "editor": row["editor"],
    }
    hues = {"author": "speaker", "date": "date", "occasion": "occasion", "venue": "occasion"}
    for name, value in told.items():
        if value:
            yield name, value, hues.get(name, "fact")


def _traced(row: Row, removed: Sequence[Removed], pages: ArchivedPosts | None) -> tuple[str, Traced | None]:
    """Where the removed stretches stood, by the archived version that shows most of them; or why that cannot be said."""
    if pages is None:
        return NO_ARCHIVE, None
    best: Traced | None = None
    seen = False
    for post in pages.versions(row):
        seen = True
        traced = trace(post.body, row["text"], removed)
        if traced is not None and (best is None or len(traced.gone) > len(best.gone)):
            best = traced
            if not any(entry.text for entry in best.rest):
                break
    if best is not None:
        return "", best
    if not seen:
        return NOT_ARCHIVED, None
    return (PRIVATE if "+" in row["extractor"] else OTHER_VERSION), None
