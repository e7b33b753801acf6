"""Pages of boards that never were, drawn from a seed, with what each says: version x theme x view x content x noise.

Written from the facts about the templates and the noise generator alone, not from the extractor: what a page says is
known before its markup is made.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from random import Random
from typing import NamedTuple

ZONE = timezone(timedelta(hours=8))
BASE = "https://bbs.example.cn/"
_NEWLINE = re.compile(r"\r\n|\n|\r")
_HEADS = [chr(code) for code in range(0x20, 0x3C)]
_TAILS = [chr(code) for code in range(0x3F, 0x7F)]

_SIMPLE = (
    "今年防汛物资清点三遍。",
    "值班表贴到门口，谁在岗一看就知道！",
    "各位同事，大家好：",
    "一、总的要求",
    "见附表（三）",
)
_SIMPLE += ("投资80.3万元，同比增长17.3%。", "（完）", "顶", "请问第3、4期何时开工？", "“一个闸口都不能漏”，这是教训")
_TRADITIONAL = (
    "今年防汛物資清點三遍。",
    "值班表貼到門口，誰在崗一看就知道！",
    "各位同事，大家好：",
    "一、總的要求",
    "見附表（三）",
)
_ENGLISH = ("All three gates were checked.", "See section 4.2, item b", "Thanks & regards", "x < y, y > z; a = b", "OK")
# lines of authors that look like noise, markup or the interface
_TRAPS = (
    "a, b, c, d, e, f",
    "# h1 a, h2 a, h3 a",
    "9 C: m) y# E5 r* U2 S5 q",
    "display:none",
    "#1 楼主说得好",
    "发表于 2024",
)
_TRAPS += (
    "1# 2# 3#",
    "[b]粗[/b]",
    "<br />",
    "&nbsp;不是空格",
    "font.jammer { color: #FFF }",
    "回复 3# 的朋友",
    "- - - - -",
    "复制代码",
)
_OUTSIDE = "\U0001f602\U00020bb7\U0001f468\u200d\U0001f469\u2764\ufe0f"
_MARKS = "\u200b\u2060\ufeff\u200e\u2063"
_NAMES = ("柳前川", "清溪散人", "river_01", "A.B", "何大川", "老 王", "0595", "<安>", "O'Neil")


class Words(NamedTuple):
    """The interface in one language."""

    posted: str
    only: str
    edited: str
    by: str
    copy: str
    op: str
    hidden: str
    free: str
    stats: str
    site: str = "河畔议事"
    named: bool = True
    """Whether the edit notice's words are known, so that the name in it can be told from them."""


LANGUAGES = {
    "zh": Words(
        "发表于 ",
        "只看该作者",
        "本帖最后由 {} 于 {} 编辑",
        "{} 发表于 {}",
        "复制代码",
        "楼主",
        "游客，如果您要查看本帖隐藏内容请",
        "本帖隐藏的内容",
        "查看",
    ),
    "tw": Words(
        "發表於 ",
        "只看該作者",
        "本帖最後由 {} 於 {} 編輯",
        "{} 發表於 {}",
        "複製代碼",
        "樓主",
        "遊客，如果您要查看本帖隱藏內容請",
        "本帖隱藏的內容",
        "查看",
        "河畔議事",
    ),
    "en": Words(
        "Post time ",
        "Show the author posts only",
        "Last edited by {} on {}",
        "{} Post time {}",
        "Copy code",
        "OP",
        "Guest, if you want to see the hidden content of this thread, please ",
        "Hidden content",
        "Views",
        "Riverside",
    ),
    "ar": Words(
        "نشر في ",
        "المؤلف فقط",
        "آخر تعديل بواسطة {} في {}",
        "{} نشر في {}",
        "نسخ",
        "صاحب",
        "ضيف، محتوى مخفي، الرجاء ",
        "المحتوى المخفي",
        "مشاهدة",
        "ضفة",
        False,
    ),
}


@dataclass
class Said:
    """What one post of a page says."""

    pid: int
    author: str | None
    uid: int | None
    at: datetime
    floor: int | None
    lines: list[str] = field(default_factory=list)
    quotes: list[tuple[str | None, int | None, list[str]]] = field(default_factory=list)
    attachments: list[tuple[str, str | None, str]] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    edited: tuple[str | None, datetime] | None = None


@dataclass
class Page:
    """A page's bytes, its address, what it says, and what it was made of (for messages)."""

    url: str
    body: bytes
    content_type: str | None
    title: str
    posts: list[Said]
    made_of: str
    view: str


@dataclass
class Version:
    """How one generation renders noise and boxes."""

    name: str
    visible: str
    late: bool = True
    """The noise comes after code boxes and boxes, over the HTML; before X: over the raw text."""


VERSIONS = {
    "X3.5": Version("X3.5", '<font class="jammer">{}</font>'),
    "X3.4": Version("X3.4", '<font class="jammer">{}</font>'),
    "X2.5": Version("X2.5", '<font class="jammer">{}</font>'),
    "X2": Version("X2", '<font class="jammer">{}</font>'),
    "X1.5": Version("X1.5", '<font style="font-size:10px;color:#F9F9F9">{}</font>'),
    "7.2": Version("7.2", '<font style="font-size:0px;color:#FFF">{}</font>', late=False),
    "6.0": Version("6.0", '<font style="font-size:0px;color:#F5FAFE">{}</font>', late=False),
}


def unit(rng: Random) -> str:
    """5 to 15 pairs; the bound is drawn anew before each; nothing is escaped."""
    pairs: list[str] = []
    while len(pairs) < rng.randint(5, 15):
        pairs.append(f"{rng.choice(_HEADS)} {rng.choice(_TAILS)}")
    return "".join(pairs)


def jam(message: str, version: Version, rng: Random, word: str = "") -> str:
    def at(_: re.Match[str]) -> str:
        if rng.random() < 0.5:
            return version.visible.format(word + unit(rng)) + "\r\n"
        return f'\r\n<span style="display:none">{unit(rng)}{word}</span>'

    return _NEWLINE.sub(at, message)


def breaks(message: str) -> str:
    spaced = (
        message.replace("\t", "&nbsp; &nbsp; &nbsp; &nbsp; ")
        .replace("   ", "&nbsp; &nbsp;")
        .replace("  ", "&nbsp;&nbsp;")
    )
    return _NEWLINE.sub("<br />\r\n", spaced)


def shown(line: str) -> str:
    """A line with each stretch of blanks as one space, as two readings of it are compared."""
    return re.sub(r"[ \xa0\t]+", " ", line).strip(" ")


class Message:
    """One message in the making: its rendered source (with raw newlines) beside what it says."""

    def __init__(self, rng: Random, version: str, words: Words, said: Said, encoding: str, earlier: list[Said]) -> None:
        self.rng, self.version, self.words, self.said, self.earlier = rng, version, words, said, earlier
        self.pool = _TRADITIONAL if encoding == "big5" else _SIMPLE
        self.modern = version.startswith("X")
        self.source = ""
        self.later: list[str] = []
        self.open = ""

    def line(self, traps: bool = True) -> str:
        rng = self.rng
        kind = rng.random()
        if kind < 0.6:
            text = rng.choice(self.pool)
        elif kind < 0.8 or not traps:
            text = rng.choice(_ENGLISH)
        elif kind < 0.95:
            text = rng.choice([trap for trap in _TRAPS if self.pool is _SIMPLE or trap.isascii()])
        else:
            text = "丈"[: rng.randint(0, 1)] + rng.choice("\U0001f602\U00020bb7©") + "后" * (self.pool is _SIMPLE)
        return text

    def put(self, source: str, text: str) -> None:
        """``source`` shows ``text`` in the line that is open."""
        self.source += source
        self.open += text

    def end(self) -> None:
        self.source += "\n"
        self.close()

    def close(self) -> None:
        if shown(self.open):
            self.said.lines.append(shown(self.open))
        self.open = ""

    # what a message is made of

    def prose(self) -> None:
        text = self.line()
        source = html.escape(text, quote=self.rng.random() < 0.5)
        if self.rng.random() < 0.1 and "&" not in source:
            at = self.rng.randrange(len(source) + 1)
            if not (source[:at] + source[at:]).isascii():
                source = source[:at] + self.rng.choice(_MARKS) * self.rng.randint(1, 3) + source[at:]
        self.put(source, text)
        self.end()

    def styled(self) -> None:
        text = self.line()
        style = self.rng.choice(
            [
                "<strong>{}</strong>",
                '<font color="#FFFFFF">{}</font>',
                '<font size="1">{}</font>',
                "<i>{}</i>",
                '<font style="font-size:10px">{}</font>',
                '<font style="background-color:White">{}</font>',
                "<u>{}</u>",
                '<a href="https://example.org/?a=1&amp;b=2" target="_blank">{}</a>',
                '<font face="Arial">{}</font>',
                '<a href="misc.php?mod=tag&amp;id=3" target="_blank" class="relatedlink">{}</a>',
                "<strike>{}</strike>",
                '<font style="color:#fff;font-size:10.5pt">{}</font>',
                '<span style="display:inline">{}</span>',
            ]
        )
        self.put(style.format(html.escape(text)), text)
        self.end()

    def aligned(self) -> None:
        text = self.line()
        self.close()
        self.put(f'<div align="center">{html.escape(text)}</div>', text)
        self.end()

    def indented(self) -> None:
        text = self.rng.choice(self.pool)
        self.put(self.rng.choice(["　　", "    ", "\t"]) + text, "　　" * 0 + text)
        self.end()

    def blank(self) -> None:
        self.end()

    def smiley(self) -> None:
        text = self.line()
        self.put(
            f'{html.escape(text)}<img src="static/image/smiley/default/smile.gif" smilieid="1" border="0" alt="" />',
            text,
        )
        self.end()

    def quote(self) -> None:
        self.close()
        source = self.rng.choice(self.earlier) if self.earlier else None
        said = [self.line(False) for _ in range(self.rng.randint(1, 3))]
        body = "\n".join(map(html.escape, said))
        when = stamp(source.at, False) if source else ""
        who = source.author if source else None
        pid = source.pid if source else None
        if source is None or who is None:
            header, who, pid = "", None, None
        elif self.version in ("X3.4", "X3.5"):
            href = f"forum.php?mod=redirect&amp;goto=findpost&amp;pid={pid}&amp;ptid=501"
            by = self.words.by.format(html.escape(who), when)
            header = f'<font size="2"><a href="{href}" target="_blank"><font color="#999999">{by}</font></a></font>\n'
        elif self.modern:
            href = f"forum.php?mod=redirect&amp;goto=findpost&amp;pid={pid}&amp;ptid=501"
            by = self.words.by.format(html.escape(who), when)
            header = f'<font size="2"><font color="#999999">{by}</font> <a href="{href}" target="_blank"><img src="static/image/common/back.gif" alt="" /></a></font>\n'
        else:
            href = f"redirect.php?goto=findpost&amp;pid={pid}&amp;ptid=501"
            back = f'<a href="{href}" target="_blank"><img src="images/common/back.gif" alt="" /></a>'
            if self.version == "6.0":
                header = f"原帖由 <i>{html.escape(who)}</i> 于 {when} 发表 {back}\n"
            else:
                header = ""
                body += f'\n<font size="2"><font color="#999999">{self.words.by.format(html.escape(who), when)}</font> {back}</font>'
        caption = "<h5>引用:</h5>" if self.version == "6.0" else ""
        self.source += f'<div class="quote">{caption}<blockquote>{header}{body}</blockquote></div>'
        told = [shown(one) for one in said]
        if header or (self.version == "7.2" and who):  # who said it when is part of what the box says
            label = f"原帖由 {who} 于 {when} 发表" if self.version == "6.0" else self.words.by.format(who, when)
            told.insert(0 if header else len(told), shown(label))
        self.said.quotes.append((who, pid, told))

    def code(self) -> None:
        self.close()
        lines = [
            self.rng.choice(("if a < b:", "  print a, b", "return x & y", "# 9 C: m) y#", "h1 a, h2 a { }"))
            for _ in range(self.rng.randint(1, 4))
        ]
        if self.version == "6.0" or self.version == "7.2":
            inner = "@".join(map(html.escape, lines)).replace("@", "<br />\x00")
            box = f'<div class="blockcode"><span class="headactions" onclick="copycode($(\'code0\'));">复制内容到剪贴板</span><h5>代码:</h5><code id="code0">{inner}</code></div>'
            self.later.append(box.replace("\x00", "\r\n"))
            self.source += f"[\x01{len(self.later) - 1}]"
        else:
            inner = "".join(
                f"<li>{html.escape(one)}" + ("<br />\r" if self.rng.random() < 0.5 else "") for one in lines
            )
            self.source += f'<div class="blockcode"><div id="code_Ab1"><ol>{inner}</ol></div><em onclick="copycode($(\'code_Ab1\'));">{self.words.copy}</em></div>'
        self.said.lines.extend(shown(one) for one in lines)

    def table(self) -> None:
        self.close()
        rows = [[self.rng.choice(self.pool) for _ in range(2)] for _ in range(self.rng.randint(1, 3))]
        gap = self.rng.choice(["", "\n"])
        inner = gap.join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        self.source += f'<table cellspacing="0" class="t_table" style="width:98%">{inner}</table>'
        self.said.lines.extend(shown(" ".join(row)) for row in rows)
        self.end()

    def items(self) -> None:
        self.close()
        entries = [self.rng.choice(self.pool) for _ in range(self.rng.randint(1, 3))]
        self.source += "<ul>" + "".join(f"<li>{one}" for one in entries) + "</ul>"
        self.said.lines.extend(map(shown, entries))

    def locked(self) -> None:
        self.close()
        self.source += f'<div class="locked">{self.words.hidden}<a href="forum.php?mod=post&amp;action=reply&amp;fid=2&amp;tid=501">回复</a></div>'
        self.said.flags.add("hidden")
        self.end()

    def showhide(self) -> None:
        self.close()
        text = self.line()
        self.source += f'<div class="showhide"><h4>{self.words.free}</h4>'
        self.put(html.escape(text) + "</div>", text)
        self.end()

    def picture(self) -> None:
        aid = self.rng.randint(10, 99)
        url = f"data/attachment/forum/202403/{aid}.jpg"
        src = self.rng.choice([url, "static/image/common/none.gif"])
        image = (
            f'<img id="aimg_{aid}" aid="{aid}" src="{src}" zoomfile="{url}" file="{url}" class="zoom" width="600" '
            f'inpost="1" alt="图{aid}.jpg" title="图{aid}.jpg" />'
        )
        tip = (
            f'<div class="tip tip_4 aimg_tip" id="aimg_{aid}_menu" style="position: absolute; display: none">'
            f'<div class="xs0"><p><strong>图{aid}.jpg</strong> <em class="xg1">(12.5 KB, 下载次数: 3)</em></p>'
            f'<p><a href="forum.php?mod=attachment&amp;aid=Nzc" target="_blank">下载附件</a></p></div></div>'
        )
        self.close()
        self.later.append(
            f"<ignore_js_op>\r\n{image}\r\n{tip}\r\n</ignore_js_op>"
        )  # comes after the noise and the breaks
        self.source += f"[\x01{len(self.later) - 1}]"
        self.said.attachments.append(("image", f"图{aid}.jpg", BASE + url))
        self.end()

    def advert(self) -> None:
        self.close()
        self.source += '<div class="a_pr">公文写作培训班</div>'

    def hidden(self) -> None:
        """Words that the page hides: no rule fits them, so they are out of the text and recorded."""
        style = self.rng.choice(
            [
                "display:none",
                "display: none;",
                "DISPLAY:NONE",
                "color:red;display:none",
                "display : none !important",
                "visibility:hidden",
                "font-size:0",
                "font-size: 0px;",
            ]
        )
        text = self.line(False)
        self.put(f'{html.escape(text)}<span style="{style}">秘密{self.rng.randint(100, 999)}网</span>', text)
        self.end()


def stamp(at: datetime, seconds: bool) -> str:
    return f"{at.year}-{at.month}-{at.day} {at:%H:%M}" + (f":{at:%S}" if seconds else "")


def draw_message(
    rng: Random, version: str, words: Words, said: Said, encoding: str, earlier: list[Said], draw: Random | None
) -> str:
    """The inside of a message cell; ``said`` learns what it says. ``draw``: of the noise; ``None``: a board without."""
    message = Message(rng, version, words, said, encoding, earlier)
    kinds: list[Callable[[], None]] = [message.prose] * 6 + [
        message.styled,
        message.blank,
        message.smiley,
        message.quote,
    ]
    kinds += [
        message.code,
        message.table,
        message.items,
        message.locked,
        message.aligned,
        message.indented,
        message.hidden,
    ]
    if message.modern:
        kinds += [message.picture, message.showhide, message.advert]
    notice = ""
    if said.author and rng.random() < 0.25 and version != "6.0":
        said.edited = (said.author, said.at + timedelta(minutes=rng.randint(1, 500)))
        text = words.edited.format(html.escape(said.author), stamp(said.edited[1], False))
        said.edited = (said.author if words.named else None, said.edited[1].replace(second=0))
        notice = f'<i class="pstatus"> {text} </i>\n\n'
    for _ in range(rng.randint(1, 9)):
        rng.choice(kinds)()
    message.close()
    source = notice + message.source
    kind = VERSIONS[version]
    if draw is not None:
        word = "" if kind.late else rng.choice(["", "bbs.example.cn", "河畔议事", "值班室"])
        source = jam(source, kind, draw, word)
    source = breaks(source)
    return re.sub(r"\[\x01(\d+)\]", lambda match: message.later[int(match.group(1))], source)


# frames: what stands around the messages


def draw_people(rng: Random, count: int) -> list[Said]:
    at = datetime(2024, 3, 2, 9, 15, 8, tzinfo=ZONE) + timedelta(minutes=rng.randint(0, 10**5))
    pid = rng.choice([1, 7, 9001, 16777300])
    people = []
    for number in range(1, count + 1):
        people.append(Said(pid, rng.choice(_NAMES), rng.randint(1, 99999), at, number))
        pid += rng.randint(1, 900)
        at += timedelta(seconds=rng.randint(1, 10**6))
    return people


def x_post(rng: Random, version: str, words: Words, said: Said, message: str, robot: bool) -> str:
    pid, name = said.pid, html.escape(said.author or "")
    space = rng.choice([f"home.php?mod=space&amp;uid={said.uid}", f"space-uid-{said.uid}.html"])
    seconds = stamp(said.at, version != "X1.5")
    when = seconds if rng.random() < 0.7 else f'<span title="{seconds}">3&nbsp;天前</span>'
    floor = (
        ""
        if robot
        else f'<strong><a href="thread-501-1-1.html" id="postnum{pid}"><em>{said.floor}</em><sup>#</sup></a></strong>'
    )
    if not robot and said.floor == 1 and rng.random() < 0.5:
        floor = f'<strong><a href="thread-501-1-1.html" id="postnum{pid}">\n{words.op}</a></strong>'
    cell = f'<div class="t_fsz"><table cellspacing="0" cellpadding="0"><tr><td class="t_f" id="postmessage_{pid}">\n{message}</td></tr></table></div>'
    if not message:
        cell = '<div class="locked">提示: <em>作者被禁止或删除 内容自动屏蔽</em></div>'
    card = f"""<div class="p_pop blk bui" id="userinfo{pid}" style="display: none; margin-top: -11px;"><div class="i y"><strong><a href="{space}" class="xi2">{name}</a></strong><em>离线</em></div></div>"""
    left = f"""<td class="pls" rowspan="2"><div class="pls favatar" id="favatar{pid}"><div class="pi"><div class="authi"><a href="{space}" target="_blank" class="xw1">{name}</a>
</div></div>{card}<div class="tns xg2"><table><th><p><a href="home.php?mod=space&uid={said.uid}&do=thread" class="xi2">12</a></p>主题</th></table></div></div></td>"""
    shows = f'<a href="forum.php?mod=viewthread&amp;tid=501&amp;page=1&amp;authorid={said.uid}" rel="nofollow">{words.only}</a>'
    return f"""<div id="post_{pid}" ><table id="pid{pid}" class="plhin" summary="pid{pid}" cellspacing="0" cellpadding="0"><tr>
{left}
<td class="plc"><div class="pi">{floor}<div class="pti"><div class="pdbt"></div><div class="authi"><img class="authicn vm" id="authicon{pid}" src="static/image/common/online_member.gif" />
<em id="authorposton{pid}">{words.posted}{when}</em> <span class="pipe">|</span>{shows}</div></div></div>
<div class="pct"><div class="pcb">{cell}<div id="comment_{pid}" class="cm"></div></div></div></td></tr>
<tr><td class="plc plm"><div class="sign" style="max-height:100px;">天行健，君子以自强不息。</div></td></tr></table></div>"""


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


# themes: what a site or a browser makes of such a page


def upper_case(page: str, rng: Random) -> str:
    return re.sub(r"(</?)([a-z][a-z0-9_]*)(?=[\s>/])", lambda tag: tag[1] + tag[2].upper(), page)


def unquoted(page: str, rng: Random) -> str:
    return re.sub(r'(?<= )(id|class|rel|target|cellspacing|summary)="([\w-]+)"', r"\1=\2", page)


def single_quoted(page: str, rng: Random) -> str:
    return re.sub(r'(?<= )(id|class|href|rel|target)="([^"\'<>]*)"', r"\1='\2'", page)


def frame_classes_lost(page: str, rng: Random) -> str:
    names = "plhin|pls favatar|pls|pi|pti|pcb|t_fsz|t_f|plc|pct|authi|pl bm|bm cl|tns xg2|postauthor|postcontent|mainbox viewthread|posterlink|t_msgfont|t_msgfontfix"
    return re.sub(rf' class="(?:{names})"', "", page)


def post_wrappers_lost(page: str, rng: Random) -> str:
    return re.sub(r' id="(?:post_\d+|favatar\d+|postlist|ft|pt)"', "", page)


def classes_added(page: str, rng: Random) -> str:
    return re.sub(r'class="(?=\w)(?!jammer|relatedlink)', 'class="my-skin ', page)


def right_to_left(page: str, rng: Random) -> str:
    return page.replace("<html", '<html dir="rtl" lang="ar"', 1)


def part(page: str, rng: Random) -> str:
    """The list of posts alone, cut out of the page."""
    start = page.find('<div id="postlist"')
    return page[start : page.find('<div id="ft', start)] if start >= 0 else page


def minified(page: str, rng: Random) -> str:
    return re.sub(r">\s*\n\s*<(?=div|table|tr|td)", "><", page)


def saved(page: str, rng: Random) -> str:
    """As a browser saves it: the tree written out anew, with its remark in front."""
    from lxml import html as reader

    tree = reader.document_fromstring(page.encode(), parser=reader.HTMLParser(encoding="utf-8"))
    for el in tree.iter("a", "img"):
        for name in ("href", "src", "file", "zoomfile"):
            if (value := el.get(name)) and not value.startswith(("http", "javascript")):
                el.set(name, BASE + value.removeprefix("./"))
    return f"<!-- saved from url=(0042){BASE}thread-501-1-1.html -->\n" + reader.tostring(tree, encoding="unicode")


def closed_not(page: str, rng: Random) -> str:
    """Cell and row ends left out, as HTML allows."""
    return re.sub(r"</(?:td|tr|li)>", "", page) if rng.random() < 0.5 else page


THEMES: dict[str, Callable[[str, Random], str]] = {
    "plain": lambda page, rng: page,
    "upper-case": upper_case,
    "unquoted": unquoted,
    "single-quoted": single_quoted,
    "frame-classes-lost": frame_classes_lost,
    "post-wrappers-lost": post_wrappers_lost,
    "classes-added": classes_added,
    "right-to-left": right_to_left,
    "part": part,
    "minified": minified,
    "saved": saved,
    "closed-not": closed_not,
}
_FRAMES = {"7.2": (seven_post, seven_page), "6.0": (six_post, six_page)}
ENCODINGS = {"utf-8": "utf-8", "gbk": "gb18030", "big5": "big5hkscs"}


def draw_page(seed: int, noise: int = 0) -> Page:
    """The page of this seed; ``noise``: which of its visits, between which only the noise differs."""
    rng = Random(seed)
    draw = Random(seed * 1000 + noise)
    version = rng.choice(list(VERSIONS))
    modern = version.startswith("X")
    encoding = rng.choice(list(ENCODINGS))
    language = (
        "tw"
        if encoding == "big5"
        else rng.choice(["zh", "tw", "en", "ar"] if encoding == "utf-8" and modern else ["zh", "zh", "en"])
    )
    words = LANGUAGES[language]
    robot = modern and rng.random() < 0.3
    theme = rng.choice(list(THEMES))
    jammed = rng.random() < 0.85
    title = rng.choice(
        ["防汛物資清點情況", "Gate & level <check>"]
        if encoding == "big5"
        else ["防汛物资清点情况", "在会议上的讲话（2009年5月12日）", "Gate & level <check>"]
    )
    post_of, page_of = _FRAMES.get(version, (x_post, x_page))
    people = draw_people(rng, rng.randint(1, 6))
    posts = []
    for number, said in enumerate(people):
        if not modern:
            said.at = said.at.replace(second=0)
        if version == "X1.5":
            said.at = said.at.replace(second=0)
        if encoding == "big5":
            said.author = rng.choice(["river_01", "何大川", "A.B"])
        banned = number > 0 and rng.random() < 0.06
        message = (
            ""
            if banned
            else draw_message(rng, version, words, said, encoding, people[:number], draw if jammed else None)
        )
        if banned:
            said.flags.add("banned")
        posts.append(post_of(rng, version, words, said, message, robot))
    page = THEMES[theme](page_of(rng, version, words, title, posts, encoding), rng)
    codec = ENCODINGS[encoding] if encoding == "utf-8" else {"gbk": "gbk", "big5": "big5"}[encoding]
    body = page.encode(codec, "xmlcharrefreplace")
    declared = rng.choice([None, "text/html", f"text/html; charset={encoding}"])
    url = f"{BASE}thread-501-1-1.html" if modern else f"{BASE}viewthread.php?tid=501"
    made_of = (
        f"seed {seed}: {version} {encoding} {language} {theme}{' robot' if robot else ''}{' jammed' if jammed else ''}"
    )
    return Page(url, body, declared, title, people, made_of, "robot" if robot else "desktop")
