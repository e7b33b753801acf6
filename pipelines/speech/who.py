"""Whose words a text is: candidates in the order in which a careful annotator trusts them, and the vetoes."""

from __future__ import annotations

import re

from pipelines.speech.analysis import Analysis, reported
from pipelines.speech.fold import Line, squash
from pipelines.speech.genres import GENRES, TURN_KINDS, final_genre
from pipelines.speech.names import HAN, is_masked, is_name
from pipelines.speech.occasions import event_before_genre
from pipelines.speech.offices import ROLE, ends_in_role
from pipelines.speech.persons import Person, is_organisation, read_people, read_person
from pipelines.speech.turns import GENERIC

_PRONOUN = re.compile(r"^(?:作者|笔者|其|他|她|本人|我|该同志|该|该文|文|本文|原)?$|(?:作者|根据其|根据他|根据她|据其)$")
_NOTE_LEAD = re.compile(
    r"^.*?(?:本文|此文|该文|全文|这|以上|文章|作者|讲话)?(?:是|为|系|乃)?(?:节选自|摘自|选自|摘编自|整理自|摘录自|根据|依据|据|来自|是|为|系|由|刊登的是|刊登|出自)(?=.{2})"
)
_SELF = re.compile(rf"(?:我叫|我名叫|,叫|我的名字叫|名叫|我是[^,。]{{0,14}}?的?)(?P<n>[{HAN}]{{2,4}})(?=[,。!、])")
BLOCK_KEYS = ("主讲人", "主讲", "讲话人", "演讲人", "演讲者", "主讲者", "讲者", "发言人", "述职人", "述职者", "致辞人", "致词人", "报告人", "授课人", "讲课人", "宣讲人", "汇报人")
_INTERVIEWEE = re.compile(
    r"(?:^|[—:\s])(?:本[刊报网台]记者)?(?:专访|访谈|采访|访|对话|走近|独家专访|对谈|与|和)(?P<a>[^:,。!?《》]{2,40}?)(?:谈.*|对话.*|的?访谈.*|先生$|(?=[:,])|$)|"
    r"^(?P<b>[^:,。!?]{2,40}?)(?:就[^,。]{2,60}?(?:答记者问|接受|回答|答).*|答(?:本报|本刊)?记者问.*|做客.*|接受[^,。]{0,30}(?:采访|专访|访谈|访问).*|谈[^,。]{2,30}|访谈(?:录|实录)?$|专访$|(?:与|同|和)(?:网友|网民).*)"
)
_GUEST = re.compile(r"(?:嘉宾|做客[^,。]{0,16}(?:的)?(?:嘉宾)?|请到了?|邀请到?了?|采访了?|专访了?|来到[^,。]{0,10}的)(?:是|有)?(?:了)?(?P<p>[^,。!?:]{3,40})")


def find_speakers(analysis: Analysis) -> list[Person]:
    """The speakers of the text, in order of appearance; [] unless something printed says who speaks."""
    if analysis.turns:
        return _participants(analysis)
    if not analysis.is_speech or analysis.chatter or analysis.head.masked or analysis.kind in TURN_KINDS and not analysis.head.salutation:
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
        _several(analysis) or [titled] if titled is not None and titled.name is not None and _title_stands(analysis) else [],
        _from_signature(analysis),
        _from_self(analysis),
        lead,
        [titled] if titled is not None and (titled.role is not None) and _title_stands(analysis) else [],
        [person for person in analysis.head.people if person.name is None and person.role is not None],
    ]
    chosen = next((people for people in candidates if people), [])
    if analysis.collection and chosen and chosen in candidates[5:]:
        return []
    others = [*note, *lead, *([analysis.notes.writer_office] if analysis.notes.writer_office else []), *analysis.head.people, *([titled] if titled else [])]
    return [_completed(person, others, alone=len(chosen) == 1) for person in _distinct(chosen)]


def _completed(person: Person, others: list[Person], *, alone: bool) -> Person:
    """With the office that another line prints for the same name, or, for a single speaker, for no name."""
    if person.role is not None or person.surname_only:
        same = [o for o in others if person.surname_only and o.name and person.name and o.name.value.startswith(person.name.value) and not o.surname_only]
        return same[0]._replace(role=same[0].role or person.role) if same else person
    for other in others:
        same_name = other.name is not None and person.name is not None and other.name.value == person.name.value
        by_surname = other.surname_only and other.name is not None and person.name is not None and person.name.value.startswith(other.name.value)
        if other.role is not None and (same_name or by_surname or (other.name is None and alone and not other.masked)):
            return person._replace(role=other.role, org=person.org or other.org)
    return person


def _distinct(people: list[Person]) -> list[Person]:
    seen: dict[str, Person] = {}
    for person in people:
        key = person.name.value if person.name else ""
        if key not in seen or seen[key].role is None and person.role is not None:
            seen[key] = person
    return list(seen.values())


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
        people = read_people(who, "tail-note")
        if people:
            return people
    return []


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
    return []


def _from_block(analysis: Analysis) -> list[Person]:
    keys = (*BLOCK_KEYS, "主持人", "主持") if analysis.kind == "主持词" else BLOCK_KEYS
    for key in keys:
        if key in analysis.head.block:
            people = [p for p in read_people(analysis.head.block[key], "label-block") if p.name is not None]
            if people:
                return people
    return []


def _organisation(analysis: Analysis) -> list[Person]:
    """Party groups and bodies that speak in a consultative session."""
    if analysis.kind == "发言" and analysis.head.signed_by:
        return [Person(analysis.head.signed_by[0].by("byline-organisation"))]
    return []


def from_title(analysis: Analysis) -> Person | None:
    """N在E上的讲话, N:题目, R N题目+致辞; a role alone, a mask."""
    line, clause = analysis.title, analysis.title_clause
    if line is None:
        return None
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
    return _before_genre(analysis, line)


def _several(analysis: Analysis) -> list[Person]:
    """The speakers of 市长N、书记M在E上的讲话; [] unless there are two or more."""
    clause = analysis.title_clause
    people = read_people(clause.who, "title") if clause is not None and clause.who is not None else []
    return people if len(people) > 1 else []


def _last_read(who: Line, rule: str = "title") -> Person | None:
    """The whole stretch, or what follows its last mark: 把路修好——陈平在…"""
    person = read_person(who, rule)
    if person is not None:
        return person
    at = max(who.flat.rfind(mark) for mark in ("—", " ", ":", "》", "】", "|"))
    return read_person(who.part(at + 1, len(who.flat)), rule) if at >= 0 else None


def _from_colon(line: Line) -> Person | None:
    at = line.flat.find(":")
    if not 2 <= at <= 30:
        return None
    person = read_person(line.part(0, at), "title-colon", sure=True)
    return person if person is not None and person.name is not None else None


def _before_genre(analysis: Analysis, line: Line) -> Person | None:
    """校长陈平新年致辞, 陈平校长毕业典礼致词, 毕业典礼校长致词."""
    genre = final_genre(line.flat)
    if genre is None:
        return None
    end = genre.start()
    while end > 0 and line.flat[end - 1] in " 的":
        end -= 1
    ranked: Person | None = None
    for office in reversed(list(ROLE.finditer(line.flat, 0, end))):
        short = (office.end() + 2,) if _THEME.match(line.flat, office.end() + 2) else ()
        for stop in dict.fromkeys((office.end(), *short, office.end() + 3, office.end() + 2)):
            if stop > end:
                continue
            person = read_person(line.part(0, stop), "title", sure=True)
            if person is not None and person.name is not None and _is_topic(line.flat[stop:end]) and (not person.surname_only or line.flat[stop:end][:4].isdigit()):
                return person
            if person is None and stop == office.end() and office.start() == 0 and _RANK.search(office[0]) and GENRES[genre[0]] in ("致辞", "演讲", "述职报告"):
                ranked = read_person(line.part(0, stop), "title")
    if ranked is not None:
        return ranked
    event = event_before_genre(line, genre.start(), "title")
    if event is not None and event.end - event.start < end:
        rest = line.part(event.end - line.start, end)
        office = ends_in_role(rest.flat)
        if office is not None and office.start() == 0:
            return read_person(rest, "title")
    person = read_person(line.part(0, end), "title", sure=True) if is_name(line.flat[:end].strip(), sure=True) else None
    return person


_THEME = re.compile(r"新年|新春|春节|元旦|国庆|中秋|开学|毕业|教师节|讲|作|谈|致|发表|就|为|的|\d|同志")
_RANK = re.compile(r"[长任席裁理统官]$|书记$|首相$")


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
    return people[:1]


def _from_self(analysis: Analysis) -> list[Person]:
    """我是…,叫N: only in the first lines of a speech that names nobody else."""
    for index in range(analysis.first, min(analysis.first + 3, analysis.last)):
        line = analysis.layout.line(index)
        for match in _SELF.finditer(line.flat[:80]):
            if is_name(match["n"], sure="叫" not in match[0]):
                return [Person(line.span(*match.span("n"), "self-introduction"))]
    return []


def _participants(analysis: Analysis) -> list[Person]:
    """Every named label, with what title, lead and other turns say of the office; the person who answers 问."""
    named = _distinct([turn.person for turn in analysis.turns if turn.person is not None and turn.person.name is not None])
    guests = _guests(analysis)
    labels = {squash(turn.label.raw) for turn in analysis.turns}
    unnamed = {"答", "A", "回答"} & labels or (not named and guests)
    people = list(named)
    if unnamed or any(_names_office(turn.label.raw, guests) for turn in analysis.turns):
        people.extend(guest for guest in guests if all(guest.name and guest.name.value != (p.name.value if p.name else "") for p in people))
    others = [*guests, *analysis.head.people]
    done = [_completed(person, others, alone=False) for person in _full_names(people, others)]
    return [_addressed(person, analysis) for person in done]


def _full_names(people: list[Person], others: list[Person]) -> list[Person]:
    """王市长 in a label is 王明 of the title."""
    result = []
    for person in people:
        longer = [o for o in others if person.surname_only and o.name and person.name and not o.surname_only and o.name.value.startswith(person.name.value)]
        result.append(longer[0]._replace(role=longer[0].role or person.role) if longer else person)
    return _distinct(result)


def _names_office(label: str, guests: list[Person]) -> bool:
    return any(guest.role is not None and squash(label) == guest.role.value for guest in guests)


def _guests(analysis: Analysis) -> list[Person]:
    """The interviewee of the title, the subtitle, the lead or the host's first words."""
    found: list[Person] = []
    for line in [*([analysis.title] if analysis.title else []), *analysis.head.titles]:
        match = _INTERVIEWEE.search(line.flat)
        if match:
            group = "a" if match["a"] else "b"
            people = read_people(line.part(*match.span(group)), "interviewee")
            found.extend(p for p in people if p.name is not None and not p.masked)
    for key in ("嘉宾", "访谈嘉宾", "受访者", "受访人", "采访对象", "访谈对象", "被采访人", "被访者", *BLOCK_KEYS, "主持人", "采访者"):
        if key in analysis.head.block:
            found.extend(p for p in read_people(analysis.head.block[key], "label-block") if p.name is not None)
    for clause in (analysis.title_clause, analysis.head.lead):
        if clause is not None and clause.who is not None:
            found.extend(p for p in read_people(clause.who, "title") if p.name is not None)
    return found + _introduced(analysis)


def _introduced(analysis: Analysis) -> list[Person]:
    """今天做客直播间的是R N: persons that the text before or in the first turns introduces by office and name."""
    found = []
    stop = min(analysis.last, analysis.first + 4)
    for index in range(max(0, min(analysis.first, 1) - 1), stop):
        if len(analysis.layout.raws[index]) > 400:
            continue
        line = analysis.layout.line(index)
        for office in ROLE.finditer(line.flat):
            if office[0].endswith(_ASKERS):
                continue
            for size in (3, 2, 4):
                name = line.flat[office.end() : office.end() + size]
                if len(name) == size and is_name(name, sure=True) and _ends_name(line.flat, office.end() + size):
                    start = max(line.flat.rfind(mark, 0, office.start()) for mark in ",。:!?是了、请到的 ") + 1
                    person = read_person(line.part(start, office.end() + size), "introduced")
                    if person is not None and person.name is not None and person.name.value == name:
                        found.append(person)
                    break
    return found


_ASKERS = ("记者", "主持人", "编辑", "主播", "评论员")


def _ends_name(flat: str, at: int) -> bool:
    return re.match(r"$|[,。!?、:;) ]|同志|先生|女士|就|在|接受|的|做客|和|与|向|为|来到", flat[at:]) is not None


def _addressed(person: Person, analysis: Analysis) -> Person:
    """With the office by which the others address the person: 请王明县长 for the label 王明."""
    if person.role is not None or person.name is None or person.surname_only:
        return person
    name = re.escape(person.name.raw)
    for turn in analysis.turns[:40]:
        for match in re.finditer(rf"(?:{name}|(?<![{HAN}]){re.escape(person.name.raw[0])})(?=[{HAN}])", analysis.text[turn.start : min(turn.end, turn.start + 200)]):
            at = turn.start + match.end()
            stretch = Line("text", at, analysis.text[at : at + 8], analysis.text[at : at + 8])
            office = ROLE.match(stretch.flat)
            if office and (len(match[0]) > 1 or re.match(r"[,，。、!！:：你您]", analysis.text[at + office.end() :])):
                return person._replace(role=stretch.span(0, office.end(), "addressed"))
    return person


__all__ = ["GENERIC", "find_speakers", "from_title", "is_masked", "is_organisation"]
