"""When the words were said: the candidates, most trusted first, and the year that is not printed."""

from __future__ import annotations

import re

from pipelines.speech.analysis import Analysis
from pipelines.speech.clues import year_clue
from pipelines.speech.datelines import TIME_KEYS
from pipelines.speech.dates import ONE_DAY, Resolved, When, find_date, resolve
from pipelines.speech.facts import occasion
from pipelines.speech.fold import Line, Span
from pipelines.speech.occasions import Clause

_SENTENCE_END = re.compile(r"。(?!”)")
_YESTERDAY = re.compile(r"昨(?:天|日|晚|晨)")
_BARE_DAY = re.compile(r"(?P<d>\d{1,2})日(?=[,上下晚])")
_SAID_TODAY = re.compile(r"今天是(?=(?:19|20)\d\d年|(?:中华)?民国|[一二][〇○零O九])")
_TODAY = re.compile(r"今天|今日|今晨|今晚")
_DATELINE_DAY = re.compile(r"(?:^|[,。(讯电)] ?|[\u4e00-\u9fff])(?P<d>\d{1,2})日(?=[,上下晚在])")


def speech_date(analysis: Analysis) -> tuple[Span, Resolved] | None:
    """When the words were said, as printed and on the calendar."""
    dates = _dates(analysis)
    for line, when, rule in dates:
        for other_line, other, other_rule in dates if when.year is None else ():
            if other.year is not None and (other.month, other.day) == (when.month, when.day):
                line, when, rule = other_line, other, other_rule  # the same day, printed again with its year
        found = resolve(when, analysis.posted, _clue(analysis, when))
        if found is not None:
            return line.span(when.start, when.end, rule), found
    return None


def _clue(analysis: Analysis, when: When) -> int | None:
    if when.year is not None or when.masked_year or when.shift is not None:
        return None
    event = occasion(analysis)
    names = [event.raw] if event else []
    if analysis.title is not None:
        names.append(analysis.title.raw)
    return year_clue(when, names, analysis.text, analysis.posted)


def _dates(analysis: Analysis) -> list[tuple[Line, When, str]]:
    """Candidates, most trusted first; a year alone counts only on a date line or when its day is masked."""
    found: list[tuple[Line, When, str]] = []
    if analysis.kind in ("求助", "分享", "通知", "方案", "文章", "调研报告", "心得", "其他", "总结") and (
        not analysis.delivered or (analysis.kind_span is not None and analysis.kind in ("其他", "通知"))
    ):
        return found
    note_and_lead = [*analysis.notes.clauses, *([analysis.head.lead] if analysis.head.lead else [])]
    found.extend((c.line, c.when, "note-date") for c in note_and_lead if c.when is not None and _dated(c))
    found.extend(_noted_date(analysis))
    for key in TIME_KEYS:
        if key in analysis.head.block:
            line = analysis.head.block[key]
            when = find_date(line.flat, roc=analysis.roc)
            if when is not None:
                found.append((line, when, "label-block"))
    if analysis.head.when is not None:
        found.append((*analysis.head.when, "date-line"))
    rest = [*analysis.head.clauses, *([analysis.title_clause] if analysis.title_clause else [])]
    found.extend((c.line, c.when, "clause-date") for c in rest if c.when is not None and _dated(c))
    found.extend(_title_date(analysis))
    found.extend(_news_date(analysis))
    found.extend(_before_turns(analysis))
    found.extend(_said_today(analysis))
    below = analysis.notes.date_line
    signed = find_date(below.flat, roc=analysis.roc) if below is not None and analysis.kind != "新闻" else None
    if below is not None and signed is not None:
        found.append((below, signed, "signature-date"))
    return found


def _noted_date(analysis: Analysis) -> list[tuple[Line, When, str]]:
    """11月3日,E举行。以下是N在论坛上的演讲; 以下是N十二月十九日会见传媒的答问全文: the day in the line of a note or a lead."""
    for clause in (*analysis.notes.clauses, *([analysis.head.lead] if analysis.head.lead else [])):
        if clause.line.where != "text" or clause.when is not None:
            continue
        line = analysis.layout.line(clause.line.first)
        start = clause.line.start - line.start
        if _DATED_OPENING.match(line.flat) and (when := find_date(line.flat[:40], roc=analysis.roc)) is not None:
            return [(line, when, "note-date")] if when.day is not None else []
        if (when := find_date(line.flat, roc=analysis.roc, start=max(start, 0))) is not None and when.day is not None:
            return [(line, when, "note-date")] if line.flat.startswith("以下") else []
    return []


def _dated(clause: Clause) -> bool:
    """The date of the clause is the speech's, not part of the event's name (2008年全市工作会议)."""
    when = clause.when
    if when is None or when.month is None:
        return False
    if clause.occasion is None:
        return True
    start = clause.line.start + when.start
    return not clause.occasion.start <= start < clause.occasion.end


def _title_date(analysis: Analysis) -> list[tuple[Line, When, str]]:
    line = analysis.title
    if line is None or not (analysis.is_speech or analysis.turns):
        return []
    when = find_date(line.flat, roc=analysis.roc)
    if when is None or when.month is None:
        return []
    return [(line, when, "title-date")]


def _news_date(analysis: Analysis) -> list[tuple[Line, When, str]]:
    """The day a report gives: 5月8日,… in the sentence of the event, else 25日 with the dateline's month."""
    line = analysis.head.news
    if line is None and analysis.kind in ("新闻", "会议记录") and analysis.first < len(analysis.layout):
        line = analysis.layout.line(analysis.first)
    if line is None:
        return []
    dateline = re.match(r"^[^,。;:]{0,20}?(?:讯|电|消息)[ ,:]?(?:\([^)]*\))?[ ,:]?", line.flat)
    body_at = dateline.end() if dateline else 0
    sentence = _SENTENCE_END.search(line.flat, body_at)
    end = sentence.start() if sentence else min(len(line.flat), 160)
    when = find_date(line.flat, roc=analysis.roc, start=body_at, end=end)
    if when is not None and when.month is not None:
        return [(line, when, "news-date")]
    yesterday = _YESTERDAY.search(line.flat, body_at, end)
    today = yesterday or _TODAY.search(line.flat, body_at, end)
    if today is not None and dateline is not None:
        printed = find_date(line.flat, roc=analysis.roc, end=body_at)
        if printed is not None and printed.day is not None:
            day_before = _day_before(printed, analysis) if yesterday else printed
            return [(line, day_before, "news-date")] if day_before is not None else []
    day = _DATELINE_DAY.search(line.flat, max(0, body_at - 3), end)
    anchor = find_date(line.flat, roc=analysis.roc, end=body_at) if body_at else None
    if day and anchor is not None and anchor.month is not None:
        return [(line, When(day.start("d"), day.end("d") + 1, anchor.year, anchor.month, int(day["d"])), "news-date")]
    return _bare_day(line, analysis)


def _day_before(printed: When, analysis: Analysis) -> When | None:
    """昨日 in a report with a dateline."""
    found = resolve(printed, analysis.posted)
    if found is None or found.day is None:
        return None
    day = found.day - ONE_DAY
    return printed._replace(year=day.year if printed.year else None, month=day.month, day=day.day)


def _bare_day(line: Line, analysis: Analysis) -> list[tuple[Line, When, str]]:
    """29日下午 at the start of a report: the latest such day up to the posting."""
    match = _BARE_DAY.match(line.flat)
    if match is None or analysis.posted is None or not 1 <= int(match["d"]) <= 31:
        return []
    day = analysis.posted
    for _ in range(62):
        if day.day == int(match["d"]) or day.toordinal() <= 1:
            break
        day -= ONE_DAY
    return [(line, When(0, match.end(), None, day.month, int(match["d"])), "news-date")]


def _before_turns(analysis: Analysis) -> list[tuple[Line, When, str]]:
    """The day that the paragraph above the first turn gives for the event."""
    if not analysis.turns:
        return []
    for index in range(min(analysis.first, 4) + 1):
        if index >= len(analysis.layout) or analysis.layout.starts[index] >= analysis.turns[0].label.start:
            break
        line = analysis.layout.line(index)
        if _ISSUED.search(line.flat, 0, 2 * _TELLS):
            break  # the day of the paper that is asked about
        opening = _DATED_OPENING.match(line.flat) or _DAY_IN_BRACKETS.search(line.flat, 0, _TELLS)
        when = find_date(line.flat[:_TELLS], roc=analysis.roc) if opening else None
        if when is not None and when.day is not None:
            return [(line, when, "news-date")]
    return []


def _said_today(analysis: Analysis) -> list[tuple[Line, When, str]]:
    """今天是2015年8月26日 in the first paragraphs of a speech."""
    for index in range(analysis.first, min(analysis.first + 3, analysis.last)) if analysis.is_speech else ():
        if "今天是" in analysis.layout.raws[index][:200]:
            line = analysis.layout.line(index)
            match = _SAID_TODAY.search(line.flat, 0, 200)
            when = find_date(line.flat, start=match.end(), end=match.end() + 14) if match else None
            if when is not None and match is not None and when.start == match.end() and when.day is not None:
                return [(line, when, "today-date")]
    return []


_TELLS = 40  # characters of a report in which its day is told
_ISSUED = re.compile(r"(?:发布|印发|出台|公布|下发|颁布|施行|实施)了?《")
_DAY_IN_BRACKETS = re.compile(r"\(\d{1,2}月\d{1,2}日\)")
_DATED_OPENING = re.compile(r"(?:编者按:|按:)? ?(?:(?:19|20)\d\d年)?\d{1,2}月\d{1,2}日(?:上午|下午|晚)?,")
