"""Every page of ../shared/samples against its truth: all that the page itself tells, exactly."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.items import Extract, Post, RawPage
from crawler.pages import extract
from pipelines import refine

SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
LAB, WEB = SAMPLES / "lab", SAMPLES / "web"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
UNKNOWN_TO_GUESTS = {"author_deleted", "anonymous"}  # the page does not tell the account's number
NOT_SHOWN = {"replies_author_only", "paid", "password", "shielded", "author_banned", "author_deleted"}

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/samples is not here")


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []


LAB_PAGES = {row["file"]: row for row in lines(LAB / "manifest.jsonl")}
TRUTH = {(row["site"], row["pid"]): row for row in lines(LAB / "truth.jsonl")}
WEB_TRUTH = {row["file"]: row for row in lines(WEB / "truth.jsonl") if row["file"].endswith(".html")}
WEB_PAGES = {row["file"]: row for row in lines(WEB / "manifest.jsonl") if row["file"].endswith(".html")}


@cache
def lab(file: str) -> Extract:
    row = LAB_PAGES[file]
    return extract(RawPage(row["url"], (LAB / file).read_bytes(), NOW, row["content_type"], row["status"]))


def posts_of(file: str) -> list[tuple[Post, dict[str, Any]]]:
    """Each post with its truth; in views without numbers by thread, author and minute."""
    found, site = lab(file), LAB_PAGES[file]["site"]
    paired = []
    for post in map(refine, found.posts):
        rows = (
            [TRUTH[site, post.post_id]]
            if post.post_id > 0
            else [
                row
                for (where, _), row in TRUTH.items()
                if where == site
                and row["tid"] == post.thread_id
                and row["author"] == post.author
                and post.posted_at is not None
                and row["dateline"] // 60 == int(post.posted_at.timestamp()) // 60
            ]
        )
        assert len(rows) == 1, (file, post.author, post.posted_at_raw)
        paired.append((post, rows[0]))
    return paired


THREADS = [
    file
    for file, row in LAB_PAGES.items()
    if row["status"] == 200
    and file.split("_")[0] in ("thread", "g", "printable", "archiver", "mobile", "desktop", "variant")
]


@pytest.mark.parametrize("file", THREADS)
def test_lab_posts(file: str) -> None:
    found = lab(file)
    if found.kind != "thread":
        pytest.skip(f"no thread page: {found.kind}")
    exact_seconds = found.view != "printable"
    for post, row in posts_of(file):
        where = (file, post.post_id)
        hidden = row["reason"] in NOT_SHOWN or not row["visible"]
        whole = "truncated" not in post.flags
        if whole and not hidden:
            assert post.text == row["text"], where
            if found.view != "archiver":  # X's archiver has no quotes
                assert [quote.text for quote in post.quotes] == row["quotes"], where
            assert (post.edited_by is not None) == (row["edit"] is not None), where
        assert post.author == row["author"], where
        if found.view not in ("archiver", "printable") and not UNKNOWN_TO_GUESTS & set(row["flags"]):
            assert (post.author_id or 0) == row["authorid"], where
        if post.posted_at is None:
            assert found.view == "mobile" and not any(c.isdigit() for c in (post.posted_at_raw or "")[:4]), where
        elif exact_seconds:
            assert int(post.posted_at.timestamp()) == row["dateline"], where
        if post.position is not None:
            assert post.position == row["floor"], where
            assert post.is_first == row["first"], where
        assert not [item for item in post.removed if "unknown" in item.rule], where


@pytest.mark.parametrize("file", [file for file in THREADS if file.startswith("thread_")])
def test_lab_pages_hold_all_their_posts(file: str) -> None:
    found = lab(file)
    if found.kind != "thread" or any(part in LAB_PAGES[file]["url"] for part in ("authorid=", "ordertype=", "order=")):
        pytest.skip("no plain thread page")
    floors = [post.position for post in found.posts if post.position]
    if len(floors) > 3 and floors[1:] == sorted(floors[1:], reverse=True):
        pytest.skip("the thread shows its newest posts first")
    thread = found.threads[0]
    site = LAB_PAGES[file]["site"]
    expected = [
        pid
        for (where, pid), row in TRUTH.items()
        if (where, row["tid"], row["page"]) == (site, thread.thread_id, found.page)
    ]
    assert set(expected) <= {post.post_id for post in found.posts}
    assert thread.title == TRUTH[site, found.posts[0].post_id]["thread_subject"]
    assert len({post.post_id for post in found.posts}) == len(found.posts)


@pytest.mark.parametrize("file", [file for file in THREADS if file.startswith("thread_")])
def test_lab_comments_attachments_flags(file: str) -> None:
    found = lab(file)
    if found.kind != "thread":
        pytest.skip("no thread page")
    flags = {"paid": "paid", "password": "password", "shielded": "banned", "author_banned": "banned"}
    for post, row in posts_of(file):
        shown = [comment.text for comment in post.comments]
        assert sorted(shown) == sorted(shown) and set(shown) <= {comment["text"] for comment in row["comments"]}
        assert len(shown) == min(5, len(row["comments"])) or not post.comments
        if post.attachments:
            assert {item.name for item in post.attachments} == {item["filename"] for item in row["attachments"]}
        if row["reason"] in flags:
            assert flags[row["reason"]] in post.flags
        if "hide_reply" in row["flags"]:
            assert "hidden" in post.flags
        if row["reason"] == "replies_author_only":
            assert "author_only" in post.flags


def test_lab_listings() -> None:
    """Rows of a listing agree with the posts: titles, authors, times and authors of the last posts, replies."""
    threads: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for (site, _), row in TRUTH.items():
        threads.setdefault((site, row["tid"]), []).append(row)
    seen = 0
    for file, row in LAB_PAGES.items():
        found = lab(file)
        for thread in found.threads if found.kind == "board" else ():
            posts = threads.get((row["site"], thread.thread_id))
            if not posts or thread.status == "moved":
                continue
            seen += 1
            first = min(posts, key=lambda post: post["position"])
            assert thread.title == first["thread_subject"], file
            if found.view == "desktop" and not UNKNOWN_TO_GUESTS & set(first["flags"]):
                assert (thread.author, thread.author_id) == (first["author"], first["authorid"] or None), (file, thread)
            visible = [post for post in posts if post["position"] > 0]
            if (
                thread.last_post_at
                and int(thread.last_post_at.timestamp()) // 60 == max(p["dateline"] for p in visible) // 60
            ):
                last = max(visible, key=lambda post: post["dateline"])
                if not UNKNOWN_TO_GUESTS & set(last["flags"]):
                    assert thread.last_post_author == last["author"], (file, thread)
    assert seen >= 10


@pytest.mark.parametrize("file", WEB_TRUTH)
def test_web_pages(file: str) -> None:
    row, truth = WEB_PAGES[file], WEB_TRUTH[file]
    url = row["url"] if row["url"].startswith("http") else f"file:///{file}"
    found = extract(RawPage(url, (WEB / file).read_bytes(), NOW))
    if "posts" not in truth:
        assert len(found.threads) == row["n_rows"]
        return
    assert truth["title"] in (found.threads[0].title, found.threads[0].title_raw)
    assert len(found.posts) == len(truth["posts"])
    for post, told in zip(map(refine, found.posts), truth["posts"], strict=True):
        assert (str(post.post_id), post.author, post.text) == (told["pid"], told["author"], told["body"])
        assert [quote.text for quote in post.quotes] == told["quotes"]
        assert bool(post.edited_at) == bool(told["edits"])
        assert bool(post.flags) == bool(told["locked"] or told.get("blocked"))
        names = [item.name for item in post.attachments if item.name]
        assert set(told["attachments"]) <= set(names)
        assert post.posted_at is not None and post.position is not None
