"""A run that suddenly finds far less than was there says so and publishes nothing; an ordinary run never trips."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace

import pytest

from pipelines.guard import Guard
from tests.corpora import capture, post
from tests.forum_server import Forum, serve
from tests.test_crawl import ROOT, command, crawl, state

BEFORE = {"author": 0.99, "posted_at": 1.0, "position": 1.0}


def guard(**more):
    return Guard(BEFORE, more.pop("drop", 0.5), more.pop("least", 30), **more)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, None),
        ({"author": None}, "author in 0%"),
        ({"posted_at": None}, "posted_at in 0%"),
        ({"text": ""}, "without a word"),
    ],
)
def test_columns_that_are_suddenly_missing(change, told):
    kept = guard()
    for thread in range(4):
        kept.add(
            capture(thread, [replace(post(10 * thread + n), **{"position": n + 1, **change}) for n in range(10)]), None
        )
    verdict = kept.verdict()
    assert verdict is None if told is None else told in (verdict or "")


@pytest.mark.parametrize(("found", "known", "trips"), [(10, 10, False), (10, 12, False), (4, 10, True), (2, 30, True)])
def test_posts_of_known_threads_that_are_suddenly_missing(found, known, trips):
    kept = guard()
    for thread in range(10):
        kept.add(capture(thread, range(found)), known)
    assert (kept.verdict() is not None) == trips


def test_few_posts_no_corpus_or_no_guard_tell_nothing():
    few, first, off = guard(), Guard({}, 0.5, 30), guard(drop=0)
    for kept, count in ((few, 5), (first, 90), (off, 90)):
        kept.add(
            capture(1, [replace(post(n), author=None, position=None) for n in range(count)]),
            500 if kept is off else None,
        )
        assert kept.verdict() is None


def test_deleted_threads_are_no_loss():
    kept = guard()
    for thread in range(20):
        kept.add(capture(thread, [], status="deleted"), 10)
    assert kept.verdict() is None


def test_a_theme_that_loses_authors_publishes_nothing(tmp_path, monkeypatch):
    forum = Forum()
    for n in range(14):
        forum.new_thread(fid=3 + n % 2, replies=n)
    with serve(forum):
        args = ["-a", f"url={forum.url}", "-a", "revisit=0"]
        assert crawl(tmp_path, *args)[0] == 0
        before = state(tmp_path)
        for thread in list(forum.threads.values()):
            forum.reply(thread.tid)
        page = Forum.thread
        monkeypatch.setattr(Forum, "thread", lambda self, *rest: _without_authors(page(self, *rest)))
        status, log = crawl(tmp_path, *args)
        assert status == 6, log
        assert "author in 0%" in log.splitlines()[-1] and "GUARD_DROP=0" in log.splitlines()[-1]
        assert state(tmp_path) == before
        told = reextract(tmp_path)
        assert "is kept back, as it was: author in" in told and state(tmp_path) == before
        monkeypatch.undo()
        assert crawl(tmp_path, *args)[0] == 0
        after = state(tmp_path)
        assert len(after["posts"]) == len(before["posts"]) + 14
        reextract(tmp_path)
        assert state(tmp_path) == after


def reextract(folder):
    """What it says."""
    again = command(folder)
    again[3:5] = ["reextract"]
    done = subprocess.run(again, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0
    return done.stdout + done.stderr


def _without_authors(page):
    return re.sub(r'<a href="[^"]*space[^"]*"[^>]*>[^<]*</a>', "", page)
