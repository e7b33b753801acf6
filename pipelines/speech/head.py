"""The lines above the speech: title, subtitle, date, byline, lead sentence, label block, credits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.speech.dates import When, find_date
from pipelines.speech.fold import Line, Span, squash
from pipelines.speech.genres import AFTER_GENRE, EXCERPT, GENRES, NEWS_LEAD, final_genre
from pipelines.speech.layout import Layout, head_lines, is_salutation
from pipelines.speech.names import HAN
from pipelines.speech.notes import EDITOR, SOURCE, names_in, reporters, source_span
from pipelines.speech.occasions import Clause, event_before_genre, is_event, read_clause, trim_occasion
from pipelines.speech.persons import Person, is_organisation, read_people, read_person

_DASH = re.compile(r"^ *[—-]+ *")
_LEAD = re.compile(r"^[(\[【]?(?:以下|下面|现将|这|兹|下文|本文|全文如下|附)(?:就|即)?(?:是|为|系|将|刊登|转载|刊发|发表|附上)?(?P<c>.{2,90}?)(?:全文|内容|如下|实录|摘要|要点|讲稿|译文|中文译本|刊登|转载|发表)*(?:\([^)]*\))?(?:如下|刊登于此)?[:。)\]】]? ?$")
_LEAD_END = re.compile(
    r"^(?P<c>.{2,150}?(?:讲话|致辞|致词|发言|演讲|演说|报告|谈话))(?:(?:的)?(?:讲话|致辞|演讲|发言)?(?:全文|内容|摘要|要点|实录)(?:如下|为|是|刊登如下|刊出)?|,?(?:现将)?(?:讲话|致辞|演讲|发言)?全文(?:刊登)?如下|如下)[:。]? ?$"
)
_INTRO = re.compile(r"(?:采访|专访|访谈|做客|对话|答记者问|接受[^,。]{0,20}访问|访问)")
_BLOCK_KEYS = (
    "时间 日期 会议时间 演讲时间 讲话时间 活动时间 访谈时间 地点 会议地点 演讲地点 讲话地点 活动地点 会议名称 会议 活动名称 场合 主讲人 主讲 讲话人 演讲人 演讲者 主讲者 讲者 发言人 述职人 "
    "述职者 致辞人 致词人 报告人 授课人 讲课人 宣讲人 汇报人 主持人 主持 记录人 记录 整理人 整理 出席人员 出席 参加人员 参加人 参加 列席人员 列席 嘉宾 访谈嘉宾 受访者 受访人 被访者 被采访人 采访者 "
    "采访人 采访对象 访谈人 访谈对象 主题 演讲题目 题目 议题 主办 承办 主办单位 对象 听众 缺席 请假 学校 单位 职务 姓名"
).split()
_BLOCK = re.compile(rf"^[【\[(]?(?P<k>{'|'.join(' *'.join(key) for key in sorted(_BLOCK_KEYS, key=len, reverse=True))})[】\])]? ?[:] ?(?P<v>.*)$")
_META = re.compile(r"(?:作者|来源|点击数?|更新时间|发布时间|浏览|阅读次?数?|字号|编辑|发布者|录入|时间|日期)[:：]")
_WRITER = re.compile(r"(?:^|[ (【])(?:作者|文|撰文|撰稿|执笔)(?:[:/丨|]) ?(?P<v>[^:()]{2,40}?)(?= {1,}[^ ]{2,6}[:]|[)】]|$)")
_REPORTER_LINE = re.compile(r"^[(【—]*(?:本报|本刊|本网|本台|特约|实习|见习|新华社|《[^》]+》|[^,。:]{0,8}?)(?:记者|通讯员|评论员|特约评论员)(?: |:|(?=[^们说问,。:]{2,12}$))")
_WEEKDAY = re.compile(r"[(,]? ?(?:星期|周|礼拜)[一二三四五六日天] ?[)]?|上午|下午|晚上|凌晨|\d{1,2}[:时点]\d{0,2}分?|香港时间.*")
_EDITORIAL = re.compile(r"^[【\[(]?(?:编者按|按语?|导语|摘要|内容提要|提要|核心提示|引言|编者的话|关键词|主编按|编按)[】\])]?[:]?")
_VENUE = re.compile(rf"^[{HAN}A-Za-z0-9·]{{2,18}}$")
_NO_VENUE = re.compile(r"(?:稿|讲话|发言|报告|同志|会议|修改|定稿|初稿|第.*[次稿届]|通过|印发|发布|刊登|整理|录音|年|全文|摘要|节选|草案|讨论|征求意见|供|版|上|下|会)$|^(?:根据|第|摘|在|于|经|由|共|约|上|下)")


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
    source: Span | None = None
    editors: list[Span] = field(default_factory=list)
    news: Line | None = None
    masked: bool = False
    reporter_line: bool = False


_BOUNDARY = 6


def read_head(layout: Layout, title: Line | None, *, roc: bool) -> Head:
    """Read the first lines until the body begins."""
    head = Head()
    lines = head_lines(layout)
    for number, line in enumerate(lines):
        flat = line.flat.strip()
        if is_salutation(flat) and not _title_like(line, title):
            head.salutation = True
            break
        if len(flat) > 260 or not _take(line, head, title, roc=roc, number=number):
            skip = _lead_below(lines, number)
            if skip is None:
                _lead_of_body(line, head)
                break
            _prose_above_lead(lines[number:skip], head)
            continue
        head.body = line.last
    return head


def _take(line: Line, head: Head, title: Line | None, *, roc: bool, number: int) -> bool:
    """Read one line of the head; False if it is none."""
    flat = line.flat.strip()
    if _take_lead(line, head, roc=roc) or _take_block(line, head):
        return True
    if head.news is None and number < 3 and _is_news(flat):
        return False
    if (_META.search(flat) or flat.startswith(("文/", "(文/", "撰文", "图文/"))) and len(flat) < 140 and _take_meta(line, head):
        return True
    if _REPORTER_LINE.match(flat) and len(flat) < 30 and (names := reporters(line)):
        head.reporters.extend(names)
        head.reporter_line = True
        return True
    if _take_title(line, head, title, roc=roc, number=number):
        return True
    return _take_dated(line, head, roc=roc) or _take_byline(line, head, number=number, title=title)


def _title_like(line: Line, title: Line | None) -> bool:
    return title is not None and squash(line.flat) == squash(title.flat)


def _is_news(flat: str) -> bool:
    return NEWS_LEAD.match(flat) is not None


def _take_lead(line: Line, head: Head, *, roc: bool) -> bool:
    """以下为R N在E的致辞全文: the sentence that introduces the full text."""
    flat = line.flat.strip()
    if len(flat) > 180 or not (flat[:1] in "以下现这兹本全附([【" or flat.endswith((":", "如下", "全文", "如下。"))):
        return False
    match = _LEAD_END.match(line.flat.rstrip()) if flat.endswith((":", "如下。", "如下")) else None
    opened = match is None
    match = match or (_LEAD.match(line.flat.rstrip()) if len(flat) < 140 else None)
    if match is None or not re.search(r"讲话|致辞|致词|发言|演讲|演辞|讲辞|讲稿|答问|谈话|报告|对话|访谈", flat):
        return False
    if opened and not flat.startswith(("以下", "下面", "这是", "现将", "附", "兹", "全文")) and not flat.endswith((":", "全文", "如下")):
        return False
    part = line.part(match.start("c"), match.end("c") if not opened else len(line.flat.rstrip(" :。")))
    part = _opened(part)
    clause = read_clause(part, "lead", roc=roc, loose=True)
    if clause is None:
        genre = final_genre(part.flat)
        person = read_person(part.part(0, genre.start() if genre else len(part.flat)), "lead") if genre else None
        if person is None:
            return False
        head.lead_person = person
        clause = Clause(None, part.span(genre.start(), genre.end(), "lead") if genre else None, GENRES[genre[0]] if genre else None, None, find_date(part.flat, roc=roc), part)
    head.lead = clause
    return True


def _opened(part: Line) -> Line:
    """Without 以下是 before the person."""
    start = re.match(r"^(?:以下|下面|现将|这|兹将?|全文如下)(?:就)?(?:是|为|系)?", part.flat)
    return part.part(start.end(), len(part.flat)) if start else part


def _take_block(line: Line, head: Head) -> bool:
    """时间:… 地点:… 主讲人:…"""
    match = _BLOCK.match(line.flat)
    if match is None or len(line.flat) > 90 or (match["v"].rstrip().endswith(("。", "?", "!")) and len(match["v"]) > 16):
        return False
    key = match["k"].replace(" ", "")
    if match["v"].strip():
        head.block.setdefault(key, line.part(*match.span("v")))
    return True


def _take_meta(line: Line, head: Head) -> bool:
    """作者:N 来源:《P》 点击数:… above a text."""
    writer, source, editor = _WRITER.search(line.flat), SOURCE.search(line.flat), EDITOR.search(line.flat)
    taken = False
    if writer:
        head.writers.extend(read_people(line.part(*writer.span("v")), "byline-meta"))
        taken = True
    if source and (writer or len(line.flat) < 60 or line.flat.startswith(source[0])):
        head.source = head.source or source_span(line, *source.span("v"))
        taken = True
    if editor and len(line.flat) < 80 and (names := names_in(line, *editor.span("v"), "editor-note")):
        head.editors.extend(names)
        taken = True
    return taken or bool(re.match(r"^[(【]?(?:点击|更新时间|发布时间|浏览|阅读|字号|发布者|录入)", line.flat))


def _take_title(line: Line, head: Head, title: Line | None, *, roc: bool, number: int) -> bool:
    """The title again, a subtitle after a dash, or a line that ends in a genre word."""
    flat = line.flat.strip()
    if len(flat) > 70 or flat.endswith(("。", "!", ";", "?")) and not _title_like(line, title):
        return False
    if _title_like(line, title):
        head.titles.append(line)
        return True
    dash = _DASH.match(line.flat)
    part = line.part(dash.end(), len(line.flat)) if dash else line
    clause = read_clause(part, "subtitle" if dash else "heading-line", roc=roc)
    if clause is not None and (dash or number < 4):
        head.clauses.append(clause)
        head.titles.append(part)
        return True
    if dash:
        return _take_dash(part, head, roc=roc)
    genre = final_genre(flat) if number < 2 and not re.search(r"[,。:;]", flat) else None
    if genre and re.match(AFTER_GENRE, flat[genre.end() :]) and 4 <= len(flat) and not flat[0].isdigit() and read_person(line, "x", sure=True) is None:
        head.titles.append(line)
        return True
    return False


def _take_dash(part: Line, head: Head, *, roc: bool) -> bool:
    """——D在E上, ——访R N, ——任何副标题."""
    match = re.search(r"(?:在|于)(?P<o>[^。;]{4,60}?)(?:上)?[)]?$", part.flat)
    when = find_date(part.flat, roc=roc)
    if match and (is_event(match["o"].strip()) or part.flat.rstrip(") ").endswith("上")):
        head.occasion = head.occasion or trim_occasion(part, *match.span("o"), when)
        if when is not None and head.when is None and (when.start < match.start("o")):
            head.when = (part, when)
    head.titles.append(part)
    return len(part.flat) < 60


def _take_dated(line: Line, head: Head, *, roc: bool) -> bool:
    """A line with a date: alone, in brackets, with a place, a name or an event."""
    if len(line.flat) > 80 or line.flat.rstrip().endswith(("。", "!", ";")):
        return False
    masked = re.fullmatch(r"[( ]*(?:[×xX*○_某 ]{1,4}年)?[×xX*○_某 ]{1,4}月[×xX*○_某 ]{1,4}[日号][) ]*", line.flat)
    if masked:
        return True
    when = find_date(line.flat, roc=roc)
    if when is None or (when.month is None and line.flat[when.end :].strip(" )") and "×" not in line.flat[when.start : when.end]):
        return False
    parts = [line.part(0, when.start), line.part(when.end, len(line.flat))]
    parts = [_unwrapped(part) for part in parts]
    comma = line.flat[when.end :].lstrip(" 日").startswith((",", "于", "、")) and "(" in line.flat[: when.start]
    read = [_dated_rest(part, head, comma=comma) for part in parts if part.flat]
    if not all(read):
        return False
    for effect in read:
        if callable(effect):
            effect()
    head.when = head.when or (line, when)
    return True


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
        elif weekday:
            part = part.part(weekday.end(), len(flat))
        else:
            return part


def _dated_rest(part: Line, head: Head, *, comma: bool) -> object:
    """What stands beside a date: an action that records it, or False if the line is no date line."""
    people = read_people(part, "byline-date")
    bare = len(people) == 1 and people[0].role is None and people[0].name is not None
    known = any(person.name is not None for person in head.people)
    town = bare and len(part.flat) == 2 and (comma or known)
    if people and not town and all(p.name is not None or p.masked for p in people):
        return lambda: _record_people(head, people)
    at = re.match(r"^(?:在|于)(?P<o>.{2,50}?)(?:上)?$", part.flat)
    if at:
        span = part.span(*at.span("o"), "date-line")
        if is_event(at["o"]):
            occasion = trim_occasion(part, *at.span("o"))
            return lambda: setattr(head, "occasion", head.occasion or (occasion.by("date-line") if occasion else None))
        return (lambda: setattr(head, "venue", head.venue or span)) if len(at["o"]) < 16 else False
    if is_event(part.flat):
        return lambda: setattr(head, "occasion", head.occasion or part.span(0, len(part.flat), "date-line"))
    if _VENUE.match(part.flat) and not _NO_VENUE.search(part.flat):
        return lambda: setattr(head, "venue", head.venue or part.span(0, len(part.flat), "date-line"))
    return (lambda: None) if re.fullmatch(r".{0,8}(?:稿|讲话|整理|录音|印发|通过)", part.flat) else False


def _record_people(head: Head, people: list[Person]) -> None:
    head.masked = head.masked or any(person.masked for person in people)
    head.people.extend(person for person in people if person.name is not None or person.role is not None and not person.masked)


def _take_byline(line: Line, head: Head, *, number: int, title: Line | None) -> bool:
    """A person, persons or an organisation alone on a line."""
    flat = line.flat.strip()
    if len(flat) > 46 or flat.endswith(("。", "!", "?", ":", ";")) or head.people and number > _BOUNDARY:
        return False
    people = read_people(line, "byline", sure=not (flat[:1] in "●○◎□◆■▲◇△★☆※·•" or head.when is not None or head.clauses or head.titles))
    if people and not head.people:
        _record_people(head, people)
        return True
    if people and head.people and all(person.name for person in people):
        if head.people[-1].name is None or all(p.role is None for p in head.people) or number < 3:
            _record_people(head, people)
            return True
    if is_organisation(flat) and not re.search(r"[,:]", flat) and number <= 3 and not head.people:
        head.signed_by.append(line.span(0, len(line.flat), "byline"))
        return True
    if _EDITORIAL.match(flat):
        return False
    return False


def _lead_below(lines: list[Line], number: int) -> int | None:
    """The number of a lead sentence within the next lines."""
    for index in range(number + 1, min(number + 6, len(lines))):
        flat = lines[index].flat.strip()
        if len(flat) > 180:
            return None
        if flat.startswith(("以下", "下面是")) and len(flat) < 140 and _LEAD.match(flat):
            return index
        if flat.endswith((":", "如下。", "如下")) and _LEAD_END.match(flat) and not is_salutation(flat):
            return index
    return None


def _prose_above_lead(lines: list[Line], head: Head) -> None:
    head.news = head.news or lines[0]


def _lead_of_body(line: Line, head: Head) -> None:
    """The first paragraph of the body, where it reports or introduces."""
    if _is_news(line.flat[:60]):
        head.news = line


__all__ = ["EXCERPT", "Head", "event_before_genre", "read_head"]
