"""Table files: read with the schema checked, written the same way whatever wrote the rows before.

A file is sorted by its order columns and cut into row groups by the rows alone, so equal rows make equal bytes, and a
file is rewritten one row group at a time: memory does not grow with its size.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.dataset.errors import DamagedFile, DatasetError, SchemaMismatch
from pipelines.dataset.records import Row
from pipelines.dataset.schema import FILE_SCHEMAS, SCHEMA_VERSION
from pipelines.dataset.store import Store

GROUP_ROWS = 1024
GROUP_BYTES = 16_000_000  # of ``text``: a group of giant posts stays small enough for memory

# order of rows in a file: thread by thread, so that a thread's rows lie together and row groups have narrow ranges
ORDER: dict[str, tuple[str, ...]] = {
    "threads": ("thread_id",),
    "posts": ("thread_id", "post_id"),
    "speeches": ("thread_id", "post_id", "turn"),
    "boards": ("board_id",),
    "reprints": ("thread_id", "post_id"),
    "_reprints": ("thread_id", "post_id"),
    "runs": ("started_at", "run_id"),
}
# columns of long or unique values: a dictionary of them costs time and shrinks nothing
_UNIQUE = {"text", "text_hash", "content_hash", "url", "title_raw", "sketch"}

Patch = Callable[[pa.Table], pa.Table]


@contextmanager
def readable(path: str) -> Iterator[None]:
    """Turns what pyarrow raises on a broken file into DamagedFile; trouble of the disk stays OSError."""
    try:
        yield
    except FileNotFoundError as error:
        raise DamagedFile(path, "it is missing") from error
    except OSError as error:
        if error.errno:
            raise
        raise DamagedFile(path, _first_line(error)) from error
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise DamagedFile(path, _first_line(error)) from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


class TableFile:
    """One table file opened for reading; raises DamagedFile or SchemaMismatch."""

    def __init__(self, store: Store, path: str) -> None:
        self.path = path
        self.table = path.partition("/")[0]
        with readable(path):
            self.parquet = pq.ParquetFile(path, filesystem=store.fs, page_checksum_verification=True)
            found = self.parquet.schema_arrow
        try:
            check_schema(path, found)
        except DatasetError:
            self.close()
            raise

    def __enter__(self) -> TableFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.parquet.close(force=True)

    @property
    def groups(self) -> int:
        return int(self.parquet.num_row_groups)

    def group(self, number: int, columns: list[str] | None = None) -> pa.Table:
        with readable(self.path):
            return self.parquet.read_row_group(number, columns=columns)

    def read(self, columns: list[str] | None = None) -> pa.Table:
        with readable(self.path):
            return self.parquet.read(columns=columns)

    def rows(self, column: str, wanted: Iterable[int], columns: list[str] | None = None) -> list[Row]:
        """The rows whose ``column`` is among ``wanted``; row groups without any of them are not read."""
        values = pa.array(sorted(wanted), pa.int64())
        found: list[Row] = []
        for number in range(self.groups if len(values) else 0):
            mask = pc.is_in(self.group(number, [column])[column], value_set=values)
            if pc.any(mask).as_py():
                found += self.group(number, columns).filter(mask).to_pylist()
        return found


def check_schema(path: str, found: pa.Schema) -> None:
    """Raises SchemaMismatch, saying what to do, for another version of the path's table; DamagedFile for no version of it.

    A column that was described in other words is the same column: the file is described anew when it is written next.
    """
    version = (found.metadata or {}).get(b"schema_version", b"").decode("ascii", "replace")
    if version == str(SCHEMA_VERSION) and found.equals(FILE_SCHEMAS[path.partition("/")[0]]):
        return
    if not version.isdecimal() or int(version) == SCHEMA_VERSION:
        raise DamagedFile(path, f"its schema is not that of version {SCHEMA_VERSION}")
    if int(version) > SCHEMA_VERSION:
        raise SchemaMismatch(f"{path} has schema version {version}, this code knows {SCHEMA_VERSION}: update the code")
    raise SchemaMismatch(
        f"{path} has schema version {version}, this code writes {SCHEMA_VERSION}: move the corpus folder away and run "
        "`scrapy reextract`, which builds it again from the archive, or set CORPUS_DIR to a new folder"
    )


def to_table(table: str, rows: list[Row]) -> pa.Table:
    """The rows in the file's order, by the declared schema; a row lacks a key where its value is null."""
    rows = sorted(rows, key=lambda row: tuple(row[name] for name in ORDER[table]))
    schema = FILE_SCHEMAS[table]
    arrays = [pa.array([row.get(field.name) for row in rows], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def merged(
    old: TableFile | None, new: pa.Table, by: str, gone: Iterable[int], patch: Patch | None
) -> Iterator[pa.Table]:
    """The file's rows in order, without those whose ``by`` is in ``gone``, patched, with ``new`` (in order) merged in."""
    order = [(name, "ascending") for name in ORDER[old.table]] if old else []
    keys = list(zip(*(new[name].to_pylist() for name, _ in order), strict=True)) if old else []
    dropped = pa.array(sorted(gone), pa.int64())
    start = 0
    for number in range(old.groups if old else 0):
        assert old is not None
        group = old.group(number)
        if group.num_rows == 0:
            continue
        last = tuple(group[name][-1].as_py() for name, _ in order)
        stop = bisect_right(keys, last, lo=start)
        kept = group.filter(pc.invert(pc.is_in(group[by], value_set=dropped)))
        kept = patch(kept) if patch else kept
        yield pa.concat_tables([kept, new.slice(start, stop - start)]).sort_by(order) if stop > start else kept
        start = stop
    yield new.slice(start)


def grouped(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows cut into row groups; where the cuts fall depends on the rows alone."""
    held: pa.Table | None = None
    for table in tables:
        held = table if held is None else pa.concat_tables([held, table])
        while (size := _full_group(held)) is not None:
            yield held.slice(0, size)
            held = held.slice(size)
    if held is not None and held.num_rows:
        yield held


def _full_group(table: pa.Table) -> int | None:
    """How many rows fill a row group; ``None`` if the table does not."""
    head = table.slice(0, GROUP_ROWS)
    if "text" in table.column_names and head.num_rows:
        heavy = pc.greater_equal(pc.cumulative_sum(pc.cast(pc.binary_length(head["text"]), pa.int64())), GROUP_BYTES)
        first = pc.index(heavy, True).as_py()
        if first >= 0:
            return int(first) + 1
    return GROUP_ROWS if head.num_rows == GROUP_ROWS else None


def write_file(place: str, table: str, tables: Iterable[pa.Table]) -> int:
    """Writes a table file of these rows to a local path; gives the number of rows.

    A file without rows has no row group: `datasets` 5 cannot read an empty one.
    """
    schema = FILE_SCHEMAS[table]
    rows = 0
    with pq.ParquetWriter(place, schema, **_options(schema)) as writer:
        for group in grouped(tables):
            # one chunk a column: page boundaries would follow the chunks, and bytes must depend on rows only
            writer.write_table(group.combine_chunks(), row_group_size=GROUP_ROWS)
            rows += group.num_rows
    return rows


def _options(schema: pa.Schema) -> dict[str, Any]:
    leaves = [leaf for field in schema for leaf in _leaves(field.name, field.type)]
    return {
        "compression": "zstd",
        "compression_level": 3,
        "use_dictionary": [leaf for leaf in leaves if leaf.rpartition(".")[2] not in _UNIQUE],
        "write_statistics": [leaf for leaf in leaves if leaf.rpartition(".")[2] not in ("text", "sketch")],
        "write_page_checksum": True,
    }


def _leaves(name: str, kind: pa.DataType) -> Iterator[str]:
    """Parquet's names of a column's leaves: ``quotes.list.element.text``."""
    if pa.types.is_list(kind):
        yield from _leaves(f"{name}.list.element", kind.value_type)
    elif pa.types.is_struct(kind):
        for field in kind:
            yield from _leaves(f"{name}.{field.name}", field.type)
    else:
        yield name
