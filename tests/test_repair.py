"""Damaged table files are named, set aside, and their rows come back from the archive, by the same command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from crawler.demo import DemoForum, serve

ROOT = Path(__file__).parent.parent
KEYS = {"threads": ["thread_id"], "posts": ["post_id"], "speeches": ["post_id", "turn"]}
pytestmark = pytest.mark.xdist_group("repair")


def crawl(folder, url, status=0):
    places = [
        "-s",
        f"CORPUS_DIR={folder / 'corpus'}",
        "-s",
        f"ARCHIVE_DIR={folder / 'archive'}",
        "-s",
        "DOWNLOAD_DELAY=0",
    ]
    command = [sys.executable, "-m", "scrapy", "crawl", "forum", "-a", f"url={url}", "-a", "revisit=0", *places]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=180)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def tables(folder):
    found = {name: pd.read_parquet(folder / "corpus" / name) for name in KEYS}
    return {name: rows.sort_values(KEYS[name]).reset_index(drop=True) for name, rows in found.items()}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    with serve(DemoForum(seed=8, threads=40)) as server:
        crawl(folder, server.url)
        yield server, folder


def cut(file):
    os.truncate(file, file.stat().st_size // 2)


def overwrite(file):
    data = bytearray(file.read_bytes())
    data[40:4000] = os.urandom(3960)
    file.write_bytes(data)


def replace_by_text(file):
    file.write_text("no parquet")


@pytest.mark.parametrize(
    ("name", "harm"),
    [("posts", cut), ("posts", Path.unlink), ("posts", replace_by_text), ("threads", cut), ("speeches", Path.unlink)],
)
def test_a_damaged_file_comes_back_row_by_row(served, tmp_path, name, harm):
    server, whole = served
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    file = next((tmp_path / "corpus" / name).glob("*.parquet"))
    harm(file)
    server.log.clear()
    told = crawl(tmp_path, server.url)
    assert f"{name}/{file.name}" in told and "_damaged" in told
    for table, rows in tables(whole).items():
        pd.testing.assert_frame_equal(tables(tmp_path)[table], rows)
    assert not [visit for visit in server.log if "thread-" in visit.path], "fetched although the archive has it"
    if harm is not Path.unlink:
        assert any(file.name in kept.name for kept in (tmp_path / "corpus/_damaged").rglob("*"))


def test_without_the_archive_lost_threads_are_fetched_again(served, tmp_path):
    server, whole = served
    shutil.copytree(whole / "corpus", tmp_path / "corpus")
    cut(next((tmp_path / "corpus/posts").glob("*.parquet")))
    told = crawl(tmp_path, server.url)
    assert "_damaged" in told
    columns = ["thread_id", "post_id", "text", "author", "posted_at"]
    pd.testing.assert_frame_equal(tables(tmp_path)["posts"][columns], tables(whole)["posts"][columns])


def test_bytes_overwritten_in_the_middle_are_found_when_the_file_is_read(tmp_path):
    forum = DemoForum(seed=8, threads=40)
    with serve(forum) as server:
        crawl(tmp_path, server.url)
        overwrite(next((tmp_path / "corpus/posts").glob("*.parquet")))
        forum.reply(
            next(tid for tid, thread in forum.truth().threads.items() if thread.visible and not thread.is_closed)
        )
        told = crawl(tmp_path, server.url, status=1)
        assert "posts/" in told and "set aside" in told
        crawl(tmp_path, server.url)
        live = tables(tmp_path)["posts"]
        truth = forum.truth()
        seen = {tid for tid, thread in truth.threads.items() if thread.visible}
        assert dict(zip(live.post_id, live.text, strict=True)) == {
            pid: post.text for pid, post in truth.posts.items() if post.thread_id in seen
        }
