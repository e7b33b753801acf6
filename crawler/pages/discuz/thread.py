"""Thread pages of Discuz!, every view: each view finds its posts, what they have in common is put together here.

Desktop parts are found by the ids that every version keeps (``pid``, ``postmessage_``, ``authorposton``); classes,
which themes rename, only help (facts: discuz.md section 2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from crawler.items import Post, Quote, Thread
from crawler.pages.discuz import archiver, mobile, old
from crawler.pages.discuz.head import read_head, read_pagination, read_special, thread_ids
from crawler.pages.discuz.parts import Parts, find_parts
from crawler.pages.discuz.post import own_headings, read_post
from crawler.pages.discuz.tree import Page
from crawler.pages.discuz.urls import THREAD
from crawler.pages.discuz.view import View
from crawler.pages.floors import number_posts
from crawler.pages.ids import number_unnamed, thread_id_of
from crawler.pages.markup import own_text
from crawler.pages.times import time_span


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
    view = mobile.read(page) or _read_desktop(page)
    if view is None:
        page.index_all()
        view = mobile.read(page) or _read_desktop(page) or archiver.read(page) or old.read(page)
    return complete(page, view) if view is not None else None


def complete(page: Page, view: View) -> ThreadPage:
    """The page with what follows from all its posts together: floors, the opening post, made-up numbers."""
    posts = _name_quoted(view.posts, view.posted)
    if "authorid=" in page.url:  # floors of a filtered view count one author's posts only
        posts = [replace(post, position=None) for post in posts]
    else:
        counted = view.counted or (view.page == 1 and view.name != "fragment" and _all_named(posts))
        posts = number_posts(posts, page=view.page, pages=view.thread.pages or 1, counted=counted)
    thread = view.thread
    posts = number_unnamed(posts, thread.title)
    first = next((p for p in posts if p.position == 1), None)
    if first is not None:
        posts = [replace(p, is_first=True, title=thread.title or None) if p is first else p for p in posts]
        thread = replace(
            thread,
            author=first.author,
            author_id=first.author_id,
            created_at=first.posted_at,
            special=view.special,
        )
    return ThreadPage(thread, tuple(posts), view.page, view.name, is_followed(view.elements))


def _read_desktop(page: Page) -> View | None:
    parts = find_parts(page)
    if not parts:
        return None
    thread_id, board_id = thread_ids(page)
    if thread_id is None:
        thread_id = thread_id_of(page.forum, read_head(page, -1, None, None).title)
    number, pages = read_pagination(page, THREAD, thread_id)
    headings = own_headings(page)
    page.wrappers = {part.wrapper for part in parts}
    read = [read_post(part, page, thread_id, headings) for part in parts]
    printed = any(part.floor is not None for part in parts) or any(post.position is not None for post in read)
    robot = not printed and any(part.posted is not None for part in parts)
    name = "fragment" if page.fragment else "robot" if robot else "desktop"
    return View(
        name=name,
        thread=read_head(page, thread_id, board_id, None if page.fragment else pages),
        posts=_drop_repeats(read, parts),
        page=number,
        counted=not printed and not page.fragment,
        special=None if page.fragment else read_special(page),
        elements=[part.wrapper for part in parts],
        posted=_word_for_posted(parts),
    )


def _all_named(posts: list[Post]) -> bool:
    """Every floor has a name of the site's own, as only the first of a thread may have (discuz.md 6.4)."""
    ids = [post.post_id for post in posts]
    return all(post.position is None for post in posts) and ids == sorted(set(ids)) and ids[:1] > [0]


def _name_quoted(posts: list[Post], word: str) -> list[Post]:
    """The posts without the words for "posted at" behind the names that their quotes give, in whatever language.

    ``word``: how the page's own posts say it (2.4, 2.6); else a post on the page tells the name of the one quoted.
    """
    if not any(post.quotes for post in posts):
        return posts
    names = {post.post_id: post.author for post in posts if post.post_id}

    def named(quote: Quote) -> Quote:
        name, who = quote.author or "", names.get(quote.post_id or 0)
        short = who if who and name.startswith(who + " ") else name.removesuffix(f" {word}").rstrip() if word else name
        return replace(quote, author=short or None) if short != name else quote

    return [post.but(quotes=tuple(map(named, post.quotes))) if post.quotes else post for post in posts]


def _word_for_posted(parts: list[Parts]) -> str:
    told = next((own_text(part.posted) for part in parts if part.posted is not None), "")
    span = time_span(told)
    return " ".join((told[: span[0]] if span else told).split())


def is_followed(rows: list[etree._Element]) -> bool:
    """Whether the list that ``rows`` stand in was closed and something follows it.

    Where the list has no element of its own (6.x: posts stand beside header and footer) the last row must be followed.
    """
    if not rows:
        return False
    last = rows[-1]
    above = set(rows[0].iterancestors()) if len(rows) > 1 else {last.getparent()}
    container = next((parent for parent in last.iterancestors() if parent in above), None)
    if container is None:
        return False
    if container.tag not in ("body", "html") and not any(
        el.get("id") in ("header", "footer", "hd", "ft") for el in container
    ):
        last = container
    while last is not None and last.tag not in ("body", "html"):
        if last.getnext() is not None:
            return True
        last = last.getparent() if last is not container else None
    return False


def _drop_repeats(posts: list[Post], parts: list[Parts]) -> list[Post]:
    """Sticky and hot replies stand on top and again in their own place: the plainly numbered one stays (discuz.md 2.11)."""
    best: dict[int, int] = {}
    for at, post in enumerate(posts):
        if post.post_id == 0:
            continue
        kept = best.get(post.post_id)
        if kept is None or posts[kept].position is None or len(parts[kept].floor_label) > len(parts[at].floor_label):
            best[post.post_id] = at
    return [post for at, post in enumerate(posts) if best.get(post.post_id, at) == at]
