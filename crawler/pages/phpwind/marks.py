"""What an element inside a phpwind message is, by id, class and links (facts: docs/phpwind.md, Messages)."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from crawler.items import Attachment
from crawler.pages.markup import join, near_ancestors, short_text, words

_ZERO = re.compile(r"font-size:0+(?:\.0+)?(?:px|pt|em|%)?(?:;|$|!)")
_SHIELD = re.compile(r"color:black;background-color:#ffff66;?")
_SHIELDED = re.compile(r"屏蔽|遮蔽|删除|刪除")
_ATTACHMENT = re.compile(r"(?:J_)?att_\d{1,12}")
_FILE = re.compile(r"action=download|attach[/&].{0,20}download|c=attach&a=download|attach-download")
_NAME = re.compile(r"(?:图片|圖片)[:：]\s{0,9}(\S.{0,200}?)\s{0,9}(?:\[?(?:删除|刪除|设为封面)\]?\s*)*$")
_FEW = 5  # links or lines of a box among which one that tells its kind stands
_SITE_PICTURES = ("/post/smile/", "/emotion/", "/wind/file/", "/pwicon/", "/level/", "back.gif")


def hides(style: str) -> bool:
    """Whether an inline style hides the element."""
    compact = "".join(style.lower().split())
    return "display:none" in compact or _ZERO.search(compact) is not None


def is_shield(el: etree._Element) -> bool:
    """The words that stand for a post that a moderator or a ban took away."""
    style = "".join((el.get("style") or "").lower().split())
    return _SHIELD.fullmatch(style) is not None and _SHIELDED.search(short_text(el)) is not None


def lock_of(el: etree._Element) -> str | None:
    """Which lock a box is: its part of the post is shown to those who replied, paid or logged in; ``None``: no lock."""
    classes = (el.get("class") or "").split()
    ident = el.get("id") or ""
    if ident.startswith("hidden_") or ident == "J_need_reply" or (el.tag == "blockquote" and "hidden" in classes):
        return "hidden"
    if "content_sell" in classes and _begins(el).startswith("此段为出售的内容"):
        return "paid"
    if el.tag == "blockquote" and "blockquote" in classes:
        if any("action=buytopic" in (link.get("href") or "") for link in islice(el.iter("a"), _FEW)):
            return "paid"
        said = _begins(el)
        if said.startswith(("本部分内容设定了加密", "对不起!您没有登录", "對不起!您沒有登錄")):
            return "locked"
    return None


def is_price(el: etree._Element) -> bool:
    """The lines above a part that is for sale: its price and buttons, and what the forum promises."""
    if el.tag != "div":
        return False
    if any("action=buytopic" in (link.get("href") or "") for link in el.iterchildren("a")):
        return True
    return (el.get("class") or "").split() == ["cc"] and _begins(el).startswith("购买后，将显示帖子中所有出售内容")


def is_attachment(el: etree._Element) -> bool:
    """A file or picture that the author put into the text, with the words that the forum adds."""
    classes = (el.get("class") or "").split()
    return _ATTACHMENT.fullmatch(el.get("id") or "") is not None or "J_attach_img_wrap" in classes


def is_site_picture(source: str) -> bool:
    """Smilies, icons and place holders: no content."""
    return source.startswith(("images/", "data:")) or any(part in source for part in _SITE_PICTURES)


def picture_source(img: etree._Element) -> str:
    return img.get("data-original") or img.get("src_data") or img.get("src") or ""


def read_attachments(el: etree._Element, base: str) -> list[Attachment]:
    """Files and pictures of a box or list of them, each once, in order."""
    found: dict[str, Attachment] = {}
    for link in el.iter("a"):
        href = link.get("href") or ""
        name = words(link)
        if name.startswith("["):  # buttons: record, delete
            continue
        if _FILE.search(href):
            found.setdefault(name, Attachment("file", name or None, join(base, href)))
        elif "action=showimg" in href:
            found.setdefault(name, Attachment("image", name or None, join(base, href)))
    for img in el.iter("img"):
        source = picture_source(img)
        if source and not is_site_picture(source) and not _is_thumbnail(img):
            found.setdefault(source, Attachment("image", _picture_name(img), join(base, source)))
    return list(found.values())


def _begins(el: etree._Element) -> str:
    """The first words of an element, enough to know it by."""
    return " ".join(short_text(el).split())


def _is_thumbnail(img: etree._Element) -> bool:
    return any("small_img" in (box.get("class") or "") for box in islice(near_ancestors(img), 3))


def _picture_name(img: etree._Element) -> str | None:
    """The name stands beside the picture, behind the word for it."""
    for box in islice(near_ancestors(img), 3):
        for told in (_begins(part) for part in (*islice(box.iter("p"), _FEW), box)):
            if match := _NAME.search(told):
                return match[1]
    return None
