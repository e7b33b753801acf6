"""Real pages with truth: the lab's (Discuz! X3.5 and X3.4 GBK, guest and robot) and the open web's.

What a page cannot tell (a deleted account's number, the floor of a hot reply that is shown out of its place) is not asked of it.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.items import BUSY, CHALLENGE, CLOSED, FORBIDDEN, MISSING, OTHER, THREAD, RawPage
from crawler.pages import extract
from pipelines import refine

SHARED = Path(__file__).parent.parent.parent / "shared/samples"
LAB, WEB = SHARED / "lab", SHARED / "web"
AT = datetime(2026, 11, 22, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not LAB.exists(), reason="../shared is not there: the sample pages lie in it")


def rows(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


MANIFEST = {row["file"]: row for row in rows(LAB / "manifest.jsonl")}
TRUTH = {(row["site"], row["pid"]): row for row in rows(LAB / "truth.jsonl")}
THREADS = [f for f in MANIFEST if f.startswith(("thread_", "g_thread", "g_trap", "g_spider"))]
REFUSALS = {
    "list_login_only.html": FORBIDDEN,
    "list_password_board.html": FORBIDDEN,
    "list_nonexistent.html": MISSING,
    "g_login_only.html": FORBIDDEN,
    "g_nonexistent.html": MISSING,
    "variant_antitheft_2_js.html": CHALLENGE,
    "variant_cc1_fast_second.html": BUSY,
    "variant_cc4_nocookie.html": BUSY,
    "variant_closed.html": CLOSED,
    "thread_readperm_denied.html": FORBIDDEN,
    "thread_login_only_guest.html": FORBIDDEN,
    "thread_nonexistent.html": MISSING,
    "thread_deleted_hard.html": MISSING,
    "thread_deleted_recyclebin.html": MISSING,
    "thread_pending.html": MISSING,
}


def read(name):
    row = MANIFEST[name]
    return extract(RawPage(row["url"], (LAB / name).read_bytes(), AT, row["content_type"], row["status"]))


@pytest.mark.parametrize("name", [f for f in THREADS if MANIFEST[f]["status"] == 200 and f not in REFUSALS])
def test_every_visible_post_of_a_lab_page_is_found_and_exact(name):
    found = read(name)
    assert found.kind == THREAD
    site, filtered, part = (
        MANIFEST[name]["site"],
        "author_only_filter" in name,
        "subpages" in name and "all" not in name,
    )
    for post in found.posts:
        truth = TRUTH[site, post.post_id]
        post = refine(post)
        assert post.posted_at.timestamp() == truth["dateline"]
        assert post.author == truth["author"]
        assert post.author_id == (truth["authorid"] or None) or {"anonymous", "author_deleted"} & set(truth["flags"])
        if not filtered and not (post.position is None and "hot_reply" in name):
            assert post.position == truth["floor"]
        if not truth["visible"]:
            assert post.flags or truth["reason"] == "login_only"
            continue
        assert [q.text for q in post.quotes] == truth["quotes"]
        assert bool(post.edited_at) == bool(truth["edit"])
        if part and post.is_first:
            assert "truncated" in post.flags and post.text in truth["text"]
        else:
            assert post.text == truth["text"]
    if not filtered and "reverse" not in name:
        page = [
            t["pid"]
            for t in TRUTH.values()
            if (t["site"], t["tid"], t["page"]) == (site, found.threads[0].thread_id, found.page)
        ]
        assert set(page) <= {post.post_id for post in found.posts}
    assert found.threads[0].title == TRUTH[site, found.posts[0].post_id]["thread_subject"]


@pytest.mark.parametrize("name", REFUSALS)
def test_a_page_without_content_says_which_and_why(name):
    found = read(name)
    assert (found.kind, found.posts) == (REFUSALS[name], ()) and found.reason


def test_an_empty_redirect_gives_nothing():
    found = read("thread_moved_entry.html")
    assert not found.posts and found.kind in (OTHER, "redirect") and found.reason


@pytest.mark.parametrize(
    "name", ["list_jammer_p1.html", "list_jammer_p2.html", "list_types_dynamic.html", "g_list.html"]
)
def test_listing_rows_carry_what_the_row_shows(name):
    found = read(name)
    site = MANIFEST[name]["site"]
    assert found.kind == "board" and len(found.threads) >= 15
    last = {}
    for (at, _), truth in TRUTH.items():
        if at == site and truth["dateline"]:
            last.setdefault(truth["tid"], []).append(truth)
    for row in found.threads:
        assert row.last_post_at is not None and row.replies is not None and row.last_post_author and row.title
        for truth in last.get(row.thread_id, [])[:1]:
            assert row.title == truth["thread_subject"]


def test_reading_a_page_twice_with_other_noise_gives_the_same_hashes():
    first, second = read("thread_jammer_rewrite.html"), read("thread_jammer_dynamic.html")
    assert [refine(p).text_hash for p in first.posts] == [refine(p).text_hash for p in second.posts]


WEB_TRUTH = {row["file"]: row for row in rows(WEB / "truth.jsonl")}


@pytest.mark.parametrize(
    "row", [r for r in rows(WEB / "manifest.jsonl") if r["kind"] == "thread"], ids=lambda r: r["file"]
)
def test_thread_pages_of_the_open_web_post_for_post(row):
    truth = WEB_TRUTH[row["file"]]
    url = row["url"] if row["url"].startswith("http") else f"file:///{row['file']}"
    found = extract(RawPage(url, (WEB / row["file"]).read_bytes(), AT))
    posts = [refine(post) for post in found.posts]
    assert [str(post.post_id) for post in posts] == [str(t["pid"]) for t in truth["posts"]]
    assert truth["title"] in (
        found.threads[0].title,
        found.threads[0].title_raw,
    )  # up to 7.2 the type is part of the heading
    for post, wanted in zip(posts, truth["posts"], strict=True):
        assert post.text == wanted["body"]
        assert post.author == wanted["author"]
        assert [q.text for q in post.quotes] == wanted["quotes"]
        assert bool(post.edited_at) == bool(wanted["edits"])
        assert post.posted_at is not None
        assert not wanted.get("blocked") or post.flags
