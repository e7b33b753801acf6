"""What a run captured, for a person at a terminal: counts, three example rows, and how to go on in pandas."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.progress import duration
from pipelines.noise import UNKNOWN_VARIANTS

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_EXAMPLE_COLUMNS = ["speaker", "role", "occasion", "speech_date", "kind", "text"]


def in_one_line(crawler: Crawler) -> str:
    """What this run did: threads, pages, posts, time, and what a person should look at."""
    stats: dict[str, Any] = crawler.stats.get_stats()
    spider: Any = crawler.spider
    seconds = (datetime.now(UTC) - spider.started_at).total_seconds()
    told = [
        f"{spider.finished} {spider.unit}, {stats.get('tiezi/pages_fetched', 0)} pages in {duration(seconds)}",
        f"posts: {stats.get('corpus/posts_new', 0)} new, {stats.get('corpus/posts_edited', 0)} edited,"
        f" {stats.get('corpus/posts_deleted', 0)} deleted",
    ]
    for count, what in (
        (stats.get("tiezi/boards_refused", 0), "boards closed to guests"),
        (stats.get("tiezi/pauses", 0), "pauses for the forum"),
        (stats.get("retry/count", 0), "requests repeated"),
        (unknown_noise(stats), "hidden elements of unknown form (posts.removed, rule …-unknown)"),
    ):
        if count:
            told.append(f"{what}: {count}")
    return "; ".join(told)


def unknown_noise(stats: dict[str, Any]) -> int:
    """Elements that the forum hides and no rule knows: a variant of the noise that the project should learn."""
    return sum(stats.get(f"corpus/noise/{rule}", 0) for rule in UNKNOWN_VARIANTS)


def print_summary(crawler: Crawler, reason: str) -> None:
    """Print the state of the corpus and what this run did to it."""
    import pandas as pd  # only here, as in _rows: it takes a second to load

    root = crawler.settings["CORPUS_DIR"]
    stats: dict[str, Any] = crawler.stats.get_stats()
    counts = {table: _rows(f"{root}/{table}") for table in ("threads", "posts", "speeches")}
    noise = sum(n for key, n in stats.items() if key.startswith("corpus/noise/"))
    spider: Any = crawler.spider
    seconds = (datetime.now(UTC) - spider.started_at).total_seconds()
    print(f"\n{spider.forum or 'captures'}: {reason}")
    print(f"  corpus    {counts['threads']} threads, {counts['posts']} posts, {counts['speeches']} speeches in {root}")
    print(
        f"  this run  {stats.get('corpus/posts_new', 0)} posts new, {stats.get('corpus/posts_edited', 0)} edited,"
        f" {stats.get('corpus/posts_deleted', 0)} deleted; {noise} noise runs taken out ({unknown_noise(stats)} of unknown form);"
        f" {stats.get('downloader/request_count', 0)} requests in {seconds:.1f} seconds\n"
    )
    if counts["speeches"]:
        speeches = pd.read_parquet(f"{root}/speeches", columns=_EXAMPLE_COLUMNS)
        for row in speeches[speeches.speaker.notna()].head(3).to_dict("records"):
            text = row.pop("text").replace("\n", " ")
            facts = "  ".join(
                f"{value}" for value in row.values() if value is not None and value == value and value != ""
            )
            print(f"  {facts}\n    {text[:70]}…")
    print(
        "\nGo on in Python (.venv/bin/python):\n"
        "  import pandas as pd\n"
        f'  speeches = pd.read_parquet("{root}/speeches")\n'
        '  speeches.groupby("speaker").size().sort_values(ascending=False).head(10)'
        "\nor look at all of it in a browser: .venv/bin/scrapy report writes a page beside the corpus"
    )


def _rows(folder: str) -> int:
    try:
        import pyarrow.dataset

        return int(pyarrow.dataset.dataset(folder, format="parquet").count_rows())
    except FileNotFoundError:
        return 0
