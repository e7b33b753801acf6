"""A run's account: what was listed is captured, failed or refused, by name; and how the run ends."""

from __future__ import annotations

import logging
from collections.abc import Set
from dataclasses import dataclass, field

# Exit statuses, for cron (contract, Commands)
COMPLETE, DEFECT, INCOMPLETE, REFUSED, HELD, BELOW_FLOOR = 0, 1, 3, 4, 5, 6
MEANING = {
    COMPLETE: "complete",
    DEFECT: "usage or a defect",
    INCOMPLETE: "incomplete",
    REFUSED: "refused",
    HELD: "another run holds this forum",
    BELOW_FLOOR: "below the floor",
}
# which of several ends is told when a run has met more than one
_GRAVITY = (COMPLETE, INCOMPLETE, REFUSED, BELOW_FLOOR, DEFECT, HELD)

logger = logging.getLogger(__name__)


@dataclass
class Account:
    """Listed = captured + failed + refused (+ what is still on its way while the run goes on)."""

    names: dict[str, bool] = field(default_factory=dict)
    """What was listed, each name once (a first crawl lists a whole forum), and whether it is captured."""
    failed: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    status: int = COMPLETE
    reason: str = ""

    @property
    def listed(self) -> Set[str]:
        return self.names.keys()

    @property
    def captured(self) -> Set[str]:
        return {name for name, captured in self.names.items() if captured}

    def list(self, name: str) -> None:
        """``name`` (a URL) is to be captured in this run."""
        self.names.setdefault(name, False)

    def forget(self, name: str) -> None:
        """``name`` turned out to be nothing that this run has to capture."""
        self.names.pop(name, None)

    def capture(self, name: str) -> None:
        self.names[name] = True

    def fail(self, name: str, why: str) -> None:
        """``name`` could not be fetched or read: named in the log, and the run is incomplete."""
        self.names[name] = False
        self.failed[name] = why
        logger.error("not captured: %s: %s", name, why)

    def refuse(self, name: str, why: str) -> None:
        """The forum does not let a guest have ``name``: named in the log, and the run is incomplete."""
        self.list(name)
        self.refused[name] = why
        logger.warning("refused: %s: %s", name, why)

    def end(self, status: int, reason: str) -> None:
        """The run as a whole ends with ``status``; of several the gravest is kept, of equal ones the first."""
        if _GRAVITY.index(status) > _GRAVITY.index(self.status):
            self.status, self.reason = status, reason

    def close(self) -> tuple[int, str]:
        """(exit status, one sentence) with everything counted; what never came back counts as failed."""
        told = self.failed.keys() | self.refused.keys()
        for name in [name for name, captured in self.names.items() if not captured and name not in told]:
            self.fail(name, "the run ended before it was fetched")
        missed = len(self.failed) + len(self.refused)
        if missed:
            self.end(
                INCOMPLETE,
                f"{missed} of {len(self.listed)} listed not captured ({len(self.failed)} failed, {len(self.refused)} refused),"
                f" first: {next(iter(self.failed or self.refused))}",
            )
        return self.status, self.reason or f"all {len(self.listed)} listed captured"
