"""``scrapy list``: the spiders' names, one a line for programs; on a terminal also what each is for."""

from __future__ import annotations

import argparse
import inspect
import sys

from scrapy.commands.list import Command as ScrapyList
from scrapy.spiderloader import get_spider_loader


class Command(ScrapyList):
    def short_desc(self) -> str:
        return "List the spiders; scrapy crawl -h explains their arguments"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if not sys.stdout.isatty():
            super().run(args, opts)
            return
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        for name in sorted(loader.list()):
            print(f"{name:10s}{(inspect.getdoc(loader.load(name)) or '').splitlines()[0]}")
        print("\nscrapy crawl -h explains their arguments and the exit statuses.")
