"""Lines of credits: who wrote, edited and reported, where it was printed; what stands in them is names, not words.

Everything here reads one line; where the lines stand is decided in ``head`` and ``notes``.
"""

from __future__ import annotations

import re

from pipelines.speech.fold import Line, Span
from pipelines.speech.names import HAN, is_masked, is_name
from pipelines.speech.offices import ends_in_role
from pipelines.speech.persons import COMMON, Person, is_organisation, read_people
from pipelines.speech.words import words

_NAME = rf"[{HAN}·A-Za-z](?:[{HAN}·]| (?=[{HAN}](?:[ )\]】,、;]|$))){{1,12}}"
# (责任编辑:N N CN031), 编辑/N, [责编 N]
EDITOR = re.compile(
    r"(?<!本刊)(?<!前)(?:责任编辑|责任编校|责 ?编|本期编辑|网络编辑|网站编辑|值班编辑|执行编辑|文字编辑|编 ?辑|编校|责任编缉|主编)(?:[:/|]| (?=\S)|·)[ ]*(?P<v>(?:(?! +[^ :/]{2,6}[:/])[^()\[\]【】:;。|/]){2,40})"
)
_EDITOR_CODE = re.compile(r"[ ]*[A-Za-z]{1,5}[-_]?\d{1,6}|[ ]*\d{2,}$|[ ]*[A-Z]{2,}\d*$")
SOURCE = re.compile(
    r"(?:文章来源|稿源|稿件来源|信息来源|新闻来源|内容来源|资料来源|本文来源|来源|出处|原载于?|原刊于?|原发于?|载于|刊于|刊载于|首发于?|转自|转载自|转载于|转载|选自|摘自|摘编自|节选自|来自|发表于|引自|摘录自|据(?=《))(?:[】\]]? ?[:/]|[】\]] ?|(?=《)| ?(?=[^,。:)]))[ ]*(?:(?:(?:19|20)\d\d年)?(?:\d{1,2}月(?:\d{1,2}日)?)?(?:的|出版的)?(?=《))?"
    r"(?P<v>《[^》]{2,30}》|[^,。:;()\[\]【】《》]{2,24})"
)
_SOURCE_TAIL = re.compile(
    r"(?:[ ]*(?:19|20)\d\d年?.*|[ ]*第?\d+[期版号].*|[ ]+.*|网页版|微信公众号|公众号|官方网站|网站)$"
)
NO_SOURCE = re.compile(
    r"^(?:网络|互联网|(?:本站|本网|本论坛|论坛|原创|本坛)(?:原创|首发|会员|网友|编辑|整理|综合|转载|投稿){0,2}|未知|不详|网上|网友|佚名|转载|其他|其它|作者|投稿|自己|博客|个人|QQ|微信|微博|(?:微信)?公众号|朋友圈|.*(?:论坛|社区|贴吧|BBS|bbs|吧)|.{0,4}(?:秘|公文|范文|文库|材料|写作|笔杆子).{0,3}(?:网|站|之家)|.*(?:讲话|发言|会议)|\d.*)$"
)
_HOSTS = frozenset(["网络", "互联网", "本站", "本网", "本论坛", "论坛", "网友", "佚名"])  # no paper, even in 《》
CREDIT = re.compile(
    r"^[(\[【 ]*(?:录入|校对|审核|审校|审读|供稿|供图|撰稿|摄影|图片?|监制|录音|整理|记录|翻译|译者|译文|编译|统稿|打印|排版|美编|信息员|通讯员|终审|初审|复审|一审|二审|三审|签发|策划|制作|文字|速记|校核|核稿|拟稿|印发|抄送|抄报|主送|报送|发送|上传|发布|责任校对|版面|作者单位|联系人|联系电话|电话|地址)(?:人|者|员)?[:/ ][^。]{0,50}$|"
    r"^[(\[【 ]*(?:指导|辅导|带队|推荐)(?:教师|老师|单位|学校)?[:/ ][^。]{0,30}$|"
    r"^[(\[【 ]*(?:(?:文字|本版|本文|以上|全文|图文|图片|照片|稿件|录音)(?:文字|图片|稿件|内容|实录|记录|整理|稿)?)(?:由|系|均由|为)?[^。,:]{2,24}(?:提供|整理|供稿|拍摄|摄|记录|录入)[)\]】]?$|"
    r"^[(\[【 ]*[^()。,:]{2,12} ?(?:译|译注|校|整理|录入|摄|供稿|代读|宣读|记录|审校)[)\]】]?$"
)
_WRITER_NAME = re.compile(
    r"^[(\[【 ]*(?:文[/、]图|图[/、]文|采访[、 ]?整理|采访[、 /]?(?:撰文|文)|采访|采写|作者|署名|原创|撰文|撰稿|撰写|编写|编著|文字|图文|文)(?: ?[:/|·]|[】\]] ?:?| (?=[^ ]{2,4}(?:[)】]?$| +(?:摄影|摄|图|制图)[ :/]))) ?(?P<v>[^。:)/]{2,40}?)(?: {1,}(?:来源|出处|点击|更新|时间|发布|日期|字号|浏览|责编|责任编辑|校对|审核|单位|录入|编辑|整理|录音|记录|撰文|图|摄影|摄)(?:[:/ ].*)?)?[)\]】]?$"
)
# N/文, N 文/图, 文 N 图 M
_NAME_THEN_WRITER = re.compile(
    r"^[(\[【 ]*(?:(?:本[报刊网台])?(?:记者|通讯员)[: ]*)?(?P<v>[^。:)/,;]{2,24}?)(?: ?[/|] ?|  ?)(?:著|撰|编著|原创|文|撰文|文[/、 ]图|图[/、 ]文|图文|文[/、 ]摄)(?:[ /,][^。]{0,30})?[)\]】]?$"
)
_PEN = re.compile(rf"[{HAN}·A-Za-z0-9]{{2,14}}")
_NOBODY = re.compile(r"佚名|匿名|不详|未知|网络|网友|原创|转载|无名|本站|本网|管理员|admin|同上|见文|略", re.IGNORECASE)
_REPORTERS = re.compile(
    rf"(?:(?:本报|本刊|本网|本台|特约|实习|见习|通讯|首席|《[^》]+》|新华社|[^(), :]{{0,6}}报)*记者|通讯员|特约通讯员|特约撰稿人?|本报评论员|(?:实习|见习)生|特约撰稿) ?[:/]? ?(?P<v>{_NAME}(?:[、 ,](?!记者|通讯员|特约|实习|见习|摄影|本报|编辑|责编|校对){_NAME})*)"
)


# (《P》2月22日), 《P》(2010年第3期 第2版)
_IN_PAPER = re.compile(
    r"[ (【\[—]*(?:原载于?|原刊于?|据|见|载|刊)?[: ]*《(?P<v>[^》]{2,20})》[ ,(]*(?:(?:(?:19|20)\d\d年?)?(?:第?\d{1,3}期|\d{1,2}月(?:\d{1,2}日)?|第?[A-Z]?[\d一二三四五六七八九十]{1,3}版|(?:19|20)\d\d年)[ ,]*)+[) 】\]]*"
)


def printed_in(line: Line) -> Span | None:
    """The paper of a line that names it with day, number or page, and nothing else."""
    match = _IN_PAPER.fullmatch(line.flat)
    return line.span(*match.span("v"), "source-note") if match is not None else None


# 公众号“P”
_ACCOUNT = re.compile(
    r"(?:微信)?(?:公众平台|公众号|订阅号|视频号|客户端)[: ]?[“「\"](?P<v>[^”」\"]{2,20})[”」\"]|[“「](?P<w>[^”」]{2,20})[”」](?:微信)?(?:公众号|订阅号|客户端)"
)


def source_span(line: Line, start: int, end: int) -> Span | None:
    """The publication's or site's name in [start, end) without 《》, number and year; None if it names nothing."""
    flat = line.flat
    account = _ACCOUNT.search(flat, start, min(end + 4, len(flat)))
    if account is not None:
        return line.span(*account.span(account.lastgroup or 0), "source-note")
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


def bodies(line: Line) -> list[Span]:
    """The bodies that sign on one line: 县委 县政府."""
    ends = [match.start() for match in re.finditer(r"[ 、]+", line.flat.rstrip())]
    starts = [0, *(match.end() for match in re.finditer(r"[ 、]+", line.flat.rstrip()))]
    parts = [line.part(a, b) for a, b in zip(starts, [*ends, len(line.flat.rstrip())], strict=True)]
    grouped = len(parts) > 1 and parts[-1].flat.endswith("组")  # N 县委组织部课题组
    if all(is_organisation(part.flat) or (grouped and is_name(part.flat, sure=True)) for part in parts):
        return [part.span(0, len(part.flat), "signature") for part in parts]
    return [line.span(0, len(line.flat), "signature")]


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
        if name in _DEEDS or ends_in_role(name):
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
    people = [person for person in read_people(line.part(*match.span("v")), rule) if person.name]
    pen = None if people or match.re is _NAME_THEN_WRITER else pen_name(line, *match.span("v"), rule)
    glued = glued_names(line, *match.span("v"), rule) if pen else []
    if glued:
        return glued, []
    return people, [pen] if pen else []


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
