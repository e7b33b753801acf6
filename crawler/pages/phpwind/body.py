"""The inside of a phpwind message as marked runs of text. It marks, it does not judge (facts: docs/phpwind.md, Messages)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from crawler.items import AUTHORED, CHROME, HIDDEN, JAMMER, Attachment, Comment, Quote, Run
from crawler.pages.encoding import revive_entities
from crawler.pages.engine import POST
from crawler.pages.markup import BLOCK, MEDIA, SILENT, all_text, join, short_text, words
from crawler.pages.phpwind.marks import (
    hides,
    is_attachment,
    is_price,
    is_shield,
    is_site_picture,
    lock_of,
    picture_source,
    read_attachments,
)
from crawler.pages.phpwind.page import GRAMMAR
from crawler.pages.phpwind.urls import parse_address, profile_uid

_EDITED = re.compile(
    r"(?:此帖被(?P<who>.{1,60}?)在|^\s*\[(?P<who2>.{1,60}?)[于於])"
    r"(?P<when>\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2}(?::\d{2})?)(?:重新编辑|重新編輯|编辑了帖子|編輯了帖子)"
)
_QUOTED = re.compile(r"^\s*引用(?:楼主|樓主|第\s?\d{1,7}\s?[楼樓])\s*(.{1,60}?)\s*[于於]\s*\d{4}-\d{1,2}-\d{1,2}")
_QUOTE_WORDS = re.compile(r"引\s*用|Quote", re.I)
_LINE = 300
_EDIT_IDS = re.compile(r"alert_(?:tpc|\d{1,12})")
_NOTE_IDS = re.compile(r"lwd_(?:tpc|\d{1,12})")
_NOTE_WORDS = re.compile(r"^\s*x?\s*(?:楼主留言|樓主留言)[:：]\s*")


@dataclass(slots=True)
class Body:
    """What one message holds."""

    runs: list[Run] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    edited: tuple[str | None, str | None] = (None, None)
    """Who edited the post last, and when, as printed."""

    def flag(self, name: str) -> None:
        if name not in self.flags:
            self.flags.append(name)


class _Zone(NamedTuple):
    """Runs being collected: the post's own, or one quote's."""

    element: etree._Element
    runs: list[Run]
    parts: list[str]
    links: list[str]
    names: list[str]
    """Of a quote that begins with a link to its author: what the link says."""

    def flush(self) -> None:
        if self.parts:
            self.runs.append(Run("".join(self.parts)))
            self.parts.clear()


def read_edit(text: str) -> tuple[str | None, str | None]:
    """(who edited a post, when) from the words of the forum's notice, else two times ``None``."""
    match = _EDITED.search(text[:_LINE])
    return ((match["who"] or match["who2"]).strip(), match["when"]) if match else (None, None)


def read_body(cell: etree._Element, *, base: str, thread_id: int, legacy_encoding: bool = False) -> Body:
    """Marked runs, quotes, attachments, flags and the edit notice of one message; never raises."""
    return _Reader(cell, base, thread_id, legacy_encoding).read()


class _Reader:
    def __init__(self, cell: etree._Element, base: str, thread_id: int, legacy: bool) -> None:
        self.cell = cell
        self.base = base
        self.thread_id = thread_id
        self.legacy = legacy
        self.body = Body()
        self.zone = _Zone(cell, [], [], [], [])
        self.outer: list[_Zone] = []
        self.preformatted: list[etree._Element] = []
        self.unsaid = False
        """A quote has begun and nothing of it is read but perhaps its author."""

    def read(self) -> Body:
        walker = etree.iterwalk(self.cell, events=("start", "end", "comment", "pi"))
        for event, element in walker:
            if event == "start":
                if element is self.cell or self.start(element):
                    self.text(element.text)
                else:
                    walker.skip_subtree()
                continue
            if element is self.cell:
                break
            if event == "end":
                self.end(element)
            self.text(element.tail)
        while self.outer:
            self.close_quote()
        self.zone.flush()
        self.body.runs = self.zone.runs
        return self.body

    def text(self, text: str | None) -> None:
        if not text:
            return
        if not self.preformatted:
            text = re.sub(r"[\r\n\t]", " ", text)
            text = revive_entities(text, legacy=self.legacy)
        if self.unsaid and (bare := text.strip()):
            self.unsaid = False
            if self.zone.names and bare[0] in ":：":
                text = text.lstrip()[1:]  # the mark between an author's name and what is quoted
        self.zone.parts.append(text)

    def start(self, el: etree._Element) -> bool:
        """Handle an opening tag; whether its content is to be read as text."""
        tag = el.tag
        if tag == "br":
            self.zone.parts.append("\n")
            return False
        if tag in SILENT:
            if tag in MEDIA and (source := el.get("src") or el.get("data")):
                self.attach("media", None, source)
            return False
        if tag == "img":
            source = picture_source(el)
            if source and not is_site_picture(source):
                self.attach("image", el.get("alt") or None, source)
            return False
        if tag in BLOCK:
            self.zone.parts.append("\n")
        return self.attributes(el) if el.attrib or tag in ("h6", "div") else True

    def attributes(self, el: etree._Element) -> bool:
        """The cases that a class, id or style tells."""
        classes = (el.get("class") or "").split()
        ident = el.get("id") or ""
        if is_attachment(el):
            self.body.attachments.extend(read_attachments(el, self.base))
            self.mark(all_text(el), CHROME, "attachment")
            return False
        if self.notice(el, classes, ident):
            return False
        if hides(el.get("style") or ""):
            text = all_text(el)
            generated = el.tag in ("span", "font") and GRAMMAR.fullmatch(text) is not None
            self.mark(text, JAMMER if generated else HIDDEN, "copyctrl" if generated else "")
            return False
        if el.tag == "blockquote" and self.is_quote(el, classes):
            self.open_quote(el)
        elif el.tag == "a" and self.outer:
            self.zone.links.append(el.get("href") or "")
            named = self.unsaid and not self.zone.names and profile_uid(el.get("href") or "")[0]
            if named:  # 8.7 and later: a quote begins with its author
                self.zone.names.append(words(el))
            if named or "return" in classes:  # 9.x: back to the quoted post
                self.mark(all_text(el), CHROME, "caption")
                return False
        elif el.tag == "pre":
            self.preformatted.append(el)
        return True

    def notice(self, el: etree._Element, classes: list[str], ident: str) -> bool:
        """Whether the element was one of the forum's own words inside a message, and has become a run of its own."""
        label = ""
        if lock := lock_of(el):
            self.body.flag(lock)
            label = "locked"
        elif is_shield(el):
            self.body.flag("banned")
            label = "locked"
        elif _EDIT_IDS.fullmatch(ident) and not self.outer:
            self.body.edited = read_edit(short_text(el))
            label = "edit-notice"
        elif _NOTE_IDS.fullmatch(ident):
            self.body.comments.append(Comment(None, _NOTE_WORDS.sub("", words(el)), None))
            return True
        elif "phone" in classes and el.tag == "p":
            label = "origin"
        elif "inside_title" in classes:  # 9.x: a reply's own subject
            label = "title"
        elif el.tag == "h6" or (el.tag == "div" and "quote" in classes) or self.is_button(el):
            label = "caption"
        elif is_price(el):
            label = "locked"
        if label:
            self.mark(all_text(el), CHROME, label)
        return bool(label)

    @staticmethod
    def is_button(el: etree._Element) -> bool:
        """The button above a code box, or that of a player."""
        link = next(iter(el), None)
        code = link is not None and link.tag == "a" and "CopyCode" in (link.get("onclick") or "")
        return code or (el.get("id") or "").startswith("player_")

    def is_quote(self, el: etree._Element, classes: list[str]) -> bool:
        """A quote, not the author's own indented paragraph nor a part that was hidden and is now shown."""
        if "blockquote3" in classes or "blockquote6" in classes:
            return True
        if "blockquote" in classes and "cc" in classes:  # 9.x
            return True
        above = el.getprevious()
        return above is not None and above.tag == "h6" and _QUOTE_WORDS.search(words(above)) is not None

    def open_quote(self, el: etree._Element) -> None:
        self.zone.flush()
        self.outer.append(self.zone)
        self.zone = _Zone(el, [], [], [], [])
        self.unsaid = True

    def close_quote(self) -> None:
        quote = self.zone
        quote.flush()
        said = "".join(run.text for run in quote.runs if run.mark == AUTHORED)
        source = _QUOTED.search(said[:_LINE])
        author = source[1].strip() if source else next(iter(quote.names), None)
        self.body.quotes.append(Quote("", author, self.quoted_post(quote.links), tuple(quote.runs)))
        self.zone = self.outer.pop()
        self.unsaid = False
        self.zone.parts.append("\n")

    def quoted_post(self, links: list[str]) -> int | None:
        if any(re.search(r"action=topost.{0,60}pid=(?:tpc|0)?(?:&|$)", link) for link in links):
            return -self.thread_id
        found = (address for link in links if (address := parse_address(link)) and address.kind == POST)
        post = next((address.id for address in found), None)
        return post if isinstance(post, int) else None

    def end(self, el: etree._Element) -> None:
        if el.tag in BLOCK:
            self.zone.parts.append("\n")
        elif el.tag in ("td", "th"):
            self.zone.parts.append(" ")
        if self.preformatted and self.preformatted[-1] is el:
            self.preformatted.pop()
        if self.outer and self.zone.element is el:
            self.close_quote()

    def attach(self, kind: str, name: str | None, url: str) -> None:
        self.body.attachments.append(Attachment(kind, name, join(self.base, url)))

    def mark(self, text: str, mark: str, label: str = "") -> None:
        self.zone.flush()
        if text:
            self.zone.runs.append(Run(text, mark, label))
