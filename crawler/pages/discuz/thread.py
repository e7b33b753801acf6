"""Thread pages of Discuz! 6.0 to X3.5, desktop, as a guest or a robot sees them (facts: discuz.md section 2).

Parts are found by the ids that every version keeps (``pid``, ``postmessage_``, ``authorposton``); classes, which
themes rename, only help.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from lxml import etree

from crawler.items import Post, Thread
from crawler.pages.discuz.floors import number_posts
from crawler.pages.discuz.post import Parts, find_around, read_post
from crawler.pages.discuz.tree import Page, all_text, words
from crawler.pages.discuz.urls import BOARD, THREAD, last_page, page_url, parse_address

_PART = re.compile(r"^(pid|post_|postmessage_|authorposton|postnum|favatar|comment_)(\d+)$")
_SCRIPT_IDS = re.compile(r"fid\s*=\s*parseInt\('(\d+)'\)\s*,\s*tid\s*=\s*parseInt\('(\d+)'\)")
_NUMBER = re.compile(r"\d+")
_PREFIX = re.compile(r"^[\[【](.{1,30}?)[\]】]\s*")

_Found = dict[str, dict[int, list[etree._Element]]]


@dataclass(frozen=True, slots=True)
class ThreadPage:
    thread: Thread
    posts: tuple[Post, ...]
    page: int
    view: str
    ended: bool
    """Something stands behind the list of posts: if the page was cut, then not in or between them."""


def read_thread(page: Page) -> ThreadPage | None:
    """The thread and its posts, or ``None`` when the page shows no post of a thread."""
    parts = find_parts(page)
    if not parts:
        return None
    thread_id, board_id = _thread_ids(page)
    if thread_id is None:
        return None
    view = "desktop" if any(p.floor is not None for p in parts) else "robot"
    number, pages = read_pagination(page, THREAD, thread_id)
    posts = _drop_repeats([read_post(p, page, thread_id) for p in parts], parts)
    if "authorid=" in page.url:  # floors of a filtered view count one author's posts only
        posts = [replace(post, position=None) for post in posts]
    else:
        posts = number_posts(posts, page=number, pages=pages, counted=view == "robot")
    thread = _read_head(page, thread_id, board_id, pages)
    first = next((p for p in posts if p.position == 1), None)
    if first is not None:
        posts = [replace(p, is_first=True, title=thread.title) if p is first else p for p in posts]
        thread = replace(
            thread,
            author=first.author,
            author_id=first.author_id,
            created_at=first.posted_at,
            special=_special(page),
        )
    return ThreadPage(thread, tuple(posts), number, view, is_followed([p.wrapper for p in parts]))


def is_followed(rows: list[etree._Element]) -> bool:
    """Whether the list that ``rows`` stand in was closed and something follows it.

    Where the list has no element of its own (6.x: posts stand beside header and footer) the last row must be followed.
    """
    last = rows[-1]
    container = last.getparent()
    others = set(rows[:-1])
    while container is not None and others and not others & set(container.iterdescendants()):
        last, container = container, container.getparent()
    if container is None:
        return False
    if container.tag not in ("body", "html") and not any(el.get("id") in ("header", "footer", "hd", "ft") for el in container):
        last = container
    while last is not None and last.tag not in ("body", "html"):
        if last.getnext() is not None:
            return True
        last = last.getparent() if last is not container else None
    return False


def find_parts(page: Page) -> list[Parts]:
    """The posts of the page in order, each with its elements."""
    found: _Found = {}
    for ident, els in page.ids.items():
        if match := _PART.match(ident):
            found.setdefault(match[1], {})[int(match[2])] = els
    wrappers = found.get("pid", {})
    messages = found.get("postmessage_", {})
    if not wrappers:
        wrappers = {pid: els for pid, els in found.get("post_", {}).items() if pid in messages}
    if not wrappers:
        wrappers = {pid: [_outer_post(el) for el in els] for pid, els in messages.items()}
    ordered = [(pid, el) for pid, els in wrappers.items() for el in els]
    if len(ordered) > len(wrappers):
        order = {el: at for at, el in enumerate(page.root.iter())}
        ordered.sort(key=lambda pair: order[pair[1]])
    parts = [_assemble(pid, wrapper, found) for pid, wrapper in ordered]
    return _with_surroundings(parts, page)


def _assemble(pid: int, wrapper: etree._Element, found: _Found) -> Parts:
    def part(prefix: str) -> etree._Element | None:
        candidates = found.get(prefix, {}).get(pid, [])
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        return next((c for c in candidates if wrapper in c.iterancestors()), None)

    message = part("postmessage_")
    if message is None:  # the free part of a paid thread stands under a number of its own (discuz.md 2.2)
        message = next(
            (el for el in wrapper.iter("td", "div") if (el.get("id") or "").startswith("postmessage_")), None
        )
    return Parts(
        pid=pid,
        wrapper=wrapper,
        message=message,
        posted=part("authorposton"),
        floor=part("postnum"),
        author=part("favatar"),
        comments=part("comment_"),
    )


def _with_surroundings(parts: list[Parts], page: Page) -> list[Parts]:
    owners = {p.wrapper: p for p in parts}
    for el in find_around(page):
        for parent in el.iterancestors():
            if parent in owners:
                owners[parent].around += (el,)
                break
    return parts


def _outer_post(message: etree._Element) -> etree._Element:
    """In templates that dropped the post's own id: the largest element around the message that holds no other message."""
    outer = message
    for parent in message.iterancestors():
        if parent.tag in ("body", "html") or len(parent.xpath('.//*[starts-with(@id,"postmessage_")]')) > 1:
            break
        outer = parent
    return outer


def _thread_ids(page: Page) -> tuple[int | None, int | None]:
    """(tid, fid): the script variable of X is authoritative, then the page's address, then its own links."""
    if match := _SCRIPT_IDS.search(page.source):
        return int(match[2]), int(match[1]) or None
    hrefs = (el.get("href") or "" for el in page.root.iter("link", "a"))
    for url in (page.url, *hrefs):
        address = parse_address(url)
        if address and address.kind == THREAD and isinstance(address.id, int):
            return address.id, None
    return None, None


def crumb_board(page: Page) -> tuple[int | None, str | None]:
    """The last board link of the breadcrumb: number and name."""
    board: tuple[int | None, str | None] = (None, None)
    crumbs = page.by_id("pt", "nav", "foruminfo")
    for link in crumbs.iter("a") if crumbs is not None else ():
        address = parse_address(link.get("href") or "")
        if address and address.kind == BOARD:
            board = (address.id if isinstance(address.id, int) else None, words(link) or None)
    return board


def read_pagination(page: Page, kind: str, id_: int | str) -> tuple[int, int]:
    """(this page, number of pages); what the page shows beats what its URL asked for (discuz.md 2.11)."""
    bar = next(page.by_class("pg", "pages", "pages_btns"), None)
    if bar is None:
        return 1, 1
    asked = parse_address(page.url)
    shown = "".join(all_text(strong) for strong in bar.iter("strong")).strip()
    number = int(shown) if shown.isdigit() else asked.page if asked else 1
    label = [
        n for el in bar.iter("label") for span in el.iter("span") for n in _NUMBER.findall(span.get("title") or "")
    ]
    hrefs = [link.get("href") or "" for link in bar.iter("a")]
    return number, max([number, last_page(hrefs, kind, id_), *map(int, label[-1:])])


def _drop_repeats(posts: list[Post], parts: list[Parts]) -> list[Post]:
    """Sticky and hot replies stand on top and again in their own place: the plainly numbered one stays (discuz.md 2.11)."""
    best: dict[int, int] = {}
    for at, post in enumerate(posts):
        kept = best.get(post.post_id)
        if kept is None or posts[kept].position is None or len(parts[kept].floor_label) > len(parts[at].floor_label):
            best[post.post_id] = at
    return [post for at, post in enumerate(posts) if best[post.post_id] == at]


def _read_head(page: Page, thread_id: int, board_id: int | None, pages: int) -> Thread:
    crumb_id, board = crumb_board(page)
    title, raw, thread_type = _title(page)
    views, replies = _counters(page)
    tags = tuple(words(link) for box in page.by_class("ptg") for link in box.iter("a"))
    return Thread(
        forum=page.forum,
        thread_id=thread_id,
        title=title,
        title_raw=raw,
        board_id=board_id or crumb_id,
        board=board,
        thread_type=thread_type,
        tags=tags or None,
        replies=replies,
        views=views,
        pages=pages,
        is_closed=_is_closed(page) or None,
        url=_thread_url(page, thread_id),
    )


def _thread_url(page: Page, thread_id: int) -> str:
    address = parse_address(page.url)
    if address and address.kind == THREAD and address.id == thread_id:
        return page_url(page.url, 1)
    return urljoin(page.base, f"forum.php?mod=viewthread&tid={thread_id}")


def _title(page: Page) -> tuple[str, str, str | None]:
    """(subject, the heading as shown, type prefix)."""
    subject = page.by_id("thread_subject")
    if subject is None:
        holders = [el for el in (page.by_id("threadtitle"), *page.by_class("ts", "viewthread")) if el is not None]
        subject = next((h for el in holders for h in ([el] if el.tag == "h1" else el.iter("h1"))), None)
    if subject is None:
        title = " ".join((page.root.findtext(".//title") or "").split(" - ")[0].split())
        return title, title, None
    title = words(subject)
    heading = next((h for h in (subject, *subject.iterancestors()) if h.tag == "h1"), subject)
    raw = words(heading)
    prefix = _PREFIX.match(raw)
    if prefix and heading is subject and subject.find("a") is not None:  # up to 7.2 the type is a link in the heading
        return raw[prefix.end() :], raw, prefix[1]
    if prefix and not title.startswith(prefix.group().strip()):
        return title, raw, prefix[1]
    return title, raw, None


def _counters(page: Page) -> tuple[int | None, int | None]:
    """(views, replies) from the left head cell of a first page; both absent where the site closed it."""
    for cell in page.by_class("hm"):
        values = [(span.text or "").strip() for span in cell.iterchildren("span") if span.get("class") == "xi1"]
        if len(values) >= 2 and values[0].isdigit() and values[1].isdigit():
            return int(values[0]), int(values[1])
    return None, None


def _is_closed(page: Page) -> bool:
    """The lock beside the subject (a picture up to X3.4, an icon in X3.5)."""
    subject = page.by_id("thread_subject")
    cell = next(subject.iterancestors("td", "div"), None) if subject is not None else None
    if cell is None:
        return False
    return any(
        "locked.gif" in (el.get("src") or "") or "lock" in (el.get("class") or "") for el in cell.iter("img", "i")
    )


def _special(page: Page) -> str:
    if "poll" in page.ids:
        return "poll"
    if "rwd" in page.classes:
        return "reward"
    if "act" in page.classes and any(el.tag == "div" for el in page.classes["act"]):
        return "activity"
    if "debate_affirmvotes" in page.ids or any(name.startswith(("pdbts", "dbts")) for name in page.classes):
        return "debate"
    return "trade" if any(name.startswith("trade") and name[5:].isdigit() for name in page.ids) else "normal"
