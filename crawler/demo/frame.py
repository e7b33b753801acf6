"""What stands around every page: head, top, footer, page links, message pages."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.demo.dates import exact
from crawler.demo.markup import SITE, escape
from crawler.demo.reading import Reading
from crawler.demo.skin import Links, Skin, Visitor
from crawler.demo.switches import Switches
from crawler.demo.types import Board


@dataclass(frozen=True, slots=True)
class Context:
    """All that a page needs beside its content."""

    name: str  # the forum's
    switches: Switches
    visitor: Visitor
    now: int

    @property
    def links(self) -> Links:
        return self.switches.links

    @property
    def skin(self) -> Skin:
        return self.switches.skin


def page(ctx: Context, kind: str, title: str, body: str, head: str = "", keywords: str = "", about: str = "") -> str:
    """A whole page; ``kind`` is the script's name (``viewthread``), ``head`` goes between title and meta tags."""
    formhash = ctx.visitor.formhash
    return f"""{_doctype(ctx)}
<title>{title} -  Powered by Discuz!</title>
{head}
<meta name="keywords" content="{keywords}" />
<meta name="description" content="{about}" />
{_head(ctx, kind)}
</head>

<body id="nv_forum" class="pg_{kind}" onkeydown="if(event.keyCode==27) return false;">
{_TOP.replace("@NAME@", ctx.name).replace("@HASH@", formhash)}
<div id="wp" class="wp">
{body.replace("@HASH@", formhash)}	</div>
{_footer(ctx)}
</body>
</html>"""


def _doctype(ctx: Context) -> str:
    charset = ctx.switches.charset
    if ctx.skin.html5:
        return (
            f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="{charset}" />\n<meta name="renderer" content="webkit" />'
        )
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">\n'
        f'<head>\n<meta http-equiv="Content-Type" content="text/html; charset={charset}" />'
    )


def _head(ctx: Context, kind: str) -> str:
    """Generator, base address, styles, and the script line that names charset and user."""
    skin = ctx.skin
    variables = (
        "var STYLEID = '1', STATICURL = 'static/', IMGDIR = 'static/image/common', VERHASH = 'Kt2', "
        f"charset = '{ctx.switches.charset}', discuz_uid = '0', cookiepre = 'dEm0_2132_', cookiedomain = '', cookiepath = '/', "
        f"showusercard = '1', attackevasive = '{ctx.switches.attackevasive}', disallowfloat = 'newthread', "
        f"creditnotice = '1|威望|,2|金钱|,3|贡献|', defaultstyle = '', REPORTURL = '', SITEURL = '{SITE}', "
        "JSPATH = 'static/js/', DYNAMICURL = '';"
    )
    styles = "".join(
        f'<link rel="stylesheet" type="text/css" href="data/cache/style_1_{name}.css?Kt2" />'
        for name in ("common", f"forum_{kind}")
    )
    return f"""<meta name="generator" content="Discuz! {skin.name}" />
<meta name="author" content="Discuz! Team and Comsenz UI Team" />
<meta name="copyright" content="{skin.copyright} {skin.team}" />
<meta name="MSSmartTagsPreventParsing" content="True" />
<meta http-equiv="MSThemeCompatible" content="Yes" />
<base href="{SITE}" />{styles}<script type="text/javascript">{variables}</script>
<script src="static/js/common.js?Kt2" type="text/javascript"></script>
<meta name="application-name" content="{ctx.name}" />
<link rel="archives" title="{ctx.name}" href="{SITE}archiver/" />
<script src="static/js/forum.js?Kt2" type="text/javascript"></script>"""


def _footer(ctx: Context) -> str:
    skin, rng = ctx.skin, ctx.visitor.rng
    return f"""<div id="ft" class="wp cl">
<div id="flk" class="y">
<p>
<a href="archiver/" >Archiver</a><span class="pipe">|</span><a href="forum.php?mobile=yes" >手机版</a><span class="pipe">|</span><a href="forum.php?mod=misc&action=showdarkroom" >小黑屋</a><span class="pipe">|</span><strong><a href="./" target="_blank">{ctx.name}</a></strong>
</p>
<p class="xs0">
GMT+8, {exact(ctx.now, seconds=False)}<span id="debuginfo">
, Processed in {rng.random() / 10:.6f} second(s), {rng.randrange(6, 24)} queries
.
</span>
</p>
</div>
<div id="frt">
<p>Powered by <strong><a href="http://www.discuz.net" target="_blank">Discuz!</a></strong> <em>{skin.name}</em></p>
<p class="xs0">&copy; {skin.copyright} {skin.team}</p>
</div></div>
<div id="scrolltop">
<span hidefocus="true"><a title="返回顶部" onclick="window.scrollTo('0','0')" class="scrolltopa" ><b>返回顶部</b></a></span>
</div>"""


_TOP = """<div id="append_parent"></div><div id="ajaxwaitid"></div>
<div id="toptb" class="cl">
<div class="wp">
<div class="z"><a href="javascript:;"  onclick="setHomepage('@SITE@');">设为首页</a><a href="@SITE@"  onclick="addFavorite(this.href, '@NAME@');return false;">收藏本站</a></div>
<div class="y">
<a id="switchblind" href="javascript:;" onclick="toggleBlind(this)" title="开启辅助访问" class="switchblind"></a>
<a href="javascript:;" id="switchwidth" onclick="widthauto(this)" title="切换到窄版" class="switchwidth">切换到窄版</a>
</div>
</div>
</div>
<div id="qmenu_menu" class="p_pop blk" style="display: none;">
<div class="ptm pbw hm">
请 <a href="javascript:;" class="xi2" onclick="lsSubmit()"><strong>登录</strong></a> 后使用快捷导航<br />没有账号？<a href="member.php?mod=register" class="xi2 xw1">立即注册</a>
</div>
<div id="fjump_menu" class="btda"></div></div><div id="hd">
<div class="wp">
<div class="hdc cl"><h2><a href="./" title="@NAME@"><img src="static/image/common/logo.png" alt="@NAME@" border="0" /></a></h2>
<form method="post" autocomplete="off" id="lsform" action="member.php?mod=logging&amp;action=login&amp;loginsubmit=yes&amp;infloat=yes&amp;lssubmit=yes" onsubmit="return lsSubmit();">
<div class="fastlg cl">
<span id="return_ls" style="display:none"></span>
<div class="y pns">
<table cellspacing="0" cellpadding="0">
<tr>
<td><label for="ls_username">用户名</label></td>
<td><input type="text" name="username" id="ls_username" autocomplete="off" class="px vm" /></td>
<td class="fastlg_l"><label for="ls_cookietime"><input type="checkbox" name="cookietime" id="ls_cookietime" class="pc" value="2592000" />自动登录</label></td>
<td>&nbsp;<a href="javascript:;" onclick="showWindow('login', 'member.php?mod=logging&action=login&viewlostpw=1')">找回密码</a></td>
</tr>
<tr>
<td><label for="ls_password" class="z psw_w">密码</label></td>
<td><input type="password" name="password" id="ls_password" class="px vm" autocomplete="off" /></td>
<td class="fastlg_l"><button type="submit" class="pn vm" style="width: 75px;"><em>登录</em></button></td>
<td>&nbsp;<a href="member.php?mod=register" class="xi2 xw1">立即注册</a></td>
</tr>
</table>
<input type="hidden" name="formhash" value="@HASH@" />
</div>
</div>
</form>
</div>
<div id="nv">
<a href="javascript:;" id="qmenu">快捷导航</a>
<ul><li class="a" id="mn_forum" ><a href="forum.php" hidefocus="true" title="BBS"  >论坛<span>BBS</span></a></li></ul>
</div>
<div id="mu" class="cl">
</div><div id="scbar" class="cl">
<form id="scbar_form" method="post" autocomplete="off" action="search.php?searchsubmit=yes" target="_blank">
<input type="hidden" name="formhash" value="@HASH@" />
<input type="text" name="srchtxt" id="scbar_txt" value="请输入搜索内容" autocomplete="off" />
<button type="submit" name="searchsubmit" id="scbar_btn" class="pn pnc" value="true"><strong class="xi2">搜索</strong></button>
<div id="scbar_hot"><strong class="xw1">热搜: </strong>
<a href="search.php?mod=forum&amp;srchtxt=%E6%B4%BB%E5%8A%A8&amp;formhash=@HASH@&amp;searchsubmit=true&amp;source=hotsearch" target="_blank" class="xi2" sc="1">活动</a>
</div>
</form>
</div>
</div>
</div>
"""


def crumbs(ctx: Context, *steps: tuple[str, str]) -> str:
    """The path from the index to here; steps are (address, name)."""
    trail = "".join(f' <em>&rsaquo;</em> <a href="{href}">{escape(name)}</a>' for href, name in steps)
    return f"""<div id="pt" class="bm cl">
<div class="z">
<a href="./" class="nvhm" title="首页">{ctx.name}</a><em>&raquo;</em><a href="forum.php">论坛</a>{trail}
</div>
</div>
"""


def board_steps(forum: Reading, ctx: Context, board: Board) -> list[tuple[str, str]]:
    """The steps from the index to a board: its category, the board above it, itself."""
    steps = [(f"forum.php?gid={board.gid}", forum.categories[board.gid])]
    if board.parent:
        steps.append((ctx.links.board(board.parent), forum.boards[board.parent].name))
    return [*steps, (ctx.links.board(board.fid), board.name)]


def page_links(number: int, pages: int, form: str, jump: str) -> str:
    """``div.pg``: at most ten numbers around the present one, first and last page apart; empty for a single page.

    ``form`` is an address with ``{page}`` in it; ``jump`` the dynamic address that the input box goes to.
    """
    if pages < 2:
        return ""
    first = max(1, min(number - 4, pages - 9))
    shown = range(first, min(pages, first + 9) + 1)

    def at(n: int) -> str:
        return form.replace("{page}", str(n))

    parts = ['<div class="pg">']
    if first > 1:
        parts.append(f'<a href="{at(1)}" class="first">1 ...</a>')
    if number > 1:
        parts.append(f'<a href="{at(number - 1)}" class="prev">&nbsp;&nbsp;</a>')
    parts += [f"<strong>{n}</strong>" if n == number else f'<a href="{at(n)}">{n}</a>' for n in shown]
    if shown[-1] < pages:
        parts.append(f'<a href="{at(pages)}" class="last">... {pages}</a>')
    parts.append(
        '<label><input type="text" name="custompage" class="px" size="2" title="输入页码，按回车快速跳转" '
        f'value="{number}" onkeydown="if(event.keyCode==13) {{window.location=\'{jump}page=\'+this.value;; doane(event);}}" />'
        f'<span title="共 {pages} 页"> / {pages} 页</span></label>'
    )
    if number < pages:
        parts.append(f'<a href="{at(number + 1)}" class="nxt">下一页</a>')
    return "".join(parts) + "</div>"


def message_page(ctx: Context, text: str, login: bool = False) -> str:
    """``showmessage``: the forum has something to say instead of a page."""
    if login:
        box = f"""<div class="nfl" id="main_succeed" style="display: none">
<div class="f_c altw">
<div class="alert_right">
<p id="succeedmessage"></p>
<p id="succeedlocation" class="alert_btnleft"></p>
</div>
</div>
</div>
<div class="nfl" id="main_message">
<div class="f_c altw">
<div id="messagetext" class="alert_info">
<p>{text}</p>
</div>
<div id="messagelogin"></div>
<script type="text/javascript">ajaxget('member.php?mod=logging&action=login&infloat=yes&frommessage', 'messagelogin');</script>
</div>
</div>"""
    else:
        box = f"""<div class="nfl">
<div class="f_c altw">
<div id="messagetext" class="alert_error">
<p>{text}</p>
<script type="text/javascript">
if(history.length > (BROWSER.ie ? 0 : 1)) {{
document.write('<p class="alert_btnleft"><a href="javascript:history.back()">[ 点击这里返回上一页 ]</a></p>');
}} else {{
document.write('<p class="alert_btnleft"><a href="./">[ {ctx.name} 首页 ]</a></p>');
}}
</script>
</div>
</div>
</div>"""
    return page(ctx, "viewthread", f"提示信息 -  {ctx.name}", f'<div id="ct" class="wp cl w">\n{box}\n</div>')
