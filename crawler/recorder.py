"""A run's side of the archive: records every answer, and finds again what an interrupted run had recorded."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.archive import Archive, Replay, Writer
from crawler.items import RawPage
from crawler.middlewares import raw_page
from pipelines.dataset.errors import explained

if TYPE_CHECKING:
    from scrapy.http import Request, Response
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)


class Recorder:
    """Writes pages of one run; ``run_id`` is that of an interrupted run when there is one to take up."""

    def __init__(self, settings: BaseSettings, forum: str, run_id: str, ended: set[str], made_by: str) -> None:
        self.archive = Archive(settings["ARCHIVE_DIR"], segment_bytes=settings.getint("ARCHIVE_SEGMENT_BYTES"))
        self.software = f"tiezi/{settings['CODE_VERSION']}"
        self.made_by = made_by
        self.forum = forum
        self.run_id = run_id
        self.writers: dict[str, Writer] = {}
        self.archived: Replay | None = None
        if forum:
            self._take_up(timedelta(hours=settings.getfloat("ARCHIVE_RESUME_HOURS")), ended)

    def _take_up(self, at_most: timedelta, ended: set[str]) -> None:
        run_id = self.archive.interrupted(self.forum)
        if run_id is None or run_id in ended:
            return
        if run_id[:16] < f"{datetime.now(UTC) - at_most:%Y%m%dT%H%M%SZ}":
            logger.warning("run %s was interrupted too long ago to be taken up; its pages stay in the archive", run_id)
            return
        self.archived = self.archive.replay(self.forum, run_id)
        self.run_id = run_id
        logger.info(
            "taking up run %s, which was interrupted: %d pages are in the archive already", run_id, len(self.archived)
        )

    def record(self, request: Request, response: Response) -> None:
        """Write an answer as it came; from now on it counts as fetched at this moment. DatasetError: it cannot be written."""
        fetched_at = datetime.now(UTC)
        request.meta["fetched_at"] = fetched_at
        sent = {key.decode("latin-1"): b", ".join(values).decode("latin-1") for key, values in request.headers.items()}
        came = [
            (key.decode("latin-1"), value.decode("latin-1"))
            for key, values in response.headers.items()
            for value in values
        ]
        with self._explained():
            self._writer(self.forum).append(
                raw_page(response, fetched_at), method=request.method, request_headers=sent, response_headers=came
            )

    def replay(self, url: str) -> RawPage | None:
        """What the interrupted run had fetched under this address; each answer is given once."""
        return self.archived.pop(url) if self.archived is not None else None

    def keep(self, page: RawPage, forum: str) -> None:
        """Archive a page that was saved by somebody else. DatasetError: it cannot be written."""
        with self._explained():
            self._writer(forum).append(page)

    def _writer(self, forum: str) -> Writer:
        writer = self.writers.get(forum)
        if writer is None:
            writer = self.writers[forum] = self.archive.writer(forum, self.run_id, self.software, self.made_by)
        return writer

    def sync(self) -> None:
        """What was recorded survives a power cut. DatasetError: it cannot be written."""
        with self._explained():
            for writer in self.writers.values():
                writer.sync()

    def close(self, *, ended: bool = True) -> None:
        """The run has ended in order: nothing of it is left to take up; or not, and the next run takes it up."""
        if ended and self.forum and self.forum not in self.writers and self.archive.files(self.forum, self.run_id):
            self._writer(self.forum)
        with self._explained():
            for writer in self.writers.values():
                if ended:
                    writer.close()
                else:
                    writer.finish_file()

    def _explained(self) -> AbstractContextManager[None]:
        return explained(f"cannot write to the archive {self.archive.root}", "ARCHIVE_DIR")
