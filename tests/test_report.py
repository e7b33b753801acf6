"""The report: its numbers are the corpus's, its marks stand where things stood, and no text of a forum gets out of hand."""

import argparse
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import START, capture, post, publish, rows, run
from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector
from reports import make_hostile, make_varied
from scrapy.settings import Settings

from crawler.commands import report as command
from crawler.items import (
    Removed,
)
from crawler.report.advice import advice
from crawler.report.page import render, share
from crawler.report.read import read_report
from crawler.report.tally import Tally
from pipelines.dataset import Dataset, DatasetError

ROOT = Path(__file__).parent.parent


def number(shown):
    return int(re.sub(r"[^\d]", "", shown))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    root = tmp_path_factory.mktemp("varied") / "corpus"
    make_varied(root)
    return root


@pytest.fixture(scope="module")
def report(corpus):
    return read_report(str(corpus), None, "1")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return make_hostile(tmp_path_factory.mktemp("hostile") / "corpus")


@pytest.fixture(scope="module")
def page(report):
    return Selector(render(report))


def table(page, caption):
    """The rows of the table under the caption, as lists of their cells' text."""
    found = [t for t in page.css("table") if caption in " ".join(t.css("caption *::text, caption::text").getall())]
    assert len(found) == 1, caption
    return [["".join(c.css("::text").getall()).strip() for c in r.css("th, td")] for r in found[0].css("tbody tr")]


# --- numbers ------------------------------------------------------------------------------------------------------------


def test_what_it_holds_is_what_the_tables_hold(corpus, report):
    threads, posts, speeches = (rows(corpus, name) for name in ("threads", "posts", "speeches"))
    live = [row for row in posts if row["deleted_at"] is None]
    found = report.contents
    assert (found.threads, found.posts, found.deleted) == (len(threads), len(live), len(posts) - len(live))
    assert found.deleted > 0
    assert found.turns == len(speeches) and found.texts == len({row["post_id"] for row in speeches})
    assert found.characters == sum(len(row["text"]) for row in live)
    times = [row["posted_at"] for row in live if row["posted_at"]]
    assert (found.first_post, found.last_post, found.undated_posts) == (min(times), max(times), len(live) - len(times))
    by_month = Counter((time.year, time.month) for time in times)
    assert {(m.month.year, m.month.month): m.posts for m in found.months if m.posts} == by_month
    opened = Counter((t["created_at"].year, t["created_at"].month) for t in threads if t["created_at"])
    assert {(m.month.year, m.month.month): m.threads for m in found.months if m.threads} == opened
    assert found.undated_threads == sum(t["created_at"] is None for t in threads)


def test_the_most_frequent_are_counted_by_texts_and_turns(corpus, report):
    speeches = rows(corpus, "speeches")
    for key, found in (
        ("speaker", report.contents.speakers),
        ("role", report.contents.offices),
        ("occasion", report.contents.occasions),
    ):
        named = [row for row in speeches if row[key]]
        texts = {name: len({r["post_id"] for r in named if r[key] == name}) for name in {r[key] for r in named}}
        assert {row.name: row.texts for row in found} == texts
        assert {row.name: row.turns for row in found} == Counter(row[key] for row in named)
        assert [row.texts for row in found] == sorted((row.texts for row in found), reverse=True)
    for row in report.contents.speakers:
        own = [r for r in speeches if r["speaker"] == row.name]
        years = [r["speech_date"].year for r in own if r["speech_date"]]
        assert (row.first, row.last) == (min(years), max(years))
        roles = Counter(r["role"] for r in own if r["role"])
        assert roles[row.role] == max(roles.values())
    kinds = Counter(row["kind"] for row in rows(corpus, "posts") if row["kind"] and row["deleted_at"] is None)
    assert {row.name: row.texts for row in report.contents.kinds} == kinds


def test_boards_hold_their_threads_posts_and_turns(corpus, report):
    threads, speeches = rows(corpus, "threads"), rows(corpus, "speeches")
    for row in report.contents.boards:
        own = [t for t in threads if t["board"] == row.name]
        assert (row.threads, row.posts) == (len(own), sum(t["posts_seen"] for t in own))
        assert row.turns == sum(s["board"] == row.name for s in speeches)
    assert sum(row.threads for row in report.contents.boards) == len(threads)


def test_shares_rules_flags_and_broken_characters(corpus, report):
    live = [row for row in rows(corpus, "posts") if row["deleted_at"] is None]
    groups = [live, [r for r in live if r["is_first"]], [r for r in live if r["kind"] not in (None, "其他")]]
    assert report.quality.groups == tuple(map(len, groups))
    for row in report.quality.shares:
        has = tuple(sum(r[row.field] not in (None, "", []) for r in group) for group in groups)
        assert row.counts == has, row.field
    rules = Counter(entry["rule"] for row in live for entry in row["removed"])
    assert {row.rule: row.pieces for row in report.quality.rules} == rules
    posts = Counter(rule for row in live for rule in {entry["rule"] for entry in row["removed"]})
    assert {row.rule: row.posts for row in report.quality.rules} == posts
    unknown = [row for row in live if any(e["rule"] == "hidden-unknown" for e in row["removed"])]
    assert (report.quality.unknown_pieces, report.quality.unknown_posts) == (rules["hidden-unknown"], len(unknown))
    assert dict(report.quality.flags) == Counter(flag for row in live for flag in row["flags"])
    assert report.quality.unreadable == sum("\ufffd" in row["text"] for row in live) > 0


def test_gaps_in_floors_and_posts_that_the_forum_counts(corpus, report):
    floors = {}
    for row in rows(corpus, "posts"):
        floors.setdefault(row["thread_id"], set()).add(row["position"])
    gaps = {thread: max(seen) - len(seen) for thread, seen in floors.items()}
    assert report.quality.floors == (len(gaps), sum(n > 0 for n in gaps.values()), sum(gaps.values()))
    assert [gap.missing for gap in report.quality.gaps] == sorted(gaps.values(), reverse=True)[:10]
    assert all(
        gaps[gap.thread_id] == gap.missing and gap.title == f"主题{gap.thread_id}" for gap in report.quality.gaps
    )
    short = {t["thread_id"]: t["replies"] + 1 - t["posts_seen"] for t in rows(corpus, "threads")}
    assert report.quality.short_posts == sum(n for n in short.values() if n > 0)
    assert report.quality.short_threads == sum(n > 0 for n in short.values())


def test_a_thread_that_spans_row_groups_is_one_thread(tmp_path):
    posts = [post(n, "话", position=n) for n in range(1, 9_001) if n % 1000]
    publish(tmp_path / "corpus", capture(1, [20_001]), capture(2, posts), capture(3, [20_002, 20_003]))
    with pq.ParquetFile(next((tmp_path / "corpus/posts").glob("*.parquet"))) as file:
        assert file.num_row_groups > 2
    assert read_report(str(tmp_path / "corpus"), None, "1").quality.floors == (3, 1, 8)


def test_runs_and_what_they_missed(corpus, report):
    stored = rows(corpus, "runs")
    for told, row in zip(report.growth.runs, stored, strict=True):
        assert told[5:8] == (row["exit_status"], row["reason"] or "", row["requests"] or 0)
        assert (told.new, told.edited, told.deleted) == (row["posts_new"], row["posts_edited"], row["posts_deleted"])
    assert [(m.what, m.pages, m.last) for m in report.growth.missed] == [("HTTP 500", 2, 2)]


def test_a_run_over_saved_pages_of_several_forums_tells_of_its_errors_once(tmp_path):
    record = run("both", ended_at=START, exit_status=3, reason="1 failed", errors=(("notes.txt", "no post header"),))
    whole = capture(1, [1])
    for forum in ("a.example.net", "b.example.net"):
        thread, posts = replace(whole.thread, forum=forum), tuple(replace(p, forum=forum) for p in whole.posts)
        Dataset(str(tmp_path)).publish(forum, [replace(whole, thread=thread, posts=posts)], [], record)
    report = read_report(str(tmp_path), None, "1")
    assert [(m.what, m.pages, m.last) for m in report.growth.missed] == [("no post header", 1, 1)]
    ended, missed, *_ = (finding.what for finding in advice(report))
    assert ended.startswith("The last run of a.example.net, b.example.net ended with status 3")
    assert missed == "1 page was listed but not captured by the last run"


def test_the_page_says_these_numbers(report, page):
    tiles = {d.css("dt::text").get(): number(d.css("dd::text").get()) for d in page.css(".tiles div")}
    found, quality = report.contents, report.quality
    assert tiles["threads"] == found.threads and tiles["posts"] == found.posts
    assert tiles["texts with speeches"] == found.texts and tiles["characters"] == found.characters
    assert tiles["pieces taken out"] == sum(row.pieces for row in quality.rules)
    years = {row[0]: (number(row[1]), number(row[2])) for row in table(page, "by year (UTC)")}
    assert sum(n for n, _ in years.values()) + found.undated_threads == found.threads
    assert sum(n for _, n in years.values()) + found.undated_posts == found.posts
    shown = [(row[0], number(row[1]), number(row[2])) for row in table(page, "people of one name")]
    assert shown == [(row.name, row.texts, row.turns) for row in found.speakers]
    runs = table(page, "the latest first")
    assert [row[4:8] for row in runs] == [
        [str(n) for n in (r.new, r.edited, r.deleted, r.missed)] for r in report.growth.runs[::-1]
    ]
    shares = {row[0].split()[-1]: row[1:] for row in table(page, "opening posts")}
    for row in quality.shares:
        assert shares[row.field] == [share(n, of) for n, of in zip(row.counts, quality.groups, strict=True)]


def test_pictures_are_drawn_from_the_same_numbers(report, page):
    specs = {s.attrib["id"]: json.loads(s.css("::text").get()) for s in page.css("script[type='application/json']")}
    values = {name: spec["data"].get("values") or next(iter(spec["datasets"].values())) for name, spec in specs.items()}
    posts = sum(row["count"] for row in values["spec-posts"] if row["what"] == "posts")
    assert posts == report.contents.posts - report.contents.undated_posts
    dated = report.contents.texts - report.contents.undated_texts
    assert sum(row["texts"] for row in values["spec-speeches"]) == dated
    assert sum(row["posts"] for row in values["spec-runs"]) == sum(
        r.new + r.edited + r.deleted for r in report.growth.runs
    )


def test_what_needs_a_look_is_said_first(report, page):
    said = ["".join(li.css("::text").getall()) for li in page.css(".advice li")]
    assert "status 3 (incomplete): 2 failed" in said[0] and "grave" in page.css(".advice li")[0].attrib["class"]
    unknown = report.quality.unknown_pieces
    assert any(f"{unknown} hidden pieces" in line for line in said)
    ids = set(page.css("[id]::attr(id)").getall())
    assert all(href[1:] in ids for href in page.css("a[href^='#']::attr(href)").getall())


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, "–"),
        (0, 5, "0 %"),
        (5, 5, "100 %"),
        (1, 3, "33.3 %"),
        (1, 10_000, "< 0.1 %"),
        (9_999, 10_000, "> 99.9 %"),
    ],
)
def test_a_share_never_looks_like_all_or_nothing(part, whole, shown):
    assert share(part, whole) == shown


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "", None]), st.integers(0, 3)), max_size=60), st.integers(1, 7))
def test_a_tally_of_parts_is_the_tally_of_the_whole(found, size):
    tally = Tally(["name"], texts="sum", turns="sum")
    for at in range(0, len(found), size):
        names, posts = zip(*found[at : at + size], strict=True)
        tally.count(
            pa.table({"name": pa.array(names, pa.string()), "post": pa.array([at * 10 + p for p in posts])}),
            texts="post",
        )
        tally._compact()
    table = tally.table()
    turns = {} if table is None else dict(zip(table["name"].to_pylist(), table["turns"].to_pylist(), strict=True))
    assert turns == Counter(name for name, _ in found)
    assert [row["name"] for row in tally.top("turns")] == sorted(
        {n for n, _ in found if n}, key=lambda n: (-turns[n], n)
    )


# --- hostile text -------------------------------------------------------------------------------------------------------


def test_text_of_a_forum_is_never_markup_or_code(hostile):
    text = hostile.read_text(encoding="utf-8")
    page = Selector(text)
    assert not page.css("img, svg, iframe, object, embed, form, base, link")
    names = {name for element in page.css("*") for name in element.attrib}
    assert not {name for name in names if name.startswith("on")}
    assert all(href.startswith(("#", "http://", "https://")) for href in page.css("[href]::attr(href)").getall())
    scripts = page.css("script")
    assert [s.attrib.get("type") for s in scripts][-2:] == [None, None] and len(scripts.css(":not([type])")) == 2
    for spec in page.css("script[type='application/json']::text").getall():
        json.loads(spec)
        assert "<" not in spec
    assert "pwned=1" in " ".join(page.css("article ::text").getall())


def test_the_page_may_load_nothing_and_run_only_its_own_scripts(hostile):
    page = Selector(hostile.read_text(encoding="utf-8"))
    policy = page.css("meta[http-equiv='Content-Security-Policy']::attr(content)").get()
    assert policy.startswith("default-src 'none'; script-src 'sha256-") and policy.count("'sha256-") == 2
    assert "unsafe" not in policy.split("style-src")[0] and not page.css("[src]")


def test_the_report_of_giant_posts_is_small(tmp_path):
    giant = "长" * 3_000_000
    pieces = tuple(Removed("jammer-text", f"{n} " + "x" * 20_000) for n in range(60))
    publish(
        tmp_path / "corpus", capture(1, [post(1, giant, title=giant[:70_000], removed=pieces, occasion=giant[:9_000])])
    )
    assert len(render(read_report(str(tmp_path / "corpus"), None, "1")).encode()) < 1_500_000


# --- the command --------------------------------------------------------------------------------------------------------


def make(folder, *words):
    """``scrapy report WORDS`` with its corpus and archive in the folder; gives the exit status."""
    made = command.Command()
    made.settings = Settings(
        {"CORPUS_DIR": str(folder / "corpus"), "ARCHIVE_DIR": str(folder / "archive"), "CODE_VERSION": "1"}
    )
    parser = argparse.ArgumentParser()
    made.add_options(parser)
    options, rest = parser.parse_known_args([str(word) for word in words])
    made.run(rest, options)
    return made.exitcode


def test_no_corpus_is_said_with_what_to_do(tmp_path, capsys):
    assert make(tmp_path) == 1
    said = capsys.readouterr().err
    assert str(tmp_path / "corpus") in said and "scrapy crawl forum" in said
    assert not list(tmp_path.iterdir())


def test_an_empty_corpus_has_an_honest_page(tmp_path, capsys):
    publish(tmp_path / "corpus")
    target = tmp_path / "deep" / "page.html"
    assert make(tmp_path, "-o", target) == 0
    assert "0 threads, 0 posts, 0 speeches" in capsys.readouterr().out
    page = Selector(target.read_text(encoding="utf-8"))
    assert {number(n) for n in page.css(".tiles dd::text").getall()} == {0}
    assert "There is no post to look at" in page.xpath("string(//main)").get()


def _other_version(root):
    file = next((root / "posts").glob("*.parquet"))
    found = pq.read_table(file)
    pq.write_table(found.replace_schema_metadata({**found.schema.metadata, b"schema_version": b"0"}), file)


def _cut(root):
    file = next((root / "posts").glob("*.parquet"))
    file.write_bytes(file.read_bytes()[:200])


@pytest.mark.parametrize(("harm", "words"), [(_other_version, "schema version 0"), (_cut, "damaged table file posts/")])
def test_a_corpus_that_cannot_be_read_is_named_with_the_remedy(tmp_path, capsys, harm, words):
    publish(tmp_path / "corpus", capture(1, [1]))
    harm(tmp_path / "corpus")
    with pytest.raises(DatasetError, match=words):
        read_report(str(tmp_path / "corpus"), None, "1")
    assert make(tmp_path) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "report.html").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path, capsys):
    publish(tmp_path / "corpus", capture(1, [1]))
    (tmp_path / "file").write_text("")
    assert make(tmp_path, "-o", tmp_path / "file" / "x.html") == 1
    said = capsys.readouterr().err
    assert str(tmp_path / "file" / "x.html") in said and "name another file with -o" in said


def test_an_old_report_is_replaced_whole(tmp_path):
    target = tmp_path / "report.html"
    target.write_text("old")
    command.write(target, "新")
    assert target.read_text(encoding="utf-8") == "新" and [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert command.default_target("a/corpus") == Path("a/report.html")
    assert command.default_target("s3://bucket/corpus") == Path("report.html")
