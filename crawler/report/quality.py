"""How good the corpus is: how many posts have each field, what was taken out by which rule, what is missing."""

from __future__ import annotations

import heapq
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crawler.report.figures import Floors, Gap, Quality, RuleRow, Share
from crawler.report.tally import grouped
from pipelines.noise import UNKNOWN_VARIANTS

WORST = 10  # threads that are named

# what "has it" is asked of, column by column
FIELDS = (
    *("text", "author", "posted_at", "position", "edited_at", "quotes", "attachments", "comments"),
    *("title", "kind", "speakers", "authors", "occasion", "venue", "speech_date", "editor", "source", "headings"),
)
TURN_FIELDS = ("speaker", "role", "org", "label", "occasion", "venue", "speech_date")
GENERAL = "其他"  # the kind of a post that is no document
_SLIM = {  # of lists of records one leaf says enough
    "quotes": "quotes.list.element.text",
    "attachments": "attachments.list.element.kind",
    "comments": "comments.list.element.author",
    "speakers": "speakers.list.element.name",
    "headings": "headings.list.element.level",
}
POST_COLUMNS = [
    *("forum", "thread_id", "post_id", "is_first", "deleted_at", "removed.list.element.rule", "flags"),
    *("evidence.list.element.field", "evidence.list.element.rule"),
    *(_SLIM.get(name, name) for name in FIELDS),
]
THREAD_COLUMNS = ["forum", "thread_id", "title", "url", "status", "replies", "posts_seen", "board", "created_at"]
Rows = dict[str, Any]


class QualityReader:
    """Adds up tables as they come; ``result`` when all have been seen."""

    def __init__(self) -> None:
        self.found = Quality()
        self.has = {name: np.zeros(3, np.int64) for name in FIELDS}
        self.turns_have: Counter[str] = Counter()
        self.groups = np.zeros(3, np.int64)
        self.pieces: Counter[str] = Counter()
        self.posts: Counter[str] = Counter()
        self.flags: Counter[str] = Counter()
        self.evidence: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.gaps: list[tuple[int, str, int]] = []
        self.short: list[tuple[int, str, int]] = []

    def read_threads(self, rows: pa.Table) -> None:
        self.statuses.update(_counted(rows["status"]))
        live = rows.filter(pc.equal(rows["status"], "live"))
        lacking = pc.subtract(pc.add(live["replies"], 1), pc.fill_null(live["posts_seen"], 0))
        mask = pc.fill_null(pc.greater(lacking, 0), False)
        short = live.append_column("lacking", lacking).filter(mask).select(["lacking", "forum", "thread_id"])
        self.found.short_threads += short.num_rows
        self.found.short_posts += pc.sum(short["lacking"]).as_py() or 0
        self.short = _worst(self.short, short)

    def read_floors(self, rows: pa.Table) -> None:
        """Posts of whole threads, deleted ones too."""
        rows = rows.filter(pc.greater(rows["position"], 0))
        seen = grouped(rows, ["forum", "thread_id"], top=("position", "max"), kept=("position", "count_distinct"))
        gaps = pc.subtract(pc.cast(seen["top"], pa.int64()), seen["kept"])
        with_gaps = seen.append_column("missing", gaps).filter(pc.greater(gaps, 0))
        threads, many, missing = self.found.floors
        self.found.floors = Floors(
            threads + seen.num_rows, many + with_gaps.num_rows, missing + (pc.sum(gaps).as_py() or 0)
        )
        self.gaps = _worst(self.gaps, with_gaps.select(["missing", "forum", "thread_id"]))

    def read_posts(self, live: pa.Table) -> None:
        """Live posts with ``POST_COLUMNS``."""
        opening = live["is_first"].to_numpy()
        document = pc.fill_null(pc.not_equal(live["kind"], GENERAL), False).to_numpy()
        self.groups += [live.num_rows, opening.sum(), document.sum()]
        for name in FIELDS:
            has = present(live[name])
            self.has[name] += [has.sum(), (has & opening).sum(), (has & document).sum()]
        self._read_removed(live["removed"])
        self.flags.update(_counted(pc.list_flatten(live["flags"])))
        self.evidence.update(_counted(pc.struct_field(pc.list_flatten(live["evidence"]), "rule")))
        self.found.unreadable += pc.sum(pc.match_substring(live["text"], "\ufffd")).as_py() or 0

    def _read_removed(self, removed: pa.ChunkedArray) -> None:
        rules = pc.struct_field(pc.list_flatten(removed), "rule")
        table = pa.table({"post": pc.list_parent_indices(removed), "rule": rules})
        for row in grouped(table, ["rule"], pieces=([], "count_all"), posts=("post", "count_distinct")).to_pylist():
            self.pieces[row["rule"]] += row["pieces"]
            self.posts[row["rule"]] += row["posts"]
        unknown = table.filter(pc.is_in(table["rule"], pa.array(sorted(UNKNOWN_VARIANTS))))
        self.found.unknown_posts += pc.count_distinct(unknown["post"]).as_py()

    def read_speeches(self, rows: pa.Table) -> None:
        """Speeches with ``TURN_FIELDS``."""
        for name in TURN_FIELDS:
            self.turns_have[name] += int(present(rows[name]).sum())

    @property
    def worst(self) -> set[tuple[str, int]]:
        """The threads that will be named."""
        return {(forum, thread) for _, forum, thread in (*self.gaps, *self.short)}

    def result(self, threads: dict[tuple[str, int], Rows]) -> Quality:
        """``threads``: the rows of those in ``worst``."""
        found = self.found
        found.groups = tuple(int(n) for n in self.groups)
        found.shares = [Share(name, tuple(int(n) for n in self.has[name])) for name in FIELDS]
        found.turn_shares = [Share(name, (self.turns_have[name],)) for name in TURN_FIELDS]
        found.empty = found.groups[0] - int(self.has["text"][0])
        found.rules = [RuleRow(rule, n, self.posts[rule]) for rule, n in _ordered(self.pieces)]
        found.unknown_pieces = sum(self.pieces[rule] for rule in UNKNOWN_VARIANTS)
        found.flags, found.evidence_rules = _ordered(self.flags), _ordered(self.evidence)
        found.statuses = _ordered(self.statuses)
        found.gaps, found.short = _named(self.gaps, threads), _named(self.short, threads)
        return found


def present(column: pa.ChunkedArray) -> Any:
    """A numpy mask of the rows that have something there: not null, no empty string or list."""
    if pa.types.is_list(column.type):
        mask = pc.greater(pc.list_value_length(column), 0)
    elif pa.types.is_string(column.type):
        mask = pc.not_equal(column, "")
    else:
        mask = pc.is_valid(column)
    return pc.fill_null(mask, False).to_numpy()


def _worst(known: list[tuple[int, str, int]], more: pa.Table) -> list[tuple[int, str, int]]:
    """The worst of both; columns of ``more``: how much is missing, forum, thread."""
    order = [(more.column_names[0], "descending"), ("forum", "ascending"), ("thread_id", "ascending")]
    fresh = more.take(pc.sort_indices(more, order)[:WORST]).to_pydict()
    rows = [*known, *zip(*fresh.values(), strict=True)]
    return heapq.nsmallest(WORST, rows, key=lambda row: (-row[0], *row[1:]))


def _named(worst: list[tuple[int, str, int]], threads: dict[tuple[str, int], Rows]) -> list[Gap]:
    found = []
    for missing, forum, thread_id in worst:
        row = threads.get((forum, thread_id), {})
        found.append(Gap(forum, thread_id, row.get("title", ""), row.get("url", ""), missing))
    return found


def _counted(column: Any) -> dict[str, int]:
    return {str(row["values"]): row["counts"] for row in pc.value_counts(column).to_pylist()}


def _ordered(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
