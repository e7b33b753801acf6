"""When the words were said: the candidates, most trusted first, and the year that is not printed."""

from __future__ import annotations

import re

from pipelines.speech.analysis import Analysis
from pipelines.speech.clues import year_clue
from pipelines.speech.dates import Resolved, When, find_date, resolve
from pipelines.speech.facts import occasion
from pipelines.speech.fold import Line, Span
from pipelines.speech.occasions import Clause

TIME_KEYS = ("时间", "会议时间", "讲话时间", "演讲时间", "活动时间", "访谈时间", "日期")
_TODAY = re.compile(r"今天|今日|今晨|今晚")
_DATELINE_DAY = re.compile(r"(?:^|[,。(讯电)] ?)(?P<d>\d{1,2})日(?=[,上下晚])")


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
    if (
        analysis.kind in ("求助", "分享", "通知", "方案", "文章", "调研报告", "心得", "其他", "总结")
        and not analysis.delivered
    ):
        return found
    note_and_lead = [*analysis.notes.clauses, *([analysis.head.lead] if analysis.head.lead else [])]
    found.extend((c.line, c.when, "note-date") for c in note_and_lead if c.when is not None and _dated(c))
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
    below = analysis.notes.date_line
    signed = find_date(below.flat, roc=analysis.roc) if below is not None and analysis.kind != "新闻" else None
    if below is not None and signed is not None:
        found.append((below, signed, "signature-date"))
    return found


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
    if line is None and analysis.kind == "新闻" and analysis.first < len(analysis.layout):
        line = analysis.layout.line(analysis.first)
    if line is None:
        return []
    dateline = re.match(r"^[^,。;:]{0,20}?(?:讯|电|消息)[ ,:]?(?:\([^)]*\))?[ ,:]?", line.flat)
    body_at = dateline.end() if dateline else 0
    sentence = line.flat.find("。", body_at)
    end = sentence if sentence > 0 else min(len(line.flat), 160)
    when = find_date(line.flat, roc=analysis.roc, start=body_at, end=end)
    if when is not None and when.month is not None:
        return [(line, when, "news-date")]
    today = _TODAY.search(line.flat, body_at, end)
    if today is not None and dateline is not None:
        printed = find_date(line.flat, roc=analysis.roc, end=body_at)
        if printed is not None and printed.day is not None:
            return [(line, printed, "news-date")]
    day = _DATELINE_DAY.search(line.flat, max(0, body_at - 3), end)
    anchor = find_date(line.flat, roc=analysis.roc, end=body_at) if body_at else None
    if day and anchor is not None and anchor.month is not None:
        return [(line, When(day.start("d"), day.end("d") + 1, anchor.year, anchor.month, int(day["d"])), "news-date")]
    return []
