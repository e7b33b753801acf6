"""A parsed page with its elements found by id and class in one pass; everything else looks things up here."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache

from lxml import etree

WANTED = frozenset(
    [
        "a_pr",
        "act",
        "author",
        "authi",
        "bm_c",
        "bm_h",
        "bm_user",
        "dbts",
        "debatepoints",
        "hm",
        "jammer",
        "list",
        "list_top",
        "locked",
        "maintable",
        "message",
        "mes",
        "modact",
        "nav",
        "name",
        "notice",
        "page",
        "pages",
        "pages_btns",
        "pattl",
        "pcb",
        "pcbs",
        "pct",
        "pdbts",
        "pg",
        "plc",
        "pls",
        "pollthread",
        "post_attlist",
        "postattachlist",
        "postauthor",
        "postcontent",
        "postlist",
        "postmessage",
        "postmessage_",
        "postinfo",
        "ptg",
        "rate",
        "rwd",
        "rwdbst",
        "specialthread",
        "t_attach",
        "t_attachlist",
        "t_f",
        "t_fsz",
        "t_msgfont",
        "tableborder",
        "threadlist",
        "threadlist_foot",
        "ts",
        "tps",
        "typeoption",
        "view_tit",
        "viewthread",
        "xst",
    ]
)
"""The class words that anything asks for."""

# tags in which a desktop thread keeps its parts; the others are most of a page
_FEW_TAGS = (
    "div",
    "table",
    "tbody",
    "td",
    "span",
    "em",
    "strong",
    "form",
    "dl",
    "label",
    "h1",
    "a",
    "ul",
    "li",
    "section",
    "article",
)

_LONG_CLASS = 200  # a longer attribute is no template's: not worth a place in the cache

_Elements = dict[str, list[etree._Element]]


@dataclass(slots=True)
class Page:
    """One parsed page and what the whole of it says, for reading its parts."""

    root: etree._Element
    url: str
    """The page's own address on its forum (also for a saved file that tells it)."""
    base: str
    """What relative links are resolved against."""
    forum: str
    zone: tzinfo
    source: str
    status: int
    legacy_encoding: bool
    thread_url: str = ""
    """``url`` at its first page, without what names the visit: what the posts' links begin with."""
    fragment: bool = False
    """The answer to an AJAX request: one part of a page, without its frame."""
    wrappers: Container[etree._Element] = ()
    """What holds each post: where one begins inside another, the outer one's walk passes it by."""
    ids: _Elements = field(default_factory=dict)
    classes: _Elements = field(default_factory=dict)

    def index_all(self) -> None:
        """Also find elements of tags in which no desktop thread keeps a part."""
        self.ids, self.classes = index_elements(self.root)

    def by_id(self, *names: str) -> etree._Element | None:
        """The first element with one of these ids, by order of the names."""
        for name in names:
            if name in self.ids:
                return self.ids[name][0]
        return None

    def by_class(self, *names: str) -> Iterator[etree._Element]:
        """Elements that carry one of these classes (of ``WANTED``), name by name in page order."""
        for name in names:
            yield from self.classes.get(name, ())


@lru_cache(maxsize=4096)
def _wanted(names: str) -> tuple[str, ...]:
    """The words of a class attribute that anything asks for; a forum's pages repeat the same attributes."""
    return tuple(dict.fromkeys(name for name in names.split() if name in WANTED))


def index_elements(root: etree._Element, *tags: str) -> tuple[_Elements, _Elements]:
    """Elements of the page (of these tags only, if any are given) by id and by each wanted class word, in page order."""
    numbered: list[tuple[str, etree._Element]] = []
    classes: _Elements = {}
    for el in root.iter(*(tags or (etree.Element,))):
        names = el.get("class")
        if names is not None:
            for name in _wanted(names) if len(names) < _LONG_CLASS else _wanted.__wrapped__(names):
                classes.setdefault(name, []).append(el)
        ident = el.get("id")
        if ident is not None:
            numbered.append((ident, el))
    ids = {ident: [el] for ident, el in numbered}
    if len(ids) < len(numbered):
        ids = {}
        for ident, el in numbered:
            ids.setdefault(ident, []).append(el)
    return ids, classes


def index_threads(root: etree._Element) -> tuple[_Elements, _Elements]:
    """``index_elements`` of what makes up a desktop thread page, which is half of it."""
    return index_elements(root, *_FEW_TAGS)


def in_page_order(root: etree._Element, elements: Iterable[etree._Element]) -> list[etree._Element]:
    """The elements, each once, as they stand in the page."""
    wanted = set(elements)
    return [el for el in root.iter(etree.Element) if el in wanted]
