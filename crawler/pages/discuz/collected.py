"""What is collected while a message cell is read: see ``body``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from crawler.items import Attachment, Quote, Run
from crawler.pages.discuz.notes import Edit
from crawler.pages.markup import Nearest


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


class Zone(NamedTuple):
    """Runs being collected: the post's own, or one quote's."""

    element: etree._Element
    runs: list[Run]
    parts: list[str]
    pids: list[int]

    def flush(self) -> None:
        if self.parts:
            self.runs.append(Run("".join(self.parts)))
            self.parts.clear()


def split_code_box(el: etree._Element) -> tuple[list[etree._Element], str]:
    """(the parts that are the author's code, the words of the box around them); no parts where none is marked."""
    codes = el.xpath('.//*[starts-with(@id,"code")]') or el.xpath(".//ol")
    nearest = Nearest(codes)
    outermost = [code for code in codes if nearest.around(code) is None]
    inside = {node for code in outermost for node in code.iter()}
    caption = [el.text or "" if codes else ""]
    for node in el.iterdescendants():
        if node in inside or not isinstance(node.tag, str):
            continue
        if codes or node.tag in ("em", "span"):
            caption.append(node.text or "")
    caption += [(code.tail or "") for code in outermost]
    return outermost, "".join(caption)
