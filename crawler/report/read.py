"""A corpus as figures: every table is read once, file by file, and only the columns that are asked about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from crawler.archive import Archive
from crawler.report.audit import audit
from crawler.report.contents import SPEECH_COLUMNS, ContentsReader, read_boards
from crawler.report.figures import Report
from crawler.report.growth import read_growth
from crawler.report.quality import POST_COLUMNS, THREAD_COLUMNS, TURN_FIELDS, QualityReader
from crawler.report.sample import POSTS, Sampler
from pipelines.dataset import require_corpus, scan
from pipelines.dataset.files import TableFile

_FLOOR_COLUMNS = ["forum", "thread_id", "position"]


def read_report(root: str, archive: Archive | None, version: str, posts: int = POSTS) -> Report:
    """Everything the report tells of the corpus at ``root``; ``posts``: how many are audited.

    Raises DatasetError where there is no corpus, a file is damaged or of another schema version.
    """
    require_corpus(root)
    growth = read_growth(root)
    contents, quality = ContentsReader(), QualityReader()
    sampler = Sampler(growth.runs[-1].run_id if growth.runs else "")
    forums = {run.forum for run in growth.runs}
    for file in scan(root, "threads"):
        rows = file.read(THREAD_COLUMNS)
        forums.update(pc.unique(rows["forum"]).to_pylist())
        contents.read_threads(rows)
        quality.read_threads(rows)
    for file in scan(root, "posts"):
        for threads in whole_threads(file):
            quality.read_floors(threads)
        for number in range(file.groups):
            group = file.group(number, POST_COLUMNS)
            live = (
                group.filter(pc.is_null(group["deleted_at"])) if group["deleted_at"].null_count < len(group) else group
            )
            contents.read_posts(live, group.num_rows - live.num_rows)
            quality.read_posts(live)
            sampler.read_posts(live, file.path)
    for file in scan(root, "speeches"):
        rows = file.read(sorted({*SPEECH_COLUMNS, *TURN_FIELDS}))
        contents.read_speeches(rows)
        quality.read_speeches(rows)
    return Report(
        made_at=datetime.now(UTC),
        corpus=root,
        forums=sorted(forums),
        contents=contents.result(read_boards(root)),
        quality=quality.result(_threads(root, quality.worst)),
        growth=growth,
        audit=audit(root, sampler.chosen(posts), archive),
        version=version,
    )


def whole_threads(file: TableFile) -> Iterator[pa.Table]:
    """Floors of the file's posts, never part of a thread: its rows lie together, but a row group may end among them."""
    carried = None
    for number in range(file.groups):
        rows = file.group(number, _FLOOR_COLUMNS)
        rows = rows if carried is None else pa.concat_tables([carried, rows])
        last = pc.equal(rows["thread_id"], rows["thread_id"][-1])
        carried = rows.filter(last)
        yield rows.filter(pc.invert(last))
    if carried is not None:
        yield carried


def _threads(root: str, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Title and address of these threads."""
    found = {}
    ids = {thread for _, thread in wanted}
    for file in scan(root, "threads") if ids else ():
        for row in file.rows("thread_id", ids, ["forum", "thread_id", "title", "url"]):
            found[row["forum"], row["thread_id"]] = row
    return {key: row for key, row in found.items() if key in wanted}
