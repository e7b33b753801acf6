"""Pages that hold no content, and why: messages, log-in walls, challenges, closed sites (facts: discuz.md 1.6, 5).

A message is found by structure (``#messagetext`` and its ancestors); only its class depends on its words, because
Discuz! gives most of them status 200 and the same frame.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from crawler.items import BANNED, BUSY, CHALLENGE, CLOSED, FORBIDDEN, MISSING, OTHER, REDIRECT
from crawler.pages.discuz.tree import Page
from crawler.pages.markup import words

_BOX = etree.XPath(
    "//*[@id='messagetext' or @id='messagelogin' or contains(concat(' ',@class,' '),' box message ')"
    " or contains(concat(' ',@class,' '),' alert_error ') or contains(concat(' ',@class,' '),' alert_info ')"
    " or contains(concat(' ',@class,' '),' showmessage ')]"
)
_PASSWORD_FORM = etree.XPath("//form[contains(@action,'pwverify')]")
_TITLE = etree.XPath("string(//title)")

# (kind, words of the message in the language packs); first match wins, so the specific come first
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        BUSY,
        re.compile(
            r"刷新间隔|访问.{0,6}过快|频繁刷新|頻繁刷新|服务器.{0,4}繁忙|系统繁忙|请稍后再试|正在重新载入|秒内只能|too (?:fast|many requests)|overload",
            re.I,
        ),
    ),
    (
        CHALLENGE,
        re.compile(
            r"验证码|驗證碼|开启\s*JavaScript|人机验证|安全验证|滑动验证|captcha|checking your browser|just a moment|enable javascript",
            re.I,
        ),
    ),
    (
        BANNED,
        re.compile(
            r"IP\s*地址.{0,12}(?:不在|被)|帳?账?号被禁|您的\s*IP|禁止.{0,4}访问|非法字符|代理服务器|代理伺服|banned|blocked",
            re.I,
        ),
    ),
    (
        CLOSED,
        re.compile(
            r"站点.{0,4}(?:关闭|维护)|站點.{0,4}(?:關閉|維護)|论坛.{0,4}(?:关闭|维护)|論壇.{0,4}(?:關閉|維護)|(?:暂时|暫時)(?:关闭|關閉)|closed temporarily|under maintenance",
            re.I,
        ),
    ),
    (
        MISSING,
        re.compile(
            r"不存在|被删除|被刪除|没有找到|沒有找到|正在被?审核|正在被?審核|未定义操作|does not exist|not (?:be )?found|under moderation|been deleted",
            re.I,
        ),
    ),
    (
        FORBIDDEN,
        re.compile(
            r"登录|登錄|登入|权限|權限|用户组|用戶組|用户組|密码|密碼|积分|積分|需要支付|条件才能|條件才能|log ?in|permission|password|not authori[sz]ed|其他时间再试",
            re.I,
        ),
    ),
)
_GUARDS = re.compile(
    r"acw_sc__v2|__test=|aes\.js|cf-browser-verification|challenge-platform|cf_chl_|wzws|_dsign|getName\(\)|safeline|yunsuo_session|document\.cookie\s*=",
    re.I,
)
_LOGIN_URL = re.compile(r"mod=logging|logging\.php\?action=login")
_META_REFRESH = re.compile(r"""http-equiv=["']?refresh["']?[^>]{0,60}?url=([^"'>\s]+)""", re.I)


class Notice(NamedTuple):
    kind: str
    reason: str


def read_notice(page: Page) -> Notice | None:
    """Why the page has no content, with its own words; ``None`` when it does not say so."""
    boxes = _BOX(page.root)
    if boxes:
        said = next((text for text in map(words, boxes[:20]) if text), "")
        if said:
            return Notice(classify(said, page.status), said)
        if any(box.get("id") == "messagelogin" for box in boxes):
            return Notice(FORBIDDEN, _TITLE(page.root).strip() or "log-in form")
    if _PASSWORD_FORM(page.root):
        return Notice(FORBIDDEN, "the board asks for a password")
    return _bare_page(page.root, page.source, page.status)


def classify(said: str, status: int = 200) -> str:
    """Which kind of refusal a message is; a status that says it beats the words."""
    if status in (429, 503):
        return BUSY
    for kind, pattern in _WORDS:
        if pattern.search(said):
            return MISSING if status in (404, 410) and kind == FORBIDDEN else kind
    return MISSING if status in (404, 410) else FORBIDDEN if status in (401, 403) else OTHER


def _bare_page(root: etree._Element, source: str, status: int) -> Notice | None:
    """Guards and server errors: small pages, mostly script, without any frame of the forum."""
    body = root.find("body")
    text = words(body) if body is not None else ""
    title = _TITLE(root).strip()
    if len(source) < 20_000 and len(text) < 400:
        if "<script" in source and (_GUARDS.search(source) or not text):
            kind = BUSY if re.search(r"location\.reload", source) and "<title" in source else CHALLENGE
            return Notice(kind, title or text or "a script in place of the page")
        if refresh := _META_REFRESH.search(source):
            return Notice(REDIRECT, f"refresh to {refresh[1]}")
        if "EBEBEB" in source and title:
            return Notice(classify(f"{title} {text}", status) if status != 200 else BUSY, f"{title}: {text}")
    if text and len(text) < 200 and root.find(".//a") is None and (kind := classify(text, status)) != OTHER:
        return Notice(kind, text)  # a bare sentence: the archiver's and the feed's way to refuse
    if re.search(r"Discuz! (?:System Error|info)|MySQL Query Error|Discuz! Database Error", f"{title} {text}"):
        return Notice(BUSY, title or text[:100])
    if status in (404, 410):
        return Notice(MISSING, title or f"status {status}")
    if status in (401, 403):
        return Notice(FORBIDDEN, title or f"status {status}")
    if status >= 400:
        return Notice(BUSY if status in (429, 503) else OTHER, title or f"status {status}")
    return None


def is_login_url(url: str) -> bool:
    """A redirect to it is the log-in wall of a whole site."""
    return bool(_LOGIN_URL.search(url))
