"""``scrapy crawl``: Scrapy's own command, with arguments checked before anything starts and the contract's exit statuses."""

from __future__ import annotations

import argparse
import inspect
import logging
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl

from crawler.accounts import DEFECT, MEANING
from crawler.command import ProjectCommand
from crawler.quiet import quieten
from crawler.spiders import usage
from crawler.spiders.captures import CapturesSpider
from crawler.spiders.forum import ForumSpider
from crawler.summary import in_one_line, print_summary

logger = logging.getLogger("tiezi")
quieten()  # before Scrapy says its first word


class Command(ProjectCommand, ScrapyCrawl):
    requires_crawler_process = True
    takes_arguments = True

    def short_desc(self) -> str:
        return "Run a spider: forum (fetch) or captures (saved pages); -h explains their arguments"

    def long_desc(self) -> str:
        return self.short_desc()

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        spiders = (f"{spider.name}: {inspect.getdoc(spider)}" for spider in (ForumSpider, CapturesSpider))
        statuses = "  ".join(f"{status} {meaning}" for status, meaning in MEANING.items())
        parser.epilog = "\n\n".join([*spiders, f"Exit status: {statuses}"])
        parser.add_argument(
            "--summary", action="store_true", help="print what was captured, example rows and what to do next"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        try:
            if len(args) != 1 or args[0] not in self.crawler_process.spider_loader.list():
                raise usage.Error("name one spider: forum or captures")
            usage.empty(opts.spargs)
            self.crawler_process.spider_loader.load(args[0])(**opts.spargs)  # checks the arguments, starts nothing
        except usage.Error as error:
            print(f"scrapy crawl: {error} (scrapy crawl -h explains the arguments)", file=sys.stderr)
            self.exitcode = DEFECT
            return
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        account = getattr(crawler.spider, "account", None)
        if account is None:
            self.exitcode = DEFECT
            return
        if self.crawler_process.bootstrap_failed:
            account.end(DEFECT, "the run could not begin: a defect, told by the traceback above; report it")
        self.exitcode, reason = account.close()
        if opts.summary:
            print_summary(crawler, reason)
        logger.log(
            logging.INFO if account.status == 0 else logging.ERROR,
            "exit %d, %s: %s",
            account.status,
            MEANING[account.status],
            f"{reason}; {in_one_line(crawler)}" if account.status != DEFECT else reason,
        )
