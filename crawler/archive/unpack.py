"""Gzip, zstd and plain files as pieces of plain text, each knowing where in the file its compressed member begins.

Own code around the decoders, since a WARC's members are what isolates its records: a reader of the whole stream
(FastWARC 2.0.1, gzip) hands on a cut record as if it were whole, and ends at the first damaged byte.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

import zstandard
from isal import isal_zlib

GZIP, ZSTD, PLAIN = "gzip", "zstd", "plain"
MAGIC = {GZIP: b"\x1f\x8b\x08", ZSTD: b"\x28\xb5\x2f\xfd"}

_READ = 1 << 16
_AT_MOST = 1 << 20  # plain bytes given at once
_ZSTD_READ = 1 << 10  # zstd has no limit of its output: 1 KiB can become 32 MiB (256 blocks of 128 KiB), never more
_PROBE = 1 << 12
_TELLING = 5  # bytes that show whether a member begins with a record
_ERRORS: tuple[Any, ...] = (isal_zlib.error, zstandard.ZstdError)
_DICTIONARY = 0x184D2A5D  # a skippable frame that holds the dictionary: IIPC, "WARC with Zstandard", 1.0
_LONGEST_DICTIONARY = 1 << 24


class Piece(NamedTuple):
    """Plain bytes; ``member``: the offset in the file of the member that begins with them, ``None`` inside one."""

    member: int | None
    data: bytes


class Damaged(Exception):
    """A member that cannot be unpacked (any further); what was given before it is sound."""

    def __init__(self, offset: int, why: str) -> None:
        super().__init__(why)
        self.offset = offset


def codec_of(start: bytes) -> str:
    """How a file that begins with these bytes is packed."""
    if start.startswith(MAGIC[GZIP][:2]):
        return GZIP
    skippable = len(start) >= 4 and start[1:4] == b"\x2a\x4d\x18" and start[0] >> 4 == 5
    return ZSTD if start.startswith(MAGIC[ZSTD]) or skippable else PLAIN


class Unpacker:
    """One file; ``pieces`` may be called again for another offset, in any order."""

    def __init__(self, stream: IO[bytes], codec: str | None = None) -> None:
        self.stream = stream
        self.seekable = stream.seekable()
        self.start = stream.tell() if self.seekable else 0
        self.early = b""  # bytes read ahead of the first piece
        self.context = zstandard.ZstdDecompressor()
        self.codec = codec or self._detect()

    def _detect(self) -> str:
        if self.seekable:
            self.stream.seek(0)
        self.early = self.stream.read(8)
        self.codec = codec_of(self.early)
        if self.codec == ZSTD:
            self.context = self._context(self.early)
        if self.codec == PLAIN and self.early[:5] != b"WARC/":  # a damaged first byte need not cost the file
            for self.codec in (GZIP, ZSTD):
                if self.next_member(0) is not None:
                    return self.codec
            self.codec = PLAIN
        return self.codec

    def pieces(self, offset: int) -> Iterator[Piece]:
        """The file from ``offset`` (of a member; of any byte if it is plain). Raises ``Damaged``."""
        if self.seekable:
            self.stream.seek(offset)
            self.early = b""
        if self.codec == PLAIN:
            return self._plain(offset)
        return self._members(offset, _READ if self.codec == GZIP else _ZSTD_READ)

    def _begin(self) -> Any:
        """A decoder of one member."""
        return isal_zlib.decompressobj(wbits=31) if self.codec == GZIP else _Frame(self.context)

    def next_member(self, offset: int) -> int | None:
        """Where, at ``offset`` or after it, a member begins that holds the start of a record."""
        magic = MAGIC[self.codec]
        while self.seekable:
            self.stream.seek(offset)
            window = self.stream.read(_READ + _PROBE)
            found = window.find(magic)
            while 0 <= found < _READ:
                if self._starts_record(window[found : found + _PROBE]):
                    return offset + found
                found = window.find(magic, found + 1)
            if len(window) < _READ + _PROBE:
                return None
            offset += _READ
        return None

    def _starts_record(self, start: bytes) -> bool:
        try:
            if self.codec == GZIP:
                plain = self._begin().decompress(start, 5)
            else:
                plain = self.context.stream_reader(start).read(5)
        except _ERRORS:
            return False
        return bool(plain == b"WARC/")

    def _read(self, size: int) -> bytes:
        early, self.early = self.early, b""
        return early or self.stream.read(size)

    def _plain(self, offset: int) -> Iterator[Piece]:
        while data := self._read(_READ):
            yield Piece(offset, data)
            offset += len(data)

    def _members(self, offset: int, step: int) -> Iterator[Piece]:
        raw = self._read(step)
        end = offset + len(raw)
        while raw:
            if self.codec == GZIP and raw[0] == 0:  # padding, as tapes and some copies leave it
                raw = raw.lstrip(b"\0")
            else:
                start, unpacker, member, held = end - len(raw), self._begin(), True, b""
                while not unpacker.eof:
                    if not raw:
                        raw = self._read(step)
                        end += len(raw)
                    if not raw:
                        raise Damaged(start, "the file is cut off here")
                    try:
                        data = unpacker.decompress(raw, _AT_MOST)
                    except _ERRORS as why:
                        raise Damaged(start, str(why)) from why
                    held += data
                    if len(held) >= _TELLING or (held and unpacker.eof):
                        yield Piece(start if member else None, held)
                        member, held = False, b""
                    raw = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            if not raw:
                raw = self._read(step)
                end += len(raw)

    def _context(self, start: bytes) -> zstandard.ZstdDecompressor:
        """A decoder with the dictionary that the file begins with, if it does; without a broken one."""
        magic, size = struct.unpack("<II", start.ljust(8, b"\0"))
        if magic != _DICTIONARY or size > _LONGEST_DICTIONARY or not self.seekable:
            return self.context
        packed = self.stream.read(size)
        try:
            if packed.startswith(MAGIC[ZSTD]):
                packed = self.context.stream_reader(packed).read(_LONGEST_DICTIONARY)
            return zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(packed))
        except zstandard.ZstdError:
            return self.context


class _Frame:
    """A zstd frame with the interface of ``zlib.decompressobj``."""

    def __init__(self, context: zstandard.ZstdDecompressor) -> None:
        self.frame = context.decompressobj()
        self.unconsumed_tail = b""

    @property
    def eof(self) -> bool:
        return bool(self.frame.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self.frame.unused_data)

    def decompress(self, raw: bytes, _at_most: int) -> bytes:
        return bytes(self.frame.decompress(raw))


def member_end(stream: IO[bytes], offset: int) -> int:
    """The offset behind the gzip member at ``offset``, which is whole."""
    stream.seek(offset)
    unpacker = isal_zlib.decompressobj(wbits=31)
    while not unpacker.eof:
        raw = unpacker.unconsumed_tail or stream.read(_READ)
        if not raw:
            raise Damaged(offset, "the file is cut off here")
        unpacker.decompress(raw, _AT_MOST)
    return stream.tell() - len(unpacker.unused_data)
