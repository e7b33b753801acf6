"""The speaker stage: who speaks, in what office, in whose turn."""

from __future__ import annotations

from crawler.items import Post, Profile


def identify_speakers(post: Post, profile: Profile) -> Post:
    """``post`` with speakers, authors and speeches (not yet: work in progress)."""
    return post
