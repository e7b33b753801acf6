"""The posts that matter to an update, by number. Their folded texts lie in a temporary file: few are needed at a time."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from pipelines.dataset.store import Store
from pipelines.reprints.changes import INDEX, texts_of
from pipelines.reprints.sketch import Grams, Units, containment, grams

_KEPT = 20_000  # texts whose grams stay in memory: 50 MB for texts of 1 KB
_LIGHT = [name for name in INDEX.names if name != "sketch"]


class Pool:
    """``index`` rows, one a post, and the name of the file that each lies in."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.names: list[str] = []
        self._parts: list[pa.Table] = [INDEX.empty_table()]
        self._file = tempfile.TemporaryFile(prefix="tiezi-")  # noqa: SIM115 (closed by ``__exit__``)
        self._starts, self._stops = array("q"), array("q")
        self._grams: OrderedDict[int, Grams] = OrderedDict()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self.names)

    def take(self, name: str, index: pa.Table, texts: Sequence[Units] = ()) -> None:
        """Adds posts of a file, with their texts where these are at hand."""
        first = len(self)
        self._parts.append(index)
        self.names += [name] * len(index)
        self._starts.extend([-1] * len(index))
        self._stops.extend([-1] * len(index))
        for number, text in enumerate(texts, first):
            self._put(number, text)

    @property
    def index(self) -> pa.Table:
        """The index rows of all posts, by number."""
        self._parts = [pa.concat_tables(self._parts)]
        return self._parts[0]

    def rows(self, numbers: list[int]) -> list[dict[str, object]]:
        """The index rows of these posts, without sketches."""
        rows: list[dict[str, object]] = self.index.select(_LIGHT).take(pa.array(numbers, pa.int64())).to_pylist()
        return rows

    def need(self, numbers: Iterable[int]) -> None:
        """Reads the texts of these posts that are not here yet; one that has just moved counts as empty until the next update."""
        wanted: dict[str, list[int]] = defaultdict(list)
        for number in sorted(set(numbers)):
            if self._starts[number] < 0:
                wanted[self.names[number]].append(number)
        ids = self.index["post_id"]
        for name, absent in wanted.items():
            found = texts_of(self.store, name, [ids[number].as_py() for number in absent])
            for number in absent:
                self._put(number, found.get(ids[number].as_py(), np.empty(0, np.uint16)))

    def containment(self, one: int, other: int) -> float:
        """The share of the shorter text's 4-grams that the other one has."""
        return containment(self._grams_of(one), self._grams_of(other))

    def _put(self, number: int, text: Units) -> None:
        self._starts[number] = self._file.seek(0, os.SEEK_END)
        self._file.write(text.tobytes())
        self._stops[number] = self._file.tell()

    def _grams_of(self, number: int) -> Grams:
        if number in self._grams:
            self._grams.move_to_end(number)
            return self._grams[number]
        self._file.flush()
        start, stop = self._starts[number], self._stops[number]
        found = grams(np.frombuffer(os.pread(self._file.fileno(), stop - start, start), np.uint16))
        self._grams[number] = found
        if len(self._grams) > _KEPT:
            self._grams.popitem(last=False)
        return found
