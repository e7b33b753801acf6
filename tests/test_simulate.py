"""The simulator's forum and what the shipped planning sees of it (``benchmarks.simulate``, small)."""

import pytest

from benchmarks.simulate import Every, Ours, Policy, SkipSeen, simulate


@pytest.fixture(scope="module")
def results():
    policies: list[Policy] = [SkipSeen(), Every(1), Every(7), Ours(0), Ours(15), Ours(40)]
    names = ("skip", "all", "weekly", "ours0", "ours15", "ours40")
    found = simulate(policies, seed=2, start=300, days=45, daily=5)
    return dict(zip(names, found, strict=True))


def test_ours_finds_every_post_as_soon_as_fetching_everything_does(results):
    for name in ("ours0", "ours15", "ours40"):
        assert results[name].posts == results["all"].posts == 1.0
        assert results[name].staleness == results["all"].staleness
        assert results[name].requests_per_post < results["all"].requests_per_post / 3
    assert results["skip"].posts < 0.8


def test_rechecks_buy_edits_and_deletions(results):
    for what in ("edits", "deletions"):
        shares = [getattr(results[name], what) for name in ("skip", "ours0", "ours15", "ours40", "all")]
        assert shares == sorted(shares) and shares[0] < shares[2] < shares[4] == 1.0, what


def test_ours_finds_more_than_a_weekly_round_for_fewer_requests(results):
    ours, weekly = results["ours40"], results["weekly"]
    assert ours.requests_per_post < weekly.requests_per_post
    assert ours.posts > weekly.posts and ours.deletions > weekly.deletions
    assert ours.edit_days[0] < weekly.edit_days[0]
