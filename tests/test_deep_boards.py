"""Boards whose listing ends before their threads do, and boards that cannot be had by last post."""

import re
from datetime import UTC, datetime

import pandas as pd
import pytest

from crawler.demo import DemoForum
from crawler.demo import serve as serve_demo
from crawler.items import Board, Thread
from crawler.pages.discuz.urls import slices
from crawler.walks import Walk
from tests import forum_server as server
from tests.forum_server import Forum, serve
from tests.test_crawl import crawl, texts


def own(forum, fid):
    return {tid for tid, t in forum.truth().threads.items() if t.board_id == fid}


def test_a_board_beyond_the_limit_is_read_by_its_other_listings(tmp_path):
    forum = DemoForum(seed=4, threads=180)
    fid = max((12, 13), key=lambda number: len(own(forum, number)))
    with serve_demo(forum, max_list_pages=2, tpp=5) as server:
        args = ["-a", f"url={server.url}", "-a", f"boards={fid}", "-a", "revisit=0"]
        status, log = crawl(tmp_path, *args)
        held = set(pd.read_parquet(tmp_path / "corpus/threads").thread_id)
        wanted = own(forum, fid)
        assert len(wanted) > 15 and len(held & wanted) > 12  # two pages of five, were there no other listings
        if missing := wanted - held:
            assert status == 3 and re.search(rf"{len(missing)} of its \d+ threads stand behind page 2", log), log
        else:
            assert status == 0, log
        server.log.clear()
        status, log = crawl(tmp_path, *args)
        assert status == 0, log  # what cannot be reached is told once; the board is as complete as it can be
        assert sum("forum" in visit.path for visit in server.log) <= 3, [visit.path for visit in server.log]


def test_what_no_listing_shows_is_counted_and_named(tmp_path):
    forum = DemoForum(seed=4, threads=300)
    with serve_demo(forum, max_list_pages=1, tpp=5) as server:
        status, _ = crawl(tmp_path, "-a", f"url={server.url}", "-a", "boards=11", "-a", "revisit=0")
        held = set(pd.read_parquet(tmp_path / "corpus/threads").thread_id)
        (run,) = pd.read_parquet(tmp_path / "corpus/runs").to_dict("records")
    missing = own(forum, 11) - held
    assert missing and status == 3
    (error,) = run["errors"]
    told = re.match(r"(\d+) of its (\d+) threads stand behind page 1 of every listing", error["what"])
    assert told and error["url"].endswith("#page-2"), error
    tombstones = int(told[2]) - len(own(forum, 11))  # rows that the board's head counts too
    assert 0 <= int(told[1]) - len(missing) <= tombstones <= 3


@pytest.fixture
def by_creation(monkeypatch):
    """The plain server with rows by creation, newest first, so that a reply moves nothing."""
    forum = Forum()
    for n in range(24):
        forum.new_thread(fid=3, replies=n % 5)
    for tid in (25, 33, 30):
        forum.reply(tid)

    def listing(self, fid, page):
        order = sorted(self.threads.values(), key=lambda t: t.tid, reverse=True)
        rows = [t for t in order if t.fid == fid]
        pages = max(1, -(-len(rows) // server.THREADS))
        page = page if page <= pages else 1
        body = "".join(server._row(t) for t in rows[(page - 1) * server.THREADS : page * server.THREADS])
        head = f'<div id="pt"><a href="forum-{fid}-1.html">{self.boards[fid]}</a></div>'
        table = f'<table summary="forum_{fid}" id="threadlisttableid">{body}</table>'
        return server._frame(self.boards[fid], f"{head}{table}{server._bar(page, pages, f'forum-{fid}-{{}}.html')}")

    monkeypatch.setattr(server.Forum, "listing", listing)
    forum.boards = {3: "甲版"}
    with serve(forum):
        yield forum


@pytest.mark.parametrize("robots", ["", "User-agent: *\nDisallow: /*?\n"], ids=["ignored", "forbidden"])
def test_a_board_that_forbids_ordering_is_read_whole_and_loses_nothing(by_creation, tmp_path, robots):
    forum, args = by_creation, ["-a", f"url={by_creation.url}", "-a", "revisit=0"]
    forum.robots = robots
    status, log = crawl(tmp_path, *args)
    assert status == 0 and texts(tmp_path) == forum.truth(), log
    forum.reply(22)  # stands on the last page, and stays there
    forum.log.clear()
    status, log = crawl(tmp_path, *args)
    assert status == 0 and texts(tmp_path) == forum.truth(), log
    assert [path for path in forum.log if path.startswith("/thread")] == ["/thread-22-1-1.html"]
    assert not robots or not any("?" in path for path in forum.log)


def test_slices_name_the_parts_and_then_the_orders_of_a_cut_board():
    links = [
        "http://f/forum.php?mod=forumdisplay&fid=3&filter=typeid&typeid=7",
        "http://f/forum.php?mod=forumdisplay&fid=4&filter=typeid&typeid=8",
        "http://f/forum.php?mod=forumdisplay&fid=3&typeid=7&filter=typeid&typeid=7&page=2",
    ]
    found = slices("http://f/forum-3-1.html", 3, links)
    assert found[0] == "http://f/forum.php?mod=forumdisplay&fid=3&filter=typeid&typeid=7"
    assert not any("typeid=8" in url for url in found) and len(set(found)) == len(found)
    finer = slices(found[0], 3, links)
    assert finer and all(url.startswith(found[0] + "&orderby=") for url in finer)
    assert not any(slices(url, 3, links) for url in finer)


def test_a_walk_stops_slicing_when_all_is_seen():
    walk = Walk(Board("f", 3, "b", "u"), count=2, seen={1, 2})
    walk.cut(1000, ["a", "b"])
    assert walk.next_slice() is None and walk.missing is None
    walk = Walk(Board("f", 3, "b", "u"), count=3, seen={1, 2})
    walk.cut(1000, ["a"])
    assert walk.next_slice() == "a" and walk.next_slice() is None
    assert "1 of its 3 threads" in (walk.missing or "")


def test_sticky_rows_stand_where_their_last_post_puts_them():
    def row(number, hour, *, sticky=False):
        at = None if hour is None else datetime(2026, 5, 1, hour, tzinfo=UTC)
        return Thread("f", number, "t", "u", last_post_at=at, is_sticky=sticky)

    walk = Walk(Board("f", 3, "b", "u"))
    first = [row(1, 2, sticky=True), row(2, 11, sticky=True), row(3, None, sticky=True), row(4, 12), row(5, 10)]
    assert [found.thread_id for found in walk.by_activity(first, last=False)] == [4, 2, 5]
    assert [found.thread_id for found in walk.by_activity([row(6, 9), row(7, 1)], last=True)] == [6, 1, 7, 3]
    assert not walk.held
