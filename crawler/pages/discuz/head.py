"""What a page tells of its thread besides the posts: title, board, counters, place among its pages (discuz.md 2.10)."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from urllib.parse import urljoin

from crawler.items import Thread
from crawler.pages.discuz.tree import Page
from crawler.pages.discuz.urls import BOARD, THREAD, last_page, page_url, parse_address
from crawler.pages.markup import short_text, words

_SCRIPT_IDS = re.compile(r"fid\s?=\s?parseInt\('(\d{1,12})'\)\s?,\s?tid\s?=\s?parseInt\('(\d{1,12})'\)")
_ANY_TID = re.compile(r"[?&;]p?tid=(\d{1,12})|(?:^|/)thread-(\d{1,12})-\d")
_NUMBER = re.compile(r"\d{1,9}")
_PREFIX = re.compile(r"^[\[【](.{1,30}?)[\]】]\s*")
_OLD_TITLE = re.compile(r"^[^:：]{1,12}[:：]\s*")
_FEW_PAGES = 20  # bold numbers in a bar of pages: one
_FEW_HOLDERS = 20  # elements that may hold the heading: one or two


def thread_ids(page: Page) -> tuple[int | None, int | None]:
    """(tid, fid): the script variable of X is authoritative, then the page's address, then what its links agree on."""
    if match := _SCRIPT_IDS.search(page.source):
        return int(match[2]), int(match[1]) or None
    canonical = (el.get("href") or "" for el in page.root.iter("link") if el.get("rel") == "canonical")
    for url in (page.url, *canonical):
        address = parse_address(url)
        if address and address.kind == THREAD and isinstance(address.id, int):
            return address.id, None
    seen: Counter[str] = Counter()
    for link in page.root.iter("a"):
        if match := _ANY_TID.search(link.get("href") or ""):
            seen[match[1] or match[2]] += 1
    return (int(seen.most_common(1)[0][0]), None) if seen else (None, None)


def crumb_board(page: Page) -> tuple[int | None, str | None]:
    """The last board link of the breadcrumb: number and name."""
    board: tuple[int | None, str | None] = (None, None)
    crumbs = page.by_id("pt", "nav", "foruminfo")
    if crumbs is None:
        crumbs = next((el for el in page.by_class("nav") if el.tag == "td"), None)
    for link in crumbs.iter("a") if crumbs is not None else ():
        address = parse_address(link.get("href") or "")
        if address and address.kind == BOARD:
            board = (address.id if isinstance(address.id, int) else None, words(link) or None)
    return board


def read_pagination(page: Page, kind: str, id_: int | str) -> tuple[int, int]:
    """(this page, number of pages); what the page shows beats what its URL asked for (discuz.md 2.11)."""
    asked = parse_address(page.url)
    bar = next(page.by_class("pg", "pages", "page", "pages_btns"), None)
    if bar is None:
        return (asked.page if asked and page.fragment else 1), 1
    shown = "".join(short_text(strong) for strong in islice(bar.iter("strong"), _FEW_PAGES)).strip(" []\n\r\t")
    number = int(shown) if shown.isdecimal() and len(shown) < 9 else asked.page if asked else 1
    spans = (span for el in bar.iter("label") for span in el.iterchildren("span"))
    label = [number for span in spans for number in _NUMBER.findall(span.get("title") or "")]
    hrefs = [link.get("href") or "" for link in bar.iter("a")]
    return number, max([number, last_page(hrefs, kind, id_), *map(int, label[-1:])])


def read_head(page: Page, thread_id: int, board_id: int | None, pages: int | None) -> Thread:
    """The thread as a desktop page tells it."""
    crumb_id, board = crumb_board(page)
    title, raw, thread_type = _title(page)
    views, replies = _counters(page)
    tags = tuple(words(link) for box in page.by_class("ptg") for link in box.iter("a"))
    return Thread(
        forum=page.forum,
        thread_id=thread_id,
        title=title,
        title_raw=raw,
        board_id=board_id or crumb_id,
        board=board,
        thread_type=thread_type,
        tags=tags or None,
        replies=replies,
        views=views,
        pages=pages,
        is_closed=_is_closed(page) or None,
        url=thread_url(page, thread_id),
    )


def thread_url(page: Page, thread_id: int) -> str:
    """The first page of the thread, in the page's own form of address where it has one."""
    address = parse_address(page.url)
    if thread_id < 0 or (address and address.kind == THREAD and address.id == thread_id and address.view == "desktop"):
        return page_url(page.url, 1)
    base = page.base[: page.base.rfind("archiver/")] if "archiver/" in page.base else page.base
    return urljoin(base, f"forum.php?mod=viewthread&tid={thread_id}")


def split_type(raw: str) -> tuple[str, str | None]:
    """(subject, type prefix) of a heading that shows the type in brackets before the subject."""
    prefix = _PREFIX.match(raw)
    return (raw[prefix.end() :], prefix[1]) if prefix else (raw, None)


def document_title(page: Page) -> str:
    """The subject as the ``<title>`` has it: the words before the first separator."""
    return " ".join((page.root.findtext(".//title") or "").split(" - ")[0].split())


def _title(page: Page) -> tuple[str, str, str | None]:
    """(subject, the heading as shown, type prefix)."""
    subject = page.by_id("thread_subject")
    if subject is None:
        holders = [el for el in (page.by_id("threadtitle"), *page.by_class("ts", "viewthread")) if el is not None]
        subject = next((h for el in holders[:_FEW_HOLDERS] for h in ([el] if el.tag == "h1" else el.iter("h1"))), None)
    if subject is None:
        title = document_title(page)
        subject = next((h for h in page.root.iter("h1") if title and title in words(h)), None)
    if subject is None:
        return title, title, None
    title = words(subject)
    heading = next((h for h in (subject, *subject.iterancestors()) if h.tag == "h1"), subject)
    raw = words(heading)
    bare, kind = split_type(raw)
    if kind and heading is subject and subject.find("a") is not None:  # up to 7.2 the type is a link in the heading
        return bare, raw, kind
    if kind and not title.startswith(raw[: len(raw) - len(bare)].strip()):
        return title, raw, kind
    return title, raw, None


def _counters(page: Page) -> tuple[int | None, int | None]:
    """(views, replies) from the left head cell of a first page; both absent where the site closed it."""
    for cell in page.by_class("hm"):
        values = [(span.text or "").strip() for span in cell.iterchildren("span") if span.get("class") == "xi1"]
        if len(values) >= 2 and all(value.isdecimal() and len(value) < 10 for value in values[:2]):
            return int(values[0]), int(values[1])
    return None, None


def _is_closed(page: Page) -> bool:
    """The lock beside the subject (a picture up to X3.4, an icon in X3.5)."""
    subject = page.by_id("thread_subject")
    cell = next(subject.iterancestors("td", "div"), None) if subject is not None else None
    if cell is None:
        return False
    return any(
        "locked.gif" in (el.get("src") or "") or "lock" in (el.get("class") or "") for el in cell.iter("img", "i")
    )


def read_special(page: Page) -> str:
    """Which kind of thread the first post's boxes make it."""
    if "poll" in page.ids or "pollthread" in page.classes:
        return "poll"
    if "rwd" in page.classes:
        return "reward"
    if any(el.tag == "div" for el in page.classes.get("act", ())):
        return "activity"
    if "debate_affirmvotes" in page.ids or "pdbts" in page.classes or "dbts" in page.classes:
        return "debate"
    trade = "trade" in page.source and any(name.startswith("trade") and name[5:].isdecimal() for name in page.ids)
    return "trade" if trade else "normal"


def old_title(text: str) -> str:
    """The subject of a line that names it first (``标题: …``)."""
    return _OLD_TITLE.sub("", text, count=1)
