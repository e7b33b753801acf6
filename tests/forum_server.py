"""A second forum for tests, small and plain, with numbers of its own (7 posts a page, 9 threads a listing page) and any misbehaviour.

Nothing is shared with the demo forum or the crawler: what both agree on is Discuz!'s markup.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

POSTS, THREADS = 7, 9
BEGAN = datetime(2024, 3, 1, 8, 0, 0)

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class PostRow:
    pid: int
    author: str
    at: datetime
    text: str


@dataclass
class ThreadRow:
    tid: int
    fid: int
    title: str
    posts: list[PostRow]
    sticky: bool = False

    @property
    def last(self) -> datetime:
        return self.posts[-1].at


@dataclass
class Forum:
    """Boards of threads; ``override`` may answer a path in its own way."""

    threads: dict[int, ThreadRow] = field(default_factory=dict)
    boards: dict[int, str] = field(default_factory=lambda: {3: "甲版", 4: "乙版"})
    robots: str = "User-agent: *\nDisallow: /api/\n"
    now: datetime = BEGAN
    pid: int = 1000
    log: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    override: Callable[[str], Answer | None] = lambda path: None
    url: str = ""

    def tick(self) -> datetime:
        self.now += timedelta(minutes=17)
        return self.now

    def post(self, text: str) -> PostRow:
        self.pid += 1
        return PostRow(self.pid, f"成员{self.pid % 13}", self.tick(), text)

    def new_thread(self, fid: int = 3, replies: int = 0) -> ThreadRow:
        tid = 1 + max(self.threads, default=20)
        thread = self.threads[tid] = ThreadRow(tid, fid, f"第{tid}号话题", [])
        for number in range(replies + 1):
            thread.posts.append(self.post(f"话题{tid}的第{number + 1}段话。\n它有第二行。"))
        return thread

    def reply(self, tid: int) -> PostRow:
        thread = self.threads[tid]
        thread.posts.append(self.post(f"话题{tid}的新回复，第{len(thread.posts) + 1}楼。"))
        return thread.posts[-1]

    def truth(self) -> dict[int, str]:
        """Text of every post that can be seen."""
        return {post.pid: post.text for thread in self.threads.values() for post in thread.posts}

    def answer(self, path: str) -> Answer:
        special = self.override(path)
        if special is not None:
            return special
        if path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, self.robots.encode()
        if path in ("/", "/forum.php"):
            return _html(self.index())
        if match := re.fullmatch(r"/forum-(\d+)-(\d+)\.html", path):
            return _html(self.listing(int(match[1]), int(match[2])))
        if match := re.search(r"mod=forumdisplay&fid=(\d+)", path):
            page = re.search(r"[&?]page=(\d+)", path)
            return _html(self.listing(int(match[1]), int(page[1]) if page else 1))
        if match := re.fullmatch(r"/thread-(\d+)-(\d+)-\d+\.html", path):
            thread = self.threads.get(int(match[1]))
            return _html(self.thread(thread, int(match[2]))) if thread else _gone()
        return _gone()

    def index(self) -> str:
        boards = "".join(
            f'<tr><td><h2><a href="forum-{fid}-1.html">{name}</a></h2></td></tr>' for fid, name in self.boards.items()
        )
        return _frame("首页", f'<div id="pt"><a href="./">首页</a></div><table class="fl_tb">{boards}</table>')

    def listing(self, fid: int, page: int) -> str:
        rows = sorted(
            (t for t in self.threads.values() if t.fid == fid), key=lambda t: (t.sticky, t.last), reverse=True
        )
        pages = max(1, -(-len(rows) // THREADS))
        page = page if page <= pages else 1
        shown = "".join(_row(thread) for thread in rows[(page - 1) * THREADS : page * THREADS])
        bar = _bar(page, pages, f"forum-{fid}-{{}}.html")
        body = f'<div id="pt"><a href="forum-{fid}-1.html">{self.boards[fid]}</a></div><table summary="forum_{fid}" id="threadlisttableid">'
        return _frame(self.boards[fid], f"{body}{shown}</table>{bar}")

    def thread(self, thread: ThreadRow, page: int) -> str:
        pages = max(1, -(-len(thread.posts) // POSTS))
        page = min(page, pages)
        first = (page - 1) * POSTS
        shown = "".join(_post(post, first + n + 1) for n, post in enumerate(thread.posts[first : first + POSTS]))
        head = f"<script>var fid = parseInt('{thread.fid}'), tid = parseInt('{thread.tid}');</script>"
        subject = f'<h1 class="ts"><span id="thread_subject">{thread.title}</span></h1>'
        bar = _bar(page, pages, f"thread-{thread.tid}-{{}}-1.html")
        return _frame(thread.title, f'{head}{bar}<div id="postlist">{subject}{shown}</div>{bar}')


def _html(text: str, status: int = 200) -> Answer:
    return status, {"Content-Type": "text/html; charset=utf-8"}, text.encode()


def message(text: str, status: int = 200) -> Answer:
    """A page that holds only the forum's own message."""
    return _html(_frame("提示信息", f'<div id="messagetext" class="alert_error"><p>{text}</p></div>'), status)


def _gone() -> Answer:
    return message("抱歉，指定的主题不存在或已被删除或正在被审核", 404)


def _frame(title: str, body: str) -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title} - Powered by Discuz!</title></head>"
        f"<body id='nv_forum'>{body}<div id='ft'>Powered by Discuz! X3.4 GMT+8, 2024-5-1 12:00</div></body></html>"
    )


def _bar(page: int, pages: int, link: str) -> str:
    if pages < 2:
        return ""
    links = "".join(
        f"<strong>{n}</strong>" if n == page else f'<a href="{link.format(n)}">{n}</a>' for n in range(1, pages + 1)
    )
    return f'<div class="pg">{links}<label><span title="共 {pages} 页"> / {pages} 页</span></label></div>'


def _row(t: ThreadRow) -> str:
    kind = "stickthread" if t.sticky else "normalthread"
    return (
        f'<tbody id="{kind}_{t.tid}"><tr><td class="icn"></td><th class="common"><a href="thread-{t.tid}-1-1.html" class="s xst">{t.title}'
        f'</a></th><td class="by"><cite><a href="space-uid-9.html">{t.posts[0].author}</a></cite><em><span>{t.posts[0].at:%Y-%m-%d}</span></em></td>'
        f'<td class="num"><a href="#" class="xi2">{len(t.posts) - 1}</a><em>{len(t.posts) * 31}</em></td><td class="by"><cite>'
        f'<a href="space-uid-9.html">{t.posts[-1].author}</a></cite><em><a href="#">{t.last:%Y-%m-%d %H:%M}</a></em></td></tr></tbody>'
    )


def _post(post: PostRow, floor: int) -> str:
    text = post.text.replace("\n", "<br />\n")
    return (
        f'<div id="post_{post.pid}"><table id="pid{post.pid}"><tr><td class="pls"><div class="authi"><a href="space-uid-{post.pid % 13}.html">'
        f'{post.author}</a></div></td><td class="plc"><strong><a id="postnum{post.pid}"><em>{floor}</em><sup>#</sup></a></strong>'
        f'<div class="authi"><em id="authorposton{post.pid}">发表于 {post.at:%Y-%m-%d %H:%M:%S}</em></div>'
        f'<table><tr><td class="t_f" id="postmessage_{post.pid}">\n{text}</td></tr></table></td></tr></table></div>'
    )


@contextmanager
def serve(forum: Forum):
    """The forum on a port of its own on loopback; ``forum.url`` is its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            forum.log.append(self.path)
            forum.agents.add(self.headers.get("User-Agent", ""))
            status, headers, body = forum.answer(self.path)
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(body)), **headers}.items():
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
        yield forum
    finally:
        server.shutdown()
        server.server_close()
