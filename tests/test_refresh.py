"""Planning a refresh: which pages a listing row calls for, when a listing is read on, what is re-checked."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Thread
from crawler.refresh import choose_rechecks, goes_on, is_ordered, plan_visit, recheck_interval

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    thread_id: int = 7
    last_post_at: datetime | None = NOON
    replies: int | None = 25
    pages: int | None = 3
    status: str = "live"
    changed_at: datetime | None = NOON
    board_id: int | None = 2
    url: str = "https://f/thread-7-1-1.html"


def row(*, at: datetime | None = NOON, replies: int | None = 25, sticky: bool | None = None) -> Thread:
    return Thread("f", 7, last_post_at=at, replies=replies, is_sticky=sticky)


@pytest.mark.parametrize(
    ("listed", "known", "expected"),
    [
        (row(), None, (1, "new")),
        (row(), Known(), None),
        (row(at=NOON + timedelta(seconds=40)), Known(), None),  # a listing prints minutes only
        (row(at=NOON + timedelta(minutes=1)), Known(), (3, "bumped")),
        (row(replies=26), Known(), (3, "grown")),
        (row(replies=24), Known(), (1, "shrunk")),
        (row(replies=None), Known(), None),
        (row(at=None), Known(), None),
        (row(), Known(status="deleted"), (1, "back")),
        (row(), Known(status="forbidden"), None),
        (row(replies=30), Known(pages=None), (1, "grown")),
    ],
)
def test_plan_visit(listed, known, expected):
    visit = plan_visit(listed, known)
    assert (visit and (visit.first_page, visit.why)) == expected


def test_a_listing_is_ordered_by_its_ordinary_rows_only():
    old = row(at=NOON - timedelta(days=300), sticky=True)
    assert is_ordered([old, row(), row(at=NOON - timedelta(hours=1))])
    assert not is_ordered([row(at=NOON - timedelta(hours=1)), row()])


@pytest.mark.parametrize(
    ("rows", "through", "expected"),
    [
        ([row()], None, True),  # nothing is known to be complete
        ([row()], NOON, False),
        ([row(), row(at=NOON - timedelta(days=1))], NOON - timedelta(days=2), True),
        ([row(sticky=True)], NOON, True),  # a page of sticky rows says nothing
        ([row(at=None)], NOON, True),
    ],
)
def test_goes_on(rows, through, expected):
    assert goes_on(rows, through) is expected


def test_young_threads_are_rechecked_more_often_than_old_ones():
    young = recheck_interval(NOON - timedelta(days=2), None, NOON)
    old = recheck_interval(NOON - timedelta(days=400), None, NOON)
    noticed = recheck_interval(NOON - timedelta(days=400), NOON - timedelta(days=1), NOON)
    assert young == noticed == timedelta(days=1) < old == timedelta(days=80)


@given(st.integers(1, 10**9), st.integers(0, 3000))
def test_every_thread_falls_due_once_an_interval(thread_id, age):
    known = Known(thread_id, NOON - timedelta(days=age), changed_at=None)
    interval = recheck_interval(known.last_post_at, None, NOON)
    assert choose_rechecks([known], since=NOON - interval, now=NOON, budget=9) == [known]
    assert choose_rechecks([known], since=NOON, now=NOON, budget=9) == []


def test_the_budget_goes_to_the_most_pressing():
    threads = [Known(n, NOON - timedelta(days=n * 30), changed_at=None) for n in range(1, 50)]
    chosen = choose_rechecks(threads, since=None, now=NOON, budget=5, skip=frozenset({2}))
    assert [known.thread_id for known in chosen] == [1, 3, 4, 5, 6]
    assert choose_rechecks(threads, since=None, now=NOON, budget=0) == []
