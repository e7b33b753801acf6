"""The report: its numbers are the corpus's, its marks stand where things stood, and no text of a forum gets out of hand."""

import argparse
import json
import random
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import FORUM, START, capture, post, publish, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from parsel import Selector
from scrapy.settings import Settings

from crawler.archive import Archive
from crawler.commands import report as command
from crawler.demo import DemoForum, serve
from crawler.items import (
    AUTHORED,
    CHROME,
    HIDDEN,
    JAMMER,
    PLAIN,
    Evidence,
    Post,
    Profile,
    RawPage,
    Removed,
    Run,
    Speaker,
    Speech,
)
from crawler.report import audit as audit_module
from crawler.report.page import render, share
from crawler.report.pieces import marked, shortened
from crawler.report.read import read_report
from crawler.report.sample import ALL_FACTS, CLEAN, LOT, NO_FACT, Sampler
from crawler.report.tally import Tally
from crawler.report.trace import Gone, trace
from pipelines import refine
from pipelines.chrome import strip_chrome
from pipelines.dataset import DatasetError
from pipelines.noise import remove_noise

ROOT = Path(__file__).parent.parent
KINDS, OFFICES = ("讲话", "致辞", "其他", None), ("市长", "书记", "")
RULES = ("jammer-visible", "jammer-text", "hidden-unknown", "chrome-caption", "site-noise")


def number(shown):
    return int(re.sub(r"[^\d]", "", shown))


def varied(count=60, seed=7):
    """Threads in which whatever a report counts is there, is not there, or is there twice."""
    dice = random.Random(seed)
    for thread in range(1, count + 1):
        posts = []
        for floor in range(1, dice.randint(1, 7) + 1):
            key = thread * 100 + floor
            text = dice.choice(["", "同志们：", "第一句\n第二句", "坏字\ufffd"]) + "话" * dice.randint(0, 30)
            turns = dice.randint(0, 3) if text and floor == 1 else 0
            said = tuple(
                Speech(n, dice.choice(["张三", "李四", None]), dice.choice(OFFICES), "", None, text, 0, len(text))
                for n in range(1, turns + 1)
            )
            posts.append(
                post(
                    key,
                    text,
                    position=floor + dice.choice([0, 0, 0, 2]) if floor > 3 else floor,
                    is_first=floor == 1,
                    author=dice.choice(["甲", None]),
                    posted_at=dice.choice([None, START - timedelta(days=dice.randint(0, 4000))]),
                    kind=dice.choice(KINDS),
                    speakers=(Speaker("张三", "市长"),) * dice.randint(0, 2),
                    occasion=dice.choice([None, "大会", "小会"]),
                    speech_date=dice.choice([None, date(dice.randint(2009, 2024), 5, 1)]),
                    removed=tuple(Removed(dice.choice(RULES), "x") for _ in range(dice.randint(0, 4))),
                    flags=("banned",) * dice.randint(0, 1),
                    evidence=(Evidence("occasion", "text", 0, 1, "lead"),) if text and dice.random() < 0.4 else (),
                    speeches=said,
                )
            )
        opened = START - timedelta(days=dice.randint(0, 4000))
        more = {"board": f"版{thread % 3}", "board_id": thread % 3, "created_at": dice.choice([None, opened])}
        yield capture(thread, posts, replies=len(posts) + dice.randint(-1, 2), **more)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Published by three runs; the third found posts gone and failed on two pages."""
    root = tmp_path_factory.mktemp("varied") / "corpus"
    captures = list(varied())
    publish(root, *captures[:30], name="run-1", ended_at=START, exit_status=0, requests=31)
    publish(root, *captures[30:], name="run-2", ended_at=START, exit_status=0, requests=33)
    gone = [capture(c.thread.thread_id, c.posts[:1], 5) for c in captures[:10] if len(c.posts) > 1]
    errors = (("https://x/1", "HTTP 500"), ("https://x/2", "HTTP 500"))
    publish(root, *gone, name="run-3", ended_at=START, exit_status=3, reason="2 failed", errors=errors)
    return root


@pytest.fixture(scope="module")
def report(corpus):
    return read_report(str(corpus), None, "1")


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


def test_runs_and_what_they_missed(corpus, report):
    stored = rows(corpus, "runs")
    for run, row in zip(report.growth.runs, stored, strict=True):
        assert run[5:8] == (row["exit_status"], row["reason"] or "", row["requests"] or 0)
        assert (run.new, run.edited, run.deleted) == (row["posts_new"], row["posts_edited"], row["posts_deleted"])
    assert [(m.what, m.pages, m.last) for m in report.growth.missed] == [("HTTP 500", 2, 2)]


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


# --- the audit ----------------------------------------------------------------------------------------------------------

UNIT = st.lists(
    st.tuples(st.sampled_from('!"#$%&*+,-./0123456789'), st.sampled_from("?@ABCXYZ[]^_abcxyz{|}~")),
    min_size=6,
    max_size=9,
)
WORDS = st.text(alphabet="同志们请大家把会开好，。\n 　", max_size=20)
RUNS = st.one_of(
    st.builds(Run, WORDS, st.just(AUTHORED)),
    st.builds(
        lambda unit, mark: Run("".join(f"{a} {b}" for a, b in unit), mark), UNIT, st.sampled_from([JAMMER, HIDDEN])
    ),
    st.builds(lambda word: Run(word, CHROME, "caption"), WORDS),
    st.builds(lambda word: Run(word, HIDDEN), st.text(alphabet="隐藏内容", min_size=1, max_size=5)),
    st.builds(lambda word: Run(f"\n{word}\n下载附件\n本帖最后由 甲 于 2020-1-1 10:00 编辑\n", PLAIN), WORDS),
)


@settings(max_examples=300)
@given(st.lists(RUNS, max_size=12), st.sampled_from([(), ("开好",)]))
def test_everything_taken_out_is_shown_once_and_the_rest_is_the_text(body, noise):
    clean = strip_chrome(remove_noise(Post(FORUM, 1, 1, body=tuple(body)), Profile(noise=noise)), Profile())
    traced = trace(body, clean.text, clean.removed)
    assert traced is not None
    assert not traced.rest
    assert Counter((g.rule, g.text) for g in traced.gone) == Counter(clean.removed)
    pieces = marked(clean.text, [], traced.gone)
    assert "".join(piece.text for piece in pieces if not piece.rule) == clean.text
    order = [run.text for run in body if run.mark in (JAMMER, HIDDEN) and run.text.strip()]
    assert [piece.text for piece in pieces if piece.hue in ("visible", "hidden", "unknown")] == order


@pytest.mark.parametrize(
    ("body", "text", "removed", "gone"),
    [
        ([("甲", AUTHORED), ("x", JAMMER), ("\n乙", AUTHORED)], "甲\n乙", [("r", "x")], [(1, "r", "x")]),
        ([("甲\n", AUTHORED), ("x", HIDDEN), ("乙", AUTHORED)], "甲\n乙", [("r", "x")], [(2, "r", "x")]),
        ([("通知", CHROME, "a"), ("\n甲", AUTHORED)], "甲", [("chrome-a", "通知")], [(0, "chrome-a", "通知")]),
        ([("甲广告乙", AUTHORED)], "甲乙", [("site-noise", "广告")], [(1, "site-noise", "广告")]),
        ([("甲", AUTHORED), ("x", JAMMER)], "另一版", [("r", "x")], None),
        ([("甲乙", AUTHORED)], "甲", [], None),
        ([("甲", AUTHORED)], "甲乙", [], None),
    ],
)
def test_where_it_stood(body, text, removed, gone):
    traced = trace([Run(*run) for run in body], text, [Removed(*entry) for entry in removed])
    assert (None if traced is None else [tuple(g) for g in traced.gone]) == gone


def test_what_is_not_of_this_body_is_left_over_and_not_invented():
    removed = [Removed("jammer-visible", "in a quote"), Removed("zero-width", "")]
    traced = trace([Run("甲")], "甲", removed)
    assert traced.gone == () and sorted(traced.rest) == sorted(removed)


def test_evidence_is_marked_where_it_was_read_and_wins_by_rank():
    text = "张三在大会上"
    spans = [
        ("speakers[0].name", 0, 2, "title"),
        ("occasion", 3, 5, "title"),
        ("kind", 3, 6, "g"),
        ("venue", 4, 99, "bad"),
    ]
    pieces = marked(text, spans, [Gone(2, "jammer-text", "x")])
    assert [(p.text, p.hue) for p in pieces] == [
        ("张三", "speaker"),
        ("x", "text-rule"),
        ("在", ""),
        ("大会", "occasion"),
        ("上", "fact"),
    ]
    assert pieces[3].fields == ("occasion (title)", "kind (g)")


def test_long_stretches_are_shortened_and_counted():
    pieces = list(shortened(marked("话" * 5000, [("kind", 2500, 2502, "g")], [])))
    assert sum(len(p.text) + p.cut for p in pieces) == 5000 and all(len(p.text) <= 260 for p in pieces)
    many = marked("字" * 2000, [("kind", n, n + 1, "g") for n in range(0, 2000, 2)], [])
    cut = list(shortened(many))
    assert len(cut) < 300 and sum(len(p.text) + p.cut for p in cut) == 2000


def test_every_rule_has_its_example_and_lots_are_drawn(report):
    why = [post.why for post in report.audit]
    assert why[0] == "unknown noise variant: hidden-unknown"
    assert {f"for rule {rule}" for rule in RULES if rule != "hidden-unknown"} <= set(why)
    assert {NO_FACT, CLEAN, LOT} <= set(why) and ALL_FACTS not in why
    assert len({post.post_id for post in report.audit}) == len(why) == 12


def test_the_choice_is_the_same_for_the_same_corpus_and_another_after_another_run(corpus, report):
    assert [p.post_id for p in read_report(str(corpus), None, "1").audit] == [p.post_id for p in report.audit]
    chosen = []
    for seed in ("a", "b"):
        sampler = Sampler(seed)
        for number, part in enumerate(pq.read_table(corpus / "posts").to_batches()):
            sampler.read_posts(pa.table(part), str(number))
        chosen.append(set(sampler.chosen()))
    assert chosen[0] != chosen[1]


def test_without_an_archive_all_is_listed_beside_the_text(report, page):
    for entry, article in zip(report.audit, page.css("article"), strict=True):
        assert not any(piece.rule for piece in entry.body)
        assert sum(count for _, count, _ in entry.aside) == sum(count for _, count in entry.removed)
        assert bool(entry.note) == bool(entry.removed)
        assert len(article.css(".aside tbody tr")) == len(entry.aside)


def crawl(folder, url):
    places = [
        f"CORPUS_DIR={folder / 'corpus'}",
        f"ARCHIVE_DIR={folder / 'archive'}",
        "DOWNLOAD_DELAY=0",
        "LOG_LEVEL=ERROR",
    ]
    settings_ = [word for place in places for word in ("-s", place)]
    done = run_scrapy("crawl", "forum", "-a", f"url={url}", *settings_)
    assert done.returncode == 0, done.stdout + done.stderr


def run_scrapy(*args):
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *args], capture_output=True, text=True, cwd=ROOT, timeout=120
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The bundled forum, crawled, and its report made as a user makes it."""
    folder = tmp_path_factory.mktemp("demo")
    forum = DemoForum(threads=60)
    with serve(forum) as server:
        crawl(folder, server.url)
    done = run_scrapy("report", "-s", f"CORPUS_DIR={folder / 'corpus'}", "-s", f"ARCHIVE_DIR={folder / 'archive'}")
    assert done.returncode == 0, done.stderr
    assert str(folder / "report.html") in done.stdout
    return folder


def test_with_the_archive_all_is_shown_in_place(demo):
    page = Selector((demo / "report.html").read_text(encoding="utf-8"))
    stored = {row["post_id"]: row for row in pq.read_table(demo / "corpus/posts").to_pylist()}
    articles = page.css("article")
    assert len(articles) >= 12
    shown = Counter()
    for article in articles:
        row = stored[int(re.search(r"post (-?\d+) of", "".join(article.css(".meta ::text").getall()))[1])]
        gone = [d.xpath("string()").get() for d in article.css(".text del")]
        aside = [d.xpath("string()").get() for d in article.css(".aside del")]
        assert not article.css(".note"), article.css(".note").getall()
        assert Counter(gone + aside) == Counter(entry["text"] for entry in row["removed"])
        kept = "".join(
            article.xpath(".//div[@class='text']//text()[not(ancestor::del) and not(ancestor::span)]").getall()
        )
        if not article.css(".cut") and row["text"]:
            assert kept == row["text"]
        marks = [m.xpath("string()").get() for m in article.css(".text mark, h3 mark")]
        for evidence in row["evidence"]:
            where = row["text"] if evidence["where"] == "text" else row["title"]
            assert where[evidence["start"] : evidence["end"]] in "".join(marks)
        shown["in place"] += len(gone)
        shown["beside"] += len(aside)
    assert shown["in place"] > 5 * shown["beside"]


def test_the_version_of_the_page_that_the_row_was_read_from_is_looked_for(tmp_path):
    """The forum draws its noise anew for every visit: a later capture of the page cannot show where it stood."""
    unit, other = "9 \\1 e  h' W/ i3 O", "0 y% H9 m* K% o4 d2 Y$ \\"
    url = f"http://{FORUM}/thread-5-1-1.html"
    archive = Archive(str(tmp_path / "archive"))
    with_noise = "<div id=postlist><table id=pid9><td class=t_f id=postmessage_9>甲说<font class=jammer>{}</font><br>乙说</td></table></div>"
    page = "<html><head><meta charset=utf-8><title>题</title></head><body id=nv_forum>" + with_noise + "</body></html>"
    writer = archive.writer(FORUM, "20240101T000000Z-000000", "test")
    for hours, noise in enumerate((unit, other)):
        body = page.format(noise).encode()
        writer.append(RawPage(url, body, datetime(2024, 1, 1, hours, tzinfo=UTC), "text/html"))
    writer.close()
    row = {"forum": FORUM, "post_id": 9, "position": 1, "url": url + "#pid9", "text": "甲说\n乙说"}
    found = list(audit_module._archived(archive, row))
    assert len(found) >= 2
    refined = [refine(post) for post in found[:2]]
    for stored in refined:
        note, traced = audit_module._traced(row, stored.removed, archive)
        assert note == "" and [g.text for g in traced.gone] == [stored.removed[0].text]
    gone_note, nothing = audit_module._traced(row | {"text": "别的话"}, refined[0].removed, archive)
    assert nothing is None and "another version" in gone_note
    assert "not in the archive" in audit_module._traced(row | {"url": url + "x"}, refined[0].removed, archive)[0]


# --- hostile text -------------------------------------------------------------------------------------------------------

EVIL = "</script><script>pwned=1</script><img src=x onerror=pwned=1>\"'><svg onload=pwned=1>{{7*7}}<!--"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    root = tmp_path_factory.mktemp("hostile") / "corpus"
    said = Speech(1, EVIL, EVIL, EVIL, EVIL, EVIL, 0, len(EVIL))
    bad = post(
        1,
        EVIL,
        author=EVIL,
        title=EVIL,
        url="javascript:pwned=1",
        kind=EVIL,
        occasion=EVIL,
        venue=EVIL,
        editor=EVIL,
        source=EVIL,
        speech_date=date(2024, 1, 1),
        speech_date_raw=EVIL,
        flags=(EVIL,),
        is_first=True,
        position=3,
        speakers=(Speaker(EVIL, EVIL, EVIL),),
        removed=(Removed(EVIL, EVIL), Removed("hidden-unknown", EVIL)),
        evidence=(Evidence("occasion", "text", 0, 9, EVIL), Evidence("kind", "title", 3, 12, EVIL)),
        speeches=(said,),
    )
    others = [post(n, "x", speech_date=date(2000 + n, 1, 1), speeches=(said,)) for n in range(2, 20)]
    whole = capture(1, [bad, *others], title=EVIL, board=EVIL, url="javascript:pwned=1", replies=99)
    publish(root, whole, ended_at=START, exit_status=3, reason=EVIL, errors=((EVIL, EVIL),), command=EVIL)
    publish(root, whole, name="run-2", ended_at=START, exit_status=3, reason=EVIL)
    target = root.parent / "report.html"
    target.write_text(render(read_report(str(root), None, "1")), encoding="utf-8")
    return target


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
    assert make(tmp_path, "page.html") == 1
    assert "-o FILE" in capsys.readouterr().err


def test_an_old_report_is_replaced_whole(tmp_path):
    target = tmp_path / "report.html"
    target.write_text("old")
    command.write(target, "新")
    assert target.read_text(encoding="utf-8") == "新" and [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert command.default_target("a/corpus") == Path("a/report.html")
    assert command.default_target("s3://bucket/corpus") == Path("report.html")
