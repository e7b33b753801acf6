"""Board listings and the index of Discuz! 6.0 to X3.5, desktop (facts: discuz.md section 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from lxml import etree

from crawler.items import Board, Thread
from crawler.pages.discuz.thread import is_followed, read_pagination
from crawler.pages.discuz.tree import Page
from crawler.pages.discuz.urls import BOARD, THREAD, last_page, page_url, parse_address, profile_uid
from crawler.pages.times import find_time

_ROWS = etree.XPath("//tbody[starts-with(@id,'normalthread_') or starts-with(@id,'stickthread_')]")
_ROW_ID = re.compile(r"^(normal|stick)thread_(\d+)$")
_CELLS = etree.XPath("./tr[1]/td|./tr[1]/th|./td|./th")
_LOCKED = re.compile(r"lock", re.I)
_DIGEST = re.compile(r"digest|精华|精華", re.I)
_SPECIAL = re.compile(r"(poll|trade|reward|activity|debate)", re.I)
_MOVED = re.compile(r"^\s*(?:移动|移動|Moved)\s*[:：]", re.I)
_DIGITS = re.compile(r"^\D*(\d+)\D*$")


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


def read_listing(page: Page) -> Listing | None:
    """The rows of a board's listing, or ``None`` when the page has none of a listing's marks."""
    board = _this_board(page)
    rows = _ROWS(page.root)
    if not rows and (
        board is None
        or not page.root.xpath(
            "//*[@id='threadlist' or @id='moderate' or @id='threadlisttableid' or starts-with(@id,'subforum_')]|//form[@name='moderate']"
        )
    ):
        return None
    threads = [row.thread for row in (_read_row(el, page, board) for el in rows) if row is not None]
    number, pages = read_pagination(page, BOARD, board.board_id) if board else (1, 1)
    return Listing(tuple(threads), board, read_boards(page, without=board), number, pages, bool(rows) and is_followed(rows))


def _this_board(page: Page) -> Board | None:
    for summary in page.root.xpath("//table/@summary"):
        if match := re.fullmatch(r"forum_(\d+)", summary):
            break
    else:
        match = re.search(r"var fid = parseInt\('(\d+)'\)", page.source)
    address = parse_address(page.url)
    if match:
        board_id = int(match[1])
    elif address and address.kind == BOARD and isinstance(address.id, int):
        board_id = address.id
    else:
        return None
    name = ""
    for link in page.root.xpath("//h1//a[@href]|//*[@id='pt' or @id='nav']//a[@href]"):
        found = parse_address(urljoin(page.base, link.get("href")))
        if found and found.kind == BOARD and found.id == board_id:
            name = "".join(link.itertext()).strip() or name
            break
    return Board(page.forum, board_id, name, page_url(page.url, 1))


def _read_row(el: etree._Element, page: Page, board: Board | None) -> Row | None:
    match = _ROW_ID.match(el.get("id"))
    cells = _CELLS(el)
    head = next((c for c in cells if c.tag == "th"), None)
    link = _title_link(head if head is not None else el, page)
    if match is None or link is None:
        return None
    url = urljoin(page.base, link.get("href"))
    address = parse_address(url)
    if address is None or not isinstance(address.id, int):
        return None
    row_id = int(match[2])
    replies, views = _counts(cells)
    moved = address.id != row_id
    by = [c for c in cells if c.tag == "td" and c.xpath(".//cite")]
    author, author_id = _account(by[0]) if by else (None, None)
    last_author, _ = _account(by[1]) if len(by) > 1 else (None, None)
    sticky = match[1] == "stick"
    foreign = moved or sticky  # sticky rows of other boards stand here too (discuz.md 3.1)
    thread = Thread(
        forum=page.forum,
        thread_id=address.id,
        title=" ".join("".join(link.itertext()).split()),
        title_raw=_MOVED.sub("", " ".join(_head_text(head, link).split())) if head is not None else "",
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
        is_sticky=True if sticky else None,
        is_digest=bool(_DIGEST.search(_marks(head))) if head is not None else None,
        is_closed=_is_closed(cells, head),
        status="moved" if moved else "live",
        url=page_url(url, 1),
    )
    return Row(thread, row_id if moved else None)


def _title_link(head: etree._Element, page: Page) -> etree._Element | None:
    """The link that carries the subject: the one of its class, else the first link to a thread that shows text."""
    marked = head.xpath(".//a[contains(concat(' ',@class,' '),' xst ')]")
    if marked:
        return marked[0]
    for link in head.iter("a"):
        address = parse_address(urljoin(page.base, link.get("href") or ""))
        if address and address.kind == THREAD and address.page == 1 and "".join(link.itertext()).strip():
            return link
    return None


def _head_text(head: etree._Element, link: etree._Element) -> str:
    kind = head.find("em")
    prefix = "".join(kind.itertext()) if kind is not None else ""
    return f"{prefix} {''.join(link.itertext())}"


def _type(head: etree._Element | None, link: etree._Element) -> str | None:
    """The type prefix: the bracketed ``em`` before the title."""
    if head is None:
        return None
    for kind in head.findall("em"):
        text = "".join(kind.itertext()).strip()
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
        if cell.tag != "td" or cell.xpath(".//cite"):
            continue
        numbers = [_DIGITS.match("".join(el.itertext()).strip()) for el in cell.iter("a", "strong", "em", "span")]
        values = [int(m[1]) for m in numbers if m]
        if len(values) >= 2:
            return values[0], values[1]
    return None, None


def _account(cell: etree._Element) -> tuple[str | None, int | None]:
    cite = cell.find(".//cite")
    if cite is None:
        return None, None
    for link in cite.iter("a"):
        known, uid = profile_uid(link.get("href") or "")
        name = "".join(link.itertext()).strip()
        if known and name:
            return name, uid
        if not name and "username" in (link.get("href") or ""):
            return unquote((link.get("href") or "").rsplit("-", 1)[-1].removesuffix(".html")), None
    return "".join(cite.itertext()).strip() or None, None


def _cell_time(cell: etree._Element, page: Page):  # type: ignore[no-untyped-def]
    for raw in (*cell.xpath(".//em//@title"), "".join(cell.xpath(".//em//text()")), *cell.xpath(".//@title")):
        if found := find_time(raw, page.zone):
            return found
    return None


def read_boards(page: Page, without: Board | None = None) -> tuple[Board, ...]:
    """Boards that the page links to by name (index, categories, sub-boards), each once, in order."""
    found: dict[int, Board] = {}
    for link in page.root.xpath("//*[@id='pt' or @id='nv' or @id='ft' or @id='nav']//a"):
        link.set("data-tiezi-frame", "1")
    for link in page.root.xpath("//a[@href][not(@data-tiezi-frame)]"):
        href = urljoin(page.base, link.get("href"))
        address = parse_address(href)
        name = "".join(link.itertext()).strip()
        if not (name and address and address.kind == BOARD and address.page == 1 and isinstance(address.id, int)):
            continue
        if address.id in found or (without and address.id == without.board_id) or _is_tool(link, href):
            continue
        found[address.id] = Board(page.forum, address.id, name, page_url(href, 1), _threads_listed(link))
    return tuple(found.values())


def _is_tool(link: etree._Element, href: str) -> bool:
    """Links that sort, filter or mark as read are not the board's own."""
    return bool(re.search(r"[?&;](?:filter|orderby|typeid|sortid|specialtype|digest|archiveid)=", href))


def _threads_listed(link: etree._Element) -> int | None:
    """The number of threads in the index row that the link stands in (``fl_i``: threads / posts)."""
    row = next((p for p in link.iterancestors() if p.tag in ("tr", "tbody", "td", "dl")), None)
    if row is None:
        return None
    row = next((p for p in link.iterancestors("tr")), row)
    for cell in row.xpath(".//td[contains(@class,'fl_i')]/span[1]/text()|.//td[contains(@class,'nums')]//text()"):
        if cell.strip().isdigit():
            return int(cell.strip())
    return None
