"""Discuz! pages. The only package that says fid, tid and pid."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urljoin

from lxml import etree

from crawler.items import BOARD, FORBIDDEN, INDEX, OTHER, THREAD, Extract, PageError, Post, Profile, RawPage
from crawler.pages.discuz.boards import read_boards
from crawler.pages.discuz.listing import Listing, read_listing
from crawler.pages.discuz.notices import classify, is_login_url, read_notice
from crawler.pages.discuz.printable import Pieces, read_printable, split_printable
from crawler.pages.discuz.source import mend_tags, open_envelope
from crawler.pages.discuz.thread import ThreadPage, complete, read_thread
from crawler.pages.discuz.tree import Page, index_threads
from crawler.pages.discuz.urls import board_url, canonical, latest_first, page_url, parse_address, slices, whole_post
from crawler.pages.encoding import Decoded, decode
from crawler.pages.engine import Engine
from crawler.pages.markup import all_text, base_url, host_of, is_web, own_url, parse
from crawler.pages.times import page_offset

_LINKS = etree.XPath("//a/@href")
_WHOLE_PAGE = re.compile(r"<!doctype html|<html[\s>]", re.I)
_PAGE_END = re.compile(r"</(?:html|body)\s*>", re.I)
_FORMATS = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)?(?:<(?P<feed>rss|feed|rdf:rdf|urlset|sitemapindex)[\s>]|(?P<json>[{\[]\s*[\"{\[]))",
    re.I,
)
_MARKS = re.compile(
    rb"postmessage_\d|authorposton\d|(?:normal|stick)thread_\d|messagetext|discuz_uid|content=.Discuz!|mod=viewthread"
)


def recognise_discuz(body: bytes) -> bool:
    """Whether a page looks like Discuz!'s: by the ids, script names and marks that survive themes and languages."""
    return _MARKS.search(body) is not None


def extract_discuz(page: RawPage, profile: Profile) -> Extract:
    """All that one Discuz! page says (see ``Extract``). ``PageError``: the page was cut before its end, or is no page."""
    decoded = decode(page.body, page.content_type)
    if reason := _other_format(decoded.text):
        return _nothing(page, profile, decoded, reason)
    source, enveloped = open_envelope(decoded.text)
    source = mend_tags(source)
    pieces = split_printable(source)
    root, cut = parse(pieces.frame if pieces else source, page.url)
    if root is None:
        return _nothing(page, profile, decoded, "empty page")
    parsed = _page(root, source, page, profile, legacy=decoded.encoding != "utf-8", fragment=enveloped)
    found, cut_piece = _read_printable(parsed, page, pieces) if pieces else (_read(parsed, page), False)
    found = replace(found, fetched_at=page.fetched_at, encoding=decoded.encoding, replaced=decoded.replaced)
    if cut:
        posts = tuple(_truncated(post) for post in found.posts)
        found = replace(found, posts=posts)
    if cut or cut_piece:
        found = replace(found, warnings=("nested too deeply: the parser cut the page", *found.warnings))
    return found


def _truncated(post: Post) -> Post:
    return post if "truncated" in post.flags else replace(post, flags=(*post.flags, "truncated"))


def _page(root: etree._Element, source: str, raw: RawPage, profile: Profile, *, legacy: bool, fragment: bool) -> Page:
    url = own_url(root, raw.url, source)
    ids, classes = index_threads(root)
    return Page(
        root=root,
        url=url,
        base=base_url(root, url, source),
        forum=profile.forum or host_of(url),
        zone=profile.zone(page_offset(source)),
        source=source,
        status=raw.status,
        legacy_encoding=legacy,
        thread_url=page_url(url, 1),
        fragment=fragment or "viewpid=" in url,
        ids=ids,
        classes=classes,
    )


def _other_format(text: str) -> str | None:
    """Why a text is no HTML page of a forum, by how it begins."""
    match = _FORMATS.match(text[:2000])
    if match is None:
        return None
    if match["json"]:
        return "data for an app (JSON), not a page of the forum"
    return f"a feed or site map (<{match['feed'].lower()}>), not a page of the forum"


def _read_printable(page: Page, raw: RawPage, pieces: Pieces) -> tuple[Extract, bool]:
    _reject_cut(raw.url, pieces.ended)
    view, cut = read_printable(page, pieces)
    return _thread_extract(complete(page, view), page, raw), cut


def _read(page: Page, raw: RawPage) -> Extract:
    view = "fragment" if page.fragment else "desktop"
    empty = Extract(raw.url, page.forum, raw.fetched_at, OTHER, view)
    end = _PAGE_END.search(page.source, max(0, len(page.source) - 5000))
    whole = end is not None or page.fragment or not _WHOLE_PAGE.search(page.source, 0, 2000)
    thread = read_thread(page)
    if thread is not None:
        _reject_cut(raw.url, whole or thread.ended)
        return _thread_extract(thread, page, raw)
    listing = read_listing(page)
    if listing is not None:
        _reject_cut(raw.url, whole or listing.ended)
        return _listing_extract(listing, page, raw)
    _reject_cut(raw.url, whole)
    notice = read_notice(page)
    if notice is not None:
        return replace(empty, kind=notice.kind, reason=notice.reason)
    if is_login_url(raw.url):
        return replace(empty, kind=FORBIDDEN, reason="the site sends guests to its log-in page")
    if page.fragment:
        said = " ".join(all_text(page.root).split())[:300]
        return replace(empty, kind=classify(said, page.status), reason=said or "an empty answer")
    boards = read_boards(page)
    if boards:
        return replace(empty, kind=INDEX, view=_view_of(page), boards=boards, links=_forum_links(page))
    return replace(empty, reason="no posts, no listing and no message of a Discuz! forum on this page")


def _thread_extract(found: ThreadPage, page: Page, raw: RawPage) -> Extract:
    return Extract(
        raw.url,
        page.forum,
        raw.fetched_at,
        THREAD,
        view=found.view,
        threads=(found.thread,),
        posts=found.posts,
        page=found.page,
        pages=found.thread.pages,
    )


def _listing_extract(found: Listing, page: Page, raw: RawPage) -> Extract:
    return Extract(
        raw.url,
        page.forum,
        raw.fetched_at,
        BOARD,
        view=found.view,
        threads=found.threads,
        boards=(*((found.board,) if found.board else ()), *found.boards),
        page=found.page,
        pages=found.pages,
        links=_forum_links(page),
    )


def _view_of(page: Page) -> str:
    """The view of an index page: its address tells, or the archiver's frame."""
    address = parse_address(page.url)
    if "/archiver/" in page.url or "archiver/" in page.base:
        return "archiver"
    return address.view if address else "desktop"


def _nothing(page: RawPage, profile: Profile, decoded: Decoded, reason: str) -> Extract:
    forum = profile.forum or (host_of(page.url) if is_web(page.url) else "unknown")
    return Extract(page.url, forum, page.fetched_at, OTHER, reason=reason, encoding=decoded.encoding)


def _forum_links(page: Page) -> tuple[str, ...]:
    """Absolute links to boards, threads and their pages on this host, each once, in page order."""
    host = host_of(page.base)
    found: dict[str, None] = {}
    for href in _LINKS(page.root):
        if not (href.endswith(("html", "htm", "php")) or "mod=" in href or "id=" in href):
            continue
        try:
            url = urljoin(page.base, href)
            same_host = host_of(url) == host
        except ValueError:
            continue
        if same_host and url not in found:
            address = parse_address(url)
            if address is not None and address.kind in (INDEX, BOARD, THREAD):
                found[url] = None
    return tuple(found)


def _reject_cut(url: str, complete: object) -> None:
    if not complete:
        raise PageError(url, "the page ends in the middle (no closing </html>): save or fetch it again")


ENGINE = Engine(
    name="Discuz!",
    recognises=recognise_discuz,
    extract=extract_discuz,
    parse_address=parse_address,
    page_url=page_url,
    canonical=canonical,
    board_url=board_url,
    latest_first=latest_first,
    whole_post=whole_post,
    slices=slices,
    signs=(
        *(b"postmessage_", b"authorposton", b"post_", b'"pid', b"'pid", b"=pid"),  # ids of posts (discuz.md 2)
        *(b"tid=", b"tid-", b"thread-", b"viewthread", b"fid=", b"fid-", b"forum-", b"forum.php", b"forumdisplay"),
        *(b"discuz", b"comsenz"),
    ),
    listing_pages=1000,  # beyond it page 1 comes again (discuz.md 3.2)
)
