"""The Scrapy classes named in ``ITEM_PIPELINES``: five that apply a stage to the posts of a ``Capture``, one that publishes."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from crawler.items import Capture, Post, Profile
from pipelines.chrome import strip_chrome
from pipelines.metadata import describe
from pipelines.noise import UNKNOWN_VARIANTS, remove_noise
from pipelines.privacy import protect, protect_thread
from pipelines.publisher import Publisher
from pipelines.speaker import identify_speakers

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


logger = logging.getLogger("tiezi")


class StagePipeline:
    """Applies one stage to every post of a thread."""

    stage: ClassVar[staticmethod[[Post, Profile], Post]]

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Capture) -> Capture:
        if item.refined:
            return item
        spider: Any = self.crawler.spider
        profile = spider.profile_of(item.thread.forum)
        stage = type(self).stage
        return replace(item, posts=tuple(stage(post, profile) for post in item.posts))


class NoisePipeline(StagePipeline):
    stage = staticmethod(remove_noise)

    def process_item(self, item: Capture) -> Capture:
        cleaned = super().process_item(item)
        for post in cleaned.posts:
            for removed in post.removed:
                self.count(removed.rule, post.url)
        return cleaned

    def count(self, rule: str, url: str) -> None:
        stats, name = self.crawler.stats, f"corpus/noise/{rule}"
        if rule in UNKNOWN_VARIANTS and not stats.get_value(name):
            logger.warning("%s: a hidden element that fits no known form of noise was taken out (%s)", url, rule)
        stats.inc_value(name)


class ChromePipeline(StagePipeline):
    stage = staticmethod(strip_chrome)


class PrivacyPipeline(StagePipeline):
    stage = staticmethod(protect)

    def process_item(self, item: Capture) -> Capture:
        spider: Any = self.crawler.spider
        thread = protect_thread(item.thread, spider.profile_of(item.thread.forum))
        return replace(super().process_item(item), thread=thread)


class SpeakerPipeline(StagePipeline):
    stage = staticmethod(identify_speakers)


class MetadataPipeline(StagePipeline):
    stage = staticmethod(describe)


class ParquetPipeline:
    """Gathers threads and publishes them in batches; opens and closes the corpus."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.publisher: Publisher | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        self.publisher = Publisher(self.crawler)
        with self.publisher.no_defect_in_silence():
            self.publisher.open()

    def process_item(self, item: Capture) -> Capture:
        assert self.publisher is not None
        with self.publisher.no_defect_in_silence():
            self.publisher.add(item)
        return item

    def close_spider(self) -> None:
        assert self.publisher is not None
        with self.publisher.no_defect_in_silence():
            self.publisher.close()
