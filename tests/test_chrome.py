"""Chrome: the interface goes, the author's words become ``text`` (tests/fixtures/chrome: one file a rule)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import AUTHORED, CHROME, PLAIN, Post, Profile, Quote, Removed, Run
from pipelines.chrome import join_runs, normalise, strip_chrome
from pipelines.interface import FULLWIDTH, TRADITIONAL, Strength, fold, furniture

FOLDER = Path(__file__).parent / "fixtures" / "chrome"
RULES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
GONE = [(rule, line) for rule, table in RULES.items() for line in table["gone"]]
KEPT = [(rule, line) for rule, table in RULES.items() for line in table["kept"]]
TEXT = st.text(st.one_of(st.characters(), st.sampled_from("甲乙 \xa0\u3000\t\r\n支持回复顶12|()")), max_size=80)


def stripped(*runs: Run, chrome: tuple[str, ...] = ()) -> Post:
    return strip_chrome(Post("bbs.example.com", 1, 1, body=runs), Profile(chrome=chrome))


@pytest.mark.parametrize(("rule", "line"), GONE)
def test_interface_lines_leave_a_capture(rule: str, line: str) -> None:
    post = stripped(Run(f"第一句。\n{line}\n第二句。", PLAIN))
    assert post.text == "第一句。\n第二句。"
    assert [item.text for item in post.removed] == [normalise(line)]


@pytest.mark.parametrize(("rule", "line"), KEPT)
def test_near_misses_stay(rule: str, line: str) -> None:
    assert stripped(Run(f"第一句。\n{line}\n第二句。", PLAIN)).text == f"第一句。\n{line}\n第二句。"
    assert stripped(Run(line, PLAIN)).text == line


@pytest.mark.parametrize(("rule", "line"), GONE)
def test_what_the_markup_calls_the_authors_stays(rule: str, line: str) -> None:
    assert stripped(Run(line, AUTHORED)).text == normalise(line)


def test_a_column_of_buttons_goes_as_a_whole() -> None:
    post = stripped(Run("第一句。\n收藏\n3\n\n评分\n分享\n", PLAIN))
    assert post.text == "第一句。"
    assert len(post.removed) == 4


def test_a_short_reply_is_not_taken_for_a_button() -> None:
    assert stripped(Run("支持\n使用道具 举报", PLAIN)).text == "支持"


def test_marked_furniture_is_named_by_its_label() -> None:
    post = stripped(
        Run("甲"), Run(" 下载附件 ", CHROME, "caption"), Run(" \n", CHROME, "tip"), Run("x", CHROME), Run("乙")
    )
    assert post.text == "甲乙"
    assert post.removed == (Removed("chrome-caption", "下载附件"), Removed("chrome-other", "x"))


def test_a_sites_own_lines_are_whole_lines_of_captures() -> None:
    post = stripped(
        Run("甲\n某某 培训班\n某某培训班很好", PLAIN), Run("\n某某培训班", AUTHORED), chrome=(r"某某\s*培训班",)
    )
    assert post.text == "甲\n某某培训班很好\n某某培训班"
    assert post.removed == (Removed("chrome-site", "某某 培训班"),)


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        (" 甲 \xa0 乙\t丙 ", "甲 乙 丙"),
        ("　　甲　乙　", "甲　乙"),
        ("甲 　 乙", "甲 　 乙"),
        ("\n\n甲\r\n \n　\n乙\n", "甲\n乙"),
        ("", ""),
    ],
)
def test_lines_follow_the_rule_of_posts_text(given_: str, wanted: str) -> None:
    assert join_runs([Run(given_)]) == wanted == normalise(given_)


def test_quotes_get_their_text_and_refining_twice_gives_the_same() -> None:
    post = Post("h", 1, 1, body=(Run("我说 "),), quotes=(Quote(body=(Run(" 他\xa0说"), Run("x", CHROME, "caption"))),))
    once = strip_chrome(post, Profile())
    assert once.quotes == (Quote("他 说"),)
    assert once.quotes[0].body == once.body == ()
    assert strip_chrome(once, Profile()) is once


def test_traditional_lines_fold_to_simplified_ones_position_for_position() -> None:
    assert all(len(chr(key)) == 1 for table in (TRADITIONAL, FULLWIDTH) for key in table)
    assert fold("顯示全部樓層：ＡB") == "显示全部楼层:ａb"


@settings(deadline=None)
@given(TEXT, st.sampled_from([PLAIN, AUTHORED]))
def test_any_text_loses_whole_lines_only(text: str, mark: str) -> None:
    post = stripped(Run(text, mark))
    lines = normalise(text).split("\n") if normalise(text) else []
    rest = iter(lines)
    assert all(line in rest for line in post.text.split("\n") if line)
    assert len(post.removed) + len([line for line in post.text.split("\n") if line]) == len(lines)
    assert strip_chrome(post, Profile()) is post


@settings(deadline=None)
@given(TEXT)
def test_no_line_breaks_the_knowledge_of_the_interface(text: str) -> None:
    strength, rule = furniture(normalise(text).replace("\n", " "))
    assert (strength is Strength.NONE) == (rule == "")
