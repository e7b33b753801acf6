"""One post of a text capture: its body as plain runs, quotes, edit notice and own subject in their columns."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from crawler.items import CHROME, PLAIN, Attachment, Comment, Post, Quote, RawPage, Run
from crawler.pages import markdown
from crawler.pages.copied import Copied, Draft
from crawler.pages.copied_title import REPLY_SUBJECT
from crawler.pages.dump import MOMENT, TIME, bbs_time
from crawler.pages.times import find_time
from pipelines.chrome import normalise
from pipelines.interface import Strength, fold, furniture

_DAYS_AGO = re.compile(r"(今天|昨天|前天) ?(\d{1,2}):(\d{2})")
EDITED = re.compile(
    r"\[?\s*(?:本帖最后由|本帖最後由|本帖最后於)\s+(?P<who>.+?)\s+(?:于|於)\s+(?P<when>\d{4}[-/]\d{1,2}[-/]\d{1,2} \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)"
    r"\s*(?:编辑|編輯)\s*\]?|\[?\s*Last edited by\s+(?P<who2>.+?)\s+(?:on|at)\s+(?P<when2>\S+ \S+)\s*\]?"
)
_POSTED_BEHIND = re.compile(rf"^(?P<text>.*?)\s*(?:发表于|發表於|Post time)\s*(?P<time>{TIME})$")
_COMMENTS = frozenset(["点评", "點評", "comments", "comment"])
_VOTE = re.compile(r"(?:单选|多选|單選|多選)投票.*(?:参与投票|參與投票)")
_VOTE_END = re.compile(r"你所在的用户组没有投票权限|你已经投过票|投票已经结束|提交$")
_LONGEST_VOTE = 80
_RATINGS = frozenset(["评分", "本帖最近评分记录", "rating", "rate"])
_RELATED = frozenset(["相关帖子", "相关主题", "related threads"])
_RATING = re.compile(r"\S.{0,30}? [+-] ?\d{1,5}(?: .{1,60})?$")
_PAGER = ("", "上一页", "下一页", "上一頁", "下一頁", "prev", "next")
_QUOTED_LINES = 3  # X quotes so many lines of a post at most, and marks a cut by three dots (post_newreply.php)
_NOISE = re.compile(r"(?:\s*[!-~]{1,5}(?=\s|$))+\s*")
_QUOTE_WORD = re.compile(r"^(?:引用|引言|Quote|QUOTE)\s*[:：]?$")
_QUOTE_SOURCE = re.compile(
    rf"^(?:(?:原帖由|原帖由:|Originally posted by)\s*(?P<a>.{{1,40}}?)\s*(?:于|於|at|on)\s*(?P<t>{TIME})\s*(?:发表|發表)?"
    rf"|引用\s*第?\s*\d+\s*[楼樓#]\s*(?P<b>.{{1,40}}?)\s*[于於]\s*(?P<u>{TIME})\s*(?:发表|發表)的?\s*[:：]?"
    rf"|(?P<c>\S.{{0,39}}?)\s*(?:发表于|發表於|Post time)\s*(?P<v>{MOMENT}))(?P<rest>\s*[!-~]{{0,3}}\s[!-~ ]*)?$"
)


def read_moment(draft: Draft, capture: Copied, page: RawPage) -> datetime | None:
    """When a post was written, as UTC: an absolute time, or a named day of the capture's own last three with a clock."""
    raw = bbs_time(draft.header.time) or draft.header.time
    if day := _DAYS_AGO.search(raw):
        ago = ("今天", "昨天", "前天").index(day.group(1))
        local = page.fetched_at.astimezone(capture.zone) - timedelta(days=ago)
        try:
            local = local.replace(hour=int(day.group(2)), minute=int(day.group(3)), second=0, microsecond=0)
        except ValueError:
            return None
        return local.astimezone(UTC)
    return find_time(raw, capture.zone)


def read_post(capture: Copied, draft: Draft, page: RawPage, title: str, earlier: list[Post]) -> Post:
    pictures: list[Attachment] = []
    lines = [capture.lines[i] for i in draft.body]
    quotes, lines = _take_quotes(capture, lines, earlier, pictures)
    comments, lines = _take_comments(lines, capture)
    if capture.is_markdown:
        lines = [markdown.plain_line(line, pictures) for line in markdown.join_soft(lines)]
    elif capture.is_archiver:  # which prints a list's BBCode as it is written
        lines = [line.replace("[*]", "", 1) if line.lstrip().startswith("[*]") else line for line in lines]
    runs, edit = _runs(lines)
    runs, own_title = _take_subject(runs, draft, title, printed=capture.is_archiver and not earlier)
    if draft.buttons:
        runs.append(Run("\n".join(("", *draft.buttons)), CHROME, "buttons"))
    return Post(
        forum=capture.host,
        thread_id=0,
        post_id=0,
        body=tuple(runs),
        author=draft.author,
        posted_at=read_moment(draft, capture, page),
        posted_at_raw=draft.header.time or None,
        edited_at=find_time(edit[1], capture.zone) if edit else None,
        edited_by=edit[0] if edit else None,
        title=title or None if draft.header.floor == 1 or not earlier else own_title or draft.header.title,
        quotes=tuple(quotes),
        comments=tuple(comments),
        attachments=tuple(pictures),
    )


def _runs(lines: list[str]) -> tuple[list[Run], tuple[str, str] | None]:
    """The body as runs, edit notices marked as furniture, and the last such notice's name and time."""
    runs: list[Run] = []
    edit: tuple[str, str] | None = None
    plain: list[str] = []
    boxes = _boxes(lines)
    for at, line in enumerate(lines):
        if at in boxes:
            runs += [Run("\n".join(plain) + "\n", PLAIN), Run(line, CHROME, boxes[at])]
            plain = [""]
            continue
        match = (
            EDITED.match(normalise(line)) if len(line) < 300 and ("本帖最" in line or "Last edited" in line) else None
        )
        if match:
            edit = (match["who"] or match["who2"], match["when"] or match["when2"])
            runs += [Run("\n".join(plain) + "\n", PLAIN), Run(match.group(), CHROME, "edit-notice")]
            plain = ["", normalise(line)[match.end() :]]  # a copy may glue noise to it
        else:
            plain.append(line)
    runs.append(Run("\n".join(plain), PLAIN))
    return runs, edit


def _take_subject(runs: list[Run], draft: Draft, title: str, *, printed: bool) -> tuple[list[Run], str | None]:
    """6.x and 7.x print a post's own subject above its message; a copy has it as the first line.

    ``printed``: an archiver page prints the thread's there.
    """
    if not draft.header.form.startswith("posted-size") and not printed:
        return runs, None
    lines = runs[0].text.split("\n")
    at = next((i for i, line in enumerate(lines) if line.strip()), None)
    if at is None:
        return runs, None
    first = normalise(lines[at])
    if first != title and (printed or not REPLY_SUBJECT.match(first)):
        return runs, None
    rest = Run("\n".join([*lines[:at], "", *lines[at + 1 :]]), PLAIN)
    return [Run(first, CHROME, "subject"), rest, *runs[1:]], first


def _boxes(lines: list[str]) -> dict[int, str]:
    """Lines of a vote and of a list of ratings that stand among the author's, each with what it belongs to."""
    bare = [normalise(line) for line in lines]
    found: dict[int, str] = {}
    for at, line in enumerate(bare):
        if _VOTE.match(line):
            behind = range(at, min(at + _LONGEST_VOTE, len(bare)))
            end = next((n for n in behind if _VOTE_END.match(fold(bare[n]))), at)
            found.update(dict.fromkeys(range(at, end + 1), "special"))
        elif fold(line) in _RATINGS:
            rows = 0
            while at + rows + 1 < len(bare) and (not bare[at + rows + 1] or _RATING.match(bare[at + rows + 1])):
                rows += 1
            if any(bare[at + 1 : at + rows + 1]):
                found.update(dict.fromkeys(range(at, at + rows + 1), "rating"))
        elif fold(line) in _RELATED and at + 1 < len(bare) and bare[at + 1].startswith("•"):
            rows = next((n for n in range(at + 1, len(bare)) if bare[n] and not bare[n].startswith("•")), len(bare))
            found.update(dict.fromkeys(range(at, rows), "related"))
    return found


def _take_comments(lines: list[str], capture: Copied) -> tuple[list[Comment], list[str]]:
    """The comments below a post (点评: a heading, then name and text with its time by turns), and the lines without."""
    heading = next((n for n, line in enumerate(lines) if normalise(line).lower() in _COMMENTS), None)
    if heading is None:
        return [], lines
    found: list[Comment] = []
    told: list[str] = []
    end = heading + 1
    for at in range(heading + 1, len(lines)):
        if not (bare := normalise(lines[at])):
            continue
        if match := _POSTED_BEHIND.match(bare):
            if not told:  # a converter may join the name and the text
                name = re.split(r"\s{2,}", lines[at].strip())[0] if "  " in lines[at].strip() else bare.split(" ")[0]
                told, text = [normalise(name)], match["text"][len(normalise(name)) :].strip()
            else:
                text = "\n".join([*told[1:], match["text"]]).strip()
            found.append(Comment(told[0], text, find_time(match["time"], capture.zone)))
            told, end = [], at + 1
        elif len(told) > _QUOTED_LINES:
            break
        else:
            told.append(bare)
    while end < len(lines) and normalise(lines[end]).lower() in _PAGER:
        end += 1
    return (found, lines[:heading] + lines[end:]) if found else ([], lines)


def _take_quotes(
    capture: Copied, lines: list[str], earlier: list[Post], pictures: list[Attachment]
) -> tuple[list[Quote], list[str]]:
    """The quote boxes of a body, and its lines without them: Markdown's ``>`` blocks, or a source line and what it quotes."""
    quotes: list[Quote] = []
    kept: list[str] = []
    at, opens = 0, True
    while at < len(lines):
        end = _quote_end(capture, lines, at, earlier, opens=opens)
        if end > at:
            while kept and (_QUOTE_WORD.match(normalise(kept[-1])) or not kept[-1].strip()):
                kept.pop()
            quotes.append(_quote(capture, lines[at:end], earlier, pictures))
            kept.append("")
            at = end
        else:
            kept.append(lines[at])
            opens = opens and _is_header_row(lines[at])
            at += 1
    return quotes, kept


def _is_header_row(line: str) -> bool:
    """Nothing, or what stands beside a post's time; a converter puts each word of it on a line."""
    bare = normalise(line)
    return not bare or bare == "|" or furniture(bare)[0] is Strength.STRONG or EDITED.match(bare) is not None


def _quote_end(capture: Copied, lines: list[str], at: int, earlier: list[Post], *, opens: bool) -> int:
    """Where the quote that begins at this line ends; ``at`` itself when none begins here. ``opens``: it is the post's first."""
    line = lines[at]
    if capture.is_markdown and line.lstrip().startswith(">"):
        while at < len(lines) and lines[at].lstrip().startswith(">"):
            at += 1
        return at
    if not (source := _QUOTE_SOURCE.match(normalise(line))):
        return at
    quoted = _quoted_post(source, earlier)
    if source["c"] and quoted is None and not opens:
        return at  # a bare "A 发表于 T" is a quote's source only if that post is known, or where X prints it
    known = normalise("".join(run.text for run in quoted.body)) if quoted else ""
    end, shown, cut = at + 1, 0, False
    while end < len(lines) and not cut and not (source["c"] and shown == _QUOTED_LINES):
        bare = normalise(lines[end])
        noise = bool(bare) and _NOISE.fullmatch(bare) is not None
        if (not bare and shown) or (known and bare and not noise and bare.rstrip(". …") not in known):
            break
        shown += bool(bare) and not noise
        cut = bool(source["c"]) and bare.endswith(" ...")
        end += 1
    if source["c"] and quoted is None and not cut and any(map(str.strip, lines[end : end + 1])):
        return at
    return end


def _quoted_post(source: re.Match[str], earlier: list[Post]) -> Post | None:
    """The post of this capture that a quote's source line names, by author and time to the minute."""
    author = source["a"] or source["b"] or source["c"]
    time = source["t"] or source["u"] or source["v"]
    for post in earlier:
        raw = post.posted_at_raw or ""
        if post.author == author and (raw.startswith(time) or (len(raw) > 10 and time.startswith(raw))):
            return post
    return None


def _quote(capture: Copied, lines: list[str], earlier: list[Post], pictures: list[Attachment]) -> Quote:
    if capture.is_markdown:
        inner = [re.sub(r"^\s*>\s?", "", line) for line in lines]
        lines = [markdown.plain_line(line, pictures) for line in inner]
    first = next((normalise(line) for line in lines if line.strip()), "")
    source = _QUOTE_SOURCE.match(first)
    if source and source["rest"]:  # noise that a copy glued to the source line
        lines = [first[: source.start("rest")], *lines[1:]]
    quoted = _quoted_post(source, earlier) if source else None
    author = (source["a"] or source["b"] or source["c"]) if source else None
    return Quote("", author, quoted.post_id if quoted else None, (Run("\n".join(lines), PLAIN),))
