"""The kind of a text: printed genre words in the order of trust, else what stands for a kind without naming it."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.speech.credits import reporters
from pipelines.speech.datelines import Head
from pipelines.speech.fold import Line, Span, fold
from pipelines.speech.genres import (
    COLUMN,
    GENRES,
    HELP,
    NEWS_TITLE,
    NOVEL,
    PAPER_KINDS,
    SHARE,
    SPEECH_KINDS,
    TURN_KINDS,
    final_genre,
)
from pipelines.speech.layout import Layout, is_salutation
from pipelines.speech.notes import Notes
from pipelines.speech.occasions import Clause
from pipelines.speech.turns import Turn
from pipelines.speech.words import words

_MET_THE_PRESS = re.compile(r"会见(?:传媒|新闻界|记者|媒体)|答问|答传媒")
_BRIEFING = re.compile(r"新闻发布会|发布会|记者会|吹风会|记者招待会|新闻通气会|媒体见面会")
_ANSWERS = re.compile(r"答(?:[^,。:]{1,8}记者|网友|网民|读者|观众|听众|市民|村民|群众|家长)问(?:\(.*\))?$")
# 2月10日上午,市委书记…一行来到…: a report's first sentence, without the paper's dateline.
_EVENT_TOLD = re.compile(
    r"(?:\([^)]{2,20}\))?(?:(?:19|20)\d\d年)?\d{1,2}月\d{1,2}日(?:至\d{1,2}日)?(?:上午|下午|晚上?|,)(?:[^我]|我(?=[市县省区镇乡校院国州厂])){0,60}?"
    r"(?:召开|举行|举办|来到|出席|调研|会见|主持|强调|致辞|讲话|慰问|视察|开幕|闭幕|启动|走进|走访|揭牌|开班|表示|作(?:了)?[^我,。]{0,10}(?:报告|讲座|演讲|辅导))|(?:昨日|昨天|今日|今天|近日|日前),[^我。,]{2,30}?(?:召开|举行|举办|开幕|闭幕|启动)[,。]"
)
_LEARNT = re.compile(
    r"(?:昨日|昨天|今天|近日|日前)?,?(?:本[报刊网台])?记者(?:[\u4e00-\u9fff]{2,3}?)?(?:昨日|昨天|今天|近日|日前|\d{1,2}月\d{1,2}日|\d{1,2}日)?从[^,。]{2,30}(?:获悉|了解到|得知)"
)
_BY_REPORTER = re.compile(
    r"[(【\[]?(?:来源:[^ ]{2,12} +)?(?:作者:)?[^()【】。,:]{0,8}(?:记者|通讯员|实习生)[^()【】。]{2,24}[)】\]]?"
)
_OFFERS = re.compile(
    r"^(?:分享|共享|推荐|上传|奉献|赠送|整理了|送给?)|(?:几篇|一批|大量|打包)[^,。]{0,12}(?:讲话|材料|范文|稿)"
)
_TEACHES = re.compile(
    r"(?:浅谈|谈谈|也谈|教你|手把手教你|新手)?(?:怎样|如何|怎么)(?:才能)?(?:写|起草|撰写|拟写|准备|写作|修改)|.{0,20}(?:讲话|发言|致辞|报告|主持词|材料|公文|演讲).{0,6}(?:写作|撰写|起草)(?:技巧|方法|要领|套路|窍门|心得|经验|要诀|秘诀|模板)"
)
_ABOUT_TEXTS = re.compile(r"(?:点评|赏析|评析|浅析|解读|浅谈|漫谈|也谈|试论|浅论)")
_INTERVIEW = re.compile(r"访|对话|对谈|做客|问答")


class Parts(NamedTuple):
    """What the kind is decided on."""

    title: Line | None
    clause: Clause | None
    head: Head
    notes: Notes
    layout: Layout
    turns: tuple[Turn, ...]
    first: int


def kind_of(parts: Parts) -> tuple[str, Span | None]:
    """The kind, and the genre word that says so: of the tail note, the lead, the title, the lines above."""
    title, head, notes, turns = parts.title, parts.head, parts.notes, parts.turns
    genre = final_genre(title.flat) if title is not None else None
    if _asks(parts):
        return "求助", None
    if title is not None and _OFFERS.search(title.flat) and not (head.salutation or head.people or head.lead):
        return "分享", None
    if title is not None and head.writers and not head.salutation and _ABOUT_TEXTS.match(title.flat):
        return "文章", None
    if title is not None and _TEACHES.match(title.flat) and not (head.salutation or head.people or head.lead):
        return "分享", None
    if title is not None and COLUMN.match(title.flat):
        return "文章", None
    if title is not None and NOVEL.search(title.flat):
        return "其他", None
    if notes.clauses and notes.clauses[-1].kind:
        return notes.clauses[-1].kind, notes.clauses[-1].genre
    if head.lead and head.lead.kind:
        asked = _MET_THE_PRESS.search(head.lead.line.flat) is not None
        return ("答记者问" if asked else head.lead.kind), head.lead.genre
    if not turns and (head.news is not None or _is_news_title(title, genre, head, parts.layout, parts.first)):
        return "新闻", None
    inner = _INNER_GENRE.search(title.flat) if title is not None else None
    if title is not None and inner is not None and head.salutation:
        return GENRES[inner["k"]], title.span(*inner.span("k"), "title-genre")
    kind = GENRES[genre[0]] if genre is not None else None
    if turns and title is not None and _BRIEFING.search(title.flat):
        return "答记者问", None
    if title is not None and _ANSWERS.search(title.flat):
        return "答记者问", None
    if (kind is None or kind in PAPER_KINDS) and (own := _own_heading(head)) is not None:
        return own
    if turns and title is not None and kind not in SPEECH_KINDS | TURN_KINDS and _INTERVIEW.search(title.flat):
        return "访谈", None
    if parts.clause is not None and parts.clause.kind == "党课":
        return "党课", parts.clause.genre
    if title is not None and genre is not None and kind is not None:
        online = kind == "会议记录" and any(turn.label.raw.startswith("网友") for turn in turns)
        return "访谈" if online else _refined(kind, title), title.span(*genre.span(), "title-genre")
    if parts.clause is not None and parts.clause.kind is not None:
        return parts.clause.kind, parts.clause.genre
    return _heading_kind(head) or (_unnamed(title, head, notes, parts.layout, turns), None)


def _asks(parts: Parts) -> bool:
    """The poster looks for a text and gives none."""
    title, head = parts.title, parts.head
    if title is None and parts.layout.text and _SEEKS.match(parts.layout.flat[:20]):
        return True
    if len(parts.layout.text) < _QUESTION and not parts.turns and _CONSULTS.search(parts.layout.flat) is not None:
        return not (head.people or head.salutation)
    if title is None or head.people or parts.turns or HELP.search(title.flat) is None:
        return False
    if _BEGS.match(title.flat) and len(parts.layout.text) < _PLEA and _PLEADS.search(parts.layout.flat):
        return True
    return not (parts.clause and head.salutation)


# 给同学们的一封信(班会发言稿)
_INNER_GENRE = re.compile(
    r"\([^()]{0,10}(?P<k>讲话稿?|发言稿|演讲稿|讲稿|致辞|致词|主持词|述职报告)(?:,[^()]{0,8})?\)$"
)
_SEEKS = re.compile(r"(?:同求|跪求|急求|也求|我也求|求一[篇份]|求同款)")
_BEGS = re.compile(r"[【\[(]?(?:急?求|跪求|求助|谁有|哪位)")
_PLEA = 800  # characters of a request; what is longer is the text that was asked for
_PLEADS = re.compile(r"哪位|谁有|谁能|参考一?下|感激|急用|帮忙|帮帮|发我|邮箱|信箱|发到|在线等|求[一篇份个大高各]|拜托")
_QUESTION = 200
_CONSULTS = re.compile(
    r"[想来向]?请教(?:一下)?(?:各位|大家|前辈|高手|老师|诸位|楼主|坛友)|(?:新手|小弟|菜鸟|新人)[^。]{0,8}(?:求|请教|请问)"
)
_STUDIES = re.compile(r"(?:认真|深入|深刻)?(?:学习|领会)[^,。:]{0,30}(?:讲话|精神|论述|著作)")


def _heading_kind(head: Head) -> tuple[str, Span] | None:
    """The genre word of a line above the text."""
    for line in head.titles:
        word = final_genre(line.flat)
        if word is not None:
            return _refined(GENRES[word[0]], line), line.span(*word.span(), "heading-genre")
    return None


def _own_heading(head: Head) -> tuple[str, Span] | None:
    """The text prints a heading of its own that names a speech, and greets an audience: the thread's subject errs."""
    if not head.salutation:
        return None
    lecture = next((clause for clause in head.clauses if clause.kind == "党课" and clause.genre is not None), None)
    if lecture is not None and lecture.genre is not None:
        return "党课", lecture.genre
    for line in head.titles:
        word = final_genre(line.flat)
        if word is not None and GENRES[word[0]] in SPEECH_KINDS:
            return GENRES[word[0]], line.span(*word.span(), "heading-genre")
    return None


def _refined(kind: str, line: Line) -> str:
    """实录 and 对话 mean minutes or an interview, depending on the words before them."""
    if kind == "会议记录" and re.search(r"访谈|专访|采访|做客|对话|在线交流|网民|网友|热线|直播间", line.flat):
        return "访谈"
    if kind == "会议记录" and re.search(r"答记者|答问|记者会|发布会|招待会|记者见面会", line.flat):
        return "答记者问"
    return kind


def _is_news_title(title: Line | None, genre: re.Match[str] | None, head: Head, layout: Layout, first: int) -> bool:
    if title is None or head.salutation or head.people or head.lead:
        return False
    if first >= len(layout) or is_salutation(layout.line(first).flat):
        return False
    if genre is not None and GENRES[genre[0]] == "会议记录":
        return False
    opening = layout.line(first).flat[:120]
    if genre is None and (_LEARNT.match(opening) or _signed_by_reporter(layout)):
        return True
    told = max(NEWS_TITLE.finditer(title.flat), key=lambda match: match.end(), default=None)
    if genre is not None and genre.end() >= len(title.flat) - 2:
        return told is not None and told.end() == len(title.flat) and _EVENT_TOLD.match(opening) is not None
    return told is not None or head.reporter_line or _EVENT_TOLD.match(opening) is not None


def _signed_by_reporter(layout: Layout) -> bool:
    """(记者 N) on the last line."""
    lines = [layout.line(index) for index in range(max(0, len(layout) - 2), len(layout))]
    return any(
        len(line.flat) < 40 and _BY_REPORTER.fullmatch(line.flat.strip()) is not None and bool(reporters(line))
        for line in lines
    )


# 嘉宾:N above the turns
_GUESTS = frozenset(
    words(
        "直播嘉宾 做客嘉宾 连线嘉宾 现场嘉宾 嘉宾 访谈嘉宾 本期嘉宾 受访者 受访人 采访者 采访 采访人 采访对象 访谈对象 本期人物 访谈人物 对话嘉宾 受访嘉宾 特邀嘉宾"
    )
)
_LECTURES = re.compile(
    r"(?:讲|上|听)(?:好)?(?:一|这|今天这|这一)?[堂节次场]?(?:专题|主题)?的?党课|这[堂次节]党课|党课的题目"
)
_SHARED = re.compile(
    r"(?:分享给|[和与跟]大家分享|贡献给)|统一(?:回复|答复|回答|说)一下|欢迎拍砖|抛砖引玉|[供给][^,。]{0,10}(?:大家|新人|新手|同行|各位|同志们?|朋友们?)参考|欢迎(?:跟帖|大家)?补充|不一定对|凑合用|贴出来给大家|[新萌]人(?:可以)?看看"
)
_OPENING, _CLOSING = 200, 60


def _unnamed(title: Line | None, head: Head, notes: Notes, layout: Layout, turns: tuple[Turn, ...]) -> str:
    """The kind of a text that prints no genre word."""
    if turns:
        if re.search(r"专访|采访|访谈|做客|对话", fold(layout.text[: min(turns[0].start, 400)])):
            return "访谈"
        labels = fold("".join(turn.label.raw for turn in turns[:6]))
        asked = re.search(r"记者|问|主持|嘉宾|访|Q|刊|报", labels) or not _GUESTS.isdisjoint(head.block)
        return "访谈" if asked or title is None else "会议记录"
    if title is not None and _STUDIES.match(title.flat) and head.people and not head.salutation:
        return "心得"
    if (
        notes.writers
        or notes.executors
        or notes.credited
        or head.writers
        or head.credited
        or (notes.written and not notes.clauses)
    ):
        return "文章"
    if head.salutation and len(layout) > 1:
        return "党课" if _LECTURES.search(layout.flat, 0, _OPENING) else "讲话"
    text = layout.text
    if not (head.people or head.lead or head.signed_by) and (
        _SHARED.search(layout.flat, 0, _OPENING) or _SHARED.search(layout.flat, max(0, len(text) - _CLOSING))
    ):
        return "分享"
    if title is not None and len(text) < 300 and SHARE.search(title.flat + fold(text[:200])):
        return "分享"
    if (
        head.people
        or head.signed_by
        or head.reporters
        or (notes.signers and title is not None and len(layout) > 2)
        or (title is not None and len(text) > 400)
    ):
        return "文章"
    return "其他"
