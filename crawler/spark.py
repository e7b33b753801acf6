"""``reextract`` on Apache Spark: workers read pages from the archive and extract them, each slice into a file of its own.

Extraction is nearly all of the work and needs no order, so it is what is spread; skew cannot arise, because a slice
is so many pages of whatever forum. What the answers amount to depends on their order and is decided as on one machine,
by streaming the files: nothing is collected. Files that are there are not made again, so a stopped job goes on.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.fs as pafs

from crawler.archive import Archive, Place
from crawler.rebuild import Answer, Reader, Run, read_page
from pipelines.privacy import privacy_mark

SLICE = 400  # pages a file: some seconds of work
MISSING = (
    "--spark needs pyspark and Java 17 or newer: pip install 'pyspark>=4' (the extra `spark`), and a Java runtime such as"
    " Debian's openjdk-17-jre-headless, found by JAVA_HOME or on PATH"
)


class SparkMissing(RuntimeError):
    """There is no Spark here; the message says how to get it."""


@contextmanager
def spark_reader(master: str, scratch: str, version: str) -> Iterator[Reader]:
    """A reader for ``rebuild`` on a Spark cluster; ``scratch``: a path or ``s3://`` URI that all workers reach.

    Our packages are shipped to the workers; the libraries they need have to be installed there. Raises SparkMissing.
    """
    session = _session(master)
    try:
        session.sparkContext.addPyFile(str(_packed()))
        yield lambda archive, forum, run: _answers(session.sparkContext, archive, forum, run, scratch, version)
    finally:
        session.stop()
    store, base = _store(scratch)  # only of a job that has ended in order
    if store.get_file_info(base).type != pafs.FileType.NotFound:
        store.delete_dir(base)


def _session(master: str) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SparkMissing(MISSING) from error
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("tiezi reextract").config("spark.ui.enabled", "false")
    try:
        return builder.getOrCreate()
    except Exception as error:  # pyspark has no narrower one for a Java that is missing
        raise SparkMissing(f"{MISSING} ({type(error).__name__}: {error})") from error


def _packed() -> Path:
    """Our packages as one file that Python can import from."""
    folder = Path(tempfile.mkdtemp(prefix="tiezi-spark-"))
    root = Path(__file__).resolve().parents[1]
    for package in ("crawler", "pipelines"):
        shutil.copytree(root / package, folder / "tree" / package, ignore=shutil.ignore_patterns("__pycache__"))
    return Path(shutil.make_archive(str(folder / "tiezi"), "zip", folder / "tree"))


def _answers(context: Any, archive: Archive, forum: str, run: Run, scratch: str, version: str) -> Iterator[Answer]:
    """A run's answers: made by the workers where they are not there yet, then streamed in order."""
    places = archive.places(forum, run.run_id)
    made = hashlib.sha256(repr((version, run, privacy_mark(run.profile))).encode()).hexdigest()[:16]
    folder = f"{scratch.rstrip('/')}/{places[0].forum if places else 'none'}/{run.run_id}-{made}"
    slices = [(number, places[at : at + SLICE]) for number, at in enumerate(range(0, len(places), SLICE))]
    store, base = _store(folder)
    there = {info.base_name for info in store.get_file_info(pafs.FileSelector(base, allow_not_found=True))}
    todo = [piece for piece in slices if _name(piece[0]) not in there]
    if todo:
        root = archive.root
        context.parallelize(todo, len(todo)).foreach(lambda piece: write_slice(root, folder, run, *piece))
    for number, _ in slices:
        with store.open_input_stream(f"{base}/{_name(number)}", compression=None) as stream:
            yield from pickle.loads(zlib.decompress(stream.read()))


def write_slice(root: str, folder: str, run: Run, number: int, places: list[Place]) -> None:
    """Work of one task: so many pages read, extracted, refined, and put into a file that appears whole or not at all."""
    archive = Archive(root)
    answers = [read_page(archive.read(place), run) for place in places]
    store, base = _store(folder)
    store.create_dir(base, recursive=True)
    waiting = f"{base}/.{_name(number)}.{hashlib.sha256(repr(places).encode()).hexdigest()[:8]}"
    with store.open_output_stream(waiting, compression=None) as stream:
        stream.write(zlib.compress(pickle.dumps(answers, pickle.HIGHEST_PROTOCOL), 1))
    store.move(waiting, f"{base}/{_name(number)}")


def _name(number: int) -> str:
    return f"{number:07}.answers"


def _store(folder: str) -> tuple[pafs.FileSystem, str]:
    if folder.startswith("s3://"):
        store, base = pafs.FileSystem.from_uri(folder)
        return store, base
    return pafs.LocalFileSystem(), str(Path(folder).absolute())
