"""Pages per second of writing and reading the archive, beside bare FastWARC and warcio, and the memory that takes.

    python -m benchmarks.archive [--megabytes 200] [--folder DIR]

The pages are generated: 1 % look like Discuz! threads, the rest like other sites' pages, 60 KB each on average, with
requests and pictures between them as crawlers store them. Every figure is of one process, in CPU seconds.
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
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import Archive, read_warc
from crawler.items import RawPage

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
    number = 0
    while True:
        number += 1
        thread = number % 100 == 0
        mark = f'<div id="post_{number}"><td class="t_f" id="postmessage_{number}">' if thread else "<p>"
        text = "".join(f"{mark}{''.join(rng.choices(words, k=120))}</p>\n" for _ in range(rng.randrange(20, 60)))
        body = f'<html><head><meta charset="utf-8"></head><body>{rng.choice(frames)}{text}</body></html>'.encode()
        url = f"http://{FORUM}/thread-{number}-1-1.html" if thread else f"http://site{number % 977}.example.cn/{number}"
        yield RawPage(url, body, START + timedelta(seconds=number), "text/html; charset=utf-8")


def write_foreign(file: Path, size: int) -> int:
    """A WARC as crawlers write it, of about ``size`` bytes; the number of its pages."""
    picture, pages = random.Random(2).randbytes(20_000), 0
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for page in html_pages():
            head = StatusAndHeaders("200 OK", [("Content-Type", page.content_type or "")], protocol="HTTP/1.1")
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "h")], is_http_request=True)
            writer.write_record(
                writer.create_warc_record(page.url, "response", payload=io.BytesIO(page.body), http_headers=head)
            )
            writer.write_record(writer.create_warc_record(page.url, "request", http_headers=asked))
            pages += 1
            if pages % 5 == 0:
                head = StatusAndHeaders("200 OK", [("Content-Type", "image/png")], protocol="HTTP/1.1")
                writer.write_record(
                    writer.create_warc_record(
                        f"{page.url}.png", "response", payload=io.BytesIO(picture), http_headers=head
                    )
                )
            if stream.tell() > size:
                return pages
    return pages


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
            head = StatusAndHeaders("200 OK", [("Content-Type", page.content_type or "")], protocol="HTTP/1.1")
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "h")], is_http_request=True)
            writer.write_record(
                writer.create_warc_record(page.url, "response", payload=io.BytesIO(page.body), http_headers=head)
            )
            writer.write_record(writer.create_warc_record(page.url, "request", http_headers=asked))
    return len(pages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200, help="size of the foreign WARC")
    parser.add_argument("--folder", help="where to put it (default: the system's folder for temporary files)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        file = folder / "foreign.warc.gz"
        pages = write_foreign(file, options.megabytes << 20)
        print(f"a WARC of {file.stat().st_size >> 20} MB, {pages} pages, {pages // 100} of them of a forum")
        bare = timed("read it: bare FastWARC loop (checks nothing)", lambda: bare_loop(file))
        ours = timed("read it: read_warc", lambda: read_pages(file))
        print(f"{'':58} {ours / bare:8.2f} x bare")
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
