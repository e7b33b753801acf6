"""What the figures call for: each finding with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crawler.accounts import MEANING
from crawler.report.figures import Report, RunRow


class Finding(NamedTuple):
    grave: bool
    what: str
    remedy: str
    anchor: str
    """The section that shows it."""


def advice(report: Report) -> list[Finding]:
    """All that a person should look at, the grave ones first; empty: nothing is known to be wrong."""
    return sorted(_findings(report), key=lambda finding: not finding.grave)


def _findings(report: Report) -> Iterator[Finding]:
    quality, contents = report.quality, report.contents
    for forums, run in _last_runs(report):
        if run.status:
            meaning = MEANING.get(run.status, "ended otherwise")
            yield Finding(True, f"The last run of {forums} ended with status {run.status} ({meaning}): {run.reason}",
                          "docs/operations.md says what to do for each status", "runs")  # fmt: skip
        elif run.status is None:
            yield Finding(True, f"The last run of {forums} has not ended: it is still going or was killed",
                          "If it was killed, the same command takes it up where it stopped", "runs")  # fmt: skip
    if quality.unknown_pieces:
        yield Finding(True, f"{quality.unknown_pieces:,} hidden pieces in {quality.unknown_posts:,} posts fit no rule",
                      "Look at them in the audit: noise of a new kind, or words that the page hides from guests", "audit")  # fmt: skip
    if missed := sum(reason.last for reason in report.growth.missed):
        yield Finding(False, f"{missed:,} {'page was' if missed == 1 else 'pages were'} listed but not captured by the last run",
                      "The same command tries the failed ones again; refused ones need an account or stay out", "missed")  # fmt: skip
    if quality.unreadable:
        yield Finding(False, f"{quality.unreadable:,} posts hold a character that could not be read (U+FFFD)",
                      "The forum sent broken bytes, or the page was cut", "fields")  # fmt: skip
    if quality.floors.missing:
        yield Finding(False, f"{quality.floors.missing:,} floors in {quality.floors.with_gaps:,} threads have no post",
                      "Deleted before the first visit, or on a page that was not captured", "floors")  # fmt: skip
    if quality.short_posts:
        yield Finding(False, f"In {quality.short_threads:,} threads the forum counts {quality.short_posts:,} posts more than are here",
                      "Posts deleted, hidden or held back by the forum count there too", "floors")  # fmt: skip
    if contents.posts and not contents.turns:
        yield Finding(False, "No speech was found", "Right for a board of talk; else look at the audit", "audit")


def _last_runs(report: Report) -> Iterator[tuple[str, RunRow]]:
    """The last run of each forum, once where one run read pages of several, with the names of its forums."""
    forums: dict[str, list[RunRow]] = {}
    for run in {run.forum: run for run in report.growth.runs}.values():
        forums.setdefault(run.run_id, []).append(run)
    for runs in forums.values():
        names = [run.forum for run in runs]
        yield ", ".join(names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} more"]), runs[0]
