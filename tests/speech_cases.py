"""What the speech tests share: a post from a title and lines, and the text that a piece of evidence points to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.items import Evidence, Post, Profile
from pipelines.metadata import describe
from pipelines.speaker import identify_speakers

FIXTURES = Path(__file__).parent / "fixtures" / "speech"


def post_of(title: str | None, *lines: str, posted: str = "2010-03-01", author: str | None = None) -> Post:
    """A post as the noise and chrome stages leave it, posted at noon (+8)."""
    at = datetime.fromisoformat(posted).replace(hour=4, tzinfo=UTC)
    return Post("forum.example", 1, 1, is_first=True, author=author, posted_at=at, title=title, text="\n".join(lines))


def read(title: str | None, *lines: str, posted: str = "2010-03-01", author: str | None = None) -> Post:
    """The post after both document stages."""
    return staged(post_of(title, *lines, posted=posted, author=author))


def staged(post: Post) -> Post:
    """``post`` after both document stages."""
    return describe(identify_speakers(post, Profile()), Profile())


def printed(post: Post, item: Evidence) -> str:
    """The stretch that ``item`` points to."""
    source = post.text if item.where == "text" else post.title or ""
    return source[item.start : item.end]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
