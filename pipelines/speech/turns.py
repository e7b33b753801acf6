"""Turns of several speakers: labels with colon, in brackets, on their own line, 问/答, numbered, time-stamped, flattened."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from pipelines.speech.fold import Line, Span, fold
from pipelines.speech.layout import Layout
from pipelines.speech.names import HAN, is_name
from pipelines.speech.offices import ends_in_role
from pipelines.speech.persons import Person, read_listed, read_person

_STAMP = r"[\[(（【]?(?:\d{2,4}[-/.年])?(?:\d{1,2}[-/.月]\d{1,2}日? ?)?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?[\])）】]?"
_LINE = re.compile(
    rf"^[ \u3000]*(?:{_STAMP}[ \u3000]*)?(?:[【\[〔](?P<in>[^】\]〕]{{1,40}})[】\]〕][:：]?|(?:[QＱ问]?\d{{1,3}}[、.．](?!\d)[ \u3000]*)?(?P<out>(?:《[^》]{{1,12}}》)?[^:：。，,;；!！?？“”\"《\[【(（]{{1,16}}(?:《[^》]{{1,12}}》[^:：。，,]{{1,10}})?(?:[(（][^()（）]{{1,30}}[)）])?[^:：。，,;；!！?？]{{0,16}}?)(?P<time>[ \u3000]*{_STAMP})?[:：])"
)
_TAIL_STAMP = re.compile(
    rf"\n[ \u3000]*{_STAMP}\s*$|[ \u3000]*[\[(（【](?:\d{{2,4}}[-/.年])?(?:\d{{1,2}}[-/.月]\d{{1,2}}日? ?)?\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?[\])）】]\s*$"
)
_LEAD_STAMP = re.compile(rf"^[ \u3000]*{_STAMP}[ \u3000]*")
_ROLE_BRACKET = re.compile(r"[ \u3000]*[(（][^()（）]*[)）][ \u3000]*$")
# Labels that name no person but are turns.
GENERIC = re.compile(
    r"^(?:问|答|[QAqa]|提问|回答|追问|记者\d?|[^:]{0,16}记者|主持人?|主持|嘉宾\d?|网友:?[^:]{0,10}|观众[^:]{0,4}|听众|学生\d?|同学\d?|男生|女生|群众|与会人员?|与会者|委员|代表|"
    r"现场提问|提问者|采访者|受访者|编辑|编者|读者|司仪|众|全体|众人|齐|男|女|[^:]{0,3}[甲乙丙丁]|[A-H]|旁白|主席|法官|审判长|审判员|书记员|公诉人|辩护人|代理人|被告人|原告人|上诉人|证人|当事人|原告|被告|律师|发言人|翻译|校方|家长\d?|员工\d?|职工\d?|老师|教师|校长|院长|村民\d?|居民|市民|"
    r"[^:]{0,8}(?:业主|住户|村民|居民|市民|家长|员工|职工|工人|学生|同学|老师|群众|专家|评委|听众|观众|读者|网友|网民|患者|病人|游客|旅客|顾客|商户|摊主|司机|队员|战士|护士|医生|保安|同事|邻居|股东|会员|志愿者)(?:代表)?[甲乙丙丁A-H一二三四五]?\d?|"
    r"[^:]{2,10}(?:报|网|社|台|电视台|时报|周刊|通讯社|杂志|论坛)|本刊|本报|《[^》]+》|笔者)$"
)
# Words before a colon that are no speaker.
NOT_LABELS = re.compile(
    r"^(?:时间|地点|日期|会议时间|会议地点|参会|参会人员?|与会|到会|应到|实到|会议主持人?|会议记录人?|主办|承办|协办|来源|作者|编辑|责任编辑|责编|校对|录入|审核|执笔|摄影|供稿|整理|记录人?|记录整理|出席|列席|参加|参加人员?|出席人员?|缺席|请假|主题|"
    r"议题|议程|题目|标题|名称|附件?|附|注|备注|联系人|联系电话|电话|地址|邮编|邮箱|网址|关键词|摘要|内容提要|提要|导语|编者按|按语|按|要求|目标|原则|任务|措施|做法|成效|结论|建议|问题|原因|例如|比如|"
    r"譬如|即|一句话|总之|会议指出|会议强调|会议要求|会议认为|指出|强调|认为|要求|如下|报告如下|通知如下|组 ?长|副 ?组 ?长|成 ?员|办公室主任|总指挥|副总指挥|主 ?任|副 ?主 ?任|主 ?编|副 ?主 ?编|顾 ?问|"
    r"一是|二是|三是|第[一二三四五六七八九十]+|首先|其次|最后|说明|声明|提示|背景|简介|人物|人物简介|嘉宾简介|表决结果|本期嘉宾|本期专访|主讲人?|讲话人|述职人|发言人|致辞人|报告人|点击数|更新时间|发布时间|发表时间|浏览|阅读|"
    r"(?:同志|同学|老师|朋友|乡亲|女士|先生|战友|校友|代表|委员|家长|孩子)们|各位.*|尊敬的.*|亲爱的.*)$"
)
# 他说: and 也就是: are followed by words, not by a turn; a known name may end so (尚可为).
# 网友问, 市长答: who asks and who answers, with the verb.
_ASKS_OR_ANSWERS = re.compile(
    rf"(?:记者|网友|主持人?|学生|同学|市民|村民|群众|观众|嘉宾|读者|[{HAN}]{{0,6}}[长任席记理员])[问答]$"
)
_VERB_END = re.compile(
    r"(?:如下|就是|说|道|讲|问|指出|强调|认为|表示|要求|介绍|提出|写道|告诉|问道|答道|是|为|有|的|了|在|上|中|下)$"
)
_ALIAS = re.compile(r"(?:以下)?[简簡][称稱](?:为)?[“\"「‘: ：]*(?P<a>[^”\"」’)）,，。]{1,4})[”\"」’]?[)）]")
_AUDIENCE = re.compile(r"^(?:网友|观众|听众|读者|现场观众|博友|群众|热心)")
_ASKER = re.compile(r"^(?:问|[QA]|提问|.{0,16}记者\d?|主持人?.*|采访者|网友.*|编辑|本刊|本报|笔者)$")
_SHORT_LABEL = re.compile(rf"[ \u3000]*([{HAN}][{HAN} \u3000·]{{1,6}})[:：]")
_FLAT_LABEL = re.compile(
    r"(?:(?<=^)|(?<=[。！？!?…”\"』」)）】\s])|(?<=(?:全文|如下|实录|内容)[:：]))(?P<out>问|答|[QA]|[^\s:：。，,;；!！?？“”\"]{2,16})[:：]"
)
_BARE_LABEL = re.compile(rf"[{HAN} \u3000·]+")


_NO_LABELS = frozenset(":：【[〔")  # a text of one or two lines without these takes no turns


# 参加讨论:甲、乙、丙。 at the head of a page that lost its line breaks.
_LISTED_ABOVE = re.compile(
    r"(?:^|[。\n ])(?:[本特]?[期邀]?(?:对话|访谈|讨论|受访|访谈)?(?:嘉宾|主持人?)|(?:参加|参与)(?:讨论|对话|座谈|人员|者)?|出席(?:人员)?|与会(?:人员|者)?|对话者?|受访者|受访人|采访者) ?: ?(?P<v>[^。:\n]{2,80}?)(?=[。\n]|  |$| [^ 、]{2,6}:)"
)
# What the minutes say of the end of the session is nobody's turn.
_CLOSING = re.compile(r"\n[ \u3000]*(?:表决结果[:：]|(?:会议|座谈会?)(?:到此)?结束|散会)[^\n]{0,60}\s*$")


class Turn(NamedTuple):
    """One turn: its label as printed (role in brackets and number off), the label's span, and the words' span."""

    label: Span
    start: int
    end: int
    person: Person | None


class _Cut(NamedTuple):
    label: Span
    at: int  # where the label (or number, or stamp) begins
    start: int  # where the words begin
    person: Person | None
    bracketed: bool = False


def find_turns(layout: Layout, first: int, last: int, names: frozenset[str], mentioned: str = "") -> tuple[Turn, ...]:
    """The turns in lines [first, last), none unless at least two labels take turns.

    ``names``: those that the head prints; ``mentioned``: folded title and headings, which vouch for unusual names.
    """
    if last - first < 1 or (last - first < 3 and _NO_LABELS.isdisjoint(layout.text)):
        return ()
    if "简称" in layout.text or "簡稱" in layout.text:
        names = names | {fold(match["a"]) for match in _ALIAS.finditer(layout.text)}
    listed = _LISTED_ABOVE.search(layout.flat, layout.starts[first], min(layout.starts[first] + 200, len(layout.flat)))
    if listed is not None:
        at = layout.starts[first]
        line = Line("text", at, layout.text[at : listed.end()], layout.flat[at : listed.end()])
        people = read_listed(line.part(listed.start("v") - at, listed.end("v") - at), "turn-label")
        names = names | {person.name.value for person in people if person.name}
    names = names | _repeated(layout, first, last, mentioned)
    cuts = [cut for index in range(first, last) if (cut := _cut_of(layout, index, names)) is not None]
    cuts = _settle(cuts, layout, first, last)
    flattened = _flattened(layout, first, last, cuts, names)
    cuts = flattened if len(flattened) > len(cuts) else cuts
    cuts = cuts if cuts else _own_lines(layout, first, last, mentioned)
    if not _is_dialogue(cuts):
        return ()
    if all(_NUMBER_LINE.match(layout.text, cut.start) for cut in cuts):
        return ()  # a list of telephones
    end = layout.starts[last - 1] + len(layout.raws[last - 1])
    return tuple(
        _turn(layout.text, cut, following)
        for cut, following in zip(cuts, [*[c.at for c in cuts[1:]], end], strict=True)
    )


def _repeated(layout: Layout, first: int, last: int, mentioned: str) -> set[str]:
    """Names that stand before a colon on at least two lines: nothing doubtful about them."""
    seen: set[str] = set()
    twice: set[str] = set()
    for index in range(first, last):
        label = _SHORT_LABEL.match(layout.raws[index])
        if label is not None:
            (twice if label[1] in seen else seen).add(label[1])
    flats = {fold(raw).strip() for raw in twice}
    return {
        flat
        for flat in flats
        if (not _VERB_END.search(flat) and is_name(flat)) or (len(flat) > 2 and flat in mentioned)
    }


def _turn(text: str, cut: _Cut, end: int) -> Turn:
    """The words from the label to ``end``, without spaces and stamps around them."""
    start = cut.start
    stamp = _LEAD_STAMP.match(text[start : min(end, start + 40)])
    start += stamp.end() if stamp else 0
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    closing = _CLOSING.search(text, start, end)
    if closing is not None:
        end = closing.start()
    tail = _TAIL_STAMP.search(text, max(start, end - 40), end)
    end = tail.start() if tail else end
    while end > start and text[end - 1].isspace():
        end -= 1
    return Turn(cut.label, start, end, cut.person)


def _cut_of(layout: Layout, index: int, names: frozenset[str]) -> _Cut | None:
    """The label with which a line begins."""
    raw = layout.raws[index]
    if not raw or (":" not in raw[:60] and "：" not in raw[:60] and raw.lstrip()[:1] not in "【[〔0123456789(（"):
        return None
    match = _LINE.match(raw)
    if match is None:
        return None
    group = "in" if match["in"] is not None else "out"
    return _label(layout, layout.starts[index], match, group, names)


def _label(layout: Layout, at: int, match: re.Match[str], group: str, names: frozenset[str]) -> _Cut | None:
    start, end = match.span(group)
    raw = match.string[start:end]
    bracket = _ROLE_BRACKET.search(raw)
    bare_end = end - (len(raw) - bracket.start()) if bracket and bracket.start() > 0 else end
    flat = fold(match.string[start:bare_end]).strip()
    if (
        not flat
        or NOT_LABELS.match(flat)
        or (_VERB_END.search(flat) and len(flat) > 1 and flat not in names and not _ASKS_OR_ANSWERS.match(flat))
        or re.fullmatch(r"[\d\s:.-]+", flat)
    ):
        return None
    line = Line("text", at + start, raw, fold(raw))
    person = _speaker_of(line, flat, names)
    if bracket and (person is None or person.name is None):
        inside = read_person(_inner(line), "turn-label", sure=True)
        person = inside if inside is not None and inside.name is not None else person
    if person is None and not GENERIC.match(flat) and flat not in names and not _ASKS_OR_ANSWERS.match(flat):
        return None
    span = line.span(0, bare_end - start, "turn-label")
    return _Cut(span, at + match.start(), at + match.end(), person, group == "in")


def _inner(line: Line) -> Line:
    """What the bracket at the end of a label holds."""
    return line.part(line.flat.rfind("(") + 1, line.flat.rfind(")"))


def _speaker_of(line: Line, flat: str, names: frozenset[str]) -> Person | None:
    """The label read as a person; a bare doubtful word counts only if the head names it."""
    generic = GENERIC.match(flat) is not None
    if _AUDIENCE.match(flat):
        return None
    person = read_person(line, "turn-label", sure=flat not in names)
    if person is None and is_name(flat) and flat in names:
        person = read_person(line, "turn-label")
    if person is None and ends_in_role(flat) and len(flat) <= 20 and not generic:
        return read_person(line, "turn-label")
    if person is not None and person.name is None and generic:
        return None
    if person is None and flat in names and len(flat) > 1 and not generic and not ends_in_role(flat):
        return Person(line.span(0, len(line.flat), "turn-label"))  # 边巴次仁: the title vouches for it
    return person


def _own_lines(layout: Layout, first: int, last: int, mentioned: str) -> list[_Cut]:
    """Labels that fill a line and have no colon: at least two, each coming again or asking."""
    cuts: list[_Cut] = []
    for index in range(first, last):
        raw = layout.raws[index]
        if not 1 < len(raw.strip()) <= 14 or not _BARE_LABEL.fullmatch(raw.strip()):
            continue
        line = layout.line(index)
        asker = _ASKER.match(line.flat.strip()) is not None
        person = None if asker else read_person(line, "turn-label", sure=line.flat.strip() not in mentioned)
        if asker or (person is not None and person.name is not None):
            start = layout.starts[index]
            cuts.append(_Cut(line.span(0, len(line.flat), "turn-label"), start, start + len(raw), person))
    labels = [squash_label(cut.label.raw) for cut in cuts]
    again = [label for label in labels if labels.count(label) > 1] if len(cuts) < 400 else labels
    return cuts if len(again) >= 2 and len(cuts) >= 3 and any(_ASKER.match(label) for label in labels) else []


def _settle(cuts: list[_Cut], layout: Layout, first: int, last: int) -> list[_Cut]:
    """Without single look-alikes: a label in colons among labels in brackets, personnel lists."""
    if sum(cut.bracketed for cut in cuts) >= 2 and sum(not cut.bracketed for cut in cuts) < sum(
        cut.bracketed for cut in cuts
    ):
        cuts = [cut for cut in cuts if cut.bracketed]
    elif any(cut.bracketed for cut in cuts):
        cuts = [cut for cut in cuts if not cut.bracketed or _MEDIUM.search(fold(cut.label.raw))]
    return cuts


_NUMBER_LINE = re.compile(r"[ \u3000]*\d[\d \u3000、,;.()-]*(?:\n|$)")
_MEDIUM = re.compile(r"(?:报|网|社|台|周刊|记者|网友.{0,6})$")  # [江岭网]票款怎么退?


def _flattened(layout: Layout, first: int, last: int, cuts: list[_Cut], names: frozenset[str]) -> list[_Cut]:
    """Labels inside paragraphs: 问/答, and names that are labels elsewhere or twice."""
    start, end = layout.starts[first], layout.starts[last - 1] + len(layout.raws[last - 1])
    text = layout.text
    colons = text.count(":", start, end) + text.count("：", start, end)
    if colons < 2 or colons <= len(cuts):
        return []
    known = {squash_label(cut.label.raw) for cut in cuts} | names | {"问", "答"}
    matches = list(_FLAT_LABEL.finditer(text, start, end))
    labels = [squash_label(_ROLE_BRACKET.sub("", match["out"]) or match["out"]) for match in matches]
    counts = Counter(labels)
    return [
        cut
        for match, label in zip(matches, labels, strict=True)
        if (label in known or counts[label] > 1) and (cut := _label(_AtStart, 0, match, "out", names)) is not None
    ]


_AtStart = Layout("", [""], [0], "")


def squash_label(raw: str) -> str:
    """A label for comparison."""
    return fold(raw).replace(" ", "")


def _is_dialogue(cuts: list[_Cut]) -> bool:
    """At least two different labels, at least two turns, and either a repeat, a Q&A pair, or only persons."""
    labels = [squash_label(cut.label.raw) for cut in cuts]
    if len(set(labels)) < 2:
        return False
    asked = {"问", "答"} <= set(labels) or {"Q", "A"} <= set(labels)
    named = sum(cut.person is not None and cut.person.name is not None for cut in cuts)
    asked = asked or sum(_ASKER.match(label) is not None for label in set(labels)) == 1
    return asked or len(labels) > len(set(labels)) or named >= 2 or (named == 1 and len(labels) >= 2)
