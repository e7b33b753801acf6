"""A thread's page for a guest or a robot."""

from __future__ import annotations

from crawler.demo.frame import Context, board_steps, crumbs, page, page_links
from crawler.demo.markup import SITE, escape
from crawler.demo.place import Place
from crawler.demo.post_html import post_html
from crawler.demo.reading import Reading, View
from crawler.demo.types import Board, ThreadRow


def thread_page(forum: Reading, ctx: Context, thread: ThreadRow, view: View) -> str:
    """The whole page; counts a view, as every visit does."""
    board, subject = forum.boards[thread.fid], escape(forum.subject(thread))
    thread.views += 1
    place = Place(forum, ctx, thread, board, view.page, view.posts[-1].pid if view.posts else 0)
    posts = "".join(post_html(post, floor, place) for post, floor in zip(view.posts, view.floors, strict=True))
    links = _links(ctx, thread, view)
    back = f'<span class="y pgb"><a href="{ctx.links.board(board.fid)}">返回列表</a></span>'
    body = f"""<script type="text/javascript">var fid = parseInt('{board.fid}'), tid = parseInt('{thread.tid}');</script>

<script src="static/js/forum_viewthread.js?Kt2" type="text/javascript"></script>
<script type="text/javascript">zoomstatus = parseInt(1);var imagemaxwidth = '600';var aimgcount = new Array();</script>

<style id="diy_style" type="text/css"></style>
{crumbs(ctx, *board_steps(forum, ctx, board), (ctx.links.thread(thread.tid), _short(forum.subject(thread))))}
<div id="ct" class="wp cl">
<div id="pgt" class="pgs mbm cl ">
<div class="pgt">{links}</div>
{back}
</div>
<div id="postlist" class="pl bm">
{_header(forum, ctx, thread, board, view)}{_AD}{posts}<div id="postlistreply" class="pl"><div id="post_new" class="viewthread_table" style="display: none"></div></div>
</div>
<div class="pgs mtm mbm cl">
{links}{back}
</div>
{_reply_box(thread, board)}
</div>
"""
    number = f" - 第{view.page}页 " if view.page > 1 else ""
    canonical = f'<link href="{SITE}{ctx.links.thread(thread.tid)}" rel="canonical" />'
    title = f"{subject}{number} - {board.name} -  {ctx.name}"
    return page(ctx, "viewthread", title, body, canonical, subject, f"{_about(forum, view)} {subject} ,{ctx.name}")


_AD = """
<table cellspacing="0" cellpadding="0" class="ad">
<tr>
<td class="pls">
</td>
<td class="plc">
</td>
</tr>
</table>"""


def _about(forum: Reading, view: View) -> str:
    """The beginning of the opening post, without noise."""
    if view.page > 1 or not view.posts or forum.shielded(view.posts[0]):
        return ""
    return escape(forum.message(view.posts[0]).text[:80].replace("\n", "")) + " ..."


def _short(subject: str) -> str:
    """As a path shows a title: cut at 52 bytes of GBK."""
    return subject if len(subject) <= 26 else f"{subject[:25]} ..."


def _links(ctx: Context, thread: ThreadRow, view: View) -> str:
    if ctx.switches.rewrite:
        form = ctx.links.thread_form.format(tid=thread.tid, page="{page}", prev=1)
    else:
        form = f"forum.php?mod=viewthread&amp;tid={thread.tid}&amp;extra=page%3D1&amp;page={{page}}"
    jump = f"forum.php?mod=viewthread&tid={thread.tid}&amp;extra=page%3D1&amp;"
    return page_links(view.page, view.pages, form, jump)


def _header(forum: Reading, ctx: Context, thread: ThreadRow, board: Board, view: View) -> str:
    """The table above the posts: counters or the opening author, tools, the subject."""
    tid, subject = thread.tid, escape(forum.subject(thread))
    home = ctx.links.thread(tid)
    if ctx.skin.span_subject:
        heading = f'<span id="thread_subject">{subject}</span>'
    else:
        heading = f'<a href="{home}" id="thread_subject">{subject}</a>'
    lock = ""
    if thread.closed and ctx.skin.html5:
        lock = '&nbsp;<i class="fico-lock fc-s" title="关闭"></i>\n'
    elif thread.closed:
        lock = '&nbsp;<img src="static/image/common/locked.gif" class="vm" alt="关闭" title="关闭" />\n'
    return f"""<table cellspacing="0" cellpadding="0">
<tr>
<td class="pls ptn pbn">
{_left(forum, ctx, thread, view)}
</td>
<td class="plc ptm pbn vwthd">
{"" if ctx.visitor.robot else _TOOLS.replace("@TID@", str(tid))}<h1 class="ts">
{_type(ctx, thread, board)}{heading}
</h1>
<span class="xg1">
{lock}<a href="{home}" onclick="return copyThreadUrl(this, '{ctx.name}')" >[复制链接]</a>
</span>
</td>
</tr>
</table>
"""


_TOOLS = """<div class="y">
<a href="forum.php?mod=viewthread&amp;action=printable&amp;tid=@TID@" title="打印" target="_blank"><img src="static/image/common/print.png" alt="打印" class="vm" /></a>
<a href="forum.php?mod=redirect&amp;goto=nextoldset&amp;tid=@TID@" title="上一主题"><img src="static/image/common/thread-prev.png" alt="上一主题" class="vm" /></a>
<a href="forum.php?mod=redirect&amp;goto=nextnewset&amp;tid=@TID@" title="下一主题"><img src="static/image/common/thread-next.png" alt="下一主题" class="vm" /></a>
</div>
"""


def _left(forum: Reading, ctx: Context, thread: ThreadRow, view: View) -> str:
    """Page 1: views and replies, where the left column is on; later pages: who opened the thread."""
    if view.page > 1:
        name, uid = forum.shown_author(thread.posts[0])
        shown = f'<a href="{ctx.links.user(uid)}" title="{escape(name)}">{escape(name)}</a>' if uid else escape(name)
        return f'<div id="tath" class="cl">\n楼主: {shown}\n</div>'
    if not ctx.switches.left_column:
        return ""
    return (
        f'<div class="hm ptn">\n<span class="xg1">查看:</span> <span class="xi1">{thread.views}</span><span class="pipe">|</span>'
        f'<span class="xg1">回复:</span> <span class="xi1">{forum.replies(thread)}</span>\n</div>'
    )


def _type(ctx: Context, thread: ThreadRow, board: Board) -> str:
    """``[类别]``, a link but for robots."""
    if not thread.typeid or not board.types:
        return ""
    name = f"[{board.types[thread.typeid - 1]}]"
    href = f"forum.php?mod=forumdisplay&amp;fid={board.fid}&amp;filter=typeid&amp;typeid={thread.typeid}"
    return f"{name}\n" if ctx.visitor.robot else f'<a href="{href}">{name}</a>\n'


def _reply_box(thread: ThreadRow, board: Board) -> str:
    action = f"forum.php?mod=post&amp;action=reply&amp;fid={board.fid}&amp;tid={thread.tid}&amp;extra=page%3D1&amp;replysubmit=yes"
    return f"""<div id="f_pst" class="pl bm bmw">
<form method="post" autocomplete="off" id="fastpostform" action="{action}" onSubmit="return fastpostvalidate(this)">
<table cellspacing="0" cellpadding="0">
<tr>
<td class="pls">
</td>
<td class="plc">
<span id="fastpostreturn"></span>
<div class="area">
<div class="pt hm">
您需要登录后才可以回帖 <a href="member.php?mod=logging&amp;action=login" onclick="showWindow('login', this.href)" class="xi2">登录</a> | <a href="member.php?mod=register" class="xi2">立即注册</a>
</div>
</div>
<input type="hidden" name="formhash" value="@HASH@" />
<p class="ptm pnpost">
<a href="home.php?mod=spacecp&amp;ac=credit&amp;op=rule&amp;fid={board.fid}" class="y" target="_blank">本版积分规则</a>
<button type="button" name="replysubmit" id="fastpostsubmit" class="pn pnc vm" value="replysubmit"><strong>发表回复</strong></button>
</p>
</td>
</tr>
</table>
</form>
</div>"""
