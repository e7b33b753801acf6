"""Labels that no word of theirs explains: they count because of the labels around them, which take turns."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from pipelines.speech.fold import fold
from pipelines.speech.label_words import SPOKEN, is_personal, is_someone, squash_label
from pipelines.speech.labels import Candidate, Cut, Known, named_after_office
from pipelines.speech.names import is_titled_name
from pipelines.speech.surnames import SINGLE

_LONGEST = 12
_SHARE = 0.6  # of the lines between the first label and the last


def company(found: list[Candidate], lines: int, cuts: list[Cut], known: Known, *, talk: bool) -> Known:
    """``known`` with those labels of ``found`` that the company they are in explains; ``lines``: how many they stand among;
    ``talk``: the title says that people talk.

    A label alone proves nothing. But where most lines begin with one, and labels come again and take turns, the
    others of the same shape are somebody's too: nicknames, shops, delegations, names with a rare surname.
    """
    if len(found) < 3:
        return known
    counts = Counter(squash_label(item.flat) for item in found)
    sure = {squash_label(cut.label.raw) for cut in cuts}
    dense = len(found) >= _SHARE * (lines - sum(item.alone for item in found))
    talks = {squash_label(item.flat) for item in found if SPOKEN.search(item.said)}
    surnames = {
        fold(cut.person.name.value)[0] for cut in cuts if cut.person is not None and cut.person.name is not None
    }
    stamped = sum(cut.stamped for cut in cuts) >= 2
    bracketed = sum(cut.bracketed for cut in cuts) >= 2
    people = {flat for item in found if is_someone(flat := squash_label(item.flat))} | sure
    settled = len(sure) >= 2 or (len(people) >= 2 and (talk or any(counts[flat] > 1 for flat in people)))
    asked = bool(sure) or any(item.said.rstrip().endswith("?") for item in found)
    names, others = set(known.names), set(known.others)
    for item in found:
        flat = squash_label(item.flat)
        if flat in names or flat in others or len(flat) > _LONGEST:
            continue
        if flat in sure:
            names.update([flat] if is_personal(flat) else [])  # 步青: after 步青(新教师):
        elif len(flat) == 1 and flat in surnames:
            names.add(flat)
        elif (at := named_after_office(flat)) is not None and (counts[flat] > 1 or settled):
            names.add(flat[at:])
        elif (len(cuts) >= 2 and ((stamped and item.stamped) or (bracketed and item.bracketed and dense))) or (
            dense and _belongs(flat, item, counts[flat] > 1, talks, settled=settled, asked=asked)
        ):
            (names if is_personal(flat) else others).add(flat)
    proven = settled or _takes_turns(found, sure | names | others)
    return Known(frozenset(names), frozenset(others)) if proven else known


def _belongs(flat: str, item: Candidate, again: bool, talks: set[str], *, settled: bool, asked: bool) -> bool:
    """Somebody's label: by its form, or because it comes again and is followed by what people say to each other."""
    if len(flat) == 1:
        return is_someone(flat) or (again and flat in SINGLE)
    if is_someone(flat) or item.titled:
        return again or settled
    if settled:
        return again or (is_titled_name(flat) and flat in talks)
    return again and asked and flat in talks


def _takes_turns(found: list[Candidate], labels: set[str]) -> bool:
    """The labels follow each other: at least two, one of them again, seldom the same twice in a row."""
    order = [flat for item in found if (flat := squash_label(item.flat)) in labels]
    changes = sum(one != other for one, other in pairwise(order))
    return (
        len(order) >= 3
        and len(set(order)) >= 2
        and len(order) > len(set(order))
        and 4 * changes >= 3 * (len(order) - 1)
    )
