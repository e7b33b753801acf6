"""The docs as a newcomer uses them: every command and every snippet is pasted, page by page, into one folder.

Only what names the reader's own forum is replaced: by a forum on loopback. A block that is not run says so, with the
reason, in a comment above it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from crawler.demo import DemoForum, serve
from crawler.demo.server import Server
from tests.pages import thread_page
from tests.test_docs import DOCS, ROOT

PAGES = ["README.md", "tutorial.md", "data-format.md", "queries.md", "privacy.md"]
"""Those with something to run, in the order in which the README leads through them."""
BLOCK = re.compile(
    r"^(?:<!-- not run with the docs: (?P<why>[^>]+) -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.S | re.M
)
RUN = ("sh", "python")
SHOWN = ("text", "toml", "sql")  # what is looked at, or (profiles, queries) run by tests of their own
READY = ["-o", ".venv/ready", "-o", ".venv/ready-test"]  # the environment stands: nothing is installed again


def blocks(page: str) -> Iterator[re.Match[str]]:
    return BLOCK.finditer(DOCS[page])


@pytest.mark.parametrize("page", sorted(DOCS))
def test_every_block_is_run_or_says_why_not(page: str) -> None:
    for block in blocks(page):
        assert block["kind"] in RUN + SHOWN, f"{page}: say what it is (sh, python, text …): {block['text'][:60]}"
        if block["kind"] in RUN and not block["why"]:
            assert page in PAGES or page == "add-an-engine.md", f"{page}: {block['text'][:60]}"  # test_add_an_engine.py
        if block["kind"] == "sh":
            subprocess.run(["bash", "-n"], input=block["text"], text=True, check=True)
    assert DOCS[page].count("```") == 2 * len(list(blocks(page)))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(DemoForum(seed=12, threads=40)) as running:
        yield running


@pytest.fixture(scope="module")
def folder(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it is checked out, with an environment, a forum's profile and saved pages."""
    made = tmp_path_factory.mktemp("newcomer") / "tiezi"
    skipped = shutil.ignore_patterns("__pycache__", ".*", "data", "tests", "build", "*.egg-info")
    shutil.copytree(ROOT, made, ignore=skipped)
    (made / ".venv").mkdir()
    (made / ".venv/bin").symlink_to(Path(sys.prefix) / "bin")
    with (made / "crawler/settings.py").open("a") as settings:
        settings.write("\nDOWNLOAD_DELAY = 0\nDEMO_THREADS = 40\nDEMO_PORT = 0\n")  # quick, and on any free port
    (made / "crawler/sites/example.toml").write_text(f'url = "{server.url}"\n')
    (made / "saved-pages").mkdir()
    (made / "saved-pages/page.html").write_bytes(thread_page(77))
    return made


def own(text: str, server: Server) -> str:
    """With the reader's forum where the docs have a made-up one, and without ``make test``, which is this."""
    board = next(iter(server.forum.truth().threads.values())).board_id
    text = text.replace("https://bbs.example.cn/forum-2-1.html", f"{server.url}forum-{board}-1.html")
    text = text.replace("site=NAME", "site=example")
    text = re.sub(r"^make test .*\n", "", text, flags=re.M)
    return re.sub(r"^make ", f"make {' '.join(READY)} ", text, flags=re.M)


def paste(folder: Path, *command: str, text: str | None = None) -> str:
    environment = {**os.environ, "PATH": f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}", "HOME": str(folder)}
    done = subprocess.run(command, input=text, text=True, cwd=folder, env=environment, capture_output=True, timeout=200)
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_everything_can_be_pasted(server: Server, folder: Path) -> None:
    """The snippets of a page are one session of Python, as a reader would have it."""
    done: set[str] = set()
    for page in PAGES:
        session = ""
        if page == "privacy.md":  # it is about a corpus that begins so
            (folder / "data/corpus").rename(folder / "data/corpus-open")
        for block in blocks(page):
            text = own(block["text"], server)
            if block["why"] or block["kind"] not in RUN or text in done:
                continue
            done.add(text)
            if block["kind"] == "sh":
                paste(folder, "bash", "-e", text=text)
            else:
                session += text
                paste(folder, sys.executable, "-", text=session)
    assert len(done) >= 9
    posts, again = (pd.read_parquet(folder / f"data/{name}/posts") for name in ("corpus-open", "corpus-private"))
    assert len(posts) > 100 and (folder / "data/report.html").stat().st_size > 10_000
    assert (folder / "data/posts.png").read_bytes().startswith(b"\x89PNG"), "the plot of the README"
    assert "bbs.example.cn" in set(posts.forum), "the saved page"
    assert set(again.text) >= set(posts.text) and again.author.dropna().str.startswith("anon-").all()


def test_settings_are_what_the_docs_say_they_are(server: Server, folder: Path) -> None:
    """All documented defaults given at once change nothing."""
    told = re.findall(r"^\| `([A-Z_]+)` \| `([^`…]*)` \|", DOCS["settings.md"], re.M)
    given = {
        name: value for name, value in told if name not in ("CORPUS_DIR", "ARCHIVE_DIR", "DOWNLOAD_DELAY", "DEMO_PORT")
    }
    assert len(given) > 12
    crawl = ["-m", "scrapy", "crawl", "forum", "-a", f"url={server.url}", "-s", "DOWNLOAD_DELAY=0"]
    for name, settings in (("plain", {}), ("told", given)):
        places = {"CORPUS_DIR": f"{name}/corpus", "ARCHIVE_DIR": f"{name}/archive"}
        paste(
            folder,
            sys.executable,
            *crawl,
            *(word for k, v in (settings | places).items() for word in ("-s", f"{k}={v}")),
        )
    plain, same = (pd.read_parquet(folder / name / "corpus/posts").sort_values("post_id") for name in ("plain", "told"))
    assert plain.text.tolist() == same.text.tolist() and len(plain) > 100
