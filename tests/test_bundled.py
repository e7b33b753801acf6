"""The bundled demo forum: it behaves as Discuz! does, changes on demand, and comes out of a crawl exactly."""

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import lxml.html
import pandas as pd
import pytest

from crawler.bundled.forum import DemoForum
from crawler.bundled.noise import LEADS, TAILS, unit
from crawler.bundled.server import serve

ROOT = Path(__file__).parent.parent
PAIR = re.compile("[ -;] [?-~]")
GUEST, ROBOT = "Mozilla/5.0 (X11; Linux x86_64)", "examplebot/1.0"


def fetch(server, path):
    """(status, tree) of a page as a guest sees it."""
    status, page, _ = server.answer(path, GUEST)
    return status, lxml.html.fromstring(page)


@pytest.fixture(scope="module")
def server():
    with serve(DemoForum(seed=5, threads=120), control=True) as server:
        yield server


def test_a_unit_follows_the_generators_grammar():
    import random

    rng = random.Random(3)
    units = [unit(rng) for _ in range(2000)]
    assert all(PAIR.fullmatch(u[n : n + 3]) for u in units for n in range(0, len(u), 3))
    sizes = [len(u) // 3 for u in units]
    assert min(sizes) == 5 and max(sizes) <= 15 and 7.5 < sum(sizes) / len(sizes) < 8.2
    assert not set("<=>") & {*LEADS, *TAILS}


def test_the_same_seed_gives_the_same_forum_and_another_another():
    assert DemoForum(7, 40).truth() == DemoForum(7, 40).truth() != DemoForum(8, 40).truth()


def test_noise_is_redrawn_at_every_request_in_both_forms(server):
    jammed = next(t for t in server.forum.threads.values() if t.fid == 2)
    pages = [server.answer(f"/thread-{jammed.tid}-1-1.html", GUEST)[1] for _ in range(2)]
    assert pages[0] != pages[1]
    both = "".join(pages)
    assert '<font class="jammer">' in both and '<span style="display:none">' in both
    clean = next(t for t in server.forum.threads.values() if t.fid == 3)
    assert "jammer" not in server.answer(f"/thread-{clean.tid}-1-1.html", GUEST)[1]


def test_listings_stand_by_last_post_and_repeat_the_first_page_past_the_end(server):
    _, tree = fetch(server, "/forum-2-1.html")
    rows = [int(row.get("id").split("_")[1]) for row in tree.xpath("//tbody[starts-with(@id,'normalthread_')]")]
    own = [tid for tid in rows if tid in server.forum.threads]
    times = [server.forum.threads[tid].last_at for tid in own]
    assert times == sorted(times, reverse=True) and len(rows) == 20
    assert tree.xpath("//tbody[starts-with(@id,'stickthread_')]")
    _, past = fetch(server, "/forum-2-99.html")
    assert past.xpath("//div[@class='pg']/strong/text()")[0] == "1"
    _, filtered = fetch(server, "/forum.php?mod=forumdisplay&fid=2&filter=lastpost&orderby=lastpost")
    assert not filtered.xpath("//tbody[starts-with(@id,'stickthread_')]")


def test_threads_have_pages_and_repeat_the_last_past_the_end(server):
    long = max(server.forum.threads.values(), key=lambda t: len(t.posts))
    pages = -(-len(long.posts) // 10)
    _, tree = fetch(server, f"/thread-{long.tid}-{pages + 5}-1.html")
    assert pages > 1 and tree.xpath("//div[@class='pg']/strong/text()")[0] == str(pages)


def test_a_robot_sees_no_floors(server):
    tid = next(iter(server.forum.threads))
    assert "postnum" in server.answer(f"/thread-{tid}-1-1.html", GUEST)[1]
    page = server.answer(f"/thread-{tid}-1-1.html", ROBOT)[1]
    assert "postnum" not in page and "显示全部楼层" in page


def test_errors_have_their_pages_and_statuses(server):
    status, tree = fetch(server, "/thread-99999-1-1.html")
    assert status == 404 and "不存在" in tree.xpath("string(//*[@id='messagetext'])")
    status, tree = fetch(server, "/forum-9-1.html")
    assert status == 200 and "登录" in tree.xpath("string(//*[@id='messagetext'])")
    tombstone, (_, target) = next(iter(server.forum.tombstones.items()))
    status, _, headers = server.answer(f"/thread-{tombstone}-1-1.html", GUEST)
    assert status == 302 and headers["Location"].endswith(f"/thread-{target}-1-1.html")
    assert server.answer("/robots.txt", GUEST)[0] == 200


def test_recent_times_are_relative_with_the_absolute_one_in_the_title(server):
    pid = server.forum.reply(next(iter(server.forum.threads)))
    post = server.forum.post(pid)
    thread = next(t for t in server.forum.threads.values() if post in t.posts)
    _, tree = fetch(server, f"/thread-{thread.tid}-{-(-len(thread.posts) // 10)}-1.html")
    (span,) = tree.xpath(f"//em[@id='authorposton{pid}']/span")
    assert span.text.endswith("前") and span.get("title").startswith(f"{post.at.year}-{post.at.month}-{post.at.day} ")


def test_the_control_door_changes_the_forum_and_tells_the_truth(server):
    order = json.dumps({"op": "reply", "tid": 1}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{server.url}_control", order)) as answer:
        pid = json.load(answer)["result"]
    with urllib.request.urlopen(f"{server.url}_truth") as answer:
        assert pid in {post["post_id"] for post in json.load(answer)["posts"]}
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(urllib.request.Request(f"{server.url}_control", b'{"op": "explode"}'))


# --- through the crawler ------------------------------------------------------------------------------------------------


def crawl(folder, *args):
    places = [
        "-s",
        f"CORPUS_DIR={folder / 'corpus'}",
        "-s",
        f"ARCHIVE_DIR={folder / 'archive'}",
        "-s",
        "DOWNLOAD_DELAY=0",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "forum", *places, *args],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return pd.read_parquet(folder / "corpus/posts"), pd.read_parquet(folder / "corpus/threads")


def assert_exact(forum, posts, threads):
    truth = forum.truth()
    live = posts[posts.deleted_at.isna()].set_index("post_id")
    wanted = pd.DataFrame(truth["posts"]).set_index("post_id")
    assert live.index.is_unique and set(live.index) == set(wanted.index)
    wanted = wanted.loc[live.index]
    wrong = [(pid, a, b) for pid, a, b in zip(live.index, wanted.text, live.text, strict=True) if a != b]
    assert not wrong, wrong[:2]
    for column in ("thread_id", "position", "author"):
        assert (live[column] == wanted[column]).all(), column
    banned = wanted.text == ""
    assert (live.author_id == wanted.author_id)[~banned].all()
    assert (live.posted_at == pd.to_datetime(wanted.posted_at)).all()
    assert (live.edited_at.notna() == wanted.edited).all()
    quoted = {pid: quotes[0]["post_id"] for pid, quotes in live.quotes.items() if len(quotes)}
    assert quoted == {p["post_id"]: p["quoted"] for p in truth["posts"] if p["quoted"] and p["text"]}
    here = threads[threads.status == "live"].set_index("thread_id")
    assert here.title.to_dict() == {t["thread_id"]: t["title"] for t in truth["threads"]}
    assert here.board_id.to_dict() == {t["thread_id"]: t["board_id"] for t in truth["threads"]}


@pytest.mark.parametrize("agent", [None, ROBOT])
def test_the_whole_forum_comes_out_exactly_and_follows_its_changes(tmp_path, agent):
    forum = DemoForum(seed=11, threads=70)
    with serve(forum) as server:
        args = ["-a", f"url={server.url}", "-a", "revisit=0", *(["-s", f"USER_AGENT={agent}"] if agent else [])]
        posts, threads = crawl(tmp_path, *args)
        assert_exact(forum, posts, threads)
        again, _ = crawl(tmp_path, *args)
        assert again.equals(posts)
        forum.reply(5)
        forum.reply(5)
        forum.new_thread(2)
        gone = next(t for t in forum.threads.values() if len(t.posts) > 3 and not t.sticky)
        lost = gone.posts[1].pid
        forum.delete_post(lost)
        server.log.clear()
        posts, threads = crawl(tmp_path, *args)
        assert_exact(forum, posts, threads)
        assert posts[posts.post_id == lost].deleted_at.notna().all()
        assert len([path for path, *_ in server.log if path.startswith("/thread")]) <= 4


def test_no_noise_character_is_left_and_every_run_of_it_is_named(tmp_path):
    forum = DemoForum(seed=21, threads=40)
    with serve(forum) as server:
        posts, _ = crawl(tmp_path, "-a", f"url={server.url}")
    rules = {removed["rule"] for row in posts.removed for removed in row}
    assert {"jammer-visible", "jammer-hidden"} <= rules and not {"jammer-unknown", "hidden-unknown"} & rules


def test_without_arguments_the_bundled_forum_is_crawled(tmp_path):
    posts, threads = crawl(tmp_path, "-s", "DEMO_PORT=0", "-s", "DEMO_THREADS=25")
    assert len(threads) == 25 and len(posts) > 25


def test_a_taken_port_is_said_clearly(tmp_path):
    with serve(DemoForum(threads=2)) as server:
        port = server.server_port
        places = [
            "-s",
            f"CORPUS_DIR={tmp_path / 'c'}",
            "-s",
            f"ARCHIVE_DIR={tmp_path / 'a'}",
            "-s",
            f"DEMO_PORT={port}",
        ]
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "forum", *places],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=60,
        )
    assert done.returncode == 1 and f"port {port}" in done.stderr and "DEMO_PORT" in done.stderr.splitlines()[-1]
