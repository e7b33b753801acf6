"""Where a post stands: everything about its page."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.demo.frame import Context
from crawler.demo.reading import Reading
from crawler.demo.types import Board, ThreadRow


@dataclass(frozen=True, slots=True)
class Place:
    """The page that posts are rendered for."""

    forum: Reading
    ctx: Context
    thread: ThreadRow
    board: Board
    page: int
    last_pid: int
