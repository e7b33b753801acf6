"""The forum's database before anything happens: who wrote when, in which order; the words are made when they are read.

Everything is drawn from the seed and the thread's number, so that a forum of any size starts at once and is always the same.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import accumulate
from random import Random

from crawler.demo import words
from crawler.demo.types import Board, PostRow, ThreadRow, User

BEGAN = int(datetime(2008, 3, 1, tzinfo=UTC).timestamp())
CATEGORIES = {1: "文稿交流", 20: "邻里之间"}
_SPOKEN = ("speech", "speech", "speech", "speech", "interview", "moderator", "press")
BOARDS = (
    Board(11, "讲话与致辞", 1, jammer=True, attachments=False, topics=_SPOKEN, share=3.0),
    Board(
        12,
        "访谈与发布",
        1,
        jammer=True,
        topics=("interview", "press", "interview", "news"),
        share=1.5,
        types=("访谈", "发布会", "对话"),
    ),
    Board(13, "报告与调研", 1, types=("报告", "总结", "调研"), topics=("report", "speech", "notice"), share=1.5),
    Board(14, "旧稿存放", 1, parent=13, jammer=True, topics=("speech", "report", "moderator"), share=1.0),
    Board(21, "通知与新闻", 20, topics=("news", "notice"), share=1.0),
    Board(22, "茶余闲话", 20, topics=("chat",), share=1.6),
    Board(23, "会员文库", 20, access="login", topics=("speech", "report"), share=0.25),
    Board(24, "加锁的抽屉", 20, access="password", topics=("notice", "chat"), share=0.15),
)
BANNED, GONE, GUEST_UID = 90, 9001, 0


def users(seed: int) -> dict[int, User]:
    """The members, one of them banned, one deleted, and the guest."""
    names = list(words.NICKNAMES)
    Random(f"{seed}/users").shuffle(names)
    known = [User(uid, name) for uid, name in enumerate(names, 2)]
    known += [User(BANNED, "被请出去的人", "banned"), User(GONE, "注销的号", "gone"), User(GUEST_UID, "", "guest")]
    return {user.uid: user for user in known}


def plan(seed: int, count: int, now: int) -> tuple[dict[int, ThreadRow], dict[int, PostRow]]:
    """``count`` threads (tombstones come on top) and their posts, numbered in the order in which they were written."""
    shares = list(accumulate(board.share for board in BOARDS))
    rows: list[PostRow] = []
    threads: dict[int, ThreadRow] = {}
    for tid in range(1, count + 1):
        thread = _thread(Random(seed * 1_000_003 + tid), tid, count, now, shares)
        threads[tid] = thread
        rows.extend(thread.posts)
    rows.sort(key=lambda row: row.at)
    for pid, row in enumerate(rows, 1):
        row.pid = pid
    _lose(seed, threads)
    _mark(seed, threads)
    _move(seed, threads, now)
    return threads, {row.pid: row for row in rows}


def _thread(rng: Random, tid: int, count: int, now: int, shares: list[float]) -> ThreadRow:
    created = BEGAN + int((now - BEGAN) * (1 - (1 - (tid - 1 + rng.random() * 0.9) / count) ** 2.2))
    if tid <= len(BOARDS):
        board = BOARDS[tid - 1]
    else:
        drawn = rng.random() * shares[-1]
        board = next(board for board, top in zip(BOARDS, shares, strict=True) if drawn < top)
    author = _author(rng)
    while author in (GUEST_UID, GONE):
        author = _author(rng)
    opening = PostRow(0, tid, author, created, first=True, made_for=board.fid, born_in=tid)
    opening.special = rng.choices(("normal", "poll", "paid"), (94, 4, 2))[0]
    posts = [opening]
    at = float(created)
    for position in range(2, _replies(rng) + 2):
        at += rng.expovariate(1 / 7200) if rng.random() < 0.7 else rng.expovariate(1 / 400_000)
        if at >= now - 120:
            break
        quoted = posts[int(rng.random() * len(posts))] if rng.random() < 0.2 else None
        post = PostRow(0, tid, _author(rng), int(at) + position, position, quoted=quoted, born_in=tid)
        post.anonymous = rng.random() < 0.015 and post.uid >= 2
        if rng.random() < 0.02:
            post.comments = tuple(min(post.at + 900 * (n + 1), now - 60) for n in range(rng.randint(1, 3)))
        posts.append(post)
    thread = ThreadRow(tid, board.fid, created, posts, special=opening.special)
    thread.views = len(posts) * 13 + int(rng.random() * 4000)
    thread.typeid = 1 + int(rng.random() * len(board.types)) if board.types else 0
    return thread


def _replies(rng: Random) -> int:
    draw = rng.random()
    if draw < 0.18:
        return 0
    if draw < 0.78:
        return 1 + int(rng.expovariate(1 / 4))
    return rng.randint(8, 25) if draw < 0.96 else rng.randint(26, 70)


def _author(rng: Random) -> int:
    draw = rng.random()
    if draw < 0.02:
        return BANNED if draw < 0.01 else GONE if draw < 0.015 else GUEST_UID
    return 2 + int(rng.random() ** 1.5 * len(words.NICKNAMES))


def _lose(seed: int, threads: dict[int, ThreadRow]) -> None:
    """Some threads and some replies were deleted long ago."""
    for thread in threads.values():
        rng = Random(f"{seed}/lost/{thread.tid}")
        if rng.random() < 0.02 and thread.tid > len(BOARDS):
            thread.deleted = True
        if rng.random() < 0.04 and len(thread.posts) > 3:
            lost = thread.posts.pop(rng.randrange(1, len(thread.posts) - 1))
            lost.deleted = True
        thread.lastpost = thread.posts[-1].at


def _mark(seed: int, threads: dict[int, ThreadRow]) -> None:
    """Sticky, digest and closed threads."""
    rng = Random(f"{seed}/marks")
    by_board: dict[int, list[ThreadRow]] = {}
    for thread in threads.values():
        if not thread.deleted:
            by_board.setdefault(thread.fid, []).append(thread)
            thread.digest = rng.randint(1, 3) if rng.random() < 0.05 else 0
            thread.closed = rng.random() < 0.04
    for board in BOARDS:
        here = by_board.get(board.fid, [])
        if len(here) > 8:
            rng.choice(here).sticky = 1
    for fid, level in ((21, 3), (11, 3), (12, 2)):
        if len(by_board.get(fid, [])) > 4:
            rng.choice(by_board[fid]).sticky = level


def _move(seed: int, threads: dict[int, ThreadRow], now: int) -> None:
    """Some threads stand in another board than they began in; a row there still points to most of them."""
    rng = Random(f"{seed}/moves")
    open_boards = [board.fid for board in BOARDS if board.access == "open"]
    tid = len(threads)
    for thread in list(threads.values()):
        if rng.random() < 0.02 and not thread.deleted and not thread.sticky and thread.fid in open_boards:
            tid += 1
            threads[tid] = tombstone(thread, tid)
            thread.fid = rng.choice([fid for fid in open_boards if fid != thread.fid])
            thread.typeid = 0


def tombstone(thread: ThreadRow, tid: int) -> ThreadRow:
    """The row that a moved thread leaves behind in its board: no posts, ``moved_to`` points at it."""
    row = ThreadRow(tid, thread.fid, thread.created, [])
    row.moved_to, row.lastpost, row.closed = thread.tid, thread.lastpost, True
    return row
