"""A parsed page with its elements found by id and class in one pass; everything else looks things up here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from lxml import etree


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
    ids: dict[str, list[etree._Element]]
    classes: dict[str, list[etree._Element]]

    def by_id(self, *names: str) -> etree._Element | None:
        """The first element with one of these ids, by order of the names."""
        return next((self.ids[name][0] for name in names if name in self.ids), None)

    def by_class(self, *names: str) -> Iterator[etree._Element]:
        """Elements that carry one of these classes, name by name in page order."""
        for name in names:
            yield from self.classes.get(name, ())


def index_elements(root: etree._Element) -> tuple[dict[str, list[etree._Element]], dict[str, list[etree._Element]]]:
    """Elements of the page by id and by each class word, in document order."""
    ids: dict[str, list[etree._Element]] = {}
    classes: dict[str, list[etree._Element]] = {}
    for el in root.iter(etree.Element):
        ident = el.get("id")
        if ident is not None:
            ids.setdefault(ident, []).append(el)
        names = el.get("class")
        if names is not None:
            for name in names.split():
                classes.setdefault(name, []).append(el)
    return ids, classes


def all_text(el: etree._Element) -> str:
    """All text below ``el`` that is not script or style, in document order."""
    if len(el) == 0:
        return el.text or ""
    return "".join(_in_order(el))


def _in_order(el: etree._Element) -> Iterator[str]:
    for event, node in etree.iterwalk(el, events=("start", "end", "comment", "pi")):
        if event == "start":
            if isinstance(node.tag, str) and node.tag not in ("script", "style"):
                yield node.text or ""
        elif node is not el:
            yield node.tail or ""


def words(el: etree._Element) -> str:
    """``all_text`` with runs of white space as one space."""
    return " ".join(all_text(el).split())
