"""The archiver: the forum's plain pages for search engines, threads of X and up to 7.2 (facts: discuz.md 7).

It prints names and times, but neither numbers of posts and accounts nor floors. X takes the BBCode out of the text,
older versions leave it in (``bbcode``) and put a noise of their own between the lines.
"""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

from crawler.items import Post, Thread
from crawler.pages.discuz.bbcode import unfold_bbcode
from crawler.pages.discuz.body import read_body
from crawler.pages.discuz.head import document_title, read_pagination, thread_url
from crawler.pages.discuz.marks import is_hidden_notice
from crawler.pages.discuz.notes import split_bare_edit
from crawler.pages.discuz.post import make_post, printed_time
from crawler.pages.discuz.tree import Page
from crawler.pages.discuz.urls import BOARD, THREAD, last_page, parse_address
from crawler.pages.discuz.view import View
from crawler.pages.ids import thread_id_of
from crawler.pages.markup import own_text, short_text, words
from crawler.pages.times import find_time

_PAGE_MARK = re.compile(r"\[(\d{1,7})\]")


def read(page: Page) -> View | None:
    """The page when it is a thread of the archiver."""
    content = page.by_id("content")
    heads = _heads(content, page) if content is not None else []
    if not heads:
        return _read_41(page)
    title = _crumb_title(page.by_id("nav")) or document_title(page)
    thread_id = _thread_id(page, title)
    posts = [_read_post(head, following, page, thread_id) for head, following in _split(heads)]
    number, pages = read_pagination(page, THREAD, thread_id)
    return _view(page, _thread(page, thread_id, title, pages), posts, number, heads)


def paging_41(page: Page, kind: str, id_: int) -> tuple[int, int]:
    """(page, pages) of the 4.1 archiver: a bare row of numbers, the page's own in brackets and bold."""
    marks = (_PAGE_MARK.fullmatch(short_text(bold).strip()) for bold in page.root.iter("b"))
    number = next((int(mark[1]) for mark in marks if mark), 1)
    return number, max(number, last_page((a.get("href") or "" for a in page.root.iter("a")), kind, id_))


def _view(page: Page, thread: Thread, posts: list[Post], number: int, elements: list[etree._Element]) -> View:
    return View(name="archiver", thread=thread, posts=posts, page=number, counted=True, elements=elements)


def _heads(content: etree._Element, page: Page) -> list[etree._Element]:
    """The lines that begin the posts: a paragraph of the author's name in bold and the time."""
    found = []
    for el in content.iterchildren("p"):
        name = next((child for child in el if isinstance(child.tag, str)), None)
        if name is None or name.tag not in ("strong", "b") or (el.text or "").strip():
            continue
        if "author" in (el.get("class") or "").split() or _head_time(el, page)[1]:
            found.append(el)
    return found


def _head_time(head: etree._Element, page: Page) -> tuple[str | None, datetime | None]:
    for span in head.iter("span"):
        if span.get("title"):
            return printed_time(head, page)
    raw = " ".join((own_text(head) or "").split())
    return raw or None, find_time(raw, page.zone)


def _split(heads: list[etree._Element]) -> list[tuple[etree._Element, etree._Element]]:
    """(head, an element with all that stands behind it up to the next head)."""
    split = []
    known = set(heads)
    for head in heads:
        holder = etree.Element("div")
        holder.text = head.tail
        while (el := head.getnext()) is not None and el not in known and not _is_bar(el):
            holder.append(el)
        split.append((head, holder))
    return split


def _is_bar(el: etree._Element) -> bool:
    return "page" in (el.get("class") or "").split()


def _read_post(head: etree._Element, holder: etree._Element, page: Page, thread_id: int) -> Post:
    name = head[0] if isinstance(head[0].tag, str) else next(el for el in head if isinstance(el.tag, str))
    raw, at = _head_time(head, page)
    title = _take_title(holder)
    body = read_body(holder, base=page.base, legacy_encoding=page.legacy_encoding)
    if body.edit is None:
        body.edit = split_bare_edit(body.runs, bracketed=False)
    unfold_bbcode(body, page.base)
    return make_post(
        page, thread_id, None, body, author=words(name) or None, posted_at=at, posted_at_raw=raw, title=title
    )


def _take_title(holder: etree._Element) -> str | None:
    """The post's own title (``h3``), taken out of the holder."""
    first = next((el for el in holder if isinstance(el.tag, str)), None)
    if first is None or first.tag != "h3" or (holder.text or "").strip():
        return None
    holder.text = (holder.text or "") + (first.tail or "")
    first.tail = None
    holder.remove(first)
    return words(first) or None


def _thread(page: Page, thread_id: int, title: str, pages: int) -> Thread:
    board_id, board = _crumb(page)
    return Thread(
        forum=page.forum,
        thread_id=thread_id,
        title=title,
        title_raw=title,
        board_id=board_id,
        board=board,
        pages=pages,
        url=thread_url(page, thread_id),
    )


def _crumb(page: Page) -> tuple[int | None, str | None]:
    for link in reversed(list(page.root.iter("a"))):
        address = parse_address(link.get("href") or "")
        if address and address.kind == BOARD and address.page == 1 and isinstance(address.id, int) and words(link):
            return address.id, words(link)
    return None, None


def _crumb_title(nav: etree._Element | None) -> str:
    """The last words of the bread crumb, behind its last separator."""
    if nav is None or len(nav) == 0:
        return ""
    tail = " ".join((nav[-1].tail or "").split())
    return re.sub(r"^[\s›»>&]{1,9}", "", tail)


def _thread_id(page: Page, title: str) -> int:
    canonical = [el.get("href") or "" for el in page.root.iter("link") if el.get("rel") == "canonical"]
    links = [el.get("href") or "" for el in page.root.iter("a")]
    for url in (page.url, *canonical, *reversed(links)):  # the link to the full version stands last
        address = parse_address(url)
        if address and address.kind == THREAD and isinstance(address.id, int):
            return address.id
    return thread_id_of(page.forum, title)


def _read_41(page: Page) -> View | None:
    """4.1: one table a post, its first row with name and time in a table of their own, its second the text."""
    posts, elements = [], []
    drafts = [(table, found) for table in page.by_class("tableborder") if (found := _cells_41(table, page))]
    if not drafts:
        return None
    title = next((_crumb_title(cell) for table in page.by_class("tableborder") for cell in table.iter("td")), "")
    title = title or document_title(page)
    thread_id = _thread_id(page, title)
    for table, (author, stamp, cell) in drafts:
        own_title = _take_bold_title(cell)
        body = read_body(cell, base=page.base, legacy_encoding=page.legacy_encoding)
        raw, at = printed_time(stamp, page)
        body.edit = body.edit or split_bare_edit(body.runs, bracketed=False)
        unfold_bbcode(body, page.base)
        posts.append(
            make_post(
                page,
                thread_id,
                None,
                body,
                author=words(author) or None,
                posted_at=at,
                posted_at_raw=raw,
                title=own_title,
            )
        )
        elements.append(table)
    number, pages = paging_41(page, THREAD, thread_id)
    return _view(page, _thread(page, thread_id, title, pages), posts, number, elements)


def _take_bold_title(cell: etree._Element) -> str | None:
    """4.1 puts a post's own title in bold above its text, in which nothing else is bold: BBCode stays unread."""
    first = next((el for el in cell if isinstance(el.tag, str)), None)
    if first is None or first.tag != "b" or (cell.text or "").strip() or is_hidden_notice(words(first)):
        return None
    if first.getnext() is None or first.getnext().tag != "br":
        return None
    cell.text, first.tail = first.tail, None
    cell.remove(first)
    return words(first) or None


def _cells_41(table: etree._Element, page: Page) -> tuple[etree._Element, etree._Element, etree._Element] | None:
    """(author, time, message) cells of a post's table, or ``None`` for any other table."""
    cells = list(table.iter("td"))
    if len(cells) != 4 or cells[1].get("class") != "bold" or cells[1].find("a") is not None:
        return None
    if find_time(words(cells[2]), page.zone) is None:
        return None
    return cells[1], cells[2], cells[3]
