"""Which file a post lies in: a post that is new to a thread may be known from another (moved, merged, split)."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.dataset.commit import Commit
from pipelines.dataset.files import TableFile
from pipelines.dataset.layout import span_of
from pipelines.dataset.store import Store


class Places:
    """The post ids of a forum's files: read when first asked for, kept (8 bytes a post) while the file stays the same."""

    def __init__(self, store: Store, forum: str) -> None:
        self.store = store
        self.forum = forum
        self._ids: dict[str, tuple[str, pa.Array]] = {}
        self._files: dict[str, dict[str, object]] = {}

    def refresh(self, commit: Commit) -> None:
        """Takes over what the manifest says of the files as they are now."""
        self._files = {}
        for path, size in self.store.sizes("posts").items():
            if (span := span_of(path, self.forum)) is None:
                continue
            about = commit.manifest["files"].get(path, {})
            # a file that is not the one of the manifest (put back from a backup) is described by its size alone
            self._files[span] = {"path": path} | (about if about.get("size") == size else {"sha256": f"size {size}"})

    def elsewhere(self, posts: Mapping[int, str]) -> dict[int, str]:
        """Post id → range, for those of ``posts`` (post id → range that shows it now) that are stored in another range."""
        unknown: list[int] = []
        for span in set(posts.values()):
            here = pa.array([number for number, shown in posts.items() if shown == span], pa.int64())
            known = pc.is_in(here, value_set=self._read(span)) if span in self._files else pa.array([False] * len(here))
            unknown += here.filter(pc.invert(known)).to_pylist()
        return self._search(sorted(unknown)) if unknown and self._files else {}

    def _search(self, unknown: list[int]) -> dict[int, str]:
        values = pa.array(unknown, pa.int64())
        found: dict[int, str] = {}
        for span, about in self._files.items():
            ids = about.get("post_ids", [unknown[0], unknown[-1]])
            if isinstance(ids, list) and ids[0] <= unknown[-1] and unknown[0] <= ids[1]:
                hits = values.filter(pc.is_in(values, value_set=self._read(span)))
                found.update(dict.fromkeys(hits.to_pylist(), span))
        return found

    def _read(self, span: str) -> pa.Array:
        path, digest = str(self._files[span]["path"]), str(self._files[span]["sha256"])
        if self._ids.get(span, ("",))[0] != digest:
            with TableFile(self.store, path) as file:
                self._ids[span] = digest, file.read(["post_id"])["post_id"].combine_chunks()
        return self._ids[span][1]
