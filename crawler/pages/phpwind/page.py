"""A parsed phpwind page, and the noise that has to be mended before parsing (facts: docs/phpwind.md, Noise)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo

from lxml import etree

# <span style="display:none"> ten characters of code 0 to 126 </span>&nbsp;<br />, in place of every <br />
_UNIT = re.compile(
    r"""(<(?:span style="display:none"|font style="font-size:0p[tx];color:[^"<>]{0,20}")> )"""
    r"""(.{0,60}?)( </(?:span|font)>&nbsp;<br\s?/?>)""",
    re.DOTALL,
)
_LONGEST = 10
_LONG_CLASS = 200  # a longer attribute is no template's
GRAMMAR = re.compile(r"[\x00-\x7e\s\xa0\ufffd]{2,14}")
"""What such a unit's text is once parsed: the blanks around it and up to ten characters."""


@dataclass(frozen=True, slots=True)
class Page:
    """One parsed page and what the whole of it says."""

    root: etree._Element
    url: str
    base: str
    forum: str
    zone: tzinfo
    source: str
    status: int
    legacy_encoding: bool
    ids: dict[str, etree._Element] = field(default_factory=dict)
    """The first element of each id."""
    classes: dict[str, list[etree._Element]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for el in self.root.iter(etree.Element):
            names = el.get("class")
            for name in names.split() if names and len(names) < _LONG_CLASS else ():
                self.classes.setdefault(name, []).append(el)
            if ident := el.get("id"):
                self.ids.setdefault(ident, el)

    def by_class(self, *names: str) -> Iterator[etree._Element]:
        """Elements that carry one of these class words, name by name in page order."""
        for name in names:
            yield from self.classes.get(name, ())

    def by_id(self, *names: str) -> etree._Element | None:
        """The first element with one of these ids, by order of the names."""
        return next((self.ids[name] for name in names if name in self.ids), None)


def mend_units(source: str) -> str:
    """``source`` with the noise's own angle brackets written as entities: up to 7.x they open tags that are none."""
    if 'style="display:none"> ' not in source and "<font style=" not in source:
        return source

    def escape(unit: re.Match[str]) -> str:
        inner = unit[2].replace("&lt;", "<")
        return f"{unit[1]}{inner.replace('<', '&lt;')}{unit[3]}" if len(inner) <= _LONGEST else unit[0]

    return _UNIT.sub(escape, source)
