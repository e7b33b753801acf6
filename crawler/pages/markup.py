"""What every engine needs of HTML: the tree with its limits watched, the text below an element, what tags show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.items import PageError

_FAR = 12
"""Ancestors that a template puts between two related elements at most; keeps look-ups linear on hostile pages."""

_DEEPEST = 60  # posts inside each other where a theme closes none of them: a page has no more
_FEW = 40  # nodes that a label can have
_TITLE = 400  # nodes that a title can have

_CHECK_FROM = 16_384
_WHOLE_TAG = re.compile(r"""<[a-z](?>[^"'>]++|"[^"]*+"|'[^']*+')*+""", re.I)
_LONG_TAG, _LONG_PAGE, _LARGE_PAGE = 3_000, 65_536, 262_144
_LONG_STRETCH = re.compile(rf"<[^<]{{{_LONG_TAG - 1}}}")
_ATTRIBUTE = re.compile(r"""[\s/"'][^\s/"'>=]""")
_MANY = 1_000  # attributes of one tag; libxml2 takes time as their square
# bytes of libxml2's nodes, and what looking up the start of a stray end tag costs; times the page's own size
_TAG_COST, _ATTRIBUTE_COST, _STRAY_COST, _SHARE = 128, 216, 64, 16

_HEAD_URLS = etree.XPath("//link[@rel='canonical']/@href|//base/@href|//meta[@property='og:url']/@content")
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)")
_BASE_TAG = re.compile(r"<base\s", re.I)

BLOCK = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "textarea",
        "button",
        "input",
        "select",
        "option",
        "object",
        "embed",
        "applet",
        "iframe",
        "audio",
        "video",
        "canvas",
        "svg",
        "math",
        "map",
        "param",
        "source",
        "track",
        "link",
        "meta",
        "base",
        "noembed",
        "noframes",
    ]
)
MEDIA = frozenset(["iframe", "embed", "object", "video", "audio"])


class Parsed(NamedTuple):
    root: etree._Element | None
    cut: bool
    """The parser dropped what lay deeper than its limit (2,048 levels)."""


def parse(source: str, url: str) -> Parsed:
    """The page's tree. ``PageError``: so many tags that it can be no page (its tree would fill the memory)."""
    if len(source) > _CHECK_FROM:
        _refuse_bomb(source, url)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return Parsed(None, False)
    log = parser.error_log
    return Parsed(root, bool(len(log)) and any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in log))


def parse_piece(source: str) -> tuple[etree._Element | None, bool]:
    """The ``body`` of a piece of a page, parsed by itself, and whether it was cut."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None, False
    cut = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log) if len(parser.error_log) else False
    return (root.find("body") if root is not None else None), cut


def _refuse_bomb(source: str, url: str) -> None:
    if len(source) > _LARGE_PAGE:
        ends = source.count("</")
        tags = source.count("<") - ends
        stray = max(0, ends - tags)
        cost = tags * _TAG_COST + stray * _STRAY_COST + source.count("=") * _ATTRIBUTE_COST
        if cost > _SHARE * len(source):
            raise PageError(url, "more tags and attributes than text can need: this is no page of a forum")
    for tag in _long_tags(source):
        if len(_ATTRIBUTE.findall(tag)) > _MANY:
            raise PageError(url, "a tag with thousands of attributes: this is no page of a forum")


def _long_tags(source: str) -> Iterator[str]:
    """Tags that could hold very many attributes; a short page is only searched for those without ``<`` in a value."""
    if len(source) < _LONG_PAGE and not _LONG_STRETCH.search(source):
        return
    yield from (tag for match in _WHOLE_TAG.finditer(source) if len(tag := match.group()) >= _LONG_TAG)


def join(base: str, url: str) -> str:
    """``url`` made absolute; as it is where it cannot be."""
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return url


def near_ancestors(el: etree._Element) -> Iterator[etree._Element]:
    """The ancestors of ``el`` that can belong to the same part of a template, nearest first."""
    return islice(el.iterancestors(), _FAR)


def all_text(el: etree._Element) -> str:
    """All text below ``el`` that is not script or style, in document order."""
    if len(el) == 0:
        return el.text or ""
    return "".join(_in_order(el))


def short_text(el: etree._Element) -> str:
    """``all_text`` of an element that should hold a few words: of its first nodes only, so that nests cost nothing."""
    return (el.text or "") if len(el) == 0 else "".join(islice(_in_order(el), _FEW))


def _in_order(el: etree._Element) -> Iterator[str]:
    for event, node in etree.iterwalk(el, events=("start", "end", "comment", "pi")):
        if event == "start":
            if isinstance(node.tag, str) and node.tag not in ("script", "style", "noscript"):
                yield node.text or ""
        elif node is not el:
            yield node.tail or ""


def lines(el: etree._Element) -> str:
    """What ``el`` shows, with a newline for every visual line break, as a run's text has them."""
    found = []
    for event, node in etree.iterwalk(el, events=("start", "end", "comment", "pi")):
        shown = isinstance(node.tag, str) and node.tag not in SILENT
        if event in ("start", "end") and ((node.tag == "br" and event == "start") or node.tag in BLOCK):
            found.append("\n")
        text = node.text if event == "start" and shown else node.tail if event != "start" and node is not el else None
        found.append(" ".join((text or "").splitlines()))
    return "".join(found)


def own_text(el: etree._Element) -> str:
    """The text that stands in ``el`` directly, not in a tag inside it."""
    return "".join([el.text or "", *(child.tail or "" for child in el)])


def words(el: etree._Element) -> str:
    """The text of a title, a name, a time, a label with runs of white space as one space; such have few nodes."""
    return " ".join("".join(islice(_in_order(el), _TITLE)).split()) if len(el) else " ".join((el.text or "").split())


def own_url(root: etree._Element, url: str, source: str) -> str:
    """The page's address on its forum: as fetched, else (a saved file) as the page itself tells it."""
    if is_web(url):
        return url
    told = (str(address) for address in (*_HEAD_URLS(root), *_SAVED_FROM.findall(source[:2000])))
    return next((address for address in told if is_web(address)), url if _scheme(url) is not None else "")


def is_web(url: str) -> bool:
    return _scheme(url) in ("http", "https")


def is_address(url: str) -> bool:
    return _scheme(url) is not None


def host_of(url: str) -> str:
    """The forum that an address belongs to: its host, with the port where that is not the scheme's own."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "unknown"
    host = (parts.hostname or "unknown").lower()
    host = f"[{host}]" if ":" in host else host
    return host if port in (None, 443 if parts.scheme == "https" else 80) else f"{host}:{port}"


def _scheme(url: str) -> str | None:
    """``None``: no address at all (brackets that do not match, a host that cannot be)."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return None


def base_url(root: etree._Element, url: str, source: str) -> str:
    told = root.iter("base") if _BASE_TAG.search(source) else ()
    base = next((href for el in told if (href := el.get("href"))), None)
    try:
        return urljoin(url, base) if base else url
    except ValueError:
        return url


class Nearest:
    """Which of some elements an element stands in (or is): the innermost; linear over all questions asked."""

    def __init__(self, owners: Iterable[etree._Element]) -> None:
        self._known: dict[etree._Element, etree._Element | None] = {el: el for el in owners}

    def of(self, el: etree._Element) -> etree._Element | None:
        known = self._known
        path = []
        at: etree._Element | None = el
        while at is not None and at not in known:
            path.append(at)
            at = at.getparent()
        owner = known[at] if at is not None else None
        for passed in path:
            known[passed] = owner
        return owner

    def around(self, el: etree._Element) -> etree._Element | None:
        """The innermost that is not ``el`` itself."""
        parent = el.getparent()
        return self.of(parent) if parent is not None else None


def refuse_nests(url: str, elements: Iterable[etree._Element]) -> None:
    """``PageError`` when posts or rows stand inside each other as no template puts them: reading each would read all."""
    depths: dict[etree._Element, int] = {}
    known = list(elements)
    nearest = Nearest(known)
    for el in known:
        outer = nearest.around(el)
        depths[el] = depths.get(outer, 0) + 1 if outer is not None else 1
        if depths[el] > _DEEPEST:
            raise PageError(url, f"more than {_DEEPEST} posts or rows inside each other: this is no page of a forum")
