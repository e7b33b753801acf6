"""Turns stay the same when the page prints them otherwise: other widths, script, gaps, brackets, lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from opencc import OpenCC

from benchmarks.speech import predict, same
from tests.speech_cases import FIXTURES, rows

Row = dict[str, Any]
TALKS = [row for row in rows(FIXTURES / "dev_turns.jsonl") if row["truth"]["turns"]]
PROSE = [row for row in rows(FIXTURES / "dev_turns.jsonl") if not row["truth"]["turns"]]
HALF, FULL = ",:()?!;", "，：（）？！；"
_TO_TRADITIONAL = OpenCC("s2t").convert
_LABELLED = re.compile(r"([^:：【\[〔]{1,20})[:：](.+)")


def rewritten(row: Row, change: Callable[[str], str]) -> Row:
    turns = [{key: change(value) for key, value in turn.items()} for turn in row["truth"]["turns"]]
    return {
        **row,
        "title": change(row["title"]),
        "body": [change(line) for line in row["body"]],
        "truth": {**row["truth"], "turns": turns},
    }


def other_width(row: Row) -> Row:
    full = any(mark in line for line in row["body"] for mark in "，：")
    table = str.maketrans(FULL, HALF) if full else str.maketrans(HALF, FULL)
    return rewritten(row, lambda text: text.translate(table))


def traditional(row: Row) -> Row:
    return rewritten(row, _TO_TRADITIONAL)


def with_body(row: Row, body: list[str]) -> Row:
    return {**row, "body": body}


def blank_lines(row: Row) -> Row:
    return with_body(row, [line for raw in row["body"] for line in (raw, "")])


def indented(row: Row) -> Row:
    return with_body(row, ["\u3000\u3000" + line for line in row["body"]])


def ended(row: Row) -> Row:
    return with_body(row, [*row["body"], "注：嘉宾观点不代表本站立场。", "— END —"])


def relabelled(row: Row, form: Callable[[str, str], list[str]]) -> Row | None:
    """Every label in another form; None if the row's labels stand otherwise than before a colon."""
    labels = {turn["speaker"] for turn in row["truth"]["turns"]}
    body, changed = [], 0
    for line in row["body"]:
        match = _LABELLED.fullmatch(line)
        if match is not None and match[1] in labels:
            changed += 1
            body.extend(form(match[1], match[2]))
        else:
            body.append(line)
    return with_body(row, body) if changed == len(row["truth"]["turns"]) else None


def bracketed(row: Row) -> Row | None:
    return relabelled(row, lambda label, words: [f"【{label}】{words}"])


def own_lines(row: Row) -> Row | None:
    return relabelled(row, lambda label, words: [f"{label}：", words])


def stamped(row: Row) -> Row | None:
    return relabelled(row, lambda label, words: [f"10:02 {label}：{words}"])


def one_paragraph(row: Row) -> Row:
    return with_body(row, [*row["body"][:1], "\u3000".join(row["body"][1:])])


@pytest.mark.parametrize(
    ("form", "floor"),
    [
        (other_width, 1.0),
        (traditional, 1.0),
        (blank_lines, 1.0),
        (indented, 0.99),
        (ended, 1.0),
        (bracketed, 1.0),
        (own_lines, 1.0),
        (stamped, 0.98),
        (one_paragraph, 0.83),
    ],
)
def test_other_forms(form: Callable[[Row], Row | None], floor: float) -> None:
    changed = [other for row in TALKS if (other := form(row)) is not None]
    missed = [row["id"] for row in changed if spoken(predict(row)["turns"]) != spoken(row["truth"]["turns"])]
    assert len(changed) > 50
    assert len(missed) <= (1 - floor) * len(changed), missed


@pytest.mark.parametrize("form", [blank_lines, indented, one_paragraph])
def test_prose_stays_prose(form: Callable[[Row], Row]) -> None:
    known = {row["id"] for row in PROSE if predict(row)["turns"]}
    assert {row["id"] for row in PROSE if predict(form(row))["turns"]} <= known


def spoken(turns: list[dict[str, str]] | None) -> list[tuple[str, str]]:
    return [(same(turn["speaker"]), same(turn["text"])) for turn in turns or []]
