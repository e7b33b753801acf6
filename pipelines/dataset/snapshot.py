"""All tables as of one commit, for readers who join them while a run publishes."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pyarrow.fs as pafs

from pipelines.dataset.commit import read_manifest
from pipelines.dataset.errors import DatasetError, explained
from pipelines.dataset.layout import manifest_file, staging
from pipelines.dataset.store import LocalStore, Store, open_store

TRIES = 20


def snapshot(root: str, target: str) -> dict[str, int]:
    """Makes the folder ``target`` a copy of the corpus as of one commit of each forum; gives forum → generation.

    Locally by hard links (a file is replaced, never changed, so a link keeps its content), from S3 by download. A run that
    publishes is neither waited for nor disturbed. ``target`` must not exist yet; remove it when done.

    Raises DatasetError if ``target`` exists or if runs publish faster than the files can be copied.
    """
    store = open_store(root)
    if os.path.exists(target):
        raise DatasetError(f"{target} exists already: name a new folder for the snapshot")
    draft = f"{target.rstrip('/')}.draft"
    with explained(f"cannot make a snapshot in {target}"):
        try:
            for attempt in range(TRIES):
                before = _commits(store)
                if _copy(store, before, draft) and _generations(_commits(store)) == _generations(before):
                    os.rename(draft, target)
                    return _generations(before)
                shutil.rmtree(draft, ignore_errors=True)
                time.sleep(0.05 * attempt)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    raise DatasetError(f"{root} changed {TRIES} times while it was copied: try again when fewer runs publish")


Commits = dict[str, tuple[dict[str, Any], set[str]]]  # forum → (manifest, paths that still wait in staging)


def _commits(store: Store) -> Commits:
    """The last commit of each forum: the one under way, once its journal stands, else the one of the manifest."""
    names = list(store.sizes(""))
    journals = [store.read_json(name) for name in names if name.startswith("_journal-")]
    manifests = [store.read_json(name) for name in names if name.startswith("_manifest-")]
    found: Commits = {manifest["forum"]: (manifest, set()) for manifest in manifests if manifest}
    for journal in filter(None, journals):
        forum = journal["forum"]
        staged = store.read_json(f"{staging(forum, journal['generation'])}/{manifest_file(forum)}")
        found[forum] = (staged or read_manifest(store, forum), set(journal["files"]))
    return found


def _generations(commits: Commits) -> dict[str, int]:
    return {forum: manifest["generation"] for forum, (manifest, _) in sorted(commits.items())}


def _copy(store: Store, commits: Commits, target: str) -> bool:
    """Copies all files of these commits; False if one of them was replaced meanwhile."""
    os.makedirs(target)
    for forum, (manifest, waiting) in commits.items():
        folder = staging(forum, manifest["generation"])
        for path, about in manifest["files"].items():
            sources = [f"{folder}/{path}", path] if path in waiting else [path]
            if not any(_fetch(store, source, os.path.join(target, path), about) for source in sources):
                return False
        LocalStore(target).write_json(manifest_file(forum), manifest)
    return True


def _fetch(store: Store, source: str, place: str, about: dict[str, Any]) -> bool:
    """Puts a file at a local place; False if it is not there, or not (any more) the one that was meant."""
    os.makedirs(os.path.dirname(place), exist_ok=True)
    try:
        if isinstance(store, LocalStore):
            os.link(os.path.join(store.root, source), place)
            return bool(os.path.getsize(place) == about["size"])
        pafs.copy_files(source, place, source_filesystem=store.fs, destination_filesystem=pafs.LocalFileSystem())
    except FileNotFoundError:
        return False
    # a large object is read in pieces, and may be replaced between two of them
    return bool(hashlib.sha256(Path(place).read_bytes()).hexdigest() == about["sha256"])
