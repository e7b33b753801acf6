"""Tables of words are written as a linguist reads them: separated by spaces, line by line."""

from __future__ import annotations


def words(*lines: str) -> tuple[str, ...]:
    """The words of ``lines``.

    >>> words("会议 大会", "论坛")
    ('会议', '大会', '论坛')
    """
    return tuple(word for line in lines for word in line.split())
