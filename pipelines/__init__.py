"""The stages, in order. Each is a total, pure function ``(Post, Profile) -> Post``; ``refine`` applies them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crawler.items import Capture, Post, Profile
from pipelines.chrome import strip_chrome
from pipelines.metadata import describe
from pipelines.noise import remove_noise
from pipelines.privacy import protect, protect_thread
from pipelines.speaker import identify_speakers

Stage = Callable[[Post, Profile], Post]

STAGES: tuple[Stage, ...] = (remove_noise, strip_chrome, protect, identify_speakers, describe)


def refine(post: Post, profile: Profile | None = None) -> Post:
    """The post with all that its text tells: noise and furniture out, speaker and metadata in.

    Never raises, unless ``profile`` asks for pseudonyms and holds no salt (NoSalt).
    """
    profile = profile or Profile()
    for stage in STAGES:
        post = stage(post, profile)
    return post


def refine_capture(capture: Capture, profile: Profile | None = None) -> Capture:
    """The thread as it is published: its posts refined, and its own row protected as ``profile`` asks."""
    profile = profile or Profile()
    thread = protect_thread(capture.thread, profile)
    return replace(capture, thread=thread, posts=tuple(refine(post, profile) for post in capture.posts))
