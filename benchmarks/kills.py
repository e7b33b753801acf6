"""SIGKILL at random instants of crawls, refreshes, captures and reextract; the same command then ends with the same rows.

python -m benchmarks.kills [--kills 200] [--seed 1] [--threads 40]

A forum lives on loopback. Two corpora follow it by the same commands: in one every run ends by itself, in the other each is
killed, the run that takes it up too, up to four times in a row, at instants all over a run's time or, as often, while it
publishes. After each round both hold the same rows; a page that the killed run had archived is not asked for again; no file is unreadable.
Processes are forked from one that has imported everything, so that kills fall into the work and not into the start.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq

from crawler.archive import Archive
from crawler.demo import DemoForum, serve
from crawler.pages.engine import parse_address
from pipelines.dataset import Dataset

OF_THE_RUN = {"run_id", "extractor", "first_seen_at", "checked_at", "changed_at", "deleted_at", "views"}
KEYS = {"threads": ("forum", "thread_id"), "posts": ("forum", "post_id"), "speeches": ("forum", "post_id", "turn")}
Row = dict[str, Any]
MOST = 4  # kills in a row
FAST = ["-s", "DOWNLOAD_DELAY=0", "-s", "CORPUS_BATCH=40", "-s", "TELNETCONSOLE_ENABLED=0"]


def offspring(orders: Connection) -> None:
    """Forks a process for each order (its arguments), tells its number, and how it ended."""
    from scrapy.cmdline import execute

    import crawler.pages.discuz
    import crawler.spiders.captures
    import crawler.spiders.forum  # noqa: F401
    import pipelines.adapters  # noqa: F401

    with suppress(EOFError):
        while True:
            log, args = orders.recv()
            if pid := os.fork():
                orders.send(pid)
                orders.send(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                continue
            with open(log, "ab") as stream:
                for number in (1, 2):
                    os.dup2(stream.fileno(), number)
            sys.argv = ["scrapy", *args]
            execute(["scrapy", *args])  # ends by SystemExit


class Runs:
    """Runs commands, to their end or up to an instant."""

    def __init__(self, log: Path) -> None:
        self.log = log
        context = multiprocessing.get_context("spawn")
        self.orders, theirs = context.Pipe()
        self.process = context.Process(target=offspring, args=(theirs,))
        self.process.start()

    def run(self, args: list[str], kill: Callable[[], bool] | None = None) -> tuple[int, float]:
        """Exit status (minus the signal's number, if it was killed as soon as ``kill`` said so) and seconds."""
        self.orders.send((str(self.log), args))
        pid: int = self.orders.recv()
        begun = time.monotonic()
        if kill is not None:
            while not (ended := self.orders.poll(0.001)) and not kill():
                pass
            if not ended:
                os.kill(pid, signal.SIGKILL)
        status: int = self.orders.recv()
        return status, time.monotonic() - begun

    def close(self) -> None:
        self.orders.close()
        self.process.join()


class Corpus:
    """A folder with a corpus and an archive of the forum."""

    def __init__(self, folder: Path, forum: str) -> None:
        self.folder, self.forum = folder, forum
        self.places = ["-s", f"CORPUS_DIR={folder / 'corpus'}", "-s", f"ARCHIVE_DIR={folder / 'archive'}", *FAST]

    def rows(self) -> dict[tuple[Any, ...], Row]:
        """All rows by table and key, without what is the run's own; raises on a file that cannot be read, or a row that is there twice."""
        found: dict[tuple[Any, ...], Row] = {}
        for name, key in KEYS.items():
            for row in pq.read_table(self.folder / "corpus" / name).to_pylist():
                number = (name, *(row[column] for column in key))
                if number in found:
                    raise ValueError(f"{number} is there twice")
                gone = row.get("deleted_at") is not None
                found[number] = {k: _lasting(k, v) for k, v in row.items() if k not in OF_THE_RUN} | {"is_gone": gone}
        return found

    def under_way(self) -> tuple[bool, set[str]]:
        """Whether a run is interrupted, and the pages that it has archived. One that has published its end is over."""
        archive = Archive(str(self.folder / "archive"))
        run_id = archive.interrupted(self.forum)
        if run_id in self.ended():
            return False, set()
        pages = archive.pages(self.forum, run_id) if run_id else ()
        return run_id is not None, {page.url for page, _ in pages}

    def ended(self) -> set[str]:
        """The runs that have published their end, also by a commit whose journal the next run will put in place."""
        with tempfile.TemporaryDirectory() as folder:
            corpus = self.folder / "corpus"
            if any(corpus.glob("_journal-*")):
                corpus = Path(shutil.copytree(corpus, Path(folder) / "corpus"))
                Dataset(str(corpus)).recover()
            runs = corpus / "runs"
            rows = pq.read_table(runs, columns=["run_id", "ended_at"]).to_pylist() if runs.is_dir() else []
        return {row["run_id"] for row in rows if row["ended_at"]}

    def publishing(self) -> str | None:
        """What a run is at, or was killed at, if it publishes."""
        corpus = self.folder / "corpus"
        if any(corpus.glob("_journal-*")):
            return "while files were put in place"
        built = any(files for _, _, files in os.walk(corpus / "_staging"))  # also while it is being emptied
        return "while files were built" if built else None


def _lasting(column: str, value: Any) -> Any:
    """Without what a forum draws anew at every request: noise, the addresses of attachments, the form of a thread's address."""
    if column == "url":
        return str(parse_address(value))
    if not isinstance(value, list):
        return value
    return [
        {k: v for k, v in item.items() if k != "url"} if isinstance(item, dict) else item
        for item in value
        if not (isinstance(item, dict) and str(item.get("rule")).startswith("jammer"))
    ]


def differences(expected: dict[tuple[Any, ...], Row], found: dict[tuple[Any, ...], Row]) -> Iterator[str]:
    """What differs, by kind, each with how often and one example."""
    kinds: dict[str, list[str]] = {}
    for key in sorted(expected.keys() | found.keys(), key=str):
        one, other = expected.get(key), found.get(key)
        if one is None or other is None:
            kinds.setdefault(f"{key[0]}: {'more' if one is None else 'missing'}", []).append(str(key))
            continue
        for column in one:
            if one[column] != other[column]:
                told = f"{key}: {one[column]!r:.200} became {other[column]!r:.200}"
                kinds.setdefault(f"{key[0]}.{column}", []).append(told)
    for kind, told in kinds.items():
        yield f"{kind} differs in {len(told)} rows, such as {told[0]}"


def live_on(forum: DemoForum, rng: random.Random) -> None:
    """Replies, new threads, edits, deletions, moves."""
    truth = forum.truth()
    threads = [tid for tid, thread in truth.threads.items() if thread.visible and not thread.is_closed]
    rng.shuffle(threads)
    for tid in threads[:8]:
        forum.reply(tid)
    forum.new_thread(truth.threads[threads[0]].board_id, replies=rng.randrange(25))
    replies = [pid for pid, post in truth.posts.items() if post.thread_id in threads[8:] and not post.is_first]
    for pid in rng.sample(replies, 3):
        forum.edit(pid)
    forum.delete_post(rng.choice(replies))
    if len(threads) > 30:
        forum.delete_thread(threads[9])
    forum.move_thread(threads[10], truth.threads[threads[11]].board_id)


class Trial:
    """Two corpora and the count of what was done to one of them."""

    def __init__(self, folder: Path, server: Any, seed: int) -> None:
        self.server, self.seed, self.rng = server, seed, random.Random(seed)
        self.forum = urlsplit(server.url).netloc
        self.whole, self.killed = Corpus(folder / "whole", self.forum), Corpus(folder / "killed", self.forum)
        self.runs = Runs(folder / "log.txt")
        self.stages: Counter[str] = Counter()
        self.faults: list[str] = []
        self.asked_again = 0

    def round(self, name: str, args: list[str]) -> None:
        """One command on both corpora, killed again and again on one of them."""
        status, length = self.runs.run([*args, *self.whole.places])
        if status:
            raise RuntimeError(f"{' '.join(args)} ended with {status} without having been killed")
        expected = self.whole.rows()
        for _ in range(self.rng.randint(1, MOST)):
            if not self.kill(name, args, self.instant(length)):
                break
        else:
            _, archived = self.killed.under_way()
            self.server.log.clear()
            status, _ = self.runs.run([*args, *self.killed.places])
            if status:
                self.fault(name, f"ended with {status}")
            self.check_requests(name, archived)
        try:
            found = self.killed.rows()
        except (OSError, ValueError) as error:
            self.fault(name, str(error))
            return
        for difference in differences(expected, found):
            self.fault(name, difference)

    def instant(self, length: float) -> Callable[[], bool]:
        """A time within a run's length, more often late, where there is more to lose; or a moment after a publication has begun."""
        if self.rng.random() < 0.5:
            at = time.monotonic() + length * self.rng.random() ** 0.5
            return lambda: time.monotonic() >= at
        skipped = iter([True] * self.rng.randrange(30))  # a look takes about a millisecond
        return lambda: self.killed.publishing() is not None and not next(skipped, False)

    def kill(self, name: str, args: list[str], instant: Callable[[], bool]) -> bool:
        """Runs the command on the corpus that is killed; whether the kill came before its end."""
        interrupted, archived = self.killed.under_way() if (self.killed.folder / "archive").exists() else (False, set())
        self.server.log.clear()
        status, _ = self.runs.run([*args, *self.killed.places], kill=instant)
        self.check_requests(name, archived)
        if status == -signal.SIGKILL:
            which = "recovery of " if interrupted else ""
            stage = self.killed.publishing() or (
                "while it fetched or read" if self.server.log else "before the first page"
            )
            self.stages[f"{which}{name} {stage}"] += 1
        elif status:
            self.fault(name, f"ended with {status}")
        return status == -signal.SIGKILL

    def check_requests(self, name: str, archived: set[str]) -> None:
        asked = {self.server.url.rstrip("/") + visit.path for visit in self.server.log}
        self.asked_again += len(asked)
        if again := asked & archived:
            self.fault(name, f"{len(again)} archived pages were fetched again, such as {min(again)}")

    def fault(self, name: str, what: str) -> None:
        self.faults.append(f"{name}: {what}")
        print(f"FAULT with seed {self.seed} after {self.stages.total()} kills: {name}: {what}", flush=True)


@contextmanager
def trial(threads: int, seed: int) -> Iterator[tuple[Trial, DemoForum]]:
    forum = DemoForum(seed=seed, threads=threads)
    with tempfile.TemporaryDirectory(prefix="tiezi-kills-") as name, serve(forum) as server:
        made = Trial(Path(name), server, seed)
        try:
            yield made, forum
        finally:
            made.runs.close()


def one_life(made: Trial, forum: DemoForum, refreshes: int) -> None:
    """A first crawl, refreshes, the corpus again from the archive, and from somebody's captures."""
    crawl = ["crawl", "forum", "-a", f"url={made.server.url}", "-a", "revisit=1000"]
    made.round("first crawl", crawl)
    for _ in range(refreshes):
        live_on(forum, made.rng)
        made.round("refresh", crawl)
    made.round("reextract", ["reextract", "--workers", "1"])
    source = made.whole.folder.with_name("source")
    shutil.copytree(made.whole.folder / "archive", source)
    for corpus in (made.whole, made.killed):
        shutil.rmtree(corpus.folder)
    made.round("captures", ["crawl", "captures", "-a", f"path={source}"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=40)
    parser.add_argument("--refreshes", type=int, default=4)
    options = parser.parse_args()
    stages: Counter[str] = Counter()
    faults, begun, seed = 0, time.monotonic(), options.seed
    while stages.total() < options.kills:
        with trial(options.threads, seed) as (made, forum):
            one_life(made, forum, options.refreshes)
        stages += made.stages
        faults += len(made.faults)
        seed += 1
        print(f"{stages.total()} kills, {faults} faults, {time.monotonic() - begun:.0f} s", flush=True)
    for stage, count in sorted(stages.items()):
        print(f"  {count:4} {stage}")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
