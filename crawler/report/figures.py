"""What the report tells, as plain data: made by ``read`` and ``audit``, drawn by ``charts`` and ``page``.

Counts are of live posts unless a field says otherwise; months and years are those of UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple


class Month(NamedTuple):
    month: date  # its first day
    threads: int
    posts: int


class SpeechYear(NamedTuple):
    year: int
    kind: str
    texts: int
    turns: int


class BoardRow(NamedTuple):
    forum: str
    name: str
    threads: int
    posts: int
    turns: int
    listed: int | None
    """Threads, as the forum says."""


class SpeakerRow(NamedTuple):
    name: str
    texts: int
    turns: int
    role: str
    """The office he is most often given; empty: none."""
    first: int | None
    last: int | None


class SpeakerYear(NamedTuple):
    name: str
    year: int
    texts: int


class Ranked(NamedTuple):
    """One line of a list of the most frequent: ``texts`` are posts, ``turns`` rows of speeches."""

    name: str
    texts: int
    turns: int


class Share(NamedTuple):
    """How many rows have a field; ``counts`` are of the groups that ``Quality`` names, in their order."""

    field: str
    counts: tuple[int, ...]


class RuleRow(NamedTuple):
    rule: str
    pieces: int
    posts: int


class Floors(NamedTuple):
    threads: int
    """Threads whose posts show floors."""
    with_gaps: int
    missing: int
    """Floors from 1 to a thread's highest of which there is no post, not even a deleted one."""


class Gap(NamedTuple):
    """A thread of which something is missing: floors of which there is no post, or posts that the forum counts."""

    forum: str
    thread_id: int
    title: str
    url: str
    missing: int


class Missed(NamedTuple):
    """A reason for which pages were not captured; ``last``: how many of them by the forum's last run."""

    what: str
    pages: int
    last: int
    example: str


class RunRow(NamedTuple):
    run_id: str
    forum: str
    command: str
    started_at: datetime
    minutes: float | None
    status: int | None
    reason: str
    requests: int
    megabytes: float
    pages: int
    new: int
    edited: int
    deleted: int
    missed: int


@dataclass
class Contents:
    threads: int = 0
    posts: int = 0
    deleted: int = 0
    turns: int = 0
    texts: int = 0
    """Posts that have a row in speeches."""
    characters: int = 0
    first_post: datetime | None = None
    last_post: datetime | None = None
    undated_threads: int = 0
    undated_posts: int = 0
    undated_texts: int = 0
    months: list[Month] = field(default_factory=list)
    speech_years: list[SpeechYear] = field(default_factory=list)
    boards: list[BoardRow] = field(default_factory=list)
    speakers: list[SpeakerRow] = field(default_factory=list)
    speaker_years: list[SpeakerYear] = field(default_factory=list)
    speaker_count: int = 0
    offices: list[Ranked] = field(default_factory=list)
    office_count: int = 0
    occasions: list[Ranked] = field(default_factory=list)
    occasion_count: int = 0
    kinds: list[Ranked] = field(default_factory=list)


@dataclass
class Quality:
    groups: tuple[int, ...] = (0, 0, 0)
    """Number of all posts, of opening posts, and of documents (a kind other than 其他 was read)."""
    shares: list[Share] = field(default_factory=list)
    turn_shares: list[Share] = field(default_factory=list)
    """Out of ``Contents.turns``."""
    rules: list[RuleRow] = field(default_factory=list)
    unknown_pieces: int = 0
    unknown_posts: int = 0
    evidence_rules: list[tuple[str, int]] = field(default_factory=list)
    flags: list[tuple[str, int]] = field(default_factory=list)
    unreadable: int = 0
    """Posts with U+FFFD: a character of theirs could not be read."""
    empty: int = 0
    """Posts without a word of text."""
    statuses: list[tuple[str, int]] = field(default_factory=list)
    floors: Floors = field(default=Floors(0, 0, 0))
    gaps: list[Gap] = field(default_factory=list)
    short_threads: int = 0
    short_posts: int = 0
    short: list[Gap] = field(default_factory=list)
    """Threads of which the forum counts more posts than are here."""


@dataclass
class Growth:
    runs: list[RunRow] = field(default_factory=list)
    """In order of time."""
    missed: list[Missed] = field(default_factory=list)


class Piece(NamedTuple):
    """A stretch of an audited post as shown: the author's (``rule`` empty) or one that was taken out."""

    text: str
    rule: str = ""
    fields: tuple[str, ...] = ()
    """Fields that were read here, with the rule that read them: ``speaker (title)``."""
    hue: str = ""
    """Which colour it has: a family of rules or of fields."""
    cut: int = 0
    """So many characters between this piece and the next are not shown,"""
    dropped: int = 0
    """and so many pieces that were taken out there."""


@dataclass(frozen=True)
class AuditPost:
    forum: str
    thread_id: int
    post_id: int
    url: str
    author: str
    posted_at: datetime | None
    why: str
    """Why this post was chosen."""
    title: tuple[Piece, ...]
    body: tuple[Piece, ...]
    facts: tuple[tuple[str, str, str], ...]
    """(field, value, hue)."""
    aside: tuple[tuple[str, int, str], ...]
    """(rule, pieces, text) of what was taken out and cannot be shown in place."""
    removed: tuple[tuple[str, int], ...]
    """(rule, pieces) of all that was taken out."""
    note: str = ""
    """Why what was taken out is not shown in place; empty: it is."""


@dataclass
class Report:
    made_at: datetime
    corpus: str
    forums: list[str]
    contents: Contents
    quality: Quality
    growth: Growth
    audit: list[AuditPost]
    version: str
