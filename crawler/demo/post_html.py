"""A post as a thread page shows it to a guest or a robot."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from random import Random

from crawler.demo import words
from crawler.demo.dates import dated, exact
from crawler.demo.forum import DemoForum
from crawler.demo.frame import Context
from crawler.demo.markup import escape
from crawler.demo.messages import Attached, Message
from crawler.demo.noise import breaks, jam
from crawler.demo.types import Board, PostRow, ThreadRow

_FLOORS = {1: "楼主", 2: "沙发", 3: "板凳", 4: "地板"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands: everything about its page."""

    forum: DemoForum
    ctx: Context
    thread: ThreadRow
    board: Board
    page: int
    last_pid: int


def post_html(post: PostRow, floor: int, place: Place) -> str:
    """``div#post_<pid>`` with all in it."""
    ctx, pid, tid, fid = place.ctx, post.pid, place.thread.tid, place.board.fid
    robot, skin = ctx.visitor.robot, ctx.skin
    anchor = (
        '<a name="newpost"></a>'
        if floor % ctx.switches.ppp == 1
        else '<a name="lastpost"></a>'
        if pid == place.last_pid
        else ""
    )
    action = "reppost" if post.first else "repquote"
    sign = (
        ""
        if post.uid % 4 or post.anonymous
        else f'<div class="sign" style="max-height:100px;">{words.SIGNATURES[post.uid % 16 // 4]}</div>\n'
    )
    return f"""<div id="post_{pid}" ><table id="pid{pid}"{skin.plhin} summary="pid{pid}" cellspacing="0" cellpadding="0">
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
</div><div class="pct">{'<style type="text/css">.pcb{margin-right:0}</style>' if post.first else ""}<div class="pcb">
{_content(post, place)}</div>
</div>

</td></tr>
<tr><td class="plc plm">
{'<div id="p_btn" class="mtw mbm hm cl">' + chr(10) + "</div>" + chr(10) if post.first else ""}{sign}</td>
</tr>
<tr id="_postposition{pid}"></tr>
<tr>
<td class="pls"></td>
<td class="plc" style="overflow:visible;">
<div class="{skin.footer_class}">
<div class="pob cl">
<em>
<a class="fastre" href="forum.php?mod=post&amp;action=reply&amp;fid={fid}&amp;tid={tid}&amp;{action}={pid}&amp;extra=page%3D1&amp;page={place.page}" onclick="showWindow('reply', this.href)">回复</a>
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
</table>
</div>"""


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
    shown, home = escape(name), ctx.links.user(uid)
    score = 60 + uid * 37 % 3000
    return f"""{open_cell}<div class="pi">
<div class="authi"><a href="{home}" target="_blank" class="xw1">{shown}</a>
</div>
</div>
<div class="p_pop blk bui card_gender_0" id="userinfo{pid}" style="display: none; margin-top: -11px;">
<div class="m z">
<div id="userinfo{pid}_ma"></div>
</div>
<div class="i y">
<div>
<strong><a href="{home}" target="_blank" class="xi2">{shown}</a></strong>
<em>当前离线</em>
</div><dl class="cl">
<dt>积分</dt><dd><a href="home.php?mod=space&uid={uid}&do=profile" target="_blank" class="xi2">{score}</a></dd>
</dl></div>
</div>
<div>
<div class="avatar" onmouseover="showauthor(this, 'userinfo{pid}')"><a href="{home}" class="avtm" target="_blank"><img src="@SITE@uc_server/avatar.php?uid={uid}&size=middle" /></a></div>
</div>
<div class="tns xg2"><table cellspacing="0" cellpadding="0"><th><p><a href="home.php?mod=space&uid={uid}&do=thread&type=thread&view=me&from=space" class="xi2">{uid % 30}</a></p>主题</th><th><p><a href="home.php?mod=space&uid={uid}&do=thread&type=reply&view=me&from=space" class="xi2">{uid * 3 % 90}</a></p>回帖</th><td><p><a href="home.php?mod=space&uid={uid}&do=profile" class="xi2">{score}</a></p>积分</td></table></div>
<p><em><a href="home.php?mod=spacecp&amp;ac=usergroup&amp;gid=12" target="_blank">中级会员</a></em></p>
<div id="g_up{pid}_menu" class="tip tip_4" style="display: none;"><div class="tip_horn"></div><div class="tip_c">中级会员, 积分 {score}, 距离下一级还需 {3100 - score} 积分</div></div>
<dl class="pil cl">
	<dt>积分</dt><dd><a href="home.php?mod=space&uid={uid}&do=profile" target="_blank" class="xi2">{score}</a></dd>
</dl>
{close_cell}"""


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
    seconds = ctx.skin.name != "X2.5" or not ctx.switches.relative_dates
    when = dated(post.at, ctx.now, seconds) if ctx.switches.relative_dates else exact(post.at, seconds)
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
        return _paid(post, message, place)
    cell = f'<table cellspacing="0" cellpadding="0"><tr><td class="t_f" id="postmessage_{pid}">\n{_message(post, message, place)}</td></tr></table>\n'
    shell = "pcbs" if post.special == "poll" else "t_fsz"
    outside = _attachment_boxes(message, place)
    extra = _poll(post, message, place) if post.special == "poll" else ""
    mod = ""
    if post.first and place.thread.digest and not place.ctx.visitor.robot:
        mod = (
            f'<div class="modact"><a href="forum.php?mod=misc&amp;action=viewthreadmod&amp;tid={place.thread.tid}" title="帖子模式">'
            f"本主题由 茶座掌柜 于 {exact(post.at + 86400, False)} 加入精华</a></div>\n"
        )
    return (
        f'{" " + chr(10) if post.first else ""}<div class="{shell}">{cell}{extra}{outside}{mod}\n</div>\n'
        f'<div id="comment_{pid}" class="cm">\n{_comments(post, place)}</div>\n\n{_ratings(post, place)}'
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
            shown = _inline_image(attached, place) if place.board.attachments else ""
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


def _aid(attached: Attached, place: Place) -> str:
    """Discuz!'s stamped number of an attachment: id, key, time, user, thread."""
    raw = f"{attached.aid}|{place.ctx.visitor.rng.getrandbits(32):08x}|{place.ctx.now}|0|{place.thread.tid}"
    return base64.b64encode(raw.encode()).decode().replace("=", "%3D")


def _inline_image(attached: Attached, place: Place) -> str:
    """A picture inside the text; robots get its real address in ``src``."""
    aid, path, name = attached.aid, attached.path, escape(attached.name)
    source = path if place.ctx.visitor.robot else "static/image/common/none.gif"
    return f"""
<ignore_js_op>

<img id="aimg_{aid}" aid="{aid}" src="{source}" zoomfile="{path}" file="{path}" class="zoom" onclick="zoom(this, this.src, 0, 0, 0)" width="320" inpost="1" onmouseover="showMenu({{'ctrlid':this.id,'pos':'12'}})" />

<div class="tip tip_4 aimg_tip" id="aimg_{aid}_menu" style="position: absolute; display: none" disautofocus="true">
<div class="xs0">
<p><strong>{name}</strong> <em class="xg1">({attached.size}, 下载次数: {aid % 40})</em></p>
<p>
<a href="forum.php?mod=attachment&amp;aid={_aid(attached, place)}&amp;nothumb=yes" target="_blank">下载附件</a>
</p>
<p class="xg1 y">{exact(attached.at, False)} 上传</p>
</div>
<div class="tip_horn"></div>
</div>

</ignore_js_op>
"""


def _attachment_boxes(message: Message, place: Place) -> str:
    """The list below the message, or the notice that guests may not see it."""
    if not message.attached:
        return ""
    if not place.board.attachments:
        return """<div class="attach_nopermission attach_tips">
<div>
<h3><strong>本帖子中包含更多资源</strong></h3>
<p>您需要 <a href="member.php?mod=logging&amp;action=login" onclick="showWindow('login', this.href);return false;">登录</a> 才可以下载或查看，没有账号？<a href="member.php?mod=register" title="注册账号">立即注册</a> </p>
</div>
<span class="atips_close" onclick="this.parentNode.style.display='none'">x</span>
</div>
"""
    listed = [a for a in message.attached if not a.inline]
    items = "".join(_listed_image(a, place) if a.kind == "image" else _listed_file(a, place) for a in listed)
    return f'<div class="pattl">\n{items}</div>\n' if items else ""


def _listed_image(attached: Attached, place: Place) -> str:
    aid, path, name = attached.aid, attached.path, escape(attached.name)
    source = path if place.ctx.visitor.robot else "static/image/common/none.gif"
    href = f"forum.php?mod=attachment&amp;aid={_aid(attached, place)}&amp;nothumb=yes"
    return f"""
<ignore_js_op>

<dl class="tattl attm">
<dt></dt>
<dd>

<p class="mbn">
<a href="{href}" onmouseover="showMenu({{'ctrlid':this.id,'pos':'12'}})" id="aid{aid}" class="xw1" target="_blank">{name}</a>
<em class="xg1">({attached.size}, 下载次数: {aid % 40})</em>
</p>
<div class="tip tip_4" id="aid{aid}_menu" style="display: none" disautofocus="true">
<div>
<p>
<a href="{href}" target="_blank">下载附件</a>

</p>
<p>
<span class="y">{exact(attached.at, False)} 上传</span>
</p>
</div>
<div class="tip_horn"></div>
</div>
<p class="mbn">

</p>

<div class="mbn savephotop">

<img id="aimg_{aid}" aid="{aid}" src="{source}" zoomfile="{path}" file="{path}" class="zoom" onclick="zoom(this, this.src, 0, 0, 0)" width="320" alt="{name}" title="{name}" w="320" />

</div>

</dd>
</dl>

</ignore_js_op>
"""


def _listed_file(attached: Attached, place: Place) -> str:
    aid, name = attached.aid, escape(attached.name)
    return f"""
<ignore_js_op>
<dl class="tattl">
<dt>
<img src="static/image/filetype/text.gif" border="0" class="vm" alt="" />
</dt>
<dd>
<p class="attnm">

<a href="forum.php?mod=attachment&amp;aid={_aid(attached, place)}" onmouseover="showMenu({{'ctrlid':this.id,'pos':'12'}})" id="aid{aid}" target="_blank">{name}</a>

<div class="tip tip_4" id="aid{aid}_menu" style="display: none" disautofocus="true">
<div class="tip_c">
<p class="y">{exact(attached.at, False)} 上传</p>
<p>点击文件名下载附件</p>

</div>
<div class="tip_horn"></div>
</div>
</p>
<p>{attached.size}, 下载次数: {aid % 40}</p>
<p>

</p>

</dd>
</dl>
</ignore_js_op>
"""


def _paid(post: PostRow, message: Message, place: Place) -> str:
    """The free part and the price; Discuz! gives the free part the number of the page's last post."""
    tid = place.thread.tid
    return f"""<div id="postmessage_{place.last_pid}" class="t_f">{message.preview}</div>
<div class="locked">
<a href="forum.php?mod=misc&amp;action=pay&amp;tid={tid}&amp;pid={post.pid}" class="y viewpay" title="购买主题" onclick="showWindow('pay', this.href)">购买主题</a>
<em class="right">
</em>
本主题需向作者支付 <strong>5 金钱</strong> 才能浏览</div>
"""


def _poll(post: PostRow, message: Message, place: Place) -> str:
    rows = "".join(
        f'<tr class="ptl">\n<td class="pvt">\n<label for="option_{n}">{n}. &nbsp;{escape(option)}</label>\n</td>\n<td class="pvts"></td>\n</tr>\n'
        for n, option in enumerate(message.options, 1)
    )
    action = f"forum.php?mod=misc&amp;action=votepoll&amp;fid={place.board.fid}&amp;tid={place.thread.tid}&amp;pollsubmit=yes"
    return f"""<form id="poll" name="poll" method="post" autocomplete="off" action="{action}">
<input type="hidden" name="formhash" value="@HASH@" />
<div class="pinf">
<strong>单选投票</strong>, 共有 {post.pid % 90} 人参与投票
</div>
<div class="pcht">
<table summary="poll panel" cellspacing="0" cellpadding="0" width="100%">
{rows}<tr>
<td colspan="2">您所在的用户组没有投票权限</td>
</tr>
</table>
</div>
</form>
"""


def _comments(post: PostRow, place: Place) -> str:
    """The 点评, newest first, five at most."""
    if not post.comments:
        return ""
    rows = []
    for comment in reversed(place.forum.comments(post)[-5:]):
        user = next(u for u in place.forum.users.values() if u.name == comment.author)
        home, at = place.ctx.links.user(user.uid), int(comment.posted_at.timestamp())
        when = dated(at, place.ctx.now, False) if place.ctx.switches.relative_dates else exact(at, False)
        rows.append(f"""<div class="pstl xs1 cl">
<div class="psta vm">
<a href="{home}" c="1"><img src="@SITE@uc_server/avatar.php?uid={user.uid}&size=small" /></a>
<a href="{home}" class="xi2 xw1">{escape(comment.author)}</a>
</div>
<div class="psti">
{escape(comment.text)}&nbsp;
<span class="xg1">
发表于 {when}</span>
</div>
</div>
""")
    return '<h3 class="psth xs1"><span class="icon_ring vm"></span>点评</h3>\n' + "".join(rows)


def _ratings(post: PostRow, place: Place) -> str:
    """Who gave the post credits, in one post of forty."""
    pid = post.pid
    if pid % 41 != 7:
        return f'<div id="post_rate_div_{pid}"></div>\n'
    rng = Random(f"{place.forum.seed}/{pid}/rates")
    members = [user for user in place.forum.users.values() if user.state == "member"]
    rows = "".join(
        f"""<tr id="rate_{pid}_{user.uid}">
<td>
<a href="{place.ctx.links.user(user.uid)}" target="_blank">{escape(user.name)}</a>
</td><td class="xi1"> + {rng.randint(1, 5)}</td>
<td class="xg1">{rng.choice(words.RATE_REASONS)}</td>
</tr>
"""
        for user in rng.sample(members, 2)
    )
    return f"""<h3 class="psth xs1"><span class="icon_ring vm"></span>评分</h3>
<dl id="ratelog_{pid}" class="rate">
<dd style="margin:0">
<div id="post_rate_{pid}"></div>
<table class="ratl">
<tr>
<th class="xw1" width="120"><a href="forum.php?mod=misc&amp;action=viewratings&amp;tid={place.thread.tid}&amp;pid={pid}" title="查看全部评分"> 参与人数 <span class="xi1">2</span></a></th><th class="xw1" width="80">金钱 <i><span class="xi1">+4</span></i></th>
<th>
<a href="javascript:;" onclick="toggleRatelogCollapse('ratelog_{pid}', this);" class="y xi2 op">收起</a>
<i class="txt_h">理由</i>
</th>
</tr>
<tbody class="ratl_l">{rows}</tbody>
</table>
</dd>
</dl>
"""
