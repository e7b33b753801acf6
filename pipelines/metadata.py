"""The metadata stage: occasion, venue, date, kind, notes and headings of a text."""

from __future__ import annotations

from crawler.items import Post, Profile


def describe(post: Post, profile: Profile) -> Post:
    """``post`` with what its text tells of itself (not yet: work in progress)."""
    return post
