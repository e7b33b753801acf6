"""Pages of boards never seen (tests/boards.py): all that each says comes out, to the character, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.items import Post, RawPage
from crawler.pages import extract
from pipelines import refine
from tests.boards import Page, Said, draw_page, shown

AT = datetime(2024, 12, 30, 4, tzinfo=UTC)
TOLD = {"hidden", "banned", "locked", "paid", "author_only", "truncated", "password", "pending"}
EACH = 60  # pages a test


def lines(text: str) -> list[str]:
    return [line for raw in text.split("\n") if (line := shown(raw))]


def differences(page: Page) -> Iterator[tuple[str, Any, Any]]:
    """(what, as extracted, as the page says) of all that differs."""
    found = extract(RawPage(page.url, page.body, AT, page.content_type))
    yield "kind", found.kind, "thread"
    yield "view", found.view, page.view
    yield "posts", [max(post.post_id, 0) for post in found.posts], [said.pid for said in page.posts]  # below 0: made up
    yield "title", [thread.title for thread in found.threads], [page.title]
    for raw, said in zip(found.posts, page.posts, strict=False):
        for name, got, true in in_post(refine(raw), said):
            yield f"{name} of {said.pid}", got, true


def in_post(post: Post, said: Said) -> Iterator[tuple[str, Any, Any]]:
    yield "account", (post.author, post.author_id), (said.author, said.uid)
    yield "time", post.posted_at, said.at
    yield "floor", post.position, said.floor
    yield "text", lines(post.text), said.lines
    yield "quotes", [(quote.author, quote.post_id, lines(quote.text)) for quote in post.quotes], said.quotes
    yield "attachments", [tuple(one) for one in post.attachments], list(dict.fromkeys(said.attachments))
    yield "flags", set(post.flags) & TOLD, said.flags
    yield "comments", [tuple(one) for one in post.comments], said.comments
    yield "edit", (post.edited_by, post.edited_at), said.edited or (None, None)


@pytest.mark.parametrize("start", range(0, 12 * EACH, EACH))
def test_all_that_a_page_says_and_nothing_else(start: int) -> None:
    for seed in range(start, start + EACH):
        page = draw_page(seed)
        for name, got, true in differences(page):
            assert got == true, f"{page.made_of}: {name}"


def test_another_draw_of_the_noise_changes_no_hash() -> None:
    jammed = 0
    for seed in range(200):
        pages = [draw_page(seed, noise) for noise in (1, 2)]
        jammed += pages[0].body != pages[1].body
        hashes = [
            [refine(post).text_hash for post in extract(RawPage(page.url, page.body, AT)).posts] for page in pages
        ]
        assert hashes[0] == hashes[1], pages[0].made_of
    assert jammed > 100
