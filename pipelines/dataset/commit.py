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
        self.manifest = read_manifest(store, forum)
        self.staged: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Commit:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._publish()
        else:
            with suppress(OSError):
                self.store.remove_tree(staging(self.forum))

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
            self.store.build(f"{staging(self.forum)}/{path}") as place,
        ):
            rows = write_file(place, table, tables)
            self.staged[path] = _describe(place, rows, table)

    def _publish(self) -> None:
        if not self.staged:
            return
        folder = staging(self.forum)
        manifest = manifest_file(self.forum)
        number = self.manifest["generation"] + 1
        content = {"forum": self.forum, "generation": number, "files": self.manifest["files"] | self.staged}
        paths = [*sorted(self.staged), manifest]
        try:
            with explained(f"cannot write to {self.store.root}"):
                self.store.write_json(f"{folder}/{manifest}", content)
                self.store.sync({folder_of(f"{folder}/{path}") for path in paths} | {folder, "_staging", ""})
                self.store.write_json(
                    journal_file(self.forum), {"forum": self.forum, "generation": number, "files": paths}
                )
        except DatasetError:
            with suppress(OSError):
                self.store.remove_tree(folder)
            raise
        finish(self.store, self.forum)


def finish(store: Store, forum: str) -> bool:
    """Finishes the forum's commit if its journal stands, else throws away what was staged. True: there was a journal."""
    with explained(f"cannot publish to {store.root}"):
        journal = store.read_json(journal_file(forum))
        for path in journal["files"] if journal else ():
            staged = f"{staging(forum)}/{path}"
            if store.exists(staged):
                store.replace(staged, path)
            elif not store.exists(path):
                raise DatasetError(
                    f"{store.root}/{staged} has vanished before it was published: restore it, or remove {journal_file(forum)}"
                )
        if journal:
            store.sync(folder_of(path) for path in [*journal["files"], journal_file(forum)])
            store.remove(journal_file(forum))
        store.remove_tree(staging(forum))
    return journal is not None


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
