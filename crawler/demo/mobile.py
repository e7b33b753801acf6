"""The touch pages that telephones get: other markup, no message ids, relative times without the absolute one."""

from __future__ import annotations

from crawler.demo.dates import exact, relative
from crawler.demo.frame import Context
from crawler.demo.markup import escape
from crawler.demo.noise import breaks, jam
from crawler.demo.reading import Reading
from crawler.demo.types import Board, PostRow, ThreadRow

_PPP = 5


def mobile_page(
    forum: Reading, ctx: Context, board: Board | None = None, thread: ThreadRow | None = None, number: int = 1
) -> str:
    """The index, a board's or a thread's touch page."""
    if thread is not None:
        kind, title, body = "viewthread", forum.subject(thread), _thread(forum, ctx, thread, number)
    elif board is not None:
        rows = "".join(
            f'<li><a href="forum.php?mod=viewthread&amp;tid={t.moved_to or t.tid}&amp;mobile=2">{escape(forum.subject(t))}</a></li>\n'
            for t in forum.listing(board.fid)[:10]
        )
        kind, title, body = "forumdisplay", board.name, f'<div class="threadlist"><ul>\n{rows}</ul></div>'
    else:
        rows = "".join(
            f'<li><a href="forum.php?mod=forumdisplay&amp;fid={b.fid}&amp;mobile=2">{escape(b.name)}</a></li>\n'
            for b in forum.boards.values()
        )
        kind, title, body = "index", "论坛", f'<div class="forumlist"><ul>\n{rows}</ul></div>'
    return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="{ctx.switches.charset}">
<meta name="viewport" content="width=device-width, initial-scale=1.0, user-scalable=no">
<title>{escape(title)} -  {ctx.name} -  手机版 - Powered by Discuz!</title>
<base href="@SITE@" />
</head>
<body id="forum" class="pg_{kind}">
<div id="append_parent"></div>
{body}
<div id="mask" style="display:none;"></div>
</body>
</html>"""


def _thread(forum: Reading, ctx: Context, thread: ThreadRow, number: int) -> str:
    page = max(1, min(number, -(-len(thread.posts) // _PPP)))
    shown = thread.posts[(page - 1) * _PPP : page * _PPP]
    posts = "".join(_post(forum, ctx, post) for post in shown)
    return f'<div class="viewthread">\n<div class="view_tit">\n{escape(forum.subject(thread))}</div>{posts}</div>'


def _post(forum: Reading, ctx: Context, post: PostRow) -> str:
    name, uid = forum.shown_author(post)
    author = f'<a href="home.php?mod=space&amp;uid={uid}&amp;mobile=2">{escape(name)}</a>' if uid else escape(name)
    when = relative(post.at, ctx.now) or exact(post.at)
    if forum.shielded(post):
        inside = '<div class="quote">提示: <em>作者被禁止或删除 内容自动屏蔽</em></div>'
    else:
        message = forum.message(post)
        board = forum.boards[forum.threads[post.tid].fid]
        text = (
            jam(message.markup, ctx.visitor.rng)
            if board.jammer and ctx.switches.jammer and post.uid
            else message.markup
        )
        inside = message.preview or (text if message.html_mode else breaks(text))
    return f"""<div class="plc cl" id="pid{post.pid}">
<div class="display pi">
<ul class="authi">
<li class="mtit">
<span class="z">
{author}
</span>
</li>
<li class="mtime">
{when}</li>
</ul>
<div class="message">
{inside}</div>
</div>
</div>
"""
