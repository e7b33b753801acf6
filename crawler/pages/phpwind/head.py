"""What a phpwind page tells of its thread besides the posts, and its place among its pages (docs/phpwind.md, Threads)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from crawler.items import BOARD, THREAD, Thread
from crawler.pages.markup import near_ancestors, short_text, words
from crawler.pages.phpwind.page import Page
from crawler.pages.phpwind.urls import last_page, page_url, parse_address, thread_url

_TOTAL = re.compile(r"Pages:\s?\(?\s?(?:\d{1,7}\s?/\s?)?(\d{1,7})")
_HEADS = frozenset(("readNum", "pw_ulC", "post_num"))
_COUNTS = {"阅读": "views", "閱讀": "views", "回复": "replies", "回覆": "replies"}


def read_thread_id(page: Page) -> int | None:
    """The thread's number: the page's address, its hidden field or variable, else what its links agree on."""
    address = parse_address(page.url)
    if address and address.kind == THREAD and isinstance(address.id, int):
        return address.id
    for field in page.root.iter("input"):
        if (field.get("name") == "tid" or field.get("id") == "js-tid") and (field.get("value") or "").isdecimal():
            return int(field.get("value") or "")
    seen = Counter(
        found.id
        for link in page.root.iter("a")
        if (found := parse_address(link.get("href") or "")) and found.kind == THREAD and isinstance(found.id, int)
    )
    return seen.most_common(1)[0][0] if seen else None


def read_pages(page: Page, kind: str, id_: int) -> tuple[int, int]:
    """(this page, number of pages); what the page shows beats what its URL asked for."""
    asked = parse_address(page.url)
    number = asked.page if asked and asked.kind == kind else 1
    total = last_page((link.get("href") or "" for link in page.root.iter("a")), kind, id_)
    for bar in page.by_class("pages"):
        current = next((el for el in bar if el.tag in ("b", "strong") and words(el).isdecimal()), None)
        if current is not None and len(words(current)) < 8:
            number = int(words(current))
            if match := _TOTAL.search(words(bar)):
                total = int(match[1])
            return number, max(number, total)
    return min(number, total), total


def first_page(page: Page, thread_id: int) -> str:
    """The thread's own address, in the page's form of it where the page's address is known (a saved one's may not be)."""
    address = parse_address(page.url)
    if address and address.kind == THREAD and address.view == "desktop":
        return page_url(page.url, 1)
    return thread_url(page.base, thread_id)


def crumbs(page: Page) -> Iterator[etree._Element]:
    """The links of the path to this page; the plain view has them in no box, but no others of their form.

    In 9.x the bars of pages stand in the same box.
    """
    box = page.by_id("breadCrumb", "bread_crumb", "guide")
    box = box if box is not None else next(page.by_class("bread_crumb"), None)
    for link in (page.root if box is None else box).iter("a"):
        address = parse_address(link.get("href") or "")
        parent = link.getparent()
        in_bar = parent is not None and "pages" in (parent.get("class") or "").split()
        if not in_bar and (box is not None or (address is not None and address.view == "archiver")):
            yield link


def read_head(page: Page, thread_id: int) -> Thread:
    title, raw, thread_type = _title(page, thread_id)
    board_id, board = None, None
    for link in crumbs(page):
        address = parse_address(link.get("href") or "")
        if address and address.kind == BOARD and isinstance(address.id, int):
            board_id, board = address.id, words(link) or None
    counts = _counts(page)
    box = next((box for box in page.by_class("read_tags", "read_tag_list") if box.find(".//a") is not None), None)
    tags = [words(link) for link in box.iter("a") if link.get("href")] if box is not None else []
    return Thread(
        forum=page.forum,
        thread_id=thread_id,
        title=title,
        title_raw=raw,
        board_id=board_id,
        board=board,
        thread_type=thread_type,
        tags=tuple(tag for tag in tags if tag and not tag.startswith("[")) or None,
        replies=counts.get("replies"),
        views=counts.get("views"),
        url=first_page(page, thread_id),
    )


def _title(page: Page, thread_id: int) -> tuple[str, str, str | None]:
    """(subject, heading as shown, type): the type is a link in brackets before the subject."""
    heading = page.by_id("subject_tpc", "J_post_title")
    if heading is None:  # up to 8.3 later pages have no heading; the path cuts long subjects
        for link in crumbs(page):
            address = parse_address(link.get("href") or "")
            if address and address.kind == THREAD and address.id == thread_id and not words(link).endswith(".."):
                return words(link), "", None  # without the type that the heading shows
        return "", "", None
    thread_type = None
    for link in heading.iter("a"):
        address = parse_address(link.get("href") or "")
        if address and address.kind == BOARD:
            thread_type = words(link).strip("[]【】") or None
    links = {link: words(link) for link in heading.iter("a")}
    title = " ".join("".join(text for text in _texts(heading) if text).split())
    raw = f"[{thread_type}] {title}" if thread_type and links else title
    return title, raw, thread_type


def _texts(heading: etree._Element) -> Iterator[str]:
    """The words of a heading that are in no link."""
    walker = etree.iterwalk(heading, events=("start", "end"))
    for event, el in walker:
        if event == "start":
            if el.tag == "a":
                walker.skip_subtree()
            else:
                yield el.text or ""
        elif el is not heading:
            yield el.tail or ""


def _counts(page: Page) -> dict[str, int]:
    """Views and replies from the thread's head."""
    counts: dict[str, int] = {}
    for item in page.root.iter("li"):
        if not any(_HEADS.intersection((box.get("class") or "").split()) for box in islice(near_ancestors(item), 3)):
            continue
        told = " ".join(short_text(item).split())
        number = re.search(r"\d{1,9}", told)
        for word, name in _COUNTS.items():
            if word in told and number:
                counts.setdefault(name, int(number.group()))
    return counts
