"""The year that a text implies: anniversaries, 2006年即将过去, 今年是2009年, the year in the event's name."""

from __future__ import annotations

import re
from datetime import date

from pipelines.speech.dates import When, number, year_of
from pipelines.speech.fold import fold

# What an anniversary counts from.
FOUNDED = {
    "新中国成立": 1949, "中华人民共和国成立": 1949, "建国": 1949, "共和国成立": 1949, "国庆": 1949, "新中国": 1949, "祖国": 1949, "共和国": 1949,
    "中国共产党成立": 1921, "建党": 1921, "党成立": 1921, "党的成立": 1921, "党的生日": 1921, "中国共产党": 1921,
    "中国人民解放军": 1927, "建军": 1927, "香港回归": 1997, "香港特区成立": 1997, "特区成立": 1997, "特别行政区成立": 1997, "澳门回归": 1999,
    "改革开放": 1978, "五四运动": 1919, "抗日战争胜利": 1945, "抗战胜利": 1945, "长征胜利": 1936, "辛亥革命": 1911, "红军长征": 1936, "南昌起义": 1927,
    "九一八": 1931, "七七事变": 1937, "台湾光复": 1945, "入世": 2001, "加入世贸": 2001, "汶川地震": 2008, "唐山大地震": 1976,
}  # fmt: skip
# Two regions began, in July and in December.
_REGIONS = frozenset(["特区成立", "特别行政区成立"])
_JUBILEE = re.compile(
    rf"(?P<w>{'|'.join(sorted(FOUNDED, key=len, reverse=True))})[^,。;]{{0,6}}?(?P<n>\d{{1,3}}|[一二三四五六七八九十百]{{1,4}}) ?(?:个)?(?:周年|年)"
)
_Y = r"(?P<y>(?:19|20)\d\d|[一二][〇○零O0九][〇○零O0-9一二三四五六七八九]{2})年?"
_LEAVING = re.compile(
    rf"(?:过去的|即将过去的|告别|送别|辞别|送走(?:了)?|刚刚过去的)(?P<x>(?:19|20)\d\d)年|{_Y}(?:即将过去|就要过去|即将结束|将要过去|马上就要过去|已接近尾声|渐行渐远|已经过去|就要结束|快要过去)"
)
_PRESENT = re.compile(
    rf"(?:今年是|今年\(|今天是|本年是|值此|在这|迎来了?|跨入|步入|进入|展望|迎接)(?P<v>(?:19|20)\d\d|[一二][〇○零O0九][〇○零O0-9一二三四五六七八九]{{2}})年|(?P<u>(?:19|20)\d\d)年是[^,。]{{2,30}}(?:之年|一年|年)|{_Y}(?:新年|的?钟声|的?春天|的?工作(?:安排|部署|任务|打算))"
)
# 2008年初的那场冰雪: what the text opens with, when posted within a few years, dates the speech.
_SEASON = re.compile(r"(?P<y>(?:19|20)\d\d)年(?:初|春|夏|秋|冬|年?底|末)的?(?:那|这)(?:场|次|个|年)")
_IN_NAME = re.compile(r"(?P<y>(?:19|20)\d\d)(?:年度?|届|级|[-—]\d{2,4}学年)")


def year_clue(when: When, names: list[str], text: str, posted: date | None) -> int | None:
    """The year for a month and day without one, from the event's name or the text; None if nothing says it."""
    for name in names:
        match = _IN_NAME.search(fold(name))
        if match and (
            found := _fitting(
                int(match["y"]),
                when,
                posted,
                flexible="年度" in match[0] or "总结" in name or "表彰" in name or "学年" in match[0],
            )
        ):
            return found
    if "年" not in text:
        return None
    flat = fold(text[:12000]) if _worth(text) else ""
    return _from_text(flat, when, posted) if flat else None


def _worth(text: str) -> bool:
    return any(
        word in text
        for word in (
            "周年",
            "週年",
            "即将过去",
            "即將過去",
            "就要过去",
            "今年是",
            "今天是",
            "过去的",
            "過去的",
            "告别",
            "新年",
            "展望",
            "送走",
            "刚刚过去",
            "跨入",
            "步入",
            "年初",
            "年底",
            "年春",
            "年夏",
            "年秋",
            "年冬",
            "即将结束",
            "钟声",
            "迎来",
        )
    )


def _from_text(flat: str, when: When, posted: date | None) -> int | None:
    leaving = _LEAVING.search(flat)
    if leaving:
        year = _year(leaving)
        month = when.month or 1
        if year is not None:
            past = leaving[0].startswith(("过去的", "刚刚", "送走", "告别", "送别", "辞别"))
            later = month <= 3 or (past and month < 12)
            return _fitting(year + 1 if later else year, when, posted, flexible=False)
    jubilee = _JUBILEE.search(flat)
    if jubilee and (count := _count(jubilee["n"])) and count > 1:
        founded = 1999 if jubilee["w"] in _REGIONS and when.month == 12 else FOUNDED[jubilee["w"]]
        found = _fitting(founded + count, when, posted, flexible=False)
        if found:
            return found
    season = _SEASON.search(flat, 0, 400)
    if season and posted is not None and 0 <= posted.year - int(season["y"]) <= 4:
        return _fitting(int(season["y"]), when, posted, flexible=False)
    present = _PRESENT.search(flat)
    if present and (year := _year(present)) is not None:
        return _fitting(year, when, posted, flexible=False)
    return None


def _year(match: re.Match[str]) -> int | None:
    printed = next((value for key, value in match.groupdict().items() if value), None)
    return year_of(printed, roc=False) if printed else None


def _count(printed: str) -> int | None:
    if "百" in printed:
        high, _, low = printed.partition("百")
        return 100 * (number(high) or 1) + (number(low.lstrip("零")) or 0 if low else 0)
    return number(printed)


def _fitting(year: int, when: When, posted: date | None, *, flexible: bool) -> int | None:
    """``year`` if the day is not after the posting; ``flexible``: a review of that year may be held in the next spring."""
    try:
        day = date(year, when.month or 1, when.day or 1)
    except ValueError:
        return None
    if posted is not None and day > posted:
        return None
    if (
        flexible
        and (when.month or 1) <= 3
        and (posted is None or date(year + 1, when.month or 1, min(when.day or 1, 28)) <= posted)
    ):
        return year + 1
    return year
