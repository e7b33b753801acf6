"""Stage 1: the anti-copy noise goes out of a post, by the page's own marks and by the generator's grammar.

Marked runs (HTML) are judged by their mark alone: an element that carries the generator's mark or is hidden never
belongs to the author; its text only names the rule, so that an unknown variant is seen. Plain runs (text captures)
have nothing but their text: see ``pipelines.jammer``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from crawler.items import AUTHORED, CHROME, HIDDEN, JAMMER, PLAIN, SUSPECT, Post, Profile, Quote, Removed, Run
from pipelines.invisible import has_invisible, strip_invisible
from pipelines.jammer import Evidence, strip_jammer, weigh


class Rule(NamedTuple):
    """A named shape of a marked element's text; the first that fits names the removal."""

    name: str
    marks: tuple[str, ...]
    shape: re.Pattern[str]
    known: bool = True


_PAIR = r"(?:[!-;][ \xa0]+|[ \xa0]+)[?-~]"
_UNIT = rf"[ \xa0]*[!-;]?[ \xa0]*[?-~](?:{_PAIR}){{4,14}}\s*"
# 4.1: c1 may be a control character, which a parser drops or turns into a space, and nothing separates a pair
_OLD = r"\s*(?:[\x00-;\x7f-\x9f\ufffd]{0,3}[?-~]{1,3}){2,14}[\x00-;\x7f-\x9f\ufffd]*"
_OLD_PROOF = r"(?=.{0,40}[!-;\x00-\x1f])(?=.{5,60}$)"
_HOST = r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?"

RULES: tuple[Rule, ...] = (
    Rule("jammer-visible", (JAMMER, SUSPECT), re.compile(_UNIT)),
    Rule("jammer-hidden", (HIDDEN,), re.compile(_UNIT)),
    # 6.0 and 7.2 put a word of the site (its host, board, title) before a visible unit and after a hidden one
    Rule("jammer-visible-word", (JAMMER,), re.compile(rf".{{1,500}}?{_UNIT}", re.DOTALL)),
    Rule("jammer-hidden-word", (HIDDEN,), re.compile(rf"{_UNIT}.{{1,500}}", re.DOTALL)),
    Rule("jammer-visible-41", (JAMMER,), re.compile(rf"{_OLD_PROOF}{_OLD}", re.DOTALL)),
    Rule("jammer-hidden-41", (HIDDEN,), re.compile(rf"{_OLD_PROOF}{_OLD}", re.DOTALL)),
    # Discuz!NT: ten characters of any kind, the host, ten more; the same on the whole site for hours
    Rule("jammer-nt", (JAMMER,), re.compile(rf".{{0,12}}?{_HOST}.{{0,12}}", re.DOTALL | re.IGNORECASE)),
    Rule("jammer-unknown", (JAMMER,), re.compile(r"", re.DOTALL), known=False),
    Rule("hidden-unknown", (HIDDEN,), re.compile(r"", re.DOTALL), known=False),
)
TEXT_RULE, SITE_RULE, INVISIBLE_RULE = "jammer-text", "site-noise", "zero-width"
UNKNOWN_VARIANTS = frozenset(rule.name for rule in RULES if not rule.known)
"""Rule names that mean: this forum hides something we have no grammar for. Counted in the run's summary."""

_SEEN = frozenset((AUTHORED, CHROME))


def remove_noise(post: Post, profile: Profile) -> Post:
    """The post with every noise run out of its body and its quotes' bodies, each named in ``removed``; total, pure."""
    removed: list[Removed] = []
    body = _clean(post.body, profile, removed)
    quotes = post.quotes
    if quotes:
        cleaned = [_clean(quote.body, profile, removed) for quote in quotes]
        if any(new is not quote.body for new, quote in zip(cleaned, quotes, strict=True)):
            quotes = tuple(_with_body(quote, new) for quote, new in zip(quotes, cleaned, strict=True))
    if body is post.body and quotes is post.quotes:
        return post
    return post.but(body=body, quotes=quotes, removed=(*post.removed, *removed))


def name_of(text: str, mark: str) -> str | None:
    """The rule that a marked element's text fits; ``None``: a suspect element whose text says that it is the author's."""
    for rule in RULES:
        if mark in rule.marks and (not rule.known or rule.shape.fullmatch(text)):
            return rule.name
    return None


def _with_body(quote: Quote, body: tuple[Run, ...]) -> Quote:
    return quote if body is quote.body else replace(quote, body=body)


def _clean(runs: tuple[Run, ...], profile: Profile, removed: list[Removed]) -> tuple[Run, ...]:
    """The runs that stay; the very same tuple when nothing had to go (the common case, hence the early exit)."""
    if not runs:
        return runs
    joined = "".join([run.text for run in runs])
    marked = has_invisible(joined)
    if not marked and not profile.noise and _SEEN.issuperset([run.mark for run in runs]):
        return runs
    plain = "\n".join([run.text for run in runs if run.mark == PLAIN])
    evidence = weigh(strip_invisible(plain)[0] if marked else plain)
    kept: list[Run] = []
    for run in runs:
        text, marks = strip_invisible(run.text) if marked else (run.text, 0)
        kept.extend(_judge(run._replace(text=text), marks, evidence, profile, removed))
    return tuple(kept)


def _judge(run: Run, marks: int, evidence: Evidence, profile: Profile, removed: list[Removed]) -> Iterable[Run]:
    """The run, if it stays; ``marks``: how many invisible characters were taken out of it."""
    text, mark = run.text, run.mark
    if mark in (JAMMER, HIDDEN, SUSPECT):
        name = f"{mark}-{run.label}" if run.label else name_of(text, mark)
        if name is not None:
            if text.strip():
                removed.append(Removed(name, text))
            return ()
        mark = AUTHORED
    if marks and mark != CHROME:
        removed.append(Removed(INVISIBLE_RULE, ""))
    if mark == PLAIN:
        text, gone = strip_jammer(text, evidence)
        removed.extend(Removed(TEXT_RULE, line) for line in gone)
    if mark != CHROME:
        for pattern in profile.noise:
            text = _cut(pattern, text, removed)
    return (run._replace(text=text, mark=mark),)


def _cut(pattern: str, text: str, removed: list[Removed]) -> str:
    def note(match: re.Match[str]) -> str:
        if match.group():
            removed.append(Removed(SITE_RULE, match.group()))
        return ""

    return re.sub(pattern, note, text)
