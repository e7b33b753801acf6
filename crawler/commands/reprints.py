"""``scrapy reprints``: finds texts that were posted again and again, in all forums of the corpus."""

from __future__ import annotations

import argparse
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from crawler.accounts import COMPLETE, DEFECT, HELD
from crawler.command import ProjectCommand
from crawler.spark import SparkError, spark_map
from pipelines.dataset import DatasetError, ForumLocked

if TYPE_CHECKING:
    from pipelines.reprints import Spread


class Command(ProjectCommand):
    needs = (("scratch", "spark"),)

    def syntax(self) -> str:
        return "[--anew] [--spark MASTER]"

    def short_desc(self) -> str:
        return "Find texts that were posted again and again: the table reprints"

    def long_desc(self) -> str:
        return (
            "Bring the table reprints of the corpus in CORPUS_DIR up to date: clusters of posts, of all forums, whose texts are the"
            " same but for cuts, additions and small edits. Only posts that are new, changed or gone since the last time are compared"
            " with the rest; a run that publishes meanwhile is not disturbed."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--anew", action="store_true", help="compare all posts with all, whatever is known")
        parser.add_argument("--spark", metavar="MASTER", help="read and sketch texts on Apache Spark, e.g. local[4]")
        parser.add_argument(
            "--scratch",
            metavar="PLACE",
            help="with --spark: path or s3:// URI that all workers reach (default: in CORPUS_DIR)",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        from pipelines.reprints import Rule, update  # here: the libraries take a moment to load

        self.exitcode = DEFECT
        root = self.settings["CORPUS_DIR"]
        try:
            with self.spread(root, opts) as spread:
                done = update(root, Rule.of(self.settings), anew=opts.anew, spread=spread)
        except (DatasetError, ValueError, SparkError) as error:
            print(f"scrapy reprints: {error}", file=sys.stderr)
            self.exitcode = HELD if isinstance(error, ForumLocked) else DEFECT
            return
        print(
            f"{done.compared:,} new or changed texts compared; {done.posts:,} posts are reprints of {done.clusters:,} texts:"
            f" {root.rstrip('/')}/reprints"
        )
        self.exitcode = COMPLETE

    def spread(self, root: str, opts: argparse.Namespace) -> AbstractContextManager[Spread]:
        """Who sketches the texts: Spark if it is asked for, else this process."""
        assert self.settings is not None
        if not opts.spark:
            return nullcontext(map)
        scratch = opts.scratch or f"{root.rstrip('/')}/_sketches"
        return spark_map(opts.spark, scratch)
