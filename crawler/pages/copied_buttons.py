"""The rows of buttons that end the posts of a copied page (回复, 举报, 使用道具): told by what the posts have in common."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from crawler.pages.column import is_button_row, is_opener_button
from crawler.pages.copied import Copied, Draft
from crawler.pages.dump import FLOOR, Header
from pipelines.interface import Strength, fold, furniture

_LAST = ("举报", "报告", "使用道具", "report", "use magic", "top")
_MOST = 40  # lines that can stand between the words of a post and the next post
_MOST_COMMON = 12


def take_buttons(capture: Copied, drafts: list[Draft]) -> None:
    """The rows that most posts end with are the page's: a reply ``支持`` above them stays its author's.

    Above them the opening post has buttons of its own.
    """
    tails = [_tail(capture, draft.body) for draft in drafts]
    endings = Counter(
        ending
        for draft, tail in zip(drafts, tails, strict=True)
        for ending in _endings(capture, tail, draft is drafts[-1])
    )
    common = max(
        (ending for ending in endings if any(map(is_button_row, ending))),
        key=lambda ending: (endings[ending], len(ending)),
        default=(),
    )
    if endings[common] < 2:
        # a copy may end within its last post
        common = next((ending for tail in reversed(tails) if (ending := _only_ending(capture, tail))), ())
    if not common:
        return
    tails[-1] = list(_nonblank(capture, drafts[-1].body))  # behind the last post's buttons stands the page's own end
    for draft, tail in zip(drafts, tails, strict=True):
        folded = [fold(capture.bare[at]) for at in tail]
        found = (n for n in range(len(tail)) if tuple(folded[n : n + len(common)]) == common)
        if (first := max(found, default=None)) is not None:
            first = _first_button(capture, tail, first, opener=draft is drafts[0])
            draft.buttons = tuple(capture.bare[at] for at in tail[first:])
            draft.body = range(draft.body.start, tail[first])


def without_pasted(capture: Copied, headers: list[Header]) -> list[Header]:
    """Where posts end with buttons, a header above which none stands was pasted into the post that it stands in."""
    ended = [
        any(_ends_post(capture.bare[at]) for at in range(above.end, header.start))
        for above, header in itertools.pairwise(headers)
    ]
    if not any(ended) or ended.count(True) < ended.count(False):
        return headers
    behind = zip(headers[1:], ended, strict=True)
    return [*headers[:1], *(header for header, true in behind if true or not header.form.startswith("posted"))]


def _ends_post(line: str) -> bool:
    """A row with a button to report, or to the top: no heading of a post's own parts (评分) and no quote's (引用)."""
    return is_button_row(line) and any(word in fold(line) for word in _LAST)


def _only_ending(capture: Copied, tail: list[int]) -> tuple[str, ...]:
    """Of a single post: the first row that is surely a button's, and the word to reply above it."""
    rows = [fold(capture.bare[at]) for at in tail]
    first = next((n for n, row in enumerate(rows) if is_button_row(row)), None)
    if first is None:
        return ()
    return tuple(
        rows[first - 1 : first + 1] if first and rows[first - 1] in ("回复", "reply") else rows[first : first + 1]
    )


def _endings(capture: Copied, tail: list[int], is_last: bool) -> set[tuple[str, ...]]:
    """What a post's last lines may have in common with other posts'; behind the last one's stands the page's own end."""
    rows = [fold(capture.bare[at]) for at in tail]
    ends = [n + 1 for n in range(len(rows)) if is_button_row(rows[n])] if is_last else [len(rows)]
    return {tuple(rows[n:end]) for end in ends for n in range(max(end - _MOST_COMMON, 0), end)}


def _first_button(capture: Copied, tail: list[int], first: int, *, opener: bool) -> int:
    """Up from the common rows: to the topmost that is surely a button's; an opening post has buttons of its own."""
    while first and furniture(capture.bare[tail[first - 1]])[0] is not Strength.NONE:
        above = [capture.bare[at] for at in tail[max(first - 2, 0) : first]]
        count = above[-1].isdigit() and is_opener_button(above[0])
        sure = next((n for n in range(first) if _is_sure(capture, tail, n, first)), None)
        if sure is not None:
            first = sure
        elif opener and (is_opener_button(above[-1]) or count):
            first -= 1
        else:
            break
    return first


def _is_sure(capture: Copied, tail: list[int], n: int, end: int) -> bool:
    """Whether line ``n`` is surely interface and only interface stands between it and ``end``."""
    strengths = [furniture(capture.bare[at])[0] for at in tail[n:end]]
    return strengths[0] is Strength.STRONG and Strength.NONE not in strengths


def _nonblank(capture: Copied, body: range) -> Iterator[int]:
    return (at for at in body if capture.bare[at])


def _is_button(line: str) -> bool:
    """Interface, but not the size of an attached file, nor a floor's name, which is a reply here."""
    strength, rule = furniture(line)
    return strength is not Strength.NONE and rule != "attachment" and re.fullmatch(FLOOR, line) is None


def _tail(capture: Copied, body: range) -> list[int]:
    """The last lines of a post that look like interface, in their order."""
    found: list[int] = []
    for at in reversed(body):
        if not capture.bare[at]:
            continue
        if len(found) == _MOST or not _is_button(capture.bare[at]):
            break
        found.append(at)
    return found[::-1]
