"""The HTTP message in a record's block: split, and its body decoded as far as one may trust it."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from typing import NamedTuple

import zstandard
from fastwarc.stream_io import BrotliReader

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")
_LINE_END = re.compile(rb"(?:\r?\n)?")
_MOST_CODINGS = 4
_LARGEST_WINDOW = 2**23  # of zstd as a content coding: RFC 9659


class Message(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def get(self, name: str) -> str | None:
        """The last header of that name, as browsers and Scrapy take it."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name), None)

    def listed(self, name: str) -> list[str]:
        """The comma-separated values of all headers of that name, in lower case."""
        values = ",".join(value for key, value in self.headers if key.lower() == name)
        return [part for value in values.split(",") if (part := value.strip().lower())]


class Undecodable(Exception):
    """A body that cannot be decoded, or only to more than is allowed."""


def parse(block: bytes) -> Message | None:
    """The response in a record's block; ``None``: it does not begin with a status line."""
    status = _STATUS.match(block)
    if status is None:
        return None
    blank = _BLANK_LINE.search(block)
    head, body = (block[: blank.start()], block[blank.end() :]) if blank else (block, b"")
    lines = re.split(r"\r?\n(?![ \t])", head.decode("latin-1"))[1:]
    pairs = (line.partition(":") for line in lines)
    return Message(int(status[1]), tuple((key.strip(), value.strip()) for key, colon, value in pairs if colon), body)


def decoded_body(message: Message, limit: int) -> tuple[bytes, bool]:
    """The body without its transfer and content codings, which many crawlers take off and still announce.

    Also, whether it is whole as far as the codings tell. Raises ``Undecodable``, also for what would become larger than
    ``limit`` bytes.
    """
    body, whole = message.body, True
    if "chunked" in message.listed("transfer-encoding") and _CHUNK.match(body):
        body, whole = _join_chunks(body)
    codings = [coding for coding in message.listed("content-encoding") if coding != "identity"]
    if len(codings) > _MOST_CODINGS:
        raise Undecodable("too many content codings")
    for coding in reversed(codings):
        decode = _DECODERS.get(coding)
        if decode is None:
            if looks_like_text(body):
                return body, whole
            raise Undecodable(f"content coding {coding[:40]}")
        try:
            body, ended = decode(body, limit)
        except Undecodable:
            if looks_like_text(body):  # it had been decoded before it was stored
                return body, whole
            raise
        whole = whole and ended
    return body, whole


def looks_like_text(body: bytes) -> bool:
    """Whether a body begins without the control characters that no text has."""
    start = body[:512]
    return bool(start) and not re.search(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]", start)


def _join_chunks(body: bytes) -> tuple[bytes, bool]:
    """Own code: FastWARC 2.0.1 refuses chunk extensions and hands on a cut body as whole."""
    plain, at = bytearray(), 0
    while chunk := _CHUNK.match(body, at):
        size = int(chunk[1], 16)
        if size == 0:
            return bytes(plain), True
        plain += body[chunk.end() : chunk.end() + size]
        at = _LINE_END.match(body, chunk.end() + size).end()  # type: ignore[union-attr]
    return bytes(plain), False


def _within(plain: bytes, limit: int) -> bytes:
    if len(plain) > limit:
        raise Undecodable(f"larger than {limit >> 20} MiB when decoded")
    return plain


def _inflate(body: bytes, limit: int) -> tuple[bytes, bool]:
    """Gzip or deflate; the latter with or without its header, as servers disagree."""
    formats = (47,) if body[:1] == b"\x1f" else (47, -15)
    for wbits in formats:
        unpacker = zlib.decompressobj(wbits)
        try:
            plain = unpacker.decompress(body, limit + 1)
        except zlib.error:
            continue
        return _within(plain, limit), unpacker.eof
    raise Undecodable("broken coding: not gzip or deflate")


def _unzstd(body: bytes, limit: int) -> tuple[bytes, bool]:
    context = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
    try:
        plain = context.stream_reader(body, read_across_frames=True).read(limit + 1)
    except zstandard.ZstdError as error:
        raise Undecodable(f"broken coding: {error}") from error
    return _within(plain, limit), True


def _unbrotli(body: bytes, limit: int) -> tuple[bytes, bool]:
    try:
        return _within(BrotliReader(io.BytesIO(body)).read(limit + 1), limit), True
    except (OSError, ValueError, EOFError) as error:
        raise Undecodable(f"broken coding: {error}") from error


_DECODERS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _inflate,
    "x-gzip": _inflate,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
