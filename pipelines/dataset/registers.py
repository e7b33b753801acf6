"""The small tables, boards and runs: read whole, changed by row, written whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crawler.items import Board
from pipelines.dataset.commit import Commit
from pipelines.dataset.files import TableFile, to_table
from pipelines.dataset.layout import boards_file, runs_file
from pipelines.dataset.records import Published, Row, RunRecord
from pipelines.dataset.rows import clean
from pipelines.dataset.schema import SCHEMA_VERSION
from pipelines.dataset.store import Store

_COUNTED = ("threads_changed", "posts_new", "posts_edited", "posts_deleted", "files_written")


def stage_boards(commit: Commit, boards: Iterable[tuple[Board, datetime | None]], run: RunRecord) -> None:
    """Merges the boards into their file; what a board does not tell stays as it is known."""
    path = boards_file(commit.forum)
    stored = _stored(commit, path, "board_id")
    rows = dict(stored)
    at = run.ended_at or run.started_at
    told: dict[int, Row] = {}
    for board, through in boards:
        about = {
            "name": clean(board.name),
            "url": clean(board.url),
            "threads_listed": board.threads_listed,
            "complete_through": through,
        }
        told[board.board_id] = told.get(board.board_id, {}) | {
            key: value for key, value in about.items() if value not in (None, "")
        }
    for number, news in told.items():
        old = rows.get(number, {"forum": commit.forum, "board_id": number, "first_seen_at": at})
        if any(old.get(key) != value for key, value in news.items()) or number not in rows:
            rows[number] = old | news | {"changed_at": at, "run_id": run.run_id}
    if rows != stored or not commit.exists(path):
        commit.stage(path, [to_table("boards", list(rows.values()))])


def adopt_boards(commit: Commit, other: Store) -> None:
    """Takes over the boards that only ``other`` has: what is known of the rest was learned by fetching."""
    path = boards_file(commit.forum)
    stored = _stored(commit, path, "board_id")
    theirs: dict[object, Row] = {}
    if other.exists(path):
        with TableFile(other, path) as file:
            theirs = {row["board_id"]: row for row in file.read().to_pylist()}
    if theirs.keys() - stored.keys() or not commit.exists(path):
        commit.stage(path, [to_table("boards", list((theirs | stored).values()))])


def stage_run(commit: Commit, run: RunRecord, published: Published) -> None:
    """Writes the run's row, its counts added to those that the run published before."""
    path = runs_file(commit.forum, run.started_at)
    rows = _stored(commit, path, "run_id")
    before = rows.get(run.run_id, {})
    told = {name: getattr(run, name) for name in run.__slots__ if name != "errors"}
    counted = {name: before.get(name, 0) + getattr(published, name) for name in _COUNTED}
    rows[run.run_id] = {
        **told,
        **counted,
        "forum": commit.forum,
        "schema_version": SCHEMA_VERSION,
        "command": clean(run.command),
        "reason": clean(run.reason),
        "errors": [{"url": clean(url), "what": clean(what)} for url, what in run.errors],
    }
    commit.stage(path, [to_table("runs", list(rows.values()))])


def _stored(commit: Commit, path: str, key: str) -> dict[object, Row]:
    with commit.open(path) as file:
        return {row[key]: row for row in file.read().to_pylist()} if file else {}
