"""Addresses of every Discuz! version: what they lead to, their canonical form, their neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.discuz.urls import (
    BOARD,
    INDEX,
    POST,
    THREAD,
    Address,
    canonical,
    last_page,
    linked_pid,
    page_url,
    parse_address,
    profile_uid,
)

B = "https://bbs.example.cn/"

# (address, what it leads to, canonical form or None where it is the address itself)
FORMS: list[tuple[str, Address | None, str | None]] = [
    # index
    ("index.php", Address(INDEX), None),
    ("forum.php", Address(INDEX), None),
    ("", Address(INDEX), None),
    ("forum.php?gid=3", Address(INDEX, 3), None),
    ("index.php?gid=3", Address(INDEX, 3), None),
    ("archiver/", Address(INDEX), None),
    ("forum.php?mobile=2", Address(INDEX, 0, 1, "mobile"), "forum.php"),
    # boards
    ("forumdisplay.php?fid=7", Address(BOARD, 7), None),
    ("forumdisplay.php?fid=7&page=3", Address(BOARD, 7, 3), None),
    ("forumdisplay.php?fid=7&sid=aB3dEf", Address(BOARD, 7), "forumdisplay.php?fid=7"),
    ("forum.php?mod=forumdisplay&fid=7&page=2", Address(BOARD, 7, 2), None),
    ("forum.php?mod=forumdisplay&fid=7&page=1", Address(BOARD, 7), "forum.php?mod=forumdisplay&fid=7"),
    ("forum.php?mod=forumdisplay&fid=news", Address(BOARD, "news"), None),
    ("forum.php?mod=group&fid=9", Address(BOARD, 9), None),
    ("forum-7-2.html", Address(BOARD, 7, 2), None),
    ("forum-news-1.html", Address(BOARD, "news"), None),
    ("group-9-1.html", Address(BOARD, 9), None),
    ("archiver/?fid-7.html", Address(BOARD, 7, 1, "archiver"), None),
    ("archiver/fid-7.html?page=2", Address(BOARD, 7, 2, "archiver"), None),
    ("archiver/fid-7-page-2.html", Address(BOARD, 7, 2, "archiver"), None),
    # threads
    ("viewthread.php?tid=501", Address(THREAD, 501), None),
    ("viewthread.php?tid=501&extra=page%3D1&page=2", Address(THREAD, 501, 2), "viewthread.php?tid=501&page=2"),
    ("viewthread.php?tid=501&highlight=%B7%C0", Address(THREAD, 501), "viewthread.php?tid=501"),
    (
        "forum.php?mod=viewthread&tid=501&extra=page%3D1%26filter%3Dtypeid",
        Address(THREAD, 501),
        "forum.php?mod=viewthread&tid=501",
    ),
    ("forum.php?mod=viewthread&tid=501&page=1#pid9", Address(THREAD, 501), "forum.php?mod=viewthread&tid=501"),
    ("forum.php?mod=viewthread&tid=501&_dsign=0a1b2c3d", Address(THREAD, 501), "forum.php?mod=viewthread&tid=501"),
    ("forum.php?tid=501&mod=viewthread&fromuid=4", Address(THREAD, 501), "forum.php?tid=501&mod=viewthread"),
    ("thread-501-1-1.html", Address(THREAD, 501), None),
    ("thread-501-14-3.html", Address(THREAD, 501, 14), None),
    ("thread-501-1-1.html?_dsign=0a1b2c3d", Address(THREAD, 501), "thread-501-1-1.html"),
    ("archiver/?tid-501.html", Address(THREAD, 501, 1, "archiver"), None),
    ("archiver/?tid-501.html&page=2", Address(THREAD, 501, 2, "archiver"), None),
    ("archiver/tid-501.html?page=2", Address(THREAD, 501, 2, "archiver"), None),
    ("archiver/tid-501-page-2.html", Address(THREAD, 501, 2, "archiver"), None),
    # other views
    ("viewthread.php?action=printable&tid=501", Address(THREAD, 501, 1, "printable"), None),
    ("forum.php?mod=viewthread&action=printable&tid=501", Address(THREAD, 501, 1, "printable"), None),
    ("forum.php?mod=viewthread&tid=501&viewpid=9&inajax=1", Address(THREAD, 501, 1, "fragment"), None),
    (
        "forum.php?mod=viewthread&tid=501&mobile=2",
        Address(THREAD, 501, 1, "mobile"),
        "forum.php?mod=viewthread&tid=501",
    ),
    ("forum.php?mod=viewthread&tid=501&mobile=no", Address(THREAD, 501), "forum.php?mod=viewthread&tid=501"),
    # posts
    ("redirect.php?goto=findpost&pid=9&ptid=501", Address(POST, 9), None),
    ("forum.php?mod=redirect&goto=findpost&ptid=501&pid=9&fromuid=4", Address(POST, 9), None),
    ("forum.php?mod=redirect&tid=501&goto=lastpost#lastpost", None, None),
    # no content
    ("forum.php?mod=attachment&aid=MTF8YQ", None, None),
    ("forum.php?mod=post&action=reply&fid=7&tid=501", None, None),
    ("forum.php?mod=misc&action=rate&tid=501&pid=9", None, None),
    ("forum.php?mod=ajax&action=forumchecknew&fid=7&inajax=yes", None, None),
    ("forum.php?mod=rss&fid=7", None, None),
    ("home.php?mod=space&uid=31", None, None),
    ("member.php?mod=logging&action=login", None, None),
    ("misc.php?mod=tag&id=3", None, None),
    ("portal.php?mod=view&aid=5", None, None),
    ("plugin.php?id=sign:sign", None, None),
    ("viewthread.php", None, None),
    ("viewthread.php?tid=abc", None, None),
    ("http://[", None, None),
]


@pytest.mark.parametrize(("form", "address", "plain"), FORMS)
def test_forms(form: str, address: Address | None, plain: str | None) -> None:
    url = form if form.startswith("http") else B + form
    assert parse_address(url) == address
    if form and not form.startswith("http"):
        assert parse_address(form) == address, "relative"
    if plain is not None:
        assert canonical(url) == B + plain
        assert canonical(canonical(url)) == canonical(url)


@pytest.mark.parametrize("form", [form for form, address, _ in FORMS if address and address.kind in (BOARD, THREAD)])
def test_the_same_at_another_page(form: str) -> None:
    there = parse_address(page_url(B + form, 5))
    here = parse_address(B + form)
    assert there is not None and here is not None
    assert (there.kind, there.id, there.page) == (here.kind, here.id, 5)


@pytest.mark.parametrize(
    ("href", "account"),
    [
        ("space-uid-31.html", (True, 31)),
        ("home.php?mod=space&uid=31", (True, 31)),
        ("home.php?mod=space&uid=31&do=profile", (True, 31)),
        ("space.php?uid=31", (True, 31)),
        ("viewpro.php?uid=31", (True, 31)),
        ("space.php?username=%C1%F8", (True, None)),
        ("space-username-%E6%9F%B3.html", (True, None)),
        ("viewpro.php?username=%C1%F8", (True, None)),
        ("pm.php?action=send&uid=31", (False, None)),
        ("home.php?mod=spacecp&ac=friend&op=add&uid=31", (False, None)),
        ("javascript:;", (False, None)),
        ("forum.php?mod=viewthread&tid=5&authorid=31", (False, None)),
    ],
)
def test_accounts(href: str, account: tuple[bool, int | None]) -> None:
    assert profile_uid(href) == account


def test_posts_and_pages_in_links() -> None:
    assert linked_pid("forum.php?mod=redirect&goto=findpost&pid=9&ptid=501") == 9
    assert linked_pid("thread-501-2-1.html#pid12") == 12
    assert linked_pid("thread-501-2-1.html") is None
    links = ["thread-501-2-1.html", "thread-501-14-1.html", "thread-9-99-1.html", "forum-501-30.html", "http://["]
    assert last_page(links, THREAD, 501) == 14


@given(st.text(max_size=60))
def test_any_address_is_read_or_refused(url: str) -> None:
    address = parse_address(url)
    assert address is None or address.kind in (INDEX, BOARD, THREAD, POST)
    profile_uid(url)
    linked_pid(url)
