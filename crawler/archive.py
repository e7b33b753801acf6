"""Every page that was fetched, as standard WARC 1.1; nothing else in the house knows the format.

``ROOT/<forum>/<run_id>-00000.warc.gz``: one series of files a run, one gzip member a record, a request beside each
response. A file that is still being written ends in ``.open``; one that a killed run left keeps that ending, which is
how an interrupted run is told. The last record of such a file may be torn: readers stop before it.

An ``s3://`` root is written by way of a local spool folder: a file is uploaded when it is full or its run ends.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import re
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow.fs as pafs
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.items import RawPage

logger = logging.getLogger(__name__)

_LEVEL = 3  # of zlib: at 4 the time doubles for 8 % less space (measured on Discuz! pages)
_OPEN = ".open"
_SERIES = re.compile(r"^(?P<run>.+)-(?P<number>\d{5})\.warc\.gz(?P<open>\.open)?$")
_ENCODINGS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_REASONS = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    404: "Not Found",
    429: "Too Many Requests",
    503: "Service Unavailable",
}


class Skipped(NamedTuple):
    """A record of a WARC that is no page, and why."""

    reason: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands."""

    file: Path
    offset: int


class Archive:
    """A tree of WARC files, by forum and run."""

    def __init__(self, root: str, *, segment_bytes: int = 256 * 2**20) -> None:
        self.root = root
        self.segment_bytes = segment_bytes
        self.remote: tuple[pafs.FileSystem, str] | None = None
        self.folder = Path(root)
        if root.startswith("s3://"):
            filesystem, path = pafs.FileSystem.from_uri(root)
            self.remote = (filesystem, path)
            spool = hashlib.sha256(root.encode()).hexdigest()[:16]
            self.folder = Path(tempfile.gettempdir()) / f"tiezi-archive-{spool}"

    def writer(self, forum: str, run_id: str, software: str) -> Writer:
        """Continues the series of files of this run, or begins it."""
        return Writer(self, forum, run_id, software)

    def files(self, forum: str, run_id: str | None = None) -> list[Path]:
        """The files of a forum (or of one of its runs) in the order they were written."""
        folder = self.folder / _slug(forum)
        if self.remote is not None:
            self._download(forum)
        found = [file for file in folder.iterdir() if _SERIES.match(file.name)] if folder.is_dir() else []
        if run_id is not None:
            found = [file for file in found if _SERIES.match(file.name)["run"] == run_id]  # type: ignore[index]
        return sorted(found, key=lambda file: file.name.removesuffix(_OPEN))

    def interrupted(self, forum: str) -> str | None:
        """The latest run of the forum that a crash cut short, if that run is the forum's last."""
        files = self.files(forum)
        last = _SERIES.match(files[-1].name) if files else None
        return last["run"] if last and last["open"] else None

    def pages(self, forum: str, run_id: str | None = None) -> Iterator[tuple[RawPage, Place]]:
        """All pages archived of a forum in write order, streamed; a torn tail ends its file with a note in the log."""
        for file in self.files(forum, run_id):
            with file.open("rb") as stream:
                for record in _records(stream, file.name):
                    page = _to_page(record)
                    if isinstance(page, RawPage):
                        yield page, Place(file, record.stream_pos)

    def read(self, place: Place) -> RawPage:
        """The page at a place that ``pages`` gave."""
        with place.file.open("rb") as stream:
            stream.seek(place.offset)
            page = _to_page(next(iter(_records(stream, place.file.name))))
        assert isinstance(page, RawPage)
        return page

    def _upload(self, file: Path, forum: str) -> None:
        if self.remote is None:
            return
        filesystem, path = self.remote
        target = f"{path}/{_slug(forum)}/{file.name}"
        with file.open("rb") as source, filesystem.open_output_stream(target, compression=None) as stream:
            while chunk := source.read(2**20):
                stream.write(chunk)

    def _download(self, forum: str) -> None:
        assert self.remote is not None
        filesystem, path = self.remote
        selector = pafs.FileSelector(f"{path}/{_slug(forum)}", allow_not_found=True)
        for info in filesystem.get_file_info(selector):
            file = self.folder / _slug(forum) / info.base_name
            if file.exists() or not _SERIES.match(info.base_name):
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            with filesystem.open_input_stream(info.path, compression=None) as source:
                file.write_bytes(source.read())


class Writer:
    """Appends pages to one run's files; each record is handed to the system at once, ``sync`` makes it durable."""

    def __init__(self, archive: Archive, forum: str, run_id: str, software: str) -> None:
        self.archive, self.forum, self.run_id, self.software = archive, forum, run_id, software
        self.folder = archive.folder / _slug(forum)
        self.folder.mkdir(parents=True, exist_ok=True)
        before = archive.files(forum, run_id)
        self.number = 1 + max((int(_SERIES.match(file.name)["number"]) for file in before), default=-1)  # type: ignore[index]
        self.stream: IO[bytes] | None = None
        self.file = Path()

    def append(
        self,
        page: RawPage,
        *,
        method: str = "GET",
        request_headers: dict[str, str] | None = None,
        response_headers: list[tuple[str, str]] | None = None,
    ) -> None:
        """Write one exchange: the response as decoded (its own encodings renamed to ``X-Archive-Orig-…``) and the request."""
        if self.stream is None:
            self._begin()
        assert self.stream is not None
        response = _response(page, response_headers)
        request = _request(page, method, request_headers or {}, response.record_id)
        self.stream.write(_member(response, hashlib.sha1(page.body).digest()) + _member(request))
        self.stream.flush()
        if self.stream.tell() >= self.archive.segment_bytes:
            self._end()

    def sync(self) -> None:
        """Make everything written so far survive a power cut."""
        if self.stream is not None:
            os.fsync(self.stream.fileno())

    def close(self) -> None:
        """The run has ended in order: none of its files is left open, also not those of an interruption before."""
        self._end()
        for file in self.archive.files(self.forum, self.run_id):
            self._finish(file)

    def _begin(self) -> None:
        self.file = self.folder / f"{self.run_id}-{self.number:05d}.warc.gz{_OPEN}"
        self.stream = self.file.open("ab")
        self.number += 1
        info = WarcRecord()
        info.init_headers(record_type=WarcRecordType.warcinfo)
        info.headers["Content-Type"] = "application/warc-fields"
        info.headers["WARC-Filename"] = self.file.name.removesuffix(_OPEN)
        info.set_bytes_content(
            f"software: {self.software}\r\nformat: WARC File Format 1.1\r\nisPartOf: {self.run_id}\r\n".encode()
        )
        self.stream.write(_member(info))

    def _end(self) -> None:
        if self.stream is None:
            return
        self.sync()
        self.stream.close()
        self.stream = None

    def _finish(self, file: Path) -> None:
        if file.name.endswith(_OPEN):
            whole = file.with_name(file.name.removesuffix(_OPEN))
            file.rename(whole)
            self.archive._upload(whole, self.forum)


def read_warc(stream: IO[bytes], name: str = "WARC") -> Iterator[RawPage | Skipped]:
    """The pages of any WARC (gzip, zstd, uncompressed), streamed; what is no page is ``Skipped`` with its reason.

    Never raises on content: a damaged record ends the reading, and the last thing given says so.
    """
    try:
        for record in ArchiveIterator(
            stream, record_types=WarcRecordType.response | WarcRecordType.revisit, quirks_mode=True
        ):
            yield _to_page(record)
    except (OSError, ValueError, EOFError) as error:
        yield Skipped(f"the file is damaged from here on: {error}")


def _records(stream: IO[bytes], name: str) -> Iterator[Any]:
    try:
        yield from ArchiveIterator(stream, record_types=WarcRecordType.response)
    except (OSError, ValueError, EOFError) as error:
        logger.warning("%s ends in a torn record (%s): everything before it was read", name, error)


def _to_page(record: Any) -> RawPage | Skipped:
    url = record.headers.get("WARC-Target-URI", "").strip("<>")
    if record.record_type == WarcRecordType.revisit:
        return Skipped("revisit of a page stored elsewhere", url)
    if not record.is_http:
        return Skipped("no HTTP response", url)
    record.parse_http(auto_decode="all")
    kind = record.http_headers.get("Content-Type") if record.http_headers else None
    plain = (kind or "text/html").split(";")[0].strip().lower()
    if plain not in ("text/html", "application/xhtml+xml", "text/plain", "application/octet-stream", ""):
        return Skipped(f"content type {plain}", url)
    return RawPage(url, record.reader.read(), _date(record), kind, record.http_headers.status_code or 200)


def _date(record: Any) -> datetime:
    text = record.headers.get("WARC-Date", "")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return record.record_date or datetime.fromtimestamp(0, UTC)


def _response(page: RawPage, headers: list[tuple[str, str]] | None) -> WarcRecord:
    lines = [f"HTTP/1.1 {page.status} {_REASONS.get(page.status, 'Status')}"]
    told = headers if headers is not None else [("Content-Type", page.content_type)] if page.content_type else []
    for key, value in told:
        prefix = "X-Archive-Orig-" if key.lower() in _ENCODINGS else ""
        lines.append(f"{prefix}{key}: {_one_line(value)}")
    lines.append(f"Content-Length: {len(page.body)}")
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    return _record(WarcRecordType.response, page, "response", head + page.body)


def _request(page: RawPage, method: str, headers: dict[str, str], answers: str) -> WarcRecord:
    path = page.url.split("://", 1)[-1]
    host, _, rest = path.partition("/")
    lines = [f"{method} /{rest} HTTP/1.1", f"Host: {host}", *(f"{k}: {_one_line(v)}" for k, v in headers.items())]
    record = _record(
        WarcRecordType.request, page, "request", "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    )
    record.headers["WARC-Concurrent-To"] = answers
    return record


def _record(kind: Any, page: RawPage, msgtype: str, content: bytes) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(record_type=kind)
    record.headers["WARC-Target-URI"] = page.url
    record.headers["WARC-Date"] = page.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    record.headers["Content-Type"] = f"application/http; msgtype={msgtype}"
    record.set_bytes_content(content)
    return record


def _member(record: WarcRecord, payload_digest: bytes | None = None) -> bytes:
    """The record as one gzip member."""
    plain = io.BytesIO()
    if payload_digest is None:
        record.write(plain, checksum_data=True)
    else:
        record.write(plain, checksum_data=True, payload_digest=payload_digest)
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    return packer.compress(plain.getbuffer()) + packer.flush()


def _one_line(value: str) -> str:
    return " ".join(value.splitlines())


def _slug(forum: str) -> str:
    """The forum's name as a folder name; no two forums share one."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in ".-") else _escaped(c) for c in forum.lower())
    return plain if plain[:1].isalnum() else f"x__{plain}"


def _escaped(char: str) -> str:
    return "".join(f"_{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))
