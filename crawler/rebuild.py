"""A forum's corpus again from its archive: runs in order, the same extraction, the same merging, no request.

Pages are extracted and refined by as many processes as asked for; what a run's answers amount to is decided in their
order by ``crawler.visits`` (live runs) and ``crawler.merge`` (saved pages), and merged by the dataset itself.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from crawler.archive import Archive
from crawler.items import BOARD, Board, Capture, Extract, PageError, Profile, RawPage
from crawler.merge import Boards, Groups
from crawler.pages import extract
from crawler.pages.engine import engine_of, engines
from crawler.profiles import load_site, profile_by_imprint, with_privacy_of
from crawler.visits import Retrace, gone_thread
from pipelines import refine
from pipelines.dataset import Dataset, RunRecord
from pipelines.guard import COLUMNS, Guard
from pipelines.privacy import privacy_mark, protect_thread

logger = logging.getLogger("tiezi")

CHUNK = 32  # pages handed to a process at once
AHEAD = 16  # chunks a process may be ahead: enough to go on while a batch is published
_MADE_BY = re.compile(r"(?P<command>\w+)(?: site=(?P<site>[\w-]+))?(?: guard=(?P<drop>[\d.]+)/(?P<least>\d+))?")


def made_by(command: str, site: str, guard: tuple[float, int] | None = None) -> str:
    """How a run describes itself in its archive, so that its pages are read again as it read them."""
    parts = [command, f"site={site}" if site else "", f"guard={guard[0]:g}/{guard[1]}" if guard else ""]
    return " ".join(filter(None, parts))


class Run(NamedTuple):
    """An archived run: by which spider, with which site profile."""

    run_id: str
    started_at: datetime
    saved: bool
    """Its pages are somebody's captures, not answers to requests."""
    profile: Profile
    by_imprint: bool
    guard: tuple[float, int] | None = None
    """``drop`` and ``least`` of the guard that watched over it (``pipelines.guard``)."""


class Answer(NamedTuple):
    """An archived page, extracted, its posts refined; ``found`` None: no page that can be read."""

    url: str
    status: int
    engine: str
    found: Extract | None


def archived_runs(
    archive: Archive,
    forum: str,
    site: str | None = None,
    protect: Callable[[Profile], Profile] = lambda profile: profile,
) -> Iterator[Run]:
    """The forum's runs in order; ``site``: read all with this profile; ``protect`` adds what settings ask for.

    ProfileError: a profile is gone or wrong.
    """
    for run_id in archive.runs(forum):
        told = _MADE_BY.fullmatch(archive.described(forum, run_id))
        name = site or (told["site"] if told else None)
        profile = protect(with_privacy_of(forum, replace(load_site(name).profile if name else Profile(), forum=forum)))
        started_at = datetime.strptime(run_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        saved = told is not None and told["command"] == "captures"
        guard = (float(told["drop"]), int(told["least"])) if told and told["drop"] else None
        yield Run(run_id, started_at, saved, profile, by_imprint=saved and not name, guard=guard)


Reader = Callable[[Archive, str, Run], Iterator[Answer]]
"""Gives the answers of a forum's run in order, extracted and refined."""


def rebuild(
    archive: Archive,
    into: Dataset,
    forum: str,
    runs: Iterable[Run],
    *,
    version: str,
    workers: int = 1,
    reader: Reader | None = None,
    batch: int = 2000,
) -> Iterator[int]:
    """Publishes into a dataset of its own what these runs of the forum amount to; gives the pages read so far.

    ``reader`` does the reading instead of so many processes (Spark: ``crawler.spark``).

    What the guard kept back of a run it keeps back again, unless better rules find in its pages what was missing.
    Memory holds a batch of posts, the threads under way, and as many pages as the processes work on.
    """
    pages = before = 0
    with ExitStack() as held:
        held.enter_context(into.lock(forum))
        pool = held.enter_context(ProcessPoolExecutor(workers)) if workers > 1 and reader is None else None
        for run in runs:
            answers = reader(archive, forum, run) if reader else read_run(archive, forum, run, pool, workers)
            for read in _again(into, forum, run, answers, version, batch):
                pages = before + read
                yield pages
            before = pages


def _again(into: Dataset, forum: str, run: Run, answers: Iterable[Answer], version: str, batch: int) -> Iterator[int]:
    """One run, published batch by batch, its boards at the end; gives the pages read so far."""
    record = RunRecord(run.run_id, run.started_at, code_version=version + privacy_mark(run.profile))
    follows = Groups() if run.saved else Retrace(forum, known := into.known_threads(forum))
    guard = Guard(into.shares(forum, COLUMNS), *run.guard) if run.guard else None
    waiting: list[Capture] = []
    listings, pages = Listings(run), 0
    for answer in answers:
        pages += 1
        listings.add(answer)
        for capture in _captures(follows, answer):
            if guard is not None:
                thread = known.get(capture.thread.thread_id)
                guard.add(capture, thread.posts_seen if thread is not None else None)
            waiting.append(protected(capture, run.profile))
        if sum(len(capture.posts) for capture in waiting) >= batch:
            if _kept_back(forum, run, guard):
                yield pages
                return
            into.publish(forum, waiting, [], record)
            waiting = []
            yield pages
    rest = follows.rest() if isinstance(follows, Groups) else ()
    waiting.extend(protected(capture, run.profile) for capture in rest)
    if (waiting or listings.boards) and not _kept_back(forum, run, guard):
        into.publish(forum, waiting, [(board, None) for board in listings.boards], record)
    yield pages


class Listings:
    """The boards of a run: of a live one those that it asked for, of captures all that are shown."""

    def __init__(self, run: Run) -> None:
        self.asked: set[int] | None = None if run.saved else set()
        self.shown = Boards()

    def add(self, answer: Answer) -> None:
        address = engines()[answer.engine].parse_address(answer.url) if self.asked is not None else None
        if self.asked is not None and address is not None and address.kind == BOARD and isinstance(address.id, int):
            self.asked.add(address.id)
        if answer.found is not None:
            self.shown.add(answer.found)

    @property
    def boards(self) -> list[Board]:
        return self.shown.known(self.asked)


def _kept_back(forum: str, run: Run, guard: Guard | None) -> bool:
    lost = guard.verdict() if guard is not None else None
    if lost is not None:
        logger.warning("%s: what is left of run %s is kept back, as it was: %s", forum, run.run_id, lost)
    return lost is not None


def mark_of(runs: Sequence[Run]) -> str:
    """How the rows that these runs amount to are protected (``privacy_mark``): as the latest run's profile asks."""
    return privacy_mark(runs[-1].profile) if runs else ""


def protected(capture: Capture, profile: Profile) -> Capture:
    """The capture with its thread's account names as the profile wants them; posts come refined."""
    return replace(capture, thread=protect_thread(capture.thread, profile))


def _captures(reader: Groups | Retrace, answer: Answer) -> Iterator[Capture]:
    if isinstance(reader, Retrace):
        yield from reader.read(answer.found, answer.url, answer.status, engines()[answer.engine])
    elif answer.found is not None:
        yield from reader.add(answer.found, gone_thread(answer.found))


def read_run(
    archive: Archive, forum: str, run: Run, pool: ProcessPoolExecutor | None, workers: int
) -> Iterator[Answer]:
    """The run's answers in order, extracted and refined, a bounded number of chunks ahead."""
    pages = (page for page, _ in archive.pages(forum, run.run_id))
    if pool is None:
        for page in pages:
            yield read_page(page, run)
        return
    ahead: deque[Future[list[Answer]]] = deque()
    while chunk := list(islice(pages, CHUNK)):
        ahead.append(pool.submit(read_pages, chunk, run))
        if len(ahead) > AHEAD * workers:
            yield from ahead.popleft().result()
    for future in ahead:
        yield from future.result()


def read_pages(pages: list[RawPage], run: Run) -> list[Answer]:
    return [read_page(page, run) for page in pages]


def read_page(page: RawPage, run: Run) -> Answer:
    """One page through extraction and all stages."""
    profile = profile_by_imprint(page, run.profile) if run.by_imprint else run.profile
    engine = engine_of(page)
    name = next(key for key, known in engines().items() if known is engine)
    try:
        found = extract(page, profile)
    except PageError:
        return Answer(page.url, page.status, name, None)
    posts = tuple(refine(post, profile) for post in found.posts)
    threads = tuple(
        protect_thread(thread, profile) for thread in found.threads
    )  # an answer may lie in a file for a while
    return Answer(page.url, page.status, name, replace(found, threads=threads, posts=posts, links=()))
