"""Rows of listings that have no ids: touch and simple mobile, picture mode, archiver, 4.x (facts: discuz.md 3.1, 7; templates of 4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawler.items import Board, Thread
from crawler.pages.discuz.head import split_type
from crawler.pages.discuz.tree import Page
from crawler.pages.discuz.urls import BOARD, THREAD, last_page, page_url, parse_address, profile_uid
from crawler.pages.markup import all_text, join, own_text, refuse_nests, words
from crawler.pages.times import find_time

_COUNT = re.compile(r"\D{0,20}(\d{1,9})\D{0,40}")
_SPECIAL = re.compile(r"(poll|trade|reward|activity|debate)small")


@dataclass(slots=True)
class OtherRows:
    """A listing in a view whose rows carry no ids."""

    view: str
    threads: list[Thread]
    elements: list[etree._Element]
    board: Board | None


def read_other_rows(page: Page, board: Board | None) -> OtherRows | None:
    """The listing's rows, by the structure of one of these views, else ``None``."""
    readers = (_touch, _simple, _pictures, _archiver, _old)
    return next((found for read in readers if (found := read(page, board)) is not None), None)


def _link(row: etree._Element) -> tuple[etree._Element, int] | None:
    """The first link of a row that leads to the first page of a thread and shows text, with the thread's number."""
    for link in row.iter("a"):
        address = parse_address(link.get("href") or "")
        if address and address.kind == THREAD and address.page == 1 and isinstance(address.id, int) and words(link):
            return link, address.id
    return None


def _row(page: Page, board: Board | None, link: etree._Element, tid: int, title: str, **fields: Any) -> Thread:
    bare, kind = split_type(title) if fields.pop("typed", False) else (title, None)
    fields.setdefault("thread_type", kind)
    return Thread(
        forum=page.forum,
        thread_id=tid,
        title=bare,
        title_raw=title,
        board_id=board.board_id if board and not fields.get("is_sticky") else None,
        board=board.name or None if board and not fields.get("is_sticky") else None,
        url=page_url(join(page.base, link.get("href") or ""), 1),
        **fields,
    )


def _board(page: Page, board: Board | None, name: str, links: Iterable[etree._Element]) -> Board | None:
    """The listing's own board: by its address, else by what its page links agree on."""
    if board is not None:
        if board.name:
            return board
        return Board(board.forum, board.board_id, name or _linked_name(page, board.board_id), board.url)
    for link in links:
        address = parse_address(link.get("href") or "")
        if address and address.kind == BOARD and isinstance(address.id, int):
            return Board(page.forum, address.id, name or words(link), page_url(join(page.base, link.get("href")), 1))
    return None


def _linked_name(page: Page, board_id: int) -> str:
    """What a link to the board's first page calls it (page numbers do not)."""
    for link in page.root.iter("a"):
        address = parse_address(link.get("href") or "")
        if address and address.kind == BOARD and address.id == board_id and "filter=" not in link.get("href"):
            name = words(link)
            if name and not name.strip("[]").isdecimal():
                return name
    return ""


def _touch(page: Page, board: Board | None) -> OtherRows | None:
    boxes = [box for box in page.by_class("threadlist") if box.tag == "div"]
    refuse_nests(page.url, boxes)
    lists = [child for box in boxes for child in box.iterchildren("ul")]
    rows = [(li, found) for ul in lists for li in ul.iterchildren("li") if (found := _link(li))]
    if not rows:
        return None
    heading = next(
        (h for box in page.root.iter("div") if "header" in (box.get("class") or "").split() for h in box.iter("h2")),
        None,
    )
    name = words(heading) if heading is not None else ""
    board = _board(page, board, name, page.root.iter("a"))
    threads = [_touch_row(li, link, tid, page, board) for li, (link, tid) in rows]
    return OtherRows("mobile", threads, [li for li, _ in rows], board)


def _touch_row(li: etree._Element, link: etree._Element, tid: int, page: Page, board: Board | None) -> Thread:
    subject = next((em for em in reversed(list(link.iter("em")))), None)
    title = words(subject) if subject is not None else " ".join(own_text(link).split())
    views, replies = _touch_counts(li)
    author, author_id = _account(li)
    names = " ".join(
        [li.get("class") or "", *((el.get("class") or el.get("src") or "") for el in link.iter("span", "img"))]
    )
    kinds = [words(a) for a in li.iter("a") if "filter=typeid" in (a.get("href") or "")]
    return _row(
        page,
        board,
        link,
        tid,
        title or words(link),
        thread_type=kinds[0].lstrip("#") or None if kinds else None,
        author=author,
        author_id=author_id,
        views=views,
        replies=replies,
        is_sticky=True if "list_top" in names or "icon_top" in names else None,
        is_digest="digest" in names or None,
        is_closed="lock" in names or None,
    )


def _touch_counts(li: etree._Element) -> tuple[int | None, int | None]:
    """(views, replies): beside the icons of an eye and a bubble (X3.5), or the one number of X3.4, the replies."""
    values: dict[str, int] = {}
    for icon in li.iter("i"):
        match = _COUNT.fullmatch((icon.tail or "").strip())
        for name in ("eye", "chat"):
            if match and name in (icon.get("class") or ""):
                values[name] = int(match[1])
    if not values:
        for span in li.iter("span"):
            match = _COUNT.fullmatch(words(span)) if "num" in (span.get("class") or "").split() else None
            if match:
                values["chat"] = int(match[1])
    return values.get("eye"), values.get("chat")


def _account(row: etree._Element) -> tuple[str | None, int | None]:
    for link in row.iter("a"):
        known, uid = profile_uid(link.get("href") or "")
        if known and (name := words(link)):
            return name, uid
    by = next((span for span in row.iter("span") if "by" in (span.get("class") or "").split()), None)
    return (words(by) or None, None) if by is not None else (None, None)


def _simple(page: Page, board: Board | None) -> OtherRows | None:
    """``mobile=1``: a ``div.bm_c`` a row, its first link the title, then author, time and replies in grey."""
    refuse_nests(page.url, page.by_class("bm_c"))
    rows = [
        (el, found)
        for el in page.by_class("bm_c")
        if el.tag == "div" and (found := _link(el)) and found[0].getparent() is el
    ]
    if not rows or "bm_user" in page.classes:
        return None
    board = _board(page, board, "", page.root.iter("a"))
    threads = []
    for el, (link, tid) in rows:
        names = " ".join((img.get("src") or "") for img in el.iter("img"))
        grey = next((span for span in el.iterchildren("span") if span.get("class") == "xg1"), None)
        special = _SPECIAL.search(names)
        threads.append(
            _row(
                page,
                board,
                link,
                tid,
                " ".join(own_text(link).split()),
                typed=True,
                author=_account(el)[0],
                author_id=_account(el)[1],
                replies=_last_count(own_text(grey)) if grey is not None else None,
                special=special[1] if special else None,
                is_sticky=True if "pin_" in names else None,
                is_digest="digest" in names or None,
                is_closed="lock" in names or None,
            )
        )
    return OtherRows("mobile", threads, [el for el, _ in rows], board)


def _last_count(text: str) -> int | None:
    """The replies behind a row's time; none are printed where there are none."""
    match = re.search(r"[:：]\s?(\d{1,9})\s*$", text) or re.search(r"[^\d:\-/.\s]\s?(\d{1,9})\s*$", text)
    return int(match[1]) if match else None


def _pictures(page: Page, board: Board | None) -> OtherRows | None:
    """A board in picture mode (X2.5 and later): covers, titles, authors and replies, no times (discuz.md 3.1)."""
    wall = page.by_id("waterfall")
    items = list(wall.iterchildren("li")) if wall is not None else []
    rows = [(li, found) for li in items if (found := _link(li))]
    if not rows:
        return None
    board = _board(page, board, "", page.root.iter("a"))
    threads = []
    for li, (link, tid) in rows:
        author, author_id = _account(li)
        counts = next((cite for cite in li.iter("cite")), None)
        last = next((words(a) for a in counts.iter("a")), "") if counts is not None else ""
        replies = int(last) if last.isdecimal() and len(last) < 10 else None
        threads.append(_row(page, board, link, tid, words(link), author=author, author_id=author_id, replies=replies))
    return OtherRows("desktop", threads, [li for li, _ in rows], board)


def _archiver(page: Page, board: Board | None) -> OtherRows | None:
    """A numbered list of links with the number of replies behind each."""
    rows = []
    for li in page.root.iter("li"):
        link = next((el for el in li if isinstance(el.tag, str)), None)
        address = parse_address(link.get("href") or "") if link is not None and link.tag == "a" else None
        if (
            link is not None
            and address
            and address.kind == THREAD
            and address.view == "archiver"
            and isinstance(address.id, int)
        ):
            rows.append((li, link, address.id))
    if not rows:
        return None
    content = page.by_id("content")
    bar = next(page.by_class("page"), content if content is not None else page.root)
    end = page.by_id("end", "footer")
    links = [*bar.iter("a"), *(end.iter("a") if end is not None else ()), *page.root.iter("a")]
    board = _board(page, None, crumb_name(page), links) if board is None else _board(page, board, crumb_name(page), ())
    threads = []
    for _, link, tid in rows:
        behind = (link.tail or "") + "".join(all_text(el) for el in link.itersiblings() if el.tag == "i")
        match = _COUNT.fullmatch(behind.strip()[:60])
        threads.append(_row(page, board, link, tid, words(link), replies=int(match[1]) if match else None))
    return OtherRows("archiver", threads, [li for li, _, _ in rows], board)


def crumb_name(page: Page) -> str:
    """The last words of the bread crumb: behind its last link, or that link's own."""
    nav = page.by_id("nav")
    links = list(nav.iter("a")) if nav is not None else []
    if not links:
        return ""
    return " ".join((links[-1].tail or "").split()).lstrip("›»> ") or words(links[-1])


def _old(page: Page, board: Board | None) -> OtherRows | None:
    """4.x: a row of seven cells: folder, icon, title, author, replies, views, last post."""
    rows = []
    refuse_nests(page.url, page.root.iter("tr"))
    for tr in page.root.iter("tr"):
        cells = list(tr.iterchildren("td"))
        found = _link(cells[2]) if len(cells) == 7 else None
        if found and words(cells[4]).isdecimal() and words(cells[5]).isdecimal():
            rows.append((tr, cells, found))
    if not rows:
        return None
    head = next(
        (
            a
            for tr in page.root.iter("tr")
            if tr.get("class") == "header"
            for a in tr.iter("a")
            if a.get("class") == "bold"
        ),
        None,
    )
    board = _board(page, board, words(head) if head is not None else "", [head] if head is not None else [])
    threads = [_old_row(cells, link, tid, page, board) for _, cells, (link, tid) in rows]
    return OtherRows("desktop", threads, [tr for tr, _, _ in rows], board)


def _old_row(cells: list[etree._Element], link: etree._Element, tid: int, page: Page, board: Board | None) -> Thread:
    names = " ".join((img.get("src") or "") for cell in (cells[0], cells[2]) for img in cell.iter("img"))
    author, author_id = _account(cells[3])
    last, _ = _account(cells[6])
    special = _SPECIAL.search(names)
    return _row(
        page,
        board,
        link,
        tid,
        words(link),
        author=author or next((line for line in all_text(cells[3]).split() if line), None),
        author_id=author_id,
        replies=int(words(cells[4])),
        views=int(words(cells[5])),
        last_post_at=find_time(all_text(cells[6]), page.zone),
        last_post_author=last,
        pages=last_page((a.get("href") or "" for a in cells[2].iter("a")), THREAD, tid),
        special=special[1] if special else None,
        is_sticky=True if "pin.gif" in names else None,
        is_digest="digest.gif" in names,
        is_closed="lock" in names,
    )
