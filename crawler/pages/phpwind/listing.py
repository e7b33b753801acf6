"""Listings of boards and the index of phpwind 7 to 9 (facts: docs/phpwind.md, Listings)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from crawler.items import BOARD, THREAD, Board, Thread
from crawler.pages.markup import join, near_ancestors, own_text, refuse_nests, short_text, words
from crawler.pages.phpwind.head import crumbs, read_pages
from crawler.pages.phpwind.page import Page
from crawler.pages.phpwind.urls import board_url, page_url, parse_address, profile_uid, thread_url
from crawler.pages.times import find_time

_TITLE = re.compile(r"a_ajax_(\d{1,12})")
_SCRIPT_FID = re.compile(r"\bvar (?:fid|FID) = '(\d{1,12})'")
_LAST_PAGE = re.compile(r"[?&-]page[=-]e\b")
_BY = re.compile(r"^by[:：]\s*(\S.{0,60})$", re.I)
_NUMBER = re.compile(r"\d{1,9}")
_SPECIAL = {
    "vote": "poll",
    "reward": "reward",
    "trade": "trade",
    "active": "activity",
    "activity": "activity",
    "debate": "debate",
}
_ICON = re.compile(r"(?:thread/|icon_|title=.)?(vote|reward|trade|activity|active|debate)(?:lock)?\b")
_COUNTED = re.compile(r"主\s?[题題][:：]\s?(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Listing:
    threads: tuple[Thread, ...]
    board: Board
    boards: tuple[Board, ...]
    page: int
    pages: int


def read_listing(page: Page) -> Listing | None:
    """The rows of a board's listing, or ``None`` when the page is none."""
    board = _this_board(page)
    rows = list(_rows(page))
    if board is None or not (rows or _is_empty_listing(page)):
        return None
    refuse_nests(page.url, (row for row, _ in rows))
    threads = tuple(_read_row(row, link, page, board) for row, link in rows)
    number, pages = read_pages(page, BOARD, board.board_id)
    return Listing(threads, board, read_boards(page, without=board.board_id), number, pages)


def _rows(page: Page) -> Iterator[tuple[etree._Element, etree._Element]]:
    """(row, link that is the subject); announcements have no such link."""
    seen: set[etree._Element] = set()
    for link in page.root.iter("a"):
        row = next((box for box in near_ancestors(link) if box.tag == "tr"), None)
        if row is not None and row not in seen and (_TITLE.fullmatch(link.get("id") or "") or _is_subject(link)):
            seen.add(row)
            yield row, link


def _is_subject(link: etree._Element) -> bool:
    """9.x: the link of class ``st`` in the row's title that leads to the thread, not to its type."""
    parent = link.getparent()
    if "st" not in (link.get("class") or "").split() or parent is None or "title" not in (parent.get("class") or ""):
        return False
    address = parse_address(link.get("href") or "")
    return address is not None and address.kind == THREAD


def _is_empty_listing(page: Page) -> bool:
    return page.by_id("threadlist") is not None or next(page.by_class("not_content"), None) is not None


def _this_board(page: Page) -> Board | None:
    address = parse_address(page.url)
    board_id: int | None = None
    if address and address.kind == BOARD and isinstance(address.id, int):
        board_id = address.id
    elif address and address.kind == THREAD:
        return None
    elif match := _SCRIPT_FID.search(page.source):
        board_id = int(match[1])
    if board_id is None:
        return None
    name = ""
    for link in crumbs(page):
        found = parse_address(link.get("href") or "")
        if found and found.kind == BOARD and found.id == board_id:
            name = words(link)
    for head in page.by_class("hB"):
        name = name or next((words(title) for title in head.iter("h2")), "")
    counted = next((match for box in page.by_class("threadInfo") if (match := _COUNTED.search(short_text(box)))), None)
    url = page_url(page.url, 1) if address else board_url(page.base, board_id)
    return Board(page.forum, board_id, name, url, int(counted[1]) if counted else None)


def _read_row(row: etree._Element, link: etree._Element, page: Page, board: Board) -> Thread:
    url = join(page.base, link.get("href") or "")
    address = parse_address(url)
    match = _TITLE.fullmatch(link.get("id") or "")
    thread_id = int(match[1]) if match else int(address.id) if address and isinstance(address.id, int) else 0
    title = " ".join((link.get("title") or words(link)).split()) if match is None else words(link)
    thread_type = _type(link)
    icons = " ".join(f"{el.get('src') or ''} {el.get('class') or ''}" for el in row.iter("img", "i"))
    sticky = "headtopic" in icons
    author, author_id, created_at = _opened(row, link, page)
    last_author, last_at = _last(row, page)
    replies, views = _counts(row)
    special = _ICON.search(icons)
    return Thread(
        forum=page.forum,
        thread_id=thread_id,
        title=title,
        title_raw=f"[{thread_type}] {title}" if thread_type else title,
        board_id=None if sticky else board.board_id,  # those of other boards stand here too
        board=None if sticky else board.name or None,
        thread_type=thread_type,
        special=_SPECIAL[special[1]] if special else None,
        author=author,
        author_id=author_id,
        created_at=created_at,
        last_post_at=last_at,
        last_post_author=last_author,
        replies=replies,
        views=views,
        is_sticky=sticky,
        is_digest="digest" in icons,
        is_closed="lock" in icons or "topicclose" in icons,
        url=page_url(url, 1) if address and address.kind == THREAD else thread_url(page.base, thread_id),
    )


def _type(link: etree._Element) -> str | None:
    """The link in brackets before the subject."""
    for before in link.itersiblings("a", preceding=True):
        address = parse_address(before.get("href") or "")
        if address and address.kind == BOARD and words(before).startswith(("[", "【")):
            return words(before).strip("[]【】") or None
    return None


def _accounts(
    row: etree._Element, link: etree._Element | None = None
) -> Iterator[tuple[etree._Element, str, int | None]]:
    for other in row.iter("a"):
        known, uid = profile_uid(other.get("href") or "")
        if known and (name := words(other)) and other is not link:
            yield other, name, uid


def _opened(row: etree._Element, link: etree._Element, page: Page) -> tuple[str | None, int | None, datetime | None]:
    """Who opened the thread and when; most listings print the day alone, which is no time."""
    for account, name, uid in _accounts(row, link):
        cell = account.getparent()
        told = words(cell) if cell is not None else ""
        return name, uid, find_time(told, page.zone)
    return None, None, None


def _last(row: etree._Element, page: Page) -> tuple[str | None, datetime | None]:
    """Who posted last and when: beside the link to the thread's end; ``None`` for a time without year (9.x)."""
    link = next((a for a in row.iter("a") if _LAST_PAGE.search(a.get("href") or "")), None)
    if link is None:
        return None, None
    cell = next((box for box in near_ancestors(link) if box.tag == "td"), row)
    moment = (
        find_time(link.get("title"), page.zone)
        or find_time(words(link), page.zone)
        or find_time(words(cell), page.zone)
    )
    accounts = [name for _, name, _ in _accounts(cell)]
    if accounts:
        return accounts[-1], moment
    told = (words(part) for part in (*cell.iter("span", "p"), cell))
    return next((match[1] for text in told if (match := _BY.match(text))), None), moment


def _counts(row: etree._Element) -> tuple[int | None, int | None]:
    """(replies, views): 7.x ``<span>3</span>/120``, 8.x ``<em>3</em>120``, 9.x one ``em`` each."""
    for cell in row.iter("td"):
        names = (cell.get("class") or "").split()
        if "num" not in names and not ("f10" in names and "y-style" in names):
            continue
        marked = [int(words(el)) for el in cell.iter("em", "span") if _NUMBER.fullmatch(words(el))]
        if len(marked) > 1:
            return marked[0], marked[1]
        rest = _NUMBER.search(own_text(cell))
        return (marked[0] if marked else None), (int(rest.group()) if rest else None)
    return None, None


def read_boards(page: Page, without: int | None = None) -> tuple[Board, ...]:
    """The boards that a page names in a heading, each once: the index, and the parts of a board."""
    found: dict[int, Board] = {}
    for link in page.root.iter("a"):
        heading = next((box for box in near_ancestors(link) if box.tag in ("h2", "h3")), None)
        if heading is None:
            continue
        url = join(page.base, link.get("href") or "")
        address = parse_address(url)
        if address is None or address.kind != BOARD or not isinstance(address.id, int) or address.id in found:
            continue
        if address.id != without and (name := words(link)):
            found[address.id] = Board(page.forum, address.id, name, page_url(url, 1), _threads_listed(heading))
    return tuple(found.values())


def _threads_listed(heading: etree._Element) -> int | None:
    """The number of threads in the cell behind the board's name, or in its own."""
    cell = next((box for box in near_ancestors(heading) if box.tag in ("th", "td")), None)
    if cell is None:
        return None
    if match := _COUNTED.search(short_text(cell)):
        return int(match[1])
    behind = next(cell.itersiblings(etree.Element), None)
    if behind is None:
        return None
    counted = next(behind.iter("em"), behind)
    number = _NUMBER.match(short_text(counted).strip())
    return int(number.group()) if number else None
