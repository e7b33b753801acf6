"""The views of a thread besides the desktop's: touch, printable, archiver, the single post's fragment (X)."""

from __future__ import annotations

import html
from random import Random

from tests.boards.said import BASE, Said, Words, stamp


def touch(rng: Random, words: Words, title: str, people: list[Said], messages: list[str], charset: str) -> str:
    """X3.5; a relative time has no absolute one beside it here."""
    posts = []
    for said, message in zip(people, messages, strict=True):
        pid = said.pid
        floor = words.op if said.floor == 1 else f"{said.floor}<sup>#</sup>"
        when = stamp(said.at, True)
        if rng.random() < 0.3:
            when, said.at = "3&nbsp;天前", None
        counts = '<span class="y"><i class="dm-eye"></i><em>632</em><i class="dm-chat-s"></i><em>2</em></span>'
        space = f"home.php?mod=space&amp;uid={said.uid}&amp;mobile=2"
        inside = message or '<div class="quote">提示: <em>作者被禁止或删除 内容自动屏蔽</em></div>'
        posts.append(
            f'<div class="plc cl" id="pid{pid}"><div class="avatar"><img src="{BASE}avatar.php?uid={said.uid}" /></div>'
            f'<div class="display pi{" pione" if said.floor == 1 else ""}"><ul class="authi"><li class="mtit">'
            f'<span class="y">\n{floor}</span><span class="z">\n<a href="{space}">{html.escape(said.author or "")}</a></span></li>'
            f'<li class="mtime">{counts if said.floor == 1 else ""}{when}</li></ul>\n<div class="message">\n{inside}</div>'
            f'<div id="comment_{pid}"></div></div><div class="threadlist_foot cl"><ul></ul></div></div>'
        )
    told = html.escape(title)
    return f"""<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>{told} - 值班室 - {words.site} - 手机版 - Powered by Discuz!</title>
<link href="{BASE}thread-501-1-1.html" rel="canonical" /><base href="{BASE}" /></head>
<body id="forum" class="pg_viewthread"><div class="header cl"><h2><a href="forum.php?mod=forumdisplay&fid=7&amp;mobile=2">值班室</a></h2></div>
<div class="viewthread"><div class="view_tit">\n{told}</div>{"".join(posts)}</div><div class="foot foot_reply"></div></body></html>"""


def printable(rng: Random, words: Words, title: str, people: list[Said], messages: list[str], charset: str) -> str:
    """No numbers of posts or accounts, no seconds."""
    posts = []
    for said, message in zip(people, messages, strict=True):
        when = stamp(said.at, False) if said.at else ""
        subject = f"<b>标题: </b>{html.escape(title)}<br />" if said.floor == 1 else "<br />"
        inside = message or "提示: <em>作者被禁止或删除 内容自动屏蔽</em>"
        posts.append(
            f'<hr noshade size="2" width="100%" color="#808080">\n<b>作者: </b>{html.escape(said.author or "")}&nbsp; &nbsp; '
            f"<b>时间: </b>{when}<br />\n{subject}{inside}"
        )
    told = html.escape(title)
    return f"""<!DOCTYPE html>
<html><head><meta charset="{charset}" /><title>{told} - {words.site} - Powered by Discuz!</title></head>
<body><h1>{words.site}</h1><b>标题: </b>{told} <b><a href="###" onclick="window.print()">[打印本页]</a></b><br />
{"".join(posts)}
<br /><br /><br /><br /><hr noshade size="2" width="100%" color="#808080">
<table cellspacing="0" cellpadding="0" border="0" width="95%" align="center"><tr><td>欢迎光临 {words.site} ({BASE})</td>
<td align="right">Powered by Discuz! X3.5</td></tr></table></body></html>"""


def archiver(rng: Random, words: Words, title: str, people: list[Said], messages: list[str], charset: str) -> str:
    """X2 to X3.5: no noise, no numbers of posts or accounts, no markup in messages."""
    posts = []
    for said, message in zip(people, messages, strict=True):
        subject = f"<h3>{html.escape(title)}</h3>\n" if said.floor == 1 else ""
        when = stamp(said.at, True) if said.at else ""
        name = html.escape(said.author or "")
        posts.append(f'<p class="author">\n<strong>{name}</strong>\n{words.posted}{when}\t</p>\n{subject}\t\t{message}')
    told = html.escape(title)
    return f"""<!DOCTYPE html>
<html><head><meta charset="{charset}" /><base href="{BASE}archiver/" /><title>{told} - 值班室 - {words.site} -  Powered by Discuz! Archiver</title>
<link href="{BASE}thread-501-1-1.html" rel="canonical" /></head><body vlink="#333333" link="#333333">
<center id="header"><h2>{words.site}'s Archiver </h2></center><div id="nav">
\t<a href="./">论坛</a> &rsaquo; <a href="fid-7.html">值班室</a> &rsaquo; {told}</div>
<div id="content">{"".join(posts)}
<div class="page">\n</div></div><div id="end">\n查看完整版本: <a href="../thread-501-1-1.html" target="_blank">{told}</a></div>
<div id="footer">Powered by <strong><a href="http://www.discuz.net" target="_blank">Discuz! X3.5 Archiver</a></strong></div></body></html>"""


def fragment(rng: Random, words: Words, title: str, people: list[Said], messages: list[str], charset: str) -> str:
    """What a script fetches for one post: XML around HTML."""
    said, message = people[-1], messages[-1]
    pid, name = said.pid, html.escape(said.author or "")
    post = f"""<table id="pid{pid}" class="plhin" summary="pid{pid}" cellspacing="0" cellpadding="0"><tr>
<td class="pls" rowspan="2"><div id="favatar{pid}" class="pls cl favatar"><div class="pi"><div class="authi"><a href="space-uid-{said.uid}.html" target="_blank" class="xw1">{name}</a></div></div></div></td>
<td class="plc"><div class="pi"><strong><a href="forum.php?mod=redirect&goto=findpost&ptid=501&pid={pid}" id="postnum{pid}"><em>{said.floor}</em><sup>#</sup></a></strong>
<div class="pti"><div class="authi"><em id="authorposton{pid}">{words.posted}{stamp(said.at, True) if said.at else ""}</em></div></div></div>
<div class="pct"><div class="pcb"><div class="t_fsz"><table cellspacing="0" cellpadding="0"><tr><td class="t_f" id="postmessage_{pid}">
{message}</td></tr></table></div></div></div></td></tr></table>"""
    return f'<?xml version="1.0" encoding="{charset}"?>\n<root><![CDATA[{post}]]></root>'
