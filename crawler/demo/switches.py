"""What can be turned on the running forum: its looks and its moods."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from crawler.demo.skin import SKINS, Links, Skin

CHARSETS = {"utf-8": "utf-8", "gbk": "gbk", "big5": "big5"}
ROBOTS = """#
# robots.txt for Discuz! X3
#

User-agent: *
Allow: /data/attachment/
Allow: /data/cache/
Allow: /uc_server/data/avatar/
Disallow: /api/
Disallow: /data/
Disallow: /source/
Disallow: /install/
Disallow: /template/default/
Disallow: /config/
Disallow: /uc_client/
Disallow: /uc_server/
Disallow: /admin.php
Disallow: /search.php
Disallow: /member.php
Disallow: /api.php
Disallow: /misc.php
Disallow: /connect.php
Disallow: /forum.php?mod=redirect*
Disallow: /forum.php?mod=post*
Disallow: /home.php?mod=spacecp*
Disallow: /*?mod=misc*
Disallow: /*?mod=attachment*
Disallow: /*mobile=yes*
"""


@dataclass(frozen=True, slots=True)
class Switches:
    """Replaced as a whole when something is turned, so that a page in the making sees one state."""

    version: str = "X3.4"
    charset: str = "utf-8"
    ppp: int = 10
    tpp: int = 20
    rewrite: bool = True
    thread_form: str = "thread-{tid}-{page}-{prev}.html"
    board_form: str = "forum-{fid}-{page}.html"
    max_list_pages: int = 1000
    relative_dates: bool = True
    left_column: bool = True
    guest_tip: bool = False  # a log-in advert inside the first message cell
    hide_private: bool = False  # boards that a guest may not enter are not in the index
    mobile: bool = True  # phones get the touch pages
    jammer: bool = True
    robots: str = ROBOTS
    robots_status: int = 200
    antitheft: int = 0  # thread pages 1 an address may have before it gets a script; 0: no limit
    attackevasive: int = 0  # bit 1 fast refresh, 2 proxies, 4 a cookie first, 8 a sum
    closed: str = ""  # the reason, if the site is closed
    login_wall: bool = False
    fail_status: int = 0  # every page answers with this
    fail_count: int = -1  # that many answers, then all is well again; -1: until it is turned off
    retry_after: str = ""
    latency: float = 0.0

    def __post_init__(self) -> None:
        if self.version not in SKINS:
            raise ValueError(f"no version {self.version!r}; there are {', '.join(SKINS)}")
        if self.charset not in CHARSETS:
            raise ValueError(f"no charset {self.charset!r}; there are {', '.join(CHARSETS)}")

    @property
    def skin(self) -> Skin:
        return SKINS[self.version]

    @property
    def links(self) -> Links:
        return Links(self.rewrite, self.thread_form, self.board_form)

    def turned(self, **changes: Any) -> Switches:
        """Raises ``ValueError`` for a name or a value that is none."""
        unknown = changes.keys() - {field.name for field in fields(self)}
        if unknown:
            raise ValueError(f"no switch {', '.join(sorted(unknown))}")
        return replace(self, **changes)
