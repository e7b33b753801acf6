"""What identifies or reaches a person, masked in texts: mobile and ID numbers, e-mail, QQ and WeChat ids.

A number alone is masked where its form proves it (a mobile's prefix, an ID number's date and checksum); QQ and WeChat ids
look like any number or word, so they need their label. Public accounts (微信公众号) are no person's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CHECK = "10X98765432"
_PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
)


def is_id_number(text: str) -> bool:
    """Whether a resident's ID number can read so: province, date of birth and, with 18 digits, checksum are right."""
    digits = unicodedata.normalize("NFKC", text).upper()
    if not re.fullmatch(r"[1-9]\d{14}|[1-9]\d{16}[\dX]", digits, re.ASCII) or int(digits[:2]) not in _PROVINCES:
        return False
    born = digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}"
    try:
        year = date(int(born[:4]), int(born[4:6]), int(born[6:])).year
    except ValueError:
        return False
    if len(digits) == 15:
        return len(set(digits)) > 2  # no checksum yet: a key that was held down is none
    return (
        1850 <= year <= 2100
        and _CHECK[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False)) % 11] == digits[17]
    )


class Mask(NamedTuple):
    """A kind of contact: its rule, what stands in its place, and where it stands (group ``it``)."""

    rule: str
    stands_for: str
    form: re.Pattern[str]
    proof: Callable[[str], bool] = lambda text: True


_NET = r"(?:com|cn|net|org|edu|gov|cc|info|tv|hk|tw|me|vip)"
_LOCAL = r"[A-Za-z0-9](?:[A-Za-z0-9_.+-]{0,62}[A-Za-z0-9_])?"
_HOSTS = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6}"
_AT = r"(?:[@＠]|[(（\[【]at[)）\]】]|艾特)"
_SPELT = r"(?:[(（\[【]dot[)）\]】]|[ \xa0]dot[ \xa0]|。)"  # for a dot, where there is an at, too
_SPELT_HOST = rf"[A-Za-z0-9-]{{2,40}}(?:(?:{_SPELT}|\.)[A-Za-z0-9-]{{2,40}}){{0,3}}{_SPELT}{_NET}"
_IS = r"[ \xa0]{0,3}(?:[:：=]|是|为|為)[ \xa0]{0,3}"
_CALLED = r"(?:(?:号码?|號碼?|[:：=是为為(（]|[ \xa0]){0,5})"
_OPEN = r"[(（\[【“\"「]?"
_SLANG = r"(?:薇信|威信|微心|徽信|[vV]信|vx|wx)"  # nobody writes these but to give an id
_WECHAT = rf"(?:微[ \xa0]?信|wechat|weixin|{_SLANG})"
_HIS = r"(?:号碼?|号码|號碼?|[账帐帳][号號]|[ \xa0]?id|同号|同號)"
_ID = rf"{_OPEN}(?P<it>[A-Za-z][A-Za-z0-9_-]{{5,19}}|[1-9]\d{{5,11}})(?![A-Za-z0-9_-])"
_MADE_UP = r"[A-Za-z-]*[\d_]"  # no plain word
_QQ = r"(?:[QＱ] ?[QＱ]|扣扣|企鹅号?|球球号?|扣群|OICQ|[QＱ][群号號]|[加＋+][QＱ])"
MASKS = (
    Mask(
        "mask-email",
        "〔邮箱〕",
        re.compile(
            rf"(?<![\w/=?&.+-])(?P<it>{_LOCAL}[ \xa0]?{_AT}[ \xa0]?{_HOSTS}[A-Za-z]{{2,24}}"
            rf"|{_LOCAL}[ \xa0]?[#＃][ \xa0]?{_HOSTS}{_NET}"
            rf"|{_LOCAL}[ \xa0]?(?:{_AT}|[ \xa0]at[ \xa0])[ \xa0]?{_SPELT_HOST})(?![A-Za-z0-9-])",
            re.IGNORECASE | re.ASCII,
        ),
    ),
    Mask(
        "mask-id",
        "〔身份证号〕",
        re.compile(r"(?<![\dA-Za-z])(?P<it>\d{17}[\dXxＸｘ]|\d{15})(?![\dA-Za-z])"),
        is_id_number,
    ),
    # with its label a number that was mistyped or parted is masked, too
    Mask(
        "mask-id",
        "〔身份证号〕",
        re.compile(
            rf"(?:身份[证證]|公民身份){_CALLED}(?P<it>\d{{14,18}}[Xx]?|\d{{6}}[ \xa0-]\d{{8}}[ \xa0-]\d{{3}}[\dXx])(?![\dA-Za-z])"
        ),
    ),
    Mask(
        "mask-mobile",
        "〔手机号〕",
        re.compile(
            r"(?<![\dA-Za-z.])(?P<it>(?:(?:\+|00)?86[ \xa0-]?)?[1１][3-9３-９]\d(?:\d{8}|([ \xa0.·－—-])\d{4}\2\d{4}|\d[ \xa0-]\d{3}[ \xa0-]\d{4}))(?![\dA-Za-z])"
        ),
    ),
    # with its label in any parts
    Mask(
        "mask-mobile",
        "〔手机号〕",
        re.compile(
            rf"(?:手机|手機|电话|電話|致电|联系人?|聯繫人?|联系方式|聯繫方式|短信|tel|mobile|phone)\.?{_CALLED}"
            r"(?P<it>[1１][3-9３-９]\d(?:[ \xa0._－—-]?\d){8})(?![\dA-Za-z])",
            re.IGNORECASE,
        ),
    ),
    Mask(
        "mask-wechat",
        "〔微信号〕",
        re.compile(
            rf"(?<![A-Za-z0-9])(?:{_WECHAT}{_HIS}?{_IS}|{_WECHAT}{_HIS}[ \xa0]{{0,3}}|{_WECHAT}[ \xa0]?(?=[(（\[【“\"「]{_MADE_UP})"
            rf"|(?:{_SLANG}[ \xa0]{{0,3}}|{_WECHAT}搜索?[ \xa0]?)(?={_MADE_UP})"
            rf"|[加＋+]我?(?:个|的)?(?:(?:{_WECHAT}|微)(?:{_IS}|[ \xa0]{{0,3}})|v(?:{_IS}|[ \xa0]{{1,3}}))){_ID}",
            re.IGNORECASE,
        ),
    ),
    Mask(
        "mask-qq",
        "〔QQ号〕",
        re.compile(
            rf"(?<![A-Za-z0-9]){_QQ}(?:交流群|号码?|號碼?|群[号號]?|[①-⑩/或和与、]|\d(?=[:：])|{_WECHAT}|同号|同號|[：是为為:=]|[(（\[【“「]|[ \xa0]){{0,6}}"
            r"(?P<it>[1-9１-９]\d{4,11})(?!\d|[ \xa0]?(?:年|个|元|万|人|次))",
            re.IGNORECASE,
        ),
    ),
    # one number for both, the other way round
    Mask(
        "mask-qq",
        "〔QQ号〕",
        re.compile(
            rf"{_WECHAT}[ \xa0]?[/或和与、]?[ \xa0]?{_QQ}{_HIS}?{_IS}(?P<it>[1-9]\d{{4,11}})(?!\d)", re.IGNORECASE
        ),
    ),
)
_ANY = re.compile(
    r"\d{5}|[@＠#＃]|[ (（\[【]at[ )）\]】]|艾特|微 ?信|微\xa0信|薇信|威信|微心|徽信|v信|wechat|weixin|vx|wx"
    r"|[加＋+]我?[个的]?[微v]|\d{3}[ \xa0._·－—-]\d",
    re.IGNORECASE,
)


def mask_contacts(text: str, note: Callable[[str], None] = lambda rule: None) -> str:
    """``text`` with each contact replaced by the name of its kind; ``note`` gets the rule of each. Twice changes nothing."""
    if not _ANY.search(text):
        return text
    for mask in MASKS:
        text = mask.form.sub(lambda match, mask=mask: _put(mask, match, note), text)  # type: ignore[misc]
    return text


def _put(mask: Mask, match: re.Match[str], note: Callable[[str], None]) -> str:
    if not mask.proof(match["it"]):
        return match.group()
    note(mask.rule)
    start, end = (at - match.start() for at in match.span("it"))
    return match.group()[:start] + mask.stands_for + match.group()[end:]
