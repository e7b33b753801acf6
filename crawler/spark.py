"""Work spread by Apache Spark: ``reextract`` from the archive, and captures that outgrow a machine.

Extraction is nearly all of the work and needs no order, so it is what is spread: each task makes one file of what its piece
gives. What the answers amount to depends on their order and is decided as on one machine, by streaming the files: nothing is
collected. Skew cannot arise, because a piece is so many pages of whatever forum. Files that are there are not made again, so a
stopped job goes on.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import pickle
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

import pyarrow.fs as pafs

from crawler.archive import Archive, Place
from crawler.captured import Reading, Refining
from crawler.rebuild import Answer, Reader, Run, read_page
from crawler.saved import Piece
from pipelines.privacy import privacy_mark

_RAISED = re.compile(r"^[A-Za-z_][\w.]*: .+", re.MULTILINE)  # the last line of a Python traceback
T = TypeVar("T")
SLICE = 400  # pages a task: some seconds of work; also what is packed at once
MISSING = (
    "Spark needs pyspark and Java 17 or newer: pip install 'pyspark>=4' (the extra `spark`), and a Java runtime such as"
    " Debian's openjdk-17-jre-headless, found by JAVA_HOME or on PATH"
)


class SparkError(RuntimeError):
    """There is no Spark here, or a task failed; the message says what to do."""


@contextmanager
def spark(master: str, scratch: str) -> Iterator[Any]:
    """A SparkContext whose workers have our packages; the libraries they need have to be installed there.

    ``scratch``: a path or ``s3://`` URI that all workers reach; it goes when the job has ended in order. SparkError also tells
    what a task died of.
    """
    on_interrupt = signal.getsignal(signal.SIGINT)
    session = _session(master)
    signal.signal(signal.SIGINT, on_interrupt)  # pyspark puts its own in the place of Scrapy's
    try:
        with _failures_named(), tempfile.TemporaryDirectory(prefix="tiezi-spark-") as folder:
            session.sparkContext.addPyFile(str(_packed(Path(folder))))
            yield session.sparkContext
    finally:
        session.stop()
    store, base = _store(scratch)
    if store.get_file_info(base).type != pafs.FileType.NotFound:
        store.delete_dir(base)


@contextmanager
def spark_reader(master: str, scratch: str, version: str) -> Iterator[Reader]:
    """A reader for ``rebuild`` on a Spark cluster."""
    with spark(master, scratch) as context:
        yield lambda archive, forum, run: answers(context, archive, forum, run, scratch, version)


@contextmanager
def spark_map(master: str, scratch: str) -> Iterator[Callable[[Callable[[str], T], list[str]], Iterator[T]]]:
    """``map`` over names on a Spark cluster. What is named may change between two jobs: each begins anew."""
    with spark(master, scratch) as context:
        folder = f"{scratch.rstrip('/')}/{os.urandom(8).hex()}"
        yield lambda work, names: spread(context, partial(_each, work), names, folder)


def _each(work: Callable[[str], T], name: str) -> Iterator[T]:
    yield work(name)


@contextmanager
def _failures_named() -> Iterator[None]:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        raised = _RAISED.findall(str(error))
        what = raised[-1] if raised else str(error).strip().partition("\n")[0]
        raise SparkError(f"the Spark job failed: {what}; run it again: what is made is not made again") from error


def _session(master: str) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SparkError(MISSING) from error
    logging.getLogger("py4j").setLevel(logging.WARNING)
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    bar = str(sys.stderr.isatty()).lower()
    builder = SparkSession.builder.master(master).appName("tiezi")
    builder = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", bar)
    try:
        return builder.getOrCreate()
    except Exception as error:  # pyspark has no narrower one for a Java that is missing
        raise SparkError(f"{MISSING} ({type(error).__name__}: {error})") from error


def _packed(folder: Path) -> Path:
    """Our packages as one file, in ``folder``, that Python can import from."""
    root = Path(__file__).resolve().parents[1]
    for package in ("crawler", "pipelines"):
        shutil.copytree(root / package, folder / "tree" / package, ignore=shutil.ignore_patterns("__pycache__"))
    return Path(shutil.make_archive(str(folder / "tiezi"), "zip", folder / "tree"))


def answers(context: Any, archive: Archive, forum: str, run: Run, scratch: str, version: str) -> Iterator[Answer]:
    """A run's answers: made by the workers where they are not there yet, then streamed in order."""
    places = archive.places(forum, run.run_id)
    slices = [places[at : at + SLICE] for at in range(0, len(places), SLICE)]
    made = _mark(version, run, privacy_mark(run.profile))
    folder = f"{scratch.rstrip('/')}/{places[0].forum if places else 'none'}/{run.run_id}-{made}"
    return spread(context, partial(read_slice, archive.root, run), slices, folder)


def read_slice(root: str, run: Run, places: list[Place]) -> Iterator[Answer]:
    """The pages at these places of an archive, extracted and refined."""
    archive = Archive(root)
    for place in places:
        yield read_page(archive.read(place), run)


def readings(
    context: Any, pieces: Sequence[Piece], refining: Refining, scratch: str, version: str
) -> Iterator[Reading]:
    """Has the workers read captures, then gives what came of their pages, in order."""
    slices = list(_slices(pieces))
    made = _mark(version, pieces, refining, privacy_mark(refining.profile))
    folder = f"{scratch.rstrip('/')}/{made}"
    return spread(context, partial(read_captures, refining), slices, folder)


def read_captures(refining: Refining, pieces: list[Piece]) -> Iterator[Reading]:
    return chain.from_iterable(map(refining, pieces))


def _slices(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """A web archive or a part of a table is a task of its own, single pages are put together."""
    pages: list[Piece] = []
    for piece in pieces:
        if piece.holds_many or len(pages) == SLICE:
            if pages:
                yield pages
            pages = []
        if piece.holds_many:
            yield [piece]
        else:
            pages.append(piece)
    if pages:
        yield pages


def spread(context: Any, work: Callable[[Any], Iterator[Any]], pieces: Sequence[Any], folder: str) -> Iterator[Any]:
    """What ``work`` gives for each of the pieces, in their order; returns when all of it is made."""
    make(context, work, pieces, folder)
    return stream(len(pieces), folder)


def make(context: Any, work: Callable[[Any], Iterator[Any]], pieces: Sequence[Any], folder: str) -> None:
    """Has the workers make the files of those pieces whose files are not there."""
    store, base = _store(folder)
    there = {info.base_name for info in store.get_file_info(pafs.FileSelector(base, allow_not_found=True))}
    todo = [(number, piece) for number, piece in enumerate(pieces) if _name(number) not in there]
    if todo:
        context.parallelize(todo, len(todo)).foreach(lambda numbered: make_file(folder, work, *numbered))


def make_file(folder: str, work: Callable[[Any], Iterator[Any]], number: int, piece: Any) -> None:
    """Work of one task: what a piece gives, put into a file that appears whole or not at all."""
    store, base = _store(folder)
    store.create_dir(base, recursive=True)
    waiting = f"{base}/.{_name(number)}.{os.urandom(4).hex()}"  # a task may be tried twice at once
    given = work(piece)
    with store.open_output_stream(waiting, compression=None) as out, gzip.open(out, "wb", compresslevel=1) as packed:
        while some := list(islice(given, SLICE)):
            pickle.dump(some, packed, pickle.HIGHEST_PROTOCOL)
    store.move(waiting, f"{base}/{_name(number)}")


def stream(count: int, folder: str) -> Iterator[Any]:
    """What so many files hold, in order; memory holds ``SLICE`` of it."""
    store, base = _store(folder)
    for number in range(count):
        with store.open_input_file(f"{base}/{_name(number)}") as file, gzip.open(file) as packed:
            while packed.peek(1):
                yield from pickle.load(packed)


def _name(number: int) -> str:
    return f"{number:07}.answers"


def _mark(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _store(folder: str) -> tuple[pafs.FileSystem, str]:
    if folder.startswith("s3://"):
        store, base = pafs.FileSystem.from_uri(folder)
        return store, base
    return pafs.LocalFileSystem(), str(Path(folder).absolute())
