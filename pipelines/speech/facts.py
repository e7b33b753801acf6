"""Occasion, venue, date, source, editor and writers of a text, each from the place an annotator trusts most."""

from __future__ import annotations

import re
from bisect import bisect_right

from pipelines.speech.analysis import COLLECTION, Analysis, elided
from pipelines.speech.datelines import PLACE_KEYS
from pipelines.speech.dates import find_date
from pipelines.speech.fold import Line, Span
from pipelines.speech.genres import EXCERPT, GENRES, final_genre
from pipelines.speech.names import HAN
from pipelines.speech.occasions import VAGUE, Clause, event_before_genre, event_held, is_event
from pipelines.speech.offices import ROLE
from pipelines.speech.persons import read_person

EVENT_KEYS = ("会议名称", "活动名称", "场合", "会议")
_NO_EVENT = frozenset(["求助", "分享", "通知", "方案", "心得", "调研报告", "其他", "文章"])
_PAPER = re.compile(
    r"^[(【\[]?(?P<p>《?[^,。;:()\d]{0,12}?(?:日报|晚报|时报|商报|都市报|早报|晨报|晚报|导报|周报|[^本]报|新闻网|在线|新华社|[^,。;:()\d]{2,6}电讯|中新社|中新网|新华网|人民网|[^本]网|[^本]社|融媒体?(?:中心)?|电视台|广播电台)》?)(?=[^,。;:]{0,14}(?:讯|电|消息))"
)


def clauses(analysis: Analysis) -> list[Clause]:
    """All 在E上的讲话 of the text, most trusted first."""
    found = [*analysis.notes.clauses]
    if analysis.head.lead is not None:
        found.append(analysis.head.lead)
    found.extend(analysis.head.clauses)
    if analysis.title_clause is not None:
        found.append(analysis.title_clause)
    return found


def occasion(analysis: Analysis) -> Span | None:
    """The event at which the words were said."""
    if analysis.kind in _NO_EVENT or analysis.chatter:
        return None
    for key in EVENT_KEYS:
        if key in analysis.head.block and (line := analysis.head.block[key]).flat:
            return line.span(0, len(line.flat), "label-block")
    vague: Span | None = None
    for clause in clauses(analysis):
        if clause.occasion is not None and clause.place:
            continue
        if clause.occasion is not None and clause.occasion.raw not in VAGUE:
            printed = analysis.head.occasion if clause is analysis.title_clause else None
            longer = printed is not None and len(printed.raw) > len(clause.occasion.raw)
            return printed if longer else clause.occasion  # 人代会 of a subject, spelt out above the text
        vague = vague or clause.occasion
    for other in (
        analysis.head.occasion,
        _held_before(analysis),
        _bare_title(analysis),
        _before_genre(analysis),
        _reported_event(analysis),
        _dated_event(analysis),
    ):
        if other is not None:
            return other
    return vague


def _held_before(analysis: Analysis) -> Span | None:
    """E在L举行。以下是N在论坛上的演讲: the event that the short word of a note stands for."""
    for clause in clauses(analysis):
        line = analysis.layout.line(clause.line.first) if clause.line.where == "text" else clause.line
        again = _AGAIN.search(line.flat)
        if again is None or clause.genre is None:
            continue
        held = event_held(line, clause.genre.rule)
        if held is not None and held.raw.endswith(again["e"]) and len(held.raw) > len(again["e"]):
            return held.by(clause.genre.rule)
    return None


_AGAIN = re.compile(r"在(?:[该本此]|这次|本次|此次)?(?P<e>论坛|会议?|大会|年会|峰会|座谈会|仪式|典礼|活动|沙龙|讲坛)上")


def _bare_title(analysis: Analysis) -> Span | None:
    """A title that is 在E上 and nothing else, or E上 and who speaks there."""
    title = analysis.title
    match = (_AT_ALONE.fullmatch(title.flat) or _AT_AND_WHO.fullmatch(title.flat)) if title is not None else None
    return title.span(*match.span("o"), "title") if title is not None and match and is_event(match["o"]) else None


_AT_ALONE = re.compile(r"(?:[^,。:]{0,14}?)在(?P<o>[^,。]{4,60}?)上(?:的[^,。]{0,16})?")
_AT_AND_WHO = re.compile(r"在?(?P<o>[^,。:]{4,40}?)上,[^,。:]{1,12}(?:说|讲|讲述|发言|[:].{0,30})")


def _before_genre(analysis: Analysis) -> Span | None:
    lines = [*analysis.head.titles, *([analysis.title] if analysis.title else [])]
    for line in lines:
        genre = final_genre(line.flat)
        if genre is not None and (not COLLECTION.search(line.flat) or _ONE_MODEL.search(line.flat)):
            event = event_before_genre(line, genre.start(), "event-before-genre")
            event = _without_person(line, event) if event is not None else None
            if event is not None and any(
                p.org is not None and (p.org.where, p.org.start) == (event.where, event.start)
                for p in analysis.head.people
            ):
                continue  # 国家发展部长N致辞 names a body
            if event is not None and not re.search(r"关于|有感|学习.*讲话$", event.raw):
                return _without_remark(line, event)
    return None


# 闭幕会主持词(模板): one text to copy; 精选三篇 are many.
_ONE_MODEL = re.compile(r"(?:稿|词|辞|讲话|发言|报告)?[( ]?(?:模板|范例|范本|样本|范文|例文)[) ]?$")
_REMARKED = re.compile(r"^(?:再?[贴转发传存来献](?:一?[篇个份]|上)|刚写的|原创|推荐一?篇?)")


def _without_remark(line: Line, event: Span) -> Span:
    """元宵灯会 of 贴一篇元宵灯会讲话稿."""
    at = event.start - line.start
    remark = _REMARKED.match(line.flat[at : event.end - line.start])
    return line.span(at + remark.end(), event.end - line.start, event.rule) if remark else event


def _without_person(line: Line, event: Span) -> Span:
    """新春茶话会 of 市长陈平新春茶话会致辞."""
    at = event.start - line.start
    for office in ROLE.finditer(line.flat, at, at + 24):
        if office[0][-1] not in _HOLDS:
            continue  # 新任干部集体廉政谈话会
        for stop in (office.end() + 3, office.end() + 2):
            person = (
                read_person(line.part(at, stop), event.rule, sure=True) if stop + 3 < event.end - line.start else None
            )
            if person is not None and person.name is not None and not person.surname_only:
                return line.span(stop, event.end - line.start, event.rule)
    return event


_HOLDS = frozenset("长记席任理裁监官卿相授士员事")  # what an office ends in that goes before a name


def _reported_event(analysis: Analysis) -> Span | None:
    """在E上强调, E召开: of a report, and of the report above a full text or a session."""
    if analysis.head.news is None and analysis.kind != "新闻" and not analysis.turns:
        return None
    for line, rule in ((analysis.title, "news-title"), (_opening(analysis), "news-lead")):
        if line is None:
            continue
        whole = _PART_OF.search(line.flat, 0, 200)
        if whole is not None and is_event(whole["o"]):
            return line.span(*whole.span("o"), rule)
        held = event_held(line, rule)
        told = _told_at(line, rule)
        event = (told or held) if rule == "news-title" else (held or told)
        if event is not None:
            return event.by(rule)
    return None


# 本场圆桌是E的一部分
_PART_OF = re.compile(
    r"(?:是|为|系|作为)(?P<o>[^,。;是为]{4,30}?)的(?:一部分|组成部分|一个环节|环节之一|分论坛|平行论坛|配套活动|系列活动)"
)


def _opening(analysis: Analysis) -> Line | None:
    """The paragraph that tells of the event: of a report, or above the first turn."""
    if analysis.head.news is not None:
        return analysis.head.news
    if not analysis.turns:
        return analysis.layout.line(analysis.first) if analysis.first < len(analysis.layout) else None
    before = bisect_right(analysis.layout.starts, analysis.turns[0].label.start) - 1
    return max(map(analysis.layout.line, range(before)), key=lambda line: len(line.flat), default=None)


_TOLD_AT = re.compile(
    r"在(?P<o>[^,。;]{3,40}?)(?:会上|上)(?:作|做|发表|所)?(?:重要|主旨|主题)?(?:强调|指出|要求|表示|讲话|发表|作|做|说|致辞|致词|发言|演讲|透露|介绍|宣布|呼吁)"
)


def _told_at(line: Line, rule: str) -> Span | None:
    """The event at which a report says that something was said."""
    match = _TOLD_AT.search(line.flat[:300])
    if match is None or not is_event(match["o"] + ("会" if line.flat[match.end("o")] == "会" else "")):
        return None
    end = match.end("o") + (1 if line.flat[match.end("o")] == "会" else 0)
    return line.span(match.start("o"), end, rule)


def _dated_event(analysis: Analysis) -> Span | None:
    line = analysis.notes.date_line
    if line is None or not analysis.is_speech:
        return None
    when = find_date(line.flat, roc=analysis.roc)
    if when is None:
        return None
    rest = line.part(when.end, len(line.flat))
    rest = rest.part(1, len(rest.flat)) if rest.flat[:1] in ("于", "在") else rest
    return rest.span(0, len(rest.flat), "date-line") if is_event(rest.flat) and len(rest.flat) > 4 else None


_PLACED = re.compile(rf"[日月年](?:上午|下午|晚)?(?:于|在)(?P<v>[{HAN}·]{{2,14}}?)[)。]? ?$")


_NEWS_PLACE = re.compile(
    rf"(?:(?:19|20)\d\d年)?\d{{1,2}}月\d{{1,2}}日(?:上午|下午|晚上?|中午)?,(?:在|于)?(?P<v>[{HAN}A-Z\d]{{2,20}}?(?:中心|大厅|礼堂|会议室|会堂|广场|[馆宫楼厅院堂室]|酒店|宾馆|大厦|学校|小学|中学|大学|村委会))(?:里|内|内外)?,"
)
_NO_PLACE = r"(?:省|市|县|区|镇|乡|我|本|全)?.{0,4}(?:法院|检察院|国务院|办公室|教研室|研究室)$"


def venue(analysis: Analysis) -> Span | None:
    """A printed place of delivery."""
    for key in PLACE_KEYS:
        if key in analysis.head.block and (line := analysis.head.block[key]).flat:
            return line.span(0, len(line.flat), "label-block")
    for clause in clauses(analysis):
        if clause.place and clause.occasion is not None:
            return clause.occasion
    news = analysis.head.news or (analysis.layout.line(analysis.first) if analysis.first < analysis.last else None)
    at = _NEWS_PLACE.match(news.flat) if news is not None and (analysis.turns or analysis.head.news) else None
    if news is not None and at is not None and not re.match(_NO_PLACE, at["v"]):
        return news.span(*at.span("v"), "news-lead")
    below = analysis.notes.date_line
    placed = _PLACED.search(below.flat) if below is not None and analysis.is_speech else None
    if below is not None and placed is not None and not is_event(placed["v"]):
        return below.span(*placed.span("v"), "signature-date")
    if analysis.head.venue is not None and (analysis.is_speech or analysis.turns):
        return analysis.head.venue
    return None


def excerpt(analysis: Analysis) -> Span | None:
    """What says that the text is only a part."""
    if analysis.notes.excerpt is not None:
        return analysis.notes.excerpt
    for clause in clauses(analysis):
        if clause.excerpt is not None:
            return clause.excerpt
    for line in [*analysis.head.titles, *([analysis.title] if analysis.title else [])]:
        for mark in EXCERPT.finditer(line.flat):
            before = line.flat[: mark.start()].rstrip("( 【[")
            genre = final_genre(before)
            if (genre is not None and genre.end() == len(before)) or line.flat[mark.start() - 1 : mark.start()] in (
                "(",
                "【",
                "[",
            ):
                return line.span(*mark.span(), "title-excerpt")
            word = next((w for w in GENRES if line.flat[: mark.end()].endswith(w) and mark[0] in w), None)
            if word and word != "工作要点":
                return line.span(*mark.span(), "title-excerpt")
    above = _opening(analysis) if analysis.turns else None
    extract = _EXTRACTS.search(above.flat) if above is not None else None
    if above is not None and extract is not None:
        return above.span(*extract.span("x"), "lead")
    if analysis.is_speech or analysis.turns or analysis.kind == "文章":
        return elided(analysis.layout, 0, len(analysis.layout))
    return None


# 以下是对话摘要:
_EXTRACTS = re.compile(
    r"(?:以下|下面)(?:就)?[是为即][^。,:]{0,12}?(?P<x>摘要|摘录|节选|摘登|摘编|要点|选登|片段|节录)[:。]? ?$"
)


def editors(analysis: Analysis) -> list[Span]:
    """The people of the 责任编辑 line, each once."""
    seen: dict[str, Span] = {}
    for span in [*analysis.notes.editors, *analysis.head.editors]:
        seen.setdefault(span.value, span)
    return list(seen.values())


def source(analysis: Analysis) -> Span | None:
    """The publication or site that the text was taken from."""
    if analysis.notes.source is not None or analysis.head.source is not None:
        return analysis.notes.source or analysis.head.source
    line = analysis.head.news
    match = _PAPER.match(line.flat) if line is not None else None
    told = _PAPER_TOLD.match(line.flat) if line is not None else None
    if line is not None and told is not None:
        return line.span(*told.span("p"), "news-paper")
    if line is None or match is None or match["p"].startswith(("本", "据")):
        return None
    start, end = match.span("p")
    if line.flat[start] == "《":
        start, end = start + 1, end - 1
    return line.span(start, end, "news-paper")


_PAPER_TOLD = re.compile(r"据《(?P<p>[^》]{2,12})》(?:报道|消息)")
