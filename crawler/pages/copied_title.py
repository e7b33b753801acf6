"""What a text capture says of its threads: subjects, board, address; never an advert, a button or noise."""

from __future__ import annotations

import re

from crawler.items import THREAD, RawPage
from crawler.pages.copied import COPY_LINK, Copied, Draft, forum_urls
from crawler.pages.dump import FLOOR
from crawler.pages.engine import parse_address
from crawler.pages.markup import host_of
from pipelines.chrome import normalise
from pipelines.interface import Strength, furniture
from pipelines.jammer import strip_jammer, weigh

_TITLE_LABEL = re.compile(r"^(?:标\s*题|標\s*題|主题|主題|帖子主题|Title|Subject)\s*[:：]\s*(?P<title>\S.*)$")
_SITE_TITLE = re.compile(
    r"^(?P<title>.+?)\s+-\s+(?P<board>[^-]+?)\s+-\s+.*(?:Powered by|Discuz|论坛|論壇).*$", re.IGNORECASE
)
_SITE_NAME = re.compile(r"Powered by|Discuz", re.IGNORECASE)
_TYPED = re.compile(r"^\[(?P<type>[^\]]{1,20})\]\s*(?P<title>\S.*)$")
_OPENER = re.compile(r"^(?:楼主|樓主)\s*[:：]\s*(?P<name>[^\s|｜:：][^|｜:：]{0,39})$")
REPLY_SUBJECT = re.compile(r"^(?:回复|回覆|回復|Reply)\s*#?\s*\d+\s*[#楼樓]?\s*\S.{0,40}\s*的(?:话题|話題|帖子)$")
_PRINTED = re.compile(r"\[\s*(?:打印本[页頁]|列印本頁|Print this page)\s*\]", re.IGNORECASE)
_CRUMBS = re.compile(r"\s*[›»]\s*")
_LONGEST_TITLE = 120


def thread_titles(capture: Copied, drafts: list[Draft]) -> list[str]:
    """Each post's thread title: a new thread begins where a header names another one or floors start again."""
    titles: list[str] = []
    previous_end = capture.top
    printed = sum(_PRINTED.search(line) is not None for line in capture.bare) == 1  # a printable page is one thread's
    for n, draft in enumerate(drafts):
        above = range(previous_end, draft.start)
        named = _plain_title(draft.header.title or "")
        if n == 0:
            title = named or _title_above(capture, above, draft)
        elif named and draft.header.form == "bbs":
            title = named
        elif named and draft.header.form == "labelled" and not _is_reply(named, printed):
            title = titles[-1] if named == titles[-1] or drafts[n - 1].header.form != "labelled" else named
        elif draft.header.floor == 1 or any(COPY_LINK.search(capture.bare[i]) for i in above):
            title = _title_above(capture, above, draft) or titles[-1]
        else:
            title = titles[-1]
        titles.append(title)
        previous_end = draft.body.stop
    return titles


def _is_reply(named: str, printed: bool) -> bool:
    return printed or named.lower().startswith("re") or REPLY_SUBJECT.match(named) is not None


def _plain_title(title: str) -> str:
    return re.sub(r"^(?:(?:Re|RE|re|回复|回覆)\s*[:：]\s*)+", "", title).strip()


def _title_above(capture: Copied, above: range, draft: Draft) -> str:
    """The subject that stands above a thread's first post; never furniture, noise or a whole sentence."""
    if capture.front.get("title") and above.start == capture.top:
        heading = next((capture.bare[i] for i in above if capture.lines[i].startswith("#")), "")
        told = capture.front["title"]
        return heading if heading.startswith(told) else told
    lines = [(i, capture.bare[i]) for i in above if capture.bare[i]]
    for at, (i, line) in enumerate(lines):
        if COPY_LINK.search(line):
            own = normalise(COPY_LINK.sub(" ", line))
            if own and furniture(own)[0] is Strength.NONE:
                return own
            return next((text for _, text in reversed(lines[:at]) if may_be_title(text)), "")
        if capture.is_markdown and capture.lines[i].startswith("#"):
            return line
        if label := _TITLE_LABEL.match(line):
            return label["title"]
    candidates = [text for _, text in lines if may_be_title(text)]
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


def may_be_title(text: str) -> bool:
    """Whether a line can be a subject: no furniture, address, breadcrumbs or noise, and no sentence."""
    if not 1 < len(text) <= _LONGEST_TITLE or text[-1] in "。;；，," or furniture(text)[0] is not Strength.NONE:
        return False
    if "://" in text or re.fullmatch(FLOOR, text) or len(_CRUMBS.split(text)) > 2:
        return False
    return bool(strip_jammer(text, weigh(text))[0].strip())


def split_type(capture: Copied, title: str, first: Draft) -> tuple[str | None, str]:
    """A subject's thread type and the subject itself: ``[X] Y`` is told from an author's own brackets by the
    breadcrumbs, which print the subject alone.
    """
    match = _TYPED.match(title)
    if match:
        if _board_behind(capture, match["title"], first):
            return match["type"], match["title"]
        for i in range(capture.top, first.start):
            parts = _CRUMBS.split(capture.bare[i])
            if len(parts) > 2 and parts[-1] == match["title"]:
                return match["type"], match["title"]
    return None, title


def _board_behind(capture: Copied, subject: str, first: Draft) -> str | None:
    """The board that the page's own title (subject - board - site - Powered by Discuz!) names behind the subject."""
    for i in range(capture.top, first.start):
        line = capture.bare[i].lstrip("# ")
        if line.startswith(f"{subject} - ") and _SITE_NAME.search(line):
            board, *site = line.removeprefix(f"{subject} - ").split(" - ")
            return board.strip() if len(site) > 1 else None
    return None


def read_board(capture: Copied, first: Draft, subject: str) -> str | None:
    """The board: the last but one of the breadcrumbs, named by the page's title, or a converter's only category."""
    if board := _board_behind(capture, subject, first):
        return board
    for i in range(capture.top, first.start):
        parts = _CRUMBS.split(capture.bare[i])
        if len(parts) > 2:
            return parts[-2]
    told = capture.front.get("categories") or capture.front.get("category") or ""
    return told.strip("[]").strip("\"' ") or None if "," not in told else None


def read_opener(capture: Copied, first: Draft) -> str | None:
    """Who opened the thread: later pages name him above their first post (``楼主: N``)."""
    for i in range(capture.top, first.start):
        if match := _OPENER.match(capture.bare[i]):
            return match["name"]
    return None


def read_address(capture: Copied, group: list[Draft], page: RawPage) -> tuple[str, int | None]:
    """The thread's own address and number: the capture's, or the only thread address printed above its first post."""
    address = parse_address(page.url) if page.url.startswith(("http://", "https://")) else None
    if address and address.kind == THREAD and isinstance(address.id, int):
        return page.url, address.id
    told = [capture.front.get("url", ""), capture.front.get("link", ""), capture.front.get("source", "")]
    above = [*told, *(capture.bare[i] for i in range(group[0].start))]
    urls = {url for url in forum_urls(above) if (found := parse_address(url)) and found.kind == THREAD}
    numbers = {parse_address(url) for url in urls if host_of(url) == capture.host}
    if len(urls) == 1 and len(numbers) == 1 and (found := numbers.pop()) and isinstance(found.id, int):
        return urls.pop(), found.id
    return page.url, None
