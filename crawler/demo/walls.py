"""What Discuz! answers instead of a page: scripts against scrapers, reload pages, log-in and password forms."""

from __future__ import annotations

import hashlib
import time
from random import Random

from crawler.demo.frame import Context, crumbs, page
from crawler.demo.http import Answer
from crawler.demo.markup import escape
from crawler.demo.types import Board

_PIXEL = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"


def antitheft(tid: int, rng: Random) -> str:
    """The page that is one script: it puts the same address with a sign together from pieces and goes there."""
    sign = hashlib.md5(f"{tid}tiddemo".encode(), usedforsecurity=False).hexdigest()[:8]
    address = f"/forum.php?mod=viewthread&tid={tid}&_dsign={sign}"
    pieces, at = [], 0
    while at < len(address):
        size = rng.randint(1, 3)
        pieces.append(address[at : at + size])
        at += size
    names = ["".join(rng.choice("abcdefghijkXYZ") for _ in range(3)) + str(n) for n in range(len(pieces))]
    shuffled = list(zip(names, pieces, strict=True))
    rng.shuffle(shuffled)
    made = "".join(f"{name}=function(){{'return {name}';return '{piece}';}};" for name, piece in shuffled)
    whole = "+".join(f"{name}()" for name in names)
    return f'<script type="text/javascript">function getName(){{var caller=getName.caller;return caller.name;}}{made}location.href={whole};</script>'


def _reload_page(subject: str, text: str) -> str:
    return (
        f'<html><head><meta charset="" /><title>{subject}</title></head><body bgcolor="#FFFFFF">'
        '<script language="JavaScript">function reload() {	document.location.reload();}setTimeout("reload()", 1001);</script>'
        '<table cellpadding="0" cellspacing="0" border="0" width="700" align="center" height="85%">  <tr align="center" valign="middle">'
        '    <td>    <table cellpadding="10" cellspacing="0" border="0" width="80%" align="center">    <tr>      '
        f'<td valign="middle" align="center" bgcolor="#EBEBEB">     	<br /><br /> <b style="font-size: 16px">{subject}</b> '
        f"<br /><br />{text}        <br /><br />      </td>    </tr>    </table>    </td>  </tr></table></body></html>"
    )


def attackevasive(bits: int, cookies: dict[str, str], proxied: bool) -> str | None:
    """The page that a visitor gets instead, or ``None``; bit 8's sum counts as solved once a cookie came back."""
    last = cookies.get("dEm0_2132_lastrequest", "")
    age = time.time() - int(last) if last.isdigit() else None
    if bits & 1 and age is not None and age < 1:
        return _reload_page("频繁刷新限制", "您访问本站速度过快或者刷新间隔时间小于两秒！请等待页面自动跳转 ...")
    if bits & 2 and proxied:
        return _reload_page("代理服务器访问限制", "本站现在限制使用代理服务器访问，请去除您的代理设置，直接访问本站。")
    if bits & 4 and (age is None or age > 300):
        return _reload_page("页面重载开启", "欢迎光临本站，页面正在重新载入，请稍候 ...")
    if bits & 8:
        return _reload_page(
            "3 + 7 = ?",
            '<form method="POST" action=""><input type="text" name="answer" size="2" /><input type="submit" /></form>',
        )
    return None


def login_page(ctx: Context) -> str:
    """The log-in form on a page of its own."""
    body = """<div id="ct" class="ptm wp w cl">
<div class="nfl" id="main_succeed" style="display: none"></div>
<div class="mn" id="main_message">
<div class="bm">
<div class="bm_h bbs"><h3 class="xs2">登录</h3></div>
<div>
<form method="post" autocomplete="off" name="login" id="loginform_Lk2" class="cl" action="member.php?mod=logging&amp;action=login&amp;loginsubmit=yes">
<input type="hidden" name="formhash" value="@HASH@" />
<input type="text" name="username" /><input type="password" name="password" />
<button class="pn pnc" type="submit" name="loginsubmit" value="true"><strong>登录</strong></button>
</form>
</div></div></div></div>
"""
    return page(ctx, "logging", f"登录 -  {ctx.name}", body)


def password_page(ctx: Context, board: Board, category: str) -> str:
    """The form in front of a board with a password."""
    path = crumbs(ctx, (f"forum.php?gid={board.gid}", category), (ctx.links.board(board.fid), board.name))
    body = f"""{path}
<div id="ct" class="wp cl">
<div class="mn">
<div class="nfl">
<div class="f_c">
<h3 class="xs2 xi2 mbm">本版块需要密码，您必须在下面输入正确的密码才能浏览这个版块</h3>
<div class="o">
<form method="post" autocomplete="off" action="forum.php?mod=forumdisplay&amp;fid={board.fid}&amp;action=pwverify">
<input type="hidden" name="formhash" value="@HASH@" />
<input type="password" name="pw" class="px vm" size="25" />
&nbsp;<button class="pn pnc vm" type="submit" name="loginsubmit" value="true"><strong>提交</strong></button>
</form>
</div>
</div>
</div>
</div>
</div>"""
    return page(ctx, "forumdisplay", f"{escape(board.name)} -  {ctx.name}", body)


def static_file(path: str) -> Answer:
    """Pictures are one pixel, scripts and styles are empty, anything else is not there."""
    if path.endswith((".gif", ".jpg", ".png", ".svg", ".ico", "avatar.php")):
        return Answer(200, _PIXEL, (("Content-Type", "image/gif"),))
    if path.endswith((".css", ".js")):
        return Answer(200, b"", (("Content-Type", "text/css" if path.endswith(".css") else "application/javascript"),))
    text = b"<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>"
    return Answer(404, text, (("Content-Type", "text/html"),))
