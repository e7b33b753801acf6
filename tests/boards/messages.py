"""Messages: their rendered source beside what they say."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from random import Random

from tests.boards.noise import VERSIONS, breaks, jam
from tests.boards.said import BASE, Said, Words, shown, stamp

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
_MARKS = "\u200b\u2060\ufeff\u200e\u2063"


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
    if said.author and said.at and rng.random() < 0.25 and version != "6.0":
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


def draw_plain(rng: Random, words: Words, said: Said, encoding: str) -> str:
    """A message as the archiver of X2 and later shows it: text and line breaks; ``[...]`` of authors goes with BBCode."""
    message = Message(rng, "X3.5", words, said, encoding, [])
    for _ in range(rng.randint(1, 9)):
        text = message.line()
        if "[" not in text:
            message.put(html.escape(text), text)
        message.end()
    return breaks(message.source)
