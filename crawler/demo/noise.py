"""The anti-copy noise of Discuz! X2 to X3.5, by the grammar of its generator (``jammer()`` in function_discuzcode).

One unit replaces every raw newline of a rendered message: with even odds a visible unit before the line break or a hidden
one after it. A unit holds pairs of one character of 0x20-0x3B, a space, and one of 0x3F-0x7E; whether another pair
follows is drawn again before each, against a bound that is itself drawn from 5 to 15.
"""

from __future__ import annotations

import re
from random import Random

FIRST = tuple(chr(code) for code in range(0x20, 0x3C))
SECOND = tuple(chr(code) for code in range(0x3F, 0x7F))
_NEWLINE = re.compile(r"\r\n|\n|\r")


def unit(rng: Random) -> str:
    """5 to 15 pairs, never escaped."""
    draw = rng.random
    pairs: list[str] = []
    while len(pairs) < 5 + int(draw() * 11):
        pairs.append(f"{FIRST[int(draw() * 28)]} {SECOND[int(draw() * 64)]}")
    return "".join(pairs)


def jam(message: str, rng: Random) -> str:
    """A rendered message with a unit for each of its newlines."""

    def replace(_: re.Match[str]) -> str:
        if rng.random() < 0.5:
            return f'<font class="jammer">{unit(rng)}</font>\r\n'
        return f'\r\n<span style="display:none">{unit(rng)}</span>'

    return _NEWLINE.sub(replace, message)


def breaks(message: str) -> str:
    """What X does last to a message that is no HTML: tabs and runs of spaces to NBSPs, newlines to ``<br />``."""
    spaced = (
        message.replace("\t", "&nbsp; &nbsp; &nbsp; &nbsp; ")
        .replace("   ", "&nbsp; &nbsp;")
        .replace("  ", "&nbsp;&nbsp;")
    )
    return _NEWLINE.sub("<br />\r\n", spaced)
