"""What stands in and under a post beside its message: price, poll, comments, ratings."""

from __future__ import annotations

from random import Random

from crawler.demo import words
from crawler.demo.dates import dated, exact
from crawler.demo.markup import escape
from crawler.demo.messages import Message
from crawler.demo.place import Place
from crawler.demo.types import PostRow


def paid_box(post: PostRow, message: Message, place: Place) -> str:
    """The free part and the price; Discuz! gives the free part the number of the page's last post."""
    tid = place.thread.tid
    return f"""<div id="postmessage_{place.last_pid}" class="t_f">{message.preview}</div>
<div class="locked">
<a href="forum.php?mod=misc&amp;action=pay&amp;tid={tid}&amp;pid={post.pid}" class="y viewpay" title="购买主题" onclick="showWindow('pay', this.href)">购买主题</a>
<em class="right">
</em>
本主题需向作者支付 <strong>5 金钱</strong> 才能浏览</div>
"""


def poll_box(post: PostRow, message: Message, place: Place) -> str:
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


def comments_box(post: PostRow, place: Place) -> str:
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


def ratings_box(post: PostRow, place: Place) -> str:
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
