"""One reading of a text that both stages share: its parts, its kind, its turns."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from functools import lru_cache

from pipelines.speech.datelines import Head
from pipelines.speech.fold import Line, Span, line_of, traditional
from pipelines.speech.genres import (
    ELLIDED,
    SPEECH_KINDS,
    TURN_KINDS,
)
from pipelines.speech.head import read_head
from pipelines.speech.kinds import Parts, kind_of
from pipelines.speech.labels import may_begin
from pipelines.speech.layout import Layout, lay_out
from pipelines.speech.leads import take_lead
from pipelines.speech.names import HAN, is_name
from pipelines.speech.notes import Notes
from pipelines.speech.occasions import Clause, read_clause
from pipelines.speech.persons import is_picture, read_listed, read_people, read_person
from pipelines.speech.run_together import separated
from pipelines.speech.tail import read_tail
from pipelines.speech.turns import Turn, find_turns

LOCAL = timedelta(hours=8)
ATTENDING = (
    "主持",
    "主持人",
    "会议主持",
    "会议主持人",
    "参加",
    "参加人",
    "参加人员",
    "参会",
    "参会人",
    "参会人员",
    "参会领导",
    "与会",
    "与会人员",
    "出席",
    "出席人员",
    "出席领导",
    "列席",
    "列席人员",
    "对谈人",
    "对谈者",
    "对谈嘉宾",
    "对话人",
    "对话者",
    "谈话人",
    "讨论人",
    "参加者",
    "参与者",
    "召集人",
    "质询委员",
    "与谈人",
    "与谈",
    "人员",
    "到会",
    "在场",
    "在场人员",
    "座谈人员",
    "列席领导",
    "调解人",
    "调解员",
    "口述",
    "口述人",
    "口述者",
    "讲述",
    "讲述人",
    "采访",
    "访问",
    "访问者",
    "访员",
    "出席嘉宾",
    "现场嘉宾",
    "参会嘉宾",
    "评委",
    "导师",
    "发布人",
)  # their labels may be surnames
LONGEST_TITLE = 255  # Discuz! X3.5 keeps no longer subject
COLLECTION = re.compile(
    r"精选|范例|范本|例文|范文(?![\u4e00-\u9fff]{0,2}(?:同志|书记|校长|主任|[市县区]长|在|:))|模板|通用\d*篇|(?<!第)[\d一二三四五六七八九十]+篇|大全|集锦|合集|汇编|锦集|多篇|汇总|\(?参考\)?$"
)
_REPLY = re.compile(r"^ *(?:re|回复|答复) ?[:：]", re.IGNORECASE)
_CHATTER = re.compile(
    r"楼主|楼上|沙发|板凳|学习了|学习一下|收藏|顶一下|顶起|^顶|^支持|谢谢分享|感谢分享|多谢分享|下载|附件|链接|转给|记录一下|^求|路过|围观|mark|好文|不错|拜读|加精|讲得(?:真|实在|好)|这篇讲话|写得好|"
    r"数据有出处|有出处吗|请问",
    re.IGNORECASE,
)
_SPEECH_START = re.compile(r"^(?:同志们|各位|大家|今天|刚才|这次|下面|根据会议|我|在这|首先|很高兴|非常)")
_REPORTED = re.compile(
    r"(?:^|[。\n”])(?:会上|会议上|座谈会上|大会上)[,，]?[^。,，]{2,16}(?:指出|强调|表示|要求|说|认为)[:,：，]"
)
_REPORTING = re.compile(
    rf"^[ \u3000]*(?P<n>[{HAN}]{{2,4}}?)(?:同志|书记|[省市县区]长|主任|主席)?(?:指出|强调|表示|要求|说|认为|最后指出)[,，:：]",
    re.MULTILINE,
)
_FILE = re.compile(r"\.(?:docx?|pdf|txt|wps|rtf|html?|pptx?)$", re.IGNORECASE)
_SITE_TAGS = re.compile(
    r"^(?:\d{1,3}[.、](?!\d) ?|[【\[(](?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?[】\])] ?|(?:19|20)\d{6} ?[-_]? ?(?=[\u4e00-\u9fff])|[(（](?![^)）]*(?:摘|节|[年月日]))[\u4e00-\u9fff]{1,6}[)）] ?(?=[\u4e00-\u9fff])|(?: *(?:转发|转载|转贴|转帖|转|fwd?|FWD?|Fwd?)(?: +|:)| *[【\[](?:转帖?|转载|原创|分享|推荐|讨论|求助|精华|置顶|公告|讲话|领导讲话|材料|范文|[^】\]]{1,6})[】\]])+ *)"
)


@dataclass(slots=True)
class Analysis:
    """The parts of a text; spans point into the text or the title."""

    text: str
    title: Line | None
    title_clause: Clause | None
    layout: Layout
    head: Head
    notes: Notes
    turns: tuple[Turn, ...]
    kind: str
    kind_span: Span | None
    posted: date | None
    roc: bool
    chatter: bool
    collection: bool
    first: int = 0  # body: lines [first, last)
    last: int = 0

    @property
    def is_speech(self) -> bool:
        """The kind is one of those that a person delivers."""
        return self.kind in SPEECH_KINDS or self.kind in TURN_KINDS or (self.kind == "总结" and self.delivered)

    @property
    def delivered(self) -> bool:
        """Something besides the genre word says that the text was spoken."""
        return bool(
            self.head.salutation or self.head.lead or self.notes.clauses or self.head.clauses or self.title_clause
        )


def local_day(posted_at: datetime | None) -> date | None:
    """The forum's day of posting (+8)."""
    if posted_at is None:
        return None
    return posted_at.date() if posted_at.year == MAXYEAR else (posted_at + LOCAL).date()


@lru_cache(maxsize=8)
def analyse(text: str, title: str | None, posted_at: datetime | None) -> Analysis:
    """Everything the rules see in a text; cached because two stages in a row ask for the same post."""
    line = line_of(title[:LONGEST_TITLE], "title") if title and not _REPLY.match(title) else None
    if line is not None:
        tags = _SITE_TAGS.match(line.flat)
        line = line.part(tags.end(), len(line.flat)) if tags and tags.end() < len(line.flat) else line
        line = _without_pictures(line)
        suffix = _FILE.search(line.flat)
        line = line.part(0, suffix.start()) if suffix is not None and suffix.start() > 1 else line
    layout = separated(lay_out(text))
    roc = _is_taiwanese(text, line)
    head = read_head(layout, line, roc=roc)
    notes = read_tail(layout, max(head.body, 1), roc=roc)
    if not head.people and head.body == 0 and (notes.written or notes.clauses):
        _first_line_byline(layout, head)
    clause = (read_clause(line, "title", roc=roc) or _bracketed(line, roc=roc)) if line is not None else None
    first, last = min(_above_parts(layout, head.body), notes.first), notes.first
    turns = _turns(layout, head, line, first, last)
    if turns and head.lead is None:
        _lead_before(layout, head, turns[0], roc=roc)
    chatter = not turns and _is_chatter(layout, head, notes)
    kind, span = kind_of(Parts(line, clause, head, notes, layout, turns, first))
    return Analysis(
        text, line, clause, layout, head, notes, turns if _may_turn(kind) else (), kind, span, local_day(posted_at), roc, chatter,
        bool(line and COLLECTION.search(line.flat)), first, last,
    )  # fmt: skip


_FIRST_PART = re.compile(r" *[【\[(]?第?[一1]篇[】\])]? ?[:、 ]")


def _above_parts(layout: Layout, body: int) -> int:
    """The head ends above 第一篇:…, the heading of the first of several texts."""
    return next((index for index in range(body) if _FIRST_PART.match(layout.line(index).flat)), body)


_IN_BRACKETS = re.compile(r".{2,60}[(【](?P<c>[^()【】]*在[^()【】]{4,60})[)】]")


def _bracketed(line: Line, *, roc: bool) -> Clause | None:
    """把路修好(N在E上的讲话)."""
    inside = _IN_BRACKETS.fullmatch(line.flat)
    return read_clause(line.part(*inside.span("c")), "title", roc=roc) if inside is not None else None


def _without_pictures(line: Line) -> Line:
    """A title without the emoji around it."""
    start, end = 0, len(line.flat)
    while start < end and is_picture(line.flat[start]):
        start += 1
    while end > start and is_picture(line.flat[end - 1]):
        end -= 1
    return line.part(start, end) if 0 < end - start < len(line.flat) else line


def _lead_before(layout: Layout, head: Head, first: Turn, *, roc: bool) -> None:
    """以下是R N答问全文:记者:… in one paragraph: the lead ends where the first label begins."""
    index = bisect_right(layout.starts, first.label.start) - 1
    line = layout.line(index)
    before = line.part(0, first.label.start - line.start)
    if 12 < len(before.flat) < 200:
        take_lead(before, head, roc=roc)


def _first_line_byline(layout: Layout, head: Head) -> None:
    """A doubtful name (成果 or 成 果?) alone on the first line, when a note below says that the text has an author."""
    person = read_person(layout.line(0), "byline") if len(layout.raws[0]) <= 12 else None
    if person is not None and person.name is not None:
        head.people.append(person)
        head.body = 1


def _may_turn(kind: str) -> bool:
    return kind not in ("求助", "通知", "方案", "新闻", "心得")


def _is_taiwanese(text: str, title: Line | None) -> bool:
    """Two- and three-digit years count from 1911: the text is in traditional characters."""
    sample = (title.raw if title is not None else "") + text[:200]
    if sample.isascii():
        return False
    return len(traditional().intersection(sample)) > 1 or "民国" in sample


_OUTLINED = re.compile(r"(?:^|\n)[ \u3000]*一、[^\n]*\n(?:.*\n)*?[ \u3000]*二、")


def _is_chatter(layout: Layout, head: Head, notes: Notes) -> bool:
    """A reader's remark, not a text: short, and it talks to the forum."""
    if (
        len(layout.text) > 240
        or head.salutation
        or head.people
        or head.lead
        or notes.marked
        or head.clauses
        or head.writers
        or head.source
        or head.signed_by
    ):
        return False
    return _CHATTER.search(layout.text) is not None and _OUTLINED.search(layout.text) is None


def _turns(layout: Layout, head: Head, title: Line | None, first: int, last: int) -> tuple[Turn, ...]:
    names: set[str] = set()
    for key in (
        "主讲",
        "主讲人",
        "主持人",
        "主持",
        "嘉宾",
        "访谈嘉宾",
        "受访者",
        "采访者",
        "人物",
        "对话嘉宾",
        "讨论嘉宾",
        "受访嘉宾",
        "受访对象",
        "采访嘉宾",
        "嘉宾介绍",
        "对话人",
        "访谈人物",
        "本期人物",
        "发布人",
        "参加讨论",
        "参与讨论",
        "受访人",
    ):
        if key in head.block:
            value = head.block[key].flat
            called = [p.name.value for p in read_people(head.block[key], "block") if p.name]
            names.update(called, (name[0] for name in called if len(name) <= 3))
            names.update([value] if re.fullmatch(rf"[{HAN}]{{2,3}}", value) else [])
    names.update(p.name.value for p in (*head.people, *head.listed) if p.name)
    for key in ATTENDING:
        if key in head.block:
            listed = [p.name.value for p in read_listed(head.block[key], "block") if p.name]
            names.update(listed)
            names.update(name[0] for name in listed if len(listed) > 0 and len(name) <= 3)
    mentioned = " ".join(line.flat for line in (*([title] if title is not None else []), *head.titles))
    starts = (first, 0) if first > 0 and not head.listed and may_begin(layout, first) else (first,)
    return max((find_turns(layout, start, last, frozenset(names), mentioned) for start in starts), key=len)


def reported(analysis: Analysis) -> bool:
    """The body tells what others said at the meeting: a report, whatever the title says."""
    text = analysis.text[:4000]
    return _REPORTED.search(text) is not None or any(
        is_name(match["n"], sure=True) for match in _REPORTING.finditer(text)
    )


def elided(layout: Layout, first: int, last: int) -> Span | None:
    """A section marked (略), or 上接/下转 on the first or last lines."""
    if "略" not in layout.text and "删" not in layout.text and "上接" not in layout.text and "下转" not in layout.text:
        return None
    for index in range(first, last):
        raw = layout.raws[index]
        match = ELLIDED.search(raw) if len(raw) < 80 or index + 1 == last else None
        if match:
            return layout.line(index).span(match.start(), match.end(), "elided")
    return None
