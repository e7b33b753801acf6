"""Thread pages for telephones: touch templates of X3 and the simple ones (``mobile=1``) of X2 to X3.4 (discuz.md 7).

They print relative times without their absolute form: such a time stays ``None``.
"""

from __future__ import annotations

import re
from itertools import chain, islice

from lxml import etree

from crawler.items import Post, Thread
from crawler.pages.discuz.attachments import read_attachments
from crawler.pages.discuz.body import read_body
from crawler.pages.discuz.collected import Body
from crawler.pages.discuz.head import document_title, read_pagination, split_type, thread_ids, thread_url
from crawler.pages.discuz.marks import CAPTION, locked_flag
from crawler.pages.discuz.post import account_in, make_post, printed_time, read_comments
from crawler.pages.discuz.tree import Page
from crawler.pages.discuz.urls import BOARD, THREAD, parse_address, profile_uid
from crawler.pages.discuz.view import View
from crawler.pages.floors import read_floor
from crawler.pages.ids import thread_id_of
from crawler.pages.markup import Nearest, all_text, near_ancestors, own_text, refuse_nests, words
from crawler.pages.times import find_time

_ID = re.compile(r"(?:pid|post_)(\d{1,12})")
_FEW_LISTS = 20  # in one post; its head is the first or second
_ATTACHED = ("img_one", "post_attlist", "img_list")


def read(page: Page) -> View | None:
    """The page when it is one of these templates."""
    touch, simple = _touch_posts(page), _simple_posts(page)
    if not touch and not simple:
        return None
    thread_id, board_id = thread_ids(page)
    title, raw, kind = _title(page, simple=not touch)
    if thread_id is None:
        thread_id = thread_id_of(page.forum, title)
    if touch:
        posts = [_read_touch(pid, box, message, page, thread_id) for pid, box, message in touch]
    else:
        posts = [_read_simple(pid, head, page, thread_id) for pid, head in simple]
    number, pages = read_pagination(page, THREAD, thread_id)
    found_board, board = _board(page)
    views, replies = _counters(touch[0][1]) if touch else (None, None)
    thread = Thread(
        forum=page.forum,
        thread_id=thread_id,
        title=title,
        title_raw=raw,
        board_id=board_id or found_board,
        board=board,
        thread_type=kind,
        views=views,
        replies=replies,
        pages=pages,
        url=thread_url(page, thread_id),
    )
    boxes = [box for _, box, _ in touch] if touch else [head for _, head in simple]
    return View(name="mobile", thread=thread, posts=posts, page=number, elements=boxes)


def _touch_posts(page: Page) -> list[tuple[int, etree._Element, etree._Element]]:
    """(number, box, message cell) of each post: the box is a ``div#pid<pid>``, the cell a ``div.message`` in it."""
    cells = [el for el in page.by_class("message") if el.tag == "div"]
    if not cells:
        return []
    boxes = {
        el: int(match[1])
        for ident, els in page.ids.items()
        if (match := _ID.fullmatch(ident))
        for el in els
        if el.tag in ("div", "li")
    }
    nearest = Nearest(boxes)
    found: dict[etree._Element, etree._Element] = {}
    for cell in cells:
        box = nearest.of(cell)
        if box is not None:
            found.setdefault(box, cell)
    refuse_nests(page.url, found)
    return [(boxes[box], box, cell) for box, cell in found.items()]


def _read_touch(pid: int, box: etree._Element, message: etree._Element, page: Page, thread_id: int) -> Post:
    head = _head(box, message)
    lines = list(head.iterchildren("li")) if head is not None else []
    label, who = _who(lines[0]) if lines else ("", None)
    raw = " ".join(own_text(lines[1]).split()) if len(lines) > 1 else None
    title = _prepare_touch(message, first=head is not None and _is_first(box))
    inner = next((el for el in message.iter("div") if (el.get("id") or "").startswith("postmessage_")), message)
    body = read_body(inner, base=page.base, legacy_encoding=page.legacy_encoding)
    if inner is not message:
        _flag_locks(message, inner, body)
    for beside in message.itersiblings():
        if set((beside.get("class") or "").split()) & set(_ATTACHED):
            body.attachments.extend(read_attachments(beside, page.base))
    comments = next((el for el in box.iter("div") if (el.get("id") or "").startswith("comment_")), None)
    return make_post(
        page,
        thread_id,
        pid,
        body,
        position=read_floor(label),
        author=who[0] if who else None,
        author_id=who[1] if who else None,
        posted_at=find_time(raw, page.zone),
        posted_at_raw=raw or None,
        title=title,
        comments=read_comments(comments, page),
    )


def _head(box: etree._Element, message: etree._Element) -> etree._Element | None:
    """The list that names the author: by its class, else the first before the message with a link to an account."""
    lists = [el for el in islice(box.iter("ul"), _FEW_LISTS) if message not in near_ancestors(el)]
    known = (el for el in lists if "authi" in (el.get("class") or "").split())
    named = (el for el in lists[:2] if any(profile_uid(link.get("href") or "")[0] for link in el.iter("a")))
    return next(chain(known, named), None)


def _is_first(box: etree._Element) -> bool:
    return any("pione" in (el.get("class") or "").split() for el in box.iterchildren("div"))


def _who(line: etree._Element) -> tuple[str, tuple[str, int | None] | None]:
    """(floor label, account) of a post's first head line: the floor stands in its first part."""
    parts = [el for el in line if isinstance(el.tag, str)]
    if not parts:
        return "", account_in(line)
    label = words(parts[0])
    rest = next((found for el in parts[1:] if (found := account_in(el))), None)
    return label, rest


def _prepare_touch(message: etree._Element, *, first: bool) -> str | None:
    """Mark what the template itself puts into the cell; the reply's own title, if it has one.

    A notice is a ``div.quote`` without the ``blockquote`` that every quote of an author has.
    """
    title = None
    for child in list(message):
        names = (child.get("class") or "").split()
        if child.tag == "h2" and not first and title is None and child.getprevious() is None:
            title = words(child) or None
            child.set("class", CAPTION)
        elif "quote" in names and child.tag == "span":
            child.set("class", "modact")
        elif "quote" in names and child.find(".//blockquote") is None:
            child.set("class", "locked")
    return title


def _flag_locks(message: etree._Element, inner: etree._Element, body: Body) -> None:
    for el in message.iter("div"):
        if "locked" in (el.get("class") or "").split() and inner not in near_ancestors(el):
            body.flag(locked_flag(el))


def _counters(box: etree._Element) -> tuple[int | None, int | None]:
    """(views, replies) beside the time of a first post (X3.5)."""
    for line in box.iter("li"):
        numbers = [(em.text or "").strip() for em in line.iter("em")]
        if len(numbers) == 2 and all(n.isdecimal() and len(n) < 10 for n in numbers) and _is_first(box):
            return int(numbers[0]), int(numbers[1])
    return None, None


def _title(page: Page, *, simple: bool) -> tuple[str, str, str | None]:
    subject = page.by_id("thread_subject") if simple else next(page.by_class("view_tit"), None)
    if subject is None:
        heading = next((h for box in page.by_class("postlist") for h in box.iterchildren("h2")), None)
        raw = " ".join(own_text(heading).split()) if heading is not None else document_title(page)
    else:
        raw = words(subject.getparent() if simple and subject.getparent() is not None else subject)
        raw = raw if words(subject) else document_title(page)
    title, kind = split_type(raw)
    if kind and title != document_title(page) and raw == document_title(page):
        return raw, raw, None  # the brackets are the subject's own
    return title, raw, kind


def _board(page: Page) -> tuple[int | None, str | None]:
    """The board that the page's head links back to."""
    found: tuple[int | None, str | None] = (None, None)
    for el in page.root.iter("a"):
        address = parse_address(el.get("href") or "")
        if address and address.kind == BOARD and isinstance(address.id, int) and found[0] in (None, address.id):
            found = (address.id, found[1] or words(el) or None)
            if found[1]:
                break
    if found[0] is not None and not found[1]:
        name = next((el for el in page.by_class("name") if el.tag == "span"), None)
        found = (found[0], words(name) or None if name is not None else None)
    return found


def _simple_posts(page: Page) -> list[tuple[int, etree._Element]]:
    """(number, head) of each post of ``mobile=1``: the message stands in the element behind the head."""
    if "bm_user" not in page.classes:
        return []
    return [
        (int(match[1]), el)
        for ident, els in page.ids.items()
        if (match := _ID.fullmatch(ident))
        for el in els[:1]
        if el.tag == "div" and any("bm_user" in (child.get("class") or "") for child in el.iterchildren("div"))
    ]


def _read_simple(pid: int, head: etree._Element, page: Page, thread_id: int) -> Post:
    who = head.find("div")
    behind = next(head.itersiblings(etree.Element), None)
    cell = None
    if behind is not None:
        cell = next((el for el in behind.iter("div") if "mes" in (el.get("class") or "").split()), behind)
    body = Body()
    if cell is not None:
        inner = next((el for el in cell.iter("div") if (el.get("id") or "").startswith("postmessage_")), None)
        if inner is not None:
            body = read_body(inner, base=page.base, legacy_encoding=page.legacy_encoding)
        else:  # banned, hidden or paid: only a notice stands there
            body.flag(locked_flag(cell))
    stamp = next((el for el in head.iter("em") if (el.get("id") or "").startswith("authorposton")), None)
    raw, at = printed_time(stamp, page) if stamp is not None else (None, None)
    label = all_text(who.find("em")) if who is not None and who.find("em") is not None else ""
    if not label.strip().isdecimal() and who is not None:
        label = (who.text or "").strip()
    account = account_in(who) if who is not None else None
    heading = behind.find(".//h2") if behind is not None else None
    return make_post(
        page,
        thread_id,
        pid,
        body,
        position=read_floor(label) if label else None,
        author=account[0] if account else None,
        author_id=account[1] if account else None,
        posted_at=at,
        posted_at_raw=raw,
        title=words(heading) or None if heading is not None else None,
    )
