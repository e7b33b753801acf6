"""Whose words a text is: candidates in the order in which a careful annotator trusts them, and the vetoes."""

from __future__ import annotations

import re

from pipelines.speech.analysis import Analysis, reported
from pipelines.speech.fold import Line, fold
from pipelines.speech.genres import GENRES, SPEECH_KINDS, TURN_KINDS, final_genre
from pipelines.speech.guests import BLOCK_KEYS, completed, distinct, participants
from pipelines.speech.names import HAN, HONORIFIC, OCCASION, is_name
from pipelines.speech.occasions import event_before_genre
from pipelines.speech.offices import ROLE, ends_in_role
from pipelines.speech.persons import BULLETS, Person, is_organisation, may_be_place, read_people, read_person
from pipelines.speech.words import words

_PRONOUN = re.compile(
    r"^(?:作者|笔者|其|他|她|本人|我|该同志|该|该文|文|本文|原)?$|(?:作者|根据其|根据他|根据她|据其)$"
)
_NOTE_LEAD = re.compile(
    r"^.*?(?:本文|此文|该文|全文|这|以上|文章|作者|讲话)?(?:是|为|系|乃)?(?:节选自|摘自|选自|摘编自|整理自|摘录自|根据|依据|据|来自|是|为|系|由|刊登的是|刊登|出自)(?=.{2})"
)
_SELF = re.compile(
    rf"(?:我叫|我名叫|,叫|我的名字叫|我的名字是|名叫)(?P<n>[{HAN}]{{2,4}})(?=[,。!、])|我是(?P<p>[^,。!?]{{2,24}})(?=[,。!])"
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
        note if note and note[0].name else [],
        [person for person in lead if person.name is not None],
        _from_block(analysis),
        byline or _organisation(analysis),
        _from_subtitle(analysis),
        _several(analysis) or [titled]
        if titled is not None and titled.name is not None and _title_stands(analysis)
        else [],
        _from_signature(analysis),
        [person for person in analysis.notes.writers if person.name is not None],
        _from_self(analysis),
        lead,
        [titled] if titled is not None and (titled.role is not None) and _title_stands(analysis) else [],
        [person for person in analysis.head.people if person.name is None and person.role is not None],
    ]
    chosen = next((people for people in candidates if people), [])
    if analysis.collection and chosen and chosen in candidates[5:]:
        return []
    others = [
        *note,
        *lead,
        *([analysis.notes.writer_office] if analysis.notes.writer_office else []),
        *analysis.head.people,
        *([titled] if titled else []),
    ]
    return [completed(person, others, alone=len(chosen) == 1) for person in distinct(chosen)]


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
    honorific = HONORIFIC.search(who.flat)
    end = honorific.start() if honorific is not None else len(who.flat)
    name = who.part(0, end)
    above = {fold(raw).strip(BULLETS) for raw in analysis.layout.raws[:4] if len(raw) < 12}
    if _LISTED_NAME.fullmatch(name.flat) and name.flat in above:
        return [Person(name.span(0, end, "tail-note"))]
    return []


_LISTED_NAME = re.compile(rf"[{HAN}]{{2,4}}")


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
        person = _last_read(clause.who, "subtitle") if clause.who is not None else None
        if person is not None and person.name is not None:
            return [person]
    for line in analysis.head.titles:
        person = _before_genre(line, "heading-line")
        if person is not None and person.name is not None and not person.surname_only:
            return [person]
    return []


def _from_block(analysis: Analysis) -> list[Person]:
    keys = (*BLOCK_KEYS, "主持人", "主持") if analysis.kind == "主持词" else BLOCK_KEYS
    for key in keys:
        if key in analysis.head.block:
            people = [p for p in read_people(analysis.head.block[key], "label-block") if p.name is not None]
            if people:
                return [_with_post(person, analysis) if len(people) == 1 else person for person in people]
    return []


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


_IN_BRACKETS = re.compile(rf" ?[(](?P<n>[{HAN} ·]{{2,20}})[)]$")  # 在E上的致辞(N)


def from_title(analysis: Analysis) -> Person | None:
    """N在E上的讲话, N:题目, R N题目+致辞; a role alone, a mask."""
    line, clause = analysis.title, analysis.title_clause
    if line is None:
        return None
    signed = _IN_BRACKETS.search(line.flat)
    if signed is not None and final_genre(line.flat[: signed.start()]) is not None:
        person = read_person(line.part(*signed.span("n")), "title", sure=True)
        if person is not None and person.name is not None and _stands_alone(person):
            return person
    last = _behind_genre(line)
    if last is not None:
        return last
    colon = _from_colon(line)
    if colon is not None:
        return colon
    if clause is not None:
        if clause.who is None:
            return None
        who = clause.who
        numbered = re.match(r"^(?:第[一二三四五六七八九十\d]+篇|篇[一二三四五六七八九十])[: ]", who.flat)
        who = who.part(numbered.end(), len(who.flat)) if numbered else who
        return _last_read(who)
    return _before_genre(line, "title")


_BEHIND = re.compile(r"(?:[—_|-]+|[)】] ?| ) *(?P<n>[^—_|()【】-]{2,30})$")


def _behind_genre(line: Line) -> Person | None:
    """在E上的讲话 县长N, 在E上的讲话——N."""
    for start in range(len(line.flat) - 2, 0, -1):
        match = _BEHIND.match(line.flat, start)
        genre = final_genre(line.flat[: start + 1].rstrip(" —_|-")) if match is not None else None
        if match is None or genre is None or GENRES[genre[0]] not in SPEECH_KINDS:
            continue
        person = read_person(line.part(*match.span("n")), "title", sure=True)
        if person is not None and person.name is not None and not person.surname_only and _stands_alone(person):
            return person
    return None


def _stands_alone(person: Person) -> bool:
    """With an office, or a name that is no place."""
    return person.role is not None or (person.name is not None and not may_be_place(fold(person.name.value)))


def _several(analysis: Analysis) -> list[Person]:
    """The speakers of 市长N、书记M在E上的讲话; [] unless there are two or more."""
    clause = analysis.title_clause
    people = read_people(clause.who, "title") if clause is not None and clause.who is not None else []
    return people if len(people) > 1 else []


def _last_read(who: Line, rule: str = "title") -> Person | None:
    """The whole stretch, or what follows its last mark: 把路修好——陈平在…"""
    person = read_person(who, rule)
    if person is not None and (person.name is not None or person.masked or " " not in who.flat):
        return person
    behalf = _ON_BEHALF.search(who.flat)
    if person is None and behalf is not None:
        return read_person(who.part(0, behalf.start()), rule)
    at = max(who.flat.rfind(mark) for mark in ("—", " ", ":", "》", "】", "|", "("))
    return (read_person(who.part(at + 1, len(who.flat)), rule) if at >= 0 else None) or person


_ON_BEHALF = re.compile(r"(?<=..)(?:代表(?=.{2})|受.{2,16}委托|应.{2,16}邀请|率[队团领])")  # N代表O在E上的讲话


def _from_colon(line: Line) -> Person | None:
    at = line.flat.find(":")
    if not 2 <= at <= 30:
        return None
    person = read_person(line.part(0, at), "title-colon", sure=True)
    return person if person is not None and person.name is not None else None


def _before_genre(line: Line, rule: str) -> Person | None:
    """校长陈平新年致辞, 陈平校长毕业典礼致词, 毕业典礼校长致词."""
    genre = final_genre(line.flat)
    if genre is None:
        return None
    end = genre.start()
    while end > 0 and line.flat[end - 1] in " 的":
        end -= 1
    behalf = _ON_BEHALF.search(line.flat, 0, end)
    speaker = read_person(line.part(0, behalf.start()), rule, sure=True) if behalf is not None else None
    if speaker is not None and speaker.name is not None:
        return speaker
    person = _office_and_name(line, end, rule) or _office_alone(line, end, GENRES[genre[0]], rule)
    if person is not None:
        return person
    event = event_before_genre(line, genre.start(), rule)
    if event is not None and event.end - event.start < end:
        rest = line.part(event.end - line.start, end)
        own = ends_in_role(rest.flat)
        if own is not None and own.start() == 0:
            return read_person(rest, rule)
    named = HONORIFIC.sub("", line.flat[:end].strip())
    return read_person(line.part(0, end), rule, sure=True) if is_name(named, sure=True) else None


def _office_and_name(line: Line, end: int, rule: str) -> Person | None:
    """校长陈平新年…, 陈平校长毕业典礼…, 李总理2012年…: the office next to a name, then the theme."""
    for office in reversed(list(ROLE.finditer(line.flat, 0, end))):
        short = (office.end() + 2,) if _THEME.match(line.flat, office.end() + 2) else ()
        for stop in dict.fromkeys((office.end(), *short, office.end() + 3, office.end() + 2)):
            person = read_person(line.part(0, stop), rule, sure=True) if stop <= end else None
            theme = line.flat[stop:end]
            if person is None or person.name is None or office[0] in _COMMONERS or not _is_topic(theme):
                continue
            if not person.surname_only or theme[:4].isdigit() or theme[:1] == "给":
                return person
    return None


def _office_alone(line: Line, end: int, kind: str, rule: str) -> Person | None:
    """总统国庆演说: an office of rank opens the title and no name follows."""
    for held in ROLE.finditer(line.flat, 0, end):
        if _RANK.search(held[0]) and OCCASION.match(line.flat, held.end(), end):
            return read_person(line.part(0, held.end()), rule)
    office = ROLE.match(line.flat, 0, end)
    if office is None or kind not in ("致辞", "演讲", "述职报告") or not _RANK.search(office[0]):
        return None
    return read_person(line.part(0, office.end()), rule) if _is_topic(line.flat[office.end() : end]) else None


_COMMONERS = frozenset(
    words("干部 学生 同学 校友 会员 队员 代表 嘉宾 记者 职工 农民 工人 战士 居民 村民 教师 委员 理事")
)
_THEME = re.compile(r"新年|新春|春节|元旦|国庆|中秋|开学|毕业|教师节|讲|作|谈|致|发表|就|为|的|\d|同志")
_RANK = re.compile(r"[长任席裁理统官令]$|书记$|首相$|司令员$|政委$")


def _is_topic(flat: str) -> bool:
    return len(flat) < 30 and not re.match(r"^[们等和与、的向]", flat) and not ends_in_role(flat)


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
        for match in _SELF.finditer(line.flat[:100]):
            name = match["n"]
            if name is not None and is_name(name):
                return [Person(line.span(*match.span("n"), "self-introduction"))]
            person = _self_titled(line, match) if name is None else None
            if person is not None:
                return [person]
    return []


def _self_titled(line: Line, match: re.Match[str]) -> Person | None:
    """我是办公室主任N, 我是高一(2)班的N."""
    start, end = match.span("p")
    person = read_person(line.part(start, end), "self-introduction", sure=True)
    if person is not None and person.name is not None and is_name(fold(person.name.value)):
        return person
    for size in (3, 2):
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
