"""A guest's manners: the name we give ourselves, and how long we wait when asked to."""

import subprocess
import time
from contextlib import ExitStack
from datetime import UTC, datetime

import pandas as pd
import pytest

from crawler import settings
from crawler.middlewares import retry_after
from tests.forum_server import Forum, serve
from tests.test_crawl import ROOT, command, crawl

# Substrings by which Discuz! X takes a browser for a mobile one or a robot (discuz.md section 7; order of the lists is
# WML, touch, robots). A guest who trips one gets a page without floors or without exact times.
MOBILE = [
    "cect",
    "compal",
    "ctl",
    "lg",
    "nec",
    "tcl",
    "alcatel",
    "ericsson",
    "bird",
    "daxian",
    "dbtel",
    "eastcom",
    "pantech",
    "dopod",
    "philips",
    "haier",
    "konka",
    "kejian",
    "lenovo",
    "benq",
    "mot",
    "soutec",
    "nokia",
    "sagem",
    "sgh",
    "sed",
    "capitel",
    "panasonic",
    "sonyericsson",
    "sharp",
    "amoi",
    "panda",
    "zte",
    "iphone",
    "android",
    "phone",
    "mobile",
    "wap",
    "netfront",
    "java",
    "ucweb",
    "symbian",
    "series",
    "webos",
    "sony",
    "blackberry",
    "samsung",
    "palmsource",
    "xda",
    "pieplus",
    "meizu",
    "midp",
    "cldc",
    "motorola",
    "foma",
    "docomo",
    "blazer",
    "helio",
    "hosin",
    "huawei",
    "novarra",
    "coolpad",
    "techfaith",
    "ktouch",
    "nexian",
    "wellcom",
    "bunjalloo",
    "maui",
    "smartphone",
    "iemobile",
    "spice",
    "longcos",
    "gionee",
    "portalmmm",
    "hiptop",
    "320x320",
    "240x320",
    "176x220",
    "pad",
]
ROBOT = ["bot", "crawl", "spider", "slurp", "lycos", "robozilla", "sohu-search"]


@pytest.mark.parametrize("word", MOBILE + ROBOT)
def test_our_name_trips_no_switch_of_the_forum(word):
    assert word not in settings.USER_AGENT.lower()


def test_our_name_says_who_we_are_and_is_taken_for_a_browser():
    assert "Tiezi/" in settings.USER_AGENT
    assert settings.USER_AGENT.startswith("Mozilla/") and "http://" not in settings.USER_AGENT


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"120", 120.0),
        (b"Fri, 01 May 2026 12:00:30 GMT", 30.0),
        (b"Fri, 01 May 2026 11:00:00 GMT", 0.0),
        (b"soon", None),
        (b"", None),
        (None, None),
        (b"-5", None),
    ],
)
def test_retry_after(header, seconds):
    assert retry_after(header, datetime(2026, 5, 1, 12, tzinfo=UTC)) == seconds


def test_unsafe_defaults_of_scrapy_are_changed():
    assert settings.DOWNLOAD_VERIFY_CERTIFICATES is True
    assert settings.DOWNLOAD_MAXSIZE <= 16 * 2**20
    assert settings.TELNETCONSOLE_ENABLED is settings.REMOTE_CONTROL_ENABLED is False
    assert all(settings.DOWNLOAD_HANDLERS[scheme] is None for scheme in ("file", "data", "s3", "ftp"))
    assert settings.ROBOTSTXT_OBEY is True and settings.CONCURRENT_REQUESTS_PER_DOMAIN == 1


def test_a_crawl_delay_is_obeyed_by_the_clock_of_the_server(tmp_path):
    forum = Forum(robots="User-agent: *\nCrawl-delay: 0.4\n")
    forum.new_thread(fid=3)
    forum.boards = {3: "甲版"}
    times = []
    forum.override = lambda path: times.append(time.monotonic())
    with serve(forum):
        status, log = crawl(tmp_path, "-a", f"url={forum.url}", "-a", "revisit=0")
    assert status == 0 and len(times) == 4, log  # robots.txt, the index, the board, the thread
    # a busy machine lets one request arrive late and the next seem early: the whole time tells
    assert times[-1] - times[1] > 2 * 0.4 - 0.15, times


def test_ten_forums_at_once_into_one_corpus(tmp_path):
    forums = []
    with ExitStack() as stack:
        for number in range(10):
            forum = Forum(pid=1000 * number)
            for n in range(3):
                forum.new_thread(fid=3 + n % 2, replies=n)
            forums.append(stack.enter_context(serve(forum)))
        runs = [
            subprocess.Popen(command(tmp_path, "-a", f"url={forum.url}"), cwd=ROOT, stderr=subprocess.PIPE, text=True)
            for forum in forums
        ]
        for run in runs:
            _, log = run.communicate(timeout=170)
            assert run.returncode == 0, log
    posts = pd.read_parquet(tmp_path / "corpus/posts")
    assert not posts.duplicated(["forum", "post_id"]).any()
    for forum in forums:
        here = posts[posts.forum == forum.url.split("/")[2]]
        assert dict(zip(here.post_id.tolist(), here.text.tolist(), strict=True)) == forum.truth()
    assert len(posts) == sum(len(forum.truth()) for forum in forums)
