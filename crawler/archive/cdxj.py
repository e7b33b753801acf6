"""Which record holds which URL: sorted CDXJ files beside the WARCs, as other tools read and write them.

``index-….cdxj`` begins with a line ``!meta`` that names the WARC files it covers. A file whose size is not what that
line says, or that covers a WARC which is not there or has another size, counts as missing and is made again. Small ones
are merged into larger ones, so that a run adds work in proportion to what it fetched and a lookup sees few files.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import logging
import mmap
import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from crawler.archive.store import Store, sync_folder

logger = logging.getLogger(__name__)

_NAME = re.compile(r"index-[0-9a-f]{16}\.cdxj")
_GROWTH = 4  # an index file is merged with a smaller one unless it is this many times its size
_NUMBER = re.compile(r"[\d.]+|\[.*\]")


class Entry(NamedTuple):
    """What an index says of a record; ``date``: to the microsecond, ``original``: (file, offset) of a revisit's body."""

    url: str
    date: str
    digest: str
    file: str
    offset: int
    length: int
    status: int
    mime: str
    original: tuple[str, int] | None = None

    def line(self) -> bytes:
        told = {"date": self.date, "url": self.url, "mime": self.mime, "status": str(self.status)}  # sorts by date
        told |= {"digest": self.digest, "length": str(self.length), "offset": str(self.offset), "filename": self.file}
        if self.original is not None:
            told |= {
                "mime": "warc/revisit",
                "orig.filename": self.original[0],
                "orig.offset": str(self.original[1]),
            }
        stamp = re.sub(r"\D", "", self.date)[:14]
        return f"{surt(self.url)} {stamp} {json.dumps(told)}\n".encode()


def parse_line(line: bytes) -> Entry:
    """Raises ValueError or KeyError on a line that is none of ours."""
    told = json.loads(line.split(b" ", 2)[2])
    original = (told["orig.filename"], int(told["orig.offset"])) if "orig.filename" in told else None
    offset, length, status = (int(told[name]) for name in ("offset", "length", "status"))
    names = (told["url"], told["date"], told["digest"], told["filename"])
    return Entry(*names, offset, length, status, told["mime"], original)


def surt(url: str) -> str:
    """The key under which a CDX lists a URL: host turned round, all in lower case, parameters sorted.

    >>> surt("http://www.Example.cn/forum.php?tid=1&mod=viewthread")
    'cn,example)/forum.php?mod=viewthread&tid=1'
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return quote(url.lower(), safe=_SAFE)
    if not _NUMBER.fullmatch(host):
        host = ",".join(reversed(re.sub(r"^www\d*\.", "", host).split(".")))
    if port is not None and (parts.scheme, port) not in (("http", 80), ("https", 443)):
        host += f":{port}"
    query = f"?{'&'.join(sorted(parts.query.lower().split('&')))}" if parts.query else ""
    return quote(f"{host}){parts.path.lower() or '/'}{query}", safe=_SAFE)


_SAFE = "".join(chr(code) for code in range(0x21, 0x7F))


class _File:
    """One index file, mapped into memory."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as stream:
            head = stream.readline()
            meta = json.loads(head.removeprefix(b"!meta "))
            self.text = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self.name = path.name
        self.segments: dict[str, int] = meta["segments"]
        self.start = len(head)
        if len(self.text) != self.start + meta["bytes"]:
            raise ValueError("torn")

    @property
    def size(self) -> int:
        return len(self.text) - self.start

    def lines(self) -> Iterator[bytes]:
        at = self.start
        while at < len(self.text):
            end = self.text.find(b"\n", at) + 1
            yield self.text[at:end]
            at = end

    def newest_first(self, key: bytes) -> Iterator[bytes]:
        """The lines of a key, backwards."""
        end = self._first_not_before(key + b"!")  # the character after the space
        while end > self.start:
            begin = self.text.rfind(b"\n", 0, end - 1) + 1
            line = self.text[begin:end]
            if not line.startswith(key + b" "):
                return
            yield line
            end = begin

    def _first_not_before(self, key: bytes) -> int:
        low, high = self.start, len(self.text)
        while low < high:
            middle = (low + high) // 2
            begin = self.text.rfind(b"\n", 0, middle) + 1
            end = self.text.find(b"\n", middle) + 1
            low, high = (end, high) if self.text[begin:end] < key else (low, begin)
        return low


class Index:
    """All index files of a forum; ``scan`` gives the entries of a WARC file that none of them covers."""

    def __init__(self, store: Store, slug: str, scan: Callable[[str], Iterable[Entry]]) -> None:
        self.store, self.slug, self.scan = store, slug, scan
        self.files: list[_File] = []
        self.unwritten: dict[str, list[bytes]] = {}  # by WARC file: what could not, or not yet, be written
        self.refresh()

    def newest_first(self, url: str) -> Iterator[Entry]:
        """What the archive holds of exactly this URL."""
        key = surt(url).encode()
        kept = [sorted((line for line in lines if line.startswith(key + b" ")), reverse=True)
                for lines in self.unwritten.values()]  # fmt: skip
        for line in heapq.merge(*(file.newest_first(key) for file in self.files), *kept, reverse=True):
            entry = parse_line(line)
            if entry.url == url:
                yield entry

    def entries(self) -> Iterator[Entry]:
        """All of them, in no order."""
        for lines in (*(file.lines() for file in self.files), *self.unwritten.values()):
            yield from map(parse_line, lines)

    def latest(self, url: str) -> Entry | None:
        """The last record of the URL, if it is among the last of its key (which other spellings of it share)."""
        return next(islice(self.newest_first(url), 1), None)

    def refresh(self) -> None:
        """Load the index files and index what they do not cover: finished WARCs on disk, others in memory."""
        sizes = self.store.sizes(self.slug)
        self.files = []
        covered: set[str] = set()
        for name in sorted(name for name in sizes if _NAME.fullmatch(name)):
            file = self._load(name)
            if file is not None and all(sizes.get(segment) == size for segment, size in file.segments.items()):
                self.files.append(file)
                covered.update(file.segments)
            else:
                logger.info("the index %s does not fit the archive (any more): made again", name)
        self.unwritten = {}
        for segment in self.store.segments(self.slug):
            if segment.name in covered:
                continue
            lines = [entry.line() for entry in self.scan(segment.name)]
            if segment.open:
                self.unwritten[segment.name] = lines
            else:
                self.add(segment.name, segment.size, lines)

    def add(self, segment: str, size: int, found: Iterable[bytes]) -> None:
        """Take in the entries of a finished WARC file."""
        self.unwritten.pop(segment, None)
        lines = sorted(found)
        try:
            self._write({segment: size}, lines, sum(map(len, lines)))
            self._merge()
        except OSError as error:  # a reader may have no right to write here, and can do without
            logger.info("the index of %s is kept in memory: %s", segment, error)
            self.unwritten[segment] = lines

    def _load(self, name: str) -> _File | None:
        try:
            return _File(self.store.fetch(self.slug, name))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _merge(self) -> None:
        self.files.sort(key=lambda file: file.size, reverse=True)
        while len(self.files) > 1 and self.files[-2].size < _GROWTH * max(self.files[-1].size, 1):
            pair = self.files[-2:]
            segments = pair[0].segments | pair[1].segments
            self._write(segments, heapq.merge(*(file.lines() for file in pair)), sum(file.size for file in pair))
            for file in pair:
                self.files.remove(file)
                self.store.remove(self.slug, file.name)
            self.files.sort(key=lambda file: file.size, reverse=True)

    def _write(self, segments: dict[str, int], lines: Iterable[bytes], size: int) -> None:
        named = hashlib.sha256("\n".join(sorted(segments)).encode()).hexdigest()[:16]
        folder = self.store.place(self.slug)
        waiting, file = folder / f".index-{named}.{os.getpid()}", folder / f"index-{named}.cdxj"
        meta = json.dumps({"format": "CDXJ", "segments": segments, "bytes": size})
        with waiting.open("wb") as stream:
            stream.write(f"!meta {meta}\n".encode())
            stream.writelines(lines)
            stream.flush()
            os.fsync(stream.fileno())
        waiting.replace(file)
        sync_folder(folder)
        self.store.hand_over(file, keep=True)
        self.files.append(_File(file))
