"""A walk through a board's listing without fetching: where it stands, where it was cut, what it has not reached. Pure.

A board's listing is read newest first. A forum serves so many pages of a listing at most (discuz.md 3.2: 1,000); a
deeper board is read on by its other listings (by type, by other orders) until every thread was seen or none is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from crawler.items import Board, Extract, Thread
from crawler.refresh import goes_on, is_ordered


@dataclass
class Walk:
    """A board whose listings are being read."""

    board: Board
    rows: int = 0
    newest: datetime | None = None
    waiting: set[int] = field(default_factory=set)
    """Threads that the listing called for and that are still on their way."""
    plain: str = ""
    """The first page of the listing that the forum links."""
    pages: set[tuple[str, int]] = field(default_factory=set)
    """What has been read: (first page of the listing, page)."""
    seen: set[int] = field(default_factory=set)
    """Threads that are known to be this board's."""
    out_of_order: str = ""
    """The page that showed that the plain listing does not stand by last post."""
    unordered: bool = False
    """Its rows do not stand by last post, whatever is asked for: only the listing's end is the end of the news."""
    count: int | None = None
    """Threads of this board alone, as the head of its listing says."""
    size: int = 0
    limit: int = 0
    """The page at which its listings are cut; 0: that was not met."""
    others: list[str] = field(default_factory=list)
    """Listings that are still to be read because the plain one was cut."""
    slicing: bool = False
    held: list[Thread] = field(default_factory=list)
    """Sticky rows that are older than every row read so far; see ``by_activity``."""
    reached_known: bool = False
    failed: bool = False

    @property
    def complete(self) -> bool:
        return self.reached_known and not self.failed and not self.waiting

    @property
    def through(self) -> datetime | None:
        """The time up to which all its threads are captured, if this run can tell; of a board out of order none can."""
        return self.newest if self.complete and not self.unordered else None

    @property
    def all_seen(self) -> bool:
        return self.count is not None and len(self.seen) >= self.count

    def wants_order(self, listing: str, page: str, rows: Iterable[Thread]) -> bool:
        """Whether the board has to be asked for its listing by last post (``page``: this one's address); once only."""
        self.plain = self.plain or listing
        if self.slicing or is_ordered(rows):
            return False
        if listing == self.plain and not self.out_of_order:
            self.out_of_order = page
            return True
        self.unordered = True
        return False

    def is_new(self, listing: str, page: int) -> bool:
        """Takes a page in; False: it was read before."""
        known = (listing, page) in self.pages
        self.pages.add((listing, page))
        return not known

    def take_in(self, found: Extract) -> None:
        """What the page says of the board itself."""
        board = found.boards[0]
        # sticky rows of other boards stand above the plain listing; any filter leaves those out (discuz.md 3.2)
        self.seen.update(row.thread_id for row in found.threads if self.slicing or not row.is_sticky)
        if self.slicing:
            return
        listed = self.board.threads_listed
        self.count = board.threads_listed if board.threads_listed is not None else self.count
        self.size = max(self.size, sum(not row.is_sticky for row in found.threads))
        self.board = replace(
            board, name=board.name or self.board.name, threads_listed=listed if listed is not None else self.count
        )

    def by_activity(self, rows: Iterable[Thread], *, last: bool) -> list[Thread]:
        """The page's rows newest first: sticky ones, which stand on top however old, wait for their place below."""
        rows = list(rows)
        stuck = sorted((*self.held, *(row for row in rows if row.is_sticky)), key=_activity)
        ordered = []
        for row in (row for row in rows if not row.is_sticky):
            while stuck and _activity(stuck[-1]) > _activity(row):
                ordered.append(stuck.pop())
            ordered.append(row)
        self.held = [] if last else stuck
        return ordered + (stuck[::-1] if last else [])

    def at_end(self, found: Extract, most: int) -> bool:
        """Whether the listing has no further page; ``most``: pages that the software serves."""
        return found.page >= min(found.pages or 1, most)

    def is_cut(self, found: Extract, most: int) -> bool:
        """Whether the listing's last page is not its end: the limit was met, or the head counts pages more of threads."""
        if found.page >= (self.limit or most):
            return True
        return not self.slicing and self.count is not None and self.count > (found.page + 1) * max(self.size, 1)

    def cut(self, page: int, others: Iterable[str]) -> None:
        """The listing was cut at ``page``: ``others`` may show what stands behind it."""
        self.limit = self.limit or page
        self.others.extend(others)

    def next_slice(self) -> str | None:
        """The next listing to be read; ``None``: all is seen, or there is no other."""
        if not self.others or self.all_seen:
            self.others.clear()
            return None
        self.slicing = True
        return self.others.pop(0)

    def has_news_below(self, found: Extract, through: datetime | None) -> bool:
        return self.unordered or self.slicing or goes_on(found.threads, through)

    @property
    def missing(self) -> str | None:
        """What no listing showed, with figures; ``None``: nothing is known to be missing."""
        if not self.limit or self.all_seen:
            return None
        if self.count is None:
            return f"its listings end at page {self.limit}; how many threads stand behind it is not told"
        return (
            f"{self.count - len(self.seen)} of its {self.count} threads stand behind page {self.limit} of every listing"
        )


def _activity(row: Thread) -> datetime:
    return row.last_post_at or datetime.min.replace(tzinfo=UTC)
