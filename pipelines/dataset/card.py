"""A corpus that explains itself: ``README.md`` (a dataset card) and ``croissant.json``, both made of the one schema.

They lie beside the tables, where no reader of a table looks, and are written anew at the end of each run. Counts come
from the manifests, so that describing a corpus of any size reads no table but ``runs``.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from pipelines.dataset import layout
from pipelines.dataset.files import TableFile
from pipelines.dataset.lock import turn
from pipelines.dataset.schema import HIDDEN, SCHEMA_VERSION, SCHEMAS, column_table
from pipelines.dataset.store import Store

logger = logging.getLogger(__name__)

_OURS = b"Forum corpus"  # stands in both
CARD, CROISSANT = "README.md", "croissant.json"
_LIMITS = """Posts are as a guest of the forum saw them: parts hidden from guests, boards closed to them and what was deleted before the first
run are not there. Speaker, office, occasion, date and kind are read from the text by rules; `null` or an empty list means that
nothing was printed, or that the rules were not sure. Each such value has its place and its rule in `posts.evidence`, and
whatever was taken out of a text is in `posts.removed`. Years that a text does not print are inferred and marked so."""
_LICENCE = """The texts belong to their authors, and what may be done with them is a question of their rights and of the law where you are;
this corpus grants nothing. Accounts are those of the forums, unless the run used pseudonyms."""
_TYPES = {
    pa.string(): "sc:Text",
    pa.bool_(): "sc:Boolean",
    pa.int8(): "sc:Integer",
    pa.int32(): "sc:Integer",
    pa.int64(): "sc:Integer",
    pa.date32(): "sc:Date",
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a corpus holds: rows by table, by forum and table, and the runs that made it."""

    rows: dict[str, int]
    forums: dict[str, dict[str, int]]
    runs: int
    first_run: datetime | None
    last_run: datetime | None
    versions: tuple[str, ...]


def describe(store: Store) -> None:
    """Writes the card and the metadata of the corpus as it is now; each only if it changed. Runs of other forums wait.

    A file of that name that tells of something else stays: a corpus may have been put into a folder that holds more.
    """
    with turn(store, layout.CARD):
        contents = read_contents(store)
        for path, text in (
            (CARD, card(contents, store.root.rstrip("/").rpartition("/")[2])),
            (CROISSANT, croissant(contents)),
        ):
            before = store.read(path)
            if before and _OURS not in before:
                logger.warning("%s/%s is not Tiezi's and stays: give the corpus a folder of its own", store.root, path)
            elif before != text.encode():
                store.write(path, text.encode())


def read_contents(store: Store) -> Contents:
    """Counts from the manifests, times and versions from the table of runs."""
    forums: dict[str, dict[str, int]] = {}
    total = dict.fromkeys(SCHEMAS, 0)
    for path in sorted(store.sizes("")):
        if path.startswith("_manifest-") and (manifest := store.read_json(path)) is not None:
            rows = dict.fromkeys((*SCHEMAS, *HIDDEN), 0)
            for file, about in manifest["files"].items():
                rows[file.partition("/")[0]] += about["rows"]
            total = {table: count + rows[table] for table, count in total.items()}
            if manifest["forum"] != layout.REPRINTS:
                forums[manifest["forum"]] = {table: rows[table] for table in SCHEMAS}
    started: list[datetime] = []
    versions: set[str] = set()
    for path in store.sizes("runs"):
        # a run of another forum may set its damaged file aside meanwhile
        with suppress(FileNotFoundError), TableFile(store, path) as file:
            found = file.read(["started_at", "code_version"])
            started += found["started_at"].to_pylist()
            versions |= set(found["code_version"].to_pylist())
    times = (min(started, default=None), max(started, default=None))
    return Contents(total, forums, len(started), *times, tuple(sorted(version for version in versions if version)))


def card(contents: Contents, name: str = "corpus") -> str:
    """The dataset card: YAML that a dataset hub reads, then what a person wants to know; ``name``: the folder's."""
    tables = "\n".join(f"| `{table}` | {contents.rows[table]:,} | {about(table)} |" for table in SCHEMAS)
    forums = "\n".join(
        f"| {forum} | {rows['threads']:,} | {rows['posts']:,} | {rows['speeches']:,} |"
        for forum, rows in contents.forums.items()
    )
    columns = "\n\n".join(f"### {table}\n\nKey: {key(table)}.\n\n{column_table(table)}" for table in SCHEMAS)
    when = f"{contents.first_run:%Y-%m-%d} to {contents.last_run:%Y-%m-%d}" if contents.first_run else "no run yet"
    return f"""{_front(contents)}
# Forum corpus

Texts of discussion forums, made by Tiezi {", ".join(contents.versions)} in {contents.runs} runs, {when} (UTC).

| table | rows | one row is |
|---|---|---|
{tables}

| forum | threads | posts | speeches |
|---|---|---|---|
{forums}

## Reading it

Beside this folder, at any moment, also while a run is writing:

```python
pandas.read_parquet("{name}/speeches")
polars.read_parquet("{name}/speeches/*.parquet")
duckdb.sql("select * from '{name}/speeches/*.parquet'")
datasets.load_dataset("{name}", "speeches", split="train")
spark.read.parquet("{name}/speeches")
```

## Where it is from

Pages were fetched as a guest of the forums above, or read from captures; table `runs` tells when, by which code, with how
many requests and what could not be had. Every row names its run (`run_id`) and its address (`url`).

## Limits

{_LIMITS}

## Licence

{_LICENCE}

## Columns

Version {SCHEMA_VERSION} of the tables. Columns marked `!` are never null. The same descriptions are in the files' own metadata.

{columns}
"""


def about(table: str) -> str:
    told: bytes = SCHEMAS[table].metadata[b"description"]
    return told.decode().removeprefix("One row is ").rstrip(".")


def key(table: str) -> str:
    told: bytes = SCHEMAS[table].metadata[b"key"]
    return ", ".join(f"`{name}`" for name in told.decode().split(","))


def _front(contents: Contents) -> str:
    configs = "".join(
        f"\n- config_name: {table}\n  data_files: {table}/*.parquet" for table in SCHEMAS if contents.rows[table]
    )
    return f"---\nlanguage:\n- zh\nlicense: other\npretty_name: Forum corpus\nconfigs:{configs or ' []'}\n---\n"


def croissant(contents: Contents) -> str:
    """Croissant 1.0 metadata (mlcommons.org/croissant): a file set and a record set a table.

    Columns that are lists of records have no counterpart there that readers agree on; they are left to the card.
    """
    tables = [table for table in SCHEMAS if contents.rows[table]]
    document: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": "forum-corpus",
        "description": f"Texts of discussion forums: {', '.join(contents.forums) or 'none yet'}.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "citeAs": "Forum corpus made by Tiezi; cite the posts by their url.",
        "license": "Rights are those of the texts' authors; see README.md.",
        "inLanguage": "zh",
        "version": f"{SCHEMA_VERSION}.0.0",
        "datePublished": f"{contents.last_run:%Y-%m-%d}" if contents.last_run else "1970-01-01",
        "distribution": [_files(table) for table in tables],
        "recordSet": [_records(table) for table in tables],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _files(table: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{table}-files",
        "name": f"{table}-files",
        "encodingFormat": "application/x-parquet",
        "includes": f"{table}/*.parquet",
    }


def _records(table: str) -> dict[str, Any]:
    names = SCHEMAS[table].metadata[b"key"].decode().split(",")
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": about(table),
        "key": [{"@id": f"{table}/{name}"} for name in names],
        "field": [_field(table, field) for field in SCHEMAS[table] if _croissant_type(field.type)],
    }


def _field(table: str, field: pa.Field) -> dict[str, Any]:
    repeated = {"repeated": True} if pa.types.is_list(field.type) else {}
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{field.name}",
        "name": field.name,
        "description": field.metadata[b"description"].decode(),
        "dataType": _croissant_type(field.type),
        **repeated,
        "source": {"fileSet": {"@id": f"{table}-files"}, "extract": {"column": field.name}},
    }


def _croissant_type(kind: pa.DataType) -> str | None:
    if pa.types.is_list(kind):
        return _croissant_type(kind.value_type)
    return "sc:DateTime" if pa.types.is_timestamp(kind) else _TYPES.get(kind)


_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
