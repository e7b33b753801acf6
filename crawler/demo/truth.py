"""Tells what is true of the forum, as a guest can know it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crawler.demo.types import ANONYMOUS, PostRow, PostTruth, ThreadRow, ThreadTruth, Truth, utc

if TYPE_CHECKING:
    from crawler.demo.reading import Reading


class Teller:
    """The truth of one moment; hold the forum's lock while it tells."""

    def __init__(self, forum: Reading, size: int) -> None:
        self.forum = forum
        self.size = size

    def tell(self, tids: Iterable[int]) -> Truth:
        """Threads and posts that are there, and the numbers of those that no longer are."""
        truth = Truth(self.forum.now)
        gone: list[int] = []
        for tid in tids:
            thread = self.forum.threads[tid]
            if thread.deleted:
                gone.append(tid)
            elif thread.moved_to:
                truth.moved[tid] = thread.moved_to
            else:
                truth.threads[tid] = self.thread(thread)
                for position, post in enumerate(thread.posts, 1):
                    truth.posts[post.pid] = self.post(thread, post, position)
        lost = (post.pid for post in self.forum.posts.values() if post.pid not in truth.posts and self._lost(post))
        return Truth(truth.now, truth.threads, truth.posts, tuple(gone), tuple(lost), truth.moved)

    def _lost(self, post: PostRow) -> bool:
        return post.deleted or self.forum.threads[post.tid].deleted

    def thread(self, thread: ThreadRow) -> ThreadTruth:
        forum, opening = self.forum, thread.posts[0]
        board = forum.boards[thread.fid]
        author, author_id = forum.shown_author(opening)
        return ThreadTruth(
            thread_id=thread.tid,
            board_id=thread.fid,
            board=board.name,
            title=forum.subject(thread),
            thread_type=board.types[thread.typeid - 1] if thread.typeid and board.types else None,
            special="poll" if thread.special == "poll" else "normal",
            author=author,
            author_id=author_id,
            created_at=utc(thread.created),
            last_post_at=utc(thread.lastpost),
            last_post_author=thread.lastposter or ANONYMOUS,
            replies=forum.replies(thread),
            pages=max(1, -(-len(thread.posts) // self.size)),
            is_sticky=bool(thread.sticky),
            is_digest=bool(thread.digest),
            is_closed=thread.closed,
            visible=board.access == "open",
            post_ids=tuple(post.pid for post in thread.posts),
        )

    def post(self, thread: ThreadRow, post: PostRow, position: int) -> PostTruth:
        forum = self.forum
        author, author_id = forum.shown_author(post)
        common = {
            "post_id": post.pid,
            "thread_id": thread.tid,
            "position": position,
            "is_first": position == 1,
            "author": author,
            "author_id": author_id,
            "posted_at": utc(post.at),
        }
        comments = tuple(forum.comments(post))
        if forum.shielded(post):
            return PostTruth(**common, text="", flags=("banned",))  # type: ignore[arg-type]
        message = forum.message(post)
        return PostTruth(
            **common,  # type: ignore[arg-type]
            text=message.text,
            edited_at=utc(message.edited_at // 60 * 60) if message.edited_at else None,
            edited_by=author if message.edited_at else None,
            quotes=message.quotes,
            attachments=message.attachments(forum.boards[thread.fid].attachments),
            comments=comments,
            flags=message.flags,
            document=message.document,
        )
