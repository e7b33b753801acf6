"""One spelling for rules to read: simplified characters, half-width punctuation, plain spaces, same length.

Every rule matches on the folded text and reports offsets, which are valid in the text as printed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC

_LONG = 100  # characters from which an array is faster than a dictionary
_PUNCTUATION = {
    "\u3000": " ", "\u00a0": " ", "\t": " ", "\n": " ", "\u2003": " ", "\u2002": " ",
    "〔": "(", "〕": ")", "［": "[", "］": "]", "〖": "【", "〗": "】", "﹝": "(", "﹞": ")",
    "•": "·", "‧": "·", "・": "·", "∙": "·", "⋅": "·", "․": "·", "･": "·",
    "─": "—", "―": "—", "–": "—", "━": "—", "﹣": "-", "−": "-", "～": "~", "〜": "~",
    "﹕": ":", "∶": ":", "︰": ":", "﹐": ",", "『": "「", "』": "」", "丨": "|", "│": "|", "┃": "|", "︱": "|", "╳": "×", "✕": "×", "Ⅹ": "×", "＊": "*",
}  # fmt: skip


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    """Folding of single characters, from OpenCC's dictionary; a pair of characters never changes the length."""
    table = {ord(char): to for char, to in _PUNCTUATION.items()}
    table.update({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code not in table})
    chars = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    for char, simple in zip(chars, OpenCC("t2s").convert("\n".join(chars)).split("\n"), strict=True):
        if char != simple and len(simple) == 1:
            table[ord(char)] = simple
    table.update({ord("衞"): "卫", ord("裏"): "里", ord("温"): "温", ord("羣"): "群", ord("啓"): "启"})
    return table


@lru_cache(maxsize=1)
def _codes() -> NDArray[np.uint32]:
    """The table as an array over all code points, for texts that are worth it."""
    codes = np.arange(0x110000, dtype=np.uint32)
    for code, to in _table().items():
        codes[code] = ord(to)
    return codes


@lru_cache(maxsize=1)
def traditional() -> frozenset[str]:
    """The traditional characters that are written otherwise in simplified script."""
    return frozenset(chr(code) for code in _table() if code > 0x3400 and code < 0xFF00)


def fold(text: str) -> str:
    """``text`` as the rules read it; same length.

    >>> fold("財政司司長（十月一日）：")
    '财政司司长(十月一日):'
    """
    if text.isascii() and "\n" not in text and "\t" not in text:
        return text
    if len(text) < _LONG:
        return text.translate(_table())
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    folded: bytes = _codes()[codes].astype("<u4").tobytes()
    return folded.decode("utf-32-le", "surrogatepass")


_SPACE = re.compile(r"\s+")
_DOTS = str.maketrans("•‧・∙⋅․･", "·······")


def squash(text: str) -> str:
    """A printed name or value without spaces and with one kind of middle dot: the documented evidence normalisation.

    >>> squash("杜　菱")
    '杜菱'
    """
    return _SPACE.sub("", text).translate(_DOTS)


class Span(NamedTuple):
    """A stretch of the text or the title, with the rule that found it."""

    where: str  # "text" or "title"
    start: int
    end: int
    raw: str
    rule: str = ""

    @property
    def value(self) -> str:
        """The stretch as a field's value: without spaces, unless it is made of Latin words."""
        return " ".join(self.raw.split()) if self.raw.isascii() else squash(self.raw)

    def by(self, rule: str) -> Span:
        """The same stretch, found by ``rule``."""
        return self._replace(rule=rule)


class Line(NamedTuple):
    """A line (or several that belong together) of the text or the title, as printed and folded."""

    where: str
    start: int  # offset of ``raw`` in the text or the title
    raw: str
    flat: str
    first: int = 0  # numbers of the first line covered and of the one after the last
    last: int = 1

    def span(self, start: int, end: int, rule: str = "") -> Span:
        """``raw[start:end]`` without the spaces at its ends."""
        while start < end and self.flat[start] == " ":
            start += 1
        while end > start and self.flat[end - 1] == " ":
            end -= 1
        return Span(self.where, self.start + start, self.start + end, self.raw[start:end], rule)

    def part(self, start: int, end: int) -> Line:
        """``raw[start:end]`` as a line of its own, without the spaces at its ends."""
        span = self.span(start, end)
        at = span.start - self.start
        return Line(self.where, span.start, span.raw, self.flat[at : at + len(span.raw)], self.first, self.last)


def line_of(text: str, where: str = "text", start: int = 0, first: int = 0, last: int = 1) -> Line:
    """``text`` as a Line."""
    return Line(where, start, text, fold(text), first, last)
