"""Which texts are reprints of each other: candidates by bands, judged exactly, joined into clusters.

The graph is given by the texts alone: a pair is linked if it shares a band, its sketches look alike enough, and its grams
are alike. A pair whose ends are joined already is not judged: that cannot change the clusters, and spares a family of a
thousand reprints half a million comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from pipelines.reprints.sketch import BANDS, ROWS, VALUES, Sketches, band_keys

MARGIN = 0.15  # what an estimate of containment may lack: three standard deviations of 192 values
_AT_ONCE = 1 << 15  # pairs whose sketches are compared at once: 25 MB

Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Judge = Callable[[int, int], bool]
"""Whether two texts, by number, are alike; exact."""


class Clusters:
    """A union-find over numbers; every number begins as a cluster of its own, or in the one that ``joined`` names."""

    def __init__(self, joined: Indices) -> None:
        self.parent = joined.copy()

    def find(self, number: int) -> int:
        parent = self.parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = int(parent[number])
        return number

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.find(one), self.find(other)))
        self.parent[high] = low

    def roots(self) -> Indices:
        """Each number's cluster, named by one of its numbers."""
        while not np.array_equal(self.parent, above := self.parent[self.parent]):
            self.parent = above
        return self.parent


def link(
    sketches: Sketches, sizes: Indices, clusters: Clusters, alike: float, judge: Judge, fresh: Flags | None = None
) -> None:
    """Joins all texts that are linked; pairs of which neither is ``fresh`` are known to be joined or not linked."""
    for band in range(BANDS):
        for left, right in _neighbours(band_keys(sketches, band), clusters, fresh):
            equal = sketches[left] == sketches[right]
            likely = plausible(equal, sizes[left], sizes[right], alike)
            # a pair that shares several bands is judged in the first of them only
            likely &= equal.reshape(-1, BANDS, ROWS).all(axis=2).argmax(axis=1) == band
            for one, other in zip(left[likely].tolist(), right[likely].tolist(), strict=True):
                if clusters.find(one) != clusters.find(other) and judge(one, other):
                    clusters.join(one, other)


def _neighbours(
    keys: npt.NDArray[np.uint64], clusters: Clusters, fresh: Flags | None
) -> Iterator[tuple[Indices, Indices]]:
    """All pairs of equal key that are not joined when their turn comes, sorted neighbours first: most then are."""
    order = np.lexsort((clusters.roots(), keys))
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(order) else np.empty(0, np.int64)
    stops = np.r_[starts[1:], len(order)]
    group = np.repeat(np.arange(len(starts)), stops - starts)
    at = np.arange(len(order))
    step = 0
    while len(at):
        step += 1
        at = at[at + step < stops[group[at]]]
        roots = clusters.roots()[order]
        mixed = np.minimum.reduceat(roots, starts) != np.maximum.reduceat(roots, starts)
        at = at[mixed[group[at]]]
        left, right = order[at], order[at + step]
        apart = roots[at] != roots[at + step]
        if fresh is not None:
            apart &= fresh[left] | fresh[right]
        for first in range(0, len(at), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            yield left[part][apart[part]], right[part][apart[part]]


def plausible(equal: Flags, sizes: Indices, other_sizes: Indices, alike: float) -> Flags:
    """Whether pairs may be alike; ``equal``: a row a pair, a column a sketch value, whether both have the same there."""
    jaccard = np.count_nonzero(equal, axis=1) / VALUES
    small, both = np.minimum(sizes, other_sizes), sizes + other_sizes
    found: Flags = jaccard * both / (1 + jaccard) >= (alike - MARGIN) * small
    return found


class Partners:
    """Finds, among texts known before, those that may be alike any of some others."""

    def __init__(self, sketches: Sketches, sizes: Indices, alike: float) -> None:
        self.sketches, self.sizes, self.alike = sketches, sizes, alike
        self.orders = [np.argsort(band_keys(sketches, band)).astype(np.int32) for band in range(BANDS)]

    def of(self, sketches: Sketches, sizes: Indices) -> Flags:
        """Which of these may be alike one of the others."""
        found = np.zeros(len(sketches), np.bool_)
        for band, order in enumerate(self.orders):
            known = band_keys(self.sketches, band)[order]
            open_ = np.flatnonzero(~found)
            keys = band_keys(sketches[open_], band)
            first, counts = np.searchsorted(known, keys), np.searchsorted(known, keys, "right")
            counts -= first
            here = np.repeat(np.arange(len(open_)), counts)
            ends = np.cumsum(counts)
            there = order[np.arange(len(here)) - np.repeat(ends - counts - first, counts)]
            for start in range(0, len(here), _AT_ONCE):
                one, other = open_[here[start : start + _AT_ONCE]], there[start : start + _AT_ONCE]
                equal = sketches[one] == self.sketches[other]
                found[one[plausible(equal, sizes[one], self.sizes[other], self.alike)]] = True
        return found
