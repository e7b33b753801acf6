"""Lines above a text that name who speaks, in what office, at what event: bylines and what stands for them."""

from __future__ import annotations

import re

from pipelines.speech.blocks import take_listed
from pipelines.speech.credits import bodies
from pipelines.speech.datelines import Head, record_people
from pipelines.speech.dates import find_date
from pipelines.speech.fold import Line
from pipelines.speech.names import HAN
from pipelines.speech.occasions import is_event, trim_occasion
from pipelines.speech.persons import READER, Person, is_organisation, read_people, read_person

_EDITORIAL = re.compile(
    r"^[【\[(]?(?:编者按|按语?|导语|摘要|内容提要|提要|核心提示|引言|编者的话|关键词|主编按|编按)[】\])]?[:]?"
)
_ASKS = re.compile(r"(?:记者|主持人|嘉宾|网友)$")
_COLUMN = re.compile(r"^本[报刊网台站].{0,6}评论员$|编辑部$")
FURNITURE = 6  # lines that a page may print above a text's own title
SENTENCE = re.compile(r"[。!?;“”]")  # no line that only names people has these
_BOUNDARY = 6
_ACT = re.compile(
    r" *(?P<w>[^,。;:]{3,24}?)(?:致?(?:辞|词|开幕词|欢迎词|答谢词|贺词|贺辞|献词|献辞|祝词|祝辞|闭幕词)|讲话|发言|演讲)(?:全文)?:? *"
)


def take_act(line: Line, head: Head) -> bool:
    """校长N致辞: on a line of its own, where what N says begins."""
    match = _ACT.fullmatch(line.flat) if not head.people else None
    person = read_person(line.part(*match.span("w")), "byline", sure=True) if match is not None else None
    if person is None or person.name is None or person.role is None or person.surname_only:
        return False
    record_people(head, [person])
    head.titles.append(line.part(0, len(line.flat.rstrip(" :"))))
    return True


_ACT_LABEL = re.compile(r" *(?:讲话|发言|致辞|致词|演讲|报告|述职|汇报|宣讲|授课) ?: ?(?P<w>[^,。;:]{2,30}) *")


def take_spoken(line: Line, head: Head) -> bool:
    """讲话:县长 N, on a line of its own."""
    match = _ACT_LABEL.fullmatch(line.flat) if not head.people else None
    person = read_person(line.part(*match.span("w")), "byline", sure=True) if match is not None else None
    if person is None or person.name is None or person.surname_only:
        return False
    record_people(head, [person])
    return True


_EVENT_ALONE = re.compile(rf"(?![在于第])[{HAN}“”\"]{{6,40}}")


def take_event(line: Line, head: Head, number: int) -> bool:
    """The event alone on a line between byline and date."""
    flat = line.flat.strip()
    if (
        not (head.people and head.titled and 0 < number < 4)
        or not _EVENT_ALONE.fullmatch(flat)
        or not is_event(flat)
        or find_date(flat) is not None
    ):
        return False
    head.occasion = head.occasion or line.span(0, len(line.flat), "date-line")
    return True


_ATTENDED = re.compile(r" *[(]?(?P<w>[^,。;:]{2,24}?) ?[在于](?P<o>[^,。;:]{4,40}?)上?[)]? *")


def take_attended(line: Line, head: Head) -> bool:
    """市长N于就职典礼: who and where on one line, the genre word being in the title."""
    match = _ATTENDED.fullmatch(line.flat) if head.titled and len(line.flat) < 60 and not head.people else None
    if match is None or not is_event(match["o"].strip()):
        return False
    person = read_person(line.part(*match.span("w")), "byline")
    if person is None or person.name is None:
        return False
    record_people(head, [person])
    event = trim_occasion(line, *match.span("o"))
    head.occasion = head.occasion or (event.by("date-line") if event is not None else None)
    return True


def unbracketed(line: Line) -> Line:
    """A heading without the brackets around the whole of it."""
    flat = line.flat.strip()
    if len(flat) > 3 and flat[0] + flat[-1] in ("()", "【】", "[]", "《》"):
        start = line.flat.index(flat[0])
        return line.part(start + 1, line.flat.rindex(flat[-1]))
    return line


_READ_BY = re.compile(r"[(【]?由")  # (由代表团团长N先生代读)


def take_byline(line: Line, head: Head, *, number: int, title: Line | None) -> bool:
    """A person, persons or an organisation alone on a line."""
    flat = line.flat.strip()
    if head.listing and take_listed(line, head):
        return True
    if len(flat) > 46 or SENTENCE.search(flat) or flat[-1] == ":" or (head.people and number > _BOUNDARY):
        return False
    if READER.search(flat) and (_READ_BY.match(flat) or (not head.people and "(" not in flat)):
        return True  # 省长代为宣读: whoever reads, the words are another's
    if _POSTS.match(flat):
        return False
    vouched = bool(head.when or head.clauses or head.titles or (head.titled and number < FURNITURE))
    line = unbracketed(line)
    people = read_people(line, "byline", sure=not (vouched or flat[:1] in "●○◎□◆■▲◇△★☆※·•"))
    if people and all(person.name is None and not person.masked for person in people) and _ASKS.search(flat):
        return False  # 记者 alone on a line begins a turn
    if _COLUMN.search(flat) and all(person.name is None for person in people):
        head.signed_by.append(line.span(0, len(line.flat), "byline"))
        return True
    if people and not head.people:
        record_people(head, _of_body_above(people, head, line))
        return True
    if len(people) == 1 and _office_below(people[0], head, line):
        return True
    open_still = bool(head.people) and (
        head.people[-1].name is None or all(p.role is None for p in head.people) or number < 3
    )
    if people and open_still and all(person.name for person in people):
        record_people(head, people)
        return True
    if is_organisation(flat) and not re.search(r"[,:]", flat) and number <= 3 and not head.people:
        head.signed_by.extend(span.by("byline") for span in bodies(line))
        return True
    if _EDITORIAL.match(flat):
        return False
    return False


def _office_below(office: Person, head: Head, line: Line) -> bool:
    """The office on the line below a bare name."""
    if len(head.people) != 1 or office.name is not None or office.role is None or office.masked:
        return False
    person = head.people[0]
    if person.name is None or person.role is not None or not 0 < line.start - person.name.end <= _GAP:
        return False
    head.people[0] = person._replace(role=office.role, org=office.org)
    return True


def _of_body_above(people: list[Person], head: Head, line: Line) -> list[Person]:
    """O on one line, R N on the next: the office is of that body."""
    person = people[0]
    above = head.signed_by[-1] if head.signed_by else None
    if len(people) > 1 or above is None or person.role is None or person.org is not None or person.name is None:
        return people
    if not 0 < line.start - above.end <= _GAP:
        return people
    head.signed_by.pop()
    return [person._replace(org=above)]


_GAP = 4
_POSTS = re.compile(
    rf"(?:副?组长|组员|成员|副?总指挥|办公室主任|[{HAN}]{{2,4}}组) ?:"
)  # who serves on what, not who speaks
