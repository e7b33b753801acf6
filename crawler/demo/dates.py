"""Times as Discuz! prints them: within a week relative, with the absolute time in a span's title."""

from __future__ import annotations

from datetime import datetime, timedelta

from crawler.demo.messages import ZONE, stamp


def exact(at: int, seconds: bool = True) -> str:
    """``Y-n-j H:i:s`` or without the seconds."""
    when = datetime.fromtimestamp(at, ZONE)
    return f"{stamp(when)}:{when:%S}" if seconds else stamp(when)


def day(at: int) -> str:
    when = datetime.fromtimestamp(at, ZONE)
    return f"{when.year}-{when.month}-{when.day}"


def relative(at: int, now: int) -> str:
    """``N&nbsp;分钟前``, ``昨天&nbsp;HH:MM``, ``N&nbsp;天前``; the empty string from the seventh calendar day on."""
    age = now - at
    midnight = datetime.fromtimestamp(now, ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    when = datetime.fromtimestamp(at, ZONE)
    if at >= midnight.timestamp():
        if age >= 3600:
            return f"{age // 3600}&nbsp;小时前"
        if age > 1800:
            return "半小时前"
        if age > 60:
            return f"{age // 60}&nbsp;分钟前"
        return f"{age}&nbsp;秒前" if age > 0 else "刚刚"
    days = (midnight - when) // timedelta(days=1)
    if days == 0:
        return f"昨天&nbsp;{when:%H:%M}"
    if days == 1:
        return f"前天&nbsp;{when:%H:%M}"
    return f"{days + 1}&nbsp;天前" if days < 6 else ""


def dated(at: int, now: int, seconds: bool = True) -> str:
    """The time as thread pages and last posts show it."""
    told = relative(at, now)
    return f'<span title="{exact(at, seconds)}">{told}</span>' if told else exact(at, seconds)


def created(at: int, now: int) -> str:
    """The date as a listing shows a thread's beginning; today's and this week's stand out."""
    told = relative(at, now)
    if not told:
        return f"<span>{day(at)}</span>"
    mark = ' class="xi1"' if day(at) == day(now) else ""
    return f'<span{mark}><span title="{day(at)}">{told}</span></span>'
