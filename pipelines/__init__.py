"""The stages, in order. Each is a total, pure function ``(Post, Profile) -> Post``; ``refine`` applies them all."""

from __future__ import annotations

from collections.abc import Callable

from crawler.items import Post, Profile
from pipelines.chrome import strip_chrome
from pipelines.metadata import describe
from pipelines.noise import remove_noise
from pipelines.speaker import identify_speakers

Stage = Callable[[Post, Profile], Post]

STAGES: tuple[Stage, ...] = (remove_noise, strip_chrome, identify_speakers, describe)


def refine(post: Post, profile: Profile | None = None) -> Post:
    """The post with all that its text tells: noise and furniture out, speaker and metadata in. Never raises."""
    profile = profile or Profile()
    for stage in STAGES:
        post = stage(post, profile)
    return post
