"""What came of captures, page by page: the same on this machine and on a worker of a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from crawler.archive import Skipped
from crawler.items import Extract, PageError, Profile, RawPage
from crawler.pages import extract
from crawler.pages.engine import may_be_forum
from crawler.profiles import profile_by_imprint, with_privacy_of
from crawler.saved import Piece, read_pages
from pipelines import refine
from pipelines.privacy import protect_thread


class Reading(NamedTuple):
    """A page of a file with its extract; or why there is none; or, with neither, the end of a piece of the file."""

    file: str
    page: RawPage | None = None
    found: Extract | None = None
    why: str = ""
    failed: bool = False
    """The file could not be read, or not to its end."""
    site: Profile | None = None
    """That of the one site whose name the page prints, where it was read with that."""


def read_piece(piece: Piece, profile: Profile, *, by_imprint: bool) -> Iterator[Reading]:
    """Every page of a piece through extraction; nothing is raised on account of what the file holds.

    ``by_imprint``: with the profile of the site whose name a page prints, if it prints one, instead of ``profile``.
    """
    try:
        for page in read_pages(piece):
            if isinstance(page, Skipped):
                yield Reading(piece.file, why=page.reason)
                continue
            if piece.holds_many and not may_be_forum(page):
                yield Reading(piece.file, why="no page of a forum")
                continue
            own = profile_by_imprint(page, profile) if by_imprint else profile
            try:
                yield Reading(piece.file, page, extract(page, own), site=None if own is profile else own)
            except PageError as error:
                yield Reading(piece.file, why=error.what, failed=not piece.holds_many)
    except OSError as error:
        yield Reading(piece.file, why=f"{error.strerror or error}: check that it can be read", failed=True)
    except PageError as error:
        yield Reading(piece.file, why=error.what, failed=True)
    yield Reading(piece.file)


@dataclass(frozen=True, slots=True)
class Refining:
    """Reads pieces and takes their posts through all stages, as the pipelines of a run would; for a worker.

    ``salt``: for forums whose own profile asks for pseudonyms. A forum that needs one and has none gives no posts: the run
    that merges says so before it takes anything of that forum.
    """

    profile: Profile
    by_imprint: bool
    salt: str = field(repr=False)

    def __call__(self, piece: Piece) -> Iterator[Reading]:
        for reading in read_piece(piece, self.profile, by_imprint=self.by_imprint):
            if reading.found is None:
                yield reading
            else:  # it will lie in a file for a while: without the salt
                found = self.refined(reading.found, reading.site or self.profile)
                site = replace(reading.site, salt="") if reading.site is not None else None
                yield Reading(reading.file, None, found, site=site)

    def refined(self, found: Extract, profile: Profile) -> Extract:
        profile = with_privacy_of(found.forum, profile)
        profile = replace(profile, salt=profile.salt or self.salt)
        if profile.pseudonyms and not profile.salt:
            return replace(found, posts=(), links=())
        posts = tuple(refine(post, profile) for post in found.posts)
        threads = tuple(protect_thread(thread, profile) for thread in found.threads)
        return replace(found, posts=posts, threads=threads, links=())
