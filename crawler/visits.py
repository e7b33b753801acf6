"""A visit to a thread, page by page, without fetching: what one answer adds, and what to ask for next. Pure.

The forum spider asks for the pages; ``reextract`` takes them from the archive. Both get the same ``Capture``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from crawler.items import (
    BANNED,
    BOARD,
    BUSY,
    CHALLENGE,
    CLOSED,
    INDEX,
    REDIRECT,
    THREAD,
    Capture,
    Extract,
    Post,
    Thread,
)
from crawler.merge import GONE, join_pages, listed, merge_thread
from crawler.pages.engine import Engine, default_engine, parse_address
from crawler.refresh import Known, Visit, plan_visit
from crawler.walks import Walk

_ASKED_AGAIN = (BUSY, CHALLENGE, BANNED, CLOSED)
_TRIED_AGAIN = frozenset([408, 429, 500, 502, 503, 504, 522, 524])  # Scrapy's RETRY_HTTP_CODES


class Progress(NamedTuple):
    """A visit that waits for one page of its thread."""

    visit: Visit
    page: int
    """The page asked for."""
    posts: tuple[Post, ...] = ()
    url: str = ""
    """Its address; empty: the thread's own at that page."""

    def asks(self, engine: Engine) -> str:
        return self.url or engine.page_url(self.visit.thread.url, self.page)


def begin(visit: Visit) -> Progress:
    return Progress(visit, visit.first_page)


def advance(at: Progress, found: Extract, url: str, engine: Engine) -> Progress | Capture:
    """What follows from the answer (a thread page, fetched from ``url``) that ``at`` waited for."""
    if found.page != at.page and at.page > 1 and not at.posts:  # shorter than it was: the last page came instead
        return begin(Visit(at.visit.thread, 1, "shrunk"))
    in_parts = any("truncated" in post.flags and post.is_first for post in found.posts)
    if in_parts and (whole := engine.whole_post(url, found.threads[0].thread_id, at.page)):
        return at._replace(url=whole)
    thread = merge_thread(at.visit.thread, found.threads[0])
    thread = replace(thread, url=at.visit.thread.url)  # the form of address that the site links
    visit = replace(at.visit, thread=thread)
    posts = join_pages(at.posts, found.posts)
    if found.page == at.page and at.page < (found.pages or 1) and not repeats(at, found):
        return Progress(visit, at.page + 1, posts)
    complete = visit.whole and found.page == at.page and not repeats(at, found)
    return Capture(visit.thread, posts, found.fetched_at, complete=complete)


def repeats(at: Progress, found: Extract) -> bool:
    """Whether a page of a thread brings no post that the pages before it had not: its page numbers may never end."""
    return bool(at.posts) and {post.post_id for post in found.posts} <= {post.post_id for post in at.posts}


def gone(visit: Visit, found: Extract) -> Capture:
    """A listed thread that is gone or closed to guests is news too, and is kept as such."""
    return Capture(replace(visit.thread, status=GONE[found.kind]), (), found.fetched_at, complete=True)


def gone_thread(found: Extract) -> int | None:
    """The number of the thread that a page without posts says is gone or closed to guests."""
    address = parse_address(found.url) if found.kind in GONE else None
    return address.id if address is not None and address.kind == THREAD and isinstance(address.id, int) else None


class Retrace:
    """One run of the forum spider again, from its answers in the order they came.

    ``known``: the corpus as it was when the run began. Answers that the spider asked for again (busy, challenge) or
    could not use are passed over, as it did; a thread whose last page is missing gives nothing.
    """

    def __init__(self, forum: str, known: Mapping[int, Known]) -> None:
        self.forum = forum
        self.known = known
        self.walks: dict[int, Walk] = {}
        self.open: dict[int, Progress] = {}  # by the number in the thread's address
        self.visited: set[int] = set()
        self.aside: dict[int, Thread] = {}  # rows that lead to other boards' threads
        self.redirected: int | None = None
        self.begun = False
        self.engine = default_engine()

    def read(self, found: Extract | None, url: str, status: int, engine: Engine) -> Iterator[Capture]:
        """The captures that this answer completes; ``found`` None: it was no page that could be read.

        ``engine``: whose page it is; the run's is that of its first page with content.
        """
        self.engine = self.engine if self.begun else engine
        address = self.engine.parse_address(url)
        number = address.id if address is not None and address.kind == THREAD and isinstance(address.id, int) else None
        number, self.redirected = self.redirected or number, None
        if 300 <= status < 400 or (found is not None and found.kind == REDIRECT):
            self.redirected = number
        elif found is None:
            if status not in _TRIED_AGAIN:
                self.open.pop(number or 0, None)
        elif status not in _TRIED_AGAIN and found.kind not in _ASKED_AGAIN:
            yield from self.content(found, url, number)

    def content(self, found: Extract, url: str, number: int | None) -> Iterator[Capture]:
        first = not self.begun
        self.begun |= found.kind in (INDEX, BOARD, THREAD)
        if found.kind == BOARD and found.boards:
            self.plan(found, url)
        elif found.kind == THREAD or (found.kind in GONE and number is not None):
            yield from self.advance(found, url, found.threads[0].thread_id if number is None else number, first)
        elif number is not None:
            self.open.pop(number, None)

    def plan(self, found: Extract, url: str) -> None:
        walk = self.walks.setdefault(found.boards[0].board_id, Walk(found.boards[0]))
        listing = self.engine.page_url(url, 1)
        walk.slicing = walk.slicing or self.is_slice(walk, listing)
        if walk.wants_order(listing, url, found.threads):
            return
        asked = self.engine.parse_address(url)
        if (asked is not None and asked.page != found.page) or not walk.is_new(listing, found.page):
            return
        for row in found.threads:
            if row.status == "moved":
                self.aside.setdefault(row.thread_id, row)
            elif row.thread_id not in self.visited:
                visit = plan_visit(row, self.known.get(row.thread_id))
                if visit is not None:
                    self.begin(visit)

    def is_slice(self, walk: Walk, listing: str) -> bool:
        """The run came to another listing than the board's own and that by last post: the board was cut."""
        return bool(walk.plain) and listing not in (
            walk.plain,
            self.engine.page_url(self.engine.latest_first(walk.plain, walk.board.board_id), 1),
        )

    def begin(self, visit: Visit) -> int:
        """The number under which the visit is open: that of the address from which its next pages come."""
        address = self.engine.parse_address(visit.thread.url)
        number = address.id if address is not None and isinstance(address.id, int) else visit.thread.thread_id
        self.visited.update((visit.thread.thread_id, number))
        self.open[number] = begin(visit)
        return number

    def advance(self, found: Extract, url: str, number: int, first: bool) -> Iterator[Capture]:
        if number not in self.open:
            unlisted = self.unlisted(found, number)
            if unlisted is None or (first and found.page > 1):
                return  # seen already in this run; or the entry, asked for from its first page on
            self.visited.add(number)
            number = unlisted
        at = self.open[number]
        step = gone(at.visit, found) if found.kind in GONE else advance(at, found, url, self.engine)
        if isinstance(step, Capture):
            del self.open[number]
            yield step
        else:
            self.open[number] = step

    def unlisted(self, found: Extract, number: int) -> int | None:
        """A thread that no listing called for: re-checked, or the address that the run was given."""
        if number in self.visited:
            return None
        known = self.known.get(number)
        if known is not None:
            return self.begin(Visit(Thread(self.forum, known.thread_id, url=known.url), 1, "recheck"))
        if number in self.aside:
            return self.begin(Visit(listed(self.aside[number]), 1, "new"))
        return self.begin(Visit(found.threads[0], 1, "new")) if found.threads else None
