"""The noise generator of each version, by the facts about it (one unit for every newline of a rendered message)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

_NEWLINE = re.compile(r"\r\n|\n|\r")
_HEADS = [chr(code) for code in range(0x20, 0x3C)]
_TAILS = [chr(code) for code in range(0x3F, 0x7F)]


@dataclass
class Version:
    """How one generation renders noise and boxes."""

    name: str
    visible: str
    late: bool = True
    """The noise comes after code boxes and boxes, over the HTML; before X: over the raw text."""


VERSIONS = {
    "X3.5": Version("X3.5", '<font class="jammer">{}</font>'),
    "X3.4": Version("X3.4", '<font class="jammer">{}</font>'),
    "X2.5": Version("X2.5", '<font class="jammer">{}</font>'),
    "X2": Version("X2", '<font class="jammer">{}</font>'),
    "X1.5": Version("X1.5", '<font style="font-size:10px;color:#F9F9F9">{}</font>'),
    "7.2": Version("7.2", '<font style="font-size:0px;color:#FFF">{}</font>', late=False),
    "6.0": Version("6.0", '<font style="font-size:0px;color:#F5FAFE">{}</font>', late=False),
}


def unit(rng: Random) -> str:
    """5 to 15 pairs; the bound is drawn anew before each; nothing is escaped."""
    pairs: list[str] = []
    while len(pairs) < rng.randint(5, 15):
        pairs.append(f"{rng.choice(_HEADS)} {rng.choice(_TAILS)}")
    return "".join(pairs)


def jam(message: str, version: Version, rng: Random, word: str = "") -> str:
    def at(_: re.Match[str]) -> str:
        if rng.random() < 0.5:
            return version.visible.format(word + unit(rng)) + "\r\n"
        return f'\r\n<span style="display:none">{unit(rng)}{word}</span>'

    return _NEWLINE.sub(at, message)


def breaks(message: str) -> str:
    spaced = (
        message.replace("\t", "&nbsp; &nbsp; &nbsp; &nbsp; ")
        .replace("   ", "&nbsp; &nbsp;")
        .replace("  ", "&nbsp;&nbsp;")
    )
    return _NEWLINE.sub("<br />\r\n", spaced)
