"""From a text's lines to a post's message as Discuz! renders it from BBCode or stores it as HTML, raw newlines still in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape as _escape
from random import Random

from crawler.demo.types import Para

SITE = "@SITE@"
"""Stands for the site's address until a page is served."""
INDENTS = ("　　", "　　", "", "    ", "\t")
_SPACES = re.compile(r"[ \t\xa0]+")
_SMILIES = (("smile", 1), ("victory", 14), ("handshake", 23), ("lol", 12))


def escape(text: str) -> str:
    """As Discuz! escapes words: the four characters."""
    return _escape(text, quote=False).replace('"', "&quot;")


def canonical(lines: Sequence[str]) -> str:
    """The lines by the contract's rule for ``posts.text``: one space for a run, none at the ends, no empty line."""
    tidy = (_SPACES.sub(" ", line).strip(" 　") for line in lines)
    return "\n".join(line for line in tidy if line)


def bbcode(paras: Sequence[Para], rng: Random) -> str:
    """Lines as an author formats them: indented, headings bold, the title centred; ``\\n`` between lines."""
    indent, blank, centred = rng.choice(INDENTS), rng.random() < 0.2, rng.random() < 0.5
    lines: list[str] = []
    for para in paras:
        text = escape(para.text)
        if para.role in ("title", "byline", "date") and centred:
            size = "5" if para.role == "title" else "3"
            lines.append(f'<div align="center"><strong><font size="{size}">{text}</font></strong></div>')
        elif para.role == "heading":
            lines.append(f"{indent}<strong>{text}</strong>")
        elif para.role == "body" and rng.random() < 0.04:
            lines.append(f'{indent}<font color="Red">{text}</font>')
        else:
            lines.append(f"{indent}{text}")
        if blank:
            lines.append("")
    return "\n".join(lines[:-1] if blank else lines)


def html_mode(paras: Sequence[Para], rng: Random) -> tuple[str, list[str]]:
    """(source, visible lines) of a post stored as HTML: paragraphs, and newlines of the source that break no line."""
    source: list[str] = []
    visible: list[str] = []
    breaking = rng.random() < 0.4
    for para in paras:
        text = para.text
        cut = text.find("。", 4) + 1
        if 0 < cut < len(text) and rng.random() < 0.35:
            visible.append(f"{text[:cut]} {text[cut:]}")
            inner = f"{escape(text[:cut])}\n{escape(text[cut:])}"
        else:
            visible.append(text)
            inner = escape(text)
        if breaking:
            source.append(f"&nbsp; &nbsp; {inner}<br />")
        else:
            source.append(f'<p style="text-indent:2em;line-height:1.8"><span style="font-size:16px">{inner}</span></p>')
    joint = ("\n", "", "\n\n") if not breaking else ("\n", "\n", "")
    return "".join(part + rng.choice(joint) for part in source), visible


def table(rng: Random, head: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, list[str]]:
    """(markup, lines) of ``[table]``; newlines stay between its rows."""
    cells = [[*head], *([*row] for row in rows)]
    body = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in cells)
    return f'<table cellspacing="0" class="t_table" style="width:98%">{body}</table>', [" ".join(row) for row in cells]


def bullet_list(rng: Random, items: Sequence[str]) -> tuple[str, list[str]]:
    """(markup, lines) of ``[list]``, plain or numbered."""
    opening = rng.choice(("<ul>", '<ul type="1" class="litype_1">'))
    return opening + "".join(f"<li>{escape(item)}" for item in items) + "</ul>", list(items)


def code_box(rng: Random, lines: Sequence[str]) -> tuple[str, list[str]]:
    """(markup, lines) of ``[code]``; a stray CR stays before every ``<li>``, so that noise gets in."""
    name = "".join(rng.choice("abcdefghijkmnpqrstuvwxyzABCDEFGH") for _ in range(3))
    items = "\r<li>".join(escape(line) for line in lines)
    box = f'<div class="blockcode"><div id="code_{name}"><ol><li>{items}</ol></div>'
    return f"{box}<em onclick=\"copycode($('code_{name}'));\">复制代码</em></div>", list(lines)


def smiley(rng: Random) -> str:
    name, number = rng.choice(_SMILIES)
    return f'<img src="static/image/smiley/default/{name}.gif" smilieid="{number}" border="0" alt="" />'


def link(text: str, url: str) -> str:
    return f'<a href="{url}" target="_blank">{escape(text)}</a>'


def quote_box(header: str, pid: int, tid: int, lines: Sequence[str], old: bool) -> str:
    """A reply's quote; ``old``: the header of X1.5 to X2.5, an arrow behind grey words."""
    href = f"{SITE}forum.php?mod=redirect&amp;goto=findpost&amp;pid={pid}&amp;ptid={tid}"
    if old:
        arrow = f'<a href="{href}" target="_blank"><img src="static/image/common/back.gif" onload="thumbImg(this)" alt="" /></a>'
        head = f'<font size="2"><font color="#999999">{escape(header)}</font> {arrow}</font>'
    else:
        head = (
            f'<font size="2"><a href="{href}" target="_blank"><font color="#999999">{escape(header)}</font></a></font>'
        )
    body = "\n".join(escape(line) for line in lines)
    return f'<div class="quote"><blockquote>{head}\n{body}</blockquote></div>'


def locked(fid: int, tid: int) -> str:
    """What a guest sees of ``[hide]``."""
    href = f"forum.php?mod=post&amp;action=reply&amp;fid={fid}&amp;tid={tid}"
    return (
        f'<div class="locked">游客，如果您要查看本帖隐藏内容请<a href="{href}" '
        "onclick=\"showWindow('reply', this.href)\">回复</a></div>"
    )
