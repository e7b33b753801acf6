"""Discuz! pages. The only package that says fid, tid and pid."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.items import BOARD, FORBIDDEN, INDEX, OTHER, THREAD, Extract, PageError, Profile, RawPage
from crawler.pages.discuz.listing import read_boards, read_listing
from crawler.pages.discuz.notices import is_login_url, read_notice
from crawler.pages.discuz.thread import read_thread
from crawler.pages.discuz.tree import Page, index_elements
from crawler.pages.discuz.urls import parse_address
from crawler.pages.encoding import Decoded, decode
from crawler.pages.times import page_offset

_LINKS = etree.XPath("//a/@href")
_HEAD_URLS = etree.XPath("//link[@rel='canonical']/@href|//base/@href|//meta[@property='og:url']/@content")
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)")
_WHOLE_PAGE = re.compile(r"<!doctype html|<html[\s>]", re.I)
_PAGE_END = re.compile(r"</(?:html|body)\s*>", re.I)
_MARKS = re.compile(
    r"postmessage_\d|authorposton\d|(?:normal|stick)thread_\d|Discuz!|Comsenz|forumdisplay|viewthread|messagetext|discuz_uid",
    re.I,
)


def recognise_discuz(source: str) -> bool:
    """Whether a page looks like Discuz!'s: by the ids, script names and marks that survive themes and languages."""
    return _MARKS.search(source) is not None


def extract_discuz(page: RawPage, profile: Profile) -> Extract:
    """All that one Discuz! page says (see ``Extract``). ``PageError``: the page was cut before its end."""
    decoded = decode(page.body, page.content_type)
    root, truncated = _parse(decoded.text)
    if root is None:
        return _nothing(page, profile, decoded, "empty page")
    url = _own_url(root, page.url, decoded.text)
    ids, classes = index_elements(root)
    parsed = Page(
        root=root,
        url=url,
        base=_base(root, url),
        forum=profile.forum or urlsplit(url).netloc.lower() or "unknown",
        zone=profile.zone(page_offset(decoded.text)),
        source=decoded.text,
        status=page.status,
        legacy_encoding=decoded.encoding != "utf-8",
        ids=ids,
        classes=classes,
    )
    found = replace(
        _read(parsed, page),
        fetched_at=page.fetched_at,
        encoding=decoded.encoding,
        replaced=decoded.replaced,
    )
    if truncated:
        posts = tuple(replace(post, flags=(*post.flags, "truncated")) for post in found.posts)
        found = replace(found, posts=posts, warnings=("nested too deeply: the parser cut the page", *found.warnings))
    return found


def _parse(source: str) -> tuple[etree._Element | None, bool]:
    """(root, whether the parser silently cut the page at its depth limit)."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except etree.ParserError:
        return None, False
    except etree.XMLSyntaxError:
        return None, False
    cut = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log) if len(parser.error_log) else False
    return root, cut


def _read(page: Page, raw: RawPage) -> Extract:
    empty = Extract(raw.url, page.forum, raw.fetched_at, OTHER)
    whole = _PAGE_END.search(page.source, max(0, len(page.source) - 5000)) or not _WHOLE_PAGE.search(page.source, 0, 2000)
    thread = read_thread(page)
    if thread is not None:
        _reject_cut(raw.url, whole or thread.ended)
        return replace(
            empty,
            kind=THREAD,
            view=thread.view,
            threads=(thread.thread,),
            posts=thread.posts,
            page=thread.page,
            pages=thread.thread.pages,
        )
    listing = read_listing(page)
    if listing is not None:
        _reject_cut(raw.url, whole or listing.ended)
        boards = (*((listing.board,) if listing.board else ()), *listing.boards)
        return replace(
            empty,
            kind=BOARD,
            threads=listing.threads,
            boards=boards,
            page=listing.page,
            pages=listing.pages,
            links=_forum_links(page),
        )
    _reject_cut(raw.url, whole)
    notice = read_notice(page)
    if notice is not None:
        return replace(empty, kind=notice.kind, reason=notice.reason)
    if is_login_url(raw.url):
        return replace(empty, kind=FORBIDDEN, reason="the site sends guests to its log-in page")
    boards = read_boards(page)
    if boards:
        return replace(empty, kind=INDEX, boards=boards, links=_forum_links(page))
    return replace(empty, reason="no posts, no listing and no message of a Discuz! forum on this page")


def _nothing(page: RawPage, profile: Profile, decoded: Decoded, reason: str) -> Extract:
    forum = profile.forum or urlsplit(page.url).netloc.lower() or "unknown"
    return Extract(page.url, forum, page.fetched_at, OTHER, reason=reason, encoding=decoded.encoding)


def _own_url(root: etree._Element, url: str, source: str) -> str:
    """The page's address on its forum: as fetched, else (a saved file) as the page itself tells it."""
    if urlsplit(url).scheme in ("http", "https"):
        return url
    for told in (*_HEAD_URLS(root), *_SAVED_FROM.findall(source[:2000])):
        if urlsplit(told).scheme in ("http", "https"):
            return str(told)
    return url


def _base(root: etree._Element, url: str) -> str:
    base = next((el.get("href") for el in root.iter("base") if el.get("href")), None)
    try:
        return urljoin(url, base) if base else url
    except ValueError:
        return url


def _forum_links(page: Page) -> tuple[str, ...]:
    """Absolute links to boards, threads and their pages on this host, each once, in page order."""
    host = urlsplit(page.base).netloc
    found: dict[str, None] = {}
    for href in _LINKS(page.root):
        if not (href.endswith(("html", "htm", "php")) or "mod=" in href or "id=" in href):
            continue
        try:
            url = urljoin(page.base, href)
            same_host = urlsplit(url).netloc == host
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
