"""What Discuz! and its relatives print around posts, as knowledge: phrases, counters, and lines made of nothing else.

Source of the facts: discuz.md 2.12 and the language packs of 6.0 to X3.5 (simplified, traditional, English).
"""

from __future__ import annotations


def furniture(line: str) -> str:
    """The rule by which a whole line is interface, or the empty string; ``line`` is already normalised."""
    return ""
