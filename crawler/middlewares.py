"""Downloader middlewares: what settings alone cannot do.

``ConfineMiddleware`` keeps the run on its forum, ``MannersMiddleware`` slows it down when the forum asks for it,
``ArchiveMiddleware`` writes every answer to the archive, and answers from it what an interrupted run had fetched.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.downloadermiddlewares import cookies
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Request, Response
from tldextract import TLDExtract

from crawler.accounts import DEFECT, REFUSED
from crawler.items import RawPage
from pipelines.dataset.errors import DatasetError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

# To judge a cookie's domain Scrapy would fetch the public suffix list from the internet; the copy in the package does.
cookies._split_domain = TLDExtract(include_psl_private_domains=True, suffix_list_urls=())


class Outside(IgnoreRequest):
    """A request that would leave the forum."""


class ConfineMiddleware:
    """Lets only ``http(s)`` requests to the forum's own host pass, redirects included."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        hosts: frozenset[str] | None = getattr(self.crawler.spider, "hosts", None)
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https") or (hosts is not None and parts.netloc.lower() not in hosts):
            self.crawler.stats.inc_value("tiezi/outside")
            raise Outside(
                f"{request.url} is outside of the forum ({', '.join(sorted(hosts or ())) or 'http and https only'})"
            )


class MannersMiddleware:
    """Pauses the whole run when the forum answers 429 or 503, obeys Crawl-delay, gives up after so many pauses."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.first = settings.getfloat("MANNERS_PAUSE")
        self.allowed = settings.getint("MANNERS_PAUSES")
        self.longest = settings.getfloat("MANNERS_LONGEST_PAUSE")
        self.agent = settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"]
        self.delay = settings.getfloat("DOWNLOAD_DELAY")
        self.in_a_row = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        manners = cls(crawler)
        crawler.signals.connect(manners.robots_parsed, signal=signals.robots_parsed)
        return manners

    def robots_parsed(self, robotparser: Any, request: Request) -> None:
        """A Crawl-delay that is longer than ours becomes ours."""
        delay = robotparser.crawl_delay(self.agent)
        if not delay or float(delay) <= self.delay:
            return
        self.delay = float(delay)
        logger.info("robots.txt asks for %s s between requests", delay)
        downloader = self.crawler.engine.downloader if self.crawler.engine else None
        if downloader is not None:
            _, slot = downloader._get_slot(request)
            slot.delay = self.delay

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status not in (429, 503) or "tiezi_replayed" in response.flags:
            return response
        wait = retry_after(response.headers.get(b"Retry-After"), datetime.now(UTC))
        if not await self.pause(f"{request.url} answered {response.status}", wait):
            raise IgnoreRequest(f"answered {response.status} after {self.in_a_row} pauses")
        return request.replace(dont_filter=True, priority=request.priority + 10)

    def content_came(self) -> None:
        """The forum answered with content: the next pause is a first one again."""
        self.in_a_row = 0

    async def pause(self, why: str, wait: float | None = None) -> bool:
        """Stop all requests for ``wait`` seconds (default: doubled each time in a row); False: the run has to end."""
        self.in_a_row += 1
        seconds = max(wait or 0.0, self.first * 2 ** (self.in_a_row - 1))
        self.crawler.stats.inc_value("tiezi/pauses")
        spider: Any = self.crawler.spider
        engine = self.crawler.engine
        if self.in_a_row > self.allowed or (wait or 0.0) > self.longest:
            asked = f", the forum asks to wait {wait:.0f} s" if wait else ""
            spider.account.end(
                REFUSED, f"the forum is too busy for us: {why}{asked}; try again later or with a longer delay"
            )
            spider.stop()
            return False
        seconds = min(seconds, self.longest)
        logger.warning("%s: pausing for %.0f s (%d of %d)", why, seconds, self.in_a_row, self.allowed)
        self.crawler.stats.set_value("tiezi/paused_until", time.time() + seconds)
        engine.pause()
        try:
            await asyncio.sleep(seconds)
        finally:
            engine.unpause()
        return True


def retry_after(value: bytes | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number, or a date (RFC 9110, 10.2.3); ``None``: it says nothing."""
    text = (value or b"").decode("latin-1").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds()) if text else None
    except (ValueError, TypeError):
        return None


class ArchiveMiddleware:
    """Writes each answer to the archive before anything else sees it; answers again what a killed run had archived."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        recorder = getattr(self.crawler.spider, "recorder", None)
        page = recorder.replay(request.url) if recorder is not None and request.method == "GET" else None
        if page is None:
            return None
        self.crawler.stats.inc_value("tiezi/replayed")
        headers = {"Content-Type": page.content_type} if page.content_type else {}
        request.meta["fetched_at"] = page.fetched_at
        return HtmlResponse(
            page.url, status=page.status, headers=headers, body=page.body, request=request, flags=["tiezi_replayed"]
        )

    async def process_response(self, request: Request, response: Response) -> Response:
        recorder = getattr(self.crawler.spider, "recorder", None)
        if recorder is not None and "tiezi_replayed" not in response.flags:
            try:
                recorder.record(request, response)
            except DatasetError as error:  # what is not in the archive is not published, so there is no use in going on
                spider: Any = self.crawler.spider
                spider.account.end(DEFECT, str(error))
                spider.stop()
                raise IgnoreRequest(str(error)) from error
        return response


def raw_page(response: Response, fetched_at: datetime) -> RawPage:
    """The answer as ``extract`` wants it."""
    kind = response.headers.get(b"Content-Type")
    return RawPage(
        url=response.url,
        body=response.body,
        fetched_at=fetched_at,
        content_type=kind.decode("latin-1") if kind else None,
        status=response.status,
    )
