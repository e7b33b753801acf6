"""The same text posted again and again: near-duplicate clusters over the posts of all forums, kept up to date."""

from __future__ import annotations

from pipelines.reprints.changes import Rule, Spread
from pipelines.reprints.update import Updated, update

__all__ = ["Rule", "Spread", "Updated", "update"]
