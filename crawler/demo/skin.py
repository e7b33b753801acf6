"""Which Discuz! the demo forum looks like, how it links, and who is looking."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote

_ROBOT = re.compile(r"bot|crawl|spider|slurp|sohu-search|lycos|robozilla", re.I)
_BROWSER = re.compile(r"MSIE|Netscape|Opera|Konqueror|Mozilla", re.I)
# checkmobile() tests these as mere parts of the user agent
_TOUCH = [
    "iphone",
    "ipad",
    "ipod",
    "android",
    "phone",
    "mobile",
    "wap",
    "netfront",
    "java",
    "opera",
    "mobi",
    "opera",
    "mini",
    "ucweb",
    "windows",
    "ce",
    "symbian",
    "series",
    "webos",
    "sony",
    "blackberry",
    "dopod",
    "nokia",
    "samsung",
    "palmsource",
    "xda",
    "pieplus",
    "meizu",
    "midp",
    "cldc",
    "motorola",
    "foma",
    "docomo",
    "up.browser",
    "up.link",
    "blazer",
    "helio",
    "hosin",
    "huawei",
    "novarra",
    "coolpad",
    "techfaith",
    "alcatel",
    "amoi",
    "ktouch",
    "nexian",
    "ericsson",
    "philips",
    "sagem",
    "wellcom",
    "bunjalloo",
    "maui",
    "smartphone",
    "iemobile",
    "spice",
    "bird",
    "zte-",
    "longcos",
    "pantech",
    "gionee",
    "portalmmm",
    "jig",
    "browser",
    "hiptop",
    "benq",
    "haier",
    "^lct",
    "320x320",
    "240x320",
    "176x220",
]
_NO_TOUCH = (
    *(
        "iphone",
        "android",
        "phone",
        "mobile",
        "wap",
        "netfront",
        "java",
        "opera mobi",
        "opera mini",
        "ucweb",
        "windows ce",
    ),
    *("symbian", "series", "webos", "sony", "blackberry", "dopod", "nokia", "samsung", "palmsource", "xda", "pieplus"),
    *(
        "meizu",
        "midp",
        "cldc",
        "motorola",
        "foma",
        "docomo",
        "up.browser",
        "up.link",
        "blazer",
        "helio",
        "hosin",
        "huawei",
    ),
    *(
        "novarra",
        "coolpad",
        "techfaith",
        "alcatel",
        "amoi",
        "ktouch",
        "nexian",
        "ericsson",
        "philips",
        "sagem",
        "wellcom",
    ),
    *(
        "bunjalloo",
        "maui",
        "smartphone",
        "iemobile",
        "spice",
        "bird",
        "zte-",
        "longcos",
        "pantech",
        "gionee",
        "portalmmm",
    ),
    *("jig browser", "hiptop", "benq", "haier", "^lct", "320x320", "240x320", "176x220"),
)


@dataclass(frozen=True, slots=True)
class Skin:
    """What differs between versions in the pages we serve."""

    name: str
    html5: bool = False
    span_subject: bool = True  # the thread's h1 holds a span, before X3.1 a link
    plhin: str = ' class="plhin"'
    favatar: bool = True
    showcontent: bool = True
    footer_class: str = "po hin"
    old_quotes: bool = False
    missing_status: int = 200
    tombstone_leads: bool = False  # a moved thread's old number answers with a redirect
    robots_first: bool = True  # spider words are looked for before browser words
    copyright: str = "2001-2023"
    team: str = "Discuz! Team"


SKINS = {
    skin.name: skin
    for skin in (
        Skin(
            "X2.5",
            False,
            False,
            "",
            False,
            False,
            "po",
            True,
            robots_first=False,
            copyright="2001-2012",
            team="Comsenz Inc.",
        ),
        Skin("X3.2", robots_first=False, copyright="2001-2013", team="Comsenz Inc."),
        Skin("X3.4", missing_status=404, tombstone_leads=True),
        Skin("X3.5", True, missing_status=404, tombstone_leads=True, copyright="2001-2026"),
    )
}


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses as the forum writes them: rewritten by its forms or dynamic."""

    rewrite: bool = True
    thread_form: str = "thread-{tid}-{page}-{prev}.html"
    board_form: str = "forum-{fid}-{page}.html"

    def thread(self, tid: int, page: int = 1, prev: int = 1) -> str:
        if self.rewrite:
            return self.thread_form.format(tid=tid, page=page, prev=prev)
        tail = f"&amp;page={page}" if page > 1 else ""
        return f"forum.php?mod=viewthread&amp;tid={tid}&amp;extra=page%3D{prev}{tail}"

    def board(self, fid: int, page: int = 1) -> str:
        if self.rewrite:
            return self.board_form.format(fid=fid, page=page)
        return f"forum.php?mod=forumdisplay&amp;fid={fid}" + (f"&amp;page={page}" if page > 1 else "")

    def user(self, uid: int) -> str:
        return f"space-uid-{uid}.html" if self.rewrite else f"home.php?mod=space&amp;uid={uid}"

    def user_name(self, name: str, charset: str = "utf-8") -> str:
        """Last posters are linked by name."""
        coded = quote(name.encode(charset, "replace"))
        return f"space-username-{coded}.html" if self.rewrite else f"home.php?mod=space&amp;username={coded}"

    def read(self, form: str, path: str) -> dict[str, int] | None:
        """The numbers in a rewritten path, or ``None``."""
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\d+)", re.escape(form))
        match = re.fullmatch(pattern, path)
        return {name: int(value) for name, value in match.groupdict().items()} if match else None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks for a page, as far as Discuz! tells people apart."""

    site: str
    robot: bool = False
    mobile: bool = False
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)
    rng: Random = field(default_factory=Random)

    @property
    def formhash(self) -> str:
        return f"{self.rng.getrandbits(32):08x}"


def is_robot(agent: str, skin: Skin) -> bool:
    """Discuz!'s own test of a user agent."""
    if not skin.robots_first and "http://" not in agent and _BROWSER.search(agent):
        return False
    return bool(_ROBOT.search(agent))


def is_mobile(agent: str) -> bool:
    """As ``checkmobile`` for touch pages: any of its tokens anywhere in the user agent."""
    lowered = agent.lower()
    return any(token in lowered for token in _TOUCH)
