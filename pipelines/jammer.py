"""The generator's noise in text that has lost its markup: found by grammar, taken out under guard (discuz.md 1.2-1.4).

A unit is 5 to 15 pairs of c1, one space, c2: c1 one of the 28 characters up to ``;``, c2 one of the 64 from ``?`` on,
each drawn alone; ``<``, ``=``, ``>`` never occur. One unit stands for every newline, at a line's end or the next one's
start; in HTML-mode posts also in mid-line, several in a row. A pair whose c1 is a space shows as two or three blanks
where NBSPs live on (``WIDE``), as one where blanks are collapsed (``NARROW``), as none at a line's start.

Two questions are answered apart. Is this chain of pairs noise? By how unlikely its characters are in a text, less
strictly in a place that is known to be jammed. Where does it end? By the pairs, and by what reads as the author's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

_BLANK = "[ \xa0]"
_PAIR = {"WIDE": rf"(?:[!-;]{_BLANK}|{_BLANK}{{2,3}})[?-~]", "NARROW": rf"(?:[!-;]{_BLANK}|{_BLANK})[?-~]"}
_CHAIN = {
    mode: re.compile(rf"(?:(?m:^){_BLANK}*[?-~](?:{pair}){{4,}}|(?:{pair}){{5,}})") for mode, pair in _PAIR.items()
}
_STRICT = re.compile(rf"([!-;]){_BLANK}([?-~])")
_NARROW_SPACE = re.compile(r"(?<=[?-~])[ \xa0](?=[?-~])")
_WIDE_SPACE = re.compile(rf"(?<=[?-~]){_BLANK}{{2,3}}(?=[?-~])")

# How much a character speaks against text, where text has a lone letter after punctuation and a space: measured on
# 48 million lines of code, markup and prose, whose 837 such chains are lists (``a, b, c``) and numbered names (``x1 x2``)
_WEIGHT = dict.fromkeys("abcdefghijklmnopqrstuvwxyz", 0.4)
_WEIGHT |= dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ.:;)", 0.7)
_WEIGHT |= dict.fromkeys("0123456789", 1.0) | dict.fromkeys("?@[\\]^_`{|}~'-/", 1.5)
_WEIGHT |= dict.fromkeys('!"#$%&(*+', 2.5) | {",": 0.0}
_WIDE = 2.0  # for a lone character between doubled blanks, one of them an NBSP
_REPEATED = 0.5  # off for every c2 seen before in the chain, less for c1, of which there are fewer

_ALONE, _WITHIN = 6.0, 4.0  # a chain of this weight is noise wherever it stands; in a place that is jammed
_MID = 1.0  # more is asked in mid-line, where one line in a thousand is jammed, and as much again between Latin letters
_JAMMED = 9.0  # one chain of this weight, or two that are noise alone, and the place is jammed
_VIEW = 400  # characters of the line that are looked at on either side of a chain
_FEWEST = 3  # different heads and tails of a chain, in an unjammed place

_HAN = "\u3400-\u9fff"
_CUT_SHORT = re.compile(r"(?:(?<!\d)(?:19|20)\d|\d[-/.:]|\d:\d)$")  # a year, a date or a time that lacks its end
_SHARE = re.compile(r"(?<![\d/.:-])(?:\d{1,2}(?:\.\d{1,2})?|100)$")
_WORD = re.compile(r"(?!https?:|ftp:|www\.)[a-z]{2,}(?:[ ,.;:!?'/-]|$)")
_WORDS = re.compile(r"[A-Za-z]{2,}(?:[ ,'-]+[A-Za-z]+){2}")


class Evidence(NamedTuple):
    """What the whole of a text tells of its noise: whether it has any, how blanks fared, how its lines end."""

    jammed: bool = False
    mode: str = "NARROW"
    bare_ends: int = 0
    """Lines that end in a Han character."""
    marked_ends: Mapping[str, int] = MappingProxyType({})
    """Lines that end in a Han character and this one."""


def weigh(text: str) -> Evidence:
    """Reads a text (all that was written in one place) for ``strip_jammer``; linear in its length."""
    strong: dict[str, list[str]] = {}
    for mode, grammar in _CHAIN.items():
        strong[mode] = [match.group() for match in grammar.finditer(text) if _weight(match.group()) >= _ALONE]
    if not any(strong.values()):
        return Evidence(mode="WIDE" if "\xa0\xa0" in text else "NARROW")
    jammed = any(len({*chains}) > 1 or any(_weight(chain) >= _JAMMED for chain in chains) for chains in strong.values())
    narrow = sum(len(_NARROW_SPACE.findall(chain)) for chain in strong["NARROW"])
    wide = sum(len(_WIDE_SPACE.findall(chain)) for chain in strong["WIDE"])
    ends = Counter(match.group(1) for match in re.finditer(rf"[{_HAN}]([!-/:;]?){_BLANK}*$", text, re.MULTILINE))
    mode = "WIDE" if wide > narrow or (wide == narrow and "\xa0\xa0" in text) else "NARROW"
    return Evidence(jammed, mode, ends.pop("", 0), ends)


def strip_jammer(text: str, evidence: Evidence) -> tuple[str, list[str]]:
    """``text`` without noise, and the stretches taken out; all else of ``text`` is left to the character."""
    gone: list[str] = []
    kept: list[str] = []
    at = 0
    for start, end in _noise(text, evidence):
        gone.append(text[start:end])
        kept.append(text[at:start])
        at = end
    return ("".join(kept) + text[at:], gone) if gone else (text, gone)


def _noise(text: str, evidence: Evidence) -> Iterator[tuple[int, int]]:
    cut = 0
    for match in _CHAIN[evidence.mode].finditer(text):
        start, end = match.span()
        chain = match.group()
        before = text[max(cut, start - _VIEW) : start].rpartition("\n")[2].lstrip()
        after = text[end : end + _VIEW].partition("\n")[0].rstrip()
        enough = _WITHIN if evidence.jammed else _ALONE
        if before and after:
            enough += _MID * ((before[-1] < "\u2e80") + (after[0] < "\u2e80") + (not evidence.jammed))
        if _weight(chain, evidence.jammed) < enough:
            continue
        if before:
            start += _own_head(chain, before, bool(after), evidence)
        if after:
            end -= _own_tail(chain, after)
        yield start, end
        cut = end


def _weight(chain: str, jammed: bool = False) -> float:
    """How little a chain of pairs looks like text; about 2 a pair for noise, and under 6 for what texts hold."""
    pairs = _STRICT.findall(chain)
    heads, tails = {c1 for c1, _ in pairs}, {c2 for _, c2 in pairs}
    wide = "\xa0" in chain and _WIDE_SPACE.search(chain) is not None
    if len(heads) + wide < _FEWEST - jammed or len(tails) < _FEWEST - jammed:
        return 0.0
    distinct = sum([_WEIGHT[char] for char in heads]) + sum([_WEIGHT[char] for char in tails]) + _WIDE * wide
    return distinct - _REPEATED * (len(pairs) - len(tails)) - _REPEATED / 3 * (len(pairs) - len(heads))


def _own_head(chain: str, before: str, mid: bool, evidence: Evidence) -> int:
    """How many characters at the chain's start are the end of the author's line.

    Only where blanks are collapsed is there a doubt: ``text5 X`` may be ``text`` and a pair, or ``text5`` and a pair
    whose c1 was a space.
    """
    first = chain[0]
    if evidence.mode == "WIDE":
        return 0
    if first in " \xa0":
        return 2 if before[-1].isascii() and before[-1].isalnum() and chain[1] in "ABCDEIVX" else 0
    return int(_ends_with(before, first, Evidence() if mid else evidence))


def _ends_with(before: str, char: str, evidence: Evidence) -> bool:
    """Whether the author's line is ``before + char`` rather than ``before``."""
    last = before[-1]
    if last in " \xa0":  # a unit is glued to its line: what stands apart from it is a word of it
        return True
    if char == ")":
        return _count(before, "(（") > _count(before, ")）")
    if char in "\"'":
        return before.count(char) % 2 == 1
    if char.isdigit():
        return bool(_CUT_SHORT.search(before))
    if char == "%":
        return _SHARE.search(before) is not None
    if char not in ".!;:,":
        return False
    if last.isascii():
        return last == char == "." or (last.isalpha() and _WORDS.search(before) is not None)
    return "\u3400" <= last <= "\u9fff" and evidence.marked_ends.get(char, 0) > evidence.bare_ends


def _count(text: str, chars: str) -> int:
    return sum(map(text.count, chars))


def _own_tail(chain: str, after: str) -> int:
    """How many characters at the chain's end are the start of the author's line: an indented or bulleted word."""
    if not chain[-1].isalpha() or not _WORD.match(after):
        return 0
    blank_from = len(chain[:-1].rstrip(" \xa0"))
    head = chain[blank_from - 1]
    if head > "=":  # after a c2 only blanks: its pair's c1 is a space, or the author's line is indented
        return len(chain) - blank_from
    return 3 if head in "-*+#" else 0
