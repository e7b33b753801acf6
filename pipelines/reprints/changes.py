"""What became of the posts since the last update: new, changed, gone; file by file, and only files that were written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.dataset.files import TableFile
from pipelines.dataset.schema import FILE_SCHEMAS
from pipelines.dataset.store import Store, open_store
from pipelines.reprints.sketch import ALGORITHM, VALUES, Sketches, Units, grams, sketches, units

INDEX = FILE_SCHEMAS["_reprints"]
_SEEN = ["forum", "thread_id", "post_id", "posted_at", "text_hash"]
_AT_ONCE = 512  # texts that are read and sketched at once


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts as a reprint: ``alike``, the share of 4-grams in common; ``shortest``, how many distinct ones take part."""

    alike: float = 0.6
    shortest: int = 100

    def __post_init__(self) -> None:
        if not 0.4 <= self.alike <= 1:  # sketches do not find what has less in common
            raise ValueError(f"REPRINTS_SIMILARITY is {self.alike:g}: it must be from 0.4 to 1")
        if self.shortest < 1:
            raise ValueError(f"REPRINTS_MIN_GRAMS is {self.shortest}: it must be 1 or more")

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Rule:
        """The rule that the settings ask for; ValueError, naming the setting, if it makes no sense."""
        given = {name: settings.get(name) for name in ("REPRINTS_SIMILARITY", "REPRINTS_MIN_GRAMS")}
        for name, value in given.items():
            try:
                float(value)  # type: ignore[arg-type]
            except (TypeError, ValueError):
                raise ValueError(f"{name} is {value!r}: it must be a number") from None
        return cls(float(given["REPRINTS_SIMILARITY"]), int(float(given["REPRINTS_MIN_GRAMS"])))  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        """Changes when clusters made before do not fit those made now."""
        return f"{ALGORITHM}; alike {self.alike:g}, shortest {self.shortest}"


@dataclass(slots=True)
class Changes:
    """One posts file against its index. ``fresh``: index rows of new and changed texts that take part."""

    index: pa.Table | None
    """The index as it is now; ``None``: as it was."""
    fresh: pa.Table
    texts: list[Units]
    touched: set[int]
    """Posts of the old index that are gone or changed."""


Spread = Callable[[Callable[[str], Changes], list[str]], Iterable[Changes]]
"""Applies a function to file names, perhaps elsewhere, and gives what it returns in their order."""


def seen_files(store: Store) -> dict[str, str]:
    """Name of every posts file → its checksum; empty if no manifest tells, so that it is read every time."""
    manifests = (store.read_json(path) for path in store.sizes("") if path.startswith("_manifest-"))
    known = {path: about for manifest in manifests if manifest for path, about in manifest["files"].items()}
    found = {}
    for path, size in store.sizes("posts").items():
        name = path.partition("/")[2]
        if name.endswith(".parquet") and name[0] not in "._":
            about = known.get(path, {})
            found[name] = str(about["sha256"]) if about.get("size") == size else ""
    return found


def index_of(store: Store, name: str) -> pa.Table:
    """The index of a posts file as it was at the last update. DamagedFile: also if it is missing."""
    with TableFile(store, f"_reprints/{name}") as file:
        return file.read()


def find_changes(root: str, rule: Rule, indexed: frozenset[str], name: str) -> Changes:
    """Compares a posts file of the corpus with its index, if it is among the ``indexed`` ones, else with nothing."""
    store = open_store(root)
    old = index_of(store, name) if name in indexed else INDEX.empty_table()
    with _opened(store, f"posts/{name}") as file:
        now = _live(file) if file else []
        before = dict(zip(old["post_id"].to_pylist(), _rows(old), strict=True))
        here = {row["post_id"] for row in now}
        changed = {row["post_id"]: row for row in now if before.get(row["post_id"]) != row}
        touched = {number for number in before if number not in here or number in changed}
        parts, texts = [old.filter(pc.invert(pc.is_in(old["post_id"], value_set=_numbers(touched))))], []
        for rows, batch in _read(file, changed) if file and changed else ():
            table = _index_rows(rows, batch, rule)
            parts.append(table)
            texts += [
                text
                for text, takes_part in zip(batch, table["sketch"].is_valid().to_pylist(), strict=True)
                if takes_part
            ]
    fresh = pa.concat_tables([INDEX.empty_table(), *parts[1:]])
    index = pa.concat_tables(parts).sort_by([("thread_id", "ascending"), ("post_id", "ascending")])
    is_new = bool(touched) or len(parts) > 1 or not store.exists(f"_reprints/{name}")
    return Changes(index if is_new else None, fresh.filter(fresh["sketch"].is_valid()), texts, touched)


@contextmanager
def _opened(store: Store, path: str) -> Iterator[TableFile | None]:
    """The file; ``None`` if there is none."""
    if not store.exists(path):
        yield None
        return
    with TableFile(store, path) as file:
        yield file


def _live(file: TableFile) -> list[dict[str, Any]]:
    table = file.read([*_SEEN, "deleted_at"])
    return _rows(table.filter(table["deleted_at"].is_null()))


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.select(_SEEN).to_pylist()
    return rows


def _numbers(values: Iterable[int]) -> pa.Array:
    return pa.array(sorted(values), pa.int64())


def _read(file: TableFile, wanted: dict[int, dict[str, Any]]) -> Iterator[tuple[list[dict[str, Any]], list[Units]]]:
    """The wanted posts of a file with their folded texts, some hundreds at a time."""
    chosen = _numbers(wanted)
    for batch in file.parquet.iter_batches(_AT_ONCE, columns=["post_id", "text"]):
        batch = batch.filter(pc.is_in(batch["post_id"], value_set=chosen))
        if batch.num_rows:
            rows = [wanted[number] for number in batch["post_id"].to_pylist()]
            yield rows, [units(text) for text in batch["text"].to_pylist()]


def _index_rows(rows: list[dict[str, Any]], texts: list[Units], rule: Rule) -> pa.Table:
    sets = [grams(text) for text in texts]
    made = iter(sketches([one for one in sets if len(one) >= rule.shortest]))
    sketched = [next(made).tobytes() if len(one) >= rule.shortest else None for one in sets]
    rows = [row | {"size": len(one), "sketch": sketch} for row, one, sketch in zip(rows, sets, sketched, strict=True)]
    return pa.Table.from_pylist(rows, INDEX)


def texts_of(store: Store, name: str, wanted: list[int]) -> dict[int, Units]:
    """The folded texts of these posts of a file, those that it has."""
    with _opened(store, f"posts/{name}") as file:
        rows = file.rows("post_id", wanted, ["post_id", "text"]) if file else []
    return {row["post_id"]: units(row["text"]) for row in rows}


def sketch_matrix(index: pa.Table) -> Sketches:
    """The sketches of index rows that have one."""
    return np.frombuffer(b"".join(index["sketch"].to_pylist()), "<u2").reshape(-1, VALUES)


def sizes_of(index: pa.Table) -> npt.NDArray[np.int64]:
    return np.asarray(index["size"].to_numpy(), np.int64)


def age(row: dict[str, Any]) -> tuple[bool, datetime | None, str, int]:
    """Sorts posts by time, those of unknown time last."""
    return row["posted_at"] is None, row["posted_at"], row["forum"], row["post_id"]
