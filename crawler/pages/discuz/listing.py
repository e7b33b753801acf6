"""Board listings and the index of Discuz! 6.0 to X3.5, desktop (facts: discuz.md section 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from crawler.items import Board, Thread
from crawler.pages.discuz.archiver import paging_41
from crawler.pages.discuz.boards import read_boards
from crawler.pages.discuz.head import read_pagination
from crawler.pages.discuz.old import paging as old_paging
from crawler.pages.discuz.rows import crumb_name, read_other_rows
from crawler.pages.discuz.thread import is_followed
from crawler.pages.discuz.tree import Page
from crawler.pages.discuz.urls import BOARD, THREAD, last_page, page_url, parse_address, profile_uid
from crawler.pages.markup import Nearest, all_text, join, near_ancestors, short_text, words
from crawler.pages.times import find_time

_ROW_ID = re.compile(r"(normal|stick)thread_(\d{1,12})")
_SUMMARY = re.compile(r"forum_(\d{1,12})")
_SCRIPT_FID = re.compile(r"var fid = parseInt\('(\d{1,12})'\)")
_CELLS = etree.XPath("./tr[1]/td|./tr[1]/th|./td|./th")
_LOCKED = re.compile(r"lock", re.I)
_DIGEST = re.compile(r"digest|精华|精華", re.I)
_SPECIAL = re.compile(r"(poll|trade|reward|activity|debate)", re.I)
_MOVED = re.compile(r"^\s*(?:移动|移動|Moved)\s*[:：]", re.I)
_COUNT = re.compile(r"(?:主题|主題|Threads?)\s*[:：]\s*(\d{1,9})")
_DIGITS = re.compile(r"\D{0,20}(\d{1,9})\D{0,20}")


class Row(NamedTuple):
    thread: Thread
    tombstone: int | None
    """The number of a moved thread's placeholder row, when it is not the thread's own."""


@dataclass(frozen=True, slots=True)
class Listing:
    threads: tuple[Thread, ...]
    board: Board | None
    boards: tuple[Board, ...]
    page: int
    pages: int
    ended: bool
    """Something stands behind the rows: if the page was cut, then not in or between them."""
    view: str = "desktop"


def read_listing(page: Page) -> Listing | None:
    """The rows of a board's listing, or ``None`` when the page has none of a listing's marks."""
    rows = _rows(page)
    view = "desktop"
    threads: list[Thread] = []
    board = _this_board(page)
    if rows:
        threads = [row.thread for row in (_read_row(el, page, board) for el in rows) if row is not None]
    else:
        other = read_other_rows(page, board)
        if other is not None:
            view, threads, rows, board = other.view, other.threads, other.elements, other.board
        elif board is None or not _is_empty_listing(page):
            return None
    number, pages = _paging(page, board, view)
    return Listing(
        tuple(threads),
        board,
        read_boards(page, without=board) if view != "archiver" else (),
        number,
        pages,
        bool(rows) and is_followed(rows),
        view,
    )


def _paging(page: Page, board: Board | None, view: str) -> tuple[int, int]:
    if board is None:
        return 1, 1
    if view == "archiver" and "page" not in page.classes:
        return paging_41(page, BOARD, board.board_id)
    if "tableborder" in page.classes and "pages" not in page.classes:
        return old_paging(page, BOARD, board.board_id)
    return read_pagination(page, BOARD, board.board_id)


def _rows(page: Page) -> list[etree._Element]:
    """The outermost elements that carry a thread's id; in themes without these, those around the title links."""
    rows = [el for ident, els in page.ids.items() if _ROW_ID.fullmatch(ident) for el in els]
    if not rows:
        rows = [row for link in page.by_class("xst") if (row := _row_around(link)) is not None]
    nearest = Nearest(rows)
    return [el for el in dict.fromkeys(rows) if nearest.around(el) is None]


def _row_around(link: etree._Element) -> etree._Element | None:
    if link.tag != "a":
        return None
    return next((el for el in near_ancestors(link) if el.tag == "tr"), None)


def _is_empty_listing(page: Page) -> bool:
    names = ("threadlist", "moderate", "threadlisttableid")
    return (
        page.by_id(*names) is not None
        or any(name.startswith("subforum_") for name in page.ids)
        or any(form.get("name") == "moderate" for form in page.root.iter("form"))
    )


def _this_board(page: Page) -> Board | None:
    summaries = (table.get("summary") or "" for table in page.root.iter("table"))
    match = next((found for summary in summaries if (found := _SUMMARY.fullmatch(summary))), None)
    match = match or _SCRIPT_FID.search(page.source)
    address = parse_address(page.url)
    if match:
        board_id = int(match[1])
    elif address and address.kind == BOARD and isinstance(address.id, int):
        board_id = address.id
    else:
        return None
    name = _name_of(page, board_id) or crumb_name(page)
    return Board(page.forum, board_id, name, page_url(page.url, 1), _own_count(page))


def _own_count(page: Page) -> int | None:
    """The threads of this board as its heading says (X2 and later); the index adds those of boards below it."""
    for head in islice(page.root.iter("h1"), 3):
        if (match := _COUNT.search(all_text(head))) is not None:
            return int(match[1])
    return None


def _name_of(page: Page, board_id: int) -> str:
    """What the heading or the bread crumb calls the board."""
    crumbs = page.by_id("pt", "nav", "foruminfo")
    for holder in (*islice(page.root.iter("h1"), 3), *(() if crumbs is None else (crumbs,))):
        for link in holder.iter("a"):
            crumb = parse_address(link.get("href") or "")
            if crumb and crumb.kind == BOARD and crumb.id == board_id and (name := words(link)):
                return name
    return ""


def _read_row(el: etree._Element, page: Page, board: Board | None) -> Row | None:
    match = _ROW_ID.fullmatch(el.get("id") or "")
    cells = _CELLS(el)
    head = next((c for c in cells if c.tag == "th"), None)
    link = _title_link(head if head is not None else el, page)
    if link is None:
        return None
    url = join(page.base, link.get("href") or "")
    address = parse_address(url)
    if address is None or not isinstance(address.id, int):
        return None
    row_id = int(match[2]) if match else address.id
    replies, views = _counts(cells)
    raw = " ".join(_head_text(head, link).split()) if head is not None else ""
    shown = " ".join(all_text(head).split()) if head is not None and match is None else ""
    moved = address.id != row_id or bool(_MOVED.match(shown))
    by = [c for c in cells if c.tag == "td" and next(c.iter("cite"), None) is not None]
    author, author_id = _account(by[0]) if by else (None, None)
    last_author, _ = _account(by[1]) if len(by) > 1 else (None, None)
    sticky = match is not None and match[1] == "stick"
    foreign = moved or sticky  # sticky rows of other boards stand here too (discuz.md 3.1)
    thread = Thread(
        forum=page.forum,
        thread_id=address.id,
        title=" ".join(all_text(link).split()),
        title_raw=_MOVED.sub("", raw),
        board_id=board.board_id if board and not foreign else None,
        board=board.name or None if board and not foreign else None,
        thread_type=_type(head, link),
        special=_special(cells, head),
        author=author,
        author_id=author_id,
        created_at=_cell_time(by[0], page) if by else None,
        last_post_at=_cell_time(by[1], page) if len(by) > 1 else None,
        last_post_author=last_author,
        replies=replies,
        views=views,
        pages=_row_pages(head, address.id),
        is_sticky=None if "filter=" in page.url and not sticky else sticky,
        is_digest=bool(_DIGEST.search(_marks(head))) if head is not None else None,
        is_closed=_is_closed(cells, head),
        status="moved" if moved else "live",
        url=page_url(url, 1),
    )
    return Row(thread, row_id if moved else None)


def _title_link(head: etree._Element, page: Page) -> etree._Element | None:
    """The link that carries the subject: the one of its class, else the first link to a thread that shows text."""
    for link in head.iter("a"):
        if "xst" in (link.get("class") or "").split():
            return link
    for link in head.iter("a"):
        address = parse_address(link.get("href") or "")
        if address and address.kind == THREAD and address.page == 1 and all_text(link).strip():
            return link
    return None


def _head_text(head: etree._Element, link: etree._Element) -> str:
    kind = head.find("em")
    prefix = all_text(kind) if kind is not None else ""
    return f"{prefix} {''.join(link.itertext())}"


def _type(head: etree._Element | None, link: etree._Element) -> str | None:
    """The type prefix: the bracketed ``em`` before the title."""
    if head is None:
        return None
    for kind in head.findall("em"):
        text = all_text(kind).strip()
        if len(text) > 2 and text[0] in "[【" and text[-1] in "]】":
            return text[1:-1].strip()
    return None


def _marks(head: etree._Element) -> str:
    """Names of the pictures and icons that stand beside the title."""
    return " ".join(
        f"{el.get('src') or ''} {el.get('class') or ''} {el.get('alt') or ''} {el.get('title') or ''}"
        for el in head.iter("img", "i", "span")
        if el.get("src") or el.tag != "img"
    )


def _is_closed(cells: list[etree._Element], head: etree._Element | None) -> bool | None:
    if head is None:
        return None
    names = [head.get("class") or ""]
    for cell in cells[:1]:
        names += [f"{el.get('src') or ''} {el.get('class') or ''}" for el in cell.iter("img", "i")]
    return any(_LOCKED.search(name) for name in names)


def _special(cells: list[etree._Element], head: etree._Element | None) -> str | None:
    names = " ".join(
        f"{(el.get('src') or '').rsplit('/', 1)[-1]} {el.get('class') or ''}"
        for cell in cells[:1]
        for el in cell.iter("img", "i")
    )
    match = _SPECIAL.search(names)
    return match[1].lower() if match else None


def _row_pages(head: etree._Element | None, thread_id: int) -> int | None:
    """Page links beside the title (``...2 3 4..12``); one page where there are none."""
    return last_page((a.get("href") or "" for a in head.iter("a")), THREAD, thread_id) if head is not None else None


def _counts(cells: list[etree._Element]) -> tuple[int | None, int | None]:
    """(replies, views): the cell of two numbers; both null for a moved row, which prints dashes."""
    for cell in cells:
        if cell.tag != "td" or next(cell.iter("cite"), None) is not None:
            continue
        numbers = [_DIGITS.fullmatch(short_text(el).strip()) for el in cell.iter("a", "strong", "em", "span")]
        values = [int(m[1]) for m in numbers if m]
        if len(values) >= 2:
            return values[0], values[1]
    return None, None


def _account(cell: etree._Element) -> tuple[str | None, int | None]:
    cite = next(cell.iter("cite"), None)
    if cite is None:
        return None, None
    for link in cite.iter("a"):
        href = link.get("href") or ""
        known, uid = profile_uid(href)
        name = all_text(link).strip()
        if known and name:
            return name, uid
        if not name and "username" in href:
            return unquote(href.rsplit("-", 1)[-1].removesuffix(".html")), None
    return all_text(cite).strip() or None, None


def _cell_time(cell: etree._Element, page: Page) -> datetime | None:
    stamps = list(islice(cell.iter("em"), 6))
    titles = [title for em in stamps for el in islice(em.iter(etree.Element), 20) if (title := el.get("title"))]
    others = [title for el in islice(cell.iter(etree.Element), 100) if (title := el.get("title"))]
    for raw in (*titles, "".join(map(words, stamps)), *others):
        if found := find_time(raw, page.zone):
            return found
    return None
