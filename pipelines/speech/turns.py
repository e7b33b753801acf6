"""Turns of several speakers: labels with colon, in brackets, on their own line, 问/答, numbered, time-stamped, flattened."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from pipelines.speech.company import company
from pipelines.speech.dialogue import OCCASION, is_dialogue, is_spoken
from pipelines.speech.fold import Line, Span, fold
from pipelines.speech.labels import (
    ASKER,
    GENERIC,
    STAMP,
    VERB_END,
    Candidate,
    Cut,
    Known,
    candidate,
    cut_of,
    is_personal,
    label_of,
    squash_label,
    states_who,
)
from pipelines.speech.layout import Layout
from pipelines.speech.names import HAN
from pipelines.speech.persons import Person, read_listed, read_person
from pipelines.speech.said import words_of

_ALIAS = re.compile(r"(?:以下)?[简簡][称稱](?:为)?[“\"「‘: ：]*(?P<a>[^”\"」’)）,，。]{1,4})[”\"」’]?[)）]")
_SHORT_LABEL = re.compile(rf"[ \u3000]*([{HAN}][{HAN} \u3000·]{{1,6}})[:：]")
_FLAT_LABEL = re.compile(
    r"(?:(?<=^)|(?<=[。！？!?…”\"』」)）】\n\u3000])|(?<=[。！？!?…”』」)）】:：\s]\s)|(?<=(?:全文|如下|实录|内容)[:：]))(?P<out>问|問|答|[QA]|[^\s:：。，,;；!！?？“”\"]{2,16})[:：]"
)
_BARE_LABEL = re.compile(
    rf"[ \u3000]*(?P<l>(?:[{HAN}·][{HAN} \u3000·]{{0,16}}|[QA])(?<![ \u3000]))[ \u3000]*(?:[(（][^()（）]{{2,24}}[)）])?[ \u3000]*"
)
_LOOSE = re.compile(
    rf"^[ \u3000]*(?:{STAMP}[ \u3000]*)?(?:\d{{1,3}}[、.．][ \u3000]*)?(?:(?P<qa>[QA问問答])[ ]?\d{{0,3}}(?:[.．、]|[ \u3000]+|(?=[“「]))|(?P<out>[^\s:：。，,;；!！?？“”\"—]{{2,16}})(?:\u3000+| {{2,}}|——|—(?=[^—])|[ \u3000]*[|｜丨>]))[ \u3000]*"
)
# N 10:02:11 or 10:02:11 N, alone on the line: what a chat prints above each remark.
_LOG = re.compile(
    rf"[ \u3000]*(?:{STAMP}[ \u3000]+(?P<b>[^\s:：，。,]{{1,16}})|(?P<a>[^\s:：，。,(（]{{1,16}}(?:[(（][^()（）]{{1,16}}[)）])?)[ \u3000]+{STAMP})[ \u3000]*[:：]?"
)
_NO_LABELS = frozenset(":：【[〔")  # a text of one or two lines without these takes no turns
# 参加讨论:甲、乙、丙。 at the head of a page that lost its line breaks.
_LISTED_ABOVE = re.compile(
    r"(?:^|[。\n ])(?:[本特]?[期邀]?(?:对话|访谈|讨论|受访|访谈)?(?:嘉宾|主持人?)|(?:参加|参与)(?:讨论|对话|座谈|人员|者)?|出席(?:人员)?|与会(?:人员|者)?|对话者?|受访者|受访人|采访者) ?: ?(?P<v>[^。:\n]{2,80}?)(?=[。\n]|  |$| [^ 、]{2,6}:)"
)
_MEDIUM = re.compile(r"(?:报|网|社|台|周刊|记者|网友.{0,6})$")  # [江岭网]票款怎么退?


class Turn(NamedTuple):
    """One turn: its label as printed (role in brackets and number off), the label's span, and the words' span."""

    label: Span
    start: int
    end: int
    person: Person | None


def find_turns(layout: Layout, first: int, last: int, names: frozenset[str], mentioned: str = "") -> tuple[Turn, ...]:
    """The turns in lines [first, last), none unless at least two labels take turns.

    ``names``: those that the head prints; ``mentioned``: folded title and headings, which vouch for unusual names.
    """
    if last - first < 1 or (last - first < 3 and _NO_LABELS.isdisjoint(layout.text)):
        return ()
    known = Known(names | _named_above(layout, first) | _repeated(layout, first, last, mentioned))
    cuts = _settle(_cuts(layout, first, last, known))
    talk = OCCASION.search(mentioned) is not None
    wider = company(*_lines_of(layout, first, last), cuts, known, talk=talk)
    cuts = cuts if wider is known else _settle(_cuts(layout, first, last, wider))
    flattened = _flattened(layout, first, last, cuts, wider)
    cuts = flattened if len(flattened) > len(cuts) else cuts
    if not is_dialogue(cuts):
        cuts = _own_lines(layout, first, last, mentioned) or _logged(layout, first, last, known)
        cuts = cuts or _loose(layout, first, last, known)
    if not is_dialogue(cuts) or not is_spoken(layout, cuts, first, mentioned):
        return ()
    end = layout.starts[last - 1] + len(layout.raws[last - 1])
    ends = [*[cut.at for cut in cuts[1:]], end]
    return tuple(
        Turn(cut.label, *words_of(layout, cut.start, stop, last=stop is end), cut.person)
        for cut, stop in zip(cuts, ends, strict=True)
    )


def _cuts(layout: Layout, first: int, last: int, known: Known) -> list[Cut]:
    cuts = [cut for index in range(first, last) if (cut := cut_of(layout, index, known)) is not None]
    return _below_head(layout, cuts)


def _lines_of(layout: Layout, first: int, last: int) -> tuple[list[Candidate], int]:
    """The lines shaped like turns, and how many lines there are between the first of them and the last."""
    found = [item for index in range(first, last) if (item := candidate(layout, index)) is not None]
    between = range(found[0].number, found[-1].number + 1) if found else ()
    return found, sum(bool(layout.raws[index].strip()) for index in between)


def _below_head(layout: Layout, cuts: list[Cut]) -> list[Cut]:
    """Without the first labels that only say who is who."""
    while cuts and states_who(fold(cuts[0].label.raw), _after(layout, cuts[0])):
        del cuts[0]
    return cuts


def _after(layout: Layout, cut: Cut) -> Line:
    """What follows a label on its line."""
    stop = layout.text.find("\n", cut.start)
    stop = len(layout.text) if stop < 0 else stop
    return Line("text", cut.start, layout.text[cut.start : stop], layout.flat[cut.start : stop]).part(
        0, stop - cut.start
    )


def _named_above(layout: Layout, first: int) -> frozenset[str]:
    """Short forms that the text introduces (以下简称“王”), and the names that its first words list."""
    names: set[str] = set()
    if "简称" in layout.text or "簡稱" in layout.text:
        names.update(fold(match["a"]) for match in _ALIAS.finditer(layout.text))
    at = layout.starts[first]
    listed = _LISTED_ABOVE.search(layout.flat, at, min(at + 200, len(layout.flat)))
    if listed is not None:
        line = Line("text", at, layout.text[at : listed.end()], layout.flat[at : listed.end()])
        people = read_listed(line.part(listed.start("v") - at, listed.end("v") - at), "turn-label")
        names.update(person.name.value for person in people if person.name)
    return frozenset(names)


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
        if (not VERB_END.search(flat) and is_personal(flat)) or (len(flat) > 2 and flat in mentioned)
    }


def _own_lines(layout: Layout, first: int, last: int, mentioned: str) -> list[Cut]:
    """Labels that fill a line and have no colon: at least two, each coming again or asking."""
    raws = layout.raws
    short = [i for i in range(first, last) if 0 < len(raws[i]) <= 48 and (len(raws[i]) < 20 or raws[i][-1] in ")）")]
    bare = [(index, match) for index in short if (match := _BARE_LABEL.fullmatch(raws[index])) is not None]
    if len(bare) < 2:
        return []
    cuts: list[Cut] = []
    for index, match in bare:
        line = layout.line(index)
        flat = fold(match["l"])
        person = None if ASKER.match(flat) else read_person(line, "turn-label", sure=flat not in mentioned)
        if GENERIC.match(flat) or (person is not None and person.name is not None):
            start = layout.starts[index]
            cuts.append(Cut(line.span(*match.span("l"), "turn-label"), start, start + len(line.raw), person))
    labels = [squash_label(cut.label.raw) for cut in cuts]
    again = [label for label in labels if labels.count(label) > 1] if len(cuts) < 400 else labels
    if len(again) >= 2 and len(cuts) >= 3 and any(ASKER.match(label) for label in labels):
        return cuts
    named = sum(cut.person is not None and cut.person.name is not None and cut.person.role is not None for cut in cuts)
    return cuts if named >= 2 and all(_heads_words(layout, cut) for cut in cuts) else []


def _heads_words(layout: Layout, cut: Cut) -> bool:
    """N(R) or R N alone on its line, and below it what was said."""
    start = cut.start
    while start < len(layout.text) and layout.text[start].isspace():
        start += 1
    below = _after(layout, cut._replace(start=start)).flat
    return len(below) >= 12 and below.endswith(("。", "?", "!", "…", "”", "」"))


def _logged(layout: Layout, first: int, last: int, known: Known) -> list[Cut]:
    """The heads of a chat's remarks: somebody and the time, the remark below; whoever it is, if they come again."""
    heads = [
        (index, match)
        for index in range(first, last)
        if 6 < len(layout.raws[index]) <= 56 and (match := _LOG.fullmatch(layout.raws[index])) is not None
    ]
    labels = [fold(match["a"] or match["b"]) for _, match in heads]
    if len(heads) < 3 or len(set(labels)) < 2 or len(set(labels)) == len(labels):
        return []
    personal = {label for label in labels if is_personal(label)}
    known = Known(known.names | personal, known.others | set(labels) - personal)
    at = layout.starts
    cuts = [label_of(at[index], match, "a" if match["a"] else "b", known) for index, match in heads]
    return [cut for cut in cuts if cut is not None]


def _loose(layout: Layout, first: int, last: int, known: Known) -> list[Cut]:
    """Labels without colon before their words (问 …, Q. …, N　…, N——…): nearly every line, and they take turns."""
    lines = [index for index in range(first, last) if layout.raws[index].strip()]
    if len(lines) > 4000:
        return []
    cuts: list[Cut] = []
    spoken = 0
    for index in lines:
        match = _LOOSE.match(layout.raws[index])
        if match is None:
            continue
        group = "qa" if match["qa"] is not None else "out"
        cut = label_of(layout.starts[index], match, group, known)
        if cut is not None and layout.raws[index][match.end() :].strip():
            cuts.append(cut)
            spoken += layout.raws[index].rstrip().endswith(("。", "？", "！", "?", "!", "…", "”", "」"))
    labels = [squash_label(cut.label.raw) for cut in cuts]
    between = [index for index in lines if cuts and layout.starts[index] >= cuts[0].at]
    dense = 2 * len(cuts) > len(between) and 5 * spoken >= 4 * len(cuts)
    turning = all(one != other for one, other in pairwise(labels))
    return cuts if dense and turning and len(labels) > len(set(labels)) else []


def _settle(cuts: list[Cut]) -> list[Cut]:
    """Without single look-alikes: a label in colons among labels in brackets, personnel lists."""
    bracketed = sum(cut.bracketed for cut in cuts)
    if bracketed >= 2 and len(cuts) - bracketed < bracketed:
        return [cut for cut in cuts if cut.bracketed]
    if bracketed:
        return [cut for cut in cuts if not cut.bracketed or _MEDIUM.search(fold(cut.label.raw))]
    return cuts


def _flattened(layout: Layout, first: int, last: int, cuts: list[Cut], known: Known) -> list[Cut]:
    """Labels inside paragraphs: 问/答, and names that are labels elsewhere or twice."""
    start, end = layout.starts[first], layout.starts[last - 1] + len(layout.raws[last - 1])
    text = layout.text
    colons = text.count(":", start, end) + text.count("：", start, end)
    if colons < 2 or colons <= len(cuts):
        return []
    matches = list(_FLAT_LABEL.finditer(text, start, end))
    labels = [squash_label(re.sub(r"[(（][^()（）]*[)）]$", "", match["out"]) or match["out"]) for match in matches]
    if len(layout) <= _FLAT_LINES and len(matches) > 1:
        stops = [*[match.start() for match in matches[1:]], end]
        said = [layout.flat[match.end() : stop] for match, stop in zip(matches, stops, strict=True)]
        known = company(
            [Candidate(*pair, 0) for pair in zip(labels, said, strict=True)], len(labels), cuts, known, talk=False
        )
    sure = {squash_label(cut.label.raw) for cut in cuts} | known.names | known.others | {"问", "答"}
    counts = Counter(labels)
    found = [
        cut
        for match, label in zip(matches, labels, strict=True)
        if (label in sure or counts[label] > 1) and (cut := label_of(0, match, "out", known)) is not None
    ]
    return _below_head(layout, found)


_FLAT_LINES = 8  # a page that lost its line breaks has few lines
