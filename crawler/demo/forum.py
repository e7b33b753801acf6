"""The demo forum: its database, its clock, what can happen to it, and what is true of it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from crawler.demo import words
from crawler.demo.messages import ZONE, Message, Setting, compose
from crawler.demo.people import fill
from crawler.demo.plan import BOARDS, CATEGORIES, plan, tombstone, users
from crawler.demo.truth import Teller
from crawler.demo.types import ANONYMOUS, GUEST, Board, CommentTruth, PostRow, ThreadRow, ThreadTruth, Truth, User, utc

NOW = datetime(2026, 6, 1, 12, 0, 0, tzinfo=ZONE)
_CACHED = 20_000


class Missing(KeyError):
    """No such board, thread or post (any more)."""


@dataclass(frozen=True, slots=True)
class View:
    """The posts of a thread's page as Discuz! selects them. ``gap``: deleted floors were met for the first time."""

    posts: tuple[PostRow, ...]
    floors: tuple[int, ...]
    page: int
    pages: int
    gap: bool = False


class DemoForum:
    """A forum of invented texts, the same for the same seed; every method may be called from any thread."""

    name = "文稿茶座"

    def __init__(self, seed: int = 1, threads: int = 300, now: datetime = NOW, old_quotes: bool = False) -> None:
        self.seed = seed
        self.old_quotes = old_quotes
        self.lock = threading.RLock()
        self.clock = int(now.timestamp())
        self.users: dict[int, User] = users(seed)
        self.boards: dict[int, Board] = {board.fid: board for board in BOARDS}
        self.categories = CATEGORIES
        self.threads, self.posts = plan(seed, threads, self.clock)
        self._messages: dict[tuple[int, int, int, int], Message] = {}
        self._order: dict[int, list[ThreadRow]] = {}
        self._next_pid = max(self.posts, default=0) + 1
        self._next_tid = max(self.threads, default=0) + 1
        for thread in self.threads.values():
            thread.lastposter = self.poster(thread)

    # -- reading ---------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock, ZONE)

    def thread(self, tid: int) -> ThreadRow:
        """A thread that is there; raises ``Missing``."""
        thread = self.threads.get(tid)
        if thread is None or thread.deleted:
            raise Missing(f"no thread {tid}")
        return thread

    def post(self, pid: int) -> PostRow:
        """A post that is there; raises ``Missing``."""
        post = self.posts.get(pid)
        if post is None or post.deleted or self.threads[post.tid].deleted:
            raise Missing(f"no post {pid}")
        return post

    def board(self, fid: int) -> Board:
        if fid not in self.boards:
            raise Missing(f"no board {fid}")
        return self.boards[fid]

    def subject(self, thread: ThreadRow) -> str:
        """The thread's title."""
        if thread.moved_to:
            return self.subject(self.threads[thread.moved_to])
        if thread.subject is None:
            thread.subject = self.message(thread.posts[0]).subject
        return thread.subject

    def shown_author(self, post: PostRow) -> tuple[str, int | None]:
        """(name, number) as a guest sees them."""
        if post.anonymous:
            return ANONYMOUS, None
        user = self.users[post.uid]
        return (GUEST if user.state == "guest" else user.name), (
            user.uid if user.state in ("member", "banned") else None
        )

    def poster(self, thread: ThreadRow) -> str:
        """Who posted last, as listings print it."""
        if thread.moved_to:
            return self.poster(self.threads[thread.moved_to])
        last = max(thread.posts, key=lambda post: (post.at, post.pid))
        return ANONYMOUS if last.anonymous or not last.uid else self.users[last.uid].name

    def shielded(self, post: PostRow) -> bool:
        """Its author was banned or deleted, or a moderator hid it: there is no message cell."""
        state = self.users[post.uid].state
        return state in ("banned", "gone") or self.hidden_by_moderator(post)

    def hidden_by_moderator(self, post: PostRow) -> bool:
        return not post.first and (post.pid * 7 + self.seed) % 131 == 0

    def message(self, post: PostRow, revision: int | None = None) -> Message:
        """The post's content now or of an older revision, made on first use."""
        revision = post.revision if revision is None else revision
        thread = self.threads[post.tid]
        key = (post.pid, revision, post.tid, thread.fid)
        found = self._messages.get(key)
        if found is None:
            if len(self._messages) > _CACHED:
                self._messages.clear()
            board = self.boards[post.made_for] if post.made_for else None
            author = self.shown_author(post)[0]
            setting = Setting(self.seed, board, thread.fid, author, self._quotable, self.old_quotes)
            found = self._messages[key] = compose(post, setting, revision)
        return found

    def _quotable(self, post: PostRow, revision: int) -> tuple[str, str] | None:
        if self.shielded(post) or post.special == "paid":
            return None
        text = self.message(post, revision).text
        return (self.shown_author(post)[0], text) if text else None

    def comments(self, post: PostRow) -> list[CommentTruth]:
        """The 点评 under a post, oldest first."""
        found = []
        for number, at in enumerate(post.comments):
            rng = Random(f"{self.seed}/{post.pid}/comment/{number}")
            author = self.users[self._member(post.pid * 31 + number)]
            found.append(CommentTruth(author.name, fill(rng.choice(words.REPLIES), rng), utc(at // 60 * 60)))
        return found

    def listing(self, fid: int) -> list[ThreadRow]:
        """The board's own rows as Discuz! sorts them: sticky first, then by last post."""
        with self.lock:
            rows = self._order.get(fid)
            if rows is None:
                here = (thread for thread in self.threads.values() if thread.fid == fid and not thread.deleted)
                rows = self._order[fid] = sorted(here, key=lambda t: (t.sticky, t.lastpost, t.tid), reverse=True)
            return rows

    def stickies(self, fid: int) -> list[ThreadRow]:
        """Rows that stand above every board (3) or every board of the category (2)."""
        gid = self.boards[fid].gid
        found = (
            thread
            for board in self.boards.values()
            for thread in self.listing(board.fid)
            if thread.sticky == 3 or (thread.sticky == 2 and board.gid == gid)
        )
        return sorted(found, key=lambda t: (t.sticky, t.lastpost, t.tid), reverse=True)

    def replies(self, thread: ThreadRow) -> int:
        """As the listing counts them: the replies and the comments on all posts."""
        return len(thread.posts) - 1 + sum(len(post.comments) for post in thread.posts)

    def view(self, thread: ThreadRow, page: int, size: int) -> View:
        """A page of posts, the last one for a number beyond it; by position until a gap is met, then by order."""
        with self.lock:
            posts = thread.posts
            top = posts[-1].position
            by_position = not thread.disablepos and top != len(posts)
            pages = max(1, -(-(top if by_position else len(posts)) // size))
            page = max(1, min(page, pages))
            start = (page - 1) * size
            if not by_position:
                shown = posts[start : start + size]
                return View(tuple(shown), tuple(range(start + 1, start + 1 + len(shown))), page, pages)
            shown = [post for post in posts if start < post.position <= start + size]
            gap = len(shown) < min(size, top - start)
            if gap:
                thread.disablepos = True
            return View(tuple(shown), tuple(post.position for post in shown), page, pages, gap)

    def other_view(self, thread: ThreadRow, page: int, size: int, author: int = 0) -> View:
        """One author's posts with floors by order, or without an author the newest first, the opening post on top."""
        with self.lock:
            if author:
                chosen = [post for post in thread.posts if post.uid == author and not post.anonymous]
            else:
                chosen = thread.posts[::-1]
            pages = max(1, -(-len(chosen) // size))
            page = max(1, min(page, pages))
            shown = chosen[(page - 1) * size : page * size]
            if not author:
                shown = [post for post in shown if not post.first]
                shown = [thread.posts[0], *shown] if page == 1 else shown
            floors = [thread.posts.index(post) + 1 for post in shown]
            return View(tuple(shown), tuple(floors), page, pages)

    # -- truth -----------------------------------------------------------------------------------------------------

    def truth(self, tids: Iterable[int] | None = None, size: int = 10) -> Truth:
        """What is true now, of all threads or of those named; ``size``: posts a page."""
        with self.lock:
            return Teller(self, size).tell(self.threads if tids is None else tids)

    def thread_truth(self, tid: int, size: int = 10) -> ThreadTruth:
        with self.lock:
            return Teller(self, size).thread(self.thread(tid))

    # -- the clock and what happens --------------------------------------------------------------------------------

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
        self.advance(timedelta(seconds=90))
        return self.clock

    def _recount(self, thread: ThreadRow) -> None:
        """What Discuz!'s ``updatethreadcount`` does: last post and poster are those of the newest post that is there."""
        thread.lastpost = max(post.at for post in thread.posts)
        thread.lastposter = self.poster(thread)

    def _member(self, number: int) -> int:
        return Random(f"{self.seed}/who/{number}").choice([u.uid for u in self.users.values() if u.state == "member"])

    def _write(self, thread: ThreadRow, first: bool, quote: PostRow | None) -> PostRow:
        pid = self._next_pid
        self._next_pid += 1
        position = 1 if first else thread.posts[-1].position + 1
        post = PostRow(
            pid, thread.tid, self._member(pid), self._tick(), position, first, quoted=quote, born_in=thread.tid
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
            return self._write(self.thread(tid), False, self.post(quote) if quote else None).pid

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

    def move_thread(self, tid: int, board: int, tombstone_row: bool = True) -> int:
        """Into another board; the number of the row left behind, 0 for none."""
        with self.lock:
            thread, left = self.thread(tid), 0
            self.board(board)
            if tombstone_row:
                left = self._next_tid
                self._next_tid += 1
                self.threads[left] = tombstone(thread, left)
                self.threads[left].lastposter = thread.lastposter
            thread.fid, thread.typeid = board, 0
            self._tick()
            return left

    def close(self, tid: int, closed: bool = True) -> None:
        with self.lock:
            self.thread(tid).closed = closed
            self._tick()

    def stick(self, tid: int, level: int = 1) -> None:
        """1 in its board, 2 in its category, 3 everywhere, 0 no longer."""
        with self.lock:
            self.thread(tid).sticky = level
            self._tick()

    def digest(self, tid: int, level: int = 1) -> None:
        with self.lock:
            self.thread(tid).digest = level
            self._tick()

    def bump(self, tid: int) -> None:
        """A moderator's 提升: to the top without a post."""
        with self.lock:
            self.thread(tid).lastpost = self._tick()

    def merge(self, tid: int, other: int) -> None:
        """``other``'s posts go into ``tid`` by date, with their numbers; the earliest becomes the opening post."""
        with self.lock:
            thread, absorbed = self.thread(tid), self.thread(other)
            absorbed.deleted = True
            thread.posts.extend(absorbed.posts)
            absorbed.posts = absorbed.posts[:1]
            self._renumber(thread)
            self._tick()

    def split(self, tid: int, pids: Iterable[int]) -> int:
        """The number of a new thread made of some replies, which keep theirs."""
        with self.lock:
            thread, chosen = self.thread(tid), set(pids)
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
