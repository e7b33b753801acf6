"""Brings the table ``reprints`` up to date: what changed is compared with all there is, and only its clusters made anew."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.dataset.card import describe
from pipelines.dataset.commit import Commit
from pipelines.dataset.errors import DamagedFile, DatasetError, explained
from pipelines.dataset.files import to_table
from pipelines.dataset.layout import REPRINTS
from pipelines.dataset.lock import forum_lock
from pipelines.dataset.scan import require_corpus
from pipelines.dataset.schema import SCHEMAS
from pipelines.dataset.store import open_store
from pipelines.reprints.changes import Rule, Spread, age, find_changes, index_of, seen_files, sizes_of, sketch_matrix
from pipelines.reprints.links import Clusters, Partners, link
from pipelines.reprints.pool import Pool

Row = dict[str, Any]
TABLE = SCHEMAS["reprints"]


@dataclass(frozen=True, slots=True)
class Updated:
    """``compared``: new and changed texts that take part; ``clusters`` and ``posts``: what the table now holds."""

    compared: int
    clusters: int
    posts: int
    files_written: int


def update(root: str, rule: Rule | None = None, *, anew: bool = False, spread: Spread = map) -> Updated:
    """Updates the corpus's ``reprints`` as one commit; ``anew`` forgets what is known and compares all with all.

    ``spread``: who reads the posts files that changed and sketches their texts, which is most of the work.

    The outcome is the same either way, byte by byte. Runs that publish meanwhile are neither waited for nor disturbed: what
    they change is taken up the next time. Raises DatasetError; ForumLocked if another update is at work.
    """
    require_corpus(root)
    store = open_store(root)
    with (
        explained(f"cannot update the reprints of {store.root}"),
        forum_lock(store, REPRINTS) as lease,
        Commit(store, REPRINTS) as commit,
        Pool(store) as pool,
        _advised(store.root),
    ):
        done = _Update(commit, pool, rule or Rule(), anew, spread).run()
        if lease is not None:
            lease.check()
    if done.files_written:
        with explained(f"cannot describe {store.root}"):
            describe(store)
    return done


@contextmanager
def _advised(root: str) -> Iterator[None]:
    """The advice for a damaged file of this table: unlike others it comes from no archive."""
    try:
        yield
    except DamagedFile as error:
        if error.path.startswith(("reprints/", "_reprints/")):
            raise DatasetError(
                f"{root}/{error.path} is damaged ({error.why}): run `scrapy reprints --anew`, which makes it again"
            ) from error
        raise


class _Update:
    """One update. The pool holds first what is ``fresh`` (new, changed, or left of a cluster that lost a post), then the rest."""

    def __init__(self, commit: Commit, pool: Pool, rule: Rule, anew: bool, spread: Spread) -> None:
        self.commit, self.pool, self.rule, self.spread = commit, pool, rule, spread
        about = commit.manifest.get("reprints", {})
        self.valid = about.get("rule") == rule.name and not anew
        self.seen: dict[str, str] = about.get("seen", {}) if self.valid else {}
        self.files = seen_files(commit.store)
        self.known = sorted({path.partition("/")[2] for path in commit.manifest["files"]})
        self.done: dict[str, set[int]] = defaultdict(set)  # posts of the old index that need not be looked at again

    def run(self) -> Updated:
        self._compare_files()
        compared = len(self.pool)
        self._read_clusters()
        self._take_apart()
        fresh = len(self.pool)
        self._find_partners()
        clusters = self._link(fresh)
        rows = self._rows(clusters)
        posts, count = self._stage(rows)
        self.commit.manifest["reprints"] = {"rule": self.rule.name, "seen": self.files}
        return Updated(compared, count, posts, len(self.commit.staged))

    # --- what changed -----------------------------------------------------------------------------------------------

    def _compare_files(self) -> None:
        names = [
            name
            for name in sorted({*self.files, *self.known})
            if not self.files.get(name) or self.files[name] != self.seen.get(name)
        ]
        indexed = frozenset(self.known if self.valid else ())
        work = partial(find_changes, self.commit.store.root, self.rule, indexed)
        for name, changes in zip(names, self.spread(work, names), strict=True):
            if changes.index is not None:
                self.commit.stage(f"_reprints/{name}", [changes.index])
            self.done[name] |= changes.touched
            self.pool.take(name, changes.fresh, changes.texts)

    def _read_clusters(self) -> None:
        """The table as it is, without the posts that have gone or changed, and ``broken``, the clusters that had them."""
        parts = [TABLE.empty_table().append_column("file", pa.array([], pa.string()))]
        self.broken: set[str] = set()
        for name in self.known if self.valid else ():
            with self.commit.open(f"reprints/{name}") as file:
                rows = file.read() if file else TABLE.empty_table()
            gone = _among(rows["post_id"], self.done[name])
            self.broken.update(rows.filter(gone)["cluster_id"].to_pylist())
            left = rows.filter(pc.invert(gone))
            parts.append(left.append_column("file", pa.array([name] * len(left), pa.string())))
        self.old = pa.concat_tables([part.replace_schema_metadata() for part in parts])

    def _take_apart(self) -> None:
        """What is left of broken clusters is compared anew, like new posts."""
        is_broken = _among(self.old["cluster_id"], self.broken)
        for name, numbers in _by_file(self.old.filter(is_broken)).items():
            self._take_known(name, numbers)
        self.pool.need(range(len(self.pool)))
        self.old = self.old.filter(pc.invert(is_broken))

    def _take_known(self, name: str, numbers: set[int]) -> None:
        index = index_of(self.commit.store, name)
        self.pool.take(name, index.filter(_among(index["post_id"], numbers)))
        self.done[name] |= numbers

    def _find_partners(self) -> None:
        """Takes the posts, unchanged themselves, that may be alike a fresh one."""
        if not self.valid or not len(self.pool):
            return
        fresh = self.pool.index
        partners = Partners(sketch_matrix(fresh), sizes_of(fresh), self.rule.alike)
        for name in self.known:
            index = index_of(self.commit.store, name)
            index = index.filter(pc.and_not(index["sketch"].is_valid(), _among(index["post_id"], self.done[name])))
            index = index.filter(pa.array(partners.of(sketch_matrix(index), sizes_of(index)), pa.bool_()))
            self.pool.take(name, index)
            self.done[name].update(index["post_id"].to_pylist())
        self.pool.need(range(len(self.pool)))

    # --- the new clusters -------------------------------------------------------------------------------------------

    def _link(self, fresh: int) -> list[list[int]]:
        """The clusters that have a fresh post, each as numbers of all its posts, also of those of old clusters that it took in."""
        index = self.pool.index
        cluster_of = self._clusters_of(index.slice(fresh))
        numbers = np.arange(len(index), dtype=np.int64)
        firsts: dict[str, int] = {}
        for number, cluster in enumerate(cluster_of, fresh):
            if cluster is not None:
                numbers[number] = firsts.setdefault(cluster, number)
        clusters = Clusters(numbers)
        judge = lambda one, other: self.pool.containment(one, other) >= self.rule.alike  # noqa: E731
        link(sketch_matrix(index), sizes_of(index), clusters, self.rule.alike, judge, np.arange(len(index)) < fresh)
        roots = clusters.roots().tolist()
        made: dict[int, list[int]] = {root: [] for root in roots[:fresh]}
        for number, root in enumerate(roots):
            if root in made:
                made[root].append(number)
        self.joined = {cluster for cluster, number in firsts.items() if roots[number] in made}
        self._take_rest(made, {cluster: roots[firsts[cluster]] for cluster in self.joined})
        return [posts for posts in made.values() if len(posts) > 1]

    def _clusters_of(self, index: pa.Table) -> list[str | None]:
        """The old cluster of each of these posts."""
        rows = self.old.filter(_among(self.old["post_id"], index["post_id"].to_pylist()))
        known = dict(zip(_keys(rows), rows["cluster_id"].to_pylist(), strict=True))
        return [known.get(key) for key in _keys(index)]

    def _take_rest(self, made: dict[int, list[int]], root_of: dict[str, int]) -> None:
        """Takes the posts of old clusters that were joined by some of their posts only."""
        rest = self.old.filter(_among(self.old["cluster_id"], self.joined))
        first = len(self.pool)
        for name, numbers in _by_file(rest).items():
            self._take_known(name, numbers - self.done[name])
        for number, cluster in enumerate(self._clusters_of(self.pool.index.slice(first)), first):
            assert cluster is not None
            made[root_of[cluster]].append(number)

    def _rows(self, clusters: list[list[int]]) -> dict[str, list[Row]]:
        """The rows of these clusters, by file; a similarity is kept where neither the post nor the earliest one is another."""
        known = self.old.filter(_among(self.old["cluster_id"], self.joined)).to_pylist()
        before = {(row["forum"], row["post_id"]): row for row in known}
        members = [number for numbers in clusters for number in numbers]
        row_of: dict[int, Row] = dict(zip(members, self.pool.rows(members), strict=True))
        made: list[tuple[str, int, int, Row]] = []
        for numbers in clusters:
            posts = [row_of[number] for number in numbers]
            first, at = min(zip(posts, numbers, strict=True), key=lambda pair: age(pair[0]))
            for post, number in zip(posts, numbers, strict=True):
                made.append((self.pool.names[number], number, at, _row(post, first)))
        for _, _, _, row in made:
            old = before.get((row["forum"], row["post_id"]))
            if old is not None and old["cluster_id"] == row["cluster_id"]:
                row["similarity"] = old["similarity"]
        new = [(number, at, row) for _, number, at, row in made if "similarity" not in row]
        self.pool.need(number for pair in new for number in pair[:2])
        for number, at, row in new:
            row["similarity"] = self.pool.containment(number, at)
        found: dict[str, list[Row]] = defaultdict(list)
        for name, _, _, row in made:
            found[name].append(row)
        return found

    # --- writing ----------------------------------------------------------------------------------------------------

    def _stage(self, rows: dict[str, list[Row]]) -> tuple[int, int]:
        """Stages the files whose rows differ from what stands there; gives the table's numbers of posts and clusters."""
        kept = self.old.filter(pc.invert(_among(self.old["cluster_id"], self.joined)))
        posts, clusters = 0, set(kept["cluster_id"].unique().to_pylist())
        for name in sorted({*self.files, *self.known}):
            here = kept.filter(pc.equal(kept["file"], name)).drop_columns(["file"]).cast(TABLE)
            table = pa.concat_tables([here, to_table("reprints", rows.get(name, []))])
            table = table.sort_by([("thread_id", "ascending"), ("post_id", "ascending")])
            posts += len(table)
            clusters.update(row["cluster_id"] for row in rows.get(name, ()))
            if not self._stands(name, table):
                self.commit.stage(f"reprints/{name}", [table])
        return posts, len(clusters)

    def _stands(self, name: str, table: pa.Table) -> bool:
        """Whether the file has these rows already; a damaged one has not."""
        try:
            with self.commit.open(f"reprints/{name}") as file:
                return file is not None and bool(file.read().equals(table))
        except DamagedFile:
            return False


def _row(post: Row, first: Row) -> Row:
    key = f"{first['forum']}\n{first['post_id']}"
    return {
        "forum": post["forum"],
        "thread_id": post["thread_id"],
        "post_id": post["post_id"],
        "cluster_id": hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "earliest_forum": first["forum"],
        "earliest_thread_id": first["thread_id"],
        "earliest_post_id": first["post_id"],
    }


def _among(column: pa.ChunkedArray, values: Iterable[Any]) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array(list(values), column.type))


def _keys(rows: pa.Table) -> list[tuple[str, int]]:
    return list(zip(rows["forum"].to_pylist(), rows["post_id"].to_pylist(), strict=True))


def _by_file(rows: pa.Table) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for name, post_id in zip(rows["file"].to_pylist(), rows["post_id"].to_pylist(), strict=True):
        found[name].add(post_id)
    return dict(sorted(found.items()))
