"""Web archives made by others: everything readable is read, the rest is named, nothing hangs, swells or raises."""

from __future__ import annotations

import gzip
import io
import random
import resource
import struct
import subprocess
import sys
import zlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from fastwarc.stream_io import BrotliWriter
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.archive import Skipped, read_warc
from crawler.items import RawPage

DAY = "2020-05-06T07:08:09Z"
HTML = b"<html><body>" + "网页".encode() * 20 + b"</body></html>"


def record(
    n=1,
    body=HTML,
    *,
    kind="response",
    http=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n",
    head=b"\r\n",
    length=None,
    **more,
):
    """A record as its bytes; ``more``: WARC headers, with _ for -."""
    block = body if http is None else http + head + body
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-0000-0000-{n:012d}>",
        "WARC-Date": DAY,
        "WARC-Target-URI": f"http://bbs.example.cn/thread-{n}-1-1.html",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block) if length is None else length),
    }
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def gz(plain):
    return gzip.compress(plain, 6, mtime=0)


def zst(plain, **options):
    return zstandard.ZstdCompressor(**options).compress(plain)


def with_dictionary(parts, *, packed):
    trained = zstandard.train_dictionary(3000, [record(n, b"<html>%d" % (n * n)) for n in range(1000)])
    stored = zst(trained.as_bytes()) if packed else trained.as_bytes()
    frame = struct.pack("<II", 0x184D2A5D, len(stored)) + stored
    return frame + b"".join(zst(part, dict_data=trained) for part in parts)


def bgzip(parts):
    """Members that end anywhere, as parallel compressors make them."""
    plain = b"".join(parts)
    return b"".join(gz(plain[at : at + 777]) for at in range(0, len(plain), 777))


PACKED = {
    "plain": b"".join,
    "gzip a record": lambda parts: b"".join(map(gz, parts)),
    "one gzip": lambda parts: gz(b"".join(parts)),
    "gzip anywhere": bgzip,
    "zstd a record": lambda parts: b"".join(map(zst, parts)),
    "one zstd": lambda parts: zst(b"".join(parts)),
    "zstd dictionary": lambda parts: with_dictionary(parts, packed=False),
    "zstd packed dictionary": lambda parts: with_dictionary(parts, packed=True),
}


def read(content):
    return list(read_warc(io.BytesIO(content)))


def urls(found):
    return [int(one.url.split("-")[1]) for one in found if isinstance(one, RawPage)]


def reasons(found):
    return Counter(one.reason for one in found if isinstance(one, Skipped))


@pytest.mark.parametrize("packing", PACKED)
def test_every_packing_is_read(packing, tmp_path):
    parts = [record(0, b"software: x", kind="warcinfo", http=None), *(record(n, HTML * n) for n in range(1, 40))]
    content = PACKED[packing](parts)
    found = read(content)
    assert urls(found) == list(range(1, 40)) and reasons(found) == {"a record of type warcinfo": 1}
    assert [one.body for one in found[1:]] == [HTML * n for n in range(1, 40)]
    assert found[1] == RawPage(
        "http://bbs.example.cn/thread-1-1-1.html", HTML, datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC), "text/html", 200
    )
    (tmp_path / "x.warc").write_bytes(content)
    assert list(read_warc(tmp_path / "x.warc")) == found == list(read_warc(str(tmp_path / "x.warc")))


@pytest.mark.parametrize("packing", [name for name in PACKED if "dictionary" not in name])
def test_a_pipe_is_read(packing):
    class Pipe(io.RawIOBase):
        def __init__(self, content):
            self.rest = content

        def readable(self):
            return True

        def readinto(self, buffer):
            part, self.rest = self.rest[: min(len(buffer), 1000)], self.rest[min(len(buffer), 1000) :]
            buffer[: len(part)] = part
            return len(part)

    content = PACKED[packing]([record(n) for n in range(30)])
    assert urls(read_warc(io.BufferedReader(Pipe(content)))) == list(range(30))
    cut = list(read_warc(io.BufferedReader(Pipe(content[:-20]))))
    assert urls(cut)[:10] == list(range(min(10, len(urls(cut))))) and (packing == "plain" or reasons(cut))


def test_what_warcio_writes_is_read():
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    for packed in (False, True):
        out = io.BytesIO()
        writer = WARCWriter(out, gzip=packed)
        head = StatusAndHeaders(
            "200 OK", [("Content-Type", "text/html"), ("Content-Encoding", "gzip")], protocol="HTTP/1.0"
        )
        first = writer.create_warc_record(
            "http://h/thread-1-1-1.html",
            "response",
            payload=io.BytesIO(gz(HTML)),
            http_headers=head,
            warc_headers_dict={"WARC-Date": DAY},
        )
        writer.write_record(first)
        writer.write_record(
            writer.create_revisit_record(
                "http://h/thread-2-1-1.html",
                first.rec_headers["WARC-Payload-Digest"],
                "http://h/thread-1-1-1.html",
                DAY,
                warc_headers_dict={"WARC-Date": "2021-01-01T00:00:00Z"},
            )
        )
        found = read(out.getvalue())
        assert urls(found) == [1, 2] and {one.body for one in found} == {HTML}
        assert found[1].fetched_at == datetime(2021, 1, 1, tzinfo=UTC)


def brotli(plain):
    out = io.BytesIO()
    with BrotliWriter(out) as writer:
        writer.write(plain)
    return out.getvalue()


def raw_deflate(plain):
    return zlib.compress(plain)[2:-4]


def chunked(plain, end=b"0\r\n\r\n"):
    return (
        b"".join(
            b"%x;ext=1\r\n%s\r\n" % (len(plain[at : at + 50]), plain[at : at + 50]) for at in range(0, len(plain), 50)
        )
        + end
    )


def http(*lines, status=200, kind="text/html"):
    return f"HTTP/1.1 {status} X\r\n{f'Content-Type: {kind}' + chr(13) + chr(10) if kind else ''}".encode() + b"".join(
        line.encode() + b"\r\n" for line in lines
    )


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (gz(HTML), ["Content-Encoding: gzip"]),
        (gz(HTML), ["content-encoding:  X-GZIP "]),
        (zlib.compress(HTML), ["Content-Encoding: deflate"]),
        (raw_deflate(HTML), ["Content-Encoding: deflate"]),
        (brotli(HTML), ["Content-Encoding: br"]),
        (zst(HTML), ["Content-Encoding: zstd"]),
        (gz(brotli(HTML)), ["Content-Encoding: br, gzip"]),
        (chunked(HTML), ["Transfer-Encoding: chunked"]),
        (chunked(gz(HTML)), ["Transfer-Encoding: chunked", "Content-Encoding: gzip"]),
        (chunked(HTML, b""), ["Transfer-Encoding: chunked"]),  # the end mark is missing, the page is not
        (gz(HTML)[:-6], ["Content-Encoding: gzip"]),
        # the crawler took the codings off and kept the headers
        (HTML, ["Transfer-Encoding: chunked"]),
        (HTML, ["Content-Encoding: gzip"]),
        (HTML, ["Content-Encoding: br"]),
        (HTML, ["Content-Encoding: zstd", "Content-Length: 5"]),
        (HTML, ["Content-Encoding: identity", "X: folded", " line"]),
        (HTML, ["Content-Encoding: none"]),
        (HTML, ["no colon", ":", "Bad\x01Name: \xff", "Content-Length: -1"]),
    ],
)
def test_codings_are_taken_off(block, lines):
    (found,) = read(gz(record(1, block, http=http(*lines))))
    assert found.body == HTML


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (record(1, chunked(HTML[:60], b""), http=http("Transfer-Encoding: chunked")), "cut off when it was captured"),
        (record(1, gz(HTML * 9)[:-30], http=http("Content-Encoding: gzip")), "cut off when it was captured"),
        (record(1, HTML[:40], WARC_Truncated="length"), "cut off when it was captured"),
        (record(1, b"\x00\x01" * 50, http=http("Content-Encoding: br")), "broken coding"),
        (record(1, b"\x00\x01" * 50, http=http("Content-Encoding: sdch")), "content coding sdch"),
        (record(1, http=http("Content-Encoding: " + "gzip, " * 50)), "too many content codings"),
        (record(1, gz(bytes(40_000_000)), http=http("Content-Encoding: gzip")), "larger than 32 MiB"),
        (record(1, zst(bytes(40_000_000)), http=http("Content-Encoding: zstd")), "larger than 32 MiB"),
        (record(1, brotli(bytes(40_000_000)), http=http("Content-Encoding: br")), "larger than 32 MiB"),
        (record(1, bytes(40_000_000)), "larger than 32 MiB"),
        (record(1, http=http(kind="image/png")), "content type image/png"),
        (record(1, b"%PDF-1.4", http=http(kind=None)), "content type unknown"),
        (record(1, http=http(status=301)), "status 301"),
        (record(1, http=http(status=304)), "status 304"),
        (record(1, b"", http=http()), "an empty body"),
        (record(1, b"garbage", http=b"garbage"), "a broken HTTP response"),
        (record(1, WARC_Date="yesterday"), "no date"),
        (record(1, WARC_Target_URI=None), "no web address"),
        (record(1, WARC_Target_URI="dns:bbs.example.cn"), "no web address"),
        (record(1, kind="request"), "a record of type request"),
        (record(1, kind="metadata"), "a record of type metadata"),
        (record(1, kind="revisit", WARC_Payload_Digest="sha1:X"), "a revisit of a page that is not in this file"),
        (record(1, length=""), "damaged: a record without a length"),
        (record(1, length=-5), "damaged: a record without a length"),
        (record(1, length=30), "damaged: a record is cut off, or gives a wrong length"),
        (record(1, length=400), "damaged: a record is cut off, or gives a wrong length"),
        (record(1, length=10**15), "larger than 32 MiB"),
        (record(1, length=10**30), "damaged: a record without a length"),
        (b"junk\r\n" * 9, "damaged: no WARC record stands here"),
        (b"WARC/1.0\r\nX: " + b"y" * 10**6 + b"\r\n\r\n", "damaged: a record without a length"),
    ],
)
@pytest.mark.parametrize("packing", ["plain", "gzip a record", "one gzip", "zstd a record"])
def test_what_is_no_page_is_named_and_the_next_one_is_read(made, reason, packing):
    found = read(PACKED[packing]([record(0), made, record(2), record(3)]))
    assert urls(found) == [0, 2, 3]
    assert len(reasons(found)) == 1 and next(iter(reasons(found))).startswith(reason), found


@pytest.mark.parametrize(
    ("made", "body"),
    [
        (record(1, WARC_Truncated="length"), HTML),  # cut behind the end of the page
        (record(1, WARC_Payload_Digest="sha1:AAAA", WARC_Block_Digest="md5:wrong"), HTML),
        (record(1, http=http(kind="application/xhtml+xml; charset=gbk")), HTML),
        (record(1, http=http(kind="TEXT/PLAIN")), HTML),
        (record(1, http=http(kind="application/octet-stream")), HTML),
        (record(1, http=http(kind=None)), HTML),
        (record(1, http=http(kind="html")), HTML),
        (record(1, http=http(status=404)), HTML),
        (record(1, http=None), HTML),
        (record(1, http=b"HTTP/1.1 200 OK\nContent-Type: text/html\n", head=b"\n"), HTML),
        (record(1, kind="resource", http=None, Content_Type="text/html"), HTML),
        (record(1).replace(b"\r\n\r\nHTTP", b"\n\nHTTP").replace(b"WARC/1.0\r\n", b"WARC/1.1\n"), HTML),
        (record(1, WARC_Target_URI="<http://h/thread-1-1.html>"), HTML),
        (record(1, WARC_Date="20200506070809"), HTML),
        (record(1, WARC_Date=None, http=http("Date: Wed, 06 May 2020 07:08:09 GMT")), HTML),
    ],
)
def test_what_others_do_differently_is_read(made, body):
    found = read(PACKED["gzip a record"]([record(0), made, record(2)]))
    assert urls(found) == [0, 1, 2] and found[1].body == body
    assert found[1].fetched_at == datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_revisits_are_resolved_within_a_file():
    parts = [
        record(1, WARC_Payload_Digest="sha1:ONE"),
        record(2, b"", kind="revisit", WARC_Payload_Digest="sha1:ONE", WARC_Date="2021-01-01T00:00:00Z"),
        record(
            3,
            b"",
            kind="revisit",
            WARC_Refers_To_Target_URI="http://bbs.example.cn/thread-1-1-1.html",
            WARC_Refers_To_Date=DAY,
        ),
        record(4, b"", kind="revisit", WARC_Payload_Digest="sha1:OTHER"),
    ]
    for packing in ("plain", "gzip a record", "zstd a record"):
        found = read(PACKED[packing](parts))
        assert urls(found) == [1, 2, 3] and [one.body for one in found[:3]] == [HTML] * 3
        assert found[1].fetched_at == datetime(2021, 1, 1, tzinfo=UTC)
        assert reasons(found) == {"a revisit of a page that is not in this file": 1}


@pytest.mark.parametrize("packing", PACKED)
def test_cut_anywhere_whole_pages_are_read_and_the_tail_is_named(packing):
    content = PACKED[packing]([record(n) for n in range(4)])
    whole = read(content)
    for cut in range(0, len(content), 1 if packing == "gzip a record" else 13):
        found = read(content[:cut])
        pages = [one for one in found if isinstance(one, RawPage)]
        assert pages == whole[: len(pages)]
        if packing == "gzip a record":
            ends = [sum(len(gz(record(n))) for n in range(k)) for k in range(5)]
            assert len(pages) == sum(end <= cut for end in ends[1:])
            assert bool(reasons(found)) == (cut not in ends)


@pytest.mark.parametrize("packing", ["gzip a record", "plain"])
def test_a_flipped_bit_costs_one_record(packing):
    parts = [record(n, random.Random(n).randbytes(30).hex().encode() * 9) for n in range(9)]
    content = PACKED[packing](parts)
    whole, rng = read(content), random.Random(1)
    for at in [*range(20), *(rng.randrange(len(content)) for _ in range(400))]:
        broken = bytearray(content)
        broken[at] ^= 1 << rng.randrange(8)
        found = read(bytes(broken))
        assert sum(one in whole for one in found) >= 8 - (packing == "plain")


def test_a_record_inside_a_record_is_none():
    inner = gz(record(7))
    found = read(PACKED["gzip a record"]([record(1, inner, http=http(kind="application/gzip")), record(2, record(8))]))
    assert urls(found) == [2]


def mutated(draw):
    content = bytearray(PACKED[draw(st.sampled_from(sorted(PACKED)[:6]))]([record(n, HTML * 3) for n in range(3)]))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(content)))
        match draw(st.sampled_from("ifdrc")):
            case "i":
                content[at:at] = draw(st.binary(max_size=40))
            case "f" if at < len(content):
                content[at] ^= draw(st.integers(1, 255))
            case "d":
                del content[at : at + draw(st.integers(1, 300))]
            case "r":
                other = draw(st.integers(0, len(content)))
                content[at:at] = content[other : other + 200]
            case "c":
                del content[at:]
    return bytes(content)


@settings(max_examples=400, deadline=2000)
@given(st.composite(mutated)() | st.binary(max_size=500))
def test_nothing_raises_or_hangs(content):
    for found in read_warc(io.BytesIO(content)):
        assert isinstance(found, RawPage | Skipped)


def nested(depth):
    """Members stored in members, each of them broken at its end."""
    content = b""
    for n in range(depth):
        packer = zlib.compressobj(0, zlib.DEFLATED, 31)
        content = packer.compress(record(n, content)[:-4]) + packer.flush()[:-8] + b"badcrc!!"
    return content


HOSTILE = {
    "lengths that swallow the rest": lambda: b"".join(record(n, b"x" * 100, length=30_000_000) for n in range(60_000)),
    "the same, packed": lambda: gz(b"".join(record(n, b"x" * 100, length=30_000_000) for n in range(60_000))),
    "a billion zeros": lambda: gz(gz(bytes(10**9))[:0] + record(1, b"")) + gz(bytes(300_000_000)),
    "a long line": lambda: gz(b"WARC/1.0\r\n" + b"A" * 200_000_000),
    "empty lines": lambda: gz(b"\r\n" * 100_000_000),
    "starts of members": lambda: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" * 300_000,
    "starts of records": lambda: b"WARC/1.0\r\n" * 2_000_000,
    "members in members": lambda: nested(1200),
    "empty members": lambda: gz(b"") * 200_000,
    "zstd runs": lambda: zst(record(1, bytes(400_000_000))) + zst(record(2)),
    "zeros": lambda: bytes(50_000_000),
    "headers": lambda: gz(record(1, http=b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 2_000_000)),
    "one body in a million chunks": lambda: gz(
        record(1, b"1\r\nx\r\n" * 2_000_000 + b"0\r\n\r\n", http=http("Transfer-Encoding: chunked"))
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_bounded_time_and_memory(name, tmp_path):
    file = tmp_path / "x.warc.gz"
    file.write_bytes(HOSTILE[name]())
    code = "import resource, sys, crawler.archive as a; b = resource.getrusage(0).ru_maxrss; n = sum(1 for _ in a.read_warc(sys.argv[1])); print(resource.getrusage(0).ru_maxrss - b)"
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 300_000, "KiB of memory"


def test_memory_does_not_grow_with_the_file(tmp_path):
    file = tmp_path / "x.warc.gz"
    with file.open("wb") as stream:
        for n in range(3000):
            stream.write(gz(record(n, random.Random(n).randbytes(20_000) + HTML)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(isinstance(one, RawPage) for one in read_warc(file)) == 3000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
