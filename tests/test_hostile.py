"""Hostile pages: a result or a named ``PageError``, soon, in bounded memory; the parser's silent cuts are noticed."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import fuzz
from crawler.items import Extract, PageError, RawPage
from crawler.pages import extract
from pipelines import refine
from tests.pages import thread_page

CASES = sorted(Path(__file__).parent.glob("fixtures/pages/discuz/*/page.html"))
NOW = datetime(2024, 5, 1, tzinfo=UTC)
SLACK = 30.0  # seconds a MB: what hangs takes minutes; how long the rest takes is shown by benchmarks.fuzz

BOMBS = {
    "100,000 nested tags": "<div>" * 100_000 + "字" * 200_000,
    "nested tags of a small page": "<div>" * 3_000 + "字",
    "nested fonts": "<font color=red>" * 15_000,
    "nested quotes": '<div class="quote"><blockquote>' * 8_000,
    "nested code boxes": '<div class="blockcode"><div id="code_1"><ol><li>' * 500 + "x" * 500_000,
    "nested locks": '<div class="locked">' * 12_000,
    "a million attributes": "<p " + " ".join(f"a{n}" for n in range(1_000_000)) + ">字",
    "attributes behind quotes": "<p " + ' a=">" b="<"' * 20_000 + ">字",
    "a huge colspan": "<table><tr><td colspan=9007199254740991 rowspan=9007199254740991>字</td></tr></table>",
    "entities": "&#128514;" * 100_000,
    "entity bomb": "&lol9;" * 100_000,
    "edit notices": "本帖最后由 甲 " * 60_000,
    "blanks behind an edit notice": "本帖最后由 " + " " * 1_000_000,
    "dates": "2024-1-1 " * 100_000,
    "flat locks far down": "<div>" * 1800 + '<div class="locked">字</div>' * 20_000,
    "attachments in a tip": '<div class="tip">' * 1500 + '<a href="forum.php?mod=attachment&aid=1">字</a>' * 12_000,
    "units in a tag": "<p " + '<font class="jammer">a b</font>\n' * 25_000 + ">",
    "stray end tags": "<div>" * 1900 + "</b>" * 60_000,
    "mis-nested": "<b><i>字</b></i>" * 30_000,
    "only <": "<" * 1_000_000,
    "open quotes": '<a href="' * 100_000,
    "open comments": "<!--" * 100_000,
    "open scripts": "<script>" * 50_000,
    "a bad address of its own": '<link rel="canonical" href="http://[::1/">',
    "bad addresses": '<a href="http://[">x</a><img src="http://["><base href="http://[">',
}
FRAMES = {
    "unclosed everything": '<table><tr><td id="postmessage_1">' * 7_000,
    "one number for all": '<table id="pid1"><tr><td id="postmessage_1">字</td></tr></table>' * 10_000,
    "posts in posts": "".join(f'<table id="pid{n}"><tr><td id="postmessage_{n}">' for n in range(10_000)),
    "archiver of many posts": '<div id="content">'
    + '<p class="author"><strong>甲</strong> 2024-1-1 10:00</p>字' * 8_000,
    "printable of many posts": '<hr noshade color="#808080">\n<b>作者: </b>甲&nbsp; &nbsp; <b>时间: </b>2024-1-1 10:00<br>字'
    * 4_000
    + "<hr>",
    "printable that never comes": '<hr noshade color="#808080"><b>作者: </b>' + "甲 " * 300_000,
    "rows in rows": "".join(
        f'<table><tbody id="normalthread_{n}"><tr><th><a href="thread-{n}-1-1.html">字</a>' for n in range(8_000)
    ),
    "anchors of 4.x": "<div>" * 1800 + "".join(f'<a name="pid{n}"></a>' for n in range(20_000)),
    "bbcode": '<div id="content"><p class="author"><strong>甲</strong> 2024-1-1 10:00</p>' + "[b][quote][/b]" * 60_000,
    "envelopes": "<root><![CDATA[" * 60_000,
    "feeds": "<?xml version='1.0'?>" * 10_000,
}


def read(body: bytes, url: str = "https://bbs.example.cn/thread-5-1-1.html") -> Extract | None:
    try:
        return extract(RawPage(url, body, NOW))
    except PageError as error:
        assert str(error)
        return None


@pytest.mark.parametrize("name", [*BOMBS, *FRAMES])
def test_bombs_end_soon(name: str) -> None:
    body = thread_page(bodies=(BOMBS[name],)) if name in BOMBS else f"<html>{FRAMES[name]}</html>".encode()
    begun = time.process_time()
    read(body)
    assert time.process_time() - begun < SLACK * (0.3 + len(body) / 1e6)


@pytest.mark.parametrize("depth", [2_100, 20_000])
def test_the_parsers_silent_cut_is_flagged(depth: int) -> None:
    bodies = ("前面的话。" * 30_000 + "<div>" * depth + "深处的话。", "后面的话。")
    found = read(thread_page(bodies=bodies))
    assert found is not None
    assert found.warnings
    assert all("truncated" in post.flags for post in found.posts)


@pytest.mark.parametrize(
    "url", ["http://[", "http://a]b/thread-5-1-1.html", "http://ex\u2100mple.cn/", "", "x:y", "//", "\x00"]
)
def test_a_page_may_come_from_anywhere(url: str) -> None:
    found = read(thread_page(), url)
    assert found is not None and len(found.posts) == 2
    saved = thread_page().replace(b"<base", b'<link rel="canonical" href="http://[" /><base')
    assert read(saved, url) is not None


def test_an_uncut_page_is_not_flagged() -> None:
    found = read(thread_page(bodies=("<div>" * 200 + "话" + "</div>" * 200,)))
    assert found is not None and not found.warnings and not found.posts[0].flags


def test_time_is_linear_in_a_long_post_and_a_large_page() -> None:
    line = "今年的防汛准备要早动手，物资清点三遍，值班表贴到门口。<br />\n"
    pages = {
        "a post of 30,000 lines": thread_page(bodies=(line * 30_000,)),
        "a page of 5 MB": thread_page(bodies=tuple(line * 1500 for _ in range(40))),
    }
    for name, body in pages.items():
        begun = time.process_time()
        found = read(body)
        assert found is not None and found.posts[0].body, name
        assert time.process_time() - begun < SLACK * len(body) / 1e6, name


MEASURE = """
import sys, resource, json
from datetime import UTC, datetime
from crawler.items import PageError, RawPage
from crawler.pages import extract
body = open(sys.argv[1], "rb").read()
extract(RawPage("https://bbs.example.cn/a.html", b"<html><body>x</body></html>", datetime.now(UTC)))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    extract(RawPage("https://bbs.example.cn/thread-5-1-1.html", body, datetime.now(UTC)))
except PageError:
    pass
print(json.dumps((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss counts otherwise elsewhere")
@pytest.mark.parametrize(
    "piece", ["<b>字</b>字字字字", "字<br>", "<p>", '<p id="a">', "<a b c d>字", "<td>今年的防汛准备"]
)
def test_memory_is_bounded(piece: str, tmp_path: Path) -> None:
    body = thread_page(bodies=(piece * (2_000_000 // len(piece.encode())),))
    (tmp_path / "page.html").write_bytes(body)
    command = [sys.executable, "-c", MEASURE, str(tmp_path / "page.html")]
    root = Path(__file__).parents[1]
    output = subprocess.run(
        command, cwd=root, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert json.loads(output.stdout) < 20 * len(body)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(CASES), st.data())
def test_mutated_pages_give_a_result_or_a_page_error(case: Path, data: st.DataObject) -> None:
    body = bytearray(case.read_bytes())
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(data.draw(st.integers(1, 12))):
        at, length = rng.randrange(len(body)), rng.randrange(1, 60)
        how = rng.randrange(5)
        if how == 0:
            del body[at : at + length]
        elif how == 1:
            body[at:at] = body[at : at + length * 20]
        elif how == 2:
            body[at : at + length] = rng.randbytes(length)
        elif how == 3:
            body[at:at] = rng.choice(
                [b"<", b">", b'"', b"</table>", b"<div>", b"<!--", b"]]>", b"\x00", b"\xff\xfe", b"&#x"]
            )
        else:
            del body[at:]
            body += b"</html>" if rng.random() < 0.5 else b""
        if not body:
            return
    url = json.loads((case.parent / "meta.json").read_text("utf-8"))["url"]
    found = read(bytes(body), url)
    for post in found.posts if found else ():
        refine(post)


def test_the_inputs_of_the_benchmark_neither_crash_nor_hang() -> None:
    """What ``python -m benchmarks.fuzz`` looks for in 100,000 inputs, in a few."""
    for page in fuzz.inputs(250, random.Random(7)):
        assert not fuzz.faults(page, fuzz.look(page)._replace(grown=0), 10 * SLACK), page.url


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
def test_any_bytes_give_a_result_or_a_page_error(body: bytes) -> None:
    read(body)
    read(b"<html><body>" + body)
    read(thread_page()[:-40] + body)


def test_a_comment_between_a_post_s_parts_is_no_part() -> None:
    case = Path(__file__).parent / "fixtures/pages/discuz/x25-simple-mobile"
    url = json.loads((case / "meta.json").read_text("utf-8"))["url"]
    body = (case / "page.html").read_bytes()
    split = re.sub(rb"(?=<div><div class=\"pbody\">)", b"<!-- an advert -->", body)
    assert split != body
    found, same = read(body, url), read(split, url)
    assert found is not None and same is not None
    assert [refine(post).text for post in same.posts] == [refine(post).text for post in found.posts]
