"""One post of a desktop thread page: its cell, and what stands around it (facts: discuz.md 2.2-2.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from lxml import etree

from crawler.items import Comment, Post
from crawler.pages.discuz.attachments import read_attachments
from crawler.pages.discuz.body import read_body
from crawler.pages.discuz.collected import Body
from crawler.pages.discuz.marks import locked_flag
from crawler.pages.discuz.parts import Parts
from crawler.pages.discuz.tree import Page
from crawler.pages.discuz.urls import profile_uid
from crawler.pages.encoding import revive_entities
from crawler.pages.floors import read_floor
from crawler.pages.markup import all_text, near_ancestors, own_text, short_text, words
from crawler.pages.times import find_time

_LOCKS = ("locked", "notice")
_AUTHOR_CELLS = frozenset(["pls", "postauthor", "favatar", "authorinfo"])
_FEW_DETAILS = 60  # lines about the author of one post
_FLOOR = re.compile(r"#?\s?\d{1,7}\s?[#楼樓F]|#\d{1,7}")


def read_post(parts: Parts, page: Page, thread_id: int, headings: dict[etree._Element, str]) -> Post:
    """The post with its body as marked runs; what the page does not tell is ``None``. ``headings``: ``own_headings``."""
    body = Body()
    if parts.message is not None:
        body = read_body(parts.message, base=page.base, legacy_encoding=page.legacy_encoding)
    _read_around(parts, page, body)
    author, author_id = _author(parts)
    raw, posted_at, label = _posted(parts, page)
    return make_post(
        page,
        thread_id,
        parts.pid,
        body,
        position=read_floor(parts.floor_label if parts.floor is not None else label),
        author=author,
        author_id=author_id,
        posted_at=posted_at,
        posted_at_raw=raw,
        title=_reply_title(parts, headings),
        comments=read_comments(parts.comments, page),
    )


def make_post(page: Page, thread_id: int, pid: int | None, body: Body, **fields: Any) -> Post:
    """A post from its body and what its view tells besides; without a number it gets 0 for now (``ids``)."""
    edit = body.edit
    url = page.thread_url
    return Post(
        forum=page.forum,
        thread_id=thread_id,
        post_id=pid or 0,
        body=tuple(body.runs),
        edited_at=find_time(edit.at, page.zone) if edit else None,
        edited_by=edit.by if edit else None,
        url=f"{url}#pid{pid}" if pid else url,
        quotes=tuple(body.quotes),
        attachments=tuple(dict.fromkeys(body.attachments)),
        flags=tuple(body.flags),
        **fields,
    )


def _read_around(parts: Parts, page: Page, body: Body) -> None:
    for el in parts.around:
        classes = (el.get("class") or "").split()
        if el.get("id") == "threadpage":
            body.flag("truncated")
        elif el.get("id") == "threadimgcontent":
            body.flag("image_only")
        elif any(name in classes for name in _LOCKS):
            body.flag(locked_flag(el))
        else:
            body.attachments.extend(read_attachments(el, page.base))
    if parts.message is None and not body.flags:
        body.flag("locked")


def _author(parts: Parts) -> tuple[str | None, int | None]:
    """Name and number of the account, from the author cell, else from the line that also tells the time."""
    for cell in _author_cells(parts):
        if found := account_in(cell):
            return found
    return None, None


def account_in(cell: etree._Element) -> tuple[str, int | None] | None:
    """The account that a cell names: by its profile link, else (guests, deleted, anonymous) by its first words."""
    for link in cell.iter("a"):
        known, uid = profile_uid(link.get("href") or "")
        if known and (name := short_text(link).strip()):
            return name, uid
    texts = (text.strip(" \xa0\r\n\t") for text in _texts_to_em(cell))
    name = next((text for text in texts if text), "")
    return (name, None) if name else None


def _author_cells(parts: Parts) -> Iterator[etree._Element]:
    if parts.author is not None:
        top = parts.author.find("div")
        yield top if top is not None else parts.author
    if parts.posted is not None and parts.posted.getparent() is not None:
        yield parts.posted.getparent()
    if parts.author is None:
        for cell in parts.wrapper.iter("td", "div", "th"):
            if _AUTHOR_CELLS & set((cell.get("class") or "").split()):
                cite = cell.find(".//cite")
                details = cell.find(".//dd") if parts.posted is None else None
                yield cite if cite is not None else details if details is not None else cell
                break
    first = next(parts.wrapper.iter("td"), None)
    if first is not None and first is not parts.message:
        yield first


def _texts_to_em(cell: etree._Element) -> Iterator[str]:
    """Texts of a cell up to its first ``em`` (a guest's address, a note on a deleted account, the time)."""
    for event, el in etree.iterwalk(cell, events=("start", "end")):
        if el.tag == "em":
            return
        if event == "start":
            yield el.text or "" if el.tag not in ("script", "style") else ""
        elif el is not cell:
            yield el.tail or ""


def _posted(parts: Parts, page: Page) -> tuple[str | None, datetime | None, str]:
    """(time as printed, the same in UTC, floor label); a relative time has its absolute one in a title (2.4)."""
    if parts.posted is None:
        return _told_before_message(parts, page)
    raw, found = printed_time(parts.posted, page)
    return raw, found, ""


def printed_time(el: etree._Element, page: Page) -> tuple[str | None, datetime | None]:
    """The time that an element prints; a title is the absolute form of a relative time."""
    raw = next((title for child in el.iter("span") if (title := child.get("title"))), None) or words(el)
    return raw or None, find_time(raw, page.zone)


def _told_before_message(parts: Parts, page: Page) -> tuple[str | None, datetime | None, str]:
    """Up to 6.x, and in themes without ids, time and floor are plain text above the message."""
    label, raw, found = "", None, None
    walker = etree.iterwalk(parts.wrapper, events=("start",))
    later = []
    for _, el in walker:
        if el is parts.message:
            break
        if el.tag in ("script", "style"):
            continue
        if el is not parts.wrapper and el in page.wrappers:
            walker.skip_subtree()
            continue
        if el is not parts.wrapper and _AUTHOR_CELLS & set((el.get("class") or "").split()):
            walker.skip_subtree()
            later.append(el)
            continue
        if not label and el.tag in ("a", "strong", "em") and _FLOOR.fullmatch(shown := short_text(el).strip()[:20]):
            label = shown
        for text in (el.get("title") if el.tag == "span" else None, own_text(el)) if found is None else ():
            if text and (found := find_time(text, page.zone)):
                raw = " ".join(text.split())
                break
    if found is None and parts.posted is None:  # polls of 6.x print it as a detail of the author
        details = (" ".join(short_text(dd).split()) for cell in (*later, parts.wrapper) for dd in cell.iter("dd"))
        for detail in islice(details, _FEW_DETAILS):
            if found := find_time(detail, page.zone):
                return detail, found, label
    return raw, found, label


def own_headings(page: Page) -> dict[etree._Element, str]:
    """The words of the headings of the second rank, as replies with a title of their own have, by what holds them."""
    if "<h2" not in page.source and "<H2" not in page.source:
        return {}
    found = ((heading.getparent(), heading) for heading in page.root.iter("h2"))
    return {parent: " ".join(short_text(heading).split()) for parent, heading in found if parent is not None}


def _reply_title(parts: Parts, headings: dict[etree._Element, str]) -> str | None:
    if parts.message is None or not headings:
        return None
    for parent in near_ancestors(parts.message):
        if parent in headings:
            return headings[parent] or None
        if parent is parts.wrapper:
            break
    return None


def read_comments(box: etree._Element | None, page: Page) -> tuple[Comment, ...]:
    """The comments (点评) that a page shows under a post."""
    if box is None or len(box) == 0:
        return ()
    found = []
    who: str | None = None
    for el in box.iter("div"):
        names = (el.get("class") or "").split()
        if "psta" in names:
            who = next((name for link in el.iter("a") if (name := words(link))), None)
        elif "psti" in names:
            found.append(_comment(el, who, page))
            who = None
    return tuple(found)


def _comment(row: etree._Element, who: str | None, page: Page) -> Comment:
    stamp = row.find("span")
    text = [row.text or ""]
    for child in row:
        href = child.get("href") or "" if child.tag == "a" else ""
        button = "goto=findpost" in href or "action=reply" in href or "javascript" in href
        if child is not stamp and isinstance(child.tag, str) and not button:
            text.append(all_text(child))
        text.append(child.tail or "")
    raw = None
    if stamp is not None:
        raw = " ".join([*(span.get("title") or "" for span in stamp.iter("span")), words(stamp)])
    said = revive_entities(" ".join("".join(text).split()), legacy=page.legacy_encoding)
    return Comment(who, said, find_time(raw, page.zone))
