"""What stands around the messages: the templates of each generation and view."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from random import Random

from tests.boards.said import BASE, ZONE, Said, Words, stamp

_NAMES = ("柳前川", "清溪散人", "river_01", "A.B", "何大川", "老 王", "0595", "<安>", "O'Neil")


def draw_people(rng: Random, count: int) -> list[Said]:
    at = datetime(2024, 3, 2, 9, 15, 8, tzinfo=ZONE) + timedelta(minutes=rng.randint(0, 10**5))
    pid = rng.choice([1, 7, 9001, 16777300])
    people = []
    for number in range(1, count + 1):
        people.append(Said(pid, rng.choice(_NAMES), rng.randint(1, 99999), at, number))
        pid += rng.randint(1, 900)
        at += timedelta(seconds=rng.randint(1, 10**6))
    return people


def x_author(rng: Random, said: Said) -> str:
    """The author's cell: an account, an account that is gone, or a guest."""
    pid, name = said.pid, html.escape(said.author or "")
    if said.uid is None:
        note = "<em>该用户已被删除</em>" if rng.random() < 0.5 else "<em>203.0.113.x</em>"
        return f'<div class="pls favatar" id="favatar{pid}"><div class="pi">\n{name} {note}\n</div></div>'
    space = rng.choice([f"home.php?mod=space&amp;uid={said.uid}", f"space-uid-{said.uid}.html"])
    card = f"""<div class="p_pop blk bui" id="userinfo{pid}" style="display: none; margin-top: -11px;"><div class="i y"><strong><a href="{space}" class="xi2">{name}</a></strong><em>离线</em></div></div>"""
    return f"""<div class="pls favatar" id="favatar{pid}"><div class="pi"><div class="authi"><a href="{space}" target="_blank" class="xw1">{name}</a>
</div></div>{card}<div class="tns xg2"><table><th><p><a href="home.php?mod=space&uid={said.uid}&do=thread" class="xi2">12</a></p>主题</th></table></div></div>"""


def x_below(rng: Random, words: Words, said: Said) -> str:
    """Comments and ratings."""
    told = ""
    for _ in range(rng.choice([0, 0, 0, 1, 3])):
        at = (said.at or datetime(2024, 1, 1, tzinfo=ZONE)).replace(second=0) + timedelta(minutes=rng.randint(1, 999))
        name, text = rng.choice(["柳前川", "river_01"]), rng.choice(["OK, 3#", "Thanks & regards", "a < b"])
        said.comments.append((name, text, at))
        told += f"""<div class="pstl xs1 cl"><div class="psta vm"><a href="space-uid-3.html" c="1"><img src="{BASE}avatar.php?uid=3" /></a>
<a href="space-uid-3.html" class="xi2 xw1">{name}</a></div><div class="psti">{html.escape(text)}&nbsp;\n<span class="xg1">\n{words.posted}{stamp(at, False)}</span></div></div>"""
    rated = f"""<dl id="ratelog_{said.pid}" class="rate"><dd><table class="ratl"><tr><th class="xw1">参与人数 <span class="xi1">1</span></th></tr>
<tbody class="ratl_l"><tr id="rate_{said.pid}_37"><td><a href="space-uid-37.html">清溪散人</a></td><td class="xi1"> + 2</td><td class="xg1">很给力!</td></tr></tbody></table></dd></dl>"""
    heading = '<h3 class="psth xs1">点评</h3>' if told else ""
    return f'<div id="comment_{said.pid}" class="cm">{heading}{told}</div>' + (rated if rng.random() < 0.2 else "")


def x_beside(rng: Random, said: Said) -> str:
    """What stands under a message in its cell: a poll, attachments that the author put nowhere, tags."""
    told = ""
    if said.floor == 1 and rng.random() < 0.2:
        rows = "".join(
            f'<tr><td class="pvt"><label>{n}. OK {n}</label></td></tr><tr><td>33.33% <em>(1)</em></td></tr>'
            for n in (1, 2)
        )
        told += f'<form id="poll" name="poll" method="post" action="forum.php"><div class="pinf"><strong>单选投票</strong>, 共有 <strong>3</strong> 人参与投票</div><div class="pcht"><table>{rows}</table></div></form>'
    if rng.random() < 0.15:
        aid = rng.randint(100, 999)
        told += f"""<div class="pattl"><ignore_js_op><dl class="tattl"><dt><img src="static/image/filetype/zip.gif" /></dt><dd>
<p class="attnm"><a href="forum.php?mod=attachment&amp;aid={aid}" id="aid{aid}" target="_blank">list{aid}.zip</a></p>
<div class="tip tip_4" id="aid{aid}_menu" style="display: none"><div class="tip_c"><p>2024-3-2 09:15 上传</p></div></div>
<p>12.3 KB, 下载次数: 5</p></dd></dl></ignore_js_op></div>"""
        said.attachments.append(("file", f"list{aid}.zip", f"{BASE}forum.php?mod=attachment&aid={aid}"))
    if said.floor == 1 and rng.random() < 0.2:
        told += '<div class="ptg mbm mtn"><a title="OK" href="misc.php?mod=tag&amp;id=3" target="_blank">OK</a></div>'
    return told


def x_post(rng: Random, version: str, words: Words, said: Said, message: str, robot: bool) -> str:
    pid = said.pid
    seconds = stamp(said.at, version != "X1.5")
    when = seconds if rng.random() < 0.7 else f'<span title="{seconds}">3&nbsp;天前</span>'
    number = f"<em>{said.floor}</em><sup>#</sup>"
    if said.floor == 1 and rng.random() < 0.5:
        number = f"\n{words.op}"
    floor = "" if robot else f'<strong><a href="thread-501-1-1.html" id="postnum{pid}">{number}</a></strong>'
    table, row, data = rng.choice([("table", "tr", "td")] * 3 + [("div", "div", "div"), ("ul", "li", "div")])
    outer = rng.choice(["pcbs", "t_fsz"])
    box = (
        '<div class="rwd cl"><div class="rusld z">悬赏<cite>20</cite>金钱</div>'
        if outer == "pcbs" and said.floor == 1
        else "<div>"
    )
    cell = f'<div class="{outer}">{box}<table cellspacing="0" cellpadding="0"><tr><td class="t_f" id="postmessage_{pid}">\n{message}</td></tr></table>{x_beside(rng, said) if message else ""}</div></div>'
    if not message:
        cell = '<div class="locked">提示: <em>作者被禁止或删除 内容自动屏蔽</em></div>'
    shows = f'<a href="forum.php?mod=viewthread&amp;tid=501&amp;page=1&amp;authorid={said.uid or 0}" rel="nofollow">{words.only}</a>'
    return f"""<div id="post_{pid}" ><{table} id="pid{pid}" class="plhin" summary="pid{pid}"><{row}>
<{data} class="pls" rowspan="2">{x_author(rng, said)}</{data}>
<{data} class="plc"><div class="pi">{floor}<div class="pti"><div class="pdbt"></div><div class="authi"><img class="authicn vm" id="authicon{pid}" src="static/image/common/online_member.gif" />
<em id="authorposton{pid}">{words.posted}{when}</em> <span class="pipe">|</span>{shows}</div></div></div>
<div class="pct"><div class="pcb">{cell}{x_below(rng, words, said)}</div></div></{data}></{row}>
<{row}><{data} class="plc plm"><div class="sign" style="max-height:100px;">天行健，君子以自强不息。</div></{data}></{row}></{table}></div>"""


def twice(rng: Random, words: Words, said: Said, post: str) -> str:
    """A sticky or hot reply as it stands on top of the first page, besides in its own place (X3.1 on)."""
    label = rng.choice([f'<em title="x" class="replystick vm">顶</em> 来自 {said.floor}#', '<em class="hot">推荐</em>'])
    return re.sub(
        rf'(id="postnum{said.pid}">).*?(?=</a>)', lambda link: link[1] + label, post, count=1, flags=re.DOTALL
    )


def x_page(rng: Random, version: str, words: Words, title: str, posts: list[str], charset: str) -> str:
    generator = f'<meta name="generator" content="Discuz! {version}" />' if rng.random() < 0.5 else ""
    doctype = (
        "<!DOCTYPE html>"
        if version == "X3.5"
        else '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
    )
    shown_title = html.escape(title)
    subject = (
        f'<span id="thread_subject">{shown_title}</span>'
        if version in ("X3.4", "X3.5")
        else f'<a href="thread-501-1-1.html" id="thread_subject">{shown_title}</a>'
    )
    return f"""{doctype}
<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}" /><title>{shown_title} - 值班室 - {words.site} - Powered by Discuz!</title>
{generator}<base href="{BASE}" /><script type="text/javascript">var STYLEID = '1', STATICURL = 'static/', charset = '{charset}', discuz_uid = '0';</script></head>
<body id="nv_forum" class="pg_viewthread"><script type="text/javascript">var fid = parseInt('7'), tid = parseInt('501');</script>
<div id="pt" class="bm cl"><div class="z"><a href="./" class="nvhm">{words.site}</a><em>&raquo;</em><a href="forum-7-1.html">值班室</a></div></div>
<div id="postlist" class="pl bm"><table cellspacing="0"><tr><td class="pls ptn pbn"><div class="hm ptn"><span class="xg1">{words.stats}:</span> <span class="xi1">6325</span></div></td>
<td class="plc ptm pbn vwthd"><h1 class="ts">{subject}</h1></td></tr></table>
{"".join(posts)}</div>
<div id="ft">Powered by Discuz! GMT+8, 2024-12-30 12:00 , Processed in 0.05 second(s)</div></body></html>"""


def seven_post(rng: Random, version: str, words: Words, said: Said, message: str, robot: bool) -> str:
    pid, name, uid = said.pid, html.escape(said.author or ""), said.uid
    when = stamp(said.at, False)
    cell = f'<div class="t_msgfontfix"><table cellspacing="0" cellpadding="0"><tr><td class="t_msgfont" id="postmessage_{pid}">{message}</td></tr></table></div>'
    if not message:
        cell = '<div class="locked">提示: <em>作者被禁止或删除 内容自动屏蔽</em></div>'
    return f"""<div id="post_{pid}"><table id="pid{pid}" summary="pid{pid}" cellspacing="0" cellpadding="0"><tr><td class="postauthor" rowspan="2">
<div class="postinfo"><a target="_blank" href="space.php?uid={uid}" style="margin-left: 20px; font-weight: 800">{name}</a></div>
<div class="popupmenu_popup userinfopanel" id="userinfo{pid}" style="display: none"><a href="space.php?uid={uid}">{name}</a></div></td>
<td class="postcontent"><div class="postinfo"><strong><a href="viewthread.php?tid=501&amp;page=1#pid{pid}" id="postnum{pid}"><em>{said.floor}</em><sup>#</sup></a></strong>
<div class="posterinfo"><div class="authorinfo"><a href="space.php?uid={uid}" class="posterlink" target="_blank">{name}</a><em id="authorposton{pid}">{words.posted}{when}</em> | <a href="viewthread.php?tid=501&amp;page=1&amp;authorid={uid}" rel="nofollow">{words.only}</a></div></div></div>
<div class="defaultpost"><div class="postmessage">{cell}</div></div><div class="signatures" style="max-height:100px">天行健</div></td></tr></table></div>"""


def seven_page(rng: Random, version: str, words: Words, title: str, posts: list[str], charset: str) -> str:
    generator = '<meta name="generator" content="Discuz! 7.2" />' if rng.random() < 0.5 else ""
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}" /><title>{html.escape(title)} - 值班室 - {words.site} - Powered by Discuz!</title>{generator}</head>
<body id="viewthread"><div id="nav"><div class="wrap s_clear"><a href="index.php">{words.site}</a> &raquo; <a href="forumdisplay.php?fid=7&amp;page=1">值班室</a> &raquo; {html.escape(title)}</div></div>
<div id="wrap"><div id="postlist" class="mainbox viewthread">{"".join(posts).replace('<div class="postmessage">', f'<div class="postmessage"><div id="threadtitle"><h1>{html.escape(title)}</h1></div>', 1)}</div></div>
<div id="footer"><p>GMT+8, 2024-12-30 12:00, <span>Processed in 0.03 second(s)</span>.</p></div></body></html>"""


def six_post(rng: Random, version: str, words: Words, said: Said, message: str, robot: bool) -> str:
    pid, name, uid = said.pid, html.escape(said.author or ""), said.uid
    cell = f'<div id="postmessage_{pid}" class="t_msgfont">{message}</div>'
    if not message:
        cell = '<div class="notice" style="width: 500px">提示: <em>作者被禁止或删除 内容自动屏蔽</em></div>'
    return f"""<div class="mainbox viewthread">{{title}}<table id="pid{pid}" summary="pid{pid}" cellspacing="0" cellpadding="0"><tr><td class="postauthor">
<cite><a href="space.php?uid={uid}" target="_blank" id="userinfo{pid}" class="dropmenu">{name}</a></cite><p><em>新手上路</em></p></td>
<td class="postcontent"><div class="postinfo"><strong title="x" id="postnum_{pid}">{said.floor}<sup>#</sup></strong>
<em>大</em><em>中</em><em>小</em> {words.posted}{stamp(said.at, False)}&nbsp; <a href="viewthread.php?tid=501&amp;page=1&authorid={uid}">{words.only}</a></div>
<div class="postmessage defaultpost">{cell}</div></td></tr></table></div>"""


def six_page(rng: Random, version: str, words: Words, title: str, posts: list[str], charset: str) -> str:
    heads = iter([f"<h1>{html.escape(title)}</h1>"])
    told = "".join(post.replace("{title}", next(heads, ""), 1) for post in posts)
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}" /><title>{html.escape(title)} - 值班室 - {words.site} - Powered by Discuz!</title></head><body>
<div class="wrap"><div id="nav"><a href="index.php">{words.site}</a> &raquo; <a href="forumdisplay.php?fid=7&amp;extra=page%3D1">值班室</a> &raquo; {html.escape(title)}</div>{told}</div>
<div id="footer"><p>当前时区 GMT+8, 现在时间是 2024-12-30 12:00</p></div></body></html>"""
