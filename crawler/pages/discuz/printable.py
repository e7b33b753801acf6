"""The printable view: a thread's first hundred posts between rules, all versions (facts: discuz.md 7).

Found in the source, before the parse: the rule and the two bold words are the template's own, and a tag that an
author left open cannot reach into the next post when each is parsed by itself. It prints names and times, no numbers.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crawler.items import Post, Thread
from crawler.pages.discuz.body import read_body
from crawler.pages.discuz.collected import Body
from crawler.pages.discuz.head import document_title, old_title, thread_ids, thread_url
from crawler.pages.discuz.marks import locked_flag
from crawler.pages.discuz.post import make_post
from crawler.pages.discuz.tree import Page
from crawler.pages.discuz.view import View
from crawler.pages.ids import thread_id_of
from crawler.pages.markup import parse_piece, words
from crawler.pages.times import find_time

_RULE = re.compile(r"<hr\b[^<>]{0,200}>", re.I)
_HEAD = re.compile(
    r"<hr\b[^<>]{0,200}#?808080[^<>]{0,100}>\s{0,99}"
    r"<b>[^<>]{1,40}</b>(?P<author>[^<]{0,200}?)(?:&nbsp;|&#160;|\xa0)\s{0,9}(?:&nbsp;|&#160;|\xa0)\s{0,9}"
    r"<b>[^<>]{1,40}</b>(?P<time>.{1,200}?)"
    r"(?P<title>\s{0,9}(?:&nbsp;|&#160;|\xa0)\s{0,9}(?:&nbsp;|&#160;|\xa0)\s{0,9}<b>[^<>]{1,40}</b>[^<]{0,500})?\s{0,30}<br\b[^<>]{0,9}>"
    r"(?P<titled>\s{0,9}<b>[^<>]{1,20}[:：]\s?</b>[^<]{0,500}<br\b[^<>]{0,9}>)?",
    re.I,
)
_GAP = r"(?>\s+|<br\b[^<>]{0,9}>)*+"
_NOTICE = re.compile(rf"{_GAP}[^<>:：]{{1,30}}[:：]\s?\*{{0,3}}<em>[^<>]{{1,200}}</em>\*{{0,3}}{_GAP}", re.I)
"""What stands for a message that was banned (2.6), in whatever language: no author of BBCode has an ``em``."""
_BOLD = re.compile(r"^.{0,99}?</b>", re.S | re.I)


class Pieces(NamedTuple):
    frame: str
    """The page without its posts."""
    posts: list[tuple[re.Match[str], str]]
    """(head, source of the message) of each."""
    ended: bool


def split_printable(source: str) -> Pieces | None:
    """The pieces of a printable page; ``None`` when it is none."""
    if "808080" not in source:
        return None
    heads = list(_HEAD.finditer(source))
    if not heads:
        return None
    ends = [head.start() for head in heads[1:]]
    rules = [rule.start() for rule in _RULE.finditer(source, heads[-1].end())]
    last = rules[-1] if rules else len(source)
    posts = [(head, source[head.end() : end]) for head, end in zip(heads, [*ends, last], strict=True)]
    return Pieces(source[: heads[0].start()] + source[last:], posts, bool(rules))


def read_printable(page: Page, pieces: Pieces) -> tuple[View, bool]:
    """The thread, and whether the parser cut a message. ``page`` is the frame's."""
    title = _title(page)
    thread_id, _ = thread_ids(page)
    if thread_id is None:
        thread_id = thread_id_of(page.forum, title)
    thread = Thread(page.forum, thread_id, title, title, url=thread_url(page, thread_id) if thread_id > 0 else page.url)
    posts, cut_any = [], False
    for head, source in pieces.posts:
        post, cut = _read_post(head, source, page, thread_id, title)
        posts.append(post)
        cut_any = cut_any or cut
    return View(name="printable", thread=thread, posts=posts, counted=True), cut_any


def _read_post(head: re.Match[str], source: str, page: Page, thread_id: int, thread_title: str) -> tuple[Post, bool]:
    cell, cut = parse_piece(source)
    body = Body()
    if cell is not None and _NOTICE.fullmatch(source):
        body.flag(locked_flag(cell))
    elif cell is not None:
        body = read_body(cell, base=page.base, legacy_encoding=page.legacy_encoding)
    if cut:
        body.flag("truncated")
    raw = _plain(head["time"])
    titles = re.findall(r'title=["\']?([^"\'<>]{1,40})', head["time"])
    title = _plain(_BOLD.sub("", (head["title"] or head["titled"] or "").split("<b>", 1)[-1]))
    post = make_post(
        page,
        thread_id,
        None,
        body,
        author=_plain(head["author"]) or None,
        posted_at=find_time(" ".join([*titles, raw]), page.zone),
        posted_at_raw=(titles[0] if titles else raw) or None,
        title=title if title not in ("", thread_title) else None,
    )
    return post, cut


def _plain(html: str) -> str:
    cell, _ = parse_piece(f"<div>{html}</div>") if html.strip() else (None, False)
    return words(cell).strip(" \xa0") if cell is not None else ""


def _title(page: Page) -> str:
    """The words behind the first bold caption (``标题: ``), else the document's title (4.1's is the site's name)."""
    for bold in page.root.iter("b"):
        if bold.find("a") is None and (bold.tail or "").strip():
            return " ".join((bold.tail or "").split())
    return old_title(document_title(page))
