"""The noise audit: which posts are shown, and that what was taken out of them stands where it stood."""

from collections import Counter
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import FORUM
from hypothesis import given, settings
from hypothesis import strategies as st
from parsel import Selector
from reports import RULES, make_varied

from crawler.archive import Archive
from crawler.items import (
    AUTHORED,
    CHROME,
    HIDDEN,
    JAMMER,
    PLAIN,
    Post,
    Profile,
    RawPage,
    Removed,
    Run,
)
from crawler.report import audit as audit_module
from crawler.report.archived import ArchivedPosts
from crawler.report.page import render
from crawler.report.pieces import marked, shortened
from crawler.report.read import read_report
from crawler.report.sample import ALL_FACTS, CLEAN, LOT, NO_FACT, Sampler
from crawler.report.trace import Gone, trace
from pipelines import refine
from pipelines.chrome import strip_chrome
from pipelines.noise import remove_noise


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    root = tmp_path_factory.mktemp("varied") / "corpus"
    make_varied(root)
    return root


@pytest.fixture(scope="module")
def report(corpus):
    return read_report(str(corpus), None, "1")


@pytest.fixture(scope="module")
def page(report):
    return Selector(render(report))


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
    assert len(cut) < 100 and sum(len(p.text) + p.cut for p in cut) == 2000
    gone = [Gone(n, "jammer-text", "x") for n in range(500)]
    cut = shortened(marked("字" * 500, [], gone))
    assert sum(len(p.text) + p.cut for p in cut if not p.rule) == 500
    assert sum(bool(p.rule) for p in cut) + sum(p.dropped for p in cut) == 500


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


PAGE = (
    "<html><head><meta charset=utf-8><title>题</title></head><body id=nv_forum><div id=postlist><table id=pid{number}>"
    "<td class=t_f id=postmessage_{number}>甲说<font class=jammer>{noise}</font><br>乙说</td></table></div></body></html>"
)


def test_the_version_of_the_page_that_the_row_was_read_from_is_looked_for(tmp_path):
    """The forum draws its noise anew for every visit: a later capture of the page cannot show where it stood."""
    unit, other = "9 \\1 e  h' W/ i3 O", "0 y% H9 m* K% o4 d2 Y$ \\"
    url = f"http://{FORUM}/thread-5-1-1.html"
    archive = Archive(str(tmp_path / "archive"))
    writer = archive.writer(FORUM, "20240101T000000Z-000000", "test")
    for hours, noise in enumerate((unit, other)):
        body = PAGE.format(number=9, noise=noise).encode()
        writer.append(RawPage(url, body, datetime(2024, 1, 1, hours, tzinfo=UTC), "text/html"))
    writer.close()
    row = {"forum": FORUM, "post_id": 9, "position": 1, "url": url + "#pid9", "text": "甲说\n乙说", "extractor": "1"}
    pages = ArchivedPosts(archive, {(FORUM, 9)})
    found = list(pages.versions(row))
    assert len(found) >= 2
    refined = [refine(post) for post in found[:2]]
    for stored in refined:
        note, traced = audit_module._traced(row, stored.removed, pages)
        assert note == "" and [g.text for g in traced.gone] == [stored.removed[0].text]
    gone_note, nothing = audit_module._traced(row | {"text": "别的话"}, refined[0].removed, pages)
    assert nothing is None and "another version" in gone_note
    protected = row | {"text": "别的话", "extractor": "1+mask"}
    assert "to protect persons" in audit_module._traced(protected, refined[0].removed, pages)[0]
    assert "not in the archive" in audit_module._traced(row | {"url": url + "x"}, refined[0].removed, pages)[0]


def test_a_post_whose_page_was_saved_as_a_file_is_found_by_its_number(tmp_path):
    archive = Archive(str(tmp_path / "archive"))
    writer = archive.writer(FORUM, "20240101T000000Z-000000", "test")
    for number in (8, 9):
        body = PAGE.format(number=number, noise="9 \\1 e  h' W/ i3 O").encode()
        writer.append(RawPage(f"file:///saved/{number}.html", body, datetime(2024, 1, 1, tzinfo=UTC), "text/html"))
    writer.close()
    row = {"forum": FORUM, "post_id": 9, "position": 1, "url": f"http://{FORUM}/thread-5-1-1.html#pid9"}
    assert {post.post_id for post in ArchivedPosts(archive, {(FORUM, 9)}).versions(row)} == {9}
