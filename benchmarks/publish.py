"""What a refresh costs in a large corpus: bytes rewritten, seconds and peak memory.

python -m benchmarks.publish [--posts 1000000] [--changed 1000] [--folder DIR]

Builds a corpus of posts of about 1 KB (10 a thread) in batches of 5,000 posts, then publishes changed posts in recent threads, in threads all over the
forum, and a refresh in which nothing changed; each in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.items import Capture, Post, Removed, Speech, Thread
from pipelines.dataset import Dataset, Published, RunRecord

FORUM = "bbs.example.net"
START = datetime(2024, 1, 1, tzinfo=UTC)
A_THREAD = 10
BATCH = 500  # threads a publish


def words(seed: int) -> str:
    """About 1 KB of Chinese characters, by the frequencies of no language: the worst case for compression."""
    return "".join(map(chr, random.Random(seed).choices(range(0x4E00, 0x5E00), k=330)))


def view(thread: int, days: int, edited: int = 0) -> Capture:
    """A thread as seen on a day; its last ``edited`` posts differ from those of the first day."""
    posts = []
    for n in range(A_THREAD):
        number = thread * A_THREAD + n
        text = words(number + (n >= A_THREAD - edited) * 1_000_000_007)
        posts.append(
            Post(
                FORUM,
                thread,
                number,
                position=n + 1,
                is_first=n == 0,
                author=f"用户{number % 9973}",
                author_id=number % 9973,
                posted_at=START,
                text=text,
                url=f"https://{FORUM}/forum.php?mod=redirect&goto=findpost&ptid={thread}&pid={number}",
                removed=(Removed("jammer", words(number)[:8]),) * 4,
                speeches=(Speech(1, "某某某", "市长", "", None, text, 0, len(text)),) if n == 0 else (),
            )
        )
    about = Thread(
        FORUM, thread, title=words(thread)[:20], board_id=thread % 7, board="讲话", replies=A_THREAD - 1, url="u"
    )
    return Capture(about, tuple(posts), START + timedelta(days=days))


Measured = tuple[Published, float, float]  # what was published, seconds of publishing, peak MB of the process


def build(root: str, threads: int) -> Measured:
    dataset, done, seconds = Dataset(root), Published(), 0.0
    with dataset.lock(FORUM):
        for first in range(1, threads + 1, BATCH):
            views = [view(thread, 0) for thread in range(first, min(first + BATCH, threads + 1))]
            began = time.monotonic()
            done += dataset.publish(FORUM, views, [], RunRecord("build", START))
            seconds += time.monotonic() - began
    return done, seconds, peak()


def refresh(root: str, threads: list[int], day: int, edited: int) -> Measured:
    views = [view(thread, day, edited) for thread in threads]
    began = time.monotonic()
    dataset = Dataset(root)
    with dataset.lock(FORUM):
        assert len(dataset.known_threads(FORUM)) > 0
        done = dataset.publish(FORUM, views, [], RunRecord(f"day {day}", START))
    return done, time.monotonic() - began, peak()


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(work: Callable[..., Measured], *args: object) -> Measured:
    """Runs it in a fresh process, so that its peak memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, args)


def size(root: str) -> int:
    return sum(
        path.stat().st_size for table in ("threads", "posts", "speeches") for path in Path(root, table).iterdir()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--changed", type=int, default=1_000)
    parser.add_argument("--folder", help="where to build the corpus (default: a temporary folder, removed at the end)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as root:
        for line in report(root, options.posts // A_THREAD, options.changed):
            print(line, flush=True)


def report(root: str, threads: int, changed: int) -> Iterator[str]:
    done, seconds, memory = measured(build, root, threads)
    whole = size(root)
    yield f"build          {done.posts_new:9,} posts  {seconds:7.1f} s  {done.posts_new / seconds:7,.0f} posts/s  peak {memory:4.0f} MB  {whole / 1e6:,.0f} MB"
    touched = changed // 2
    recent = range(threads - touched + 1, threads + 1)
    spread = random.Random(1).sample(range(1, threads + 1), touched)
    for name, chosen, day, edited in (("recent", recent, 1, 2), ("all over", spread, 2, 2), ("nothing", recent, 3, 2)):
        done, seconds, memory = measured(refresh, root, list(chosen), day, edited)
        yield (
            f"{name:9} {done.posts_edited:6,} changed of {touched * A_THREAD:,} seen  {seconds:7.1f} s  {done.files_written:3} files"
            f"  {done.bytes_written / 1e6:7.1f} MB = {100 * done.bytes_written / whole:5.2f} % rewritten  peak {memory:4.0f} MB"
        )


if __name__ == "__main__":
    main()
