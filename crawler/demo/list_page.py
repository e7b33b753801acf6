"""The index of boards and a board's listing."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.demo.dates import created, dated, exact
from crawler.demo.forum import DemoForum
from crawler.demo.frame import Context, crumbs, page, page_links
from crawler.demo.markup import escape
from crawler.demo.types import Board, ThreadRow

_PINS = {1: "本版置顶主题", 2: "分类置顶主题", 3: "全局置顶主题"}
_BY = {"lastpost", "dateline", "replies", "views"}
_FILTERS = {"lastpost", "author", "reply", "digest", "typeid", "specialtype", "dateline", "heat", "recommend", "hot"}


@dataclass(frozen=True, slots=True)
class Query:
    """What of a board is asked for."""

    page: int = 1
    filter: str = ""
    orderby: str = "lastpost"
    typeid: int = 0
    specialtype: str = ""
    since: int = 0

    @property
    def filtering(self) -> bool:
        return self.filter in _FILTERS

    @property
    def tail(self) -> str:
        """The parameters that page links carry on."""
        parts = [f"&filter={self.filter}"] if self.filtering else []
        parts += [f"&orderby={self.orderby}"] if self.orderby != "lastpost" or self.filter == "lastpost" else []
        parts += [f"&typeid={self.typeid}"] if self.typeid else []
        return "".join(parts).replace("&", "&amp;")


def index_page(forum: DemoForum, ctx: Context, gid: int = 0) -> str:
    """All categories with their boards, or one of them."""
    parts = []
    for category, name in forum.categories.items():
        if gid in (0, category):
            boards = [b for b in forum.boards.values() if b.gid == category and not b.parent]
            if ctx.switches.hide_private:
                boards = [b for b in boards if b.access != "login"]
            parts.append(_category(forum, ctx, category, name, boards))
    total = sum(len(thread.posts) for thread in forum.threads.values() if not thread.deleted)
    body = f"""{crumbs(ctx)}
<div id="ct" class="wp cl">
<div id="chart" class="bm bw0 cl">
<p class="chart z">今日: <em>0</em><span class="pipe">|</span>昨日: <em>0</em><span class="pipe">|</span>帖子: <em>{total}</em><span class="pipe">|</span>会员: <em>{len(forum.users)}</em></p>
</div>
<div class="mn">
<div class="fl bm">
{"".join(parts)}</div>
</div>
</div>
"""
    title = f"{forum.categories[gid]} -  {ctx.name}" if gid else f"论坛 -  {ctx.name}"
    return page(ctx, "index", title, body, keywords="论坛", about=f"论坛 {ctx.name}")


def _category(forum: DemoForum, ctx: Context, gid: int, name: str, boards: list[Board]) -> str:
    rows = '<tr class="fl_row">\n'.join(_board_row(forum, ctx, board) for board in boards)
    return f"""<div class="bm bmw  cl">
<div class="bm_h cl">
<span class="o">
<em id="category_{gid}_img" class="tg_no" title="收起/展开"></em>
</span>
<h2><a href="forum.php?gid={gid}" style="">{escape(name)}</a></h2>
</div>
<div id="category_{gid}" class="bm_c" style="">
<table cellspacing="0" cellpadding="0" class="fl_tb">
<tr>{rows}<tr class="fl_row">
</tr>
</table>
</div>
</div>"""


def _board_row(forum: DemoForum, ctx: Context, board: Board) -> str:
    """A board with its counters and its last post; private boards say so instead."""
    rows = forum.listing(board.fid)
    posts = sum(len(thread.posts) for thread in rows)
    href = ctx.links.board(board.fid)
    if board.access == "login":
        last = "私密版块"
    elif newest := max((t for t in rows if not t.moved_to), key=lambda t: t.lastpost, default=None):
        subject = escape(_cut(forum.subject(newest)))
        when = dated(newest.lastpost, ctx.now, False) if ctx.switches.relative_dates else exact(newest.lastpost, False)
        last = (
            f'<a href="forum.php?mod=redirect&amp;tid={newest.tid}&amp;goto=lastpost#lastpost" class="xi2">{subject}</a> '
            f"<cite>{when} {_poster(ctx, newest)}</cite>"
        )
    else:
        last = "从未"
    subs = [b for b in forum.boards.values() if b.parent == board.fid]
    below = ", ".join(f'<a href="{ctx.links.board(sub.fid)}" >{escape(sub.name)}</a>' for sub in subs)
    return f"""<td class="fl_icn" >
<a href="{href}"><img src="static/image/common/forum.gif" alt="{escape(board.name)}" /></a>
</td>
<td>
<h2><a href="{href}">{escape(board.name)}</a></h2>
<p class="xg2">{escape(board.name)}，欢迎交流。</p>{f"<p>子版块: {below}</p>" if below else ""}</td>
<td class="fl_i">
<span class="xi2">{len(rows)}</span><span class="xg1"> / {posts}</span></td>
<td class="fl_by">
<div>
{last}
</div>
</td>
</tr>
"""


def _cut(subject: str) -> str:
    return subject if len(subject) <= 15 else f"{subject[:14]} ..."


def _poster(ctx: Context, thread: ThreadRow, mark: str = "") -> str:
    name = thread.lastposter
    return (
        escape(name)
        if name == "匿名"
        else f'<a href="{ctx.links.user_name(name, ctx.switches.charset)}"{mark}>{escape(name)}</a>'
    )


def select(forum: DemoForum, board: Board, query: Query) -> list[ThreadRow]:
    """The board's own rows for a query, in order: sticky ones always lead (``displayorder DESC``)."""
    rows = forum.listing(board.fid)
    if query.filter == "digest":
        rows = [t for t in rows if t.digest]
    elif query.filter == "typeid" and query.typeid:
        rows = [t for t in rows if t.typeid == query.typeid]
    elif query.filter == "specialtype":
        rows = [t for t in rows if t.special == query.specialtype]
    elif query.filter == "dateline" and query.since:
        rows = [t for t in rows if t.created >= forum.clock - query.since]
    elif not query.filtering:
        above = {t.tid for t in forum.stickies(board.fid)}
        rows = [t for t in rows if t.tid not in above]
    if query.orderby in _BY - {"lastpost"}:
        rows = sorted(rows, key=lambda t: (t.sticky, _measure(t, query.orderby), t.tid), reverse=True)
    return rows


def _measure(thread: ThreadRow, orderby: str) -> int:
    return {"dateline": thread.created, "replies": len(thread.posts), "views": thread.views}[orderby]


def list_page(forum: DemoForum, ctx: Context, board: Board, query: Query) -> str:
    """A page of the board; a number beyond the last or the limit shows page 1."""
    rows, size = select(forum, board, query), ctx.switches.tpp
    above = [] if query.filtering else forum.stickies(board.fid)
    count = len(rows) + len(above)
    pages = min(max(1, -(-count // size)), ctx.switches.max_list_pages)
    number = query.page if 1 <= query.page <= pages else 1
    shown = (above[:size] if number == 1 else []) + rows[(number - 1) * size : number * size]
    links = _links(ctx, board, query, number, pages)
    lines: list[str] = []
    for position, thread in enumerate(shown):
        if not thread.sticky and (position == 0 or shown[position - 1].sticky) and position:
            lines.append(_SEPARATOR.replace("@FID@", str(board.fid)))
        lines.append(_row(forum, ctx, thread, board, number))
    empty = (
        '<tbody class="bw0_all"><tr><th colspan="5"><p class="emp">本版块或指定的范围内尚无主题</p></th></tr></tbody>\n'
    )
    body = f"""<style id="diy_style" type="text/css"></style>
{_path(forum, ctx, board)}
<div class="boardnav">
<div id="ct" class="wp cl">
<div class="mn">
<div class="bm bml pbn">
<div class="bm_h cl">
<h1 class="xs2">
<a href="{ctx.links.board(board.fid)}">{escape(board.name)}</a>
<span class="xs1 xw0 i">今日: <strong class="xi1">0</strong><span class="pipe">|</span>主题: <strong class="xi1">{len(forum.listing(board.fid))}</strong></span></h1>
</div>
</div>
{_sub_boards(forum, ctx, board)}
<div id="pgt" class="bm bw0 pgs cl">
<span id="fd_page_top">{links}</span>
<span class="pgb y"  ><a href="forum.php">返&nbsp;回</a></span>
</div>
{_types(board)}<div id="threadlist" class="tl bm bmw">
{_HEADER.replace("@FID@", str(board.fid))}
<div class="bm_c">
<form method="post" autocomplete="off" name="moderate" id="moderate" action="forum.php?mod=topicadmin&amp;action=moderate&amp;fid={board.fid}">
<input type="hidden" name="formhash" value="@HASH@" />
<table summary="forum_{board.fid}" cellspacing="0" cellpadding="0"{' id="threadlisttableid"' if ctx.skin.showcontent else ""}>
{"".join(lines) or empty}</table>
</form>
</div>
</div>
<div class="bm bw0 pgs cl">
<span id="fd_page_bottom">{links}</span>
<span  class="pgb y"><a href="forum.php">返&nbsp;回</a></span>
</div>
</div>
</div>
</div>
"""
    tail = f" - 第{number}页" if number > 1 else ""
    return page(
        ctx,
        "forumdisplay",
        f"{escape(board.name)}{tail} -  {ctx.name}",
        body,
        keywords=escape(board.name),
        about=ctx.name,
    )


def _path(forum: DemoForum, ctx: Context, board: Board) -> str:
    steps = [(f"forum.php?gid={board.gid}", forum.categories[board.gid])]
    if board.parent:
        steps.append((ctx.links.board(board.parent), forum.boards[board.parent].name))
    return crumbs(ctx, *steps, (ctx.links.board(board.fid), board.name))


def _links(ctx: Context, board: Board, query: Query, number: int, pages: int) -> str:
    dynamic = f"forum.php?mod=forumdisplay&amp;fid={board.fid}{query.tail}&amp;page={{page}}"
    plain = ctx.switches.rewrite and not query.tail
    form = ctx.links.board_form.format(fid=board.fid, page="{page}") if plain else dynamic
    return page_links(number, pages, form, f"forum.php?mod=forumdisplay&fid={board.fid}{query.tail}&amp;")


def _sub_boards(forum: DemoForum, ctx: Context, board: Board) -> str:
    subs = [b for b in forum.boards.values() if b.parent == board.fid]
    if not subs:
        return ""
    rows = '<tr class="fl_row">\n'.join(_board_row(forum, ctx, sub) for sub in subs)
    return f"""<div class="bm bmw fl">
<div class="bm_h cl">
<h2>子版块</h2>
</div>
<div id="subforum_{board.fid}" class="bm_c" style="">
<table cellspacing="0" cellpadding="0" class="fl_tb">
<tr>{rows}<tr class="fl_row">
</tr>
</table>
</div>
</div>"""


def _types(board: Board) -> str:
    if not board.types:
        return ""
    href = f"forum.php?mod=forumdisplay&amp;fid={board.fid}&amp;filter=typeid&amp;typeid="
    items = "".join(f'<li><a href="{href}{n}">{escape(name)}</a></li>\n' for n, name in enumerate(board.types, 1))
    return f'<ul id="thread_types" class="ttp bm cl">\n<li id="ttp_all" class="xw1 a"><a href="forum.php?mod=forumdisplay&amp;fid={board.fid}">全部</a></li>\n{items}</ul>\n'


_SEPARATOR = """<tbody id="separatorline">
<tr class="ts">
<td>&nbsp;</td>
<th><a href="javascript:;" onclick="checkForumnew_btn('@FID@')" title="查看更新" class="forumrefresh">版块主题</a></th><td>&nbsp;</td><td>&nbsp;</td><td>&nbsp;</td>
</tr>
</tbody>
"""
_HEADER = """<div class="th">
<table cellspacing="0" cellpadding="0">
<tr>
<th colspan="2">
<div class="tf">
<a id="filter_special" href="javascript:;" class="showmenu xi2" onclick="showMenu(this.id)">全部主题</a>&nbsp;
<a href="forum.php?mod=forumdisplay&amp;fid=@FID@&amp;filter=lastpost&amp;orderby=lastpost" class="xi2">最新</a>&nbsp;
<a href="forum.php?mod=forumdisplay&amp;fid=@FID@&amp;filter=heat&amp;orderby=heats" class="xi2">热门</a>&nbsp;
<a href="forum.php?mod=forumdisplay&amp;fid=@FID@&amp;filter=digest&amp;digest=1" class="xi2">精华</a>&nbsp;
</div>
</th>
<td class="by">作者</td>
<td class="num">回复/查看</td>
<td class="by">最后发表</td>
</tr>
</table>
</div>"""


def _row(forum: DemoForum, ctx: Context, thread: ThreadRow, board: Board, number: int) -> str:
    """A thread's row; a moved thread's carries its own number and leads to the other."""
    target = forum.threads[thread.moved_to] if thread.moved_to else thread
    prev = 1 if ctx.visitor.robot else number
    href = ctx.links.thread(target.tid, 1, prev)
    row_id = f"{'stickthread' if thread.sticky else 'normalthread'}_{thread.tid}"
    closed = thread.closed
    folder = "lock" if closed else "common" if thread.sticky else "new"
    icon = f"pin_{thread.sticky}" if thread.sticky else f"folder_{folder}"
    label = _PINS.get(thread.sticky) or ("关闭的主题" if closed else "有新回复")
    name, uid = forum.shown_author(target.posts[0]) if target.posts else ("匿名", None)
    author = f'<a href="{ctx.links.user(uid)}" c="1">{escape(name)}</a>' if uid else escape(name)
    replies, views = (
        ("-", "-") if thread.moved_to else (str(forum.replies(thread)), str(max(thread.views, len(thread.posts))))
    )
    last = dated(thread.lastpost, ctx.now, False) if ctx.switches.relative_dates else exact(thread.lastpost, False)
    more = ""
    if ctx.skin.showcontent:
        more = f"""<a href="javascript:;" id="content_{thread.tid}" class="showcontent y" title="更多操作" onclick="CONTENT_TID='{thread.tid}';CONTENT_ID='{row_id}';showMenu({{'ctrlid':this.id,'menuid':'content_menu'}})"></a>\n"""
        if thread.sticky:
            more += f"""<a href="javascript:void(0);" onclick="hideStickThread('{thread.tid}')" class="closeprev y" title="隐藏置顶帖">隐藏置顶帖</a>\n"""
    return f"""<tbody id="{row_id}">
<tr>
<td class="icn">
<a href="{href}" title="{label} - 新窗口打开" target="_blank">
<img src="static/image/common/{icon}.gif" />
</a>
</td>
<th class="{folder}">
{more}{_type(thread, board, ctx)} {"移动:" if thread.moved_to else ""}<a href="{href}" onclick="atarget(this)" class="s xst">{escape(forum.subject(thread))}</a>
{_badges(thread)}{_pages(ctx, target, prev)}</th>
<td class="by">
<cite>
{author}</cite>
<em>{created(thread.created, ctx.now) if ctx.switches.relative_dates else f"<span>{exact(thread.created, False).split()[0]}</span>"}</em>
</td>
<td class="num"><a href="{href}" class="xi2">{replies}</a><em>{views}</em></td>
<td class="by">
<cite>{_poster(ctx, thread, ' c="1"')}</cite>
<em><a href="forum.php?mod=redirect&tid={target.tid}&goto=lastpost#lastpost">{last}</a></em>
</td>
</tr>
</tbody>
"""


def _type(thread: ThreadRow, board: Board, ctx: Context) -> str:
    if not thread.typeid or thread.fid != board.fid or not board.types:
        return ""
    name = board.types[thread.typeid - 1]
    return f'<em>[<a href="forum.php?mod=forumdisplay&fid={board.fid}&amp;filter=typeid&amp;typeid={thread.typeid}">{escape(name)}</a>]</em>'


def _badges(thread: ThreadRow) -> str:
    shown = ""
    if thread.special == "poll":
        shown += '<img src="static/image/common/pollsmall.gif" alt="投票" align="absmiddle" />\n'
    if thread.digest:
        shown += f'<img src="static/image/common/digest_{thread.digest}.gif" align="absmiddle" alt="digest" title="精华 {thread.digest}" />\n'
    return f'- [售价 <span class="xw1">5</span> 金钱]\n{shown}' if thread.special == "paid" else shown


def _pages(ctx: Context, thread: ThreadRow, prev: int) -> str:
    """Links to the thread's further pages: 2 to 6, and the last."""
    pages = -(-len(thread.posts) // ctx.switches.ppp)
    if pages < 2:
        return ""
    numbers = list(range(2, min(pages, 6) + 1))
    links = "".join(
        f'<a href="{ctx.links.thread(thread.tid, n, prev)}" onclick="atarget(this)">{n}</a>' for n in numbers
    )
    if pages > 6:
        links += f'..<a href="{ctx.links.thread(thread.tid, pages, prev)}" onclick="atarget(this)">{pages}</a>'
    return f'<span class="tps">&nbsp;...{links}</span>\n'
