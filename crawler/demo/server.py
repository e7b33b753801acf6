"""Serves a demo forum over HTTP/1.1 on loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple

from crawler.demo.control import control, read_truth
from crawler.demo.forum import DemoForum
from crawler.demo.http import Answer, Request
from crawler.demo.site import Site
from crawler.demo.switches import Switches
from crawler.demo.traditional import translated
from crawler.demo.types import Truth


class Visit(NamedTuple):
    """A line of the server's log."""

    method: str
    path: str
    status: int
    user_agent: str
    time: float


class Server:
    """A running demo forum; a context manager. ``log`` grows with every request but those to the control addresses."""

    def __init__(self, forum: DemoForum, port: int = 0, control: bool = False, **switches: Any) -> None:
        """Raises ``OSError`` if the port is taken, ``ValueError`` for an unknown switch."""
        self.forum = forum
        self.site = Site(forum)
        self.site.turn(**switches)
        self.control = control
        self.log: list[Visit] = []
        self._http = _Http(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._http.server_port}/"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def turn(self, **switches: Any) -> None:
        """Turn switches while the forum runs."""
        self.site.turn(**switches)

    def truth(self, tids: Iterable[int] | None = None) -> Truth:
        """What is true now of all threads or of those named, in the characters that the pages show."""
        truth = self.forum.truth(tids, self.switches.ppp)
        return translated(truth) if self.switches.charset == "big5" else truth

    @property
    def switches(self) -> Switches:
        return self.site.switches

    def close(self) -> None:
        """Answer nothing any more."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(forum: DemoForum, port: int = 0, control: bool = False, **switches: Any) -> Server:
    """The forum on a port of loopback (0: any free one); see ``Server``."""
    return Server(forum, port, control, **switches)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], server: Server) -> None:
        self.demo = server
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    disable_nagle_algorithm = True
    server: _Http

    def do_GET(self) -> None:
        demo = self.server.demo
        path = self.path.partition("?")[0]
        if demo.control and path in ("/_truth", "/_log"):
            body = read_truth(demo.truth, self.path) if path == "/_truth" else _as_json(demo.log)
            return self._send(Answer(200, body, (("Content-Type", "application/json"),)))
        answer = demo.site.answer(self._request())
        demo.log.append(Visit(self.command, self.path, answer.status, self.headers.get("User-Agent", ""), time.time()))
        return self._send(answer)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        demo = self.server.demo
        if demo.control and self.path == "/_control":
            status, result = control(demo.forum, demo.site, body)
            return self._send(Answer(status, _as_json(result), (("Content-Type", "application/json"),)))
        return self._send(Answer(405, b""))

    def _request(self) -> Request:
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(self.headers.get("Cookie", ""))
        except CookieError:
            cookies.clear()
        host = self.headers.get("Host") or f"127.0.0.1:{self.server.server_port}"
        proxied = any(self.headers.get(name) for name in ("Via", "X-Forwarded-For", "Proxy-Connection"))
        morsels = {name: morsel.value for name, morsel in cookies.items()}
        agent = self.headers.get("User-Agent", "")
        return Request(self.command, self.path, host, agent, self.client_address[0], morsels, proxied)

    def _send(self, answer: Answer) -> None:
        """Head and body in one write: two would cost a round trip on a kept-alive connection."""
        reason = self.responses.get(answer.status, ("",))[0]
        lines = [f"HTTP/1.1 {answer.status} {reason}", f"Server: {self.server_version}"]
        lines += [f"Date: {self.date_time_string()}", *(f"{name}: {value}" for name, value in answer.headers)]
        lines += [f"Content-Length: {len(answer.body)}", *(["Connection: close"] if self.close_connection else [])]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        self.wfile.write(head if self.command == "HEAD" else head + answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """The log is ``Server.log``."""


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=str).encode()
