"""The queries of docs/queries.md run as they stand on the bundled forum's corpus, and give rows that make sense."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[1]
QUERIES = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/queries.md").read_text("utf-8"), re.DOTALL)
pytestmark = pytest.mark.xdist_group("queries")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with data/corpus in it, crawled from the bundled forum."""
    folder = tmp_path_factory.mktemp("queries")
    places = ["-s", f"CORPUS_DIR={folder / 'data/corpus'}", "-s", f"ARCHIVE_DIR={folder / 'data/archive'}"]
    command = [sys.executable, "-m", "scrapy", "crawl", "forum", "-s", "DEMO_PORT=0", "-s", "DEMO_THREADS=120", *places]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return folder


def test_there_are_ten():
    assert len(QUERIES) == 10


@pytest.mark.parametrize("query", QUERIES, ids=[" ".join(query.split()[1:4]) for query in QUERIES])
def test_a_query_runs_and_gives_rows(folder, query, monkeypatch):
    monkeypatch.chdir(folder)
    found = duckdb.sql(query).df()
    assert len(found) > 0 and not found.isna().all(axis=None)
    counts = [name for name in found.columns if name in ("turns", "speeches", "runs", "times", "posts", "speakers")]
    assert all((found[name] > 0).all() for name in counts), os.fspath(folder)
