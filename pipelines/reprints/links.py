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

    def roots(self, numbers: Indices | None = None) -> Indices:
        """The cluster of each number, or of these, named by one of its numbers."""
        found = self.parent if numbers is None else self.parent[numbers]
        while not np.array_equal(found, above := self.parent[found]):
            found = above
        return found


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
    """All pairs of equal key that are not joined when their turn comes; sorted neighbours first: most are joined then."""
    order = np.lexsort((clusters.roots(), keys))
    group = np.cumsum(np.r_[True, keys[order][1:] != keys[order][:-1]]) if len(order) else order
    for first in (True, False):
        roots = clusters.roots(order)
        again = np.lexsort((roots, group))
        order, group, roots = order[again], group[again], roots[again]
        # a pair begins at ``at`` and ends anywhere from the end of its cluster to the end of its group
        starts, stops = _ends(group, roots), _ends(group, group)
        if first:
            stops = np.minimum(stops, starts + 1)
        for at, there in _spread(starts, stops):
            left, right = order[at], order[there]
            if fresh is not None:
                either = fresh[left] | fresh[right]
                left, right = left[either], right[either]
            yield left, right


def _ends(group: Indices, part: Indices) -> Indices:
    """Of each row, where the run of rows of its group and part ends."""
    if not len(group):
        return group
    changes = np.flatnonzero((group[1:] != group[:-1]) | (part[1:] != part[:-1])) + 1
    bounds = np.r_[0, changes, len(group)]
    return np.repeat(bounds[1:], np.diff(bounds))


def _spread(starts: Indices, stops: Indices) -> Iterator[tuple[Indices, Indices]]:
    """(row, other) for every row and every other from its start up to its stop, some thousands at a time."""
    rows = np.flatnonzero(stops > starts)
    counts = (stops - starts)[rows]
    sums = np.cumsum(counts)
    total = int(sums[-1]) if len(sums) else 0
    for first in range(0, total, _AT_ONCE):
        number = np.arange(first, min(first + _AT_ONCE, total))
        which = np.searchsorted(sums, number, "right")
        yield rows[which], starts[rows[which]] + number - (sums - counts)[which]


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
