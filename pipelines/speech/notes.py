"""The notes below a text (and in the line of credits above it): what they say of speaker, editor, source and title."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.speech.dates import find_date
from pipelines.speech.fold import Line, Span
from pipelines.speech.genres import EXCERPT
from pipelines.speech.layout import TAIL_LINES, Layout
from pipelines.speech.names import HAN, is_masked, is_name
from pipelines.speech.occasions import Clause, read_clause
from pipelines.speech.offices import ends_in_role
from pipelines.speech.persons import COMMON, Person, is_organisation, read_people, read_person
from pipelines.speech.words import words

_NAME = rf"[{HAN}·A-Za-z](?:[{HAN}·]| (?=[{HAN}](?:[ )\]】,、;]|$))){{1,12}}"
# (责任编辑:N N CN031), 编辑/N, [责编 N]
EDITOR = re.compile(
    r"(?<!本刊)(?<!前)(?:责任编辑|责任编校|责 ?编|本期编辑|网络编辑|网站编辑|值班编辑|执行编辑|文字编辑|编 ?辑|编校|责任编缉|主编)(?:[:/|]| (?=\S)|·)[ ]*(?P<v>(?:(?! +[^ :/]{2,6}[:/])[^()\[\]【】:;。|/]){2,40})"
)
_EDITOR_CODE = re.compile(r"[ ]*[A-Za-z]{1,5}[-_]?\d{1,6}|[ ]*\d{2,}$|[ ]*[A-Z]{2,}\d*$")
SOURCE = re.compile(
    r"(?:文章来源|稿件来源|信息来源|新闻来源|内容来源|资料来源|本文来源|来源|出处|原载于?|原刊于?|原发于?|载于|刊于|刊载于|首发于?|转自|转载自|转载于|转载|选自|摘自|摘编自|节选自|来自|发表于|引自|摘录自|据(?=《))(?:[】\]]? ?[:/]|[】\]] ?|(?=《)| ?(?=[^,。:)]))[ ]*(?:(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?(?:的|出版的)?(?=《))?"
    r"(?P<v>《[^》]{2,30}》|[^,。:;()\[\]【】《》]{2,24})"
)
_SOURCE_TAIL = re.compile(
    r"(?:[ ]*(?:19|20)\d\d年?.*|[ ]*第?\d+[期版号].*|[ ]+.*|网页版|微信公众号|公众号|官方网站|网站)$"
)
NO_SOURCE = re.compile(
    r"^(?:网络|互联网|(?:本站|本网|本论坛|论坛|原创|本坛)(?:原创|首发|会员|网友|编辑|整理|综合|转载|投稿){0,2}|未知|不详|网上|网友|佚名|转载|其他|其它|作者|投稿|自己|博客|个人|QQ|微信|.*(?:论坛|社区|贴吧|BBS|bbs|吧)|.{0,4}(?:秘|公文|范文|文库|材料|写作|笔杆子).{0,3}(?:网|站|之家)|.*(?:讲话|发言|会议)|\d.*)$"
)
_HOSTS = frozenset(["网络", "互联网", "本站", "本网", "本论坛", "论坛", "网友", "佚名"])  # no paper, even in 《》
TITLE_BY_EDITOR = re.compile(
    r"(?<!小)(?:标题|题目|题名|篇名|文题|(?<!标)题)(?:[^,。;)]{0,10}?)(?:(?:编者|编辑部|本刊|本报|编辑|本网|本站|整理者|编委会|本书)[^,。;)]{0,8}?(?:加|拟|改|添|定|取|设)|(?:作了|做了|有|略有|有所|略作|作|已作)[^,。;)]{0,4}(?:改动|修改|调整|改))"
)
CREDIT = re.compile(
    r"^[(\[【 ]*(?:录入|校对|审核|审校|审读|供稿|供图|撰稿|摄影|图片?|监制|录音|整理|记录|翻译|译者|译文|编译|统稿|打印|排版|美编|信息员|通讯员|终审|初审|复审|一审|二审|三审|签发|策划|制作|文字|速记|校核|核稿|拟稿|印发|抄送|抄报|主送|报送|发送|上传|发布|责任校对|版面|作者单位|联系人|联系电话|电话|地址)(?:人|者|员)?[:/ ][^。]{0,50}$|"
    r"^[(\[【 ]*[^()。,:]{2,12} ?(?:译|译注|校|整理|录入|摄|供稿|代读|宣读|记录|审校)[)\]】]?$"
)
BOILERPLATE = re.compile(
    r"^(?:香港时间|欢迎光临|.{0,20}登录后(?:查看|可见)|※|本帖|上一[篇页]|下一[篇页]|返回|打印|关闭|收藏|分享到|阅读全文|全文共|以上内容|声明|版权|免责|本文地址|相关(?:阅读|链接|文章)|推荐阅读|关键词|标签|点击|浏览|更多|查看|阅读全部|扫码|关注|\(完\)|完$|\(全文完\)|全文完|【完】|编后|--+$|—+$|\*+$|=+$|_+$|[.…]+$|附件?[:：]?$|附[:：])"
)
_NOTE_OPEN = re.compile(
    r"^[\s(【\[※*★☆◎·—#>]*(?:注|附注|说明|编者注|编者按|编者|备注|按)?[:\]】) ]*(?:本文|此文|该文|本篇|全文|文章|这篇|这是|此为|此系|以上|以上是|上文|根据|据|摘自|选自|节选自|摘编自|整理自|由|作者|标题|题目|小标题|原题|原标题|讲话|演讲|发言|题目|有删|略有删|未经|本讲话|此件|该讲话|内容|文字|文中|系|是|为(?=.{0,40}讲话))"
)
_WRITER = re.compile(r"(?:本文)?作者(?:系|为|是|简介[:]?|单位[:]?|:|现任|时任)(?P<v>[^。;)]+?)(?=[,。;)\]】]|$)")
_WRITER_NAME = re.compile(
    r"^[(\[【 ]*(?:文[/、]图|图[/、]文|采访[、 ]?整理|采访[、 ]?撰文|采访|采写|作者|撰文|撰稿|文字|图文|文)(?: ?[:/丨|·]| (?=[^ ]{2,4}[)】]?$)) ?(?P<v>[^。:)/]{2,40}?)(?: {1,}(?:来源|出处|点击|更新|时间|发布|日期|字号|浏览|编辑|图|摄影|摄)(?:[:/ ].*)?)?[)\]】]?$"
)
# N/文, N 文/图, 文 N 图 M
_NAME_THEN_WRITER = re.compile(
    r"^[(\[【 ]*(?:(?:本[报刊网台])?(?:记者|通讯员)[: ]*)?(?P<v>[^。:)/,;]{2,24}?)(?: ?/ ?|  ?)(?:文|撰文|文[/、 ]图|图[/、 ]文|图文|文[/、 ]摄)(?:[ /,][^。]{0,30})?[)\]】]?$"
)
_PEN = re.compile(rf"[{HAN}·A-Za-z0-9]{{2,14}}")
_NOBODY = re.compile(r"佚名|匿名|不详|未知|网络|网友|原创|转载|无名|本站|本网|管理员|admin|同上|见文|略", re.IGNORECASE)
_EXECUTORS = re.compile(
    r"(?:执笔|执笔人|执笔者|课题组 ?组长|课题组成员|课题负责人|课题主持人|课题主持|调研组组长|调研组成员|组 *长|成 *员|课题组|调研人员|参与人员|主持人)[:] ?(?P<v>[^;。:()\]】]+)"
)
_MEMBERS = re.compile(r"[( ]*(?:副?组 *长|成 *员) *:")
_SECTION = re.compile(r"(?:课题组|调研组|执笔|撰写组|写作组)")
_REPORTERS = re.compile(
    rf"(?:(?:本报|本刊|本网|本台|特约|实习|见习|通讯|首席|《[^》]+》|新华社|[^(), :]{{0,6}}报)*记者|通讯员|特约通讯员|特约撰稿人?|本报评论员|(?:实习|见习)生|特约撰稿) ?[:]? ?(?P<v>{_NAME}(?:[、 ,](?!记者|通讯员|特约|实习|见习|摄影|本报){_NAME})*)"
)


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
        if cut := _CUT.search(flat):
            at = line.flat.index(flat) + cut.start()
            notes.excerpt = notes.excerpt or line.span(at, at + len(cut[0]), "excerpt-note")
        return True
    if (_NOTE_OPEN.match(flat) or _SPOKEN.fullmatch(flat)) and _take_note(line, notes, roc=roc):
        notes.marked = True
        return True
    if CREDIT.match(flat) or BOILERPLATE.match(flat):
        notes.marked = True
        return True
    return _take_signature(line, notes, roc=roc)


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


# (《P》2月22日), (《P》2010年第3期)
_IN_PAPER = re.compile(
    r"[(【\[](?:原载|据|见|载)? ?《(?P<v>[^》]{2,20})》 ?(?:(?:19|20)\d\d年?)?(?:第?\d{1,3}期|\d{1,2}月(?:\d{1,2}日)?(?:第?\d{1,2}版)?|[,]?第?\d{1,2}版)[)】\]]"
)
_SPOKEN_NOTE = re.compile(r"[在于].{2,60}(?:讲话|致辞|发言|演讲|报告)")


def _take_source(line: Line, notes: Notes) -> bool:
    if "FROM:" in line.flat or "bbs." in line.flat.lower():
        return False  # the host's own stamp
    printed = _IN_PAPER.fullmatch(line.flat.strip())
    if printed is not None:
        at = line.flat.index("《") + 1
        notes.source = notes.source or line.span(at, at + len(printed["v"]), "source-note")
        return True
    stripped = line.flat.lstrip(" ([【")
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


def source_span(line: Line, start: int, end: int) -> Span | None:
    """The publication's or site's name in [start, end) without 《》, number and year; None if it names nothing."""
    flat = line.flat
    quoted = flat[start] == "《"
    if quoted:
        close = flat.find("》", start, end)
        start, end = start + 1, close if close > 0 else end
    cut = _SOURCE_TAIL.search(flat[start:end])
    end = start + cut.start() if cut and cut.start() > 1 else end
    span = line.span(start, end, "source-note")
    named = flat[start:end].strip()
    no_paper = NO_SOURCE.match(named) is not None and (not quoted or named in _HOSTS)
    return None if len(span.raw) < 2 or no_paper else span


def _take_note(line: Line, notes: Notes, *, roc: bool) -> bool:
    """本文为R N D在E上的讲话摘要,标题为编者所加 and what else such a note says."""
    flat = line.flat
    taken = False
    for start, end in _sentences(flat):
        clause = read_clause(line.part(start, end), "tail-note", roc=roc, loose=True)
        if clause is not None:
            notes.clauses.append(clause)
            taken = True
    recorded = _RECORDED.search(flat) if not taken else None
    if recorded is not None:
        person = read_person(line.part(*recorded.span("v")), "tail-note")
        notes.recorded = person if person is not None and person.name is not None else None
    writer = _WRITER.search(flat)
    if writer:
        notes.written = True
        person = read_person(line.part(*writer.span("v")), "writer-note")
        if person is not None:
            notes.writer_office = notes.writer_office or person
            taken = True
    if not taken and notes.date_line is None and re.search(r"录音|速记", flat) and (when := find_date(flat, roc=roc)):
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


_RECORDED = re.compile(
    r"(?:根据|依据|据)(?P<v>[^,。;()]{2,24}?)(?:当时|当天|现场|即席|即兴)?的?(?:讲话|发言|演讲|报告|授课|讲课|致辞)(?:的)?(?:现场)?(?:录音|录像|视频|速记|记录)"
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
            or (re.fullmatch(rf"[{HAN}]{{2,4}}", rest) and not is_name(rest))
        ):
            notes.date_line = line
            return True
        people = read_people(line.part(0, when.start), "signature", sure=True)
        if any(person.name for person in people):
            notes.date_line = line
            notes.signers.append((line, people))
            return True
    if _office_above(line, notes):
        return True
    if len(notes.signers) >= 2 or notes.signed_by:
        return False
    if is_organisation(flat) and not re.search(r"[,:一二三四五]|^第|^[(（]", flat):
        notes.signed_by.extend(bodies(line))
        return True
    signed = _SIGNED.match(line.flat.strip())
    if signed and not notes.signers:
        at = line.flat.index(signed["n"])
        notes.signers.append((line, [Person(line.span(at, at + len(signed["n"]), "signature"))]))
        return True
    people = read_people(line, "signature", sure=True)
    if people and any(person.name for person in people) and len(people) <= 3:
        notes.signers.append((line, people))
        return True
    return False


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


def bodies(line: Line) -> list[Span]:
    """The bodies that sign on one line: 县委 县政府."""
    ends = [match.start() for match in re.finditer(r"[ 、]+", line.flat.rstrip())]
    starts = [0, *(match.end() for match in re.finditer(r"[ 、]+", line.flat.rstrip()))]
    parts = [line.part(a, b) for a, b in zip(starts, [*ends, len(line.flat.rstrip())], strict=True)]
    if all(is_organisation(part.flat) for part in parts):
        return [part.span(0, len(part.flat), "signature") for part in parts]
    return [line.span(0, len(line.flat), "signature")]


_SIGNED = re.compile(rf"(?P<n>[{HAN}]{{2,4}}) ?(?:敬上|谨上|拜上|敬启|谨启|顿首|敬书|谨识)$")


def names_in(line: Line, start: int, end: int, rule: str) -> list[Span]:
    """Personal names listed in [start, end): by 、 or spaces, desk codes dropped."""
    flat = line.flat
    spans = []
    at = start
    for match in re.finditer(r"[、,;/]| +(?=\S)|$", flat[start:end]):
        stop = start + match.start()
        if stop > at and _spaced_pair(flat[at:stop], flat[stop:end]):
            continue
        code = _EDITOR_CODE.search(flat[at:stop])
        cut = at + code.start() if code else stop
        part = line.span(at, cut, rule)
        name = flat[part.start - line.start : part.end - line.start]
        if name in _DEEDS:
            pass
        elif is_name(name) or (2 <= len(name) <= 3 and re.fullmatch(rf"[{HAN}]+", name) and not is_masked(name)):
            spans.append(part)
        at = start + match.end()
    return spans


_DEEDS = frozenset(words("采访 专访 提问 报道 摄影 综合 整理 编辑 记者 通讯员 摘编 采写 供稿 核实 获悉 了解"))


def _spaced_pair(before: str, after: str) -> bool:
    """The space in 王 强 is inside a name."""
    return len(before.strip()) == 1 and re.match(rf" +[{HAN}](?:[ 、,;)]|$)", after) is not None


def written_by(line: Line, rule: str) -> tuple[list[Person], list[Span]]:
    """Persons, or else a pen name, of a line that is a credit and nothing else: 文/N, N/文, 作者:N."""
    match = _WRITER_NAME.match(line.flat) or _NAME_THEN_WRITER.match(line.flat)
    if match is None:
        return [], []
    people = read_people(line.part(*match.span("v")), rule)
    pen = None if people or match.re is _NAME_THEN_WRITER else pen_name(line, *match.span("v"), rule)
    glued = glued_names(line, *match.span("v"), rule) if pen else []
    if glued:
        return glued, []
    return [person for person in people if person.name], [pen] if pen else []


def glued_names(line: Line, start: int, end: int, rule: str) -> list[Person]:
    """李尚田陈乃山: names of three characters without anything between them."""
    printed = line.flat[start:end].strip()
    start += line.flat[start:end].index(printed)
    names = [printed[at : at + 3] for at in range(0, len(printed), 3)]
    if len(names) < 2 or len(printed) % 3 or not all(name[0] in COMMON and is_name(name, sure=True) for name in names):
        return []
    return [Person(line.span(start + 3 * i, start + 3 * i + 3, rule)) for i in range(len(names))]


def pen_name(line: Line, start: int, end: int, rule: str) -> Span | None:
    """What a credit 作者: names that is no person's name: a pen name, an office, a class."""
    span = line.span(start, end, rule)
    named = line.flat[start:end].strip()
    return span if _PEN.fullmatch(named) and not is_masked(named) and not _NOBODY.search(named) else None


def reporters(line: Line) -> list[Span]:
    """(记者 N 通讯员 M): the names of a report's writers."""
    found = []
    for match in _REPORTERS.finditer(line.flat):
        start, end = match.span("v")
        told = _REPORTS.search(match["v"])
        found.extend(names_in(line, start, start + told.start() if told else end, "reporter"))
    return found


_REPORTS = re.compile(r" ?(?:综合|摄影|图文|联合|现场)*(?:报道|摄影|摄|文[/、]图|图[/、]文).*$")


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
