"""One post of a text capture: its body as plain runs, quotes, edit notice and own subject in their columns."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from crawler.items import CHROME, PLAIN, Attachment, Post, Quote, RawPage, Run
from crawler.pages import markdown
from crawler.pages.copied import Copied, Draft
from crawler.pages.dump import TIME, bbs_time
from crawler.pages.times import find_time
from pipelines.chrome import normalise

_DAYS_AGO = re.compile(r"(今天|昨天|前天) ?(\d{1,2}):(\d{2})")
_EDITED = re.compile(
    r"\[?\s*(?:本帖最后由|本帖最後由|本帖最后於)\s+(?P<who>.+?)\s+(?:于|於)\s+(?P<when>\d{4}[-/]\d{1,2}[-/]\d{1,2} \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)"
    r"\s*(?:编辑|編輯)\s*\]?|\[?\s*Last edited by\s+(?P<who2>.+?)\s+(?:on|at)\s+(?P<when2>\S+ \S+)\s*\]?"
)
_QUOTE_WORD = re.compile(r"^(?:引用|引言|Quote|QUOTE)\s*[:：]?$")
_QUOTE_SOURCE = re.compile(
    rf"^(?:(?:原帖由|原帖由:|Originally posted by)\s*(?P<a>.{{1,40}}?)\s*(?:于|於|at|on)\s*(?P<t>{TIME})\s*(?:发表|發表)?"
    rf"|引用\s*第?\s*\d+\s*[楼樓#]\s*(?P<b>.{{1,40}}?)\s*[于於]\s*(?P<u>{TIME})\s*(?:发表|發表)的?\s*[:：]?"
    rf"|(?P<c>\S.{{0,39}}?)\s*(?:发表于|發表於|Post time)\s*(?P<v>{TIME}))$"
)
_REPLY_SUBJECT = re.compile(r"^(?:回复|回覆|回復|Reply)\s*#?\s*\d+\s*[#楼樓]?\s*\S.{0,40}\s*的(?:话题|話題|帖子)$")


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
    if capture.is_markdown:
        lines = [markdown.plain_line(line, pictures) for line in markdown.join_soft(lines)]
    runs, edit = _runs(lines)
    runs, own_title = _take_subject(runs, draft, title)
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
        attachments=tuple(pictures),
    )


def _runs(lines: list[str]) -> tuple[list[Run], tuple[str, str] | None]:
    """The body as runs, edit notices marked as furniture, and the last such notice's name and time."""
    runs: list[Run] = []
    edit: tuple[str, str] | None = None
    plain: list[str] = []
    for line in lines:
        match = (
            _EDITED.fullmatch(normalise(line))
            if len(line) < 300 and ("本帖最" in line or "Last edited" in line)
            else None
        )
        if match:
            edit = (match["who"] or match["who2"], match["when"] or match["when2"])
            runs += [Run("\n".join(plain) + "\n", PLAIN), Run(line, CHROME, "edit-notice")]
            plain = [""]
        else:
            plain.append(line)
    runs.append(Run("\n".join(plain), PLAIN))
    return runs, edit


def _take_subject(runs: list[Run], draft: Draft, title: str) -> tuple[list[Run], str | None]:
    """6.x and 7.x print a post's own subject above its message; a copy has it as the first line."""
    if not draft.header.form.startswith("posted-size"):
        return runs, None
    lines = runs[0].text.split("\n")
    at = next((i for i, line in enumerate(lines) if line.strip()), None)
    if at is None:
        return runs, None
    first = normalise(lines[at])
    if first != title and not _REPLY_SUBJECT.match(first):
        return runs, None
    rest = Run("\n".join([*lines[:at], "", *lines[at + 1 :]]), PLAIN)
    return [Run(first, CHROME, "subject"), rest, *runs[1:]], first


def _take_quotes(
    capture: Copied, lines: list[str], earlier: list[Post], pictures: list[Attachment]
) -> tuple[list[Quote], list[str]]:
    """The quote boxes of a body, and its lines without them: Markdown's ``>`` blocks, or a source line and what it quotes."""
    quotes: list[Quote] = []
    kept: list[str] = []
    at = 0
    while at < len(lines):
        end = _quote_end(capture, lines, at, earlier)
        if end > at:
            while kept and (_QUOTE_WORD.match(normalise(kept[-1])) or not kept[-1].strip()):
                kept.pop()
            quotes.append(_quote(capture, lines[at:end], earlier, pictures))
            kept.append("")
            at = end
        else:
            kept.append(lines[at])
            at += 1
    return quotes, kept


def _quote_end(capture: Copied, lines: list[str], at: int, earlier: list[Post]) -> int:
    """Where the quote that begins at this line ends; ``at`` itself when none begins here."""
    line = lines[at]
    if capture.is_markdown and line.lstrip().startswith(">"):
        while at < len(lines) and lines[at].lstrip().startswith(">"):
            at += 1
        return at
    if not (source := _QUOTE_SOURCE.match(normalise(line))):
        return at
    quoted = _quoted_post(source, earlier)
    if source["c"] and quoted is None:
        return at  # a bare "A 发表于 T" is a quote's source only if that post is known
    known = normalise("".join(run.text for run in quoted.body)) if quoted else ""
    end = at + 1
    while end < len(lines) and (bare := normalise(lines[end])):
        if known and bare.rstrip(". …") not in known:
            break
        end += 1
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
    quoted = _quoted_post(source, earlier) if source else None
    author = (source["a"] or source["b"] or source["c"]) if source else None
    return Quote("", author, quoted.post_id if quoted else None, (Run("\n".join(lines), PLAIN),))
