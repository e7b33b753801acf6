"""Raw pages in Parquet, a page a row, as data engineers keep them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.archive.exchange import Message
from crawler.archive.foreign import Skipped, read_date, to_web_page
from crawler.archive.framing import LIMIT
from crawler.items import PageError, RawPage

COLUMNS = {
    "url": ("url", "uri", "target_uri", "warc_target_uri", "page_url"),
    "body": ("body", "content", "html", "raw_html", "raw_content", "page_source", "payload"),
    "fetched_at": ("fetched_at", "fetch_time", "warc_date", "crawled_at", "timestamp", "date"),
    "content_type": ("content_type", "content_mime_type", "mime_type", "mime"),
    "status": ("status", "status_code", "http_status", "fetch_status"),
}
"""What is read, and the names it may have, in any case and with ``-`` for ``_``; without the first two there are no pages."""
_AT_ONCE = 64  # rows: pages may be large
_BROKEN = (pa.ArrowException, OSError, UnicodeDecodeError)  # what pyarrow raises on damage


def row_groups(source: IO[bytes]) -> int:
    """In how many parts the file can be read. PageError: it is no Parquet file."""
    return int(_open(source).num_row_groups)


def read_parquet(source: IO[bytes], written_at: datetime, group: int | None = None) -> Iterator[RawPage | Skipped]:
    """The pages of a Parquet file, or of one of its row groups, streamed in the file's order.

    Bodies are bytes as they were sent, or text; pages are told as in a WARC (``read_warc``). Where no column has the times,
    all were fetched when the file was written. PageError, naming the file: it is damaged, or has no such columns.
    """
    file = _open(source)
    columns = _columns(file.schema_arrow, _name(source))
    groups = None if group is None else [group]
    try:
        for batch in file.iter_batches(_AT_ONCE, row_groups=groups, columns=list(columns.values())):
            for row in batch.to_pylist():
                yield _page({key: row[column] for key, column in columns.items()}, written_at)
    except _BROKEN as error:
        raise PageError(_name(source), f"the Parquet file is damaged ({error}): write it again") from error


def _open(source: IO[bytes]) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(source)
    except _BROKEN as error:
        raise PageError(_name(source), f"no Parquet file, or a damaged one ({error}): write it again") from error


def _name(source: IO[bytes]) -> str:
    return str(getattr(source, "name", "a stream"))


def _columns(schema: pa.Schema, name: str) -> dict[str, str]:
    """The columns there are, by what is read from them."""
    there = {column.lower().replace("-", "_"): column for column in reversed(schema.names)}
    found = {key: there[names[0]] for key, known in COLUMNS.items() if (names := [n for n in known if n in there])}
    for key in ("url", "body"):
        if key not in found:
            raise PageError(
                name,
                f"no column {key} (there are {', '.join(schema.names)[:200]}): rename one to {' or '.join(COLUMNS[key])}",
            )
    kind = schema.field(found["body"]).type
    if not _holds_text(kind):
        raise PageError(name, f"the column {found['body']} is {kind}: pages are binary or string")
    return found


def _holds_text(kind: pa.DataType) -> bool:
    return any(
        is_kind(kind)
        for is_kind in (
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
        )
    )


def _page(row: dict[str, Any], written_at: datetime) -> RawPage | Skipped:
    body, kind, url = row["body"] or b"", row.get("content_type"), row["url"]
    if isinstance(body, str):  # the bytes it was read from are gone, with their coding
        body, kind = body.encode(), f"{(kind or 'text/html').split(';')[0]}; charset=utf-8"
    status = row.get("status")
    if len(body) > LIMIT:
        found: RawPage | str = f"larger than {LIMIT >> 20} MiB"
    elif not isinstance(status, int | None) or not isinstance(kind, str | None) or not isinstance(url, str):
        found = (
            "no web address" if not isinstance(url, str) else "a status that is no number, or a type that is no text"
        )
    else:
        headers = (("Content-Type", kind),) if kind else ()
        moment = _moment(row["fetched_at"]) if "fetched_at" in row else written_at
        found = to_web_page(Message(200 if status is None else status, headers, body), url, moment)
    return found if isinstance(found, RawPage) else Skipped(found, url if isinstance(url, str) else None)


def _moment(value: object) -> datetime | None:
    """A timestamp, a day, or text as in a WARC; without a zone it is UTC."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    return read_date(str(value)) if isinstance(value, str | int) else None
