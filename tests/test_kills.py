"""SIGKILL at any instant of any command: the next run of the same command ends with the rows of an undisturbed one."""

from __future__ import annotations

from collections import Counter

from benchmarks.kills import Trial, differences, one_life, trial


def test_killed_runs_and_killed_recoveries_lose_and_double_nothing() -> None:
    """A short life; ``python -m benchmarks.kills`` is the long one."""
    with trial(threads=15, seed=3) as (made, forum):
        one_life(made, forum, refreshes=1)
    assert not made.faults
    assert made.stages.total() > 1, made.stages
    assert made.asked_again > 0


def test_the_judge_of_the_test_above_sees_what_differs() -> None:
    rows = {("posts", "f", 1): {"text": "a", "is_gone": False}, ("posts", "f", 2): {"text": "b", "is_gone": False}}
    assert list(differences(rows, rows)) == []
    told = list(
        differences(
            rows, {("posts", "f", 1): {"text": "a", "is_gone": True}, ("posts", "f", 3): rows[("posts", "f", 2)]}
        )
    )
    assert [line.partition(" differs")[0] for line in told] == ["posts.is_gone", "posts: missing", "posts: more"]
    made = Trial.__new__(Trial)
    made.seed, made.faults, made.asked_again = 1, [], 0
    made.stages = Counter()
    made.server = type(
        "Server", (), {"url": "http://h/", "log": [type("Visit", (), {"path": "/thread-1-1-1.html"})()]}
    )()
    made.check_requests("crawl", {"http://h/thread-1-1-1.html"})
    assert made.faults
