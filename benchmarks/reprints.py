"""What finding reprints costs, and what it finds, in a corpus of two forums: seconds, peak memory, recall, precision.

python -m benchmarks.reprints [--posts 100000] [--changed 1000] [--folder DIR]

Builds a corpus of texts of about 1 KB, three in ten of them reposts with edits, the others in families that share their
formulas; then computes the table anew, updates it after so many posts came in, and computes all again to compare. Each
measured step is a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.reposts import Made, judged, reposts
from crawler.items import Capture, Post, Thread
from pipelines.dataset import Dataset, RunRecord
from pipelines.reprints import Updated, update

FORUMS = ("bbs.example.net", "bbs.example.org")
START = datetime(2024, 1, 1, tzinfo=UTC)
A_THREAD = 10
BATCH = 5000


def publish(root: str, made: list[Made], first: int) -> None:
    """The texts as posts ``first``, ``first + 1`` …, ten a thread, in the two forums in turn."""
    for start in range(0, len(made), BATCH):
        threads: dict[tuple[str, int], list[Post]] = {}
        for number, one in enumerate(made[start : start + BATCH], first + start):
            forum, thread = FORUMS[number // A_THREAD % 2], number // A_THREAD
            posted = START + timedelta(minutes=number * 7919 % 100_003)
            shown = Post(forum, thread, number, text=one.text, posted_at=posted, url="u")
            threads.setdefault((forum, thread), []).append(shown)
        for forum in FORUMS:
            views = [
                Capture(Thread(forum, thread, title="t", url="u"), tuple(posts), START + timedelta(days=first))
                for (at, thread), posts in threads.items()
                if at == forum
            ]
            Dataset(root).publish(forum, views, [], RunRecord(f"{first}-{start}", START))


def measured(root: str, anew: bool) -> tuple[Updated, float, float]:
    """What was found, seconds, peak MB of the process."""
    began = time.monotonic()
    done = update(root, anew=anew)
    return done, time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_process(root: str, anew: bool = False) -> tuple[Updated, float, float]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(partial(measured, root, anew))


def files(root: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (Path(root) / "reprints").iterdir()}


def judge(root: str, made: list[Made]) -> None:
    """Prints recall and precision, of pairs and by kind of edit."""
    table = pq.read_table(f"{root}/reprints", columns=["post_id", "cluster_id"])
    named = dict(zip(table["post_id"].to_pylist(), table["cluster_id"].to_pylist(), strict=True))
    clusters = [named.get(number) for number in range(len(made))]
    recall, precision = judged(made, list(clusters))
    print(f"pairs of the same speech: recall {recall:.4f}, precision {precision:.4f}")
    home = {one.speech: cluster for one, cluster in zip(made, clusters, strict=True) if one.kind == "original"}
    found = Counter(one.kind for one, c in zip(made, clusters, strict=True) if c is not None and c == home[one.speech])
    for kind, count in sorted(Counter(one.kind for one in made if one.kind != "original").items()):
        print(f"  {kind:15s} {found[kind] / count:.4f} of {count:,} are with their original")


def report(what: str, done: Updated, seconds: float, peak: float) -> None:
    print(
        f"{what}: {seconds:.1f} s, {done.compared / seconds:,.0f} texts/s, {peak:,.0f} MB; {done.posts:,} posts are"
        f" reprints of {done.clusters:,} texts; {done.files_written} files written",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--changed", type=int, default=1000)
    parser.add_argument("--folder", help="build the corpus here (default: a temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tiezi-") as temporary:
        root = options.folder or temporary
        made = reposts(options.posts)
        known = options.posts - options.changed
        began = time.monotonic()
        publish(root, made[:known], 0)
        size = sum(len(one.text.encode()) for one in made) / len(made)
        print(f"{known:,} posts of {size:,.0f} bytes published in {time.monotonic() - began:.0f} s", flush=True)
        report("all with all", *in_process(root))
        publish(root, made[known:], known)
        report(f"{options.changed:,} more posts", *in_process(root))
        incremental = files(root)
        report("all with all again", *in_process(root, anew=True))
        print("the update equals the full computation:", "yes" if files(root) == incremental else "NO")
        judge(root, made)


if __name__ == "__main__":
    main()
