"""Saved pages: the same extraction and the same corpus, without one request."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from itertools import chain, groupby
from time import monotonic
from typing import Any

from crawler.accounts import DEFECT
from crawler.captured import Reading, Refining, read_piece
from crawler.items import BOARD, INDEX, OTHER, THREAD, Board, Capture, Extract, Profile
from crawler.merge import Boards, Groups
from crawler.privacy import SaltError, private, read_salt
from crawler.profiles import ProfileError, printed_names, with_privacy_of
from crawler.saved import Piece, find_files, pieces
from crawler.spark import SparkError, spark
from crawler.spark import readings as read_on
from crawler.spiders import usage
from crawler.spiders.base import CorpusSpider
from crawler.visits import gone_thread
from pipelines.dataset import DatasetError

_BUSY = 0.05  # seconds of reading before anything else gets its turn


class CapturesSpider(CorpusSpider):
    """Builds the corpus from saved pages; no request leaves the machine.

    -a path=PATH      a file, a folder or a glob of .html .htm .mht .txt .md .warc .warc.gz .warc.zst .parquet
    -a forum=HOST     the forum that all of them are from; needed where the pages do not tell
    -a site=NAME      use the site profile crawler/sites/NAME.toml
    -a spark=MASTER   extract on Apache Spark, e.g. local[4] or spark://host:7077; the pages are not put into the archive
    -a scratch=PLACE  with spark: path or s3:// URI that all workers reach (default: in CORPUS_DIR)
    """

    name = "captures"
    arguments = ("path", "forum", "site", "spark", "scratch")
    unit = "files"
    batches = 10  # they come as fast as they are read: the corpus would be rewritten all the time

    def __init__(
        self,
        path: str | None = None,
        forum: str | None = None,
        spark: str | None = None,
        scratch: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not path:
            raise usage.Error("path is missing: write path=FILE, path=FOLDER or path='GLOB'")
        try:
            self.files = find_files(path)
        except OSError as error:
            raise usage.Error(f"path={path}: {error}") from error
        try:
            printed_names()
        except ProfileError as error:
            raise usage.Error(str(error)) from error
        if forum and not re.fullmatch(r"[\w.-]+(:\d+)?", forum):
            raise usage.Error(f"forum={forum}: write a host name, such as forum=bbs.example.cn")
        if forum:
            self.profile = replace(self.profile, forum=forum.lower())
        if scratch and not spark:
            raise usage.Error(
                f"scratch={scratch}: it is where Spark's workers put what they made: give it with spark=MASTER"
            )
        self.master, self.scratch = spark, scratch
        self.waiting = Groups()
        self.boards: dict[str, Boards] = {}
        self.skipped: Counter[str] = Counter()
        self.profiles: dict[str, Profile] = {}
        self.protected: dict[str, Profile] = {}

    async def start(self) -> AsyncIterator[Any]:
        self.planned = len(self.files)
        for file in self.files if self.may_start else ():
            self.account.list(file)
        with ExitStack() as held:
            try:
                readings = await self.readings(held) if self.may_start else ()
                for capture in self.captures(readings):
                    if self.closing is not None:
                        break
                    if capture is None:
                        await asyncio.sleep(0)  # lets signals and the progress bar in
                        continue
                    self.profile_of(capture.thread.forum)  # a missing salt is told before anything of the forum goes on
                    self.crawler.stats.inc_value("tiezi/threads_listed")
                    yield replace(capture, refined=bool(self.master))
            except (SaltError, ProfileError, SparkError, DatasetError) as error:
                self.account.end(DEFECT, str(error))
        for reason, count in self.skipped.most_common():
            self.logger.info("passed over: %d × %s", count, reason)
        self.stop("finished")  # Scrapy would look only every five seconds whether items without a request are done

    async def readings(self, held: ExitStack) -> Iterable[Reading]:
        """What comes of the files page by page, read here or by Spark's workers; ``held`` lets go of those."""
        by_imprint = not self.site.name
        if self.master is None:
            parts = (read_piece(Piece(file), self.profile, by_imprint=by_imprint) for file in self.files)
            return chain.from_iterable(parts)
        settings = self.crawler.settings
        try:
            salt = read_salt(settings)
        except SaltError:  # none of these forums may need one; profile_of tells if one does
            salt = ""
        scratch = self.scratch or f"{settings['CORPUS_DIR'].rstrip('/')}/_captures"
        context = held.enter_context(spark(self.master, scratch))
        work = [piece for file in self.files for piece in pieces(file)]
        refining = Refining(self.profile, by_imprint, salt)
        return await asyncio.to_thread(read_on, context, work, refining, scratch, settings["CODE_VERSION"])

    def captures(self, readings: Iterable[Reading]) -> Iterator[Capture | None]:
        """The threads of all files, and ``None`` every now and then."""
        let_in = monotonic()
        for file, of_file in groupby(readings, key=lambda reading: reading.file):
            for reading in of_file:
                for found in self.take(reading):
                    yield from self.waiting.add(found, gone_thread(found))
                if monotonic() - let_in > _BUSY:
                    yield None
                    let_in = monotonic()
            if file not in self.account.failed:
                self.account.capture(file)
            self.finished += 1
        yield from self.waiting.rest()

    def take(self, reading: Reading) -> Iterator[Extract]:
        """The extract, if it is a forum's; else the file fails, or, if it holds pages of all kinds, the reason is counted."""
        found, name, many = reading.found, reading.file, Piece(reading.file).holds_many
        if found is None:
            if reading.failed:
                self.account.fail(name, reading.why)
            elif reading.why:
                self.skipped[reading.why] += 1
            return
        self.crawler.stats.inc_value("tiezi/pages_fetched")
        gone = gone_thread(found)
        if found.kind in (THREAD, BOARD, INDEX) or (many and gone and self.waiting.knows(found.forum, gone)):
            if reading.site is not None:
                self.profiles[found.forum] = private(reading.site, self.crawler.settings)
            if self.recorder is not None and reading.page is not None:
                self.recorder.keep(reading.page, found.forum)
            for warning in () if many else found.warnings:
                self.logger.warning("%s: %s", name, warning)
            self.boards.setdefault(found.forum, Boards()).add(found)
            yield found
        elif many:
            self.skipped["no page of a forum" if found.kind == OTHER else found.kind] += 1
        else:
            self.account.fail(name, found.reason or f"no posts ({found.kind})")

    def boards_now(self, forum: str) -> list[tuple[Board, datetime | None]]:
        return [(board, None) for board in self.boards[forum].known()] if forum in self.boards else []

    def profile_of(self, forum: str) -> Profile:
        """With the privacy that the forum's own profile asks for. SaltError, ProfileError: nobody knows which, or how."""
        if forum not in self.protected:
            profile = with_privacy_of(forum, self.profiles.get(forum, self.profile))
            self.protected[forum] = private(profile, self.crawler.settings)
        return self.protected[forum]
