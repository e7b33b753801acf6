"""``scrapy profiles``: checks every site profile and says what each asks for; status 1 if one cannot be used."""

from __future__ import annotations

import argparse

from crawler.accounts import COMPLETE, DEFECT
from crawler.command import ProjectCommand
from crawler.profiles import Site, check_all


class Command(ProjectCommand):
    def short_desc(self) -> str:
        return "Check the site profiles in crawler/sites"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = COMPLETE
        for name, site in check_all():
            if isinstance(site, Site):
                print(f"{name}: {_told(site)}")
            else:
                print(site)
                self.exitcode = DEFECT


def _told(site: Site) -> str:
    profile = site.profile
    parts = [
        site.url or "no url, so for captures only",
        f"boards {', '.join(map(str, site.boards))}" if site.boards else "",
        f"{site.delay:g} s between requests" if site.delay is not None else "",
        "pseudonyms" if profile.pseudonyms else "",
        "contacts masked" if profile.mask else "",
        f"{len(profile.noise)} noise and {len(profile.chrome)} chrome patterns"
        if profile.noise or profile.chrome
        else "",
    ]
    return "; ".join(part for part in parts if part)
