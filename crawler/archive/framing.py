"""A WARC file as records, whatever state it is in: each is whole, or it is named as damage and the next one is found.

Bounded: a record's block is held in memory up to a limit, larger ones are passed over; what is read again after a
damage is limited to a multiple of what has been read, so that no file can make the time grow with its square.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, NamedTuple

from crawler.archive.unpack import PLAIN, Damaged, Piece, Unpacker

LIMIT = 32 * 2**20
_LONGEST_HEAD = 1 << 16
_FREE_AGAIN = 64 * 2**20  # bytes that may be read again before it is weighed against the bytes read
_START = re.compile(rb"WARC/[01]\.\d{1,2}[ \t]{0,4}\r?\n")
_ENDS = re.compile(rb"[\r\n]*")
_BLANK_LINE = re.compile(rb"\n\r?\n")  # begins with a plain character: found many times faster
_FOLDED = re.compile(rb"\r?\n[ \t]+")


class Record(NamedTuple):
    """``offset``: where a reader may start to find it again, ``None`` inside a member that holds many records."""

    offset: int | None
    headers: dict[str, str]  # names in lower case
    block: bytes | None  # None: larger than the limit


class Damage(NamedTuple):
    """A stretch of a file that gave no record."""

    offset: int | None
    why: str


def records(
    stream: IO[bytes], offset: int | None = None, *, limit: int = LIMIT, codec: str | None = None
) -> Iterator[Record | Damage]:
    """The records of a file from ``offset`` (default: here) on, in order; never raises on content.

    ``codec``: how it is packed (gzip, zstd, plain); ``None``: as its beginning says.
    """
    unpacker = Unpacker(stream, codec)
    at: int | None = unpacker.start if offset is None else offset
    again = 0
    while at is not None:
        text = _Text(unpacker.pieces(at), at, plain=unpacker.codec == PLAIN)
        yield from _parse(text, limit)
        if text.damage is None:
            return
        yield Damage(text.damage.offset, str(text.damage))
        if unpacker.codec == PLAIN:
            return
        read = stream.tell() if unpacker.seekable else 0
        at = unpacker.next_member(text.damage.offset + 1)
        again += max(0, read - at) if at is not None else 0
        if again > _FREE_AGAIN + 4 * read:
            yield Damage(at, "so much is damaged that the rest was not read")
            return


class _Text:
    """The plain text before us: ``buffer[pos:]``, then ``ahead`` (a piece that begins a member and a record)."""

    def __init__(self, pieces: Iterator[Piece], start: int, *, plain: bool) -> None:
        self.pieces = pieces
        self.plain = plain
        self.buffer, self.pos = b"", 0
        self.origin: int | None = start  # file offset of buffer[0]; None where no member begins with it
        self.ahead: Piece | None = None
        self.member = start
        self.damage: Damaged | None = None
        self.given = self.again = 0

    @property
    def offset(self) -> int | None:
        if self.plain:
            return (self.origin or 0) + self.pos
        return self.origin if self.pos == 0 else None

    def fill(self) -> bool:
        """Bring more of the same record's surroundings into the buffer; False at its member's or the file's end."""
        if self.ahead is not None or self.damage is not None:
            return False
        try:
            piece = next(self.pieces, None)
        except Damaged as damage:
            self.damage = damage
            return False
        if piece is None:
            return False
        self.given += len(piece.data)
        if piece.member is not None and not self.plain:
            if piece.data.startswith(b"WARC/"):
                self.ahead = piece
                return False
            self.member = piece.member
        self._append(piece.data)
        return True

    def _append(self, data: bytes) -> None:
        if self.plain:
            self.origin = (self.origin or 0) + self.pos
        elif self.buffer:
            self.origin = None
        self.buffer, self.pos = self.buffer[self.pos :] + data, 0

    def begin(self) -> bool:
        """Step over empty lines to the next text, which may be a new member's; False: there is none."""
        while True:
            self.settle()
            if self.pos < len(self.buffer):
                return True
            if self.ahead is None:
                return False
            self.buffer, self.pos = self.ahead.data, 0
            self.origin = self.member = self.ahead.member or 0
            self.ahead = None

    def settle(self) -> bool:
        """Step over empty lines; True: a record, a member or the file ends here, as it should."""
        closed = self.buffer.startswith(b"\r\n\r\n", self.pos)
        while True:
            self.pos = _ENDS.match(self.buffer, self.pos).end()  # type: ignore[union-attr]
            if len(self.buffer) - self.pos >= 5:
                return closed or self.buffer.startswith(b"WARC/", self.pos)
            if not self.fill():
                return self.pos >= len(self.buffer)

    def head(self) -> bytes | None:
        """The lines up to the next empty one; ``None``: there is none within reason."""
        searched = self.pos
        while True:
            found = _BLANK_LINE.search(self.buffer, searched, self.pos + _LONGEST_HEAD)
            if found:
                head = self.buffer[self.pos : found.start()]
                self.pos = found.end()
                return head
            unread = len(self.buffer) - self.pos
            if unread > _LONGEST_HEAD or not self.fill():
                return None
            searched = self.pos + max(0, unread - 3)

    def take(self, size: int) -> bytes:
        """That many bytes, or fewer when the member, the file or what can be read of it ends before."""
        parts, missing = [], size
        while True:
            part = self.buffer[self.pos : self.pos + missing]
            self.pos += len(part)
            missing -= len(part)
            parts.append(part)
            if not missing or not self.fill():
                return b"".join(parts)

    def push_back(self, data: bytes) -> None:
        """Un-read; what this costs is limited (see ``records``)."""
        if self.plain:
            self.origin = (self.origin or 0) + self.pos - len(data)
        else:
            self.origin = None
        self.buffer, self.pos = data + self.buffer[self.pos :], 0
        self.read_again(len(data))

    def read_again(self, size: int) -> None:
        """So much is going to be read for the second time: too much of it, and the rest is given up."""
        self.again += size
        if self.again > _FREE_AGAIN + 4 * self.given:
            self.damage = Damaged(self.member, "so many lengths are wrong that the rest was not read")
            self.buffer, self.pos, self.ahead = b"", 0, None

    def find_record(self) -> None:
        """Step to what looks like the start of a record, or to the end of the member."""
        while True:
            at = self.buffer.find(b"WARC/", self.pos)
            while at >= 0 and not (self.buffer[at - 1 : at] in (b"", b"\n") and _START.match(self.buffer, at)):
                at = self.buffer.find(b"WARC/", at + 1)
            if at >= 0:
                self.pos = at
                return
            self.pos = max(self.pos, len(self.buffer) - 32)
            if not self.fill():
                self.pos = len(self.buffer)
                return


def _parse(text: _Text, limit: int) -> Iterator[Record | Damage]:
    while text.begin():
        offset = text.offset
        found = _record(text, offset, limit)
        if isinstance(found, Record):
            yield found
        elif text.damage is None or text.pos < len(text.buffer):  # else the damage is named by the caller
            yield Damage(offset, found)


def _record(text: _Text, offset: int | None, limit: int) -> Record | str:
    """The record before us, or what is wrong with it; the text then stands at the next one."""
    while len(text.buffer) - text.pos < 32 and text.fill():
        pass
    if not _START.match(text.buffer, text.pos):
        text.pos += 1
        text.find_record()
        return "no WARC record stands here"
    head = text.head()
    headers = _headers(head) if head is not None else {}
    length = headers.get("content-length", "")
    if not re.fullmatch("[0-9]{1,18}", length):
        if head is None:
            text.pos += 5
            text.read_again(_LONGEST_HEAD)
        text.find_record()
        return "a record without a length"
    if int(length) > limit:
        text.find_record()
        return Record(offset, headers, None)
    block = text.take(int(length))
    member = text.member
    if len(block) < int(length) or not text.settle():
        why = "a record is cut off, or gives a wrong length"
    elif text.damage is not None and text.damage.offset == member:
        why = "a record's checksum is wrong"
    else:
        return Record(offset, headers, block)
    text.push_back(block)
    text.find_record()
    return why


def _headers(head: bytes) -> dict[str, str]:
    if b"\n " in head or b"\n\t" in head:
        head = _FOLDED.sub(b" ", head)
    headers = {}
    for line in head.decode("utf-8", "replace").split("\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers
