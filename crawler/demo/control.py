"""Lets tests in other processes change the forum and read what is true of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.demo.forum import DemoForum
from crawler.demo.reading import Missing
from crawler.demo.site import Site
from crawler.demo.types import Truth

_OPERATIONS = (
    *("new_thread", "reply", "edit", "comment", "delete_post", "delete_thread", "undelete", "move_thread"),
    *("close", "stick", "digest", "bump", "merge", "split"),
)


def control(forum: DemoForum, site: Site, body: bytes) -> tuple[int, dict[str, Any]]:
    """(status, answer) of ``{"op": NAME, ...arguments}``; ``op`` is a mutation, ``advance`` (seconds) or ``turn``."""
    try:
        order = json.loads(body)
        name = order.pop("op")
        result = None
        if name == "advance":
            forum.advance(timedelta(seconds=order["seconds"]))
        elif name == "turn":
            site.turn(**order)
        elif name in _OPERATIONS:
            result = getattr(forum, name)(**order)
        else:
            return 400, {"error": f"no operation {name!r}; there are advance, turn, {', '.join(_OPERATIONS)}"}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        kind = "missing" if isinstance(error, Missing) else "bad order"
        return 400, {"error": f"{kind}: {error}"}
    return 200, {"result": result, "now": forum.now.isoformat()}


def read_truth(truth: Callable[[list[int] | None], Truth], target: str) -> bytes:
    """JSON of the truth of all threads, or of those in ``?tid=1,2``; times are ISO strings in UTC."""
    named = parse_qs(urlsplit(target).query).get("tid")
    tids = [int(tid) for tid in named[0].split(",")] if named else None
    return json.dumps(asdict(truth(tids)), ensure_ascii=False, default=lambda when: when.isoformat()).encode()
