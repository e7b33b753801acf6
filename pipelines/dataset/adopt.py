"""A corpus that was built again beside this one, compared with it row by row and taken over as one commit.

Rows that are equal but for the run and the code that wrote them stay as they are, so a rebuild by the same code changes
no byte. Threads that the other corpus does not have keep their rows: an archive may hold less than the corpus.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa

from pipelines.dataset.commit import Commit
from pipelines.dataset.files import GROUP_ROWS, ORDER, TableFile, to_table
from pipelines.dataset.layout import THREADED, span_of, table_file, thread_range
from pipelines.dataset.records import Published, Row
from pipelines.dataset.store import Store

_RUN_COLUMNS = ("run_id", "extractor")


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that the other corpus has otherwise; ``old`` is None for one that is new, ``new`` for one that goes."""

    table: str
    old: Row | None
    new: Row | None

    @property
    def columns(self) -> list[str]:
        """The columns that differ, if both have the row."""
        if self.old is None or self.new is None:
            return []
        return [name for name in self.old if name not in _RUN_COLUMNS and self.old[name] != self.new[name]]


def differences(store: Store, other: Store, forum: str) -> Iterator[Difference]:
    """All rows that taking over ``other`` would change, file by file, sorted by key within a file; bounded memory."""
    for table in THREADED:
        for span in spans(store, other, forum):
            for old, new in _pairs(store, other, forum, table, span):
                if not _same(old, new):
                    yield Difference(table, old, new)


def take_over(commit: Commit, other: Store) -> Published:
    """Stages every file in which ``other`` has rows of other content."""
    counts: Counter[str] = Counter()
    threads: set[int] = set()
    changed: set[str] = set()
    for change in differences(commit.store, other, commit.forum):
        row = change.new or change.old or {}
        threads.add(row["thread_id"])
        changed.add(table_file(change.table, commit.forum, thread_range(row["thread_id"])))
        if change.table == "posts":
            counts[
                "posts_new" if change.old is None else "posts_deleted" if change.new is None else "posts_edited"
            ] += 1
    for span in spans(commit.store, other, commit.forum):
        for table in THREADED:
            path = table_file(table, commit.forum, span)
            if path in changed or not commit.exists(path):
                rows = (
                    old if _same(old, new) else new
                    for old, new in _pairs(commit.store, other, commit.forum, table, span)
                )
                commit.stage(path, _tables(table, (row for row in rows if row is not None)))
    return Published(**counts, threads_changed=len(threads))


def spans(store: Store, other: Store, forum: str) -> list[str]:
    """The ranges that either corpus has of the forum."""
    found = {span_of(path, forum) for place in (store, other) for path in place.sizes("threads")}
    return sorted(span for span in found if span is not None)


def _pairs(store: Store, other: Store, forum: str, table: str, span: str) -> Iterator[tuple[Row | None, Row | None]]:
    """(row as it is, row as it will be) for every key, in order; a thread that the other does not have stays."""
    rebuilt = set(_column(other, table_file("threads", forum, span), "thread_id"))
    path = table_file(table, forum, span)
    for old, new in _joined(_rows(store, path), _rows(other, path), ORDER[table]):
        yield old, (old if new is None and old is not None and old["thread_id"] not in rebuilt else new)


def _joined(olds: Iterator[Row], news: Iterator[Row], key: tuple[str, ...]) -> Iterator[tuple[Row | None, Row | None]]:
    """Two sorted streams of rows side by side."""
    old, new = next(olds, None), next(news, None)
    while old is not None or new is not None:
        here = [tuple(row[name] for name in key) for row in (old, new) if row is not None]
        takes_old = old is not None and here[0] == min(here)
        takes_new = new is not None and here[-1] == min(here)
        yield (old if takes_old else None), (new if takes_new else None)
        old = next(olds, None) if takes_old else old
        new = next(news, None) if takes_new else new


def _same(old: Row | None, new: Row | None) -> bool:
    if old is None or new is None:
        return old is new
    return old is new or all(new[name] == value for name, value in old.items() if name not in _RUN_COLUMNS)


def _rows(store: Store, path: str) -> Iterator[Row]:
    if store.exists(path):
        with TableFile(store, path) as file:
            for number in range(file.groups):
                for batch in file.group(number).to_batches(max_chunksize=256):
                    yield from batch.to_pylist()


def _column(store: Store, path: str, name: str) -> list[int]:
    if not store.exists(path):
        return []
    with TableFile(store, path) as file:
        found: list[int] = file.read([name])[name].to_pylist()
        return found


def _tables(table: str, rows: Iterable[Row]) -> Iterator[pa.Table]:
    rows = iter(rows)
    while part := list(islice(rows, GROUP_ROWS)):
        yield to_table(table, part)
