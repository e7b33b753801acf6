"""A small phpwind 8.7 forum on loopback: boards, threads of several pages, copy protection drawn anew at each answer.

Nothing is shared with the crawler: what both agree on is phpwind's markup (docs/phpwind.md).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import forum_server
from forum_server import Answer

POSTS, THREADS = 5, 8
BEGAN = datetime(2024, 3, 1, 8, 0)
serve = forum_server.serve


@dataclass
class PostRow:
    pid: int | None
    author: str
    at: datetime
    lines: list[str]
    quotes: int | None = None
    edited: datetime | None = None


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
    """Boards of threads; ``static`` writes addresses as phpwind's static directories do."""

    threads: dict[int, ThreadRow] = field(default_factory=dict)
    boards: dict[int, str] = field(default_factory=lambda: {2: "甲版", 5: "乙版", 7: "丙版"})
    static: bool = False
    protected: bool = True
    charset: str = "gbk"
    now: datetime = BEGAN
    pid: int = 700
    chance: random.Random = field(default_factory=random.Random)
    log: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    pages: dict[str, bytes] = field(default_factory=dict)
    override: Callable[[str], Answer | None] = lambda path: None
    url: str = ""

    def tick(self) -> datetime:
        self.now += timedelta(minutes=13)
        return self.now

    def post(self, lines: list[str], *, opening: bool = False, quotes: int | None = None) -> PostRow:
        self.pid += 1
        return PostRow(None if opening else self.pid, f"会员{self.pid % 11}", self.tick(), lines, quotes)

    def new_thread(self, fid: int = 2, replies: int = 0) -> ThreadRow:
        tid = 1 + max(self.threads, default=40)
        lines = [f"话题{tid}的开头。", "a( b1 c; 作者自己的一行", "第三行 < 并非标签 & 也不是实体"]
        thread = self.threads[tid] = ThreadRow(tid, fid, f"第{tid}号话题", [self.post(lines, opening=True)])
        for number in range(1, replies + 1):
            quoted = thread.posts[-1].pid if number % 3 == 0 else None
            thread.posts.append(self.post([f"话题{tid}的第{number}条回复。", "它有第二行。"], quotes=quoted))
        return thread

    def reply(self, tid: int) -> PostRow:
        thread = self.threads[tid]
        thread.posts.append(self.post([f"话题{tid}的新回复，第{len(thread.posts)}楼。"]))
        return thread.posts[-1]

    def edit(self, tid: int, at: int, lines: list[str]) -> None:
        post = self.threads[tid].posts[at]
        post.lines, post.edited = lines, self.tick()

    def truth(self) -> dict[int, str]:
        """Text of every post that can be seen, by the number that the corpus gives it."""
        return {
            post.pid or -thread.tid: "\n".join(post.lines) for thread in self.threads.values() for post in thread.posts
        }

    def link(self, script: str, key: str, number: int, page: int = 1) -> str:
        if self.static:
            return f"{script}-htm-{key}-{number}{f'-page-{page}' if page > 1 else ''}.html"
        return f"{script}.php?{key}={number}{f'&page={page}' if page > 1 else ''}"

    def answer(self, path: str) -> Answer:
        special = self.override(path)
        if special is None:
            special = self.page(path)
        self.pages[path] = special[2]
        return special

    def page(self, path: str) -> Answer:
        if path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /admin.php\n"
        if path in ("/", "/index.php"):
            return self.html("首页", self.index())
        number = re.search(r"(?:page[=-])(\d+)", path)
        asked = int(number[1]) if number else 1
        if (match := re.search(r"thread(?:\.php\?|-htm-)fid[=-](\d+)", path)) and int(match[1]) in self.boards:
            return self.html(self.boards[int(match[1])], self.listing(int(match[1]), asked))
        match = re.search(r"read(?:\.php\?|-htm-)tid[=-](\d+)", path)
        thread = self.threads.get(int(match[1])) if match else None
        return self.html(thread.title, self.thread(thread, asked)) if thread else self.message("帖子ID非法")

    def html(self, title: str, body: str) -> Answer:
        text = (
            f'<!doctype html>\n<html><head><meta charset="{self.charset}" /><title>{title}|测试论坛 - Powered by phpwind</title>\n'
            f'<meta name="generator" content="phpwind v8.7" /><base id="headbase" href="{self.url}" /></head><body>'
            f'<div id="user-login"><a href="u.php">我的</a></div>{body}<div id="footer">Powered by phpwind v8.7</div></body></html>'
        )
        return 200, {"Content-Type": f"text/html; charset={self.charset}"}, text.encode(self.charset)

    def message(self, said: str) -> Answer:
        box = f'<div class="tip-page"><div class="tip-content"><div class="lh2"><span class="f14">{said}</span></div></div></div>'
        return self.html("提示信息", box)

    def index(self) -> str:
        rows = "".join(
            f'<tr class="tr3" id="fid_{fid}"><th class="old"><h2><a href="{self.link("thread", "fid", fid)}" id="fn_{fid}">{name}</a></h2></th>'
            f'<td class="num tac"><em>{len(self.rows(fid))}</em>{sum(len(t.posts) for t in self.rows(fid))}</td><td class="re"></td></tr>'
            for fid, name in self.boards.items()
        )
        return f'<div class="t z"><h3><a href="index.php?m=bbs&cateid=1">分区</a></h3><table><tbody id="cate_1">{rows}</tbody></table></div>'

    def rows(self, fid: int) -> list[ThreadRow]:
        found = [thread for thread in self.threads.values() if thread.fid == fid]
        return sorted(found, key=lambda thread: (thread.sticky, thread.last), reverse=True)

    def listing(self, fid: int, page: int) -> str:
        rows = self.rows(fid)
        pages = max(1, -(-len(rows) // THREADS))
        page = min(page, pages)
        shown = "".join(self.row(thread) for thread in rows[(page - 1) * THREADS : page * THREADS])
        path = f'<div id="breadCrumb"><a href="index.php">测试论坛</a><em>&gt;</em><a href="{self.link("thread", "fid", fid)}">{self.boards[fid]}</a></div>'
        return f'{path}{self.bar(page, pages, "thread", "fid", fid)}<table><tbody id="threadlist"><tr class="tr4"><td>作者</td></tr>{shown}</tbody></table>'

    def row(self, thread: ThreadRow) -> str:
        tid = thread.tid
        top = '<img src="images/wind/file/headtopic_1.gif" alt="置顶帖标志" />' if thread.sticky else ""
        return (
            f'<tr class="tr3"><td class="icon tac"><a href="read.php?tid={tid}"><img src="images/wind/thread/topicnew.gif"></a></td>'
            f'<td class="subject" id="td_{tid}">{top}<a href="{self.link("read", "tid", tid)}" id="a_ajax_{tid}" class="subject_t f14">{thread.title}</a></td>'
            f'<td class="author"><a href="u.php?uid=9">{thread.posts[0].author}</a><p>{thread.posts[0].at:%Y-%m-%d}</p></td>'
            f'<td class="num"><em>{len(thread.posts) - 1}</em>{self.chance.randrange(999)}</td><td class="author"><a href="u.php?username=x">'
            f'{thread.posts[-1].author}</a><p><a href="read.php?tid={tid}&page=e#a" title="{thread.last:%Y-%m-%d %H:%M}">昨天 <span>&raquo;</span></a></p></td></tr>'
        )

    def bar(self, page: int, pages: int, script: str, key: str, number: int) -> str:
        if pages < 2:
            return ""
        links = "".join(
            f"<b>{n}</b>" if n == page else f'<a href="{self.link(script, key, number, n)}">{n}</a>'
            for n in range(max(1, page - 3), min(pages, page + 4) + 1)
        )
        return f'<div class="pages">{links}<span class="pagesone"><span>Pages: {page}/{pages}</span><button>Go</button></span></div>'

    def thread(self, thread: ThreadRow, page: int) -> str:
        pages = max(1, -(-len(thread.posts) // POSTS))
        page = min(page, pages)
        begin = (page - 1) * POSTS
        shown = "".join(
            self.floor(thread, post, begin + n) for n, post in enumerate(thread.posts[begin : begin + POSTS])
        )
        board = f'<a href="{self.link("thread", "fid", thread.fid)}">{self.boards[thread.fid]}</a>'
        path = f'<div id="breadCrumb"><a href="index.php">测试论坛</a>{board}<a href="{self.link("read", "tid", thread.tid)}">{thread.title}</a></div>'
        head = (
            f'<form name="delatc"><input type="hidden" name="tid" value="{thread.tid}" /><div class="readTop"><div class="readNum"><ul>'
            f"<li><em>{self.chance.randrange(9999)}</em>阅读</li><li><em>{len(thread.posts) - 1}</em>回复</li></ul></div>"
            f'<h1 id="subject_tpc" class="read_h1">{thread.title} <a href="javascript:;">[复制链接]</a></h1></div>'
        )
        return f"{path}{self.bar(page, pages, 'read', 'tid', thread.tid)}{head}{shown}</form>"

    def floor(self, thread: ThreadRow, post: PostRow, lou: int) -> str:
        ident = "tpc" if post.pid is None else str(post.pid)
        name = {0: "楼主", 1: "沙发", 2: "板凳"}.get(lou, f"{lou}楼")
        quote = ""
        if post.quotes is not None:
            quote = (
                '<blockquote class="blockquote3"><div class="quote">引用 </div><div class="text">引用第1楼某人于2024-03-01 09:00发表的  :<br />别人的话。 '
                f'<a href="job.php?action=topost&tid={thread.tid}&pid={post.quotes}"><img src="images/back.gif" /></a></div></blockquote><br />'
            )
        edited = (
            f'<div id="alert_{ident}" style="color:gray;margin-top:30px">[ 此帖被{post.author}在{post.edited:%Y-%m-%d %H:%M}重新编辑 ]</div>'
            if post.edited
            else ""
        )
        text = "<br />".join(line.replace("&", "&amp;").replace("<", "&lt;") for line in post.lines)
        content = (
            re.sub("<br />", lambda _: self.noise(), quote + text + edited) if self.protected else quote + text + edited
        )
        return (
            f'<a name={ident}></a><div class="read_t" id="readfloor_{ident}"><table class="floot"><tr><td rowspan="2" class="floot_left"><div class="readName b">'
            f'<a href="u.php?uid={int(post.author[2:]) + 1}">{post.author}</a></div><div class="card" style="display:none"><p>UID：1</p></div></td>'
            f'<td class="floot_right" id="td_{ident}"><div class="tipTop s6"><a class="s2 b cp" onclick="copyFloorUrl(\'{ident}\')" title="复制此楼地址">{name}</a>&nbsp;'
            f'<span title="{post.at:%Y-%m-%d %H:%M}">发表于: 昨天</span></div><div class="read_h1" id="subject_{"" if lou == 0 else ident}"></div>'
            f'<div class="tpc_content"><div class="f14 mb10" id="read_{ident}">\n{content}\n</div></div></td></tr></table></div>'
        )

    def noise(self) -> str:
        """Ten characters of code 0 to 126, as the software draws them."""
        drawn = "".join(chr(self.chance.randint(0, 126)) for _ in range(10)).replace("<", "&lt;")
        return f'<span style="display:none"> {drawn} </span>&nbsp;<br />'
