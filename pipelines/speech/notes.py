"""What the notes below a text (and the line of credits above it) say of speaker, editor, source and title."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.speech.credits import (
    EDITOR,
    NO_SOURCE,
    SOURCE,
    names_in,
    printed_in,
    source_span,
    written_by,
)
from pipelines.speech.dates import find_date
from pipelines.speech.fold import Line, Span
from pipelines.speech.genres import EXCERPT
from pipelines.speech.names import HAN, is_name
from pipelines.speech.occasions import Clause, read_clause
from pipelines.speech.offices import ends_in_role
from pipelines.speech.persons import Person, read_person

TITLE_BY_EDITOR = re.compile(
    r"(?:(?<!小)|(?<=大小))(?:标题|题目|题名|篇名|文题|(?<!标)题)(?:[^,。;)]{0,10}?)(?:(?:编者|编辑部|本刊|本报|编辑|本网|本站|整理者|编委会|本书)[^,。;)]{0,8}?(?:加|拟|改|添|定|取|设)|(?:作了|做了|有|略有|有所|略作|作|已作)[^,。;)]{0,4}(?:改动|修改|调整|改))"
)
_WRITER = re.compile(r"(?:本文)?作者(?:系|为|是|简介[:]?|单位[:]?|:|现任|时任)(?P<v>[^。;)]+?)(?=[,。;)\]】]|$)")
_EXECUTORS = re.compile(
    r"(?:执笔|执笔人|执笔者|课题组? ?组?长|课题组成员|课题负责人|课题主持人|课题主持|调研组组长|调研组成员|组 *长|成 *员|课题组|调研人员|参与人员|主持人)[:] ?(?P<v>(?:(?! +[^ :、,]{2,8}:)[^;。:()\]】])+)"
)
_MEMBERS = re.compile(r"[( ]*(?:副?组 *长|成 *员) *:")
_SECTION = re.compile(r"(?:课题(?:组|负责|主持)|调研组|执笔|撰写组|写作组)")


@dataclass(slots=True)
class Notes:
    """What credits and notes say; spans stand where they were read."""

    first: int  # number of the first line below the body
    clauses: list[Clause] = field(default_factory=list)
    recorded: Person | None = None  # 根据N讲话录音整理
    editors: list[Span] = field(default_factory=list)
    source: Span | None = None
    writers: list[Person] = field(default_factory=list)
    writer_office: Person | None = None
    written: bool = False  # 作者单位:…: the text has a writer, wherever the name stands
    held: list[Person] = field(default_factory=list)  # N系O R, of somebody whom the note names
    executors: list[Span] = field(default_factory=list)
    credited: list[Span] = field(default_factory=list)  # 作者: and a pen name or an office
    signers: list[tuple[Line, list[Person]]] = field(default_factory=list)
    signed_by: list[Span] = field(default_factory=list)  # organisations
    date_line: Line | None = None
    excerpt: Span | None = None
    editor_title: Span | None = None
    surveyed: bool = False  # a 课题组 is at work: 成员: are its members
    marked: bool = False  # some note was found, not only a signature


def take_credits(line: Line, notes: Notes) -> bool:
    """Editor, source, writer, executors and reporters; a line may carry several."""
    flat = line.flat
    taken = False
    if len(flat) <= 160:
        for match in EDITOR.finditer(flat):
            names = names_in(line, *match.span("v"), "editor-note")
            if names and (
                len(flat) - (match.end() - match.start()) < 60 or flat[match.start() - 1 : match.start()] in "([【"
            ):
                notes.editors[:0] = names
                taken = True
        people, pen = written_by(line, "writer-note")
        notes.writers = people + notes.writers
        notes.credited.extend(pen)
        taken = taken or bool(people or pen)
        if len(flat) < 80 or flat[:1] in "([【":
            taken = _take_source(line, notes) or taken
        if _SECTION.search(flat) or flat.startswith(("执笔", "(执笔")) or (notes.surveyed and _MEMBERS.match(flat)):
            for match in _EXECUTORS.finditer(flat):
                notes.executors.extend(names_in(line, *match.span("v"), "executor-note"))
                taken = True
    return taken


_THIS_TEXT = re.compile(r"^(?:本文|该文|此文|原文|全文)(?:最早|最初|首次)?(?:曾)?")
SPOKEN_NOTE = re.compile(
    r"(?:[在于].{2,60}|日的?|录音.{0,6})(?:讲话|致辞|发言|演讲|报告|授课)|(?:讲话|发言|演讲|报告|授课)(?:的)?录音"
)


def _take_source(line: Line, notes: Notes) -> bool:
    if "FROM:" in line.flat or "bbs." in line.flat.lower():
        return False  # the host's own stamp
    paper = printed_in(line)
    if paper is not None:
        notes.source = notes.source or paper
        return True
    stripped = _THIS_TEXT.sub("", line.flat.lstrip(" ([【—"))
    match = SOURCE.match(stripped)
    at = len(line.flat) - len(stripped)
    if match is None:
        match, at = SOURCE.search(line.flat), 0
        if (
            match is None
            or match.start() == 0
            or line.flat[match.start() - 1] not in " ([【,。;—"
            or len(line.flat) > 100
            or match[0][:2] in ("来自", "发表", "转载", "摘自", "选自", "节选", "摘编")
        ):
            return False
    if match[0][:2] in ("摘自", "选自", "节选", "摘编", "摘录", "引自") and SPOKEN_NOTE.search(line.flat):
        return False  # a note on a speech, not the name of a paper
    span = source_span(line, at + match.start("v"), at + match.end("v"))
    if span is None:
        return NO_SOURCE.match(match["v"]) is not None
    notes.source = notes.source or span
    return True


def _take_speaker(line: Line, notes: Notes, *, roc: bool) -> bool:
    """What a note says of who spoke and where."""
    flat, taken = line.flat, False
    for start, end in _sentences(flat):
        clause = read_clause(line.part(start, end), "tail-note", roc=roc, loose=True)
        if clause is not None:
            notes.clauses.append(clause)
            taken = True
        seated = _SEATED_IN.fullmatch(flat, start, end)
        if seated is not None and is_name(seated["n"], sure=True) and ends_in_role(seated["r"]):
            office = read_person(line.part(*seated.span("r")), "tail-note")
            name = line.span(*seated.span("n"), "tail-note")
            notes.held.extend([office._replace(name=name)] if office is not None and office.role is not None else [])
    asked = _ASKED.search(flat) if not taken else None
    person = read_person(line.part(*asked.span("v")), "tail-note") if asked is not None else None
    if asked is not None and person is not None and person.name is not None:
        notes.recorded, taken = person, True
        kind = "访谈" if asked["k"].startswith(("访", "专")) else "答记者问"
        notes.clauses.append(
            Clause(None, line.span(*asked.span("k"), "tail-note"), kind, None, find_date(flat, roc=roc), line)
        )
    recorded = _RECORDED.search(flat) if not taken else None
    if recorded is not None:
        person = read_person(line.part(*recorded.span(recorded.lastgroup or "v")), "tail-note")
        notes.recorded = person if person is not None and person.name is not None else None
    spoke = SPOKE.search(flat) if not taken and notes.recorded is None else None
    if spoke is not None and spoke.lastgroup is not None:
        person = read_person(line.part(*spoke.span(spoke.lastgroup)), "tail-note")
        if person is not None and person.name is not None and (spoke.lastgroup != "c" or person.role is not None):
            notes.recorded, taken = person, True
    return taken


def take_note(line: Line, notes: Notes, *, roc: bool) -> bool:
    """本文为R N D在E上的讲话摘要,标题为编者所加 and what else such a note says."""
    flat = line.flat
    taken = _take_speaker(line, notes, roc=roc)
    named = _WRITER_NAMED.search(flat)
    if named is not None and is_name(named["n"]):
        notes.writers.append(Person(line.span(*named.span("n"), "writer-note")))
        taken = True
    writer = _WRITER.search(flat)
    if writer:
        notes.written = True
        person = read_person(line.part(*writer.span("v")), "writer-note")
        if person is not None:
            notes.writer_office = notes.writer_office or person
            taken = True
    if (
        not taken
        and notes.date_line is None
        and re.search(r"录音|速记|时间:|日期:", flat)
        and (when := find_date(flat, roc=roc))
    ):
        notes.date_line = line if when.month is not None else None
    by_editor, mark = TITLE_BY_EDITOR.search(flat), EXCERPT.search(flat)
    if by_editor:
        notes.editor_title = line.span(*by_editor.span(), "title-note")
    if mark and (taken or by_editor or re.search(r"讲话|发言|报告|演讲|本文|删|致辞|致词", flat)):
        notes.excerpt = notes.excerpt or line.span(*mark.span(), "excerpt-note")
    return bool(
        taken
        or notes.written
        or by_editor
        or mark
        or (re.search(r"小标题|录音|讲话|速记|整理|未经", flat) and len(flat) < 80)
    )


_SPEECH = r"(?:讲话|演讲|发言|致辞|致词|报告|授课|讲课|主讲|宣讲|述职)"
# 讲话人为R N, 本讲话由R N所作, (R N同志讲话,M整理)
SPOKE = re.compile(
    rf"{_SPEECH}(?:人|者) ?[为是系:] ?(?P<a>[^,。;:()]{{2,30}})|{_SPEECH}稿?由(?P<b>[^,。;:()]{{2,30}}?)(?:同志)?(?:所?[作做]|致|发表|主讲|讲授)|"
    rf"^[(【\[] ?(?P<c>[^,。;:()]{{4,30}}?)(?:同志)?的?{_SPEECH}[,。)】\]]"
)
_WRITER_NAMED = re.compile(
    rf"作者:?(?P<n>[{HAN}]{{2,4}}?)(?:(?=[系为是]|现任|时任)|,(?:系|为|是|男|女|现任|时任|[{HAN}]{{2,20}}(?:[)。]|$)))"
)
# 本文系N5月10日接受《P》采访时的答记者问
_ASKED = re.compile(
    r"(?:本文|此文|该文|以上|这)(?:系|是|为)(?P<v>[^,。;()]{4,40}?)(?:于|在)? ?(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日)?(?:前不久|近日|日前)?(?:接受|回答|答)[^,。;]{0,30}?的?(?P<k>答记者问|答问|谈话|访谈|专访|访谈录)"
)
_RECORDED = re.compile(
    r"(?:根据|依据|据)(?P<v>[^,。;()]{2,30}?) ?(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日)?(?:当时|当天|现场|即席|即兴)?的?(?:讲话|发言|演讲|报告|授课|讲课|致辞)(?:的)?(?:现场)?(?:录音|录像|视频|速记|记录)|"
    r"(?:摘自|选自|节选自|整理自|摘录自|摘编自|本文[是为系]|这[是为]|此文[是为系])(?P<w>[^,。;()]{2,30}?) ?(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:当时|当天|现场|即席|即兴)?的?(?:重要)?(?:讲话|发言|演讲|报告|授课|讲课|致辞)"
)


def _sentences(flat: str) -> list[tuple[int, int]]:
    """Stretches between full stops and semicolons, the brackets around a note off."""
    bounds, start = [], 0
    for match in re.finditer(r"[。;]|$", flat):
        if match.start() > start:
            bounds.append((start, match.start()))
        start = match.end()
    trimmed = []
    for a, b in bounds:
        while a < b and flat[a] in " ([【※*★☆◎·—":
            a += 1
        while b > a and flat[b - 1] in " )]】":
            b -= 1
        trimmed.append((a, b))
    return trimmed


_SEATED_IN = re.compile(rf"(?P<n>[{HAN}]{{2,4}})(?:同志|先生|女士)?,?(?:系|是|现任|时任|为)(?P<r>[^,。;()]{{2,30}})")
