"""Text captures end to end: what stands in the file comes out as threads and posts (tests/fixtures/captures)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import OTHER, THREAD, Extract, PageError, Post, Profile, RawPage
from crawler.pages.text import extract_text
from pipelines.chrome import normalise, strip_chrome
from pipelines.noise import remove_noise

FOLDER = Path(__file__).parent / "fixtures" / "captures"
CASES = sorted(path.name for path in FOLDER.iterdir())
SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
FETCHED = datetime(2020, 1, 2, 4, 0, tzinfo=UTC)
LINE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "甲 发表于 2009-1-2 10:11:12 | 只看该作者",
            "2楼 大 中 小 发表于 2009-1-2 10:11",
            "标题 [复制链接]",
            "---",
            "> 引",
            "引用:",
            "",
            "  ",
            "# 题",
            "作者: 乙 时间: 2009-1-2 10:11",
            "title: x",
            "发信人: a",
            "原帖由 甲 于 2009-1-2 10:11 发表",
            "**丙** 2010-1-1 1:11",
            "本版积分规则",
        ]
    ),
)


def read(path: Path, url: str | None = None, profile: Profile | None = None) -> Extract:
    return extract_text(RawPage(url or path.as_posix(), path.read_bytes(), FETCHED), profile or Profile())


def refined(post: Post, profile: Profile | None = None) -> Post:
    profile = profile or Profile()
    return strip_chrome(remove_noise(post, profile), profile)


def described(extract: Extract) -> list[dict[str, Any]]:
    """The extract in the words of ``expected.json``."""
    return [
        {
            "title": thread.title,
            "posts": [
                {
                    "author": post.author,
                    "posted_at": post.posted_at.isoformat() if post.posted_at else None,
                    "position": post.position,
                    "text": post.text,
                    "quotes": [[quote.author, quote.text] for quote in post.quotes],
                    "edited_by": post.edited_by,
                    "attachments": [item.url for item in post.attachments],
                }
                for post in map(refined, extract.posts)
                if post.thread_id == thread.thread_id
            ],
            **{name: getattr(thread, name) for name in ("replies", "views", "board", "thread_type", "thread_id")},
        }
        for thread in extract.threads
    ]


@pytest.mark.parametrize("case", CASES)
def test_a_capture_gives_its_posts(case: str) -> None:
    expected = json.loads((FOLDER / case / "expected.json").read_text("utf-8"))
    path = next(path for path in (FOLDER / case).iterdir() if path.name != "expected.json")
    extract = read(path)
    assert extract.kind == expected.get("kind", THREAD)
    assert extract.view == "text"
    assert extract.forum == expected.get("forum", "unknown")
    assert (extract.reason is not None) == (extract.kind == OTHER)
    got = described(extract)
    for thread, wanted in zip(got, expected["threads"], strict=True):
        for post, want in zip(thread["posts"], wanted["posts"], strict=True):
            assert post == {"quotes": [], "edited_by": None, "attachments": [], **want}
        told = {name: value for name, value in wanted.items() if name != "posts"}
        assert {name: thread[name] for name in told} == told


@pytest.mark.parametrize("case", CASES)
def test_reading_twice_gives_the_same_ids_and_none_twice(case: str) -> None:
    path = next(path for path in (FOLDER / case).iterdir() if path.name != "expected.json")
    once, again = read(path), read(path)
    assert once == again
    numbers = [post.post_id for post in once.posts]
    assert len(set(numbers)) == len(numbers)
    assert all(-(2**63) < number < 0 for number in numbers)


def test_ids_follow_host_title_author_and_time_not_the_text() -> None:
    def number(text: str, forum: str = "a.example") -> tuple[int, int]:
        page = RawPage("x.txt", text.encode(), FETCHED)
        post = extract_text(page, Profile(forum=forum)).posts[0]
        return post.thread_id, post.post_id

    text = "题 [复制链接]\n甲 发表于 2009-1-2 10:11:12 | 只看该作者\n正文\n"
    assert number(text) == number(text.replace("正文", "改过"))
    for changed in (text.replace("题", "另题"), text.replace("甲", "乙"), text.replace("10:11:12", "10:11:13")):
        assert number(changed) != number(text)
    assert number(text, "b.example") != number(text)


def test_the_forum_is_told_by_profile_or_address() -> None:
    path = FOLDER / "x-opening-post" / "thread.txt"
    assert read(path, "http://BBS.example.org:80/a.txt").forum == "bbs.example.org"
    assert read(path, "http://bbs.example.org/a.txt", Profile(forum="own.example")).forum == "own.example"
    assert read(path, "http://bbs.example.org/thread-9-1-1.html").threads[0].thread_id == 9


def test_times_are_in_the_sites_zone() -> None:
    path = FOLDER / "x-opening-post" / "thread.txt"
    assert read(path, profile=Profile(utc_offset=0)).posts[0].posted_at == datetime(2011, 3, 5, 8, 1, 22, tzinfo=UTC)


def test_a_sites_own_line_goes_by_its_profile() -> None:
    post = read(FOLDER / "archiver" / "tid.txt").posts[0]
    assert refined(post, Profile(chrome=("晨跑",))).text == "每天五公里。"


@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9, b"MZ\x90\x00\x03" + bytes(range(256))])
def test_bytes_that_are_no_text_are_refused(body: bytes) -> None:
    with pytest.raises(PageError, match="no text"):
        extract_text(RawPage("picture.txt", body, FETCHED), Profile())


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_bytes_decide_the_encoding(codec: str) -> None:
    text = (FOLDER / "x-copied-page" / "copy.txt").read_text("utf-8")
    extract = extract_text(RawPage("copy.txt", text.encode(codec), FETCHED), Profile())
    assert [post.author for post in extract.posts] == ["青石板", "小木船", "青石板"]
    assert extract.replaced == 0


@settings(deadline=None)
@given(st.lists(LINE, max_size=30), st.sampled_from(["a.txt", "a.md"]))
def test_any_lines_are_read_without_a_crash_and_without_invention(lines: list[str], url: str) -> None:
    text = "\n".join(lines)
    page = RawPage(url, text.encode("utf-8", "replace"), FETCHED)
    try:
        extract = extract_text(page, Profile())
    except PageError:
        return
    assert extract == extract_text(page, Profile())
    if url.endswith(".txt"):
        for post in map(refined, extract.posts):
            # the extractor may only cut: no character of a body is invented
            assert set(post.text) <= set(normalise(text)) | {"\n"}


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for url in ("a.txt", "a.md"):
        try:
            extract_text(RawPage(url, body, FETCHED), Profile())
        except PageError as error:
            assert error.what


needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the reference samples are not beside this checkout")


@needs_samples
def test_the_seed_is_exact() -> None:
    extract = read(SAMPLES / "seed" / "thread.txt")
    source = (SAMPLES / "seed" / "thread.txt").read_text("utf-8")
    (post,) = extract.posts
    first, last = source.index(post.title or "?"), source.rindex("(责任编辑")
    post = refined(post)
    wanted = [
        line
        for line in normalise(source[source.index("\xa0", first) : last]).split("\n")
        if any(c > "\u2e80" for c in line)
    ]
    assert post.text.split("\n")[: len(wanted)] == wanted
    assert len(post.text.split("\n")) == len(wanted) + 1
    assert post.posted_at == datetime(2009, 2, 15, 15, 15, 32, tzinfo=UTC)
    assert {item.rule for item in post.removed} == {"jammer-text"}


@needs_samples
@pytest.mark.parametrize(
    "truth",
    [
        item
        for item in (
            map(json.loads, (SAMPLES / "web" / "truth.jsonl").open(encoding="utf-8")) if SAMPLES.is_dir() else ()
        )
        if item["file"].startswith("captures")
    ],
    ids=lambda truth: truth["file"],
)
def test_converted_captures_match_the_truth(truth: dict[str, Any]) -> None:
    extract = read(SAMPLES / "web" / truth["file"])
    assert extract.threads[0].title == truth["title"]
    for post, want in zip(map(refined, extract.posts), truth["posts"], strict=True):
        assert (post.author, post.posted_at_raw, f"{post.position}楼") == (want["author"], want["time"], want["floor"])
        assert post.text == want["body"]
        assert [quote.text for quote in post.quotes] == want["quotes"]
        assert (post.edited_at is not None) == bool(want["edits"])


def test_a_post_that_was_refined_stays_as_it_is() -> None:
    for post in read(FOLDER / "x-copied-page" / "copy.txt").posts:
        once = refined(post)
        assert refined(once) == once == replace(once)
