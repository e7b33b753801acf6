"""The tables: what a publish makes of what is stored, and what a reader finds."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.items import Attachment, Board, Capture, Comment, Post, Quote, Removed, Speech
from pipelines.dataset import SCHEMAS, Dataset, DatasetError, SchemaMismatch, schema
from pipelines.dataset.files import GROUP_ROWS
from pipelines.dataset.layout import slug, span_of, table_file, thread_range
from pipelines.reprints import update as update_reprints
from tests.corpora import FORUM, START, at, by_id, capture, corpus, files, post, publish, rows, run

CONTRACT = Path(__file__).parents[2] / "shared" / "contract.md"
DOCS = Path(__file__).parents[1] / "docs" / "data-format.md"


# --- schemas --------------------------------------------------------------------------------------------------------


def contract_columns(table: str) -> list[tuple[str, bool, str | None]]:
    """(name, nullable, type or None where the page does not say) of each column, as the contract lists them."""
    text = CONTRACT.read_text("utf-8").partition(f"**{table}** key")[2].partition("\n\n")[0].partition("`.")[0] + "`"
    spans = " , ".join(re.findall(r"`([^`]*)`", text))
    spans = re.sub(r"\([^()]*\)", "", spans).replace("\n", " ")
    parts = re.split(r",(?![^<]*>)", re.sub(r"\s+", " ", spans))
    return [column for part in parts for column in _columns(part.replace("text! ", "text!").strip())]


def _columns(part: str) -> list[tuple[str, bool, str | None]]:
    words = part.split(" ", 1) if "<" in part else part.split()
    if len(words) > 1 and ("<" in words[-1] or words[-1] in ("int64", "int32", "bool", "date32")):
        *names, kind = words
    else:
        names, kind = words, ""
    return [(n.rstrip("!"), not n.endswith("!"), kind or None if n == names[-1] else None) for n in names if n != "…"]


@pytest.mark.skipif(not CONTRACT.exists(), reason="the contract page is not beside this checkout")
@pytest.mark.parametrize("table", ["threads", "posts", "speeches"])
def test_schema_is_the_contract(table: str) -> None:
    listed = contract_columns(table)
    assert [name for name, _, _ in listed] == SCHEMAS[table].names
    for name, nullable, kind in listed:
        field = SCHEMAS[table].field(name)
        assert field.nullable == nullable, name
        assert kind is None or re.sub(r"\W+", " ", kind) == documented(field), name


def documented(field: pa.Field) -> str:
    """The type as the contract writes it: strings and times are left out."""
    name = re.sub(r" (string|timestamp)\b", "", schema.type_name(field.type))
    return re.sub(r"\W+", " ", name)


@pytest.mark.skipif(not CONTRACT.exists(), reason="the contract page is not beside this checkout")
def test_small_tables_hold_what_the_contract_names() -> None:
    text = CONTRACT.read_text("utf-8")
    named = re.search(r"\*\*runs\*\* key \(run_id\): `([^`]*)`", text)
    assert named
    assert set(re.split(r",\s*", named[1])) <= set(SCHEMAS["runs"].names)
    assert {"forum", "board_id", "name", "url", "threads_listed", "complete_through"} <= set(SCHEMAS["boards"].names)


def test_every_column_is_described_and_times_are_utc() -> None:
    for table, declared in SCHEMAS.items():
        assert declared.metadata[b"schema_version"] == b"1", table
        for field in declared:
            assert field.metadata[b"description"], field.name
            assert not pa.types.is_timestamp(field.type) or field.type == pa.timestamp("us", tz="UTC")


def test_docs_list_every_column() -> None:
    page = DOCS.read_text("utf-8")
    assert schema.fill_page(page) == page, "run: python -m pipelines.dataset docs/data-format.md"
    assert all(f"<!-- columns: {table} -->\n" in page for table in SCHEMAS)


def test_every_file_has_the_declared_schema(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1, 2]), capture(5000, [3]), capture(-7, [-8]))
    update_reprints(str(tmp_path))
    for table, declared in SCHEMAS.items():
        for path in (tmp_path / table).iterdir():
            assert pq.read_schema(path).equals(declared, check_metadata=True), path


# --- names ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.text(), min_size=2, max_size=2, unique=True))
def test_slugs_are_safe_and_never_meet(names: list[str]) -> None:
    one, two = (slug(name) for name in names)
    assert one.casefold() != two.casefold()
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*", one)
    assert len(one) < 130


@given(st.text(), st.integers(-(2**63), 2**63 - 1))
def test_a_file_is_known_by_its_name(forum: str, thread_id: int) -> None:
    path = table_file("posts", forum, thread_range(thread_id))
    assert span_of(path, forum) == thread_range(thread_id)
    assert span_of(path, forum + "x") is None


def test_two_forums_whose_names_begin_alike(tmp_path: Path) -> None:
    dataset = Dataset(str(tmp_path))
    for name in ("a.net", "a.net-000000", "a.net:80", "A.NET"):
        view = capture(1, [1])
        view = Capture(
            replace(view.thread, forum=name), tuple(replace(p, forum=name) for p in view.posts), view.fetched_at
        )
        dataset.publish(name, [view], [], run(f"run {name}"))
    assert len(rows(tmp_path, "posts")) == 4
    assert all(len(dataset.known_threads(name)) == 1 for name in ("a.net", "a.net-000000", "a.net:80", "A.NET"))


# --- merging --------------------------------------------------------------------------------------------------------


def test_writing_twice_changes_no_byte(tmp_path: Path) -> None:
    views = [capture(t, range(t * 10, t * 10 + 5)) for t in (1, 2, 2000, -5)]
    first = publish(tmp_path, *views)
    before = files(tmp_path)
    again = publish(tmp_path, *(replace(view, fetched_at=at(5)) for view in views), name="run-2")
    assert (first.posts_new, first.threads_changed) == (20, 4)
    assert (again.posts_new, again.posts_edited, again.posts_deleted, again.threads_changed, again.files_written) == (
        0,
    ) * 5
    assert files(tmp_path) == before


def test_noise_tokens_views_and_relative_times_are_no_change(tmp_path: Path) -> None:
    def view(draw: int) -> Capture:
        shown = post(
            1,
            url=f"https://{FORUM}/thread-1.html?sid={draw}",
            removed=(Removed("jammer", f"噪{draw}"),) * draw,
            posted_at_raw=f"{draw} 分钟前",
            attachments=(Attachment("image", "a.jpg", f"https://{FORUM}/?aid={draw}"),),
        )
        return capture(1, [shown], draw, views=100 + draw, title_raw=f"主题 {draw}", url=f"https://{FORUM}/?x={draw}")

    publish(tmp_path, view(1))
    before = files(tmp_path)
    assert publish(tmp_path, view(2), name="run-2").files_written == 0
    assert files(tmp_path) == before
    assert rows(tmp_path, "threads")[0]["views"] == 101


def test_equal_rows_make_equal_bytes_however_they_came(tmp_path: Path) -> None:
    views = [capture(t, [post(t * 1000 + i, f"{t} {i} " * 40) for i in range(9)]) for t in range(1, 700)]
    publish(tmp_path / "once", *views)
    for part in (views[1::3], views[0::3], views[2::3]):
        publish(tmp_path / "parts", *part)
    assert pq.read_metadata(next((tmp_path / "once/posts").iterdir())).num_row_groups > 1
    assert files(tmp_path / "once") == files(tmp_path / "parts")


def test_an_edit_changes_its_row_alone(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1, 2, 3]))
    before = by_id(tmp_path)
    seen = [1, post(2, "改过的话", edited_at=at(3), edited_by="用户2", position=2), 3]
    done = publish(tmp_path, capture(1, seen, 4), name="run-2")
    after = by_id(tmp_path)
    assert (done.posts_edited, done.posts_new, done.threads_changed) == (1, 0, 1)
    assert after[1] == before[1] and after[3] == before[3]
    assert (after[2]["text"], after[2]["changed_at"], after[2]["first_seen_at"]) == ("改过的话", at(4), at(0))
    assert (after[2]["run_id"], after[1]["run_id"]) == ("run-2", "run-1")
    assert {row["post_id"]: row["text"] for row in rows(tmp_path, "speeches")}[2] == "改过的话"


def test_content_hash_follows_words_and_structure_only(tmp_path: Path) -> None:
    def hashed(hours: float, posts: list[Post | int], **more: object) -> str:
        publish(tmp_path, capture(1, posts, hours, **more))
        return str(rows(tmp_path, "threads")[0]["content_hash"])

    first = hashed(0, [1, 2])
    assert hashed(1, [1, 2], views=9, is_sticky=True, board="别处", replies=7) == first
    assert hashed(2, [1, post(2, "另一句", position=2)]) != first
    assert hashed(3, [1, 2]) == first
    assert hashed(4, [1]) != first
    assert hashed(5, [1, 2]) == first
    assert hashed(6, [1, 2], title="另一题") != first


def test_what_is_gone_is_flagged_once_kept_and_comes_back(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1, 2, 3]))
    assert publish(tmp_path, capture(1, [1, 3], 1)).posts_deleted == 1
    gone = by_id(tmp_path)[2]
    assert (gone["deleted_at"], gone["changed_at"], gone["text"]) == (at(1), at(1), "第2楼")
    assert by_id(tmp_path, "threads")[1]["posts_seen"] == 2
    before = files(tmp_path)
    assert publish(tmp_path, capture(1, [1, 3], 2), name="run-2").posts_deleted == 0
    assert by_id(tmp_path)[2] == gone
    assert [path for path, data in files(tmp_path).items() if data != before[path]] == [] or by_id(tmp_path)[3][
        "position"
    ] == 2
    publish(tmp_path, capture(1, [1, 2, 3], 3), name="run-3")
    back = by_id(tmp_path)[2]
    assert (back["deleted_at"], back["changed_at"], back["first_seen_at"]) == (None, at(3), at(0))
    assert len(rows(tmp_path, "speeches")) == 3


def test_an_incomplete_view_deletes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1, 2, 3]))
    done = publish(tmp_path, capture(1, [post(3, position=3), post(4, position=4)], 1, complete=False))
    assert (done.posts_new, done.posts_deleted) == (1, 0)
    assert by_id(tmp_path, "threads")[1]["posts_seen"] == 4


@pytest.mark.parametrize(("status", "deleted"), [("deleted", True), ("forbidden", False), ("moved", False)])
def test_a_thread_that_cannot_be_seen_keeps_its_posts(tmp_path: Path, status: str, deleted: bool) -> None:
    publish(tmp_path, capture(1, [1, 2], last_post_author="用户1"))
    publish(tmp_path, capture(1, [], 1, status=status, title="", board=None, url=""))
    thread = by_id(tmp_path, "threads")[1]
    assert (thread["status"], thread["title"], thread["board"], thread["last_post_author"]) == (
        status,
        "主题1",
        "讲话",
        "用户1",
    )
    assert [row["deleted_at"] for row in rows(tmp_path, "posts")] == [at(1) if deleted else None] * 2
    assert thread["posts_seen"] == (0 if deleted else 2)
    publish(tmp_path, capture(1, [1, 2], 2))
    assert by_id(tmp_path, "threads")[1]["status"] == "live"
    assert [row["deleted_at"] for row in rows(tmp_path, "posts")] == [None, None]


@pytest.mark.parametrize("other", [2, 5000, -3], ids=["same file", "other file", "hashed file"])
@pytest.mark.parametrize("at_once", [True, False], ids=["one publish", "two runs"])
def test_a_post_that_moves_lives_in_one_thread(tmp_path: Path, other: int, at_once: bool) -> None:
    views = [
        capture(1, [1, 2, 3]),
        capture(other, [50]),
        capture(other, [post(3, position=1), post(50, position=2)], 1),
        capture(1, [1, 2], 2),
    ]
    for batch in [views] if at_once else [[view] for view in views]:
        publish(tmp_path, *batch)
    posts = by_id(tmp_path)
    assert len(rows(tmp_path, "posts")) == 4
    assert (posts[3]["thread_id"], posts[3]["deleted_at"], posts[3]["first_seen_at"]) == (other, None, at(0))
    assert {row["post_id"]: row["thread_id"] for row in rows(tmp_path, "speeches")} == {1: 1, 2: 1, 3: other, 50: other}
    threads = by_id(tmp_path, "threads")
    assert (threads[1]["posts_seen"], threads[other]["posts_seen"]) == (2, 2)


def test_a_moved_post_whose_words_are_withheld_takes_its_speeches_along(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1, 2]))
    publish(tmp_path, capture(4000, [post(2, "", flags=("locked",))], 1, board="新板块"))
    moved = by_id(tmp_path)[2]
    assert (moved["thread_id"], moved["text"], moved["flags"]) == (4000, "第2楼", ["locked"])
    speech = by_id(tmp_path, "speeches")[2]
    assert (speech["thread_id"], speech["board"], speech["text"]) == (4000, "新板块", "第2楼")


def test_a_thread_that_was_gone_first_and_merged_later(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1, 2]), capture(9000, [7]))
    publish(tmp_path, capture(1, [], 1, status="deleted"))
    publish(tmp_path, capture(9000, [1, 2, 7], 2))
    assert [(row["thread_id"], row["deleted_at"]) for row in rows(tmp_path, "posts")] == [(9000, None)] * 3
    assert by_id(tmp_path, "threads")[1]["posts_seen"] == 0


def test_a_poorer_view_takes_nothing_away(tmp_path: Path) -> None:
    full = post(
        1,
        position=1,
        is_first=True,
        kind="讲话",
        occasion="全市大会",
        comments=(Comment("丙", "好", START),),
        quotes=(Quote("引文", "乙", 77),),
        attachments=(Attachment("file", "a.doc", "u"),),
        posted_at=START,
    )
    tags = ("会议",)
    publish(
        tmp_path,
        capture(1, [full], author="甲", author_id=3, created_at=START, last_post_at=START, tags=tags, replies=0),
    )
    before = files(tmp_path)
    poor = replace(
        full,
        position=None,
        is_first=False,
        author=None,
        author_id=None,
        posted_at=START.replace(second=0),
        title=None,
        kind=None,
        occasion=None,
        comments=(Comment("丙", "好", None),),
        quotes=(Quote("引文"),),
        attachments=(),
        speeches=(),
    )
    day = START.replace(hour=0, minute=0, second=0)
    view = capture(
        1, [poor], 1, created_at=day, last_post_at=START.replace(second=0), board_id=None, board=None, replies=0
    )
    publish(tmp_path, view, name="run-2")
    assert files(tmp_path) == before


def test_other_code_may_read_less(tmp_path: Path) -> None:
    """A wrong speaker is worse than none: what better code does not find any more goes."""
    publish(tmp_path, capture(1, [post(1, kind="讲话")]))
    done = publish(tmp_path, capture(1, [post(1, kind=None, speeches=())], 1), name="run-2", code_version="2")
    row = by_id(tmp_path)[1]
    assert (row["kind"], row["extractor"], done.posts_edited) == (None, "2", 1)
    assert rows(tmp_path, "speeches") == []


def test_other_code_may_cut_speeches_otherwise(tmp_path: Path) -> None:
    turns = (Speech(1, "某甲", "", "", None, "第1", 0, 2), Speech(2, "某乙", "", "", None, "楼", 2, 3))
    publish(tmp_path, capture(1, [1]))
    assert (
        publish(
            tmp_path, capture(1, [post(1, position=1, speeches=turns)], 1), name="run-2", code_version="2"
        ).threads_changed
        == 1
    )
    assert [row["speaker"] for row in rows(tmp_path, "speeches")] == ["某甲", "某乙"]


@pytest.mark.parametrize(
    ("flag", "shown", "kept"),
    [
        ("locked", "", True),
        ("banned", "", True),
        ("truncated", "第1", True),
        ("image_only", "", False),
        ("hidden", "短", False),
    ],
)
def test_withheld_words_stay_known(tmp_path: Path, flag: str, shown: str, kept: bool) -> None:
    publish(tmp_path, capture(1, [1]))
    publish(tmp_path, capture(1, [post(1, shown, flags=(flag,), speeches=(), position=1)], 1))
    row = by_id(tmp_path)[1]
    assert row["text"] == ("第1楼" if kept else shown)
    assert len(rows(tmp_path, "speeches")) == kept
    assert row["flags"] == ([] if flag == "truncated" else [flag])


def test_floors_that_no_page_shows_follow_those_before(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1, 2, 3]))
    more = capture(1, [post(4), post(5), post(9, position=8), post(10)], 1, complete=False)
    publish(tmp_path, more)
    assert [row["position"] for row in rows(tmp_path, "posts")] == [1, 2, 3, 4, 5, 8, 9]
    publish(tmp_path, capture(2, [post(20), post(21)], complete=False))
    assert by_id(tmp_path)[20]["position"] is None, "nothing before it is known"
    publish(tmp_path, capture(3, [post(30), post(31)]))
    assert [by_id(tmp_path)[n]["position"] for n in (30, 31)] == [1, 2]


def test_an_older_view_overwrites_nothing(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1, post(2, "新", position=2)], 5, title="新题"))
    done = publish(tmp_path, capture(1, [1, post(2, "旧", position=2), 3], 1, title="旧题", tags=("甲",)))
    assert done.posts_new == 1
    assert by_id(tmp_path)[2]["text"] == "新"
    thread = by_id(tmp_path, "threads")[1]
    assert (thread["title"], thread["tags"], thread["first_seen_at"]) == ("新题", ["甲"], at(1))


def test_a_board_renamed_reaches_the_speeches(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1, 2]), capture(2, [3]))
    publish(tmp_path, capture(1, [post(1, position=1)], 1, complete=False, board="领导讲话", replies=1))
    assert {row["post_id"]: row["board"] for row in rows(tmp_path, "speeches")} == {
        1: "领导讲话",
        2: "领导讲话",
        3: "讲话",
    }


def test_boards_and_runs(tmp_path: Path) -> None:
    dataset = Dataset(str(tmp_path))
    board = Board(FORUM, 2, "讲话", "u", 10)
    dataset.publish(FORUM, [capture(1, [1, 2])], [(board, None)], run())
    dataset.publish(
        FORUM,
        [capture(1, [1], 1)],
        [(replace(board, name=""), at(1))],
        run(ended_at=at(2), exit_status=0, errors=(("u", "x"),)),
    )
    known = dataset.known_boards(FORUM)[2]
    assert (known.name, known.threads_listed, known.complete_through) == ("讲话", 10, at(1))
    dataset.publish(FORUM, [], [(board, None)], run("run-2"))
    assert dataset.known_boards(FORUM)[2] == known
    last, first = dataset.last_runs(FORUM)
    assert (last["run_id"], last["posts_new"], last["files_written"]) == ("run-2", 0, 0)
    assert (first["posts_new"], first["posts_deleted"], first["threads_changed"]) == (2, 1, 2)
    assert (first["exit_status"], first["errors"]) == (0, [{"url": "u", "what": "x"}])


def test_known_threads(tmp_path: Path) -> None:
    publish(tmp_path, *(capture(t, [t * 10], last_post_at=at(t), pages=2) for t in (3, 1, 4000, -9)))
    known = Dataset(str(tmp_path)).known_threads(FORUM)
    assert list(known) == [-9, 1, 3, 4000] and len(known) == 4
    assert (known[3].last_post_at, known[3].pages, known[3].posts_seen, known[3].status) == (at(3), 2, 1, "live")
    assert 2 not in known and known.get(2) is None and 4000 in known
    assert [row.thread_id for row in known.rows()] == list(known)
    assert len(Dataset(str(tmp_path)).known_threads("other.example")) == 0
    assert Dataset(str(tmp_path)).counts(FORUM) == {"threads": 4, "posts": 4, "speeches": 4}


def test_strange_strings_and_numbers(tmp_path: Path) -> None:
    odd = "\ud800 a\x00b \U0001f600 " + "长" * 10
    view = capture(1, [post(1, odd, position=1, author=odd, author_id=2**80)], replies=2**40, views=-1, title=odd)
    publish(tmp_path, view)
    before = files(tmp_path)
    row = by_id(tmp_path)[1]
    assert (row["text"], row["author_id"]) == (odd.replace("\ud800", "\ufffd"), None)
    assert publish(tmp_path, view, name="run-2").files_written == 0
    assert files(tmp_path) == before
    with pytest.raises(DatasetError, match="64 bits"):
        publish(tmp_path, capture(2, [post(2**70)]))


def test_another_forum_s_captures_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=FORUM):
        Dataset(str(tmp_path)).publish("other.example", [capture(1, [1])], [], run())
    assert not (tmp_path / "posts").exists()


def test_another_schema_version_says_what_to_do(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1]))
    for version, advice in ((b"0", "reextract"), (b"99", "update the code")):
        for path in (tmp_path / "threads").iterdir():
            table = pq.read_table(path)
            pq.write_table(table.replace_schema_metadata(table.schema.metadata | {b"schema_version": version}), path)
        before = files(tmp_path)
        with pytest.raises(SchemaMismatch, match=advice):
            publish(tmp_path, capture(1, [1, 2], 1))
        with pytest.raises(SchemaMismatch, match=advice):
            Dataset(str(tmp_path)).known_threads(FORUM)
        assert files(tmp_path) == before


def test_a_file_whose_columns_were_described_in_other_words_is_whole_and_is_described_anew(tmp_path: Path) -> None:
    publish(tmp_path, capture(1, [1]))
    for path in tmp_path.glob("*/*.parquet"):
        table = pq.read_table(path)
        old = pa.schema([field.with_metadata({"description": "?"}) for field in table.schema], table.schema.metadata)
        pq.write_table(table.cast(old), path)
        assert not pq.read_schema(path).equals(schema.SCHEMAS[path.parent.name], check_metadata=True)
    assert [damage.path for damage in Dataset(str(tmp_path)).check(FORUM) if "schema" in str(damage)] == []
    publish(tmp_path, capture(1, [1, 2], 1), capture(2, [9]), name="run-2")
    assert len(by_id(tmp_path)) == 3
    for path in tmp_path.glob("*/*.parquet"):
        anew = pq.read_schema(path).equals(schema.SCHEMAS[path.parent.name], check_metadata=True)
        assert anew or path.parent.name == "boards", path


def test_giant_threads_are_cut_into_row_groups(tmp_path: Path) -> None:
    many = [post(n, "字") for n in range(1, GROUP_ROWS + 100)]
    heavy = [post(100_000 + n, "重" * 400_000) for n in range(30)]
    publish(tmp_path, capture(1, many), capture(2, heavy))
    publish(tmp_path, capture(1, [post(50, "改", position=50)], 1, complete=False))
    sizes = [
        pq.read_metadata(p).row_group(i).num_rows
        for p in (tmp_path / "posts").iterdir()
        for i in range(pq.read_metadata(p).num_row_groups)
    ]
    assert sizes[0] == GROUP_ROWS and len(sizes) >= 4
    assert by_id(tmp_path)[50]["text"] == "改" and len(by_id(tmp_path)) == GROUP_ROWS + 99 + 30


# --- built again ----------------------------------------------------------------------------------------------------


def life(code: str) -> list[Capture]:
    """What an archive holds of a forum, as one version of the code reads it: better code knows one kind more."""
    known = {"kind": "报告"} if code == "2" else {}
    return [
        capture(1, [post(1, position=1, **known), 2, 3]),
        capture(5000, [post(4, "甲", position=1)]),
        capture(1, [post(1, position=1, **known), 2], 1),
        capture(5000, [post(4, "乙", position=1, **known)], 2),
        capture(2, [5], 3),
    ]


def test_built_again_by_the_same_code_changes_no_byte(tmp_path: Path) -> None:
    publish(tmp_path / "crawled", *life("1"))
    publish(tmp_path / "rebuilt", *life("1")[:3], name="again-1", code_version="1b")
    publish(tmp_path / "rebuilt", *life("1")[3:], name="again-2", code_version="1b")
    corpus_, rebuilt = Dataset(str(tmp_path / "crawled")), Dataset(str(tmp_path / "rebuilt"))
    before = files(tmp_path / "crawled")
    assert list(corpus_.compare(FORUM, rebuilt)) == []
    assert corpus_.adopt(FORUM, rebuilt, run("again")).files_written == 0
    assert files(tmp_path / "crawled") == before


def test_better_code_changes_the_rows_it_reads_otherwise(tmp_path: Path) -> None:
    publish(tmp_path / "crawled", *life("1"), capture(900, [9]))
    publish(tmp_path / "rebuilt", *life("2"), name="again", code_version="2")
    corpus_, rebuilt = Dataset(str(tmp_path / "crawled")), Dataset(str(tmp_path / "rebuilt"))
    found = [(d.table, d.new["post_id"] if d.new else None, d.columns) for d in corpus_.compare(FORUM, rebuilt)]
    assert found == [(table, number, ["kind"]) for table in ("posts", "speeches") for number in (1, 4)]
    done = corpus_.adopt(FORUM, rebuilt, run("again", code_version="2"))
    assert (done.posts_edited, done.posts_new, done.posts_deleted, done.files_written) == (2, 0, 0, 4)
    posts = by_id(tmp_path / "crawled")
    assert [(n, row["kind"], row["run_id"]) for n, row in posts.items()] == [
        (1, "报告", "again"),
        (2, None, "run-1"),
        (3, None, "run-1"),
        (4, "报告", "again"),
        (5, None, "run-1"),
        (9, None, "run-1"),
    ]
    assert posts[3]["deleted_at"] == at(1) and corpus_.check(FORUM, deep=True) == []


def test_posts_that_better_code_does_not_find_go_and_new_ones_come(tmp_path: Path) -> None:
    publish(tmp_path / "crawled", capture(1, [1, 2]))
    publish(tmp_path / "rebuilt", capture(1, [1, 3]), capture(6000, [7]), name="again")
    done = Dataset(str(tmp_path / "crawled")).adopt(FORUM, Dataset(str(tmp_path / "rebuilt")), run("again"))
    assert (done.posts_new, done.posts_deleted) == (2, 1)
    assert list(by_id(tmp_path / "crawled")) == [1, 3, 7] and list(by_id(tmp_path / "crawled", "speeches")) == [1, 3, 7]


# --- readers --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("corpus")
    silent = post(99, "", speeches=())
    publish(root, capture(1, [1, 2]), capture(3000, [3]), capture(9000, [silent]), capture(-1, [-2]))
    return root


COUNTS = {"threads": 4, "posts": 5, "speeches": 4, "boards": 0, "runs": 1}


@pytest.mark.parametrize("table", COUNTS)
def test_one_line_readers(folder: Path, table: str) -> None:
    path = f"{folder}/{table}"
    names = SCHEMAS[table].names
    assert pd.read_parquet(path).shape == (COUNTS[table], len(names))
    assert list(pd.read_parquet(path).columns) == names
    assert pads.dataset(path).to_table().num_rows == COUNTS[table]
    assert pl.read_parquet(f"{path}/").shape == (COUNTS[table], len(names))
    assert duckdb.sql(f"select * from '{path}/*.parquet'").columns == names


@pytest.mark.parametrize("table", ["threads", "posts", "speeches", "runs"])
def test_huggingface_datasets_reads_the_folder(
    folder: Path, table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", reason="the reader `datasets` is not installed")
    found = datasets.load_dataset("parquet", data_dir=f"{folder}/{table}", split="train", cache_dir=str(tmp_path))
    assert found.num_rows == COUNTS[table] and found.column_names == SCHEMAS[table].names


# --- properties -----------------------------------------------------------------------------------------------------

THREADS = (1, 2, 3000, -4)


@st.composite
def histories(draw: st.DrawFn) -> list[Capture]:
    """Views of a few threads, each later than the one before: posts appear, change, vanish, move, and pages know less."""
    views = []
    for hour in range(draw(st.integers(1, 8))):
        thread = draw(st.sampled_from(THREADS))
        numbers = sorted(draw(st.sets(st.integers(1, 6), max_size=5)))
        shown = [
            post(
                number,
                draw(st.sampled_from(["甲", "乙乙", ""])),
                position=draw(st.sampled_from([number, None])),
                author=draw(st.sampled_from(["丁", None])),
                title=draw(st.sampled_from(["题", None])),
                flags=draw(st.sampled_from([(), ("locked",), ("truncated",)])),
            )
            for number in numbers
        ]
        status = draw(st.sampled_from(["live", "live", "live", "deleted"])) if not numbers else "live"
        board = draw(st.sampled_from(["板一", "板二", None]))
        views.append(capture(thread, shown, hour, complete=draw(st.booleans()), status=status, board=board))
    return views


PROPERTY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@PROPERTY
@given(histories(), st.data())
def test_it_does_not_matter_how_views_are_batched(
    tmp_path_factory: pytest.TempPathFactory, views: list[Capture], data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("batches")
    publish(root / "once", *data.draw(st.permutations(views)))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(views)))) | {0, len(views)})
    for start, end in itertools.pairwise(cuts):
        publish(root / "parts", *views[start:end])
    assert corpus(root / "once") == corpus(root / "parts")
    check_consistency(root / "parts")


@PROPERTY
@given(histories(), st.data())
def test_publishing_again_after_a_crash_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, views: list[Capture], data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("again")
    for view in views:
        publish(root, view)
    before = corpus(root)
    again = views[data.draw(st.integers(0, len(views) - 1)) :]
    for view in again:
        publish(root, view, name="run-2")
    assert corpus(root) == before


def check_consistency(root: Path) -> None:
    posts = rows(root, "posts")
    assert len({row["post_id"] for row in posts}) == len(posts), "doubled"
    for thread in rows(root, "threads"):
        mine = [row for row in posts if row["thread_id"] == thread["thread_id"]]
        assert thread["posts_seen"] == sum(row["deleted_at"] is None for row in mine)
    known = {row["post_id"]: row for row in posts}
    boards = {row["thread_id"]: row["board"] for row in rows(root, "threads")}
    for speech in rows(root, "speeches"):
        row = known[speech["post_id"]]
        assert speech["thread_id"] == row["thread_id"] and speech["board"] == boards[row["thread_id"]]
        assert row["text"][speech["start"] : speech["end"]] == speech["text"]


def test_time_goes_on(tmp_path: Path) -> None:
    """A later run's rows carry its times in UTC with microseconds, as given."""
    moment = datetime(2030, 1, 2, 3, 4, 5, 678901, tzinfo=START.tzinfo) + timedelta(0)
    publish(tmp_path, replace(capture(1, [1]), fetched_at=moment))
    assert by_id(tmp_path)[1]["first_seen_at"] == moment
