"""Bytes to text: the bytes decide, the declaration only breaks ties (``docs``: discuz.md section 5, charset)."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
_HEADER = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]+)""", re.I)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
# the same characters as numeric entities, which a parser would hand on
_CONTROL_ENTITY = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|127|6553[45])(?:;|(?!\d))|x0*(?:[0-8bcef]|1[0-9a-f]|7f|fff[ef])(?:;|(?![0-9a-f])))",
    re.I,
)
_ENTITY = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|127|6553[45])|x0*(?:[0-8bcef]|1[0-9a-f]|7f|fff[ef]));?(?![0-9a-f])", re.I
)
_ENTITY = re.compile(r"&#(\d{3,7});")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_COMMON = frozenset("的一是不了在人有我他这這中大来來上个個国國和也们們时時地要就出会會年发發文主题題帖登录錄回复覆")

_THREE_BYTES = re.compile(rb"[\xe0-\xff]")
_LEVEL_1 = re.compile(rb"(?:[\x00-\x7f]|[\xb0-\xd7][\xa1-\xfe])*+")

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Decoded(NamedTuple):
    text: str
    encoding: str
    replaced: int
    """How many U+FFFD stand for bytes that no character could be read from."""


def declared_charset(body: bytes, content_type: str | None) -> str | None:
    """The codec that the HTTP header or, failing that, the page's own ``<meta>`` names; supersets for gbk and big5."""
    header = _HEADER.search(content_type or "")
    meta = _META.search(body, 0, 4096)
    name = header.group(1) if header else meta.group(1).decode("ascii") if meta else None
    return _codec(name) if name else None


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    if codec in ("gb2312", "gbk", "gb18030", "hz"):
        return "gb18030"
    if codec in ("big5", "big5hkscs", "cp950"):
        return "big5hkscs"
    return codec


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Text of a page without byte-order mark and control characters; never raises.

    UTF-8 is recognised by its own redundancy whatever is declared: Chinese text in GBK or Big5 is never valid UTF-8
    for long. Between GBK (read as its superset GB18030) and Big5-HKSCS the declaration decides unless it makes
    clearly less sense of the bytes.
    """
    for bom, codec in _BOMS:
        if body.startswith(bom):
            return _clean(body[len(bom) :].decode(codec, "replace"), codec, body)
    try:
        if not _looks_like_gb(body, content_type):
            return _clean(body.decode("utf-8"), "utf-8", body)
    except UnicodeDecodeError:
        pass
    else:
        return _clean(body.decode("gb18030", "replace"), "gb18030", body)
    utf8 = body.decode("utf-8", "replace")
    bad = utf8.count("\ufffd")
    wide = _count_wide(utf8) - bad
    if bad <= 0.1 * wide:
        return _clean(utf8, "utf-8", body)
    return _legacy(body, declared_charset(body, content_type))


def _looks_like_gb(body: bytes, content_type: str | None) -> bool:
    """A few words of GBK can be valid UTF-8: pairs that are Cyrillic in the one and everyday Chinese in the other.

    Chinese in UTF-8 takes three bytes a character, so a page without any such byte, not declared to be UTF-8, whose
    pairs are all of GB2312's first level, is GBK.
    """
    if _THREE_BYTES.search(body) or body.isascii():
        return False
    return declared_charset(body, content_type) in (None, "gb18030") and _LEVEL_1.fullmatch(body) is not None


def _legacy(body: bytes, declared: str | None) -> Decoded:
    codecs_ = ["gb18030", "big5hkscs"]
    if declared == "big5hkscs":
        codecs_.reverse()
    elif declared not in (None, "gb18030", "utf-8", "ascii", "iso8859-1", "cp1252", "utf-16-le", "utf-16-be"):
        codecs_.append(declared or "")
    sample = _sample(body)
    best, best_score = codecs_[0], _sense(sample, codecs_[0])
    for codec in codecs_[1:]:
        score = _sense(sample, codec)
        # the declared (first) reading keeps the page unless another explains it clearly better
        if score > best_score * 2 + 0.01:
            best, best_score = codec, score
    return _clean(body.decode(best, "replace"), best, body)


def _sample(body: bytes) -> bytes:
    """The first stretch of the page in which most of the foreign bytes stand, at most 16 KiB."""
    first = _NOT_ASCII.search(body)
    return body[first.start() if first else 0 :][:16384]


def _sense(sample: bytes, codec: str) -> float:
    """How much of what ``codec`` reads is everyday Chinese, minus what it cannot read; about 0.2 for real text."""
    text = sample.decode(codec, "replace")
    wide = _count_wide(text)
    if not wide:
        return 0.0
    return (sum(map(text.count, _COMMON)) - 2 * text.count("\ufffd")) / wide


def _count_wide(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _clean(text: str, encoding: str, body: bytes) -> Decoded:
    replaced = text.count("\ufffd") if "\ufffd" in text else 0
    # bytes below 0x20 mean themselves in every charset but UTF-16, and bytes are searched faster than text
    if "&#" in text:
        text = _CONTROL_ENTITY.sub("", text)
    if (
        "\ufeff" in text
        or "\ufffe" in text
        or "\uffff" in text
        or encoding.startswith("utf-16")
        or len(body.translate(None, _CONTROL_BYTES)) < len(body)
    ):
        text = _CONTROL.sub("", text)
    return Decoded(text, encoding, replaced)


def revive_entities(text: str, *, legacy: bool) -> str:
    """``text`` with the characters that a forum's charset could not hold, which show as literal ``&#128514;``.

    ``legacy``: the page is not UTF-8, so any such entity stands for its character; else only those beyond the basic
    plane, which old databases could not hold (discuz.md section 5).
    """
    if "&#" not in text:
        return text
    return _ENTITY.sub(lambda match: _character(int(match[1]), legacy) or match[0], text)


def _character(code: int, legacy: bool) -> str:
    known = code <= 0x10FFFF and not 0xD800 <= code < 0xE000
    return chr(code) if known and (code > 0xFFFF or (legacy and code >= 0x80)) else ""
