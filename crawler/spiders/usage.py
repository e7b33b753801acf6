"""Reading ``-a`` arguments: each complaint names the argument, what is wrong with it and what to write."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


class Error(ValueError):
    """An argument that cannot be used (exit status 1)."""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def number(name: str, value: str | int | None, default: int | None = None, least: int = 0) -> int | None:
    if value is None:
        return default
    if not _is_number(str(value)) or int(value) < least:
        raise Error(f"{name}={value}: write a whole number of at least {least}, such as {name}=20")
    return int(value)


def numbers(name: str, value: str | None) -> tuple[int, ...] | None:
    if value is None:
        return None
    parts = [part.strip() for part in str(value).split(",") if part.strip()]
    if not parts or not all(map(_is_number, parts)):
        raise Error(f"{name}={value}: write board numbers (fid) separated by commas, such as {name}=2,36")
    return tuple(int(part) for part in parts)


def http_url(name: str, value: str) -> str:
    text = value.strip()
    if "://" not in text:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(char.isspace() for char in text):
        raise Error(f"{name}={value}: write a forum's address, such as {name}=https://bbs.example.cn/")
    return text if parts.path else f"{text}/"


def empty(arguments: Mapping[str, object]) -> None:
    """Complain about ``url=``: a variable of a script that was not set would crawl something else."""
    for name, value in arguments.items():
        if value is not None and not str(value).strip():
            raise Error(f"{name}= is empty: write {name}=VALUE or leave it out")


def unknown(arguments: dict[str, object], allowed: tuple[str, ...]) -> None:
    """Complain about arguments that no spider knows; Scrapy itself would take them in silence."""
    strange = sorted(set(arguments) - set(allowed))
    if strange:
        raise Error(f"unknown argument {', '.join(strange)}; known: {', '.join(allowed)}")
