"""Text captures: a thread that somebody copied, dumped or converted, read by its post headers (``crawler.pages.dump``).

The markup is gone, so a post's body is PLAIN: what stands between its header and the next one, for the noise and
chrome stages to judge. What the text does not print stays ``None``; ids are stable hashes of what it does print.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from crawler.items import (
    CHROME,
    OTHER,
    PLAIN,
    THREAD,
    Attachment,
    Extract,
    PageError,
    Post,
    Profile,
    Quote,
    RawPage,
    Run,
    Thread,
)
from crawler.pages import markdown
from crawler.pages.discuz.urls import parse_address
from crawler.pages.dump import TIME, Header, bbs_time, column_above, find_headers, floor_in
from crawler.pages.encoding import decode
from crawler.pages.times import find_time, page_offset
from pipelines.chrome import normalise
from pipelines.interface import Strength, fold, furniture
from pipelines.invisible import strip_invisible
from pipelines.jammer import strip_jammer, weigh

_NEWLINE = re.compile(r"\r\n?|\n|\u2028|\u2029")
_URL = re.compile(r"https?://[^\s<>\"'，。；）】」）)\]]+")
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
_COPY_LINK = re.compile(r"\s*\[\s*(?:复制链接|複製鏈接|复制本帖链接|複製本帖鏈接|Copy link|Copy this link to quote)\s*\]\s*", re.IGNORECASE)
_TITLE_LABEL = re.compile(r"^(?:标\s*题|標\s*題|主题|主題|帖子主题|Title|Subject)\s*[:：]\s*(?P<title>\S.*)$")
_SITE_TITLE = re.compile(r"^(?P<title>.+?)\s+-\s+(?P<board>[^-]+?)\s+-\s+.*(?:Powered by|Discuz|论坛|論壇).*$", re.IGNORECASE)
_CRUMBS = re.compile(r"\s*[›»]\s*")
_COUNTS = re.compile(r"(查看|回复|回覆|views|replies): ?(\d+)")
_END = re.compile(
    r"^(?:你需要 ?登录 ?后才可以(?:回|发)帖|本版积分规则|积分规则$|post_newreply$|回帖后跳转到最后一页|使用个人签名|you have to log in before you can reply"
    r"|points rules$|发表新回复$|查看完整版本:|页: ?\[?\d|powered by|※ 来源)"
)
_BBS_SIGNATURE = re.compile(r"^--$")
_LONGEST_TITLE = 120


@dataclass(slots=True)
class _Capture:
    """A capture's lines in two states: as written, and normalised for looking at."""

    lines: list[str]
    bare: list[str]
    is_markdown: bool
    front: dict[str, str]
    top: int
    zone: tzinfo
    host: str


@dataclass(slots=True)
class _Draft:
    """One post being read: its header, and the lines of its body."""

    header: Header
    author: str | None
    start: int
    """Where the post begins, its left column included."""
    body: range
    thread: int = 0
    title: str = ""
    lines: list[str] = field(default_factory=list)


def extract_text(page: RawPage, profile: Profile) -> Extract:
    """Threads and posts of a text capture; ``kind`` is OTHER, with the reason, when no post header is found in it.

    ``PageError``: the bytes are no text.
    """
    if not page.body.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" in page.body[:4096]:
        raise PageError(page.url, "this is no text (it holds NUL bytes): give the saved page itself")
    decoded = decode(page.body, page.content_type)
    empty = Extract(page.url, profile.forum or "unknown", page.fetched_at, OTHER, "text", encoding=decoded.encoding)
    if decoded.text and decoded.replaced > len(decoded.text) / 3:
        raise PageError(page.url, "this is no text in any known encoding")
    capture = _open(decoded.text, page, profile)
    headers = find_headers(capture.bare)
    empty = replace(empty, forum=capture.host, replaced=decoded.replaced)
    if not headers:
        return replace(empty, reason="no post header (a name, 发表于 and a time) is found in this text")
    drafts = _split(capture, headers)
    threads, posts = _assemble(capture, drafts, page)
    return replace(empty, kind=THREAD, threads=threads, posts=posts)


def _open(text: str, page: RawPage, profile: Profile) -> _Capture:
    lines = markdown.halve(_NEWLINE.split(text))
    front = markdown.read_front(lines)
    path = urlsplit(page.url).path.lower()
    is_markdown = bool(front.fields) or path.endswith((".md", ".markdown"))
    if is_markdown:
        for at in markdown.find_credits(lines):
            lines[at] = ""
    bare = []
    for line in lines:
        shown = markdown.plain_line(line) if is_markdown and not line.lstrip().startswith(">") else line
        bare.append(normalise(strip_invisible(shown)[0]))
    zone = profile.zone(page_offset(text))
    return _Capture(lines, bare, is_markdown, front.fields, front.end, zone, _host(page, profile, bare))


def _host(page: RawPage, profile: Profile, bare: list[str]) -> str:
    """The forum's host: as told, from the address, or the only one whose thread or board addresses are printed."""
    if profile.forum:
        return profile.forum
    parts = urlsplit(page.url)
    if parts.scheme in ("http", "https") and parts.netloc:
        return _bare_host(page.url)
    hosts = {_bare_host(url) for url in _forum_urls(bare)}
    return hosts.pop() if len(hosts) == 1 else "unknown"


def _forum_urls(bare: list[str]) -> Iterator[str]:
    for line in bare:
        if "://" in line:
            for url in _URL.findall(line):
                address = parse_address(url)
                if address and address.kind != "index":
                    yield url


def _bare_host(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "unknown"
    host = (parts.hostname or "unknown").lower()
    return host if port in (None, 443 if parts.scheme == "https" else 80) else f"{host}:{port}"


def _split(capture: _Capture, headers: list[Header]) -> list[_Draft]:
    """The posts' stretches of lines, each up to the left column of the next post or to the page's own end."""
    starts: list[tuple[int, str | None]] = []
    floor = capture.top
    for header in headers:
        if header.author:
            starts.append((header.start, header.author))
        else:
            starts.append(column_above(_under_title(capture, floor, header.start), header, floor))
        floor = header.end
    headers = [
        header if header.floor is not None else header._replace(floor=floor_in(capture.bare[start : header.start]))
        for header, (start, _) in zip(headers, starts, strict=True)
    ]
    drafts = []
    ends = [start for start, _ in starts[1:]] + [len(capture.lines)]
    for header, (start, author), end in zip(headers, starts, ends, strict=True):
        end = _page_end(capture, header, end)
        drafts.append(_Draft(header, author, start, range(header.end, max(header.end, end))))
    return drafts


def _under_title(capture: _Capture, floor: int, header: int) -> list[str]:
    """The normalised lines with what cannot be a post's left column (headings, rules, lines above them) blanked out."""
    lines = capture.bare
    for i in range(header - 1, floor - 1, -1):
        raw = capture.lines[i]
        heading = capture.is_markdown and (raw.startswith("#") or markdown.is_rule(raw))
        if heading or _COPY_LINK.search(lines[i]) or (lines[i] and lines[i] == capture.front.get("title")):
            return [""] * (i + 1) + lines[i + 1 :]
    return lines


def _page_end(capture: _Capture, header: Header, end: int) -> int:
    for at in range(header.end, end):
        line = capture.bare[at]
        if not line:
            continue
        if header.form == "bbs" and _BBS_SIGNATURE.match(line):
            return at
        if _END.match(fold(line)):
            return at
        if furniture(line) == (Strength.STRONG, "footer"):
            return at
    if header.form.startswith("posted-size"):  # 6.x and 7.x end every post with a link to the top
        last = next((at for at in range(end - 1, header.end - 1, -1) if capture.bare[at]), end)
        if last < end and capture.bare[last] == "TOP":
            return last
    return end


def _assemble(capture: _Capture, drafts: list[_Draft], page: RawPage) -> tuple[tuple[Thread, ...], tuple[Post, ...]]:
    titles = _titles(capture, drafts)
    groups: dict[str, list[_Draft]] = {}
    for draft, title in zip(drafts, titles, strict=True):
        draft.title = title
        groups.setdefault(title, []).append(draft)
    threads: list[Thread] = []
    posts: list[Post] = []
    for title, group in groups.items():
        thread, of_thread = _read_thread(capture, title, group, page)
        threads.append(thread)
        posts.extend(of_thread)
    return tuple(threads), tuple(posts)


def _titles(capture: _Capture, drafts: list[_Draft]) -> list[str]:
    """Each post's thread title: a new thread begins where a header names another one or floors start again."""
    titles: list[str] = []
    previous_end = capture.top
    for n, draft in enumerate(drafts):
        above = range(previous_end, draft.start)
        named = _plain_title(draft.header.title or "")
        if n == 0:
            title = named or _title_above(capture, above, draft)
        elif named and draft.header.form == "bbs":
            title = named
        elif named and draft.header.form == "labelled" and not named.lower().startswith("re"):
            title = titles[-1] if named == titles[-1] or drafts[n - 1].header.form != "labelled" else named
        elif draft.header.floor == 1 or any(_COPY_LINK.search(capture.bare[i]) for i in above):
            title = _title_above(capture, above, draft) or titles[-1]
        else:
            title = titles[-1]
        titles.append(title)
        previous_end = draft.body.stop
    return titles


def _plain_title(title: str) -> str:
    return re.sub(r"^(?:(?:Re|RE|re|回复|回覆)\s*[:：]\s*)+", "", title).strip()


def _title_above(capture: _Capture, above: range, draft: _Draft) -> str:
    """The subject that stands above a thread's first post; never furniture, noise or a whole sentence."""
    if capture.front.get("title") and above.start == capture.top:
        heading = next((capture.bare[i] for i in above if capture.lines[i].startswith("#")), "")
        told = capture.front["title"]
        return heading if heading.startswith(told) else told
    lines = [(i, capture.bare[i]) for i in above if capture.bare[i]]
    for at, (i, line) in enumerate(lines):
        if _COPY_LINK.search(line):
            own = normalise(_COPY_LINK.sub(" ", line))
            if own and furniture(own)[0] is Strength.NONE:
                return own
            return next((text for _, text in reversed(lines[:at]) if _may_be_title(text)), "")
        if capture.is_markdown and capture.lines[i].startswith("#"):
            return line
        if label := _TITLE_LABEL.match(line):
            return label["title"]
    candidates = [text for _, text in lines if _may_be_title(text)]
    opening = [capture.bare[i] for i in draft.body if capture.bare[i]][:12]
    for text in reversed(candidates):
        if text in opening:
            return text
    for text in candidates:
        if site := _SITE_TITLE.match(text):
            return site["title"]
    crumbs = next((text for _, text in lines if len(_CRUMBS.split(text)) > 2), None)
    if crumbs:
        return _CRUMBS.split(crumbs)[-1]
    return candidates[-1] if candidates else ""


def _may_be_title(text: str) -> bool:
    if not 1 < len(text) <= _LONGEST_TITLE or text[-1] in "。;；，," or furniture(text)[0] is not Strength.NONE:
        return False
    if _URL.fullmatch(text) or len(_CRUMBS.split(text)) > 2:
        return False
    return bool(strip_jammer(text, weigh(text))[0].strip())


def _read_thread(
    capture: _Capture, title: str, group: list[_Draft], page: RawPage
) -> tuple[Thread, list[Post]]:
    url, thread_id = _address(capture, group, page)
    first = group[0]
    if thread_id is None:
        thread_id = _hash(capture.host, title, first.author, _moment(first, capture, page) or first.header.time)
    posts: list[Post] = []
    seen: dict[int, int] = {}
    # where the opening post is called 楼主 and the next one 1楼, floors are counted from zero
    shifted = first.header.floor == 1 and len(group) > 1 and group[1].header.floor == 1
    for order, draft in enumerate(group, 1):
        post = _read_post(capture, draft, page, title, posts)
        key = (capture.host, title, post.author, post.posted_at or post.posted_at_raw)
        number = _hash(*key)
        seen[number] = seen.get(number, 0) + 1
        if seen[number] > 1:
            number = _hash(*key, seen[number])
        floor = order if draft.header.floor is None else draft.header.floor + (shifted and order > 1)
        posts.append(replace(post, thread_id=thread_id, post_id=number, position=floor, is_first=floor == 1, url=url))
    counts = {fold(word): int(n) for word, n in _COUNTS.findall("\n".join(fold(capture.bare[i]) for i in range(first.start)))}
    head = posts[0] if posts[0].is_first else None
    thread = Thread(
        forum=capture.host,
        thread_id=thread_id,
        title=title,
        title_raw=title,
        board=capture.front.get("board") or capture.front.get("forum") or _board(capture, first),
        author=head.author if head else None,
        created_at=head.posted_at if head else None,
        replies=counts.get("回复", counts.get("replies")),
        views=counts.get("查看", counts.get("views")),
        url=url,
    )
    return thread, posts


def _board(capture: _Capture, first: _Draft) -> str | None:
    """The board: the last but one of the breadcrumbs, or a converter's only category."""
    for i in range(capture.top, first.start):
        parts = _CRUMBS.split(capture.bare[i])
        if len(parts) > 2:
            return parts[-2]
    told = capture.front.get("categories") or capture.front.get("category") or ""
    return told.strip("[]").strip("\"' ") or None if "," not in told else None


def _address(capture: _Capture, group: list[_Draft], page: RawPage) -> tuple[str, int | None]:
    """The thread's own address and number: the capture's, or the only thread address printed above its first post."""
    address = parse_address(page.url) if page.url.startswith(("http://", "https://")) else None
    if address and address.kind == THREAD and isinstance(address.id, int):
        return page.url, address.id
    told = [capture.front.get("url", ""), capture.front.get("link", ""), capture.front.get("source", "")]
    above = [*told, *(capture.bare[i] for i in range(group[0].start))]
    urls = {url for url in _forum_urls(above) if (found := parse_address(url)) and found.kind == THREAD}
    numbers = {parse_address(url) for url in urls if _bare_host(url) == capture.host}
    if len(urls) == 1 and len(numbers) == 1 and (found := numbers.pop()) and isinstance(found.id, int):
        return urls.pop(), found.id
    return page.url, None


def _moment(draft: _Draft, capture: _Capture, page: RawPage) -> datetime | None:
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


def _hash(*parts: object) -> int:
    """A negative 63-bit number that is the same wherever the same parts are hashed."""
    told = "\x1f".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in parts)
    return -(int.from_bytes(hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1) - 1


def _read_post(capture: _Capture, draft: _Draft, page: RawPage, title: str, earlier: list[Post]) -> Post:
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
        posted_at=_moment(draft, capture, page),
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
        match = _EDITED.fullmatch(normalise(line)) if "本帖最" in line or "Last edited" in line else None
        if match:
            edit = (match["who"] or match["who2"], match["when"] or match["when2"])
            runs += [Run("\n".join(plain) + "\n", PLAIN), Run(line, CHROME, "edit-notice")]
            plain = [""]
        else:
            plain.append(line)
    runs.append(Run("\n".join(plain), PLAIN))
    return runs, edit


def _take_subject(runs: list[Run], draft: _Draft, title: str) -> tuple[list[Run], str | None]:
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
    capture: _Capture, lines: list[str], earlier: list[Post], pictures: list[Attachment]
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


def _quote_end(capture: _Capture, lines: list[str], at: int, earlier: list[Post]) -> int:
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


def _quote(capture: _Capture, lines: list[str], earlier: list[Post], pictures: list[Attachment]) -> Quote:
    if capture.is_markdown:
        inner = [re.sub(r"^\s*>\s?", "", line) for line in lines]
        lines = [markdown.plain_line(line, pictures) for line in inner]
    first = next((normalise(line) for line in lines if line.strip()), "")
    source = _QUOTE_SOURCE.match(first)
    quoted = _quoted_post(source, earlier) if source else None
    author = (source["a"] or source["b"] or source["c"]) if source else None
    return Quote("", author, quoted.post_id if quoted else None, (Run("\n".join(lines), PLAIN),))
