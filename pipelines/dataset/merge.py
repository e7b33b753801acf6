"""Captures folded, in time order, into what is stored of their threads. Pure: no file, no clock.

The result depends on the captures alone, not on how many of them are published at once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from crawler.items import Capture, Post, Speech
from pipelines.dataset.records import Row
from pipelines.dataset.rows import content_hash, merge_post, merge_thread, post_row, same_thread, thread_row

LIGHT = ["thread_id", "post_id", "position", "text_hash", "deleted_at", "changed_at"]


@dataclass(slots=True)
class PostState:
    """A post during a publish. ``row`` has all columns, or only LIGHT ones for a post that no capture shows."""

    row: Row
    stored: int | None
    """Thread that the stored row is in; ``None``: it is new."""
    dirty: bool = False
    turns: tuple[Speech, ...] | None = None
    """Its speeches; ``None``: those that are stored."""

    @property
    def full(self) -> bool:
        return "forum" in self.row


@dataclass(slots=True)
class ThreadState:
    row: Row | None
    dirty: bool = False
    board_changed: bool = False
    posts: set[int] = field(default_factory=set)


@dataclass(slots=True)
class State:
    """All that is known of the threads that a set of captures touches."""

    run_id: str
    extractor: str
    threads: dict[int, ThreadState] = field(default_factory=lambda: defaultdict(lambda: ThreadState(None)))
    posts: dict[int, PostState] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    """By the names of Published."""

    def load(self, threads: Iterable[Row], posts: Iterable[Row]) -> None:
        """Takes in stored rows: of threads, and of posts, full ones or light ones."""
        for row in threads:
            self.threads[row["thread_id"]].row = row
        for row in posts:
            self.posts[row["post_id"]] = PostState(row, row["thread_id"])
            self.threads[row["thread_id"]].posts.add(row["post_id"])

    def fold(self, captures: Iterable[Capture]) -> None:
        for capture in sorted(captures, key=lambda capture: capture.fetched_at):
            self._fold_one(capture)

    def _fold_one(self, capture: Capture) -> None:
        thread_id, at = capture.thread.thread_id, capture.fetched_at
        thread = self.threads[thread_id]
        counted = thread.posts.copy() if capture.complete and capture.posts else set()
        touched = {thread_id}
        # a page that shifted while the thread was read shows a post twice: the later one counts
        shown = {post.post_id: post for post in capture.posts}
        for post, floor in self._floors(thread, shown.values(), complete=capture.complete):
            touched.add(self._see(thread_id, post, floor, at))
        if capture.thread.status == "deleted" and not capture.posts:
            counted = thread.posts.copy()
        self._delete((post_id for post_id in counted if post_id not in shown), at)
        for number in touched:
            self._settle(number, capture if number == thread_id else None, at)

    def _floors(
        self, thread: ThreadState, posts: Iterable[Post], *, complete: bool
    ) -> Iterator[tuple[Post, int | None]]:
        """Each post with the floor that it takes if the page does not tell: the one after the posts before it.

        ``None`` where nothing before it is known and the view does not begin at the thread's beginning.
        """
        known = sorted((number, self.posts[number].row["position"] or 0) for number in thread.posts if number > 0)
        highest = list(accumulate((floor for _, floor in known), max))
        stored = {number: self.posts[number].row["position"] for number in thread.posts}
        last = 0
        for post in posts:
            at = bisect_left(known, (post.post_id, 0))
            last = max(last, highest[at - 1] if at else 0)
            floor = post.position or stored.get(post.post_id)
            if floor is None and (complete or (last and post.post_id not in stored)):
                floor = last + 1
            yield post, floor
            last = max(last, floor or 0)

    def _see(self, thread_id: int, post: Post, floor: int | None, at: datetime) -> int:
        """Takes a post in as a view shows it; gives the thread that it was in before."""
        new = post_row(post, at, self.run_id, self.extractor)
        new["thread_id"] = thread_id
        new["position"] = new["position"] or floor
        state = self.posts.get(post.post_id)
        if state is None:
            self.posts[post.post_id] = PostState(new, None, True, post.speeches)
            self.threads[thread_id].posts.add(post.post_id)
            self.counts["posts_new"] += 1
            return thread_id
        old = state.row
        if at < old["changed_at"]:
            return thread_id  # the corpus knows a later state than this view
        row, taken = merge_post(old, new)
        if taken and (row is not old or old["extractor"] != self.extractor):
            state.turns = post.speeches
        if row is not old:
            state.row, state.dirty = row, True
            self.threads[old["thread_id"]].posts.discard(post.post_id)
            self.threads[thread_id].posts.add(post.post_id)
            self.counts["posts_edited"] += 1
        return int(old["thread_id"])

    def _delete(self, post_ids: Iterable[int], at: datetime) -> None:
        for post_id in post_ids:
            state = self.posts[post_id]
            if state.row["deleted_at"] is None and state.row["changed_at"] <= at:
                state.row = state.row | {"deleted_at": at, "changed_at": at, "run_id": self.run_id}
                state.dirty = True
                self.counts["posts_deleted"] += 1

    def _settle(self, thread_id: int, capture: Capture | None, at: datetime) -> None:
        """Brings a thread's row up to date with its posts and, if it is the one that was captured, with the page."""
        thread = self.threads[thread_id]
        old = thread.row
        if capture is None:
            if old is None:
                return
            row = dict(old)
        else:
            row = thread_row(capture.thread, at, self.run_id)
            if old is not None:
                row = merge_thread(old, row) if at >= old["checked_at"] else merge_thread(row, old)
        posts = [self.posts[number].row for number in thread.posts]
        row["posts_seen"] = sum(post["deleted_at"] is None for post in posts)
        row["content_hash"] = content_hash(row, posts)
        if old is not None and same_thread(old, row):
            return
        if old is not None and old["checked_at"] > at:
            at = old["checked_at"]
        thread.row = row | {"checked_at": at, "changed_at": at, "run_id": self.run_id}
        thread.dirty = True
        thread.board_changed |= old is not None and old["board"] != row["board"]
