"""A server that means harm: the run stays within its limits, ends, tells each address with its reason, and takes the rest."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

import brotli
import pandas as pd
import pytest
import zstandard
from forum_server import BEGAN, Forum, PostRow

ROOT = Path(__file__).parent.parent
MAXSIZE, SECONDS = 2**20, 3  # limits of these runs
MEMORY = 400 * 2**20
HUGE = b"<p>\0" * (32 * 2**18)  # 32 MiB
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

METER = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=2).returncode
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""

Trap = Callable[[BinaryIO], None]


def said(head: bytes, body: bytes = b"") -> Trap:
    """An answer with this head as it stands."""
    return lambda out: _write(out, head + b"\r\n" + body)


def coded(coding: bytes, body: bytes) -> Trap:
    return said(PAGE + b"Content-Encoding: %s\r\nContent-Length: %d\r\n" % (coding, len(body)), body)


def redirect(to: bytes) -> Trap:
    return said(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to + b"\r\n")


def endless(head: bytes, piece: bytes, wait: float = 0.0) -> Trap:
    def write(out: BinaryIO) -> None:
        _write(out, head)
        while True:
            _write(out, piece)
            time.sleep(wait)

    return write


def _write(out: BinaryIO, data: bytes) -> None:
    out.write(data)
    out.flush()


# what is served instead of a thread, and a word of the reason that the run gives
TRAPS: dict[str, tuple[Trap, str]] = {
    "gzip bomb": (coded(b"gzip", gzip.compress(HUGE)), "exceeded DOWNLOAD_MAXSIZE"),
    "deflate bomb": (coded(b"deflate", zlib.compress(HUGE)), "exceeded DOWNLOAD_MAXSIZE"),
    "brotli bomb": (coded(b"br", brotli.compress(HUGE, quality=4)), "exceeded DOWNLOAD_MAXSIZE"),
    "zstd bomb": (coded(b"zstd", zstandard.compress(HUGE)), "exceeded DOWNLOAD_MAXSIZE"),
    "stacked bomb": (coded(b"gzip, gzip", gzip.compress(gzip.compress(HUGE))), "exceeded DOWNLOAD_MAXSIZE"),
    "endless body": (endless(PAGE + b"\r\n", b"x" * 65536), "larger than"),
    "endless chunks": (
        endless(PAGE + b"Transfer-Encoding: chunked\r\n\r\n", b"8000\r\n" + b"x" * 32768 + b"\r\n"),
        "larger than",
    ),
    "giant length": (said(PAGE + b"Content-Length: 99999999999\r\n", b"x"), "larger than"),
    "drip": (endless(PAGE + b"\r\n", b"x", 0.2), "took longer"),
    "dripped headers": (endless(PAGE, b"X-A: b\r\n", 0.2), "took longer"),
    "endless headers": (endless(PAGE, b"X-A: " + b"b" * 60 + b"\r\n"), "header|took longer"),
    "a giant header": (said(PAGE + b"X-A: " + b"b" * 2**21 + b"\r\nContent-Length: 0\r\n"), "closed"),
    "redirect to a file": (redirect(b"file:///etc/passwd"), "redirects to file:"),
    "redirect to another host": (redirect(b"http://other.example/"), "outside of the forum"),
    "redirect to link-local": (redirect(b"http://169.254.169.254/latest/"), "outside of the forum"),
    "redirect to another port": (redirect(b"http://127.0.0.1:1/"), "outside of the forum"),
    "length that lies": (said(PAGE + b"Content-Length: 5000\r\n", b"<html>cut"), "cut short"),
    "wrong chunking": (said(PAGE + b"Transfer-Encoding: chunked\r\n", b"zz\r\nxx\r\n0\r\n\r\n"), "cut short"),
    "no answer": (lambda out: None, "closed"),
    "no HTTP": (said(b"SSH-2.0-x\r\n"), "ParseError"),
    "links and links": (said(PAGE + b"Content-Length: 966000\r\n", b"<a href='?sid=1'>x</a>\n" * 42000), "more tags"),
    "empty body": (said(PAGE + b"Content-Length: 0\r\n"), "empty page"),
}


@contextmanager
def serve(forum: Forum, traps: dict[str, Trap]) -> Iterator[list[str]]:
    """The forum with a trap behind some paths; gives the paths asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.close_connection = True
            if (trap := traps.get(self.path)) is not None:
                with suppress(OSError):  # the crawler hangs up, as it should
                    trap(self.wfile)
                return
            status, headers, body = forum.answer(self.path)
            self.send_response(status)
            for key, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    forum.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()


def crawl(folder: Path, url: str) -> tuple[int, str, int]:
    """(exit status, log, peak memory in bytes) of a run in a process of its own."""
    options = {
        "CORPUS_DIR": folder / "corpus",
        "ARCHIVE_DIR": folder / "archive",
        "DOWNLOAD_DELAY": 0,
        "RETRY_TIMES": 0,
        "DOWNLOAD_TIMEOUT": SECONDS,
        "DOWNLOAD_MAXSIZE": MAXSIZE,
    }
    settings = [word for key, value in options.items() for word in ("-s", f"{key}={value}")]
    log = folder / "log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "scrapy", "crawl", "forum", "-a", f"url={url}", "-a", "revisit=0", *settings]
        # by way of a small process: the memory of a child begins with that of the process that it is forked from
        meter = [sys.executable, "-c", METER, *command]
        done = subprocess.run(meter, cwd=ROOT, stdout=subprocess.PIPE, stderr=out, timeout=240, check=True)
    status, memory = done.stdout.split()[-2:]
    return int(status), log.read_text("utf-8"), int(memory) * 1024


def errors(folder: Path) -> dict[str, str]:
    (run,) = pd.read_parquet(folder / "corpus/runs").to_dict("records")
    return {error["url"]: error["what"] for error in run["errors"]}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss counts otherwise elsewhere")
def test_every_trap_is_told_and_the_rest_is_taken(tmp_path: Path) -> None:
    forum = Forum(boards={3: "甲版"})
    paths = {name: f"/thread-{forum.new_thread().tid}-1-1.html" for name in TRAPS}
    good = [forum.new_thread(replies=2) for _ in range(3)]
    with serve(forum, {path: TRAPS[name][0] for name, path in paths.items()}) as asked:
        status, log, memory = crawl(tmp_path, forum.url)
    print(f"peak memory {memory >> 20} MiB")
    assert status == 3, log[-3000:]
    told = errors(tmp_path)
    assert set(told) == {forum.url + path[1:] for path in paths.values()}
    for name, path in paths.items():
        reason = told[forum.url + path[1:]]
        assert reason and any(word in reason for word in TRAPS[name][1].split("|")), f"{name}: {reason}"
        assert f"{forum.url}{path[1:]}: {reason[:20]}" in log, name
    assert memory < MEMORY, f"{memory >> 20} MiB"
    assert set(pd.read_parquet(tmp_path / "corpus/posts").post_id) == {p.pid for t in good for p in t.posts}
    assert len(asked) <= 3 + 2 * len(paths) + len(good)


def test_page_numbers_that_never_end_do_not_hold_the_run(tmp_path: Path) -> None:
    forum = Forum(boards={3: "甲版"})
    thread, good = forum.new_thread(replies=2), forum.new_thread(replies=9)

    def loop(path: str) -> tuple[int, dict[str, str], bytes] | None:
        if not path.startswith(f"/thread-{thread.tid}-"):
            return None
        page = int(path.split("-")[2])
        bar = f'<div class="pg"><strong>{page}</strong><a href="thread-{thread.tid}-{page + 1}-1.html">{page + 1}</a>'
        bar += '<label><span title="共 900000 页"> / 900000 页</span></label></div><div id="postlist">'
        body = forum.thread(thread, 1).replace('<div id="postlist">', bar)
        return 200, {"Content-Type": "text/html; charset=utf-8"}, body.encode()

    forum.override = loop
    with serve(forum, {}) as asked:
        status, log, _ = crawl(tmp_path, forum.url)
    assert status == 3 and len(asked) < 12, (status, asked[:20], log[-2000:])
    (told,) = errors(tmp_path).items()
    assert f"thread-{thread.tid}-" in told[0] and "repeats" in told[1]
    posts = set(pd.read_parquet(tmp_path / "corpus/posts").post_id)
    assert posts == {post.pid for row in (thread, good) for post in row.posts}


def test_names_like_paths_calendars_and_session_ids_harm_nothing(tmp_path: Path) -> None:
    forum = Forum(boards={3: "../../../../tmp/escaped"})
    names = ["../../../../tmp/escaped", "/etc/passwd", "a\0b", "..", "长" * 5000, "C:\\x", "%2e%2e%2f"]
    for number, name in enumerate(names):
        thread = forum.new_thread()
        thread.title = name
        thread.posts = [PostRow(90_000 + number, name, BEGAN, f"第{number}段。" + name)]
    links = "".join(f"<a href='forum.php?mod=misc&sid={n:06x}&day={n}'>x</a>" for n in range(1_500))
    calendar = forum.index().replace("</body>", links + "</body>").encode()
    cookies = b"".join(b"Set-Cookie: c%d=%s; path=/\r\n" % (n, b"v" * 50) for n in range(100))
    index = said(PAGE + b"Content-Length: %d\r\n%s" % (len(calendar), cookies), calendar)
    with serve(forum, {"/": index}) as asked:
        status, log, memory = crawl(tmp_path, forum.url)
    assert status == 0, log[-3000:]
    assert len(asked) == 3 + len(names) and memory < MEMORY
    assert len(pd.read_parquet(tmp_path / "corpus/posts")) == len(names)
    made = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")]
    assert not [path for path in made if "escaped" in path or "passwd" in path or "长" in path]
    assert not Path("/tmp/escaped").exists()
