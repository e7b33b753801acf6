"""Numbers for threads and posts whose page prints none: negative, the same wherever the same is read (contract, Ids)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from crawler.items import Post


def made_up_id(*parts: object) -> int:
    """A negative 63-bit number that is the same wherever the same parts are hashed."""
    told = "\x1f".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in parts)
    return -(int.from_bytes(hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1) - 1


def thread_id_of(forum: str, title: str) -> int:
    """For a page that tells the thread's title but not its number."""
    return made_up_id(forum, title)


def number_unnamed(posts: Iterable[Post], title: str) -> list[Post]:
    """Posts whose id is 0 get one from forum, thread, author and time, to the minute: the views that print no number
    differ in whether they print seconds. Posts that agree in all of these are counted in page order.
    """
    seen: Counter[tuple[object, ...]] = Counter()
    numbered = []
    for post in posts:
        if post.post_id == 0:
            thread: object = post.thread_id if post.thread_id > 0 else title
            when: object = post.posted_at.replace(second=0, microsecond=0) if post.posted_at else _words(post)
            key = (post.forum, thread, post.author, when)
            seen[key] += 1
            again = (seen[key],) if seen[key] > 1 else ()
            post = replace(post, post_id=made_up_id(*key, *again))
        numbered.append(post)
    return numbered


def _words(post: Post) -> str:
    """What stays the same of a post whose time is only told as of now (3 days ago)."""
    return "".join("".join(run.text for run in post.body).split())
