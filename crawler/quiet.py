"""What Scrapy says in the log that helps only while a project is being built: told at DEBUG, or in one line."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter, LogFormatterResult

if TYPE_CHECKING:
    from scrapy import Spider

_CHATTY = (
    "scrapy.utils.log",
    "scrapy.addons",
    "scrapy.crawler",
    "scrapy.middleware",
    "scrapy.core.engine",
    "scrapy.extensions.logstats",
    "scrapy.statscollectors",
)


class _Demote(logging.Filter):
    """Versions, settings, lists of components and statistics are for DEBUG; warnings and errors stay what they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno == logging.INFO:
            record.levelno, record.levelname = logging.DEBUG, "DEBUG"
        return True


class _NoTraceback(logging.Filter):
    """A robots.txt that cannot be fetched is told in one line; the page that was asked for tells the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        return True


_DEMOTE, _NO_TRACEBACK = _Demote(), _NoTraceback()


def quieten() -> None:
    """Make Scrapy's own loggers tell at INFO only what a person who runs a crawl wants to know."""
    for name in _CHATTY:
        logging.getLogger(name).addFilter(_DEMOTE)
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").addFilter(_NO_TRACEBACK)


class QuietFormatter(LogFormatter):
    """Scrapy prints whole items at DEBUG; a speech of 10,000 characters helps nobody there."""

    def scraped(self, item: Any, response: Any, spider: Spider) -> LogFormatterResult:
        thread = getattr(item, "thread", None)
        return {
            "level": logging.DEBUG,
            "msg": "captured %(url)s (%(posts)d posts)",
            "args": {"url": getattr(thread, "url", item), "posts": len(getattr(item, "posts", ()))},
        }
