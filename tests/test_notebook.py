"""The notebook goes from Parquet to three findings on a forum that was crawled twice, with an edit between."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.demo import DemoForum, serve

ROOT = Path(__file__).parents[1]


def test_the_notebook_runs_to_its_three_findings(tmp_path, monkeypatch):
    nbformat = pytest.importorskip(
        "nbformat", reason="nbformat is not installed (pip install nbclient ipykernel matplotlib)"
    )
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    forum = DemoForum(seed=12, threads=60)
    with serve(forum) as server:
        places = ["-s", f"CORPUS_DIR={tmp_path / 'data/corpus'}", "-s", f"ARCHIVE_DIR={tmp_path / 'data/archive'}"]
        command = [sys.executable, "-m", "scrapy", "crawl", "forum", "-a", f"url={server.url}", "-a", "revisit=200"]
        for _ in range(2):
            done = subprocess.run(
                [*command, *places, "-s", "DOWNLOAD_DELAY=0"], cwd=ROOT, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
            truth = forum.truth()
            open_threads = [tid for tid, thread in truth.threads.items() if thread.visible and not thread.is_closed]
            for tid in open_threads[:12]:  # a new reply has its page fetched again, which shows the edit
                forum.edit(next(pid for pid, post in truth.posts.items() if post.thread_id == tid))
                forum.reply(tid)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    notebook = nbformat.read(ROOT / "docs/analysis.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "stored without outputs"
    nbclient.NotebookClient(notebook, timeout=180, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [
        "".join(str(output.get("text", output.get("data", {}))) for output in cell.get("outputs", []))
        for cell in notebook.cells
    ]
    assert "speakers" in shown[1] and "speaker" in shown[3]
    assert "characters" in shown[5] and "image/png" in shown[6]
    assert "posts were seen with more than one text" in shown[8]
    assert "replace" in shown[8] or "insert" in shown[8] or "delete" in shown[8]
