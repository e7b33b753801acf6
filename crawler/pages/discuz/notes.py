"""Lines that the forum writes into a post: edit notices and the source lines of quotes (facts: discuz.md 2.5, 2.6)."""

from __future__ import annotations

import re
from typing import NamedTuple

from crawler.items import AUTHORED, CHROME, Run
from crawler.pages.times import time_span

_EDITED = re.compile(
    r"\[?\s{0,9}(?:本帖最后由|本帖最後由)\s{1,9}(?P<who>.{1,60}?)\s{1,9}(?:于|於)\s{1,9}"
    r"(?P<when>\d{4}[-/]\d{1,2}[-/]\d{1,2}\s{1,9}\d{1,2}:\d{2}(?::\d{2})?(?:\s{0,3}[AP]M)?)\s{0,9}(?:编辑|編輯)(?:\s{0,9}\])?"
    r"|Last edited by\s{1,9}(?P<who2>.{1,60}?)\s{1,9}(?:on|at)\s{1,9}(?P<when2>\S{1,20}\s\S{1,20})"
)
_POSTED = re.compile(r"\s{0,9}(?:发表于|發表於|发表|發表|于|於|Post(?:ed)? (?:time|at|on)|[:：,，-])\s{0,9}$")
_POSTED_BY = re.compile(
    r"^\s{0,9}(?:原帖由|引用第?\s{0,3}\d{0,9}\s{0,3}楼?|回复|回覆|Originally posted by|Originalversion von)\s{0,9}",
    re.I,
)
_LINE = 300  # a source line is shorter
_FIRST_RUNS = 6  # an edit notice without its own tag stands at the very start or end of a post


class Edit(NamedTuple):
    by: str | None
    at: str | None


def read_edit(text: str, *, certain: bool) -> Edit | None:
    """Who edited a post and when, from the text of the notice's element; ``certain``: its class says that it is one.

    In an unknown language the time is found where it is; who did it is not told apart.
    """
    match = _EDITED.search(text[:_LINE])
    if match and (certain or match.group().strip() == text.strip()):
        return Edit(match["who"] or match["who2"], match["when"] or match["when2"])
    if not certain:
        return None
    span = time_span(text[:_LINE])
    return Edit(None, text[span[0] : span[1]] if span else None)


def split_bare_edit(runs: list[Run], *, bracketed: bool = True) -> Edit | None:
    """With BBCode off the notice is literal text in brackets on one of the first or last lines; it becomes its own run.

    Without brackets (``bracketed`` false: views that lose the markup) only a whole first line is taken for one.
    """
    ends = [*range(min(_FIRST_RUNS, len(runs))), *range(max(0, len(runs) - _FIRST_RUNS), len(runs))]
    for at in dict.fromkeys(ends):
        run = runs[at]
        if run.mark != AUTHORED or ("本帖最后由" not in run.text and "本帖最後由" not in run.text):
            continue
        for match in _EDITED.finditer(run.text):
            in_brackets = match.group().lstrip().startswith("[")
            if not match["who"] or not (in_brackets or (not bracketed and _is_first_line(runs, at, match))):
                continue
            notice = Run(match.group(), CHROME, "edit-notice")
            runs[at : at + 1] = [Run(run.text[: match.start()]), notice, Run(run.text[match.end() :])]
            return Edit(match["who"], match["when"])
    return None


def _is_first_line(runs: list[Run], at: int, match: re.Match[str]) -> bool:
    before = "".join([run.text for run in runs[:at]]) + match.string[: match.start()]
    behind = match.string[match.end() :].lstrip(" \xa0")
    return not before.strip() and (not behind or behind.startswith("\n"))


def quoted_author(texts: list[str]) -> str | None:
    """Who is quoted: the words before the time in the quote's source line, its first or (7.2) last."""
    whole = "".join(texts)
    ends = [part[:_LINE] for part in whole[:2000].split("\n") if part.strip()][:2]
    ends += [part[-_LINE:] for part in whole[-2000:].split("\n") if part.strip()][-1:]
    for line in ends:
        span = time_span(line)
        if span:
            who = _POSTED_BY.sub("", _POSTED.sub("", line[: span[0]])).strip(" \xa0\u3000:：")
            return who or None
    return None
