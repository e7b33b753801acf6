"""``scrapy reextract``: the corpus again from the archive, without a request; with ``--diff`` only what would change."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import tempfile
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime

from scrapy.utils.log import configure_logging
from tqdm import tqdm

from crawler.accounts import COMPLETE, DEFECT, HELD, INCOMPLETE, MEANING
from crawler.archive import Archive
from crawler.command import ProjectCommand, at_least_one
from crawler.differences import report
from crawler.privacy import SaltError, private
from crawler.profiles import ProfileError
from crawler.rebuild import Reader, archived_runs, mark_of, rebuild
from crawler.spark import SparkError, spark_reader
from pipelines.dataset import Dataset, DatasetError, ForumLocked, Published, RunRecord

logger = logging.getLogger("tiezi")


class Command(ProjectCommand):
    needs = (("scratch", "spark"), ("examples", "diff"))

    def syntax(self) -> str:
        return "[--forum HOST] [--spark MASTER] [--diff] [--site NAME] [--workers N]"

    def short_desc(self) -> str:
        return "Build the corpus again from the archive, without a request"

    def long_desc(self) -> str:
        return (
            "Reads every archived page of every run again, with the rules as they are now, and takes over what came out "
            "otherwise as one commit a forum. Can be stopped at any time: nothing has changed until a forum is done."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--forum", metavar="HOST", help="only this forum (default: all in the archive)")
        parser.add_argument("--diff", action="store_true", help="change nothing, print what would change")
        parser.add_argument(
            "--examples", type=at_least_one, metavar="N", help="with --diff: rows shown a field (default: 3)"
        )
        parser.add_argument("--site", metavar="NAME", help="with this site profile instead of the one of each run")
        parser.add_argument(
            "--spark", metavar="MASTER", help="extract on Apache Spark, e.g. local[4] or spark://host:7077"
        )
        parser.add_argument(
            "--scratch",
            metavar="PLACE",
            help="with --spark: path or s3:// URI that all workers reach (default: in CORPUS_DIR)",
        )
        parser.add_argument(
            "--workers",
            type=at_least_one,
            default=os.cpu_count() or 1,
            metavar="N",
            help="processes (default: all cores)",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        self.exitcode, reason = COMPLETE, "all read again"
        configure_logging(self.settings)
        try:
            archive = Archive(self.settings["ARCHIVE_DIR"])
            known = archive.forums()
            if not known or (opts.forum and opts.forum not in known):
                listed = ", ".join(known) or "none; crawl one first, or check ARCHIVE_DIR"
                raise DatasetError(
                    f"{opts.forum or 'any forum'}: not in the archive {self.settings['ARCHIVE_DIR']} (forums there: {listed})"
                )
            with self.reader(opts) as reader:
                for forum in [opts.forum] if opts.forum else known:
                    self.forum_again(archive, forum, opts, reader)
        except (DatasetError, ProfileError, SaltError, SparkError, OSError) as error:
            reason = str(error)
            self.exitcode = HELD if isinstance(error, ForumLocked) else DEFECT
        except KeyboardInterrupt:
            self.exitcode, reason = INCOMPLETE, "stopped; what was not finished is as it was, run it again"
        level = logging.ERROR if self.exitcode else logging.INFO
        logger.log(level, "exit %d, %s: %s", self.exitcode, MEANING[self.exitcode], reason)

    def reader(self, opts: argparse.Namespace) -> AbstractContextManager[Reader | None]:
        """Who reads the pages: Spark if it is asked for, else (None) processes of this machine."""
        assert self.settings is not None
        if not opts.spark:
            return nullcontext()
        scratch = opts.scratch or f"{self.settings['CORPUS_DIR'].rstrip('/')}/_reextract"
        return spark_reader(opts.spark, scratch, self.settings["CODE_VERSION"])

    def forum_again(self, archive: Archive, forum: str, opts: argparse.Namespace, reader: Reader | None) -> None:
        """Rebuild a forum beside the corpus, then compare or take over; its lock is held, so no crawl comes between."""
        assert self.settings is not None
        dataset = Dataset(self.settings["CORPUS_DIR"])
        begun = datetime.now(UTC)
        with dataset.lock(forum), tempfile.TemporaryDirectory(prefix="tiezi-reextract-") as scratch:
            again = Dataset(scratch)
            pages = 0
            settings = self.settings
            runs = list(archived_runs(archive, forum, opts.site, lambda profile: private(profile, settings)))
            dataset.check_privacy(forum, mark_of(runs))
            version, workers = settings["CODE_VERSION"], opts.workers
            counts = rebuild(archive, again, forum, runs, version=version, workers=workers, reader=reader)
            with tqdm(desc=forum, unit=" pages", disable=None) as bar:
                for pages in counts:
                    bar.update(pages - bar.n)
            if opts.diff:
                print(f"# {forum}: {pages} archived pages read again")
                print(*report(dataset.compare(forum, again), examples=opts.examples or 3), sep="\n")
                return
            done = dataset.adopt(forum, again, self.record(begun, pages, mark_of(runs)))
            dataset.describe()
        self.tell(forum, pages, done)

    def record(self, begun: datetime, pages: int, mark: str) -> RunRecord:
        assert self.settings is not None
        return RunRecord(
            run_id=f"{begun:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
            started_at=begun,
            command="reextract",
            code_version=self.settings["CODE_VERSION"] + mark,
            ended_at=datetime.now(UTC),
            exit_status=COMPLETE,
            reason="complete",
            pages_fetched=pages,
        )

    def tell(self, forum: str, pages: int, done: Published) -> None:
        print(
            f"{forum}: {pages} archived pages read again: {done.posts_new} posts new, {done.posts_edited} changed, "
            f"{done.posts_deleted} gone; {done.files_written} files written"
        )
