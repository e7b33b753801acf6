"""What a text says of those who talk in it: 副主任医师N上哨所, N是O的R, N(R), and whose label a surname or an office is."""

from __future__ import annotations

import re

from pipelines.speech.analysis import Analysis
from pipelines.speech.fold import Line, Span, fold, line_of, squash
from pipelines.speech.names import HAN, is_name
from pipelines.speech.offices import ROLE, ends_in_role, split_title
from pipelines.speech.persons import Person, is_organisation, may_be_place, read_people, read_person

_HEARD = 1500  # characters of the turns in which people are introduced
_WINDOW = 5000  # characters before their end that are searched for a name
_LEFT = 30  # characters before a name in which its office stands
# Where the office before a name begins.
_OPENS = re.compile(
    r".*(?:[,。:;!?、\"“”》】)\] ]|是|了|请|即|到|与|和|由|跟|同|访|对话|欢迎|采访|感谢|见到|来自|带着|率领|我们的|的是)(?=.)"
)
# The same for several offices with 、 between them.
_OPENS_LIST = re.compile(_OPENS.pattern.replace("、", ""))
_BEHIND = re.compile(
    r"(?:同志|先生|女士|老师|博士)? ?(?:\((?P<a>[^()]{2,30})\)|[,,]?(?:今年[^,。]{2,8}岁,)?(?:现任|时任|曾任|是|系|为|任|担任|现为)(?P<b>[^,。;!?:]{2,30})|(?:,(?:[男女]|[^,。]{1,3}族|(?:(?:19|20)\d\d年)?(?:\d{1,2}月)?(?:出)?生|\d{1,3}岁|[一二三四五六七八九十]{1,3}岁|[^,。;]{2,8}人|中共党员|(?:大学|大专|研究生|本科)(?:文化|学历)?))*"
    r",(?P<c>[^,。;!?:、]{2,24})(?=[,。;)、]))"
)
_COUNT = re.compile(
    r"^(?:(?:一|这|那)?[名位个]|(?:我|本)[市县省区镇校院厂村](?=.)|由.*?(?:派到|派驻)|.{0,10}(?:派到|派驻))"
)
_LEAD_IN = re.compile(
    rf"(?:^|[。,;\n ]|大名|名叫|叫做?)(?P<n>[{HAN}]{{2,4}}),?(?:今年[^,。]{{2,8}}岁,|(?:今年)?[\d一二三四五六七八九十]{{2,4}}岁,)?(?:是|系|现任|任|担任)(?P<p>[^,。;!?]{{2,36}})"
)
# N,O R,今年六十岁
_APPOSED = re.compile(rf"(?:^|[。\n ])(?P<n>[{HAN}]{{2,3}}),(?:[男女],)?(?P<p>[^,。;!?]{{2,30}})(?=[,。])")
_MEETING = re.compile(
    r"(?:与|和|同|对|向|请|约)(?P<p>[^,。:;与和同]{2,24}?)(?:同志|先生|女士|博士)?(?:进行了?|作了?|做了?|展开了?|有了|聊|交谈|面对面|在[^,。]{1,12}(?:对话|交谈|见面))"
)


def held_by(analysis: Analysis, name: str) -> Person | None:
    """Office and body that the title or the first words give for ``name``; None if they give none."""
    flat_name = fold(name)
    for line in _windows(analysis):
        at = line.flat.find(flat_name)
        while at >= 0:
            found = _before(line, at) or _after(line, at + len(flat_name), len(flat_name))
            if found is not None:
                return found
            at = line.flat.find(flat_name, at + 1)
    return None


def _windows(analysis: Analysis) -> list[Line]:
    stop = (analysis.turns[0].start if analysis.turns else 0) + _HEARD
    start = max(0, stop - _WINDOW)
    titles = [analysis.title] if analysis.title is not None else []
    return [line_of(analysis.text[start:stop], "text", start), *titles]


def _before(line: Line, at: int, opens: re.Pattern[str] = _OPENS) -> Person | None:
    """The office that ends where the name begins; ``opens``: what may stand before it."""
    start = max(0, at - _LEFT)
    stretch = line.flat[start:at].rstrip(" ")
    if ends_in_role(stretch) is None:
        return None
    opened = opens.match(stretch)
    office = line.part(start + (opened.end() if opened else 0), start + len(stretch))
    person = read_person(office, "introduced")
    if person is None or person.name is not None or person.role is None or _MASK.search(person.role.raw):
        return None
    doubtful = person.org is not None and _NO_BODY.search(fold(person.org.raw)) is not None
    return person._replace(org=None) if doubtful else person


_NO_BODY = re.compile(r"[的了着过]|^(?:[一两三四五六七八九十几\d]+[位名个家所]|这|那|各|某|在|我|你|他|她)")
_MASK = re.compile(r"[×xX*○某]")


def _body_before(line: Line, at: int) -> Span | None:
    """县水利局 of 欢迎县水利局N局长."""
    start = max(0, at - _LEFT)
    opened = _OPENS.match(line.flat[start:at])
    start += opened.end() if opened else 0
    body = line.flat[start:at]
    named = is_organisation(body) and ends_in_role(body) is None and _NO_BODY.search(body) is None
    return line.span(start, at, "introduced") if named else None


def _after(line: Line, at: int, size: int) -> Person | None:
    """The office behind the name of ``size`` characters that ends there: N(R), N是O的R, N,O R。, O N院士."""
    office = ROLE.match(line.flat, at)
    if office is not None:
        return Person(None, line.span(*office.span(), "addressed"), _body_before(line, at - size))
    match = _BEHIND.match(line.flat, at)
    if match is None or match.lastgroup is None:
        return None
    return stated_office(line, *match.span(match.lastgroup))


def stated_office(line: Line, start: int, end: int) -> Person | None:
    """市文化馆派到云坪村的第一书记: the office with which [start, end) ends, and before it the body."""
    counted = _COUNT.match(line.flat[start:end])
    start += counted.end() if counted else 0
    stretch = line.flat[start:end]
    office = ends_in_role(stretch)
    if office is None or "不" in stretch:
        return None
    of = stretch.rfind("的", 0, office.end() - 1)
    if of < 0:
        title = split_title(stretch)
        body = (
            line.span(start + title.org[0], start + title.org[1], "introduced") if title.org[0] < title.org[1] else None
        )
        return Person(None, line.span(start + title.role[0], start + title.role[1], "introduced"), body)
    role = line.span(start + of + 1, end, "introduced")
    before = stretch[:of]
    named = (
        2 <= len(before) <= 20 and "的" not in before and (is_organisation(before) or _IN.search(before) is not None)
    )
    return Person(None, role, line.span(start, start + of, "introduced") if named else None)


_IN = re.compile(r"[省市县区镇乡村州旗盟班校院厂局部队团站所社店会街道]$")


def told_of(analysis: Analysis) -> list[Person]:
    """Whom the paragraphs above 问 and 答 are about: N是O的R, 与董事长N进行了交流."""
    found: list[Person] = []
    stop = min(analysis.turns[0].label.start if analysis.turns else len(analysis.text), _HEARD)
    line = line_of(analysis.text[:stop])
    for match in (*_LEAD_IN.finditer(line.flat), *_APPOSED.finditer(line.flat)):
        held = stated_office(line, *match.span("p"))
        called = line.flat[match.start("n") - 1 : match.start("n")] in ("名", "叫", "做")
        if held is not None and is_name(match["n"], sure=not called) and not may_be_place(match["n"]):
            found.append(held._replace(name=line.span(*match.span("n"), "introduced")))
    for match in _MEETING.finditer(line.flat):
        person = read_person(line.part(*match.span("p")), "introduced", sure=True)
        if person is not None and person.name is not None and person.role is not None and not person.surname_only:
            found.append(person)
    return found


def labelled(analysis: Analysis, guests: list[Person]) -> list[Person]:
    """Those whom labels mean that are no names: 主持人 and 市长 of the block, 长贵 for 令狐长贵."""
    labels = {fold(squash(turn.label.raw)) for turn in analysis.turns}
    found: list[Person] = []
    for key in (
        "主持人",
        "主持",
        "听证主持人",
        "会议主持人",
        "嘉宾",
        "受访者",
        "采访者",
        "口述",
        "口述者",
        "讲述人",
        "采访",
        "召集人",
        "发言人",
    ):
        if key in analysis.head.block and labels & {key, key[-3:], key.removesuffix("人"), key + "人", key + "者"}:
            people = [p for p in read_people(analysis.head.block[key], "label-block") if p.name is not None]
            found.extend(people if len(people) == 1 else [])
    for guest in guests:
        if guest.name is None or guest.surname_only:
            continue
        called = fold(guest.name.value)
        given = any(
            len(called) - len(label) in (1, 2) and called.endswith(label) for label in labels if len(label) == 2
        )
        held = guest.role is not None and fold(guest.role.value) in labels
        if given or held:
            found.append(guest)
    return found


def spelled_out(analysis: Analysis, person: Person) -> Person | None:
    """黄院长 of a label is 黄景行,O院长 or 院长黄景行 of the first words; None if they name no such person."""
    if person.name is None or person.role is None:
        return None
    surname, role = re.escape(fold(person.name.value)), re.escape(fold(person.role.value))
    full = rf"(?P<n>{surname}[{HAN}]{{1,2}})"
    for line in _windows(analysis):
        for pattern in (
            rf"{_SHORT.get(role, role)} ?{full}",
            rf"{full},[^,。;]{{2,20}}{role}",
            rf"{full}\([^()]{{0,20}}{role}\)",
        ):
            for match in re.finditer(pattern, line.flat):
                size = _size(match["n"], line.flat[match.end("n") : match.end("n") + 1], len(person.name.value) - 1)
                if size is None:
                    continue
                start = match.start("n")
                held = held_by(analysis, line.flat[start : start + size])
                name = line.span(start, start + size, "introduced")
                return Person(name, (held.role if held else None) or person.role, held.org if held else None)
    return None


_SHORT = {
    "总": "(?:董事长|总经理|总裁|总监|经理)",
    "工": "(?:工程师|总工)",
    "导": "导演",
    "队": "队长",
    "所": "所长",
    "局": "局长",
    "处": "处长",
}


def _size(name: str, follows: str, more: int) -> int | None:
    """How much of 梅映雪带 is the name: as much as a word after it allows; ``more``: characters of a double surname."""
    short = 2 + more
    if len(name) == short + 1 and is_name(name) and not (name[-1] in _VERBS and follows not in ",。:;)"):
        return short + 1
    return short if is_name(name[:short]) and (len(name) == short or name[short] in _VERBS) else None


_VERBS = frozenset("带到在来说讲和与就为是主出率向作表介做参回答请")


def in_full(analysis: Analysis, person: Person) -> Person:
    """With 党组书记、局长 of the first words, where a shorter line has 局长."""
    if person.name is None or person.surname_only:
        return person
    name, role = fold(person.name.value), fold(person.role.value) if person.role is not None else ""
    for line in (line_of(analysis.text[:_OPENING]), *([analysis.title] if analysis.title else [])):
        at = line.flat.find(name)
        held = _before(line, at, _OPENS_LIST) if at > 0 else None
        if role.startswith("老") and len(role) > 2:  # 老工程师N of a title: what he was, the first words tell
            held = _after(line, at + len(name), len(name)) if at >= 0 else None
            if held is not None and held.role is not None:
                return person._replace(role=held.role, org=held.org)
            continue
        if not role and held is not None:
            return person._replace(role=held.role, org=person.org or held.org)
        offices = fold(held.role.value).split("、") if held is not None and held.role is not None else []
        if held is not None and len(offices) > 1 and offices[-1] == role and all(ends_in_role(o) for o in offices):
            return person._replace(role=held.role, org=held.org or person.org)
    return person


_OPENING = 400  # characters in which who speaks is told in full


# What an office of one kind is held in: 校长 of a school, never of a firm.
_HOUSES = {
    "校长": r"(?:大学|学院|中学|小学|学校|高中|附中|[一二三四五六七八九十]中)",
    "园长": r"幼儿园",
    "董事长": r"(?:公司|集团|股份|银行|控股)",
    "总经理": r"(?:公司|集团|股份|酒店|商场)",
    "总裁": r"(?:公司|集团|股份|银行|控股)",
    "行长": r"银行",
    "厂长": r"(?<!工)厂",
    "馆长": r"(?:博物馆|图书馆|档案馆|美术馆|文化馆|纪念馆|科技馆)",
    "台长": r"(?:电视台|广播电台|电台|气象台)",
}
_HOUSE_AT = r"(?:^|[,。:;、\"“《(【 ]|在|由|的|是|日|于|与|到|走进|来到)"


def housed(analysis: Analysis, person: Person) -> Person:
    """With the only school, firm or house that title and report name, if the office is that of its head."""
    if person.role is None or person.org is not None or person.name is None:
        return person
    house = _HOUSES.get(fold(person.role.value).removeprefix("副"))
    if house is None:
        return person
    stop = (
        analysis.turns[0].label.start
        if analysis.turns
        else analysis.layout.starts[min(analysis.first, len(analysis.layout) - 1)]
    )
    lines = [line_of(analysis.text[: min(stop, _HEARD)]), *([analysis.title] if analysis.title is not None else [])]
    shape = re.compile(
        rf"{_HOUSE_AT}(?P<b>(?!我|本|全|各|该|某|[一二两三四五六七八九十几][家所位名个])(?:(?![在是的了和与由到从为这那])[{HAN}]){{2,14}}?{house}(?:附属[{HAN}]{{0,4}}?(?:中学|小学|学校))?)(?!生)"
    )
    found = {
        match["b"]: line.span(*match.span("b"), "introduced") for line in lines for match in shape.finditer(line.flat)
    }
    return person._replace(org=next(iter(found.values()))) if len(found) == 1 else person
