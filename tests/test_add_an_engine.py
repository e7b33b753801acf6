"""The walk through docs/add-an-engine.md works: its file, put into the folder, is an engine."""

from __future__ import annotations

import importlib
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import crawler.pages
from crawler.items import Profile, RawPage
from crawler.pages import extract
from crawler.pages.engine import Address, engine_of, engines
from crawler.pages.markup import lines, parse
from pipelines import refine

DOC = Path(__file__).parent.parent / "docs" / "add-an-engine.md"
NOW = datetime(2024, 5, 1, tzinfo=UTC)
HEAD = '<html><head><meta name="generator" content="shuitan 1"></head><body><h1>{}</h1>'
THREAD = HEAD.format("一次讨论") + (
    '<article id="p71" data-floor="1"><b>甲</b><time>2024-03-01 10:00</time><div>第一行。<br>第二行。<p>另\n一段。</p></div></article>'
    '<article id="p72" data-floor="2"><b>乙</b><time>2024-03-01 11:00</time><div>回复。</div></article><a rel="page">2</a></body></html>'
)
BOARD = (
    HEAD.format("一个版块")
    + '<ul><li><a href="/t/5">一次讨论</a><time>2024-03-01 11:00</time><i>1</i></li></ul></body></html>'
)


@pytest.fixture
def engine(tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(.*?)```", DOC.read_text("utf-8"), re.S)
    (tmp_path / "shuitan.py").write_text(code, "utf-8")
    monkeypatch.setattr(crawler.pages, "__path__", [*crawler.pages.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    engines.cache_clear()
    yield engines()["shuitan"]
    sys.modules.pop("crawler.pages.shuitan")
    del crawler.pages.shuitan
    engines.cache_clear()


def test_its_pages_are_recognised_and_read(engine):
    page = RawPage("https://bbs.example.cn/t/5", THREAD.encode(), NOW)
    assert engine_of(page) is engine and {"discuz", "phpwind", "shuitan"} <= engines().keys()
    found = extract(page)
    assert (found.kind, found.pages, found.threads[0].title, found.forum) == ("thread", 2, "一次讨论", "bbs.example.cn")
    posts = [refine(post, Profile()) for post in found.posts]
    assert [(post.post_id, post.position, post.author, post.text) for post in posts] == [
        (71, 1, "甲", "第一行。\n第二行。\n另 一段。"),
        (72, 2, "乙", "回复。"),
    ]
    listing = extract(RawPage("https://bbs.example.cn/b/3", BOARD.encode(), NOW))
    assert [(row.thread_id, row.replies, row.url) for row in listing.threads] == [(5, 1, "https://bbs.example.cn/t/5")]
    assert listing.threads[0].last_post_at == datetime(2024, 3, 1, 3, tzinfo=UTC)


def test_its_addresses_are_read_and_written(engine):
    assert engine.parse_address("https://bbs.example.cn/t/5/2") == Address("thread", 5, 2)
    assert engine.page_url("https://bbs.example.cn/t/5?from=x", 3) == "https://bbs.example.cn/t/5/3"
    assert engine.canonical("https://bbs.example.cn/b/3?from=x") == "https://bbs.example.cn/b/3"


def test_without_its_file_it_is_gone():
    assert "shuitan" not in engines()


def test_lines_are_the_visual_ones():
    root, _ = parse("<div>a<br>b\nc<ul><li>d</li><li>e<script>no</script></li></ul><!-- no -->f</div>", "x")
    assert root is not None
    assert [line for line in lines(root).split("\n") if line] == ["a", "b c", "d", "e", "f"]
