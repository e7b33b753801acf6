"""The bundled demo forum through the crawler: every word and fact that a guest can see, in every dress of the forum."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from crawler.demo import DemoForum, serve

ROOT = Path(__file__).parent.parent
ROBOT = "Mozilla/5.0 (compatible; examplebot/1.0; +http://example.org/)"


def crawl(folder, *args, status=0):
    places = [
        "-s",
        f"CORPUS_DIR={folder / 'corpus'}",
        "-s",
        f"ARCHIVE_DIR={folder / 'archive'}",
        "-s",
        "DOWNLOAD_DELAY=0",
    ]
    command = [sys.executable, "-m", "scrapy", "crawl", "forum", *places, *args]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=180)
    assert done.returncode == status, done.stdout + done.stderr
    return pd.read_parquet(folder / "corpus/posts"), pd.read_parquet(folder / "corpus/threads")


def assert_exact(forum, posts, threads):
    """Every live post and thread that a guest may read is there with its words and facts, and no other is."""
    truth = forum.truth()
    seen = {tid for tid, t in truth.threads.items() if t.visible}
    wanted = {pid: p for pid, p in truth.posts.items() if p.thread_id in seen}
    live = posts[posts.deleted_at.isna()].set_index("post_id")
    assert live.index.is_unique
    assert set(live.index) == set(wanted), sorted(set(live.index) ^ set(wanted))[:5]
    wrong = {}
    for pid, row in live.iterrows():
        p = wanted[pid]
        pairs = {
            "text": (row.text, p.text),
            "thread_id": (row.thread_id, p.thread_id),
            "position": (row.position, p.position),
            "is_first": (row.is_first, p.is_first),
            "author": (row.author, p.author),
            "posted_at": (row.posted_at.to_pydatetime(), p.posted_at),
            "edited_by": (None if pd.isna(row.edited_by) else row.edited_by, p.edited_by),
            "quoted": ([q["post_id"] for q in row.quotes], [q.post_id for q in p.quotes]),
            "comments": (sorted(c["text"] for c in row.comments), sorted(c.text for c in p.comments)),
        }
        wrong |= {(pid, name): pair for name, pair in pairs.items() if pair[0] != pair[1]}
    assert not wrong, list(wrong.items())[:4]
    here = threads[threads.status == "live"].set_index("thread_id")
    assert here.title.to_dict() == {tid: truth.threads[tid].title for tid in seen}
    assert here.board_id.to_dict() == {tid: truth.threads[tid].board_id for tid in seen}


@pytest.mark.parametrize(
    ("switches", "args"),
    [
        ({}, []),
        ({"version": "X3.5", "rewrite": False}, []),
        ({"version": "X2.5", "charset": "gbk", "ppp": 7, "tpp": 13}, []),
        ({"version": "X3.2", "left_column": False}, []),
        ({}, ["-s", f"USER_AGENT={ROBOT}"]),
    ],
    ids=["X3.4", "X3.5-dynamic", "X2.5-gbk", "X3.2", "robot"],
)
def test_the_whole_forum_comes_out_exactly_and_follows_its_changes(tmp_path, switches, args):
    forum = DemoForum(seed=3, threads=60)
    with serve(forum, **switches) as server:
        args = ["-a", f"url={server.url}", "-a", "revisit=0", *args]
        posts, threads = crawl(tmp_path, *args)
        assert_exact(forum, posts, threads)
        again, _ = crawl(tmp_path, *args)
        assert again.equals(posts)
        truth = forum.truth()
        open_threads = [tid for tid, t in truth.threads.items() if t.visible and not t.is_closed]
        forum.reply(open_threads[3])
        forum.reply(open_threads[3])
        forum.new_thread(truth.threads[open_threads[5]].board_id)
        server.log.clear()
        posts, threads = crawl(tmp_path, *args)
        assert_exact(forum, posts, threads)
        fetched = [visit.path for visit in server.log if "thread" in visit.path]
        assert len(fetched) <= 5, fetched


def test_a_forum_in_big5_comes_out_exactly(tmp_path):
    with serve(DemoForum(seed=4, threads=40), charset="big5") as server:
        posts, threads = crawl(tmp_path, "-a", f"url={server.url}")
        assert_exact(server, posts, threads)
    assert posts.text.str.contains("[們這說]").any() and not posts.text.str.contains("[们这说\ufffd]").any()


def test_every_run_of_noise_is_taken_out_and_named(tmp_path):
    forum = DemoForum(seed=9, threads=40)
    with serve(forum) as server:
        posts, _ = crawl(tmp_path, "-a", f"url={server.url}")
    rules = {removed["rule"] for row in posts.removed for removed in row}
    assert {"jammer-visible", "jammer-hidden"} <= rules
    assert not {"jammer-unknown", "hidden-unknown"} & rules


def test_without_arguments_the_bundled_forum_is_crawled(tmp_path):
    posts, threads = crawl(tmp_path, "-s", "DEMO_PORT=0", "-s", "DEMO_THREADS=25")
    assert len(threads) > 15 and len(posts) > 25


def test_a_taken_port_is_said_clearly(tmp_path):
    with serve(DemoForum(threads=2)) as server:
        port = server.url.rstrip("/").rpartition(":")[2]
        places = [
            "-s",
            f"CORPUS_DIR={tmp_path / 'c'}",
            "-s",
            f"ARCHIVE_DIR={tmp_path / 'a'}",
            "-s",
            f"DEMO_PORT={port}",
        ]
        command = [sys.executable, "-m", "scrapy", "crawl", "forum", *places]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 1 and "DEMO_PORT" in done.stderr.splitlines()[-1], done.stderr
