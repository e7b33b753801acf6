"""What a corpus survives: kills, full and read-only disks, damage, two writers; and what readers see meanwhile."""

from __future__ import annotations

import contextlib
import errno
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from crawler.items import Capture
from pipelines.dataset import DamagedFile, Dataset, DatasetError, ForumLocked, SchemaMismatch, snapshot
from pipelines.dataset.files import TableFile
from pipelines.dataset.layout import journal_file, slug
from tests.corpora import FORUM, by_id, capture, corpus, files, post, publish, rows, run

SPAWN = multiprocessing.get_context("fork")


def history() -> list[list[Capture]]:
    """Batches of a forum's life: new threads, replies, edits, deletions, moves between files, threads gone and back."""
    batches = []
    for hour in range(8):
        threads = range(hour * 400, hour * 400 + 1200, 300)
        batch = [
            capture(t, [post(t * 10 + i, f"{t} {i} {hour if i == 3 else ''}") for i in range(5)], hour) for t in threads
        ]
        batch.append(capture(1, [post(11), post(12)][: 1 + hour % 2], hour, status="live"))
        batch.append(capture(7000, [post(70_001), *([post(12)] if hour % 3 == 2 else [])], hour + 0.5))
        batch.append(capture(9000, [90_001] if hour % 4 else [], hour, status="live" if hour % 4 else "deleted"))
        batches.append(batch)
    return batches


def live(root: str) -> None:
    """A run that begins at the beginning, as one that reads the archive again after a crash does."""
    dataset = Dataset(root)
    with dataset.lock(FORUM):
        for batch in history():
            dataset.publish(FORUM, batch, [], run())


def test_killed_at_any_instant_then_run_again(tmp_path: Path) -> None:
    began = time.monotonic()
    live(str(tmp_path / "whole"))
    whole, lasted = corpus(tmp_path / "whole"), time.monotonic() - began
    draw = random.Random(7)
    killed = 0
    for trial in range(2):
        root = str(tmp_path / f"killed-{trial}")
        for _ in range(8):
            process = SPAWN.Process(target=live, args=(root,))
            process.start()
            process.join(draw.uniform(0, lasted * 1.2))
            killed += process.is_alive()
            process.kill()
            process.join()
            check_readable(Path(root))
        live(root)
        assert corpus(root) == whole
        assert not list(Path(root).glob("_journal*")) and not list(Path(root, "_staging").iterdir())
        assert Dataset(root).check(FORUM, deep=True) == []
    assert killed > 6


def check_readable(root: Path) -> None:
    """Every file is whole, and no folder holds anything else."""
    for table in ("threads", "posts", "speeches", "boards", "runs"):
        for path in (root / table).glob("*"):
            assert path.suffix == ".parquet" and pq.read_table(path).num_rows >= 0


@pytest.mark.parametrize("step", range(6))
def test_killed_between_two_renames(tmp_path: Path, step: int) -> None:
    """The journal stands: recovery ends the commit, and a snapshot shows it as if it had ended."""
    publish(tmp_path, capture(1, [1, 2]), capture(5000, [3]))
    publish(tmp_path / "whole", capture(1, [1, 2]), capture(5000, [3]))
    later = [capture(1, [1, post(2, "改", position=2)], 1), capture(5000, [], 1, status="deleted")]
    publish(tmp_path / "whole", *later)
    process = SPAWN.Process(target=_die_after, args=(tmp_path, later, step))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert (tmp_path / journal_file(FORUM)).exists()
    snapshot(str(tmp_path), str(tmp_path / "shot"))
    assert corpus(tmp_path / "shot") == corpus(tmp_path / "whole")
    assert Dataset(str(tmp_path)).recover() == [FORUM]
    assert corpus(tmp_path) == corpus(tmp_path / "whole")
    assert not (tmp_path / journal_file(FORUM)).exists()


def _die_after(root: Path, views: list[Capture], step: int) -> None:
    dataset = Dataset(str(root))
    move, done = dataset.store.replace, iter(range(100))

    def dying(source: str, target: str) -> None:
        if next(done) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        move(source, target)

    dataset.store.replace = dying  # type: ignore[method-assign]
    dataset.publish(FORUM, views, [], run())


def test_staged_without_a_journal_is_thrown_away(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1]))
    before = corpus(tmp_path)
    staged = tmp_path / "_staging" / slug(FORUM) / "2" / "posts"
    staged.mkdir(parents=True)
    (staged / f"{slug(FORUM)}-000000.parquet").write_bytes(b"half")
    other = tmp_path / "_staging" / slug("other.example") / "1"
    other.mkdir(parents=True)
    with Dataset(str(tmp_path)).lock(FORUM):
        assert corpus(tmp_path) == before
    assert not staged.exists()
    assert other.exists(), "another forum's files are its own run's business"


def test_a_commit_that_failed_half_way_is_ended_by_the_next_publish(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1]))
    dataset = Dataset(str(tmp_path))
    move = dataset.store.replace

    def failing(source: str, target: str) -> None:
        if target.startswith("threads/"):
            raise OSError(errno.EIO, "Input/output error")
        move(source, target)

    with dataset.lock(FORUM):
        dataset.store.replace = failing  # type: ignore[method-assign]
        with pytest.raises(DatasetError, match="Input/output error"):
            dataset.publish(FORUM, [capture(1, [1, 2], 1)], [], run("run-2"))
        dataset.store.replace = move  # type: ignore[method-assign]
        assert dataset.publish(FORUM, [capture(1, [1, 2, 3], 2)], [], run("run-3")).posts_new == 1
    assert {n: row["run_id"] for n, row in by_id(tmp_path).items()} == {1: "run-1", 2: "run-2", 3: "run-3"}
    assert [row["run_id"] for row in rows(tmp_path, "runs")] == ["run-1", "run-2", "run-3"]


def test_a_journal_that_is_none_is_named(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1]))
    (tmp_path / journal_file(FORUM)).write_text("{")
    before = corpus(tmp_path)
    with pytest.raises(DatasetError, match=journal_file(FORUM)):
        publish(tmp_path, capture(1, [1, 2], 1))
    assert corpus(tmp_path) == before


def test_files_of_other_names_are_nobody_s(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1]))
    path = tmp_path / "threads" / f"{slug(FORUM)}-000000.parquet"
    shutil.copy(path, path.with_name(f"{slug(FORUM)}-old.parquet"))
    assert len(Dataset(str(tmp_path)).known_threads(FORUM)) == 1


# --- one writer -----------------------------------------------------------------------------------------------------


def _hold(root: Path, ready: multiprocessing.synchronize.Event) -> None:
    with Dataset(str(root)).lock(FORUM):
        ready.set()
        time.sleep(60)


@contextlib.contextmanager
def another_run(root: Path) -> Iterator[multiprocessing.process.BaseProcess]:
    ready = SPAWN.Event()
    process = SPAWN.Process(target=_hold, args=(root, ready))
    process.start()
    assert ready.wait(20)
    yield process
    process.kill()
    process.join()


def test_one_writer_a_forum_and_dead_ones_do_not_count(tmp_path: Path) -> None:
    with another_run(tmp_path) as process:
        with pytest.raises(ForumLocked) as caught:
            publish(tmp_path, capture(1, [1]))
        assert caught.value.holder["pid"] == str(process.pid) and str(process.pid) in str(caught.value)
        assert not (tmp_path / "posts").exists()
        with Dataset(str(tmp_path)).lock("other.example"):
            pass
    assert publish(tmp_path, capture(1, [1])).posts_new == 1


def test_recovery_leaves_a_held_forum_alone(tmp_path: Path) -> None:
    with another_run(tmp_path):
        (tmp_path / journal_file(FORUM)).write_text(json.dumps({"forum": FORUM, "generation": 1, "files": []}))
        assert Dataset(str(tmp_path)).recover() == []
    assert Dataset(str(tmp_path)).recover() == [FORUM]


def _publish_forum(root: Path, forum: str, count: int) -> None:
    dataset = Dataset(str(root))
    for n in range(count):
        view = capture(n * 500, [n * 10 + 1, n * 10 + 2], n)
        view = replace(
            view, thread=replace(view.thread, forum=forum), posts=tuple(replace(p, forum=forum) for p in view.posts)
        )
        dataset.publish(forum, [view], [], run(f"{forum} {n}"))


def test_ten_forums_at_once(tmp_path: Path) -> None:
    writers = [SPAWN.Process(target=_publish_forum, args=(tmp_path, f"bbs{n}.example", 5)) for n in range(10)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 10
    posts = pd.read_parquet(tmp_path / "posts")
    assert len(posts) == 100 and not posts.duplicated(["forum", "post_id"]).any()


# --- readers --------------------------------------------------------------------------------------------------------


def _rewrite_for_ever(root: Path, ready: multiprocessing.synchronize.Event) -> None:
    for version in range(1, 100_000):
        publish(root, *versions(version))
        ready.set()


def versions(version: int) -> list[Capture]:
    """Threads in three files; every post of a thread says the same version, and their number follows from it."""
    return [
        capture(t, [post(t * 10 + i, f"v{version}") for i in range(3 + version % 3)], version)
        for t in (1, 2, 1500, 9000)
    ]


@contextlib.contextmanager
def a_writer(root: Path) -> Iterator[None]:
    ready = SPAWN.Event()
    process = SPAWN.Process(target=_rewrite_for_ever, args=(root, ready))
    process.start()
    assert ready.wait(20)
    yield
    assert process.is_alive(), "the writer must not fail"
    process.kill()
    process.join()


def test_a_reader_in_a_loop_never_fails_and_never_sees_half_a_thread(tmp_path: Path) -> None:
    publish(tmp_path, *versions(0))
    seen: set[str] = set()
    with a_writer(tmp_path):
        until = time.monotonic() + 5
        reads = 0
        while time.monotonic() < until:
            posts = pd.read_parquet(tmp_path / "posts", columns=["thread_id", "text", "deleted_at"])
            live = posts[posts.deleted_at.isna()]
            for _, thread in live.groupby("thread_id"):
                (version,) = set(thread.text)
                seen.add(version)
                assert len(thread) == 3 + int(version[1:]) % 3
            assert len(live.groupby("thread_id")) == 4
            assert len(pd.read_parquet(tmp_path / "speeches", columns=["text"])) >= 12
            reads += 2
    assert reads > 100 and len(seen) > 5, "the writer wrote while the reader read"


def test_a_snapshot_is_one_commit(tmp_path: Path) -> None:
    publish(tmp_path, *versions(0))
    generations = set()
    with a_writer(tmp_path):
        for n in range(200):
            if len(generations) > 5:
                break
            target = tmp_path / f"shot-{n}"
            generations.add(snapshot(str(tmp_path), str(target))[FORUM])
            posts, threads, speeches = rows(target, "posts"), rows(target, "threads"), rows(target, "speeches")
            live = [row for row in posts if row["deleted_at"] is None]
            (version,) = {row["text"] for row in live}
            assert sum(row["posts_seen"] for row in threads) == len(live) == 4 * (3 + int(version[1:]) % 3)
            assert {row["text"] for row in speeches} >= {version}
            shutil.rmtree(target)
    assert len(generations) > 5


def test_a_snapshot_overwrites_nothing(tmp_path: Path) -> None:
    publish(tmp_path / "corpus", capture(1, [1]))
    (tmp_path / "there").mkdir()
    with pytest.raises(DatasetError, match="exists already"):
        snapshot(str(tmp_path / "corpus"), str(tmp_path / "there"))
    assert list((tmp_path / "there").iterdir()) == []


# --- disks ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def tiny_disk(place: Path, size: str) -> Iterator[Path]:
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("needs the right to mount a small tmpfs")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_leaves_the_corpus_as_it_was(tmp_path: Path) -> None:
    draw = random.Random(3)
    with tiny_disk(tmp_path / "disk", "600k") as root:
        publish(root, capture(1, [1, 2]))
        before = files(root)
        words = ["".join(chr(draw.randrange(0x4E00, 0x9FA5)) for _ in range(500)) for _ in range(800)]
        big = capture(2, [post(100 + n, text) for n, text in enumerate(words)], 1)
        with pytest.raises(DatasetError, match=r"disk is full.*run the same command again"):
            publish(root, big)
        assert files(root) == before
        assert not list(root.glob("_journal*")) and len(by_id(root)) == 2
        subprocess.run(["mount", "-o", "remount,size=20m", root], check=True)
        assert publish(root, big).posts_new == 800


def test_a_read_only_disk(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", "1m") as root:
        publish(root, capture(1, [1]))
        subprocess.run(["mount", "-o", "remount,ro", root], check=True)
        with pytest.raises(DatasetError, match="read-only: set CORPUS_DIR"):
            publish(root, capture(1, [1, 2], 1))
        assert list(Dataset(str(root)).known_threads(FORUM)) == [1]


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DatasetError, match="no permission"):
        publish(tmp_path, capture(1, [1]))


def test_a_file_where_the_corpus_should_be(tmp_path: Path) -> None:
    (tmp_path / "corpus").write_text("mine")
    with pytest.raises(DatasetError, match="a file stands where a folder should be"):
        publish(tmp_path / "corpus", capture(1, [1]))
    assert (tmp_path / "corpus").read_text() == "mine"


# --- damage ---------------------------------------------------------------------------------------------------------


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(100, 600):
        data[at] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize(
    "harm", [_cut, _flip, Path.unlink, lambda path: path.write_bytes(b"")], ids=["cut", "flip", "gone", "empty"]
)
@pytest.mark.parametrize("table", ["threads", "posts"])
def test_a_damaged_file_is_named_set_aside_and_built_again(tmp_path: Path, table: str, harm: object) -> None:
    views = [capture(1, [1, 2]), capture(2, [3]), capture(5000, [4])]
    publish(tmp_path, *views)
    before = corpus(tmp_path)
    path = f"{table}/{slug(FORUM)}-000000.parquet"
    harm(tmp_path / path)  # type: ignore[operator]
    dataset = Dataset(str(tmp_path))
    assert [damage.path for damage in dataset.check(FORUM, deep=True)] == [path]
    other = files(tmp_path)
    with pytest.raises(DamagedFile) as caught:
        dataset.publish(FORUM, [capture(1, [1, 2, 9], 1)], [], run("run-2"))
    assert caught.value.path == path and path in str(caught.value)
    assert files(tmp_path) == other, "nothing is published over damage"
    dataset.set_aside(FORUM, caught.value)
    (lost,) = dataset.lost(FORUM)
    assert 1 in lost and 1023 in lost and 5000 not in lost
    assert [row["thread_id"] for row in rows(tmp_path, "threads")] == [5000]
    assert Dataset(str(tmp_path)).check(FORUM, deep=True) == []
    dataset.publish(FORUM, [view for view in views if view.thread.thread_id in lost], [], run())
    dataset.rebuilt(FORUM)
    assert dataset.lost(FORUM) == ()
    assert corpus(tmp_path) == before


def test_bytes_that_changed_are_never_read_as_rows(tmp_path: Path) -> None:
    """Whatever happens to a file: its rows are read as they were written, or it is named."""
    publish(tmp_path, capture(1, range(1, 30)))
    (path,) = (tmp_path / "posts").iterdir()
    good, whole = path.read_bytes(), rows(tmp_path, "posts")
    store, draw = Dataset(str(tmp_path)).store, random.Random(5)
    named = 0
    for trial in range(300):
        data = bytearray(good)
        if trial % 3:
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        else:
            del data[draw.randrange(len(data)) :]
        path.write_bytes(data)
        try:
            with TableFile(store, f"posts/{path.name}") as file:
                assert sorted(file.read().to_pylist(), key=lambda row: row["post_id"]) == whole
        except (DamagedFile, SchemaMismatch):
            named += 1
    assert named > 200


def test_setting_aside_is_finished_after_a_kill(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1]))
    (tmp_path / f"_lost-{slug(FORUM)}.json").write_text('{"000000": "moving"}')
    with Dataset(str(tmp_path)).lock(FORUM):
        assert len(Dataset(str(tmp_path)).known_threads(FORUM)) == 0
    assert len(list((tmp_path / "_damaged" / slug(FORUM)).iterdir())) == 3
    assert Dataset(str(tmp_path)).check(FORUM) == []


def test_damaged_boards(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1]))
    (tmp_path / f"boards/{slug(FORUM)}.parquet").write_bytes(b"PAR1")
    dataset = Dataset(str(tmp_path))
    with pytest.raises(DamagedFile) as caught:
        dataset.publish(FORUM, [], [], run())
    dataset.set_aside(FORUM, caught.value)
    assert dataset.lost(FORUM) == ()
    dataset.publish(FORUM, [], [], run())
    assert dataset.known_boards(FORUM) == {}
