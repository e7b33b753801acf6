"""A text with marks in it as a row of pieces, each with its colour: what was taken out, and what was read where. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crawler.report.figures import Piece
from crawler.report.trace import Gone
from pipelines.noise import UNKNOWN_VARIANTS


class Hue(NamedTuple):
    letter: str
    """Stands before the piece too, so that colour is not needed to tell them apart."""
    name: str


RULE_HUES = {
    "unknown": Hue("?", "unknown variant: hidden by the page, fits no rule"),
    "visible": Hue("V", "anti-copy noise in marked elements"),
    "hidden": Hue("H", "anti-copy noise in hidden elements"),
    "text-rule": Hue("T", "anti-copy noise found by its grammar in plain text"),
    "site": Hue("S", "the site's own phrases (site profile)"),
    "chrome": Hue("C", "furniture of the page: notices, captions, buttons"),
    "other": Hue("O", "privacy and other rules"),
}
FIELD_HUES = {
    "speaker": "speaker, with office and organisation",
    "date": "date",
    "occasion": "occasion and venue",
    "fact": "kind, title, editor, source …",
}
_FIELDS = (
    (re.compile(r"speakers|authors"), "speaker"),
    (re.compile(r"speech_date|year"), "date"),
    (re.compile(r"occasion|venue"), "occasion"),
)
_RANK = list(FIELD_HUES)  # where fields overlap, the first gives the colour
_LONGEST_GONE = 160
_KEPT, _HEAD, _TAIL = 150, 70, 50  # a longer stretch without a mark is shown by its two ends
_FIRST, _LAST = 44, 16  # pieces of one post that are shown: the head says who speaks, the tail where it is from


def hue_of_rule(rule: str) -> str:
    if rule in UNKNOWN_VARIANTS:
        return "unknown"
    if rule.startswith("chrome-"):
        return "chrome"
    named = {"jammer-text": "text-rule", "site-noise": "site"}
    if rule in named:
        return named[rule]
    if rule.startswith("jammer-hidden"):
        return "hidden"
    return "visible" if rule.startswith("jammer-") else "other"


def hue_of_field(field: str) -> str:
    return next((hue for pattern, hue in _FIELDS if pattern.match(field)), "fact")


Span = tuple[str, int, int, str]  # field, start, end, rule


def marked(text: str, evidence: Sequence[Span], gone: Sequence[Gone]) -> list[Piece]:
    """The text cut wherever a mark begins, ends or stands; the pieces that are not gone make the text again."""
    spans = [span for span in evidence if 0 <= span[1] < span[2] <= len(text)]
    borders = sorted({0, len(text), *(at for span in spans for at in span[1:3]), *(stretch.at for stretch in gone)})
    waiting = sorted(gone, key=lambda stretch: stretch.at)
    pieces: list[Piece] = []
    for start, end in zip(borders, [*borders[1:], len(text)], strict=True):
        while waiting and waiting[0].at <= start:
            stretch = waiting.pop(0)
            pieces.append(Piece(_clipped(stretch.text), rule=stretch.rule, hue=hue_of_rule(stretch.rule)))
        if start < end:
            here = [span for span in spans if span[1] <= start and end <= span[2]]
            hues = sorted({hue_of_field(span[0]) for span in here}, key=_RANK.index)
            names = tuple(dict.fromkeys(f"{span[0]} ({span[3]})" for span in here))
            pieces.append(Piece(text[start:end], fields=names, hue=hues[0] if hues else ""))
    return pieces


def shortened(pieces: Iterable[Piece]) -> list[Piece]:
    """What a person reads in a moment: of many pieces the first and last ones, of a long stretch without a mark its ends."""
    pieces = list(pieces)
    if len(pieces) > _FIRST + _LAST:
        middle = pieces[_FIRST:-_LAST]
        kept = sum(len(piece.text) for piece in middle if not piece.rule)
        gap = Piece("", cut=kept, dropped=sum(bool(piece.rule) for piece in middle))
        pieces = [*pieces[:_FIRST], gap, *pieces[-_LAST:]]
    return [part for piece in pieces for part in _ends(piece)]


def _ends(piece: Piece) -> Iterator[Piece]:
    if piece.rule or piece.fields or len(piece.text) <= _KEPT:
        yield piece
    else:
        yield piece._replace(text=piece.text[:_HEAD], cut=len(piece.text) - _HEAD - _TAIL)
        yield piece._replace(text=piece.text[-_TAIL:])


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST_GONE else f"{text[:_LONGEST_GONE]} … (+{len(text) - _LONGEST_GONE})"
