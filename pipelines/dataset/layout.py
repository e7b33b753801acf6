"""Where things lie in a corpus. Paths are relative to it, with ``/``.

``TABLE/<slug>-<range>.parquet``, and beside the tables, all beginning with ``_`` so that no reader takes them for rows:
``_staging/<slug>/<generation>/`` (files not yet published), ``_journal-<slug>.json`` (a commit under way), ``_manifest-<slug>.json``
(what was published), ``_reprints/`` (what ``scrapy reprints`` saw of each post), ``_locks/<slug>.lock``, ``_damaged/<slug>/`` and ``_lost-<slug>.json`` (files set aside).
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

RANGE = 1024  # threads a file: about 10,000 posts or 5 MB of an ordinary forum
BUCKETS = 64  # files for threads without a number of their own, whose ids are hashes
THREADED = ("threads", "posts", "speeches")
REPRINTS = (
    "reprints:"  # stands for a forum where the table of all forums is locked and published; no host has this name
)
CARD = "card:"  # likewise, where what describes the corpus of all forums is written

_SPAN = re.compile(r"(\d{4,}|c\d\d)\.parquet")
_PLAIN = re.compile(r"[a-z0-9.-]+")
_LONGEST = 120


def slug(forum: str) -> str:
    """The forum's name as a piece of a file name or S3 key: ``[a-z0-9._-]``, no two forums the same, also regardless of case.

    >>> slug("bbs.example.cn:8080")
    'bbs.example.cn_3a8080'
    """
    made = "".join(char if _PLAIN.fullmatch(char) else _escaped(char) for char in forum)
    if not made[:1].isalnum():
        made = "x__" + made  # a name that begins with . or _ is hidden from readers; __ never comes from an escape
    if len(made) > _LONGEST:
        made = made[:80] + "__" + hashlib.sha256(forum.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return made


def _escaped(char: str) -> str:
    return "".join(f"_{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))


def thread_range(thread_id: int) -> str:
    """Name of the file range that holds the thread: ``000012`` for numbers, ``c07`` for hashes (negative ids)."""
    return f"{thread_id // RANGE:06d}" if thread_id >= 0 else f"c{-thread_id % BUCKETS:02d}"


def table_file(table: str, forum: str, span: str) -> str:
    return f"{table}/{slug(forum)}-{span}.parquet"


def boards_file(forum: str) -> str:
    return f"boards/{slug(forum)}.parquet"


def runs_file(forum: str, started_at: datetime) -> str:
    """One file a forum and year, so that years of scheduled runs do not make each run's row dearer."""
    return f"runs/{slug(forum)}-{started_at.year:04d}.parquet"


def span_of(path: str, forum: str) -> str | None:
    """The range in a table file's name; ``None`` if the file is not one of the forum's.

    >>> span_of("posts/bbs.example.cn-000012.parquet", "bbs.example.cn")
    '000012'
    """
    stem, _, span = path.rpartition("/")[2].rpartition("-")
    found = _SPAN.fullmatch(span)
    return found[1] if found and stem == slug(forum) else None


def staging(forum: str, generation: int | None = None) -> str:
    """Where the files of the commit that makes this generation wait; without it, those of all commits of the forum."""
    return f"_staging/{slug(forum)}" + ("" if generation is None else f"/{generation}")


def journal_file(forum: str) -> str:
    return f"_journal-{slug(forum)}.json"


def manifest_file(forum: str) -> str:
    return f"_manifest-{slug(forum)}.json"


def lock_file(forum: str) -> str:
    return f"_locks/{slug(forum)}.lock"


def lost_file(forum: str) -> str:
    return f"_lost-{slug(forum)}.json"


def damaged_folder(forum: str) -> str:
    return f"_damaged/{slug(forum)}"
