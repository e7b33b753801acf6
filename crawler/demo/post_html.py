"""A post as a thread page shows it to a guest or a robot."""

from __future__ import annotations

from crawler.demo import words
from crawler.demo.attachment_html import attachment_boxes, inline_image
from crawler.demo.boxes import comments_box, paid_box, poll_box, ratings_box
from crawler.demo.dates import dated, exact
from crawler.demo.markup import SITE, escape
from crawler.demo.messages import Message
from crawler.demo.noise import breaks, jam
from crawler.demo.place import Place
from crawler.demo.types import PostRow

_FLOORS = {1: "楼主", 2: "沙发", 3: "板凳", 4: "地板"}


def post_html(post: PostRow, floor: int, place: Place) -> str:
    """``div#post_<pid>`` with all in it."""
    ctx, pid = place.ctx, post.pid
    robot = ctx.visitor.robot
    anchor = '<a name="newpost"></a>' if floor % ctx.switches.ppp == 1 else ""
    if not anchor and pid == place.last_pid:
        anchor = '<a name="lastpost"></a>'
    margin = '<style type="text/css">.pcb{margin-right:0}</style>' if post.first else ""
    return f"""<div id="post_{pid}" ><table id="pid{pid}"{ctx.skin.plhin} summary="pid{pid}" cellspacing="0" cellpadding="0">
<tr>
{anchor} <td class="pls" rowspan="2">
{_author_cell(post, place)}</td>
<td class="plc">
<div class="pi">
{"" if robot else _floor(post, floor, place)}<div class="pti">
<div class="pdbt">
</div>
<div class="authi">
<img class="authicn vm" id="authicon{pid}" src="static/image/common/online_member.gif" />
{_posted(post, place)}</div>
</div>
</div><div class="pct">{margin}<div class="pcb">
{_content(post, place)}</div>
</div>

</td></tr>
{_footer(post, place)}</table>
</div>"""


def _footer(post: PostRow, place: Place) -> str:
    """The rows under a post: signature, buttons, advert."""
    pid, tid, fid = post.pid, place.thread.tid, place.board.fid
    buttons = '<div id="p_btn" class="mtw mbm hm cl">\n</div>\n' if post.first else ""
    if post.uid % 4 == 0 and post.uid and not post.anonymous:
        buttons += f'<div class="sign" style="max-height:100px;">{words.SIGNATURES[post.uid % 16 // 4]}</div>\n'
    target = f"{'reppost' if post.first else 'repquote'}={pid}&amp;extra=page%3D1&amp;page={place.page}"
    return f"""<tr><td class="plc plm">
{buttons}</td>
</tr>
<tr id="_postposition{pid}"></tr>
<tr>
<td class="pls"></td>
<td class="plc" style="overflow:visible;">
<div class="{place.ctx.skin.footer_class}">
<div class="pob cl">
<em>
<a class="fastre" href="forum.php?mod=post&amp;action=reply&amp;fid={fid}&amp;tid={tid}&amp;{target}" onclick="showWindow('reply', this.href)">回复</a>
</em>
<p>
<a href="javascript:;" onclick="showWindow('miscreport{pid}', 'misc.php?mod=report&rtype=post&rid={pid}&tid={tid}&fid={fid}', 'get', -1);return false;">举报</a>
</p>
</div>
</div>
</td>
</tr>
<tr class="ad">
<td class="pls">
</td>
<td class="plc">
</td>
</tr>
"""


def _author_cell(post: PostRow, place: Place) -> str:
    """Name, hover card, avatar, counters; only words for the anonymous, guests and the deleted."""
    pid, ctx = post.pid, place.ctx
    name, uid = place.forum.shown_author(post)
    open_cell, close_cell = (
        (f'<div id="favatar{pid}" class="pls cl favatar">\n', "</div>\n") if ctx.skin.favatar else ("", "")
    )
    user = place.forum.users[post.uid]
    if uid is None:
        note = ""
        if not post.anonymous:
            note = "<em>10.23.4.x</em>" if user.state == "guest" else "<em>该用户已被删除</em>"
        return f'{open_cell}<div class="pi">\n{escape(name)} {note}\n</div>\n{close_cell}'
    return f"""{open_cell}<div class="pi">
<div class="authi"><a href="{ctx.links.user(uid)}" target="_blank" class="xw1">{escape(name)}</a>
</div>
</div>
{_card(post, name, uid, ctx.links.user(uid))}{close_cell}"""


def _card(post: PostRow, name: str, uid: int, home: str) -> str:
    """Hover card, avatar, counters and group of a member."""
    pid, score = post.pid, 60 + uid * 37 % 3000
    space = f"home.php?mod=space&uid={uid}"
    return f"""<div class="p_pop blk bui card_gender_0" id="userinfo{pid}" style="display: none; margin-top: -11px;">
<div class="m z">
<div id="userinfo{pid}_ma"></div>
</div>
<div class="i y">
<div>
<strong><a href="{home}" target="_blank" class="xi2">{escape(name)}</a></strong>
<em>当前离线</em>
</div><dl class="cl">
<dt>积分</dt><dd><a href="{space}&do=profile" target="_blank" class="xi2">{score}</a></dd>
</dl></div>
</div>
<div>
<div class="avatar" onmouseover="showauthor(this, 'userinfo{pid}')"><a href="{home}" class="avtm" target="_blank"><img src="{SITE}uc_server/avatar.php?uid={uid}&size=middle" /></a></div>
</div>
<div class="tns xg2"><table cellspacing="0" cellpadding="0"><th><p><a href="{space}&do=thread&type=thread&view=me&from=space" class="xi2">{uid % 30}</a></p>主题</th><th><p><a href="{space}&do=thread&type=reply&view=me&from=space" class="xi2">{uid * 3 % 90}</a></p>回帖</th><td><p><a href="{space}&do=profile" class="xi2">{score}</a></p>积分</td></table></div>
<p><em><a href="home.php?mod=spacecp&amp;ac=usergroup&amp;gid=12" target="_blank">中级会员</a></em></p>
<div id="g_up{pid}_menu" class="tip tip_4" style="display: none;"><div class="tip_horn"></div><div class="tip_c">中级会员, 积分 {score}, 距离下一级还需 {3100 - score} 积分</div></div>
<dl class="pil cl">
	<dt>积分</dt><dd><a href="{space}&do=profile" target="_blank" class="xi2">{score}</a></dd>
</dl>
"""


def _floor(post: PostRow, floor: int, place: Place) -> str:
    """The floor's number or name as a link; the opening post also has a box to jump to a floor."""
    tid, pid = place.thread.tid, post.pid
    jump = ""
    if post.first:
        href = place.ctx.links.thread(tid)
        jump = f"""<div id="fj" class="y">
<label class="z">电梯直达</label>
<input type="text" class="px p_fre z" size="2" onkeyup="$('fj_btn').href='forum.php?mod=redirect&ptid={tid}&authorid=0&postno='+this.value" title="跳转到指定楼层" />
<a href="javascript:;" id="fj_btn" class="z" title="跳转到指定楼层"></a>
</div>
"""
    else:
        href = f"forum.php?mod=redirect&goto=findpost&ptid={tid}&pid={pid}"
    label = _FLOORS.get(floor) or f"<em>{floor}</em><sup>#</sup>"
    return f"""{jump}<strong>
<a href="{href}"   id="postnum{pid}" onclick="setCopy(this.href, '帖子地址复制成功');return false;">
{label}</a>
</strong>
"""


def _posted(post: PostRow, place: Place) -> str:
    """The line with the time; robots are offered all floors instead of the author's."""
    ctx, tid = place.ctx, place.thread.tid
    name, uid = place.forum.shown_author(post)
    when = dated(post.at, ctx.now) if ctx.switches.relative_dates else exact(post.at)
    line = f"{escape(name)}&nbsp;\n" if uid is None and post.anonymous else ""
    line += f'<em id="authorposton{post.pid}">发表于 {when}</em>\n'
    if post.uid % 11 == 3 and post.pid % 3 == 0:
        line += '<span class="xg1">来自手机</span>\n'
    if ctx.visitor.robot:
        return f'{line}<span class="pipe">|</span>\n<a href="{ctx.links.thread(tid, place.page)}" rel="nofollow">显示全部楼层</a>\n'
    if uid is not None:
        href = f"forum.php?mod=viewthread&amp;tid={tid}&amp;page={place.page}&amp;authorid={uid}"
        line += f'<span class="pipe">|</span>\n<a href="{href}" rel="nofollow">只看该作者</a>\n'
    if post.first:
        reverse = f"forum.php?mod=viewthread&amp;tid={tid}&amp;extra=page%3D1&amp;ordertype=1"
        line += f'<span class="pipe show">|</span><a href="{reverse}"  class="show">倒序浏览</a>\n'
        line += """<span class="pipe show">|</span><a href="javascript:;" onclick="readmode($('thread_subject').innerHTML, 1);" class="show">阅读模式</a>\n"""
    return line


def _content(post: PostRow, place: Place) -> str:
    """Message, boxes below it, comments and ratings; for a shielded post only the notice."""
    if place.forum.shielded(post):
        why = "该帖被管理员或版主屏蔽" if place.forum.hidden_by_moderator(post) else "作者被禁止或删除 内容自动屏蔽"
        return f'<div class="locked">提示: <em>{why}</em></div>\n'
    pid, message = post.pid, place.forum.message(post)
    if post.special == "paid":
        return paid_box(post, message, place)
    cell = f'<table cellspacing="0" cellpadding="0"><tr><td class="t_f" id="postmessage_{pid}">\n{_message(post, message, place)}</td></tr></table>\n'
    shell = "pcbs" if post.special == "poll" else "t_fsz"
    outside = attachment_boxes(message, place)
    extra = poll_box(post, message, place) if post.special == "poll" else ""
    mod = ""
    if post.first and place.thread.digest and not place.ctx.visitor.robot:
        mod = (
            f'<div class="modact"><a href="forum.php?mod=misc&amp;action=viewthreadmod&amp;tid={place.thread.tid}" title="帖子模式">'
            f"本主题由 茶座掌柜 于 {exact(post.at + 86400, False)} 加入精华</a></div>\n"
        )
    return (
        f'{" " + chr(10) if post.first else ""}<div class="{shell}">{cell}{extra}{outside}{mod}\n</div>\n'
        f'<div id="comment_{pid}" class="cm">\n{comments_box(post, place)}</div>\n\n{ratings_box(post, place)}'
    )


def _message(post: PostRow, message: Message, place: Place) -> str:
    """The cell's inside: noise for all but the author, then line breaks, then attachments."""
    text = message.markup
    guest_author = not post.uid  # a guest's post carries none for guests: 0 == 0
    if place.board.jammer and place.ctx.switches.jammer and not guest_author:
        text = jam(text, place.ctx.visitor.rng)
    if not message.html_mode:
        text = breaks(text)
    for attached in message.attached:
        if attached.inline:
            shown = inline_image(attached, place) if place.board.attachments else ""
            text = text.replace(f"[attach]{attached.aid}[/attach]", shown)
    tip = ""
    if post.first and place.ctx.switches.guest_tip and not place.ctx.visitor.robot:
        tip = (
            '<div class="attach_nopermission attach_tips">\n<div>\n<h3><strong>马上注册，结交更多好友，享用更多功能，让你轻松玩转社区。'
            '</strong></h3>\n<p>您需要 <a href="member.php?mod=logging&amp;action=login">登录</a> 才可以下载或查看，没有账号？'
            '<a href="member.php?mod=register" title="注册账号">立即注册</a></p>\n</div>\n'
            '<span class="atips_close" onclick="this.parentNode.style.display=\'none\'">x</span>\n</div>'
        )
    script = (
        f"<script type=\"text/javascript\">replyreload += ',' + {post.pid};</script>"
        if "hidden" in message.flags
        else ""
    )
    return tip + script + text
