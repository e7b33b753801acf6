"""以下为R N在E的致辞全文: the sentence that introduces a full text."""

from __future__ import annotations

import re

from pipelines.speech.datelines import Head
from pipelines.speech.dates import find_date
from pipelines.speech.fold import Line
from pipelines.speech.genres import EXCERPT, GENRES, final_genre
from pipelines.speech.layout import is_salutation
from pipelines.speech.occasions import Clause, is_event, read_clause, trim_occasion
from pipelines.speech.persons import Person, read_person

_LEAD = re.compile(
    r"^[(\[【]?(?:以下|下面|现将|这|兹|下文|本文|此文|全文如下|附)(?:就|即)?(?:是|为|系|将|刊登|转载|刊发|发表|附上)?(?P<c>(?:[^:]|(?<=\d):){2,90}?)(?:全文|内容|如下|实录|摘要|要点|讲稿|译文|中文译本|刊登|刊发|刊出|转载|发表)*(?:\([^)]*\))?(?:如下|刊登于此)?[:。)\]】]? ?$"
)


_LEAD_END = re.compile(
    r"^(?P<c>.{2,150}?(?:讲话|致辞|致词|发言|演讲|演说|报告|谈话|答问))(?:(?:的)?(?:讲话|致辞|演讲|发言)?(?:全文|内容|摘要|要点|实录){1,2}(?:如下|为|是|刊登如下|刊发如下|刊出)?|,(?:现|特|兹)(?:将)?(?:讲话|致辞|演讲|发言|其)?(?:全文|摘要|主要内容|部分内容|内容)?(?:予以)?(?:刊登|刊发|发表|摘登|摘发|摘编|转载|发布|整理|转发)?如下|,?(?:现将)?(?:讲话|致辞|演讲|发言)?全文(?:刊登)?如下|,?(?:以下|下面)(?:是|为|即)(?:其|该|讲话|演讲|致辞|发言|他|她|的)*(?:全文|摘要|节选|部分内容|主要内容|内容|部分|要点|实录)|(?:全文|摘要)?(?:刊登|刊发|发表|摘登|摘发|摘编|转载|发布|整理|公布|辑录)?如下)[:。]? ?$"
)


# 会上,R N作了讲话。全文如下:
_SPOKE = re.compile(
    r"(?:^|[。,;] ?)(?:(?:会|大会|会议|仪式|典礼|论坛|座谈会|开幕式|闭幕式)上,)?(?P<c>[^。,;:]{3,40}?)(?:(?:在会上)?(?:作|做|发表|致)(?:了)?|(?:出席|参加|到会|与会|莅会)[^,。;:]{0,12}?并(?:作|做|发表|致)?(?:了)?)(?:一?[个番]?)(?:重要|主题|主旨|动员|总结|热情洋溢的|简短)?(?P<k>讲话|发言|演讲|致辞|报告|辞)[。,;](?:(?:现将)?(?:讲话|发言|演讲|致辞|报告)?(?:的)?(?:全文|内容|摘要|要点|节选)?(?:刊登|刊发|发表|摘登|摘发|摘编)?如下|(?:以下|下面)[是为即](?:其|他的|她的|该)?(?:讲话|发言|演讲|致辞|报告)?的?(?:全文|内容|原文|实录|摘要|要点|节选))[:。]?$"
)
# R N于D在L发表E演讲。以下是全文:
_SPOKE_AT = re.compile(
    r"(?:^|[。;] ?)(?P<c>[^。,;:于在]{3,30}?)(?:于|在)[^。;:]{4,60}?(?:发表|作|做|致)(?:了)?(?P<o>[^。,;:]{0,20}?)(?P<k>讲话|发言|演讲|演说|致辞|致词|报告)[。,;](?:以下|下面)[是为即][^。,:]{0,8}?(?:全文|内容|原文|实录|摘要|要点|节选)[:。]?$"
)
# 编者按:…,R N发表演讲,…。现全文刊发,以飨读者。
_PUBLISHED = re.compile(
    r"(?:^|[。,;] ?)(?:(?:会|大会|会议|仪式|典礼|论坛|座谈会)上,)?(?P<c>[^。,;:]{3,40}?)(?:在[^。,;:]{0,20}上)?(?:作|做|发表|致)(?:了)?(?:一?[个番]?)(?:题为[^。,]{2,30}的|重要|主题|主旨|动员|总结|热情洋溢的|简短|精彩)*的?(?P<k>讲话|发言|演讲|致辞|报告|辞)[。,;][^:]{0,60}(?:现|特|兹|本[刊报网])[^。]{0,14}(?:刊发|刊登|转载|刊载|发表|摘登|摘发|整理|推荐|分享|发布|转发)[^。]{0,16}[。:]?$"
)
# 编者按:R N在E上的讲话感动了许多人,现转发如下。
_MOVED = re.compile(
    r"[:。,; ](?P<c>[^。,;:]{4,60}?(?:讲话|致辞|演讲|发言))[^。,:]{0,30},[^。:]{0,40}(?:现|特|兹|本[刊报网])[^。]{0,14}(?:如下|刊发|刊登|转载|转发|发表|推荐|分享)[^。]{0,12}[。:]?$"
)
# 编者按:这是R N在E上的讲话,… and 下文是R N在E上的讲话,分享给大家:
_NOTED = re.compile(r" *[(【\[]?(?:编者按|按语?|编按|编者的话|主编按|导语|编者注)[】\])]? ?[: ] ?")
_SAID_OF = re.compile(
    r"(?:^|(?<=[。;]))[ (【\[]*(?P<c>(?:这|以下|下面|下文|本文|此文)(?:就)?[是为系][^。,;]{3,70}(?:讲话|发言|演讲|致辞|报告|党课|讲稿)(?:全文|摘要|节选|要点)?)[,。;)]"
)
_TIME_OF_ACT = re.compile(
    r"(?:今|昨)(?:日|天|晚|早|晨)|日前|近日|\(|\d{1,2}月|(?<=[\u4e00-\u9fff])(?:就|出席|在|会见|回应)"
)


# The lead at the end of a paragraph that reports the event: 5月8日,E举行。以下为R N的讲话全文:
_AFTER_REPORT = re.compile(r"[。,;!](?=(?:以下[是为系]|下面[是为]|现将)[^。]{4,90}$)")


def take_lead(line: Line, head: Head, *, roc: bool) -> bool:
    """以下为R N在E的致辞全文: the sentence that introduces the full text."""
    report = _AFTER_REPORT.search(line.flat)
    if report is not None and take_lead(line.part(report.end(), len(line.flat)), head, roc=roc):
        head.news = head.news or line.part(0, report.end())
        return True
    narrowed = _narrowed(line)
    if narrowed is not None and take_lead(narrowed, head, roc=roc):
        return True
    flat = line.flat.strip()
    spoke = _SPOKE.search(flat) or _SPOKE_AT.search(flat) if flat.endswith((":", "如下", "如下。")) else None
    if spoke is None and _NOTED.match(line.flat):
        spoke = _PUBLISHED.search(flat)
        if spoke is None and _take_moved(line, head, roc=roc):
            return True
    if spoke is not None and _take_spoke(line, head, spoke):
        return True
    if _take_other(line, head):
        return True
    if len(flat) > 180 or not (flat[:1] in "以下现这兹本此全附([【" or _INTRODUCES.search(flat)):
        return False
    match = _LEAD_END.match(line.flat.rstrip()) if _INTRODUCES.search(flat) else None
    opened = match is None
    match = match or (_LEAD.match(line.flat.rstrip()) if len(flat) < 140 else None)
    if match is None or not re.search(
        r"讲话|致辞|致词|贺词|献词|发言|演讲|演辞|演说|主持词|党课|讲辞|讲稿|答问|记者问|谈话|报告|对话|访谈", flat
    ):
        return False
    if (
        opened
        and not flat.startswith(("以下", "下面", "下文", "本文", "此文", "这是", "现将", "附", "兹", "全文"))
        and not flat.endswith((":", "全文", "如下"))
    ):
        return False
    part = line.part(match.start("c"), match.end("c") if not opened else len(line.flat.rstrip(" :。")))
    part = _opened(part)
    clause = read_clause(part, "lead", roc=roc, loose=True)
    if clause is None:
        genre = final_genre(part.flat)
        person = _before_act(part.part(0, genre.start())) if genre else None
        if person is None:
            return False
        head.lead_person = person
        clause = Clause(
            None,
            part.span(genre.start(), genre.end(), "lead") if genre else None,
            GENRES[genre[0]] if genre else None,
            None,
            find_date(part.flat, roc=roc),
            part,
        )
    mark = EXCERPT.search(line.flat, match.end("c")) if clause.excerpt is None else None
    head.lead = clause._replace(excerpt=line.span(*mark.span(), "lead")) if mark is not None else clause
    return True


def _take_moved(line: Line, head: Head, *, roc: bool) -> bool:
    """编者按:R N在E上的讲话感动了许多人,现转发如下。"""
    moved = _MOVED.search(line.flat.rstrip())
    if moved is None:
        return False
    clause = read_clause(line.part(*moved.span("c")), "lead", roc=roc, loose=True)
    if clause is None or clause.who is None:
        return False
    head.lead = clause
    return True


_INTRODUCES = re.compile(
    r"(?::|如下|全文|如下。|(?:以下|下面)[是为][^。,]{0,8}(?:全文|摘要|内容|部分|节选|要点)[。:]?)$"
)


def _take_spoke(line: Line, head: Head, spoke: re.Match[str]) -> bool:
    """会上,R N作了讲话。全文如下: at the end of a report."""
    shift = len(line.flat) - len(line.flat.lstrip())
    person = read_person(line.part(shift + spoke.start("c"), shift + spoke.end("c")), "lead")
    if person is None or person.name is None:
        return False
    head.lead_person = person
    genre = line.span(shift + spoke.start("k"), shift + spoke.end("k"), "lead")
    told = spoke.re is _SPOKE_AT and is_event(spoke["o"])
    event = line.span(shift + spoke.start("o"), shift + spoke.end("o"), "lead") if told else None
    head.lead = Clause(event, genre, GENRES.get(spoke["k"], "致辞"), None, find_date(line.flat), line)
    head.news = head.news or line.part(0, shift + spoke.start() + 1)
    return True


# R N因病未能到会,他的讲话由R M代为宣读。全文如下:
_READ_OUT = re.compile(
    r" *[(]?(?P<c>[^,。;:]{3,40}?)(?:因|由于|未能|没能|不能|无法|委托)[^。;:]{1,30}?(?P<k>讲话|致辞|致词|贺词|贺信|发言|演讲|报告)稿?,?(?:由|现由|请)[^。;:]{2,40}?(?:宣读|代读|转达|朗读)[,。;]?(?:以下(?:是|为))?(?:现将)?(?:[^。:]{0,6}全文|原文|内容)?(?:如下)?[:。]? *"
)
# R N在E上说的,我录了音,打成字给大家看:
_SPOKEN_AT = re.compile(
    r" *[(]?(?:以下|下面|这)?(?:是|为)?(?P<c>[^,。;:]{3,30}?)[在于](?P<o>[^,。;:]{3,40}?)上(?:(?:说|讲)的(?:[^,。:]{0,6}话)?|说|讲)(?:[,。][^:。]{0,40})?[:。]? *"
)


_HEARSAY = re.compile(r"[宣代朗]读|转达|上[说讲]")


def _take_other(line: Line, head: Head) -> bool:
    """Somebody reads out what N could not say himself; N在E上说的: what a listener wrote down."""
    if not 12 < len(line.flat) < 160 or _HEARSAY.search(line.flat) is None:
        return False
    match = _READ_OUT.fullmatch(line.flat) or _SPOKEN_AT.fullmatch(line.flat)
    person = read_person(line.part(*match.span("c")), "lead") if match is not None else None
    if match is None or person is None or person.name is None or person.surname_only:
        return False
    head.lead_person = person
    spoken = match.re is _READ_OUT
    genre = line.span(*match.span("k"), "lead") if spoken else None
    event = trim_occasion(line, *match.span("o")) if not spoken else None
    occasion = event.by("lead") if event is not None else None
    head.lead = Clause(occasion, genre, GENRES.get(match["k"]) if spoken else None, None, find_date(line.flat), line)
    return True


def _narrowed(line: Line) -> Line | None:
    """The lead without 编者按: before it and the editor's opinion behind it; None if it has neither."""
    if not 12 < len(line.flat) < 200:
        return None
    noted = _NOTED.match(line.flat)
    start = noted.end() if noted is not None else 0
    said = _SAID_OF.match(line.flat, start) or (_SAID_OF.search(line.flat, start) if noted is not None else None)
    if said is None and not line.flat.rstrip().endswith((":", "如下", "如下。")):
        return None
    start = said.start("c") if said is not None else start
    stop = said.end("c") if said is not None else len(line.flat)
    return line.part(start, stop) if (start, stop) != (0, len(line.flat)) else None


def _opened(part: Line) -> Line:
    """Without 以下是 before the person."""
    start = re.match(r"^(?:以下|下面|下文|本文|此文|现将|这|兹将?|全文如下)(?:就)?(?:是|为|系)?", part.flat)
    return part.part(start.end(), len(part.flat)) if start else part


_MANNER = re.compile(
    r"(?:所?[作做致]的|发表的|的)?(?:重要|主旨|主题|精彩|书面|开幕|闭幕|总结|动员|专题|就职|离任|当选|毕业|开学|欢迎|答谢|致敬|即席|即兴|电视|广播|视频|现场|特别|新年|新春|获奖|领奖|视察|大会|交流|典型|表态|代表)*的?$"
)


_ACTED = re.compile(r"所?(?:发表|作|致|讲)的")  # N发表的2012年新年|献词


def _before_act(part: Line) -> Person | None:
    """R N今日(三月五日)视察…后会见传媒的: the person before the time and the act, or all of it."""
    acted = _ACTED.search(part.flat)
    holder = read_person(part.part(0, acted.start()), "lead") if acted is not None else None
    if holder is not None and holder.name is not None:
        return holder
    manner = _MANNER.search(part.flat)
    part = part.part(0, manner.start()) if manner is not None else part
    time = _TIME_OF_ACT.search(part.flat)
    found = (read_person(part.part(0, time.start()), "lead") if time else None) or read_person(part, "lead")
    of = part.flat.rfind("的")
    if (found is None or found.name is None) and of >= 4:
        holder = read_person(part.part(0, of), "lead")  # R N的毕业典礼讲话
        found = holder if holder is not None and holder.name is not None else found
    return found


def lead_below(lines: list[Line], number: int) -> int | None:
    """The number of a lead sentence within the next lines."""
    for index in range(number + 1, min(number + 6, len(lines))):
        flat = lines[index].flat.strip()
        if len(flat) > 180:
            return None
        if flat.startswith(("以下", "下面是")) and len(flat) < 140 and _LEAD.match(flat):
            return index
        if flat.endswith((":", "如下。", "如下")) and _LEAD_END.match(flat) and not is_salutation(flat):
            return index
    return None
