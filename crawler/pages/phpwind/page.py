"""A parsed phpwind page, and the noise that has to be mended before parsing (facts: docs/phpwind.md, Noise)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from lxml import etree

# <span style="display:none"> ten characters of code 0 to 126 </span>&nbsp;<br />, in place of every <br />
_UNIT = re.compile(
    r"""(<(?:span style="display:none"|font style="font-size:0p[tx];color:[^"<>]{0,20}")> )"""
    r"""(.{0,60}?)( </(?:span|font)>&nbsp;<br\s?/?>)""",
    re.DOTALL,
)
_LONGEST = 10
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

    def by_class(self, *names: str) -> Iterator[etree._Element]:
        """Elements that carry one of these class words, in page order."""
        wanted = set(names)
        for el in self.root.iter(etree.Element):
            if wanted.intersection((el.get("class") or "").split()):
                yield el

    def by_id(self, *names: str) -> etree._Element | None:
        """The first element with one of these ids, by order of the names."""
        for name in names:
            if found := self.root.xpath("(//*[@id=$name])[1]", name=name):
                element: etree._Element = found[0]
                return element
        return None


def mend_units(source: str) -> str:
    """``source`` with the noise's own angle brackets written as entities: up to 7.x they open tags that are none."""
    if 'style="display:none"> ' not in source and "<font style=" not in source:
        return source

    def escape(unit: re.Match[str]) -> str:
        inner = unit[2].replace("&lt;", "<")
        return f"{unit[1]}{inner.replace('<', '&lt;')}{unit[3]}" if len(inner) <= _LONGEST else unit[0]

    return _UNIT.sub(escape, source)
