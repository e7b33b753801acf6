"""Forum accounts replaced by pseudonyms: the same one for the same account, forum and salt, another with another salt.

A pseudonym carries a keyed check of itself, so that it is known again and never replaced twice; nobody without the salt
can choose an account name that passes for one. Where names stand outside of the account columns (heads of quotes and
replies, edit notices, @ mentions, addresses of profiles) they are found by the form that the forum gives them.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b, sha256
from urllib.parse import quote, unquote

_OWN = re.compile(r"anon-([0-9a-f]{16})([0-9a-f]{4})")
_CLOCK = r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?[ \xa0]{1,3}\d{1,2}:\d{2}"
_FLOOR = r"(?:\d{1,6}#|#\d{1,6})"
_NAME = r"[^\n]{1,60}?"
# Forms in which Discuz! writes an account's name among words (discuz.md 2.5, 2.6): ``who`` is replaced
_HEADS = tuple(
    re.compile(form, re.MULTILINE | re.IGNORECASE)
    for form in (
        rf"^引用第?\d{{1,6}}[楼樓][ \xa0]{{0,3}}(?P<who>{_NAME})[ \xa0]{{0,3}}(?:于|於)[ \xa0]{{0,3}}{_CLOCK}",
        rf"^[ \xa0]{{0,3}}(?!原帖|引用第|本帖最|originally|last edited)(?P<who>[^\n]{{1,40}}?)[ \xa0]{{0,3}}(?:发表于|發表於|post(?:ed)? (?:at|on|time))[ :：]{{0,3}}{_CLOCK}",
        rf"(?:原帖由|原帖最初由|originally posted by)[ \xa0]{{0,3}}(?P<who>{_NAME})[ \xa0]{{0,3}}(?:于|於|at|on|发表|發表|[ \xa0]){{1,3}}[ \xa0]{{0,3}}{_CLOCK}",
        rf"(?:本帖最后由|本帖最後由|last edited by)[ \xa0]{{1,3}}(?P<who>{_NAME})[ \xa0]{{1,3}}(?:于|於|at|on)[ \xa0]{{1,3}}{_CLOCK}",
        rf"^(?:回复|回覆|回復|reply|re)[ \xa0:：]{{0,3}}{_FLOOR}[ \xa0]{{0,3}}(?P<who>{_NAME})(?=[ \xa0]{{0,3}}(?:的(?:帖子|话题|話題|主题|主題)|'s post)|[ \xa0]*$)",
        r"^(?:回复|回覆|回復)[ \xa0:：]{0,3}(?:第?\d{1,6}[楼樓][ \xa0]{0,3})?(?P<who>[^\s:：]{1,30})(?=[ \xa0]{1,3}的(?:帖子|话题|話題|主题|主題))",
        # boards of the 1990s and their heirs: 【 在 NAME (nick) 的大作中提到: 】
        r"【[ \xa0]{0,3}在[ \xa0]{0,3}[^\s()（）]{1,30}[ \xa0]{0,3}[(（](?P<who>[^()（）\n]{1,40})[)）][ \xa0]{0,3}的(?:大作|文章)",
        r"【[ \xa0]{0,3}在[ \xa0]{0,3}(?P<who>[^\s()（）]{1,30}?)(?=[ \xa0]{0,3}(?:[(（][^\n]{1,50})?的(?:大作|文章))",
    )
)
_COMMENT_HEAD = re.compile(r"^(?:回复|回覆|回復)[ \xa0]{1,3}(?P<who>[^\s:：]{1,30})(?=[ \xa0]{0,3}[:：])")
# Discuz! ends a mention at a blank; an author's own also ends at punctuation. Not inside of an e-mail address
_MENTION = re.compile(
    r"(?<![A-Za-z0-9_.%+-])[@＠](?P<who>[^\s@＠，。！？；：、,!?;:()（）<>《》\[\]【】\"“”'‘’]{1,60})"
)
_ADDRESSES = (
    re.compile(r"(?i)space-uid-(?P<who>\d{1,12})"),
    re.compile(r"(?i)space-(?:user)?name-(?P<who>[^\s./?&#\"<>]{1,120})"),
    re.compile(r"(?i)[?&;](?:uid|authorid|fromuid|fuid|touid)=(?P<who>\d{1,12})"),
    re.compile(r"(?i)[?&;](?:fromuser|username|author|user)=(?P<who>[^\s&#\"<>]{1,120})"),
    re.compile(
        r"(?i)/\d{1,8}_(?P<who>\d{1,12})(?=_[0-9a-f]{12,32}\.\w{1,8}$)"
    ),  # phpwind's files: board, account, chance
    re.compile(r"(?i)/avatar/(?P<who>\d{3}/\d\d/\d\d/\d\d)(?=_)"),
    re.compile(r"(?<=://)(?P<who>[^/@\s?#]{1,120})(?=@)"),
)
_TOKEN = re.compile(r"(?<=[?&;]aid=)[A-Za-z0-9+/=_%-]{16,200}")
_DATED = re.compile(r"\d{4}[-/年.]\d")
_TIME_WORDS = re.compile(
    r"(?:[\d\s\xa0:：/.\-+()年月日时時分秒天前后後昨今上下午小半刚剛才钟鐘]|发表于|發表於|发表|發表|于|於|发布|[ap]m|gmt|utc"
    r"|post(?:ed)?|time|at|on|days?|hours?|minutes?|seconds?|ago|yesterday|today)*",
    re.IGNORECASE,
)


class Pseudonyms:
    """The pseudonyms of one forum's accounts under one salt."""

    def __init__(self, forum: str, salt: str) -> None:
        self._key = sha256(salt.encode()).digest()
        self._forum = forum.encode("utf-8", "surrogatepass")

    def name(self, account: str) -> str:
        """``anon-`` and 20 hexadecimal digits; a pseudonym made with this salt stays as it is."""
        own = _OWN.fullmatch(account)
        if own and self._check(own[1]) == own[2]:
            return account
        digits = self._digest(b"name", account.strip().encode("utf-8", "surrogatepass"), 8)
        return f"anon-{digits}{self._check(digits)}"

    def number(self, uid: int) -> int:
        """A negative number of 52 bits (exact in a float, too); 0, a guest, and pseudonyms stay as they are."""
        return uid if uid <= 0 else -1 - (int(self._digest(b"uid", str(uid).encode(), 8), 16) >> 12)

    def made_up(self, number: int) -> int:
        """A number that was made up of an account's name, among other things (negative: ``crawler.pages.ids``), made up anew."""
        if number >= 0 or (-1 - number) & 0xFFF == int(self._check(f"{(-1 - number) >> 12:x}")[:3], 16):
            return number
        high = int(self._digest(b"post", str(number).encode(), 8), 16) >> 13
        return -1 - (high << 12 | int(self._check(f"{high:x}")[:3], 16))

    def in_text(self, text: str, note: Callable[[], None], *, comment: bool = False) -> str:
        """``text`` with the names in the forum's own forms and @ mentions replaced; ``note`` is called for each."""
        for form in (*_HEADS, _COMMENT_HEAD) if comment else _HEADS:
            text = _replace(form, text, self.name, note)
        if "@" in text or "＠" in text:
            text = _replace(_MENTION, text, self.name, note)
        return self.in_address(text, note)

    def in_quote(self, text: str, author: str, note: Callable[[], None]) -> str:
        """A quote's text with its author's name replaced in the lines that tell when he wrote: the first two, the last."""
        lines, hidden = text.split("\n"), self.name(author)
        for at in {0, 1, len(lines) - 1} & set(range(len(lines))):
            if hidden != author and author in lines[at] and _DATED.search(lines[at]):
                lines[at] = lines[at].replace(author, hidden)
                note()
        return self.in_text("\n".join(lines), note)

    def in_address(self, text: str, note: Callable[[], None] = lambda: None) -> str:
        """The text or URL with account names and numbers in addresses replaced, and the reader's in download tokens."""
        if "=" not in text and "/" not in text and "space-" not in text:
            return text
        for form in _ADDRESSES:
            text = _replace(form, text, self._address_part, note)
        return _TOKEN.sub(lambda match: _without_reader(match.group()), text)

    def _address_part(self, part: str) -> str:
        bare = unquote(part)
        return "0" if bare.replace("/", "").isdigit() else self.name(bare)

    def _digest(self, purpose: bytes, value: bytes, size: int) -> str:
        told = self._forum + b"\x00" + value
        return blake2b(told, key=self._key, person=b"tiezi-" + purpose, digest_size=size).hexdigest()

    def _check(self, digits: str) -> str:
        return blake2b(digits.encode(), key=self._key, person=b"tiezi-check", digest_size=2).hexdigest()


@lru_cache(maxsize=64)
def pseudonyms(forum: str, salt: str) -> Pseudonyms:
    return Pseudonyms(forum, salt)


def salt_mark(salt: str) -> str:
    """Eight digits that tell one salt from another and do not give it away."""
    return blake2b(b"mark", key=sha256(salt.encode()).digest(), person=b"tiezi-mark", digest_size=4).hexdigest()


def bare_time(raw: str | None) -> str | None:
    """The time as printed, if nothing else is printed with it; ``None`` otherwise, for that could be a name."""
    return raw if raw and _TIME_WORDS.fullmatch(raw) else None


def _replace(form: re.Pattern[str], text: str, new: Callable[[str], str], note: Callable[[], None]) -> str:
    def put(match: re.Match[str]) -> str:
        who = match["who"]
        if not who.strip() or new(who) == who:
            return match.group()
        note()
        start, end = (at - match.start() for at in match.span("who"))
        return match.group()[:start] + new(who) + match.group()[end:]

    return form.sub(put, text)


def _without_reader(token: str) -> str:
    """An attachment's token is ``aid|hash|time|uid|tid`` in base64; the uid is that of the account that read the page."""
    try:
        parts = base64.b64decode(unquote(token), validate=True).decode("ascii").split("|")
    except (binascii.Error, UnicodeDecodeError):
        return token
    if len(parts) < 4 or parts[3] in ("", "0"):
        return token
    parts[3] = "0"
    return quote(base64.b64encode("|".join(parts).encode()).decode())
