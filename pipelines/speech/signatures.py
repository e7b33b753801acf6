"""Who signs below a text, and when: persons, bodies, days."""

from __future__ import annotations

import re

from pipelines.speech.credits import (
    bodies,
)
from pipelines.speech.dates import find_date, is_lunar_day
from pipelines.speech.fold import Line
from pipelines.speech.names import HAN, is_name
from pipelines.speech.notes import Notes
from pipelines.speech.occasions import is_event
from pipelines.speech.offices import ends_in_role
from pipelines.speech.persons import Person, is_organisation, read_people, read_person


def _take_seated(line: Line, notes: Notes) -> bool:
    """(N系O R): who N is, below what N said."""
    flat = line.flat.strip()
    seated = _SEATED.fullmatch(flat)
    if seated is not None and not notes.signers and is_name(seated["n"], sure=True) and ends_in_role(seated["r"]):
        at = line.flat.index(flat)
        held = read_person(line.part(at + seated.start("r"), at + seated.end("r")), "signature")
        name = line.span(at + seated.start("n"), at + seated.end("n"), "signature")
        notes.signers.append((line, [Person(name, held.role if held else None, held.org if held else None)]))
        return True
    return False


def take_signature(line: Line, notes: Notes, *, roc: bool) -> bool:
    """A date, a person or an organisation alone on one of the last lines."""
    flat = line.flat.strip()
    if len(flat) > 46 or flat.endswith(("。", "!", "?", ":", "…", ";")) or (notes.marked and notes.clauses):
        return False
    if notes.date_line is None and (when := find_date(line.flat, roc=roc)) is not None:
        rest = (line.flat[: when.start] + line.flat[when.end :]).strip(" ()[]于")
        if (
            not rest
            or re.fullmatch(r"\(?(?:星期|周|礼拜).\)?|[^,。]{0,6}(?:日|节)|(?:上午|下午|晚).{0,6}", rest)
            or (
                re.fullmatch(rf"[{HAN}]{{2,4}}", rest)
                and (line.flat[when.end :].lstrip()[:1] == "于" or not is_name(rest))
            )
            or _TIMED.fullmatch(line.flat[: when.start].strip())
            or (line.flat[when.end :].lstrip()[:1] in _WHERE and is_event(rest.lstrip("于在")))
        ):
            notes.date_line = line
            return True
        people = read_people(line.part(0, when.start), "signature", sure=True)
        if any(person.name for person in people):
            notes.date_line = line
            notes.signers.append((line, people))
            return True
    if is_lunar_day(flat) or _office_above(line, notes):
        return True
    joint = flat.startswith(_SIGNS_FIRST) or (notes.date_line is not None and _JOINT.fullmatch(flat) is not None)
    if notes.signed_by and not notes.signers and is_organisation(flat) and joint and len(notes.signed_by) < _SIGNING:
        notes.signed_by[:0] = bodies(line)
        return True
    if len(notes.signers) >= 2 or notes.signed_by:
        return False
    if _take_seated(line, notes):
        return True
    label = _SIGNED_AS.match(line.flat)
    if label is not None:
        people = read_people(line.part(label.end(), len(line.flat)), "signature")
        notes.signers.extend([(line, people)] if any(person.name for person in people) else [])
        return True
    grouped = notes.date_line is not None and _GROUP.fullmatch(flat) is not None
    if (is_organisation(flat) or grouped) and not re.search(r"[,:一二三四五]|^第|^[(（]", flat):
        notes.signed_by.extend(bodies(line))
        return True
    signed = _SIGNED.match(line.flat.strip())
    if signed and not notes.signers:
        at = line.flat.index(signed["n"])
        notes.signers.append((line, [Person(line.span(at, at + len(signed["n"]), "signature"))]))
        return True
    people = read_people(_unwrapped(line), "signature", sure=True)
    if people and any(person.name for person in people) and len(people) <= 3:
        notes.signers.append((line, people))
        return True
    return False


_SEATED = re.compile(
    rf"[(【\[](?P<n>[{HAN}]{{2,4}})(?:同志)?,?(?:系|为|是|现任|时任)(?P<r>[^,。;()]{{2,30}})[)】\]]"
)  # (N系O R)
_TIMED = re.compile(r"\(?(?:讲话|演讲|发言|会议|报告|述职|致辞|座谈|采访)?(?:时间|日期) ?:")
_WHERE = frozenset("于在")  # 2008年5月1日于E
_SIGNING = 5  # bodies that issue one paper
_JOINT = re.compile(rf"[{HAN}]{{2,14}}(?:[局委厅部院会社站所]|政府|办公室|中心|支队|大队|公司|集团|工会)")
_GROUP = re.compile(
    rf"[{HAN}]{{2,12}}(?:管理组|筹备组|工作组|领导小组|编辑组|编写组|项目组|剧组|版主团|管理团队|业委会|家委会|筹委会|组委会|编委会|执委会|监事会|理事会|董事会|校友会|同学会|车友会|志愿队|服务队|班委)"
)
_SIGNS_FIRST = ("中共", "中国共产党", "共青团")  # the committee signs above the government
# 述职人:N below the text
_SIGNED_AS = re.compile(
    r" *(?:述职述廉|述职述德述廉|述职|述廉|汇报|总结|填报|撰写|编写|署名|报告|演讲|讲话|发言|致辞|致词|主讲|宣讲|竞聘|竞选|承诺|申请|检讨|检查|倡议|证婚|主婚|宣誓)(?:人|者)(?:签名|签字)? ?: ?"
)


def _unwrapped(line: Line) -> Line:
    """(N R) without its brackets."""
    flat = line.flat.strip()
    if len(flat) > 4 and flat[0] + flat[-1] in ("()", "【】", "[]") and flat.count("(") < 2:
        return line.part(line.flat.index(flat[0]) + 1, line.flat.rindex(flat[-1]))
    return line


def _office_above(line: Line, notes: Notes) -> bool:
    """The office on the line above a signed name."""
    if not notes.signers or ends_in_role(line.flat.strip()) is None:
        return False
    below, people = notes.signers[-1]
    office = read_person(line, "signature")
    if office is None or office.name or office.role is None or office.masked or any(p.role for p in people):
        return False
    notes.signers[-1] = (below, [person._replace(role=office.role, org=office.org) for person in people])
    return True


_SIGNED = re.compile(
    rf"(?:[^ ,。]{{1,6}} )?(?P<n>[{HAN}]{{2,4}}) ?(?:[率携偕][^,。]{{1,6}})?(?:敬上|谨上|拜上|敬启|谨启|顿首|敬书|谨识)$"
)
