"""Damaged table files: named, set aside, and their threads built again from the archive."""

from __future__ import annotations

import logging
import os
import secrets
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime

from crawler.archive import Archive
from crawler.items import Profile
from crawler.rebuild import archived_runs, mark_of, rebuild
from pipelines.dataset import Dataset, RunRecord

logger = logging.getLogger("tiezi")


def repair(
    dataset: Dataset, archive: Archive, forum: str, *, version: str, protect: Callable[[Profile], Profile]
) -> bool:
    """Whether something had to be repaired; the caller holds the forum's lock.

    What the archive does not hold (any more) stays lost until it is fetched again, so the next listing has to be read
    to its end. A repair that was interrupted is done again by the next run.
    """
    for damage in dataset.check(forum):
        dataset.set_aside(forum, damage)
        logger.error("%s: %s: set aside into _damaged, its threads are built again from the archive", forum, damage)
    if not dataset.lost(forum):
        return False
    begun = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="tiezi-repair-") as scratch:
        again = Dataset(scratch)
        runs = list(archived_runs(archive, forum, None, protect))
        workers = os.cpu_count() or 1
        pages = max(rebuild(archive, again, forum, runs, version=version, workers=workers), default=0)
        record = RunRecord(
            run_id=f"{begun:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
            started_at=begun,
            command="repair",
            code_version=version + mark_of(runs),
            ended_at=datetime.now(UTC),
            exit_status=0,
            reason="complete",
            pages_fetched=pages,
        )
        done = dataset.adopt(forum, again, record)
    dataset.rebuilt(forum)
    logger.warning("%s: %d posts are back from %d archived pages", forum, done.posts_new, pages)
    return True
