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
_IS = r"[ \xa0]{0,3}(?:[:：=]|是|为|為)[ \xa0]{0,3}"
_WECHAT = r"(?:微信|薇信|威信|微心|wechat|weixin|vx|wx)"
_ID = r"(?P<it>[A-Za-z][A-Za-z0-9_-]{5,19}|[1-9]\d{5,11})(?![A-Za-z0-9_-])"
MASKS = (
    Mask(
        "mask-email",
        "〔邮箱〕",
        re.compile(
            rf"(?<![\w/=?&.+-])(?P<it>{_LOCAL}[ \xa0]?(?:[@＠]|\(at\)|\[at\])[ \xa0]?{_HOSTS}[A-Za-z]{{2,24}}"
            rf"|{_LOCAL}[ \xa0]?[#＃][ \xa0]?{_HOSTS}{_NET})(?![A-Za-z0-9-])",
            re.IGNORECASE | re.ASCII,
        ),
    ),
    Mask(
        "mask-id",
        "〔身份证号〕",
        re.compile(r"(?<![\dA-Za-z])(?P<it>\d{17}[\dXxＸｘ]|\d{15})(?![\dA-Za-z])"),
        is_id_number,
    ),
    # with its label a number that was mistyped is masked, too
    Mask(
        "mask-id",
        "〔身份证号〕",
        re.compile(r"身份[证證](?:号码?|號碼?)?(?:[:：=是为為]|[ \xa0]){0,4}(?P<it>\d{14,18}[Xx]?)(?![\dA-Za-z])"),
    ),
    Mask(
        "mask-mobile",
        "〔手机号〕",
        re.compile(
            r"(?<![\dA-Za-z.])(?P<it>(?:(?:\+|00)?86[ \xa0-]?)?[1１][3-9３-９]\d(?:\d{8}|([ \xa0.·－—-])\d{4}\2\d{4}|\d[ \xa0-]\d{3}[ \xa0-]\d{4}))(?![\dA-Za-z])"
        ),
    ),
    Mask(
        "mask-wechat",
        "〔微信号〕",
        re.compile(
            rf"(?<![A-Za-z0-9])(?:{_WECHAT}(?:号碼?|號碼?|id|同号|同號)?{_IS}|{_WECHAT}(?:号|號|id)[ \xa0]{{0,3}}|[加＋+]我?(?:个|的)?{_WECHAT}[ \xa0]{{0,3}}){_ID}",
            re.IGNORECASE,
        ),
    ),
    Mask(
        "mask-qq",
        "〔QQ号〕",
        re.compile(
            r"(?<![A-Za-z0-9])(?:[QＱ] ?[QＱ]|扣扣|企鹅号?)(?:号码?|號碼?|群号?|群號?|：|是|为|為|[:=]|[ \xa0]){0,5}(?P<it>[1-9]\d{4,11})(?!\d|[ \xa0]?(?:年|个|元|万|人|次))",
            re.IGNORECASE,
        ),
    ),
)
_ANY = re.compile(
    r"\d{5}|[@＠#＃]|\(at\)|\[at\]|微信|薇信|威信|微心|wechat|weixin|vx|wx|\d{3}[ \xa0.·－—-]\d", re.IGNORECASE
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
