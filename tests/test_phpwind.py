"""A second engine: forum and captures read phpwind without knowing it by name."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import pandas as pd
import phpwind_server
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_crawl import crawl, state, texts

from crawler.items import PageError, Profile, RawPage
from crawler.pages import extract
from crawler.pages.engine import Address, default_engine, engine_of, engines
from crawler.pages.phpwind.page import mend_units
from crawler.pages.phpwind.urls import canonical, latest_first, page_url, parse_address, profile_uid
from pipelines import refine

ROOT = Path(__file__).parent
NOW = datetime(2024, 5, 1, tzinfo=UTC)
PHPWIND = engines()["phpwind"]


def a_forum(threads: int, **kinds):
    forum = phpwind_server.Forum(**kinds)
    for n in range(threads):
        forum.new_thread(fid=(2, 5, 7)[n % 3], replies=n % 17)
    forum.threads[43].sticky = True
    return forum


def check_corpus(folder, forum):
    assert texts(folder) == forum.truth()
    threads = pd.read_parquet(folder / "corpus/threads").set_index("thread_id")
    assert threads.title.to_dict() == {t.tid: t.title for t in forum.threads.values()}
    assert threads.replies.to_dict() == {t.tid: len(t.posts) - 1 for t in forum.threads.values()}
    assert set(threads.board) == {"甲版", "乙版", "丙版"}
    posts = pd.read_parquet(folder / "corpus/posts").sort_values(["thread_id", "position"])
    live = posts[posts.deleted_at.isna()]
    floors = live.groupby("thread_id").position.apply(list)
    assert all(found == list(range(1, len(found) + 1)) for found in floors)
    assert (live[live.is_first].post_id == -live[live.is_first].thread_id).all() and live.posted_at.notna().all()
    rules = {item["rule"] for removed in live.removed for item in removed}
    assert "jammer-copyctrl" in rules and not [rule for rule in rules if "unknown" in rule]
    quoting = [post for thread in forum.threads.values() for post in thread.posts if post.quotes is not None]
    assert sum(len(quotes) for quotes in live.quotes) == len(quoting)
    assert {quotes[0]["post_id"] for quotes in live.quotes if len(quotes)} == {post.quotes for post in quoting}


def test_a_forum_goes_in_and_later_runs_fetch_only_what_changed(tmp_path):
    forum = a_forum(60)
    with phpwind_server.serve(forum):
        status, log = crawl(tmp_path, "-a", f"url={forum.url}")
        assert status == 0, log
        check_corpus(tmp_path, forum)
        check_captures(tmp_path, forum)
        rows = state(tmp_path)

        grown, long, shorter, new = forum.threads[44], forum.threads[56], forum.threads[98], forum.new_thread(fid=5)
        forum.edit(grown.tid, 0, ["改过的开头。"])
        edited_at = forum.now
        forum.reply(grown.tid)
        forum.reply(long.tid)
        lost = shorter.posts.pop(3)
        forum.log.clear()
        status, log = crawl(tmp_path, "-a", f"url={forum.url}", "-a", "revisit=0")
        assert status == 0, log
        last_known = (len(long.posts) - 2) // phpwind_server.POSTS + 1
        last = (len(long.posts) - 1) // phpwind_server.POSTS + 1
        assert {path for path in forum.log if "tid=" in path} == {
            f"/read.php?tid={grown.tid}",
            *(f"/read.php?tid={long.tid}{f'&page={page}' if page > 1 else ''}" for page in range(last_known, last + 1)),
            *(f"/read.php?tid={shorter.tid}{f'&page={page}' if page > 1 else ''}" for page in (1, 2)),
            f"/read.php?tid={new.tid}",
        }
    check_corpus(tmp_path, forum)
    posts = pd.read_parquet(tmp_path / "corpus/posts").set_index("post_id")
    opening = posts.loc[-grown.tid]
    assert (opening.text, opening.edited_by) == ("改过的开头。", opening.author)
    assert opening.edited_at.tz_convert("Asia/Shanghai").tz_localize(None) == edited_at
    assert not pd.isna(posts.deleted_at[lost.pid]) and posts.text[lost.pid] == "\n".join(lost.lines)
    touched = {str(thread.tid) for thread in (grown, long, shorter, new)}
    unchanged = [row for row in rows["posts"] if not touched.intersection(row[:3])]
    assert unchanged and unchanged == [row for row in state(tmp_path)["posts"] if not touched.intersection(row[:3])]


def check_captures(folder, forum):
    """The pages that a run fetched, saved by a browser and read again, give the same rows."""
    saved = folder / "saved"
    saved.mkdir()
    for n, (path, body) in enumerate(forum.pages.items()):
        if "tid=" in path:
            note = f"<!-- saved from url=(0044){urljoin(forum.url, path)} -->\n".encode()
            (saved / f"{n}.html").write_bytes(body.replace(b"<html>", note + b"<html>", 1))
    places = ["-s", f"CORPUS_DIR={folder / 'again/corpus'}", "-s", f"ARCHIVE_DIR={folder / 'again/archive'}"]
    command = [sys.executable, "-m", "scrapy", "crawl", "captures", "-a", f"path={saved}", *places]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT.parent, timeout=120)
    assert done.returncode == 0, done.stderr
    names = ["forum", "thread_id", "position", "author", "author_id", "posted_at", "title", "text", "text_hash", "url"]
    found = [
        pd.read_parquet(place / "corpus/posts").set_index("post_id").sort_index()[names]
        for place in (folder, folder / "again")
    ]
    pd.testing.assert_frame_equal(*found)


def test_static_addresses_and_a_board_as_entry(tmp_path):
    forum = a_forum(12, static=True, charset="utf-8")
    with phpwind_server.serve(forum):
        status, log = crawl(tmp_path, "-a", f"url={forum.url}thread-htm-fid-5.html")
    assert status == 0, log
    board = {t.tid: t for t in forum.threads.values() if t.fid == 5}
    assert texts(tmp_path) == {p.pid or -tid: "\n".join(p.lines) for tid, t in board.items() for p in t.posts}
    fetched = [path for path in forum.log if path != "/robots.txt"]
    assert all("-htm-" in path for path in fetched) and len(fetched) == len(set(fetched))


ADDRESSES = [
    ("read.php?tid=12", Address("thread", 12)),
    ("https://bbs.example.cn/read.php?tid=12&fid=3&page=4&fpage=2#501", Address("thread", 12, 4)),
    ("read.php?tid=12&page=e#a", Address("thread", 12)),
    ("read-htm-tid-12-page-4.html", Address("thread", 12, 4)),
    ("read-htm-tid-12-fpage-3.html", Address("thread", 12)),
    ("read.php?tid-12-page-4.html", Address("thread", 12, 4)),
    ("https://bbs.example.cn/read-12-4", Address("thread", 12, 4)),
    ("/read-12.html", Address("thread", 12)),
    ("index.php?m=bbs&c=read&tid=12&fid=3", Address("thread", 12)),
    ("simple/?t12_3.html", Address("thread", 12, 3, "archiver")),
    ("simple/index.php?t12.html", Address("thread", 12, 1, "archiver")),
    ("thread.php?fid=3&page=2", Address("board", 3, 2)),
    ("thread-htm-fid-3-page-2.html", Address("board", 3, 2)),
    ("thread-3-2", Address("board", 3, 2)),
    ("index.php?m=bbs&c=thread&fid=3", Address("board", 3)),
    ("job.php?action=topost&tid=12&pid=77", Address("post", 77)),
    ("https://bbs.example.cn/", Address("index")),
    ("index.php?m=bbs", Address("index")),
    ("index.php?cateid=1", Address("index")),
    ("u.php?uid=3", None),
    ("job.php?action=download&aid=5", None),
    ("read.php?tid=abc", None),
    ("thread-12-1-1.html", None),
    ("http://[", None),
]


@pytest.mark.parametrize(("url", "address"), ADDRESSES, ids=[url for url, _ in ADDRESSES])
def test_addresses_are_read(url, address):
    assert parse_address(url) == address


@pytest.mark.parametrize(
    ("url", "page", "expected"),
    [
        ("http://b.cn/read.php?tid=12&fpage=2&page=3", 1, "http://b.cn/read.php?tid=12"),
        ("http://b.cn/read.php?tid=12", 2, "http://b.cn/read.php?tid=12&page=2"),
        ("http://b.cn/x/read-htm-tid-12-fpage-2.html", 3, "http://b.cn/x/read-htm-tid-12-page-3.html"),
        ("http://b.cn/read.php?tid-12-page-3.html", 1, "http://b.cn/read.php?tid-12.html"),
        ("http://b.cn/read-12", 2, "http://b.cn/read-12-2"),
        ("http://b.cn/thread-3-2", 1, "http://b.cn/thread-3"),
        ("http://b.cn/read-12-5.html", 2, "http://b.cn/read-12-2.html"),
        ("http://b.cn/simple/?t12.html", 2, "http://b.cn/simple/?t12_2.html"),
        (
            "http://b.cn/thread.php?fid=3&orderway=lastpost&asc=DESC",
            2,
            "http://b.cn/thread.php?fid=3&orderway=lastpost&asc=DESC&page=2",
        ),
    ],
)
def test_addresses_are_written(url, page, expected):
    assert page_url(url, page) == expected
    assert (found := parse_address(expected)) is not None and found.page == page and canonical(expected) == expected


def test_the_listing_by_last_post_is_asked_for_at_the_root():
    assert (
        latest_first("http://b.cn/x/thread-3-2", 3)
        == "http://b.cn/x/thread.php?fid=3&orderway=lastpost&asc=DESC&orderby=lastpost"
    )


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("u.php?uid=7", (True, 7)),
        ("u.php?uid=0", (True, None)),
        ("u.php?username=x", (True, None)),
        ("read.php?tid=1&uid=7", (False, None)),
        ("index.php?m=space&uid=7", (True, 7)),
        ("u-htm-uid-7.html", (True, 7)),
    ],
)
def test_accounts_are_told_from_other_links(href, expected):
    assert profile_uid(href) == expected


@given(st.text(max_size=120) | st.from_regex(r"(read|thread)[-.?=a-z0-9&]{0,40}"))
def test_any_string_is_an_address_or_none(url):
    found = PHPWIND.parse_address(url)
    if found is not None and found.kind in ("thread", "board"):
        again = PHPWIND.parse_address(PHPWIND.canonical(url))
        assert again == found


def test_every_engine_is_found_by_its_file_and_claims_its_own_pages_only():
    assert {"discuz", "phpwind"} <= engines().keys() and default_engine().name == "Discuz!"
    for page in sorted(ROOT.glob("fixtures/pages/*/*/page.html")):
        body = page.read_bytes()
        name = page.parent.parent.name
        assert engine_of(RawPage("", body, NOW)) is engines()[name], page


@settings(max_examples=150)
@given(st.text(alphabet=[chr(code) for code in range(127)], min_size=10, max_size=10), st.booleans())
def test_no_noise_character_stays_and_no_word_goes(drawn, escaped):
    drawn = drawn.replace("<", "&lt;") if escaped else drawn
    unit = f'<span style="display:none"> {drawn} </span>&nbsp;<br />'
    html = f'<html><body><form><input name="tid" value="5"/></form><div id="readfloor_tpc"><div id="read_tpc">甲乙。{unit}丙{unit}丁</div></div></body></html>'
    found = extract(RawPage("http://b.cn/read.php?tid=5", html.encode(), NOW))
    assert [refine(post, Profile()).text for post in found.posts] == ["甲乙。\n丙\n丁"]


def test_what_is_no_unit_is_left_alone():
    page = '<p>a <b> c</p><span style="display:none"> <i>a long menu of the interface</i> </span>&nbsp;<br />'
    assert mend_units(page) == page
    assert re.search("&lt;b>", mend_units('<span style="display:none"> 1<b>456789 </span>&nbsp;<br />'))


BOMBS = {
    "posts in posts": "".join(f'<div id="read_{n}">' for n in range(1, 9000)),
    "floors in floors": "".join(
        f'<div class="J_read_floor" id="read_{n}"><div class="editor_content">' for n in range(1, 5000)
    ),
    "one number for all": '<div id="read_5">字</div>' * 10_000,
    "quotes in quotes": '<div id="read_tpc">' + '<blockquote class="blockquote3"><div class="text">' * 5000,
    "boxes in boxes": '<div id="read_tpc">'
    + '<blockquote class="blockquote">' * 1000
    + '<div class="cc">' * 1000
    + "字" * 200_000,
    "shields in shields": '<div id="read_tpc">'
    + '<span style="color:black;background-color:#ffff66">' * 1900
    + "字" * 200_000,
    "units without end": '<div id="read_tpc">' + '<span style="display:none"> ' * 50_000,
    "rows in rows": "".join(f'<table><tr><td><a id="a_ajax_{n}" href="read.php?tid={n}">字</a>' for n in range(5000)),
    "links in headings": "<h2>" * 1500 + "".join(f'<a href="thread.php?fid={n}">字</a>' for n in range(5000)),
    "edit notices": '<div id="read_tpc"><div id="alert_tpc">' + "此帖被 甲 " * 50_000,
    "plain posts in posts": '<table><tr><td><b>甲</b><td class="tpc_content">' * 5000,
    "bad addresses": '<base href="http://["><div id="read_tpc"><a href="http://[">x</a><img src="http://[">字</div>',
    "long numbers": '<div id="read_999999999999">字</div><div class="pages"><b>99999999999999</b>Pages: 1/99999999</div>',
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("path", ["read.php?tid=5", "thread.php?fid=5", "simple/?t5.html"])
def test_hostile_pages_give_a_result_or_a_page_error_soon(name, path):
    page = RawPage(
        f"http://b.cn/{path}", f'<meta name="generator" content="phpwind v8.7" />{BOMBS[name]}'.encode(), NOW
    )
    began = time.process_time()
    with contextlib.suppress(PageError):
        [refine(post, Profile()) for post in extract(page).posts]
    assert time.process_time() - began < 30 * (1 + len(page.body) / 1e6)  # what hangs takes minutes


def test_with_pseudonyms_no_account_is_left_in_a_post():
    names = ["柳前川", "清溪散人", "顾三章", "沈见山"]
    profile = Profile(pseudonyms=True, salt="a salt for tests only")
    for file in sorted(ROOT.glob("fixtures/pages/phpwind/*/page.html")):
        url = json.loads((file.parent / "meta.json").read_text("utf-8"))["url"]
        for post in extract(RawPage(url, file.read_bytes(), NOW)).posts:
            told = repr(replace(refine(post, profile), body=(), quotes=()))
            told += "".join(f"{quote.author} {quote.text}" for quote in refine(post, profile).quotes)
            assert not [name for name in names if name in told], (file.parent.name, told)
            assert "_31_" not in told, told
