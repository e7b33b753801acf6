"""The inside of a message cell as marked runs of text. It marks, it does not judge (facts: discuz.md 1.4, 2.5-2.7).

One pass over the cell's nodes in document order. Nothing is dropped here except what never shows text (scripts,
form controls, pictures): furniture and noise leave as runs with their mark, for the stages to decide on.
"""

from __future__ import annotations

import re

from lxml import etree

from crawler.items import AUTHORED, CHROME, HIDDEN, JAMMER, Attachment, Quote, Run
from crawler.pages.discuz.attachments import read_attachments, size_behind
from crawler.pages.discuz.collected import Body, Zone, split_code_box
from crawler.pages.discuz.marks import (
    ATTACHED,
    CAPTION,
    furniture_label,
    is_furniture,
    is_hidden_notice,
    is_site_picture,
    locked_flag,
    style_mark,
)
from crawler.pages.discuz.notes import quoted_author, read_edit, split_bare_edit
from crawler.pages.discuz.urls import linked_pid
from crawler.pages.encoding import revive_entities
from crawler.pages.markup import BLOCK, MEDIA, SILENT, all_text, join


def read_body(cell: etree._Element, *, base: str, legacy_encoding: bool = False) -> Body:
    """Marked runs, quotes, attachments, flags and the edit notice of one message cell; never raises.

    ``legacy_encoding``: the page is not UTF-8, so a numeric entity that shows as text stands for a character that
    the forum's charset could not hold (discuz.md section 5).
    """
    return _Reader(cell, base, legacy_encoding).read()


class _Reader:
    def __init__(self, cell: etree._Element, base: str, legacy: bool) -> None:
        self.cell = cell
        self.base = base
        self.legacy = legacy
        self.body = Body()
        self.zone = Zone(cell, [], [], [])
        self.outer: list[Zone] = []
        self.preformatted: list[etree._Element] = []
        self.in_code = False
        self.skip_bracket = False
        self.behind_attachment = False

    def read(self) -> Body:
        self.walk(self.cell)
        while self.outer:
            self.close_quote()
        self.zone.flush()
        self.body.runs = self.zone.runs
        if self.body.edit is None:
            self.body.edit = split_bare_edit(self.body.runs)
        return self.body

    def walk(self, root: etree._Element, skip: frozenset[str] = frozenset()) -> None:
        """Read the content of ``root`` (not the element itself, nor its tail) in document order."""
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walker:
            if event == "start":
                if element is root or (element.tag not in skip and self.start(element)):
                    if element.text:
                        self.text(element.text)
                else:
                    walker.skip_subtree()
                continue
            if element is root:
                break
            if event == "end":
                self.end(element)
            if element.tail:
                self.text(element.tail)

    def text(self, text: str) -> None:
        if self.skip_bracket:
            self.skip_bracket = False
            text = re.sub(r"^\s*\]", "", text)
        if self.behind_attachment:
            self.behind_attachment = False
            if size := size_behind(text):
                self.mark(text[:size], CHROME, "attachment")
                text = text[size:]
        if not self.preformatted:
            if "\n" in text or "\r" in text or "\t" in text:
                text = text.replace("\r", " ").replace("\n", " ").replace("\t", " ")
            text = revive_entities(text, legacy=self.legacy)
        self.zone.parts.append(text)

    def start(self, el: etree._Element) -> bool:
        """Handle an opening tag; whether its content is to be read as text."""
        tag = el.tag
        if tag == "br":
            self.zone.parts.append("\n")
            return False
        if tag in SILENT:
            return self.silent(el, tag)
        if tag == "img":
            self.image(el)
            return False
        if tag in BLOCK:
            self.zone.parts.append("\n")
        if el.attrib:
            return self.attributes(el, tag)
        return self.plain(el, tag)

    def plain(self, el: etree._Element, tag: str) -> bool:
        """An element of which only the tag tells something."""
        if tag == "i":
            return self.italic(el, "")
        if (tag == "b" or tag == "strong") and el.text and is_hidden_notice(el.text) and len(el) == 0:
            self.body.flag("hidden")
            self.mark(el.text, CHROME, "locked")
            return False
        if tag == "pre":
            self.preformatted.append(el)
        elif tag == "ignore_js_op":
            return self.attachment_block(el)
        return True

    def silent(self, el: etree._Element, tag: str) -> bool:
        if tag in MEDIA:
            self.attach("media", None, el.get("src") or el.get("data"))
        elif tag == "textarea" and (text := all_text(el)).strip():
            self.mark(text, HIDDEN)
        return False

    def attributes(self, el: etree._Element, tag: str) -> bool:
        """The cases that a class, id or style tells; the plain case last, because it is the most frequent one to pass."""
        style = el.get("style")
        if style:
            mark = style_mark(style, tag)
            if mark and not is_furniture(el) and not self.is_attached(el):
                self.mark(all_text(el), mark)
                return False
        if tag == "ignore_js_op":
            return self.attachment_block(el)
        classes = el.get("class")
        ident = el.get("id")
        if classes or ident:
            return self.named(el, tag, (classes or "").split(), ident or "")
        if style and "white-space" in style and "white-space:pre" in style.replace(" ", "").lower():
            self.preformatted.append(el)
        if tag == "a" and self.outer and (pid := linked_pid(el.get("href") or "")) is not None:
            self.zone.pids.append(pid)
        return self.plain(el, tag)

    @staticmethod
    def is_attached(el: etree._Element) -> bool:
        return (el.get("id") or "").startswith(("attach_", "aimg_"))

    def named(self, el: etree._Element, tag: str, classes: list[str], ident: str) -> bool:
        for name in classes:
            if name == "jammer":
                self.mark(all_text(el), JAMMER)
                return False
            if name == "quote" and tag in ("div", "blockquote"):
                self.open_quote(el)
                return True
            if name == "blockcode":
                return self.code(el)
            if name == "pstatus":
                return self.italic(el, name)
            if (name == "altbg2" or name == "smalltxt") and tag == "div":
                return self.old_box(el, name, ident)
            if handled := self.furniture(el, name):
                return handled == "read"
        if ident:
            if ident.startswith("attach_") and tag == "span":
                return self.attachment_block(el)
            if ident == "threadpage":
                self.body.flag("truncated")
            if ident == "threadimgcontent":
                self.body.flag("image_only")
        return self.plain(el, tag)

    def furniture(self, el: etree._Element, name: str) -> str:
        """``read`` or ``skip`` when the class is one of the interface's inside a message, else the empty string."""
        if name == "locked":
            self.body.flag(locked_flag(el))
            self.mark(all_text(el), CHROME, "locked")
        elif name == "showhide":
            heading = el.find("h4")
            if heading is not None:
                heading.set("class", CAPTION)
            return "read"
        elif name in ATTACHED:
            self.attachment_block(el)
        elif label := furniture_label(name):
            self.mark(all_text(el), CHROME, label)
        else:
            return ""
        return "skip"

    def old_box(self, el: etree._Element, name: str, ident: str) -> bool:
        """4.x: ``QUOTE:`` or ``CODE:`` in a ``div.smalltxt``, what it names in the ``div.altbg2`` behind it."""
        if name == "smalltxt":
            box = el.getnext()
            if box is not None and box.tag == "div" and box.get("class") == "altbg2":
                self.mark(all_text(el), CHROME, "caption")
                return False
        elif not ident.startswith("code"):
            self.open_quote(el)
        return True

    def code(self, el: etree._Element) -> bool:
        """Of a code box only the code is the author's: the parts with an id, else the list; buttons are captions."""
        if self.in_code:
            return True
        codes, caption = split_code_box(el)
        if caption.strip():
            self.mark(caption, CHROME, "caption")
        self.in_code = True
        for code in codes or [el]:
            self.zone.parts.append("\n")
            self.walk(code, skip=frozenset() if codes else frozenset(("em", "span")))
            self.zone.parts.append("\n")
        self.in_code = False
        return False

    def italic(self, el: etree._Element, name: str) -> bool:
        text = all_text(el)
        edit = read_edit(text, certain=name == "pstatus")
        if edit is None:
            return True
        if not self.outer:  # inside a quote it is the quoted post's
            self.body.edit = edit
            self.drop_open_bracket()
        self.mark(text, CHROME, "edit-notice")
        return False

    def drop_open_bracket(self) -> None:
        """6.x and 7.0 print the notice in literal brackets around the tag."""
        parts = self.zone.parts
        if parts and (bare := parts[-1].rstrip()).endswith("["):
            parts[-1] = bare[:-1]
            self.skip_bracket = True

    def open_quote(self, el: etree._Element) -> None:
        self.zone.flush()
        self.outer.append(self.zone)
        self.zone = Zone(el, [], [], [])
        for caption in el.findall("h5"):
            caption.set("class", CAPTION)

    def close_quote(self) -> None:
        quote = self.zone
        quote.flush()
        who = quoted_author([run.text for run in quote.runs if run.mark == AUTHORED])
        self.body.quotes.append(Quote("", who, quote.pids[0] if quote.pids else None, tuple(quote.runs)))
        self.zone = self.outer.pop()
        self.zone.parts.append("\n")

    def end(self, el: etree._Element) -> None:
        tag = el.tag
        if tag in BLOCK:
            self.zone.parts.append("\n")
        elif tag == "td" or tag == "th":
            self.zone.parts.append(" ")
        if self.preformatted and self.preformatted[-1] is el:
            self.preformatted.pop()
        if self.outer and self.zone.element is el:
            self.close_quote()

    def attachment_block(self, el: etree._Element) -> bool:
        self.body.attachments.extend(read_attachments(el, self.base))
        text = all_text(el)
        if text.strip():
            self.mark(text, CHROME, "attachment")
        self.behind_attachment = el.tag == "span"
        return False

    def image(self, el: etree._Element) -> None:
        source = el.get("file") or el.get("zoomfile") or el.get("src") or ""
        if el.get("smilieid") or not source or is_site_picture(source):
            return
        self.attach("image", el.get("title") or el.get("alt") or None, source)

    def attach(self, kind: str, name: str | None, url: str | None) -> None:
        if url:
            self.body.attachments.append(Attachment(kind, name, join(self.base, url)))

    def mark(self, text: str, mark: str, label: str = "") -> None:
        self.zone.flush()
        self.zone.runs.append(Run(text, mark, label))
