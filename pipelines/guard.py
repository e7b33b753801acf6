"""Is a run suddenly far worse than what the corpus holds? A changed theme loses posts or columns without any error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.items import Capture

COLUMNS = ("author", "posted_at", "position")
"""What nearly every post of a live page has, so that its absence tells."""


@dataclass
class Guard:
    """Counts what a run captured beside what was there; ``before``: the share of the forum's posts that have a column."""

    before: Mapping[str, float]
    drop: float
    """The part of a share, or of re-visited threads' posts, whose loss is too much; 0: no guard."""
    least: int
    """Posts from which a share means something."""
    posts: int = 0
    empty: int = 0
    told: Counter[str] = field(default_factory=Counter)
    seen_again: int = 0
    expected: int = 0

    def add(self, capture: Capture, known_posts: int | None) -> None:
        """``known_posts``: how many live posts the corpus has of the thread; None: it is new."""
        self.posts += len(capture.posts)
        self.empty += sum(not post.text and not post.flags and not post.attachments for post in capture.posts)
        for name in COLUMNS:
            self.told[name] += sum(getattr(post, name) is not None for post in capture.posts)
        if capture.complete and known_posts and capture.thread.status == "live":
            self.expected += known_posts
            self.seen_again += len(capture.posts)

    def verdict(self) -> str | None:
        """What is suddenly missing, with figures; None: nothing."""
        if self.drop <= 0:
            return None
        if self.expected >= self.least and self.seen_again < (1 - self.drop) * self.expected:
            return f"{self.seen_again} posts in threads that had {self.expected}"
        if self.posts < self.least:
            return None
        for name, share in self.before.items():
            now = self.told[name] / self.posts
            if now < (1 - self.drop) * share:
                return f"{name} in {now:.0%} of {self.posts} posts, where {share:.0%} of the corpus have it"
        if self.before and self.empty > max(self.drop, 0.5) * self.posts:
            return f"{self.empty} of {self.posts} posts without a word, a picture or a reason"
        return None
