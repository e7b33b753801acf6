"""Boards that a page links to: the index, categories, sub-boards, every view (facts: discuz.md section 3)."""

from __future__ import annotations

import re

from lxml import etree

from crawler.items import Board
from crawler.pages.discuz.tree import Page
from crawler.pages.discuz.urls import BOARD, page_url, parse_address
from crawler.pages.markup import Nearest, join, near_ancestors, words

_FRAME = ("pt", "nv", "ft", "nav", "footer")
# links that sort, filter or mark as read are not the board's own
_TOOLS = re.compile(r"[?&;](?:filter|orderby|typeid|sortid|specialtype|digest|archiveid)=")


def read_boards(page: Page, without: Board | None = None) -> tuple[Board, ...]:
    """Boards that the page links to by name (index, categories, sub-boards), each once, in order."""
    frame = Nearest(el for name in _FRAME for el in page.ids.get(name, ()))
    rows: dict[etree._Element, int | None] = {}
    found: dict[int, Board] = {}
    for link in page.root.iter("a"):
        href = link.get("href")
        if not href or _TOOLS.search(href):
            continue
        address = parse_address(href)
        if address is None or address.kind != BOARD or address.page != 1 or not isinstance(address.id, int):
            continue
        if address.id in found or (without and address.id == without.board_id) or frame.of(link) is not None:
            continue
        if name := _name(link):
            url = page_url(join(page.base, href), 1)
            found[address.id] = Board(page.forum, address.id, name, url, _threads_listed(link, rows))
    return tuple(found.values())


def _name(link: etree._Element) -> str:
    """The link's words; where it also holds a description (touch), its first paragraph."""
    first = next(link.iter("p"), None)
    return words(first) if first is not None and not (link.text or "").strip() else words(link)


def _threads_listed(link: etree._Element, rows: dict[etree._Element, int | None]) -> int | None:
    """The number of threads in the index row that the link stands in (``fl_i``: threads / posts)."""
    row = next((parent for parent in near_ancestors(link) if parent.tag in ("tr", "dl")), None)
    if row is None:
        return None
    if row not in rows:
        rows[row] = next((number for cell in row.iter("td") if (number := _first_number(cell)) is not None), None)
    return rows[row]


def _first_number(cell: etree._Element) -> int | None:
    names = cell.get("class") or ""
    if "fl_i" not in names and "nums" not in names:
        return None
    first = next(cell.iter("span", "em"), None)
    text = words(first if first is not None and "fl_i" in names else cell).split("/")[0].strip()
    return int(text) if text.isdecimal() and len(text) < 10 else None
