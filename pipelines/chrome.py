"""Stage 2: what the page shows around the author's words goes out, and the rest becomes ``text``.

Marked runs (HTML) go by their mark, lines of text captures by knowledge of the interface: ``pipelines.interface``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from crawler.items import CHROME, PLAIN, Post, Profile, Quote, Removed, Run
from pipelines.interface import furniture

_BLANKS = re.compile(r"[^\S\n\u3000]+")
_EDGES = re.compile(r"\s*\n\s*")
SITE_RULE = "chrome-site"


def strip_chrome(post: Post, profile: Profile) -> Post:
    """The post with ``text`` (and each quote's) made of what is left of its body, ``body`` empty; total, pure.

    A post without a body keeps the text it has, so that refining twice gives the same.
    """
    if not post.body and not any(quote.body for quote in post.quotes):
        return post
    removed = list(post.removed)
    quotes = tuple([_read_quote(quote, profile, removed) for quote in post.quotes])
    text = _read(post.body, profile, removed) if post.body else post.text
    return replace(post, body=(), text=text, quotes=quotes, removed=tuple(removed))


def join_runs(runs: Iterable[Run]) -> str:
    """The runs' text by the rule of ``posts.text``: one line a visual line, blanks one space, no empty line."""
    return normalise("".join([run.text for run in runs]))


def normalise(text: str) -> str:
    """Every kind of blank but U+3000 is one space, none of them (U+3000 included) stands at a line's end."""
    return _EDGES.sub("\n", _BLANKS.sub(" ", text)).strip()


def _read_quote(quote: Quote, profile: Profile, removed: list[Removed]) -> Quote:
    if not quote.body:
        return quote
    return replace(quote, text=_read(quote.body, profile, removed), body=())


def _read(runs: tuple[Run, ...], profile: Profile, removed: list[Removed]) -> str:
    kept: list[Run] = []
    for run in runs:
        if run.mark == CHROME:
            if text := normalise(run.text):
                removed.append(Removed(f"chrome-{run.label or 'other'}", text))
        elif run.mark == PLAIN:
            kept.append(run._replace(text=_without_furniture(run.text, profile, removed)))
        else:
            kept.append(run)
    return join_runs(kept)


def _without_furniture(text: str, profile: Profile, removed: list[Removed]) -> str:
    own = [re.compile(pattern) for pattern in profile.chrome]
    lines: list[str] = []
    for line in text.split("\n"):
        bare = normalise(line)
        rule = bare and (furniture(bare) or (SITE_RULE if any(pattern.fullmatch(bare) for pattern in own) else ""))
        if rule:
            removed.append(Removed(rule, bare))
        else:
            lines.append(line)
    return "\n".join(lines)
