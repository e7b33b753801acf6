"""What becomes of threads and posts in a forum that lives: deleted, restored, merged, split, moved; through real crawls."""

import subprocess
import sys
from pathlib import Path

import pandas as pd

from crawler.demo import DemoForum, serve
from tests.test_demo_crawl import assert_exact

ROOT = Path(__file__).parent.parent
# every thread is due for its re-check, whatever the clock says: days cannot pass in a test
DUE = """
import crawler.spiders.forum as forum
choose = forum.choose_rechecks
forum.choose_rechecks = lambda known, **how: choose(known, **{**how, "since": None})
from scrapy.cmdline import execute
execute()
"""


def crawl(folder, url):
    places = [f"CORPUS_DIR={folder / 'corpus'}", f"ARCHIVE_DIR={folder / 'archive'}", "DOWNLOAD_DELAY=0"]
    settings = [part for place in places for part in ("-s", place)]
    command = [sys.executable, "-c", DUE, "crawl", "forum", "-a", f"url={url}", "-a", "revisit=1000", *settings]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    return pd.read_parquet(folder / "corpus/posts"), pd.read_parquet(folder / "corpus/threads")


def test_what_is_deleted_is_kept_and_comes_back_and_posts_keep_their_rows_wherever_they_go(tmp_path):
    forum = DemoForum(seed=11, threads=45)
    with serve(forum) as server:
        first, _ = crawl(tmp_path, server.url)
        truth = forum.truth()
        open_ones = [t for t in truth.threads.values() if t.visible and not t.is_closed and not t.is_sticky]
        long = sorted((t for t in open_ones if len(t.post_ids) >= 3), key=lambda t: t.thread_id)
        gone, shortened, parted, kept, absorbed = long[:5]
        lost = shortened.post_ids[1]
        forum.delete_thread(gone.thread_id)
        forum.delete_post(lost)
        part = forum.split(parted.thread_id, parted.post_ids[1:])
        forum.merge(kept.thread_id, absorbed.thread_id)
        target = next(t.board_id for t in open_ones if t.board_id != kept.board_id)
        forum.move_thread(kept.thread_id, target)

        posts, threads = crawl(tmp_path, server.url)
        assert_exact(forum, posts, threads)
        assert posts.post_id.is_unique and set(posts.post_id) == set(first.post_id)
        was, now = first.set_index("post_id"), posts.set_index("post_id")
        for pid in (lost, *gone.post_ids):
            assert not pd.isna(now.deleted_at[pid]) and now.text[pid] == was.text[pid]
        status = threads.set_index("thread_id").status
        assert status[gone.thread_id] == "deleted" and status[absorbed.thread_id] != "live"
        assert {int(now.thread_id[pid]) for pid in absorbed.post_ids} == {kept.thread_id}
        assert {int(now.thread_id[pid]) for pid in parted.post_ids[1:]} == {part}
        assert threads.set_index("thread_id").board_id[kept.thread_id] == target

        forum.undelete(tid=gone.thread_id)
        forum.undelete(pid=lost)
        posts, threads = crawl(tmp_path, server.url)
        assert_exact(forum, posts, threads)
        back = posts.set_index("post_id").deleted_at
        assert all(pd.isna(back[pid]) for pid in (lost, *gone.post_ids))
        assert threads.set_index("thread_id").status[gone.thread_id] == "live"
        assert set(posts.post_id) == set(first.post_id)
