"""Characters that show nothing: which of them are the author's spelling and which are marks put into his text.

Some sites write the visitor's address into a page as a row of zero-width characters or variation selectors, so what
is dropped is never recorded, only counted. The joiners spell words (Persian, Uyghur, Indic) and emoji: they stay there.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = "\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff" + "".join(map(chr, range(0xFE00, 0xFE10)))
_RUN = re.compile("[\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]+")
_JOINERS = "\u200c\u200d"
_PRESENTATION = "\ufe0e\ufe0f"
_KEYCAP = re.compile("[0-9#*]\ufe0f\u20e3")
_FLAG = "\U0001f3f4"  # the one base that tag characters spell something after (the flag of a region)
_TAGS = re.compile("[\U000e0020-\U000e007e]{1,8}\U000e007f")


def has_invisible(text: str) -> bool:
    """Whether any mark of the kind may stand in ``text``; one scan a character, far cheaper than a class search."""
    if text.isascii():
        return False
    if any(map(text.__contains__, _MARKS)):
        return True
    beyond_bmp = len(text.encode("utf-16-le", "surrogatepass")) != 2 * len(text)
    return beyond_bmp and _RUN.search(text) is not None


def strip_invisible(text: str) -> tuple[str, int]:
    """``text`` without such marks, and how many went; what spells a word or an emoji stays."""
    if not has_invisible(text):
        return text, 0
    gone = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal gone
        left = _kept(match)
        gone += len(match.group()) - len(left)
        return left

    return _RUN.sub(keep, text), gone


def _kept(match: re.Match[str]) -> str:
    """The part of a run of marks that is spelling: by the characters around it."""
    run, text = match.group(), match.string
    before = text[match.start() - 1 : match.start()] if match.start() else ""
    after = text[match.end() : match.end() + 1]
    kept = ""
    if before == _FLAG and (tags := _TAGS.match(run)):
        return tags.group()
    if run[0] in _PRESENTATION and (_is_pictorial(before) or _KEYCAP.match(text, match.start() - 1)):
        kept, run = run[0], run[1:]
    if len(run) == 1 and run in _JOINERS and _joins(before) and _joins(after):
        kept += run
    return kept


def _is_pictorial(char: str) -> bool:
    """So: pictures and dingbats; the rest are the few letters and signs with an emoji form."""
    return bool(char) and (unicodedata.category(char) in ("So", "Sk") or char in "©®‼⁉↔↕↖↗↘↙↩↪⤴⤵▪▫▶◀◻◼◽◾〰〽㊗㊙")


def _joins(char: str) -> bool:
    """Letters that a joiner can stand between (not Han, kana, Hangul: nothing joins there), and emoji."""
    if not char or "\u2e80" <= char <= "\ud7ff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U0003ffff":
        return False
    return unicodedata.category(char)[0] in "LM" or _is_pictorial(char)
