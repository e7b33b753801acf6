"""What the project's commands share: whatever is wrong with a command line is told in one line, with exit status 1."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import NoReturn

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.accounts import DEFECT
from crawler.values import complaints, settle_places


class ProjectCommand(ScrapyCommand):
    """A command that checks options, arguments and settings before anything starts. Scrapy's own status 2 means nothing here."""

    requires_project = True
    requires_crawler_process = False
    takes_arguments = False
    instead = "It takes only options"
    """What to write in the place of an argument."""
    needs: tuple[tuple[str, str], ...] = ()
    """(option, other option): the first says nothing without the second."""

    @property
    def command(self) -> str:
        return type(self).__module__.rpartition(".")[2]

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.error = self.complain  # type: ignore[method-assign]

    def complain(self, message: str) -> NoReturn:
        print(f"scrapy {self.command}: {message} (scrapy {self.command} -h explains the arguments)", file=sys.stderr)
        sys.exit(DEFECT)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        given = Counter(pair.partition("=")[0] for pair in getattr(opts, "spargs", ()))
        if twice := [name for name, times in given.items() if times > 1]:
            raise UsageError(f"{twice[0]} is given {given[twice[0]]} times: say it once")
        if empty := [name for name, value in vars(opts).items() if value == ""]:
            raise UsageError(f"--{empty[0]} is empty: write a value or leave it out")
        super().process_options(args, opts)
        strange = [arg for arg in args if arg.startswith("-") or not self.takes_arguments]
        if strange:
            raise UsageError(f"what is {strange[0]!r}? {'' if self.takes_arguments else self.instead}".strip())
        for name, other in self.needs:
            if getattr(opts, name) not in (None, False) and not getattr(opts, other):
                raise UsageError(f"--{name} says nothing without --{other}: give both or neither")
        if wrong := complaints(self.settings):
            raise UsageError("; ".join(wrong))
        settle_places(self.settings)


def at_least_one(text: str) -> int:
    """The type of an option that counts something."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r}: write a whole number from 1")
    return int(text)
