"""Page fixtures: what each saved page gives, field by field (tests/fixtures/pages/<engine>/<case>/).

A folder is a page, the facts about its fetch and the expected result. ``pytest --regenerate`` writes the expected
files anew from what the code gives now; read the diff before you commit it.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.items import BOARD, INDEX, THREAD, Extract, Post, Profile, RawPage, Thread
from crawler.pages import extract
from crawler.pages.engine import may_be_forum
from pipelines import refine
from pipelines.chrome import strip_chrome
from pipelines.noise import remove_noise

ROOT = Path(__file__).parent
CASES = sorted(path.parent for path in ROOT.glob("fixtures/pages/*/*/page.html"))
FIELDS = [
    *("kind", "view", "page", "pages", "reason", "encoding", "replaced", "warnings", "forum"),
    *("threads", "posts", "boards", "links"),
]
AT = datetime(2026, 1, 1, tzinfo=UTC)
MATRIX = ROOT.parent / "docs" / "support-matrix.md"


def name_of(case: Path) -> str:
    return case.name


def plain(value: Any) -> Any:
    """As JSON would hold it, without what is unknown or empty."""
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        told = {item.name: plain(getattr(value, item.name)) for item in fields(value)}
        return {name: told[name] for name in told if told[name] not in (None, [], "", False)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


@cache
def extracted(case: Path) -> Extract:
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    page = RawPage(
        meta["url"],
        (case / "page.html").read_bytes(),
        datetime.fromisoformat(meta["fetched_at"]),
        meta.get("content_type"),
        meta.get("status", 200),
    )
    return extract(page)


@cache
def result(case: Path) -> dict[str, Any]:
    found = extracted(case)
    posts = tuple(strip_chrome(remove_noise(post, Profile()), Profile()) for post in found.posts)
    return {name: plain(getattr(replace(found, posts=posts), name)) for name in FIELDS}


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_every_field_of_every_page(case: Path, request: pytest.FixtureRequest) -> None:
    file = case / "expected.json"
    if request.config.getoption("--regenerate"):
        file.write_text(json.dumps(result(case), ensure_ascii=False, indent=1) + "\n", "utf-8")
        pytest.fail("expected.json was written anew: read the diff, then run without --regenerate")
    expected = json.loads(file.read_text("utf-8"))
    assert list(expected) == list(FIELDS)
    for name in FIELDS:
        assert result(case)[name] == expected[name], name


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_no_noise_and_nothing_unknown_is_left(case: Path) -> None:
    for post in result(case)["posts"]:
        assert not [item for item in post.get("removed", []) if "unknown" in item[0]]
        assert not re.search(r"(?:[!-;] [?-~]){4}|jammer|display:none", post.get("text", ""))


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_what_a_page_does_not_tell_is_none_and_never_an_empty_text(case: Path) -> None:
    optional = {kind: [item.name for item in fields(kind) if "| None" in str(item.type)] for kind in (Thread, Post)}
    posts = [refine(post) for post in extracted(case).posts]
    assert not [
        (item.url, name)
        for item in (*extracted(case).threads, *posts)
        for name in optional[type(item)]
        if getattr(item, name) == ""
    ]


def test_the_support_matrix_names_every_page_and_no_other() -> None:
    named = set(re.findall(r"`([a-z0-9-]+)`", MATRIX.read_text("utf-8")))
    assert named == {case.name for case in CASES}


def test_pages_are_small_and_whole() -> None:
    for case in CASES:
        assert (case / "page.html").stat().st_size <= 60_000, case
        meta = json.loads((case / "meta.json").read_text("utf-8"))
        assert {"url", "fetched_at", "version", "view", "encoding"} <= meta.keys(), case


def test_posts_of_one_thread_agree_across_views() -> None:
    """The words of a post are the same in every view that shows them."""
    texts: dict[str, set[str]] = {}
    for case in CASES:
        for post in result(case)["posts"]:
            if (
                post.get("author") == "柳前川"
                and post.get("position") == 1
                and post.get("text", "").startswith("各位同事")
            ):
                texts.setdefault(post["text"].split("\n没有合上")[0].split("\n附件在上")[0], set()).add(case.name)
    assert max(map(len, texts.values())) >= 25


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_pages_with_content_have_a_sign_of_it(case: Path) -> None:
    """What the quick look passes over, among a web archive's pages of all kinds of sites, holds nothing."""
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    if result(case)["kind"] in (THREAD, BOARD, INDEX):
        page = RawPage("https://site.example.cn/", (case / "page.html").read_bytes(), AT, meta.get("content_type"))
        assert may_be_forum(page)


@pytest.mark.parametrize(
    ("page", "may_be"),
    [
        (RawPage("https://site.example.cn/", b"<html><body><p>news</p></body></html>", AT), False),
        (RawPage("https://site.example.cn/thread-5-1-1.html", b"<html><p>gone</p></html>", AT), True),
        (RawPage("https://site.example.cn/", b"<html><p>POWERED BY DISCUZ!</p></html>", AT), True),
        (RawPage("https://site.example.cn/", b"words, as somebody copied them", AT), True),
        (RawPage("https://site.example.cn/a.txt", b"a < b", AT, "text/plain"), True),
        (RawPage("https://site.example.cn/", "<html>".encode("utf-16"), AT), True),
    ],
)
def test_a_quick_look_tells_other_sites_pages(page: RawPage, may_be: bool) -> None:
    assert may_be_forum(page) is may_be


@pytest.mark.parametrize(
    ("url", "forum"),
    [
        ("http://BBS.example.cn:80/thread-1-1-1.html", "bbs.example.cn"),
        ("https://bbs.example.cn:443/thread-1-1-1.html", "bbs.example.cn"),
        ("http://bbs.example.cn:8080/thread-1-1-1.html", "bbs.example.cn:8080"),
        ("https://bbs.example.cn:80/thread-1-1-1.html", "bbs.example.cn:80"),
        ("http://name:word@bbs.example.cn/thread-1-1-1.html", "bbs.example.cn"),
        ("http://[::1]:8080/thread-1-1-1.html", "[::1]:8080"),
        ("file:///home/me/page.html", "unknown"),
        ("http://[::1/", "unknown"),
    ],
)
def test_the_forum_is_the_host_with_the_port_where_that_is_not_the_schemes_own(url: str, forum: str) -> None:
    for body in (b"<html></html>", b'<div id="postmessage_1">x</div>', b"<html>Powered by PHPWind</html>", b""):
        found = extract(RawPage(url, body, AT))
        assert {found.forum, *(item.forum for item in (*found.threads, *found.posts))} == {forum}
