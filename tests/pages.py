"""Small Discuz! X pages with invented content, for tests that need a page but not the whole demo forum."""

from __future__ import annotations

_POST = """<div id="post_{pid}"><table id="pid{pid}" class="plhin" summary="pid{pid}"><tr><td class="pls"><div id="favatar{pid}" class="pls favatar">
<div class="pi"><div class="authi"><a href="space-uid-{uid}.html" class="xw1">{author}</a></div></div></div></td>
<td class="plc"><div class="pi"><strong><a href="#" id="postnum{pid}"><em>{floor}</em><sup>#</sup></a></strong>
<div class="pti"><div class="authi"><em id="authorposton{pid}">发表于 2024-3-{day} 10:00:00</em></div></div></div>
<div class="pct"><div class="pcb"><div class="t_fsz"><table><tr><td class="t_f" id="postmessage_{pid}">
{body}</td></tr></table></div></div></div></td></tr></table></div>"""

_PAGE = """<!DOCTYPE html>
<html><head><meta charset="{charset}" /><title>{title} - 测试版 - Powered by Discuz!</title><base href="{base}" />
<meta name="generator" content="Discuz! X3.5" /></head><body id="nv_forum" class="pg_viewthread">
<script>var fid = parseInt('2'), tid = parseInt('{tid}');</script>
<div id="pt"><div class="z"><a href="forum-2-1.html">测试版</a></div></div>
<div id="postlist"><h1 class="ts"><span id="thread_subject">{title}</span></h1>{posts}</div>
<div id="ft">Powered by Discuz! GMT+8, 2024-5-1 12:00</div></body></html>"""


def thread_page(
    tid: int = 5,
    title: str = "一次平常的讨论",
    bodies: tuple[str, ...] = ("第一楼的话。", "第二楼的话。"),
    *,
    charset: str = "utf-8",
    declared: str | None = None,
    base: str = "https://bbs.example.cn/",
) -> bytes:
    posts = "".join(
        _POST.format(pid=tid * 100 + n, uid=30 + n, author=f"网友{n}", floor=n, day=n, body=body)
        for n, body in enumerate(bodies, 1)
    )
    page = _PAGE.format(charset=declared or charset, title=title, base=base, tid=tid, posts=posts)
    return page.encode(charset)
