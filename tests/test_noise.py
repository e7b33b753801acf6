"""Noise: what the generator injected goes, what the author wrote stays (tests/fixtures/noise: one file a rule)."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.text_noise import jam, jam_mid, jam_narrow, restored, touched, unit
from crawler.items import AUTHORED, CHROME, HIDDEN, JAMMER, PLAIN, SUSPECT, Post, Profile, Quote, Run
from pipelines.invisible import strip_invisible
from pipelines.jammer import strip_jammer, weigh
from pipelines.noise import RULES, UNKNOWN_VARIANTS, name_of, remove_noise

FOLDER = Path(__file__).parent / "fixtures" / "noise"
CASES = [
    (path.stem, case) for path in sorted(FOLDER.glob("*.json")) for case in json.loads(path.read_text("utf-8"))["cases"]
]
MARKS = (AUTHORED, PLAIN, JAMMER, SUSPECT, HIDDEN, CHROME)
# letters, the generator's alphabet, blanks, invisible marks: what the grammar has to tell apart
TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from("甲乙abcXYZ019 \xa0\u3000\n!#$&,.;:?@[]^_~\u200b\u200d\ufe0f")),
    max_size=80,
)
RUNS = st.lists(st.builds(Run, TEXT, st.sampled_from(MARKS)), max_size=6).map(tuple)


def post_of(*runs: Run, quotes: tuple[Quote, ...] = ()) -> Post:
    return Post("bbs.example.com", 1, 1, body=runs, quotes=quotes)


def joined(post: Post) -> str:
    return "".join(run.text for run in post.body)


def is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_each_rule_takes_its_own_and_spares_the_near_miss(rule: str, case: dict[str, Any]) -> None:
    post = post_of(*(Run(text, mark) for text, mark in case["runs"]))
    cleaned = remove_noise(post, Profile(noise=tuple(case.get("noise", ()))))
    assert joined(cleaned) == case["kept"]
    assert [list(item) for item in cleaned.removed] == case["removed"]


def test_every_rule_has_a_fixture_in_which_it_works() -> None:
    named = {rule for _, case in CASES for rule, _ in case["removed"]}
    assert (
        {rule.name for rule in RULES} | {"jammer-text", "site-noise", "zero-width"}
        == named
        == {p.stem for p in FOLDER.glob("*.json")}
    )
    assert {"jammer-unknown", "hidden-unknown"} == UNKNOWN_VARIANTS


def test_every_unit_of_the_generator_is_named_as_one() -> None:
    rng = random.Random(1)
    for _ in range(2000):
        noise = unit(rng)
        assert name_of(noise, JAMMER) == "jammer-visible"
        assert name_of(noise.replace("  ", "\xa0\xa0"), HIDDEN) == "jammer-hidden"
        assert name_of(noise.strip(), SUSPECT) == "jammer-visible"


def test_quotes_are_cleaned_too() -> None:
    quote = Quote(body=(Run("他说"), Run("3 k- B! x7 Q& _) d", JAMMER)))
    cleaned = remove_noise(post_of(Run("我说"), quotes=(quote,)), Profile())
    assert cleaned.quotes[0].body == (Run("他说"),)
    assert [item.rule for item in cleaned.removed] == ["jammer-visible"]


def test_a_clean_post_is_handed_on_as_it_is() -> None:
    post = post_of(Run("甲" * 500), Run("x", CHROME, "caption"), Run("0 G L1 j3 H( ^- V/ s* l: e"))
    assert remove_noise(post, Profile()) is post


def test_marks_that_may_carry_an_address_are_nowhere_kept() -> None:
    hidden = "".join(chr(0xE0100 + int(char)) for char in "192168001002")
    cleaned = remove_noise(post_of(Run(f"甲{hidden}乙"), Run(f"3 k- B! x7{hidden} Q& _) d", JAMMER)), Profile())
    assert hidden[0] not in repr(cleaned)


@pytest.mark.parametrize(("render", "floor"), [(jam, 0.999), (jam_narrow, 0.998), (jam_mid, 0.998)])
def test_jammed_lines_come_back(render: Any, floor: float) -> None:
    lines, exact, only, gone = restored(render, 20_000, random.Random(7))
    assert exact >= floor * lines
    assert gone >= 0.9995 * only - 1


def test_real_text_is_not_touched() -> None:
    for kind, (lines, changed) in touched(20_000, random.Random(7)).items():
        assert changed == 0, f"{kind}: {changed} of {lines}"


def test_the_text_grammar_is_linear() -> None:
    def seconds(text: str) -> float:
        began = time.perf_counter()
        strip_jammer(text, weigh(text))
        return time.perf_counter() - began

    for piece in ("3 k- B! x7 Q& _) d", "a b c d ", " " * 20, "甲3 k- B! x7 Q& _) d乙", "a, b, c, d, e, "):
        small, large = seconds(piece * 8000), seconds(piece * 80_000)
        assert large < 60 * small + 5  # ten times the text; by its square it would be minutes


@settings(deadline=None)
@given(RUNS, st.sampled_from(["", "论坛", r"\d+"]))
def test_any_runs_are_cleaned_once_and_only_by_taking_away(runs: tuple[Run, ...], pattern: str) -> None:
    profile = Profile(noise=(pattern,) if pattern else ())
    once = remove_noise(post_of(*runs), profile)
    assert is_subsequence(joined(once), "".join(run.text for run in runs))
    assert not {JAMMER, HIDDEN, SUSPECT} & {run.mark for run in once.body}
    authored = "".join(run.text for run in runs if run.mark == AUTHORED)
    kept = "".join(run.text for run in once.body if run.mark == AUTHORED)
    if not pattern and len(runs) == 1 and runs[0].mark == AUTHORED:
        assert kept == strip_invisible(authored)[0]


@settings(deadline=None)
@given(TEXT)
def test_invisible_marks_go_for_good(text: str) -> None:
    once, gone = strip_invisible(text)
    assert len(once) + gone == len(text)
    assert is_subsequence(once, text)


@settings(deadline=None)
@given(TEXT)
def test_the_text_grammar_takes_away_what_it_reports(text: str) -> None:
    clean, gone = strip_jammer(text, weigh(text))
    assert len(clean) + sum(map(len, gone)) == len(text)
    assert is_subsequence(clean, text)
    assert clean.count("\n") == text.count("\n")
