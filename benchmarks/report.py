"""What a report of a large corpus costs: seconds, peak memory, size of the page.

python -m benchmarks.report [--posts 1000000] [--folder DIR]

Builds (once; a corpus that lies in DIR already is used again) a corpus of posts of about 1 KB, 10 a thread, that has what
a report reads: boards, edits and deletions, speakers and offices of many names, occasions, dates, kinds, noise of several
rules, gaps in floors, and as many runs as it takes publishes. The report is then made in a process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.publish import words
from crawler.items import Capture, Evidence, Post, Removed, Speaker, Speech, Thread
from pipelines.dataset import Dataset, RunRecord

FORUM = "bbs.example.net"
START = datetime(2008, 1, 1, tzinfo=UTC)
A_THREAD = 10
A_RUN = 1_000  # threads
KINDS = ("讲话", "致辞", "发言", "报告", "答记者问", "主持词", "访谈", "新闻", "通知", "总结", "其他")
OFFICES = ("市长", "县长", "书记", "主任", "局长", "校长", "厂长", "主席")
RULES = ("jammer-visible", "jammer-hidden", "jammer-text", "chrome-edit-notice", "hidden-unknown")


def view(thread: int) -> Capture:
    """A thread: an opening speech and nine replies, every twentieth with a floor that is not there."""
    dice = random.Random(thread)
    opened = START + timedelta(hours=thread * 1.6)
    posts = tuple(reply(thread, floor, opened, dice) for floor in range(1, A_THREAD + 1))
    board = thread % 40
    about = Thread(
        FORUM,
        thread,
        title=posts[0].title or "",
        board_id=board,
        board=f"版块{board}",
        replies=A_THREAD - 1 + (thread % 9 == 0),
        created_at=opened,
        url=f"https://{FORUM}/thread-{thread}-1-1.html",
    )
    return Capture(about, posts, opened + timedelta(days=1))


def reply(thread: int, floor: int, opened: datetime, dice: random.Random) -> Post:
    number = thread * A_THREAD + floor
    first = floor == 1
    text = words(number)
    fields = speech(text, opened, dice) if first else {"kind": "其他"}
    return Post(
        FORUM,
        thread,
        number,
        position=floor + (thread % 20 == 0 and floor > 5),
        is_first=first,
        author=f"用户{number % 99_991}",
        author_id=number % 99_991,
        posted_at=opened + timedelta(minutes=floor * 7),
        text=text,
        url=f"https://{FORUM}/thread-{thread}-1-1.html#pid{number}",
        removed=tuple(
            Removed(dice.choice(RULES[: 5 if number % 1000 == 0 else 4]), text[:8]) for _ in range(number % 9)
        ),
        **fields,
    )


def speech(text: str, opened: datetime, dice: random.Random) -> dict[str, object]:
    name, role, kind = f"某{chr(0x4E00 + dice.randrange(20_000))}某", dice.choice(OFFICES), dice.choice(KINDS)
    occasion = f"第{dice.randrange(50_000)}次工作会议"
    return {
        "title": f"{name}在{occasion}上的{kind}",
        "kind": kind,
        "speakers": (Speaker(name, role, ""),),
        "occasion": occasion,
        "speech_date": date(opened.year, 1 + dice.randrange(12), 1) if dice.random() < 0.7 else None,
        "speeches": (Speech(1, name, role, "", None, text, 0, len(text)),),
        "evidence": (
            Evidence("speakers[0].name", "title", 0, 3, "title"),
            Evidence("occasion", "title", 4, 9, "title"),
        ),
    }


def build(root: str, threads: int) -> None:
    dataset = Dataset(root)
    with dataset.lock(FORUM):
        for first in range(1, threads + 1, A_RUN):
            views = [view(thread) for thread in range(first, min(first + A_RUN, threads + 1))]
            began = START + timedelta(days=first // A_RUN)
            run = RunRecord(
                f"{began:%Y%m%dT%H%M%SZ}-bench",
                began,
                code_version="1",
                ended_at=began,
                exit_status=0,
                requests=len(views),
            )
            dataset.publish(FORUM, views, [], run)


def report(root: str) -> tuple[float, float, int]:
    """Seconds, peak MB of the process and bytes of the page."""
    from crawler.report.page import render
    from crawler.report.read import read_report

    began = time.monotonic()
    page = render(read_report(root, None, "1"))
    return time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, len(page.encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument(
        "--folder", help="where the corpus is or will be (default: a temporary folder, removed at the end)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = options.folder or temporary
        if not Path(root, "posts").is_dir():
            build(root, options.posts // A_THREAD)
        with multiprocessing.get_context("spawn").Pool(1) as pool:  # its peak memory is its own
            seconds, memory, size = pool.apply(report, (root,))
        posts = Dataset(root).counts(FORUM)["posts"]
        print(f"{posts:,} posts: {seconds:.1f} s, peak {memory:.0f} MB, page of {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
