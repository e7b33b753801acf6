"""A thread's page for a guest or a robot."""

from __future__ import annotations

from crawler.demo.forum import DemoForum, View
from crawler.demo.frame import Context, crumbs, page, page_links
from crawler.demo.markup import escape
from crawler.demo.post_html import Place, post_html
from crawler.demo.types import Board, ThreadRow


def thread_page(forum: DemoForum, ctx: Context, thread: ThreadRow, view: View) -> str:
    """The whole page; counts a view, as every visit does."""
    board = forum.boards[thread.fid]
    subject = escape(forum.subject(thread))
    thread.views += 1
    place = Place(forum, ctx, thread, board, view.page, view.posts[-1].pid if view.posts else 0)
    posts = "".join(post_html(post, floor, place) for post, floor in zip(view.posts, view.floors, strict=True))
    links = _links(ctx, thread, view)
    back = f'<span class="y pgb"><a href="{ctx.links.board(board.fid)}">返回列表</a></span>'
    steps = [(f"forum.php?gid={board.gid}", forum.categories[board.gid])]
    if board.parent:
        steps.append((ctx.links.board(board.parent), forum.boards[board.parent].name))
    steps += [(ctx.links.board(board.fid), board.name), (ctx.links.thread(thread.tid), _short(forum.subject(thread)))]
    body = f"""<script type="text/javascript">var fid = parseInt('{board.fid}'), tid = parseInt('{thread.tid}');</script>

<script src="static/js/forum_viewthread.js?Kt2" type="text/javascript"></script>
<script type="text/javascript">zoomstatus = parseInt(1);var imagemaxwidth = '600';var aimgcount = new Array();</script>

<style id="diy_style" type="text/css"></style>
{crumbs(ctx, *steps)}
<div id="ct" class="wp cl">
<div id="pgt" class="pgs mbm cl ">
<div class="pgt">{links}</div>
{back}
</div>
<div id="postlist" class="pl bm">
{_header(forum, ctx, thread, board, view, subject)}
<table cellspacing="0" cellpadding="0" class="ad">
<tr>
<td class="pls">
</td>
<td class="plc">
</td>
</tr>
</table>{posts}<div id="postlistreply" class="pl"><div id="post_new" class="viewthread_table" style="display: none"></div></div>
</div>
<div class="pgs mtm mbm cl">
{links}{back}
</div>
{_reply_box(thread, board)}
</div>
"""
    number = f" - 第{view.page}页 " if view.page > 1 else ""
    canonical = f'<link href="@SITE@{ctx.links.thread(thread.tid)}" rel="canonical" />'
    about = (
        ""
        if view.page > 1 or not view.posts or forum.shielded(view.posts[0])
        else forum.message(view.posts[0]).text[:80]
    )
    about = escape(about.replace("\n", ""))
    title = f"{subject}{number} - {board.name} -  {ctx.name}"
    return page(ctx, "viewthread", title, body, canonical, subject, f"{about} ... {subject} ,{ctx.name}")


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


def _header(forum: DemoForum, ctx: Context, thread: ThreadRow, board: Board, view: View, subject: str) -> str:
    """The table above the posts: counters or the opening author, tools, the subject."""
    robot, tid = ctx.visitor.robot, thread.tid
    if view.page > 1:
        name, uid = forum.shown_author(thread.posts[0])
        shown = f'<a href="{ctx.links.user(uid)}" title="{escape(name)}">{escape(name)}</a>' if uid else escape(name)
        left = f'<div id="tath" class="cl">\n楼主: {shown}\n</div>'
    elif ctx.switches.left_column:
        left = (
            f'<div class="hm ptn">\n<span class="xg1">查看:</span> <span class="xi1">{thread.views}</span><span class="pipe">|</span>'
            f'<span class="xg1">回复:</span> <span class="xi1">{forum.replies(thread)}</span>\n</div>'
        )
    else:
        left = ""
    tools = (
        ""
        if robot
        else f"""<div class="y">
<a href="forum.php?mod=viewthread&amp;action=printable&amp;tid={tid}" title="打印" target="_blank"><img src="static/image/common/print.png" alt="打印" class="vm" /></a>
<a href="forum.php?mod=redirect&amp;goto=nextoldset&amp;tid={tid}" title="上一主题"><img src="static/image/common/thread-prev.png" alt="上一主题" class="vm" /></a>
<a href="forum.php?mod=redirect&amp;goto=nextnewset&amp;tid={tid}" title="下一主题"><img src="static/image/common/thread-next.png" alt="下一主题" class="vm" /></a>
</div>
"""
    )
    kind = ""
    if thread.typeid and board.types:
        kind = f"[{board.types[thread.typeid - 1]}]"
        if not robot:
            href = f"forum.php?mod=forumdisplay&amp;fid={board.fid}&amp;filter=typeid&amp;typeid={thread.typeid}"
            kind = f'<a href="{href}">{kind}</a>'
        kind += "\n"
    if ctx.skin.span_subject:
        heading = f'<span id="thread_subject">{subject}</span>'
    else:
        heading = f'<a href="{ctx.links.thread(tid)}" id="thread_subject">{subject}</a>'
    lock = ""
    if thread.closed:
        lock = (
            '&nbsp;<i class="fico-lock fc-s" title="关闭"></i>\n'
            if ctx.skin.html5
            else '&nbsp;<img src="static/image/common/locked.gif" class="vm" alt="关闭" title="关闭" />\n'
        )
    return f"""<table cellspacing="0" cellpadding="0">
<tr>
<td class="pls ptn pbn">
{left}
</td>
<td class="plc ptm pbn vwthd">
{tools}<h1 class="ts">
{kind}{heading}
</h1>
<span class="xg1">
{lock}<a href="{ctx.links.thread(tid)}" onclick="return copyThreadUrl(this, '{ctx.name}')" >[复制链接]</a>
</span>
</td>
</tr>
</table>
"""


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
