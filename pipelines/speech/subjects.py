"""Whom the subject of a thread, or a heading like one, names as the speaker."""

from __future__ import annotations

import re

from pipelines.speech.analysis import Analysis
from pipelines.speech.fold import Line, fold
from pipelines.speech.genres import GENRES, SPEECH_KINDS, final_genre
from pipelines.speech.names import HAN, HONORIFIC, OCCASION, is_name
from pipelines.speech.occasions import event_before_genre
from pipelines.speech.offices import ROLE, ends_in_role
from pipelines.speech.persons import Person, may_be_place, read_people, read_person
from pipelines.speech.words import words

_IN_BRACKETS = re.compile(
    rf" ?[(](?:(?:作者|讲话人|演讲者|演讲人|主讲人?|发言人|致辞人|致词人|报告人) ?: ?)?(?P<n>[{HAN} ·]{{2,20}})[)]$"
)  # 在E上的致辞(N)


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
        return last_read(who)
    return before_genre(line, "title")


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


def several(analysis: Analysis) -> list[Person]:
    """The speakers of 市长N、书记M在E上的讲话; [] unless there are two or more."""
    clause = analysis.title_clause
    people = read_people(clause.who, "title") if clause is not None and clause.who is not None else []
    return people if len(people) > 1 else []


def last_read(who: Line, rule: str = "title") -> Person | None:
    """The whole stretch, or what follows its last mark: 把路修好——陈平在…"""
    dash = max(who.flat.rfind("—"), who.flat.rfind("--") + 1)
    if 0 < dash < len(who.flat) - 2:
        behind = read_person(who.part(dash + 1, len(who.flat)), rule)
        if behind is not None and behind.name is not None:
            return behind
    person = read_person(who, rule)
    if person is not None and person.role is not None and person.name is not None and " " in who.flat:
        themed = (
            person.org is None and not ends_in_role(fold(person.role.raw)) and person.role.start < person.name.start
        )
        person = person._replace(role=None) if themed else person  # 把路修好 N在E上的讲话
    if person is not None and (person.name is not None or person.masked or " " not in who.flat):
        return person
    behalf = _ON_BEHALF.search(who.flat)
    if person is None and behalf is not None:
        return read_person(who.part(0, behalf.start()), rule)
    at = max(who.flat.rfind(mark) for mark in ("—", " ", ":", "》", "】", "|", "("))
    return (read_person(who.part(at + 1, len(who.flat)), rule) if at >= 0 else None) or person


_ON_BEHALF = re.compile(r"(?<=..)(?:代表(?=.{2})|受.{2,16}委托|应.{2,16}邀请|率[队团领])")  # N代表O在E上的讲话


def _from_colon(line: Line) -> Person | None:
    at = next((i for i, char in enumerate(line.flat) if char in ":|"), -1)
    if not 2 <= at <= 30:
        return None
    person = read_person(line.part(0, at), "title-colon", sure=True)
    return person if person is not None and person.name is not None else None


def before_genre(line: Line, rule: str) -> Person | None:
    """校长陈平新年致辞, 陈平校长毕业典礼致词, 毕业典礼校长致词."""
    genre = final_genre(line.flat)
    if genre is None:
        return None
    end = genre.start()
    while end > 0 and line.flat[end - 1] in " 的":
        end -= 1
    if genre[0] in _OF_ANOTHER:
        return None
    holder = _holder_of(line, end, rule) or _addressing(line, end, rule)
    if holder is not None:
        return holder
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


# N同志悼词 is said over N, not by N.
_OF_ANOTHER = frozenset(words("悼词 悼辞 悼文 追悼词 祭文 挽词 欢送词 欢送辞 颁奖词 颁奖辞"))
_TOWARDS = re.compile(r"(?:对|关于|就|与|同|和|向)(?=.{2})")


_LONGEST_HOLDER = 16


def _holder_of(line: Line, end: int, rule: str) -> Person | None:
    """N委员的发言: name and office are all that stands before the genre word."""
    if not 3 <= end <= _LONGEST_HOLDER or line.flat[0] in "在于关":
        return None
    person = read_person(line.part(0, end), rule, sure=True)
    if person is None or person.name is None or person.role is None or person.surname_only or person.org is not None:
        return None
    whole = (
        person.name.start == line.start and person.role.start == person.name.end and person.role.end == line.start + end
    )
    return person if whole and is_name(fold(person.name.value), sure=True) else None


def _addressing(line: Line, end: int, rule: str) -> Person | None:
    """N对全县干部的讲话, N就E发表的讲话: the name opens the title."""
    towards = _TOWARDS.search(line.flat, 2, min(end, 24))
    if towards is None or line.flat[end - 1] in "上":
        return None
    person = read_person(line.part(0, towards.start()), rule, sure=True)
    named = person is not None and person.name is not None and not person.surname_only
    return (
        person
        if named and person is not None and is_name(fold(person.name.value if person.name else ""), sure=True)
        else None
    )


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
    for held in ROLE.finditer(line.flat, 0, end) if kind == "述职报告" else ():
        if _OF_YEAR.match(line.flat, held.end()):
            return read_person(line.part(0, held.end()), rule)  # O书记2008年|述廉报告
    office = ROLE.match(line.flat, 0, end)
    if office is None or kind not in ("致辞", "演讲", "述职报告") or not _RANK.search(office[0]):
        return None
    return read_person(line.part(0, office.end()), rule) if _is_topic(line.flat[office.end() : end]) else None


_COMMONERS = frozenset(
    words(
        "干部 学生 同学 校友 会员 队员 代表 嘉宾 记者 职工 农民 工人 战士 居民 村民 教师 委员 理事 家长 学生家长 家属 患者 考生 "
        "社工 义工 司机 主管 主办 参谋 士官 歌手 店员 导游 书记员 审判员 检察员 监察员 陪审员"
    )
)
_THEME = re.compile(r"新年|新春|春节|元旦|国庆|中秋|开学|毕业|教师节|讲|作|谈|致|发表|就|为|的|\d|同志")
_RANK = re.compile(r"[长任席裁理统官令]$|书记$|首相$|司令员$|政委$")


_OF_YEAR = re.compile(r"(?:19|20)\d\d年?(?:度|上半年|下半年)?(?:个人)?(?:述|工作)")


def _is_topic(flat: str) -> bool:
    return len(flat) < 30 and not re.match(r"^[们等和与、的向]", flat) and not ends_in_role(flat)
