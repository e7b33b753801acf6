"""phpwind pages that hold no content, and why: most have status 200, so their words decide (docs/phpwind.md, Messages)."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from crawler.items import BANNED, BUSY, CHALLENGE, CLOSED, FORBIDDEN, MISSING, OTHER, REDIRECT
from crawler.pages.markup import short_text, words
from crawler.pages.phpwind.page import Page

# (kind, words of the message in the language packs); first match wins
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (BUSY, re.compile(r"刷新不要快于|刷新不要快於|服务器繁忙|伺服器繁忙|达到最大值|達到最大值|请不要频繁")),
    (CHALLENGE, re.compile(r"验证码|驗證碼|验证问题|认证码不正确")),
    (BANNED, re.compile(r"IP被禁止|禁止访问|禁止訪問")),
    (CLOSED, re.compile(r"(?:站点|站點|论坛|論壇|网站).{0,6}(?:关闭|關閉|维护|維護)")),
    (MISSING, re.compile(r"ID非法|已被删除|已被刪除|不存在|链接无效|連結無效")),
    (
        FORBIDDEN,
        re.compile(
            r"登录|登錄|权限|權限|用户组|特定|认证版块|隐藏版块|注册会员|内部会员|加密版块|密码|积分|购买|验证|关闭"
        ),
    ),
)
_REFRESH = re.compile(r"""http-equiv=["']?refresh["']?[^>]{0,60}?url=([^"'>\s]+)""", re.I)
_LOGIN_PAGE = re.compile(r"login\.php|c=login|/u/login")


class Notice(NamedTuple):
    kind: str
    reason: str


def read_notice(page: Page) -> Notice | None:
    """Why a page has no content, in its own words; ``None``: it has no message."""
    said = _message(page)
    if said:
        return Notice(classify(said, page.status), said[:300])
    if _LOGIN_PAGE.search(page.url):
        return Notice(FORBIDDEN, "the site sends guests to its log-in page")
    if match := _REFRESH.search(page.source):
        return Notice(REDIRECT, f"refresh to {match[1]}")
    if page.status >= 400:
        return Notice(classify("", page.status), f"status {page.status}")
    return None


def _message(page: Page) -> str:
    """The words of the message box: 9.x ``#J_html_error``, 8.x ``.tip-content``, else the page of that title."""
    told = (el for el in page.root.iter("li", "div", "p") if el.get("id") == "J_html_error")
    errors = [" ".join(short_text(el).split()) for el in islice(told, 5)]
    if errors:
        return " ".join(errors)
    for box in page.by_class("tip-content"):
        reason = next(box.iter("li"), None)
        said = reason if reason is not None else next((el for el in box.iter("span") if words(el)), box)
        return words(said)
    title = words(head) if (head := page.root.find(".//title")) is not None else ""
    body = page.root.find("body")
    return words(body) if "提示信息" in title and body is not None else ""


def classify(said: str, status: int = 200) -> str:
    """Which kind of refusal a message is; a status that says it beats the words."""
    if status in (429, 503):
        return BUSY
    for kind, pattern in _WORDS:
        if pattern.search(said):
            return kind
    return MISSING if status in (404, 410) else FORBIDDEN if status in (401, 403) else OTHER
