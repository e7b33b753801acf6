"""Corpora for the tests of the report: one in which everything varies, one whose every text is hostile."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from corpora import START, capture, post, publish

from crawler.items import Capture, Evidence, Removed, Speaker, Speech
from crawler.report.page import render
from crawler.report.read import read_report

KINDS, OFFICES = ("讲话", "致辞", "其他", None), ("市长", "书记", "")
RULES = ("jammer-visible", "jammer-text", "hidden-unknown", "chrome-caption", "site-noise")


def varied(count: int = 60, seed: int = 7) -> Iterator[Capture]:
    """Threads in which whatever a report counts is there, is not there, or is there twice."""
    dice = random.Random(seed)
    for thread in range(1, count + 1):
        posts = []
        for floor in range(1, dice.randint(1, 7) + 1):
            key = thread * 100 + floor
            text = dice.choice(["", "同志们：", "第一句\n第二句", "坏字\ufffd"]) + "话" * dice.randint(0, 30)
            turns = dice.randint(0, 3) if text and floor == 1 else 0
            said = tuple(
                Speech(n, dice.choice(["张三", "李四", None]), dice.choice(OFFICES), "", None, text, 0, len(text))
                for n in range(1, turns + 1)
            )
            posts.append(
                post(
                    key,
                    text,
                    position=floor + dice.choice([0, 0, 0, 2]) if floor > 3 else floor,
                    is_first=floor == 1,
                    author=dice.choice(["甲", None]),
                    posted_at=dice.choice([None, START - timedelta(days=dice.randint(0, 4000))]),
                    kind=dice.choice(KINDS),
                    speakers=(Speaker("张三", "市长"),) * dice.randint(0, 2),
                    occasion=dice.choice([None, "大会", "小会"]),
                    speech_date=dice.choice([None, date(dice.randint(2009, 2024), 5, 1)]),
                    removed=tuple(Removed(dice.choice(RULES), "x") for _ in range(dice.randint(0, 4))),
                    flags=("banned",) * dice.randint(0, 1),
                    evidence=(Evidence("occasion", "text", 0, 1, "lead"),) if text and dice.random() < 0.4 else (),
                    speeches=said,
                )
            )
        opened = START - timedelta(days=dice.randint(0, 4000))
        more = {"board": f"版{thread % 3}", "board_id": thread % 3, "created_at": dice.choice([None, opened])}
        yield capture(thread, posts, replies=len(posts) + dice.randint(-1, 2), **more)


def make_varied(root: Path) -> None:
    """Published by three runs; the third found posts gone and failed on two pages."""
    captures = list(varied())
    publish(root, *captures[:30], name="run-1", ended_at=START, exit_status=0, requests=31)
    publish(root, *captures[30:], name="run-2", ended_at=START, exit_status=0, requests=33)
    gone = [capture(c.thread.thread_id, c.posts[:1], 5) for c in captures[:10] if len(c.posts) > 1]
    errors = (("https://x/1", "HTTP 500"), ("https://x/2", "HTTP 500"))
    publish(root, *gone, name="run-3", ended_at=START, exit_status=3, reason="2 failed", errors=errors)


EVIL = "</script><script>pwned=1</script><img src=x onerror=pwned=1>\"'><svg onload=pwned=1>{{7*7}}<!--"


def make_hostile(root: Path) -> Path:
    """A corpus in which every text that a page may hold is an attack; gives the report beside it."""
    said = Speech(1, EVIL, EVIL, EVIL, EVIL, EVIL, 0, len(EVIL))
    bad = post(
        1,
        EVIL,
        author=EVIL,
        title=EVIL,
        url="javascript:pwned=1",
        kind=EVIL,
        occasion=EVIL,
        venue=EVIL,
        editor=EVIL,
        source=EVIL,
        speech_date=date(2024, 1, 1),
        speech_date_raw=EVIL,
        flags=(EVIL,),
        is_first=True,
        position=3,
        speakers=(Speaker(EVIL, EVIL, EVIL),),
        removed=(Removed(EVIL, EVIL), Removed("hidden-unknown", EVIL)),
        evidence=(Evidence("occasion", "text", 0, 9, EVIL), Evidence("kind", "title", 3, 12, EVIL)),
        speeches=(said,),
    )
    others = [post(n, "x", speech_date=date(2000 + n, 1, 1), speeches=(said,)) for n in range(2, 20)]
    whole = capture(1, [bad, *others], title=EVIL, board=EVIL, url="javascript:pwned=1", replies=99)
    publish(root, whole, ended_at=START, exit_status=3, reason=EVIL, errors=((EVIL, EVIL),), command=EVIL)
    publish(root, whole, name="run-2", ended_at=START, exit_status=3, reason=EVIL)
    target = root.parent / "report.html"
    target.write_text(render(read_report(str(root), None, "1")), encoding="utf-8")
    return target
