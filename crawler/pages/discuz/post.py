"""One post of a desktop thread page: its cell, and what stands around it (facts: discuz.md 2.2-2.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from crawler.items import Comment, Post
from crawler.pages.discuz.body import Body, locked_flag, read_attachments, read_body
from crawler.pages.discuz.floors import read_floor
from crawler.pages.discuz.tree import Page, all_text, words
from crawler.pages.discuz.urls import page_url, profile_uid
from crawler.pages.times import find_time

_LOCKS = ("locked", "notice")
_FILES = ("pattl", "postattachlist", "t_attachlist", "t_attach")


@dataclass(slots=True)
class Parts:
    """Elements of one post by their role."""

    pid: int
    wrapper: etree._Element
    message: etree._Element | None = None
    posted: etree._Element | None = None
    floor: etree._Element | None = None
    author: etree._Element | None = None
    comments: etree._Element | None = None
    around: tuple[etree._Element, ...] = ()
    """Locks and attachment lists beside the message."""

    @property
    def floor_label(self) -> str:
        return all_text(self.floor).strip() if self.floor is not None else ""


def read_post(parts: Parts, page: Page, thread_id: int) -> Post:
    """The post with its body as marked runs; what the page does not tell is ``None``."""
    body = Body()
    if parts.message is not None:
        body = read_body(parts.message, base=page.base, legacy_encoding=page.legacy_encoding)
    _read_around(parts, page, body)
    author, author_id = _author(parts)
    raw, posted_at = _posted(parts, page)
    edit = body.edit
    return Post(
        forum=page.forum,
        thread_id=thread_id,
        post_id=parts.pid,
        body=tuple(body.runs),
        position=read_floor(parts.floor_label) if parts.floor is not None else None,
        author=author,
        author_id=author_id,
        posted_at=posted_at,
        posted_at_raw=raw,
        edited_at=find_time(edit.at, page.zone) if edit else None,
        edited_by=edit.by if edit else None,
        title=_reply_title(parts),
        url=f"{page_url(page.url, 1)}#pid{parts.pid}",
        quotes=tuple(body.quotes),
        attachments=tuple(dict.fromkeys(body.attachments)),
        comments=_comments(parts, page) if parts.comments is not None and len(parts.comments) else (),
        flags=tuple(body.flags),
    )


def find_around(page: Page) -> Iterator[etree._Element]:
    """Locks, attachment lists and part markers that stand beside a message cell, not in it."""
    for el in page.by_class(*_LOCKS, *_FILES):
        if not any((parent.get("id") or "").startswith("postmessage_") for parent in el.iterancestors()):
            yield el
    for name in ("threadpage", "threadimgcontent"):
        yield from page.ids.get(name, ())


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
        for link in cell.iter("a"):
            known, uid = profile_uid(link.get("href") or "")
            if known and (name := all_text(link).strip()):
                return name, uid
        texts = (text.strip(" \xa0\r\n\t") for text in _own_texts(cell))
        if name := next((text for text in texts if text), ""):
            return name, None
    return None, None


def _author_cells(parts: Parts) -> Iterator[etree._Element]:
    if parts.author is not None:
        top = parts.author.find("div")
        yield top if top is not None else parts.author
    if parts.posted is not None and parts.posted.getparent() is not None:
        yield parts.posted.getparent()
    yield from list(parts.wrapper.iter("td"))[:1]


def _own_texts(cell: etree._Element) -> Iterator[str]:
    """Texts of a cell up to its first ``em`` (a guest's address, a note on a deleted account, the time)."""
    for event, el in etree.iterwalk(cell, events=("start", "end")):
        if el.tag == "em":
            return
        if event == "start":
            yield el.text or "" if el.tag not in ("script", "style") else ""
        elif el is not cell:
            yield el.tail or ""


def _posted(parts: Parts, page: Page) -> tuple[str | None, datetime | None]:
    """(time as printed, the same in UTC); a relative time has its absolute one in a title (discuz.md 2.4)."""
    el = parts.posted
    if el is None:
        return _posted_in_text(parts, page)
    raw = next((title for child in el.iter("span") if (title := child.get("title"))), None) or words(el)
    return raw or None, find_time(raw, page.zone)


def _posted_in_text(parts: Parts, page: Page) -> tuple[str | None, datetime | None]:
    """Up to 6.x the time is plain text above the message, in the message's own table cell."""
    cell = next(parts.message.iterancestors("td"), None) if parts.message is not None else None
    before: list[str] = []
    for el in cell.iter(etree.Element) if cell is not None else ():
        if el is parts.message:
            break
        if el.tag not in ("script", "style"):
            before += (el.text or "", *(child.tail or "" for child in el if child is not parts.message))
    for text in before:
        if found := find_time(text, page.zone):
            return " ".join(text.split()), found
    return None, None


def _reply_title(parts: Parts) -> str | None:
    cell = parts.message
    for parent in cell.iterancestors() if cell is not None else ():
        heading = parent.find("h2")
        if heading is not None:
            return words(heading) or None
        if parent is parts.wrapper:
            break
    return None


def _comments(parts: Parts, page: Page) -> tuple[Comment, ...]:
    found = []
    for row in (
        parts.comments.xpath(".//*[contains(concat(' ',@class,' '),' psti ')]") if parts.comments is not None else ()
    ):
        who = row.getparent().xpath(".//*[contains(@class,'psta')]//a[normalize-space()]")
        stamp = row.find("span")
        text = [row.text or ""]
        for child in row:
            if child is not stamp and child.tag != "a" and isinstance(child.tag, str):
                text.append(all_text(child))
            text.append(child.tail or "")
        raw = " ".join([*stamp.xpath(".//@title"), words(stamp)]) if stamp is not None else None
        found.append(
            Comment(words(who[0]) if who else None, " ".join("".join(text).split()), find_time(raw, page.zone))
        )
    return tuple(found)
