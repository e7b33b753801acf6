"""One rule, one name, one fixture: its examples fire it, its near misses do not."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.speech.fold import squash
from pipelines.speech.rules import RULES
from tests.speech_cases import FIXTURES, printed, read, rows

CASES = [
    (rule, row)
    for rule in RULES
    if (FIXTURES / "rules" / f"{rule}.jsonl").exists()
    for row in rows(FIXTURES / "rules" / f"{rule}.jsonl")
]


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_examples_and_near_misses(rule: str) -> None:
    given = list(rows(FIXTURES / "rules" / f"{rule}.jsonl"))
    assert any(row["gives"] for row in given)
    assert any(row["gives"] is None for row in given)


def test_no_fixture_without_a_rule() -> None:
    assert {path.stem for path in (FIXTURES / "rules").glob("*.jsonl")} == set(RULES)


@pytest.mark.parametrize(("rule", "row"), CASES)
def test_rule(rule: str, row: dict[str, Any]) -> None:
    post = read(row["title"], *row["body"], posted=row["posted_at"])
    fired = {item.field: squash(printed(post, item)) for item in post.evidence if item.rule == rule}
    if row["gives"] is None:
        assert [field for field in fired if field.startswith(row["refuses"])] == [], row["why"]
    else:
        assert {field: fired.get(field) for field in row["gives"]} == row["gives"]
