"""Pages a second of reextract by one process, by all, and on Spark; memory for archives of different sizes.

python -m benchmarks.reextract [--pages 10000] [--workers 1 2] [--spark 'local[2]']

The archive is made of the bundled forum's thread pages, their numbers shifted for each copy.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from benchmarks.extract import demo_pages
from crawler.archive import Archive
from crawler.items import RawPage

_NUMBERS = re.compile(
    rb"(thread-|tid=|[?&;]pid=|#pid|pid|post_|postmessage_|authorposton|postnum|favatar|comment_|tid = parseInt\(')(\d+)"
)
FORUM = "bench.example"


def write_archive(root: Path, pages: int) -> None:
    """An archived run of so many thread pages."""
    originals = demo_pages(60)
    archive = Archive(str(root))
    writer = archive.writer(FORUM, "20240101T000000Z-bench", "benchmark", "forum")
    at = datetime(2024, 1, 1, tzinfo=UTC)
    for number in range(pages):
        page, shift = originals[number % len(originals)], number // len(originals) * 100_000
        moved = _NUMBERS.sub(lambda match, shift=shift: match[1] + str(int(match[2]) + shift).encode(), page.body)
        url = f"https://{FORUM}/thread-{shift + number % len(originals) + 1}-1-1.html"
        writer.append(RawPage(url, moved, at + timedelta(seconds=number), page.content_type))
    writer.close()


def run(folder: Path, corpus: str, *more: str) -> tuple[float, float]:
    """Seconds, and the highest memory of a process in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    places = ["-s", f"ARCHIVE_DIR={folder / 'archive'}", "-s", f"CORPUS_DIR={folder / corpus}"]
    begun = time.perf_counter()
    command = [sys.executable, "-m", "scrapy", "reextract", *places, *more]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took = time.perf_counter() - begun
    return took, max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--spark", help="a master, to compare with the last number of workers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, names = Path(name), count()
        write_archive(folder / "archive", options.pages)
        size = sum(file.stat().st_size for file in folder.rglob("*.warc.gz")) / 1e6
        print(f"{options.pages:,} pages, {size:,.0f} MB of WARC")
        rates = []
        for workers in options.workers:
            took, memory = run(folder, f"corpus{next(names)}", "--workers", str(workers))
            rates.append(options.pages / took)
            gain = f", {rates[-1] / rates[0]:.2f} × the first" if len(rates) > 1 else ""
            print(
                f"{workers} workers: {rates[-1]:,.0f} pages/s{gain}; highest memory of a process so far {memory:,.0f} MB"
            )
        if options.spark:
            idle, _ = run(folder, f"corpus{next(names)}", "--spark", options.spark, "--forum", FORUM, "--diff")
            print(
                f"Spark {options.spark}: {options.pages / idle:,.0f} pages/s, start included, {options.pages / idle / rates[-1]:.2f} × the last"
            )


if __name__ == "__main__":
    main()
