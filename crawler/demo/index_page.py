"""The index of boards."""

from __future__ import annotations

from crawler.demo.dates import dated, exact
from crawler.demo.frame import Context, crumbs, page
from crawler.demo.list_row import poster
from crawler.demo.markup import escape
from crawler.demo.reading import Reading
from crawler.demo.types import Board


def index_page(forum: Reading, ctx: Context, gid: int = 0) -> str:
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


def _category(forum: Reading, ctx: Context, gid: int, name: str, boards: list[Board]) -> str:
    rows = '<tr class="fl_row">\n'.join(board_row(forum, ctx, board) for board in boards)
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


def board_row(forum: Reading, ctx: Context, board: Board) -> str:
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
            f"<cite>{when} {poster(ctx, newest)}</cite>"
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
