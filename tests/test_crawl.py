"""``scrapy crawl forum`` as a user runs it, against a real server on loopback."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from forum_server import Forum, message, serve

from crawler.archive import Archive

ROOT = Path(__file__).parent.parent
FAST = ["-s", "DOWNLOAD_DELAY=0", "-s", "MANNERS_PAUSE=0.05", "-s", "RETRY_TIMES=1"]


def command(folder, *args):
    places = ["-s", f"CORPUS_DIR={folder / 'corpus'}", "-s", f"ARCHIVE_DIR={folder / 'archive'}"]
    return [sys.executable, "-m", "scrapy", "crawl", "forum", *places, *FAST, *args]


def crawl(folder, *args):
    """(exit status, log) of a run in a process of its own."""
    done = subprocess.run(command(folder, *args), capture_output=True, text=True, cwd=ROOT, timeout=180)
    return done.returncode, done.stdout + done.stderr


def texts(folder):
    posts = pd.read_parquet(folder / "corpus/posts")
    live = posts[posts.deleted_at.isna()]
    assert live.post_id.is_unique
    return dict(zip(live.post_id.tolist(), live.text.tolist(), strict=True))


def state(folder):
    """All rows of threads, posts and speeches without what is the run's own."""
    found = {}
    for table in ("threads", "posts", "speeches"):
        frame = pd.read_parquet(folder / "corpus" / table)
        own = ["run_id", "first_seen_at", "checked_at", "changed_at"]
        found[table] = (
            frame.drop(columns=[c for c in own if c in frame])
            .astype(str)
            .sort_values(list(frame.columns[:3]))
            .values.tolist()
        )
    return found


@pytest.fixture
def forum():
    forum = Forum()
    for n in range(14):
        forum.new_thread(fid=3 + n % 2, replies=n)
    with serve(forum):
        yield forum


def test_a_forum_goes_in_and_a_corpus_comes_out(forum, tmp_path):
    status, log = crawl(tmp_path, "-a", f"url={forum.url}")
    assert status == 0, log
    assert texts(tmp_path) == forum.truth()
    threads = pd.read_parquet(tmp_path / "corpus/threads").set_index("thread_id")
    assert threads.title.to_dict() == {t.tid: t.title for t in forum.threads.values()}
    assert threads.pages.max() == 2 and set(threads.board) == {"甲版", "乙版"}
    posts = pd.read_parquet(tmp_path / "corpus/posts")
    assert (
        posts.sort_values("post_id")
        .groupby("thread_id")
        .position.apply(lambda p: p.tolist() == list(range(1, len(p) + 1)))
        .all()
    )
    assert all("Tiezi" in agent for agent in forum.agents)
    (run,) = pd.read_parquet(tmp_path / "corpus/runs").to_dict("records")
    assert (run["exit_status"], run["posts_new"], run["threads_changed"]) == (0, len(forum.truth()), 14)
    archived = [
        page.url.removeprefix(forum.url[:-1]) for page, _ in Archive(str(tmp_path / "archive")).pages(run["forum"])
    ]
    assert sorted(archived) == sorted(forum.log)


def test_nothing_changed_costs_one_request_a_board_and_rewrites_nothing(forum, tmp_path):
    crawl(tmp_path, "-a", f"url={forum.url}")
    tables = {
        f: f.stat().st_mtime_ns for t in ("threads", "posts", "speeches") for f in (tmp_path / "corpus" / t).iterdir()
    }
    before = state(tmp_path)
    forum.log.clear()
    status, log = crawl(tmp_path, "-a", f"url={forum.url}", "-a", "revisit=0")
    assert status == 0, log
    assert sorted(forum.log) == ["/", "/forum-3-1.html", "/forum-4-1.html", "/robots.txt"]
    assert {f: f.stat().st_mtime_ns for f in tables} == tables and state(tmp_path) == before


def test_news_costs_what_changed(forum, tmp_path):
    crawl(tmp_path, "-a", f"url={forum.url}")
    grown, long = forum.threads[22], forum.threads[34]
    forum.reply(grown.tid)
    forum.reply(long.tid)
    new = forum.new_thread(fid=4)
    forum.log.clear()
    status, log = crawl(tmp_path, "-a", f"url={forum.url}", "-a", "revisit=0")
    assert status == 0, log
    fetched = {path for path in forum.log if path.startswith("/thread")}
    assert fetched == {
        f"/thread-{grown.tid}-1-1.html",
        f"/thread-{long.tid}-2-1.html",
        f"/thread-{new.tid}-1-1.html",
    } | ({f"/thread-{long.tid}-3-1.html"} if len(long.posts) > 14 else set())
    assert texts(tmp_path) == forum.truth()


def test_edits_and_deletions_are_found_by_rechecks_and_deleted_posts_are_kept(forum, tmp_path):
    crawl(tmp_path, "-a", f"url={forum.url}")
    edited, shortened, gone = forum.threads[23], forum.threads[30], forum.threads[25]
    edited.posts[0].text = "改过的话。"
    lost = shortened.posts.pop(2)
    del forum.threads[gone.tid]
    corpus = tmp_path / "corpus/runs"
    status, log = crawl(tmp_path, "-a", f"url={forum.url}", "-a", "revisit=1000")
    assert status == 0, log
    # what fell due is decided by the clock; a row that shrank in the listing is due at once
    posts = pd.read_parquet(tmp_path / "corpus/posts").set_index("post_id")
    assert not pd.isna(posts.deleted_at[lost.pid]) and posts.text[lost.pid] == lost.text
    assert len(pd.read_parquet(corpus)) == 2


@pytest.mark.parametrize(
    ("entry", "boards"),
    [("forum-3-1.html", {3}), ("thread-30-1-1.html", {4}), ("forum.php?mod=forumdisplay&fid=4", {4})],
)
def test_the_entry_may_be_a_board_or_a_thread(forum, tmp_path, entry, boards):
    status, log = crawl(tmp_path, "-a", f"url={forum.url}{entry}")
    assert status == 0, log
    wanted = {p.pid: p.text for t in forum.threads.values() if t.fid in boards for p in t.posts}
    if entry.startswith("thread"):
        wanted = {p.pid: p.text for p in forum.threads[30].posts}
    assert texts(tmp_path) == wanted


def test_a_board_is_read_from_its_first_page_whichever_the_address_is_of(forum, tmp_path):
    for _ in range(12):
        forum.new_thread(fid=3)
    for page in (2, 99):
        status, log = crawl(tmp_path / str(page), "-a", f"url={forum.url}forum-3-{page}.html")
        assert status == 0, log
        assert texts(tmp_path / str(page)) == {
            p.pid: p.text for t in forum.threads.values() if t.fid == 3 for p in t.posts
        }


@pytest.mark.parametrize("entry", ["forum-3-1.html", "thread-30-1-1.html"])
def test_an_address_in_a_board_that_is_left_out_is_bad_usage(forum, tmp_path, entry):
    status, log = crawl(tmp_path, "-a", f"url={forum.url}{entry}", "-a", "boards=5,6")
    assert status == 1 and "boards=5,6 leaves that out" in log.splitlines()[-1], log
    assert not list((tmp_path / "corpus").rglob("*.parquet"))


def test_boards_and_max_threads_limit_a_run(forum, tmp_path):
    min((t for t in forum.threads.values() if t.fid == 4), key=lambda t: t.last).sticky = True  # on top, but old
    status, log = crawl(tmp_path, "-a", f"url={forum.url}", "-a", "boards=4", "-a", "max_threads=2")
    assert status == 0, log
    newest = sorted((t for t in forum.threads.values() if t.fid == 4), key=lambda t: t.last)[-2:]
    assert set(pd.read_parquet(tmp_path / "corpus/threads").thread_id) == {t.tid for t in newest}
    status, log = crawl(tmp_path, "-a", f"url={forum.url}")  # a limited run must not pass for a complete one
    assert status == 0 and texts(tmp_path) == forum.truth(), log


def _closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    ("args", "status", "complaint"),
    [
        (["-a", "url=http://no-such-host.invalid/"], 3, "could not be fetched"),
        (["-a", f"url=http://127.0.0.1:{_closed_port()}/"], 3, "could not be fetched"),
        (["-a", "url=ftp://bbs.example.cn/"], 1, "write a forum's address"),
        (["-a", "url=http://127.0.0.1:1/", "-a", "boards=x"], 1, "write board numbers"),
        (["-a", "url=http://127.0.0.1:1/", "-a", "max_thread=2"], 1, "unknown argument max_thread"),
        (["-a", "url=http://127.0.0.1:1/", "-a", "revisit=-1"], 1, "write a whole number"),
        (
            ["-a", "url=http://127.0.0.1:1/", "-a", "max_threads=0"],
            1,
            "max_threads=0: write a whole number of at least 1",
        ),
        (["-a", "site=nowhere"], 1, "no crawler/sites/nowhere.toml"),
    ],
)
def test_bad_input_is_answered_clearly_and_leaves_the_corpus_untouched(tmp_path, args, status, complaint):
    done, log = crawl(tmp_path, *args)
    assert done == status, log
    assert complaint in log and "Traceback" not in log
    assert not list((tmp_path / "corpus").rglob("*.parquet"))


STAGES = {
    "stage": ("def process_item(self, item):\n  assert item.thread.title != '%s', 'boom'\n  return item", 3),
    "opening": ("def open_spider(self):\n  raise ValueError('boom')\n def process_item(self, item):\n  return item", 1),
}


@pytest.mark.parametrize("where", STAGES)
def test_a_defect_is_never_called_complete(forum, tmp_path, where):
    """Scrapy itself logs what a pipeline raises, drops the item and ends as if all were well."""
    code, expected = STAGES[where]
    bad = forum.threads[max(forum.threads)]
    (tmp_path / "broken.py").write_text(f"class Broken:\n {code.replace('%s', bad.title)}\n", encoding="utf-8")
    stages = {"broken.Broken": 50, "pipelines.adapters.ParquetPipeline": 500}
    line = [*command(tmp_path, "-a", f"url={forum.url}"), "-s", f"ITEM_PIPELINES={json.dumps(stages)}"]
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        line, capture_output=True, text=True, cwd=ROOT, timeout=180, env=os.environ | {"PYTHONPATH": paths}
    )
    last = done.stderr.splitlines()[-1]
    assert done.returncode == expected and f"exit {expected}, " in last, done.stderr[-3000:]
    if where == "stage":
        assert f"not captured: {forum.url}" in done.stderr and "(AssertionError)" in done.stderr
        boards = pd.read_parquet(tmp_path / "corpus/boards").set_index("board_id").complete_through
        assert pd.isna(boards[bad.fid]) and boards.notna().sum() == 1
        status, log = crawl(tmp_path, "-a", f"url={forum.url}")
        assert status == 0 and set(texts(tmp_path)) == set(forum.truth()), log


def test_a_page_that_is_no_forum_is_bad_usage(forum, tmp_path):
    forum.override = lambda path: (
        (200, {"Content-Type": "text/html"}, b"<html><body><p>a blog</p></body></html>") if path == "/" else None
    )
    status, log = crawl(tmp_path, "-a", f"url={forum.url}")
    assert status == 1 and "no page of a Discuz!" in log.splitlines()[-1]
    assert not list((tmp_path / "corpus").rglob("*.parquet"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (message("抱歉，本站点暂时关闭，详情请 联系管理员"), "暂时关闭"),
        (message("抱歉，您的 IP 地址不在允许范围内，或您的账号被禁用，无法访问本站点"), "IP"),
        (message("抱歉，您尚未登录，没有权限访问该版块"), "尚未登录"),
        (
            (200, {"Content-Type": "text/html"}, b"<script>function getName(){};_ds='ign';location.href=x</script>"),
            "too busy",
        ),
        ((503, {"Content-Type": "text/html"}, b"<html><body>overload</body></html>"), "too busy"),
        ((429, {"Content-Type": "text/html", "Retry-After": "86400"}, b"<html></html>"), "asks to wait 86400 s"),
    ],
)
def test_a_refusal_slows_down_then_stops_with_status_4(forum, tmp_path, answer, words):
    forum.override = lambda path: answer if path != "/robots.txt" else None
    status, log = crawl(tmp_path, "-a", f"url={forum.url}", "-s", "MANNERS_PAUSES=2")
    assert status == 4, log
    assert words in log.splitlines()[-1]
    assert len(forum.log) <= 5 and not list((tmp_path / "corpus").rglob("*.parquet"))


def test_robots_txt_is_obeyed(forum, tmp_path):
    forum.robots = "User-agent: *\nDisallow: /forum-4-1.html\n"
    status, log = crawl(tmp_path, "-a", f"url={forum.url}")
    assert status == 3 and "robots.txt forbids it" in log
    assert "/forum-4-1.html" not in forum.log and set(pd.read_parquet(tmp_path / "corpus/threads").board_id) == {3}
    forum.robots = "User-agent: *\nDisallow: /\n"
    status, log = crawl(tmp_path, "-a", f"url={forum.url}")
    assert status == 4 and "robots.txt forbids" in log.splitlines()[-1]
    runs = pd.read_parquet(tmp_path / "corpus/runs").sort_values("run_id")
    assert runs.exit_status.tolist() == [3, 4] and "robots.txt forbids" in runs.reason.iloc[-1]


def test_what_could_not_be_fetched_is_named_counted_and_got_next_time(forum, tmp_path):
    def broken(path):
        return (500, {"Content-Type": "text/html"}, b"<html>oops</html>") if path == "/thread-27-1-1.html" else None

    forum.override = broken
    status, log = crawl(tmp_path, "-a", f"url={forum.url}")
    assert status == 3 and "/thread-27-1-1.html" in log.splitlines()[-1]
    missing = {p.pid for p in forum.threads[27].posts}
    assert texts(tmp_path).keys() == forum.truth().keys() - missing
    (run,) = pd.read_parquet(tmp_path / "corpus/runs").to_dict("records")
    assert run["exit_status"] == 3 and [e["url"] for e in run["errors"]] == [f"{forum.url}thread-27-1-1.html"]
    forum.override = lambda path: None
    status, log = crawl(tmp_path, "-a", f"url={forum.url}")
    assert status == 0 and texts(tmp_path) == forum.truth(), log


def test_links_and_redirects_are_confined_to_the_forum(forum, tmp_path):
    outside = ("http://169.254.169.254/latest/", "file:///etc/passwd", "http://other.example/")
    for target in outside:
        forum.override = lambda path, to=target: (
            (302, {"Location": to, "Content-Type": "text/html"}, b"") if "thread-30-" in path else None
        )
        status, log = crawl(tmp_path, "-a", f"url={forum.url}", "-a", "revisit=0")
        assert status == 3 and "thread-30-1-1.html" in log.splitlines()[-1], log
    assert texts(tmp_path).keys() == forum.truth().keys() - {p.pid for p in forum.threads[30].posts}


def test_a_second_run_on_a_held_forum_ends_with_status_5(forum, tmp_path):
    forum.override = lambda path: time.sleep(1.5)
    first = subprocess.Popen(
        command(tmp_path, "-a", f"url={forum.url}"), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not forum.log:
            time.sleep(0.05)
        status, log = crawl(tmp_path, "-a", f"url={forum.url}")
        assert status == 5 and "another run holds" in log.splitlines()[-1], log
    finally:
        forum.override = lambda path: None
        assert first.wait(timeout=120) == 0
    assert texts(tmp_path) == forum.truth()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_run_asked_to_end_publishes_what_it_has(forum, tmp_path, ending):
    forum.override = lambda path: time.sleep(0.1)
    process = subprocess.Popen(command(tmp_path, "-a", f"url={forum.url}"), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    while sum("thread" in path for path in forum.log) < 5:
        time.sleep(0.05)
    process.send_signal(ending)
    _, log = process.communicate(timeout=60)
    assert process.returncode == 3, log
    held = texts(tmp_path)
    assert held and held.items() <= forum.truth().items()
    forum.override = lambda path: None
    status, log = crawl(tmp_path, "-a", f"url={forum.url}")
    assert status == 0 and texts(tmp_path) == forum.truth(), log


def test_after_sigkill_the_same_command_ends_with_the_same_rows_and_fetches_nothing_twice(forum, tmp_path):
    whole = tmp_path / "whole"
    assert crawl(whole, "-a", f"url={forum.url}", "-a", "revisit=0")[0] == 0
    pages = len(forum.log)
    expected = state(whole)
    rng = random.Random(4)
    for attempt in range(int(os.environ.get("TIEZI_KILLS", "3"))):
        folder = tmp_path / f"killed{attempt}"
        forum.log.clear()
        forum.override = lambda path: time.sleep(0.01)
        args = ["-a", f"url={forum.url}", "-a", "revisit=0", "-s", "CORPUS_BATCH=20"]
        process = subprocess.Popen(
            command(folder, *args), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wanted = rng.randrange(1, pages)
        while len(forum.log) < wanted and process.poll() is None:
            time.sleep(0.003)
        time.sleep(rng.random() * 0.02)
        process.kill()
        process.wait()
        archived = {page.url for page, _ in Archive(str(folder / "archive")).pages(forum.url.split("/")[2])}
        forum.log.clear()
        status, log = crawl(folder, *args)
        assert status == 0, log
        again = {forum.url + path[1:] for path in forum.log} & archived
        assert not again, f"fetched again: {again}"
        assert state(folder) == expected


def test_readers_never_fail_and_never_see_half_a_thread(forum, tmp_path):
    for tid in list(forum.threads):
        for _ in range(20):
            forum.reply(tid)
    sizes = {t.tid: len(t.posts) for t in forum.threads.values()}
    process = subprocess.Popen(
        command(tmp_path, "-a", f"url={forum.url}", "-s", "CORPUS_BATCH=30"),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    reads = 0
    while process.poll() is None:
        if any((tmp_path / "corpus/posts").glob("[!_.]*.parquet")):
            seen = (
                pd.read_parquet(tmp_path / "corpus/posts", columns=["thread_id", "post_id"]).groupby("thread_id").size()
            )
            assert all(sizes[tid] == count for tid, count in seen.items())
            reads += 1
    assert process.returncode == 0 and reads > 3
