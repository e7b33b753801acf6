"""The measures on annotated texts may rise, not fall. Raise a floor when the figure has risen."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.speech import Score, read, score
from tests.speech_cases import FIXTURES

FLOORS = {
    "speaker precision": 0.98, "speaker recall": 0.95, "no speaker": 0.98, "role": 0.95, "org": 0.93, "date": 0.96, "occasion": 0.93, "kind": 0.95,
    "is_excerpt": 0.97, "title_by_editor": 0.97, "editor": 0.95, "source": 0.95, "authors": 0.95, "turn labels": 0.95, "whole turns": 0.90,
    "no false turns": 0.99, "headings": 0.92,
}  # fmt: skip
EXAMPLES = Path(__file__).parents[2] / "shared" / "speech" / "dev.jsonl"


def _check(total: Score) -> None:
    below = {measure: round(total.rate(measure), 3) for measure, floor in FLOORS.items() if total.rate(measure) < floor}
    assert below == {}


def test_own_examples() -> None:
    files = sorted(FIXTURES.glob("dev_*.jsonl"))
    if not files:
        pytest.skip("no tests/fixtures/speech/dev_*.jsonl")
    _check(score(row for file in files for row in read(file)))


def test_given_examples() -> None:
    if not EXAMPLES.exists():
        pytest.skip("../shared/speech/dev.jsonl is not there")
    _check(score(read(EXAMPLES)))
