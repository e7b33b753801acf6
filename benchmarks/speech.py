"""``python -m benchmarks.speech GOLD.jsonl [--verbose] [--speed]``: score the speaker and metadata stages on annotated texts.

GOLD has a row a text: ``id, title, posted_at (ISO day), poster, body (paragraphs), truth``. The definitions are those
of the annotation rules: names as sets, role and organisation by containment, dates exact, occasions by containment of
at least six tenths, turns and headings exact. Simplified and traditional spellings count as equal.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.items import Post, Profile
from pipelines.metadata import describe
from pipelines.speaker import identify_speakers
from pipelines.speech.dates import find_date, iso, resolve
from pipelines.speech.fold import fold, squash

Row = dict[str, Any]


def to_post(row: Row) -> Post:
    """The post that a row describes: posted at noon of its day, east of Greenwich by eight hours."""
    day = datetime.fromisoformat(row["posted_at"]).replace(hour=4, tzinfo=UTC) if row.get("posted_at") else None
    return Post(
        "gold",
        1,
        1,
        is_first=True,
        author=row.get("poster"),
        posted_at=day,
        title=row.get("title"),
        text="\n".join(row["body"]),
    )


def predict(row: Row) -> Row:
    """What the two stages say of ``row``, in the examples' format."""
    post = to_post(row)
    for stage in (identify_speakers, describe):
        post = stage(post, Profile())
    turns = [{"speaker": s.label, "text": s.text} for s in post.speeches if s.label is not None]
    return {
        "speakers": [speaker._asdict() for speaker in post.speakers],
        "authors": list(post.authors),
        "speech_date": _printed_date(post),
        "date_precision": post.speech_date_precision,
        "turns": turns or None,
        "headings": [{"level": h.level, "text": h.text} for h in post.headings],
        **{
            key: getattr(post, key)
            for key in (
                "occasion",
                "venue",
                "year_inferred",
                "kind",
                "is_excerpt",
                "title_by_editor",
                "editor",
                "source",
            )
        },
    }


def _printed_date(post: Post) -> str | None:
    """The date in the examples' spelling; what the column cannot hold (end of a span, day without year) is read again."""
    if post.speech_date_precision not in ("range", "month-day"):
        day = str(post.speech_date) if post.speech_date else None
        return day[: {"month": 7, "year": 4}.get(post.speech_date_precision, 10)] if day else None
    when = find_date(fold(post.speech_date_raw or ""))
    found = resolve(when, None, post.speech_date.year if post.speech_date else None) if when else None
    return iso(found) if found else None


def same(text: str | None) -> str:
    """``text`` as it is compared: no spaces, one middle dot, simplified, and the widths of punctuation kept apart."""
    folded = fold(squash(text or ""))
    return "".join(
        char if ord(raw) > 0x3400 and raw not in "，：（）；！？" and not 0xFF00 <= ord(raw) < 0xFF5F else raw
        for char, raw in zip(folded, squash(text or ""), strict=True)
    )


def contains(one: str | None, other: str | None, share: float) -> bool:
    """One string holds the other, which is at least ``share`` of it; two empty ones are equal."""
    a, b = same(one), same(other)
    if not a or not b:
        return a == b
    return (a in b or b in a) and min(len(a), len(b)) / max(len(a), len(b)) >= share


class Score:
    """Hits and trials by measure, and the misses of each."""

    def __init__(self) -> None:
        self.hits: dict[str, int] = defaultdict(int)
        self.trials: dict[str, int] = defaultdict(int)
        self.misses: list[tuple[str, str, object, object]] = []

    def add(self, measure: str, row: Row, hit: bool, want: object, got: object) -> None:
        self.hits[measure] += hit
        self.trials[measure] += 1
        if not hit:
            self.misses.append((measure, row["id"], want, got))

    def rate(self, measure: str) -> float:
        return self.hits[measure] / self.trials[measure] if self.trials[measure] else 1.0


def score(rows: Iterable[Row]) -> Score:
    """Score the stages on ``rows``."""
    total = Score()
    for row in rows:
        got, want = predict(row), row["truth"]
        _names(total, row, want, got)
        _fields(total, row, want, got)
        _structure(total, row, want, got)
    return total


def _names(total: Score, row: Row, want: Row, got: Row) -> None:
    gold = [s for s in want["speakers"] if s["name"]]
    said = {same(s["name"]): s for s in got["speakers"] if s["name"]}
    names = {same(s["name"]) for s in gold}
    for name in names:
        total.add("speaker recall", row, name in said, name, sorted(said))
    for name in said:
        total.add("speaker precision", row, name in names, sorted(names), name)
    if not want["speakers"]:
        total.add("no speaker", row, not got["speakers"], [], got["speakers"])
    for speaker in gold:
        found = said.get(same(speaker["name"]))
        for key in ("role", "org"):
            if found is not None and speaker[key]:
                total.add(key, row, contains(found[key], speaker[key], 0.4), speaker[key], found[key])


def _fields(total: Score, row: Row, want: Row, got: Row) -> None:
    total.add("date", row, (got["speech_date"] or None) == want["speech_date"], want["speech_date"], got["speech_date"])
    total.add("occasion", row, contains(got["occasion"], want["occasion"], 0.6), want["occasion"], got["occasion"])
    for key in ("kind", "is_excerpt", "title_by_editor", "year_inferred"):
        total.add(key, row, got[key] == want[key], want[key], got[key])
    for key in ("editor", "source", "venue"):
        if want[key] or got[key]:
            total.add(key, row, same(got[key]) == same(want[key]), want[key], got[key])
    if want["authors"] or got["authors"]:
        total.add(
            "authors",
            row,
            {same(a) for a in want["authors"]} == {same(a) for a in got["authors"]},
            want["authors"],
            got["authors"],
        )


def _structure(total: Score, row: Row, want: Row, got: Row) -> None:
    gold = [(same(t["speaker"]), same(t["text"])) for t in want["turns"] or []]
    said = [(same(t["speaker"]), same(t["text"])) for t in got["turns"] or []]
    if gold:
        total.add(
            "turn labels", row, [t[0] for t in gold] == [t[0] for t in said], [t[0] for t in gold], [t[0] for t in said]
        )
        total.add("whole turns", row, gold == said, gold, said)
    else:
        total.add("no false turns", row, not said, [], said)
    outlines = [{(h["level"], same(h["text"])) for h in side["headings"] or []} for side in (want, got)]
    if any(outlines):
        total.add("headings", row, outlines[0] == outlines[1], sorted(outlines[0]), sorted(outlines[1]))


def read(path: Path) -> Iterator[Row]:
    """The rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def speed(seconds: float = 2.0) -> float:
    """Speeches of 5,000 characters a second on this core."""
    paragraph = (
        "各级各部门要把这项工作摆在更加突出的位置,统筹安排、压实责任,既要看到成绩,也要看到不足,一件一件抓好落实。" * 5
    )
    lines = [
        "在全市工作会议上的讲话",
        "市委书记 王 平",
        "(2009年3月5日)",
        "同志们:",
        *(f"{n}、抓好落实\n{paragraph}" for n in "一二三四五六七八九十"),
    ]
    text, count, start = "\n".join(lines), 0, time.perf_counter()
    text += "\n" + paragraph * ((5000 - len(text)) // len(paragraph))
    while time.perf_counter() - start < seconds:
        post = Post("gold", 1, count, title="在全市工作会议上的讲话", text=text + str(count))
        describe(identify_speakers(post, Profile()), Profile())
        count += 1
    return count / (time.perf_counter() - start)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("gold", type=Path, nargs="?")
    parser.add_argument("--verbose", action="store_true", help="print every miss")
    parser.add_argument("--speed", action="store_true", help="measure speeches of 5,000 characters a second")
    arguments = parser.parse_args()
    if arguments.gold:
        total = score(read(arguments.gold))
        for measure in total.trials:
            print(f"{measure:18s} {total.hits[measure]:5d}/{total.trials[measure]:<5d} {total.rate(measure):.3f}")
        if arguments.verbose:
            for measure, key, want, got in total.misses:
                print(f"{measure:18s} {key} wanted {want!r} got {got!r}")
    if arguments.speed:
        print(f"{speed():.0f} speeches of 5,000 characters a second")


if __name__ == "__main__":
    main()
