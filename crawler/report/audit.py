"""The noise audit: chosen posts with what was taken out of them in place and where each fact was read."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from crawler.archive import Archive
from crawler.items import PageError, Post, Profile, RawPage, Removed
from crawler.pages import extract
from crawler.pages.engine import engine_of
from crawler.profiles import ProfileError, load_site, site_names
from crawler.report.figures import AuditPost
from crawler.report.pieces import marked, shortened
from crawler.report.trace import Traced, trace
from pipelines.dataset import scan

logger = logging.getLogger("tiezi")

VERSIONS = 5  # archived versions of a page that are tried, the newest first
NO_ARCHIVE = "No archive is at hand: what was taken out is listed below the text"
NOT_ARCHIVED = "Its page is not in the archive: what was taken out is listed below the text"
OTHER_VERSION = "The archived page shows another version of the post: what was taken out is listed below the text"
PRIVATE = "Its text was changed to protect persons: what was taken out is listed below the text"
_COLUMNS = [
    *("forum", "thread_id", "post_id", "position", "url", "author", "posted_at", "title", "text", "removed"),
    *("kind", "speakers", "authors", "occasion", "venue", "speech_date", "speech_date_raw", "editor", "source"),
    *("evidence", "extractor"),
]
Row = dict[str, Any]


def audit(root: str, chosen: dict[tuple[str, int], str], archive: Archive | None) -> list[AuditPost]:
    """The chosen posts, (file, post) → why, in that order; ``archive``: where their pages are, if anywhere."""
    rows: dict[tuple[str, int], Row] = {}
    for file in scan(root, "posts"):
        wanted = [post for path, post in chosen if path == file.path]
        if wanted:
            rows |= {(file.path, row["post_id"]): row for row in file.rows("post_id", wanted, _COLUMNS)}
    return [_shown(rows[key], why, archive) for key, why in chosen.items() if key in rows]


def _shown(row: Row, why: str, archive: Archive | None) -> AuditPost:
    removed = tuple(Removed(entry["rule"], entry["text"] or "") for entry in row["removed"] or [])
    note, traced = "", None
    if removed:
        note, traced = _traced(row, removed, archive)
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


# --- the archived page --------------------------------------------------------------------------------------------------


def _traced(row: Row, removed: Sequence[Removed], archive: Archive | None) -> tuple[str, Traced | None]:
    """Where the removed stretches stood, by the archived version that shows most of them; or why that cannot be said."""
    if archive is None:
        return NO_ARCHIVE, None
    best: Traced | None = None
    seen = False
    for post in _archived(archive, row):
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


def _archived(archive: Archive, row: Row) -> Iterator[Post]:
    """The post as archived pages show it, the newest first: on the page that its address names, or on a later one."""
    address = row["url"].partition("#")[0]
    profiles = list(_profiles(row["forum"]))
    shown, page_url = 0, None  # posts on the page that the address names, and how its engine names others
    for page in _versions(archive, row["forum"], address):
        found = [post for profile in profiles for post in _posts(page, profile)]
        own = [post for post in found if post.post_id == row["post_id"]]
        yield from own
        shown, page_url = 0 if own else max(shown, len({post.post_id for post in found})), engine_of(page).page_url
    if page_url and shown and (row["position"] or 0) > shown:
        number = (row["position"] - 1) // shown + 1
        for near in (number, number - 1, number + 1):  # floors are missing, or the first page shows more posts
            for page in _versions(archive, row["forum"], page_url(address, near)):
                found = [post for profile in profiles for post in _posts(page, profile)]
                yield from (post for post in found if post.post_id == row["post_id"])


def _versions(archive: Archive, forum: str, url: str) -> Iterator[RawPage]:
    """The archived versions of a page, the newest first."""
    at = None
    for _ in range(VERSIONS):
        try:
            page = archive.find(url, at, forum=forum)
        except (OSError, ValueError, KeyError) as error:
            logger.warning("%s: cannot be read from the archive: %s", url, error)
            return
        if page is None:
            return
        yield page
        at = page.fetched_at - timedelta(microseconds=1)


def _posts(page: RawPage, profile: Profile) -> tuple[Post, ...]:
    try:
        return extract(page, profile).posts
    except PageError as error:
        logger.warning("%s", error)
        return ()


def _profiles(forum: str) -> Iterator[Profile]:
    """None, and each that the forum has: nothing tells which a run was given."""
    yield Profile(forum=forum)
    for name in site_names():
        try:
            site = load_site(name)
        except ProfileError:
            continue  # the crawl that needs it says so
        if forum in (site.profile.forum, urlsplit(site.url or "").netloc.lower()):
            yield site.profile
