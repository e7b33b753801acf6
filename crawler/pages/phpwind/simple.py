"""The plain view of a thread for search engines, ``simple/?t123.html`` (facts: docs/phpwind.md, Plain view)."""

from __future__ import annotations

import re

from lxml import etree

from crawler.items import Post
from crawler.pages.markup import near_ancestors, refuse_nests, words
from crawler.pages.phpwind.body import read_body
from crawler.pages.phpwind.page import Page
from crawler.pages.phpwind.urls import parse_address, thread_url
from crawler.pages.times import find_time

_PER_PAGE = 50
_TOTAL = re.compile(r"Pages:\s?\(\s?(\d{1,7}) total")


def read_simple(page: Page, thread_id: int) -> tuple[str, list[Post], int, int] | None:
    """(title, posts, this page, pages); replies have no number yet (0). ``None``: it is no such view."""
    cells = [cell for cell in page.by_class("tpc_content") if cell.tag == "td"]
    address = parse_address(page.url)
    if not cells or (address is not None and address.view != "archiver"):
        return None
    refuse_nests(page.url, cells)
    number = address.page if address else 1
    total = _TOTAL.search(" ".join(words(el) for el in page.root.iter("center")))
    heading = next(cells[0].iter("h1"), None)
    title = words(heading) if heading is not None else ""
    if heading is not None:
        _remove(heading)
    posts = [_read_post(cell, page, thread_id, (number - 1) * _PER_PAGE + at) for at, cell in enumerate(cells, 1)]
    return title, posts, number, max(number, int(total[1]) if total else 1)


def _remove(heading: etree._Element) -> None:
    """Take the subject out of the first message, in whose cell it stands; what follows it stays."""
    heading.text = None
    for child in list(heading):
        heading.remove(child)


def _read_post(cell: etree._Element, page: Page, thread_id: int, position: int) -> Post:
    body = read_body(cell, base=page.base, thread_id=thread_id, legacy_encoding=page.legacy_encoding)
    table = next((box for box in near_ancestors(cell) if box.tag == "table"), cell)
    bold = next(table.iter("b"), None)
    told = next((words(td) for td in table.iter("td") if "smalltxt" in (td.get("class") or "").split()), None)
    return Post(
        forum=page.forum,
        thread_id=thread_id,
        post_id=-thread_id if position == 1 else 0,
        body=tuple(body.runs),
        position=position,
        author=(words(bold) or None) if bold is not None else None,
        posted_at=find_time(told, page.zone),
        posted_at_raw=told or None,
        edited_at=find_time(body.edited[1], page.zone),
        edited_by=body.edited[0],
        url=thread_url(page.base, thread_id),
        quotes=tuple(body.quotes),
        attachments=tuple(dict.fromkeys(body.attachments)),
        comments=tuple(body.comments),
        flags=tuple(body.flags),
    )
