"""The table `reprints`: reposts are found, look-alikes are not, and an update equals the full computation."""

from __future__ import annotations

import argparse
import importlib.util
import pickle
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import thread_page
from scrapy.settings import Settings

from benchmarks import reposts
from crawler.commands.reprints import Command
from crawler.items import Capture, Post, Thread
from pipelines.dataset import Dataset, DatasetError, ForumLocked, snapshot
from pipelines.dataset.card import read_contents
from pipelines.dataset.layout import REPRINTS
from pipelines.dataset.lock import forum_lock
from pipelines.dataset.store import LocalStore, open_store
from pipelines.reprints import Rule, update
from pipelines.reprints.links import Clusters, Partners, link
from pipelines.reprints.sketch import containment, folded, grams, sketches, units
from tests.corpora import FORUM, START, at, capture, files, post, publish, run

OTHER = "bbs.example.org"
ROOT = Path(__file__).parents[1]


def table(root: Path) -> dict[tuple[str, int], dict[str, Any]]:
    rows = pq.read_table(root / "reprints").to_pylist()
    found = {(row["forum"], row["post_id"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def clusters(root: Path) -> set[frozenset[int]]:
    made: dict[str, set[int]] = {}
    for (_, number), row in table(root).items():
        made.setdefault(row["cluster_id"], set()).add(number)
    return {frozenset(posts) for posts in made.values()}


def reprint_files(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for t in ("reprints", "_reprints") for p in (root / t).glob("*")}


def text(number: int, kind: str = "original") -> str:
    return reposts.speech(number).text if kind == "original" else reposts.repost(number, kind, number).text


def threads(root: Path, *texts: str, first: int = 1, hours: float = 0) -> None:
    """Each text as the only post of a thread of the same number."""
    publish(root, *(capture(n, [post(n, words)], hours) for n, words in enumerate(texts, first)), name=f"run-{hours}")


# --- how texts are compared -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("「經濟」　發展", "“经济”发展"),
        ("ＧＤＰ　１０％", "gdp 10%"),
        ("一、抓落实\n二、抓作风", "一 抓落实。二 抓作风！"),
        ("①㈠㎡", "1 (一) m2"),
    ],
)
def test_width_script_case_and_punctuation_do_not_count(one: str, other: str) -> None:
    assert folded(one) == folded(other) != ""


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_containment_is_that_of_the_sets_of_grams(one: str, other: str) -> None:
    def plain(words: str) -> set[bytes]:
        raw = folded(words).encode("utf-16-le", "surrogatepass")
        return {raw[at : at + 8] for at in range(0, len(raw) - 7, 2)}

    small, large = sorted((plain(one), plain(other)), key=len)
    assert len(grams(units(one))) == len(plain(one))
    assert containment(grams(units(one)), grams(units(other))) == (len(small & large) / len(small) if small else 0.0)


def pairs_by_force(texts: list[Any], alike: float) -> set[tuple[int, int]]:
    return {(i, j) for j in range(len(texts)) for i in range(j) if containment(texts[i], texts[j]) >= alike}


def test_linking_finds_what_comparing_all_with_all_finds() -> None:
    texts = [grams(units(made.text)) for made in reposts.reposts(300, share=0.5, seed=3)]
    found = Clusters(np.arange(len(texts)))
    link(
        sketches(texts),
        np.array([len(t) for t in texts]),
        found,
        0.6,
        lambda i, j: containment(texts[i], texts[j]) >= 0.6,
    )
    expected = Clusters(np.arange(len(texts)))
    for one, other in pairs_by_force(texts, 0.6):
        expected.join(one, other)
    missed = np.count_nonzero(found.roots() != expected.roots())
    assert missed <= 3  # sketches may miss a pair; what they name is judged exactly
    assert len(set(expected.roots().tolist())) < 220


def test_partners_are_those_of_whom_a_band_is_shared() -> None:
    made = [grams(units(text(n))) for n in range(40)]
    copies = [grams(units(text(n, "edited"))) for n in range(20)]
    sizes = np.array([len(one) for one in made])
    partners = Partners(sketches(copies), np.array([len(one) for one in copies]), 0.6).of(sketches(made), sizes)
    assert partners.tolist() == [True] * 20 + [False] * 20


# --- recall and precision -------------------------------------------------------------------------------------------


def test_reposts_are_found_and_look_alikes_are_not(tmp_path: Path) -> None:
    made = reposts.reposts(2000, share=0.4)
    threads(tmp_path, *(one.text for one in made))
    update(str(tmp_path))
    rows = table(tmp_path)
    named = [rows[FORUM, n]["cluster_id"] if (FORUM, n) in rows else None for n in range(1, len(made) + 1)]
    recall, precision = reposts.judged(made, list(named))
    assert recall >= 0.95 and precision >= 0.98
    home = {one.speech: cluster for one, cluster in zip(made, named, strict=True) if one.kind == "original"}
    found = Counter(one.kind for one, c in zip(made, named, strict=True) if c is not None and c == home[one.speech])
    for kind, count in Counter(one.kind for one in made if one.kind != "original").items():
        assert found[kind] >= 0.95 * count, kind


def test_the_judge_of_the_test_above_judges() -> None:
    made = [reposts.Made("", speech, "copied") for speech in (1, 1, 2, 2)]
    assert reposts.judged(made, ["a", "a", "b", "b"]) == (1, 1)
    assert reposts.judged(made, ["a", "a", "a", "a"]) == (1, 1 / 3)
    assert reposts.judged(made, ["a", "a", None, None]) == (0.5, 1)


# --- the table ------------------------------------------------------------------------------------------------------


def test_rows_name_the_earliest_post_across_forums(tmp_path: Path) -> None:
    early = Post(OTHER, 9, 4, text=text(1), posted_at=at(-900), url="u")
    thread = Thread(OTHER, 9, title="t", url="u")
    Dataset(str(tmp_path)).publish(OTHER, [Capture(thread, (early,), START)], [], run())
    threads(tmp_path, text(1, "cut"), text(2), text(1, "traditional"), "顶")
    done = update(str(tmp_path))
    assert (done.compared, done.clusters, done.posts) == (4, 1, 3)
    rows = table(tmp_path)
    assert set(rows) == {(OTHER, 4), (FORUM, 1), (FORUM, 3)}
    assert {(r["earliest_forum"], r["earliest_thread_id"], r["earliest_post_id"]) for r in rows.values()} == {
        (OTHER, 9, 4)
    }
    assert len({row["cluster_id"] for row in rows.values()}) == 1
    assert rows[OTHER, 4]["similarity"] == 1 and rows[FORUM, 1]["similarity"] == 1
    assert 0.9 < rows[FORUM, 3]["similarity"] <= 1


def test_a_deleted_post_and_one_that_is_no_longer_alike_leave(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [post(1, text(1)), post(2, text(1, "edited")), post(3, text(1, "prefixed"))]))
    update(str(tmp_path))
    assert clusters(tmp_path) == {frozenset({1, 2, 3})}
    publish(tmp_path, capture(1, [post(2, text(1, "edited")), post(3, text(5))], 1), name="run-2")
    assert update(str(tmp_path)).posts == 0
    assert table(tmp_path) == {}
    publish(tmp_path, capture(1, [post(2, text(1, "edited")), post(3, text(1))], 2), name="run-3")
    update(str(tmp_path))
    assert clusters(tmp_path) == {frozenset({2, 3})}


def test_short_and_monotonous_texts_take_no_part(tmp_path: Path) -> None:
    threads(tmp_path, "顶楼主" * 400, "顶楼主" * 300, text(1)[:90], text(1)[:90])
    assert update(str(tmp_path)).compared == 0
    assert update(str(tmp_path), Rule(shortest=30)).posts == 2


def test_an_update_rewrites_only_files_whose_rows_change(tmp_path: Path) -> None:
    threads(tmp_path, text(1), text(1, "cut"))
    threads(tmp_path, text(3), text(3, "cut"), first=5000, hours=1)
    threads(tmp_path, text(4), first=9000, hours=2)
    assert update(str(tmp_path)).files_written == 6
    before, corpus = reprint_files(tmp_path), files(tmp_path)
    nothing = update(str(tmp_path))
    assert (nothing.compared, nothing.files_written, nothing.posts) == (0, 0, 4)
    threads(tmp_path, text(3, "edited"), first=9001, hours=3)
    done = update(str(tmp_path))
    assert (done.compared, done.clusters, done.posts) == (1, 2, 5)
    after = reprint_files(tmp_path)
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {f"{t}/{FORUM}-000008.parquet" for t in ("reprints", "_reprints")}
    assert {p: b for p, b in files(tmp_path).items() if "000008" not in p} == {
        p: b for p, b in corpus.items() if "000008" not in p
    }


def test_another_rule_computes_all_anew(tmp_path: Path) -> None:
    threads(tmp_path, text(1), text(1, "edited"), text(2))
    assert update(str(tmp_path)).posts == 2
    assert update(str(tmp_path), Rule(alike=1.0)).posts == 0
    assert update(str(tmp_path)).posts == 2
    assert update(str(tmp_path), Rule(shortest=10_000)).posts == 0
    assert update(str(tmp_path), Rule(alike=0.4)).posts == 2


@pytest.mark.parametrize("wrong", [{"alike": 0.3}, {"alike": 1.5}, {"shortest": 0}])
def test_a_rule_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="REPRINTS_"):
        Rule(**wrong)


def test_a_killed_update_is_finished_or_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tmp_path / "before"
    threads(before, text(1), text(1, "cut"))
    threads(before, text(3), first=5000, hours=1)
    update(str(before))
    threads(before, text(1, "edited"), first=3, hours=2)
    threads(before, text(3, "traditional"), first=5001, hours=3)
    shutil.copytree(before, tmp_path / "whole")
    update(str(tmp_path / "whole"))
    expected = reprint_files(tmp_path / "whole")
    plain = LocalStore.replace
    for moved in range(5):  # of the four table files and the manifest
        root = tmp_path / f"killed-{moved}"
        shutil.copytree(before, root)
        left = [moved]

        def replace(self: LocalStore, source: str, target: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            plain(self, source, target)

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(LocalStore, "replace", replace)
            update(str(root))
        assert reprint_files(root) != expected or moved == 4
        assert update(str(root)).posts == 5
        assert reprint_files(root) == expected


def test_two_updates_at_once_and_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="there is no corpus"):
        update(str(tmp_path / "none"))
    threads(tmp_path, text(1))
    with forum_lock(open_store(str(tmp_path)), REPRINTS), pytest.raises(ForumLocked):
        update(str(tmp_path))
    with Dataset(str(tmp_path)).lock(FORUM):
        update(str(tmp_path))  # a crawl of the forum is no hindrance


def test_what_is_damaged_is_made_anew(tmp_path: Path) -> None:
    threads(tmp_path, text(1), text(1, "cut"))
    update(str(tmp_path))
    expected = reprint_files(tmp_path)
    (tmp_path / "_reprints" / f"{FORUM}-000000.parquet").unlink()
    threads(tmp_path, "顶", first=3, hours=1)
    with pytest.raises(DatasetError, match="scrapy reprints --anew"):
        update(str(tmp_path))
    update(str(tmp_path), anew=True)
    assert (
        reprint_files(tmp_path)["reprints/bbs.example.net-000000.parquet"]
        == expected["reprints/bbs.example.net-000000.parquet"]
    )


def test_a_snapshot_holds_the_table(tmp_path: Path) -> None:
    threads(tmp_path / "corpus", text(1), text(1, "cut"))
    update(str(tmp_path / "corpus"))
    snapshot(str(tmp_path / "corpus"), str(tmp_path / "then"))
    assert table(tmp_path / "then") == table(tmp_path / "corpus")


# --- as a user runs it ----------------------------------------------------------------------------------------------


def scrapy(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_the_command(tmp_path: Path) -> None:
    threads(tmp_path / "corpus", text(1), text(1, "cut"), text(2))
    where = ("-s", f"CORPUS_DIR={tmp_path / 'corpus'}")
    done = scrapy("reprints", *where)
    assert done.returncode == 0, done.stderr
    assert "3 new or changed texts compared; 2 posts are reprints of 1 texts" in done.stdout
    assert clusters(tmp_path / "corpus") == {frozenset({1, 2})}
    assert "0 new or changed texts compared; 2 posts" in scrapy("reprints", *where).stdout


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"CORPUS_DIR": "{}/none"}, "there is no corpus"),
        ({"REPRINTS_SIMILARITY": "high"}, "REPRINTS_SIMILARITY is 'high': it must be a number"),
        ({"REPRINTS_SIMILARITY": "60"}, "REPRINTS_SIMILARITY is 60: it must be from 0.4 to 1"),
    ],
)
def test_the_command_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: dict[str, str], said: str
) -> None:
    command = Command()
    command.settings = Settings({"CORPUS_DIR": str(tmp_path), "REPRINTS_SIMILARITY": 0.6, "REPRINTS_MIN_GRAMS": 100})
    command.settings.update({name: value.format(tmp_path) for name, value in settings.items()})
    command.run([], argparse.Namespace(anew=False, spark=None, scratch=None))
    out, err = capsys.readouterr()
    assert command.exitcode == 1 and out == "" and said in err


def test_a_run_brings_the_table_up_to_date_if_told_to(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for number, kind in ((1, "original"), (2, "prefixed")):
        body = "<br />".join(text(1, kind).splitlines())
        (tmp_path / "pages" / f"{number}.html").write_bytes(thread_page(number, f"主题{number}", (body,)))
    done = scrapy(
        *("crawl", "captures", "-a", f"path={tmp_path / 'pages'}", "-s", "REPRINTS_UPDATE=1"),
        *("-s", f"CORPUS_DIR={tmp_path / 'corpus'}", "-s", f"ARCHIVE_DIR={tmp_path / 'archive'}"),
    )
    assert done.returncode == 0, done.stderr
    assert "2 posts are reprints of 1 texts" in done.stderr
    assert clusters(tmp_path / "corpus") == {frozenset({101, 201})}


def test_the_card_counts_the_table_and_names_no_forum_for_it(tmp_path: Path) -> None:
    threads(tmp_path, text(1), text(1, "cut"), text(2))
    update(str(tmp_path))
    for _ in range(2):
        contents = read_contents(open_store(str(tmp_path)))
        assert contents.rows["reprints"] == 2 and contents.rows["posts"] == 3 and list(contents.forums) == [FORUM]
        assert "| `reprints` | 2 |" in (tmp_path / "README.md").read_text("utf-8")
        Dataset(str(tmp_path)).describe()


# --- incremental equals full ----------------------------------------------------------------------------------------

KINDS = ("original", *reposts.EDITS)
# speeches 0 to 3 are of one family; few numbers, so that clusters form, grow, split and merge
texts = st.builds(text, st.integers(0, 3), st.sampled_from(KINDS)) | st.builds(
    lambda one, other: f"{text(one)}\n{text(other, 'edited')}", st.integers(0, 3), st.integers(0, 3)
)
ACTIONS = st.lists(st.tuples(st.integers(1, 9), texts | st.none()), min_size=1, max_size=5)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ACTIONS, min_size=1, max_size=5))
def test_any_sequence_of_updates_equals_the_full_computation(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[tuple[int, str | None]]]
) -> None:
    root = tmp_path_factory.mktemp("corpus")
    now: dict[int, str] = {}
    for hours, step in enumerate(steps):
        for number, words in step:
            if words is None:
                now.pop(number, None)
            else:
                now[number] = words
        publish(root, *captures(now, {home(number) for number, _ in step}, hours), name=f"run-{hours}")
        update(str(root))
        full = root.parent / f"{root.name}-{hours}"
        publish(full, *captures(now, {1, 2, 5000}, hours), name=f"run-{hours}")
        update(str(full))
        assert table(root) == table(full)
    incremental = reprint_files(root)
    update(str(root), anew=True)
    assert reprint_files(root) == incremental


def home(number: int) -> int:
    """Posts lie in three threads of two files."""
    return (1, 2, 5000)[number % 3]


def captures(now: dict[int, str], shown: Iterable[int], hours: int) -> list[Capture]:
    order = Random(1).sample(range(1, 10), 9)  # time of posting does not follow the number
    posts = [post(n, words, posted_at=at(order.index(n) - 99)) for n, words in sorted(now.items())]
    # a thread never is without posts: an empty view takes nothing away
    shown_posts = {
        thread: [post(100 + thread, "楼主"), *(p for p in posts if home(p.post_id) == thread)] for thread in shown
    }
    return [capture(thread, shown_posts[thread], hours) for thread in sorted(shown_posts)]


def test_texts_sketched_elsewhere_give_the_same_table(tmp_path: Path) -> None:
    """``spread`` decides where posts files are read: what it is given can be sent to another process."""
    here, there = tmp_path / "here", tmp_path / "there"
    for root in (here, there):
        threads(root, text(1), text(2), text(1, "cut"))
    asked: list[str] = []

    def spread(work: Any, names: list[str]) -> Iterator[Any]:
        asked.extend(names)
        return (pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(work))(name))) for name in names)

    assert update(str(there), spread=spread) == update(str(here)) and len(asked) == 1
    for root in (here, there):
        threads(root, text(2, "prefixed"), first=9, hours=2)
    assert update(str(there), spread=spread) == update(str(here)) and len(asked) == 2
    assert update(str(there), spread=spread).files_written == 0 and len(asked) == 2
    assert reprint_files(here) == reprint_files(there) and clusters(here) == {frozenset({1, 3}), frozenset({2, 9})}


def test_the_command_on_spark(tmp_path: Path) -> None:
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("pyspark or Java is not installed")
    threads(tmp_path / "here", text(1), text(1, "cut"))
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    for name, more in (("here", []), ("there", ["--spark", "local[1]"])):
        done = scrapy("reprints", *more, "-s", f"CORPUS_DIR={tmp_path / name}")
        assert done.returncode == 0, done.stderr
    assert reprint_files(tmp_path / "here") == reprint_files(tmp_path / "there")
    assert not (tmp_path / "there/_sketches").exists()
    next((tmp_path / "there/posts").iterdir()).write_bytes(b"PAR1")
    done = scrapy("reprints", "--anew", "--spark", "local[1]", "-s", f"CORPUS_DIR={tmp_path / 'there'}")
    assert done.returncode == 1 and "the Spark job failed" in done.stderr and "damaged table file posts/" in done.stderr
