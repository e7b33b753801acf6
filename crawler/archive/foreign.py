"""Anybody's WARC as pages: Common Crawl, Heritrix, Browsertrix, wget, in whatever state the file is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, NamedTuple

from crawler.archive.exchange import Message, Undecodable, decoded_body, parse
from crawler.archive.framing import LIMIT, Damage, Record, records
from crawler.items import RawPage

_TEXTS = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_UNKNOWN = frozenset({"", "application/octet-stream", "application/x-unknown", "unknown/unknown", "content/unknown"})
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title|table|div)\b", re.IGNORECASE)
_ENDED = re.compile(rb"</html\s*>", re.IGNORECASE)
_MOST_ORIGINALS = 500_000  # places of pages remembered for revisits: some 100 bytes each


class Skipped(NamedTuple):
    """A record of a WARC that is no page, or a stretch that is no record, and why."""

    reason: str
    url: str | None = None
    offset: int | None = None


def read_warc(source: str | Path | IO[bytes], *, limit: int = LIMIT) -> Iterator[RawPage | Skipped]:
    """The pages of any WARC (gzip, zstd with or without dictionary, plain), streamed in the file's order.

    Pages are text/html, XHTML, text/plain and what looks like HTML, of any status but a redirect, decoded. All else is
    ``Skipped`` with its reason. Never raises on content; OSError where the file itself cannot be read. Damage is passed
    over where the source can seek; no record may be larger than ``limit`` bytes, packed in HTTP or unpacked.
    """
    if isinstance(source, str | Path):
        with open(source, "rb") as stream:
            yield from _Reader(stream, limit).pages()
    else:
        yield from _Reader(source, limit).pages()


class _Reader:
    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self.stream = stream
        self.limit = limit
        self.originals: dict[int, int] = {}  # hash of what a revisit names -> offset

    def pages(self) -> Iterator[RawPage | Skipped]:
        for found in records(self.stream, limit=self.limit):
            if isinstance(found, Damage):
                yield Skipped(f"damaged: {found.why}", None, found.offset)
                continue
            page = self.page(found)
            if isinstance(page, RawPage) and found.offset is not None and len(self.originals) < _MOST_ORIGINALS:
                self.originals.update((key, found.offset) for key in _names(found, ""))
            yield page

    def page(self, record: Record) -> RawPage | Skipped:
        kind = record.headers.get("warc-type", "")
        url = _url(record)
        found = self.revisit(record) if kind == "revisit" else to_page(record, self.limit)
        return found if isinstance(found, RawPage) else Skipped(found, url, record.offset)

    def revisit(self, record: Record) -> RawPage | str:
        """The page as it was stored before in this file, with the time of this visit."""
        offset = next((self.originals[key] for key in _names(record, "refers-to-") if key in self.originals), None)
        seekable = offset is not None and self.stream.seekable()
        date = read_date(record.headers.get("warc-date", ""))
        if not seekable or date is None:
            return "a revisit of a page that is not in this file"
        here = self.stream.tell()
        try:
            original = next(records(self.stream, offset, limit=self.limit))
        finally:
            self.stream.seek(here)
        page = to_page(original, self.limit) if isinstance(original, Record) else "damaged"
        return replace(page, url=_url(record) or page.url, fetched_at=date) if isinstance(page, RawPage) else page


def to_page(record: Record, limit: int = LIMIT) -> RawPage | str:
    """The page in a record, or why it is none."""
    kind, url = record.headers.get("warc-type", ""), _url(record)
    if kind not in ("response", "resource"):
        return f"a record of type {kind[:40] or 'unknown'}"
    if record.block is None:
        return f"larger than {limit >> 20} MiB"
    message = _message(record, kind)
    if message is None:
        return "a broken HTTP response"
    date = read_date(record.headers.get("warc-date", "")) or read_date(message.get("date") or "")
    return to_web_page(message, url, date, limit, whole="warc-truncated" not in record.headers)


def to_web_page(
    message: Message, url: str | None, date: datetime | None, limit: int = LIMIT, *, whole: bool = True
) -> RawPage | str:
    """The page that an answer holds, decoded, or why it holds none; ``whole``: nobody has said that it was cut off."""
    if url is None or not url.lower().startswith(("http://", "https://")):
        return "no web address"
    if not 200 <= message.status < 600 or 300 <= message.status < 400:
        return f"status {message.status}"
    if date is None:
        return "no date"
    given = message.get("content-type")
    plain = (given or "").split(";")[0].strip().lower()
    known = plain in _TEXTS
    if not known and plain not in _UNKNOWN and re.fullmatch(r"[\w.+-]+/[\w.+-]+", plain):
        return f"content type {plain[:60]}"
    try:
        body, ended = decoded_body(message, limit)
    except Undecodable as error:
        return str(error)
    if not known and not _HTML.search(body[:1024]):
        return f"content type {plain[:60] or 'unknown'}"
    if not body:
        return "an empty body"
    if not (whole and ended) and not _ENDED.search(body[-4096:]):
        return "cut off when it was captured"
    return RawPage(url, body, date, given, message.status)


def _message(record: Record, kind: str) -> Message | None:
    block = record.block or b""
    if kind == "resource":
        return Message(200, (("Content-Type", record.headers.get("content-type", "")),), block)
    message = parse(block)
    if message is None and _HTML.match(block.lstrip()[:64]):
        return Message(200, (), block)  # HTTP/0.9, or a crawler that stored no headers
    return message


def _url(record: Record) -> str | None:
    return record.headers.get("warc-target-uri", "").strip("<> ") or None


def _names(record: Record, prefix: str) -> Iterator[int]:
    """Hashes of what identifies a page (or, with ``refers-to-``, the page a revisit is of)."""
    headers = record.headers
    digest = headers.get("warc-payload-digest")
    uri = headers.get(f"warc-{prefix}target-uri", "").strip("<> ")
    date = headers.get(f"warc-{prefix}date")
    if uri and date:
        yield hash((uri, date))
    if digest:
        yield hash(digest)


def read_date(text: str) -> datetime | None:
    """A WARC-Date (ISO 8601, or the 14 digits of ARC) or an HTTP date; without a zone it is UTC."""
    try:
        made = datetime.strptime(text, "%Y%m%d%H%M%S") if re.fullmatch(r"\d{14}", text) else _iso_or_http(text)
        return (made.replace(tzinfo=UTC) if made.tzinfo is None else made).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _iso_or_http(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)
