"""What both spiders share: profile, account, archive, and the item they hand on."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import Spider, signals

from crawler.accounts import DEFECT, Account
from crawler.archive import Archive
from crawler.items import Board, Capture, Profile, Thread
from crawler.privacy import private
from crawler.profiles import ProfileError, Site, load_site
from crawler.reasons import reason
from crawler.rebuild import made_by
from crawler.recorder import Recorder
from crawler.repair import repair
from crawler.spiders import usage
from pipelines.privacy import privacy_mark

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from pipelines.dataset import Dataset


_NOT_OURS = ("name", "_job")  # Scrapy's own, and what scrapyd gives every spider


class CorpusSpider(Spider):
    """A spider whose items are ``Capture`` and whose run ends with an account of everything listed.

    The pipelines read ``profile``, ``forum`` and ``account`` from it and set ``known`` when they open the corpus.
    """

    arguments: tuple[str, ...] = ()
    unit = "threads"
    """What ``planned`` and ``finished`` count."""
    batches = 1
    """How many batches of posts may wait until publishing takes little of the time; a forum is slow enough for one."""

    def __init__(self, site: str | None = None, **kwargs: Any) -> None:
        usage.unknown({key: value for key, value in kwargs.items() if key not in _NOT_OURS}, self.arguments)
        super().__init__()
        try:
            self.site = load_site(site) if site else Site("")
        except ProfileError as error:
            raise usage.Error(str(error)) from error
        self.profile: Profile = self.site.profile
        self.forum = ""
        self.account = Account()
        self.started_at = datetime.now(UTC)
        self.run_id = f"{self.started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        self.recorder: Recorder | None = None
        self.known: Any = {}
        self.complete_through: dict[int, datetime | None] = {}
        self.last_run_at: datetime | None = None
        self.closing: asyncio.Future[None] | None = None
        self.repaired = False
        self.planned = 0
        self.finished = 0
        self.pages_left = 0
        """Pages that are known to be fetched yet, listings apart."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.lose_item, signal=signals.item_error)
        try:
            spider.profile = private(spider.profile, crawler.settings)
            spider.set_up()
        except (RuntimeError, ProfileError) as error:
            spider.refuse_to_start(DEFECT, str(error))
        return spider

    def set_up(self) -> None:
        """Called once with ``crawler`` and its settings at hand, before anything opens; RuntimeError: cannot start."""

    def repair(self, dataset: Dataset, forum: str) -> None:
        """The forum's lock is ours: what is damaged is built again from the archive before anything is read."""
        settings = self.crawler.settings
        archive = Archive(settings["ARCHIVE_DIR"])
        version = settings["CODE_VERSION"] + privacy_mark(self.profile_of(forum))
        repaired = repair(dataset, archive, forum, version=version, protect=lambda profile: private(profile, settings))
        self.repaired = self.repaired or repaired

    def opened(self, dataset: Dataset) -> None:
        """The corpus is ours: learn what it knows of the forum, take up an interrupted run, open the archive."""
        ended: set[str] = set()
        if self.forum:
            self.known = dataset.known_threads(self.forum)
            boards = {} if self.repaired else dataset.known_boards(self.forum)
            self.complete_through = {n: board.complete_through for n, board in boards.items()}
            runs = [run for run in dataset.last_runs(self.forum) if run["ended_at"] is not None]
            ended = {run["run_id"] for run in runs}
            self.last_run_at = max((run["started_at"] for run in runs), default=None)
        settings = self.crawler.settings
        drop = settings.getfloat("GUARD_DROP")
        guard = (drop, settings.getint("GUARD_POSTS")) if self.forum and drop > 0 else None
        self.recorder = Recorder(settings, self.forum, self.run_id, ended, made_by(self.name, self.site.name, guard))
        self.run_id = self.recorder.run_id

    def profile_of(self, forum: str) -> Profile:
        """The profile that this forum's posts are refined with."""
        return self.profile

    def stop(self, reason: str = "stopped") -> None:
        """End the run in order: nothing more is requested, what was captured is published.

        Closing waits for the answers under way, one of which may be what asks for the end: so it is not waited for.
        """
        engine = self.crawler.engine
        if engine is not None and engine.spider is not None and self.closing is None:
            self.closing = asyncio.ensure_future(self._close(reason))

    async def _close(self, reason: str) -> None:
        engine = self.crawler.engine
        while (slot := engine.scraper.slot) is not None and slot.itemproc_size:
            # closing now would wait for ever for an item that no request brought
            await asyncio.sleep(0)
        await engine.close_spider_async(reason=reason)

    def refuse_to_start(self, status: int, reason: str) -> None:
        """Said by a pipeline that cannot open: the run does nothing and ends with ``status``."""
        self.account.end(status, reason)

    def lose_item(self, item: Capture, failure: Failure) -> None:
        """A stage met a defect in this thread: it is not in the corpus, and so not captured. The others go on."""
        self.account.fail(self.name_of(item.thread), f"a defect of a stage: {reason(failure.value or Exception())}")

    def name_of(self, thread: Thread) -> str:
        """By what name the thread was listed."""
        return thread.url

    @property
    def may_start(self) -> bool:
        return self.account.status not in (DEFECT, 5)

    def boards_now(self, forum: str) -> list[tuple[Board, datetime | None]]:
        """The forum's boards that this run has seen, each with the time up to which all its threads are captured."""
        return []
