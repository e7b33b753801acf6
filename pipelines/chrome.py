"""Stage 2: what the page shows around the author's words goes out, and the rest becomes ``text``.

Marked runs (HTML) go by their mark, lines of text captures by knowledge of the interface: ``pipelines.interface``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from crawler.items import CHROME, PLAIN, Post, Profile, Quote, Removed, Run
from pipelines.interface import Strength, fold, furniture

_FILE_NAME = re.compile(r"\S.{0,80}\.(?!com|cn|net|org)[A-Za-z][A-Za-z0-9]{1,4}")
_CROSS = ("x", "X", "×")
_BLANKS = re.compile(r"[^\S\n\u3000]+")


def strip_chrome(post: Post, profile: Profile) -> Post:
    """The post with ``text`` (and each quote's) made of what is left of its body, ``body`` empty; total, pure.

    A post without a body keeps the text it has, so that refining twice gives the same.
    """
    if not post.body and not any(quote.body for quote in post.quotes):
        return post
    removed = list(post.removed)
    quotes = tuple([_read_quote(quote, profile, removed) for quote in post.quotes])
    text = _read(post.body, profile, removed) if post.body else post.text
    return post.but(body=(), text=text, quotes=quotes, removed=tuple(removed))


def join_runs(runs: Iterable[Run]) -> str:
    """The runs' text by the rule of ``posts.text``: one line a visual line, blanks one space, no empty line."""
    return normalise("".join([run.text for run in runs]))


def normalise(text: str) -> str:
    """Every kind of blank but U+3000 is one space, none of them (U+3000 included) stands at a line's end."""
    lines: list[str] = []
    for line in text.split("\n"):
        # split() takes U+3000 for a blank too
        bare = " ".join(line.split()) if "\u3000" not in line else _BLANKS.sub(" ", line).strip()
        if bare:
            lines.append(bare)
    return "\n".join(lines)


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
    """The lines that are not interface; words that are also people's own go only in the company of more of it."""
    own = [re.compile(pattern) for pattern in profile.chrome]
    lines = text.split("\n")
    judged = [_judge(normalise(line), own) if line else _EMPTY for line in lines]
    _join_file_names(judged)
    _join_bars(judged)
    _join_close(judged)
    for block in _blocks(judged):
        if not _is_button_column([judged[at] for at in block]):
            for at in block:
                if judged[at].strength is Strength.WEAK:
                    judged[at] = judged[at]._replace(strength=Strength.NONE)
    kept: list[str] = []
    for line, verdict in zip(lines, judged, strict=True):
        if verdict.strength in (Strength.NONE, Strength.BLANK):  # the run may stand between others
            kept.append(line)
        elif verdict.bare:
            removed.append(Removed(f"chrome-{verdict.rule}", verdict.bare))
    return "\n".join(kept)


def _join_file_names(judged: list[_Verdict]) -> None:
    """A file's name goes with the size that the next line with words gives."""
    above: int | None = None
    for at, verdict in enumerate(judged):
        if not verdict.bare:
            continue
        if verdict.rule == "attachment" and above is not None and _FILE_NAME.fullmatch(judged[above].bare):
            judged[above] = verdict._replace(bare=judged[above].bare)
        above = at


def _join_bars(judged: list[_Verdict]) -> None:
    """A bar on a line of its own goes with the interface beside it."""
    for order in (range(len(judged)), range(len(judged) - 1, -1, -1)):
        beside = False
        for at in order:
            if beside and judged[at].bare == "|":
                judged[at] = judged[at]._replace(strength=Strength.STRONG, rule="post-header")
            if judged[at].bare:
                beside = judged[at].strength is Strength.STRONG


def _join_close(judged: list[_Verdict]) -> None:
    """The cross that closes the box which asks guests to log in, and the box's first line, which sites word freely."""
    shown = [at for at, verdict in enumerate(judged) if verdict.bare]
    for n, at in enumerate(shown[1:], 1):
        above = judged[shown[n - 1]]
        if judged[at].bare in _CROSS and "才可以下载或查看" in fold(above.bare):
            judged[at] = above._replace(bare=judged[at].bare)
            if n == 2:  # the box stands above all else in a post
                judged[shown[0]] = above._replace(bare=judged[shown[0]].bare)


class _Verdict(NamedTuple):
    bare: str
    strength: Strength
    rule: str


_EMPTY = _Verdict("", Strength.BLANK, "")


def _judge(bare: str, own: list[re.Pattern[str]]) -> _Verdict:
    if not bare:
        return _EMPTY
    if any(pattern.fullmatch(bare) for pattern in own):
        return _Verdict(bare, Strength.STRONG, "site")
    return _Verdict(bare, *furniture(bare))


def _blocks(judged: list[_Verdict]) -> Iterator[list[int]]:
    """Stretches of lines (blank ones do not part them) that are all interface, surely or perhaps."""
    block: list[int] = []
    for at, verdict in enumerate(judged):
        if verdict.strength is not Strength.NONE:
            block.append(at)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _is_button_column(block: list[_Verdict]) -> bool:
    """Three different doubtful lines, or doubtful ones between certain ones: a row of buttons copied as a column."""
    known = [verdict for verdict in block if verdict.strength is not Strength.BLANK]
    doubtful = {verdict.bare for verdict in known if verdict.strength is Strength.WEAK and not verdict.bare.isdigit()}
    fenced = known[0].strength is known[-1].strength is Strength.STRONG if known else False
    return fenced or len(doubtful) >= 3
