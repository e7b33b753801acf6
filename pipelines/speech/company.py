"""Labels that no word of theirs explains: they count because of the labels around them, which take turns."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from pipelines.speech.fold import fold
from pipelines.speech.label_words import ASKER, SPOKEN, is_personal, is_someone, squash_label
from pipelines.speech.labels import Candidate, Cut, Known, named_after_office
from pipelines.speech.names import is_titled_name
from pipelines.speech.surnames import SINGLE

_LONGEST = 12
_ANSWERS = 6  # characters of a label that may be anybody's because he answers
_SHARE = 0.6  # of the lines between the first label and the last


class _Signs(NamedTuple):
    """What the labels of a text say of each other; all folded and without spaces."""

    counts: Counter[str]
    sure: set[str]  # those that need no company
    askers: set[str]  # those whose lines are questions mostly
    talking: set[str]  # those that are followed by what people say to each other
    settled: bool  # that people take turns is plain without the doubtful ones


def company(found: list[Candidate], lines: int, cuts: list[Cut], known: Known, *, talk: bool) -> Known:
    """``known`` with those labels of ``found`` that the company they are in explains.

    ``lines``: how many they stand among; ``talk``: the title says that people talk. A label alone proves nothing. But
    where most lines begin with one, and labels come again and take turns, the others of the same shape are somebody's
    too: nicknames, shops, delegations, names with a rare surname.
    """
    if len(found) < 3:
        return known
    signs = _signs(found, cuts, talk=talk)
    dense = len(found) >= _SHARE * (lines - sum(item.alone for item in found))
    surnames = {
        fold(cut.person.name.value)[0] for cut in cuts if cut.person is not None and cut.person.name is not None
    }
    stamped = sum(cut.stamped for cut in cuts) >= 2
    bracketed = sum(cut.bracketed for cut in cuts) >= 2
    names, others = set(known.names), set(known.others)
    for item in found:
        flat = squash_label(item.flat)
        alike = (stamped and item.stamped) or (bracketed and item.bracketed and dense)
        if flat in names or flat in others or len(flat) > _LONGEST:
            continue
        if flat in signs.sure:
            names.update([flat] if is_personal(flat) else [])  # 步青: after 步青(新教师):
        elif len(flat) == 1 and flat in surnames:
            names.add(flat)
        elif (at := named_after_office(flat)) is not None and (signs.counts[flat] > 1 or signs.settled):
            names.add(flat[at:])
        elif alike or (dense and _belongs(flat, item, signs)):
            (names if is_personal(flat) else others).add(flat)
    proven = signs.settled or _takes_turns(found, signs.sure | names | others)
    return Known(frozenset(names), frozenset(others)) if proven else known


def _signs(found: list[Candidate], cuts: list[Cut], *, talk: bool) -> _Signs:
    counts = Counter(squash_label(item.flat) for item in found)
    asking = Counter(squash_label(item.flat) for item in found if item.said.rstrip().endswith("?"))
    sure = {squash_label(cut.label.raw) for cut in cuts}
    askers = {flat for flat, times in asking.items() if counts[flat] > 1 and 2 * times >= counts[flat]}
    talking = {squash_label(item.flat) for item in found if SPOKEN.search(item.said)}
    people = {flat for flat in counts if is_someone(flat)} | sure
    again = any(counts[flat] > 1 for flat in people)
    settled = len(sure) >= 2 or (len(people) >= 2 and (talk or again))
    return _Signs(counts, sure, askers | {flat for flat in sure if ASKER.match(flat)}, talking, settled)


def _belongs(flat: str, item: Candidate, signs: _Signs) -> bool:
    """Somebody's label: by its form, or because it comes again and asks, answers or talks."""
    again = signs.counts[flat] > 1
    if len(flat) == 1:
        return is_someone(flat) or (again and flat in SINGLE)
    if is_someone(flat) or item.titled:
        return again or signs.settled
    if again and len(flat) <= _ANSWERS and signs.askers - {flat}:
        return True  # 记者: and 江河: by turns, however little of a name the second is
    if signs.settled:
        return again or (is_titled_name(flat) and flat in signs.talking)
    return again and flat in signs.talking and bool(signs.sure or signs.askers)


def _takes_turns(found: list[Candidate], labels: set[str]) -> bool:
    """The labels follow each other: at least two, one of them again, seldom the same twice in a row."""
    order = [flat for item in found if (flat := squash_label(item.flat)) in labels]
    if len(order) < 3 or not 2 <= len(set(order)) < len(order):
        return False
    changes = sum(one != other for one, other in pairwise(order))
    return 4 * changes >= 3 * (len(order) - 1)
