"""A thread's row in a board's listing."""

from __future__ import annotations

from crawler.demo.dates import created, dated, exact
from crawler.demo.frame import Context
from crawler.demo.markup import escape
from crawler.demo.reading import Reading
from crawler.demo.types import ANONYMOUS, Board, ThreadRow

_PINS = {1: "本版置顶主题", 2: "分类置顶主题", 3: "全局置顶主题"}


def poster(ctx: Context, thread: ThreadRow, mark: str = "") -> str:
    name = thread.lastposter
    return (
        escape(name)
        if name == ANONYMOUS
        else f'<a href="{ctx.links.user_name(name, ctx.switches.charset)}"{mark}>{escape(name)}</a>'
    )


def row(forum: Reading, ctx: Context, thread: ThreadRow, board: Board, number: int) -> str:
    """A thread's row; a moved thread's carries its own number and leads to the other."""
    target = forum.threads[thread.moved_to] if thread.moved_to else thread
    prev = 1 if ctx.visitor.robot else number
    href = ctx.links.thread(target.tid, 1, prev)
    row_id = f"{'stickthread' if thread.sticky else 'normalthread'}_{thread.tid}"
    closed = thread.closed
    folder = "lock" if closed else "common" if thread.sticky else "new"
    icon = _icon(thread, folder, ctx.skin.html5)
    label = _PINS.get(thread.sticky) or ("关闭的主题" if closed else "有新回复")
    name, uid = forum.shown_author(target.posts[0]) if target.posts else (ANONYMOUS, None)
    author = f'<a href="{ctx.links.user(uid)}" c="1">{escape(name)}</a>' if uid else escape(name)
    replies, views = (
        ("-", "-") if thread.moved_to else (str(forum.replies(thread)), str(max(thread.views, len(thread.posts))))
    )
    last = dated(thread.lastpost, ctx.now, False) if ctx.switches.relative_dates else exact(thread.lastpost, False)
    return f"""<tbody id="{row_id}">
<tr>
<td class="icn">
<a href="{href}" title="{label} - 新窗口打开" target="_blank">
{icon}
</a>
</td>
<th class="{folder}">
{_buttons(thread, row_id) if ctx.skin.showcontent else ""}{_type(thread, board, ctx)} {"移动:" if thread.moved_to else ""}<a href="{href}" onclick="atarget(this)" class="s xst">{escape(forum.subject(thread))}</a>
{_badges(thread)}{_pages(ctx, target, prev)}</th>
<td class="by">
<cite>
{author}</cite>
<em>{created(thread.created, ctx.now) if ctx.switches.relative_dates else f"<span>{exact(thread.created, False).split()[0]}</span>"}</em>
</td>
<td class="num"><a href="{href}" class="xi2">{replies}</a><em>{views}</em></td>
<td class="by">
<cite>{poster(ctx, thread, ' c="1"')}</cite>
<em><a href="forum.php?mod=redirect&tid={target.tid}&goto=lastpost#lastpost">{last}</a></em>
</td>
</tr>
</tbody>
"""


def _buttons(thread: ThreadRow, row_id: str) -> str:
    """The small menus of X3.1 and later, links without an address."""
    menu = f"CONTENT_TID='{thread.tid}';CONTENT_ID='{row_id}';showMenu({{'ctrlid':this.id,'menuid':'content_menu'}})"
    shown = f'<a href="javascript:;" id="content_{thread.tid}" class="showcontent y" title="更多操作" onclick="{menu}"></a>\n'
    if thread.sticky:
        hide = f"hideStickThread('{thread.tid}')"
        shown += (
            f'<a href="javascript:void(0);" onclick="{hide}" class="closeprev y" title="隐藏置顶帖">隐藏置顶帖</a>\n'
        )
    return shown


def _icon(thread: ThreadRow, folder: str, drawn: bool) -> str:
    """A picture, from X3.5 on a drawing."""
    if not drawn:
        name = f"pin_{thread.sticky}" if thread.sticky else f"folder_{folder}"
        return f'<img src="static/image/common/{name}.gif" />'
    if thread.sticky:
        return f'<i class="tpin tpin{thread.sticky}"><svg width="18" height="18"><path d="M9 0l9 9H14v9H4V9H0z"></path></svg></i>'
    return f'<i class="fico-{"lock" if thread.closed else "thread"} fic6 fc-{"s" if thread.closed else "l"}"></i>'


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
