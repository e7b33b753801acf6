"""Names, offices, occasions and dates, drawn from the tables."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from crawler.demo import words
from crawler.demo.types import Person

_HALF = str.maketrans("，：（）；？！", ",:();?!")
_DIGITS = "〇一二三四五六七八九"


def fill(pattern: str, rng: Random, topic: str | None = None) -> str:
    """A table's pattern with its slots filled."""
    if "{" not in pattern:
        return pattern
    return pattern.format(
        p=rng.choice(words.PLACES),
        t=topic or rng.choice(words.TOPICS),
        o=rng.choice(words.THINGS),
        n=rng.randrange(12, 980),
        m=rng.randrange(2, 10),
        topic=topic or rng.choice(words.TOPICS),
    )


def half_width(text: str) -> str:
    """The marks that old forum texts have in half width; 、 and 。 stay."""
    return text.translate(_HALF)


def full_name(rng: Random) -> str:
    """Surname and one or two characters."""
    return rng.choice(words.SURNAMES) + "".join(rng.sample(words.GIVEN, rng.choice((1, 2, 2))))


def person(rng: Random) -> Person:
    """Somebody with an office."""
    printed, role, org = rng.choice(words.OFFICES)
    place = rng.choice(words.PLACES)
    return Person(full_name(rng), printed.format(p=place), role.format(p=place), org.format(p=place))


def occasion(rng: Random, topic: str) -> str:
    """The event as it is printed."""
    return fill(rng.choice(words.SCOPES), rng) + topic + rng.choice(words.GATHERINGS)


def paragraph(rng: Random, topic: str, low: int = 1, high: int = 4) -> str:
    """Some sentences, none twice."""
    return "".join(fill(sentence, rng, topic) for sentence in rng.sample(words.SENTENCES, rng.randint(low, high)))


class Day(NamedTuple):
    """A printed date and what is true of it."""

    printed: str
    value: str | None
    precision: str
    inferred: bool = False


def chinese_year(year: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(year))


def chinese_number(number: int) -> str:
    """1 to 31 as a date prints them."""
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones else "")


def speech_day(rng: Random, posted: date) -> Day:
    """The day of a speech some weeks before it was posted, in one of the forms that such texts print."""
    day = posted - timedelta(days=rng.randrange(3, 320))
    form = rng.random()
    if form < 0.45:
        return Day(f"{day.year}年{day.month}月{day.day}日", day.isoformat(), "day")
    if form < 0.62:
        return Day(f"{day.month}月{day.day}日", day.isoformat(), "day", inferred=True)
    if form < 0.78:
        printed = f"{chinese_year(day.year)}年{chinese_number(day.month)}月{chinese_number(day.day)}日"
        return Day(printed, day.isoformat(), "day")
    if form < 0.88:
        return Day(f"{day.year}年{day.month}月", f"{day.year}-{day.month:02d}", "month")
    return Day("", None, "none")
