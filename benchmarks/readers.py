"""Readers in a loop beside a writer that never stops: errors, half threads, and tables of different commits.

python -m benchmarks.readers [--reads 10000] [--threads 40]

The writer publishes new versions of all threads, each with all its posts in one version and their number following from it.
One reader loops over ``pd.read_parquet`` of a table, another takes snapshots and joins all tables.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from crawler.items import Capture, Post, Speech, Thread
from pipelines.dataset import Dataset, RunRecord, snapshot

FORUM = "bbs.example.net"
START = datetime(2024, 1, 1, tzinfo=UTC)


def view(thread: int, version: int) -> Capture:
    text = f"版本 {version}"
    speech = (Speech(1, "某", "", "", None, text, 0, len(text)),)
    posts = [
        Post(FORUM, thread, thread * 10 + n, position=n + 1, text=text, url="u", speeches=speech)
        for n in range(3 + version % 5)
    ]
    return Capture(
        Thread(FORUM, thread, title=f"主题 {thread}", url="u"), tuple(posts), START + timedelta(minutes=version)
    )


def write(root: str, threads: int, versions: int) -> None:
    dataset = Dataset(root)
    with dataset.lock(FORUM):
        for version in range(versions):
            views = [view(500 * n, version) for n in range(1, threads + 1)]
            dataset.publish(FORUM, views, [], RunRecord(f"run {version}", START))


def half_threads(posts: pd.DataFrame) -> int:
    """Threads whose live posts are of two versions or not as many as their version has."""
    live = posts[posts.deleted_at.isna()]
    found = live.groupby("thread_id").text.agg(["nunique", "first", "size"])
    size = 3 + found["first"].str.removeprefix("版本 ").astype(int) % 5
    return int(((found["nunique"] != 1) | (found["size"] != size)).sum())


def is_one_commit(root: str) -> bool:
    """Whether threads, posts and speeches tell of the same version."""
    posts, threads, speeches = (pd.read_parquet(f"{root}/{table}") for table in ("posts", "threads", "speeches"))
    live = posts[posts.deleted_at.isna()]
    spoken = speeches[speeches.post_id.isin(live.post_id)]
    return live.text.nunique() == spoken.text.nunique() == 1 and int(threads.posts_seen.sum()) == len(live) == len(
        spoken
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reads", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = f"{folder}/corpus"
        write(root, options.threads, 1)
        writer = multiprocessing.get_context("spawn").Process(target=write, args=(root, options.threads, 1_000_000))
        writer.start()
        began, seen, counts = time.monotonic(), set[str](), Counter[str]()
        for number in range(options.reads):
            try:
                posts = pd.read_parquet(f"{root}/posts", columns=["thread_id", "text", "deleted_at"])
            except (OSError, ValueError) as error:
                counts[f"error {error}"] += 1
                continue
            counts["half threads"] += half_threads(posts)
            seen |= set(posts.text)
            if number % 100 == 0:
                snapshot(root, f"{folder}/shot")
                counts["snapshots"] += 1
                counts["snapshots of two commits"] += not is_one_commit(f"{folder}/shot")
                shutil.rmtree(f"{folder}/shot")
        alive = writer.is_alive()
        writer.kill()
        writer.join()
        print(
            f"{options.reads:,} reads in {time.monotonic() - began:.0f} s, {len(seen)} versions seen, writer {'alive' if alive else 'DEAD'}"
        )
        print(
            {name: counts[name] for name in ("half threads", "snapshots", "snapshots of two commits")},
            [e for e in counts if e.startswith("error")],
        )
        print(f"{len(list(Path(root, 'posts').iterdir()))} files a table")


if __name__ == "__main__":
    main()
