"""Rows made of items, and a stored row merged with what a later view shows. Pure.

A view may know less than an earlier one (robot, archiver, text): what it does not tell never overwrites what is known.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from crawler.items import Post, Speech, Thread
from pipelines.dataset.records import Row
from pipelines.dataset.schema import SCHEMAS

# the columns that say what the text is as a document: they are read together and change together
DOCUMENT = (
    *(
        "title",
        "kind",
        "speakers",
        "authors",
        "occasion",
        "venue",
        "speech_date",
        "speech_date_raw",
        "speech_date_precision",
    ),
    *("year_inferred", "is_excerpt", "title_by_editor", "editor", "source", "headings", "evidence"),
)
_WORDS = ("text", "quotes", "text_hash", *DOCUMENT)

# differ from fetch to fetch without anybody having changed anything (redrawn noise, address tokens, relative times),
# or say when and by whom the row was written
_LOOSE_POST = {"removed", "url", "posted_at_raw", "first_seen_at", "changed_at", "run_id", "extractor"}
_LOOSE_THREAD = {"views", "checked_at", "url", "title_raw", "first_seen_at", "changed_at", "run_id"}
_POST_COLUMNS = tuple(name for name in SCHEMAS["posts"].names if name not in _LOOSE_POST)
_THREAD_COLUMNS = tuple(name for name in SCHEMAS["threads"].names if name not in _LOOSE_THREAD)

# a post so flagged shows less than its author wrote, or nothing
_WITHHELD = {"hidden", "locked", "banned", "paid", "password", "author_only", "truncated", "pending"}

_SURROGATES = re.compile("[\ud800-\udfff]")
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def same_post(old: Row, new: Row) -> bool:
    return all(old[name] == new[name] for name in _POST_COLUMNS)


def same_thread(old: Row, new: Row) -> bool:
    return all(old[name] == new[name] for name in _THREAD_COLUMNS)


def post_row(post: Post, fetched_at: datetime, run_id: str, extractor: str) -> Row:
    """The row of a post that nothing is known of yet."""
    row: Row = {
        "forum": post.forum,
        "thread_id": post.thread_id,
        "post_id": post.post_id,
        "position": _bounded(post.position, 31),
        "is_first": post.is_first or post.position == 1,
        "author": clean(post.author),
        "author_id": _bounded(post.author_id, 63),
        "posted_at": post.posted_at,
        "posted_at_raw": clean(post.posted_at_raw),
        "edited_at": post.edited_at,
        "edited_by": clean(post.edited_by),
        "text": clean(post.text),
        "quotes": [
            {"post_id": _bounded(q.post_id, 63), "author": clean(q.author), "text": clean(q.text)} for q in post.quotes
        ],
        "attachments": [{"kind": clean(a.kind), "name": clean(a.name), "url": clean(a.url)} for a in post.attachments],
        "comments": [
            {"author": clean(c.author), "text": clean(c.text), "posted_at": c.posted_at} for c in post.comments
        ],
        "flags": [clean(flag) for flag in post.flags],
        "removed": [{"rule": clean(r.rule), "text": clean(r.text)} for r in post.removed],
        "text_hash": post.text_hash,
        "url": clean(post.url),
        "first_seen_at": fetched_at,
        "changed_at": fetched_at,
        "deleted_at": None,
        "run_id": run_id,
        "extractor": extractor,
    }
    return row | _document(post)


def _document(post: Post) -> Row:
    return {
        "title": clean(post.title),
        "kind": clean(post.kind),
        "speakers": [{"name": clean(s.name), "role": clean(s.role), "org": clean(s.org)} for s in post.speakers],
        "authors": [clean(author) for author in post.authors],
        "occasion": clean(post.occasion),
        "venue": clean(post.venue),
        "speech_date": post.speech_date,
        "speech_date_raw": clean(post.speech_date_raw),
        "speech_date_precision": post.speech_date_precision,
        "year_inferred": post.year_inferred,
        "is_excerpt": post.is_excerpt,
        "title_by_editor": post.title_by_editor,
        "editor": clean(post.editor),
        "source": clean(post.source),
        "headings": [{"level": _bounded(h.level, 7), "text": clean(h.text), "start": h.start} for h in post.headings],
        "evidence": [
            {"field": e.field, "where": e.where, "start": e.start, "end": e.end, "rule": clean(e.rule)}
            for e in post.evidence
        ],
    }


def speech_rows(post: Row, turns: Iterable[Speech], board: str | None) -> list[Row]:
    """The rows of ``speeches`` that belong to a row of ``posts``."""
    shared = speech_context(post, board)
    return [
        shared
        | {
            "turn": turn.turn,
            "speaker": clean(turn.speaker),
            "role": clean(turn.role),
            "org": clean(turn.org),
            "label": clean(turn.label),
            "text": clean(turn.text),
            "start": turn.start,
            "end": turn.end,
        }
        for turn in turns
    ]


def speech_context(post: Row, board: str | None) -> Row:
    """What a row of ``speeches`` repeats of its post and thread."""
    own = {name: post[name] for name in SCHEMAS["speeches"].names if name in post and name != "text"}
    return own | {"board": board}


def merge_post(old: Row, new: Row) -> tuple[Row, bool]:
    """``new`` with all that only ``old`` knows, and whether the words (and so the speeches) are those of ``new``.

    ``old`` is returned itself if nothing but redrawn noise, address tokens and relative times differs.
    """
    row = dict(new)
    stays = row["thread_id"] == old["thread_id"]
    for name in ("author", "author_id", "edited_by", "posted_at", "edited_at", *(("position",) if stays else ())):
        row[name] = old[name] if new[name] is None else new[name]
    for name in ("posted_at", "edited_at"):
        row[name] = finer(old[name], row[name])
    if row["posted_at"] != new["posted_at"]:
        row["posted_at_raw"] = old["posted_at_raw"]
    row["url"] = new["url"] or old["url"]
    row["first_seen_at"] = min(old["first_seen_at"], new["first_seen_at"])
    row["is_first"] = new["is_first"] or (stays and old["is_first"])
    _keep_extras(row, old)
    blind = any(new[name] is None and old[name] is not None for name in ("title", "posted_at"))
    taken = not _keep_words(row, old, blind=blind)
    return (old, taken) if same_post(old, row) else (row, taken)


def _keep_extras(row: Row, old: Row) -> None:
    """Attachments and comments that this view does not show, and what it does not tell of those that it shows."""
    unedited = row["edited_at"] == old["edited_at"] and row["text"] == old["text"]
    for name in ("attachments", "comments"):
        if unedited and not row[name]:
            row[name] = old[name]
    if [(a["kind"], a["name"]) for a in row["attachments"]] == [(a["kind"], a["name"]) for a in old["attachments"]]:
        row["attachments"] = old["attachments"]  # only address tokens can differ
    _fill(row, old, "comments", ("author", "text"))
    _fill(row, old, "quotes", ("text",))


def _fill(row: Row, old: Row, name: str, same: tuple[str, ...]) -> None:
    """Fills nulls in a list of records from the stored record with the same words."""
    if row[name] and row[name] != old[name]:
        known = {tuple(record[key] for key in same): record for record in old[name] or []}
        row[name] = [_filled(record, known.get(tuple(record[key] for key in same), {})) for record in row[name]]


def _filled(record: Row, known: Row) -> Row:
    return {key: known.get(key) if value is None else value for key, value in record.items()}


def _keep_words(row: Row, old: Row, *, blind: bool) -> bool:
    """Puts the stored words or the stored reading of them back where the new view only shows less; tells whether it did.

    Less is: words withheld or cut that were seen before; or the same words read by the same code, but ``blind``: without
    the title or the time that the stored reading had to go on.
    """
    flags = set(row["flags"])
    cut = "truncated" in flags and "truncated" not in (old["flags"] or ())
    if old["text"] and flags & _WITHHELD and (cut or not row["text"]):
        row.update({name: old[name] for name in _WORDS})
        if cut:
            row["flags"] = old["flags"]
        return True
    if blind and row["text_hash"] == old["text_hash"] and row["extractor"] == old["extractor"]:
        row.update({name: old[name] for name in DOCUMENT})
        return True
    return False


def thread_row(thread: Thread, fetched_at: datetime, run_id: str) -> Row:
    """The row of a thread that nothing is known of yet; ``posts_seen`` and ``content_hash`` are left to the caller."""
    row: Row = {name: getattr(thread, name) for name in SCHEMAS["threads"].names if hasattr(thread, name)}
    row.update({name: clean(value) for name, value in row.items() if isinstance(value, str)})
    row.update({name: _bounded(row[name], 31) for name in ("replies", "views", "pages")})
    row.update({name: _bounded(row[name], 63) for name in ("board_id", "author_id")})
    row["tags"] = None if thread.tags is None else [clean(tag) for tag in thread.tags]
    times = {"first_seen_at": fetched_at, "checked_at": fetched_at, "changed_at": fetched_at}
    return row | times | {"run_id": run_id, "posts_seen": 0, "content_hash": None}


def merge_thread(old: Row, new: Row) -> Row:
    """``new`` with all that only ``old`` knows; the status is that of the later view."""
    row = {name: old[name] if value is None or value == "" else value for name, value in new.items()}
    row["created_at"] = _dawn(old["created_at"], row["created_at"])
    row["last_post_at"] = finer(old["last_post_at"], row["last_post_at"])
    row["first_seen_at"] = min(old["first_seen_at"], new["first_seen_at"])
    return row


def content_hash(thread: Row, posts: Iterable[Row]) -> str:
    """32 hex digits over title, status and the ids and words of the live posts in their order."""
    live = [post for post in posts if post["deleted_at"] is None]
    live.sort(key=lambda post: (post["position"] is None, post["position"], post["post_id"]))
    parts = [thread["title"], thread["status"], *(f"{post['post_id']} {post['text_hash']}" for post in live)]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


def finer(old: datetime | None, new: datetime | None) -> datetime | None:
    """``new``, unless it is only ``old`` without its seconds: some pages print minutes where others print seconds."""
    if old and new and not new.second and timedelta() <= old - new < _MINUTE:
        return old
    return new


def _dawn(old: datetime | None, new: datetime | None) -> datetime | None:
    """As ``finer``, for the day alone: listings print a thread's day where its page prints the time."""
    midnight = new and not new.second and new.minute % 15 == 0
    return old if old and new and midnight and timedelta() <= old - new < _DAY else finer(old, new)


def clean(text: Any) -> Any:
    """The string with lone surrogates, which no file can hold, as U+FFFD: one for one, so that offsets stay right."""
    if text is None:
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text


def _bounded(number: int | None, bits: int) -> int | None:
    """The number; ``None`` if it is one that no forum gives and no column holds."""
    return number if number is not None and -(1 << bits) <= number < 1 << bits else None
