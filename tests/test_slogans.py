"""Slogans are learned from many posts of a forum, never from one, and what people repeat is not among them."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dataset import Dataset
from pipelines.slogans import Said, learn_slogans
from tests.corpora import FORUM, capture, post, run

ROOT = Path(__file__).parents[1]

LINES = [
    "今年的防汛准备要早动手",
    "物资清点三遍",
    "值班表贴到门口",
    "渡口的灯要修好",
    "账算清楚再说别的",
    "夜里查岗的人辛苦",
    "先把路修通",
    "图纸还没有送来",
]
GLUED = [". 来自某论坛 bbs", ".本文原创自某论坛", "-搜索 某论坛"]


def posts(count: int, glue: list[str], *, rng: random.Random, every: float = 0.6) -> list[Said]:
    found = []
    for number in range(count):
        lines = [rng.choice(LINES) + str(rng.randrange(1000)) for _ in range(6)]
        lines = [line + rng.choice(glue) if glue and rng.random() < every else line for line in lines]
        found.append(Said(number // 3, f"甲{number % 17}", "\n".join([*lines, "谢谢分享"])))
    return found


def test_slogans_at_line_ends_are_found_whole() -> None:
    found = learn_slogans(posts(60, GLUED, rng=random.Random(1)))
    assert {slogan.text for slogan in found} == set(GLUED)
    assert all(slogan.where == "end" and slogan.posts >= 10 for slogan in found)


def test_slogans_at_line_starts_are_found() -> None:
    rng = random.Random(2)
    said = [
        Said(n, f"甲{n}", "\n".join(f"某论坛独家. {rng.choice(LINES)}{rng.randrange(99)}" for _ in range(4)))
        for n in range(30)
    ]
    assert [(slogan.text, slogan.where) for slogan in learn_slogans(said)] == [("某论坛独家. ", "start")]


@pytest.mark.parametrize(
    "said",
    [
        [Said(1, "甲", "\n".join(f"{line}. 来自某论坛 bbs" for line in LINES))],  # one post
        [Said(n, "甲", "\n".join(f"{line}. 来自某论坛 bbs" for line in LINES)) for n in range(40)],  # one author
        [Said(1, f"甲{n}", "\n".join(f"{line}. 来自某论坛 bbs" for line in LINES)) for n in range(40)],  # one thread
        [Said(n, f"甲{n}", f"{LINES[n % 8]}{n}\n谢谢楼主, 顶一个") for n in range(200)],  # what people say, once a post
        posts(60, [], rng=random.Random(3)),
    ],
    ids=["one post", "one author", "one thread", "people", "nothing"],
)
def test_nothing_is_guessed(said: list[Said]) -> None:
    assert learn_slogans(said) == []


def test_a_slogan_s_pattern_takes_it_out_and_nothing_else() -> None:
    for slogan in learn_slogans(posts(60, GLUED, rng=random.Random(4))):
        assert re.sub(slogan.pattern, "", f"账要算清{slogan.text}") == "账要算清"
        assert re.sub(slogan.pattern, "", f"{slogan.text}之后") == f"{slogan.text}之后"


@given(st.lists(st.builds(Said, st.integers(0, 9), st.none() | st.text(max_size=3), st.text(max_size=60)), max_size=30))
def test_any_posts(said: list[Said]) -> None:
    learn_slogans(said)


def test_the_command_prints_what_a_profile_takes(tmp_path: Path) -> None:
    said = posts(60, GLUED, rng=random.Random(5))
    threads = [
        capture(
            n,
            [
                replace(post(10 * n + i, told.text), author=told.author)
                for i, told in enumerate(said[3 * n : 3 * n + 3])
            ],
        )
        for n in range(20)
    ]
    Dataset(str(tmp_path)).publish(FORUM, threads, [], run())
    command = [sys.executable, "-m", "scrapy", "slogans", "-s", f"CORPUS_DIR={tmp_path}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    assert {re.sub(r"\$$", "", pattern) for pattern in tomllib.loads(done.stdout)["noise"]} == {
        re.escape(g) for g in GLUED
    }
    wrong = subprocess.run([*command, "--forum", "no.example"], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert wrong.returncode == 1 and "no.example" in wrong.stderr and FORUM in wrong.stderr
