"""The demo forum's state: boards, threads, posts, a clock of its own, and everything that can happen to them."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from crawler.bundled import content

ZONE = timezone(timedelta(hours=8))
BOARDS = {2: "领导讲话", 3: "经验交流", 4: "互动问答", 5: "资料汇编"}
JAMMED = frozenset({2, 4})
LOGIN_BOARD = 9


@dataclass
class DemoPost:
    pid: int
    author: str
    uid: int
    at: datetime
    lines: list[str]
    quote: int | None = None  # pid of the quoted post
    quote_lines: list[str] = field(default_factory=list)
    edited_at: datetime | None = None
    hidden: bool = False  # ends in a block that only repliers may read
    html: bool = False  # written in HTML mode
    code: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    banned: bool = False
    comments: list[tuple[str, str, datetime]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What ``posts.text`` has to hold."""
        lines = [" ".join(line.split("\n")) for line in self.source_lines] if self.html else self.lines
        return "" if self.banned else "\n".join([*lines, *self.code])

    @property
    def source_lines(self) -> list[str]:
        """HTML mode: paragraphs with a newline of their source in the middle, which shows as a space."""
        return [
            f"{line[: len(line) // 2]}\n{line[len(line) // 2 :]}" if len(line) > 20 else line for line in self.lines
        ]


@dataclass
class DemoThread:
    tid: int
    fid: int
    title: str
    posts: list[DemoPost]
    views: int
    sticky: int = 0  # 0 no, 1 in its board, 3 everywhere
    closed: bool = False
    digest: bool = False
    kind: str = "其他"
    truth: dict[str, object] = field(default_factory=dict)
    bumped: datetime | None = None

    @property
    def last_at(self) -> datetime:
        return self.bumped or self.posts[-1].at


class DemoForum:
    """A forum whose every word follows from its seed. All times are in the forum's own zone, +8; ``now`` is its clock."""

    def __init__(self, seed: int = 1, threads: int = 300) -> None:
        self.rng = random.Random(seed)
        self.noise = random.Random()  # redrawn at every request, as the real one is
        self.lock = threading.RLock()
        self.now = datetime(2026, 6, 1, 12, 0, tzinfo=ZONE)
        self.threads: dict[int, DemoThread] = {}
        self.tombstones: dict[int, tuple[int, int]] = {}  # tid of the row left behind -> (board, tid it points to)
        self.pid = 100
        self.tid = 0
        age = timedelta(days=900)
        start = self.now - age
        for number in range(threads):
            born = start + age * (number / max(1, threads)) + timedelta(minutes=self.rng.randrange(600))
            self._grow(born)
        self._decorate()

    def _grow(self, born: datetime) -> DemoThread:
        self.tid += 1
        fid = self.rng.choice(list(BOARDS))
        text = content.document(self.rng, born.date())
        thread = DemoThread(
            self.tid, fid, text.title, [], self.rng.randrange(30, 9000), kind=text.kind, truth=text.truth
        )
        thread.posts.append(self._post(text.lines, born))
        moment = born
        for _ in range(min(int(self.rng.expovariate(1 / 7)), 60)):
            moment = min(moment + timedelta(minutes=self.rng.randrange(3, 4000)), self.now - timedelta(minutes=1))
            thread.posts.append(self._reply_post(thread, moment))
        self.threads[thread.tid] = thread
        return thread

    def _post(self, lines: list[str], at: datetime) -> DemoPost:
        self.pid += self.rng.randint(1, 3)
        uid = self.rng.randrange(len(content.NICKS))
        return DemoPost(self.pid, content.NICKS[uid], uid + 11, at, list(lines))

    def _reply_post(self, thread: DemoThread, at: datetime) -> DemoPost:
        post = self._post(content.reply(self.rng), at)
        draw = self.rng.random()
        if draw < 0.2:
            source = self.rng.choice(thread.posts)
            post.quote, post.quote_lines = source.pid, [source.lines[0][:60]]
        elif draw < 0.24:
            post.edited_at = at + timedelta(minutes=9)
        elif draw < 0.27:
            post.code = ["SELECT title", "FROM archive", "WHERE year > 2019"]
        elif draw < 0.29:
            post.banned = True
        elif draw < 0.32:
            post.comments.append((self.rng.choice(content.NICKS), "说得对。", at + timedelta(minutes=4)))
        return post

    def _decorate(self) -> None:
        """Give some threads what real forums have: sticky, closed, digest, HTML mode, hidden blocks, files, edits, moves."""
        threads = list(self.threads.values())
        for number, thread in enumerate(threads):
            first = thread.posts[0]
            thread.closed = number % 23 == 5
            thread.digest = number % 17 == 3
            first.html = number % 11 == 2
            first.hidden = number % 19 == 7
            if number % 13 == 4:
                first.files = [f"附件{number}.doc"]
            if number % 9 == 6:
                first.edited_at = first.at + timedelta(hours=2)
        for thread in threads[3::97]:
            thread.sticky = 1
        if threads:
            threads[len(threads) // 2].sticky = 3
        for thread in threads[8::61]:
            self.move(thread.tid, next(fid for fid in BOARDS if fid != thread.fid))

    # --- what can happen --------------------------------------------------------------------------------------------

    def advance(self, minutes: int = 7) -> datetime:
        self.now += timedelta(minutes=minutes)
        return self.now

    def new_thread(self, board: int | None = None) -> int:
        with self.lock:
            thread = self._grow(self.advance())
            thread.fid = board or thread.fid
            thread.posts = thread.posts[:1]
            return thread.tid

    def reply(self, tid: int) -> int:
        with self.lock:
            thread = self.threads[tid]
            thread.posts.append(self._reply_post(thread, self.advance()))
            thread.bumped = None
            return thread.posts[-1].pid

    def edit(self, pid: int) -> None:
        """The author changes his words; no listing shows it."""
        with self.lock:
            post = self.post(pid)
            post.lines = [*post.lines, f"补充一句：{content.sentence(self.rng, '这件事')}"]
            post.edited_at = self.advance()

    def delete_post(self, pid: int) -> None:
        with self.lock:
            thread = next(t for t in self.threads.values() if any(p.pid == pid for p in t.posts))
            last = thread.last_at
            thread.posts = [p for p in thread.posts if p.pid != pid]
            thread.bumped = last  # a deletion does not bump, and does not sink either

    def delete_thread(self, tid: int) -> None:
        with self.lock:
            del self.threads[tid]

    def move(self, tid: int, board: int, *, tombstone: bool = True) -> None:
        """To another board; the row that stays behind has a number of its own and points to the thread."""
        with self.lock:
            thread = self.threads[tid]
            if tombstone:
                self.tid += 1
                self.tombstones[self.tid] = (thread.fid, tid)
            thread.fid = board

    def stick(self, tid: int, level: int = 1) -> None:
        self.threads[tid].sticky = level

    def close(self, tid: int) -> None:
        self.threads[tid].closed = True

    def post(self, pid: int) -> DemoPost:
        return next(p for t in self.threads.values() for p in t.posts if p.pid == pid)

    def board_threads(self, fid: int) -> list[DemoThread]:
        """The board's own threads, newest last post first."""
        return sorted(
            (t for t in self.threads.values() if t.fid == fid), key=lambda t: (t.last_at, t.tid), reverse=True
        )

    def truth(self) -> dict[str, list[dict[str, object]]]:
        """Everything that a guest can see, as the corpus has to hold it."""
        with self.lock:
            posts: list[dict[str, object]] = [
                {
                    "thread_id": t.tid,
                    "post_id": p.pid,
                    "position": number,
                    "author": p.author,
                    "author_id": p.uid,
                    "posted_at": p.at.replace(second=p.at.second, microsecond=0).astimezone(UTC).isoformat(),
                    "text": p.text,
                    "quoted": p.quote,
                    "edited": p.edited_at is not None and not p.banned,
                }
                for t in self.threads.values()
                for number, p in enumerate(t.posts, 1)
            ]
            threads: list[dict[str, object]] = [
                {
                    "thread_id": t.tid,
                    "board_id": t.fid,
                    "title": t.title,
                    "replies": len(t.posts) - 1,
                    "kind": t.kind,
                    **t.truth,
                }
                for t in self.threads.values()
            ]
            return {"threads": threads, "posts": posts}
