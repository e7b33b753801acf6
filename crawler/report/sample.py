"""Which posts a person should look at: some for every rule that took something out, unknown ones first, the same for
the same corpus; chosen while the posts pass by, so that one reading of the table does."""

from __future__ import annotations

import heapq
import zlib
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crawler.report.pieces import RULE_HUES, hue_of_rule
from pipelines.noise import UNKNOWN_VARIANTS

POSTS = 12
MOST = 40  # where there are more rules than one would look at
PER_REASON = 6  # candidates that are kept for each reason
_SHORT, _LONG = 60, 4_000  # characters that can be read in a moment and show something
_MANY = 40  # pieces taken out of one post, of which more says nothing more
ALL_FACTS, NO_FACT = "speaker, date and occasion were read", "an opening post of which none of the three was read"
CLEAN, LOT = "nothing was taken out", "drawn by lot"
PLAIN_REASONS = (ALL_FACTS, NO_FACT, CLEAN, LOT)
_HUES = list(RULE_HUES)
UNKNOWN = "unknown noise variant: {}"


class Candidate(NamedTuple):
    rank: float
    """Low is good."""
    path: str
    post_id: int


class Sampler:
    """Keeps the best candidates for each reason; ``seed`` decides between posts that are equally good."""

    def __init__(self, seed: str) -> None:
        self.seed = zlib.crc32(seed.encode())
        self.best: dict[str, list[Candidate]] = {}

    def read_posts(self, live: pa.Table, path: str) -> None:
        """Live posts with ``post_id``, ``text``, ``removed`` (rule) and ``evidence`` (field)."""
        if not live.num_rows:
            return
        ids = live["post_id"].to_numpy()
        facts = _facts(live["evidence"], live.num_rows)
        pieces = pc.fill_null(pc.list_value_length(live["removed"]), 0).to_numpy()
        length = pc.utf8_length(live["text"]).to_numpy()
        rank = (length < _SHORT) * 4.0 + (length > _LONG) * 2.0 + (pieces > _MANY) * 1.5
        lot = _dice(ids, self.seed)
        rank += lot
        parents = pc.list_parent_indices(live["removed"]).to_numpy()
        rules = pc.struct_field(pc.list_flatten(live["removed"]), "rule")
        for rule in pc.unique(rules).to_pylist():
            rows = np.unique(parents[pc.equal(rules, rule).to_numpy()])
            self._keep(rule, rows, rank, ids, path)
        self._keep(ALL_FACTS, np.flatnonzero(facts == 3), rank, ids, path)
        self._keep(NO_FACT, np.flatnonzero((facts == 0) & live["is_first"].to_numpy()), rank, ids, path)
        self._keep(CLEAN, np.flatnonzero(pieces == 0), rank, ids, path)
        self._keep(LOT, np.arange(live.num_rows), lot, ids, path)

    def _keep(self, reason: str, rows: Any, rank: Any, ids: Any, path: str) -> None:
        if not len(rows):
            return
        few = rows[np.argsort(rank[rows], kind="stable")[:PER_REASON]]
        fresh = [Candidate(float(rank[row]), path, int(ids[row])) for row in few]
        self.best[reason] = heapq.nsmallest(PER_REASON, [*self.best.get(reason, ()), *fresh])

    def chosen(self, count: int = POSTS) -> dict[tuple[str, int], str]:
        """(file, post) → why, in the order in which they are to be shown: one for each reason, more than ``count`` if there are
        so many, then a second of each …"""
        rules = sorted(self.best.keys() - set(PLAIN_REASONS), key=lambda rule: (_HUES.index(hue_of_rule(rule)), rule))
        reasons = [*rules, *(reason for reason in PLAIN_REASONS if reason in self.best)]
        count = max(count, min(len(reasons), MOST))
        found: dict[tuple[str, int], str] = {}
        for turn in range(PER_REASON):
            for reason in reasons:
                fresh = [c for c in self.best[reason] if (c.path, c.post_id) not in found]
                if turn < len(self.best[reason]) and fresh and len(found) < count:
                    found[fresh[0].path, fresh[0].post_id] = _why(reason)
        return found


def _why(reason: str) -> str:
    if reason in UNKNOWN_VARIANTS:
        return UNKNOWN.format(reason)
    return reason if reason in PLAIN_REASONS else f"for rule {reason}"


def _facts(evidence: pa.ChunkedArray, rows: int) -> Any:
    """How many of speaker, date and occasion each row has evidence for."""
    parents = pc.list_parent_indices(evidence).to_numpy()
    fields = pc.struct_field(pc.list_flatten(evidence), "field")
    total = np.zeros(rows, np.int64)
    for name in ("speakers[0].name", "speech_date", "occasion"):
        has = np.zeros(rows, bool)
        has[parents[pc.equal(fields, name).to_numpy()]] = True
        total += has
    return total


def _dice(ids: Any, seed: int) -> Any:
    """A number from 0 to 1 for each id, as good as drawn by lot (Knuth's multiplicative hash)."""
    mixed = (ids.astype(np.uint64) ^ np.uint64(seed)) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(40)).astype(np.float64) / 2**24
