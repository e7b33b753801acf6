"""Files, pictures and media of a post: blocks inside the message and lists under it (facts: discuz.md 2.7)."""

from __future__ import annotations

import re

from lxml import etree

from crawler.items import Attachment
from crawler.pages.markup import all_text, join, near_ancestors

_FIRST_SIZE = re.compile(r"\s{0,9}\(\s?[\d.,]{1,12}\s?(?:Bytes|Byte|B|[KMG]i?B)\b[^()\n]{0,80}\)", re.I)


def read_attachments(el: etree._Element, base: str) -> list[Attachment]:
    """Files, pictures and media of an attachment block or list, each once, in order."""
    found: dict[str, Attachment] = {}
    for link in el.iter("a"):
        href = link.get("href") or ""
        if ("mod=attachment" not in href and "attachment.php" not in href) or "action=" in href:
            continue
        name = all_text(link).strip()
        if not name or _stands_in(link, "tip", "t_attach", "aimg_tip"):
            continue
        kind = "image" if _stands_in(link, "attm") else "file"
        found.setdefault(name, Attachment(kind, name, join(base, href)))
    pictures = [img for img in el.iter("img") if _is_attached(img)]
    shared = _picture_name(el) if len(pictures) == 1 else None
    for picture in pictures:
        source = picture.get("file") or picture.get("zoomfile") or picture.get("src") or ""
        name = shared or picture.get("title") or picture.get("alt")
        key = name or source
        if key not in found:
            found[key] = Attachment("image", name, join(base, source))
    return list(found.values())


def size_behind(text: str) -> int:
    """Length of the size (``(60.11 KB)``) that up to 7.0 stands behind an inline attachment's name; 0 for none."""
    match = _FIRST_SIZE.match(text)
    return match.end() if match else 0


def _is_attached(img: etree._Element) -> bool:
    return bool(img.get("file") or img.get("zoomfile") or img.get("aid") or (img.get("id") or "").startswith("aimg_"))


def _stands_in(el: etree._Element, *names: str) -> bool:
    return any(name in (parent.get("class") or "").split() for parent in near_ancestors(el) for name in names)


def _picture_name(el: etree._Element) -> str | None:
    """A picture's file name stands in bold in its hidden tip, or as the link's title in a list."""
    for box in el.iter("div", "p"):
        names = box.get("class") or ""
        if "tip" in names:
            named = box.iter("strong")
        elif "mbn" in names.split():
            named = box.iterchildren("a")
        else:
            continue
        for bold in named:
            if name := all_text(bold).strip():
                return name
    return None
