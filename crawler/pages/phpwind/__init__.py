"""phpwind pages, versions 7 to 9, desktop and the plain view for search engines (facts and sources: docs/phpwind.md)."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urljoin

from crawler.items import BOARD, INDEX, OTHER, THREAD, Extract, PageError, Profile, RawPage
from crawler.pages.encoding import decode
from crawler.pages.engine import Engine
from crawler.pages.markup import base_url, host_of, is_web, own_url, parse
from crawler.pages.phpwind.listing import read_boards, read_listing
from crawler.pages.phpwind.notices import read_notice
from crawler.pages.phpwind.page import Page, mend_units
from crawler.pages.phpwind.thread import read_thread
from crawler.pages.phpwind.urls import board_url, canonical, latest_first, page_url, parse_address
from crawler.pages.times import page_offset

_MARKS = (b'content="phpwind', b'id="read_tpc"', b'id="readfloor_', b"j_read_floor", b'id="a_ajax_', b'id="headbase"')
_POWERED = re.compile(rb"<title>[^<]{0,500}powered by phpwind", re.I)
_WHOLE_PAGE = re.compile(r"<!doctype html|<html[\s>]", re.I)
_PAGE_END = re.compile(r"</(?:html|body)\s*>", re.I)


def recognise_phpwind(body: bytes) -> bool:
    """Whether a page has phpwind's generator tag, title or ids, which its styles keep."""
    lower = body.lower()
    return any(mark in lower for mark in _MARKS) or _POWERED.search(lower) is not None


def extract_phpwind(page: RawPage, profile: Profile) -> Extract:
    """All that one phpwind page says (see ``Extract``). ``PageError``: the page was cut before its end, or is no page."""
    decoded = decode(page.body, page.content_type)
    source = mend_units(decoded.text)
    root, cut = parse(source, page.url)
    host = host_of(page.url) if is_web(page.url) else "unknown"
    known = Extract(
        page.url,
        profile.forum or host,
        page.fetched_at,
        OTHER,
        encoding=decoded.encoding,
        replaced=decoded.replaced,
        warnings=("nested too deeply: the parser cut the page",) if cut else (),
    )
    if root is None:
        return replace(known, reason="empty page")
    if _WHOLE_PAGE.search(source, 0, 2000) and not _PAGE_END.search(source, max(0, len(source) - 5000)):
        raise PageError(page.url, "the page ends in the middle (no closing </html>): save or fetch it again")
    url = own_url(root, page.url, source)
    parsed = Page(
        root=root,
        url=url,
        base=base_url(root, url, source),
        forum=profile.forum or host_of(url),
        zone=profile.zone(page_offset(source)),
        source=source,
        status=page.status,
        legacy_encoding=decoded.encoding != "utf-8",
    )
    return _read(parsed, replace(known, forum=parsed.forum))


def _read(page: Page, known: Extract) -> Extract:
    thread = read_thread(page)
    if thread is not None:
        return replace(
            known,
            kind=THREAD,
            view=thread.view,
            threads=(thread.thread,),
            posts=thread.posts,
            page=thread.page,
            pages=thread.thread.pages,
        )
    listing = read_listing(page)
    if listing is not None:
        return replace(
            known,
            kind=BOARD,
            threads=listing.threads,
            boards=(listing.board, *listing.boards),
            page=listing.page,
            pages=listing.pages,
            links=_links(page),
        )
    notice = read_notice(page)
    if notice is not None:
        return replace(known, kind=notice.kind, reason=notice.reason)
    boards = read_boards(page)
    if boards:
        return replace(known, kind=INDEX, boards=boards, links=_links(page))
    return replace(known, reason="no posts, no listing and no message of a phpwind forum on this page")


def _links(page: Page) -> tuple[str, ...]:
    """Absolute links to boards, threads and their pages on this host, each once, in page order."""
    host = host_of(page.base)
    found: dict[str, None] = {}
    for link in page.root.iter("a"):
        try:
            url = urljoin(page.base, link.get("href") or "")
            same_host = host_of(url) == host
        except ValueError:
            continue
        if same_host and (address := parse_address(url)) is not None and address.kind in (INDEX, BOARD, THREAD):
            found[url] = None
    return tuple(found)


ENGINE = Engine(
    name="phpwind",
    recognises=recognise_phpwind,
    extract=extract_phpwind,
    parse_address=parse_address,
    page_url=page_url,
    canonical=canonical,
    board_url=board_url,
    latest_first=latest_first,
    signs=(b"phpwind", b"read.php", b"thread.php", b"tid=", b"tid-", b"fid=", b"fid-", b"read_", b"thread-"),
    listing_pages=1000,
)
