"""Desktop thread pages of 4.x and 5.x: no ids, an ``a[name=pid<pid>]`` in each post (template of 4.1, viewthread.htm).

A post is a table of two rows: author and text, then time and buttons. The text is a ``span`` with a font size behind
the anchor; in front of it the post's own title, behind it its attachments and, in a row of its own, the signature.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from lxml import etree

from crawler.items import Attachment, Post
from crawler.pages.discuz.body import read_body
from crawler.pages.discuz.collected import Body
from crawler.pages.discuz.head import document_title, old_title, read_head, split_type, thread_ids
from crawler.pages.discuz.marks import locked_flag
from crawler.pages.discuz.post import account_in, make_post
from crawler.pages.discuz.tree import Page
from crawler.pages.discuz.urls import THREAD, last_page, parse_address
from crawler.pages.discuz.view import View
from crawler.pages.floors import read_floor
from crawler.pages.ids import thread_id_of
from crawler.pages.markup import all_text, join, near_ancestors, own_text, short_text, words
from crawler.pages.times import find_time

_ANCHOR = re.compile(r"pid(\d{1,12})")
_FLOOR = re.compile(r"#\d{1,7}")
_OF = re.compile(r"(\d{1,7})\s?/\s?(\d{1,7})")


class _Post(NamedTuple):
    pid: int
    anchor: etree._Element
    author: etree._Element
    row: etree._Element


def read(page: Page) -> View | None:
    """The page when its posts are told apart by named anchors only."""
    found = [post for link in page.root.iter("a") if (post := _find(link))]
    if not found:
        return None
    thread_id, board_id = thread_ids(page)
    title, raw = _title(page)
    if thread_id is None:
        thread_id = thread_id_of(page.forum, title)
    number, pages = paging(page, THREAD, thread_id)
    bare, kind = split_type(title)
    head = read_head(page, thread_id, board_id, pages)
    thread = replace(head, title=bare if kind else title, title_raw=raw, thread_type=kind)
    posts = [_read(post, page, thread_id) for post in found]
    return View(
        name="desktop" if any(post.position for post in posts) else "robot",
        thread=thread,
        posts=posts,
        page=number,
        counted=not any(post.position for post in posts),
        special="poll" if _has_poll(page) else "normal",
        elements=[post.row for post in found],
    )


def paging(page: Page, kind: str, id_: int) -> tuple[int, int]:
    """(page, pages) from the row of page numbers, which shows ``2/7``; one page where there is none."""
    for cell in page.root.iter("td"):
        if cell.get("class") == "header" and (match := _OF.fullmatch(all_text(cell).strip(" \xa0\r\n\t"))):
            return int(match[1]), int(match[2])
    address = parse_address(page.url)
    number = address.page if address else 1
    return number, max(number, last_page((a.get("href") or "" for a in page.root.iter("a")), kind, id_))


def _find(link: etree._Element) -> _Post | None:
    match = _ANCHOR.fullmatch(link.get("name") or "")
    if match is None:
        return None
    inner = link
    for parent in near_ancestors(link):
        if parent.tag == "tr":
            first = next((cell for cell in parent if cell.tag == "td"), None)
            if first is not None and first is not inner:
                return _Post(int(match[1]), link, first, parent)
        inner = parent
    return None


def _read(post: _Post, page: Page, thread_id: int) -> Post:
    message = next(
        (el for el in post.anchor.itersiblings("span") if "font-size" in (el.get("style") or "").lower()), None
    )
    body = Body()
    if message is not None:
        body = read_body(message, base=page.base, legacy_encoding=page.legacy_encoding)
        body.attachments.extend(_files_behind(message, page))
    else:
        parent = post.anchor.getparent()
        body.flag(locked_flag(parent) if parent is not None else "locked")
    account = _account(post.author)
    raw, at, label = _bottom(post.row, page)
    return make_post(
        page,
        thread_id,
        post.pid,
        body,
        position=read_floor(label),
        author=account[0] if account else None,
        author_id=account[1] if account else None,
        posted_at=at,
        posted_at_raw=raw,
        title=_own_title(post.anchor, message),
    )


def _files_behind(message: etree._Element, page: Page) -> list[Attachment]:
    """Names of the attachments listed behind the text; a picture is also shown."""
    found = []
    for el in message.itersiblings():
        href = el.get("href") or "" if el.tag == "a" else ""
        if "attachment.php" in href and (name := words(el)):
            shown = next((img for img in el.itersiblings("a", "img")), None)
            picture = shown is not None and shown.tag == "img" and "attachicons" not in (shown.get("src") or "")
            found.append(Attachment("image" if picture else "file", name, join(page.base, href)))
    return found


def _account(cell: etree._Element) -> tuple[str, int | None] | None:
    bold = next((el for el in cell.iter("span") if el.get("class") == "bold"), None)
    link = next((el for el in cell.iter("a") if "viewpro.php" in (el.get("href") or "")), None)
    if link is None and bold is not None:
        name = words(bold)
        return (name, None) if name else None
    return account_in(cell)


def _bottom(row: etree._Element, page: Page) -> tuple[str | None, datetime | None, str]:
    """(time as printed, the same in UTC, floor label) of the row under the text."""
    below = next(row.itersiblings("tr"), None)
    if below is None:
        return None, None, ""
    label = next((shown for el in below.iter("a") if _FLOOR.fullmatch(shown := short_text(el).strip())), "")
    for cell in below.iter("td"):
        text = " ".join(own_text(cell).split())
        if found := find_time(text, page.zone):
            return text, found, label
    return None, None, label


def _own_title(anchor: etree._Element, message: etree._Element | None) -> str | None:
    for el in anchor.itersiblings("span"):
        if el is message:
            break
        bold = el.find("span")
        if (
            bold is not None
            and bold.get("class") == "bold"
            and not (bold.tail or "").strip()
            and bold.find("a") is None
        ):
            return words(bold) or None
    return None


def _title(page: Page) -> tuple[str, str]:
    """(subject, the cell as shown): the head row's bold cell, ``标题: …``."""
    for row in page.root.iter("tr"):
        if row.get("class") == "header":
            cell = next((td for td in row.iter("td") if td.get("class") == "bold"), None)
            if cell is not None and cell.find("a") is None and words(cell):
                return old_title(words(cell)), words(cell)
    title = document_title(page)
    return title, title


def _has_poll(page: Page) -> bool:
    return any("action=votepoll" in (form.get("action") or "") for form in page.root.iter("form"))
