"""Sums by key over tables that come piece by piece; memory grows with the number of keys, not of rows."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_COMPACT = 100_000  # rows that may wait before they are added up


class Tally:
    """``measures``: column → how two values of it become one (``sum``, ``min`` or ``max``)."""

    def __init__(self, keys: list[str], **measures: str) -> None:
        self.keys, self.measures = keys, measures
        self.parts: list[pa.Table] = []
        self.waiting = self.settled = 0

    def add(self, part: pa.Table) -> None:
        """Rows with the keys and measures as columns, in any number a key."""
        self.parts.append(part.select([*self.keys, *self.measures]))
        self.waiting += part.num_rows
        if self.waiting > max(_COMPACT, self.settled):
            self._compact()

    def count(self, rows: pa.Table, **distinct: str) -> None:
        """Adds one row a key: ``sum`` measures count its rows, those in ``distinct`` the values of the column named."""
        wanted: list[tuple[str | list[str], str]] = [
            (distinct.get(name, []), "count_distinct" if name in distinct else "count_all") for name in self.measures
        ]
        found = rows.group_by(self.keys).aggregate(wanted)
        self.add(found.rename_columns([*self.keys, *self.measures]))

    def table(self) -> pa.Table | None:
        """One row a key; ``None``: nothing was added."""
        self._compact()
        return self.parts[0] if self.parts else None

    def top(self, measure: str, count: int | None = None) -> list[dict[str, object]]:
        """The rows with the most, keys deciding between equals; a row whose first key is null or empty is left out."""
        table = self.table()
        if table is None:
            return []
        first = table[self.keys[0]]
        mask = pc.is_valid(first)
        if pa.types.is_string(first.type):
            mask = pc.and_kleene(mask, pc.not_equal(first, ""))
        table = table.filter(mask)
        order = [(measure, "descending"), *((key, "ascending") for key in self.keys)]
        rows: list[dict[str, object]] = table.take(pc.sort_indices(table, order)[:count]).to_pylist()
        return rows

    def _compact(self) -> None:
        if len(self.parts) < 2 and not self.waiting:
            return
        joined = pa.concat_tables(self.parts)
        summed = joined.group_by(self.keys).aggregate(list(self.measures.items()))
        self.parts = [summed.rename_columns([*self.keys, *self.measures])]
        self.settled, self.waiting = summed.num_rows, 0


def grouped(rows: pa.Table, keys: list[str], **measures: tuple[str | list[str], str]) -> pa.Table:
    """``rows`` by key; measure = (column, function of pyarrow); ``count_all`` takes no column: ``[]``."""
    found = rows.group_by(keys).aggregate(list(measures.values()))
    return found.rename_columns([*keys, *measures])
