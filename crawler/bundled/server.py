"""The demo forum over HTTP, for a guest and for a robot, with a control door for tests."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from crawler.bundled.forum import BOARDS, LOGIN_BOARD, DemoForum
from crawler.bundled.render import ROBOTS, Renderer

_ROBOT = re.compile(r"bot|crawl|spider|slurp", re.I)
_GONE = "抱歉，指定的主题不存在或已被删除或正在被审核"
_OPERATIONS = ("new_thread", "reply", "edit", "delete_post", "delete_thread", "move", "stick", "close", "advance")


class DemoServer(ThreadingHTTPServer):
    """Serves one forum; ``log`` holds (path, status, user agent) of every request."""

    daemon_threads = True

    def __init__(self, forum: DemoForum, port: int = 0, *, control: bool = False) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.forum, self.control = forum, control
        self.pages = Renderer(forum)
        self.log: list[tuple[str, int, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def answer(self, target: str, agent: str) -> tuple[int, str, dict[str, str]]:
        """(status, page, further headers) for a path with its query."""
        parts = urlsplit(target)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        with self.forum.lock:
            if parts.path == "/robots.txt":
                return 200, ROBOTS, {"Content-Type": "text/plain"}
            if match := re.fullmatch(r"/thread-(\d+)-(\d+)-\d+\.html", parts.path):
                return self.thread(int(match[1]), int(match[2]), agent)
            if match := re.fullmatch(r"/forum-(\d+)-(\d+)\.html", parts.path):
                return self.board(int(match[1]), int(match[2]), query)
            if parts.path in ("/", "/forum.php", "/index.php"):
                return self.dynamic(query, agent)
            return 404, "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>", {}

    def dynamic(self, query: dict[str, str], agent: str) -> tuple[int, str, dict[str, str]]:
        mod, page = query.get("mod"), int(query["page"]) if query.get("page", "").isdigit() else 1
        if mod is None:
            return 200, self.pages.index(), {}
        if mod == "forumdisplay" and query.get("fid", "").isdigit():
            return self.board(int(query["fid"]), page, query)
        if mod == "viewthread" and query.get("tid", "").isdigit():
            return self.thread(int(query["tid"]), page, agent)
        return 200, self.pages.message("未定义操作"), {}

    def board(self, fid: int, page: int, query: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        if fid == LOGIN_BOARD:
            return 200, self.pages.message("抱歉，您尚未登录，没有权限访问该版块"), {}
        if fid not in BOARDS:
            return 200, self.pages.message("抱歉，指定的版块不存在"), {}
        return 200, self.pages.listing(fid, page, filtered="filter" in query), {}

    def thread(self, tid: int, page: int, agent: str) -> tuple[int, str, dict[str, str]]:
        if tid in self.forum.tombstones:
            return 302, "", {"Location": f"{self.url}thread-{self.forum.tombstones[tid][1]}-1-1.html"}
        thread = self.forum.threads.get(tid)
        if thread is None:
            return 404, self.pages.message(_GONE), {}
        return 200, self.pages.thread(thread, page, robot=_ROBOT.search(agent) is not None), {}

    def operate(self, order: dict[str, object]) -> object:
        """``{"op": "reply", "tid": 3}``: one of the forum's own methods."""
        name = str(order.pop("op", ""))
        if name not in _OPERATIONS:
            raise ValueError(f"unknown operation {name!r}: one of {', '.join(_OPERATIONS)}")
        result = getattr(self.forum, name)(**order)
        return result if isinstance(result, int) else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: DemoServer

    def do_GET(self) -> None:
        agent = self.headers.get("User-Agent", "")
        if self.server.control and self.path in ("/_truth", "/_log"):
            told: object = self.server.forum.truth() if self.path == "/_truth" else self.server.log
            return self.send(200, json.dumps(told, ensure_ascii=False), {"Content-Type": "application/json"})
        status, page, headers = self.server.answer(self.path, agent)
        self.server.log.append((self.path, status, agent))
        return self.send(status, page, headers)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if not self.server.control or self.path != "/_control":
            return self.send(404, "", {})
        try:
            result = self.server.operate(json.loads(self.rfile.read(length)))
        except (ValueError, KeyError, TypeError, StopIteration) as error:
            return self.send(400, json.dumps({"error": str(error)}), {"Content-Type": "application/json"})
        return self.send(200, json.dumps({"result": result}), {"Content-Type": "application/json"})

    def send(self, status: int, page: str, headers: dict[str, str]) -> None:
        body = page.encode("utf-8")
        self.send_response(status)
        for key, value in {
            "Content-Type": "text/html; charset=utf-8",
            **headers,
            "Content-Length": str(len(body)),
        }.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are in ``log``; a line each on the terminal would drown the crawl's own."""


@contextmanager
def serve(forum: DemoForum, port: int = 0, *, control: bool = False) -> Iterator[DemoServer]:
    """The forum on loopback in a thread of this process."""
    server = DemoServer(forum, port, control=control)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
