"""Captures merged into table files: which files a publish touches, and what each of them becomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from crawler.items import Capture
from pipelines.dataset.commit import Commit
from pipelines.dataset.errors import DatasetError
from pipelines.dataset.files import Patch, merged, to_table
from pipelines.dataset.layout import table_file, thread_range
from pipelines.dataset.merge import LIGHT, PostState, State
from pipelines.dataset.places import Places
from pipelines.dataset.records import Published, Row
from pipelines.dataset.rows import speech_context, speech_rows


@dataclass(frozen=True, slots=True)
class Unit:
    """Files that have to be merged together, because a post moves from one to another; nearly always one range."""

    spans: tuple[str, ...]
    captures: tuple[Capture, ...]


def check_captures(forum: str, captures: Iterable[Capture]) -> None:
    """Raises DatasetError for captures of another forum, and for ids that no column holds."""
    for capture in captures:
        if capture.thread.forum != forum:
            raise DatasetError(f"a capture of {capture.thread.forum} cannot be published as {forum}")
        for number in (capture.thread.thread_id, *(post.post_id for post in capture.posts)):
            if not -(1 << 63) <= number < 1 << 63:
                raise DatasetError(f"{number} in {capture.thread.url} is no id: it has more than 64 bits")


def units(captures: Sequence[Capture], places: Places) -> list[Unit]:
    """The captures by the file ranges that they touch, sorted by range."""
    homes: dict[str, str] = {}  # union-find over ranges

    def home(span: str) -> str:
        while homes.setdefault(span, span) != span:
            span = homes[span]
        return span

    seen: dict[int, str] = {}
    for capture in captures:
        span = thread_range(capture.thread.thread_id)
        home(span)
        for post in capture.posts:
            homes[home(seen.setdefault(post.post_id, span))] = home(span)
    for post_id, span in places.elsewhere(seen).items():
        homes[home(span)] = home(seen[post_id])
    found: dict[str, list[Capture]] = defaultdict(list)
    for capture in captures:
        found[home(thread_range(capture.thread.thread_id))].append(capture)
    spans: dict[str, list[str]] = defaultdict(list)
    for span in homes:
        spans[home(span)].append(span)
    return [Unit(tuple(sorted(spans[top])), tuple(found[top])) for top in sorted(found)]


def publish_unit(unit: Unit, forum: str, commit: Commit, run: tuple[str, str]) -> Published:
    """Merges the unit's captures and stages what changed; ``run`` is the run's id and the extractor's version."""
    state = State(*run)
    wanted = {post.post_id for capture in unit.captures for post in capture.posts}
    threads = {capture.thread.thread_id for capture in unit.captures}
    _load(state, unit, forum, commit, threads, wanted)
    state.fold(unit.captures)
    changed = {number for number, thread in state.threads.items() if thread.dirty}
    for span in unit.spans:
        changed |= _SpanWriter(state, forum, span, commit).stage()
    return Published(**state.counts, threads_changed=len(changed))


def _load(state: State, unit: Unit, forum: str, commit: Commit, threads: set[int], wanted: set[int]) -> None:
    """Loads the touched threads (also those that lose a post) and their posts, those in ``wanted`` with all columns."""
    light: list[pa.Table] = []
    for span in unit.spans:
        with commit.open(table_file("posts", forum, span)) as file:
            if file:
                light.append(file.read(LIGHT))
    moving = pa.array(sorted(wanted), pa.int64())
    for table in light:
        threads |= set(table.filter(pc.is_in(table["post_id"], value_set=moving))["thread_id"].to_pylist())
    chosen = pa.array(sorted(threads), pa.int64())
    for table in light:
        state.load((), table.filter(pc.is_in(table["thread_id"], value_set=chosen)).to_pylist())
    for span in unit.spans:
        with commit.open(table_file("threads", forum, span)) as file:
            state.load(file.rows("thread_id", threads) if file else (), ())
        with commit.open(table_file("posts", forum, span)) as file:
            state.load((), file.rows("post_id", wanted & state.posts.keys()) if file else ())


class _SpanWriter:
    """Stages the three files of one range as a state says."""

    def __init__(self, state: State, forum: str, span: str, commit: Commit) -> None:
        self.state, self.forum, self.commit = state, forum, commit
        self.paths = {table: table_file(table, forum, span) for table in ("threads", "posts", "speeches")}
        self.threads = {n: t for n, t in state.threads.items() if thread_range(n) == span}
        self.here = {n: p for n, p in state.posts.items() if thread_range(p.row["thread_id"]) == span}
        self.left = {
            n: p
            for n, p in state.posts.items()
            if p.stored is not None and thread_range(p.stored) == span and n not in self.here
        }

    def stage(self) -> set[int]:
        """Stages what changed; gives the threads whose posts or speeches did."""
        fresh = not self.commit.exists(self.paths["posts"])
        dirty = {n: p for n, p in self.here.items() if p.dirty}
        speeches, spoken = self._speeches()
        changed = {p.row["thread_id"] for p in dirty.values()} | {
            p.stored for p in self.left.values() if p.stored is not None
        }
        rows = [thread.row for thread in self.threads.values() if thread.dirty and thread.row]
        if rows or fresh:
            self._rewrite("threads", rows, "thread_id", [row["thread_id"] for row in rows])
        if dirty or self.left or fresh:
            self._posts(dirty)
        boards = {n: t.row["board"] for n, t in self.threads.items() if t.board_changed and t.row}
        if spoken or boards or fresh:
            self._rewrite("speeches", speeches, "post_id", spoken, _board_patch(boards))
        return changed | {self.here[n].row["thread_id"] for n in spoken if n in self.here}

    def _posts(self, dirty: dict[int, PostState]) -> None:
        full = {n: p for n, p in dirty.items() if p.full}
        marks = [p.row for p in dirty.values() if not p.full]
        self._rewrite(
            "posts", [p.row for p in full.values()], "post_id", full.keys() | self.left.keys(), _deletion_patch(marks)
        )

    def _speeches(self) -> tuple[list[Row], set[int]]:
        """The new rows of speeches, and the posts whose stored ones go."""
        boards = {n: t.row["board"] for n, t in self.threads.items() if t.row}
        rows = self._kept_speeches(boards)
        for number, post in self.here.items():
            if post.turns is not None:
                rows[number] = speech_rows(post.row, post.turns, boards.get(post.row["thread_id"]))
        known = {n for n in rows if self.here[n].stored is not None} | self.left.keys()
        stored = self._stored_speeches(known, self.paths["speeches"])
        replaced = {n for n in rows if rows[n] != stored.get(n, [])} | {n for n in self.left if n in stored}
        return [row for n in replaced for row in rows.get(n, ())], replaced

    def _kept_speeches(self, boards: dict[int, Any]) -> dict[int, list[Row]]:
        """The stored speeches of posts that have changed (moved here, too) with their words as they were."""
        kept: dict[str, set[int]] = defaultdict(set)
        for number, post in self.here.items():
            if post.dirty and post.full and post.turns is None and post.stored is not None:
                kept[table_file("speeches", self.forum, thread_range(post.stored))].add(number)
        found = {n: rows for path, wanted in kept.items() for n, rows in self._stored_speeches(wanted, path).items()}
        for number, rows in found.items():
            post_row = self.here[number].row
            context = speech_context(post_row, boards.get(post_row["thread_id"]))
            found[number] = [row | context for row in rows]
        return found

    def _stored_speeches(self, wanted: set[int], path: str) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = defaultdict(list)
        with self.commit.open(path) as file:
            for row in file.rows("post_id", wanted) if file and wanted else ():
                found[row["post_id"]].append(row)
        return dict(found)

    def _rewrite(self, table: str, rows: list[Row], by: str, gone: Iterable[int], patch: Patch | None = None) -> None:
        path = self.paths[table]
        with self.commit.open(path) as old:
            self.commit.stage(path, merged(old, to_table(table, rows), by, gone, patch))


def _deletion_patch(rows: list[Row]) -> Patch | None:
    """Sets the columns that a deletion changes, in the rows of these posts, and no other."""
    if not rows:
        return None
    numbers = pa.array([row["post_id"] for row in rows], pa.int64())

    def patch(table: pa.Table) -> pa.Table:
        at = pc.index_in(table["post_id"], value_set=numbers)
        if at.null_count == len(at):
            return table
        for name in ("deleted_at", "changed_at", "run_id"):
            field = table.schema.field(name)
            values = pa.array([row[name] for row in rows], field.type).take(at)
            table = _set(table, field, pc.if_else(pc.is_valid(at), values, table[name]))
        return table

    return patch


def _board_patch(boards: dict[int, Any]) -> Patch | None:
    """Sets the board's name in the rows of these threads."""
    if not boards:
        return None
    numbers = pa.array(list(boards), pa.int64())
    names = pa.array(list(boards.values()), pa.string())

    def patch(table: pa.Table) -> pa.Table:
        at = pc.index_in(table["thread_id"], value_set=numbers)
        return _set(table, table.schema.field("board"), pc.if_else(pc.is_valid(at), names.take(at), table["board"]))

    return patch


def _set(table: pa.Table, field: pa.Field, values: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.schema.get_field_index(field.name), field, values)
