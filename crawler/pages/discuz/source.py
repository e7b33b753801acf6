"""From a page's text to its tree: AJAX envelopes opened, tags that noise broke mended, the parser's limits watched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from crawler.items import PageError

_ENVELOPE = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<root>\s*<!\[CDATA\[", re.I)
# the generator's own spelling: what a browser saved is no longer broken in this way
_UNIT_STARTS = ('<font class="jammer">', '<span style="display:none">', '<font style="font-size:10px;color:')
_UNIT = re.compile(r"<(?:font|span)[^<>]*>[^<=>]*</(?:font|span)>")
_TAG_OPEN = re.compile(r"<[/a-z!]", re.I)
_VALUE = re.compile(r"""=\s{0,9}(?:"[^"]*(?:"|$)|'[^']*(?:'|$))""")
_CHECK_FROM = 16_384
_WHOLE_TAG = re.compile(r"""<[a-z](?>[^"'>]++|"[^"]*+"|'[^']*+')*+""", re.I)
_LONG_TAG, _LONG_PAGE, _LARGE_PAGE = 3_000, 65_536, 262_144
_LONG_STRETCH = re.compile(rf"<[^<]{{{_LONG_TAG - 1}}}")
_ATTRIBUTE = re.compile(r"""[\s/"'][^\s/"'>=]""")
_MANY = 1_000  # attributes of one tag; libxml2 takes time as their square
# bytes of libxml2's nodes, and what looking up the start of a stray end tag costs; times the page's own size
_TAG_COST, _ATTRIBUTE_COST, _STRAY_COST, _SHARE = 128, 216, 64, 16


class Parsed(NamedTuple):
    root: etree._Element | None
    cut: bool
    """The parser dropped what lay deeper than its limit (2,048 levels)."""


def open_envelope(source: str) -> tuple[str, bool]:
    """The HTML inside Discuz!'s AJAX answer (``<root><![CDATA[…]]></root>``), and whether ``source`` was one."""
    match = _ENVELOPE.match(source)
    if match is None:
        return source, False
    body = source[match.end() :]
    end = body.rfind("]]>")
    return (body[:end] if end >= 0 else body).replace("]]]]><![CDATA[>", "]]>"), True


def mend_tags(source: str) -> str:
    """``source`` with noise units that landed inside a tag moved in front of it.

    X1.5 and later put a unit at every newline of a post written in HTML, also at one inside a tag, whose attributes
    it then breaks (discuz.md 1.3). A unit itself never holds ``<``, ``=`` or ``>``. Moved too far, it does no harm:
    it goes out of the text wherever it stands.
    """
    done: list[str] = []
    at = last = 0
    tag: list[str] = []  # the pieces of a broken tag
    for unit in _units(source):
        begin = unit.start()
        if not tag or not _still_open(tag, source[last:begin]):
            start = _open_tag(source, last, begin)
            done += tag
            tag = []
            if start < 0:
                last = unit.end()
                continue
            done.append(source[at:start])
            at = start
        done.append(unit.group())
        tag.append(source[at:begin])
        at = last = unit.end()
    return "".join((*done, *tag, source[at:])) if at else source


def _still_open(tag: list[str], more: str) -> bool:
    """Whether a tag that was open goes on through ``more``."""
    if "<" not in more and ">" not in more:
        return True
    if len(tag) > _MANY:
        return False
    bare = _VALUE.sub("", "".join(tag) + more)
    return "<" not in bare[1:] and ">" not in bare


def _units(source: str) -> list[re.Match[str]]:
    starts = []
    for opening in _UNIT_STARTS:
        at = source.find(opening)
        while at >= 0:
            starts.append(at)
            at = source.find(opening, at + 1)
    return [unit for at in sorted(starts) if (unit := _UNIT.match(source, at))]


def _open_tag(source: str, begin: int, end: int) -> int:
    """Where the tag starts that is still open at ``end``, or -1; a quoted value may hold ``>``."""
    start = source.rfind("<", begin, end)
    if start < 0 or not _TAG_OPEN.match(source, start):
        return -1
    if source.find(">", start, end) >= 0 and ">" in _VALUE.sub("", source[start:end]):
        return -1
    return start


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
