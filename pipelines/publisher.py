"""One run's writing side: opens the corpus for a forum, gathers captures, publishes them, and closes the account."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.accounts import BELOW_FLOOR, COMPLETE, DEFECT, HELD
from crawler.items import Board, Capture
from pipelines.dataset import DamagedFile, Dataset, DatasetError, ForumLocked, Published, RunRecord
from pipelines.guard import COLUMNS, Guard
from pipelines.privacy import privacy_mark

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_SHARE = 20


class Publisher:
    """Publishes per forum in batches of ``CORPUS_BATCH`` posts; the archive is made durable before each."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.spider: Any = crawler.spider
        self.batch = crawler.settings.getint("CORPUS_BATCH")
        self.version: str = crawler.settings["CODE_VERSION"]
        self.dataset: Dataset | None = None
        self.held = ExitStack()
        self.forums: set[str] = set()
        self.waiting: dict[str, list[Capture]] = {}
        self.posts = 0
        self.done = Published()
        self.guard: Guard | None = None
        self.published_at = time.monotonic()
        self.publishing_took = 0.0

    # --- opening ----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Take the forum's lock, mend what a crash left, and tell the spider what is known; or refuse to start."""
        try:
            self.dataset = Dataset(self.crawler.settings["CORPUS_DIR"])
            if self.spider.forum:
                self.hold(self.spider.forum)
        except ForumLocked as error:
            self.spider.refuse_to_start(HELD, str(error))
        except DatasetError as error:
            self.spider.refuse_to_start(DEFECT, str(error))
        else:
            self.spider.opened(self.dataset)
            if self.spider.forum:
                settings = self.crawler.settings
                before = self.dataset.shares(self.spider.forum, COLUMNS)
                self.guard = Guard(before, settings.getfloat("GUARD_DROP"), settings.getint("GUARD_POSTS"))

    def hold(self, forum: str) -> None:
        assert self.dataset is not None
        if forum not in self.forums:
            with ExitStack() as taking:
                taking.enter_context(self.dataset.lock(forum))
                self.dataset.check_privacy(forum, privacy_mark(self.spider.profile_of(forum)))
                self.spider.repair(self.dataset, forum)
                self.held.push(taking.pop_all())
            self.forums.add(forum)

    # --- gathering --------------------------------------------------------------------------------------------------

    def add(self, capture: Capture) -> None:
        """Take a thread in; publish when the batch is full (with floors only at the end: see ``close``)."""
        forum = capture.thread.forum
        try:
            self.hold(forum)
        except DatasetError as error:
            self.spider.account.end(HELD if isinstance(error, ForumLocked) else DEFECT, str(error))
            return
        self.waiting.setdefault(forum, []).append(capture)
        if self.guard is not None:
            known = self.spider.known.get(capture.thread.thread_id)
            self.guard.add(capture, known.posts_seen if known is not None else None)
        self.posts += len(capture.posts)
        if self.posts >= self.batch and not self.has_floors and self.is_due():
            self.publish()
            if self.spider.account.status == BELOW_FLOOR:
                self.spider.stop()

    def is_due(self) -> bool:
        """Publishing rewrites whole files, so it should take a twentieth of the time: batches grow where it takes long,
        up to what the spider lets wait in memory.
        """
        in_time = time.monotonic() - self.published_at >= _SHARE * self.publishing_took
        return in_time or self.posts >= self.spider.batches * self.batch

    @property
    def has_floors(self) -> bool:
        site = self.spider.site
        return bool(site.min_threads or site.min_posts or site.min_speeches)

    def publish(self, *, ended: bool = False) -> None:
        """Write what has been gathered; with ``ended`` also the boards and the row of the run."""
        assert self.dataset is not None
        if self.is_stopped_by_guard():
            return
        begun = time.monotonic()
        forums = sorted(self.forums) if ended else sorted(self.waiting)
        try:
            if self.spider.recorder is not None:
                self.spider.recorder.sync()
            for forum in forums:
                boards = self.boards(forum) if ended else []
                self.done += self.dataset.publish(
                    forum, self.waiting.pop(forum, []), boards, self.record(forum, ended=ended)
                )
            if ended:
                self.dataset.describe()
        except DamagedFile as error:
            self.dataset.set_aside(forum, error)
            self.fail(f"{error}: set aside; the same command again builds its threads anew")
        except DatasetError as error:
            self.fail(str(error))
        self.posts = 0
        self.published_at = time.monotonic()
        self.publishing_took = self.published_at - begun

    def boards(self, forum: str) -> list[tuple[Board, datetime | None]]:
        """What the run tells of boards; saved pages, which may be old, only of those that the corpus does not know."""
        assert self.dataset is not None
        known = {} if forum == self.spider.forum else self.dataset.known_boards(forum)
        return [(board, through) for board, through in self.spider.boards_now(forum) if board.board_id not in known]

    def fail(self, why: str) -> None:
        """What was captured is in the archive, and nothing more should be asked for that cannot be published."""
        self.spider.account.end(DEFECT, why)
        self.spider.stop()

    @contextmanager
    def no_defect_in_silence(self) -> Iterator[None]:
        """What nobody foresaw ends the run with status 1: Scrapy would log it and go on as if all were well."""
        try:
            yield
        except Exception as error:
            self.fail(f"a defect ({type(error).__name__}: {error}), told by the traceback above; report it")
            raise

    def is_stopped_by_guard(self) -> bool:
        """Whether what was captured is suddenly far worse than the corpus: then nothing of it is published."""
        missing = self.guard.verdict() if self.guard is not None else None
        if missing is None:
            return False
        self.waiting.clear()
        self.posts = 0
        self.spider.account.end(
            BELOW_FLOOR,
            f"the pages of {self.spider.forum} have changed: {missing}; nothing of that was published. Look at a page; if this"
            " is right, run again with -s GUARD_DROP=0",
        )
        return True

    def record(self, forum: str, *, ended: bool) -> RunRecord:
        stats, account = self.crawler.stats, self.spider.account
        return RunRecord(
            run_id=self.spider.run_id,
            started_at=self.spider.started_at,
            command=self.spider.name,
            code_version=self.version + privacy_mark(self.spider.profile_of(forum)),
            ended_at=datetime.now(UTC) if ended else None,
            exit_status=account.status if ended else None,
            reason=account.reason or "complete" if ended else None,
            requests=stats.get_value("downloader/request_count", 0),
            bytes=stats.get_value("downloader/response_bytes", 0),
            threads_listed=stats.get_value("tiezi/threads_listed", 0),
            pages_fetched=stats.get_value("tiezi/pages_fetched", 0),
            noise_removed=self.noise_removed,
            errors=tuple({**account.failed, **account.refused}.items()),
        )

    @property
    def noise_removed(self) -> int:
        return sum(n for key, n in self.crawler.stats.get_stats().items() if key.startswith("corpus/noise/"))

    # --- closing ----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the account, publish the rest unless the run is below its floors, let go of the forum.

        A forum that the corpus knows gets a row also of a run that was refused; an address that gave nothing, no table.
        """
        account = self.spider.account
        try:
            if self.spider.may_start:
                account.close()
                if self.below_floor():
                    self.waiting.clear()
                elif self.captured_anything or account.status == COMPLETE or self.spider.known:
                    self.publish(ended=True)
                    self.update_reprints()
        finally:
            self.held.close()
            self.close_archive()
        for name in ("posts_new", "posts_edited", "posts_deleted", "threads_changed", "files_written"):
            self.crawler.stats.set_value(f"corpus/{name}", getattr(self.done, name))

    def close_archive(self) -> None:
        """A live run that met a full disk or a defect is taken up by the next one, which asks for no page again."""
        account, recorder = self.spider.account, self.spider.recorder
        if recorder is None:
            return
        try:
            recorder.close(ended=account.status != DEFECT or not self.spider.forum)
        except DatasetError as error:
            account.end(DEFECT, str(error))

    def update_reprints(self) -> None:
        """Bring the table of all forums up to date, if the settings ask for it and something was published."""
        settings = self.crawler.settings
        if not settings.getbool("REPRINTS_UPDATE") or not self.done.threads_changed:
            return
        from pipelines.reprints import Rule, update  # here: few runs need the libraries

        try:
            done = update(settings["CORPUS_DIR"], Rule.of(settings))
        except ForumLocked:
            logger.info("another run brings the reprints up to date: what this one published is taken up the next time")
        except (DatasetError, ValueError) as error:
            self.spider.account.end(DEFECT, str(error))
        else:
            logger.info("%d posts are reprints of %d texts", done.posts, done.clusters)

    @property
    def captured_anything(self) -> bool:
        return bool(self.waiting) or self.done.threads_changed > 0

    def below_floor(self) -> bool:
        """Whether the corpus would hold less of the forum than its profile promises; said in the account."""
        if not self.has_floors:
            return False
        assert self.dataset is not None
        site, forum = self.spider.site, self.spider.forum
        captures = self.waiting.get(forum, [])
        held = self.dataset.counts(forum)
        found = {
            "threads": held["threads"] + sum(1 for c in captures if c.thread.thread_id not in self.spider.known),
            "posts": held["posts"] + sum(len(c.posts) for c in captures),
            "speeches": held["speeches"] + sum(len(p.speeches) for c in captures for p in c.posts),
        }
        for what, count in found.items():
            floor = getattr(site, f"min_{what}")
            if count < floor:
                self.spider.account.end(
                    BELOW_FLOOR,
                    f"{count} {what} of {forum} where its profile promises at least {floor}: nothing was published",
                )
                return True
        return False
