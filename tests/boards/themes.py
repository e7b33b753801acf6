"""What a site or a browser makes of a page of the default templates."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from lxml import html

from tests.boards.said import BASE


def upper_case(page: str, rng: Random) -> str:
    return re.sub(r"(</?)([a-z][a-z0-9_]*)(?=[\s>/])", lambda tag: tag[1] + tag[2].upper(), page)


def unquoted(page: str, rng: Random) -> str:
    return re.sub(r'(?<= )(id|class|rel|target|cellspacing|summary)="([\w-]+)"', r"\1=\2", page)


def single_quoted(page: str, rng: Random) -> str:
    return re.sub(r'(?<= )(id|class|href|rel|target)="([^"\'<>]*)"', r"\1='\2'", page)


def frame_classes_lost(page: str, rng: Random) -> str:
    names = "plhin|pls favatar|pls|pi|pti|pcb|t_fsz|t_f|plc|pct|authi|pl bm|bm cl|tns xg2|postauthor|postcontent|mainbox viewthread|posterlink|t_msgfont|t_msgfontfix"
    return re.sub(rf' class="(?:{names})"', "", page)


def post_wrappers_lost(page: str, rng: Random) -> str:
    return re.sub(r' id="(?:post_\d+|favatar\d+|postlist|ft|pt)"', "", page)


def classes_added(page: str, rng: Random) -> str:
    return re.sub(r'class="(?=\w)(?!jammer|relatedlink)', 'class="my-skin ', page)


def right_to_left(page: str, rng: Random) -> str:
    return page.replace("<html", '<html dir="rtl" lang="ar"', 1)


def part(page: str, rng: Random) -> str:
    """The list of posts alone, cut out of the page."""
    start = page.find('<div id="postlist"')
    return page[start : page.find('<div id="ft', start)] if start >= 0 else page


def minified(page: str, rng: Random) -> str:
    return re.sub(r">\s*\n\s*<(?=div|table|tr|td)", "><", page)


def saved(page: str, rng: Random) -> str:
    """As a browser saves it: the tree written out anew, with its remark in front."""
    tree = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    for el in tree.iter("a", "img"):
        for name in ("href", "src", "file", "zoomfile"):
            if (value := el.get(name)) and not value.startswith(("http", "javascript")):
                el.set(name, BASE + value.removeprefix("./"))
    return f"<!-- saved from url=(0042){BASE}thread-501-1-1.html -->\n" + html.tostring(tree, encoding="unicode")


def closed_not(page: str, rng: Random) -> str:
    """Cell and row ends left out, as HTML allows."""
    return re.sub(r"</(?:td|tr|li)>", "", page) if rng.random() < 0.5 else page


THEMES: dict[str, Callable[[str, Random], str]] = {
    "plain": lambda page, rng: page,
    "upper-case": upper_case,
    "unquoted": unquoted,
    "single-quoted": single_quoted,
    "frame-classes-lost": frame_classes_lost,
    "post-wrappers-lost": post_wrappers_lost,
    "classes-added": classes_added,
    "right-to-left": right_to_left,
    "part": part,
    "minified": minified,
    "saved": saved,
    "closed-not": closed_not,
}
REWRITING = frozenset(["upper-case", "unquoted", "single-quoted", "classes-added", "minified", "saved", "closed-not"])
"""These change the inside of messages too."""
