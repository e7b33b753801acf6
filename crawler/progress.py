"""What a person sees while a run goes on: a bar on a terminal, a plain line a minute in a log."""

from __future__ import annotations

import logging
import math
import os
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call
from tqdm import tqdm
from tqdm.contrib import DummyTqdmFile

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger("tiezi")
_EVERY = 0.5  # seconds between two looks
_LOG_EVERY = 60.0
_BAR = "{desc} {percentage:3.0f}%|{bar:20}| {n_fmt} of {total_fmt} {unit}, {postfix[0]}"


@dataclass
class Rate:
    """Pages a second over the last minutes: what the forum lets us have now, not what it did an hour ago."""

    window: float = 120.0
    seen: deque[tuple[float, int]] = field(default_factory=deque)

    def add(self, now: float, pages: int) -> None:
        self.seen.append((now, pages))
        while len(self.seen) > 2 and now - self.seen[1][0] >= self.window:
            self.seen.popleft()

    @property
    def per_second(self) -> float:
        if len(self.seen) < 2 or self.seen[-1][0] == self.seen[0][0]:
            return 0.0
        return (self.seen[-1][1] - self.seen[0][1]) / (self.seen[-1][0] - self.seen[0][0])


def how_far(pages: int, left: int, per_second: float, waiting: str) -> str:
    """Pages done of those planned, pages a minute, time left and what is waited for, as far as each is known."""
    parts = [f"{pages} of {pages + left} pages"]
    if per_second > 0:
        parts.append(f"{per_second * 60:.0f} a minute")
        if left:
            parts.append(f"{duration(left / per_second)} left")
    return ", ".join([*parts, waiting] if waiting else parts)


def duration(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _columns() -> int:
    """Width of the terminal; some say 0 and mean that they do not know."""
    return os.get_terminal_size(sys.stderr.fileno()).columns or 100


class Progress:
    """Looks at the spider twice a second and tells how far it is."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.bar: tqdm[Any] | None = None
        self.streams: list[tuple[Any, Any]] = []
        self.loop: Any = None
        self.rate = Rate()
        self.logged_at = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        progress = cls(crawler)
        crawler.signals.connect(progress.opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.closed, signal=signals.spider_closed)
        return progress

    def opened(self, spider: Spider) -> None:
        known: Any = spider
        settings = self.crawler.settings
        logger.info("%s %s into %s", known.name, known.forum or "saved pages", settings["CORPUS_DIR"])
        if sys.stderr.isatty() and not settings["LOG_FILE"]:
            self.bar = tqdm(
                total=0,
                unit=known.unit,
                desc=known.forum or known.name,
                bar_format=_BAR,
                postfix=["beginning"],
                ncols=_columns(),
                leave=False,
            )
            self._log_above_the_bar()
        self.rate.add(time.monotonic(), 0)
        self.loop = create_looping_call(self.look)
        self.loop.start(_EVERY, now=False)

    def _log_above_the_bar(self) -> None:
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream in (sys.stderr, sys.stdout):
                self.streams.append((handler, handler.setStream(DummyTqdmFile(handler.stream))))

    def closed(self, spider: Spider) -> None:
        if self.loop is not None and self.loop.running:
            self.loop.stop()
        if self.bar is not None:
            self.bar.close()
        for handler, stream in self.streams:
            handler.setStream(stream)

    def look(self) -> None:
        """Draw the bar anew, or once a minute log what it would say."""
        spider: Any = self.crawler.spider
        now = time.monotonic()
        pages = self.crawler.stats.get_value("tiezi/pages_fetched", 0)
        self.rate.add(now, pages)
        if self.bar is None and now - self.logged_at < _LOG_EVERY:
            return
        told = how_far(pages, spider.pages_left, self.rate.per_second, self.waiting_for())
        if self.bar is not None:
            self.bar.total, self.bar.n = spider.planned, spider.finished
            self.bar.postfix[0] = told
            self.bar.ncols = _columns()
            self.bar.refresh()
        else:
            self.logged_at = now
            logger.info("%d of %d %s, %s", spider.finished, spider.planned, spider.unit, told)

    def waiting_for(self) -> str:
        """Why nothing is on its way at this moment, or that the forum has yet to answer."""
        pause = self.crawler.stats.get_value("tiezi/paused_until", 0) - time.time()
        if pause > 0:
            return f"pausing {duration(math.ceil(pause))} because the forum asked for it"
        engine = self.crawler.engine
        slots = list(engine.downloader.slots.values()) if engine is not None else []
        if any(slot.transferring for slot in slots):
            return "waiting for the forum's answer"
        delay = max((slot.delay for slot in slots if slot.queue), default=0.0)
        return f"keeping {delay:g} s between requests" if delay else ""
