"""What a site glues to its authors' lines: strings at line ends and starts that come back in unrelated posts.

Forks of Discuz! replace the generator's random pairs by a few slogans, one at each line break (discuz.md 1.7). In a
page the markup tells them; in a text capture only their repetition does. Nothing is taken out here: what is found
becomes ``noise`` of the site's profile once a person has looked at it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST, SHORTEST = 40, 3  # characters of a slogan
_GLUE = ".-  \u3000。·,，"  # what stands between the author's words and a slogan
_WORDS = re.compile(r"[^\W\d_]")


class Said(NamedTuple):
    """One post as the learner sees it."""

    thread: int
    author: str | None
    text: str


class Slogan(NamedTuple):
    """A string found at the ``end`` or ``start`` of lines, and how widely."""

    text: str
    where: str
    posts: int
    threads: int
    authors: int

    @property
    def pattern(self) -> str:
        """The regular expression for a profile's ``noise``."""
        return rf"{re.escape(self.text)}$" if self.where == "end" else rf"^{re.escape(self.text)}"


class _Seen:
    __slots__ = ("again", "authors", "beside", "posts", "threads")

    def __init__(self) -> None:
        self.posts = 0
        self.again = 0  # posts in which it stands on two lines or more
        self.threads: set[int] = set()
        self.authors: set[str | None] = set()
        self.beside: set[str] = set()


def learn_slogans(posts: Iterable[Said], *, posts_needed: int = 10, threads_needed: int = 5) -> list[Slogan]:
    """The slogans of one forum, widest first.

    A string counts only where it stands beside something else on the line, on several lines of the same post in at
    least a fifth of its posts, in ``posts_needed`` posts by at least half as many authors, in ``threads_needed``
    threads, behind (before) as many different words: people repeat phrases, but not glued to every other line.
    """
    seen: dict[tuple[str, str], _Seen] = {}
    for post in posts:
        counts: Counter[tuple[str, str]] = Counter()
        for line in post.text.split("\n")[:200]:
            for key, beside in _candidates(line):
                counts[key] += 1
                if key not in seen:
                    seen[key] = _Seen()
                if len(seen[key].beside) < threads_needed:
                    seen[key].beside.add(beside)
        for key, times in counts.items():
            found = seen[key]
            found.posts += 1
            found.again += times > 1
            if len(found.threads) < threads_needed:
                found.threads.add(post.thread)
            if len(found.authors) < posts_needed:
                found.authors.add(post.author)
    wide = {
        key: found
        for key, found in seen.items()
        if found.posts >= posts_needed
        and found.again * 5 >= found.posts
        and len(found.threads) >= threads_needed
        and len(found.authors) * 2 >= min(posts_needed, found.posts)
        and len(found.beside) >= threads_needed
    }
    return sorted(_longest(wide), key=lambda slogan: (-slogan.posts, slogan.text))


def _candidates(line: str) -> Iterator[tuple[tuple[str, str], str]]:
    """((string, where), what stands beside it) for each cut of a line at a glue character."""
    if len(line) <= SHORTEST:
        return
    for at in range(max(1, len(line) - LONGEST), len(line) - SHORTEST + 1):
        if line[at] in _GLUE and _WORDS.search(line, at):
            yield (line[at:], "end"), line[max(0, at - 6) : at]
    for at in range(SHORTEST, min(LONGEST, len(line) - 1) + 1):
        if line[at - 1] in _GLUE and _WORDS.search(line, 0, at):
            yield (line[:at], "start"), line[at : at + 6]


def _longest(wide: dict[tuple[str, str], _Seen]) -> Iterator[Slogan]:
    """Without what is only a part of a longer one: found in hardly more posts than that."""
    for (text, where), found in wide.items():
        part_of = any(
            found.posts <= 1.2 * other.posts
            and len(longer) > len(text)
            and side == where
            and (longer.endswith(text) if where == "end" else longer.startswith(text))
            for (longer, side), other in wide.items()
        )
        if not part_of:
            yield Slogan(text, where, found.posts, len(found.threads), len(found.authors))
