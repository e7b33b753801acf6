"""The demo forum: what can happen to it, each with the effects that it has in Discuz!."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from crawler.demo.plan import tombstone as leave_tombstone
from crawler.demo.reading import Missing, Reading
from crawler.demo.types import PostRow, ThreadRow


class DemoForum(Reading):
    """A forum of invented texts, the same for the same seed; every method may be called from any thread.

    Its clock stands still but for ``advance`` and the minute and a half that every change takes.
    """

    def _living(self, tid: int) -> ThreadRow:
        thread = self.thread(tid)
        if thread.moved_to:
            raise Missing(f"thread {tid} is only a pointer to {thread.moved_to}")
        return thread

    def advance(self, step: timedelta) -> None:
        """Let time pass; with a new day the nightly job forgets which threads have gaps (``threaddisablepos``)."""
        with self.lock:
            before = self.now.date()
            self.clock += int(step.total_seconds())
            if self.now.date() != before:
                for thread in self.threads.values():
                    thread.disablepos = False

    def _tick(self) -> int:
        self._order.clear()
        self._above = None
        self.advance(timedelta(seconds=90))
        return self.clock

    def _recount(self, thread: ThreadRow) -> None:
        """What Discuz!'s ``updatethreadcount`` does: last post and poster are those of the newest post that is there."""
        thread.lastpost = max(post.at for post in thread.posts)
        thread.lastposter = self.poster(thread)

    def _write(self, thread: ThreadRow, first: bool, quote: PostRow | None) -> PostRow:
        pid = self._next_pid
        self._next_pid += 1
        position = 1 if first else thread.posts[-1].position + 1
        post = PostRow(
            pid, thread.tid, self.member(pid), self._tick(), position, first, quoted=quote, born_in=thread.tid
        )
        post.made_for = thread.fid if first else 0
        post.quoted_revision = quote.revision if quote else 0
        thread.posts.append(post)
        self.posts[pid] = post
        self._recount(thread)
        return post

    def new_thread(self, board: int, replies: int = 0) -> int:
        """A new thread's number."""
        with self.lock:
            here = self.board(board)
            tid = self._next_tid
            self._next_tid += 1
            thread = self.threads[tid] = ThreadRow(tid, board, self.clock, [])
            thread.created = self._write(thread, True, None).at
            thread.typeid = 1 + tid % len(here.types) if here.types else 0
            for _ in range(replies):
                self._write(thread, False, None)
            return tid

    def reply(self, tid: int, quote: int | None = None) -> int:
        """The new post's number; ``quote``: the number of the post that it quotes."""
        with self.lock:
            return self._write(self._living(tid), False, self.post(quote) if quote else None).pid

    def edit(self, pid: int) -> None:
        """Its author changes a post: an edit notice, no new place in the listing."""
        with self.lock:
            post = self.post(pid)
            post.edited_at = self._tick()
            post.revision += 1
            if post.first:
                self.threads[post.tid].subject = None

    def comment(self, pid: int) -> None:
        """A 点评; it raises the listing's reply count and nothing else."""
        with self.lock:
            post = self.post(pid)
            post.comments = (*post.comments, self._tick())

    def delete_post(self, pid: int) -> None:
        """Gone with a gap in the positions; a deleted last reply gives the thread its older place back."""
        with self.lock:
            post = self.post(pid)
            thread = self.threads[post.tid]
            if post.first:
                return self.delete_thread(thread.tid)
            post.deleted = True
            thread.posts.remove(post)
            self._recount(thread)
            self._tick()
            return None

    def delete_thread(self, tid: int) -> None:
        with self.lock:
            self.thread(tid).deleted = True
            self._tick()

    def undelete(self, tid: int = 0, pid: int = 0) -> None:
        """A thread or a post comes back from the recycle bin."""
        with self.lock:
            if tid:
                thread = self.threads[tid]
                if any(post.tid != tid for post in thread.posts):
                    raise Missing(f"thread {tid} was merged into another")
                thread.deleted = False
            if pid:
                post = self.posts[pid]
                thread = self.threads[post.tid]
                post.deleted = False
                thread.posts.append(post)
                thread.posts.sort(key=lambda row: row.position)
                self._recount(thread)
            self._tick()

    def move_thread(self, tid: int, board: int, tombstone: bool = True) -> int:
        """Into another board; the number of the row left behind, 0 for none."""
        with self.lock:
            thread, left = self._living(tid), 0
            self.board(board)
            if tombstone:
                left = self._next_tid
                self._next_tid += 1
                self.threads[left] = leave_tombstone(thread, left)
                self.threads[left].lastposter = thread.lastposter
            thread.fid, thread.typeid = board, 0
            self._tick()
            return left

    def close(self, tid: int, closed: bool = True) -> None:
        with self.lock:
            self._living(tid).closed = closed
            self._tick()

    def stick(self, tid: int, level: int = 1) -> None:
        """1 in its board, 2 in its category, 3 everywhere, 0 no longer."""
        with self.lock:
            self._living(tid).sticky = level
            self._tick()

    def digest(self, tid: int, level: int = 1) -> None:
        with self.lock:
            self._living(tid).digest = level
            self._tick()

    def bump(self, tid: int) -> None:
        """A moderator's 提升: to the top without a post."""
        with self.lock:
            self._living(tid).lastpost = self._tick()

    def merge(self, tid: int, other: int) -> None:
        """``other``'s posts go into ``tid`` by date, with their numbers; the earliest becomes the opening post."""
        with self.lock:
            thread, absorbed = self._living(tid), self._living(other)
            if thread is absorbed:
                raise Missing(f"no other thread than {tid} to merge")
            absorbed.deleted = True
            thread.posts.extend(absorbed.posts)
            absorbed.posts = absorbed.posts[:1]
            self._renumber(thread)
            self._tick()

    def split(self, tid: int, pids: Iterable[int]) -> int:
        """The number of a new thread made of some replies, which keep theirs."""
        with self.lock:
            thread, chosen = self._living(tid), set(pids)
            going = [post for post in thread.posts if post.pid in chosen and not post.first]
            if not going:
                raise Missing(f"no reply of thread {tid} among {sorted(chosen)}")
            new = self._next_tid
            self._next_tid += 1
            part = self.threads[new] = ThreadRow(new, thread.fid, going[0].at, going)
            part.subject = f"{self.subject(thread)}（分出）"
            thread.posts = [post for post in thread.posts if post not in going]
            self._renumber(part)
            self._renumber(thread)
            self._tick()
            return new

    def _renumber(self, thread: ThreadRow) -> None:
        subject = thread.subject or self.subject(thread)
        thread.posts.sort(key=lambda post: (post.at, post.pid))
        for position, post in enumerate(thread.posts, 1):
            if position == 1 and post.tid != thread.tid and post.first:
                subject = self.subject(self.threads[post.tid])
            post.tid, post.position, post.first = thread.tid, position, position == 1
        thread.subject, thread.created, thread.disablepos = subject, thread.posts[0].at, False
        self._recount(thread)
