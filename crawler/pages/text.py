"""Text captures: a thread that somebody copied, dumped or converted, read by its post headers (``crawler.pages.dump``).

The markup is gone, so a post's body is PLAIN: what stands between its header and the next one, for the noise and
chrome stages to judge. What the text does not print stays ``None``; ids are stable hashes of what it does print.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime

from crawler.items import OTHER, THREAD, Extract, PageError, Post, Profile, RawPage, Thread
from crawler.pages.copied import Copied, Draft, open_capture, split_posts
from crawler.pages.copied_body import read_moment, read_post
from crawler.pages.copied_buttons import take_buttons, without_pasted
from crawler.pages.copied_title import read_address, read_board, read_opener, split_type, thread_titles
from crawler.pages.dump import find_headers
from crawler.pages.encoding import decode
from crawler.pages.undivided import undivided_posts
from pipelines.interface import fold

_COUNTS = re.compile(r"(查看|回复|回覆|views|replies)(?:: ?|(?= ?\d+ ?\|) ?)(\d+)")


def extract_text(page: RawPage, profile: Profile) -> Extract:
    """Threads and posts of a text capture; ``kind`` is OTHER, with the reason, when nothing in it is a thread's.

    ``PageError``: the bytes are no text.
    """
    if not page.body.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" in page.body[:4096]:
        raise PageError(page.url, "this is no text (it holds NUL bytes): give the saved page itself")
    decoded = decode(page.body, page.content_type)
    empty = Extract(page.url, profile.forum or "unknown", page.fetched_at, OTHER, "text", encoding=decoded.encoding)
    if decoded.text and decoded.replaced > len(decoded.text) / 3:
        raise PageError(page.url, "this is no text in any known encoding")
    capture = open_capture(decoded.text, page, profile)
    headers = without_pasted(capture, find_headers(capture.bare))
    empty = replace(empty, forum=capture.host, replaced=decoded.replaced)
    drafts = split_posts(capture, headers) if headers else undivided_posts(capture, page)
    if not drafts:
        return replace(empty, reason="no post header (a name, 发表于 and a time) is found in this text")
    if headers or len(drafts) == 1:
        take_buttons(capture, drafts)
    threads, posts = _assemble(capture, drafts, page)
    return replace(empty, kind=THREAD, threads=threads, posts=posts)


def _assemble(capture: Copied, drafts: list[Draft], page: RawPage) -> tuple[tuple[Thread, ...], tuple[Post, ...]]:
    titles = thread_titles(capture, drafts)
    groups: dict[str, list[Draft]] = {}
    for draft, title in zip(drafts, titles, strict=True):
        draft.title = title
        groups.setdefault(title, []).append(draft)
    threads: list[Thread] = []
    posts: list[Post] = []
    for title, group in groups.items():
        thread, of_thread = _read_thread(capture, title, group, page)
        threads.append(thread)
        posts.extend(of_thread)
    return tuple(threads), tuple(posts)


def _read_thread(capture: Copied, title: str, group: list[Draft], page: RawPage) -> tuple[Thread, list[Post]]:
    url, thread_id = read_address(capture, group, page)
    first = group[0]
    if thread_id is None:
        moment = read_moment(first, capture, page) or first.header.time
        thread_id = _hash(capture.host, title, first.author, moment, *_own_words(capture, first))
    posts: list[Post] = []
    seen: dict[int, int] = {}
    # where the opening post is called 楼主 and the next one 1楼, floors are counted from zero
    shifted = first.header.floor == 1 and len(group) > 1 and group[1].header.floor == 1
    for order, draft in enumerate(group, 1):
        post = read_post(capture, draft, page, title, posts)
        key = (capture.host, title, post.author, post.posted_at or post.posted_at_raw, *_own_words(capture, draft))
        number = _hash(*key)
        seen[number] = seen.get(number, 0) + 1
        if seen[number] > 1:
            number = _hash(*key, seen[number])
        floor = order if draft.header.floor is None else draft.header.floor + (shifted and order > 1)
        posts.append(post.but(thread_id=thread_id, post_id=number, position=floor, is_first=floor == 1, url=url))
    thread_type, subject = split_type(capture, title, first)
    counts = {
        fold(word): int(n)
        for word, n in _COUNTS.findall("\n".join(fold(capture.bare[i]) for i in range(first.header.end)))
    }
    head = posts[0] if posts[0].is_first else None
    thread = Thread(
        forum=capture.host,
        thread_id=thread_id,
        title=subject,
        title_raw=title,
        thread_type=thread_type,
        board=capture.front.get("board") or capture.front.get("forum") or read_board(capture, first, subject),
        author=head.author if head else read_opener(capture, first),
        created_at=head.posted_at if head else None,
        replies=counts.get("回复", counts.get("replies")),
        views=counts.get("查看", counts.get("views")),
        url=url,
    )
    return thread, posts


def _own_words(capture: Copied, draft: Draft) -> tuple[str, ...]:
    """What tells a post from others where neither name nor time is printed: its text."""
    return () if draft.header.time else ("\n".join(capture.bare[i] for i in draft.body),)


def _hash(*parts: object) -> int:
    """A negative 63-bit number that is the same wherever the same parts are hashed."""
    told = "\x1f".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in parts)
    return -(int.from_bytes(hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1) - 1
