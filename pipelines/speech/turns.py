"""Turns of several speakers: labels with colon, in brackets, on their own line, 问/答, numbered, time-stamped, flattened."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.speech.bare_labels import logged, loose, own_lines
from pipelines.speech.company import company
from pipelines.speech.dialogue import OCCASION, is_dialogue, is_spoken
from pipelines.speech.flattened import flattened, unfolded
from pipelines.speech.fold import Line, Span, fold
from pipelines.speech.label_words import PLACE_OR_BODY, VERB_END, is_personal, is_someone
from pipelines.speech.labels import Candidate, Cut, Known, below_head, candidate, cut_of
from pipelines.speech.layout import Layout
from pipelines.speech.names import HAN
from pipelines.speech.persons import Person, read_listed
from pipelines.speech.said import words_of

_ALIAS = re.compile(r"(?:以下)?[简簡][称稱](?:为)?[“\"「‘: ：]*(?P<a>[^”\"」’)）,，。]{1,4})[”\"」’]?[)）]")
_SHORT_LABEL = re.compile(rf"[ \u3000]*([{HAN}][{HAN} \u3000·]{{1,6}})[:：]")
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
    vouched = names | _named_above(layout, first) | _called_by_others(layout, first, last)
    cuts = _labelled(layout, first, last, vouched, mentioned)
    pieces = unfolded(layout, first, last)
    if pieces is not None:
        inside = _labelled(pieces, 0, len(pieces), vouched, mentioned)
        cuts = inside if len(inside) >= len(cuts) else cuts
    if not is_dialogue(cuts) or not is_spoken(layout, cuts, first, mentioned):
        return ()
    end = layout.starts[last - 1] + len(layout.raws[last - 1])
    ends = [*[cut.at for cut in cuts[1:]], end]
    return tuple(
        Turn(cut.label, *words_of(layout, cut.start, stop, last=stop is end), cut.person)
        for cut, stop in zip(cuts, ends, strict=True)
    )


def _labelled(layout: Layout, first: int, last: int, names: frozenset[str], mentioned: str) -> list[Cut]:
    """The labels of lines [first, last), read in the form that gives most of them."""
    known = Known(names | _repeated(layout, first, last, mentioned))
    cuts = _settle(_cuts(layout, first, last, known))
    talk = OCCASION.search(mentioned) is not None
    wider = company(*_lines_of(layout, first, last), cuts, known, talk=talk)
    cuts = cuts if wider is known else _settle(_cuts(layout, first, last, wider))
    inside = flattened(layout, first, last, cuts, wider)
    cuts = inside if len(inside) > len(cuts) else cuts
    if is_dialogue(cuts):
        return cuts
    return (
        own_lines(layout, first, last, mentioned)
        or logged(layout, first, last, known)
        or loose(layout, first, last, known)
    )


def _cuts(layout: Layout, first: int, last: int, known: Known) -> list[Cut]:
    cuts = [cut for index in range(first, last) if (cut := cut_of(layout, index, known)) is not None]
    return below_head(layout, cuts)


def _lines_of(layout: Layout, first: int, last: int) -> tuple[list[Candidate], int]:
    """The lines shaped like turns, and how many lines there are between the first of them and the last."""
    found = [item for index in range(first, last) if (item := candidate(layout, index)) is not None]
    between = range(found[0].number, found[-1].number + 1) if found else ()
    return found, sum(bool(layout.raws[index].strip()) for index in between)


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


def _called_by_others(layout: Layout, first: int, last: int) -> frozenset[str]:
    """馮梁玉冰 before a colon, whom somebody calls 馮梁玉冰議員: a name, however unusual."""
    labels = {match[1] for raw in layout.raws[first:last] if (match := _SHORT_LABEL.match(raw)) is not None}
    names = {fold(label).strip() for label in labels} if len(labels) < _MANY else set()
    return frozenset(
        name
        for name in names
        if 2 <= len(name) <= 4 and not is_someone(name) and any(name + form in layout.flat for form in _FORMS)
    )


_MANY = 100  # labels; the more they are, the surer they are lines of a list
_FORMS = ("议员", "委员", "代表", "女士", "先生", "老师", "同学", "院士", "博士", "大夫")


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
        if (not VERB_END.search(flat) and is_personal(flat))
        or (len(flat) > 2 and flat in mentioned and not PLACE_OR_BODY.search(flat))
    }


def _takes_part(cut: Cut, surnames: set[str]) -> bool:
    """主持人 or 丛县长 before a colon, where [丛树林] stands in brackets."""
    if cut.person is not None and cut.person.surname_only and cut.person.name is not None:
        return cut.person.name.value in surnames
    return _HOST.fullmatch(fold(cut.label.raw).strip()) is not None


_HOST = re.compile(r"主持人|主播|记者|编辑|版主|管理员")


def _settle(cuts: list[Cut]) -> list[Cut]:
    """Without single look-alikes: a label in colons among labels in brackets, personnel lists."""
    bracketed = sum(cut.bracketed for cut in cuts)
    if bracketed >= 2 and len(cuts) - bracketed < bracketed:
        surnames = {cut.person.name.value[0] for cut in cuts if cut.bracketed and cut.person and cut.person.name}
        return [cut for cut in cuts if cut.bracketed or _takes_part(cut, surnames)]
    if bracketed:
        return [cut for cut in cuts if not cut.bracketed or _MEDIUM.search(fold(cut.label.raw))]
    return cuts
