"""Options of the whole suite."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate",
        action="store_true",
        help="write the expected.json of every page fixture anew; the run fails, so that nobody takes it for a test",
    )


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name what is long by its argument: pytest would escape whole pages and bombs into the names of tests."""
    return f"{argname}-of-{len(val)}" if isinstance(val, str | bytes) and len(val) > 80 else None


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the project that a test may write site profiles into."""
    place = tmp_path / "house"
    for name in ("crawler", "pipelines", "docs/nightly"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("scrapy.cfg", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, place)
    return place
