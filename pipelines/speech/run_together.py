"""Heads of pages that lost their line breaks: title, byline, date and greeting stand on one line."""

from __future__ import annotations

import itertools
import re

from pipelines.speech.dates import find_date
from pipelines.speech.fold import Line
from pipelines.speech.genres import GENRES, SPEECH_KINDS
from pipelines.speech.layout import Layout, is_salutation
from pipelines.speech.occasions import read_clause
from pipelines.speech.persons import read_people

_LINES = 4  # the head of such a page is one of its first lines
_REACH = 200  # characters of the line in which its head ends
_GENRE = "|".join(sorted((word for word, kind in GENRES.items() if kind in SPEECH_KINDS), key=len, reverse=True))
# 在E上的讲话, and behind it up to the greeting or the end of the line: N, D, N(D), (D)N.
_GLUED = re.compile(
    rf"(?P<in>在[^在。;:]{{3,50}}上的?[^在。;:]{{0,6}}?(?:{_GENRE})(?:全文|摘要|节选)?(?:\([^()\d]{{2,8}}\))?) ?(?P<by>[^。;:]{{0,50}}?) ?"
    r"(?:$|(?=(?:尊敬的|敬爱的|亲爱的|各位|同志们|同学们|老师们|朋友们|乡亲们|女士们|先生们|诸位|全体)[^。?]{0,80}[:!]))"
)


def separated(layout: Layout) -> Layout:
    """``layout`` with such a head cut into its lines; the same if it has none."""
    for index in range(min(_LINES, len(layout))):
        line = layout.line(index)
        cuts = _cuts(line) if len(line.flat) > 16 and "在" in line.flat[:_REACH] else []
        if cuts:
            edges = [0, *cuts, len(line.raw)]
            pieces = [(line.raw[start:end], line.start + start) for start, end in itertools.pairwise(edges)]
            raws = [*layout.raws[:index], *(raw for raw, _ in pieces), *layout.raws[index + 1 :]]
            starts = [*layout.starts[:index], *(start for _, start in pieces), *layout.starts[index + 1 :]]
            return Layout(layout.text, raws, starts, layout.flat)
    return layout


def _cuts(line: Line) -> list[int]:
    """Where the lines of the head began, in order."""
    match = _GLUED.search(line.flat, 0, _REACH if len(line.flat) > _REACH else len(line.flat))
    if match is None or read_clause(line.part(*match.span("in")), "heading-line") is None:
        return []
    greeted = match.end() < len(line.flat)
    if greeted and (len(line.flat) <= _REACH and is_salutation(line.flat.strip())):
        return []
    named = _states_who_or_when(line.part(*match.span("by")))
    if not (named if match["by"] else greeted):
        return []
    above = line.part(0, match.start("in"))
    begins = match.start("in") if len(above.flat) > _PHRASE and not _is_byline(above) else 0
    return [cut for cut in (begins, match.end("in"), match.end()) if 0 < cut < len(line.flat)]


_PHRASE = 8  # characters above 在E上的讲话 that make a title


def _is_byline(part: Line) -> bool:
    return bool(read_people(part, "byline"))


def _states_who_or_when(part: Line) -> bool:
    """Nothing but a person and a day, at least one of them."""
    when = find_date(part.flat)
    if when is not None and when.month is None:
        return False
    before = part.part(0, when.start) if when is not None else part
    rest = [before, part.part(when.end, len(part.flat))] if when is not None else [before]
    names = [piece.part(*_inside(piece.flat)) for piece in rest]
    people = [read_people(name, "byline", sure=True) for name in names if name.flat]
    return all(found and found[0].name is not None for found in people) and bool(people or when)


def _inside(flat: str) -> tuple[int, int]:
    """Without the brackets and commas that stood around the day."""
    kept = flat.strip(" ()[],、日")
    return flat.index(kept), flat.index(kept) + len(kept)
