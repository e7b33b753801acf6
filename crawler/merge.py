"""Putting together what several pages say of one thread. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, replace

from crawler.items import BOARD, FORBIDDEN, MISSING, THREAD, Board, Capture, Extract, Post, Thread

GROUP = 2000  # pages
ROWS = 100_000  # rows of listings that wait for their threads
GONE = {MISSING: "deleted", FORBIDDEN: "forbidden"}
"""What a listed thread is that shows no posts, by the kind of its page."""


def merge_thread(older: Thread, newer: Thread) -> Thread:
    """``newer`` with what it does not tell (``None``, empty) filled from ``older``; a listing's times and counts stay."""
    filled = {
        item.name: getattr(older, item.name)
        for item in fields(Thread)
        if getattr(newer, item.name) in (None, "") and getattr(older, item.name) not in (None, "")
    }
    return replace(newer, **filled)


def listed(row: Thread) -> Thread:
    """What a listing's row says of its thread. A row left behind by a move has counts, times and marks of its own."""
    if row.status != "moved":
        return row
    return replace(
        row,
        status="live",
        last_post_at=None,
        last_post_author=None,
        replies=None,
        views=None,
        pages=None,
        is_sticky=None,
        is_closed=None,
    )


def join_pages(before: tuple[Post, ...], after: tuple[Post, ...]) -> tuple[Post, ...]:
    """Posts of consecutive pages, each once: a page that shifted between two fetches repeats some; the later stays.

    A post without floor takes that of its other appearance (a hot reply shown on top of the first page), or the next
    one after the post before it (a robot's last page); on a first page, where hot replies stand, nothing is counted.
    """
    merged = {post.post_id: post for post in before}
    last = before[-1].position if before else None
    for post in after:
        seen = merged.get(post.post_id)
        if post.position is None:
            position = seen.position if seen is not None else last + 1 if last is not None else None
            post = replace(post, position=position)
        last = post.position if before else None
        merged[post.post_id] = post
    return tuple(merged.values())


class Boards:
    """What pages say of a forum's boards, in whatever order they come: a board's own listing, and what links it."""

    def __init__(self) -> None:
        self.own: dict[int, Board] = {}
        self.linked: dict[int, Board] = {}

    def add(self, found: Extract) -> None:
        for number, board in enumerate(found.boards):
            rows = self.own if number == 0 and found.kind == BOARD else self.linked
            known = rows.get(board.board_id, board)
            listed = board.threads_listed if known.threads_listed is None else known.threads_listed
            name, url = board.name or known.name, board.url or known.url
            rows[board.board_id] = replace(board, name=name, url=url, threads_listed=listed)

    def known(self, only: Collection[int] | None = None) -> list[Board]:
        """All of them, or those of these numbers. A board's page tells its name best, the index how many threads it has."""
        found = []
        for number in sorted(self.own.keys() | self.linked.keys()):
            if only is not None and number not in only:
                continue
            own = self.own.get(number, self.linked.get(number, Board("", number)))
            linked = self.linked.get(number, own)
            listed = own.threads_listed if linked.threads_listed is None else linked.threads_listed
            found.append(replace(own, name=own.name or linked.name, url=own.url or linked.url, threads_listed=listed))
        return found


class Groups:
    """Saved pages on their way to threads: those of a forum are put together ``GROUP`` at a time.

    Listings among them tell of threads what their own pages do not (last post, marks); a page that says that a
    thread is gone tells of one that is known from an earlier page.
    """

    def __init__(self) -> None:
        self.waiting: dict[str, list[Extract]] = {}
        self.rows: dict[str, OrderedDict[int, Thread]] = {}
        self.known: dict[str, set[int]] = {}

    def knows(self, forum: str, thread_id: int) -> bool:
        return (
            thread_id in self.rows.get(forum, ())
            or thread_id in self.known.get(forum, ())
            or any(thread.thread_id == thread_id for found in self.waiting.get(forum, ()) for thread in found.threads)
        )

    def add(self, found: Extract, gone: int | None = None) -> Iterator[Capture]:
        """``gone``: the thread that a page without posts stands for, if it does."""
        rows = self.rows.setdefault(found.forum, OrderedDict())
        for row in found.threads if found.kind == BOARD else ():
            if row.thread_id not in rows or rows[row.thread_id].status == "moved":
                rows[row.thread_id] = row
            if len(rows) > ROWS:
                rows.popitem(last=False)
        if gone is not None and self.knows(found.forum, gone):
            yield from self.flush(found.forum)
            yield self.vanished(found, gone)
        if found.kind != THREAD:
            return
        group = self.waiting.setdefault(found.forum, [])
        group.append(found)
        if len(group) >= GROUP:
            yield from self.flush(found.forum)

    def vanished(self, found: Extract, number: int) -> Capture:
        row = self.rows[found.forum].pop(number, None)
        thread = listed(row) if row is not None else Thread(found.forum, number, url=found.url)
        return Capture(replace(thread, status=GONE[found.kind]), (), found.fetched_at, complete=True)

    def flush(self, forum: str) -> Iterator[Capture]:
        rows = self.rows.get(forum)
        for capture in assemble(self.waiting.pop(forum, [])):
            self.known.setdefault(forum, set()).add(capture.thread.thread_id)
            row = rows.pop(capture.thread.thread_id, None) if rows else None
            if row is None:
                yield capture
            else:  # the form of address that the site links
                thread = merge_thread(listed(row), capture.thread)
                yield replace(capture, thread=replace(thread, url=row.url))

    def rest(self) -> Iterator[Capture]:
        for forum in list(self.waiting):
            yield from self.flush(forum)


def assemble(pages: Iterable[Extract]) -> Iterator[Capture]:
    """Threads from thread pages in any order: pages are put together by time, and a page that comes again begins
    the next snapshot of its thread. Snapshots of a thread are given oldest first.
    """
    threads: dict[tuple[str, int], list[Extract]] = {}
    for found in pages:
        for part in _by_thread(found):
            threads.setdefault((part.forum, part.threads[0].thread_id), []).append(part)
    for seen in threads.values():
        snapshot: list[Extract] = []
        for found in sorted(seen, key=lambda page: (page.fetched_at, page.page)):
            if any(found.page == page.page for page in snapshot):
                yield _capture(snapshot)
                snapshot = []
            snapshot.append(found)
        yield _capture(snapshot)


def _by_thread(found: Extract) -> Iterator[Extract]:
    """A text capture may hold several threads."""
    for thread in found.threads:
        posts = tuple(post for post in found.posts if post.thread_id == thread.thread_id)
        yield found if len(found.threads) == 1 else replace(found, threads=(thread,), posts=posts)


def _capture(snapshot: list[Extract]) -> Capture:
    ordered = sorted(snapshot, key=lambda page: page.page)
    thread = ordered[0].threads[0]
    posts: tuple[Post, ...] = ()
    for found in ordered:
        thread = merge_thread(thread, found.threads[0])
        posts = join_pages(posts, found.posts)
    pages = max(found.pages or 1 for found in ordered)
    whole = [found.page for found in ordered] == list(range(1, pages + 1))
    return Capture(thread, posts, max(found.fetched_at for found in ordered), complete=whole)
