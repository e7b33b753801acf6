"""Requests of a refresh against the fewest that could see what changed, on two forums with numbers of their own.

k threads change (replies within the last page and over its end, new threads, sticky ones) and the next run's requests
are counted at the server. The fewest: the site's page (only it tells of new boards), of each board the listing down to
its last changed row (one page more where that row ends a page, for nothing else tells that the next has no news), and
of each grown thread the pages from the last known one on: counts include comments and hidden posts, so nothing tells
whether that page was full. Beside it stands what somebody would ask for who knows which pages hold new posts (a full
last page is left out then). robots.txt and the revisit budget stand apart.

python -m benchmarks.refresh [--threads 2000] [--changes 0,1,2,5,10,20,50,100,200]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from crawler.demo import DemoForum
from crawler.demo import serve as serve_demo
from crawler.demo.list_page import Query, select

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import forum_server  # noqa: E402  (a test helper: it stands in the tests' folder)


class Bench(ABC):
    """A served forum whose changes are known: which threads, and the pages that hold what is new."""

    url: str
    ppp: int
    tpp: int

    def __init__(self) -> None:
        self.pages: set[tuple[int, int]] = set()
        self.full: set[tuple[int, int]] = set()
        """Last known pages that had no room left."""

    @abstractmethod
    def open_threads(self) -> list[int]: ...
    @abstractmethod
    def reply(self, tid: int) -> None: ...
    @abstractmethod
    def new_thread(self, like: int) -> int: ...
    @abstractmethod
    def size(self, tid: int) -> int: ...
    @abstractmethod
    def boards(self) -> list[list[int]]:
        """Of each board that the index links: its ordinary rows, newest first."""

    @abstractmethod
    def take_log(self) -> list[str]:
        """The paths asked for since the last call, robots.txt left out."""

    def change(self, count: int, rng: random.Random) -> None:
        """Seven of ten get a reply, one gets more than a page of them, two are new."""
        self.pages.clear()
        self.full.clear()
        for number, tid in enumerate(rng.sample(self.open_threads(), count)):
            old = self.size(tid)
            kind = number % 10
            if kind in (3, 7):
                tid, old = self.new_thread(tid), 0
            for _ in range(self.ppp + 2 if kind == 5 else 1):
                self.reply(tid)
            self.pages |= {(tid, index // self.ppp + 1) for index in range(old, self.size(tid))}
            if old and old % self.ppp == 0:
                self.full.add((tid, old // self.ppp))

    def fewest(self) -> int:
        changed = {tid for tid, _ in self.pages}
        listings = 0
        for rows in self.boards():
            last = max((index for index, tid in enumerate(rows) if tid in changed), default=-1)
            more = last >= 0 and (last + 1) % self.tpp == 0 and last + 1 < len(rows)
            listings += max(1, last // self.tpp + 1) + more
        return 1 + listings + len(self.pages | self.full)


class Demo(Bench):
    """The bundled forum: 10 posts and 20 threads a page, sticky rows on top of every board."""

    name, ppp, tpp = "demo forum", 10, 20

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.forum = DemoForum(seed=5, threads=threads)
        self.server = serve_demo(self.forum)
        self.url = self.server.url

    def open_threads(self) -> list[int]:
        truth = self.forum.truth()
        return [tid for tid, thread in truth.threads.items() if thread.visible and not thread.is_closed]

    def reply(self, tid: int) -> None:
        self.forum.reply(tid)

    def new_thread(self, like: int) -> int:
        return self.forum.new_thread(self.forum.thread(like).fid)

    def size(self, tid: int) -> int:
        return len(self.forum.thread(tid).posts)

    def boards(self) -> list[list[int]]:
        boards = self.forum.boards.values()
        return [
            [t.tid for t in select(self.forum, board, Query())] if board.access == "open" else [] for board in boards
        ]

    def take_log(self) -> list[str]:
        paths = [visit.path for visit in self.server.log if visit.path != "/robots.txt"]
        self.server.log.clear()
        return paths

    def close(self) -> None:
        self.server.close()


class Plain(Bench):
    """The test suite's own forum: 7 posts and 9 threads a page."""

    name, ppp, tpp = "plain forum", forum_server.POSTS, forum_server.THREADS

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.forum = forum_server.Forum()
        rng = random.Random(1)
        for number in range(threads):
            thread = self.forum.new_thread(3 + number % 2, int(min(40, rng.paretovariate(1.2) - 1)))
            thread.sticky = number % 401 == 7
        self.serving: AbstractContextManager[forum_server.Forum] = forum_server.serve(self.forum)
        self.serving.__enter__()
        self.url = self.forum.url

    def open_threads(self) -> list[int]:
        return list(self.forum.threads)

    def reply(self, tid: int) -> None:
        self.forum.reply(tid)

    def new_thread(self, like: int) -> int:
        return self.forum.new_thread(self.forum.threads[like].fid).tid

    def size(self, tid: int) -> int:
        return len(self.forum.threads[tid].posts)

    def boards(self) -> list[list[int]]:
        threads = sorted(self.forum.threads.values(), key=lambda t: (t.sticky, t.last), reverse=True)
        # a sticky row on the first page is on the first page whether it changed or not
        return [[0 if t.sticky else t.tid for t in threads if t.fid == fid] for fid in self.forum.boards]

    def take_log(self) -> list[str]:
        paths = [path for path in self.forum.log if path != "/robots.txt"]
        self.forum.log.clear()
        return paths

    def close(self) -> None:
        self.serving.__exit__(None, None, None)


def crawl(url: str, folder: Path) -> None:
    """A run with no budget for re-checks; raises ``SystemExit`` with the log's end unless it is complete."""
    settings = [f"CORPUS_DIR={folder}/corpus", f"ARCHIVE_DIR={folder}/archive", "DOWNLOAD_DELAY=0", "LOG_LEVEL=WARNING"]
    command = [sys.executable, "-m", "scrapy", "crawl", "forum", "-a", f"url={url}", "-a", "revisit=0"]
    command += [part for setting in settings for part in ("-s", setting)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")


class Round(NamedTuple):
    """One refresh: how many threads had changed, the fewest requests, those of an all-knowing one, the paths asked for."""

    changed: int
    fewest: int
    knowing: int
    paths: list[str]


def rounds(bench: Bench, counts: list[int], folder: Path, seed: int = 3) -> Iterator[Round]:
    """A refresh for each of ``counts``, as it is done; the forum is crawled whole first."""
    rng = random.Random(seed)
    crawl(bench.url, folder)
    bench.take_log()
    for count in counts:
        bench.change(count, rng)
        fewest = bench.fewest()
        crawl(bench.url, folder)
        yield Round(count, fewest, fewest - len(bench.full), bench.take_log())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2000)
    parser.add_argument("--changes", default="0,1,2,5,10,20,50,100,200")
    options = parser.parse_args()
    counts = [int(part) for part in options.changes.split(",")]
    worst = 0.0
    for make in (Demo, Plain):
        bench = make(options.threads)
        print(f"{bench.name}, {options.threads} threads, {bench.ppp} posts and {bench.tpp} threads a page")
        print("   k changed    fewest     asked     ratio  to an all-knowing one")
        with tempfile.TemporaryDirectory() as name:
            for done in rounds(bench, counts, Path(name)):
                asked = len(done.paths)
                worst = max(worst, asked / done.fewest)
                ratios = f"{asked / done.fewest:10.3f}{asked / done.knowing:10.3f}"
                print(f"{done.changed:12d}{done.fewest:10d}{asked:10d}{ratios}", flush=True)
        bench.close()
    print(f"worst ratio {worst:.3f}, goal 1.05")


if __name__ == "__main__":
    main()
