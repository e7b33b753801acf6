"""A stored post as the archive shows it: its pages found again and read anew."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from crawler.archive import Archive
from crawler.items import PageError, Post, Profile, RawPage
from crawler.pages import extract
from crawler.pages.engine import engine_of
from crawler.profiles import ProfileError, load_site, site_names

logger = logging.getLogger("tiezi")

VERSIONS = 5  # archived versions of a page that are tried, the newest first
SAVED = 1000  # pages of a forum that are looked through for those that were saved as files
Row = dict[str, Any]


class ArchivedPosts:
    """Finds posts of the corpus, of which those in ``wanted`` (forum, post) will be asked for."""

    def __init__(self, archive: Archive, wanted: set[tuple[str, int]]) -> None:
        self.archive, self.wanted = archive, wanted
        self.saved = cache(self._saved)

    def versions(self, row: Row) -> Iterator[Post]:
        """The post as archived pages show it, by its address, the newest first; else as pages saved as files do."""
        found = False
        for post in self._by_address(row):
            found = True
            yield post
        if not found:
            yield from self.saved(row["forum"]).get(row["post_id"], ())

    def _by_address(self, row: Row) -> Iterator[Post]:
        """On the page that the post's address names, or on a later one of its thread."""
        address = row["url"].partition("#")[0]
        shown, page_url = 0, None  # posts on the page that the address names, and how its engine names others
        for page in self._pages(row["forum"], address):
            found = posts_of(page, row["forum"])
            own = [post for post in found if post.post_id == row["post_id"]]
            yield from own
            shown, page_url = 0 if own else max(shown, len({post.post_id for post in found})), engine_of(page).page_url
        if page_url and shown and (row["position"] or 0) > shown:
            number = (row["position"] - 1) // shown + 1
            for near in (number, number - 1, number + 1):  # floors are missing, or the first page shows more posts
                for page in self._pages(row["forum"], page_url(address, near)):
                    yield from (post for post in posts_of(page, row["forum"]) if post.post_id == row["post_id"])

    def _pages(self, forum: str, url: str) -> Iterator[RawPage]:
        """The archived versions of a page, the newest first."""
        at = None
        for _ in range(VERSIONS):
            try:
                page = self.archive.find(url, at, forum=forum)
            except (OSError, ValueError, KeyError) as error:
                logger.warning("%s: cannot be read from the archive: %s", url, error)
                return
            if page is None:
                return
            yield page
            at = page.fetched_at - timedelta(microseconds=1)

    def _saved(self, forum: str) -> dict[int, list[Post]]:
        """The wanted posts on pages that were files: a post's address is the one printed in its page, not the file's."""
        found: dict[int, list[Post]] = {}
        try:
            for page, _ in islice(self.archive.pages(forum), SAVED):
                if page.url.startswith("file:"):
                    for post in posts_of(page, forum):
                        if (forum, post.post_id) in self.wanted:
                            found.setdefault(post.post_id, []).append(post)
        except (OSError, ValueError, KeyError) as error:
            logger.warning("%s: the archive cannot be read: %s", forum, error)
        return found


def posts_of(page: RawPage, forum: str) -> list[Post]:
    """The page's posts, read as each profile of the forum says; none of a page that cannot be read."""
    try:
        return [post for profile in _profiles(forum) for post in extract(page, profile).posts]
    except PageError as error:
        logger.warning("%s", error)
        return []


@cache
def _profiles(forum: str) -> tuple[Profile, ...]:
    """None, and each that the forum has: nothing tells which a run was given."""
    profiles = [Profile(forum=forum)]
    for name in site_names():
        try:
            site = load_site(name)
        except ProfileError:
            continue  # the crawl that needs it says so
        if forum in (site.profile.forum, urlsplit(site.url or "").netloc.lower()):
            profiles.append(site.profile)
    return tuple(profiles)
