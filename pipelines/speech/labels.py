"""Lines that begin a turn: the shapes, and who the label is."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from pipelines.speech.fold import Line, Span, fold, squash
from pipelines.speech.label_words import (
    ASKER,
    ASKS_OR_ANSWERS,
    AUDIENCE,
    BODY,
    FOLK,
    GENERIC,
    LISTED_OFFICES,
    NOT_LABELS,
    PLACE_OR_BODY,
    SPOKEN,
    VERB_END,
)
from pipelines.speech.layout import Layout
from pipelines.speech.names import is_name, is_titled_name
from pipelines.speech.offices import ends_in_role, last_role
from pipelines.speech.persons import Person, read_people, read_person
from pipelines.speech.words import words

STAMP = r"[\[(（【]?(?:\d{2,4}[-/.年])?(?:\d{1,2}[-/.月]\d{1,2}日? ?)?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?[\])）】]?"
_BULLET = r"[■□●○◆◇▲△▶★☆※◎►▪•\-*][ \u3000]*"
_NUMBER = r"(?:[QＱ问第]?\d{1,3}(?:[、.．)）]|[ \u3000])(?!\d)|[(（]\d{1,3}[)）]|[一二三四五六七八九十]{1,3}(?:、|(?=[问問][:：])))[ \u3000]*"
_LINE = re.compile(
    rf"^[ \u3000]*(?:(?P<stamp>{STAMP})[ \u3000]*)?(?P<bold>\*\*)?(?:{_BULLET})?(?:[【\[〔［](?P<in>[^】\]〕］]{{1,40}})[】\]〕］][ \u3000]*[:：]?|"
    rf"(?P<number>{_NUMBER})?(?P<out>(?:《[^》]{{1,12}}》|[^:：。，,;；!！?？“”\"《\[【(（])[^:：。，,;；!！?？“”\"《\[【(（]{{0,15}}(?:《[^》]{{1,12}}》[^:：。，,]{{1,10}}|[“\"「][^”\"」:：。]{{1,12}}[”\"」])?(?:[(（][^()（）]{{1,30}}[)）])?[^:：。，,;；!！?？]{{0,16}}?)(?P<time>[ \u3000]*{STAMP})?[ \u3000]*(?(bold)(?:\*\*)?)[:：](?(bold)(?:\*\*)?))"
)
_ROLE_BRACKET = re.compile(r"[ \u3000]*[(（][^()（）]*[)）][ \u3000]*$")
# Q1, 问2: the number is the question's, not the asker's.
_QUESTION_NUMBER = re.compile(r"(?<=[QA问答题])[ .]?[\d一二三四五六七八九十]{1,3}$")
_STAMP_BEHIND = re.compile(rf" *{STAMP} *$")
_ASKED = frozenset("问答QA")
_SENTENCE_END = tuple("。?!…”」』")


class Known(NamedTuple):
    """Who may stand before a colon besides those whom a label's own words make plain, folded."""

    names: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()  # labels that name nobody: nicknames, shops, delegations


class Cut(NamedTuple):
    """The label with which a turn begins."""

    label: Span
    at: int  # where the label (or number, or stamp) begins
    start: int  # where the words begin
    person: Person | None
    bracketed: bool = False
    stamped: bool = False


class Candidate(NamedTuple):
    """A line shaped like a turn, whatever stands before its colon."""

    flat: str
    said: str  # what follows the label, folded
    number: int  # of the line
    bracketed: bool = False
    stamped: bool = False
    alone: bool = False  # nothing else on its line
    titled: bool = False  # an office in brackets behind it


def _match(layout: Layout, index: int) -> re.Match[str] | None:
    raw = layout.raws[index]
    if not raw:
        return None
    start = raw[:60]
    if ":" not in start and "：" not in start and raw.lstrip()[:1] not in "【[〔［0123456789(（":
        if not layout.rare:
            return None
        raw = raw.translate(_RARE)
    return _LINE.match(raw)


# Colons and brackets of other fonts, as the shapes know them.
_RARE = str.maketrans("﹕∶︰〖〗〈〉", "：：：【】【】")


def _bare(match: re.Match[str], group: str) -> tuple[int, int, bool]:
    """Where the label stands without the bracket and the question number at its end; whether it had a bracket."""
    start, end = match.span(group)
    if match.re is _LINE and match["bold"]:
        end = start + len(match.string[start:end].rstrip("* "))
    raw = match.string[start:end]
    bracket = _ROLE_BRACKET.search(raw)
    bracketed = bracket is not None and bracket.start() > 0
    if bracket is not None and bracketed:
        end = start + bracket.start()
    number = _QUESTION_NUMBER.search(fold(match.string[start:end]))
    return start, (start + number.start() if number else end), bracketed


def candidate(layout: Layout, index: int) -> Candidate | None:
    """The line as a turn, if its shape is that of one and its label is not known to be something else."""
    match = _match(layout, index)
    if match is None:
        return None
    group = "in" if match["in"] is not None else "out"
    start, end, bracketed = _bare(match, group)
    flat = fold(match.string[start:end]).strip()
    stamped = match["stamp"] is not None or match["time"] is not None
    if not flat or (_is_no_label(flat, Known()) and not stamped and not _may_be_named(flat)):
        return None
    said = fold(match.string[match.end() :])
    alone = not said.strip()
    if alone:
        said = next((fold(raw[:_HEARD]) for raw in layout.raws[index + 1 : index + 3] if raw.strip()), "")
    inside = fold(match.string[end : match.end(group)]).rstrip(") ")
    return Candidate(flat, said, index, group == "in", stamped, alone, bracketed and ends_in_role(inside) is not None)


def _may_be_named(flat: str) -> bool:
    """车有为, 主任车有为: a name may end like a verb."""
    return flat[-1] in "有为中" and (is_name(flat) or named_after_office(flat) is not None)


def named_after_office(flat: str) -> int | None:
    """Where a name of unusual form begins that stands behind an office (主任于是真); None in 主任强调."""
    office = last_role(flat)
    if office is None or not 2 <= len(flat) - office.end() <= 3 or _TOLD.search(flat):
        return None
    return office.end() if is_titled_name(flat[office.end() :]) or is_name(flat[office.end() :]) else None


_TOLD = re.compile(r"(?:强调|表示|指出|认为|要求|介绍|提出|写道|告诉|问道|答道|如下|就是|[说道讲问答])$")
_HEARD = 200  # characters of the line below a label that are looked at


def may_begin(layout: Layout, first: int) -> bool:
    """Above line ``first`` stands what may be a turn: a label, or a line that comes again or names an office."""
    above = layout.raws[first - 1] if 0 < first <= len(layout) else ""
    if above and len(above) < 40 and ((above[-1] in ")）" and above[0] not in "(（") or layout.raws.count(above) > 1):
        return True
    return any(candidate(layout, index) is not None for index in range(first))


def cut_of(layout: Layout, index: int, known: Known) -> Cut | None:
    """The label with which a line begins."""
    match = _match(layout, index)
    if match is None:
        return None
    group = "in" if match["in"] is not None else "out"
    cut = label_of(layout.starts[index], match, group, known)
    if cut is None or (
        match["number"] and match["number"][0] in "一二三四五六七八九十" and not ASKER.match(fold(cut.label.raw))
    ):
        return None
    return cut._replace(stamped=match["stamp"] is not None or match["time"] is not None)


def states_who(label: str, value: Line) -> bool:
    """主持人:王明、李平 above the turns says who they are, it is no turn."""
    if label in _ASKED or not (GENERIC.match(label) or label in _ATTEND) or not 2 <= len(value.flat) <= 60:
        return False
    if _STAMP_BEHIND.sub("", value.flat).endswith(_SENTENCE_END):
        return False
    return SPOKEN.search(value.flat) is None or any(person.name for person in read_people(value, "turn-label"))


_ATTEND = frozenset(
    words(
        "听证员 听证人 听证代表 陪审员 人民陪审员 合议庭 人员 召集人 与谈人 质询委员 到会 在场 在场人员 调解人 调解员 口述 口述人 讲述 讲述人 采访 访问 访员"
    )
)


def _is_no_label(flat: str, known: Known) -> bool:
    if NOT_LABELS.match(flat) or flat[0] in "([【<" or re.fullmatch(r"[\d\s:.-]+", flat):
        return True
    return (
        VERB_END.search(flat) is not None
        and len(flat) > 1
        and flat not in known.names
        and flat not in known.others
        and not ASKS_OR_ANSWERS.search(flat)
        and not GENERIC.match(flat)
    )


def label_of(at: int, match: re.Match[str], group: str, known: Known) -> Cut | None:
    """``match[group]`` as a label; ``at``: where the matched string begins in the text."""
    start, bare_end, bracket = _bare(match, group)
    raw = match.string[start : match.end(group)]
    flat = fold(match.string[start:bare_end]).strip()
    if not flat or _is_no_label(flat, known) or (LISTED_OFFICES.match(flat) and flat not in known.others):
        return None
    line = Line("text", at + start, raw, fold(raw))
    person = _shifted(_speaker_of(raw, flat, known), at + start)
    if bracket and (person is None or person.name is None):
        inside = read_person(_inner(line), "turn-label", sure=True)
        person = inside if inside is not None and _is_full(inside) else person
        if person is not None and person.name is not None and person.role is None and ends_in_role(flat):
            person = person._replace(role=line.span(0, bare_end - start, "turn-label"))  # 主席(N)
    elif bracket and person is not None and person.role is not None and fold(person.role.value) in _SEATS:
        held = read_person(_inner(line), "turn-label")
        if held is not None and held.name is None and held.role is not None:
            office, body = (span and span.by("turn-label") for span in held[1:3])
            person = person._replace(role=office, org=body)
    if (
        person is None
        and flat not in known.names
        and flat not in known.others
        and not GENERIC.match(flat)
        and not ASKS_OR_ANSWERS.search(flat)
    ):
        return None
    span = line.span(0, bare_end - start, "turn-label")
    return Cut(span, at + match.start(), at + match.end(), person, group == "in")


_SEATS = frozenset(words("代表 委员 议员"))  # what one is at the session; in brackets, what one is at home


def _inner(line: Line) -> Line:
    """What the bracket at the end of a label holds."""
    return line.part(line.flat.rfind("(") + 1, line.flat.rfind(")"))


def _shifted(person: Person | None, by: int) -> Person | None:
    """``person`` with its spans ``by`` characters further on."""
    if person is None or not by:
        return person
    name, role, org = (
        span._replace(start=span.start + by, end=span.end + by) if span is not None else None for span in person[:3]
    )
    return person._replace(name=name, role=role, org=org)


@lru_cache(maxsize=256)
def _speaker_of(raw: str, flat: str, known: Known) -> Person | None:
    """The label read as a person, spans from its own start: labels come again and again.

    A bare doubtful word counts only if the head names it.
    """
    line = Line("text", 0, raw, fold(raw))
    generic = GENERIC.match(flat) is not None
    if AUDIENCE.match(flat) or flat in known.others or FOLK.search(flat):
        return None
    if len(flat) > 3 and flat[-1] in "问答" and is_name(flat[:-1].rstrip(), sure=True):
        return read_person(line.part(0, len(flat) - 1), "turn-label")  # 程平答:
    person = read_person(line, "turn-label", sure=flat not in known.names)
    if person is None and is_name(flat) and flat in known.names:
        person = read_person(line, "turn-label")
    if person is None and ends_in_role(flat) and len(flat) <= 20 and not generic:
        return read_person(line, "turn-label")
    if (
        person is not None
        and (person.name is None or _fills(person, line))
        and (generic or ASKS_OR_ANSWERS.search(flat))
    ):
        return None
    if person is not None and person.name is not None and flat not in known.names:
        called = fold(person.name.value)
        if PLACE_OR_BODY.search(called) and called not in known.names:
            return None  # 青泥市, 农业界委员
    if person is None and flat in known.names and len(flat) > 1 and not generic and not ends_in_role(flat):
        return Person(line.span(0, len(flat), "turn-label"))  # 边巴次仁: the title vouches for it
    return person if person is not None and person.name is not None else _beside(line, flat, known) or person


def _is_full(person: Person) -> bool:
    """A name, and no 李先生 who calls in."""
    name = person.name
    return name is not None and not person.surname_only and not fold(name.value).endswith(("先生", "女士", "小姐"))


def _fills(person: Person, line: Line) -> bool:
    """The name is the whole label (申请人 is no Mr Shen)."""
    return person.name is not None and len(person.name.value) >= len(squash(line.raw))


_CLASS = re.compile(r"[班级系届队组连排]$|^[^\d ]{1,3}[一二三四五六七八九]$")  # 木工班 N, 资工三 N


def _beside(line: Line, flat: str, known: Known) -> Person | None:
    """A known name before a word of office that no table has (N独董), or any name after a body's and a space."""
    size = next((size for size in (4, 3, 2) if flat[:size] in known.names and len(flat) - size in range(1, 5)), 0)
    if size:
        return Person(line.span(0, size, "turn-label"))
    office = named_after_office(flat)
    if office is not None and flat[office:] in known.names:
        role = last_role(flat)
        start = role.start() if role is not None else office
        return Person(line.span(office, len(flat), "turn-label"), line.span(start, office, "turn-label"))
    at = flat.rfind(" ") + 1
    if at > 2 and is_name(flat[at:], sure=True) and (BODY.search(flat[: at - 1]) or _CLASS.search(flat[: at - 1])):
        return Person(line.span(at, len(flat), "turn-label"), None, line.span(0, at - 1, "turn-label"))
    return None


def below_head(layout: Layout, cuts: list[Cut]) -> list[Cut]:
    """Without the first labels that only say who is who."""
    while cuts and states_who(fold(cuts[0].label.raw), after(layout, cuts[0])):
        del cuts[0]
    return cuts


def after(layout: Layout, cut: Cut) -> Line:
    """What follows a label on its line."""
    index = bisect_right(layout.starts, cut.at) - 1
    stop = max(layout.starts[index] + len(layout.raws[index]), cut.start)
    return Line("text", cut.start, layout.text[cut.start : stop], layout.flat[cut.start : stop]).part(
        0, stop - cut.start
    )
