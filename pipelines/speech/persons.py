"""Read a printed person: 云州市委书记 程 平, 陆明校长, 黄书记, 卡洛斯·贝, ××× or an organisation that speaks."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.speech.fold import Line, Span
from pipelines.speech.names import HAN, HONORIFIC, is_double_surname, is_masked, is_name, is_titled_name, masked_surname
from pipelines.speech.offices import ROLE, ends_in_role, last_role, split_title
from pipelines.speech.surnames import COMPOUND, SINGLE
from pipelines.speech.words import words

BULLETS = "●○◎□◆■▲◇△★☆※·•*—- "
# What ends the name of an organisation that can sign or speak.
ORGANISATION = re.compile(
    r"(?:办公室|调研组|课题组|委员会|政策研究室|研究室|编辑部|评论员|工作组|联合会|协会|学会|商会|工会|妇联|团委|党委|党组|市委|县委|省委|区委|委会|支部|总支|[文残侨社]联|[作科体棋影剧]协|"
    r"中心|公司|集团|大学|学院|中学|小学|学校|医院|法院|检察院|政府|人大|政协|[^,。]办|[^,。]局|[^,。]厅|[^,。]部|[^,。]处|[^,。]科|[^,。]站|[^,。]所|[^,。]院|[^,。]社|总队|支队|大队|联盟|基金会|工委|工商联|致公党|[^,。]社)$"
)
_TIME_WORDS = re.compile(
    r" ?(?:今|昨|(?:今|昨|前)(?:日|天|晚|早|晨)|日前|近日|当日|当天|(?:星期|周)[一二三四五六日天]|上午|下午|晚上|晚间|晚|应邀|在|于)$"
)
_LEAD_WORDS = re.compile(
    r"^(?:时任|由|据|根据|摘自|选自|节选自|摘编自|以下(?:是|为)|这是|本文(?:是|为|系|作者)?|是|为|系|乃|我(?:市|县|省|区|镇|校|院)|(?:我们|咱们|咱|俺们)|刊登|(?:转载|转发)?(?=作者))"
)
_FOOTNOTE = re.compile(rf"(?<=[{HAN}]{{2}})[\d*①-⑨]{{1,2}}$")  # 陈平1 李明2 above a paper
_PAREN = re.compile(r" ?\(([^()]*)\)$")
READER = re.compile(r"代读|宣读|代为|代(?:表)?[^,。]{0,6}(?:宣读|致辞|致词)|朗读|诵读|播讲|转达")


_SPACED_OUT = re.compile(r"(?:\S ){3,}\S$")  # 市 委 统 战 部 部 长
_SPACED_OFFICE = re.compile(r"(?:\S ){4,} +\S")  # the same before a wider gap and the name
# Offices that end no given name: behind one surname character they are an office (蒲校长).
_PLAIN_OFFICE = re.compile(r"(?:.长|书记|主任|主席|总理|总统|总裁|经理|教授)$")


class Person(NamedTuple):
    """A person as printed; ``name`` None: only the office stands there."""

    name: Span | None
    role: Span | None = None
    org: Span | None = None
    masked: bool = False
    surname_only: bool = False


def _blank(line: Line, start: int, end: int, traditional: bool, rule: str) -> tuple[Span | None, Span | None]:
    """Role and organisation spans of the title in [start, end)."""
    if start >= end:
        return None, None
    printed = line.flat[start:end]
    at = [i for i, char in enumerate(printed) if char != " "] if _SPACED_OUT.match(printed) else [*range(len(printed))]
    title = split_title("".join(printed[i] for i in at), traditional=traditional)
    at.append(len(printed))
    role = line.span(start + at[title.role[0]], start + at[title.role[1]], rule)
    org = line.span(start + at[title.org[0]], start + at[title.org[1]], rule)
    if org.raw.endswith("的"):
        org = Span(org.where, org.start, org.end - 1, org.raw[:-1], rule)  # 2011届电子系的|毕业生
    return (role if role.raw else None), (org if org.raw else None)


def read_person(line: Line, rule: str, *, sure: bool = False) -> Person | None:
    """The person that the whole of ``line`` prints, or None; ``sure``: no office or context vouches for a bare name."""
    line = _bare(line)
    if line.flat.count("|") == 1 or (" · " in line.flat and _DOT_AFTER_OFFICE.search(line.flat)):
        line = line._replace(flat=_DOT_AFTER_OFFICE.sub("   ", line.flat).replace("|", " "))
    flat = line.flat
    if not flat or len(flat) > 60:
        return None
    traditional = line.raw != flat and any(ord(a) > 0x3400 and a != b for a, b in zip(line.raw, flat, strict=True))
    bracket = _PAREN.search(flat)
    if bracket:
        return _with_bracket(line, bracket, rule, sure=sure, traditional=traditional)
    return _read(line, rule, sure=sure, traditional=traditional)


_DOT_AFTER_OFFICE = re.compile(r"(?<=[长任席记理裁授]) · ")  # 县长 · N


def is_picture(char: str) -> bool:
    """An emoji or a drawn symbol."""
    return char >= "\U0001f000" or "\u2600" <= char <= "\u27bf" or char == "\ufe0f"


def _bare(line: Line) -> Line:
    """Without bullets, wrapping brackets, times of day and the verbs that lead to a name."""
    start, end = 0, len(line.flat)
    while (
        start < end
        and (line.flat[start] in BULLETS or is_picture(line.flat[start]))
        and not is_masked(line.flat[start:end])
    ):
        start += 1
    while end > start and line.flat[end - 1] in " ,:;、★☆●◆■◎|":
        end -= 1
    match = _LEAD_WORDS.match(line.flat[start:end])
    start += match.end() if match and match.end() < end - start - 1 else 0
    mark = _FOOTNOTE.search(line.flat, start, end)
    end = mark.start() if mark and mark.end() == end else end
    while match := _TIME_WORDS.search(line.flat, start, end):
        if match.start() <= start:
            break
        end = match.start()
    return line.part(start, end)


def _with_bracket(line: Line, bracket: re.Match[str], rule: str, *, sure: bool, traditional: bool) -> Person | None:
    """N(R), R N(县长M代为宣读), R N(音译)."""
    inner = bracket[1]
    outer = _bare(line.part(0, bracket.start()))
    person = _read(outer, rule, sure=sure and not ends_in_role(inner), traditional=traditional)
    if person is None and not sure and ends_in_role(inner) and is_titled_name(outer.flat):
        person = Person(outer.span(0, len(outer.flat), rule))  # 吉克阿依(团长): the office vouches for the name
    if person is None or READER.search(inner):
        return person
    at = bracket.start(1)
    if (
        person.role is None
        and person.name is not None
        and (ends_in_role(inner) or (len(inner) > 3 and last_role(inner)))
    ):
        role, org = _blank(line, at, at + len(inner), traditional, rule)
        return person._replace(role=role, org=org)
    return person


def _read(line: Line, rule: str, *, sure: bool, traditional: bool) -> Person | None:
    """A person without brackets: title + name, name + title, name, surname + title, title."""
    flat = line.flat
    honorific = HONORIFIC.search(flat)
    if honorific and honorific.start() > 0:
        cut = honorific.start()
        vouched = "honorific" if rule in _RUNNING else rule
        inner = _by(_read(line.part(0, cut), vouched, sure=False, traditional=traditional), rule)
        surname = flat[:cut] if flat[:cut] in SINGLE or flat[:cut] in COMPOUND else ""
        if surname:
            return Person(line.span(0, cut, rule), surname_only=True)
        if inner and inner.name is not None:
            taught = honorific[0].strip() == "老师" and inner.role is None
            return inner._replace(role=line.span(*honorific.span(), rule)) if taught else inner
    if is_masked(flat):
        return Person(None, masked=True)
    gap = _GAPPED_OFFICE.match(flat) if flat[1:2] == " " else None
    if gap is not None and is_titled_name(flat[gap.end() :]):
        return Person(line.span(gap.end(), len(flat), rule), line.span(*gap.span("r"), rule))
    if ROLE.fullmatch(flat):  # 支队长: no 支 whose office is 队长
        return Person(None, line.span(0, len(flat), rule))
    for found in (_title_then_name, _name_then_title):
        person = found(line, rule, traditional)
        if person is not None:
            return person
    if is_name(flat, sure=sure):
        return Person(line.span(0, len(flat), rule))
    if traditional and not sure and is_double_surname(flat):
        return Person(line.span(0, len(flat), rule))  # 陳李藹倫
    if length := masked_surname(flat):
        return Person(line.span(0, length, rule), surname_only=True)
    spaced = _spaced_name(line, rule, traditional) or (
        _body_then_name(line, rule) if rule in _LABELLED or (rule == "byline" and not sure) else None
    )
    if spaced is not None:
        return spaced
    office = ends_in_role(flat)
    if office and not sure and NOT_OFFICE.search(flat) is None:
        role, org = _blank(line, 0, len(flat), traditional, rule)
        return Person(None, role, org, masked="×" in flat or "某" in flat or re.search(r"[xX*○]{1,}", flat) is not None)
    return None


# 县 长 N, 书 记 N: an office of two characters, spaced out
_GAPPED_OFFICE = re.compile(
    r"(?P<r>[省市县区镇乡村校院厂部局处科所站社队团班会台馆园行]  ?长|书  ?记|主  ?[任席]|经  ?理|教  ?授|总  ?裁|院  ?士) +(?=\S)"
)


def _by(person: Person | None, rule: str) -> Person | None:
    """``person`` as read by ``rule``."""
    if person is None:
        return None
    name, role, org = (span.by(rule) if span is not None else None for span in person[:3])
    return person._replace(name=name, role=role, org=org)


NOT_OFFICE = re.compile(r"[,。;!?:《》“”\"的了]|^(?:请|向|致(?!公党)|给|对|学习|关于|纪念|悼念|哪位|谁|求)")


_LABELLED = frozenset(words("block label-block turn-label"))
_RUNNING = frozenset(words("title title-colon heading-line interviewee subtitle introduced lead"))


def _title_then_name(line: Line, rule: str, traditional: bool) -> Person | None:
    """市委常委、秘书长程平: an office, then a name up to the end."""
    flat = line.flat
    for office in reversed(list(ROLE.finditer(flat))):
        rest = flat[office.end() :]
        name = rest.strip()
        if office.start() == 1 and flat[0] in SINGLE and flat[0] not in _LEVELS and is_name(flat[0] + name):
            return Person(line.span(0, 1, rule), line.span(*office.span(), rule), surname_only=True)  # 李委员明德
        if not name or (office.start() == 0 and office.end() == len(flat)):
            continue
        if is_masked(name):
            return Person(None, masked=True)
        separated = rest[0] in " ,:、"
        seated = office[0][-1] in "长任席记" and rest[0] == "官" and is_name(name)  # 场长官有垣
        if rest[0] in "长员官者家" and name[:2] not in COMPOUND and not seated:
            continue  # 督察|长: the office goes on
        if rest[0] in "、,;" or not is_titled_name(name.lstrip(",:"), alone=separated or rule not in _RUNNING):
            continue
        start = len(flat) - len(rest.lstrip(" ,:"))
        end = start + (masked_surname(flat[start:]) or len(flat) - start)
        second = ends_in_role(name)
        if second is not None and name[: second.start()] in SINGLE and _PLAIN_OFFICE.search(name):
            return Person(line.span(start, start + 1, rule), line.span(start + 1, len(flat), rule), surname_only=True)
        if second is not None and not is_name(name):
            if not is_name(name[: second.start()].rstrip()):
                continue  # the "name" belongs to a longer office: 主任 + 科员
            end = start + len(name[: second.start()].rstrip())
        role, org = _blank(line, 0, office.end(), traditional, rule)
        return Person(line.span(start, end, rule), role, org, surname_only=end - start == 1)
    return None


def _name_then_title(line: Line, rule: str, traditional: bool) -> Person | None:
    """陆明校长, 黄书记, 丁明主席: a name, then one plain office up to the end."""
    flat = line.flat
    if flat[-1:] == "总" and (flat[:-1] in COMPOUND or (len(flat) == 2 and flat[0] in SINGLE)):
        return Person(line.span(0, len(flat) - 1, rule), line.span(len(flat) - 1, len(flat), rule), surname_only=True)
    office = ends_in_role(flat)
    if office is None or office.start() == 0:
        return None
    name = flat[: office.start()].rstrip()
    seat = _SEAT.match(name)
    if seat and seat["s"] in SINGLE:
        at = seat.start("s")
        return Person(
            line.span(at, at + 1, rule),
            line.span(office.start(), len(flat), rule),
            line.span(0, at, rule),
            surname_only=True,
        )
    if name in SINGLE or name in COMPOUND:
        if name in _LEVELS:
            return None
        return Person(line.span(0, len(name), rule), line.span(office.start(), len(flat), rule), surname_only=True)
    if re.fullmatch(r"[×xX*○某]+", name):
        return Person(None, line.span(office.start(), len(flat), rule), masked=True)
    belongs = _body_then_name(line.part(0, len(name)), rule) if rule in _LABELLED and len(name) > 4 else None
    if belongs is not None and office[0] not in ("代表", "同学", "家长"):
        return belongs._replace(role=line.span(office.start(), len(flat), rule))  # 区住建局景钢局长
    if _is_office_holder(name, office[0]):
        role, org = _blank(line, office.start(), len(flat), traditional, rule)
        return Person(line.span(0, len(name), rule), role, org)
    match = _NAME_COMMA.match(flat)
    if match and is_name(match[1], sure=True):
        role, org = _blank(line, match.end(), len(flat), traditional, rule)
        return Person(line.span(0, match.end(1), rule), role, org)
    return None


def _is_office_holder(name: str, office: str) -> bool:
    """Before an office stands a person, not the place or body of the office (常州市长, 卫生局局长)."""
    if not is_name(name, sure=True) or _PLACES.search(name) or name[-1] in _BODY_ENDS:
        return False
    if (name[-1] == "国" and office in _OF_COUNTRIES) or (name[-1] in "视报台网社刊" and office in _OF_MEDIA):
        return False
    return len(name) > 2 or office not in _PLACE_OFFICES or (name[0] in COMMON and name[-1] not in _LANDSCAPE)


COMMON = frozenset(
    "王李张刘陈杨赵吴周徐孙胡朱林何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴钟汪任姜范方姚谭廖邹熊陆郝孔崔康毛邱秦史顾侯邵孟段钱汤尹黎贺赖龚"
)
_LANDSCAPE = frozenset("州山江河海湖阳城川溪岭港洲陵岛泉潭口京门津原源乡林桥关坪坝塘浦沟堡岗屯集")
_SEAT = re.compile(rf"^(?:中共)?[{HAN}]{{0,6}}(?:[省市县区镇乡州校院厂局]委|党委|政府|政协|人大)(?P<s>[{HAN}])$")
_NAME_COMMA = re.compile(
    rf"([{HAN}·]{{2,10}})[ ,]+(?:[男女][ ,]+)?(?:(?:今年)?[\d一二三四五六七八九十]{{1,4}}岁[ ,]+)?"
)


def may_be_place(name: str) -> bool:
    """云州, 张家港: a bare stretch that is a place as well as a name."""
    return _PLACES.search(name) is not None or (len(name) == 2 and name[-1] in _LANDSCAPE and name[0] not in COMMON)


_OF_MEDIA = frozenset(words("记者 编辑 主播 评论员 特约记者 主编 总编辑"))
_OF_COUNTRIES = frozenset(words("总统 总理 首相 国王 女王 外长 防长 国务卿 副总统 副总理"))
_LEVELS = frozenset("省市县区州国党支应原干院")
_BODY_ENDS = frozenset("省市县区镇乡村州旗盟岛署局厅部委处科司院校厂社站所办室会队团组店馆园场")
_PLACE_OFFICES = frozenset(
    words("市长 县长 省长 区长 镇长 乡长 村长 州长 副市长 副县长 副省长 副区长 副镇长 副乡长 支书 村支书 党支书")
)
# Provinces and cities that begin with a surname's character; before 市长 they are the place, not a person.
_PLACES = re.compile(
    r"^(?:江苏|江西|安徽|云南|海南|山东|山西|广东|广西|黄山|黄石|黄冈|常州|常德|温州|张家|石家|马鞍|郑州|徐州|苏州|杭州|湖州|台州|广州|惠州|柳州|贺州|"
    r"梅州|韶关|乐山|和田|莱芜|曲靖|金华|金昌|鲁山|东莞|东营|西安|西宁|松原|项城|秦皇|许昌|滑县|郎溪|池州|宿州|宿迁|盘锦|鞍山|任丘|单县|沙市|海口|"
    r"邢台|沧州|阳泉|晋城|晋中|通化|通辽|景德|贵州|甘肃|青海|宁夏|吉林|万州|延安|安康|安阳|平顶|时任|国家|全国|全市|全县|全省|高新|经开)"
)


_UNIT = re.compile(r"[网台报刊系班级届连排组队室院处科所站局部厅厂委会社校团店馆区县市镇乡村州司]$")


def _body_then_name(line: Line, rule: str) -> Person | None:
    """县委组织部程平: a body, and without a gap who belongs to it."""
    flat = line.flat
    for size in (3, 2):
        name = flat[-size:]
        if (
            len(flat) < size + 3
            or not is_name(name, sure=True)
            or _UNIT.search(name)
            or ends_in_role(flat)
            or is_organisation(flat)
        ):
            continue
        if is_organisation(flat[:-size]) or (size == 3 and _UNIT.search(flat[:-size])):
            at = len(flat) - size
            return Person(line.span(at, len(flat), rule), None, line.span(0, at, rule))
    return None


def _spaced_name(line: Line, rule: str, traditional: bool) -> Person | None:
    """机关工委 程平: whatever stands before the space is where the person belongs."""
    flat = line.flat
    at = flat.rfind(" ")
    while at > 0:
        head, name = flat[:at].rstrip(), flat[at:].strip()
        if len(head) > 1 and is_name(name) and not NOT_OFFICE.search(head) and not is_name(head):
            role, org = _blank(line, 0, len(head), traditional, rule)
            first, _, second = head.partition(" ")
            if ends_in_role(first) and _UNIT.search(second):  # 学生代表 高二(3)班 N
                role, org = line.span(0, len(first), rule), line.span(len(first), len(head), rule)
            elif not ends_in_role(head) and (is_organisation(head) or _UNIT.search(head)):
                role, org = None, line.span(0, len(head), rule)
            return Person(line.span(at, len(flat), rule), role, org)
        at = flat.rfind(" ", 0, at)
    return None


def read_people(line: Line, rule: str, *, sure: bool = False) -> list[Person]:
    """The persons that the whole of ``line`` lists (one, or several by 、 and spaces); empty if it is no such list."""
    several = _in_turn(_bare(line), rule, sure=sure)
    if len(several) > 1:
        return several
    one = read_person(line, rule, sure=sure)
    if one is not None and (one.name is not None or one.masked):
        return [one]
    return [one] if one is not None else []


# 和 between spaces after one character is a given name (卞 和), else it joins two persons.
_BETWEEN = re.compile(r"(?:[、,; ]|(?<!^. )(?<! . )和)+|$")


def _in_turn(line: Line, rule: str, *, sure: bool) -> list[Person]:
    """市长 李明、书记 王平: office and name again and again, to the end; [] if something is left over."""
    people: list[Person] = []
    start = 0
    if _SPACED_OFFICE.match(line.flat):
        return people
    for match in _BETWEEN.finditer(line.flat):
        if match.start() <= start:
            continue
        person = read_person(line.part(start, match.start()), rule, sure=sure)
        if person is not None and person.name is not None and not person.surname_only:
            people.append(person)
            start = match.end()
    return people if start >= len(line.flat) else []


def read_listed(line: Line, rule: str) -> list[Person]:
    """The persons of a list of those present: what else stands in it (全体党员) is passed over."""
    people = read_people(line, rule)
    if people and all(person.name is not None for person in people):
        return people
    people, start = [], 0
    for match in re.finditer(r"[、,; ]+|$", line.flat):
        part = line.part(start, match.start())
        person = read_person(part, rule) if part.flat else None
        if person is None and _LISTED.fullmatch(part.flat) and part.flat[0] in SINGLE:
            person = Person(part.span(0, len(part.flat), rule))
        people.extend([person] if person is not None and person.name is not None else [])
        start = match.end()
    return people


_LISTED = re.compile(rf"(?!全体|各|有关|相关|其他)[{HAN}]{{2,3}}")


def is_organisation(flat: str) -> bool:
    """The name of a body that can sign a paper or speak in a session."""
    return 3 <= len(flat) <= 40 and ORGANISATION.search(flat) is not None and NOT_OFFICE.search(flat) is None
