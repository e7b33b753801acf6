"""How the corpus grew: its runs, and what they could not capture."""

from __future__ import annotations

from collections import Counter
from typing import Any

from crawler.report.figures import Growth, Missed, RunRow
from pipelines.dataset import scan

REASONS = 20  # reasons for pages that were not captured
RUNS = 5_000  # the last ones; a run every night makes 365 a year


def read_growth(root: str) -> Growth:
    """Reads the table of runs, of which only the errors can be large: one row group at a time."""
    runs: list[RunRow] = []
    pages: Counter[str] = Counter()
    of_forum: dict[str, tuple[str, Counter[str]]] = {}  # by its last run: files come by name, those of a forum by year
    told: set[str] = set()  # a run over saved pages of several forums tells of its errors with each
    examples: dict[str, str] = {}
    for file in scan(root, "runs"):
        for number in range(file.groups):
            for row in file.group(number).sort_by("started_at").to_pylist():
                missed = Counter(error["what"] for error in row["errors"] or [])
                of_forum[row["forum"]] = row["run_id"], missed
                for error in row["errors"] or []:
                    examples.setdefault(error["what"], error["url"])
                pages += Counter() if row["run_id"] in told else missed
                told.add(row["run_id"])
                runs.append(_run(row))
    of_last = sum(dict(of_forum.values()).values(), Counter[str]())
    runs.sort(key=lambda run: (run.started_at, run.run_id))
    worst = sorted(pages.items(), key=lambda pair: (-of_last[pair[0]], -pair[1], pair[0]))[:REASONS]
    return Growth(runs[-RUNS:], [Missed(what, count, of_last[what], examples[what]) for what, count in worst])


def _run(row: dict[str, Any]) -> RunRow:
    ended = row["ended_at"]
    return RunRow(
        run_id=row["run_id"],
        forum=row["forum"],
        command=row["command"] or "",
        started_at=row["started_at"],
        minutes=None if ended is None else (ended - row["started_at"]).total_seconds() / 60,
        status=row["exit_status"],
        reason=row["reason"] or "",
        requests=row["requests"] or 0,
        megabytes=(row["bytes"] or 0) / 1e6,
        pages=row["pages_fetched"] or 0,
        new=row["posts_new"] or 0,
        edited=row["posts_edited"] or 0,
        deleted=row["posts_deleted"] or 0,
        missed=len(row["errors"] or []),
    )
