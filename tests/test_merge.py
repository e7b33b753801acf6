"""Pages put together into threads."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from crawler.items import BOARD, INDEX, THREAD, Board, Extract, Post, Thread
from crawler.merge import Boards, assemble, join_pages, merge_thread

AT = datetime(2026, 1, 1, tzinfo=UTC)


def posts(*numbered):
    return tuple(Post("f", 1, pid, position=position) for pid, position in numbered)


def page(number, pages, shown, at=AT, tid=1):
    return Extract(
        "u", "f", at, THREAD, threads=(Thread("f", tid, "t", pages=pages),), posts=shown, page=number, pages=pages
    )


def test_pages_join_each_post_once_and_the_later_stays():
    joined = join_pages(posts((10, 1), (11, 2)), posts((11, 2), (12, 3)))
    assert [(p.post_id, p.position) for p in joined] == [(10, 1), (11, 2), (12, 3)]


def test_a_page_without_floors_is_counted_on_from_the_one_before():
    joined = join_pages(posts((10, 1), (11, 2)), posts((12, None), (13, None)))
    assert [p.position for p in joined] == [1, 2, 3, 4]


def test_on_a_first_page_nothing_is_counted_but_a_repeat_brings_the_floor():
    first = join_pages((), posts((10, 1), (19, None), (11, 2)))
    assert [p.position for p in first] == [1, None, 2]
    assert {
        p.post_id: p.position
        for p in join_pages(
            first,
            posts(
                (19, 8),
            ),
        )
    }[19] == 8


def test_a_threads_rows_fill_each_other_and_the_newer_wins():
    older = Thread("f", 1, "old title", replies=5, board="b")
    newer = Thread("f", 1, "new title", replies=None, views=9)
    merged = merge_thread(older, newer)
    assert (merged.title, merged.replies, merged.views, merged.board) == ("new title", 5, 9, "b")


def test_a_page_that_comes_again_begins_the_next_snapshot():
    later = AT + timedelta(days=1)
    pages = [page(2, 2, posts((12, 3)), later), page(1, 2, posts((10, 1)), later), page(1, 2, posts((10, 1), (11, 2)))]
    pages += [page(2, 2, posts((12, 3)), AT)]
    old, new = assemble(pages)
    assert ([p.post_id for p in old.posts], old.complete) == ([10, 11, 12], True)
    assert ([p.post_id for p in new.posts], new.complete, new.fetched_at) == ([10, 12], True, later)


def test_pages_that_are_missing_make_a_capture_incomplete():
    (capture,) = assemble([page(2, 3, posts((12, 3)))])
    assert not capture.complete


def test_boards_are_the_same_in_whatever_order_pages_tell_of_them():
    index = Extract("i", "a.cn", AT, INDEX, boards=(Board("a.cn", 2, "甲", "i-2", 40), Board("a.cn", 3, "乙", "i-3")))
    first = Extract("l", "a.cn", AT, BOARD, boards=(Board("a.cn", 2, "甲版", "l-2", 41), Board("a.cn", 4, "丙", "i-4")))
    second = Extract("m", "a.cn", AT, BOARD, boards=(Board("a.cn", 2, "", "l-2"),))
    for pages in permutations((index, first, second)):
        boards = Boards()
        for told in pages:
            boards.add(told)
        assert boards.known() == [
            Board("a.cn", 2, "甲版", "l-2", 40),
            Board("a.cn", 3, "乙", "i-3"),
            Board("a.cn", 4, "丙", "i-4"),
        ]
        assert [board.board_id for board in boards.known({3})] == [3]
    assert Boards().known() == []
