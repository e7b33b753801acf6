"""The inside of a message cell as marked runs of text. It marks, it does not judge (facts: discuz.md 1.4, 2.5-2.7).

One pass over the cell's nodes in document order. Nothing is dropped here except what never shows text (scripts,
form controls, pictures): furniture and noise leave as runs with their mark, for the stages to decide on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urljoin

from lxml import etree

from crawler.items import AUTHORED, CHROME, HIDDEN, JAMMER, SUSPECT, Attachment, Quote, Run
from crawler.pages.discuz.tree import all_text
from crawler.pages.discuz.urls import linked_pid
from crawler.pages.times import time_span

_BLOCK = frozenset(
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
_SILENT = frozenset(
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
_TIP = frozenset(["tip", "tip_4", "aimg_tip", "attach_popup", "tip_c", "tip_horn"])
_ADVERT = re.compile(r"^(?:a_(?:pr|pt|pb|p|t|pd)|ad_\w+)$")
_EDITED = re.compile(
    r"\[?\s*(?:本帖最后由|本帖最後由)\s+(?P<who>.+?)\s+(?:于|於)\s+(?P<when>\d{4}[-/]\d{1,2}[-/]\d{1,2}\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?)\s*(?:编辑|編輯)\s*\]?"
    r"|Last edited by\s+(?P<who2>.+?)\s+(?:on|at)\s+(?P<when2>\S+\s+\S+)"
)
_POSTED = re.compile(r"\s*(?:发表于|發表於|发表|發表|于|於|Post(?:ed)? (?:time|at|on)|[:：,，-])\s*$")
_POSTED_BY = re.compile(
    r"^\s*(?:原帖由|引用第?\s*\d*\s*楼?|回复|回覆|Originally posted by|Originalversion von)\s*", re.I
)
_ENTITY = re.compile(r"&#(\d{3,7});")
_ZERO = re.compile(r"font-size:0+(?:\.0+)?(?:px|pt|em|rem|%)?(?:;|$|!)")
_X15_UNIT = re.compile(r"^font-size:10px;color:[^;]+;?$")
_SIZE = re.compile(r"^\s*\(?\s*[\d.,]+\s*(?:Bytes|[KMG]i?B|[KMG])\b.*$", re.I | re.S)
_FIRST_LINES = 6  # an edit notice without its own tag stands at the very start or end of a post


class Edit(NamedTuple):
    by: str | None
    at: str | None


@dataclass(slots=True)
class Body:
    """What one message cell holds."""

    runs: list[Run] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    edit: Edit | None = None

    def flag(self, name: str) -> None:
        if name not in self.flags:
            self.flags.append(name)


class _Zone:
    """Runs being collected: the post's own, or one quote's."""

    __slots__ = ("element", "parts", "pid", "runs", "who")

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self.runs: list[Run] = []
        self.parts: list[str] = []
        self.pid: int | None = None
        self.who: str | None = None

    def flush(self) -> None:
        if self.parts:
            self.runs.append(Run("".join(self.parts)))
            self.parts.clear()


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
        self.zone = _Zone(cell)
        self.outer: list[_Zone] = []
        self.preformatted: list[etree._Element] = []
        self.skip_bracket = False

    def read(self) -> Body:
        self.walk(self.cell)
        self.zone.flush()
        self.body.runs = self.zone.runs
        if self.body.edit is None:
            self.find_bare_edit_notice()
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
        if not self.preformatted:
            if "\n" in text or "\r" in text or "\t" in text:
                text = text.replace("\r", " ").replace("\n", " ").replace("\t", " ")
            if "&#" in text:
                text = _ENTITY.sub(self.entity, text)
        self.zone.parts.append(text)

    def entity(self, match: re.Match[str]) -> str:
        code = int(match[1])
        lone_surrogate = 0xD800 <= code < 0xE000
        if code <= 0x10FFFF and not lone_surrogate and (code > 0xFFFF or (self.legacy and code >= 0x80)):
            return chr(code)
        return match[0]

    def start(self, el: etree._Element) -> bool:
        """Handle an opening tag; whether its content is to be read as text."""
        tag = el.tag
        if tag == "br":
            self.zone.parts.append("\n")
            return False
        if tag in _SILENT:
            return self.silent(el, tag)
        if tag == "img":
            self.image(el)
            return False
        if tag in _BLOCK:
            self.zone.parts.append("\n")
        if el.attrib:
            return self.attributes(el, tag)
        if tag == "ignore_js_op":
            return self.attachment_block(el)
        if tag == "i":
            return self.italic(el, "")
        if tag == "pre":
            self.preformatted.append(el)
        return True

    def silent(self, el: etree._Element, tag: str) -> bool:
        if tag in ("iframe", "embed", "object", "video", "audio"):
            self.attach("media", None, el.get("src") or el.get("data"))
        elif tag == "textarea" and (text := "".join(el.itertext())).strip():
            self.mark(text, HIDDEN)
        return False

    def attributes(self, el: etree._Element, tag: str) -> bool:
        """The cases that a class, id or style tells; the plain case last, because it is the most frequent one to pass."""
        style = el.get("style")
        if style:
            mark = _style_mark(style, tag)
            if mark and not _is_furniture(el):
                self.mark(all_text(el), mark)
                return False
        if tag == "ignore_js_op":
            return self.attachment_block(el)
        classes = el.get("class")
        ident = el.get("id")
        if classes or ident:
            return self.named(el, tag, (classes or "").split(), ident or "")
        if tag == "i":
            return self.italic(el, "")
        if tag == "pre" or (style and "white-space:pre" in style.replace(" ", "").lower()):
            self.preformatted.append(el)
        return True

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
            if handled := self.furniture(el, name):
                return handled == "read"
        if ident.startswith("attach_") and tag == "span":
            return self.attachment_block(el)
        if ident == "threadpage":
            self.body.flag("truncated")
        if ident == "threadimgcontent":
            self.body.flag("image_only")
        if tag == "i" and not classes:
            return self.italic(el, "")
        if tag == "pre":
            self.preformatted.append(el)
        return True

    def furniture(self, el: etree._Element, name: str) -> str:
        """``read`` or ``skip`` when the class is one of the interface's inside a message, else the empty string."""
        if name == "locked":
            self.body.flag(locked_flag(el))
            self.mark(all_text(el), CHROME, "locked")
        elif name == "showhide":
            heading = el.find("h4")
            if heading is not None:
                heading.set("class", "tiezi-caption")
            return "read"
        elif name == "tiezi-caption":
            self.mark(all_text(el), CHROME, "caption")
        elif name in _TIP:
            self.mark(all_text(el), CHROME, "tip")
        elif name.startswith("attach_nopermission") or name == "guestviewthumb":
            self.mark(all_text(el), CHROME, "login-box")
        elif name in ("t_attach", "t_attachlist", "tattl", "pattl", "postattachlist"):
            self.attachment_block(el)
        elif name == "modact":
            self.mark(all_text(el), CHROME, "moderation")
        elif _ADVERT.match(name):
            self.mark(all_text(el), CHROME, "advert")
        else:
            return ""
        return "skip"

    def code(self, el: etree._Element) -> bool:
        """Of a code box only the code is the author's: the parts with an id, else the list; buttons are captions."""
        codes = el.xpath('.//*[starts-with(@id,"code")]') or el.xpath(".//ol")
        inside = {node for code in codes for node in code.iter()}
        caption = [el.text or "" if codes else ""]
        for node in el.iterdescendants():
            if node in inside or not isinstance(node.tag, str):
                continue
            if codes or node.tag in ("em", "span"):
                caption.append(node.text or "")
        caption += [(code.tail or "") for code in codes]
        if "".join(caption).strip():
            self.mark("".join(caption), CHROME, "caption")
        for code in codes or [el]:
            self.zone.parts.append("\n")
            self.walk(code, skip=frozenset() if codes else frozenset(("em", "span")))
            self.zone.parts.append("\n")
        return False

    def italic(self, el: etree._Element, name: str) -> bool:
        text = all_text(el)
        match = _EDITED.search(text)
        if name != "pstatus" and not (match and match.group().strip() == text.strip()):
            return True
        if match:
            edit = Edit(match["who"] or match["who2"], match["when"] or match["when2"])
        else:  # another language's words: the time is where it is, who did it is not told apart
            span = time_span(text)
            edit = Edit(None, text[span[0] : span[1]] if span else None)
        if self.outer:  # inside a quote it is the quoted post's
            self.mark(text, CHROME, "edit-notice")
            return False
        self.body.edit = edit
        self.drop_open_bracket()
        self.mark(text, CHROME, "edit-notice")
        return False

    def drop_open_bracket(self) -> None:
        """6.x and 7.0 print the notice in literal brackets around the tag."""
        parts = self.zone.parts
        if parts and (bare := re.sub(r"\[\s*$", "", parts[-1])) != parts[-1]:
            parts[-1] = bare
            self.skip_bracket = True

    def find_bare_edit_notice(self) -> None:
        """With BBCode off the notice is literal text in brackets, alone on one of the first or last lines."""
        runs = self.body.runs
        for at in dict.fromkeys(
            [*range(min(_FIRST_LINES, len(runs))), *range(max(0, len(runs) - _FIRST_LINES), len(runs))]
        ):
            run = runs[at]
            if run.mark != AUTHORED or ("本帖最后由" not in run.text and "本帖最後由" not in run.text):
                continue
            for match in _EDITED.finditer(run.text):
                if not match.group().lstrip().startswith("[") or not match["who"]:
                    continue
                self.body.edit = Edit(match["who"], match["when"])
                notice = Run(match.group(), CHROME, "edit-notice")
                runs[at : at + 1] = [Run(run.text[: match.start()]), notice, Run(run.text[match.end() :])]
                return

    def open_quote(self, el: etree._Element) -> None:
        self.zone.flush()
        self.outer.append(self.zone)
        self.zone = _Zone(el)
        for caption in el.findall("h5"):
            caption.set("class", "tiezi-caption")
        for link in el.iter("a"):
            if (pid := linked_pid(link.get("href") or "")) is not None:
                self.zone.pid = pid
                break
        self.zone.who = _quoted_author(el)

    def end(self, el: etree._Element) -> None:
        tag = el.tag
        if tag in _BLOCK:
            self.zone.parts.append("\n")
        elif tag == "td" or tag == "th":
            self.zone.parts.append(" ")
        if self.preformatted and self.preformatted[-1] is el:
            self.preformatted.pop()
        if self.outer and self.zone.element is el:
            quote = self.zone
            quote.flush()
            self.body.quotes.append(Quote("", quote.who, quote.pid, tuple(quote.runs)))
            self.zone = self.outer.pop()
            self.zone.parts.append("\n")

    def attachment_block(self, el: etree._Element) -> bool:
        self.body.attachments.extend(read_attachments(el, self.base))
        text = all_text(el)
        if text.strip():
            self.mark(text, CHROME, "attachment")
        return False

    def image(self, el: etree._Element) -> None:
        source = el.get("file") or el.get("zoomfile") or el.get("src") or ""
        if el.get("smilieid") or not source or _is_site_picture(source):
            return
        self.attach("image", el.get("title") or el.get("alt") or None, source)

    def attach(self, kind: str, name: str | None, url: str | None) -> None:
        if url:
            self.body.attachments.append(Attachment(kind, name, _join(self.base, url)))

    def mark(self, text: str, mark: str, label: str = "") -> None:
        self.zone.flush()
        self.zone.runs.append(Run(text, mark, label))


def read_attachments(el: etree._Element, base: str) -> list[Attachment]:
    """Files, pictures and media of an attachment block or list, each once, in order."""
    found: dict[str, Attachment] = {}
    for link in el.iter("a"):
        href = link.get("href") or ""
        if ("mod=attachment" not in href and "attachment.php" not in href) or "action=" in href:
            continue
        name = "".join(link.itertext()).strip()
        if not name or link.xpath("ancestor::*[contains(concat(' ',@class,' '),' tip ')]"):
            continue
        kind = "image" if link.xpath("ancestor::dl[contains(@class,'attm')]") else "file"
        found.setdefault(name, Attachment(kind, name, _join(base, href)))
    for picture in el.iter("img"):
        source = picture.get("file") or picture.get("zoomfile")
        if source is None and not (picture.get("aid") or (picture.get("id") or "").startswith("aimg_")):
            continue
        source = source or picture.get("src") or ""
        name = _picture_name(el) or picture.get("title") or picture.get("alt")
        key = name or source
        if key not in found:
            found[key] = Attachment("image", name, _join(base, source))
    return list(found.values())


def _picture_name(el: etree._Element) -> str | None:
    """A picture's file name stands in bold in its hidden tip, or as the link's title in a list."""
    for bold in el.xpath(".//*[contains(@class,'tip')]//strong|.//p[contains(@class,'mbn')]/a"):
        if name := "".join(bold.itertext()).strip():
            return name
    return None


def _quoted_author(el: etree._Element) -> str | None:
    """Who is quoted: the words before (or, up to 7.2, around) the time in the quote's source line."""
    lines = [line for line in "".join(el.itertext()).replace("\r", "\n").split("\n") if line.strip()]
    for line in lines[:2] + lines[-1:]:
        span = time_span(line)
        if span:
            who = _POSTED_BY.sub("", _POSTED.sub("", line[: span[0]])).strip(" \xa0\u3000:：")
            return who or None
    return None


def _style_mark(style: str, tag: str) -> str | None:
    compact = style.lower().replace(" ", "")
    if "display:none" in compact or "visibility:hidden" in compact:
        return HIDDEN
    if _ZERO.search(compact):
        return JAMMER if tag == "font" else HIDDEN
    if tag == "font" and _X15_UNIT.match(compact):
        return SUSPECT
    return None


def _is_furniture(el: etree._Element) -> bool:
    """Hidden parts of the interface (tips, menus) are told by class, not by being hidden."""
    return any(name in _TIP or name == "attach_nopermission" for name in (el.get("class") or "").split())


def _is_site_picture(source: str) -> bool:
    return (
        "static/image/" in source
        or "images/smilies" in source
        or "images/common" in source
        or source.startswith("data:")
    )


def locked_flag(el: etree._Element) -> str:
    """Which kind of lock a notice is: by its links first, by its words only where the structure is silent."""
    hrefs = " ".join(link.get("href") or "" for link in el.iter("a"))
    if el.xpath('.//*[starts-with(@id,"postpw_")]'):
        return "password"
    if "action=pay" in hrefs or "action=viewpayments" in hrefs:
        return "paid"
    text = "".join(el.itertext())
    if "action=reply" in hrefs or re.search(r"隐藏|隱藏|[Hh]idden", text):
        return "hidden"
    if re.search(r"禁止|屏蔽|遮蔽|[Bb]anned|[Ss]hielded", text):
        return "banned"
    if re.search(r"作者可见|作者可見|only.*author", text):
        return "author_only"
    if re.search(r"审核|審核|moderat", text):
        return "pending"
    return "locked"


def _join(base: str, url: str) -> str:
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return url
