"""Any text, any title, any day: no exception, valid offsets, evidence that is the field, the same result twice."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Post
from pipelines.speech.fold import fold, squash
from pipelines.speech.rules import RULES
from tests.speech_cases import printed, staged

# Fragments that rules look for, so that random texts reach the rules.
PIECES = [
    "同志们:",
    "在全市工作会议上的讲话",
    "王 平",
    "市委书记",
    "(2009年3月5日)",
    "二○○九年",
    "13月45日",
    "问:",
    "答：",
    "【王平】",
    "记者",
    "×××",
    "一、",
    "(一)",
    "第一,",
    "首先,",
    "其次,",
    "以下是",
    "本文为",
    "作者系",
    "责任编辑:",
    "来源:",
    "《日报》",
    "讲话摘要",
    "(略)",
    "\n",
    "\n\n",
    "\u3000",
    " ",
    "—",
    "。",
    ":",
    "(",
    ")",
    "上的讲话",
    "致辞",
    "出席",
    "99年99月99日",
    "97/11/03",
    "2月30日",
    "篇一",
    "目录",
    "10:51",
    "[",
    "]",
    "·",
    "约翰·",
    "去年",
    "——",
    "主持人李明",
    "我叫",
    "A",
    "Q:",
    "1.",
    "1、",
    "\u200d",
    "İ",
    "9月23日-25日",
    "民国元年",
    "农历正月",
    "20XX年",
    "以下简称“王”)",
    "全文如下:",
    "标题为编者所加",
    "2006年即将过去",
    "周年",
    "𠀀",
    "王强（主持）：",
    "李明（局长）：",
    "大家好。",
    "好吗？",
    "（",
    "）",
    "：",
    "”",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=24).map("".join)
DAYS = st.one_of(st.none(), st.datetimes(timezones=st.just(UTC)))


def _post(text: str, title: str | None, at: datetime | None) -> Post:
    return Post("forum.example", 1, 1, text=text, title=title, posted_at=at)


@settings(max_examples=1200, deadline=None)
@given(TEXTS, st.one_of(st.none(), TEXTS), DAYS)
def test_offsets_evidence_and_repeat(text: str, title: str | None, at: datetime | None) -> None:
    post = staged(_post(text, title, at))
    assert staged(post) == post
    assert all(text[s.start : s.end] == s.text for s in post.speeches)
    assert [s.turn for s in post.speeches] == list(range(1, len(post.speeches) + 1))
    assert all(text[h.start : h.start + len(h.text)] == h.text and h.level >= 1 for h in post.headings)
    for item in post.evidence:
        assert item.rule in RULES
        assert 0 <= item.start < item.end <= len(text if item.where == "text" else title or "")
    assert _shown(post) == _said(post)


def _shown(post: Post) -> dict[str, list[str]]:
    """What the evidence of each copied field points to, normalised as documented."""
    found: dict[str, list[str]] = {}
    for item in post.evidence:
        if item.field not in ("kind", "is_excerpt", "title_by_editor"):
            found.setdefault(item.field, []).append(squash(printed(post, item)))
    return found


def _said(post: Post) -> dict[str, list[str]]:
    """The copied fields that are not empty, in the same shape."""
    found: dict[str, list[str]] = {}
    for index, speaker in enumerate(post.speakers):
        parts = (("name", speaker.name), ("role", speaker.role), ("org", speaker.org))
        found |= {f"speakers[{index}].{key}": [squash(value)] for key, value in parts if value}
    found |= {f"authors[{index}]": [squash(name)] for index, name in enumerate(post.authors)}
    single = (
        ("occasion", post.occasion),
        ("venue", post.venue),
        ("speech_date", post.speech_date_raw),
        ("source", post.source),
    )
    found |= {key: [squash(value)] for key, value in single if value}
    return found | ({"editor": [squash(name) for name in post.editor.split("、")]} if post.editor else {})


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_folding_keeps_length(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_the_last_day_of_the_calendar() -> None:
    at = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert staged(_post("同志们：\n好。", "在大会上的讲话（3月5日）", at)).speech_date is not None


def test_labels_with_roles_in_brackets_inside_one_paragraph() -> None:
    said = "大家好。王强（主持）：今天谈什么？李明（局长）：谈路灯。王强（主持）：修好了吗？李明（局长）：修好了。"
    assert [turn.speaker for turn in staged(_post(said, "座谈会实录", None)).speeches] == ["王强", "李明"] * 2
    assert staged(_post("大家好。甲方（某）：好。乙方（某）：好。", "座谈会", None)).speeches == ()
