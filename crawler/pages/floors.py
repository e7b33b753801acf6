"""Floors: which place in its thread a post has (facts: discuz.md 2.11, 6)."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.items import Post

_NAMES = {"楼主": 1, "樓主": 1, "沙发": 2, "沙發": 2, "板凳": 3, "地板": 4}
_NUMBER = re.compile(r"\d+")


def read_floor(label: str) -> int | None:
    """The place that a post's own number link prints (``12#``, ``来自 12#``, ``沙发``); names only Discuz!'s defaults."""
    number = _NUMBER.search(label)
    return int(number.group()) if number else _NAMES.get(label.strip().rstrip("#"))


def number_posts(posts: list[Post], *, page: int, pages: int, counted: bool) -> list[Post]:
    """The posts with floors filled in that their page does not print, only where counting proves them.

    ``counted``: a robot's view, which prints no floor at all. On its last page the number of posts a page holds
    cannot be told, so floors stay unknown there.
    """
    if counted and all(post.position is None for post in posts):
        if page > 1 and page >= pages:
            return posts
        before = (page - 1) * len(posts)
        return [replace(post, position=before + at) for at, post in enumerate(posts, 1)]
    posts = _fill_gaps(posts, list(range(len(posts))))  # floors with names of the site's own
    return _fill_gaps(
        posts, sorted(range(len(posts)), key=lambda at: posts[at].post_id)
    )  # hot replies, moved to the top


def _fill_gaps(posts: list[Post], order: list[int]) -> list[Post]:
    """Number a run of unnumbered posts when, in ``order``, it fills the gap between two numbered ones exactly."""
    filled = list(posts)
    after = 0  # where in ``order`` the run behind the last numbered post begins
    low = 0
    for at, index in enumerate(order):
        position = filled[index].position
        if position is None:
            continue
        between = order[after:at]
        if between and position - low == len(between) + 1:
            for step, gap in enumerate(between, 1):
                filled[gap] = replace(filled[gap], position=low + step)
        after, low = at + 1, position
    return filled
