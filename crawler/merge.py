"""Putting together what several pages say of one thread. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from crawler.items import THREAD, Capture, Extract, Post, Thread

GROUP = 2000


def merge_thread(older: Thread, newer: Thread) -> Thread:
    """``newer`` with what it does not tell (``None``, empty) filled from ``older``; a listing's times and counts stay."""
    filled = {
        item.name: getattr(older, item.name)
        for item in fields(Thread)
        if getattr(newer, item.name) in (None, "") and getattr(older, item.name) not in (None, "")
    }
    return replace(newer, **filled)


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


class Groups:
    """Saved pages on their way to threads: those of a forum are put together ``GROUP`` at a time."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[Extract]] = {}

    def add(self, found: Extract) -> Iterator[Capture]:
        if found.kind != THREAD:
            return
        group = self.waiting.setdefault(found.forum, [])
        group.append(found)
        if len(group) >= GROUP:
            yield from assemble(self.waiting.pop(found.forum))

    def rest(self) -> Iterator[Capture]:
        for group in self.waiting.values():
            yield from assemble(group)
        self.waiting.clear()


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
