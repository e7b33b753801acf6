"""From a request to an answer: Discuz!'s addresses, its refusals and its moods."""

from __future__ import annotations

import codecs
import re
import time
from collections.abc import Callable
from random import Random
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.demo import walls
from crawler.demo.forum import DemoForum
from crawler.demo.frame import Context, message_page
from crawler.demo.http import Answer, Request
from crawler.demo.index_page import index_page
from crawler.demo.list_page import Query, list_page
from crawler.demo.markup import SITE
from crawler.demo.mobile import mobile_page
from crawler.demo.reading import Missing
from crawler.demo.skin import Visitor, is_mobile, is_robot
from crawler.demo.switches import Switches
from crawler.demo.thread_page import thread_page
from crawler.demo.traditional import traditional
from crawler.demo.types import Board, PostRow, ThreadRow

NO_THREAD = "抱歉，指定的主题不存在或已被删除或正在被审核"
NO_BOARD = "抱歉，指定的版块不存在"
NO_POST = "没有找到帖子"
LOGIN = "抱歉，您尚未登录，没有权限访问该版块"
LOGIN_FIRST = "您需要先登录才能继续本操作"
TAINTED = "您当前的访问请求当中含有非法字符，已经被系统拒绝"
_TAINT = re.compile(r"[\"><'()]")


class Site:
    """A forum on the web. ``switches`` may be replaced at any time; ``turn`` does it by name."""

    def __init__(self, forum: DemoForum, switches: Switches | None = None, noise_seed: int | None = None) -> None:
        self.forum = forum
        self.switches = switches or Switches()
        self.rng = Random(noise_seed)
        self.opened: dict[str, int] = {}

    def turn(self, **changes: object) -> None:
        """Turn switches while the site runs; raises ``ValueError`` for one that there is not."""
        self.switches = self.switches.turned(**changes)
        self.forum.quote_as(self.switches.skin.old_quotes)
        self.opened.clear()

    def answer(self, request: Request) -> Answer:
        """The answer to a GET or HEAD."""
        switches = self.switches
        if switches.latency:
            time.sleep(switches.latency)
        parts = urlsplit(request.target)
        if failed := self._fail(switches):
            return failed
        if parts.path == "/robots.txt":
            return Answer(switches.robots_status, switches.robots.encode(), (("Content-Type", "text/plain"),))
        if not _is_page(parts.path, switches):
            return walls.static_file(parts.path)
        with self.forum.lock:
            mobile = switches.mobile and is_mobile(request.agent)
            robot = is_robot(request.agent, switches.skin)
            visitor = Visitor(f"http://{request.host}/", robot, mobile, request.address, request.cookies, self.rng)
            ctx = Context(self.forum.name, switches, visitor, self.forum.clock)
            return self._page(request, ctx, parts.path.lstrip("/"), parse_qs(parts.query))

    def _fail(self, switches: Switches) -> Answer | None:
        if not switches.fail_status or not switches.fail_count:
            return None
        if switches.fail_count > 0:
            self.switches = switches.turned(fail_count=switches.fail_count - 1)
        headers = [
            ("Content-Type", "text/html"),
            *([("Retry-After", switches.retry_after)] if switches.retry_after else []),
        ]
        return Answer(
            switches.fail_status, b"<html><head><title>Busy</title></head><body>Busy</body></html>", tuple(headers)
        )

    def _page(self, request: Request, ctx: Context, path: str, query: dict[str, list[str]]) -> Answer:
        """A page of the forum, after everything that may stand in front of it."""
        if _TAINT.search(unquote(unquote(request.target))):
            return self._message(ctx, TAINTED)
        if ctx.switches.attackevasive:
            wall = walls.attackevasive(ctx.switches.attackevasive, request.cookies, request.proxied)
            if wall:
                return self._html(ctx, wall, 200)
        if ctx.switches.closed and path != "member.php":
            return self._message(ctx, ctx.switches.closed, login=True)
        if ctx.switches.login_wall and path != "member.php":
            return _redirect(f"{ctx.visitor.site}member.php?mod=logging&action=login&referer=", 302)
        try:
            return self._route(ctx, path, {name: values[-1] for name, values in query.items()}, request)
        except Missing:
            return self._message(ctx, NO_THREAD, status=ctx.skin.missing_status)

    def _route(self, ctx: Context, path: str, query: dict[str, str], request: Request) -> Answer:
        links = ctx.links
        if found := links.read(links.thread_form, path):
            return self._thread(ctx, found["tid"], found.get("page", 1), query, request)
        if found := links.read(links.board_form, path):
            return self._board(ctx, str(found["fid"]), {"page": str(found.get("page", 1))})
        if path in ("", "index.php") or (path == "forum.php" and "mod" not in query):
            return self._index(ctx, query)
        if path == "forum.php":
            return self._script(ctx, query, request)
        if path == "misc.php" and ctx.visitor.robot:
            return Answer(403)
        if path == "member.php":
            return self._html(ctx, walls.login_page(ctx), 200)
        return self._message(ctx, LOGIN_FIRST, login=True)

    def _index(self, ctx: Context, query: dict[str, str]) -> Answer:
        gid = _number(query.get("gid"), 0)
        if ctx.visitor.mobile:
            return self._html(ctx, mobile_page(self.forum, ctx), 200)
        if gid and gid not in self.forum.categories:
            return self._message(ctx, NO_BOARD)
        return self._html(ctx, index_page(self.forum, ctx, gid), 200)

    def _script(self, ctx: Context, query: dict[str, str], request: Request) -> Answer:
        """``forum.php?mod=...``."""
        scripts: dict[str, Callable[[], Answer]] = {
            "viewthread": lambda: self._thread(
                ctx, _number(query.get("tid"), 0), _number(query.get("page"), 1), query, request
            ),
            "forumdisplay": lambda: self._board(ctx, query.get("fid", ""), query),
            "redirect": lambda: self._redirect(ctx, query),
            "attachment": lambda: self._message(ctx, "抱歉，您所在的用户组(游客)无法进行此操作", login=True),
        }
        known = scripts.get(query["mod"])
        return known() if known else self._message(ctx, LOGIN_FIRST, login=True)

    # -- boards ----------------------------------------------------------------------------------------------------

    def _board(self, ctx: Context, fid: str, query: dict[str, str]) -> Answer:
        board = self.forum.boards.get(_number(fid, 0))
        if board is None:
            return self._message(ctx, NO_BOARD)
        if refused := self._refusal(ctx, board):
            return refused
        if ctx.visitor.mobile:
            return self._html(ctx, mobile_page(self.forum, ctx, board=board), 200)
        asked = Query(
            page=_number(query.get("page"), 1),
            filter=query.get("filter", ""),
            orderby=query.get("orderby", "lastpost"),
            typeid=_number(query.get("typeid"), 0),
            specialtype=query.get("specialtype", ""),
            since=_number(query.get("dateline"), 0),
        )
        return self._html(ctx, list_page(self.forum, ctx, board, asked), 200)

    def _refusal(self, ctx: Context, board: Board) -> Answer | None:
        if board.access == "login":
            return self._message(ctx, LOGIN, login=True)
        if board.access == "password":
            return self._html(ctx, walls.password_page(ctx, board, self.forum.categories[board.gid]), 200)
        return None

    # -- threads ---------------------------------------------------------------------------------------------------

    def _thread(self, ctx: Context, tid: int, page: int, query: dict[str, str], request: Request) -> Answer:
        thread = self.forum.thread(tid)
        if thread.moved_to:
            return self._tombstone(ctx, thread)
        board = self.forum.boards[thread.fid]
        if board.access == "password":
            return _redirect(f"forum.php?mod=forumdisplay&fid={board.fid}", 302)
        if refused := self._refusal(ctx, board):
            return refused
        if page <= 1 and ctx.switches.antitheft and not query.get("_dsign"):
            self.opened[request.address] = self.opened.get(request.address, 0) + 1
            if self.opened[request.address] > ctx.switches.antitheft:
                return self._html(ctx, walls.antitheft(tid, self.rng), 200)
        if ctx.visitor.mobile:
            return self._html(ctx, mobile_page(self.forum, ctx, thread=thread, number=page), 200)
        author = _number(query.get("authorid"), 0)
        if author or query.get("ordertype") == "1":
            return self._other_view(ctx, thread, page, author)
        view = self.forum.view(thread, page, ctx.switches.ppp)
        if view.gap:
            tail = f"&page={page}" if page > 1 else ""
            return _redirect(f"{ctx.visitor.site}forum.php?mod=viewthread&tid={tid}{tail}", 302)
        return self._html(ctx, thread_page(self.forum, ctx, thread, view), 200)

    def _other_view(self, ctx: Context, thread: ThreadRow, page: int, author: int) -> Answer:
        """One author's posts, or the newest first with the opening post on top of page 1."""
        view = self.forum.other_view(thread, page, ctx.switches.ppp, author)
        if not view.posts:
            return self._message(ctx, "未定义操作")
        return self._html(ctx, thread_page(self.forum, ctx, thread, view), 200)

    def _tombstone(self, ctx: Context, thread: ThreadRow) -> Answer:
        target = self.forum.thread(thread.moved_to)
        if ctx.skin.tombstone_leads:
            return _redirect(ctx.visitor.site + ctx.links.thread(target.tid).replace("&amp;", "&"), 302)
        return self._message(ctx, NO_POST)

    def _redirect(self, ctx: Context, query: dict[str, str]) -> Answer:
        """``findpost``, ``lastpost`` and the neighbours."""
        goto, size = query.get("goto"), ctx.switches.ppp
        if goto == "findpost":
            try:
                post: PostRow = self.forum.post(_number(query.get("pid"), 0))
            except Missing:
                return self._message(ctx, "抱歉，指定的帖子不存在或已被删除或正在被审核")
            page = (self.forum.threads[post.tid].posts.index(post)) // size + 1
            return _redirect(f"forum.php?mod=viewthread&tid={post.tid}&page={page}#pid{post.pid}", 301)
        thread = self.forum.thread(_number(query.get("tid"), 0))
        if goto == "lastpost":
            page = -(-len(thread.posts) // size)
            return _redirect(f"forum.php?mod=viewthread&tid={thread.tid}&page={page}#lastpost", 302)
        rows = sorted(self.forum.listing(thread.fid), key=lambda t: t.lastpost)
        place = rows.index(thread) + (1 if goto == "nextnewset" else -1)
        if goto not in ("nextnewset", "nextoldset") or not 0 <= place < len(rows):
            return self._message(ctx, f"抱歉，没有比当前更{'新' if goto == 'nextnewset' else '早'}的主题")
        return _redirect(f"forum.php?mod=viewthread&tid={rows[place].moved_to or rows[place].tid}", 302)

    # -- answers ---------------------------------------------------------------------------------------------------

    def _message(self, ctx: Context, text: str, login: bool = False, status: int = 200) -> Answer:
        return self._html(ctx, message_page(ctx, text, login), status)

    def _html(self, ctx: Context, text: str, status: int) -> Answer:
        charset = ctx.switches.charset
        text = text.replace(SITE, ctx.visitor.site)
        if charset == "big5":
            text = traditional(text)
        body = text.encode(charset, "discuz")
        rng = self.rng
        headers = (
            ("Content-Type", f"text/html; charset={charset}"),
            ("Set-Cookie", f"dEm0_2132_sid={rng.getrandbits(32):08x}; path=/"),
            ("Set-Cookie", f"dEm0_2132_saltkey={rng.getrandbits(32):08x}; path=/; HttpOnly"),
            ("Set-Cookie", f"dEm0_2132_lastrequest={int(time.time())}; path=/; HttpOnly"),
        )
        return Answer(status, body, headers)


def _entities(error: UnicodeError) -> tuple[str, int]:
    """Characters outside the charset as Discuz! shows them: numeric entities, the ``&`` of those beyond five digits escaped."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    codes = [ord(char) for char in error.object[error.start : error.end]]
    return "".join(f"&#{code};" if code < 100_000 else f"&amp;#{code};" for code in codes), error.end


codecs.register_error("discuz", _entities)


def _redirect(target: str, status: int) -> Answer:
    return Answer(status, b"", (("Location", target), ("Content-Type", "text/html; charset=utf-8")))


def _number(text: str | None, default: int) -> int:
    """PHP's ``intval`` for what addresses carry."""
    match = re.match(r"\s*(\d{1,9})", text or "")
    return int(match[1]) if match else default


def _is_page(path: str, switches: Switches) -> bool:
    return (
        path == "/"
        or path.endswith((".php", ".html"))
        or any(switches.links.read(form, path.lstrip("/")) for form in (switches.thread_form, switches.board_form))
    )
