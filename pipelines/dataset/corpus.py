"""The corpus: one class that spiders, commands and notebooks use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from crawler.items import Board, Capture
from pipelines.dataset.adopt import Difference, differences, take_over
from pipelines.dataset.card import describe
from pipelines.dataset.commit import Commit, finish
from pipelines.dataset.errors import DamagedFile, ForumLocked, OtherPrivacy, explained
from pipelines.dataset.files import TableFile
from pipelines.dataset.layout import THREADED, boards_file, span_of
from pipelines.dataset.lock import Lease, forum_lock
from pipelines.dataset.places import Places
from pipelines.dataset.publish import check_captures, publish_unit, units
from pipelines.dataset.records import KNOWN_COLUMNS, KnownBoard, KnownThreads, Lost, Published, Row, RunRecord
from pipelines.dataset.registers import adopt_boards, stage_boards, stage_run
from pipelines.dataset.repair import check_files, finish_moves, lost, rebuilt, set_aside
from pipelines.dataset.schema import SCHEMAS
from pipelines.dataset.store import open_store


class Dataset:
    """A corpus in a local folder or under ``s3://bucket/prefix`` (endpoint: ``AWS_ENDPOINT_URL``).

    Every method raises DatasetError (see ``errors``) with what to do; the tables are then as they were before.
    """

    def __init__(self, root: str) -> None:
        self.store = open_store(root)
        self.root = self.store.root
        self._held: dict[str, Lease | None] = {}
        self._places: dict[str, Places] = {}

    @contextmanager
    def lock(self, forum: str) -> Iterator[None]:
        """Holds the forum while the block runs, after finishing or undoing what a killed run left.

        Raises ForumLocked if another run holds it; a dead process holds nothing.
        """
        with forum_lock(self.store, forum) as lease:
            self._held[forum] = lease
            self._places[forum] = Places(self.store, forum)
            try:
                with explained(f"cannot write to {self.root}"):
                    finish(self.store, forum)
                    finish_moves(self.store, forum)
                yield
            finally:
                del self._held[forum], self._places[forum]

    @contextmanager
    def _holding(self, forum: str) -> Iterator[None]:
        if forum in self._held:
            yield
        else:
            with self.lock(forum):
                yield

    def recover(self) -> list[str]:
        """Finishes the commits that killed runs left; gives their forums. Forums that a run holds are left to it."""
        done = []
        for path in self.store.sizes(""):
            if path.startswith("_journal-"):
                forum = str(self.store.read_json(path)["forum"])
                try:
                    with self.lock(forum):
                        done.append(forum)
                except ForumLocked:
                    continue
        return done

    def publish(
        self,
        forum: str,
        captures: Iterable[Capture],
        boards: Iterable[tuple[Board, datetime | None]],
        run: RunRecord,
    ) -> Published:
        """Merges all this into the tables as one commit; files in which nothing changed are not written.

        With each board comes its ``complete_through`` (``None``: as it was). May be called many times in a run: the counts
        in the run's row add up. Takes the forum's lock unless ``lock`` holds it already.
        """
        captures = list(captures)
        check_captures(forum, captures)
        with self._holding(forum), explained(f"cannot publish to {self.root}"), Commit(self.store, forum) as commit:
            published = self._stage(commit, captures, list(boards), run)
            self._check_lease(forum)
        return published

    def _check_lease(self, forum: str) -> None:
        if (lease := self._held[forum]) is not None:
            lease.check()

    def _stage(
        self, commit: Commit, captures: list[Capture], boards: list[tuple[Board, datetime | None]], run: RunRecord
    ) -> Published:
        forum = commit.forum
        places = self._places[forum]
        places.refresh(commit)
        published = Published()
        for unit in units(captures, places):
            published += publish_unit(unit, forum, commit, (run.run_id, run.code_version))
        stage_boards(commit, boards, run)
        published = replace(published, files_written=len(commit.staged))
        stage_run(commit, run, published)
        return replace(published, bytes_written=commit.bytes_staged)

    def compare(self, forum: str, other: Dataset) -> Iterator[Difference]:
        """The rows of the forum that ``other``, the same corpus built again, has otherwise; see ``adopt``. Only reads."""
        with explained(f"cannot read {self.root}"):
            yield from differences(self.store, other.store, forum)

    def adopt(self, forum: str, other: Dataset, run: RunRecord) -> Published:
        """Takes over, as one commit, what ``other`` has of the forum in threads, posts and speeches, and unknown boards.

        Rows that are equal but for ``run_id`` and ``extractor`` stay, and so do threads that ``other`` does not have.
        """
        with self._holding(forum), explained(f"cannot publish to {self.root}"), Commit(self.store, forum) as commit:
            published = take_over(commit, other.store)
            adopt_boards(commit, other.store)
            published = replace(published, files_written=len(commit.staged))
            stage_run(commit, run, published)
            self._check_lease(forum)
            return replace(published, bytes_written=commit.bytes_staged)

    def describe(self) -> None:
        """Writes ``README.md`` and ``croissant.json`` beside the tables; see ``card``."""
        with explained(f"cannot write to {self.root}"):
            describe(self.store)

    def check(self, forum: str, *, deep: bool = False) -> list[DamagedFile]:
        """What is wrong with the forum's files: missing, cut, unreadable; ``deep`` reads and compares every byte."""
        with explained(f"cannot read {self.root}"):
            return check_files(self.store, forum, deep=deep)

    def set_aside(self, forum: str, damage: DamagedFile) -> None:
        """Moves a damaged file, and the other tables' files of the same threads, into ``_damaged/``; see ``lost``.

        A file of boards or runs is moved alone; boards come back with the next crawl, old runs do not.
        """
        with self._holding(forum), explained(f"cannot write to {self.root}"):
            set_aside(self.store, forum, damage.path)

    def lost(self, forum: str) -> tuple[Lost, ...]:
        """The thread ranges that were set aside and wait to be built again; ``thread_id in lost`` tells which they hold.

        To build them: publish all archived captures of their threads, in order of time, then call ``rebuilt``.
        """
        with explained(f"cannot read {self.root}"):
            return lost(self.store, forum)

    def rebuilt(self, forum: str) -> None:
        """Says that what was lost has been published again."""
        with self._holding(forum), explained(f"cannot write to {self.root}"):
            rebuilt(self.store, forum)

    def forums(self) -> list[str]:
        """The forums that have threads in the corpus, by name; reads one value a file."""
        found: dict[str, str] = {}
        with explained(f"cannot read {self.root}"):
            for path in self.store.sizes("threads"):
                series = path.rpartition("-")[0]
                if series not in found:
                    with TableFile(self.store, path) as file:
                        first = next(file.parquet.iter_batches(1, columns=["forum"]), None)
                        if first is not None and first.num_rows:
                            found[series] = first["forum"][0].as_py()
        return sorted(found.values())

    def rows(self, table: str, forum: str, columns: list[str]) -> Iterator[Row]:
        """The forum's rows of a table, streamed by file and row group."""
        with explained(f"cannot read {self.root}"):
            for path in self._files(table, forum):
                with TableFile(self.store, path) as file:
                    for batch in file.parquet.iter_batches(1024, columns=columns):
                        yield from batch.to_pylist()

    def check_privacy(self, forum: str, mark: str) -> None:
        """Raises OtherPrivacy if rows of the forum were read with another ``mark`` (see ``pipelines.privacy``) than this.

        Damaged files are passed over: what comes in their place is made with this one.
        """
        versions: set[str] = set()
        with explained(f"cannot read {self.root}"):
            for path in self._files("posts", forum):
                with suppress(DamagedFile), TableFile(self.store, path) as file:
                    versions |= set(file.read(["extractor"])["extractor"].unique().to_pylist())
            for path in self._files("runs", forum):
                with suppress(DamagedFile), TableFile(self.store, path) as file:
                    runs = file.read(["code_version", "threads_changed"]).to_pylist()
                    versions |= {run["code_version"] for run in runs if run["threads_changed"] and run["code_version"]}
        if {version.partition("+")[2] for version in versions} - {mark.lstrip("+")}:
            raise OtherPrivacy(forum, self.root)

    def known_threads(self, forum: str) -> KnownThreads:
        """All threads of the forum, as a mapping by id."""
        return KnownThreads(self._read("threads", forum, KNOWN_COLUMNS))

    def known_boards(self, forum: str) -> dict[int, KnownBoard]:
        """All boards of the forum, by id."""
        columns = ["board_id", "name", "url", "threads_listed", "complete_through"]
        return {row["board_id"]: KnownBoard(**row) for row in self._read("boards", forum, columns).to_pylist()}

    def last_runs(self, forum: str, count: int = 10) -> list[Row]:
        """The forum's last rows of ``runs``, the latest first."""
        rows: list[Row] = self._read("runs", forum, None).sort_by("started_at").to_pylist()
        return rows[::-1][:count]

    def counts(self, forum: str) -> dict[str, int]:
        """Rows of the forum in threads, posts (deleted ones too) and speeches; reads the files' ends only."""
        found = dict.fromkeys(THREADED, 0)
        with explained(f"cannot read {self.root}"):
            for table in THREADED:
                for path in self._files(table, forum):
                    with TableFile(self.store, path) as file:
                        found[table] += file.parquet.metadata.num_rows
        return found

    def shares(self, forum: str, columns: Sequence[str]) -> dict[str, float]:
        """The share of the forum's posts that have each column; empty without posts. Reads the files' ends only."""
        rows, missing = 0, dict.fromkeys(columns, 0)
        with explained(f"cannot read {self.root}"):
            for path in self._files("posts", forum):
                with TableFile(self.store, path) as file:
                    metadata = file.parquet.metadata
                    at = {metadata.schema.column(n).path: n for n in range(metadata.num_columns)}
                    rows += metadata.num_rows
                    for group in map(metadata.row_group, range(metadata.num_row_groups)):
                        for name in columns:
                            told = group.column(at[name]).statistics
                            missing[name] += told.null_count if told is not None else 0
        return {name: 1 - missing[name] / rows for name in columns} if rows else {}

    def _read(self, table: str, forum: str, columns: list[str] | None) -> pa.Table:
        schema = SCHEMAS[table] if columns is None else pa.schema([SCHEMAS[table].field(name) for name in columns])
        parts: list[pa.Table] = [schema.empty_table()]
        with explained(f"cannot read {self.root}"):
            for path in self._files(table, forum):
                with TableFile(self.store, path) as file:
                    parts.append(file.read(columns).replace_schema_metadata(schema.metadata))
        return pa.concat_tables(parts)

    def _files(self, table: str, forum: str) -> list[str]:
        if table == "boards":
            return [path for path in self.store.sizes(table) if path == boards_file(forum)]
        return [path for path in self.store.sizes(table) if span_of(path, forum)]
