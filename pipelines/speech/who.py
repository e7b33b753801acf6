"""Whose words a text is: candidates in the order in which a careful annotator trusts them, and the vetoes."""

from __future__ import annotations

import re

from pipelines.speech.analysis import Analysis, reported
from pipelines.speech.fold import Line, fold, squash
from pipelines.speech.genres import TURN_KINDS
from pipelines.speech.guests import BLOCK_KEYS, completed, distinct, participants
from pipelines.speech.introductions import housed, in_full, stated_office
from pipelines.speech.names import HAN, HONORIFIC, is_masked, is_name
from pipelines.speech.occasions import read_clause
from pipelines.speech.offices import last_role
from pipelines.speech.persons import BULLETS, Person, is_organisation, read_people, read_person
from pipelines.speech.subjects import before_genre, from_title, last_read, several
from pipelines.speech.surnames import COMPOUND, SINGLE

_PRONOUN = re.compile(
    r"^(?:作者|笔者|其|他|她|本人|我|该同志|该|该文|文|本文|原)?$|(?:作者|根据其|根据他|根据她|据其)$"
)
_NOTE_LEAD = re.compile(
    r"^.*?(?:本文|此文|该文|全文|这|以上|文章|作者|讲话)?(?:是|为|系|乃)?(?:节选自|摘自|选自|摘编自|整理自|摘录自|根据|依据|据|来自|是|为|系|由|刊登的是|刊登|出自)(?=.{2})"
)
_SELF = re.compile(
    rf"(?:我叫|我名叫|,叫|我的名字叫|我的名字是|名叫|(?:^|[。!:])本人|(?:^|[。!:])我,)(?P<n>[{HAN}]{{2,4}})(?=[,。!、])|我是(?P<p>[^,。!?]{{2,24}})(?=[,。!])"
)


def find_speakers(analysis: Analysis) -> list[Person]:
    """The speakers of the text, in order of appearance; [] unless something printed says who speaks."""
    if analysis.turns:
        return participants(analysis)
    if (
        not analysis.is_speech
        or analysis.chatter
        or analysis.head.masked
        or (analysis.kind in TURN_KINDS and not analysis.head.salutation)
    ):
        return [] if not (analysis.kind == "答记者问" and analysis.head.lead) else _single(analysis)
    if analysis.head.news is not None and analysis.head.lead is None and not analysis.notes.clauses:
        return []
    return _single(analysis)


def _single(analysis: Analysis) -> list[Person]:
    """The first candidate that stands; what others add of office is joined to the name."""
    note, lead = from_note(analysis), _from_lead(analysis)
    byline = [person for person in analysis.head.people if person.name is not None]
    titled = from_title(analysis)
    if titled is not None and titled.masked:
        return []
    candidates: list[list[Person]] = [
        _in_parts(analysis),
        note if note and note[0].name else [],
        [person for person in lead if person.name is not None],
        _from_block(analysis),
        byline or _organisation(analysis),
        _from_subtitle(analysis),
        several(analysis) or [titled]
        if titled is not None and titled.name is not None and _title_stands(analysis)
        else [],
        _from_signature(analysis),
        [person for person in (*analysis.notes.writers, *analysis.head.writers) if person.name is not None],
        _from_self(analysis),
        lead,
        [titled] if titled is not None and (titled.role is not None) and _title_stands(analysis) else [],
        [person for person in analysis.head.people if person.name is None and person.role is not None],
    ]
    chosen = next((people for people in candidates if people), [])
    if analysis.collection and chosen and chosen in candidates[6:]:
        return []
    others = [
        *note,
        *lead,
        *analysis.notes.held,
        *(person for _, signed in analysis.notes.signers for person in signed if len(chosen) == 1),
        *([analysis.notes.writer_office] if analysis.notes.writer_office else []),
        *analysis.head.people,
        *([titled] if titled else []),
    ]
    whole = [completed(person, others, alone=len(chosen) == 1) for person in distinct(chosen)]
    return [housed(analysis, in_full(analysis, person)) for person in whole]


_PART = re.compile(r" *[【\[(]?第?[一二三四五六七八九十\d]{1,2}篇[】\])]? ?[:、 ] ?")


_LONGEST_PART = 80


def _in_parts(analysis: Analysis) -> list[Person]:
    """第一篇:N在E上的讲话 … 第二篇:M在E上的发言: everybody whom at least two such headings name."""
    found: list[Person] = []
    for index, raw in enumerate(analysis.layout.raws):
        if len(raw) > _LONGEST_PART or "篇" not in raw[:6]:
            continue
        line = analysis.layout.line(index)
        mark = _PART.match(line.flat)
        if mark is None:
            continue
        clause = read_clause(line.part(mark.end(), len(line.flat)), "heading-line", roc=analysis.roc)
        people = read_people(clause.who, "heading-line") if clause is not None and clause.who is not None else []
        found.extend(person for person in people if person.name is not None and not person.masked)
    return found if len(found) > 1 else []


def from_note(analysis: Analysis) -> list[Person]:
    """本文为R N在E上的讲话; 作者/其 means the byline."""
    for clause in analysis.notes.clauses:
        if clause.who is None:
            continue
        who = clause.who
        lead = _NOTE_LEAD.match(who.flat)
        if lead and lead.end() < len(who.flat):
            who = who.part(lead.end(), len(who.flat))
        if _PRONOUN.search(who.flat):
            continue
        people = read_people(who, "tail-note") or _printed_above(analysis, who)
        if people:
            return people
    return [analysis.notes.recorded] if analysis.notes.recorded is not None else []


def _printed_above(analysis: Analysis, who: Line) -> list[Person]:
    """禾生同志 of a note, when 禾生 stands alone above the text: what is printed twice is a name, whatever its surname."""
    office = last_role(who.flat)
    for size in (5, 4, 3, 2):
        stop = len(who.flat) - size
        if office is None or not 0 < office.end() <= stop or not _LISTED_NAME.fullmatch(who.flat, stop):
            continue
        if who.flat[stop:] in _above(analysis):
            held = read_person(who.part(0, stop), "tail-note")
            called = who.span(stop, len(who.flat), "tail-note")
            return [Person(called, held.role if held else None, held.org if held else None)]
    honorific = HONORIFIC.search(who.flat)
    end = honorific.start() if honorific is not None else len(who.flat)
    name = who.part(0, end)
    if _LISTED_NAME.fullmatch(name.flat) and name.flat in _above(analysis):
        return [Person(name.span(0, end, "tail-note"))]
    return []


def _above(analysis: Analysis) -> set[str]:
    """What the first lines print alone, bullets and inner spaces off."""
    return {squash(fold(raw).strip(BULLETS)) for raw in analysis.layout.raws[:4] if len(raw) < 12}


_LISTED_NAME = re.compile(rf"[{HAN}·]{{2,5}}")


def _from_lead(analysis: Analysis) -> list[Person]:
    if analysis.head.lead_person is not None:
        return [analysis.head.lead_person] if not analysis.head.lead_person.masked else []
    lead = analysis.head.lead
    if lead is None or lead.who is None:
        return []
    return [person for person in read_people(lead.who, "lead") if not person.masked]


def _from_subtitle(analysis: Analysis) -> list[Person]:
    """——N院长在E上的致辞."""
    for clause in analysis.head.clauses:
        person = last_read(clause.who, "subtitle") if clause.who is not None else None
        if person is not None and person.name is not None:
            return [person]
    for line in analysis.head.titles:
        person = before_genre(line, "heading-line")
        if person is not None and person.name is not None and not person.surname_only:
            return [person]
    return []


def _from_block(analysis: Analysis) -> list[Person]:
    keys = (*BLOCK_KEYS, "主持人", "主持") if analysis.kind == "主持词" else BLOCK_KEYS
    for key in keys:
        if key in analysis.head.block:
            value = analysis.head.block[key]
            people = [p for p in read_people(value, "label-block") if p.name is not None]
            if not people and _CALLED.fullmatch(value.flat.strip()) and not is_masked(value.flat.strip()):
                people = [Person(value.span(0, len(value.flat), "label-block"))]  # 讲话人:达娃
            if people:
                return [_with_post(person, analysis) if len(people) == 1 else person for person in people]
    return []


# What a key that asks for a name may be followed by, whatever the surname.
_CALLED = re.compile(
    rf"(?!.*(?:待定|本人|同上|全体|各|有关|相关|领导|专家|人员|代表|若干|多人|不详|未知|邀请|特邀|嘉宾|老师|记者|学生|干部|负责|某|姓名|签[名字]|主持|[会局厅部委处科院校厂社站组室办公司长任记席员]$))[{HAN}]{{2,5}}(?: ?· ?[{HAN}]{{1,8}})*"
)


def _with_post(person: Person, analysis: Analysis) -> Person:
    """With the lines 职务: and 单位: of the same block."""
    post, body = (analysis.head.block.get(key) for key in ("职务", "单位"))
    if post is None or person.role is not None:
        return person
    role = read_person(post, "label-block")
    if role is None or role.role is None or role.name is not None:
        return person
    return person._replace(
        role=role.role, org=role.org or (body.span(0, len(body.flat), "label-block") if body is not None else None)
    )


def _organisation(analysis: Analysis) -> list[Person]:
    """Party groups and bodies that speak in a consultative session."""
    if analysis.kind != "发言":
        return []
    if analysis.head.signed_by:
        return [Person(analysis.head.signed_by[0].by("byline-organisation"))]
    at = analysis.title.flat.find(":") if analysis.title is not None else -1
    if analysis.title is not None and at > 0 and is_organisation(analysis.title.flat[:at]):
        return [Person(analysis.title.span(0, at, "title-colon"))]
    return []


def _title_stands(analysis: Analysis) -> bool:
    """The body does not contradict that the person of the title speaks."""
    if analysis.chatter or (analysis.head.news is not None and analysis.head.lead is None):
        return False
    if reported(analysis):
        return False
    colon_only = analysis.title_clause is None and analysis.kind_span is None
    return not colon_only or analysis.head.salutation or analysis.head.lead is not None


def _from_signature(analysis: Analysis) -> list[Person]:
    people = [person for _, read in reversed(analysis.notes.signers) for person in read if person.name is not None]
    return people if all(person.role is not None for person in people) else people[:1]


def _from_self(analysis: Analysis) -> list[Person]:
    """我叫N; 我是R N: only in the first lines of a speech that names nobody else."""
    for index in range(analysis.first, min(analysis.first + 3, analysis.last)):
        line = analysis.layout.line(index)
        surname = _MY_SURNAME.search(line.flat, 0, 60)
        if surname is not None and (surname["x"] in SINGLE or surname["x"] in COMPOUND):
            return [Person(line.span(*surname.span("x"), "self-introduction"), surname_only=True)]
        for match in _SELF.finditer(line.flat[:100]):
            name = match["n"]
            if name is not None and is_name(name):
                held = _self_office(line, match.end("n"))
                return [Person(line.span(*match.span("n"), "self-introduction"), *(held[1:3] if held else ()))]
            person = _self_titled(line, match) if name is None else None
            if person is not None:
                return [person]
    return []


_MY_SURNAME = re.compile(r"(?:我|,|本人|免贵)姓(?P<x>[\u4e00-\u9fff]{1,2})[,。]")
# 我叫N,今年三十岁,是O的R
_SELF_OFFICE = re.compile(
    r",(?:今年)?(?:[\d一二三四五六七八九十]{1,4}岁,)?(?:来自[^,。;]{2,20},)?(?:现在?)?(?:是|现任|担任|任)(?P<p>[^,。;!?]{2,36})"
)


def _self_office(line: Line, at: int) -> Person | None:
    """The office that N adds to his own name."""
    match = _SELF_OFFICE.match(line.flat, at)
    held = stated_office(line, *match.span("p")) if match is not None else None
    if held is None:
        return None
    role, org = (span.by("self-introduction") if span is not None else None for span in held[1:3])
    return held._replace(role=role, org=org)


_CLASS = re.compile(r"(?:\d{1,2}|\([\d一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十])班 ?$")


def _self_titled(line: Line, match: re.Match[str]) -> Person | None:
    """我是办公室主任N, 我是高一(2)班的N."""
    start, end = match.span("p")
    person = read_person(line.part(start, end), "self-introduction", sure=True)
    if person is not None and person.name is not None and is_name(fold(person.name.value)):
        return person
    for size in (3, 2):
        if _CLASS.search(line.flat, start, end - size) and is_name(line.flat[end - size : end], sure=True):
            return Person(line.span(end - size, end, "self-introduction"))
        if line.flat[end - size - 1 : end - size] in (
            "的",
            "导",
            "员",
            "官",
            "师",
            "妈",
            "爸",
            "亲",
            "爷",
            "奶",
            "婆",
            "公",
            "友",
        ) and is_name(line.flat[end - size : end], sure=True):
            return Person(line.span(end - size, end, "self-introduction"))
    return None
