"""What to fetch again. Pure: (listing row, known thread) to pages; known threads and a budget to re-checks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

from crawler.items import Thread


class Known(Protocol):
    """What the corpus holds of a thread."""

    @property
    def thread_id(self) -> int: ...
    @property
    def last_post_at(self) -> datetime | None: ...
    @property
    def replies(self) -> int | None: ...
    @property
    def pages(self) -> int | None: ...
    @property
    def status(self) -> str: ...
    @property
    def changed_at(self) -> datetime | None: ...
    @property
    def board_id(self) -> int | None: ...
    @property
    def url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Visit:
    """A thread to fetch, from which of its pages on, and why."""

    thread: Thread
    first_page: int
    why: str  # new grown shrunk bumped back recheck

    @property
    def whole(self) -> bool:
        return self.first_page == 1


def plan_visit(row: Thread, known: Known | None) -> Visit | None:
    """The visit that a listing row calls for; ``None`` when the corpus has what the row promises.

    Times are compared by the minute, which is all that a listing prints (discuz.md 2.4). Counts only tell growth
    or loss: they include comments from X3.1 on and hidden posts always (discuz.md 2.10, 6).
    """
    if known is None:
        return Visit(row, 1, "new")
    if row.status == "live" and known.status == "deleted":
        return Visit(row, 1, "back")
    if row.replies is not None and known.replies is not None and row.replies < known.replies:
        return Visit(row, 1, "shrunk")
    if row.replies is not None and known.replies is not None and row.replies > known.replies:
        return Visit(row, known.pages or 1, "grown")
    if _minute(row.last_post_at) != _minute(known.last_post_at) and row.last_post_at is not None:
        return Visit(row, known.pages or 1, "bumped")
    return None


def _minute(moment: datetime | None) -> datetime | None:
    return moment.replace(second=0, microsecond=0) if moment else None


def is_ordered(rows: Iterable[Thread]) -> bool:
    """Whether the ordinary rows of a listing page stand by last post, newest first, as planning needs it."""
    times = [row.last_post_at for row in rows if not row.is_sticky and row.status == "live" and row.last_post_at]
    return all(earlier >= later for earlier, later in pairwise(times))


def goes_on(rows: Iterable[Thread], complete_through: datetime | None) -> bool:
    """Whether older rows on the next listing page can hold news.

    They cannot once a page shows no news and reaches back to the time up to which the whole board is captured.
    """
    ordinary = [row for row in rows if not row.is_sticky]
    if not ordinary or complete_through is None:
        return True
    oldest = min((row.last_post_at for row in ordinary if row.last_post_at), default=None)
    if oldest is None:
        return True
    return oldest > complete_through


def recheck_interval(last_post_at: datetime | None, changed_at: datetime | None, now: datetime) -> timedelta:
    """How long after one look at a quiet thread the next is due: a fifth of its age, a day to a year.

    Authors edit young posts; moderators clean up what has just been noticed. So a thread in which a change was
    seen lately counts as young again.
    """
    moments = [moment for moment in (last_post_at, changed_at) if moment is not None]
    age = now - max(moments) if moments else timedelta(days=365)
    return min(max(age / 5, timedelta(days=1)), timedelta(days=365))


def choose_rechecks(
    known: Iterable[Known], *, since: datetime | None, now: datetime, budget: int, skip: frozenset[int] = frozenset()
) -> list[Known]:
    """Threads whose re-check fell due between the last run (``since``) and ``now``, most pressing first.

    Each thread has instants of its own, one an interval, shifted by its number, so that equal threads do not fall
    due together and no state has to be kept between runs.
    """
    due: list[tuple[timedelta, int, Known]] = []
    for thread in known if budget > 0 else ():
        if thread.thread_id <= 0 or thread.thread_id in skip or thread.status not in ("live", "deleted"):
            continue
        interval = recheck_interval(thread.last_post_at, thread.changed_at, now)
        if since is None or _instants(now, interval, thread.thread_id) > _instants(since, interval, thread.thread_id):
            due.append((interval, thread.thread_id, thread))
    due.sort(key=lambda entry: entry[:2])
    return [thread for _, _, thread in due[:budget]]


def _instants(moment: datetime, interval: timedelta, thread_id: int) -> int:
    shift = (
        int.from_bytes(hashlib.blake2b(thread_id.to_bytes(8, "big", signed=True), digest_size=4).digest(), "big")
        / 2**32
    )
    return int(moment.timestamp() / interval.total_seconds() + shift)
