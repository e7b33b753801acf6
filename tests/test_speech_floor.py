"""The measures on annotated texts may rise, not fall. Raise a floor when the figure has risen."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.speech import Score, read, score
from tests.speech_cases import FIXTURES

OWN = {
    "speaker precision": 0.995, "speaker recall": 0.975, "no speaker": 1.0, "role": 0.98, "org": 0.989, "date": 0.982, "occasion": 0.978, "kind": 0.978,
    "is_excerpt": 0.991, "title_by_editor": 1.0, "year_inferred": 0.991, "editor": 1.0, "source": 0.956, "venue": 1.0, "authors": 0.964,
    "turn labels": 0.969, "whole turns": 0.969, "no false turns": 1.0, "headings": 1.0,
}  # fmt: skip
GIVEN = dict.fromkeys(OWN, 1.0)
EXAMPLES = Path(__file__).parents[2] / "shared" / "speech" / "dev.jsonl"


def _check(total: Score, floors: dict[str, float]) -> None:
    below = {measure: round(total.rate(measure), 3) for measure, floor in floors.items() if total.rate(measure) < floor}
    assert below == {}


def test_own_examples() -> None:
    files = sorted(FIXTURES.glob("dev_*.jsonl"))
    if not files:
        pytest.skip("no tests/fixtures/speech/dev_*.jsonl")
    _check(score(row for file in files for row in read(file)), OWN)


def test_given_examples() -> None:
    if not EXAMPLES.exists():
        pytest.skip("../shared/speech/dev.jsonl is not there")
    _check(score(read(EXAMPLES)), GIVEN)
