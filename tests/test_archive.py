"""The archive gives back what was put in, whatever happens to the process or the disk in between."""

from __future__ import annotations

import io
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.archive import Archive
from crawler.archive.cdxj import surt
from crawler.archive.store import forum_of, slug
from crawler.archive.unpack import member_end
from crawler.archive.writer import PackedLines
from crawler.items import RawPage

pytest.importorskip("warcio.checker", reason="warcio is not installed")

FORUM = "bbs.example.cn"
NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def page(n, body=None, **other):
    made = {
        "url": f"http://{FORUM}/thread-{n}-1-1.html",
        "body": f"<html>第{n}页</html>".encode("gbk") * 50 if body is None else body,
        "fetched_at": NOON + timedelta(microseconds=n),
        "content_type": "text/html; charset=gbk",
    }
    return RawPage(**(made | other))


def write(root, run_id, pages, **options):
    writer = Archive(str(root), **options).writer(FORUM, run_id, "tiezi/test")
    for one in pages:
        writer.append(one)
    writer.close()


def read(root, *run_ids):
    return [found for found, _ in Archive(str(root)).pages(FORUM, *run_ids)]


def warcs(root):
    return sorted(Path(root).rglob("*.warc.gz"))


def check(root):
    """``warcio check`` of every file, records counted: the verdict of a tool that is not ours."""
    files = [str(file) for file in warcs(root)]
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", *files], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


ODD = [
    page(1),
    page(2, status=404, content_type=None),
    page(3, body=b"", status=302, content_type="text/html"),
    page(4, body=bytes(range(256)) * 300, content_type="image/gif"),
    page(5, body=b"HTTP/1.1 200 OK\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n", content_type=""),
    page(6, url=f"http://{FORUM}/forum.php?mod=viewthread&tid=6&q=%B0%A2#x", status=999),
    page(7, fetched_at=datetime(2026, 3, 1, 20, 0, tzinfo=timezone(timedelta(hours=8)))),
    page(9, url="file:///a.txt", content_type=None, status=404),
    page(8, url="file:///home/me/保存的%20网页/a.html", content_type="text/html; charset=\xe9"),
]


def test_pages_come_back_as_they_were_written(tmp_path):
    write(tmp_path, "a", ODD)
    assert read(tmp_path) == ODD
    check(tmp_path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(
            RawPage,
            url=st.text(st.characters(min_codepoint=33, exclude_categories=["C", "Z"])).map(
                lambda path: f"http://h/{path}"
            ),
            body=st.binary(max_size=300),
            fetched_at=st.datetimes(timezones=st.just(UTC)),
            content_type=st.none() | st.sampled_from(["text/html", "text/html; charset=Big5", "x/y; a=\xff"]),
            status=st.integers(100, 999),
        ),
        max_size=6,
    )
)
def test_any_page_comes_back(tmp_path, pages):
    root = Path(tempfile.mkdtemp(dir=tmp_path))
    write(root, "a", pages)
    assert read(root) == pages


def test_headers_are_kept_and_those_of_the_coding_renamed(tmp_path):
    writer = Archive(str(tmp_path)).writer(FORUM, "a", "tiezi/test")
    sent = [
        ("Content-Encoding", "gzip"),
        ("Content-Length", "7"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2\r\nX: y"),
        ("Content-Type", "text/html"),
    ]
    writer.append(
        page(1, content_type="text/html"),
        request_headers={"User-Agent": "Tiezi", "Host": "x"},
        response_headers=sent,
        ip_address="192.0.2.1",
    )
    writer.close()
    from warcio.archiveiterator import ArchiveIterator

    with warcs(tmp_path)[0].open("rb") as stream:
        kinds = []
        for record in ArchiveIterator(stream):
            kinds.append(record.rec_type)
            if record.rec_type == "response":
                told = record.http_headers.headers
                assert record.content_stream().read() == page(1).body
                assert record.rec_headers["WARC-IP-Address"] == "192.0.2.1"
                assert record.rec_headers["WARC-Date"] == "2026-03-01T12:00:00.123457Z"
                identity = record.rec_headers["WARC-Record-ID"]
            elif record.rec_type == "request":
                assert (record.http_headers.protocol, record.http_headers.statusline) == (
                    "GET",
                    "/thread-1-1-1.html HTTP/1.1",
                )
                assert record.http_headers["User-Agent"] == "Tiezi" and record.http_headers["Host"] == FORUM
                assert record.rec_headers["WARC-Concurrent-To"] == identity
    assert kinds == ["warcinfo", "response", "request"]
    assert told == [
        ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("X-Archive-Orig-Content-Length", "7"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2 X: y"),
        ("Content-Type", "text/html"),
        ("Content-Length", str(len(page(1).body))),
    ]


def test_unchanged_pages_are_stored_as_revisits_and_come_back_whole(tmp_path):
    first = [page(1, body=os.urandom(50_000)), page(2)]
    write(tmp_path, "a", first)
    size = warcs(tmp_path)[0].stat().st_size
    again = [
        page(1, body=first[0].body, fetched_at=NOON + timedelta(days=1), status=203, content_type="text/plain"),
        page(2, body=b"changed"),
        page(2, body=b"changed", fetched_at=NOON + timedelta(days=2)),
        page(3, body=first[0].body[:100]),
    ]
    write(tmp_path, "b", again)
    third = [page(1, body=first[0].body, fetched_at=NOON + timedelta(days=3)), page(2, body=first[1].body)]
    write(tmp_path, "c", third)
    assert read(tmp_path) == first + again + third
    assert read(tmp_path, "c") == third and read(tmp_path, "a", "c") == first + third
    assert [file.stat().st_size < size / 10 for file in warcs(tmp_path)] == [False, True, True]
    check(tmp_path)
    kinds = [line for file in warcs(tmp_path) for line in record_types(file)]
    assert kinds.count("revisit") == 3 and kinds.count("response") == 5


def record_types(file):
    from fastwarc.warc import ArchiveIterator

    with file.open("rb") as stream:
        return [str(record.record_type) for record in ArchiveIterator(stream, parse_http=False)]


def test_files_are_rotated_and_a_run_is_continued_in_a_new_one(tmp_path):
    pages = [page(n, body=os.urandom(2000)) for n in range(40)]
    write(tmp_path, "a", pages, segment_bytes=20_000)
    assert len(warcs(tmp_path)) > 3 and all(file.stat().st_size < 30_000 for file in warcs(tmp_path))
    write(tmp_path, "a", [page(99)], segment_bytes=20_000)
    assert read(tmp_path) == [*pages, page(99)]
    archive = Archive(str(tmp_path))
    assert archive.runs(FORUM) == ["a"] and archive.forums() == [FORUM]
    assert archive.files(FORUM) == [file.name for file in warcs(tmp_path)]
    check(tmp_path)


@pytest.mark.parametrize(
    "forum", ["bbs.example.cn", "bbs.example.cn:8080", "..", "a/b", "论坛.cn", "[::1]:80", "", "_x", "a_b", "." * 500]
)
def test_a_forum_has_a_folder_of_its_own(tmp_path, forum):
    archive = Archive(str(tmp_path / "root"))
    writer = archive.writer(forum, "a", "tiezi/test")
    writer.append(page(1))
    writer.close()
    assert archive.forums() == [forum]
    assert [found for found, _ in archive.pages(forum)] == [found for found, _ in archive.pages()] == [page(1)]
    assert {file.parent.parent for file in warcs(tmp_path)} == {tmp_path / "root"}


@given(st.text(), st.text())
def test_no_two_forums_share_a_folder(one, other):
    assert (slug(one) == slug(other)) == (one.lower() == other.lower())
    if (named := forum_of(slug(one))) is not None:
        assert named == one.lower()


# --- interruptions ---------------------------------------------------------------------------------------------------

WRITING = """
import sys
import tempfile
sys.path.insert(0, {tests!r})
from test_archive import FORUM, Archive, page
writer = Archive({root!r}, segment_bytes=300_000).writer(FORUM, "a", "tiezi/test")
n = 0
while True:
    writer.append(page(n, body=(b"<html>%d" % n) * 3000))
    print(n, flush=True)
    n += 1
"""


def test_sigkill_loses_at_most_the_page_being_written(tmp_path):
    rng = random.Random(7)
    for attempt in range(12):
        root = tmp_path / str(attempt)
        code = WRITING.format(tests=str(Path(__file__).parent), root=str(root))
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent
        )
        process.stdout.readline()
        time.sleep(rng.random() * 0.15)
        process.send_signal(signal.SIGKILL)
        told = [0, *map(int, process.stdout.read().split())]
        process.wait()
        found = read(root)
        assert [int(one.url.split("-")[1]) for one in found] == list(range(len(found)))
        assert len(found) in (told[-1] + 1, told[-1] + 2)
        assert Archive(str(root)).interrupted(FORUM) == "a"
        write(root, "a", [page(10**6)])
        assert read(root) == [*found, page(10**6)]
        assert Archive(str(root)).interrupted(FORUM) is None
        assert not list(root.rglob("*.open")) and not list(root.rglob("*.running"))
        check(root)


def left_open(root, content):
    """A forum's folder as a killed writer leaves it."""
    shutil.rmtree(root, ignore_errors=True)
    folder = root / slug(FORUM)
    folder.mkdir(parents=True)
    (folder / "a.running").write_bytes(b"")
    (folder / "a-00000.warc.gz.open").write_bytes(content)


def test_a_file_cut_at_any_byte_gives_all_whole_pages(tmp_path, caplog):
    pages = [page(n, body=b"<html>%d</html>" % n) for n in range(3)]
    writer = Archive(str(tmp_path / "whole")).writer(FORUM, "a", "tiezi/test")
    ends = []
    for one in pages:
        place = writer.append(one)
        with writer.file.open("rb") as stream:
            ends.append(member_end(stream, place.offset))
    writer.close()
    (file,) = warcs(tmp_path / "whole")
    content, torn = file.read_bytes(), tmp_path / "torn"
    for cut in range(len(content) + 1):
        left_open(torn, content[:cut])
        caplog.clear()
        whole = [one for one, end in zip(pages, ends, strict=True) if end <= cut]
        assert read(torn) == whole, cut
        noted = any("damaged" in record.message for record in caplog.records)
        assert noted == (cut not in (0, *member_ends(content)))
        if cut % 17 == 0:  # and the next run goes on behind it
            write(torn, "b", [page(50)])
            assert read(torn) == [*whole, page(50)]
            assert not list(torn.rglob("*.open"))
        if cut % (40 * 17) == 0:
            check(torn)


def member_ends(content):
    at, ends = 0, []
    while at < len(content):
        at = member_end(io.BytesIO(content), at)
        ends.append(at)
    return ends


@pytest.mark.parametrize("tail", [b"", b"\0" * 5000, b"garbage" * 100, b"\x1f\x8b\x08"])
def test_what_a_power_cut_leaves_behind_the_last_record_is_cut_off(tmp_path, tail):
    write(tmp_path / "whole", "a", [page(1), page(2)])
    content = warcs(tmp_path / "whole")[0].read_bytes()
    left_open(tmp_path / "torn", content + tail)
    assert read(tmp_path / "torn") == [page(1), page(2)]
    write(tmp_path / "torn", "b", [page(3)])
    assert warcs(tmp_path / "torn")[0].read_bytes() == content
    check(tmp_path / "torn")


def test_a_damaged_page_costs_itself_only(tmp_path, caplog):
    pages = [page(n) for n in range(5)]
    write(tmp_path, "a", pages)
    (file,) = warcs(tmp_path)
    whole = file.read_bytes()
    places = [place for _, place in Archive(str(tmp_path)).pages(FORUM)]
    for bit in range(8 * places[2].offset, 8 * (places[2].offset + 40), 7):
        broken = bytearray(whole)
        broken[bit // 8] ^= 1 << bit % 8
        file.write_bytes(broken)
        found = read(tmp_path)
        assert [one for one in found if one != pages[2]] == [*pages[:2], *pages[3:]]
    assert "damaged" in caplog.text


def test_a_living_writers_file_is_left_alone(tmp_path):
    archive = Archive(str(tmp_path))
    living = archive.writer(FORUM, "a", "tiezi/test")
    living.append(page(1))
    write(tmp_path, "b", [page(2)])
    living.append(page(3))
    living.sync()
    assert read(tmp_path) == [page(1), page(3), page(2)]
    living.close()
    assert read(tmp_path) == [page(1), page(3), page(2)]
    check(tmp_path)


def test_a_full_disk_leaves_whole_records(tmp_path):
    code = f"""
import resource, signal, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_archive import FORUM, Archive, page
import os
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer = Archive({str(tmp_path)!r}).writer(FORUM, "a", "tiezi/test")
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))  # a write beyond it is short, then fails, as on a full disk
failed = 0
for n in range(20):
    try:
        writer.append(page(n, body=os.urandom(9000)))
    except OSError:
        failed += 1
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
print(20 - failed)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parent.parent, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert len(read(tmp_path)) == int(done.stdout) in range(3, 6)
    write(tmp_path, "b", [page(1)])
    check(tmp_path)


# --- looking up ------------------------------------------------------------------------------------------------------


def test_pages_are_found_by_url_and_time(tmp_path):
    for run in range(12):
        write(
            tmp_path,
            f"run{run:02d}",
            [
                page(n, body=b"%d of %d" % (n, run // 3), fetched_at=NOON + timedelta(days=run, microseconds=n))
                for n in range(20)
            ],
        )
    archive = Archive(str(tmp_path))
    url = page(7).url
    assert archive.find(url).fetched_at == NOON + timedelta(days=11, microseconds=7)
    assert archive.find(url, NOON + timedelta(days=4)).body == b"7 of 1"
    assert archive.find(url, NOON + timedelta(days=4)).fetched_at == NOON + timedelta(days=3, microseconds=7)
    assert archive.find(url, NOON + timedelta(days=3, microseconds=7)).fetched_at == NOON + timedelta(
        days=3, microseconds=7
    )
    assert archive.find(url, NOON) is None and archive.find(url.upper()) is None
    assert archive.find("http://elsewhere.example.cn/") is None
    assert archive.find("not a url\0", forum=FORUM) is None
    indexes = list(tmp_path.rglob("*.cdxj"))
    assert len(indexes) < 5
    lines = [line for file in indexes for line in file.read_text().splitlines()[1:]]
    assert len(lines) == 240 and all(" 202603" in line for line in lines)
    assert all(file.read_text().splitlines()[1:] == sorted(file.read_text().splitlines()[1:]) for file in indexes)


@pytest.mark.parametrize("harm", ["missing", "torn", "empty", "garbage", "stale"])
def test_an_index_is_made_again_when_it_does_not_fit(tmp_path, harm):
    write(tmp_path, "a", [page(n) for n in range(9)])
    write(tmp_path, "b", [page(n, body=b"later", fetched_at=NOON + timedelta(days=1)) for n in range(9)])
    for file in tmp_path.rglob("*.cdxj"):
        content = file.read_bytes()
        match harm:
            case "missing":
                file.unlink()
            case "torn":
                file.write_bytes(content[: len(content) * 2 // 3])
            case "empty":
                file.write_bytes(b"")
            case "garbage":
                file.write_bytes(os.urandom(3000))
            case "stale":
                file.write_bytes(content.replace(b'-00000.warc.gz": ', b'-00000.warc.gz": 1', 1))
    archive = Archive(str(tmp_path))
    assert archive.find(page(5).url).body == b"later" and archive.find(page(5).url, NOON + timedelta(hours=1)) == page(
        5
    )
    before = {file.name: file.read_bytes() for file in tmp_path.rglob("*.cdxj")}
    assert Archive(str(tmp_path)).find(page(5).url).body == b"later"
    assert {file.name: file.read_bytes() for file in tmp_path.rglob("*.cdxj")} == before


def test_an_index_made_again_equals_the_one_that_was_written_along(tmp_path):
    write(tmp_path, "a", [*ODD, page(1, fetched_at=NOON + timedelta(days=1))])
    (file,) = tmp_path.rglob("*.cdxj")
    along = file.read_bytes()
    file.unlink()
    assert Archive(str(tmp_path)).find(ODD[0].url) is not None
    assert file.read_bytes() == along


def test_pages_of_a_run_under_way_are_found(tmp_path):
    write(tmp_path, "a", [page(1)])
    writer = Archive(str(tmp_path)).writer(FORUM, "b", "tiezi/test")
    writer.append(page(2))
    assert Archive(str(tmp_path)).find(page(2).url) == page(2)
    writer.append(page(3))
    assert Archive(str(tmp_path)).find(page(3).url) == page(3)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_reader_needs_no_right_to_write(tmp_path):
    write(tmp_path, "a", [page(1)])
    for file in tmp_path.rglob("*.cdxj"):
        file.unlink()
    folder = tmp_path / slug(FORUM)
    folder.chmod(0o500)
    try:
        assert Archive(str(tmp_path)).find(page(1).url) == page(1)
    finally:
        folder.chmod(0o700)


def test_an_interrupted_run_is_replayed_by_url(tmp_path):
    write(tmp_path, "a", [page(1, body=b"of another run")])
    archive = Archive(str(tmp_path))
    writer = archive.writer(FORUM, "b", "tiezi/test")
    pages = [page(1), page(2), page(1, body=b"second", fetched_at=NOON + timedelta(days=1))]
    for one in pages:
        writer.append(one)
    replay = Archive(str(tmp_path)).replay(FORUM, "b")
    writer.close()  # the file gets its final name: places stay valid
    assert len(replay) == 2 and replay.all(page(1).url) == [pages[0], pages[2]]
    assert replay.get(page(2).url) == pages[1] and replay.get("http://h/") is None
    assert replay.pop(page(1).url) == pages[2] and replay.pop(page(1).url) is None


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.example.cn/Forum.php?tid=1&mod=viewthread", "cn,example)/forum.php?mod=viewthread&tid=1"),
        ("https://bbs.example.cn:443/", "cn,example,bbs)/"),
        ("http://bbs.example.cn:8080", "cn,example,bbs:8080)/"),
        ("http://127.0.0.1:80/a b", "127.0.0.1)/a%20b"),
        ("http://[::1]/x", "::1)/x"),
        ("http://例子.cn/帖", "cn,%E4%BE%8B%E5%AD%90)/%E5%B8%96"),
        ("http://[broken/", "http://[broken/"),
    ],
)
def test_keys_are_those_of_other_tools(url, key):
    assert surt(url) == key


@given(st.text())
def test_any_url_has_a_key_on_one_line(url):
    assert surt(url).isascii() and " " not in surt(url) and surt(url).isprintable()


def test_memory_stays_flat(tmp_path):
    code = """
import os, resource, sys
sys.path.insert(0, sys.argv[1])
from test_archive import FORUM, Archive, page
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
archive = Archive(sys.argv[2], segment_bytes=2_000_000)
writer = archive.writer(FORUM, "a", "t")
body = os.urandom(20_000)
for n in range(3000):
    writer.append(page(n, body=b"%d" % n + body))
    if n == 500: first = peak()
writer.close()
for _ in archive.pages(FORUM): pass
print(peak() - first)
"""
    args = [sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path)]
    done = subprocess.run(args, capture_output=True, text=True, cwd=Path(__file__).parent.parent, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 30_000  # KiB, for 60 MB of pages


# --- buckets ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def bucket(monkeypatch, request):
    moto = pytest.importorskip("moto.server", reason="moto's server is not installed")
    boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")
    running = moto.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    boto3.client("s3").create_bucket(Bucket="tiezi")
    yield f"s3://tiezi/{request.node.name}"
    running.stop()


def test_in_a_bucket_pages_are_safe_after_sync_and_read_from_elsewhere(bucket, tmp_path):
    here, there = (Archive(bucket, spool=tmp_path / name) for name in ("here", "there"))
    writer = here.writer(FORUM, "a", "tiezi/test")
    writer.append(page(1))
    writer.append(page(2))
    writer.sync()
    writer.append(page(3))
    assert [one for one, _ in there.pages(FORUM)] == [page(1), page(2)]
    assert there.interrupted(FORUM) == "a" and there.forums() == [FORUM]
    assert [one for one, _ in here.pages(FORUM)] == [page(1), page(2), page(3)]
    writer.close()
    assert [one for one, _ in there.pages(FORUM)] == [page(1), page(2), page(3)]
    assert there.interrupted(FORUM) is None
    assert there.find(page(2).url) == page(2) and there.replay(FORUM, "a").get(page(3).url) == page(3)
    assert not list((tmp_path / "here").rglob("*.warc.gz*"))
    again = there.writer(FORUM, "b", "tiezi/test")
    place = again.append(page(1, fetched_at=NOON + timedelta(days=1)))
    again.close()
    assert here.read(place).body == page(1).body and here.read(place).fetched_at == NOON + timedelta(days=1)


def test_in_a_bucket_what_a_killed_run_left_in_the_spool_is_uploaded_by_the_next(bucket, tmp_path):
    spool = tmp_path / "here"
    writer = Archive(bucket, spool=spool).writer(FORUM, "a", "tiezi/test")
    writer.append(page(1))
    writer.stream.close()  # as when its process dies
    with writer.file.open("ab") as stream:
        stream.write(b"\x1f\x8b\x08torn")
    archive = Archive(bucket, spool=spool)
    assert archive.interrupted(FORUM) == "a" and [one for one, _ in archive.pages(FORUM)] == [page(1)]
    again = archive.writer(FORUM, "a", "tiezi/test")
    again.append(page(2))
    again.close()
    elsewhere = Archive(bucket, spool=tmp_path / "there")
    assert [one for one, _ in elsewhere.pages(FORUM)] == [page(1), page(2)]


def test_a_note_names_the_file_of_a_torn_tail(tmp_path, caplog):
    write(tmp_path / "whole", "a", [page(1)])
    left_open(tmp_path / "torn", warcs(tmp_path / "whole")[0].read_bytes()[:-3])
    with caplog.at_level(logging.WARNING):
        read(tmp_path / "torn")
    assert "a-00000.warc.gz" in caplog.text


@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30), max_size=40))
def test_packed_lines_come_back_in_order(printed):
    lines, packed = [f"{text}\n".encode() for text in printed], PackedLines()
    packed.block = 7
    for line in lines:
        packed.append(line)
    assert list(packed) == lines and len(packed) == len(lines)
    assert [packed[number] for number in range(len(lines))] == lines
