"""The house keeps its floors: imports point down, the lower ones need no Scrapy, both lists of stages agree."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# who may import what of ours; a folder stands for all below it, the longest match counts
ALLOWED = {
    "crawler/items.py": (),
    "crawler/accounts.py": (),
    "crawler/pages/discuz": ("crawler.items", "crawler.pages"),
    # a text capture has no markup: its page object needs the tables by which the stages know noise and furniture
    "crawler/pages": (
        "crawler.items",
        "crawler.pages",
        *(f"pipelines.{m}" for m in ("interface", "chrome", "invisible", "jammer")),
    ),
    "crawler/archive": ("crawler.items", "crawler.archive"),
    "crawler/refresh.py": ("crawler.items",),
    "crawler/merge.py": ("crawler.items",),
    "crawler/visits.py": tuple(f"crawler.{m}" for m in ("items", "merge", "refresh", "walks", "pages")),
    "crawler/rebuild.py": (
        "pipelines",
        *(f"crawler.{m}" for m in ("items", "archive", "merge", "pages", "profiles", "visits")),
    ),
    "crawler/walks.py": ("crawler.items", "crawler.refresh"),
    "crawler/profiles.py": ("crawler.items",),
    "crawler/privacy.py": ("crawler.items",),
    "crawler/demo": ("crawler.demo",),
    "crawler/report": (
        "pipelines",
        *(f"crawler.{m}" for m in ("items", "accounts", "archive", "pages", "profiles", "report")),
    ),
    "pipelines/dataset": ("crawler.items", "pipelines.dataset"),
    "pipelines/publisher.py": (
        "crawler.items",
        "crawler.accounts",
        "pipelines.dataset",
        "pipelines.guard",
        "pipelines.privacy",
        "pipelines.reprints",
    ),
    "pipelines/reprints": ("pipelines.dataset", "pipelines.reprints"),
    "pipelines": ("crawler.items", "pipelines"),
}
PURE = (
    "crawler.items",
    "crawler.pages",
    "crawler.refresh",
    "crawler.merge",
    "crawler.visits",
    "crawler.rebuild",
    "crawler.walks",
    "crawler.archive",
    "crawler.report.read",
    "crawler.report.page",
    "pipelines",
    "pipelines.dataset",
    "pipelines.reprints",
)


def modules():
    return [file for package in ("crawler", "pipelines") for file in sorted((ROOT / package).rglob("*.py"))]


def imports(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_down(file):
    name = file.relative_to(ROOT).as_posix()
    rules = [place for place in ALLOWED if name == place or name.startswith(place + "/")]
    if not rules:
        return
    allowed = ALLOWED[max(rules, key=len)]
    for module in imports(file):
        if module.split(".")[0] in ("crawler", "pipelines"):
            assert any(module == top or module.startswith(top + ".") for top in allowed), f"{name} imports {module}"


def test_engines_know_nothing_of_each_other_and_nobody_else_knows_them():
    """So that adding one is adding one file or folder to crawler/pages (docs/add-an-engine.md)."""
    from crawler.pages.engine import engines

    for file in modules():
        name = file.relative_to(ROOT).as_posix()
        for module in imports(file):
            for engine in engines():
                if f"{module}.".startswith(f"crawler.pages.{engine}."):
                    assert name.startswith(f"crawler/pages/{engine}"), f"{name} imports {module}"


@pytest.mark.parametrize("module", PURE)
def test_the_lower_floors_need_no_scrapy(module):
    code = f"import sys, {module}; bad = [m for m in ('scrapy', 'twisted') if m in sys.modules]; sys.exit(str(bad) if bad else 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_pipelines_apply_the_stages_in_their_order():
    from crawler.settings import ITEM_PIPELINES
    from pipelines import STAGES, adapters

    classes = [getattr(adapters, path.rpartition(".")[2]) for path in sorted(ITEM_PIPELINES, key=ITEM_PIPELINES.get)]
    assert tuple(made.stage for made in classes[:-1]) == STAGES
    assert classes[-1] is adapters.ParquetPipeline


@pytest.mark.parametrize("module", ["crawler.settings", "pipelines.dataset"])
def test_whatever_loads_first_arrow_takes_memory_that_it_gives_back(module):
    code = f"import {module}; import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "system"
