"""The notes below a text (and in the line of credits above it): what they say of speaker, editor, source and title."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.speech.credits import (
    CREDIT,
    EDITOR,
    NO_SOURCE,
    SOURCE,
    bodies,
    names_in,
    printed_in,
    source_span,
    written_by,
)
from pipelines.speech.dates import find_date, is_lunar_day
from pipelines.speech.fold import Line, Span
from pipelines.speech.genres import EXCERPT
from pipelines.speech.layout import TAIL_LINES, Layout
from pipelines.speech.names import HAN, is_name
from pipelines.speech.occasions import Clause, is_event, read_clause
from pipelines.speech.offices import ends_in_role
from pipelines.speech.persons import Person, is_organisation, read_people, read_person

TITLE_BY_EDITOR = re.compile(
    r"(?:(?<!小)|(?<=大小))(?:标题|题目|题名|篇名|文题|(?<!标)题)(?:[^,。;)]{0,10}?)(?:(?:编者|编辑部|本刊|本报|编辑|本网|本站|整理者|编委会|本书)[^,。;)]{0,8}?(?:加|拟|改|添|定|取|设)|(?:作了|做了|有|略有|有所|略作|作|已作)[^,。;)]{0,4}(?:改动|修改|调整|改))"
)
BOILERPLATE = re.compile(
    r"^(?:香港时间|欢迎光临|.{0,20}登录后(?:查看|可见)|※|本帖|上一[篇页]|下一[篇页]|返回|打印|关闭|收藏|分享到|阅读全文|全文共|以上内容|声明|版权|免责|本文地址|相关(?:阅读|链接|文章)|推荐阅读|关键词|标签|点击|浏览|更多|查看|阅读全部|扫码|关注|\(完\)|完$|\(全文完\)|全文完|【完】|编后|--+$|—+$|\*+$|=+$|_+$|[.…]+$|附件?[:：]?$|附[:：])"
)
_NOTE_OPEN = re.compile(
    r"^[\s(【\[※*★☆◎·—#>]*(?:注|附注|说明|编者注|编者按|编者|备注|按)?[:\]】) ]*(?:本文|此文|该文|本篇|全文|文章|这篇|这是|此为|此系|以上|以上是|上文|根据|据|摘自|选自|节选自|摘编自|整理自|由|作者|标题|题目|小标题|大小标题|原题|原标题|讲话|演讲|发言|题目|有删|略有删|未经|本讲话|此件|该讲话|内容|文字|文中|系|是|为(?=.{0,40}讲话))"
)
_WRITER = re.compile(r"(?:本文)?作者(?:系|为|是|简介[:]?|单位[:]?|:|现任|时任)(?P<v>[^。;)]+?)(?=[,。;)\]】]|$)")
_EXECUTORS = re.compile(
    r"(?:执笔|执笔人|执笔者|课题组? ?组?长|课题组成员|课题负责人|课题主持人|课题主持|调研组组长|调研组成员|组 *长|成 *员|课题组|调研人员|参与人员|主持人)[:] ?(?P<v>(?:(?! +[^ :、,]{2,8}:)[^;。:()\]】])+)"
)
_MEMBERS = re.compile(r"[( ]*(?:副?组 *长|成 *员) *:")
_SECTION = re.compile(r"(?:课题(?:组|负责|主持)|调研组|执笔|撰写组|写作组)")


@dataclass(slots=True)
class Notes:
    """What credits and notes say; spans stand where they were read."""

    first: int  # number of the first line below the body
    clauses: list[Clause] = field(default_factory=list)
    recorded: Person | None = None  # 根据N讲话录音整理
    editors: list[Span] = field(default_factory=list)
    source: Span | None = None
    writers: list[Person] = field(default_factory=list)
    writer_office: Person | None = None
    written: bool = False  # 作者单位:…: the text has a writer, wherever the name stands
    held: list[Person] = field(default_factory=list)  # N系O R, of somebody whom the note names
    executors: list[Span] = field(default_factory=list)
    credited: list[Span] = field(default_factory=list)  # 作者: and a pen name or an office
    signers: list[tuple[Line, list[Person]]] = field(default_factory=list)
    signed_by: list[Span] = field(default_factory=list)  # organisations
    date_line: Line | None = None
    excerpt: Span | None = None
    editor_title: Span | None = None
    surveyed: bool = False  # a 课题组 is at work: 成员: are its members
    marked: bool = False  # some note was found, not only a signature


def read_tail(layout: Layout, body: int, *, roc: bool) -> Notes:
    """The notes after the body, from the last line upwards; ``body``: the first line that may be one."""
    bottom = _bottom(layout, body, roc=roc)
    notes = Notes(first=bottom + 1, surveyed="课题组" in layout.flat or "调研组" in layout.flat)
    index = bottom
    lowest = max(body, bottom + 1 - TAIL_LINES)
    while index >= lowest:
        raw = layout.raws[index]
        if raw.strip() and (len(raw) > 260 or not _take(layout.line(index), notes, roc=roc, is_last=index == bottom)):
            break
        if raw.strip():
            notes.first = index
        index -= 1
    _run_in_note(layout, notes, body, roc=roc)
    notes.executors.sort(key=lambda span: span.start)
    return notes


def _bottom(layout: Layout, body: int, *, roc: bool) -> int:
    """The last line that may be a note: a list or a table of at most ``_APPENDIX`` lines may hang below the notes."""
    last = len(layout) - 1
    for index in range(last, max(body, last - _APPENDIX) - 1, -1):
        raw = layout.raws[index].strip()
        if len(raw) > 60 or raw.endswith(_SENTENCE_ENDS):
            break
        line = layout.line(index)
        if index < last and _closes(line, roc=roc):
            return last if _take(layout.line(last), Notes(0), roc=roc, is_last=True) else index
        if len(raw) > 40:
            break
    return last


def _closes(line: Line, *, roc: bool) -> bool:
    """A line of credits, or a day and nothing else: what stands under a text, never inside it."""
    flat = line.flat.strip()
    if _CREDITS.match(flat):
        return _take_credits(line, Notes(0))
    when = find_date(flat, roc=roc) if flat.endswith(("日", "号")) or flat[-1:].isdigit() else None
    return when is not None and (when.start, when.end) == (0, len(flat)) and when.day is not None


_APPENDIX = 8
_SENTENCE_ENDS = ("。", "!", "！", "?", "？", "”", "…")
_CREDITS = re.compile(
    r"[(\[【 ]*(?:责任编[辑校]|责编|编辑|编校|来源|文章来源|稿件来源|出处|原载|原刊|载于|刊于|转自|摘自)"
)


def _take(line: Line, notes: Notes, *, roc: bool, is_last: bool) -> bool:
    """Read ``line`` if it is a note, a credit, a date or a signature; False: it belongs to the body."""
    flat = line.flat.strip()
    if _take_credits(line, notes):
        notes.marked = True
        if len(flat) > 24 and not notes.clauses and _NOTE_OPEN.match(flat) and _SPOKEN_NOTE.search(flat):
            _take_note(line, notes, roc=roc)  # (根据N讲话录音整理。责任编辑:M)
        if cut := _CUT.search(flat):
            at = line.flat.index(flat) + cut.start()
            notes.excerpt = notes.excerpt or line.span(at, at + len(cut[0]), "excerpt-note")
        return True
    if (
        _NOTE_OPEN.match(flat) or _SPOKEN.fullmatch(flat) or (flat[:1] in _BRACKETS and _SPOKE.search(flat[:60]))
    ) and _take_note(line, notes, roc=roc):
        notes.marked = True
        return True
    if CREDIT.match(flat) or BOILERPLATE.match(flat):
        notes.marked = True
        return True
    if _CUT_SHORT.fullmatch(flat):
        notes.excerpt = notes.excerpt or line.span(0, len(line.flat), "excerpt-note")
        return True
    return _take_signature(line, notes, roc=roc)


_BRACKETS = frozenset("([【※*")
_CUT_SHORT = re.compile(r"[(【\[](?:节选|摘要|摘编|摘登|节录|有删节|略有删节|本文有删节)[)】\]]")
# (2016年12月18日,程平在E上的讲话), ——程平在E上的讲话
_SPOKEN = re.compile(
    r"(?:[(【\[※]|—{1,2})[^。;()]{6,80}(?:讲话|致辞|致词|发言|演讲|演说|报告|党课)(?:稿|全文|摘要|节选|实录|摘登)?(?:\([^()]{2,12}\))?[)】\]]?"
)
_CUT = re.compile(r"(?:有|略有|稍有)删(?:节|改|减)|节选|摘登|摘编(?!自)")


def _take_credits(line: Line, notes: Notes) -> bool:
    """Editor, source, writer, executors and reporters; a line may carry several."""
    flat = line.flat
    taken = False
    if len(flat) <= 160:
        for match in EDITOR.finditer(flat):
            names = names_in(line, *match.span("v"), "editor-note")
            if names and (
                len(flat) - (match.end() - match.start()) < 60 or flat[match.start() - 1 : match.start()] in "([【"
            ):
                notes.editors[:0] = names
                taken = True
        people, pen = written_by(line, "writer-note")
        notes.writers = people + notes.writers
        notes.credited.extend(pen)
        taken = taken or bool(people or pen)
        if len(flat) < 80 or flat[:1] in "([【":
            taken = _take_source(line, notes) or taken
        if _SECTION.search(flat) or flat.startswith(("执笔", "(执笔")) or (notes.surveyed and _MEMBERS.match(flat)):
            for match in _EXECUTORS.finditer(flat):
                notes.executors.extend(names_in(line, *match.span("v"), "executor-note"))
                taken = True
    return taken


_THIS_TEXT = re.compile(r"^(?:本文|该文|此文|原文|全文)(?:最早|最初|首次)?(?:曾)?")


_SPOKEN_NOTE = re.compile(
    r"(?:[在于].{2,60}|日的?|录音.{0,6})(?:讲话|致辞|发言|演讲|报告|授课)|(?:讲话|发言|演讲|报告|授课)(?:的)?录音"
)


def _take_source(line: Line, notes: Notes) -> bool:
    if "FROM:" in line.flat or "bbs." in line.flat.lower():
        return False  # the host's own stamp
    paper = printed_in(line)
    if paper is not None:
        notes.source = notes.source or paper
        return True
    stripped = _THIS_TEXT.sub("", line.flat.lstrip(" ([【—"))
    match = SOURCE.match(stripped)
    at = len(line.flat) - len(stripped)
    if match is None:
        match, at = SOURCE.search(line.flat), 0
        if (
            match is None
            or match.start() == 0
            or line.flat[match.start() - 1] not in " ([【,。;—"
            or len(line.flat) > 100
            or match[0][:2] in ("来自", "发表", "转载", "摘自", "选自", "节选", "摘编")
        ):
            return False
    if match[0][:2] in ("摘自", "选自", "节选", "摘编", "摘录", "引自") and _SPOKEN_NOTE.search(line.flat):
        return False  # a note on a speech, not the name of a paper
    span = source_span(line, at + match.start("v"), at + match.end("v"))
    if span is None:
        return NO_SOURCE.match(match["v"]) is not None
    notes.source = notes.source or span
    return True


def _take_speaker(line: Line, notes: Notes, *, roc: bool) -> bool:
    """What a note says of who spoke and where."""
    flat, taken = line.flat, False
    for start, end in _sentences(flat):
        clause = read_clause(line.part(start, end), "tail-note", roc=roc, loose=True)
        if clause is not None:
            notes.clauses.append(clause)
            taken = True
        seated = _SEATED_IN.fullmatch(flat, start, end)
        if seated is not None and is_name(seated["n"], sure=True) and ends_in_role(seated["r"]):
            office = read_person(line.part(*seated.span("r")), "tail-note")
            name = line.span(*seated.span("n"), "tail-note")
            notes.held.extend([office._replace(name=name)] if office is not None and office.role is not None else [])
    recorded = _RECORDED.search(flat) if not taken else None
    if recorded is not None:
        person = read_person(line.part(*recorded.span(recorded.lastgroup or "v")), "tail-note")
        notes.recorded = person if person is not None and person.name is not None else None
    spoke = _SPOKE.search(flat) if not taken and notes.recorded is None else None
    if spoke is not None and spoke.lastgroup is not None:
        person = read_person(line.part(*spoke.span(spoke.lastgroup)), "tail-note")
        if person is not None and person.name is not None and (spoke.lastgroup != "c" or person.role is not None):
            notes.recorded, taken = person, True
    return taken


def _take_note(line: Line, notes: Notes, *, roc: bool) -> bool:
    """本文为R N D在E上的讲话摘要,标题为编者所加 and what else such a note says."""
    flat = line.flat
    taken = _take_speaker(line, notes, roc=roc)
    named = _WRITER_NAMED.search(flat)
    if named is not None and is_name(named["n"]):
        notes.writers.append(Person(line.span(*named.span("n"), "writer-note")))
        taken = True
    writer = _WRITER.search(flat)
    if writer:
        notes.written = True
        person = read_person(line.part(*writer.span("v")), "writer-note")
        if person is not None:
            notes.writer_office = notes.writer_office or person
            taken = True
    if (
        not taken
        and notes.date_line is None
        and re.search(r"录音|速记|时间:|日期:", flat)
        and (when := find_date(flat, roc=roc))
    ):
        notes.date_line = line if when.month is not None else None
    by_editor, mark = TITLE_BY_EDITOR.search(flat), EXCERPT.search(flat)
    if by_editor:
        notes.editor_title = line.span(*by_editor.span(), "title-note")
    if mark and (taken or by_editor or re.search(r"讲话|发言|报告|演讲|本文|删|致辞|致词", flat)):
        notes.excerpt = notes.excerpt or line.span(*mark.span(), "excerpt-note")
    return bool(
        taken
        or notes.written
        or by_editor
        or mark
        or (re.search(r"小标题|录音|讲话|速记|整理|未经", flat) and len(flat) < 80)
    )


_SPEECH = r"(?:讲话|演讲|发言|致辞|致词|报告|授课|讲课|主讲|宣讲|述职)"
# 讲话人为R N, 本讲话由R N所作, (R N同志讲话,M整理)
_SPOKE = re.compile(
    rf"{_SPEECH}(?:人|者) ?[为是系:] ?(?P<a>[^,。;:()]{{2,30}})|{_SPEECH}稿?由(?P<b>[^,。;:()]{{2,30}}?)(?:同志)?(?:所?[作做]|致|发表|主讲|讲授)|"
    rf"^[(【\[] ?(?P<c>[^,。;:()]{{4,30}}?)(?:同志)?的?{_SPEECH}[,。)】\]]"
)
_WRITER_NAMED = re.compile(
    rf"作者:?(?P<n>[{HAN}]{{2,4}}?)(?:(?=[系为是]|现任|时任)|,(?:系|为|是|男|女|现任|时任|[{HAN}]{{2,20}}(?:[)。]|$)))"
)
_RECORDED = re.compile(
    r"(?:根据|依据|据)(?P<v>[^,。;()]{2,30}?) ?(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日)?(?:当时|当天|现场|即席|即兴)?的?(?:讲话|发言|演讲|报告|授课|讲课|致辞)(?:的)?(?:现场)?(?:录音|录像|视频|速记|记录)|"
    r"(?:摘自|选自|节选自|整理自|摘录自|摘编自|本文[是为系]|这[是为]|此文[是为系])(?P<w>[^,。;()]{2,30}?) ?(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:当时|当天|现场|即席|即兴)?的?(?:重要)?(?:讲话|发言|演讲|报告|授课|讲课|致辞)"
)


def _sentences(flat: str) -> list[tuple[int, int]]:
    """Stretches between full stops and semicolons, the brackets around a note off."""
    bounds, start = [], 0
    for match in re.finditer(r"[。;]|$", flat):
        if match.start() > start:
            bounds.append((start, match.start()))
        start = match.end()
    trimmed = []
    for a, b in bounds:
        while a < b and flat[a] in " ([【※*★☆◎·—":
            a += 1
        while b > a and flat[b - 1] in " )]】":
            b -= 1
        trimmed.append((a, b))
    return trimmed


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


def _take_signature(line: Line, notes: Notes, *, roc: bool) -> bool:
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


_SEATED_IN = re.compile(rf"(?P<n>[{HAN}]{{2,4}})(?:同志|先生|女士)?,?(?:系|是|现任|时任|为)(?P<r>[^,。;()]{{2,30}})")
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


def _run_in_note(layout: Layout, notes: Notes, body: int, *, roc: bool) -> None:
    """A note in brackets at the end of the last paragraph."""
    index = notes.first - 1
    if notes.clauses or index < body or not layout.raws[index].rstrip().endswith((")", "）", "】", "]")):
        return
    raw = layout.raws[index].rstrip()
    at = max(raw.rfind("("), raw.rfind("（"), raw.rfind("【"), raw.rfind("["))
    if at <= 0 or len(raw) - at > 200:
        return
    from pipelines.speech.fold import line_of

    line = line_of(raw[at:], "text", layout.starts[index] + at, index, index + 1)
    if _NOTE_OPEN.match(line.flat):
        _take_note(line, notes, roc=roc)
