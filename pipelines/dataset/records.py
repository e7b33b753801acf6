"""What goes into a corpus beside captures, and what a run wants to know of it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import pyarrow as pa

from pipelines.dataset.layout import thread_range


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What only the caller knows of a run; ``publish`` adds what it counts itself to the row of ``runs``."""

    run_id: str
    started_at: datetime
    command: str | None = None
    code_version: str = ""
    """Also ``posts.extractor`` of every row that this run writes."""
    ended_at: datetime | None = None
    exit_status: int | None = None
    reason: str | None = None
    requests: int = 0
    bytes: int = 0
    threads_listed: int = 0
    pages_fetched: int = 0
    noise_removed: int = 0
    errors: tuple[tuple[str, str], ...] = ()
    """(url, what) of everything listed that could not be fetched or read."""


@dataclass(frozen=True, slots=True)
class Published:
    """What one or (added up) several calls of ``publish`` changed."""

    posts_new: int = 0
    posts_edited: int = 0
    """Rows that were there and have changed: edited, moved, seen again after a deletion, or read better."""
    posts_deleted: int = 0
    threads_changed: int = 0
    """Threads that are new or whose row or posts changed."""
    files_written: int = 0
    """Of all tables but ``runs``."""
    bytes_written: int = 0
    """Of all tables."""

    def __add__(self, other: Published) -> Published:
        return Published(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True)
class KnownThread:
    """A thread as it is in the corpus. ``checked_at`` is as of the row's last write."""

    thread_id: int
    board_id: int | None
    title: str
    status: str
    created_at: datetime | None
    last_post_at: datetime | None
    last_post_author: str | None
    replies: int | None
    pages: int | None
    posts_seen: int
    url: str
    content_hash: str
    first_seen_at: datetime
    checked_at: datetime
    changed_at: datetime


KNOWN_COLUMNS = [field.name for field in fields(KnownThread)]


class KnownThreads(Mapping[int, KnownThread]):
    """All threads of a forum by id, kept as Arrow columns (about 200 bytes a thread) and made into objects one by one.

    ``table`` has the same rows, sorted by ``thread_id``, for work by column.
    """

    def __init__(self, table: pa.Table) -> None:
        self.table = table.select(KNOWN_COLUMNS).sort_by("thread_id").combine_chunks()
        self._ids = array("q", self.table["thread_id"].to_pylist())

    def __getitem__(self, thread_id: int) -> KnownThread:
        at = bisect_left(self._ids, thread_id)
        if at == len(self._ids) or self._ids[at] != thread_id:
            raise KeyError(thread_id)
        return KnownThread(**self.table.slice(at, 1).to_pylist()[0])

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, thread_id: object) -> bool:
        if not isinstance(thread_id, int):
            return False
        at = bisect_left(self._ids, thread_id)
        return at < len(self._ids) and self._ids[at] == thread_id

    def rows(self) -> Iterator[KnownThread]:
        """All of them by id; much faster than looking up one by one."""
        for batch in self.table.to_batches(max_chunksize=1024):
            for row in batch.to_pylist():
                yield KnownThread(**row)


@dataclass(frozen=True, slots=True)
class KnownBoard:
    """A board as it is in the corpus."""

    board_id: int
    name: str | None
    url: str | None
    threads_listed: int | None
    complete_through: datetime | None


@dataclass(frozen=True, slots=True)
class Lost:
    """A range of a forum's threads whose files were set aside: all their archived pages have to be read again."""

    forum: str
    span: str

    def __contains__(self, thread_id: int) -> bool:
        return thread_range(thread_id) == self.span


Row = dict[str, Any]
