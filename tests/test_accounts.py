"""Listed = captured + failed + refused, and the exit status that follows."""

import pytest

from crawler.accounts import BELOW_FLOOR, COMPLETE, DEFECT, HELD, INCOMPLETE, REFUSED, Account


def test_all_captured_is_complete():
    account = Account()
    account.list("a")
    account.capture("a")
    assert account.close() == (COMPLETE, "all 1 listed captured")


@pytest.mark.parametrize(
    "miss", [lambda a: a.fail("b", "timeout"), lambda a: a.refuse("b", "log in"), lambda a: a.list("b")]
)
def test_a_miss_is_named_and_turns_the_status(miss):
    account = Account()
    account.capture("a")
    miss(account)
    status, reason = account.close()
    assert status == INCOMPLETE
    assert "1 of 2 listed not captured" in reason and reason.endswith("first: b")
    assert account.listed == account.captured | account.failed.keys() | account.refused.keys()


def test_what_fails_after_it_was_captured_is_not_captured():
    account = Account()
    account.capture("a")
    account.fail("a", "a defect")
    assert not account.captured and account.close()[0] == INCOMPLETE


def test_the_gravest_end_is_told_and_of_equal_ones_the_first():
    account = Account()
    for status in (INCOMPLETE, REFUSED, INCOMPLETE, BELOW_FLOOR, DEFECT, HELD, DEFECT):
        account.end(status, f"because {status}")
    assert (account.status, account.reason) == (HELD, f"because {HELD}")
    other = Account()
    other.end(REFUSED, "first")
    other.end(REFUSED, "second")
    assert other.reason == "first"
