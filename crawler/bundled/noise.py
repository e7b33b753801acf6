"""The anti-copy noise of Discuz! X, by its own grammar (discuz.md 1.2): redrawn at every request."""

from __future__ import annotations

import random

LEADS = [chr(code) for code in range(0x20, 0x3C)]  # space ! … /, digits, : ;
TAILS = [chr(code) for code in range(0x3F, 0x7F)]  # ? @ A-Z [ … ~


def unit(rng: random.Random) -> str:
    """One run of pairs: the loop's bound is drawn again at every turn, as in the original."""
    pairs = []
    number = 0
    while number < rng.randint(5, 15):
        pairs.append(f"{rng.choice(LEADS)} {rng.choice(TAILS)}")
        number += 1
    return "".join(pairs)


def jam(html: str, rng: random.Random) -> str:
    """A unit for every newline of a message: visible behind the line, or hidden before the next, half and half."""
    out = []
    lines = html.split("\n")
    for line in lines[:-1]:
        visible = rng.random() < 0.5
        out.append(
            f'{line}<font class="jammer">{unit(rng)}</font>\r\n'
            if visible
            else f'{line}\r\n<span style="display:none">{unit(rng)}</span>'
        )
    return "".join(out) + lines[-1]


def spaced(html: str) -> str:
    """What the software does to spaces after jamming, so that a pair led by a space shows as two NBSPs."""
    return html.replace("\t", "&nbsp; &nbsp; ").replace("   ", "&nbsp; &nbsp;").replace("  ", "&nbsp;&nbsp;")
