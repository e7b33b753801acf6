"""Saved pages: the same extraction and the same corpus, without one request."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.accounts import DEFECT
from crawler.items import BOARD, INDEX, OTHER, THREAD, Capture, Extract, PageError, Profile, RawPage
from crawler.merge import Groups
from crawler.pages import extract
from crawler.privacy import SaltError, private
from crawler.profiles import ProfileError, printed_names, profile_by_imprint, with_privacy_of
from crawler.saved import find_files, is_warc, read_file, read_pages
from crawler.spiders import usage
from crawler.spiders.base import CorpusSpider
from crawler.visits import gone_thread


class CapturesSpider(CorpusSpider):
    """Builds the corpus from saved pages; no request leaves the machine.

    -a path=PATH      a file, a folder or a glob of .html .htm .mht .txt .md .warc .warc.gz
    -a forum=HOST     the forum they are from, where the pages do not tell
    -a site=NAME      use the site profile crawler/sites/NAME.toml
    """

    name = "captures"
    arguments = ("path", "forum", "site")
    unit = "files"

    def __init__(self, path: str | None = None, forum: str | None = None, **kwargs: Any) -> None:
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
        self.waiting = Groups()
        self.skipped: Counter[str] = Counter()
        self.profiles: dict[str, Profile] = {}
        self.protected: dict[str, Profile] = {}

    async def start(self) -> AsyncIterator[Any]:
        self.planned = len(self.files)
        for file in self.files if self.may_start else ():
            self.account.list(str(file))
        try:
            for capture in self.read_all() if self.may_start else ():
                if capture is None:
                    await asyncio.sleep(0)  # lets signals and the progress bar in
                    continue
                self.profile_of(capture.thread.forum)  # a missing salt is told before anything of the forum goes on
                self.crawler.stats.inc_value("tiezi/threads_listed")
                yield capture
        except (SaltError, ProfileError) as error:
            self.account.end(DEFECT, str(error))
        for reason, count in self.skipped.most_common():
            self.logger.info("passed over: %d × %s", count, reason)

    def read_all(self) -> Iterator[Capture | None]:
        """The threads of all files, and ``None`` after each page and file."""
        for file in self.files:
            for found in self.read(file):
                yield from self.waiting.add(found, gone_thread(found))
                yield None
            yield None
        yield from self.waiting.rest()

    def read(self, file: Path) -> Iterator[Extract]:
        """All pages of one file; what cannot be read is named in the account."""
        name = str(file)
        try:
            if is_warc(file):
                yield from self.read_archive(file)
            else:
                for page in read_file(file):
                    yield from self.read_page(page, name)
        except OSError as error:
            self.account.fail(name, f"{error.strerror or error}: check that it can be read")
        except PageError as error:
            self.account.fail(name, error.what)
        else:
            if name not in self.account.failed:
                self.account.capture(name)
        self.finished += 1

    def read_page(self, page: RawPage, name: str) -> Iterator[Extract]:
        found = extract(page, self.profile_for(page))
        self.crawler.stats.inc_value("tiezi/pages_fetched")
        if found.kind in (THREAD, BOARD, INDEX):
            if self.recorder is not None:
                self.recorder.keep(page, found.forum)
            for warning in found.warnings:
                self.logger.warning("%s: %s", name, warning)
            yield found
        else:
            self.account.fail(name, found.reason or f"no posts ({found.kind})")

    def read_archive(self, file: Path) -> Iterator[Extract]:
        """Pages of a WARC: most are no forum's, so each is counted by reason and only named in the log's summary."""
        for page in read_pages(file):
            if not isinstance(page, RawPage):
                self.skipped[page.reason] += 1
                continue
            try:
                found = extract(page, self.profile)
            except PageError as error:
                self.skipped[error.what] += 1
                continue
            self.crawler.stats.inc_value("tiezi/pages_fetched")
            gone = gone_thread(found)
            if found.kind in (THREAD, BOARD, INDEX) or (gone and self.waiting.knows(found.forum, gone)):
                if self.recorder is not None:
                    self.recorder.keep(page, found.forum)
                yield found
            else:
                self.skipped["no page of a forum" if found.kind == OTHER else found.kind] += 1

    def profile_for(self, page: RawPage) -> Profile:
        """The site profile of the one site whose name the page prints in its imprint; else the run's own."""
        profile = self.profile if self.site.name else profile_by_imprint(page, self.profile)
        if profile is not self.profile and profile.forum not in self.profiles:
            self.profiles[profile.forum or ""] = private(profile, self.crawler.settings)
        return profile

    def profile_of(self, forum: str) -> Profile:
        """With the privacy that the forum's own profile asks for. SaltError, ProfileError: nobody knows which, or how."""
        if forum not in self.protected:
            profile = with_privacy_of(forum, self.profiles.get(forum, self.profile))
            self.protected[forum] = private(profile, self.crawler.settings)
        return self.protected[forum]
