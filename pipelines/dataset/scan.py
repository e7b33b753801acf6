"""The tables of all forums, file by file: for reports and other readers that must not hold a table in memory."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.dataset.errors import DatasetError, explained
from pipelines.dataset.files import TableFile
from pipelines.dataset.schema import SCHEMAS
from pipelines.dataset.store import LocalStore, Store, open_store


def scan(root: str, table: str) -> Iterator[TableFile]:
    """The table's files, by name, each open until the next is asked for; rows of a thread lie in one of them.

    Raises DatasetError: a file is damaged or has another schema version.
    """
    store = open_store(root)
    with explained(f"cannot read {store.root}"):
        for path in _files(store, table):
            with TableFile(store, path) as file:
                yield file


def require_corpus(root: str) -> None:
    """Raises DatasetError with what to do where there is no corpus at all; one whose tables are empty is a corpus."""
    store = open_store(root)
    with explained(f"cannot read {store.root}"):
        if not any(_files(store, table) for table in SCHEMAS):
            where = store.root if isinstance(store, LocalStore) else root
            raise DatasetError(
                f"there is no corpus in {where}: run `scrapy crawl forum` first, or name its folder with -s CORPUS_DIR=FOLDER"
            )


def _files(store: Store, table: str) -> list[str]:
    return [path for path in store.sizes(table) if path.endswith(".parquet") and "/." not in path and "/_" not in path]
