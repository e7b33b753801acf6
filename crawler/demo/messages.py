"""What a post says: its message in markup and, beside it, the truth about it; made from the post's number alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random

from crawler.demo import markup, words
from crawler.demo.people import fill, paragraph
from crawler.demo.speeches import Text, finish
from crawler.demo.talks import MAKERS, reply
from crawler.demo.types import AttachmentTruth, Board, DocumentTruth, Para, PostRow, QuoteTruth

ZONE = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Attached:
    aid: int
    kind: str  # image file
    name: str
    inline: bool
    size: str
    at: int

    @property
    def path(self) -> str:
        """Where the file lies, by the month it was uploaded."""
        extension = self.name.rpartition(".")[2]
        return f"data/attachment/forum/{datetime.fromtimestamp(self.at, ZONE):%Y%m/%d}/{self.aid:09d}demo.{extension}"


@dataclass(frozen=True, slots=True)
class Message:
    """A post's content. ``markup`` has raw newlines, ``[attach]N[/attach]`` for inline attachments."""

    markup: str
    text: str
    subject: str
    html_mode: bool = False
    quotes: tuple[QuoteTruth, ...] = ()
    flags: tuple[str, ...] = ()
    attached: tuple[Attached, ...] = ()
    edited_at: int = 0
    options: tuple[str, ...] = ()  # of a poll
    preview: str = ""  # the free part of a paid text
    document: DocumentTruth | None = None

    def attachments(self, shown: bool) -> tuple[AttachmentTruth, ...]:
        """What is true of them where guests may see them, in the page's order; else nothing."""
        if not shown:
            return ()
        found = sorted(self.attached, key=lambda a: not a.inline)
        return tuple(AttachmentTruth(a.kind, a.name, a.path if a.kind == "image" else None) for a in found)


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a post's content depends on beside its row."""

    seed: int
    board: Board | None  # the board an opening post was written for
    fid: int  # the board it stands in now
    author: str
    text_of: Callable[[PostRow, int], tuple[str, str] | None]
    """(author, text) of a revision of a post, if that can be quoted."""
    old_quotes: bool = False


def compose(row: PostRow, setting: Setting, revision: int) -> Message:
    """A revision of the post's content; equal for equal seed, number and revision."""
    rng = Random(f"{setting.seed}/{row.pid}")
    posted = datetime.fromtimestamp(row.at, ZONE).date()
    text = MAKERS[rng.choice(setting.board.topics)](rng, posted) if setting.board else reply(rng, posted)
    for number in range(revision):
        _revise(text, Random(f"{setting.seed}/{row.pid}/{number}"))
    if row.special == "paid":
        return _paid(text, rng)
    return _dress(row, text, setting, rng)


def _revise(text: Text, rng: Random) -> None:
    """An edit: a sentence more at the end of a paragraph, or a paragraph more before the last."""
    spots = [index for index, para in enumerate(text.paras) if para.role == "body"] or [0]
    spot, more = rng.choice(spots), paragraph(rng, rng.choice(words.TOPICS), 1, 1)
    para = text.paras[spot]
    if rng.random() < 0.7:
        text.paras[spot] = para._replace(text=para.text + more)
    else:
        text.paras.insert(spot + 1, Para(more))
    finish(text)


def _paid(text: Text, rng: Random) -> Message:
    first = next(para.text for para in text.paras if para.role == "body")
    return Message("", markup.canonical([first]), text.title, flags=("paid",), preview=markup.escape(first))


class _Parts:
    """Markup and visible lines, side by side."""

    def __init__(self) -> None:
        self.markup: list[str] = []
        self.lines: list[str] = []

    def add(self, pair: tuple[str, list[str]]) -> None:
        self.markup.append(pair[0])
        self.lines.extend(pair[1])


def _dress(row: PostRow, text: Text, setting: Setting, rng: Random) -> Message:
    """The text as its author posted it: formatted, with boxes, attachments, quote and edit notice."""
    parts, opening = _Parts(), setting.board is not None
    flags: list[str] = []
    as_html = setting.board is not None and rng.random() < (0.3 if setting.board.jammer else 0.15)
    edited_at = row.edited_at or (
        row.at + rng.randrange(600, 90000) if rng.random() < (0.15 if opening else 0.03) else 0
    )
    if edited_at:
        when = datetime.fromtimestamp(edited_at, ZONE)
        notice = f'<i class="pstatus"> 本帖最后由 {markup.escape(setting.author)} 于 {stamp(when)} 编辑 </i>'
        parts.markup.append(f"{notice}<br /><br />" if as_html else f"{notice}\n")
    quotes = _quote(row, setting, parts)
    if as_html:
        source, lines = markup.html_mode(text.paras, rng)
        parts.add((source, lines))
        text.paras = [para._replace(text=line) for para, line in zip(text.paras, lines, strict=True)]
        finish(text)
    else:
        parts.add((markup.bbcode(text.paras, rng), [para.text for para in text.paras]))
        _extras(parts, flags, row, setting, rng, spoken=bool(text.truth.speakers))
    attached = _attach(row, rng, opening, parts)
    joint = "" if as_html else "\n"
    return Message(
        _join(parts.markup, joint),
        markup.canonical(parts.lines),
        text.title,
        as_html,
        quotes,
        tuple(flags),
        attached,
        edited_at,
        tuple(rng.sample(words.HEADINGS, 4)) if row.special == "poll" else (),
        document=text.truth if opening else None,
    )


def _join(parts: list[str], joint: str) -> str:
    """``[/quote]`` swallows the newline behind it."""
    return joint.join(parts).replace("</blockquote></div>\n", "</blockquote></div>")


def stamp(when: datetime) -> str:
    """``Y-n-j H:i``, Discuz!'s default."""
    return f"{when.year}-{when.month}-{when.day} {when:%H:%M}"


def _quote(row: PostRow, setting: Setting, parts: _Parts) -> tuple[QuoteTruth, ...]:
    quotable = setting.text_of(row.quoted, row.quoted_revision) if row.quoted else None
    if quotable is None or row.quoted is None:
        return ()
    author, text = quotable
    lines = markup.canonical(text[:100].split("\n") if len(text) <= 100 else f"{text[:100]} ...".split("\n")).split(
        "\n"
    )
    header = f"{author} 发表于 {stamp(datetime.fromtimestamp(row.quoted.at, ZONE))}"
    parts.markup.append(markup.quote_box(header, row.quoted.pid, row.quoted.born_in, lines, setting.old_quotes))
    return (QuoteTruth(row.quoted.pid, author, "\n".join((header, *lines))),)


def _extras(parts: _Parts, flags: list[str], row: PostRow, setting: Setting, rng: Random, spoken: bool) -> None:
    """Now and then a box, a table, a list, a link or a smiley under the text; under a speech only what says nothing."""
    opening = setting.board is not None
    draw = rng.uniform(0.12, 0.2) if spoken and rng.random() < 0.1 else rng.uniform(0.3 if spoken else 0, 1)
    if draw < 0.03:
        parts.add(markup.code_box(rng, rng.choice(words.CODES)))
    elif draw < 0.06:
        parts.add(markup.bullet_list(rng, rng.sample(words.STEPS, 3)))
    elif draw < (0.12 if opening else 0.07):
        rows = [
            (rng.choice(words.PLACES), rng.choice(words.THINGS), str(rng.randrange(3, 400)))
            for _ in range(rng.randint(2, 5))
        ]
        parts.add(markup.table(rng, ("地点", "项目", "数量"), rows))
    elif draw < (0.2 if opening else 0.075):
        parts.markup.append(markup.locked(setting.fid, row.tid))
        flags.append("hidden")
    elif draw < 0.24:
        where = fill("{p}的资料", rng)
        parts.add((markup.link(where, "http://www.example.com/doc/" + str(rng.randrange(99))), [where]))
    elif draw < 0.33:
        parts.markup[-1] += markup.smiley(rng)


def _attach(row: PostRow, rng: Random, opening: bool, parts: _Parts) -> tuple[Attached, ...]:
    """Pictures inside the text and files below it."""
    if rng.random() > (0.14 if opening else 0.03):
        return ()
    found: list[Attached] = []
    for number, kind in enumerate(rng.choice((("image",), ("file",), ("image", "file"), ("image", "image", "file")))):
        inline = kind == "image" and rng.random() < 0.6
        name = f"{row.pid}-{number}{rng.choice(words.PICTURE_NAMES if kind == 'image' else words.FILE_NAMES)}"
        size = f"{rng.randrange(2, 900)}.{rng.randrange(1, 99)} KB"
        found.append(Attached(row.pid * 4 + number, kind, name, inline, size, row.at))
        if inline:
            parts.markup.append(f"[attach]{found[-1].aid}[/attach]")
    return tuple(found)
