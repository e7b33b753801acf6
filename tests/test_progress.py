"""What a person sees of a run: a bar on a terminal, few lines in a log, one line at the end."""

import fcntl
import logging
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from forum_server import Forum, serve
from pages import thread_page

from crawler import progress
from crawler.items import HIDDEN, JAMMER, Capture, Post, Profile, Run, Thread
from crawler.progress import Progress, Rate, duration, how_far
from crawler.summary import in_one_line, unknown_noise
from pipelines.adapters import NoisePipeline

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (89.4, "89 s"), (90, "2 min"), (3600, "60 min"), (5400, "1 h 30 min"), (100_000, "27 h 47 min")],
)
def test_durations_are_told_in_two_units_at_most(seconds, told):
    assert duration(seconds) == told


@pytest.mark.parametrize(
    ("pages", "left", "rate", "waiting", "told"),
    [
        (0, 0, 0, "", "0 of 0 pages"),
        (10, 50, 0.5, "", "10 of 60 pages, 30 a minute, 2 min left"),
        (60, 0, 0.5, "", "60 of 60 pages, 30 a minute"),
        (3, 4, 0, "pausing 9 s", "3 of 7 pages, pausing 9 s"),
    ],
)
def test_how_far(pages, left, rate, waiting, told):
    assert how_far(pages, left, rate, waiting) == told


def test_the_rate_is_that_of_the_last_minutes():
    rate = Rate(window=100)
    assert rate.per_second == 0
    for second in range(0, 1001, 10):
        rate.add(second, second if second <= 500 else 500 + (second - 500) * 3)
    assert rate.per_second == pytest.approx(3) and len(rate.seen) < 15


class Stats(dict):
    def get_value(self, name, default=None):
        return self.get(name, default)

    def set_value(self, name, value):
        self[name] = value

    def inc_value(self, name, count=1):
        self[name] = self.get(name, 0) + count

    def get_stats(self):
        return self


def crawler(**stats):
    spider = SimpleNamespace(finished=2, planned=9, pages_left=20, unit="threads", profile_of=lambda forum: Profile())
    return SimpleNamespace(spider=spider, stats=Stats(stats), engine=None)


def slot(*, transferring=(), queue=(), delay=0.0):
    return SimpleNamespace(transferring=transferring, queue=queue, delay=delay)


@pytest.mark.parametrize(
    ("paused", "slots", "told"),
    [
        (39.6, [slot(transferring=[1])], "pausing 40 s because the forum asked for it"),
        (-5, [slot(transferring=[1], delay=2.0)], "waiting for the forum's answer"),
        (0, [slot(queue=[1], delay=2.5)], "keeping 2.5 s between requests"),
        (0, [slot(delay=2.5)], ""),
        (0, [], ""),
    ],
)
def test_what_is_waited_for(paused, slots, told):
    run = crawler(**{"tiezi/paused_until": time.time() + paused})
    run.engine = SimpleNamespace(downloader=SimpleNamespace(slots=dict(enumerate(slots))))
    assert Progress(run).waiting_for() == told


def test_a_log_gets_a_line_a_minute_at_most(monkeypatch, caplog):
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    shown = Progress(crawler(**{"tiezi/pages_fetched": 5}))
    with caplog.at_level(logging.INFO, "tiezi"):
        for _ in range(1200):  # ten minutes of looks
            now[0] += 0.5
            shown.crawler.stats.inc_value("tiezi/pages_fetched")
            shown.look()
    assert len(caplog.messages) == 10
    assert caplog.messages[0] == "2 of 9 threads, 125 of 145 pages, 120 a minute, 10 s left"


@pytest.mark.parametrize(("mark", "rule"), [(JAMMER, "jammer-unknown"), (HIDDEN, "hidden-unknown")])
def test_noise_of_unknown_form_is_counted_warned_of_once_and_in_the_summary(caplog, mark, rule):
    run = crawler()
    run.spider.started_at = datetime.now(UTC)
    post = Post("bbs.example.cn", 1, 2, body=(Run("词"), Run("隐藏的字", mark)), url="http://bbs.example.cn/t#2")
    pipeline = NoisePipeline(run)
    for _ in range(3):
        pipeline.process_item(Capture(Thread("bbs.example.cn", 1), (post,), run.spider.started_at))
    assert unknown_noise(run.stats) == run.stats[f"corpus/noise/{rule}"] == 3
    assert "hidden elements of unknown form (posts.removed, rule …-unknown): 3" in in_one_line(run)
    (warning,) = caplog.messages
    assert "http://bbs.example.cn/t#2" in warning and rule in warning and "隐藏的字" not in warning
    assert "unknown form" not in in_one_line(SimpleNamespace(spider=run.spider, stats=Stats()))


def command(folder, *args, spider="forum"):
    places = ["-s", f"CORPUS_DIR={folder / 'corpus'}", "-s", f"ARCHIVE_DIR={folder / 'archive'}"]
    return [sys.executable, "-m", "scrapy", "crawl", spider, *places, *args]


@pytest.fixture
def forum():
    forum = Forum()
    for n in (0, 3, 9):
        forum.new_thread(replies=n)
    with serve(forum):
        yield forum


def on_a_terminal(folder, *args, spider="forum"):
    """(exit status, all that a terminal of 140 columns gets)."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))
    environment = {**os.environ, "TERM": "xterm"}
    process = subprocess.Popen(
        command(folder, *args, spider=spider),
        cwd=ROOT,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment,
        close_fds=True,
    )
    os.close(slave)
    seen = b""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if select.select([master], [], [], 0.2)[0]:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            seen += part
    os.close(master)
    return process.wait(timeout=10), seen.decode("utf-8")


def test_a_terminal_gets_a_bar_that_says_what_is_waited_for(forum, tmp_path):
    busy = iter([(429, {"Content-Type": "text/html", "Retry-After": "2"}, b"<html></html>")])
    forum.override = lambda path: next(busy, None) if path.startswith("/thread") else None
    arguments = ["-a", f"url={forum.url}", "-s", "DOWNLOAD_DELAY=0.4", "-s", "MANNERS_PAUSE=2"]
    status, seen = on_a_terminal(tmp_path, *arguments)
    assert status == 0, seen
    drawn = [line for line in re.split(r"[\r\n]+", seen) if re.search(r"\d+%\|", line)]
    assert len(drawn) > 5, seen
    assert any(re.search(r"\d of 3 threads, \d+ of \d+ pages, \d+ a minute", line) for line in drawn), drawn
    assert any("pausing 2 s because the forum asked for it" in line for line in drawn), drawn
    assert any("between requests" in line for line in drawn) and any(" left" in line for line in drawn), drawn
    lines = [
        line for line in re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", seen).replace("\r", "\n").splitlines() if line.strip()
    ]
    assert "exit 0, complete: all 6 listed captured; 3 threads, " in lines[-1]
    assert any(re.match(r"\d{4}-\d\d-\d\d .*WARNING: .*pausing for 2 s \(1 of 5\)", line) for line in lines), lines


def test_saved_pages_get_a_bar_of_files_that_moves_while_they_are_read(tmp_path):
    (tmp_path / "saved").mkdir()
    page = thread_page(bodies=("很长的话。<br />" * 6_000,) * 3)
    for number in range(60):
        (tmp_path / f"saved/{number}.html").write_bytes(
            page.replace(b"tid = parseInt('5')", b"tid = parseInt('%d')" % number)
        )
    status, seen = on_a_terminal(tmp_path, "-a", f"path={tmp_path / 'saved'}", spider="captures")
    assert status == 0, seen
    shown = [int(count) for count in re.findall(r"(\d+) of 60 files", seen)]
    assert any(0 < count < 60 for count in shown), seen


def test_a_log_is_short_and_has_no_bar(forum, tmp_path):
    process = subprocess.run(
        command(tmp_path, "-a", f"url={forum.url}", "-s", "DOWNLOAD_DELAY=0"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    lines = process.stderr.splitlines()
    assert process.returncode == 0 and process.stdout == "" and "\r" not in process.stderr
    host = forum.url.split("/")[2]
    assert len(lines) == 2 and f"INFO: forum {host} into " in lines[0], lines
    assert re.search(
        r"\[tiezi\] INFO: exit 0, complete: all 6 listed captured; 3 threads, 7 pages in \d+ s; posts: 15 new, 0 edited, 0 deleted$",
        lines[1],
    ), lines


def test_what_scrapy_says_of_itself_is_there_when_asked_for(forum, tmp_path):
    asked = command(tmp_path, "-a", f"url={forum.url}", "-s", "DOWNLOAD_DELAY=0", "-L", "DEBUG")
    log = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=120).stderr
    assert "Dumping Scrapy stats" in log and "Enabled item pipelines" in log and "captured http" in log
