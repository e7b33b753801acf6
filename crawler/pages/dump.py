"""Headers of posts in text that was copied or converted from a forum: who, when, which floor (facts: discuz.md 2.12).

A header is one line (a BBS header: several), made of a floor, a name, a word like 发表于, a time, and nothing but the
interface's own words after it. The name may stand above it, first of the lines that were the post's left column.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crawler.pages.floors import read_floor
from pipelines.interface import Strength, fold, furniture

_DAY = r"\d{4}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日)"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\b\.?)?"
_AGO = r"(?:\d+|半) ?(?:秒|分钟|分鐘|小时|小時|天)前|刚刚|剛剛|(?:今天|昨天|前天) ?\d{1,2}:\d{2}"
TIME = rf"(?:{_DAY}(?:[T ]{_CLOCK})?|{_AGO})"
MOMENT = rf"(?:{_DAY}[T ]{_CLOCK}|{_AGO})"
_POSTED = r"(?:发表于|發表於|发布于|發佈於|回复于|回覆於|Post time|Posted on|Posted at|Posted)\s*[:：]?"
FLOOR = r"(?:第?\s*\d{1,6}\s*(?:楼|樓|层|層|[#＃])|[#＃]\s*\d{1,6}\s*楼?|楼主|樓主|沙发|沙發|板凳|地板|No\.\s*\d{1,6}|\d{1,6}\s*[FfLl](?![A-Za-z]))"
_TYPE_SIZE = r"(?:大\s*中\s*小|字[体體]大小\s*[:：]?\s*t\s*T)"

_BY_TIME = re.compile(rf"^(?P<before>.{{0,90}}?){_POSTED}\s*(?P<time>{TIME})(?P<rest>.{{0,160}})$")
# themes print the same without the word, between bars: a button of the post's header must follow the time then
_BY_BUTTON = re.compile(
    rf"^(?:(?P<before>.{{0,90}}?)[|｜\s])??\s*(?P<time>{_DAY}[T ]{_CLOCK}|{_AGO})\s*(?P<rest>[|｜\s].{{2,160}})$"
)
_BY_OPENER = re.compile(
    r"^\s*(?:楼主|樓主)\s*[|｜]\s*"  # X marks every post of the thread's opener so; it is no floor
    r"|^\s*(?:作者|楼主|樓主|层主|層主|Author)\s*[:：]\s*"
)
_NUMBERS = re.compile(  # what stands for a name, or before it: the account's number, the thread's counters
    r"(?:^|(?<=[|｜]))\s*(?:U?ID\s*[:：]\s*\d+|(?:查看|浏览|瀏覽|阅读|閱讀|回复|回覆|回復|Views|Replies)\s*[:：]?\s*\d+)\s*(?=[|｜]|$)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?:^|[\s|｜])(?:来自|來自|IP ?[属屬]地)\s*[:：]?\s*[^\s|｜，。！？,!?:：]{1,20}(?: [^\s|｜，。！？,!?:：]{1,12})?(?=\s*(?:[|｜]|$))"
)
_BY_LABEL = re.compile(
    rf"^(?:作者|楼主|樓主|层主|層主|Author)\s*[:：]\s*(?P<author>\S.{{0,40}}?)\s*[|,，]?\s*"
    rf"(?:时间|時間|日期|发表时间|發表時間|Date|Time)\s*[:：]\s*(?P<time>{TIME})(?P<rest>.*)$"
)
_SUBJECT = re.compile(r"^\s*[|,，]?\s*(?:标题|標題|主题|主題|Subject|Title)\s*[:：]\s*(?P<title>.*)$")
_MARKED = re.compile(
    rf"^(?:#{{1,6}}\s+)?(?P<floor>{FLOOR})?\s*(?P<strong>\*\*|__)?(?P<author>[^*|()（）\[\]]{{1,40}}?)(?:\*\*|__)?"
    rf"\s*[|·•,，(（\[–—-]?\s*(?P<time>{_DAY} {_CLOCK})\s*[)）\]]?\s*(?P<tail>{FLOOR})?$"
)
_FLOOR_AND_NAME = re.compile(rf"^(?P<floor>{FLOOR}|推荐|推薦|置顶|置頂)(?:\s+(?P<author>\S.{{0,39}}))?$")
_TOUCH_LINES = 12
_TOUCH_TIME = re.compile(rf"\d{{0,12}}?(?P<time>{_DAY} {_CLOCK}|{_AGO})(?:\s*来自.{{1,20}})?")
_BBS_FROM = re.compile(r"^\s*(?:发信人|發信人|寄信人)\s*[:：]\s*(?P<author>\S+)")
_BBS_TITLE = re.compile(r"^\s*(?:标\s*题|標\s*題)\s*[:：]\s*(?P<title>.*)$")
_BBS_STATION = re.compile(r"^\s*(?:发信站|發信站|转信站)\s*[:：]\s*.*?\((?P<time>[^)]+)\)")
_BBS_TIME = re.compile(
    r"(?:[A-Za-z]{3}\s+)?(?P<month>[A-Z][a-z]{2})\s+(?P<day>\d{1,2})\s+(?P<clock>[\d:]{4,8})(?:\s+[A-Z]{3,4})?\s+(?P<year>\d{4})"
)
_HEADER_BUTTON = (Strength.STRONG, "post-header")
_PLUGIN = 16
_LABEL_LINES = re.compile(  # the labels of a printable page, each piece of it on a line of its own
    rf"(?:作者|Author)[:：]\n(?P<author>[^\n]{{1,40}})\n(?:时间|時間|发表时间|Time|Date)[:：]\n(?P<time>{TIME})(?:\n(?:标题|標題|Subject|Title)[:：]\n(?P<title>[^\n]{{1,200}}))?(?=\n|$)"
)
_LABEL_LOOK = 14
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
NOT_A_NAME = re.compile(r"[，。；！？、,;!?：:“”\"<>]|https?:")


class Header(NamedTuple):
    """One post's header; lines ``start`` to ``end`` (exclusive) of the capture are its own."""

    start: int
    end: int
    author: str | None
    time: str
    floor: int | None = None
    title: str | None = None
    form: str = ""
    """Of which kind: all true headers of a capture are of one kind, a quoted ``A 发表于 T`` is of another."""


def find_headers(lines: list[str]) -> list[Header]:
    """The post headers of a capture (``lines`` normalised), in order; quoted ones are left out."""
    found: list[Header] = []
    at = 0
    while at < len(lines):
        header = _read(lines, at) if lines[at] else None
        if header:
            found.append(header)
            at = header.end
        else:
            at += 1
    return _without_quoted(found, lines)


def _read(lines: list[str], at: int) -> Header | None:
    line = lines[at]
    if line[0] in ">＞":
        return None
    if line[0] == "|":  # a table's row, or a header whose name a converter left out
        header = _by_time(line, at)
        return header if header and "-more" in header.form else None
    if not any(char.isdecimal() for char in line) and not _BBS_FROM.match(line):
        return _by_floor(lines, at) or _by_label_lines(lines, at)
    return _by_time(line, at) or _by_floor(lines, at) or _by_label(lines, at) or _by_mark(line, at) or _bbs(lines, at)


def _by_time(line: str, at: int) -> Header | None:
    match = _BY_TIME.match(line)
    if not match:
        match = _BY_BUTTON.match(line)
        if not match or not _has_header_button(match["rest"]):
            return None
    elif not _is_interface(match["rest"]):
        return None
    before = _NUMBERS.sub("", _BY_OPENER.sub("", match["before"] or ""))
    floor = re.match(rf"\s*({FLOOR})\s*", before) or re.search(rf"\s({FLOOR})\s*$", before)
    rest_floor = re.search(FLOOR, match["rest"])
    name = re.sub(rf"^\s*{FLOOR}\s*(?=\S)|{_TYPE_SIZE}|\*\*|__|^#+\s", " ", before)
    name = name.replace(floor.group(1), " ") if floor and floor.group(1) in name else name
    name = re.sub(r"^[\s|｜·]+|[\s|｜·]+$", "", name)
    if name and furniture(name)[0] is not Strength.NONE and _has_words(name):
        name = ""
    if NOT_A_NAME.search(name) or len(name) > 40:
        return None
    form = "posted" + ("-size" if re.search(_TYPE_SIZE, before) else "") + ("-more" if _words(match["rest"]) else "")
    label = floor.group(1) if floor else rest_floor.group() if rest_floor else None
    form += "-floor" if label else ""
    if form == "posted" and (re.fullmatch(_DAY, match["time"]) or before[-1:] not in " |｜*_"):
        return None  # forums print a clock, and a blank behind the name: "his article发表于 2009-1-2" is prose
    return Header(at, at + 1, name or None, match["time"], _floor(label), None, form)


def _by_floor(lines: list[str], at: int) -> Header | None:
    """The touch view: floor and name on one line, the time (counters may be glued to it) on the next."""
    match = _FLOOR_AND_NAME.match(lines[at])
    if match is None:
        return None
    name = match["author"]
    for i in range(at + 1, min(at + _TOUCH_LINES, len(lines))):
        if not (line := lines[i]):
            continue
        if not name:
            name = line  # a converter may put each part on a line of its own
        elif time := _TOUCH_TIME.fullmatch(line):
            return Header(at, i + 1, name, time["time"], _floor(match["floor"]), None, "touch")
        elif not line.isdigit():
            return None
        if NOT_A_NAME.search(name) or len(name) > 40:
            return None
    return None


def _has_words(name: str) -> bool:
    """A name that is also a word of the interface (an account called 管理员) stays a name; a row of words does not."""
    return " " in name or "|" in name or fold(name) in ("楼主", "作者")


def _words(rest: str) -> str:
    return re.sub(r"[\s|｜]", "", rest)


def _is_interface(rest: str) -> bool:
    rest = rest.strip(" |｜")
    if not rest or re.fullmatch(FLOOR, rest) is not None or furniture(rest)[0] is not Strength.NONE:
        return True
    return _has_header_button(rest)


def _has_header_button(rest: str) -> bool:
    """Nothing but interface, some of it surely of a post's header (只看该作者), the poster's place, a plugin's short word."""
    rest = _PLACE.sub(" ", rest).strip(" |｜")
    if furniture(rest) == _HEADER_BUTTON:
        return True
    parts = [part.strip() for part in re.split(r"[|｜]", rest)]
    sure = any(furniture(word) == _HEADER_BUTTON for part in parts for word in (part, *part.split()))
    return sure and all(furniture(part)[0] is not Strength.NONE or _is_short(part) for part in parts if part)


def _is_short(part: str) -> bool:
    return len(part) <= _PLUGIN and NOT_A_NAME.search(part) is None


def _by_label(lines: list[str], at: int) -> Header | None:
    match = _BY_LABEL.match(lines[at])
    if not match:
        return _by_label_lines(lines, at)
    rest = match["rest"].strip()
    subject = _SUBJECT.match(rest)
    if (
        rest
        and not subject
        and not re.fullmatch(
            r"(?:[|,，]?\s*(?:点击|點擊|回复|回覆|浏览|瀏覽|查看)\s*[:：]?\s*\d+\s*)+|\(?\S{0,8}[楼樓#]\)?", rest
        )
    ):
        return None
    end = at + 1
    if not subject and end < len(lines) and (subject := _SUBJECT.match(lines[end])):
        end += 1
    return Header(
        at, end, match["author"], match["time"], None, subject["title"].strip() if subject else None, "labelled"
    )


def _by_label_lines(lines: list[str], at: int) -> Header | None:
    if not lines[at].endswith((":", "：")):
        return None
    shown = [i for i in range(at, min(at + _LABEL_LOOK, len(lines))) if lines[i]]
    match = _LABEL_LINES.match("\n".join(lines[i] for i in shown))
    if not match:
        return None
    end = shown[match.group().count("\n")] + 1
    return Header(at, end, match["author"], match["time"], None, match["title"], "labelled")


def _by_mark(line: str, at: int) -> Header | None:
    match = _MARKED.match(line)
    if not match or NOT_A_NAME.search(match["author"]):
        return None
    label = match["floor"] or match["tail"]
    if not label and not match["strong"] and not line.startswith("#"):
        return None
    return Header(at, at + 1, match["author"].strip() or None, match["time"], _floor(label), None, "marked")


def _bbs(lines: list[str], at: int) -> Header | None:
    """``发信人 / 标题 / 发信站`` on three lines, as bulletin boards and their web copies print them."""
    match = _BBS_FROM.match(lines[at])
    if not match:
        return None
    title, time, end = None, "", at + 1
    for i in range(at + 1, min(at + 5, len(lines))):
        if found := _BBS_TITLE.match(lines[i]):
            title, end = found["title"].strip(), i + 1
        elif found := _BBS_STATION.match(lines[i]):
            time, end = found["time"], i + 1
    return Header(at, end, match["author"], time, None, title, "bbs") if title is not None or time else None


def _floor(label: str | None) -> int | None:
    return read_floor(label) if label else None


def _without_quoted(found: list[Header], lines: list[str]) -> list[Header]:
    """Of a bare ``A 发表于 T``: no header beside fuller ones, nor when it repeats the name and time of an earlier one.

    Guests' and anonymous posts are told so beside fuller headers, too: the floor stands above them.
    """
    bare = [header for header in found if header.form == "posted" and header.author]
    if bare and len(bare) == len(found) and _is_list(bare, lines):
        return []
    if len(bare) < len(found):
        return [h for h in found if h.form != "posted" or not h.author or _stands_below_floor(lines, h.start)]
    seen: set[tuple[str | None, str]] = set()
    kept = []
    for header in found:
        key = (header.author, header.time[:16])
        if header.form != "posted" or key not in seen:
            kept.append(header)
        seen.add(key)
    return kept


def _is_list(bare: list[Header], lines: list[str]) -> bool:
    """Whether such lines stand below each other, as in a log or a table: posts have texts between them."""
    ends = [header.start for header in bare[1:]] + [len(lines)]
    empty = sum(not any(lines[header.end : end]) for header, end in zip(bare, ends, strict=True))
    return empty * 2 >= len(bare)


def _stands_below_floor(lines: list[str], at: int) -> bool:
    above = next((lines[i] for i in range(at - 1, max(at - 4, -1), -1) if lines[i]), "")
    return re.fullmatch(FLOOR, above) is not None


def bbs_time(raw: str) -> str | None:
    """``Thu Feb 12 10:11:22 2009`` as ``2009-2-12 10:11:22``; ``None`` when it is not of that form."""
    match = _BBS_TIME.search(raw)
    if not match or match["month"] not in _MONTHS:
        return None
    return f"{match['year']}-{_MONTHS.index(match['month']) + 1}-{match['day']} {match['clock']}"
