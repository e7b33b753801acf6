"""``extract``: one page in, all that it says out. Pure: no clock, setting, file or network."""

from __future__ import annotations

import re

from crawler.items import Extract, PageError, Profile, RawPage
from crawler.pages.engine import engine_of
from crawler.pages.text import extract_text

_TEXT_SUFFIXES = (".txt", ".md", ".markdown", ".text")
_TAG = re.compile(
    rb"<(?:!doctype|html|head|body|div|table|td|tr|p|span|font|br|a|meta|link|script|title|h[1-6]|li|ul)\b", re.I
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"BM", b"\x7fELF")


def extract(page: RawPage, profile: Profile | None = None) -> Extract:
    """Threads, posts, boards and links of one page, or (``kind``, ``reason``) why it holds none.

    ``PageError``: the page is no text at all, or was cut before its end; nothing of it may be used.
    """
    profile = profile or Profile()
    if _is_binary(page):
        raise PageError(page.url, "this is no text (a picture, a document or an archive): give the saved page itself")
    if _is_text(page):
        return extract_text(page, profile)
    return engine_of(page).extract(page, profile)


def _is_text(page: RawPage) -> bool:
    path = re.split(r"[?#]", page.url, maxsplit=1)[0].lower()  # any string may be an address
    if path.endswith(_TEXT_SUFFIXES):
        return True
    kind = (page.content_type or "").split(";")[0].strip().lower()
    if kind in ("text/plain", "text/markdown"):
        return True
    return kind == "" and _TAG.search(page.body, 0, 65536) is None and not path.endswith((".html", ".htm", ".php"))


def _is_binary(page: RawPage) -> bool:
    head = page.body[:1024]
    if head.startswith(_PICTURES):
        return True
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return not utf16 and head.count(b"\x00") > len(head) // 10
