"""What the demo forum is made of, and what is true of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

ANONYMOUS, GUEST = "匿名", "游客"


class User(NamedTuple):
    uid: int
    name: str
    state: str = "member"  # member banned gone guest


class Board(NamedTuple):
    fid: int
    name: str
    gid: int  # the category
    parent: int = 0  # the board this one is a sub-board of
    jammer: bool = False
    access: str = "open"  # open login password
    types: tuple[str, ...] = ()
    attachments: bool = True  # may guests see them
    topics: tuple[str, ...] = ()  # which makers its threads come from
    share: float = 1.0  # its part of all threads, relative to the others


class Person(NamedTuple):
    """A speaker: ``printed`` is what stands before the name."""

    name: str
    printed: str
    role: str
    org: str


class Para(NamedTuple):
    """A line of a text. ``role``: title byline date salute body heading runin note table; ``label``: of a turn."""

    text: str
    role: str = "body"
    level: int = 0
    label: str = ""


class Turn(NamedTuple):
    speaker: str
    text: str


class HeadingTruth(NamedTuple):
    level: int
    text: str


class SpeakerTruth(NamedTuple):
    name: str | None
    role: str = ""
    org: str = ""


class QuoteTruth(NamedTuple):
    post_id: int
    author: str
    text: str  # all that the box shows; its first line tells who and when


class AttachmentTruth(NamedTuple):
    kind: str
    name: str
    url: str | None  # relative to the site; None: it carries a time stamp


class CommentTruth(NamedTuple):
    author: str
    text: str
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentTruth:
    """A text as a document; the rules are the annotation rules of the project's speech examples."""

    kind: str
    speakers: tuple[SpeakerTruth, ...] = ()
    authors: tuple[str, ...] = ()
    occasion: str | None = None
    venue: str | None = None
    speech_date: str | None = None
    date_precision: str = "none"
    year_inferred: bool = False
    is_excerpt: bool = False
    title_by_editor: bool = False
    editor: str | None = None
    source: str | None = None
    turns: tuple[Turn, ...] | None = None
    headings: tuple[HeadingTruth, ...] = ()
    said: str | None = None
    """A single speaker's words without what stands above and below them."""


@dataclass(frozen=True, slots=True)
class PostTruth:
    """What a guest can read of a post, by the contract's rule for ``posts.text``."""

    post_id: int
    thread_id: int
    position: int
    is_first: bool
    author: str
    author_id: int | None
    posted_at: datetime
    text: str
    edited_at: datetime | None = None
    edited_by: str | None = None
    quotes: tuple[QuoteTruth, ...] = ()
    attachments: tuple[AttachmentTruth, ...] = ()
    comments: tuple[CommentTruth, ...] = ()
    flags: tuple[str, ...] = ()
    document: DocumentTruth | None = None


@dataclass(frozen=True, slots=True)
class ThreadTruth:
    thread_id: int
    board_id: int
    board: str
    title: str
    thread_type: str | None
    special: str
    author: str
    author_id: int | None
    created_at: datetime
    last_post_at: datetime
    last_post_author: str
    replies: int
    pages: int
    is_sticky: bool
    is_digest: bool
    is_closed: bool
    visible: bool
    """May a guest read it."""
    post_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that is true of the forum at a moment: live threads and their live posts."""

    now: datetime
    threads: dict[int, ThreadTruth] = field(default_factory=dict)
    posts: dict[int, PostTruth] = field(default_factory=dict)
    deleted_threads: tuple[int, ...] = ()
    deleted_posts: tuple[int, ...] = ()
    moved: dict[int, int] = field(default_factory=dict)
    """Tombstone's thread id: the thread it points to."""


@dataclass(slots=True)
class PostRow:
    """A post as the forum's database holds it; its words are made when they are read."""

    pid: int
    tid: int
    uid: int
    at: int
    position: int = 1
    first: bool = False
    anonymous: bool = False
    quoted: PostRow | None = None
    quoted_revision: int = 0
    revision: int = 0
    edited_at: int = 0
    deleted: bool = False
    comments: tuple[int, ...] = ()  # when each was written
    made_for: int = 0  # the board whose kind of text it is; 0: a reply. It stays through moves and merges
    born_in: int = 0  # the thread it was written in
    special: str = "normal"


@dataclass(slots=True)
class ThreadRow:
    """A thread as the forum's database holds it."""

    tid: int
    fid: int
    created: int
    posts: list[PostRow]
    lastpost: int = 0
    lastposter: str = ""
    sticky: int = 0  # 1 board, 2 category, 3 everywhere
    digest: int = 0
    closed: bool = False
    moved_to: int = 0  # a tombstone's target
    special: str = "normal"
    typeid: int = 0
    views: int = 0
    subject: str | None = None
    deleted: bool = False
    disablepos: bool = False


def utc(seconds: int) -> datetime:
    """Seconds since 1970 as an aware UTC datetime."""
    return datetime.fromtimestamp(seconds, UTC)
