"""A text as the set of its 4-grams, exactly and as a MinHash sketch.

Before that, what reposting changes is folded away: width (NFKC), traditional characters (OpenCC t2s), case, and every
character that is no letter or digit. MinHash is rensa's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import opencc
import rensa

GRAM = 4  # UTF-16 units: four of them fill 64 bits, so a gram is compared exactly, not by a hash
VALUES = 192
ROWS = 3  # values a band; 64 bands of 3 find a pair of Jaccard 0.5 in 9,998 of 10,000 cases, one of 0.05 in 8 of 1,000
BANDS = VALUES // ROWS
SKETCH_BYTES = 2 * VALUES
SEED = 20_260_101
ALGORITHM = f"rensa RMinHash {rensa.RMinHash.ALGORITHM_VERSION}, {VALUES} values, {ROWS} a band, {GRAM}-grams, t2s, 1"
"""Changes when sketches made before do not fit those made now."""

Units = npt.NDArray[np.uint16]
Grams = npt.NDArray[np.uint64]
Sketches = npt.NDArray[np.uint16]
"""One row a text: the low 16 bits of each MinHash value."""

_APART = re.compile(r"[\W_]+")


@lru_cache(maxsize=1)
def _converter() -> Any:
    return opencc.OpenCC("t2s")


def folded(text: str) -> str:
    """The text's letters and digits, simplified and half-width.

    >>> folded("「經濟」　發展，ＧＤＰ １０％！")
    '经济发展gdp10'
    """
    return _APART.sub("", _converter().convert(unicodedata.normalize("NFKC", text)).casefold())


def units(text: str) -> Units:
    """The folded text as UTF-16 units."""
    return np.frombuffer(folded(text).encode("utf-16-le", "surrogatepass"), np.uint16)


def grams(text: Units) -> Grams:
    """The distinct 4-grams, sorted; none for fewer than four units."""
    return np.unique(_packed(text))


def _packed(text: Units) -> Grams:
    """The gram that begins at each unit; the last three units begin none."""
    wide = text.astype(np.uint64)
    made = np.zeros(max(len(wide) - GRAM + 1, 0), np.uint64)
    for place in range(GRAM):
        made |= wide[place : place + len(made)] << np.uint64(16 * (GRAM - 1 - place))
    return made


def sketches(texts: Sequence[Grams]) -> Sketches:
    """The sketches of these sets of grams, one row each; none of them may be empty."""
    if not texts:
        return np.empty((0, VALUES), np.uint16)
    offsets = np.zeros(len(texts) + 1, np.uint64)
    np.cumsum([len(text) for text in texts], out=offsets[1:])
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(_mixed(np.concatenate(texts)), offsets, VALUES, SEED)
    return (np.array(matrix.to_rows(), np.uint32) & np.uint32(0xFFFF)).astype(np.uint16)


def _mixed(values: Grams) -> Grams:
    """splitmix64's last steps: grams differ in few bits, MinHash wants tokens that differ in many."""
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), np.uint64)


def containment(one: Grams, other: Grams) -> float:
    """The share of the smaller set that is in the other: 1 for an excerpt, 0 if either is empty."""
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    if not len(small):
        return 0.0
    at = np.searchsorted(large, small)
    at[at == len(large)] = 0
    return float(np.count_nonzero(large[at] == small) / len(small))


def band_keys(values: Sketches, band: int) -> Grams:
    """The band's values of every sketch as one number."""
    wide = values[:, band * ROWS : (band + 1) * ROWS].astype(np.uint64)
    return np.asarray(wide[:, 0] << np.uint64(32) | wide[:, 1] << np.uint64(16) | wide[:, 2], np.uint64)
