"""A request and its answer, as far as the forum cares."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    target: str  # path with query, as sent
    host: str
    agent: str = ""
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)
    proxied: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
