"""The metadata stage: dates in all written forms, occasions, kinds, notes and headings."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.speech.dates import find_date, iso, resolve
from pipelines.speech.fold import fold
from tests.speech_cases import read

SALUTE = "同志们："


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(2013年3月1日)", "2013-03-01"),
        ("（一九九六年九月三十日）", "1996-09-30"),
        ("(二○一八年十二月二十九日)", "2018-12-29"),
        ("二〇〇九年五月", "2009-05"),
        ("二零零九年五月四日", "2009-05-04"),
        ("二OO八年九月二十三日", "2008-09-23"),
        ("二00一年一月八日", "2001-01-08"),
        ("1 9 9 8 年3 月5 日", "1998-03-05"),
        ("２００８年９月２３日", "2008-09-23"),
        ("2010年元月5日", "2010-01-05"),
        ("2009-09-23", "2009-09-23"),
        ("2009.9.3", "2009-09-03"),
        ("民國97年10月10日", "2008-10-10"),
        ("中華民國九十七年十月十日", "2008-10-10"),
        ("106/11/03", "2017-11-03"),
        ("9月23日", "2008-09-23"),
        ("今日（十月一日）", "2008-10-01"),
        ("今（九月十六日）日", "2008-09-16"),
        ("2月15日", "2009-02-15"),
        ("2月16日", "2008-02-16"),
        ("去年12月8日", "2008-12-08"),
        ("9月23日-25日", "2008-09-23/2008-09-25"),
        ("9月23-25日", "2008-09-23/2008-09-25"),
        ("2008年12月30日至1月2日", "2008-12-30/2009-01-02"),
        ("2008年9月28日—10月2日", "2008-09-28/2008-10-02"),
        ("20××年9月1日", "--09-01"),
        ("×年9月1日", "--09-01"),
        ("2015年×月×日", "2015"),
        ("2017年世界读书日", "2017-04-23"),
        ("2月29日", "2008-02-29"),
    ],
)
def test_dates(text: str, expected: str) -> None:
    when = find_date(fold(text))
    assert when is not None
    found = resolve(when, date(2009, 2, 15))
    assert found is not None
    assert iso(found) == expected


@pytest.mark.parametrize(
    "text", ["×年×月×日", "农历正月初五", "日前", "昨天下午", "29日下午", "13月45日", "第3期", "10:51", "1.5万元"]
)
def test_no_dates(text: str) -> None:
    when = find_date(fold(text))
    assert when is None or resolve(when, date(2009, 2, 15)) is None


def test_short_years_count_from_1911_only_in_taiwan() -> None:
    taiwan, mainland = find_date("97年5月3日", roc=True), find_date("97年5月3日")
    assert taiwan is not None and taiwan.year == 2008
    assert mainland is not None and mainland.year == 1997


@pytest.mark.parametrize(
    ("clue", "day", "expected"),
    [
        ("今天我们庆祝中华人民共和国成立60周年。", "（9月30日）", date(2009, 9, 30)),
        ("2006年即将过去，新年就要到来。", "（12月30日）", date(2006, 12, 30)),
        ("刚刚过去的2006年，我们很努力。", "（1月8日）", date(2007, 1, 8)),
        ("今年是2007年。", "（5月8日）", date(2007, 5, 8)),
        ("好好干。", "（5月8日）", date(2011, 5, 8)),
    ],
)
def test_a_clue_in_the_text_gives_the_year(clue: str, day: str, expected: date) -> None:
    post = read("在大会上的讲话", "谢云帆", day, SALUTE, clue, posted="2012-03-01")
    assert (post.speech_date, post.year_inferred) == (expected, True)


def test_a_review_is_held_in_the_next_spring() -> None:
    post = read("在2009年度总结表彰大会上的讲话", "谢云帆", "（1月15日）", SALUTE, "好。", posted="2012-03-01")
    assert post.speech_date == date(2010, 1, 15)


def test_the_day_of_posting_is_the_forums() -> None:
    late = read("在大会上的讲话", "谢云帆", "（3月1日）", SALUTE, "好。", posted="2010-03-01")
    assert late.speech_date == date(2010, 3, 1)


@pytest.mark.parametrize(
    ("title", "lines", "occasion"),
    [
        ("在全县防汛会议上的讲话", [SALUTE, "好。"], "全县防汛会议"),
        ("谢云帆在建材展开幕式上的演讲", [SALUTE, "好。"], "建材展开幕式"),
        ("行政長官出席僑界晚宴致辭全文", ["各位：", "好。"], "僑界晚宴"),
        ("全县史志座谈会主持词", [SALUTE, "好。"], "全县史志座谈会"),
        ("畢業典禮家長代表致詞", ["各位：", "好。"], "畢業典禮"),
        ("节能办公会记录", ["谢云帆：好。", "方若兰：行。"], "节能办公会"),
        ("县长专题会议纪要", ["会议听取了汇报。"], "县长专题会议"),
        (
            "政府工作报告",
            ["——2010年1月26日在云山县第十五届人民代表大会第四次会议上", "县长 谢云帆", "各位代表：", "好。"],
            "云山县第十五届人民代表大会第四次会议",
        ),
        ("在纪念方若兰同志座谈会上的讲话", ["谢云帆", SALUTE, "好。"], "纪念方若兰同志座谈会"),
        ("关于低保的发言", ["谢云帆", "各位委员：", "好。"], None),
        ("立法会主席答问", ["谢云帆：好。", "方若兰：行。"], None),
        ("说说标题", ["标题是眼睛。"], None),
    ],
)
def test_occasion(title: str, lines: list[str], occasion: str | None) -> None:
    assert read(title, *lines).occasion == occasion


@pytest.mark.parametrize(
    ("title", "lines", "kind"),
    [
        ("在全县会议上的讲话提纲", [SALUTE, "好。"], "讲话"),
        ("新年献词", ["各位：", "好。"], "致辞"),
        ("在追悼会上的悼词", ["各位：", "好。"], "致辞"),
        ("表态发言", ["各位：", "好。"], "发言"),
        ("述职述廉报告", ["各位：", "好。"], "述职报告"),
        ("关于桥梁的调研报告", ["桥梁二百座。"], "调研报告"),
        ("关于做好防汛工作的通知", ["各乡镇：", "请照办。"], "通知"),
        ("读书月活动实施方案", ["为办好活动，制定本方案。"], "方案"),
        ("聆听报告有感", ["很受启发。"], "心得"),
        ("求县长讲话一篇", ["急用。"], "求助"),
        ("谢云帆做客网络访谈实录", ["记者：好？", "谢云帆：好。"], "访谈"),
        ("县长谢云帆答记者问", ["问：好？", "答：好。"], "答记者问"),
        ("全县会议召开", ["本报讯（记者谢云帆）昨天，全县会议召开。"], "新闻"),
        ("一封家书", ["顶一下"], "其他"),
    ],
)
def test_kind(title: str, lines: list[str], kind: str) -> None:
    assert read(title, *lines).kind == kind


NOTE = "（本文为县长谢云帆2月8日在全县会议上的讲话{})"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([NOTE.format("摘要，标题为编者所加")], (True, True, None, None)),
        ([NOTE.format("，题目作了改动")], (False, True, None, None)),
        ([NOTE.format("，小标题由编者添加")], (False, False, None, None)),
        ([NOTE.format("，有删节")], (True, False, None, None)),
        (["（责任编辑：方若兰 CN031）"], (False, False, "方若兰", None)),
        (["责任编辑：方若兰 石 坚"], (False, False, "方若兰、石坚", None)),
        (["编辑/方若兰"], (False, False, "方若兰", None)),
        (["校对：方若兰"], (False, False, None, None)),
        (["（原载《云山写作》2007年第3期）"], (False, False, None, "云山写作")),
        (["来源：云山新闻网"], (False, False, None, "云山新闻网")),
        (["来源：互联网"], (False, False, None, None)),
        (["来源：云山论坛"], (False, False, None, None)),
    ],
)
def test_notes(lines: list[str], expected: tuple[bool, bool, str | None, str | None]) -> None:
    post = read("守住一泓水", "●谢云帆", "水是命脉，大家都要守住。", *lines)
    assert (post.is_excerpt, post.title_by_editor, post.editor, post.source) == expected


def outline(*lines: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.text) for heading in read("在全县会议上的讲话", SALUTE, *lines).headings]


def test_levels_are_the_nesting_in_this_text() -> None:
    assert outline(
        "一、形势",
        "(一)成绩",
        "1.修路",
        "（1）县道",
        "好。",
        "（2）乡道",
        "好。",
        "2.修桥",
        "好。",
        "(二)问题",
        "二、任务",
        "第一，修路。好。",
    ) == [
        (1, "一、形势"),
        (2, "(一)成绩"),
        (3, "1.修路"),
        (4, "（1）县道"),
        (4, "（2）乡道"),
        (3, "2.修桥"),
        (2, "(二)问题"),
        (1, "二、任务"),
        (2, "第一，修路"),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["一是摸清家底。好。", "二是算好细账。好。"], ["一是摸清家底", "二是算好细账"]),
        (["首先，材料要真。", "其次，笔头要净。"], ["首先，材料要真", "其次，笔头要净"]),
        (["首先，我代表县委表示祝贺！", "好。"], []),
        (["首先，请方若兰书记讲话。", "其次，请谢云帆发言。"], []),
        (["篇一", "好。", "篇二", "好。"], ["篇一", "篇二"]),
        (["一、收得全（略）", "二、管得住", "好。"], ["一、收得全（略）", "二、管得住"]),
        (["2009年，我们努力。", "1.5万元。", "一个目标。", "第一季度，增长。"], []),
        (["目录", "一、形势", "二、任务", "一、形势", "好。", "二、任务", "好。"], ["一、形势", "二、任务"]),
    ],
)
def test_headings(lines: list[str], expected: list[str]) -> None:
    assert [text for _, text in outline(*lines)] == expected


def test_headings_say_where_they_stand() -> None:
    post = read("在全县会议上的讲话", SALUTE, "一、形势", "好。", "二、任务")
    assert all(post.text[h.start :].startswith(h.text) for h in post.headings)


def test_a_refined_title_stays_the_subject() -> None:
    assert read("【转载】在全县会议上的讲话", SALUTE, "好。").title == "【转载】在全县会议上的讲话"
