"""Shows what was taken out of a post where it stood: the page's marked runs laid against the stored text. Pure.

Nothing is guessed. A stretch counts as taken out when the stored row says that it was, and the whole is only shown
when what is left of the page's runs is, but for blanks, the stored text to the character.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from crawler.items import CHROME, HIDDEN, JAMMER, PLAIN, SUSPECT, Removed, Run
from pipelines.chrome import normalise
from pipelines.invisible import strip_invisible
from pipelines.noise import SITE_RULE, TEXT_RULE

_CHROME_RULE = "chrome-"
_CUTTING = (TEXT_RULE, SITE_RULE)


class Gone(NamedTuple):
    """A stretch that stood in the text before the character at ``at``."""

    at: int
    rule: str
    text: str


class Traced(NamedTuple):
    gone: tuple[Gone, ...]
    """In order of place."""
    rest: tuple[Removed, ...]
    """Taken out as well, but not of these runs (of quote boxes), or without a place (zero-width characters)."""


class _Part(NamedTuple):
    text: str
    rule: str = ""
    line: bool = False
    """A whole line: it begins one also where the text before it does not end one."""


def trace(body: Iterable[Run], text: str, removed: Sequence[Removed]) -> Traced | None:
    """Where each of ``removed`` stood; ``None`` if the runs without them are not ``text``: another version of the post."""
    ledger = _Ledger(removed)
    runs = list(body)
    marked = [_marked(run, ledger) for run in runs]  # first, as their marks leave no doubt
    parts = [part for run, found in zip(runs, marked, strict=True) for part in (found or _unmarked(run, ledger))]
    gone = _placed(parts, text)
    return None if gone is None else Traced(tuple(gone), tuple(ledger.rest()))


class _Ledger:
    """What the row says was taken out; each entry can be found in the page once."""

    def __init__(self, removed: Sequence[Removed]) -> None:
        self.left = Counter(removed)
        self.rules: defaultdict[str, deque[str]] = defaultdict(deque)
        for entry in removed:
            self.rules[entry.text].append(entry.rule)

    def take(self, text: str, fits: Callable[[str], bool]) -> str | None:
        """The first rule that fits and took this very text out; ``None``: none did."""
        for rule in self.rules.get(text, ()):
            if fits(rule):
                self.rules[text].remove(rule)
                self.left[Removed(rule, text)] -= 1
                return rule
        return None

    def cuts(self) -> list[Removed]:
        """What was cut out of the middle of some run, in the order in which it was taken out."""
        return [entry for entry in self.left.elements() if entry.text and entry.rule in _CUTTING]

    def rest(self) -> Iterator[Removed]:
        return self.left.elements()


def _marked(run: Run, ledger: _Ledger) -> list[_Part]:
    """What a run is whose mark took it out of the post; empty: the author's, or a text that has to be looked through."""
    if run.mark == CHROME:
        shown = normalise(run.text)
        rule = ledger.take(shown, f"{_CHROME_RULE}{run.label or 'other'}".__eq__)
        return [_Part(shown if rule else "", rule or "")]
    if run.mark in (JAMMER, HIDDEN, SUSPECT):
        text, _ = strip_invisible(run.text)
        rule = ledger.take(text, _is_noise)
        if rule or run.mark != SUSPECT:
            return [_Part(text if rule else "", rule or "")]
    return []


def _unmarked(run: Run, ledger: _Ledger) -> list[_Part]:
    parts = [_Part(strip_invisible(run.text)[0])]
    for entry in ledger.cuts():
        parts = _cut(parts, entry, ledger)
    return [piece for part in parts for piece in _lines(part, ledger)] if run.mark == PLAIN else parts


def _cut(parts: list[_Part], entry: Removed, ledger: _Ledger) -> list[_Part]:
    """The first place where the entry's text stands in what is kept, taken out."""
    for at, part in enumerate(parts):
        if part.rule or entry.text not in part.text:
            continue
        before, _, after = part.text.partition(entry.text)
        rule = ledger.take(entry.text, entry.rule.__eq__)
        if rule is not None:
            return [*parts[:at], _Part(before), _Part(entry.text, rule), _Part(after), *parts[at + 1 :]]
    return parts


def _lines(part: _Part, ledger: _Ledger) -> Iterator[_Part]:
    """A text capture's lines of interface, each a part of its own."""
    if part.rule:
        yield part
        return
    for line in part.text.split("\n"):
        bare = normalise(line)
        rule = ledger.take(bare, _is_chrome) if bare else None
        yield _Part(bare, rule, line=True) if rule else _Part(line + "\n")


def _is_chrome(rule: str) -> bool:
    return rule.startswith(_CHROME_RULE)


def _is_noise(rule: str) -> bool:
    return not _is_chrome(rule) and rule not in _CUTTING


def _placed(parts: list[_Part], text: str) -> list[Gone] | None:
    """The parts that are gone by their place in ``text``; ``None`` if the others do not make it, blanks apart."""
    found: list[Gone] = []
    at, fresh = 0, True  # fresh: a new line has begun since the last character
    for part in parts:
        if part.rule:
            found.append(Gone(_skip(text, at) if fresh or part.line else at, part.rule, part.text))
            continue
        for char in part.text:
            if char.isspace():
                fresh = fresh or char == "\n"
                continue
            at = _skip(text, at)
            if at == len(text) or text[at] != char:
                return None
            at, fresh = at + 1, False
    return found if _skip(text, at) == len(text) else None


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
