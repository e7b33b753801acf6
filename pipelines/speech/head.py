"""The lines above the speech: title, subtitle, date, byline, lead sentence, label block, credits."""

from __future__ import annotations

import re

from pipelines.speech.blocks import BLOCK, take_block
from pipelines.speech.bylines import (
    FURNITURE,
    SENTENCE,
    take_act,
    take_attended,
    take_byline,
    take_event,
    take_spoken,
    unbracketed,
)
from pipelines.speech.credits import (
    CREDIT,
    EDITOR,
    SOURCE,
    glued_names,
    names_in,
    pen_name,
    printed_in,
    reporters,
    source_span,
    written_by,
)
from pipelines.speech.datelines import PLACE_KEYS, TIME_KEYS, Head, record_people, take_dated
from pipelines.speech.dates import find_date
from pipelines.speech.fold import Line, squash
from pipelines.speech.genres import AFTER_GENRE, NEWS_LEAD, final_genre
from pipelines.speech.layout import Layout, head_lines, is_salutation
from pipelines.speech.leads import lead_below, take_lead
from pipelines.speech.names import HAN
from pipelines.speech.occasions import is_event, read_clause, trim_occasion
from pipelines.speech.offices import ends_in_role
from pipelines.speech.persons import is_organisation, read_people, read_person

_DASH = re.compile(r"^ *[—-]+ *")
_INTRO = re.compile(r"(?:采访|专访|访谈|做客|对话|答记者问|接受[^,。]{0,20}访问|访问)")
_ABOUT_WRITER = re.compile(rf" *[(【]?作者简介[】:] ?(?P<v>[{HAN}·]{{2,8}})[,(]")
_ABOUT_SOMEBODY = re.compile(
    r"(?:本[刊报网台]|记者|独家)?(?:专访|采访|访|记|写|忆|读|对话|走近|致|送|与|和|听|看|悼|怀念|追忆|学习|向)"
)
_META = re.compile(
    r"(?:作者|来源|点击数?|更新时间|发布时间|浏览|阅读次?数?|字号|编辑|发布者|录入|时间|日期)(?:[:：]|[】\]])"
)
_WRITER = re.compile(
    r"(?:^|[ (【])(?:作者|文|撰文|撰稿|执笔|图文|文[/、]图|图[/、]文)(?: ?[:/丨|]|[】\]] ?:?) ?(?P<v>[^:()【\[]{2,40}?)(?= {1,}[^ ]{2,6}[:]| *[()】【\[|]|$)"
)
_REPORTER_LINE = re.compile(
    r"^[(【—]*(?:本报|本刊|本网|本台|特约|实习|见习|新华社|《[^》]+》|[^,。:]{0,8}?)(?:记者|通讯员|评论员|特约评论员)(?: |:|/|(?=[^们说问,。:]{2,12}$))"
)
# What forum and news-group software prints above a text.
_WRAPPER = re.compile(
    r"^(?:发信人|发信站|寄信人|信 *区|标 *题|看板|上传人|上传者|文档编号|文档类型|文档页数|文件大小|专栏|版面) *:|^[【(\[]?第 ?[A-Z]?\d{1,2} ?版(?=[】):\]( ]|$)|^作者 *:? *\w+ *\([^)]*\)|^标题 |^时间 +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)|只看该作者|只看楼主|倒序阅读|^(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{6,20}$|倒序浏览|显示全部楼层|复制链接|阅读模式|^发表于|^楼主 |^[^,。:;]{2,14}新闻(?:稿|通稿|公报)$|^[(【](?:译文|中译|中文译本|全文|正文|讲话稿|发言稿|致辞稿|记录稿|现场记录)[)】]$|^\[? ?(?:本帖|此帖|本贴|该帖)(?:子)?(?:最后|已被|由|最近)|^回复 ?\d* ?#|^引用[:: ]|^(?:文章|帖子|主题) ?(?:ID|编号) ?:|^(?:查看|回复|浏览|点击|人气|阅读)(?:数|次数|量)? ?[:|]? ?\d"
)
# The poster's own line above what is posted.
_REMARK = re.compile(
    r"(?:[^。:]{0,16},)?(?:我|现|再|特|先)?(?:来)?(?:补上|补发|贴上|发上来|转上来)[^。:]{0,10}:|"
    r"[^。]{0,12}(?:楼主|楼上|LZ|lz|给你|给您|供你|供您|供大家|供参考|仅供参考|请参考|这篇|这个|找到|手头|搜到|转一篇|贴一篇|发一篇|来一篇|送你|拿去|原文|全文)[^。]{0,24}[:!?~]"
)
_PHRASE = 6  # characters of a subject's second half that a page prints as its title


def read_head(layout: Layout, title: Line | None, *, roc: bool) -> Head:
    """Read the first lines until the body begins."""
    head = Head(titled=title is not None and final_genre(title.flat) is not None)
    lines = head_lines(layout)
    above = _above_title(lines, title, roc=roc)
    for number, line in enumerate(lines):
        flat = line.flat.strip()
        if number < above and len(flat) < 60:
            _take(line, head, title, roc=roc, number=number)  # what a page prints above a text's own title is not said
            head.body = line.last
            continue
        if is_salutation(flat) and not _title_like(line, title):
            head.salutation = True
            break
        if len(flat) > 260 or not _take(line, head, title, roc=roc, number=number):
            skip = lead_below(lines, number)
            if skip is None and _heads_byline(lines, number):
                head.titles.append(line)
                head.body = line.last
                continue
            if skip is None:
                _lead_of_body(line, head)
                break
            head.news = head.news or line
            continue
        head.body = line.last
    return head


def _above_title(lines: list[Line], title: Line | None, *, roc: bool) -> int:
    """How many lines stand above the text's own title: the subject again, or ——在E上的讲话 below a phrase."""
    for number, line in enumerate(lines[:FURNITURE]):
        if _title_like(line, title):
            return number
        dash = _SUBTITLE.match(line.flat) if number < 4 else None
        if dash and read_clause(line.part(dash.end(), len(line.flat)), "subtitle", roc=roc) is not None:
            titled = all(_is_phrase(above, _LONGEST_TITLE) for above in lines[:number])
            return number if titled or _is_office_and_name(lines, number + 1) else 0
    return 0


def _is_office_and_name(lines: list[Line], number: int) -> bool:
    """Line ``number`` is a byline and nothing else: what stands above the title over it was added."""
    people = read_people(lines[number], "byline", sure=True) if number < len(lines) else []
    return bool(people) and all(person.name is not None and person.role is not None for person in people)


_SUBTITLE = re.compile(r"^ *(?:[—-]+ *|(?=在[^。,:;]{3,50}$))")
_LONGEST_TITLE = 59  # of one whose subtitle says that it is one
_LONGEST_PHRASE = 30


def _is_phrase(line: Line, longest: int = _LONGEST_PHRASE) -> bool:
    """Short and no sentence: what a page prints as a title."""
    flat = line.flat.strip()
    return len(flat) <= longest and not SENTENCE.search(flat) and flat[-1] not in ",:、…"


def _heads_byline(lines: list[Line], number: int) -> bool:
    """A phrase above a byline or a greeting: the text's own title, which the subject does not repeat."""
    if number > 1 or number + 1 >= len(lines) or not _is_phrase(lines[number]):
        return False
    below = lines[number + 1]
    when_or_where = BLOCK.match(below.flat)
    if when_or_where is not None and when_or_where["k"].replace(" ", "") in (*TIME_KEYS, *PLACE_KEYS):
        return True
    if read_people(lines[number], "byline", sure=True) or len(below.flat) > 40 or SENTENCE.search(below.flat):
        return False
    if is_organisation(below.flat.strip()):
        return True
    people = read_people(unbracketed(below), "byline", sure=True)
    return bool(people) and all(person.name is not None and person.role is not None for person in people)


def _take(line: Line, head: Head, title: Line | None, *, roc: bool, number: int) -> bool:
    """Read one line of the head; False if it is none."""
    flat = line.flat.strip()
    if take_lead(line, head, roc=roc) or take_block(line, head):
        return True
    if head.news is None and number < 3 and _is_news(flat):
        return False
    if (
        (_META.search(flat) or flat.startswith(("文/", "(文/", "撰文", "图文/")))
        and len(flat) < 140
        and _take_meta(line, head)
    ):
        return True
    if _REPORTER_LINE.match(flat) and len(flat) < 30 and not re.search("[。?!]", flat) and (names := reporters(line)):
        head.reporters.extend(names)
        head.reporter_line = True
        if editor := EDITOR.search(line.flat):
            head.editors.extend(names_in(line, *editor.span("v"), "editor-note"))
        return True
    if (paper := printed_in(line)) is not None:
        head.source = head.source or paper
        return True
    if ((len(flat) < 40 and flat[-1] not in "。?!") or _ABOUT_WRITER.match(flat)) and _take_writer(line, head):
        return True
    if _take_title(line, head, title, roc=roc, number=number):
        return True
    if (_WRAPPER.search(flat) and len(flat) < 90) or (number == 0 and _REMARK.fullmatch(flat)):
        return True
    if CREDIT.match(flat) and not flat.endswith(("整理", "整理)")):
        return True
    if _COPIED.match(flat) and len(flat) < 40 and (copied := SOURCE.match(flat)):
        at = line.flat.index(flat)
        head.source = head.source or source_span(line, at + copied.start("v"), at + copied.end("v"))
        return True
    if take_event(line, head, number):
        return True
    if number < 4 and (take_spoken(line, head) or take_attended(line, head) or take_act(line, head)):
        return True
    return take_dated(line, head, roc=roc) or take_byline(line, head, number=number, title=title)


_COPIED = re.compile(r"(?:转自|转载自|摘自|选自|来自|原载|来源于)")


def _title_like(line: Line, title: Line | None) -> bool:
    if title is None:
        return False
    printed, subject = squash(line.flat), squash(title.flat)
    return printed == subject or (len(printed) >= _PHRASE and subject.endswith((":" + printed, "】" + printed)))


def _is_news(flat: str) -> bool:
    return NEWS_LEAD.match(flat) is not None


_HELD = re.compile(r" ?\((?P<r>[^()]{2,30})\)")  # 作者:N(R)


def _take_meta(line: Line, head: Head) -> bool:
    """作者:N 来源:《P》 点击数:… above a text."""
    writer, source, editor = _WRITER.search(line.flat), SOURCE.search(line.flat), EDITOR.search(line.flat)
    taken = False
    if writer:
        held = _HELD.match(line.flat, writer.end("v"))
        end = held.end() if held is not None and ends_in_role(held["r"]) else writer.end("v")
        people = [p for p in read_people(line.part(writer.start("v"), end), "byline-meta") if p.name]
        people = people or glued_names(line, *writer.span("v"), "byline-meta")
        pen = None if people else pen_name(line, *writer.span("v"), "byline-meta")
        head.writers.extend(people)
        head.credited.extend([pen] if pen else [])
        taken = True
    if source and (writer or len(line.flat) < 60 or line.flat.startswith(source[0])):
        head.source = head.source or source_span(line, *source.span("v"))
        taken = True
    if editor and len(line.flat) < 80 and (names := names_in(line, *editor.span("v"), "editor-note")):
        head.editors.extend(names)
        taken = True
    return taken or bool(re.match(r"^[(【]?(?:点击|更新时间|发布时间|浏览|阅读|字号|发布者|录入)", line.flat))


def _take_writer(line: Line, head: Head) -> bool:
    """文/N, N/文 M/图 above a text."""
    people, pen = written_by(line, "byline-meta") if not _ABOUT_WRITER.match(line.flat) else ([], [])
    about = _ABOUT_WRITER.match(line.flat)
    if about is not None:
        people = [person for person in read_people(line.part(*about.span("v")), "byline-meta") if person.name]
    head.writers.extend(people)
    head.credited.extend(pen)
    return bool(people or pen)


def _take_title(line: Line, head: Head, title: Line | None, *, roc: bool, number: int) -> bool:
    """The title again, a subtitle after a dash, or a line that ends in a genre word."""
    flat = line.flat.strip()
    if len(flat) > 70 or (flat.endswith(("。", "!", ";", "?")) and not _title_like(line, title)):
        return False
    if _title_like(line, title):
        head.titles.append(line)
        return True
    dash = _DASH.match(line.flat)
    part = line.part(dash.end(), len(line.flat)) if dash else unbracketed(line)
    clause = read_clause(part, "subtitle" if dash else "heading-line", roc=roc)
    if dash and clause is None and not _ABOUT_SOMEBODY.match(part.flat):
        people = read_people(part, "byline", sure=True)
        named = len(people) == 1 and people[0].name is not None and not people[0].surname_only
        if named and (people[0].role is not None or head.titled) and not head.people:
            record_people(head, people)
            return True
    if clause is not None and (dash or number < 4):
        head.clauses.append(clause)
        head.titles.append(part)
        return True
    if dash:
        return _take_dash(part, head, roc=roc)
    flat = part.flat
    genre = final_genre(flat) if number < 2 and not re.search(r"[,。:;]", flat) else None
    if (
        genre
        and re.match(AFTER_GENRE, flat[genre.end() :])
        and len(flat) >= 4
        and not flat[0].isdigit()
        and read_person(part, "x", sure=True) is None
    ):
        head.titles.append(part)
        return True
    return False


def _take_dash(part: Line, head: Head, *, roc: bool) -> bool:
    """——D在E上, ——访R N, ——任何副标题."""
    match = re.search(r"(?:在|于)(?P<o>[^。;]{4,60}?)(?:上)?[)]?$", part.flat)
    when = find_date(part.flat, roc=roc)
    if match and (is_event(match["o"].strip()) or part.flat.rstrip(") ").endswith("上")):
        head.occasion = head.occasion or trim_occasion(part, *match.span("o"), when)
        if when is not None and head.when is None and (when.start < match.start("o")):
            head.when = (part, when)
    head.titles.append(part)
    return len(part.flat) < 60


def _lead_of_body(line: Line, head: Head) -> None:
    """The first paragraph of the body, where it reports or introduces."""
    if _is_news(line.flat[:60]):
        head.news = line
