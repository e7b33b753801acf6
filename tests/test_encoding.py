"""Bytes to text: the bytes decide, whatever is declared."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import RawPage
from crawler.pages import extract
from crawler.pages.encoding import declared_charset, decode
from pipelines import refine
from tests.pages import thread_page
from tests.test_hostile import NOW

SIMPLIFIED = "今年的防汛准备要早动手，物资清点三遍，值班表贴到门口。这是去年留下的教训。"
TRADITIONAL = "今年的防汛準備要早動手，物資清點三遍，值班表貼到門口。這是去年留下的教訓。"
RARE = "㐀𠀀㙟"  # four bytes each in GB18030


def body_of(page: bytes, content_type: str | None = None) -> tuple[str, str | None, int]:
    found = extract(RawPage("https://bbs.example.cn/thread-5-1-1.html", page, NOW, content_type))
    return refine(found.posts[0]).text, found.encoding, found.replaced


@pytest.mark.parametrize(
    "declared", ["utf-8", "gbk", "gb2312", "big5", "iso-8859-1", "windows-1252", "no-such", "utf-16"]
)
@pytest.mark.parametrize(
    ("charset", "text", "codec"),
    [
        ("utf-8", SIMPLIFIED, "utf-8"),
        ("gb18030", SIMPLIFIED + RARE, "gb18030"),
        ("big5hkscs", TRADITIONAL, "big5hkscs"),
    ],
)
def test_the_bytes_decide(declared: str, charset: str, text: str, codec: str) -> None:
    page = (
        thread_page(bodies=(text,), charset="utf-8", declared=declared)
        .decode()
        .translate(str.maketrans("发测试讨论话", "發測試討論話") if charset == "big5hkscs" else {})
    )
    assert body_of(page.encode(charset)) == (text, codec, 0)


@pytest.mark.parametrize(
    ("header", "encoding", "text"),
    [
        ("text/html; charset=utf-8", "gb18030", SIMPLIFIED),
        ("text/html; charset=gbk", "utf-8", SIMPLIFIED),
        ("text/html; charset=gb2312", "big5hkscs", TRADITIONAL * 3),
        ("text/html", "gb18030", SIMPLIFIED),
    ],
)
def test_a_wrong_header_does_no_harm(header: str, encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), header).text == text


@pytest.mark.parametrize("text", ["你好，世界", "谢谢", "楼主辛苦了", "同意", "顶", "支持一下"])
@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_short_pages_without_a_declaration(text: str, charset: str) -> None:
    assert decode(text.encode(charset)).text == text


@pytest.mark.parametrize("text", ["謝謝樓主分享", "這個論壇真好", "請問怎麼走"])
def test_short_declared_big5(text: str) -> None:
    assert decode(text.encode("big5"), "text/html; charset=big5").text == text


def test_stray_bytes_in_a_utf8_page_spoil_only_themselves() -> None:
    page = thread_page(bodies=(SIMPLIFIED * 4,)).replace("三遍".encode(), b"\xff\xfe")
    text, codec, replaced = body_of(page)
    assert (codec, replaced) == ("utf-8", 8)
    assert text.replace("\ufffd\ufffd", "三遍") == SIMPLIFIED * 4


def test_stray_bytes_in_a_gbk_page_are_counted() -> None:
    page = thread_page(bodies=(SIMPLIFIED * 4 + "@@",), charset="gbk").replace(b"@@", b"\xff")
    text, codec, replaced = body_of(page)
    assert (codec, replaced) == ("gb18030", 1) and text.startswith(SIMPLIFIED * 4)


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_a_byte_order_mark_decides_and_goes(mark: bytes) -> None:
    codec = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}[mark]
    page = thread_page(bodies=(SIMPLIFIED,), declared="gbk").decode()
    assert body_of(mark + page.encode(codec)) == (SIMPLIFIED, codec, 0)


def test_nul_and_control_characters_go() -> None:
    page = thread_page(bodies=("今年\x00的\x07防汛\x1b准备\x0b要\ufeff早动手",))
    assert body_of(page)[0] == "今年的防汛准备要早动手"


@pytest.mark.parametrize(
    ("charset", "source", "text"),
    [
        ("gbk", "&#128514;", "😂"),  # an entity is a character
        ("gbk", "&amp;#128514;", "😂"),  # up to X3.3 the forum escapes what its charset cannot hold once more
        ("gbk", "&amp;#12354;", "あ"),
        ("utf-8", "&amp;#128514;", "😂"),
        ("utf-8", "&amp;#12354;", "&#12354;"),  # here the charset could hold it: the author wrote it so
        ("gbk", "&amp;#55357;", "&#55357;"),  # half a character is none
        ("utf-8", "&amp;#99;", "&#99;"),
    ],
)
def test_numeric_entities_outside_the_charset(charset: str, source: str, text: str) -> None:
    assert body_of(thread_page(bodies=(f"甲{source}乙",), charset=charset))[0] == f"甲{text}乙"


@pytest.mark.parametrize(
    ("meta", "header", "codec"),
    [
        ('<meta charset="gbk">', None, "gb18030"),
        ("<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=big5'>", None, "big5hkscs"),
        ('<meta charset="gbk">', "text/html; charset=UTF-8", "utf-8"),
        ("<meta charset=no-such>", None, None),
        ("", None, None),
    ],
)
def test_declarations(meta: str, header: str | None, codec: str | None) -> None:
    assert declared_charset(meta.encode(), header) == codec


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300), st.sampled_from([None, "text/html; charset=gbk", "text/html; charset=big5", "a; charset="])
)
def test_any_bytes_decode(body: bytes, header: str | None) -> None:
    decoded = decode(body, header)
    assert decoded.text.count("\ufffd") >= decoded.replaced >= 0
    assert not set(map(chr, [*range(9), 11, 12, 127])) & set(decoded.text)
    assert decode(body, header) == decoded


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffd"), min_size=1))
def test_utf8_comes_back(text: str) -> None:
    text = f"的{text}"  # without one Chinese character, GBK may be meant
    assert decode(text.encode("utf-8")).text == text


def test_control_characters_come_neither_as_bytes_nor_as_entities() -> None:
    said = "甲&#7;乙&#1;丙&#0;丁&#11;戊&#127;己&#xFFFE;庚&#x1f;b&#12c辛\x07壬\x00癸&#8230;&#70;&#x46;&#128514;"
    assert body_of(thread_page(bodies=(said,)))[0] == "甲乙丙丁戊己庚bc辛壬癸…FF😂"


def test_an_archiver_page_with_control_entities_is_read() -> None:
    page = '<html><body><div id="content"><p class="author"><strong>甲</strong> 2024-1-1 10:00</p><h3>题&#1;</h3>&#7;字</div></body></html>'
    found = extract(RawPage("https://bbs.example.cn/archiver/tid-5.html", page.encode(), NOW))
    assert [refine(post).text for post in found.posts] == ["字"]
