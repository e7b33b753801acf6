"""The tables on disk or S3: declared schemas, merge by key, atomic publishing, recovery, one writer a forum."""

from __future__ import annotations

from pipelines.dataset.adopt import Difference
from pipelines.dataset.corpus import Dataset
from pipelines.dataset.errors import DamagedFile, DatasetError, ForumLocked, OtherPrivacy, SchemaMismatch
from pipelines.dataset.layout import thread_range
from pipelines.dataset.records import KnownBoard, KnownThread, KnownThreads, Lost, Published, RunRecord
from pipelines.dataset.scan import require_corpus, scan
from pipelines.dataset.schema import SCHEMA_VERSION, SCHEMAS
from pipelines.dataset.snapshot import snapshot

__all__ = [
    "SCHEMAS",
    "SCHEMA_VERSION",
    "DamagedFile",
    "Dataset",
    "DatasetError",
    "Difference",
    "ForumLocked",
    "KnownBoard",
    "KnownThread",
    "KnownThreads",
    "Lost",
    "OtherPrivacy",
    "Published",
    "RunRecord",
    "SchemaMismatch",
    "require_corpus",
    "scan",
    "snapshot",
    "thread_range",
]
