"""What the corpus holds: threads, posts and speeches over time; boards, speakers, offices, occasions, kinds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from crawler.report.figures import BoardRow, Contents, Month, Ranked, SpeakerRow, SpeakerYear, SpeechYear
from crawler.report.tally import Tally, grouped
from pipelines.dataset import scan

TOP = 20  # lines of a list of the most frequent
CHARTED = 12  # speakers in the picture of speakers and years
NO_KIND = "不详"  # of a speech whose kind was not read

SPEECH_COLUMNS = ["forum", "post_id", "speaker", "role", "occasion", "speech_date", "kind", "board"]


class ContentsReader:
    """Adds up tables as they come; ``result`` when all have been seen. Posts are shown to it by the one who reads them."""

    def __init__(self) -> None:
        self.found = Contents()
        self.thread_months = Tally(["month"], threads="sum")
        self.post_months = Tally(["month"], posts="sum")
        self.boards = Tally(["forum", "board"], threads="sum", posts="sum")
        self.board_turns = Tally(["forum", "board"], turns="sum")
        self.kinds = Tally(["kind"], texts="sum")
        self.kind_turns = Tally(["kind"], turns="sum")
        self.speakers = Tally(["speaker"], texts="sum", turns="sum")
        self.speaker_roles = Tally(["speaker", "role"], turns="sum")
        self.speaker_years = Tally(["speaker", "year"], texts="sum")
        self.offices = Tally(["role"], texts="sum", turns="sum")
        self.occasions = Tally(["occasion"], texts="sum", turns="sum")
        self.years = Tally(["year", "kind"], texts="sum", turns="sum")

    def read_threads(self, rows: pa.Table) -> None:
        """Rows of threads with forum, board, ``created_at`` and ``posts_seen``."""
        self.found.threads += rows.num_rows
        self.found.undated_threads += rows["created_at"].null_count
        self.boards.add(grouped(rows, ["forum", "board"], threads=([], "count_all"), posts=("posts_seen", "sum")))
        _count_months(rows["created_at"], self.thread_months)

    def read_posts(self, live: pa.Table, deleted: int) -> None:
        """Live posts with ``posted_at``, ``kind`` and ``text``, and how many deleted ones there were beside them."""
        found = self.found
        found.posts += live.num_rows
        found.deleted += deleted
        found.characters += pc.sum(pc.utf8_length(live["text"])).as_py() or 0
        times = live["posted_at"]
        found.undated_posts += times.null_count
        ends = pc.min_max(times).as_py()
        found.first_post, found.last_post = _wider((found.first_post, found.last_post), (ends["min"], ends["max"]))
        _count_months(times, self.post_months)
        self.kinds.count(live)

    def read_speeches(self, rows: pa.Table) -> None:
        """All speeches of a file; a post's lie in one file, so posts can be counted there."""
        self.found.turns += rows.num_rows
        self.found.texts += pc.count_distinct(rows["post_id"]).as_py()
        undated = rows.filter(pc.is_null(rows["speech_date"]))
        self.found.undated_texts += pc.count_distinct(undated["post_id"]).as_py()
        rows = rows.append_column("year", pc.cast(pc.year(rows["speech_date"]), pa.int32()))
        self.speakers.count(rows, texts="post_id")
        self.speaker_roles.count(rows)
        self.speaker_years.count(rows, texts="post_id")
        self.offices.count(rows, texts="post_id")
        self.occasions.count(rows, texts="post_id")
        self.years.count(rows, texts="post_id")
        self.kind_turns.count(rows)
        self.board_turns.count(rows)

    def result(self, listed: dict[tuple[str, str], int | None]) -> Contents:
        """``listed``: (forum, board) → threads as the forum says, of every board known."""
        found = self.found
        found.months = _months(self.thread_months, self.post_months)
        found.boards = self._boards(listed)
        found.kinds = self._kinds()
        found.speakers = self._speakers()
        found.speaker_years = self._speaker_years({row.name for row in found.speakers[:CHARTED]})
        found.speaker_count, found.office_count = _distinct(self.speakers), _distinct(self.offices)
        found.occasion_count = _distinct(self.occasions)
        found.offices = _ranked(self.offices, "role")
        found.occasions = _ranked(self.occasions, "occasion")
        found.speech_years = [
            SpeechYear(row["year"], row["kind"] or NO_KIND, row["texts"], row["turns"])
            for row in _rows(self.years)
            if row["year"] is not None
        ]
        return found

    def _boards(self, listed: dict[tuple[str, str], int | None]) -> list[BoardRow]:
        turns = {(row["forum"], row["board"]): row["turns"] for row in _rows(self.board_turns)}
        held = {(row["forum"], row["board"]): row for row in _rows(self.boards)}
        rows = []
        for forum, board in {**held, **listed}:
            row = held.get((forum, board), {})
            about = (row.get("threads") or 0, row.get("posts") or 0, turns.get((forum, board), 0))
            rows.append(BoardRow(forum, board or "", *about, listed.get((forum, board or ""))))
        rows.sort(key=lambda row: (-row.posts, row.forum, row.name))
        return rows

    def _kinds(self) -> list[Ranked]:
        turns = {row["kind"]: row["turns"] for row in _rows(self.kind_turns)}
        return [Ranked(row["kind"], row["texts"], turns.get(row["kind"], 0)) for row in self.kinds.top("texts", TOP)]  # type: ignore[arg-type]

    def _speakers(self) -> list[SpeakerRow]:
        top: list[dict[str, Any]] = self.speakers.top("texts", TOP)
        names = {row["speaker"] for row in top}
        roles: dict[str, tuple[int, str]] = {}
        for row in sorted(_of(self.speaker_roles, names), key=lambda row: row["role"] or ""):
            best = roles.get(row["speaker"], (0, ""))
            if row["role"] and row["turns"] > best[0]:
                roles[row["speaker"]] = (row["turns"], row["role"])
        years: dict[str, list[int]] = {}
        for row in _of(self.speaker_years, names):
            if row["year"] is not None:
                years.setdefault(row["speaker"], []).append(row["year"])
        return [
            SpeakerRow(
                row["speaker"],
                row["texts"],
                row["turns"],
                roles.get(row["speaker"], (0, ""))[1],
                min(years.get(row["speaker"], ()), default=None),
                max(years.get(row["speaker"], ()), default=None),
            )
            for row in top
        ]

    def _speaker_years(self, names: set[str]) -> list[SpeakerYear]:
        rows = _of(self.speaker_years, names)
        return sorted(SpeakerYear(r["speaker"], r["year"], r["texts"]) for r in rows if r["year"] is not None)


def read_boards(root: str) -> dict[tuple[str, str], int | None]:
    """(forum, name) → threads as the forum says."""
    rows = (row for file in scan(root, "boards") for row in file.read(["forum", "name", "threads_listed"]).to_pylist())
    return {(row["forum"], row["name"] or ""): row["threads_listed"] for row in rows}


def _count_months(times: pa.ChunkedArray, tally: Tally) -> None:
    times = times.drop_null()
    months = pc.add(pc.multiply(pc.year(times), 12), pc.subtract(pc.month(times), 1))
    tally.count(pa.table({"month": months}))


def _months(threads: Tally, posts: Tally) -> list[Month]:
    """Every month from the first to the last, those without anything too."""
    a = {row["month"]: row["threads"] for row in _rows(threads)}
    b = {row["month"]: row["posts"] for row in _rows(posts)}
    known = [month for month in (*a, *b) if 12 <= month < 12 * 10_000]
    if not known:
        return []
    span = range(min(known), max(known) + 1) if max(known) - min(known) < 1200 else sorted(known)
    return [Month(date(month // 12, month % 12 + 1, 1), a.get(month, 0), b.get(month, 0)) for month in span]


def _wider(
    a: tuple[datetime | None, datetime | None], b: tuple[datetime | None, datetime | None]
) -> tuple[datetime | None, datetime | None]:
    firsts, lasts = ([time for time in times if time is not None] for times in zip(a, b, strict=True))
    return min(firsts, default=None), max(lasts, default=None)


def _rows(tally: Tally) -> list[dict[str, Any]]:
    table = tally.table()
    rows: list[dict[str, Any]] = [] if table is None else table.to_pylist()
    return rows


def _of(tally: Tally, names: set[str]) -> list[dict[str, Any]]:
    """The rows of these speakers."""
    table = tally.table()
    if table is None or not names:
        return []
    rows: list[dict[str, Any]] = table.filter(
        pc.is_in(table["speaker"], pa.array(sorted(names), pa.string()))
    ).to_pylist()
    return rows


def _ranked(tally: Tally, key: str) -> list[Ranked]:
    rows: list[dict[str, Any]] = tally.top("texts", TOP)
    return [Ranked(row[key], row["texts"], row["turns"]) for row in rows]


def _distinct(tally: Tally) -> int:
    """Keys that are a name."""
    table = tally.table()
    if table is None:
        return 0
    return int(pc.sum(pc.fill_null(pc.not_equal(table[tally.keys[0]], ""), False)).as_py() or 0)
