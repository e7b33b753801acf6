"""A text capture as lines, cut into its posts' stretches by their headers; whose forum it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from urllib.parse import urlsplit

from crawler.items import Profile, RawPage
from crawler.pages import markdown
from crawler.pages.column import (
    column_above,
    floor_above,
    floor_in,
    guest_column,
    has_name_above,
    has_ranks,
    nameless_column,
)
from crawler.pages.dump import Header
from crawler.pages.engine import parse_address
from crawler.pages.markup import host_of, is_address, is_web
from crawler.pages.times import page_offset
from pipelines.chrome import normalise
from pipelines.interface import Strength, fold, furniture
from pipelines.invisible import has_invisible, strip_invisible

_NEWLINE = re.compile(r"\r\n?|\n|\u2028|\u2029")
_URL = re.compile(r"https?://[^\s<>\"'，。；）】」）)\]]+")
COPY_LINK = re.compile(
    r"\s*\[\s*(?:复制链接|複製鏈接|复制本帖链接|複製本帖鏈接|Copy link|Copy this link to quote)\s*\]\s*", re.IGNORECASE
)
_END = re.compile(
    r"^(?:你需要 ?登录 ?后才可以(?:回|发)帖|本版积分规则|积分规则$|post_newreply$|回帖后跳转到最后一页|使用个人签名|you have to log in before you can reply"
    r"|points rules$|发表新回复$|高级模式$|advanced mode$|查看完整版本:|页: ?(?:\[?\d|$)|powered by|※ 来源)"
)
_BBS_SIGNATURE = re.compile(r"^--$")


@dataclass(slots=True)
class Copied:
    """A capture's lines in two states: as written, and normalised for looking at."""

    lines: list[str]
    bare: list[str]
    is_markdown: bool
    is_archiver: bool
    front: dict[str, str]
    top: int
    zone: tzinfo
    host: str


@dataclass(slots=True)
class Draft:
    """One post being read: its header, and the lines of its body."""

    header: Header
    author: str | None
    start: int
    """Where the post begins, its left column included."""
    body: range
    buttons: tuple[str, ...] = ()
    """The rows below its body that the other posts of the capture end with, too."""
    title: str = ""
    """The thread's subject; set when the threads of the capture are told apart."""


def open_capture(text: str, page: RawPage, profile: Profile) -> Copied:
    lines = markdown.halve(_NEWLINE.split(text))
    front = markdown.read_front(lines)
    path = urlsplit(page.url).path.lower() if is_address(page.url) else ""
    is_markdown = bool(front.fields) or path.endswith((".md", ".markdown"))
    if is_markdown:
        for at in markdown.find_credits(lines):
            lines[at] = ""
    bare = []
    marked = has_invisible(text)
    for line in lines:
        if not line or line.isspace():
            bare.append("")
            continue
        shown = markdown.plain_line(line) if is_markdown and not line.lstrip().startswith(">") else line
        bare.append(normalise(strip_invisible(shown)[0] if marked else shown))
    zone = profile.zone(page_offset(text))
    is_archiver = any(fold(line).startswith("查看完整版本:") for line in bare[-40:])
    return Copied(lines, bare, is_markdown, is_archiver, front.fields, front.end, zone, _host(page, profile, bare))


def _host(page: RawPage, profile: Profile, bare: list[str]) -> str:
    """The forum's host: as told, from the address, or the only one whose thread or board addresses are printed."""
    if profile.forum:
        return profile.forum
    if is_web(page.url) and urlsplit(page.url).netloc:
        return host_of(page.url)
    hosts = {host_of(url) for url in forum_urls(bare)}
    return hosts.pop() if len(hosts) == 1 else "unknown"


def forum_urls(bare: list[str]) -> Iterator[str]:
    for line in bare:
        if "://" in line:
            for url in _URL.findall(line):
                address = parse_address(url)
                if address and address.kind != "index":
                    yield url


def split_posts(capture: Copied, headers: list[Header]) -> list[Draft]:
    """The posts' stretches of lines, each up to the left column of the next post or to the page's own end."""
    starts: list[tuple[int, str | None]] = []
    floor = capture.top
    nameless = _is_nameless(capture, headers)
    numbered = floor_above(capture.bare, headers[0])
    for header in headers:
        if header.author:
            starts.append((guest_column(capture.bare, header, floor, numbered=numbered), header.author))
        elif nameless:
            fence = _title_fence(capture, headers[0])
            ranked = has_ranks(capture.bare, headers[0], fence)
            starts.append(nameless_column(capture.bare, header, max(floor, fence), numbered=numbered, ranked=ranked))
        else:
            starts.append(_column(capture, header, floor))
        floor = header.end
    headers = [
        header if header.floor is not None else header._replace(floor=floor_in(capture.bare[start : header.start]))
        for header, (start, _) in zip(headers, starts, strict=True)
    ]
    drafts = []
    ends = [start for start, _ in starts[1:]] + [len(capture.lines)]
    for header, (start, author), end in zip(headers, starts, ends, strict=True):
        end = page_end(capture, header, end)
        drafts.append(Draft(header, author, start, range(header.end, max(header.end, end))))
    return drafts


def _column(capture: Copied, header: Header, floor: int) -> tuple[int, str | None]:
    if capture.is_archiver:  # a name and its time, split by a converter
        above = next((at for at in range(header.start - 1, floor - 1, -1) if capture.bare[at]), header.start)
        return above, capture.bare[above] if above < header.start else None
    top = _below_title(capture, floor, header.start)
    opening = floor == capture.top  # later, what looks like a title is a post's own subject
    fenced = top > floor and (opening or markdown.is_rule(capture.lines[top - 1]))
    return column_above(capture.bare, header, top, fenced=fenced)


def _is_nameless(capture: Copied, headers: list[Header]) -> bool:
    """Whether the page prints no names: nothing that may be one stands between its title and its first post."""
    if capture.is_archiver or any(header.author for header in headers):
        return False
    fence = _title_fence(capture, headers[0])
    return fence > capture.top and not has_name_above(capture.bare, headers[0], fence)


def _title_fence(capture: Copied, first: Header) -> int:
    """The first line below the thread's title, which stands below the counters of views and replies, if not marked."""
    fence = _below_title(capture, capture.top, first.start)
    if fence > capture.top:
        return fence
    counters = [i for i in range(capture.top, first.start) if furniture(capture.bare[i])[1] == "thread-header"]
    if not counters:
        return capture.top
    behind = (i for i in range(counters[-1] + 1, first.start) if capture.bare[i])
    title = next((i for i in behind if furniture(capture.bare[i])[0] is Strength.NONE), None)
    return capture.top if title is None else title + 1


def _below_title(capture: Copied, floor: int, header: int) -> int:
    """The first line that can be a post's left column: below headings, rules and the thread's title."""
    for i in range(header - 1, floor - 1, -1):
        raw, bare = capture.lines[i], capture.bare[i]
        heading = capture.is_markdown and (raw.startswith("#") or markdown.is_rule(raw))
        if heading or COPY_LINK.search(bare) or (bare and bare == capture.front.get("title")):
            return i + 1
    return floor


def page_end(capture: Copied, header: Header, end: int) -> int:
    """Where the page's own end begins in a post's stretch of lines: the reply box, the footer; else ``end``."""
    for at in range(header.end, end):
        line = capture.bare[at]
        if not line:
            continue
        if header.form == "bbs" and _BBS_SIGNATURE.match(line):
            return at
        if _END.match(fold(line)):
            return at
        if furniture(line) == (Strength.STRONG, "footer"):
            return at
    if header.form == "touch" and end == len(capture.lines):  # its page ends with the button of the reply box
        last = next((at for at in range(end - 1, header.end, -1) if capture.bare[at]), end)
        return last if last < end and fold(capture.bare[last]) in ("回复", "reply") else end
    if header.form.startswith("posted-size"):  # 6.x and 7.x end every post with a link to the top
        last = next((at for at in range(end - 1, header.end - 1, -1) if capture.bare[at]), end)
        if last < end and capture.bare[last] == "TOP":
            return last
    return end
