"""Who takes part in an interview, a press conference or a meeting, and in what office."""

from __future__ import annotations

import re

from pipelines.speech.analysis import ATTENDING, Analysis
from pipelines.speech.fold import Span, fold, line_of, squash
from pipelines.speech.introductions import held_by, housed, in_full, labelled, spelled_out, told_of
from pipelines.speech.names import HAN, is_name
from pipelines.speech.offices import ROLE
from pipelines.speech.persons import Person, is_organisation, read_listed, read_people, read_person
from pipelines.speech.words import words

_INTERVIEWEE = re.compile(
    r"(?:^|[—:\s])(?:本[刊报网台]记者)?(?:专访|访谈|采访|访|对话|走近|独家专访|对谈|与|和)(?P<a>[^:,。!?《》]{2,40}?)(?:谈.*|对话.*|的?访谈.*|先生$|(?=[:,])|$)|"
    r"(?:专访|访谈|对话|采访|访)(?:录|实录)?:(?P<c>[^:,。!?]{2,24})$|^(?P<b>[^:,。!?]{2,40}?)(?:就[^,。]{2,60}?(?:答记者问|接受|回答|答).*|答(?:本报|本刊)?记者问.*|(?:记者会|新闻发布会|发布会|记者招待会|会见传媒|会见记者)(?:上)?的?(?:答问|答记者问|问答|谈话).*|做客.*|接受[^,。]{0,30}(?:采访|专访|访谈|访问).*|谈[^,。]{2,30}|访谈(?:录|实录)?$|专访$|(?:与|同|和)(?:网友|网民).*)"
)
# 与即将退休的N聊了聊
_MET = re.compile(
    rf"(?:与|和|同)[^,。:与和同]{{0,12}}?(?<![{HAN}]{{13}})的?(?P<n>[{HAN}]{{2,3}})(?:聊了?聊|聊了起来|聊起|聊天|交谈|攀谈|谈了谈|做了|进行了)"
)
_ASKERS = ("记者", "主持人", "编辑", "主播", "评论员")
# Labels above a text that name its speaker.
BLOCK_KEYS = words(
    "主讲人 主讲 讲话人 演讲人 演讲者 主讲者 讲者 发言人 述职人 述职者 致辞人 致词人 致辞者 致词者 报告人 授课人 讲课人 宣讲人 汇报人 答问人 答问者 署名 讲话领导 讲话者 发言者 致辞嘉宾 致词嘉宾 致辞领导 讲话嘉宾 讲话同志 竞聘人 竞聘者 竞选人 宣讲者 授课者 授课老师 授课教师 主讲老师 主讲教师 主讲专家 演说人 祝词人 祝辞人 答谢人 汇报者 述职干部 演讲嘉宾 主讲嘉宾 证婚人 主婚人 祝酒人"
)


def completed(person: Person, others: list[Person], *, alone: bool) -> Person:
    """With the office that another line prints for the same name, or, for a single speaker, for no name."""
    if person.role is not None and person.org is None and not person.surname_only:
        bodies = [
            o.org
            for o in others
            if o.org
            and o.role
            and o.name
            and person.name
            and o.name.value == person.name.value
            and o.role.value == person.role.value
        ]
        return person._replace(org=bodies[0]) if bodies else person
    if person.role is not None or person.surname_only:
        same = [
            o
            for o in others
            if person.surname_only
            and o.name
            and person.name
            and o.name.value.startswith(person.name.value)
            and not o.surname_only
        ]
        return same[0]._replace(role=same[0].role or person.role) if same else person
    for other in others:
        same_name = other.name is not None and person.name is not None and other.name.value == person.name.value
        by_surname = (
            other.surname_only
            and other.name is not None
            and person.name is not None
            and person.name.value.startswith(other.name.value)
        )
        if other.role is not None and (same_name or by_surname or (other.name is None and alone and not other.masked)):
            return person._replace(role=other.role, org=person.org or other.org)
    return person


def distinct(people: list[Person]) -> list[Person]:
    seen: dict[str, Person] = {}
    for person in people:
        key = person.name.value if person.name else ""
        if key not in seen or (seen[key].role is None and person.role is not None):
            seen[key] = person
    return list(seen.values())


def participants(analysis: Analysis) -> list[Person]:
    """Every named label, with what title, lead and other turns say of the office; the person who answers 问."""
    named = distinct(
        [turn.person for turn in analysis.turns if turn.person is not None and turn.person.name is not None]
    )
    guests = _guests(analysis) or _answerer(analysis)
    if not guests and analysis.notes.recorded is not None:
        guests = [analysis.notes.recorded]
    guests = guests or (
        told_of(analysis) if any(_ANSWERS.fullmatch(squash(t.label.raw)) for t in analysis.turns) else []
    )
    labels = {squash(turn.label.raw) for turn in analysis.turns}
    unnamed = any(_ANSWERS.fullmatch(label) for label in labels) or (not named and guests)
    people = list(named)
    if unnamed or any(_names_office(turn.label.raw, guests) for turn in analysis.turns):
        known = {person.name.value for person in people if person.name is not None}
        people.extend(guest for guest in distinct(guests) if guest.name and guest.name.value not in known)
    known = {person.name.value for person in people if person.name is not None}
    meant = labelled(analysis, [*guests, *_listed(analysis)])
    people.extend(person for person in distinct(meant) if person.name and person.name.value not in known)
    others = [*guests, *_listed(analysis), *analysis.head.people]
    done = [completed(person, others, alone=False) for person in _full_names(people, others)]
    done = distinct([_spelled_out(analysis, person) for person in done])
    done = [_introduced_as(analysis, person) for person in done]
    offices = _addresses(analysis, done)
    done = [
        p._replace(role=offices[p.name.value]) if p.role is None and p.name and p.name.value in offices else p
        for p in done
    ]
    host = _host(analysis)
    done = [
        p._replace(role=host[1]) if host and p.role is None and p.name and p.name.value == host[0] else p for p in done
    ]
    return [housed(analysis, in_full(analysis, _with_body(person, _title_offices(analysis)))) for person in done]


def _introduced_as(analysis: Analysis, person: Person) -> Person:
    """With the office that title, lead or the host's first words give."""
    if person.name is None or person.role is not None or person.surname_only:
        return person
    held = held_by(analysis, person.name.value)
    return person._replace(role=held.role, org=person.org or held.org) if held is not None else person


def _answerer(analysis: Analysis) -> list[Person]:
    """Whose name stands below 答记者问: who answers; the reporter's own would be a credit."""
    if analysis.kind != "答记者问":
        return []
    return [p for p in analysis.head.people if p.name is not None and not p.masked and not _is_asker(p)]


def _is_asker(person: Person) -> bool:
    return person.role is not None and person.role.value.endswith(_ASKERS)


def _host(analysis: Analysis) -> tuple[str, Span] | None:
    """Name and office of the line 主持人:N above the turns, which prints both."""
    value = analysis.head.block.get("主持人")
    person = read_person(value, "label-block") if value is not None else None
    at = analysis.text.rfind("主持人", 0, value.start) if value is not None else -1
    called = value is not None and _CALLED_HOST.fullmatch(value.flat.strip()) is not None
    if (
        value is None
        or not ((person is not None and person.name is not None) or called)
        or not 0 <= value.start - at <= _LABEL_GAP
    ):
        return None
    name = person.name.value if person is not None and person.name is not None else value.span(0, len(value.raw)).value
    return name, Span("text", at, at + 3, "主持人", "label-block")


_LABEL_GAP = 8
_CALLED_HOST = re.compile(rf"[{HAN}]{{2,3}}")  # 主持人:晓梅


def _with_body(person: Person, offices: list[Person]) -> Person:
    """程馆长 of a title's 省档案馆馆长 belongs to 省档案馆."""
    if person.org is not None or person.role is None:
        return person
    same = [o for o in offices if o.role is not None and person.role.value == o.role.value]
    return person._replace(org=same[0].org) if len(same) == 1 else person


def _title_offices(analysis: Analysis) -> list[Person]:
    """Offices that title or subtitle say are interviewed, without a name."""
    offices: list[Person] = []
    for line in [*([analysis.title] if analysis.title else []), *analysis.head.titles]:
        match = _INTERVIEWEE.search(line.flat)
        if match:
            people = read_people(line.part(*match.span(match.lastgroup or "a")), "interviewee")
            offices.extend(person for person in people if person.name is None and person.role is not None)
    return offices


def _full_names(people: list[Person], others: list[Person]) -> list[Person]:
    """王市长 in a label is 王明 of the title, 罗塞蒂 is 安娜·罗塞蒂."""
    result = []
    for person in people:
        longer = [
            o
            for o in (*others, *people)
            if o.name
            and person.name
            and not o.surname_only
            and (
                (person.surname_only and o.name.value.startswith(person.name.value))
                or o.name.value.endswith("·" + person.name.value)
            )
        ]
        result.append(longer[0]._replace(role=longer[0].role or person.role) if longer else person)
    return distinct(result)


def _spelled_out(analysis: Analysis, person: Person) -> Person:
    """麦律师 of a label is 麦肇基律师 of the first words, 梅县长 is 县长梅映雪."""
    if not person.surname_only or person.name is None or person.role is None:
        return person
    window = line_of(analysis.text[:_HEARD])
    surname, role = re.escape(fold(person.name.value)), re.escape(fold(person.role.value))
    for match in re.finditer(rf"(?P<n>{surname}[{HAN}]{{1,2}}){role}", window.flat):
        if is_name(match["n"]):
            return person._replace(name=window.span(*match.span("n"), "addressed"), surname_only=False)
    return spelled_out(analysis, person) or person


def _names_office(label: str, guests: list[Person]) -> bool:
    return any(guest.role is not None and squash(label) == guest.role.value for guest in guests)


_GUEST_KEYS = (
    *words(
        "嘉宾 访谈嘉宾 受访者 受访人 采访对象 访谈对象 被采访人 被访者 本期嘉宾 对话嘉宾 讨论嘉宾 受访嘉宾 受访对象 采访嘉宾 嘉宾介绍 对话人 访谈人物 本期人物 人物 发布人"
    ),
    *BLOCK_KEYS,
    "主持人",
    "主持",
    "采访者",
)


def _guests(analysis: Analysis) -> list[Person]:
    """The interviewee of the title, the subtitle, the lead or the host's first words."""
    found: list[Person] = []
    for line in [*([analysis.title] if analysis.title else []), *analysis.head.titles]:
        match = _INTERVIEWEE.search(line.flat)
        if match:
            group = match.lastgroup or "a"
            people = read_people(line.part(*match.span(group)), "interviewee")
            found.extend(p for p in people if p.name is not None and not p.masked)
            named = _TRADED.search(line.flat, *match.span(group)) if not people else None
            if named is not None and is_name(named["n"], sure=True):
                found.append(Person(line.span(*named.span("n"), "interviewee")))
            if not people and match["b"] and is_organisation(match["b"]):
                found.append(Person(line.span(*match.span("b"), "interviewee")))
    met = _MET.search(analysis.layout.flat, 0, 400)
    if met is not None and is_name(met["n"], sure=True):
        found.append(Person(line_of(analysis.text).span(*met.span("n"), "interviewee")))
    for key in _GUEST_KEYS:
        if key in analysis.head.block:
            found.extend(p for p in read_people(analysis.head.block[key], "label-block") if p.name is not None)
    for clause in (analysis.title_clause, analysis.head.lead):
        if clause is not None and clause.who is not None:
            found.extend(p for p in read_people(clause.who, "title") if p.name is not None)
    if analysis.head.lead_person is not None and analysis.head.lead_person.name is not None:
        found.append(analysis.head.lead_person)
    if any(len(squash(turn.label.raw)) == 1 for turn in analysis.turns):
        found.extend(_listed(analysis))
    return found + _introduced(analysis)


# 访护林人N: what N does, in no table of offices
_TRADED = re.compile(rf"[人者员手匠家师户王星兵工农翁星侠迷夫妇爷奶伯叔姐哥](?P<n>[{HAN}]{{2,3}})$")


def _listed(analysis: Analysis) -> list[Person]:
    """Those whom the label block lists as present."""
    lines = [analysis.head.block[key] for key in ATTENDING if key in analysis.head.block]
    return [*(person for line in lines for person in read_listed(line, "label-block")), *analysis.head.listed]


def _introduced(analysis: Analysis) -> list[Person]:
    """今天做客直播间的是R N: persons that the text before or in the first turns introduces by office and name."""
    found = []
    labels = {fold(squash(turn.label.raw)) for turn in analysis.turns}
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
                if (
                    len(name) == size
                    and is_name(name, sure=name not in labels)
                    and _ends_name(line.flat, office.end() + size)
                ):
                    start = max(
                        at + len(mark)
                        for mark in _BEFORE_OFFICE
                        if (at := line.flat.rfind(mark, 0, office.start())) >= 0 or mark == ","
                    )
                    person = read_person(line.part(start, office.end() + size), "introduced")
                    if person is not None and person.name is not None and person.name.value == name:
                        found.append(person)
                    break
    return found


_ANSWERS = re.compile(r"(?:答|A|回答)\d{0,3}")
_BEFORE_OFFICE = (*",。:!?是了、请到的 ]】)》", "欢迎", "采访", "专访", "感谢", "见到")


def _ends_name(flat: str, at: int) -> bool:
    return (
        re.match(
            r"$|[,。!?、:;) (]|今年|现年|已经?|自从?|生于|出生|\d+岁|从[前小事]|同志|先生|女士|请|就|在|接受|应邀|出席|会见|主持|回答|答|谈|的|做客|和|与|向|为|来到|介绍|通报|发布|表示|说|指出|透露|认为|强调",
            flat[at:],
        )
        is not None
    )


def _addresses(analysis: Analysis, people: list[Person]) -> dict[str, Span]:
    """Name -> the office by which others address it in the first turns: 请王明县长…, 王县长,您好."""
    start = analysis.turns[0].start
    window = line_of(analysis.text[start : start + _HEARD], "text", start)
    names = {fold(p.name.value): p.name.value for p in people if p.name is not None and p.role is None}
    surnames = {flat[0]: name for flat, name in names.items()}
    found: dict[str, Span] = {}
    for office in ROLE.finditer(window.flat) if names else ():
        before = window.flat[max(0, office.start() - 10) : office.start()].replace(" ", "")
        named = next((names[before[-size:]] for size in (3, 2, 4) if before[-size:] in names), None)
        greeted = _GREETED.match(window.flat, office.end()) and _STARTS_WORD.search(before)
        name = named or (surnames.get(before[-1:]) if greeted else None)
        if name is not None:
            found.setdefault(name, window.span(*office.span(), "addressed"))
    return found


_HEARD = 3000
_GREETED = re.compile(r"[,。、!:你您]")
_STARTS_WORD = re.compile(rf"(?:^|[^{HAN}]|请|谢|问|迎)[{HAN}]$")
