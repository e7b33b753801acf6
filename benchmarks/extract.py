"""Pages per second of extract + refine, beside a bare parse and beside trafilatura, on the same pages in one run.

python -m benchmarks.extract [PAGE.html ...]    (without arguments: pages of the bundled demo forum)
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import lxml.html

from crawler.items import RawPage
from crawler.pages import extract
from pipelines import refine

ROUNDS = 7
_NUMBERS = re.compile(
    rb"(thread-|tid=|[?&;]pid=|#pid|pid|post_|postmessage_|authorposton|postnum|favatar|comment_|tid = parseInt\(')(\d+)"
)


def per_page(work: Callable[[RawPage], object], pages: list[RawPage]) -> float:
    """Milliseconds of processor time a page."""
    begun = time.process_time()
    for page in pages:
        work(page)
    return (time.process_time() - begun) / len(pages) * 1e3


def bare_parse(page: RawPage) -> object:
    return lxml.html.fromstring(page.body)


def extract_only(page: RawPage) -> object:
    return extract(page)


def all_stages(page: RawPage) -> object:
    return [refine(post) for post in extract(page).posts]


def by_trafilatura(page: RawPage) -> object:
    import trafilatura

    return trafilatura.extract(page.body)


def demo_pages(count: int) -> list[RawPage]:
    """Thread pages as the demo forum serves them."""
    import urllib.request

    from crawler.bundled import BundledForum

    forum = BundledForum(0, 300)
    try:
        pages = []
        for number in range(1, count + 1):
            url = f"{forum.url}thread-{number}-1-1.html"
            try:
                with urllib.request.urlopen(url) as answer:
                    pages.append(RawPage(url, answer.read(), datetime.now(UTC), answer.headers["Content-Type"]))
            except urllib.error.HTTPError:
                continue
        return pages
    finally:
        forum.stop()


def endless_pages(forum: str, start: datetime) -> Iterator[RawPage]:
    """Threads of a page each of a forum that never ends, a second apart: the demo forum's first ones, each copy numbered otherwise."""
    originals = [page for page in demo_pages(80) if extract(page).pages == 1]
    for copy in count():
        for number, page in enumerate(originals):
            shift, at = copy * 100_000, start + timedelta(seconds=copy * len(originals) + number)
            body = _NUMBERS.sub(lambda match, shift=shift: match[1] + str(int(match[2]) + shift).encode(), page.body)
            own = int(page.url.rpartition("/thread-")[2].partition("-")[0])
            yield RawPage(f"https://{forum}/thread-{shift + own}-1-1.html", body, at, page.content_type)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    pages = [RawPage(f"https://bench.example/{f.name}", f.read_bytes(), datetime.now(UTC)) for f in options.files]
    pages = [page for page in pages or demo_pages(60) if extract(page).posts]
    contenders = {"lxml.html.fromstring": bare_parse, "extract": extract_only, "extract + refine": all_stages}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(options.rounds):  # in turn, so that a slow moment of the machine meets all of them
        for name, work in contenders.items():
            times[name].append(per_page(work, pages))
    try:
        slow = per_page(by_trafilatura, pages)
    except ImportError:
        raise SystemExit("trafilatura is not installed: pip install trafilatura, then run this again") from None
    medians = {name: statistics.median(values) for name, values in times.items()}
    ours = [bare / full for bare, full in zip(times["lxml.html.fromstring"], times["extract + refine"], strict=True)]
    print(
        f"{len(pages)} pages of {sum(len(p.body) for p in pages) / len(pages) / 1000:.0f} KB, {options.rounds} rounds"
    )
    for name, value in {**medians, "trafilatura.extract": slow}.items():
        print(f"{name:24s} {value:8.2f} ms/page {1e3 / value:8.0f} pages/s")
    print(
        json.dumps(
            {
                "of the bare parse": round(statistics.median(ours), 2),
                "min": round(min(ours), 2),
                "max": round(max(ours), 2),
                "times trafilatura": round(slow / medians["extract + refine"], 1),
            }
        )
    )


if __name__ == "__main__":
    main()
