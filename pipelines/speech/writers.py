"""Who wrote a text that nobody delivered: bylines, credits, reporters, those who sign a survey."""

from __future__ import annotations

import re

from pipelines.speech.analysis import Analysis
from pipelines.speech.credits import bodies, names_in, reporters, written_by
from pipelines.speech.fold import Span, fold, squash
from pipelines.speech.names import HAN, is_name
from pipelines.speech.persons import is_organisation, read_people

_INTERVIEW_BY = re.compile(
    rf"(?:《[^》]+》|[^,。;、 《》]{{0,8}})(?:记者|撰稿人)(?P<v>[{HAN}]{{2,4}}?)(?=的?(?:采访|专访|独家|提问|访问)|就|[,。])"
)
# 本网讯(N M): the writers without the word for them
_DATELINE_NAMES = re.compile(rf"[^()。]{{2,24}}(?:讯|电|消息) ?\((?P<v>[{HAN} 、]{{2,16}})\)")


def authors(analysis: Analysis) -> list[Span]:
    """Who wrote a text that nobody delivered; of an interview, the interviewer of the byline."""
    found: list[Span] = []
    if analysis.turns or analysis.kind in ("访谈", "答记者问"):
        writers = [person.name for person in (*analysis.head.writers, *analysis.notes.writers) if person.name]
        found = [
            *analysis.head.reporters,
            *writers,
            *_asked_by(analysis),
            *_credited(analysis),
            *_interviewer(analysis),
        ]
    elif analysis.kind == "新闻":
        found = _news_writers(analysis)
    elif not analysis.is_speech and analysis.kind not in ("求助",):
        found = _writers(analysis)
    else:
        found = [span for span in analysis.head.signed_by if "评论员" in span.raw]
    seen: dict[str, Span] = {}
    for span in found:
        seen.setdefault(squash(span.raw), span)
    return list(seen.values())


def _asked_by(analysis: Analysis) -> list[Span]:
    """采访:N above an interview."""
    lines = [analysis.head.block[key] for key in ("采访", "访问", "访员") if key in analysis.head.block]
    return [p.name for line in lines for p in read_people(line, "byline-meta") if p.name is not None]


def _interviewer(analysis: Analysis) -> list[Span]:
    for index in range(min(analysis.last, analysis.first + 2)):
        line = analysis.layout.line(index)
        match = _INTERVIEW_BY.search(line.flat[:200])
        if match and is_name(match["v"]) and ("采访" in line.flat or "专访" in line.flat):
            return names_in(line, *match.span("v"), "interviewer")
    return []


def _news_writers(analysis: Analysis) -> list[Span]:
    found = [*analysis.head.reporters, *[p.name for p in analysis.head.writers if p.name]]
    lines = (
        [analysis.head.news]
        if analysis.head.news
        else [analysis.layout.line(i) for i in range(min(2, len(analysis.layout)))]
    )
    for line in lines:
        head = line.part(0, min(len(line.flat), 90))
        if re.search(r"讯|电|消息|^[(\[【]|报道|获悉", head.flat[:40]):
            found.extend(reporters(head))
        named = _DATELINE_NAMES.match(head.flat)
        people = read_people(head.part(*named.span("v")), "reporter", sure=True) if named is not None else []
        found.extend(person.name for person in people if person.name is not None and person.role is None)
    for index in range(max(analysis.first, analysis.last - 1), len(analysis.layout)):
        line = analysis.layout.line(index)
        if len(line.flat) < 60 or line.flat.rstrip().endswith(")"):
            at = line.flat.rfind("(")
            if at >= 0 or len(line.flat) < 40:
                found.extend(reporters(line.part(max(at, 0), len(line.flat))))
    writers = [p.name for p in analysis.notes.writers if p.name]
    return [*found, *_bare_names_at_end(analysis), *writers, *_credited(analysis)]


def _credited(analysis: Analysis) -> list[Span]:
    """What 作者: names besides persons."""
    return [*analysis.head.credited, *analysis.notes.credited]


def _bare_names_at_end(analysis: Analysis) -> list[Span]:
    """(N M) alone on the last line of a report, or at its end."""
    line = analysis.layout.line(len(analysis.layout) - 1)
    at = line.flat.rfind("(")
    if at < 0 or not line.flat.rstrip().endswith(")") or len(line.flat) - at > 24:
        return []
    inside = line.part(at + 1, len(line.flat.rstrip()) - 1)
    people = written_by(inside, "reporter")[0] or read_people(inside, "reporter", sure=True)
    return [person.name for person in people if person.name is not None and person.role is None]


def _writers(analysis: Analysis) -> list[Span]:
    head, notes = analysis.head, analysis.notes
    found = [p.name for p in head.writers if p.name]
    found.extend(_credited(analysis))
    found.extend(head.signed_by)
    found.extend(p.name for p in head.people if p.name)
    if "署名" in head.block:
        found.extend(p.name for p in read_people(head.block["署名"], "byline-meta") if p.name)
    found.extend(head.reporters)
    found.extend(p.name for p in notes.writers if p.name)
    if notes.writer_office is not None and notes.writer_office.name is not None and not found:
        found.append(notes.writer_office.name)
    found.extend(notes.executors)
    if not found or analysis.kind in ("通知", "方案", "总结"):
        found.extend(span for span in notes.signed_by)
        found.extend(p.name for _, people in notes.signers for p in people if p.name)
    return found or (_above_annex(analysis) if analysis.kind == "通知" else [])


def _above_annex(analysis: Analysis) -> list[Span]:
    """The body that signs and dates a notice, above the paper that it passes on."""
    layout = analysis.layout
    for index in range(analysis.first + 1, len(layout) - 1):
        raw = layout.raws[index].strip()
        if not 3 <= len(raw) <= 40 or not is_organisation(fold(raw)):
            continue
        below = layout.line(index + 1)
        if _DATE_ALONE.fullmatch(below.flat.strip()):
            return bodies(layout.line(index))
    return []


_DATE_ALONE = re.compile(
    r"[(]?(?:\d{4}|[一二][〇○零O0-9一二三四五六七八九]{3}) ?年 ?[\d一二三四五六七八九十]{1,3} ?月 ?[\d一二三四五六七八九十]{1,3} ?日[)]?"
)
