"""Damaged files: found, set aside, and their threads remembered until they have been built again from the archive."""

from __future__ import annotations

import hashlib

from pipelines.dataset.commit import read_manifest
from pipelines.dataset.errors import DamagedFile
from pipelines.dataset.files import TableFile, readable
from pipelines.dataset.layout import THREADED, damaged_folder, lost_file, manifest_file, span_of, table_file
from pipelines.dataset.records import Lost
from pipelines.dataset.store import Store

MOVING, MOVED = "moving", "moved"


def check_files(store: Store, forum: str, *, deep: bool) -> list[DamagedFile]:
    """What is wrong with the forum's files: missing, cut, no Parquet; ``deep``: also any byte that is not as it was written."""
    found = []
    sizes = {path: size for table in (*THREADED, "boards", "runs") for path, size in store.sizes(table).items()}
    for path, about in sorted(read_manifest(store, forum)["files"].items()):
        try:
            _check(store, path, sizes.get(path), about, deep=deep)
        except DamagedFile as error:
            found.append(error)
    return found


def _check(store: Store, path: str, size: int | None, about: dict[str, object], *, deep: bool) -> None:
    if size is None:
        raise DamagedFile(path, "it is missing")
    if size != about["size"]:
        raise DamagedFile(path, f"it has {size} bytes, but {about['size']} were written")
    TableFile(store, path).close()
    if deep:
        with readable(path), store.fs.open_input_stream(path, compression=None) as stream:
            digest = hashlib.sha256()
            while block := stream.read(1 << 20):
                digest.update(block)
        if digest.hexdigest() != about["sha256"]:
            raise DamagedFile(path, "its bytes are not those that were written")


def set_aside(store: Store, forum: str, path: str) -> None:
    """Moves a table file into ``_damaged/``, with the other tables' files of the same threads: they are rebuilt together."""
    span = span_of(path, forum)
    if path.partition("/")[0] not in THREADED or span is None:
        _move(store, forum, [path])
        return
    spans = _lost_spans(store, forum)
    store.write_json(lost_file(forum), spans | {span: MOVING})
    finish_moves(store, forum)


def finish_moves(store: Store, forum: str) -> None:
    """Ends what a killed ``set_aside`` began."""
    spans = _lost_spans(store, forum)
    moving = [span for span, state in spans.items() if state == MOVING]
    if moving:
        _move(store, forum, [table_file(table, forum, span) for span in moving for table in THREADED])
        store.write_json(lost_file(forum), dict.fromkeys(spans, MOVED))


def lost(store: Store, forum: str) -> tuple[Lost, ...]:
    return tuple(Lost(forum, span) for span in sorted(_lost_spans(store, forum)))


def rebuilt(store: Store, forum: str) -> None:
    store.remove(lost_file(forum))


def _lost_spans(store: Store, forum: str) -> dict[str, str]:
    return store.read_json(lost_file(forum)) or {}


def _move(store: Store, forum: str, paths: list[str]) -> None:
    manifest = read_manifest(store, forum)
    for path in paths:
        if store.exists(path):
            name = f"{manifest['generation']}-{path.replace('/', '-')}"
            store.replace(path, f"{damaged_folder(forum)}/{name}")
    files = {path: about for path, about in manifest["files"].items() if path not in paths}
    # a new generation, so that whoever takes a snapshot sees that files have gone
    store.write_json(manifest_file(forum), manifest | {"files": files, "generation": manifest["generation"] + 1})
