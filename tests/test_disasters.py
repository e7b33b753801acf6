"""A full disk, a folder that cannot be written, a forum that dies, a torn archive: said clearly, nothing lost, nothing asked for twice."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.archive import Archive
from crawler.bundled import BundledForum
from crawler.demo import DemoForum, serve
from crawler.demo.server import Server
from tests.test_crawl import ROOT, command, crawl, state

NOBODY = 65534


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(DemoForum(seed=8, threads=40)) as running:
        yield running


@pytest.fixture(scope="module")
def expected(server: Server, tmp_path_factory: pytest.TempPathFactory) -> object:
    """The rows of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert crawl(folder, *args(server))[0] == 0
    return lasting(folder)


def args(server: Server) -> list[str]:
    return ["-a", f"url={server.url}", "-a", "revisit=0", "-s", "CORPUS_BATCH=60"]


def lasting(folder: Path) -> object:
    """Rows without what a forum draws anew at every request."""
    rows = state(folder)
    return {name: [row[:5] for row in rows[name]] for name in rows} | {
        "texts": sorted(row[12] for row in rows["posts"])
    }


def archived(folder: Path, server: Server) -> set[str]:
    forum = urlsplit(server.url).netloc
    return {page.url for page, _ in Archive(str(folder / "archive")).pages(forum)}


def completes(folder: Path, server: Server, expected: object) -> None:
    """The same command ends with the rows of an undisturbed run and asks for nothing that is archived."""
    before = archived(folder, server)
    server.log.clear()
    status, log = crawl(folder, *args(server))
    assert status == 0, log
    assert not {server.url.rstrip("/") + visit.path for visit in server.log} & before
    assert lasting(folder) == expected


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few hundred kilobytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a small file system here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def resize(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def test_a_full_disk_stops_the_run_and_room_completes_it(server: Server, expected: object, disk: Path) -> None:
    server.log.clear()
    status, log = crawl(disk, *args(server))
    asked = len(server.log)
    assert status == 1
    assert "the disk is full: free some space and run the same command again" in log.splitlines()[-1]
    assert "Traceback" not in log
    resize(disk, "50m")
    completes(disk, server, expected)
    assert asked + len(server.log) < 1.2 * len(archived(disk, server)), "it went on asking with the disk full"


def test_a_disk_full_of_the_corpus_alone(server: Server, expected: object, disk: Path, tmp_path: Path) -> None:
    """Pages are safe in the archive on another disk; nothing of them is asked for again."""
    resize(disk, "100k")
    (tmp_path / "corpus").symlink_to(disk)
    status, log = crawl(tmp_path, *args(server))
    assert status == 1 and f"cannot write to {tmp_path / 'corpus'}: the disk is full" in log.splitlines()[-1]
    assert not list(disk.glob("_journal-*"))
    resize(disk, "50m")
    completes(tmp_path, server, expected)


def test_a_file_size_limit_is_a_full_disk_too(server: Server, expected: object, tmp_path: Path) -> None:
    limited = ["bash", "-c", 'ulimit -f 150; trap "" XFSZ; exec "$@"', "-", *command(tmp_path, *args(server))]
    done = subprocess.run(limited, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert (
        done.returncode == 1 and f"cannot write to the archive {tmp_path / 'archive'}" in done.stderr.splitlines()[-1]
    )
    completes(tmp_path, server, expected)


@pytest.mark.parametrize("name", ["corpus", "archive"])
def test_a_folder_that_cannot_be_written(server: Server, expected: object, tmp_path: Path, name: str) -> None:
    """Root may write anywhere, so it becomes nobody for this."""
    for folder in (tmp_path, tmp_path / name):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)
    (tmp_path / name).chmod(0o555)
    as_nobody = ["setpriv", f"--reuid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    for parent in tmp_path.parents[:3] if as_nobody else ():
        parent.chmod(parent.stat().st_mode | 0o755)
    run = [*as_nobody, *command(tmp_path, *args(server))]
    if (
        as_nobody
        and subprocess.run([*as_nobody, *run[3:4], "-c", "import scrapy"], capture_output=True, cwd=ROOT).returncode
    ):
        pytest.skip("nobody cannot run Python here")
    server.log.clear()
    done = subprocess.run(run, capture_output=True, text=True, cwd=ROOT, timeout=120)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert str(tmp_path / name) in last and "no permission to write there" in last
    assert f"{name.upper()}_DIR" in last
    assert len(server.log) < 20, "it went on asking"
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o777)
    completes(tmp_path, server, expected)


def test_a_forum_that_dies_in_the_middle(tmp_path: Path) -> None:
    whole, folder = tmp_path / "whole", tmp_path / "dies"
    forum = BundledForum(0, 60)
    given = ["-a", f"url={forum.url}", "-a", "revisit=0", "-s", "CORPUS_BATCH=60", "-s", "RETRY_TIMES=1"]
    assert crawl(whole, *given)[0] == 0
    run = [*command(folder, *given), "-s", "DOWNLOAD_DELAY=0.05"]
    process = subprocess.Popen(run, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not list(folder.glob("corpus/posts/*.parquet")):
        time.sleep(0.02)
    forum.process.kill()
    told = process.communicate(timeout=120)[1]
    assert process.returncode == 3, told
    assert "failed" in told.splitlines()[-1] and "onnection" in told and "Traceback" not in told
    assert 0 < len(state(folder)["posts"]) < len(state(whole)["posts"]), "what was read is published"
    forum = BundledForum(urlsplit(forum.url).port or 0, 60)
    try:
        assert crawl(folder, *given)[0] == 0
    finally:
        forum.stop()
    assert lasting(folder) == lasting(whole)


@pytest.mark.parametrize("harm", ["cut", "garbage"])
def test_a_torn_end_of_the_archive(server: Server, expected: object, tmp_path: Path, harm: str) -> None:
    """The machine lost power: of the last page some bytes are missing, or are others."""
    server.log.clear()
    process = subprocess.Popen(
        command(tmp_path, *args(server)), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while len(server.log) < 25 and process.poll() is None:
        pass
    process.kill()
    process.wait()
    (file,) = (tmp_path / "archive").rglob("*.open")
    content = file.read_bytes()
    file.write_bytes(content[:-40] if harm == "cut" else content[:-40] + bytes(300))
    completes(tmp_path, server, expected)
