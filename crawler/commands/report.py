"""``scrapy report``: the corpus as one HTML page that opens offline."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from crawler.accounts import COMPLETE, DEFECT
from crawler.archive import Archive
from crawler.command import ProjectCommand
from pipelines.dataset import DatasetError


class Command(ProjectCommand):
    instead = "Name the file with -o FILE"

    def syntax(self) -> str:
        return "[-o FILE]"

    def short_desc(self) -> str:
        return "Make a report of the corpus: one HTML page that opens offline"

    def long_desc(self) -> str:
        return (
            "Make one HTML page that tells what the corpus in CORPUS_DIR holds, how good it is and how it grew, with real posts in"
            " which what was taken out is shown in place (read from the pages in ARCHIVE_DIR)."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-o", "--output", metavar="FILE", help="write the page here (default: report.html beside CORPUS_DIR)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        from crawler.report.page import render  # here: the drawing library takes a second to load
        from crawler.report.read import read_report

        root, version = self.settings["CORPUS_DIR"], self.settings["CODE_VERSION"]
        target = Path(opts.output) if opts.output else default_target(root)
        self.exitcode = DEFECT
        try:
            report = read_report(root, open_archive(self.settings["ARCHIVE_DIR"]), version)
            write(target, render(report))
        except DatasetError as error:
            print(f"scrapy report: {error}", file=sys.stderr)
            return
        except OSError as error:
            print(
                f"scrapy report: cannot write {target}: {error.strerror or error}; name another file with -o FILE",
                file=sys.stderr,
            )
            return
        contents = report.contents
        print(f"{contents.threads:,} threads, {contents.posts:,} posts, {contents.turns:,} speeches: {target}")
        self.exitcode = COMPLETE


def default_target(root: str) -> Path:
    """``report.html`` beside the corpus; for one in a bucket, in the folder that one stands in."""
    return Path("report.html") if "://" in root else Path(root).parent / "report.html"


def open_archive(root: str) -> Archive | None:
    """The archive; ``None`` where there is none, so that none is made."""
    if "://" not in root and not os.path.isdir(root):
        return None
    try:
        return Archive(root)
    except OSError:
        return None


def write(target: Path, page: str) -> None:
    """Puts the whole page in place at once: a reader never sees half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.draft")
    try:
        draft.write_text(page, encoding="utf-8")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
