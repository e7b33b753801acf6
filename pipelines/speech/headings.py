"""The outline that a text prints: 一、 (一) 1. (1) 第一, 首先, 一是; level = depth of nesting in this text."""

from __future__ import annotations

import re

from crawler.items import Heading
from pipelines.speech.dates import number

_CN = "一二三四五六七八九十百"
_FORMAL = {
    char: value
    for value, chars in enumerate(["壹", "贰貳", "叁參参叄", "肆", "伍", "陆陸", "柒", "捌", "玖", "拾"], 1)
    for char in chars
}
# One enumerator a row: (class, pattern). The class decides the nesting; the group ``n`` is the number in the series.
ENUMERATORS: tuple[tuple[str, str], ...] = (
    (
        "part",
        rf"第(?P<n0>[{_CN}\d]{{1,3}})(?:部分|篇|章|编|讲|单元|节|幕|辑|板块|专题)(?=[:：、,， 　]|$)|篇(?P<n1>[{_CN}\d]{{1,3}})(?=[:：、,， 　]|$)",
    ),
    ("ordinal", rf"第(?P<n2>[{_CN}]{{1,3}})(?=[,，、:：])"),
    ("cn", rf"(?P<n3>[{_CN}]{{1,3}})(?:[、．]|\.(?!\d)|[  　](?=[^\s]))"),
    ("formal", rf"(?P<n11>[{''.join(_FORMAL)}])[、．.]"),
    ("cn-paren", rf"[(（](?P<n4>[{_CN}]{{1,3}})[)）]"),
    ("arabic", r"(?P<n5>\d{1,2})(?:[、．]|\.(?!\d)|[)）](?=\D))"),
    ("arabic-paren", r"[(（](?P<n6>\d{1,2})[)）]"),
    ("circled", r"(?P<n7>[①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮])"),
    ("is", rf"(?P<n8>[{_CN}]{{1,2}})(?:是|要|靠)(?=[^,，。])"),
    ("alone", rf"(?P<n9>[{_CN}]{{1,3}})$"),
    ("first", r"(?P<n10>首先|其次|再次|再者|最后|最後|第三步)(?=[,，、:：])"),
)
_MARK = re.compile("|".join(f"(?:{pattern})" for _, pattern in ENUMERATORS))
_CLASS_OF = [("part", "n0"), ("part", "n1"), ("ordinal", "n2"), ("cn", "n3"), ("cn-paren", "n4"), ("arabic", "n5"), ("arabic-paren", "n6"), ("circled", "n7"), ("is", "n8"), ("alone", "n9"), ("first", "n10"), ("formal", "n11")]  # fmt: skip
_STARTS = frozenset("第篇(（首其再最①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮0123456789" + _CN + "".join(_FORMAL))
_ORDER = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": 9, "最後": 9}
_PROCEDURE = re.compile(
    r"^(?:首先|其次|再次|最后|最後|第[一二三四五六七八九十]+)[,，、:：]?(?:下面)?(?:有?请|由|让我们|进行|欢迎|会议|我代表|请允许|我谨|允许我)"
)
_CONTENTS = re.compile(r"^目\s*录$")
_LONGEST = 200


def outline(raws: list[str], starts: list[int], first: int, last: int) -> tuple[Heading, ...]:
    """The headings among lines [first, last); see the module."""
    found = [item for index in range(first, last) if (item := _mark(raws[index], index)) is not None]
    if not found:
        return ()
    found = _without_contents(raws, found)
    kept = _consistent(found)
    stack: list[str] = []
    headings = []
    for index, kind, _, text in kept:
        if kind in stack:
            del stack[stack.index(kind) + 1 :]
        else:
            stack.append(kind)
        headings.append(Heading(len(stack), text, starts[index]))
    return tuple(headings)


Mark = tuple[int, str, int, str]  # line number, class, number in the series, text


def _mark(raw: str, index: int) -> Mark | None:
    """The heading with which the line begins."""
    if not raw or raw[0] not in _STARTS:
        return None
    match = _MARK.match(raw)
    if match is None:
        return None
    kind, group = next((kind, group) for kind, group in _CLASS_OF if match[group] is not None)
    stop = raw.find("。")
    text = raw if stop < 0 else raw[:stop]
    if match.end() >= len(text.rstrip()) and kind not in ("part", "alone"):
        return None
    if len(text) > _LONGEST or _PROCEDURE.match(raw):
        return None
    return index, kind, _number(kind, match[group]), text.rstrip()


def _number(kind: str, printed: str) -> int:
    if kind == "first":
        return _ORDER.get(printed, 0)
    if kind == "circled":
        return "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮".index(printed) + 1
    if kind == "formal":
        return _FORMAL[printed]
    return number(printed) or 0


def _without_contents(raws: list[str], found: list[Mark]) -> list[Mark]:
    """Drop the entries of a table of contents: those after 目录 that come again below."""
    top = next((i for i, raw in enumerate(raws[:30]) if _CONTENTS.match(raw)), None)
    if top is None:
        return found
    texts = [text for _, _, _, text in found]
    return [item for i, item in enumerate(found) if item[0] < top or item[3] not in texts[i + 1 :]]


def _consistent(found: list[Mark]) -> list[Mark]:
    """Only series: 首先 needs a 其次, 1. a 2. or a beginning, 一要 a 二要; a stray 三是 is a sentence."""
    numbers: dict[str, set[int]] = {}
    for _, kind, value, _ in found:
        numbers.setdefault(kind, set()).add(value)
    return [item for item in found if _in_series(item[1], numbers[item[1]], item[2])]


def _in_series(kind: str, values: set[int], value: int) -> bool:
    if kind == "first":
        return 1 in values and len(values) > 1
    if kind in ("is", "alone", "arabic", "arabic-paren", "circled"):
        return (
            len(values) > 1 and (value - 1 in values or value + 1 in values)
            if kind != "arabic"
            else _counts(values, value)
        )
    return True


def _counts(values: set[int], value: int) -> bool:
    return value == 1 or value - 1 in values or value + 1 in values
