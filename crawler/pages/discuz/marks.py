"""What an element inside a message cell is, by its tag, class and style (facts: discuz.md 1.2-1.5, 2.5-2.7)."""

from __future__ import annotations

import re

from lxml import etree

from crawler.items import HIDDEN, JAMMER, SUSPECT

ATTACHED = frozenset(["t_attach", "t_attachlist", "tattl", "pattl", "postattachlist", "post_attlist"])
CAPTION = "tiezi-caption"
"""The class that the reader itself gives to a box's own words (headings of quote and code boxes)."""

# classes of furniture inside a message cell, and the label of the runs they become
_FURNITURE = {
    **dict.fromkeys(["tip", "tip_4", "aimg_tip", "attach_popup", "tip_c", "tip_horn"], "tip"),
    **dict.fromkeys(["attach_nopermission", "attach_tips", "guestviewthumb"], "login-box"),
    "modact": "moderation",
    CAPTION: "caption",
    "typeoption": "form",
    "viewsort": "form",
}
_ADVERT = re.compile(r"a_(?:pr|pt|pb|p|t|pd)|ad_\w{1,40}")
_ZERO = re.compile(r"font-size:0+(?:\.0+)?(?:px|pt|em|rem|%)?(?:;|$|!)")
_X15_UNIT = re.compile(r"font-size:10px;color:[^;]+;?")
_HIDDEN_BONUS = re.compile(r"\*{3,5} ?(?:Hidden Message|.{0,30}(?:隐藏|隱藏|回复才|回覆才|回復才).{0,30}?) ?\*{3,5}")


def style_mark(style: str, tag: str) -> str | None:
    """JAMMER, HIDDEN or SUSPECT when an inline style hides the element as a version of the generator does."""
    compact = "".join(style.lower().split())
    if "display:none" in compact or "visibility:hidden" in compact:
        return HIDDEN
    if "font-size" not in compact:
        return None
    if _ZERO.search(compact):
        return JAMMER if tag == "font" else HIDDEN
    if tag == "font" and _X15_UNIT.fullmatch(compact):
        return SUSPECT
    return None


def furniture_label(name: str) -> str | None:
    """Which furniture a class word names; ``None``: none."""
    return _FURNITURE.get(name) or ("advert" if _ADVERT.fullmatch(name) else None)


def is_furniture(el: etree._Element) -> bool:
    """Hidden parts of the interface (tips, menus) are told by class, not by being hidden."""
    names = el.get("class")
    return names is not None and any(name in ATTACHED or name in _FURNITURE for name in names.split())


def is_hidden_notice(text: str) -> bool:
    """The words that stand for a hidden part in views without markup, and in 4.x (``**** Hidden Message *****``)."""
    return text.startswith("***") and len(text) < 80 and _HIDDEN_BONUS.fullmatch(text.strip()) is not None


def is_site_picture(source: str) -> bool:
    """Smilies, icons and place holders: no content."""
    return (
        "static/image/" in source
        or "images/smilies" in source
        or "images/common" in source
        or "images/default" in source
        or "images/attachicons" in source
        or source.startswith("data:")
    )


def locked_flag(el: etree._Element) -> str:
    """Which kind of lock a notice is: by its links first, by its words only where the structure is silent."""
    hrefs = " ".join([link.get("href") or "" for link in el.iter("a")])
    if any((field.get("id") or "").startswith("postpw_") for field in el.iter("input")):
        return "password"
    if "action=pay" in hrefs or "action=viewpayments" in hrefs:
        return "paid"
    text = "".join(el.itertext())
    if "action=reply" in hrefs or re.search(r"隐藏|隱藏|[Hh]idden", text):
        return "hidden"
    if re.search(r"禁止|屏蔽|遮蔽|[Bb]anned|[Ss]hielded", text):
        return "banned"
    if re.search(r"作者可见|作者可見|only.{0,40}author", text):
        return "author_only"
    if re.search(r"审核|審核|moderat", text):
        return "pending"
    return "locked"
