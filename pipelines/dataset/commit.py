"""A set of table files that becomes visible as a whole, also if the process or the machine dies on the way.

Files are built in ``_staging/<slug>/``, where no reader looks. The journal then names them all; from that moment the
commit will be finished, by this process or by the next run (``recover``). Without a journal, what is staged is thrown away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.dataset.errors import DatasetError, explained
from pipelines.dataset.files import TableFile, write_file
from pipelines.dataset.layout import journal_file, manifest_file, staging
from pipelines.dataset.store import Store, folder_of


class Commit:
    """Collects files and publishes them: ``with Commit(...) as commit: commit.stage(...)``.

    Leaving the block publishes; leaving it by an exception leaves the corpus as it was.
    """

    def __init__(self, store: Store, forum: str) -> None:
        self.store = store
        self.forum = forum
        finish(store, forum)
        self.manifest = read_manifest(store, forum)
        self.generation: int = self.manifest["generation"] + 1
        self.folder = staging(forum, self.generation)
        self.staged: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Commit:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._publish()
        else:
            with suppress(OSError):
                self.store.remove_tree(self.folder)

    @contextmanager
    def open(self, path: str) -> Iterator[TableFile | None]:
        """The published file; ``None`` if there is none."""
        if not self.exists(path):
            yield None
            return
        with TableFile(self.store, path) as file:
            yield file

    def exists(self, path: str) -> bool:
        return path in self.manifest["files"] or self.store.exists(path)

    def stage(self, path: str, tables: Iterable[pa.Table]) -> None:
        """Builds the file that ``path`` will be."""
        table = path.partition("/")[0]
        with (
            explained(f"cannot write to {self.store.root}"),
            self.store.build(f"{self.folder}/{path}") as place,
        ):
            rows = write_file(place, table, tables)
            self.staged[path] = _describe(place, rows, table)

    @property
    def bytes_staged(self) -> int:
        return sum(about["size"] for about in self.staged.values())

    def _publish(self) -> None:
        if not self.staged:
            return
        manifest = manifest_file(self.forum)
        content = self.manifest | {"generation": self.generation, "files": self.manifest["files"] | self.staged}
        journal: dict[str, Any] = {
            "forum": self.forum,
            "generation": self.generation,
            "files": [*sorted(self.staged), manifest],
        }
        try:
            with explained(f"cannot write to {self.store.root}"):
                self.store.write_json(f"{self.folder}/{manifest}", content)
                folders = {folder_of(f"{self.folder}/{path}") for path in journal["files"]}
                self.store.sync(folders | {staging(self.forum), "_staging", ""})
                self.store.write_json(journal_file(self.forum), journal)
        except DatasetError:
            with suppress(OSError):
                self.store.remove_tree(self.folder)
            raise
        finish(self.store, self.forum)


def finish(store: Store, forum: str) -> None:
    """Finishes the forum's commit if its journal stands, else throws away what was staged."""
    with explained(f"cannot publish to {store.root}"):
        journal = store.read_json(journal_file(forum))
        if journal is not None:
            _move(store, journal)
            store.sync({folder_of(path) for path in journal["files"]} | {""})
            store.remove(journal_file(forum))
        store.remove_tree(staging(forum))


def _move(store: Store, journal: dict[str, Any]) -> None:
    """Puts the staged files in their places, the manifest last; those that are there already stay."""
    folder = staging(journal["forum"], journal["generation"])
    for path in journal["files"]:
        if store.exists(f"{folder}/{path}"):
            store.replace(f"{folder}/{path}", path)
        elif not store.exists(path):
            raise DatasetError(
                f"{store.root}/{folder}/{path} has vanished before it was published: put it back, or remove "
                f"{journal_file(journal['forum'])} to go on without it"
            )


def read_manifest(store: Store, forum: str) -> dict[str, Any]:
    """``forum``, ``generation`` (one more with every commit) and ``files``: path → rows, size, sha256, post_ids."""
    found: dict[str, Any] | None = store.read_json(manifest_file(forum))
    return found or {"forum": forum, "generation": 0, "files": {}}


def _describe(place: str, rows: int, table: str) -> dict[str, Any]:
    with open(place, "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.seek(0, 2)
    about: dict[str, Any] = {"rows": rows, "size": size, "sha256": digest}
    if table == "posts":
        about["post_ids"] = _span_of_ids(place)
    return about


def _span_of_ids(place: str) -> list[int] | None:
    """Lowest and highest post_id in the file, by its row groups' statistics; ``None`` if it has no rows."""
    metadata = pq.read_metadata(place)
    column = metadata.schema.to_arrow_schema().names.index("post_id")
    groups = [metadata.row_group(number).column(column).statistics for number in range(metadata.num_row_groups)]
    known = [group for group in groups if group is not None and group.has_min_max]
    return [min(g.min for g in known), max(g.max for g in known)] if known else None
