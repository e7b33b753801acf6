"""The whole forum in traditional characters, for Big5: character by character, in pages as in the truth."""

from __future__ import annotations

_SIMPLIFIED = ""
_TRADITIONAL = ""
_TABLE = str.maketrans(_SIMPLIFIED, _TRADITIONAL)


def traditional(text: str) -> str:
    """The text with each character that has a traditional form in our tables replaced by it."""
    return text.translate(_TABLE)
