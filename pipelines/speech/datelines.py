"""What the lines above a text are read into, and the lines of them that carry a date."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.speech.dates import When, find_date
from pipelines.speech.fold import Line, Span
from pipelines.speech.names import HAN
from pipelines.speech.occasions import Clause, is_event, trim_occasion
from pipelines.speech.persons import Person, read_people
from pipelines.speech.words import words

_STEMS = words(
    "会议 讲话 演讲 活动 访谈 采访 述职 座谈 对话 致辞 致词 报告 讲座 授课 讲课 上课 汇报 召开 举行 举办 开会 发言 宣讲 录音 录制 直播 答辩 播出 首播 播放 节目 直播 听证 质询 调解 开庭 庭审 仪式 典礼 训话 谈话 答问"
)
TIME_KEYS = ("时间", *(f"{stem}时间" for stem in _STEMS), "日期")
PLACE_KEYS = ("地点", *(f"{stem}地点" for stem in _STEMS), "会场")
"""Keys of a label block that tell when and where: 时间:…, 召开地点:…"""

_WEEKDAY = re.compile(
    r"[(,]? ?(?:星期|周|礼拜)[一二三四五六日天] ?[)]?|(?:上午|下午|晚上|凌晨|中午|傍晚|清晨|早晨|夜间|夜里|晚|晨|夜)(?=$|[ ,()、0-9])|(?:上午|下午|晚上|晚)?\d{1,2}(?:时|点)(?:\d{1,2}分?|半|整)?|\d{1,2}[:时点]\d{0,2}分?|香港时间.*|(?:晴|阴|多云|小雨|大雨|雪|雨)$"
)
_VENUE = re.compile(rf"^[{HAN}A-Za-z0-9·]{{2,18}}$")
_NO_VENUE = re.compile(
    r"(?:稿|讲话|发言|报告|同志|会议|审[阅定核]|修改|定稿|初稿|第.*[次稿届]|通过|印发|发布|刊登|整理|录音|年|全文|摘要|节选|草案|讨论|征求意见|供|版|上|下|会)$|^(?:根据|第|摘|在|于|经|由|共|约|上|下)"
)


@dataclass(slots=True)
class Head:
    """What the lines above the body say."""

    body: int = 0  # number of the first line of the body
    people: list[Person] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    titles: list[Line] = field(default_factory=list)
    lead: Clause | None = None
    lead_person: Person | None = None
    block: dict[str, Line] = field(default_factory=dict)
    when: tuple[Line, When] | None = None
    venue: Span | None = None
    occasion: Span | None = None
    salutation: bool = False
    writers: list[Person] = field(default_factory=list)
    reporters: list[Span] = field(default_factory=list)
    signed_by: list[Span] = field(default_factory=list)
    credited: list[Span] = field(default_factory=list)  # 作者: and a pen name or an office
    source: Span | None = None
    editors: list[Span] = field(default_factory=list)
    news: Line | None = None
    masked: bool = False
    titled: bool = False  # the thread's subject ends in a genre word
    reporter_line: bool = False
    listed: list[Person] = field(default_factory=list)  # who takes part, line by line
    listing: bool = False  # the line above begins or continues a list of who takes part


# (正月十五), 庚寅年八月十六: a day that no calendar here resolves
_LUNAR_LINE = re.compile(
    r"[( ]*(?:[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年?|农历|阴历)?[ ,]*(?:[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年)?(?:[正腊冬一二三四五六七八九十]{1,2}月)(?:初|十|廿|卅|二十|三十)[一二三四五六七八九十]?(?:日|夜|晚)?[) ]*"
)


def take_dated(line: Line, head: Head, *, roc: bool) -> bool:
    """A line with a date: alone, in brackets, with a place, a name or an event."""
    if len(line.flat) > 80 or line.flat.rstrip().endswith(("。", "!", ";")):
        return False
    masked = re.fullmatch(r"[( ]*(?:[×xX*○_某 ]{1,4}年)?[×xX*○_某 ]{1,4}月[×xX*○_某 ]{1,4}[日号][) ]*", line.flat)
    if masked or _LUNAR_LINE.fullmatch(line.flat):
        return True
    when = find_date(line.flat, roc=roc)
    if when is None or (
        when.month is None and line.flat[when.end :].strip(" )") and "×" not in line.flat[when.start : when.end]
    ):
        return False
    parts = [line.part(0, when.start), line.part(when.end, len(line.flat))]
    parts = [_unwrapped(piece) for part in parts for piece in _listed(part)]
    comma = line.flat[when.end :].lstrip(" 日").startswith((",", "于", "、")) and "(" in line.flat[: when.start]
    comma = comma or line.flat[when.end :].lstrip().startswith(("·", "|"))
    read = [_dated_rest(part, head, comma=comma) for part in parts if part.flat]
    if not all(read):
        return False
    for effect in read:
        if callable(effect):
            effect()
    head.when = head.when or (line, when)
    return True


def _listed(part: Line) -> list[Line]:
    """洛浦 and 根据录音整理 of (1999年11月17日,洛浦,根据录音整理)."""
    pieces = part.flat.strip(" ()[],").split(",")
    if len(pieces) < 2 or max(map(len, pieces)) > _LONG_PLACE:
        return [part]
    found, at = [], 0
    for piece in pieces:
        at = part.flat.index(piece, at)
        found.append(part.part(at, at + len(piece)))
        at += len(piece)
    return found


def _unwrapped(part: Line) -> Line:
    """Without the brackets, commas and weekdays that stood around the date."""
    while True:
        flat = part.flat
        weekday = _WEEKDAY.match(flat)
        if flat and flat[0] in ")(,、 ·【】[]日于|":
            part = part.part(1, len(flat)) if flat[0] != "于" or len(flat) < 12 else part
            if flat[0] == "于" and len(flat) >= 12:
                return part
        elif flat and (flat[-1] in "(, 、【[|" or (flat[-1] == ")" and "(" not in flat)):
            part = part.part(0, len(flat) - 1)
        elif flat in ("公元", "西元"):
            part = part.part(0, 0)
        elif weekday:
            part = part.part(weekday.end(), len(flat))
        else:
            return part


def _dated_rest(part: Line, head: Head, *, comma: bool) -> object:
    """What stands beside a date: an action that records it, or False if the line is no date line."""
    people = read_people(part, "byline-date")
    bare = len(people) == 1 and people[0].role is None and people[0].name is not None
    known = any(person.name is not None for person in head.people)
    seated = any(person.name is not None and person.role is not None for person in head.people)
    town = bare and ((len(part.flat) == 2 and (comma or known)) or (comma and seated))
    if people and not town and all(p.name is not None or p.masked for p in people):
        return lambda: record_people(head, people)
    at = re.match(r"^(?:在|于)(?P<o>.{2,50}?)(?:上)?$", part.flat)
    if at:
        span = part.span(*at.span("o"), "date-line")
        if is_event(at["o"]):
            occasion = trim_occasion(part, *at.span("o"))
            return lambda: setattr(head, "occasion", head.occasion or (occasion.by("date-line") if occasion else None))
        if len(at["o"]) >= _LONG_PLACE:
            return False
        if not _VENUE.match(at["o"]) or _NO_VENUE.search(at["o"]):
            return lambda: None  # 在记者会上的问答全文: no place, though the day counts
        return lambda: setattr(head, "venue", head.venue or span)
    place, _, event = part.flat.partition(" ")
    if event and is_event(event) and _VENUE.match(place) and not _NO_VENUE.search(place):
        return lambda: _record_event(head, part, len(place))
    if is_event(part.flat):
        return lambda: setattr(head, "occasion", head.occasion or part.span(0, len(part.flat), "date-line"))
    if _VENUE.match(part.flat) and not _NO_VENUE.search(part.flat):
        return lambda: setattr(head, "venue", head.venue or part.span(0, len(part.flat), "date-line"))
    return (
        (lambda: None)
        if re.fullmatch(
            r"第[一二三四五六七八九十\d]{1,3}[组场讲次节]|(?:未经|已经|经)[^。,]{2,16}(?:审[阅定核]|同意|校对)|(?:根据|据|按)|(?:根据|据|按|由)?[^。,]{0,8}(?:录音|速记|录像|视频|记录)[^。]{0,6}整理(?:[,。]?(?:未经|未|已经?|经)[^。]{2,16})?|.{0,40}(?:会议|大会|全会)(?:审议)?通过|.{0,8}(?:稿|讲话|整理|录音|印发|通过|全文|摘要|节选|译文|版)",
            part.flat,
        )
        else False
    )


def _record_event(head: Head, part: Line, end: int) -> None:
    """县礼堂 年终总结大会: a place up to ``end``, then what was held there."""
    head.venue = head.venue or part.span(0, end, "date-line")
    head.occasion = head.occasion or part.span(end, len(part.flat), "date-line")


_LONG_PLACE = 16


def record_people(head: Head, people: list[Person]) -> None:
    head.masked = head.masked or any(person.masked for person in people)
    printed = any(person.name is not None and not person.name.raw.isascii() for person in head.people)
    if printed:  # the translation of a byline: Mayor Lu Hongjian
        people = [person for person in people if person.name is None or not person.name.raw.isascii()]
    head.people.extend(
        person for person in people if person.name is not None or (person.role is not None and not person.masked)
    )
