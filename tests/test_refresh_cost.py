"""What a refresh asks for against the fewest requests that could see what changed (``benchmarks.refresh``, small)."""

from collections import Counter

import pytest

from benchmarks.refresh import Demo, Plain, rounds


@pytest.mark.parametrize("make", [Demo, Plain])
def test_a_refresh_asks_for_what_changed_and_no_more(make, tmp_path):
    bench = make(90)
    try:
        for done in rounds(bench, [0, 12], tmp_path):
            assert done.fewest <= len(done.paths) <= 1.05 * done.fewest, (done.changed, sorted(done.paths))
            assert set(Counter(done.paths).values()) == {1}, "a page was asked for twice"
    finally:
        bench.close()
