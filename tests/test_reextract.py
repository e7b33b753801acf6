"""The corpus again from the archive: the rows that the crawl gave, to the byte; a changed rule names what it touches."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler.archive import Archive
from crawler.captured import Refining
from crawler.demo import DemoForum, serve
from crawler.differences import rules_of
from crawler.items import Profile, RawPage
from crawler.pages import extract
from crawler.pages.engine import default_engine
from crawler.rebuild import archived_runs
from crawler.saved import pieces
from crawler.spark import answers, readings
from crawler.visits import Retrace
from pipelines.dataset import Difference
from tests.pages import thread_page

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.xdist_group("reextract")  # the forum that lived is crawled once
KEYS = {"threads": ["thread_id"], "posts": ["post_id"], "speeches": ["post_id", "turn"]}
RUN_COLUMNS = ["run_id", "extractor"]


def scrapy(folder, *args, corpus="corpus", archive="archive", status=0):
    places = ["-s", f"CORPUS_DIR={folder / corpus}", "-s", f"ARCHIVE_DIR={folder / archive}", "-s", "DOWNLOAD_DELAY=0"]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *args, *places], capture_output=True, text=True, cwd=ROOT, timeout=240
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def table(folder, name, without=()):
    rows = pd.read_parquet(folder / name).sort_values(KEYS[name]).reset_index(drop=True)
    return rows.drop(columns=[column for column in rows.columns if column in without])


def boards(folder):
    """What the pages tell of boards; ``complete_through`` is learned by fetching."""
    columns = ["forum", "board_id", "name", "url", "threads_listed"]
    return pd.read_parquet(folder / "boards").sort_values("board_id")[columns].astype(str).values.tolist()


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for name in KEYS for p in sorted((folder / name).glob("*.parquet"))}


def needs_spark():
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("pyspark or Java is not installed")


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A forum crawled four times while it lived, one run of them killed and taken up: its folder, its host."""
    folder = tmp_path_factory.mktemp("lived")
    forum = DemoForum(seed=5, threads=50)
    with serve(forum, version="X3.4") as server:
        args = ["crawl", "forum", "-a", f"url={server.url}", "-a", "revisit=200", "-s", "CORPUS_BATCH=60"]
        scrapy(folder, *args)
        truth = forum.truth()
        visible = [tid for tid, thread in truth.threads.items() if thread.visible and not thread.is_closed]
        posts = [pid for pid, post in truth.posts.items() if post.thread_id in visible and not post.is_first]
        for tid in visible[:6]:
            forum.reply(tid)
        forum.new_thread(truth.threads[visible[0]].board_id, replies=25)
        forum.edit(posts[3])
        forum.delete_post(posts[8])
        scrapy(folder, *args)
        forum.delete_thread(visible[9])
        forum.move_thread(visible[10], truth.threads[visible[0]].board_id)
        forum.merge(visible[11], visible[12])
        for tid in visible[2:5]:
            forum.reply(tid)
        server.log.clear()
        places = ["-s", f"CORPUS_DIR={folder / 'corpus'}", "-s", f"ARCHIVE_DIR={folder / 'archive'}"]
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", *args, *places, "-s", "DOWNLOAD_DELAY=0.02"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while len(server.log) < 12 and process.poll() is None:
            time.sleep(0.005)
        process.kill()
        process.wait()
        scrapy(folder, *args)
        forum.undelete(tid=visible[9])
        scrapy(folder, *args)
        return folder, server.url.rstrip("/").rpartition("/")[2]


def test_nothing_changes_by_the_same_rules(lived):
    folder, forum = lived
    before = files(folder / "corpus")
    assert "nothing would change" in scrapy(folder, "reextract", "--diff")
    scrapy(folder, "reextract", "--forum", forum)
    assert files(folder / "corpus") == before
    runs = pd.read_parquet(folder / "corpus/runs")
    assert list(runs.command).count("reextract") == 1 and set(runs.exit_status) == {0}


@pytest.mark.parametrize("workers", ["1", "3"])
def test_a_lost_corpus_comes_back_row_by_row(lived, workers):
    folder, _ = lived
    scrapy(folder, "reextract", "--workers", workers, corpus=f"again{workers}")
    for name in KEYS:
        pd.testing.assert_frame_equal(table(folder / f"again{workers}", name), table(folder / "corpus", name))
    assert boards(folder / f"again{workers}") == boards(folder / "corpus") != []


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A forum crawled once, and its pages as somebody else's Parquet."""
    folder = tmp_path_factory.mktemp("first")
    with serve(DemoForum(seed=6, threads=40)) as server:
        scrapy(folder, "crawl", "forum", "-a", f"url={server.url}")
    rows = [
        {"url": page.url, "html": page.body, "fetch_time": page.fetched_at, "mime": page.content_type}
        for page, _ in Archive(str(folder / "archive")).pages()
        if page.status == 200
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "pages.parquet", row_group_size=30)
    return folder


def same_as_crawled(folder, corpus):
    for name in KEYS:
        crawled = table(folder / "corpus", name, RUN_COLUMNS)
        pd.testing.assert_frame_equal(table(folder / corpus, name, RUN_COLUMNS), crawled)
    shown = [row for row in boards(folder / corpus) if row in boards(folder / "corpus")]
    assert len(shown) == len(boards(folder / corpus)) >= 6


@pytest.mark.parametrize("source", ["archive", "pages.parquet"])
def test_captures_of_the_pages_give_the_same_rows(first, source):
    """A first run's pages as somebody else's: threads, posts and speeches are those of the crawl."""
    corpus, archive = f"captured-{source}", f"archive-of-{source}"
    scrapy(first, "crawl", "captures", "-a", f"path={first / source}", corpus=corpus, archive=archive)
    same_as_crawled(first, corpus)
    scrapy(first, "reextract", corpus=f"again-{source}", archive=archive)
    same_as_crawled(first, f"again-{source}")


def test_captures_on_spark_give_the_same_rows(first, tmp_path):
    """Also where one of the files is damaged; these pages lie in the user's place and are not archived again."""
    needs_spark()
    shutil.copy(first / "pages.parquet", tmp_path)
    (tmp_path / "torn.parquet").write_bytes((first / "pages.parquet").read_bytes()[:-100])
    args = ["crawl", "captures", "-a", f"path={tmp_path}", "-a", "spark=local[2]"]
    told = scrapy(first, *args, corpus="captured-spark", archive="archive-of-spark", status=3)
    assert "torn.parquet: no Parquet file, or a damaged one" in told and "1 failed" in told
    same_as_crawled(first, "captured-spark")
    assert not (first / "captured-spark/_captures").exists() and not (first / "archive-of-spark").exists()


def test_spark_is_given_every_piece_once(first, tmp_path):
    """How captures are cut for the workers, and that what they made before is not made again."""
    page = tmp_path / "page.html"
    body = next(page.body for page, _ in Archive(str(first / "archive")).pages() if b"postmessage_" in page.body)
    page.write_bytes(body)
    files = [str(page), *map(str, (first / "archive").rglob("*.warc.gz")), str(first / "pages.parquet"), str(page)]
    work = [piece for file in files for piece in pieces(file)]
    context, refining = Tasks(), Refining(Profile(), by_imprint=True, salt="")
    found = list(readings(context, work, refining, str(tmp_path / "scratch"), "1"))
    assert found == [reading for piece in work for reading in refining(piece)]
    assert len(context.pieces) == len(work) >= 6 and context.jobs == 1
    assert {reading.file for reading in found if reading.found and reading.found.posts} == set(files)
    assert list(readings(context, work, refining, str(tmp_path / "scratch"), "1")) == found and context.jobs == 1
    list(readings(context, work[:2], refining, str(tmp_path / "scratch"), "1"))
    assert context.jobs == 2  # other captures are another job


@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,1024]"])
def test_spark_gives_the_same_rows(lived, master):
    needs_spark()
    folder, _ = lived
    again = f"spark-{master[:7]}"
    scrapy(folder, "reextract", "--spark", master, corpus=again)
    for name in KEYS:
        pd.testing.assert_frame_equal(table(folder / again, name), table(folder / "corpus", name))
    assert not (folder / again / "_reextract").exists()


def test_slices_that_are_there_are_not_made_again(lived, tmp_path):
    """What a Spark task does, and how a stopped job goes on."""
    folder, forum = lived
    archive = Archive(str(folder / "archive"))
    for run in archived_runs(archive, forum):
        places = archive.places(forum, run.run_id)
        assert [archive.read(place).url for place in places] == [
            page.url for page, _ in archive.pages(forum, run.run_id)
        ]
        context, scratch = Tasks(), tmp_path / run.run_id
        first = list(answers(context, archive, forum, run, str(scratch), "1"))
        assert list(answers(context, archive, forum, run, str(scratch), "1")) == first
        assert context.jobs == 1 and len(first) == len(places)
        next(scratch.rglob("*.answers")).unlink()
        assert list(answers(context, archive, forum, run, str(scratch), "1")) == first
        assert context.jobs == 2


class Tasks:
    """Runs what a SparkContext would spread."""

    jobs = 0

    def parallelize(self, pieces, count):
        self.jobs += 1
        self.pieces = pieces
        return self

    def foreach(self, work):
        for piece in self.pieces:
            work(piece)


def test_without_spark_the_command_says_how_to_get_it(lived):
    folder, _ = lived
    places = ["-s", f"CORPUS_DIR={folder / 'corpus'}", "-s", f"ARCHIVE_DIR={folder / 'archive'}"]
    code = "import sys; sys.modules['pyspark'] = None; from scrapy.cmdline import execute; execute(sys.argv)"
    command = [sys.executable, "-c", code, "reextract", "--spark", "local[1]", *places]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 1 and "pyspark" in done.stderr and "Java" in done.stderr


CHANGED = """
import functools, sys
from crawler import rebuild
rebuild.Profile = functools.partial(rebuild.Profile, noise=("不要怕提意见",))
from scrapy.cmdline import execute
execute(sys.argv)
"""


def test_a_changed_rule_is_named_with_exactly_its_rows(lived):
    folder, _ = lived
    posts = table(folder / "corpus", "posts")
    in_text = posts.text.str.contains("不要怕提意见")
    in_quote = posts.quotes.map(lambda quotes: any("不要怕提意见" in quote["text"] for quote in quotes))
    assert 0 < in_text.sum() < len(posts)
    before = files(folder / "corpus")
    places = ["-s", f"CORPUS_DIR={folder / 'corpus'}", "-s", f"ARCHIVE_DIR={folder / 'archive'}"]
    command = [sys.executable, "-c", CHANGED, "reextract", "--diff", "--workers", "1", "--examples", "2", *places]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=240)
    told = done.stdout
    assert done.returncode == 0, done.stderr
    assert f"posts: {(in_text | in_quote).sum()} rows changed" in told
    assert f"posts.text: {in_text.sum()}\n" in told
    assert f"rule site-noise (posts): {(in_text | in_quote).sum()} rows" in told
    assert "不要怕提意见" in told and "->" in told
    assert files(folder / "corpus") == before


def test_an_archive_that_is_not_there_is_said_clearly(tmp_path):
    told = scrapy(tmp_path, "reextract", status=1)
    assert "ARCHIVE_DIR" in told and str(tmp_path / "archive") in told
    told = scrapy(tmp_path, "reextract", "--forum", "no.example", status=1)
    assert "no.example" in told


def test_rules_are_those_of_what_differs():
    old = {"removed": [{"rule": "a", "text": "x"}], "evidence": [{"field": "kind", "rule": "k", "start": 0}]}
    new = {"removed": [{"rule": "a", "text": "x"}, {"rule": "b", "text": "y"}], "evidence": []}
    assert rules_of(Difference("posts", old, new)) == {"b", "k"}
    assert rules_of(Difference("posts", None, new)) == {"a", "b"}


def test_a_thread_answered_under_another_number_is_taken_once():
    """A merged thread's old address may show the one it is part of now."""
    page = RawPage("https://bbs.example.cn/thread-3-1-1.html", thread_page(5), datetime(2026, 1, 1, tzinfo=UTC))
    follows = Retrace("bbs.example.cn", {})
    found = extract(page)
    captures = [capture for _ in range(2) for capture in follows.read(found, page.url, 200, default_engine())]
    assert [capture.thread.thread_id for capture in captures] == [5] and not follows.open
