"""A corpus explains itself: its card and its Croissant metadata tell what is there, and each reader needs one line."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipelines.dataset import Dataset
from pipelines.dataset.schema import SCHEMA_VERSION, SCHEMAS
from tests.corpora import FORUM, capture, publish

ROOT = Path(__file__).parents[1]


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    publish(folder, *(capture(n, range(n * 10, n * 10 + 4)) for n in range(1, 6)))
    Dataset(str(folder)).describe()
    return folder


def test_the_card_tells_what_is_there(corpus):
    card = (corpus / "README.md").read_text("utf-8")
    assert card.startswith("---\n") and f"| {FORUM} | 5 | 20 | 20 |" in card
    for table, schema in SCHEMAS.items():
        assert f"### {table}\n" in card
        assert all(f"| `{field.name}{'' if field.nullable else '!'}` |" in card for field in schema)
        rows = sum(pq.read_metadata(file).num_rows for file in (corpus / table).glob("*.parquet"))
        assert f"| `{table}` | {rows:,} |" in card


def test_a_file_of_the_folder_that_is_no_card_stays(corpus):
    (corpus / "README.md").write_text("# My project\n")
    Dataset(str(corpus)).describe()
    assert (corpus / "README.md").read_text() == "# My project\n"


def test_every_file_describes_its_columns(corpus):
    for table, schema in SCHEMAS.items():
        for file in (corpus / table).glob("*.parquet"):
            found = pq.read_schema(file)
            assert found.metadata[b"schema_version"] == str(SCHEMA_VERSION).encode()
            assert all(field.metadata[b"description"] for field in found)
            assert found.equals(schema, check_metadata=False)


def test_describing_twice_writes_nothing(corpus):
    before = {path.name: path.stat().st_mtime_ns for path in corpus.glob("*.*")}
    Dataset(str(corpus)).describe()
    assert {path.name: path.stat().st_mtime_ns for path in corpus.glob("*.*")} == before
    assert {"README.md", "croissant.json"} <= before.keys()


def test_croissant_metadata_is_valid_and_reads_the_rows(corpus):
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    told = json.loads((corpus / "croissant.json").read_text("utf-8"))
    assert {record["name"] for record in told["recordSet"]} >= {"threads", "posts", "speeches", "runs"}
    dataset = mlcroissant.Dataset(jsonld=str(corpus / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    found = {row["speeches/post_id"]: row["speeches/text"].decode() for row in dataset.records("speeches")}
    speeches = pd.read_parquet(corpus / "speeches")
    assert found == dict(zip(speeches.post_id, speeches.text, strict=True))


LINES = [
    ("pandas", 'len(pandas.read_parquet("corpus/speeches"))'),
    ("polars", 'len(polars.read_parquet("corpus/speeches/*.parquet"))'),
    ("duckdb", "len(duckdb.sql(\"select * from 'corpus/speeches/*.parquet'\").df())"),
    ("datasets", 'len(datasets.load_dataset("corpus", "speeches", split="train"))'),
    ("pyspark", 'SparkSession.builder.master("local[1]").getOrCreate().read.parquet("corpus/speeches").count()'),
]


@pytest.mark.parametrize(("library", "line"), LINES, ids=[library for library, _ in LINES])
def test_one_line_reads_a_table(corpus, tmp_path, library, line):
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    if library == "pyspark" and shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    shown = line if library != "pyspark" else 'spark.read.parquet("corpus/speeches")'
    card = (corpus / "README.md").read_text("utf-8")
    assert shown.removeprefix("len(").removesuffix(")").removesuffix(".df()").rstrip(")") in card
    lines = ["from pyspark.sql import SparkSession"] if library == "pyspark" else [f"import {library}"]
    code = "\n".join([*lines, f"print({line})"])
    env = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf"), "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=corpus.parent, env=env, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == "20"
