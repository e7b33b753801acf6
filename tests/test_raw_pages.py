"""Raw pages in Parquet, as other people's crawlers leave them: told by their columns, read like a WARC."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.archive import Skipped, read_parquet, row_groups
from crawler.items import PageError, RawPage
from crawler.saved import Piece, find_files, pieces, read_pages

URL = "http://bbs.example.cn/thread-1-1-1.html"
HTML = "<html><body>春天</body></html>"
WRITTEN = datetime(2020, 1, 2, tzinfo=UTC)
AT = datetime(2019, 5, 6, 7, 8, 9, tzinfo=UTC)


def table(rows, schema=None, **options):
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), stream, **options)
    stream.seek(0)
    return stream


def read(rows, schema=None):
    return list(read_parquet(table(rows, schema), WRITTEN))


@pytest.mark.parametrize(
    ("row", "page"),
    [
        ({"url": URL, "body": HTML.encode()}, RawPage(URL, HTML.encode(), WRITTEN)),
        (
            {"URL": URL, "HTML": HTML, "Fetch-Time": AT},
            RawPage(URL, HTML.encode(), AT, "text/html; charset=utf-8"),
        ),
        (
            {"uri": URL, "content": HTML.encode("gb18030"), "mime": "text/html", "warc-date": "2019-05-06T07:08:09Z"},
            RawPage(URL, HTML.encode("gb18030"), AT, "text/html"),
        ),
        (
            {"url": URL, "raw_html": HTML.encode(), "status_code": 404, "timestamp": 20190506070809},
            RawPage(URL, HTML.encode(), AT, None, 404),
        ),
        (
            {"url": URL, "payload": HTML.encode(), "date": date(2019, 5, 6)},
            RawPage(URL, HTML.encode(), datetime(2019, 5, 6, tzinfo=UTC)),
        ),
        # of two columns the one that says more plainly what it is
        (
            {"payload": b"no", "body": HTML.encode(), "page_url": "no", "url": URL, "date": None, "fetched_at": AT},
            RawPage(URL, HTML.encode(), AT),
        ),
    ],
)
def test_a_row_is_a_page(row, page):
    assert read([row]) == [page]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"url": "ftp://bbs.example.cn/", "body": HTML.encode()}, "no web address"),
        ({"url": None, "body": HTML.encode()}, "no web address"),
        ({"url": URL, "body": b""}, "content type unknown"),
        ({"url": URL, "body": b"", "mime": "text/html"}, "an empty body"),
        ({"url": URL, "body": b"\x89PNG", "mime": "image/png"}, "content type image/png"),
        ({"url": URL, "body": b"\x89PNG"}, "content type unknown"),
        ({"url": URL, "body": HTML.encode(), "status": 301}, "status 301"),
        ({"url": URL, "body": HTML.encode(), "fetched_at": "soon"}, "no date"),
        ({"url": URL, "body": HTML.encode(), "status": "ok"}, "a status that is no number, or a type that is no text"),
        ({"url": URL, "body": bytes(33 * 2**20)}, "larger than 32 MiB"),
    ],
)
def test_what_is_no_page_is_passed_over_with_the_reason(row, reason):
    (found,) = read([row], pa.Table.from_pylist([row | {"url": URL}]).schema)
    assert found == Skipped(reason, row["url"])


@pytest.mark.parametrize(
    ("stream", "told"),
    [
        (table([{"address": URL, "body": b"x"}]), "no column url (there are address, body)"),
        (table([{"url": URL, "text": "x"}]), "no column body (there are url, text)"),
        (table([{"url": URL, "body": 5}]), "the column body is int64"),
        (io.BytesIO(b"PAR1 and then something else"), "no Parquet file, or a damaged one"),
        (io.BytesIO(b""), "no Parquet file, or a damaged one"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(stream, told):
    with pytest.raises(PageError) as raised:
        list(read_parquet(stream, WRITTEN))
    assert told in raised.value.what


def test_row_groups_are_read_apart(tmp_path):
    rows = [{"url": f"http://bbs.example.cn/thread-{n}-1-1.html", "body": HTML.encode()} for n in range(25)]
    file = tmp_path / "pages.parquet"
    file.write_bytes(table(rows, row_group_size=10).getvalue())
    parts = pieces(str(file))
    assert parts == [Piece(str(file), number) for number in range(3)] and row_groups(file.open("rb")) == 3
    together = [page.url for part in parts for page in read_pages(part)]
    assert together == [row["url"] for row in rows] == [page.url for page in read_pages(Piece(str(file)))]
    assert find_files(str(tmp_path)) == [str(file)]


@pytest.mark.parametrize("size", [0, 4, 40, 400])
def test_a_file_cut_anywhere_is_named(tmp_path, size):
    file = tmp_path / "cut.parquet"
    file.write_bytes(table([{"url": URL, "body": HTML.encode() * 9}]).getvalue()[:size])
    assert pieces(str(file)) == [Piece(str(file))]
    with pytest.raises(PageError, match=r"cut\.parquet"):
        list(read_pages(Piece(str(file))))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_gives_pages_or_is_named(data):
    """Parquet has no checksum of its pages by default: what is read may differ, but nothing else is raised."""
    whole = bytearray(table([{"url": URL, "body": HTML.encode()}] * 3, compression="zstd").getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(PageError):
        assert all(isinstance(page, RawPage | Skipped) for page in read_parquet(io.BytesIO(bytes(whole)), WRITTEN))
