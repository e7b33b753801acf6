"""The forum as it stands: its database, in which order it lists, which posts a page shows, what is true of it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from crawler.demo import words
from crawler.demo.messages import ZONE, Message, Setting, compose
from crawler.demo.people import fill
from crawler.demo.plan import BOARDS, CATEGORIES, plan, users
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


class Reading:
    """All of the forum that only looks; every method may be called from any thread."""

    name = "文稿茶座"

    def __init__(self, seed: int = 1, threads: int = 300, now: datetime = NOW) -> None:
        self.seed = seed
        self.old_quotes = False
        self.lock = threading.RLock()
        self.clock = int(now.timestamp())
        self.users: dict[int, User] = users(seed)
        self.boards: dict[int, Board] = {board.fid: board for board in BOARDS}
        self.categories = CATEGORIES
        self.threads, self.posts = plan(seed, threads, self.clock)
        self._messages: dict[tuple[int, int, int, int], Message] = {}
        self._order: dict[int, list[ThreadRow]] = {}
        self._above: list[ThreadRow] | None = None
        self._next_pid = max(self.posts, default=0) + 1
        self._next_tid = max(self.threads, default=0) + 1
        for thread in self.threads.values():
            thread.lastposter = self.poster(thread)

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

    def quote_as(self, old: bool) -> None:
        """With the header of X1.5 to X2.5 or with the newer one."""
        with self.lock:
            if old != self.old_quotes:
                self.old_quotes = old
                self._messages.clear()

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
            author = self.users[self.member(post.pid * 31 + number)]
            found.append(CommentTruth(author.name, fill(rng.choice(words.REPLIES), rng), utc(at // 60 * 60)))
        return found

    def member(self, number: int) -> int:
        return Random(f"{self.seed}/who/{number}").choice([u.uid for u in self.users.values() if u.state == "member"])

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
        with self.lock:
            if self._above is None:
                found = (thread for thread in self.threads.values() if thread.sticky > 1 and not thread.deleted)
                self._above = sorted(found, key=lambda t: (t.sticky, t.lastpost, t.tid), reverse=True)
            return [t for t in self._above if t.sticky == 3 or self.boards[t.fid].gid == gid]

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

    def truth(self, tids: Iterable[int] | None = None, size: int = 10) -> Truth:
        """What is true now, of all threads or of those named; ``size``: posts a page."""
        with self.lock:
            return Teller(self, size).tell(self.threads if tids is None else tids)

    def thread_truth(self, tid: int, size: int = 10) -> ThreadTruth:
        with self.lock:
            return Teller(self, size).thread(self.thread(tid))
