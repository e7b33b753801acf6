"""The vocabulary: everything the spiders, page objects, stages and tables talk about.

Frozen dataclasses from the standard library only, so that a Spark worker, a notebook or a test can use them
without Scrapy. ``None`` always means "the page does not tell", never "no".
All datetimes are timezone-aware UTC. Ids are the forum's own numbers (negative: see ``contract``, captures).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, NamedTuple

# What the markup says of a stretch of a post's body (``Run.mark``). Stages decide on it; page objects only mark.
AUTHORED = "authored"  # the markup says that the author wrote it
PLAIN = "plain"  # a text capture: the markup is gone, anything may stand here
JAMMER = "jammer"  # an element that carries the generator's own mark (``font.jammer``, zero-size or background colour)
SUSPECT = "suspect"  # styled as one version of the generator does, but authors can style so too: the text decides
HIDDEN = "hidden"  # an element that the page hides from the reader by an inline style
CHROME = "chrome"  # furniture inside the message cell: captions, buttons, log-in boxes, adverts, notices


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page exactly as it was fetched or saved: the only input of ``extract``."""

    url: str
    body: bytes
    fetched_at: datetime
    content_type: str | None = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Profile:
    """What a site's owner or user knows better than its pages: see ``crawler/sites/*.toml``."""

    forum: str | None = None
    """Host (with port) that becomes the ``forum`` column; ``None``: taken from the page's URL."""
    utc_offset: float | None = None
    """Hours ahead of UTC in which the site prints times; ``None``: what the page's footer says, else +8."""
    noise: tuple[str, ...] = ()
    """Regular expressions of the site's own noise (slogans glued to lines), matched inside a line."""
    chrome: tuple[str, ...] = ()
    """Regular expressions of the site's own furniture lines, matched against a whole line."""
    pseudonyms: bool = False
    """Accounts are replaced by pseudonyms made with ``salt`` in all that is published (docs/privacy.md)."""
    mask: bool = False
    """Mobile and ID numbers, e-mail, QQ and WeChat ids are masked in all texts that are published."""
    salt: str = field(default="", repr=False)
    """The secret behind the pseudonyms; in no profile file, no log and no table."""

    def zone(self, page_offset: float | None = None) -> timezone:
        """The zone that the site's printed times are in; ``page_offset``: what the page itself says, in hours."""
        offset = self.utc_offset if self.utc_offset is not None else page_offset
        return timezone(timedelta(hours=8 if offset is None else offset))


class Run(NamedTuple):
    """A stretch of a post's body with what the markup says of it.

    ``text`` has ``\\n`` for every visual line break (``<br>``, block tag, row, list item) and the source's own
    newlines already turned into spaces; nothing else of it is normalised yet.
    """

    text: str
    mark: str = AUTHORED
    label: str = ""
    """For CHROME: which furniture it is (``caption``, ``login-box``, ``edit-notice`` …); for JAMMER: which engine's
    generator the page object knows its form from. Names the rule."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words that the author put into a quote box."""

    text: str = ""
    author: str | None = None
    post_id: int | None = None
    body: tuple[Run, ...] = field(default=(), compare=False)


class Attachment(NamedTuple):
    kind: str  # image, file, media
    name: str | None
    url: str | None


class Comment(NamedTuple):
    """A 点评 under a post."""

    author: str | None
    text: str
    posted_at: datetime | None


class Removed(NamedTuple):
    """A stretch that a stage took out, and the rule that took it."""

    rule: str
    text: str


class Speaker(NamedTuple):
    """The person (or organisation) whose words a text is, as printed."""

    name: str | None
    role: str = ""
    org: str = ""


class Heading(NamedTuple):
    level: int  # 1 = outermost in this text
    text: str
    start: int  # offset into Post.text


class Evidence(NamedTuple):
    """Where a field was read and by which rule: ``(text or title)[start:end]``."""

    field: str
    where: str  # "text" or "title"
    start: int
    end: int
    rule: str


class Speech(NamedTuple):
    """One turn of one speaker; offsets into Post.text."""

    turn: int  # 1, 2, ...
    speaker: str | None
    role: str
    org: str
    label: str | None  # as printed before a turn
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Post:
    """One post. A page object fills the first half; each stage returns a copy with more of it known.

    ``body`` is what the message cell shows, as marked runs; the noise and chrome stages consume it and leave
    ``text``. Column meanings are those of ``docs/data-format.md``.
    """

    forum: str
    thread_id: int
    post_id: int
    body: tuple[Run, ...] = ()
    position: int | None = None
    is_first: bool = False
    author: str | None = None
    author_id: int | None = None
    posted_at: datetime | None = None
    posted_at_raw: str | None = None
    edited_at: datetime | None = None
    edited_by: str | None = None
    title: str | None = None
    """From the page: the thread's subject (opening post) or the reply's own; refined: the document's title."""
    url: str = ""
    quotes: tuple[Quote, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    comments: tuple[Comment, ...] = ()
    flags: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()
    text: str = ""
    # the text as a document (stages speaker and metadata)
    kind: str | None = None
    speakers: tuple[Speaker, ...] = ()
    authors: tuple[str, ...] = ()
    occasion: str | None = None
    venue: str | None = None
    speech_date: date | None = None
    speech_date_raw: str | None = None
    speech_date_precision: str = "none"  # day month year range month-day none
    year_inferred: bool = False
    is_excerpt: bool = False
    title_by_editor: bool = False
    editor: str | None = None
    source: str | None = None
    headings: tuple[Heading, ...] = ()
    speeches: tuple[Speech, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def but(self, **known: Any) -> Post:
        """A copy with these fields; ``dataclasses.replace`` sets all forty anew, which takes ten times as long."""
        copy = object.__new__(Post)
        copy.__dict__.update(self.__dict__, **known)
        return copy

    @property
    def text_hash(self) -> str:
        """Changes when, and only when, the author's words or the words he quotes change; 32 hex digits."""
        parts = [self.text, *(quote.text for quote in self.quotes)]
        return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Thread:
    """What one page tells of a thread. Rows of several pages are merged field by field, ``None`` losing."""

    forum: str
    thread_id: int
    title: str = ""
    """Without type prefix and page noise."""
    title_raw: str = ""
    """As the page shows it."""
    board_id: int | None = None
    board: str | None = None
    thread_type: str | None = None
    special: str | None = None  # normal poll trade reward activity debate
    tags: tuple[str, ...] | None = None
    author: str | None = None
    author_id: int | None = None
    created_at: datetime | None = None
    last_post_at: datetime | None = None
    last_post_author: str | None = None
    replies: int | None = None
    views: int | None = None
    pages: int | None = None
    is_sticky: bool | None = None
    is_digest: bool | None = None
    is_closed: bool | None = None
    status: str = "live"  # live deleted moved forbidden
    url: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    forum: str
    board_id: int
    name: str = ""
    url: str = ""
    threads_listed: int | None = None  # as the index or listing says


# What a page is (``Extract.kind``). The first four hold content; the others say why there is none.
INDEX, BOARD, THREAD, OTHER = "index", "board", "thread", "other"
MISSING = "missing"  # the thread, post or board is gone or never was
FORBIDDEN = "forbidden"  # readable to some account, not to us: log-in, group, read level, password, fee
CHALLENGE = "challenge"  # anti-scrape sign, script challenge, captcha
BUSY = "busy"  # too fast, overloaded, flood control: the same request later may do
BANNED = "banned"  # our address or account is shut out
CLOSED = "closed"  # the whole site is closed
REDIRECT = "redirect"  # an empty answer that points elsewhere (also by meta refresh)


@dataclass(frozen=True, slots=True)
class Extract:
    """All that one page says. ``kind`` is one of the words above; ``reason`` quotes the page where it has no content."""

    url: str
    forum: str
    fetched_at: datetime
    kind: str
    view: str = "desktop"  # desktop robot mobile archiver printable fragment text
    threads: tuple[Thread, ...] = ()
    posts: tuple[Post, ...] = ()
    boards: tuple[Board, ...] = ()
    page: int = 1
    pages: int | None = None
    reason: str | None = None
    links: tuple[str, ...] = ()
    """Absolute URLs on this forum that lead to content (boards, listing pages, threads, thread pages), in page order."""
    encoding: str | None = None
    replaced: int = 0
    """Bytes that no character could be read from (U+FFFD put in their place)."""
    warnings: tuple[str, ...] = ()


class PageError(Exception):
    """A page that should hold posts and cannot be read; nothing of it may be used."""

    def __init__(self, url: str, what: str) -> None:
        super().__init__(f"{url}: {what}")
        self.url = url
        self.what = what

    def __reduce__(self) -> tuple[type[PageError], tuple[str, str]]:
        return type(self), (self.url, self.what)


@dataclass(frozen=True, slots=True)
class Capture:
    """A thread as one visit saw it: the item that travels through the pipelines and is published whole."""

    thread: Thread
    posts: tuple[Post, ...]
    fetched_at: datetime
    complete: bool = True
    """All pages of the thread were read: a stored post that is not among ``posts`` is gone."""
    refined: bool = False
    """The posts have been through all stages, on a worker of a cluster."""
