"""What a person sees while a run goes on: a progress bar on a terminal, a plain line a minute elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.utils.asyncio import create_looping_call
from tqdm import tqdm

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
_EVERY = 0.5  # seconds between two looks
_LOG_EVERY = 60.0


class _NoTraceback(logging.Filter):
    """A robots.txt that cannot be fetched is told in one line; the page that was asked for tells the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        return True


logging.getLogger("scrapy.downloadermiddlewares.robotstxt").addFilter(_NoTraceback())


class QuietFormatter(LogFormatter):
    """Scrapy prints whole items at DEBUG; a speech of 10,000 characters helps nobody there."""

    def scraped(self, item: Any, response: Any, spider: Spider) -> LogFormatterResult:
        thread = getattr(item, "thread", None)
        return {
            "level": logging.DEBUG,
            "msg": "captured %(url)s (%(posts)d posts)",
            "args": {"url": getattr(thread, "url", item), "posts": len(getattr(item, "posts", ()))},
        }


class Progress:
    """Threads done of those planned, rate, time left, and what is being waited for."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.bar: tqdm[Any] | None = None
        self.loop: Any = None
        self.logged_at = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        progress = cls(crawler)
        crawler.signals.connect(progress.opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.closed, signal=signals.spider_closed)
        return progress

    def opened(self, spider: Spider) -> None:
        if sys.stderr.isatty():
            self.bar = tqdm(
                total=0, unit="thread", dynamic_ncols=True, desc=getattr(spider, "forum", "") or spider.name
            )
        self.loop = create_looping_call(self.look)
        self.loop.start(_EVERY, now=False)

    def closed(self, spider: Spider) -> None:
        self.look()
        if self.loop is not None and self.loop.running:
            self.loop.stop()
        if self.bar is not None:
            self.bar.close()

    def look(self) -> None:
        spider: Any = self.crawler.spider
        done, planned = getattr(spider, "finished", 0), getattr(spider, "planned", 0)
        if self.bar is not None:
            self.bar.total = planned
            self.bar.n = done
            self.bar.set_postfix_str(self.waiting_for(), refresh=True)
        elif time.monotonic() - self.logged_at >= _LOG_EVERY:
            self.logged_at = time.monotonic()
            logger.info("%d of %d threads done; %s", done, planned, self.waiting_for())

    def waiting_for(self) -> str:
        stats = self.crawler.stats
        pages = stats.get_value("tiezi/pages_fetched", 0)
        left = stats.get_value("tiezi/paused_until", 0) - time.time()
        return f"{pages} pages" + (f", pausing {left:.0f} s for the forum" if left > 0 else "")
