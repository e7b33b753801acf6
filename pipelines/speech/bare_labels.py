"""Labels that no colon follows: alone on their lines, above a chat's remarks, or before a dash or a wide space."""

from __future__ import annotations

import re
from itertools import pairwise

from pipelines.speech.fold import fold
from pipelines.speech.label_words import ASKER, GENERIC, is_personal, squash_label
from pipelines.speech.labels import STAMP, Cut, Known, after, label_of
from pipelines.speech.layout import Layout
from pipelines.speech.names import HAN
from pipelines.speech.persons import read_person

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


def own_lines(layout: Layout, first: int, last: int, mentioned: str) -> list[Cut]:
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
    below = after(layout, cut._replace(at=start, start=start)).flat
    return len(below) >= 12 and below.endswith(("。", "?", "!", "…", "”", "」"))


def logged(layout: Layout, first: int, last: int, known: Known) -> list[Cut]:
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


def loose(layout: Layout, first: int, last: int, known: Known) -> list[Cut]:
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
