"""The written speech examples are well formed, and everything their truth states is printed in the example."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "fixtures" / "speech"
FILES = (
    "dev_written.jsonl",
    "dev_turns.jsonl",
    "heldout.jsonl",
    "heldout2.jsonl",
    "heldout3.jsonl",
    "batches.jsonl",
    "sets.jsonl",
)
KINDS = {
    *("讲话", "致辞", "发言", "报告", "总结", "演讲", "主持词"),
    *("访谈", "答记者问", "会议记录", "党课", "述职报告", "调研报告", "通知"),
    *("方案", "心得", "文章", "新闻", "求助", "分享", "其他"),
}
FIELDS = {"id", "title", "posted_at", "poster", "body", "truth", "tags", "hard"}
TRUTH = {
    *("speakers", "authors", "occasion", "venue", "speech_date", "date_precision", "year_inferred", "kind"),
    *("is_excerpt", "title_by_editor", "editor", "source", "column", "turns", "headings"),
}
SHAPES = {
    "day": r"\d{4}-\d\d-\d\d",
    "month": r"\d{4}-\d\d",
    "year": r"\d{4}",
    "month-day": r"--\d\d-\d\d",
    "range": r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d",
}
Case = dict[str, Any]


def rows(name: str) -> list[Case]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


CASES = [pytest.param(row, id=row["id"]) for name in FILES for row in rows(name)]
each_case = pytest.mark.parametrize("case", CASES)


def bare(text: str) -> str:
    """The text without white space and with one form of the dot in foreign names."""
    return re.sub(r"[\s•‧・．]", lambda m: "" if m[0].isspace() else "·", text)


def printed(case: Case) -> str:
    return bare("".join([case["title"], *case["body"]]))


@each_case
def test_has_exactly_the_documented_fields(case: Case) -> None:
    truth = case["truth"]
    assert set(case) == FIELDS and set(truth) == TRUTH
    assert case["title"] and case["body"] and all(isinstance(line, str) for line in case["body"])
    assert case["poster"] is None or case["poster"]
    assert case["tags"] and isinstance(case["hard"], bool)
    assert truth["kind"] in KINDS and truth["column"] is None
    assert all(isinstance(truth[flag], bool) for flag in ("year_inferred", "is_excerpt", "title_by_editor"))
    assert all(set(speaker) == {"name", "role", "org"} for speaker in truth["speakers"])


@each_case
def test_speakers_are_printed(case: Case) -> None:
    text = printed(case)
    for speaker in case["truth"]["speakers"]:
        assert speaker["name"] or speaker["role"]
        assert speaker["name"] is None or speaker["name"] == bare(speaker["name"])
        assert bare(speaker["name"] or "") in text
        assert bare(speaker["role"]) in text and bare(speaker["org"]) in text
    assert ("no_speaker" in case["tags"]) == (not case["truth"]["speakers"])


@each_case
def test_metadata_is_printed(case: Case) -> None:
    text, truth = printed(case), case["truth"]
    for value in (truth["occasion"], truth["venue"], truth["source"], *truth["authors"]):
        assert value is None or (value and bare(value) in text)
    for editor in (truth["editor"] or "").split("、"):
        assert bare(editor) in text
    assert truth["speakers"] == [] or truth["authors"] == [] or truth["turns"], "a speech has no author"


@each_case
def test_dates_are_valid(case: Case) -> None:
    truth, posted = case["truth"], date.fromisoformat(case["posted_at"])
    value, precision = truth["speech_date"], truth["date_precision"]
    if value is None:
        assert precision == "none" and not truth["year_inferred"]
        return
    assert re.fullmatch(SHAPES[precision], value)
    for part in value.split("/"):
        whole = (part.replace("--", "2000-") + "-01-01")[:10]
        assert date.fromisoformat(whole) <= posted or precision == "month-day"


@each_case
def test_headings_start_paragraphs_in_order(case: Case) -> None:
    paragraphs, below = [bare(line) for line in case["body"]], 0
    for heading in case["truth"]["headings"]:
        found = [i for i, line in enumerate(paragraphs) if i >= below and line.startswith(bare(heading["text"]))]
        assert heading["level"] >= 1 and heading["text"] == heading["text"].strip() and found
        below = found[0] + 1


@each_case
def test_heading_levels_nest(case: Case) -> None:
    levels = [heading["level"] for heading in case["truth"]["headings"]]
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))


@each_case
def test_turns_are_printed_in_order(case: Case) -> None:
    turns, text, at = case["truth"]["turns"], bare("".join(case["body"])), 0
    assert (turns is not None) == ("turns" in case["tags"]) and (turns is None or len(turns) > 1)
    for turn in turns or []:
        label, words = bare(turn["speaker"]), bare(turn["text"])
        assert label and words
        at = text.index(label, at) + len(label)
        at = text.index(words, at) + len(words)


def test_no_id_or_text_twice() -> None:
    cases = [row for name in FILES for row in rows(name)]
    ids = Counter(case["id"] for case in cases)
    texts = Counter("\n".join([case["title"], *case["body"]]) for case in cases)
    assert max(ids.values()) == 1 and max(texts.values()) == 1


@pytest.mark.parametrize(
    ("name", "letter"),
    [("dev_written.jsonl", "W"), ("heldout.jsonl", "H"), ("heldout2.jsonl", "K"), ("heldout3.jsonl", "L")],
)
def test_files_are_small_and_cover_the_kinds(name: str, letter: str) -> None:
    cases = rows(name)
    assert (HERE / name).stat().st_size < 600_000
    assert all(case["id"].startswith(letter) for case in cases)
    assert {case["truth"]["kind"] for case in cases} == KINDS
