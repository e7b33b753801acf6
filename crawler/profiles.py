"""Site profiles: what a user knows about a site, as TOML in ``crawler/sites/`` (reference: docs/site-profiles.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.items import Profile, RawPage

_IMPRINT = re.compile(r"©|&copy;|Copyright|Powered|版权|版權", re.I)


class ProfileError(ValueError):
    """A site profile that cannot be used; each line of the message names file, key and remedy."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site profile. Floors: below them a run must not publish."""

    name: str
    url: str | None = None
    names: tuple[str, ...] = ()
    """How the site calls itself in its pages: a capture without address that prints one of them is this site's."""
    boards: tuple[int, ...] = ()
    delay: float | None = None
    min_threads: int = 0
    min_posts: int = 0
    min_speeches: int = 0
    profile: Profile = field(default_factory=Profile)


def load_site(name: str) -> Site:
    """The profile ``crawler/sites/NAME.toml``; ``ProfileError`` with the names there are when it is missing or wrong."""
    folder = resources.files("crawler") / "sites"
    if not re.fullmatch(r"[\w-]+", name) or not (file := folder / f"{name}.toml").is_file():
        known = ", ".join(site_names()) or "none"
        raise ProfileError(
            f"site={name}: there is no crawler/sites/{name}.toml (known: {known}); write one, or leave the site out"
        )
    try:
        return parse_site(name, file.read_bytes().decode("utf-8-sig"), str(file))
    except UnicodeDecodeError as error:
        raise ProfileError(f"{file}: not UTF-8 (byte {error.start}): save it as UTF-8") from error


def site_names() -> list[str]:
    folder = resources.files("crawler") / "sites"
    return sorted(Path(file.name).stem for file in folder.iterdir() if file.name.endswith(".toml"))


def profile_by_imprint(page: RawPage, otherwise: Profile) -> Profile:
    """For a saved file: the profile of the one site whose name the page prints in its imprint."""
    if not page.url.startswith("file:"):
        return otherwise
    text = page.body[-20_000:].decode("utf-8", "replace")
    imprint = "\n".join(line for line in text.splitlines() if _IMPRINT.search(line))
    sites = {site.name: site for printed, site in _printed_names() if printed in imprint}
    if len(sites) != 1:
        return otherwise
    site = next(iter(sites.values()))
    host = urlsplit(site.url or "").netloc.lower()
    forum = otherwise.forum or site.profile.forum or host or None
    return protected(replace(site.profile, forum=forum), otherwise)


def protected(profile: Profile, by: Profile) -> Profile:
    """``profile`` with the privacy that either of the two asks for, and the salt of ``by``."""
    pseudonyms, mask = profile.pseudonyms or by.pseudonyms, profile.mask or by.mask
    return replace(profile, pseudonyms=pseudonyms, mask=mask, salt=profile.salt or by.salt)


def with_privacy_of(forum: str, profile: Profile) -> Profile:
    """``profile`` with the privacy that the forum's own site profile asks for, however the forum was reached.

    ProfileError: a site profile cannot be used, so nobody knows what it asks for.
    """
    for name in site_names():
        site = load_site(name)
        host = urlsplit(site.url or "").netloc.lower()
        if forum in (site.profile.forum, host, host.removesuffix(":80").removesuffix(":443")):
            profile = protected(profile, site.profile)
    return profile


def printed_names() -> tuple[tuple[str, Site], ...]:
    """What each site calls itself, with its profile. ProfileError: one of them cannot be used."""
    return _printed_names()


@cache
def _printed_names() -> tuple[tuple[str, Site], ...]:
    return tuple((printed, site) for name in site_names() for site in (load_site(name),) for printed in site.names)


def parse_site(name: str, text: str, file: str) -> Site:
    """A profile from TOML text; ProfileError with all that is wrong, a line each: file, key and what to write instead."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{file}: not valid TOML: {error}; strings need quotes, lists [ ]") from error
    complaints = [f"{file}: {complaint}" for key, value in table.items() if (complaint := _complaint(key, value))]
    if complaints:
        raise ProfileError("\n".join(complaints))
    known: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    own: dict[str, Any] = {key: known.pop(key) for key in _OF_PROFILE if key in known}
    return Site(name=name, profile=Profile(**own), **known)


# --- what each key may hold: a check gives what to write instead, or "" --------------------------------------------------

_OF_PROFILE = ("forum", "utc_offset", "noise", "chrome", "pseudonyms", "mask")
_Check = Callable[[Any], str]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _url(value: Any) -> str:
    remedy = 'write an address that begins with http:// or https://, such as "https://bbs.example.cn/"'
    if not isinstance(value, str) or re.search(r"\s", value):
        return remedy
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return remedy
    if "@" in parts.netloc:
        return "write it without user name and password"
    return "" if usable else remedy


def _forum(value: Any) -> str:
    fits = isinstance(value, str) and re.fullmatch(r"[^\s/\\?#@]+", value)
    return "" if fits else 'write the forum\'s host or name without blanks and slashes, such as "bbs.example.cn"'


def _texts(value: Any) -> str:
    fits = isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)
    return "" if fits else 'write a list of strings, such as ["议事厅"]'


def _boards(value: Any) -> str:
    fits = isinstance(value, list) and all(type(item) is int and item > 0 for item in value)
    return "" if fits else "write a list of board numbers (fid), such as [2, 36]"


def _offset(value: Any) -> str:
    fits = _is_number(value) and -12 <= value <= 14 and value * 4 == int(value * 4)
    return "" if fits else "write hours from -12 to 14, such as 8 for China or 5.5, not the name of a zone"


def _delay(value: Any) -> str:
    return "" if _is_number(value) and 0 <= value <= 3600 else "write seconds from 0 to 3600, such as 5"


def _floor(value: Any) -> str:
    return "" if type(value) is int and value >= 0 else "write a whole number that is not negative, such as 1000"


def _switch(value: Any) -> str:
    return "" if isinstance(value, bool) else "write true or false, without quotes"


_ANY_LINE = ("各位同志，现在开会。", "Then he said: 12 of 30.", "一")


def _patterns(value: Any) -> str:
    if complaint := _texts(value):
        return complaint
    for pattern in value:
        try:
            form = re.compile(pattern)
        except re.error as error:
            return f"{pattern!r} is no regular expression: {error}; write \\ before each of . * + ? ( ) [ ] that is meant so"
        if all(form.fullmatch(line) for line in _ANY_LINE):
            return f"{pattern!r} takes out every line: write what only the site prints"
    return ""


KEYS: dict[str, _Check] = {
    "url": _url,
    "forum": _forum,
    "names": _texts,
    "boards": _boards,
    "utc_offset": _offset,
    "delay": _delay,
    "noise": _patterns,
    "chrome": _patterns,
    "min_threads": _floor,
    "min_posts": _floor,
    "min_speeches": _floor,
    "pseudonyms": _switch,
    "mask": _switch,
}
"""All keys of a profile, each with its check."""


def _complaint(key: str, value: Any) -> str:
    if key not in KEYS:
        return f"unknown key {key!r}; {_known(key)}"
    remedy = KEYS[key](value)
    return f"{key} = {_shown(value)}: {remedy}" if remedy else ""


def _known(key: str) -> str:
    near = get_close_matches(key.lower().replace("-", "_"), KEYS, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(KEYS)}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def check_all() -> Iterator[tuple[str, Site | ProfileError]]:
    """Every profile in the house, read, or what is wrong with it."""
    for name in site_names():
        try:
            yield name, load_site(name)
        except ProfileError as error:
            yield name, error
