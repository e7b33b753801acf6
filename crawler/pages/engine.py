"""What a forum software is to the rest of the house, and which ones are known.

An engine is a module or package in this folder that has an ``ENGINE``: it is found by listing the folder, so adding
one is adding one file (docs/add-an-engine.md). Facts about a software stand in its package, nowhere else.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import NamedTuple

from crawler.items import BOARD, INDEX, THREAD, Extract, Profile, RawPage

__all__ = [
    "BOARD",
    "INDEX",
    "POST",
    "THREAD",
    "Address",
    "Engine",
    "default_engine",
    "engine_of",
    "engines",
    "may_be_forum",
    "parse_address",
]

POST = "post"
_DEFAULT = "discuz"


class Address(NamedTuple):
    """What a URL points to. ``id`` is of a thread, board (a word where the site uses aliases) or post; 0 where none."""

    kind: str
    id: int | str = 0
    page: int = 1
    view: str = "desktop"


def _no_other_listing(listing_url: str, board_id: int | str, links: tuple[str, ...]) -> tuple[str, ...]:
    return ()


def _never_in_parts(url: str, thread_id: int, page: int) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Engine:
    """The functions of one forum software; all pure, and total for any string."""

    name: str
    """As people write it; stands in messages."""
    recognises: Callable[[bytes], bool]
    """Whether a page's bytes carry marks that no other software's pages have: ids and meta tags, never prose."""
    extract: Callable[[RawPage, Profile], Extract]
    """All that a page says; a page without content gets the kind and reason why. ``PageError``: it was cut."""
    parse_address: Callable[[str], Address | None]
    """The forum page that a URL leads to; ``None``: attachments, tools, other software."""
    page_url: Callable[[str, int], str]
    """A thread's or listing's URL at another page, in the same form of address, other parameters kept."""
    canonical: Callable[[str], str]
    """A URL without what names the visit: two addresses of one page are equal then."""
    board_url: Callable[[str, int], str]
    """(any URL of the forum, board number) to the board's listing."""
    latest_first: Callable[[str, int | str], str]
    """(a listing's URL, board) to the same listing by last post, newest first: refreshing reads that far only."""
    whole_post: Callable[[str, int, int], str | None] = _never_in_parts
    """(page URL, thread, page) to where a post flagged ``truncated`` is shown whole; ``None``: this is that page."""
    slices: Callable[[str, int | str, tuple[str, ...]], tuple[str, ...]] = _no_other_listing
    """(a listing that is cut at the limit, board, links on it) to other listings that may show what stands behind it."""
    signs: tuple[bytes, ...] = (b"",)
    """Of these, every page with content has one in its bytes, in some case; other sites' pages may too."""
    listing_pages: int = 1000
    """How many pages of a listing the software serves at most."""


@cache
def engines() -> dict[str, Engine]:
    """The engines by the name of their module, in its order."""
    found = {}
    folder = import_module(__package__).__path__
    for module in sorted(info.name for info in pkgutil.iter_modules(folder)):
        engine = getattr(import_module(f"{__package__}.{module}"), "ENGINE", None)
        if isinstance(engine, Engine):
            found[module] = engine
    return found


def default_engine() -> Engine:
    """Discuz!'s: its themes leave no mark that could be relied on, so it reads what nobody else claims."""
    return engines()[_DEFAULT]


def engine_of(page: RawPage) -> Engine:
    """The engine whose page this is: the one other than the default that recognises it, if the default does not."""
    default = default_engine()
    claims = [engine for engine in engines().values() if engine is not default and engine.recognises(page.body)]
    return claims[0] if len(claims) == 1 and not default.recognises(page.body) else default


def may_be_forum(page: RawPage) -> bool:
    """A quick look at one of many pages of all kinds of sites: False only if no engine would find content in it."""
    start = page.body[:200]
    if not (page.content_type or "").startswith("text/plain") and b"\0" not in start and b"<" in start:
        body = page.body.lower()
        return any(sign in body for engine in engines().values() for sign in engine.signs) or bool(
            parse_address(page.url)
        )
    return True


def parse_address(url: str) -> Address | None:
    """What ``url`` points to for the first engine that makes a thread, board or post of it (text names no engine)."""
    for engine in engines().values():
        found = engine.parse_address(url)
        if found is not None and found.kind != INDEX:
            return found
    return None
