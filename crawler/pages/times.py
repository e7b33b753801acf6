"""Times as forums print them. Discuz! prints in the viewer's offset and without zone (discuz.md 2.4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

_CLOCK = r"(?:[T\s\xa0]+(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2}))?(?:\s*(?P<half>[AaPp]\.?[Mm]\.?|上午|下午))?)?"
# Y-n-j and Y/n/j are the defaults; j-n-Y and n/j/Y are what 7.x users and sites may choose (day first, always)
_TIME = re.compile(
    r"(?<!\d)(?:(?P<y>\d{4})[-/年.](?P<m>\d{1,2})[-/月.](?P<d>\d{1,2})日?|(?P<d2>\d{1,2})[-/.](?P<m2>\d{1,2})[-/.](?P<y2>\d{4}))"
    + _CLOCK
)
_OFFSET = re.compile(r"(?:GMT|UTC)\s*([+-]\d{1,2}(?:\.\d+)?)")


def find_time(raw: str | None, zone: tzinfo, *, need_clock: bool = True) -> datetime | None:
    """The first absolute time in ``raw`` as UTC; ``None`` where there is none, or (``need_clock``) only a day."""
    for match in _TIME.finditer(raw or ""):
        found = _to_utc(match, zone)
        if found and (match["h"] or not need_clock):
            return found
    return None


def time_span(raw: str) -> tuple[int, int] | None:
    """Where the first absolute time stands in ``raw``."""
    match = _TIME.search(raw)
    return match.span() if match else None


def _to_utc(match: re.Match[str], zone: tzinfo) -> datetime | None:
    year, month, day = (int(match[key] or match[f"{key}2"]) for key in "ymd")
    hour = int(match["h"] or 0)
    half = (match["half"] or "").lower()
    if half[:1] == "p" or half == "下午":
        hour = hour % 12 + 12
    elif half:
        hour %= 12
    try:
        local = datetime(year, month, day, hour, int(match["mi"] or 0), int(match["s"] or 0), tzinfo=zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def page_offset(source: str) -> float | None:
    """Hours ahead of UTC that a page's footer names (``GMT+8, 2024-1-2 12:34``), from its last 20,000 characters."""
    at = max(source.rfind("GMT", -20_000), source.rfind("UTC", -20_000))
    match = _OFFSET.match(source, at) if at >= 0 else None
    if match is None:
        return None
    hours = float(match.group(1))
    return hours if -12 <= hours <= 14 else None
