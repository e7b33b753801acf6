"""What a drawn page says, and the interface's words in its language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

ZONE = timezone(timedelta(hours=8))
BASE = "https://bbs.example.cn/"


class Words(NamedTuple):
    """The interface in one language."""

    posted: str
    only: str
    edited: str
    by: str
    copy: str
    op: str
    hidden: str
    free: str
    stats: str
    site: str = "河畔议事"
    named: bool = True
    """Whether the edit notice's words are known, so that the name in it can be told from them."""


LANGUAGES = {
    "zh": Words(
        "发表于 ",
        "只看该作者",
        "本帖最后由 {} 于 {} 编辑",
        "{} 发表于 {}",
        "复制代码",
        "楼主",
        "游客，如果您要查看本帖隐藏内容请",
        "本帖隐藏的内容",
        "查看",
    ),
    "tw": Words(
        "發表於 ",
        "只看該作者",
        "本帖最後由 {} 於 {} 編輯",
        "{} 發表於 {}",
        "複製代碼",
        "樓主",
        "遊客，如果您要查看本帖隱藏內容請",
        "本帖隱藏的內容",
        "查看",
        "河畔議事",
    ),
    "en": Words(
        "Post time ",
        "Show the author posts only",
        "Last edited by {} on {}",
        "{} Post time {}",
        "Copy code",
        "OP",
        "Guest, if you want to see the hidden content of this thread, please ",
        "Hidden content",
        "Views",
        "Riverside",
    ),
    "ar": Words(
        "نشر في ",
        "المؤلف فقط",
        "آخر تعديل بواسطة {} في {}",
        "{} نشر في {}",
        "نسخ",
        "صاحب",
        "ضيف، محتوى مخفي، الرجاء ",
        "المحتوى المخفي",
        "مشاهدة",
        "ضفة",
        False,
    ),
}


@dataclass
class Said:
    """What one post of a page says."""

    pid: int
    author: str | None
    uid: int | None
    at: datetime | None
    floor: int | None
    lines: list[str] = field(default_factory=list)
    quotes: list[tuple[str | None, int | None, list[str]]] = field(default_factory=list)
    attachments: list[tuple[str, str | None, str]] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    edited: tuple[str | None, datetime] | None = None
    comments: list[tuple[str, str, datetime]] = field(default_factory=list)


@dataclass
class Page:
    """A page's bytes, its address, what it says, and what it was made of (for messages)."""

    url: str
    body: bytes
    content_type: str | None
    title: str
    posts: list[Said]
    made_of: str
    view: str


def shown(line: str) -> str:
    """A line with each stretch of blanks as one space, as two readings of it are compared."""
    return re.sub(r"[ \xa0\t]+", " ", line).strip(" ")


def stamp(at: datetime | None, seconds: bool) -> str:
    assert at is not None
    return f"{at.year}-{at.month}-{at.day} {at:%H:%M}" + (f":{at:%S}" if seconds else "")
