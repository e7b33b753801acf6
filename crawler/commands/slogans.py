"""``scrapy slogans``: what a site seems to glue to its authors' lines, as lines for its profile; changes nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import islice

from crawler.accounts import COMPLETE, DEFECT
from crawler.command import ProjectCommand, at_least_one
from pipelines.dataset import Dataset, DatasetError
from pipelines.slogans import Said, learn_slogans


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[--forum HOST] [--posts N]"

    def short_desc(self) -> str:
        return "Find strings that a site glues to its authors' lines, for its profile's noise"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--forum", metavar="HOST", help="only this forum of the corpus")
        parser.add_argument(
            "--posts",
            type=at_least_one,
            default=50_000,
            metavar="N",
            help="posts of a forum to look at (default: 50000)",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        self.exitcode = COMPLETE
        try:
            dataset = Dataset(self.settings["CORPUS_DIR"])
            known = dataset.forums()
            if not known or (opts.forum and opts.forum not in known):
                listed = ", ".join(known) or "none; crawl one first"
                raise DatasetError(f"{opts.forum or 'any forum'}: not in {dataset.root} (forums there: {listed})")
            for forum in [opts.forum] if opts.forum else known:
                self.tell(forum, dataset, opts.posts)
        except DatasetError as error:
            print(f"scrapy slogans: {error}", file=sys.stderr)
            self.exitcode = DEFECT

    def tell(self, forum: str, dataset: Dataset, at_most: int) -> None:
        posts = dataset.rows("posts", forum, ["thread_id", "author", "text"])
        said: Iterator[Said] = (Said(row["thread_id"], row["author"], row["text"]) for row in posts)
        found = learn_slogans(islice(said, at_most))
        print(f"# {forum}: {len(found)} strings that may be the site's; look at each before it goes into its profile")
        if found:
            print("noise = [")
            for slogan in found:
                told = f"{slogan.posts} posts, {slogan.threads} threads or more, {slogan.authors} authors or more"
                print(f"    {json.dumps(slogan.pattern, ensure_ascii=False)},  # line {slogan.where}, {told}")
            print("]")
