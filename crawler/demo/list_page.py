"""A board's listing: which rows a query selects, in which order, and the page around them."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.demo.frame import Context, board_steps, crumbs, page, page_links
from crawler.demo.index_page import board_row
from crawler.demo.list_row import row
from crawler.demo.markup import escape
from crawler.demo.reading import Reading
from crawler.demo.types import Board, ThreadRow

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


def select(forum: Reading, board: Board, query: Query) -> list[ThreadRow]:
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


def list_page(forum: Reading, ctx: Context, board: Board, query: Query) -> str:
    """A page of the board; a number beyond the last or the limit shows page 1."""
    rows, size = select(forum, board, query), ctx.switches.tpp
    above = [] if query.filtering else forum.stickies(board.fid)
    pages = min(max(1, -(-(len(rows) + len(above)) // size)), ctx.switches.max_list_pages)
    number = query.page if 1 <= query.page <= pages else 1
    shown = (above[:size] if number == 1 else []) + rows[(number - 1) * size : number * size]
    links = _links(ctx, board, query, number, pages)
    body = f"""<style id="diy_style" type="text/css"></style>
{crumbs(ctx, *board_steps(forum, ctx, board))}
<div class="boardnav">
<div id="ct" class="wp cl">
<div class="mn">
{_head(forum, ctx, board)}{_sub_boards(forum, ctx, board)}
<div id="pgt" class="bm bw0 pgs cl">
<span id="fd_page_top">{links}</span>
<span class="pgb y"  ><a href="forum.php">返&nbsp;回</a></span>
</div>
{_types(board)}<div id="threadlist" class="tl bm bmw">
{_HEADER.replace("@FID@", str(board.fid))}
{_table(forum, ctx, board, shown, number)}</div>
<div class="bm bw0 pgs cl">
<span id="fd_page_bottom">{links}</span>
<span  class="pgb y"><a href="forum.php">返&nbsp;回</a></span>
</div>
</div>
</div>
</div>
"""
    name, tail = escape(board.name), f" - 第{number}页" if number > 1 else ""
    return page(ctx, "forumdisplay", f"{name}{tail} -  {ctx.name}", body, keywords=name, about=ctx.name)


def _head(forum: Reading, ctx: Context, board: Board) -> str:
    return f"""<div class="bm bml pbn">
<div class="bm_h cl">
<h1 class="xs2">
<a href="{ctx.links.board(board.fid)}">{escape(board.name)}</a>
<span class="xs1 xw0 i">今日: <strong class="xi1">0</strong><span class="pipe">|</span>主题: <strong class="xi1">{len(forum.listing(board.fid))}</strong></span></h1>
</div>
</div>
"""


def _table(forum: Reading, ctx: Context, board: Board, shown: list[ThreadRow], number: int) -> str:
    """The rows, with a separator between the sticky ones and the others."""
    lines: list[str] = []
    for position, thread in enumerate(shown):
        if position and not thread.sticky and shown[position - 1].sticky:
            lines.append(_SEPARATOR.replace("@FID@", str(board.fid)))
        lines.append(row(forum, ctx, thread, board, number))
    empty = (
        '<tbody class="bw0_all"><tr><th colspan="5"><p class="emp">本版块或指定的范围内尚无主题</p></th></tr></tbody>\n'
    )
    return f"""<div class="bm_c">
<form method="post" autocomplete="off" name="moderate" id="moderate" action="forum.php?mod=topicadmin&amp;action=moderate&amp;fid={board.fid}">
<input type="hidden" name="formhash" value="@HASH@" />
<table summary="forum_{board.fid}" cellspacing="0" cellpadding="0"{' id="threadlisttableid"' if ctx.skin.showcontent else ""}>
{"".join(lines) or empty}</table>
</form>
</div>
"""


def _links(ctx: Context, board: Board, query: Query, number: int, pages: int) -> str:
    dynamic = f"forum.php?mod=forumdisplay&amp;fid={board.fid}{query.tail}&amp;page={{page}}"
    plain = ctx.switches.rewrite and not query.tail
    form = ctx.links.board_form.format(fid=board.fid, page="{page}") if plain else dynamic
    return page_links(number, pages, form, f"forum.php?mod=forumdisplay&fid={board.fid}{query.tail}&amp;")


def _sub_boards(forum: Reading, ctx: Context, board: Board) -> str:
    subs = [b for b in forum.boards.values() if b.parent == board.fid]
    if not subs:
        return ""
    rows = '<tr class="fl_row">\n'.join(board_row(forum, ctx, sub) for sub in subs)
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
