"""Pages a second of reextract by one process, by all, and on Spark; memory for archives of different sizes.

python -m benchmarks.reextract [--pages 2000 10000] [--workers 1 2] [--spark 'local[2]']

The archive is made of the bundled forum's thread pages, their numbers shifted for each copy. Start-up is what an archive
of one page takes. Memory is that of the largest process (of Spark: of the driver, without the JVM).
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.children import Cost, scrapy
from benchmarks.extract import endless_pages
from crawler.archive import Archive

FORUM = "bench.example"


def write_archive(root: Path, pages: int) -> None:
    """An archived run of so many thread pages."""
    writer = Archive(str(root)).writer(FORUM, "20240101T000000Z-bench", "benchmark", "forum")
    for page in islice(endless_pages(FORUM, datetime(2024, 1, 1, tzinfo=UTC)), pages):
        writer.append(page)
    writer.close()


def reextract(folder: Path, *more: str) -> Cost:
    """What it takes to build a corpus that is not there yet."""
    with tempfile.TemporaryDirectory(dir=folder) as corpus:
        return scrapy("reextract", "-s", f"ARCHIVE_DIR={folder / 'archive'}", "-s", f"CORPUS_DIR={corpus}", *more)


def measure(folder: Path, pages: int, ways: dict[str, list[str]], start_up: dict[str, Cost]) -> None:
    """Prints the rate of each way, the last one beside the others."""
    write_archive(folder / "archive", pages)
    size = sum(file.stat().st_size for file in folder.rglob("*.warc.gz")) / 1e6
    print(f"{pages:,} pages, {size:,.0f} MB of WARC", flush=True)
    rates: dict[str, float] = {}
    for name, args in ways.items():
        cost = reextract(folder, *args)
        rates[name] = pages / (cost.seconds - start_up[name].seconds)
        beside = "".join(f", {rates[name] / rate:.2f} × {other}" for other, rate in rates.items() if other != name)
        print(
            f"  {name}: {rates[name]:,.0f} pages/s after {start_up[name].seconds:.1f} s of start-up{beside};"
            f" {cost.peak:,.0f} MB, {cost.cpu / cost.seconds:.2f} cores busy",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="+", default=[2000, 10_000])
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--spark", nargs="*", default=[], help="masters, to compare with the workers")
    options = parser.parse_args()
    ways = {f"{number} workers": ["--workers", str(number)] for number in options.workers}
    ways |= {f"Spark {master}": ["--spark", master] for master in options.spark}
    with tempfile.TemporaryDirectory() as name:
        write_archive(Path(name) / "archive", 1)
        start_up = {way: reextract(Path(name), *args) for way, args in ways.items()}
    for pages in options.pages:
        with tempfile.TemporaryDirectory() as name:
            measure(Path(name), pages, ways, start_up)


if __name__ == "__main__":
    main()
