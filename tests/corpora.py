"""Captures and corpora for the tests of the dataset: short to write, everything settable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from crawler.items import Capture, Post, Speech, Thread
from pipelines.dataset import Dataset, Published, RunRecord

FORUM = "bbs.example.net"
START = datetime(2024, 3, 1, 8, 0, 30, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def run(name: str = "run-1", **more: Any) -> RunRecord:
    return RunRecord(name, START, code_version=more.pop("code_version", "1"), **more)


def post(number: int, text: str | None = None, **more: Any) -> Post:
    """A post with everything that a full view shows; its thread is set by ``capture``."""
    words = f"第{number}楼" if text is None else text
    about: dict[str, Any] = {
        "author": f"用户{number % 7}",
        "author_id": number % 7 + 1,
        "posted_at": START - timedelta(days=1) + timedelta(seconds=number % 86_400),
        "title": f"标题{number}",
        "url": f"https://{FORUM}/forum.php?mod=redirect&pid={number}",
        "speeches": (Speech(1, "某甲", "市长", "", None, words, 0, len(words)),) if words else (),
    }
    return Post(FORUM, 0, number, text=words, **(about | more))


def capture(
    thread: int, posts: Iterable[Post | int], hours: float = 0, *, complete: bool = True, **more: Any
) -> Capture:
    """A view of a thread ``hours`` after START; a number stands for the ordinary post of that number."""
    shown = [post(p, position=i) if isinstance(p, int) else p for i, p in enumerate(posts, 1)]
    fields = {
        "title": f"主题{thread}",
        "board_id": 2,
        "board": "讲话",
        "url": f"https://{FORUM}/thread-{thread}-1-1.html",
    } | more
    fields.setdefault("replies", max(0, len(shown) - 1))
    return Capture(
        Thread(FORUM, thread, **fields),
        tuple(replace(p, thread_id=thread) for p in shown),
        at(hours),
        complete=complete,
    )


def publish(root: Path | str, *captures: Capture, name: str = "run-1", **more: Any) -> Published:
    return Dataset(str(root)).publish(FORUM, captures, [], run(name, **more))


def rows(root: Path | str, table: str, *without: str) -> list[dict[str, Any]]:
    """All rows of a table in the order of their keys, without some columns."""
    found = pq.read_table(f"{root}/{table}").to_pylist()
    keys = {"threads": ("thread_id",), "posts": ("post_id",), "speeches": ("post_id", "turn")}.get(table, ("run_id",))
    found.sort(key=lambda row: tuple(row[key] for key in keys))
    return [{name: value for name, value in row.items() if name not in without} for row in found]


def corpus(root: Path | str, *without: str) -> dict[str, list[dict[str, Any]]]:
    return {table: rows(root, table, *without) for table in ("threads", "posts", "speeches")}


def by_id(root: Path | str, table: str = "posts") -> dict[int, dict[str, Any]]:
    key = "thread_id" if table == "threads" else "post_id"
    return {row[key]: row for row in rows(root, table)}


def files(root: Path | str) -> dict[str, bytes]:
    """Content of the table files, those of runs apart."""
    root = Path(root)
    return {
        str(p.relative_to(root)): p.read_bytes()
        for t in ("threads", "posts", "speeches", "boards")
        for p in (root / t).glob("*")
    }
