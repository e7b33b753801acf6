"""Pages of the demo forum as Discuz! X3.4 renders them for a guest and for a robot."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape

from crawler.bundled.forum import BOARDS, JAMMED, LOGIN_BOARD, DemoForum, DemoPost, DemoThread
from crawler.bundled.noise import jam, spaced

POSTS, ROWS = 10, 20
FLOORS = {1: "楼主", 2: "沙发", 3: "板凳", 4: "地板"}
ROBOTS = """#
# robots.txt for Discuz! X3
#
User-agent: *
Disallow: /api/
Disallow: /data/
Disallow: /source/
Disallow: /install/
Disallow: /template/
Disallow: /config/
Disallow: /uc_client/
Disallow: /uc_server/
Disallow: /static/
Disallow: /admin.php
Disallow: /search.php
Disallow: /member.php
Disallow: /api.php
Disallow: /misc.php
Disallow: /connect.php
Disallow: /forum.php?mod=redirect*
Disallow: /forum.php?mod=post*
Disallow: /home.php?mod=spacecp*
Disallow: /userapp.php?mod=app&*
Disallow: /*?mod=misc*
Disallow: /*?mod=attachment*
Disallow: /*mobile=yes*
"""
NAME = "演示议事厅"


class Renderer:
    """HTML of one forum. ``robot``: the view for user agents that call themselves so (no floors, no tools)."""

    def __init__(self, forum: DemoForum) -> None:
        self.forum = forum

    # --- frame --------------------------------------------------------------------------------------------------------

    def frame(self, title: str, crumbs: str, body: str, script: str = "") -> str:
        now = self.forum.now
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>{escape(title)} - {NAME} - Powered by Discuz!</title><meta name="generator" content="Discuz! X3.4" />
<script type="text/javascript">var STYLEID = '1', STATICURL = 'static/', charset = 'utf-8', discuz_uid = '0', cookiepre = 'demo_2132_';</script></head>
<body id="nv_forum" class="pg_viewthread"><div id="toptb" class="cl"><div class="wp"><a href="javascript:;">设为首页</a><a href="javascript:;">收藏本站</a></div></div>
<div id="hd"><div class="wp"><form method="post" id="lsform" action="member.php?mod=logging&amp;action=login"><label>用户名</label><input name="username" /><button>登录</button></form>
<div id="nv"><ul><li class="a" id="mn_forum"><a href="forum.php" title="BBS">论坛<span>BBS</span></a></li></ul></div></div></div>
<div id="wp" class="wp">{script}<div id="pt" class="bm cl"><div class="z"><a href="./" class="nvhm" title="首页">{NAME}</a><em>&raquo;</em><a href="forum.php">论坛</a>{crumbs}</div></div>
<div id="ct" class="wp cl">{body}</div></div>
<div id="ft" class="wp cl"><p>Powered by <strong><a href="#">Discuz!</a></strong> <em>X3.4</em></p>
<p class="xs0">GMT+8, {now.year}-{now.month}-{now.day} {now:%H:%M}<span id="debuginfo"> , Processed in 0.021 second(s), 9 queries .</span></p></div>
</body></html>"""

    def message(self, text: str, title: str = "提示信息") -> str:
        box = f'<div id="messagetext" class="alert_error"><p>{escape(text)}</p><p class="alert_btnleft"><a href="javascript:history.back()">[ 点击这里返回上一页 ]</a></p></div>'
        return self.frame(title, "", f'<div class="nfl"><div class="f_c">{box}</div></div>')

    # --- index and listings ---------------------------------------------------------------------------------------------

    def index(self) -> str:
        rows = []
        for fid, name in {**BOARDS, LOGIN_BOARD: "内部交流"}.items():
            threads = self.forum.board_threads(fid)
            posts = sum(len(t.posts) for t in threads)
            rows.append(
                f'<tr class="fl_row"><td class="fl_icn"><a href="forum-{fid}-1.html" title="{name}"><img src="static/image/common/forum.gif" alt="" /></a></td>'
                f'<td><h2><a href="forum-{fid}-1.html">{name}</a></h2><p class="xg2">{name}专区</p></td>'
                f'<td class="fl_i"><span class="xi2">{len(threads)}</span><span class="xg1"> / {posts}</span></td></tr>'
            )
        head = '<div class="bm_h cl"><h2><a href="forum.php?gid=1">议事</a></h2></div>'
        return self.frame(
            "论坛",
            "",
            f'<div class="fl bm"><div class="bm bmw cl">{head}<table class="fl_tb">{"".join(rows)}</table></div></div>',
        )

    def listing(self, fid: int, page: int, *, filtered: bool = False) -> str:
        """A board by last post; beyond the last page Discuz! serves the first (discuz.md 3.2)."""
        every = self.forum.board_threads(fid)
        sticky = (
            []
            if filtered
            else [t for t in self.forum.threads.values() if t.sticky == 3 or (t.sticky == 1 and t.fid == fid)]
        )
        plain = every if filtered else [t for t in every if not t.sticky]
        moved = (
            []
            if filtered
            else [
                (tid, self.forum.threads[to])
                for tid, (at, to) in self.forum.tombstones.items()
                if at == fid and to in self.forum.threads
            ]
        )
        rows = [(self.row(t), t.last_at) for t in plain] + [(self.moved_row(tid, t), t.last_at) for tid, t in moved]
        rows.sort(key=lambda pair: pair[1], reverse=True)
        pages = max(1, -(-len(rows) // ROWS))
        page = page if 1 <= page <= pages else 1
        shown = [self.row(t) for t in sorted(sticky, key=lambda t: -t.sticky)] if page == 1 else []
        if shown:
            shown.append(
                '<tbody id="separatorline"><tr><td>&nbsp;</td><th><a href="javascript:;">版块主题</a></th></tr></tbody>'
            )
        shown += [html for html, _ in rows[(page - 1) * ROWS : page * ROWS]]
        link = (
            f"forum.php?mod=forumdisplay&amp;fid={fid}&amp;filter=lastpost&amp;orderby=lastpost&amp;page={{}}"
            if filtered
            else f"forum-{fid}-{{}}.html"
        )
        bar = self.bar(page, pages, link)
        body = (
            f'<div id="pgt" class="bm bw0 pgs cl">{bar}</div><div id="threadlist" class="tl bm bmw"><form method="post" name="moderate" id="moderate">'
            f'<table summary="forum_{fid}" id="threadlisttableid">{"".join(shown)}</table></form></div><div class="bm bw0 pgs cl">{bar}</div>'
        )
        return self.frame(BOARDS[fid], f'<em>&rsaquo;</em><a href="forum-{fid}-1.html">{BOARDS[fid]}</a>', body)

    def row(self, t: DemoThread) -> str:
        kind = "stickthread" if t.sticky else "normalthread"
        pages = -(-len(t.posts) // POSTS)
        icon = "folder_lock.gif" if t.closed else "folder_common.gif"
        links = "".join(f'<a href="thread-{t.tid}-{n}-1.html">{n}</a>' for n in range(2, min(pages, 6) + 1))
        links += f'<a href="thread-{t.tid}-{pages}-1.html">..{pages}</a>' if pages > 6 else ""
        extra = f'<span class="tps">&nbsp;...{links}</span>' if pages > 1 else ""
        digest = (
            '<img src="static/image/common/digest_1.gif" align="absmiddle" alt="digest" title="精华 1" />'
            if t.digest
            else ""
        )
        first, last = t.posts[0], t.posts[-1]
        return (
            f'<tbody id="{kind}_{t.tid}"><tr><td class="icn"><a href="thread-{t.tid}-1-1.html"><img src="static/image/common/{icon}" /></a></td>'
            f'<th class="{"lock" if t.closed else "common"}"> <a href="thread-{t.tid}-1-1.html" onclick="atarget(this)" class="s xst">{escape(t.title)}</a>{digest}{extra}</th>'
            f'<td class="by"><cite><a href="space-uid-{first.uid}.html" c="1">{first.author}</a></cite><em><span>{self.day(first.at)}</span></em></td>'
            f'<td class="num"><a href="thread-{t.tid}-1-1.html" class="xi2">{len(t.posts) - 1}</a><em>{t.views}</em></td>'
            f'<td class="by"><cite><a href="space-username-{last.uid}.html" c="1">{last.author}</a></cite>'
            f'<em><a href="forum.php?mod=redirect&amp;tid={t.tid}&amp;goto=lastpost#lastpost">{self.time(t.last_at, seconds=False)}</a></em></td></tr></tbody>'
        )

    def moved_row(self, tid: int, t: DemoThread) -> str:
        return (
            f'<tbody id="normalthread_{tid}"><tr><td class="icn"><img src="static/image/common/folder_common.gif" /></td>'
            f'<th class="common">移动: <a href="thread-{t.tid}-1-1.html" class="s xst">{escape(t.title)}</a></th><td class="by"><cite>{t.posts[0].author}</cite>'
            f'<em><span>{self.day(t.posts[0].at)}</span></em></td><td class="num"><a href="#" class="xi2">-</a><em>-</em></td><td class="by"><cite>{t.posts[-1].author}</cite>'
            f'<em><a href="#">{self.time(t.last_at, seconds=False)}</a></em></td></tr></tbody>'
        )

    def bar(self, page: int, pages: int, link: str) -> str:
        if pages < 2:
            return ""
        numbers = range(max(1, page - 4), min(pages, page + 5) + 1)
        parts = [f"<strong>{n}</strong>" if n == page else f'<a href="{link.format(n)}">{n}</a>' for n in numbers]
        if numbers[-1] < pages:
            parts.append(f'<a href="{link.format(pages)}" class="last">... {pages}</a>')
        following = f'<a href="{link.format(page + 1)}" class="nxt">下一页</a>' if page < pages else ""
        label = f'<label><input type="text" name="custompage" class="px" size="2" value="{page}" /><span title="共 {pages} 页"> / {pages} 页</span></label>'
        return f'<div class="pg">{"".join(parts)}{label}{following}</div>'

    # --- threads --------------------------------------------------------------------------------------------------------

    def thread(self, t: DemoThread, page: int, *, robot: bool) -> str:
        """One page of a thread; beyond the last page Discuz! serves the last (discuz.md 2.11)."""
        pages = max(1, -(-len(t.posts) // POSTS))
        page = min(max(page, 1), pages)
        first = (page - 1) * POSTS
        posts = "".join(
            self.post(t, p, first + n, robot=robot) for n, p in enumerate(t.posts[first : first + POSTS], 1)
        )
        bar = self.bar(page, pages, f"thread-{t.tid}-{{}}-1.html")
        lock = '&nbsp;<img src="static/image/common/locked.gif" title="关闭" />' if t.closed else ""
        counts = f'<div class="hm ptn"><span class="xg1">查看:</span> <span class="xi1">{t.views}</span><span class="pipe">|</span><span class="xg1">回复:</span> <span class="xi1">{len(t.posts) - 1}</span></div>'
        head = (
            f'<table><tr><td class="pls ptn pbn">{counts if page == 1 else ""}</td><td class="plc ptm pbn vwthd"><h1 class="ts"><span id="thread_subject">{escape(t.title)}</span></h1>'
            f'<span class="xg1">{lock}<a href="thread-{t.tid}-1-1.html">[复制链接]</a></span></td></tr></table>'
        )
        script = f"<script type=\"text/javascript\">var fid = parseInt('{t.fid}'), tid = parseInt('{t.tid}');</script>"
        crumbs = f'<em>&rsaquo;</em><a href="forum-{t.fid}-1.html">{BOARDS[t.fid]}</a><em>&rsaquo;</em><a href="thread-{t.tid}-1-1.html">{escape(t.title[:20])}</a>'
        tail = '<div id="f_pst" class="pl bm bmw"><div class="pt hm">您需要登录后才可以回帖 <a href="member.php?mod=logging&amp;action=login">登录</a> | <a href="member.php?mod=register">立即注册</a></div></div>'
        body = f'<div id="pgt" class="pgs mbm cl"><div class="pgt">{bar}</div></div><div id="postlist" class="pl bm">{head}{posts}</div><div class="pgs mtm mbm cl">{bar}</div>{tail}'
        return self.frame(t.title, crumbs, body, script)

    def post(self, t: DemoThread, p: DemoPost, floor: int, *, robot: bool) -> str:
        number = (
            ""
            if robot
            else f'<strong><a href="thread-{t.tid}-1-1.html" id="postnum{p.pid}">{FLOORS.get(floor) or f"<em>{floor}</em><sup>#</sup>"}</a></strong>'
        )
        tool = "显示全部楼层" if robot else "只看该作者"
        comments = "".join(
            f'<div class="pstl xs1 cl"><div class="psta vm"><a href="#" class="xi2 xw1">{who}</a></div><div class="psti">{escape(what)}&nbsp;<span class="xg1">发表于 {self.time(at, seconds=False)}</span></div></div>'
            for who, what, at in p.comments
        )
        box = f'<h3 class="psth xs1"><span class="icon_ring vm"></span>点评</h3>{comments}' if comments else ""
        return (
            f'<div id="post_{p.pid}"><table id="pid{p.pid}" class="plhin" summary="pid{p.pid}" cellspacing="0" cellpadding="0"><tr><td class="pls" rowspan="2">'
            f'<div id="favatar{p.pid}" class="pls favatar"><div class="pi"><div class="authi"><a href="space-uid-{p.uid}.html" target="_blank" class="xw1">{p.author}</a></div></div>'
            f'<div class="p_pop blk bui" id="userinfo{p.pid}" style="display: none"><strong><a href="space-uid-{p.uid}.html" class="xi2">{p.author}</a></strong><em>当前离线</em></div>'
            f'<div class="tns xg2"><table><th><p><a href="#" class="xi2">12</a></p>主题</th><td><p><a href="#" class="xi2">345</a></p>积分</td></table></div></div></td>'
            f'<td class="plc"><div class="pi">{number}<div class="pti"><div class="pdbt"></div><div class="authi"><img class="authicn vm" id="authicon{p.pid}" src="static/image/common/online_member.gif" />'
            f'<em id="authorposton{p.pid}">发表于 {self.time(p.at)}</em><span class="pipe">|</span><a href="#" rel="nofollow">{tool}</a></div></div></div>'
            f'<div class="pct"><div class="pcb">{self.cell(t, p)}</div><div id="comment_{p.pid}" class="cm">{box}</div></div></td></tr>'
            f'<tr><td class="plc plm"></td></tr><tr class="ad"><td class="pls"></td><td class="plc"></td></tr></table></div>'
        )

    def cell(self, t: DemoThread, p: DemoPost) -> str:
        if p.banned:
            return '<div class="locked">提示: <em>作者被禁止或删除 内容自动屏蔽</em></div>'
        files = "".join(
            f'<ignore_js_op><dl class="tattl"><dd><p class="attnm"><a href="forum.php?mod=attachment&amp;aid=MTIz" target="_blank">{name}</a></p><p>12.3 KB, 下载次数: 5</p></dd></dl></ignore_js_op>'
            for name in p.files
        )
        tail = f'<div class="pattl">{files}</div>' if files else ""
        return f'<div class="t_fsz"><table cellspacing="0" cellpadding="0"><tr><td class="t_f" id="postmessage_{p.pid}">\n{self.body(t, p)}</td></tr></table>{tail}</div>'

    def body(self, t: DemoThread, p: DemoPost) -> str:
        jammed = t.fid in JAMMED
        noise = self.forum.noise
        if p.html:  # the source's own newlines do not break lines, but each gets its unit
            source = "".join(f"<p>{escape(line)}</p>" for line in p.source_lines)
            source = self.edit_notice(p).replace("\n", "<br />") + source
            return jam(source, noise) if jammed else source
        parts = []
        if p.edited_at:
            parts.append(self.edit_notice(p))
        if p.quote:
            source_post = next((q for q in t.posts if q.pid == p.quote), None)
            who = (
                f"{source_post.author} 发表于 {source_post.at.year}-{source_post.at.month}-{source_post.at.day} {source_post.at:%H:%M}"
                if source_post
                else "匿名"
            )
            link = f"forum.php?mod=redirect&amp;goto=findpost&amp;pid={p.quote}&amp;ptid={t.tid}"
            quoted = "\n".join(map(escape, p.quote_lines))
            parts.append(
                f'<div class="quote"><blockquote><font size="2"><a href="{link}" target="_blank"><font color="#999999">{who}</font></a></font>\n{quoted}</blockquote></div>\n'
            )
        parts.append("\n".join(f"　　{escape(line)}" if p is t.posts[0] else escape(line) for line in p.lines))
        if p.code:
            items = "".join(f"<li>{escape(line)}\n" for line in p.code)
            parts.append(
                f'\n<div class="blockcode"><div id="code_{p.pid}"><ol>{items}</ol></div><em onclick="copycode($(\'code_{p.pid}\'));">复制代码</em></div>'
            )
        if p.hidden:
            parts.append(
                f'\n<div class="locked">游客，如果您要查看本帖隐藏内容请<a href="forum.php?mod=post&amp;action=reply&amp;fid={t.fid}&amp;tid={t.tid}">回复</a></div>'
            )
        text = "".join(parts)
        return spaced(jam(text, noise) if jammed else text.replace("\n", "\r\n")).replace("\r\n", "<br />\r\n")

    def edit_notice(self, p: DemoPost) -> str:
        if p.edited_at is None:
            return ""
        when = f"{self.day(p.edited_at)} {p.edited_at:%H:%M}"
        return f'<i class="pstatus"> 本帖最后由 {p.author} 于 {when} 编辑 </i>\n\n'

    # --- times ------------------------------------------------------------------------------------------------------------

    def day(self, at: datetime) -> str:
        return f"{at.year}-{at.month}-{at.day}"

    def time(self, at: datetime, *, seconds: bool = True) -> str:
        """Absolute, or within seven days relative with the absolute time in the title (discuz.md 2.4)."""
        absolute = (
            f"{at.year}-{at.month}-{at.day} {at:%H:%M:%S}" if seconds else f"{at.year}-{at.month}-{at.day} {at:%H:%M}"
        )
        age = self.forum.now - at
        days = (self.forum.now.date() - at.date()).days
        if days >= 7 or age < timedelta(0):
            return absolute
        if age < timedelta(minutes=1):
            relative = f"{int(age.total_seconds())}&nbsp;秒前"
        elif age < timedelta(hours=1):
            relative = f"{int(age.total_seconds() // 60)}&nbsp;分钟前"
        elif days == 0:
            relative = f"{int(age.total_seconds() // 3600)}&nbsp;小时前"
        else:
            relative = {1: f"昨天&nbsp;{at:%H:%M}", 2: f"前天&nbsp;{at:%H:%M}"}.get(days, f"{days}&nbsp;天前")
        return f'<span title="{absolute}">{relative}</span>'
