"""Thread pages of phpwind 7 to 9: posts by the id of their message, what stands around it by its links and words.

Facts: docs/phpwind.md, Threads. The opening post has no number of its own (``tpc``, in 9.x 0): it gets the thread's,
negative, which no other post can have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from crawler.items import THREAD, Post, Thread
from crawler.pages.floors import number_posts
from crawler.pages.ids import number_unnamed
from crawler.pages.markup import near_ancestors, own_text, refuse_nests, short_text, words
from crawler.pages.phpwind.body import Body, read_body, read_edit
from crawler.pages.phpwind.head import first_page, read_head, read_pages, read_thread_id
from crawler.pages.phpwind.marks import read_attachments
from crawler.pages.phpwind.page import Page
from crawler.pages.phpwind.simple import read_simple
from crawler.pages.phpwind.urls import profile_uid
from crawler.pages.times import find_time

_MESSAGE = re.compile(r"read_(tpc|\d{1,12})")
_POSTED = re.compile(r"(?:发表于|發表於|发布于|發佈於|發布於|Posted)\s?[:：]?\s?(?P<at>\S.{0,40})")
_FLOOR_NAMES = {"楼主": 1, "樓主": 1, "沙发": 2, "沙發": 2, "板凳": 3, "地板": 4}
_FLOOR = re.compile(r"(\d{1,7})\s?\D{0,3}")
_TIPS = frozenset(("inside_logs", "quoteTips"))
_PENDING = re.compile(r"审核通过后|審核通過後")
_COPY = re.compile(r"^\s*copy\w*url\(", re.I)


@dataclass(frozen=True, slots=True)
class ThreadPage:
    thread: Thread
    posts: tuple[Post, ...]
    page: int
    view: str = "desktop"


def read_thread(page: Page) -> ThreadPage | None:
    """The thread and its posts, or ``None`` when the page shows no post of a thread."""
    thread_id = read_thread_id(page)
    if thread_id is None:
        return None
    cells = list(_cells(page))
    if not cells:
        return _read_simple(page, thread_id)
    refuse_nests(page.url, (cell for _, cell in cells))
    number, pages = read_pages(page, THREAD, thread_id)
    wrappers = _wrappers([cell for _, cell in cells])
    read = [
        _read_post(pid, cell, wrapper, page, thread_id) for (pid, cell), wrapper in zip(cells, wrappers, strict=True)
    ]
    posts = number_posts(_drop_repeats(read), page=number, pages=pages, counted=False)
    if re.search(r"[?&-]uid[=-]\d", page.url):  # floors of a filtered view count one account's posts only
        posts = [post.but(position=None) for post in posts]
    return _put_together(replace(read_head(page, thread_id), pages=pages), posts, number)


def _read_simple(page: Page, thread_id: int) -> ThreadPage | None:
    """The plain view, which numbers no post and prints no floor but always has the same number of posts a page."""
    found = read_simple(page, thread_id)
    if found is None:
        return None
    title, posts, number, pages = found
    numbered = number_unnamed(posts, title)
    head = replace(read_head(page, thread_id), title=title, title_raw=title, pages=pages)
    return replace(_put_together(head, numbered, number), view="archiver")


def _put_together(thread: Thread, posts: list[Post], number: int) -> ThreadPage:
    """The page with what the opening post says of its thread."""
    thread_id = thread.thread_id
    first = next((post for post in posts if post.post_id == -thread_id), None)
    if first is not None:
        opening = first.but(position=1, is_first=True, title=thread.title or first.title)
        posts = [opening if post is first else post for post in posts]
        thread = replace(thread, author=first.author, author_id=first.author_id, created_at=first.posted_at)
    return ThreadPage(thread, tuple(posts), number)


def _cells(page: Page) -> Iterator[tuple[str, etree._Element]]:
    """(number, message) of each post; in 9.x the id is the whole floor's and the message a part of it."""
    for el in page.root.iter("div", "td"):
        match = _MESSAGE.fullmatch(el.get("id") or "")
        if match is None:
            continue
        if "J_read_floor" in (el.get("class") or "").split():
            message = next(
                (part for part in el.iter("div") if "editor_content" in (part.get("class") or "").split()), None
            )
            if message is not None:
                yield match[1], message
        else:
            yield match[1], el


def _wrappers(cells: list[etree._Element]) -> list[etree._Element]:
    """What holds all of each post: the floor's own element, else the outermost table around one message only."""
    held = Counter(box for cell in cells for box in near_ancestors(cell))
    found = []
    for cell in cells:
        around = [box for box in near_ancestors(cell) if held[box] == 1 and box.tag not in ("body", "html", "form")]
        named = [box for box in around if _is_floor(box)]
        tables = [box for box in around if box.tag == "table"]
        found.append((named or tables or around or [cell])[-1])
    return found


def _is_floor(box: etree._Element) -> bool:
    return (box.get("id") or "").startswith("readfloor_") or "J_read_floor" in (box.get("class") or "").split()


def _read_post(pid: str, cell: etree._Element, wrapper: etree._Element, page: Page, thread_id: int) -> Post:
    body = read_body(cell, base=page.base, thread_id=thread_id, legacy_encoding=page.legacy_encoding)
    post_id = int(pid) if pid.isdecimal() and int(pid) else -thread_id
    author, author_id = _author(wrapper, cell)
    raw, posted_at = _posted(wrapper, cell, page)
    _read_around(wrapper, cell, body, page)
    editor, edited = body.edited
    url = first_page(page, thread_id)
    return Post(
        forum=page.forum,
        thread_id=thread_id,
        post_id=post_id,
        body=tuple(body.runs),
        position=_floor(wrapper, cell),
        author=author,
        author_id=author_id,
        posted_at=posted_at,
        posted_at_raw=raw,
        edited_at=find_time(edited, page.zone),
        edited_by=editor,
        title=_reply_title(wrapper, pid),
        url=f"{url}#{pid}" if post_id > 0 else url,
        quotes=tuple(body.quotes),
        attachments=tuple(dict.fromkeys(body.attachments)),
        comments=tuple(body.comments),
        flags=tuple(body.flags),
    )


def _outside(wrapper: etree._Element, cell: etree._Element) -> Iterator[etree._Element]:
    """The elements of a floor that are not in its message."""
    walker = etree.iterwalk(wrapper, events=("start",))
    for _, el in walker:
        if el is cell and el is not wrapper:
            walker.skip_subtree()
        else:
            yield el


def _author(wrapper: etree._Element, cell: etree._Element) -> tuple[str | None, int | None]:
    """Name and number of the account: the first link to an account that shows a name."""
    for el in _outside(wrapper, cell):
        if el.tag == "a":
            known, uid = profile_uid(el.get("href") or "")
            if known and (name := words(el)):
                return name, uid
    return None, None


def _posted(wrapper: etree._Element, cell: etree._Element, page: Page) -> tuple[str | None, datetime | None]:
    """(time as printed, the same in UTC); where the words are relative (昨天 10:22) a title has the absolute form."""
    for el in _outside(wrapper, cell):
        if el.tag not in ("span", "div", "td", "p"):
            continue
        told = " ".join(own_text(el).split())
        if match := _POSTED.search(told):
            title = el.get("title")
            if title and (found := find_time(title, page.zone)):
                return title, found
            return told[match.start() :], find_time(match["at"], page.zone)
    return None, None


def _floor(wrapper: etree._Element, cell: etree._Element) -> int | None:
    """The floor that a post prints, counted from 1; the forum counts replies, and names the first floors."""
    for el in _outside(wrapper, cell):
        if el.tag == "a" and _COPY.match(el.get("onclick") or ""):
            label = words(el)
        elif el.tag == "span" and "lou" in (el.get("class") or "").split():
            label = own_text(el).strip()
        else:
            continue
        match = _FLOOR.fullmatch(label)
        return int(match[1]) + 1 if match else _FLOOR_NAMES.get(label)
    return None


def _reply_title(wrapper: etree._Element, pid: str) -> str | None:
    for el in wrapper.iter("div", "h1"):
        if el.get("id") == f"subject_{pid}" or "inside_title" in (el.get("class") or "").split():
            return words(el) or None
    return None


def _read_around(wrapper: etree._Element, cell: etree._Element, body: Body, page: Page) -> None:
    """Attachment lists, edit notices and locks beside the message."""
    walker = etree.iterwalk(wrapper, events=("start",))
    for _, el in walker:
        classes = (el.get("class") or "").split()
        ident = el.get("id") or ""
        if el is cell and el is not wrapper:
            walker.skip_subtree()
        elif ident.startswith("read_Att_") or "read_attach_pic" in classes or "read_attach_downattach" in classes:
            body.attachments.extend(read_attachments(el, page.base))
            walker.skip_subtree()
        elif "edit_log" in classes:
            body.edited = read_edit(short_text(el))
        elif _TIPS.intersection(classes) and _PENDING.search(short_text(el)):
            body.flag("pending")


def _drop_repeats(posts: list[Post]) -> list[Post]:
    """Replies put on top stand there and again in their own place, where their floor is printed plainly."""
    last: dict[int, int] = {}
    for at, post in enumerate(posts):
        last[post.post_id] = at if post.post_id not in last or post.position is not None else last[post.post_id]
    return [post for at, post in enumerate(posts) if last[post.post_id] == at]
