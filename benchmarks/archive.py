"""Pages per second of reading a foreign WARC and of writing and reading the archive, and the memory that takes.

    python -m benchmarks.archive [--megabytes 50 200] [--folder DIR]

The pages are generated: 1 % are Discuz! threads, the rest look like other sites' pages, 40 KB each on average, with
requests and pictures between them as crawlers store them. Beside ours: bare FastWARC, and warcio. Each WARC is also
read by `scrapy crawl captures`, and the posts it gives are counted. Every figure is of one process, in CPU seconds.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.children import scrapy
from benchmarks.extract import endless_pages
from crawler.archive import Archive, read_warc
from crawler.items import RawPage
from crawler.pages import extract

START = datetime(2026, 1, 1, tzinfo=UTC)
FORUM = "bbs.example.cn"


def html_pages(seed: int = 1) -> Iterator[RawPage]:
    """Endless pages, each of other words in one of some site frames."""
    rng = random.Random(seed)
    words = ["".join(chr(rng.randrange(0x4E00, 0x5E00)) for _ in range(rng.randrange(1, 4))) for _ in range(3000)]
    frames = [
        "".join(f'<div class="{rng.choice(words)}-{n}"><a href="/p/{rng.random()}">' for n in range(200))
        for _ in range(20)
    ]
    threads = endless_pages(FORUM, START)
    for number in count(1):
        if number % 100 == 0:
            yield next(threads)
            continue
        text = "".join(f"<p>{''.join(rng.choices(words, k=120))}</p>\n" for _ in range(rng.randrange(20, 60)))
        body = f'<html><head><meta charset="utf-8"></head><body>{rng.choice(frames)}{text}</body></html>'.encode()
        url = f"http://site{number % 977}.example.cn/{number}"
        yield RawPage(url, body, START + timedelta(seconds=number), "text/html; charset=utf-8")


class Foreign(NamedTuple):
    file: Path
    pages: int
    posts: set[int]
    """Numbers of all posts that are in it."""


def write_foreign(file: Path, size: int) -> Foreign:
    """A WARC as crawlers write it, of about ``size`` bytes."""
    picture, posts = random.Random(2).randbytes(20_000), set[int]()
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for number, page in enumerate(html_pages(), 1):
            write_page(writer, page)
            if FORUM in page.url:
                posts.update(post.post_id for post in extract(page).posts)
            if number % 5 == 0:
                write_page(writer, RawPage(f"{page.url}.png", picture, page.fetched_at, "image/png"))
            if stream.tell() > size:
                break
    return Foreign(file, number, posts)


def write_page(writer: WARCWriter, page: RawPage) -> None:
    """Response and request, by warcio."""
    head = StatusAndHeaders("200 OK", [("Content-Type", page.content_type or "")], protocol="HTTP/1.1")
    asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "h")], is_http_request=True)
    made = writer.create_warc_record(page.url, "response", payload=io.BytesIO(page.body), http_headers=head)
    writer.write_record(made)
    writer.write_record(writer.create_warc_record(page.url, "request", http_headers=asked))


def timed(what: str, work: Callable[[], int]) -> float:
    """Pages per CPU second, printed with the peak of memory so far."""
    began = time.process_time()
    pages = work()
    rate = pages / (time.process_time() - began)
    print(
        f"{what:58} {rate:8.0f} pages/s   {1000 / rate:6.3f} ms   peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB"
    )
    return rate


def bare_loop(file: Path) -> int:
    pages = 0
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            if record.http_content_type == "text/html":
                record.reader.read()
                pages += 1
    return pages


def read_pages(file: Path) -> int:
    return sum(isinstance(found, RawPage) for found in read_warc(file))


def crawl_captures(foreign: Foreign, folder: Path, bare: float) -> None:
    """Prints what ``scrapy crawl captures`` took, and whether the corpus has the WARC's posts."""
    places = ["-s", f"CORPUS_DIR={folder / 'corpus'}", "-s", f"ARCHIVE_DIR={folder / 'kept'}"]
    cost = scrapy("crawl", "captures", "-a", f"path={foreign.file}", *places)
    rate = foreign.pages / cost.cpu
    print(
        f"{'read it: scrapy crawl captures, start included':58} {rate:8.0f} pages/s   {1000 / rate:6.3f} ms   peak {cost.peak:.0f} MB"
    )
    print(f"{'':58} {rate / bare:8.2f} x bare; {foreign.pages / cost.seconds:,.0f} pages/s by the clock")
    found = set(pq.read_table(folder / "corpus/posts", columns=["post_id"])["post_id"].to_pylist())
    print(
        f"{'':58} {len(found & foreign.posts):,} of {len(foreign.posts):,} posts found, {len(found - foreign.posts)} others"
    )


def measure_reading(folder: Path, size: int) -> None:
    foreign = write_foreign(folder / "foreign.warc.gz", size)
    print(
        f"a WARC of {foreign.file.stat().st_size >> 20} MB, {foreign.pages:,} pages, {foreign.pages // 100} of a forum"
    )
    bare = timed("read it: bare FastWARC loop (checks nothing)", lambda: bare_loop(foreign.file))
    ours = timed("read it: read_warc", lambda: read_pages(foreign.file))
    print(f"{'':58} {ours / bare:8.2f} x bare")
    crawl_captures(foreign, folder, bare)


def write_pages(root: Path, pages: list[RawPage]) -> int:
    writer = Archive(str(root)).writer(FORUM, "20260101T000000Z", "tiezi/benchmark")
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Server", "nginx"), ("Content-Encoding", "gzip")]
    for page in pages:
        writer.append(page, request_headers={"User-Agent": "Tiezi", "Accept": "*/*"}, response_headers=headers)
    writer.close()
    return len(pages)


def write_with_warcio(file: Path, pages: list[RawPage]) -> int:
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for page in pages:
            write_page(writer, page)
    return len(pages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[50, 200], help="sizes of foreign WARCs")
    parser.add_argument("--folder", help="where to put it (default: the system's folder for temporary files)")
    options = parser.parse_args()
    for size in options.megabytes:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            measure_reading(Path(name), size << 20)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        sample = [page for page, _ in zip(html_pages(3), range(2000), strict=False)]
        print(f"2,000 pages of {sum(len(page.body) for page in sample) // 2000} bytes")
        timed("write them: Archive, with index", lambda: write_pages(folder / "archive", sample))
        timed("write them: warcio", lambda: write_with_warcio(folder / "warcio.warc.gz", sample))
        size = sum(part.stat().st_size for part in (folder / "archive").rglob("*.warc.gz"))
        print(f"{'':58} {size / (folder / 'warcio.warc.gz').stat().st_size:8.2f} x warcio's size")
        archive = Archive(str(folder / "archive"))
        timed("read them: Archive.pages (digests checked)", lambda: sum(1 for _ in archive.pages(FORUM)))
        timed("find them: Archive.replay and get", lambda: found_by_url(archive, sample))


def found_by_url(archive: Archive, sample: list[RawPage]) -> int:
    replay = archive.replay(FORUM)
    return sum(replay.get(page.url) == page for page in sample)


if __name__ == "__main__":
    main()
