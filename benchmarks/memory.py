"""Memory of a first crawl, thousand threads by thousand: it must not grow with the forum.

python -m benchmarks.memory [--threads 20000] [--step 1000]

A forum lives on loopback; the crawler's resident memory is read whenever so many more threads have been asked for.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawler.demo import DemoForum, serve
from crawler.demo.server import Server

_THREAD = re.compile(r"/thread-\d+-1-|[?&]mod=viewthread&(?!.*page=)")


def resident(pid: int) -> float:
    """MB that the process holds now."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def crawl(server: Server, folder: str, step: int) -> list[tuple[int, float]]:
    """(threads asked for, MB), one a step and one at the end."""
    places = ["-s", f"CORPUS_DIR={folder}/corpus", "-s", f"ARCHIVE_DIR={folder}/archive"]
    fast = ["-s", "DOWNLOAD_DELAY=0", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=16", "-a", "revisit=0"]
    command = [sys.executable, "-m", "scrapy", "crawl", "forum", "-a", f"url={server.url}", *fast, *places]
    seen: list[tuple[int, float]] = []
    read = threads = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            now = len(server.log)
            threads += sum(bool(_THREAD.search(visit.path)) for visit in server.log[read:now])
            read = now
            if threads // step > (seen[-1][0] if seen else 0) // step:
                seen.append((threads, resident(process.pid)))
                print(f"{threads:7,} threads  {seen[-1][1]:6.0f} MB", flush=True)
            last = resident(process.pid) if process.poll() is None else 0.0
            if last:
                end = last
            time.sleep(0.1)
        if process.returncode:
            raise RuntimeError(f"the crawl ended with {process.returncode}")
    return [*seen, (threads, end)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=20_000)
    parser.add_argument("--step", type=int, default=1000)
    options = parser.parse_args()
    forum = DemoForum(seed=2, threads=options.threads)
    with tempfile.TemporaryDirectory() as folder, serve(forum) as server:
        begun = time.monotonic()
        seen = crawl(server, folder, options.step)
        took = time.monotonic() - begun
        pages = len(server.log)
    early = [memory for threads, memory in seen if 2 * options.step <= threads < 4 * options.step]
    late = [memory for threads, memory in seen[-3:]]
    print(f"{pages:,} requests in {took:.0f} s; highest {max(memory for _, memory in seen):.0f} MB")
    print(f"at the end {max(late) / max(early):.2f} × what it was after {2 * options.step:,} threads")


if __name__ == "__main__":
    main()
