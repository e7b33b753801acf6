"""Site profiles: what a user knows about a site, as TOML in ``crawler/sites/`` (reference: docs/settings.md)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from crawler.items import Profile

_TYPES: dict[str, type | tuple[type, ...]] = {
    "url": str,
    "forum": str,
    "names": list,
    "boards": list,
    "utc_offset": (int, float),
    "delay": (int, float),
    "noise": list,
    "chrome": list,
    "min_threads": int,
    "min_posts": int,
    "min_speeches": int,
}


class ProfileError(ValueError):
    """A site profile that cannot be used; the message names file, key and remedy."""


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
        known = ", ".join(sorted(site_names())) or "none"
        raise ProfileError(
            f"site={name}: there is no crawler/sites/{name}.toml (known: {known}); write one or use url=URL"
        )
    return parse_site(name, file.read_text(encoding="utf-8"), str(file))


def site_names() -> list[str]:
    folder = resources.files("crawler") / "sites"
    return [Path(file.name).stem for file in folder.iterdir() if file.name.endswith(".toml")]


def parse_site(name: str, text: str, file: str) -> Site:
    """A profile from TOML text; every complaint names the file, the key and what to write instead."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{file}: not valid TOML: {error}") from error
    for key, value in table.items():
        _check(file, key, value)
    return Site(
        name=name,
        url=table.get("url"),
        names=tuple(table.get("names", ())),
        boards=tuple(table.get("boards", ())),
        delay=table.get("delay"),
        min_threads=table.get("min_threads", 0),
        min_posts=table.get("min_posts", 0),
        min_speeches=table.get("min_speeches", 0),
        profile=Profile(
            forum=table.get("forum"),
            utc_offset=table.get("utc_offset"),
            noise=tuple(table.get("noise", ())),
            chrome=tuple(table.get("chrome", ())),
        ),
    )


def _check(file: str, key: str, value: Any) -> None:
    if key not in _TYPES:
        raise ProfileError(f"{file}: unknown key {key!r}; known keys: {', '.join(_TYPES)}")
    expected = _TYPES[key]
    fits: bool = isinstance(value, expected) and not isinstance(value, bool)
    if not fits:
        wanted = expected.__name__ if isinstance(expected, type) else "number"
        raise ProfileError(f"{file}: {key} = {value!r}: write a {wanted}")
    if key == "boards" and not all(isinstance(board, int) and board > 0 for board in value):
        raise ProfileError(f"{file}: boards = {value!r}: write board numbers (fid), such as [2, 36]")
    if key in ("names", "noise", "chrome") and not all(isinstance(item, str) for item in value):
        raise ProfileError(f"{file}: {key} = {value!r}: write a list of strings")
    if key in ("noise", "chrome"):
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ProfileError(f"{file}: {key}: {pattern!r} is no regular expression: {error}") from error
    if key == "url" and not re.match(r"https?://[^/\s]+", value):
        raise ProfileError(f"{file}: url = {value!r}: write an address that begins with http:// or https://")
    if key == "utc_offset" and not -12 <= value <= 14:
        raise ProfileError(f"{file}: utc_offset = {value!r}: write hours from -12 to 14")
    if key in ("delay", "min_threads", "min_posts", "min_speeches") and value < 0:
        raise ProfileError(f"{file}: {key} = {value!r}: write a number that is not negative")
