"""The generator's noise in text that has lost its markup: found by grammar, taken out under guard (discuz.md 1.2-1.4).

A unit is 5-15 pairs of c1, one space, c2; c1 is one of 28 characters up to ``;``, c2 one of 64 from ``?`` on, so
``<``, ``=``, ``>`` never occur. A pair whose c1 is a space shows as two NBSPs, as one space, or not at all.
"""

from __future__ import annotations

import re

_NEXT = r"(?:[!-;][ \xa0]|[ \xa0]{1,3})[?-~]"
_RUN = re.compile(rf"(?:(?m:^)[ \xa0]*[?-~](?:{_NEXT}){{4,}}|(?:{_NEXT}){{5,}})")
_STRICT = re.compile(r"([!-;])[ \xa0]([?-~])")


def strip_jammer(text: str, evidence: str = "") -> tuple[str, list[str]]:
    """``text`` without noise units, and the units taken out; ``evidence``: all that was written in the same place."""
    gone: list[str] = []

    def judge(match: re.Match[str]) -> str:
        if not _is_noise(match.group()):
            return match.group()
        gone.append(match.group())
        return ""

    return _RUN.sub(judge, text), gone


def _is_noise(run: str) -> bool:
    strict = _STRICT.findall(run)
    letters = sum("?" <= char <= "~" for char in run)
    return len(strict) >= 3 and len(strict) >= 0.6 * letters and len({c1 for c1, _ in strict}) >= 3
