"""Markdown that somebody's converter made of a forum page, back to plain lines; the author's own text is not Markdown."""

from __future__ import annotations

import html
import itertools
import re
from typing import NamedTuple

from crawler.items import Attachment

_FRONT = re.compile(r"^[A-Za-z_][\w-]*\s*:")
_RULE = re.compile(r"^\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
_IMAGE = re.compile(
    r"!\[(?P<alt>(?:\\.|[^\[\]\\]){0,400})\]\(\s{0,3}<?(?P<url>[^)\s>]{1,2000})>?(?:\s+[\"'][^)]{0,400})?\)"
)
_LINK = re.compile(
    r"(?<![!\\])\[(?P<text>(?:\\.|[^\[\]\\]){0,400})\]\(\s{0,3}<?(?P<url>[^)\s>]{1,2000})>?(?:\s+[\"'][^)]{0,400})?\)"
)
_AUTOLINK = re.compile(r"<((?:https?|ftp|mailto)[:][^<>\s]{1,2000})>")
_STRONG = re.compile(r"(?<![\\*~])(\*\*|~~|(?<!\w)__)(?=[^\s*~])(.{1,200}?)(?<=[^\s\\])\1(?![*~])")
_STRONG_END = re.compile(r"[^\s\\](?:\*\*|~~|__)(?![*~])")
_SYNTAX = re.compile(r"[`\[*_~<&\\#\x00]|--")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.{1,400}?)(?<!`)\1(?!`)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~>|<])")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
_SITE_PICTURE = re.compile(
    r"(?:^|/)(?:static/image|images/(?:common|default|smilies|attachicons)|smil(?:ey|ies))/", re.IGNORECASE
)
_CREDIT = re.compile(
    r"整理|转载|轉載|搬运|搬運|备份|備份|存档|存檔|收录|收錄|讨论请前往|archived? (?:by|from)|mirror", re.IGNORECASE
)


class Front(NamedTuple):
    """A front matter's fields, and the first line below it."""

    fields: dict[str, str]
    end: int


def is_rule(line: str) -> bool:
    """Whether a line is a horizontal rule."""
    return _RULE.match(line) is not None


def halve(lines: list[str]) -> list[str]:
    """The lines without the empty ones, when some program wrote every newline twice; else the lines themselves."""
    if len(lines) < 12:
        return lines
    for parity in (0, 1):
        if not any(lines[2 + parity :: 2]) and any(lines[3 - parity :: 2]):
            return [line for at, line in enumerate(lines) if at < 2 or at % 2 != parity]
    return lines


def read_front(lines: list[str]) -> Front:
    """The ``key: value`` block between two ``---`` at the very top; no fields where there is none."""
    at = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if at == len(lines) or lines[at].strip() != "---":
        return Front({}, 0)
    fields: dict[str, str] = {}
    for i in range(at + 1, min(len(lines), at + 60)):
        line = lines[i].strip()
        if line == "---":
            return Front(fields, i + 1)
        if _FRONT.match(line):
            key, _, value = line.partition(":")
            fields[key.strip().lower()] = value.strip().strip("\"'")
        elif line and not line.startswith(("-", "#")):
            return Front({}, 0)
    return Front({}, 0)


def find_credits(lines: list[str]) -> set[int]:
    """Indices of an archivist's own block: a linked credit that stands alone between two horizontal rules."""
    found: set[int] = set()
    rules = [i for i, line in enumerate(lines) if is_rule(line)]
    for first, last in itertools.pairwise(rules):
        inside = [line for line in lines[first + 1 : last] if line.strip()]
        if len(inside) == 1 and _LINK.search(inside[0]) and _CREDIT.search(inside[0]):
            found.update(range(first, last + 1))
    return found


def join_soft(lines: list[str]) -> list[str]:
    """Lines with soft breaks closed: where hard breaks (two blanks at the end) are in use, a bare newline is a blank."""
    if not any(line.endswith("  ") and line.strip() for line in lines):
        return lines
    joined: list[str] = []
    soft = False
    for line in lines:
        if soft and line.strip() and not line.lstrip().startswith((">", "#", "!", "|")):
            joined[-1] += " " + line.lstrip()
        else:
            joined.append(line)
        soft = bool(line.strip()) and not line.endswith("  ") and not is_rule(line) and not line.startswith("#")
    return joined


def plain_line(line: str, pictures: list[Attachment] | None = None) -> str:
    """What one line of Markdown shows; pictures leave nothing and are added to ``pictures``."""

    def picture(match: re.Match[str]) -> str:
        if pictures is not None and not _SITE_PICTURE.search(match["url"]):
            pictures.append(Attachment("image", match["alt"] or None, match["url"]))
        return ""

    if _SYNTAX.search(line) is None:
        return line
    if is_rule(line):
        return ""
    codes: list[str] = []

    def keep_code(match: re.Match[str]) -> str:
        codes.append(match.group(2))
        return f"\x00{len(codes) - 1}\x00"

    line = _CODE.sub(keep_code, line.replace("\x00", ""))
    line = _LINK.sub(lambda match: match["text"] or match["url"], _IMAGE.sub(picture, line))
    line = _AUTOLINK.sub(r"\1", line)
    if _STRONG_END.search(line):
        line = _STRONG.sub(r"\2", line)
    if heading := _HEADING.match(line):
        line = heading.group(1)
    line = html.unescape(_ESCAPE.sub(r"\1", line))
    return re.sub("\x00(\\d+)\x00", lambda match: codes[int(match.group(1))], line)
