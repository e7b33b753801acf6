"""Turns of a page that lost its line breaks."""

from __future__ import annotations

import itertools
import re
from collections import Counter

from pipelines.speech.company import company
from pipelines.speech.label_words import squash_label
from pipelines.speech.labels import STAMP, Candidate, Cut, Known, below_head, label_of
from pipelines.speech.layout import Layout

_FLAT_LABEL = re.compile(
    r"(?:(?<=^)|(?<=[。！？!?…”\"』」)）】\n\u3000])|(?<=[。！？!?…”』」)）】:：\s]\s)|(?<=(?:全文|如下|实录|内容)[:：]))(?P<out>问|問|答|[QA]|[^\s:：。，,;；!！?？“”\"]{2,16})[:：]"
)
# Before what may be a label: after a sentence, or behind a gap.
_BREAK = re.compile(
    rf"(?:(?<=[。！？!?…)）】\]〕])|(?<=[。！？!?…][”』」])|(?<=[。！？!?…”』」)）】\]〕] )|(?<=\s\s)|(?<=\u3000)|(?<=(?:全文|实录|如下|内容|實錄|內容)[:：]))"
    rf"(?=[ \u3000]*(?:{STAMP}[ \u3000]*)?(?:\d{{1,3}}[、.．]|[(（]\d{{1,3}}[)）]|[■□●○◆◇]|[一二三四五六七八九十]{{1,2}}(?=[问問]))?[ ]?"
    rf"(?:[【\[〔［][^】\]〕］\n]{{1,24}}[】\]〕］](?!\s*$)|(?:《[^》]{{1,12}}》)?[^\s:：。，,;；!！?？“”\"《》、(（]{{1,16}}(?: [^\s:：。，,;；!！?？“”\"《》、]{{1,10}})?(?:《[^》]{{1,12}}》[^:：。，,\s]{{1,10}}|[“\"「][^”\"」:：。]{{1,12}}[”\"」][^\s:：。，,]{{0,4}})?(?:[(（][^()（）]{{1,30}}[)）])?[:：]))"
)
_FLAT_LINES = 8  # a page that lost its line breaks has few lines


def unfolded(layout: Layout, first: int, last: int) -> Layout | None:
    """Lines [first, last) cut into pieces where labels may begin; None if they are not few and long."""
    if last - first > _FLAT_LINES:
        return None
    raws: list[str] = []
    starts: list[int] = []
    for index in range(first, last):
        raw, at = layout.raws[index], layout.starts[index]
        cuts = [0, *(match.start() for match in _BREAK.finditer(raw) if match.start()), len(raw)]
        for start, end in itertools.pairwise(cuts):
            raws.append(raw[start:end])
            starts.append(at + start)
    return Layout(layout.text, raws, starts, layout.flat) if len(raws) >= last - first + 2 else None


def flattened(layout: Layout, first: int, last: int, cuts: list[Cut], known: Known) -> list[Cut]:
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
    return below_head(layout, found)
