"""What a view's reader hands to the common rest: see ``thread.complete``."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from crawler.items import Post, Thread


@dataclass(slots=True)
class View:
    """One thread page as its view tells it."""

    name: str  # desktop robot mobile archiver printable fragment
    thread: Thread
    posts: list[Post]
    page: int = 1
    counted: bool = False
    """The view prints no floors; where a page is full they follow from counting."""
    special: str | None = None
    elements: list[etree._Element] = field(default_factory=list)
    """An element of each post, in order."""
    posted: str = ""
    """The words for "posted at" in the page's language, where it prints them."""
