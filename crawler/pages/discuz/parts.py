"""Which elements make up each post of a desktop page: by ids where they live on, else by classes (discuz.md 2.2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from crawler.pages.discuz.tree import Page, in_page_order
from crawler.pages.discuz.urls import profile_uid
from crawler.pages.markup import Nearest, near_ancestors, refuse_nests, short_text

_PART = re.compile(r"(pid|post_|postmessage_|authorposton|postnum_?|favatar|comment_)(\d{1,12})")
_MESSAGES = ("t_f", "t_msgfont", "postmessage")
_PID_LINK = re.compile(r"(?:[?&;](?:pid|repquote|viewpid|reppost)=|#pid)(\d{1,12})")
_COPIES = 8  # elements with one id: a sticky reply stands twice, a page has no more than that
_LOCKS = ("locked", "notice")
_FILES = ("pattl", "postattachlist", "t_attachlist", "t_attach")

_Found = dict[str, dict[int, list[etree._Element]]]


@dataclass(slots=True)
class Parts:
    """Elements of one post by their role."""

    pid: int | None
    wrapper: etree._Element
    message: etree._Element | None = None
    posted: etree._Element | None = None
    floor: etree._Element | None = None
    author: etree._Element | None = None
    comments: etree._Element | None = None
    around: tuple[etree._Element, ...] = ()
    """Locks and attachment lists beside the message."""

    @property
    def says_something(self) -> bool:
        return self.message is not None or self.posted is not None or self.floor is not None or bool(self.around)

    @property
    def floor_label(self) -> str:
        return short_text(self.floor).strip() if self.floor is not None else ""


def find_parts(page: Page) -> list[Parts]:
    """The posts of the page in order, each with its elements; the best answer's copy (``div.rwdbst``) is no post."""
    found = _numbered(page)
    wrappers = {el: pid for pid, els in found.get("pid", {}).items() for el in els}
    messages = {el: pid for pid, els in found.get("postmessage_", {}).items() for el in els}
    if not wrappers:
        numbers = found.get("postmessage_", {})
        wrappers = {el: pid for pid, els in found.get("post_", {}).items() for el in els if pid in numbers}
    refuse_nests(page.url, wrappers)
    inside = Nearest(wrappers)
    lone: dict[etree._Element, int | None] = {el: pid for el, pid in messages.items() if inside.of(el) is None}
    if not wrappers and not lone:
        lone = dict.fromkeys(_unnumbered(page))
    owners: dict[etree._Element, int | None] = {**wrappers}
    lone_messages = {}
    for el, outer in _outermost(lone, wrappers, page).items():
        pid = lone[el] if lone[el] is not None else _linked_id(outer, el)
        owners[outer] = pid
        lone_messages[outer] = el
    ordered = list(owners)
    if len(owners) > 1 and (lone or len(wrappers) != len(set(wrappers.values()))):
        ordered = in_page_order(page.root, owners)
    return _assemble(ordered, owners, lone_messages, found, page)


def _numbered(page: Page) -> _Found:
    copies = Nearest(page.classes.get("rwdbst", ()))
    has_copies = "rwdbst" in page.classes
    found: _Found = {}
    for ident, els in page.ids.items():
        match = _PART.fullmatch(ident)
        if match is None:
            continue
        own = [el for el in els if copies.of(el) is None] if has_copies else els
        if own:
            found.setdefault(match[1].rstrip("_") if match[1] == "postnum_" else match[1], {})[int(match[2])] = own[
                :_COPIES
            ]
    return found


def _unnumbered(page: Page) -> list[etree._Element]:
    """Message cells of a theme that kept the classes but not the ids."""
    for name in _MESSAGES:
        cells = [el for el in page.by_class(name) if el.tag in ("td", "div")]
        nearest = Nearest(cells)
        outer = [el for el in cells if nearest.around(el) is None]
        if outer:
            return outer
    return []


def _outermost(
    lone: dict[etree._Element, int | None], wrappers: dict[etree._Element, int], page: Page
) -> dict[etree._Element, etree._Element]:
    """For each lone message the largest element around it that holds no other post; one pass over the page."""
    if len(lone) + len(wrappers) == 1:
        return {el: _around_one(el) for el in lone}
    outer: dict[etree._Element, etree._Element] = {}
    counts: list[list[etree._Element]] = []
    for event, el in etree.iterwalk(page.root, events=("start", "end")) if lone else ():
        if event == "start":
            counts.append([el] if el in lone or el in wrappers else [])
            continue
        held = counts.pop()
        if len(held) == 1 and held[0] in lone:
            outer[held[0]] = el
        if counts and len(counts[-1]) < 2:
            counts[-1].extend(held[:2])
    return outer


def _around_one(message: etree._Element) -> etree._Element:
    """The page's only post: the smallest element around its message that also names an account, outside the message."""
    inside = set(message.iter("a"))
    around = message
    for parent in near_ancestors(message):
        if parent.tag in ("body", "html"):
            break
        around = parent
        if any(profile_uid(link.get("href") or "")[0] for link in parent.iter("a") if link not in inside):
            break
    return around


def _linked_id(outer: etree._Element, message: etree._Element) -> int | None:
    """The post number that the links of its buttons (reply, rate, report, copy) agree on."""
    inside = set(message.iter("a"))
    seen: Counter[int] = Counter()
    for link in outer.iter("a"):
        if link in inside:
            continue
        for value in (link.get("href") or "", link.get("onclick") or ""):
            seen.update({int(number) for number in _PID_LINK.findall(value[:500])})
        if (name := link.get("name") or "").startswith("pid") and name[3:14].isdecimal():
            seen[int(name[3:14])] += 1
    return seen.most_common(1)[0][0] if seen else None


def _assemble(
    ordered: list[etree._Element],
    owners: dict[etree._Element, int | None],
    messages: dict[etree._Element, etree._Element],
    found: _Found,
    page: Page,
) -> list[Parts]:
    parts = {el: Parts(owners[el], el, messages.get(el)) for el in ordered}
    by_pid: dict[int, list[Parts]] = {}
    for owner, part in parts.items():
        if (number := owners[owner]) is not None:
            by_pid.setdefault(number, []).append(part)
    nearest = Nearest(parts)
    for role, prefix in (
        ("message", "postmessage_"),
        ("posted", "authorposton"),
        ("floor", "postnum"),
        ("author", "favatar"),
        ("comments", "comment_"),
    ):
        for pid, els in found.get(prefix, {}).items():
            same = by_pid.get(pid, [])
            for el in els:
                own = nearest.of(el) if role == "message" or len(els) > 1 or len(same) > 1 else None
                here = same[:1] if own is None else [parts[own]] if owners[own] == pid else []
                for part in here:
                    if getattr(part, role) is None:
                        setattr(part, role, el)
    _give_strays(parts, nearest, found)
    for el in _find_around(page):
        owner = nearest.of(el)
        if owner is not None:
            parts[owner].around += (el,)
    return [part for part in parts.values() if part.says_something or by_pid.get(part.pid or 0, [part])[0] is part]


def _give_strays(parts: dict[etree._Element, Parts], nearest: Nearest, found: _Found) -> None:
    """The free part of a paid thread stands under a number of its own (discuz.md 2.2): it is its post's."""
    if all(part.message is not None for part in parts.values()):
        return
    taken = {part.message for part in parts.values()}
    for els in found.get("postmessage_", {}).values():
        for el in els:
            owner = nearest.of(el)
            if owner is not None and parts[owner].message is None and el not in taken:
                parts[owner].message = el


def _find_around(page: Page) -> Iterator[etree._Element]:
    """Locks, attachment lists and part markers that stand beside a message cell, not in it."""
    beside = list(page.by_class(*_LOCKS, *_FILES))
    if beside:
        cells = [el for ident, els in page.ids.items() if ident.startswith("postmessage_") for el in els]
        messages = Nearest(cells or _unnumbered(page))
        others = Nearest(beside)
        for el in beside:
            if messages.of(el) is None and others.around(el) is None:
                yield el
    for name in ("threadpage", "threadimgcontent"):
        yield from page.ids.get(name, ())
