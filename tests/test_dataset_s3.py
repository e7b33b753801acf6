"""The same corpus on S3: a local server speaks for it."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler.report.read import read_report
from pipelines.dataset import Dataset, DatasetError, ForumLocked, snapshot
from pipelines.dataset.layout import journal_file, lock_file
from pipelines.dataset.lock import Lease
from pipelines.dataset.store import S3Store
from tests.corpora import FORUM, at, capture, corpus, post, publish, run
from tests.forum_server import Forum, serve
from tests.pages import thread_page
from tests.test_crawl import ROOT, command, crawl, state

moto = pytest.importorskip("moto.server", reason="moto's server is not installed")
boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")

BUCKET = "tiezi"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = moto.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def root(server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    client().create_bucket(Bucket=BUCKET)
    return f"s3://{BUCKET}/{request.node.name}"


def client() -> Any:
    return boto3.client("s3")


def keys(root: str) -> list[str]:
    found = client().list_objects_v2(Bucket=BUCKET, Prefix=root.partition(f"{BUCKET}/")[2] + "/")
    return [item["Key"] for item in found.get("Contents", []) if not item["Key"].endswith("/")]


def local_copy(root: str, folder: Path) -> Path:
    snapshot(root, str(folder))
    return folder


HISTORY = [
    [capture(1, [1, 2]), capture(5000, [3])],
    [capture(1, [1, post(2, "改", position=2)], 1)],
    [capture(5000, [3, 2], 2), capture(1, [1], 2)],
    [capture(1, [], 3, status="deleted")],
]


def test_the_same_rows_as_on_a_disk(root: str, tmp_path: Path) -> None:
    for batch in HISTORY:
        publish(tmp_path / "disk", *batch)
        publish(root, *batch)
    assert corpus(local_copy(root, tmp_path / "s3")) == corpus(tmp_path / "disk")
    assert not [key for key in keys(root) if "_journal" in key or "_staging" in key or "_locks" in key]
    dataset = Dataset(root)
    assert dataset.check(FORUM, deep=True) == []
    assert list(dataset.known_threads(FORUM)) == [1, 5000] and len(dataset.last_runs(FORUM)) == 1


def test_pandas_reads_it_with_one_line(root: str, server: str) -> None:
    pytest.importorskip("s3fs", reason="pandas reads S3 through s3fs, which is not installed")
    publish(root, *HISTORY[0])
    posts = pd.read_parquet(f"{root}/posts", storage_options={"endpoint_url": server})
    assert sorted(posts.post_id) == [1, 2, 3]


@pytest.mark.parametrize("step", range(4))
def test_a_commit_that_was_cut_off_is_finished(
    root: str, tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(root, *HISTORY[0])
    move, done = S3Store.replace, iter(range(100))

    def cut(self: S3Store, source: str, target: str) -> None:
        if next(done) == step:
            self.fs.copy_file(source, target)  # and dies before it removes the source
            raise KeyboardInterrupt
        move(self, source, target)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(S3Store, "replace", cut)
        publish(root, *HISTORY[1], *HISTORY[2])
    assert any(journal_file(FORUM) in key for key in keys(root))
    publish(tmp_path / "disk", *HISTORY[0])
    publish(tmp_path / "disk", *HISTORY[1], *HISTORY[2])
    assert corpus(local_copy(root, tmp_path / "before")) == corpus(tmp_path / "disk")
    assert Dataset(root).recover() == [FORUM]
    assert corpus(local_copy(root, tmp_path / "after")) == corpus(tmp_path / "disk")
    assert not [key for key in keys(root) if "_journal" in key or "_staging" in key]


def test_one_writer_and_a_lease_that_runs_out(root: str) -> None:
    with Dataset(root).lock(FORUM):
        with pytest.raises(ForumLocked) as caught:
            publish(root, capture(1, [1]))
        assert caught.value.holder["pid"]
        with Dataset(root).lock("other.example"):
            pass
    assert publish(root, capture(1, [1])).posts_new == 1
    store = Dataset(root).store
    store.write(lock_file(FORUM), b'{"pid": "1", "host": "gone"}')
    with pytest.raises(ForumLocked, match="gone"):
        Dataset(root).recover() or publish(root, capture(1, [1], 1))
    time.sleep(2.1)  # Last-Modified has whole seconds
    assert isinstance(store, S3Store)
    with Lease(store, FORUM, seconds=1):
        pass
    assert publish(root, capture(1, [1], 1)).posts_new == 0


def test_a_lease_is_renewed_and_its_loss_noticed(root: str) -> None:
    store = Dataset(root).store
    assert isinstance(store, S3Store)
    with Lease(store, FORUM, seconds=1.2) as lease:
        time.sleep(2.5)
        with pytest.raises(ForumLocked), Lease(store, FORUM, seconds=1.2):
            pass
        lease.check()
        store.write(lock_file(FORUM), b"{}")
        time.sleep(0.8)
        with pytest.raises(DatasetError, match="lost the lock"):
            lease.check()
    assert any(lock_file(FORUM) in key for key in keys(root)), "another run's lock stays"
    store.remove(lock_file(FORUM))


def test_a_run_that_lost_its_lease_publishes_nothing(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(root, *HISTORY[0])
    before = {key: client().get_object(Bucket=BUCKET, Key=key)["ETag"] for key in keys(root)}
    dataset = Dataset(root)
    with dataset.lock(FORUM):
        lease = dataset._held[FORUM]
        assert lease is not None
        lease._lost = RuntimeError("taken")
        with pytest.raises(DatasetError, match="lost the lock"):
            dataset.publish(FORUM, HISTORY[1], [], run("run-2"))
    after = {key: client().get_object(Bucket=BUCKET, Key=key)["ETag"] for key in keys(root) if "_locks" not in key}
    assert after == before


def test_no_bucket_and_no_server(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DatasetError, match="names no bucket"):
        Dataset("s3://")
    with pytest.raises(DatasetError, match="nowhere"):
        publish("s3://nowhere/corpus", capture(1, [1]))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(DatasetError, match=r"127\.0\.0\.1:9"):
        publish(root, capture(1, [1]))


def test_damage_is_set_aside_there_too(root: str, tmp_path: Path) -> None:
    views = [capture(1, [1, 2]), replace(capture(5000, [3]), fetched_at=at(0))]
    publish(root, *views)
    before = corpus(local_copy(root, tmp_path / "before"))
    dataset = Dataset(root)
    path = next(path for path in dataset.store.sizes("posts") if path.endswith("-000000.parquet"))
    dataset.store.write(path, b"PAR1PAR1")
    (damage,) = dataset.check(FORUM)
    dataset.set_aside(FORUM, damage)
    assert len(dataset.known_threads(FORUM)) == 1
    dataset.publish(FORUM, views, [], run())
    dataset.rebuilt(FORUM)
    assert corpus(local_copy(root, tmp_path / "after")) == before


def test_a_report_is_made_of_a_corpus_in_a_bucket(root: str) -> None:
    with pytest.raises(DatasetError, match=f"no corpus in {root}"):
        read_report(root, None, "1")
    Dataset(root).publish(FORUM, [capture(1, [1, 2]), capture(2, [3])], [], run())
    found = read_report(root, None, "1")
    assert (found.contents.threads, found.contents.posts, len(found.audit)) == (2, 3, 3)


def test_reprints_of_a_corpus_in_a_bucket_equal_those_on_a_disk(root: str, tmp_path: Path) -> None:
    from benchmarks.reposts import repost, speech
    from pipelines.reprints import update

    for place in (root, str(tmp_path / "local")):
        publish(place, capture(1, [post(1, speech(1).text), post(2, repost(1, "cut", 1).text)]))
        update(place)
        publish(place, capture(5000, [post(3, repost(1, "edited", 1).text)], 1), name="run-2")
        assert update(place).posts == 3
        assert update(place).files_written == 0
    copy = local_copy(root, tmp_path / "copy")
    for name in ("000000", "000004"):
        path = f"reprints/{FORUM}-{name}.parquet"
        assert (copy / path).read_bytes() == (tmp_path / "local" / path).read_bytes()
    assert len(pd.read_parquet(f"{root}/reprints")) == 3


def test_a_crawl_into_s3_killed_and_run_again_gives_the_rows_of_a_disk(root: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # what is not uploaded yet waits there
    forum = Forum()
    for number in range(8):
        forum.new_thread(fid=3, replies=2 * number)
    with serve(forum):
        to_s3 = ["-s", f"CORPUS_DIR={root}/corpus", "-s", f"ARCHIVE_DIR={root}/archive", "-s", "CORPUS_BATCH=10"]
        args = ["-a", f"url={forum.url}", "-a", "revisit=0"]
        assert crawl(tmp_path / "disk", *args)[0] == 0
        pages = len(forum.log)
        forum.log.clear()
        forum.override = lambda path: time.sleep(0.05)
        killed = subprocess.Popen(command(tmp_path, *args, *to_s3), cwd=ROOT, stderr=subprocess.DEVNULL)
        while len(forum.log) < pages - 3:
            time.sleep(0.01)
        killed.kill()
        killed.wait()
        status, log = crawl(tmp_path, *args, *to_s3)
    assert status == 0, log
    assert len(forum.log) <= pages + 3  # the page under way, and what every run asks for first
    assert state(local_copy(f"{root}/corpus", tmp_path / "copied" / "corpus").parent) == state(tmp_path / "disk")


def test_captures_are_read_from_a_bucket(root: str, tmp_path: Path) -> None:
    """An object, a prefix and a glob, web address and file address."""
    urls = [f"https://bbs.example.cn/thread-{tid}-1-1.html" for tid in (7, 9)]
    pages = pa.table({"url": urls, "body": [thread_page(7), thread_page(9)]})
    pq.write_table(pages, tmp_path / "table.parquet")
    (tmp_path / "page.html").write_bytes(thread_page(8))
    prefix = root.partition(f"{BUCKET}/")[2]
    for file, key in (("table.parquet", "table.parquet"), ("page.html", "deep/page.html"), ("page.html", "note.bin")):
        client().upload_file(str(tmp_path / file), BUCKET, f"{prefix}/{key}")
    for number, (path, threads) in enumerate(
        [
            (root, {7, 8, 9}),
            (f"{root}/table.parquet", {7, 9}),
            (f"{root}/*page.html", {8}),
        ]
    ):
        corpus = tmp_path / str(number)
        done = captures(path, corpus)
        assert done.returncode == 0, done.stderr
        assert set(pd.read_parquet(corpus / "threads").thread_id) == threads
    done = captures(f"{root}/nothing", tmp_path / "none")
    assert done.returncode == 1 and "there is no capture (.html" in done.stderr and f"{root}/nothing" in done.stderr


def captures(path: str, corpus: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "crawl", "captures", "-a", f"path={path}", "-a", "forum=bbs.example.cn"]
    places = ["-s", f"CORPUS_DIR={corpus}", "-s", f"ARCHIVE_DIR={corpus}-archive"]
    return subprocess.run([*command, *places], capture_output=True, text=True, cwd=ROOT, timeout=120)


def test_everything_on_spark_in_buckets(root: str, tmp_path: Path) -> None:
    """Archive, corpus and what workers make lie in the bucket; the rows are those of the crawl."""
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("pyspark or Java is not installed")
    forum = Forum()
    for n in range(6):
        forum.new_thread(fid=3, replies=n)
    places = ["-s", f"ARCHIVE_DIR={root}/archive", "-s", "DOWNLOAD_DELAY=0"]
    with serve(forum):
        run_scrapy("crawl", "forum", "-a", f"url={forum.url}", *places, "-s", f"CORPUS_DIR={root}/corpus")
    run_scrapy("reextract", "--spark", "local[1]", *places, "-s", f"CORPUS_DIR={root}/again")
    captures = ["crawl", "captures", "-a", f"path={root}/archive", "-a", "spark=local[1]", "-a", f"scratch={root}/made"]
    run_scrapy(*captures, "-s", f"ARCHIVE_DIR={root}/none", "-s", f"CORPUS_DIR={root}/captured")
    for name in ("corpus", "again", "captured"):
        local_copy(f"{root}/{name}", tmp_path / name / "corpus")
    assert state(tmp_path / "again") == state(tmp_path / "corpus") == state(tmp_path / "captured")
    assert not [key for key in keys(root) if "/made/" in key or "/_reextract/" in key or "/none/" in key]


def run_scrapy(*args: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *args], capture_output=True, text=True, cwd=ROOT, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
