"""Settings that a user gave, checked before anything starts: each complaint names the setting, its value and what to write."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING, Any

from crawler import settings as defaults

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_DAY = 86_400
# name → (least, most) of a whole number
_WHOLE = {
    "CORPUS_BATCH": (1, inf),
    "GUARD_POSTS": (0, inf),
    "ARCHIVE_SEGMENT_BYTES": (1, inf),
    "MANNERS_PAUSES": (0, inf),
    "DEMO_PORT": (0, 65_535),
    "DEMO_THREADS": (1, inf),
    "REPRINTS_MIN_GRAMS": (1, inf),
    "RETRY_TIMES": (0, inf),
    "REDIRECT_MAX_TIMES": (0, inf),
    "CONCURRENT_REQUESTS": (1, inf),
    "CONCURRENT_REQUESTS_PER_DOMAIN": (1, inf),
    "DOWNLOAD_MAXSIZE": (0, inf),
}
_NUMBERS = {
    "GUARD_DROP": (0, 1),
    "ARCHIVE_RESUME_HOURS": (0, inf),
    "REPRINTS_SIMILARITY": (0.4, 1),
    "MANNERS_PAUSE": (0, _DAY),
    "MANNERS_LONGEST_PAUSE": (0, _DAY),
    "DOWNLOAD_DELAY": (0, _DAY),
    "DOWNLOAD_TIMEOUT": (0.001, _DAY),
}
_SWITCHES = ("PRIVACY_PSEUDONYMS", "PRIVACY_MASK", "REPRINTS_UPDATE")
_PLACES = ("CORPUS_DIR", "ARCHIVE_DIR")


def complaints(settings: BaseSettings) -> list[str]:
    """All that is wrong with the project's settings, in words; what is right needs none."""
    return [f"{name}={settings[name]}: {remedy}" for name, remedy in _remedies(settings)]


def _remedies(settings: BaseSettings) -> Iterator[tuple[str, str]]:
    for name in _PLACES:
        place = str(settings[name] or "").strip()
        if not place or ("://" in place and not place.startswith("s3://")):
            yield name, f"write a local path or an s3:// URI, such as {name}={getattr(defaults, name)}"
    for kind, words, ranges in ((int, "a whole number", _WHOLE), (float, "a number", _NUMBERS)):
        for name, (least, most) in ranges.items():
            if not _lies_in(settings[name], kind, least, most):
                range_ = f"from {least:g} to {most:g}" if most < inf else f"from {least:g}"
                yield name, f"write {words} {range_}, such as {name}={getattr(defaults, name)}"
    for name in _SWITCHES:
        try:
            settings.getbool(name)
        except ValueError:
            yield name, f"write {name}=True or {name}=False"
    if str(settings["LOG_LEVEL"]) not in logging.getLevelNamesMapping():
        yield "LOG_LEVEL", "write DEBUG, INFO, WARNING, ERROR or CRITICAL"


def _lies_in(value: Any, kind: type[int] | type[float], least: float, most: float) -> bool:
    try:
        return least <= kind(value) <= most
    except (TypeError, ValueError):
        return False


def settle_places(settings: BaseSettings) -> None:
    """``~`` is the home folder here too: the shell leaves it alone behind ``-s CORPUS_DIR=``."""
    for name in _PLACES:
        if str(settings[name]).startswith("~"):
            settings.set(name, os.path.expanduser(settings[name]), priority="cmdline")
