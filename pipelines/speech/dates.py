"""Dates as printed: all written forms, years that are not printed, days of which the year is unknown."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

_DIGITS = {
    char: str(value)
    for value, chars in enumerate(
        ("〇○零OoOΟ", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for char in chars
}
_CN = "一二三四五六七八九十〇○零OoΟ廿卅"
_Y = rf"(?P<y>(?:1 ?[89]|2 ?0) ?\d ?\d|[一二][一二三四五六七八九〇○零OoΟ0][一二三四五六七八九〇○零OoΟ0-9]{{2}}|(?:民国|中华民国) ?(?:\d{{1,3}}|[{_CN}百]{{1,5}}|元)|\d{{2,3}}(?! ?\d)|(?<![\d ])\d \d(?: \d)?(?= ?年))"
_MASK = r"[×xX*○〇某_]{1,2}"
_M = rf"(?P<m>1 ?[0-2]|0?\d|[{_CN}]{{1,3}}|元|正)"
_D = rf"(?P<d>3 ?[01]|[12] ?\d|0?\d|[{_CN}]{{1,3}}|初[{_CN}])"
_TO = r" ?(?:—+|-+|~|至|到|、) ?"
_Y_SHORT = rf"{_Y[:-1]}|(?<![{_CN}])[零〇○九八][一二三四五六七八九零〇○])"  # 零七年, 九八年: only before a month
_CJK = re.compile(
    rf"(?:{_Y_SHORT} ?年(?:度)?(?P<sep> |,)?)?(?:{_M} ?月(?:份)?)(?: ?{_D} ?[日号]?(?:(?<=[日号])|(?=[)上下晚早,]|{_TO}))(?:\([^)]{{1,8}}\))?(?:{_TO}(?P<to>(?:\d{{4}}年)?(?:(?:\d{{1,2}}|[{_CN}]{{1,3}})月)?(?:\d{{1,2}}|[{_CN}]{{1,3}})[日号]))?)?"
)
_MASKED_YEAR = re.compile(
    rf"(?P<y>(?:20|19|二[〇○零OO0])(?:{_MASK})|{_MASK}|\d{{2,3}}{_MASK}) ?年 ?{_M} ?月(?: ?{_D} ?[日号])?"
)
_MASKED_DAY = re.compile(rf"{_Y} ?年 ?(?:{_M}|{_MASK}) ?月(?: ?(?:{_MASK}) ?[日号])?")
_YEAR_ONLY = re.compile(rf"{_Y} ?年(?!级|来|代|龄|度)")
_ISO = re.compile(
    r"(?<![\d.])(?P<y>(?:19|20)\d\d|\d{2,3}(?=/))(?P<sep>[-./])(?P<m>1[0-2]|0?[1-9])(?P=sep)(?P<d>3[01]|[12]\d|0?[1-9])(?![\d])"
)
_RELATIVE = re.compile(
    r"(?P<y>去年|今年|前年|上年|本年) ?(?P<m>1[0-2]|\d|[一二三四五六七八九十]{1,2})月(?:(?P<d>3[01]|[12]?\d|[一二三四五六七八九十]{1,3})[日号])?"
)
_LUNAR = re.compile(r"(?:农历|阴历|腊月|正月|冬月|初[一二三四五六七八九十])")
# Civil days that fall on the same day each year; with a printed year they are a date.
FIXED_DAYS = {
    "元旦": (1, 1), "妇女节": (3, 8), "植树节": (3, 12), "消费者权益日": (3, 15), "世界水日": (3, 22), "气象日": (3, 23), "读书日": (4, 23), "地球日": (4, 22),
    "知识产权日": (4, 26), "航天日": (4, 24), "劳动节": (5, 1), "青年节": (5, 4), "护士节": (5, 12), "博物馆日": (5, 18), "儿童节": (6, 1), "环境日": (6, 5),
    "档案日": (6, 9), "禁毒日": (6, 26), "建党节": (7, 1), "建军节": (8, 1), "教师节": (9, 10), "烈士纪念日": (9, 30), "国庆节": (10, 1), "国庆": (10, 1),
    "记者节": (11, 8), "消防日": (11, 9), "宪法日": (12, 4), "公祭日": (12, 13), "圣诞节": (12, 25), "无烟日": (5, 31), "粮食日": (10, 16), "防灾减灾日": (5, 12),
    "人口日": (7, 11), "人权日": (12, 10), "艾滋病日": (12, 1), "志愿者日": (12, 5), "扫盲日": (9, 8), "和平日": (9, 21), "旅游日": (5, 19), "税收宣传日": (4, 1),
}  # fmt: skip
_FIXED = re.compile(
    rf"(?P<y>(?:19|20)\d\d)年(?:[^,。;年月日]{{0,8}}?)(?P<f>{'|'.join(sorted(FIXED_DAYS, key=len, reverse=True))})(?!前|后|期间|长假|黄金周|假期|群众大会|招待会|酒会)"
)
_HAS_DATE = re.compile(r"[月年]|\d[-./]\d")


class When(NamedTuple):
    """A date as printed: what is known of it and where it stands; ``year`` None: not printed."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    to: tuple[int | None, int | None, int] | None = None  # year, month, day of the end of a span
    masked_year: bool = False
    shift: int | None = None  # 去年: -1, 今年: 0


def number(text: str) -> int | None:
    """A numeral of up to two places in digits, Chinese numerals or read digit by digit.

    >>> number("十二"), number("二十"), number("廿三"), number("三〇"), number("1 2")
    (12, 20, 23, 30, 12)
    """
    text = (
        text.replace(" ", "")
        .replace("廿", "二十")
        .replace("卅", "三十")
        .replace("元", "一")
        .replace("正", "一")
        .lstrip("初")
    )
    if text.isdigit():
        return int(text)
    if "百" in text:
        hundreds, _, rest = text.partition("百")
        below = number(rest.lstrip("〇○零")) if rest.lstrip("〇○零") else 0
        return 100 * int(_DIGITS.get(hundreds, "1")) + below if below is not None and len(hundreds) <= 1 else None
    if "十" in text:
        tens, _, ones = text.partition("十")
        high, low = _DIGITS.get(tens, "1") if tens else "1", _DIGITS.get(ones, "0") if ones else "0"
        return int(high) * 10 + int(low) if len(tens) <= 1 and len(ones) <= 1 else None
    digits = "".join(_DIGITS.get(char, char) for char in text)
    return int(digits) if digits.isdigit() and digits.isascii() else None


def year_of(text: str, *, roc: bool) -> int | None:
    """A printed year; ``roc``: two or three digits count from 1911 (Taiwan), else a short year is 19xx or 20xx."""
    text = text.replace(" ", "")
    minguo = "民国" in text
    value = number(text.replace("中华", "").replace("民国", ""))
    if value is None:
        return None
    if minguo or (value < 200 and (roc or value >= 100)):
        return value + 1911 if value < 200 else None
    if value < 100:
        return 2000 + value if value < 50 else 1900 + value
    return value if 1840 <= value <= 2100 else None


def find_date(flat: str, *, roc: bool = False, start: int = 0, end: int | None = None) -> When | None:
    """The first date in ``flat[start:end]`` that says at least a year or a month with a day; ``roc``: Taiwan's years."""
    stop = len(flat) if end is None else end
    if _HAS_DATE.search(flat, start, stop) is None:
        return None
    found = [when for when in _candidates(flat, start, stop, roc=roc) if when is not None and not _is_lunar(flat, when)]
    return min(found, key=_trust) if found else None


_LUNAR_DAY = re.compile(
    r"[农阴历年月日夜初十廿卅正腊冬岁次\d〇○零一二三四五六七八九甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥() ]{4,20}"
)


def is_lunar_day(flat: str) -> bool:
    """The whole line is a day of the lunar calendar."""
    return _LUNAR_DAY.fullmatch(flat) is not None and _LUNAR.search(flat) is not None


def _is_lunar(flat: str, when: When) -> bool:
    """农历二〇一五年九月初九 is on no calendar that the column has."""
    behind = 2 if when.month is not None else 7
    return _LUNAR.search(flat[max(0, when.start - 3) : when.end + behind]) is not None


def _trust(when: When) -> tuple[bool, int, int]:
    """A year alone (2009年全省会议) gives way to a date with a month, wherever it stands; then the first, the longest."""
    return when.month is None, when.start, -when.end


def _candidates(flat: str, start: int, stop: int, *, roc: bool) -> list[When | None]:
    return [
        _from_fixed(_FIXED.search(flat, start, stop)),
        _from_relative(_RELATIVE.search(flat, start, stop)),
        _from_masked(_MASKED_YEAR.search(flat, start, stop)),
        _from_masked_day(_MASKED_DAY.search(flat, start, stop), roc=roc),
        *(_from_cjk(match, flat, roc=roc) for match in _CJK.finditer(flat, start, stop)),
        _from_iso(_ISO.search(flat, start, stop), roc=roc),
        _from_year(_YEAR_ONLY.search(flat, start, stop), roc=roc),
    ]


def _valid(when: When) -> When | None:
    if when.month is not None and not 1 <= when.month <= 12:
        return None
    if when.day is not None:
        try:
            date(when.year or 2000, when.month or 1, when.day)
        except ValueError:
            return None
    return when


def _from_cjk(match: re.Match[str], flat: str, *, roc: bool) -> When | None:
    month, day = number(match["m"]), number(match["d"]) if match["d"] else None
    year = year_of(match["y"], roc=roc) if match["y"] else None
    if month is None or (match["y"] and year is None) or (day is None and (year is None or match["d"])):
        return None
    if not match["y"] and flat[match.start() - 1 : match.start()].isdigit():
        return None
    if not match["y"] and flat[max(0, match.start() - 2) : match.start()] in ("去年", "前年", "今年"):
        return None
    end = match.end()
    return _valid(When(match.start(), end, year, month, day, _end_of_span(match["to"])))


def _end_of_span(text: str | None) -> tuple[int | None, int | None, int] | None:
    if not text:
        return None
    year, _, rest = text.rpartition("年")
    month, _, day = rest.rpartition("月")
    last = number(day[:-1])
    return (int(year) if year else None, number(month) if month else None, last) if last else None


def _from_relative(match: re.Match[str] | None) -> When | None:
    if match is None:
        return None
    shift = {"去年": -1, "上年": -1, "前年": -2}.get(match["y"], 0)
    return _valid(
        When(
            match.start(),
            match.end(),
            None,
            number(match["m"]),
            number(match["d"]) if match["d"] else None,
            None,
            False,
            shift,
        )
    )


def _from_masked(match: re.Match[str] | None) -> When | None:
    if match is None or not match["d"] or year_of(match["y"], roc=False) is not None:
        return None  # 二○○○ is a year, 二○×× is not
    return _valid(When(match.start(), match.end(), None, number(match["m"]), number(match["d"]), None, True))


def _from_masked_day(match: re.Match[str] | None, *, roc: bool) -> When | None:
    if match is None or (year := year_of(match["y"], roc=roc)) is None:
        return None
    month = number(match["m"]) if match["m"] else None
    return _valid(When(match.start(), match.end(), year, month, None))


def _from_iso(match: re.Match[str] | None, *, roc: bool) -> When | None:
    if match is None or (year := year_of(match["y"], roc=roc or len(match["y"]) < 4)) is None:
        return None
    return _valid(When(match.start(), match.end(), year, int(match["m"]), int(match["d"])))


def _from_year(match: re.Match[str] | None, *, roc: bool) -> When | None:
    if match is None or (year := year_of(match["y"], roc=roc)) is None:
        return None
    return When(match.start(), match.end(), year, None, None)


def _from_fixed(match: re.Match[str] | None) -> When | None:
    if match is None:
        return None
    month, day = FIXED_DAYS[match["f"]]
    return When(match.start(), match.end(), int(match["y"]), month, day)


class Resolved(NamedTuple):
    """A date on the calendar: first day, precision (day month year range month-day), and, of a range, the last day."""

    day: date | None
    precision: str
    inferred: bool
    last: date | None = None
    month_day: tuple[int, int] | None = None


def resolve(when: When, posted: date | None, clue: int | None = None) -> Resolved | None:
    """``when`` on the calendar; a year that is not printed is ``clue``'s, else makes the latest day up to ``posted``."""
    if when.masked_year and when.month and when.day:
        return Resolved(None, "month-day", False, None, (when.month, when.day))
    inferred = when.year is None
    year = when.year if when.year is not None else _infer(when, posted, clue)
    if year is None:
        return Resolved(None, "month-day", False, None, (when.month, when.day)) if when.month and when.day else None
    first = _date(year, when.month or 1, when.day or 1)
    if first is None:
        return None
    precision = "day" if when.day else "month" if when.month else "year"
    if when.to is None:
        return Resolved(first, precision, inferred)
    last = _date(when.to[0] or year, when.to[1] or when.month or 1, when.to[2])
    if last is not None and last < first and when.to[0] is None:
        last = _date(year + 1, last.month, last.day)
    return Resolved(first, "range", inferred, last) if last and first < last else Resolved(first, precision, inferred)


def _infer(when: When, posted: date | None, clue: int | None) -> int | None:
    if when.shift is not None:
        return posted.year + when.shift if posted else None
    month, day = when.month or 1, when.day or 1
    if clue is not None:
        return clue
    if posted is None:
        return None
    for year in range(posted.year, posted.year - 9, -1):
        found = _date(year, month, day)
        if found is not None and found <= posted:
            return year
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def iso(found: Resolved) -> str:
    """The scorer's spelling: 2008-09-23, 2008-09, 2008, --09-23, first/last."""
    if found.day is None:
        return f"--{found.month_day[0]:02d}-{found.month_day[1]:02d}" if found.month_day else ""
    if found.precision == "range" and found.last:
        return f"{found.day}/{found.last}"
    return str(found.day)[: {"month": 7, "year": 4}.get(found.precision, 10)]


ONE_DAY = timedelta(days=1)
