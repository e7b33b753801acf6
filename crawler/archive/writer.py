"""Appending pages to one run's files."""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from crawler.archive import encode
from crawler.archive.cdxj import Entry, Index, parse_line
from crawler.archive.framing import Record, records
from crawler.archive.store import OPEN, RUNNING, Store, locked, sync_folder
from crawler.archive.unpack import GZIP, member_end
from crawler.items import RawPage

logger = logging.getLogger(__name__)

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


class PackedLines:
    """Lines in the order they came, compressed by blocks: an archive file of a first crawl has 50,000 that nobody asks for."""

    block = 512
    """Lines that are compressed together."""

    def __init__(self) -> None:
        self.packed: list[bytes] = []
        self.last: list[bytes] = []

    def append(self, line: bytes) -> None:
        self.last.append(line)
        if len(self.last) == self.block:
            self.packed.append(zlib.compress(b"".join(self.last), 1))
            self.last = []

    def __len__(self) -> int:
        return len(self.packed) * self.block + len(self.last)

    def __getitem__(self, number: int) -> bytes:
        block, at = divmod(number, self.block)
        lines = (
            self.last if block == len(self.packed) else zlib.decompress(self.packed[block]).splitlines(keepends=True)
        )
        return lines[at]

    def __iter__(self) -> Iterator[bytes]:
        for packed in self.packed:
            yield from zlib.decompress(packed).splitlines(keepends=True)
        yield from self.last


class Place(NamedTuple):
    """Where a page's record begins; stays valid when the file is finished or moves to its bucket."""

    forum: str  # the folder
    file: str
    offset: int


class Writer:
    """Appends pages to one run's files: each is handed to the system at once, ``sync`` makes all of them durable.

    A process that is killed loses at most the page it was writing. One run has one living writer.
    """

    def __init__(
        self, store: Store, slug: str, run_id: str, index: Index, info: Sequence[tuple[str, str]], most: int
    ) -> None:
        self.store, self.slug, self.run_id, self.index, self.info, self.most = store, slug, run_id, index, info, most
        self.number = 1 + max((segment.number for segment in store.segments(slug, run_id)), default=-1)
        self.folder = store.place(slug)
        self.marker = self.folder / f"{run_id}{RUNNING}"
        self.file: Path | None = None
        self.stream: IO[bytes] | None = None
        self.end = 0  # of what is whole in the file
        self.lines = PackedLines()  # what the index will say of this file
        self.fresh: dict[int, int] = {}  # which of them tells of the last record of a URL, by the URL's hash
        self.marker.write_bytes(b"")
        store.hand_over(self.marker, keep=True)

    def append(
        self,
        page: RawPage,
        *,
        method: str = "GET",
        request_headers: Headers | None = None,
        response_headers: Sequence[tuple[str, str]] | None = None,
        ip_address: str | None = None,
    ) -> Place:
        """Write one exchange, the body as decoded; a body that is the last one of its URL becomes a revisit.

        OSError (a full disk): nothing of the page was written, what came before it is safe.
        """
        digest = encode.digest_of(page.body)
        original = self._unchanged(page, digest)
        answer, identity = encode.response(page, digest, response_headers, original, ip_address)
        asked = request_headers.items() if isinstance(request_headers, Mapping) else request_headers or ()
        asking = encode.request(page, method, asked, identity) if encode.is_web(page.url) else b""
        place = self._write(answer, asking)
        kind = (page.content_type or "unk").split(";")[0].strip().lower()
        body = None if original is None else (original.file, original.offset)
        entry = Entry(
            encode.uri(page.url), encode.warc_date(page.fetched_at), digest, place.file, place.offset, len(answer),
            page.status, kind, body,
        )  # fmt: skip
        self.fresh[hash(entry.url)] = len(self.lines)
        self.lines.append(entry.line())
        if self.end >= self.most:
            self.finish_file()
        return place

    def sync(self) -> None:
        """Make everything written so far survive a power cut; in a bucket: finish the file and upload it."""
        if self.stream is None:
            return
        if self.store.remote is not None:
            if self.lines:
                self.finish_file()
        else:
            os.fsync(self.stream.fileno())

    def close(self) -> None:
        """The run has ended in order."""
        self.finish_file()
        self.store.remove(self.slug, self.marker.name)

    def finish_file(self) -> None:
        """The file is whole: give it its final name, index it, upload it."""
        if self.stream is None or self.file is None:
            return
        os.fsync(self.stream.fileno())
        whole = self.file.with_name(self.file.name.removesuffix(OPEN))
        self.file.rename(whole)
        sync_folder(self.folder)
        self.stream.close()
        self.store.hand_over(whole)
        self.index.add(whole.name, self.end, self.lines)
        self.file, self.stream, self.end, self.lines, self.fresh = None, None, 0, PackedLines(), {}

    def _unchanged(self, page: RawPage, digest: str) -> encode.Original | None:
        if not page.body:
            return None
        url = encode.uri(page.url)
        number = self.fresh.get(hash(url))
        last = parse_line(self.lines[number]) if number is not None else None
        if last is None or last.url != url:
            last = self.index.latest(url)
        if last is None or last.digest != digest:
            return None
        file, offset = last.original or (last.file, last.offset)
        return encode.Original(last.url, last.date, file, offset)

    def _write(self, *members: bytes) -> Place:
        stream, data = self._opened(), b"".join(members)
        begin, written = self.end, 0
        try:
            while written < len(data):
                written += stream.write(data[written:])
        except OSError:
            stream.truncate(begin)
            raise
        self.end += written
        assert self.file is not None
        return Place(self.slug, self.file.name.removesuffix(OPEN), begin)

    def _opened(self) -> IO[bytes]:
        if self.stream is None:
            name = f"{self.run_id}-{self.number:05d}.warc.gz"
            self.file = self.folder / f"{name}{OPEN}"
            self.stream = self.file.open("xb", buffering=0)
            locked(self.stream)
            self.number += 1
            self.end = 0
            self._write(encode.warcinfo(name, self.info))
        return self.stream


def finish_left_files(store: Store, slug: str) -> None:
    """Finish what killed writers left: cut a torn tail off behind the last whole record, give the final name.

    Files of a living writer are left alone.
    """
    for segment in store.segments(slug):
        file = store.place(slug) / f"{segment.name}{OPEN}"
        if not segment.open or not file.exists():
            continue
        with file.open("r+b") as stream:
            if not locked(stream):
                continue
            end = whole_end(stream)
            if end < segment.size:
                logger.warning("%s: cut %d bytes of a torn record off its end", file.name, segment.size - end)
                stream.truncate(end)
            os.fsync(stream.fileno())
            whole = file.with_name(segment.name)
            if end:
                file.rename(whole)
            else:
                file.unlink()
        if end:
            sync_folder(file.parent)
            store.hand_over(whole)


def whole_end(stream: IO[bytes]) -> int:
    """The offset behind the last whole record of a file of ours."""
    last = None
    for found in records(stream, codec=GZIP):
        if isinstance(found, Record) and found.offset is not None:
            last = found.offset
    return 0 if last is None else member_end(stream, last)
