"""Pages per second of a whole crawl (archive, all stages, publishing) beside a bare Scrapy spider, on the same server in one run.

The bare spider follows the same listing and thread pages, takes each post's author, time and text with parsel and
writes JSON lines. Both run with the same manners settings: no delay, one request at a time.

python -m benchmarks.crawl [--threads 200] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawler.bundled import BundledForum

ROOT = Path(__file__).parent.parent
BARE = """
import scrapy

class Bare(scrapy.Spider):
    name = "bare"
    custom_settings = {
        "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS": 1, "ROBOTSTXT_OBEY": True, "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "USER_AGENT": "Mozilla/5.0 (bare benchmark)",
    }

    async def start(self):
        yield scrapy.Request(self.url, self.parse_index)

    def parse_index(self, response):
        yield from response.follow_all(css="td h2 a", callback=self.parse_board)

    def parse_board(self, response):
        yield from response.follow_all(css="tbody[id^=normalthread_] a.xst", callback=self.parse_thread)
        yield from response.follow_all(css="div.pg a.nxt", callback=self.parse_board)

    def parse_thread(self, response):
        for post in response.css("table[id^=pid]"):
            yield {
                "id": post.attrib["id"],
                "author": post.css("div.authi a.xw1::text").get(),
                "time": post.css("em[id^=authorposton] span::attr(title), em[id^=authorposton]::text").get(),
                "text": "\\n".join(t.strip() for t in post.css("td[id^=postmessage_] ::text").getall()),
            }
        yield from response.follow_all(css="div.pg a.nxt", callback=self.parse_thread)
"""


def timed(command: list[str], cwd: Path) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    forum = BundledForum(0, options.threads)
    ratios, rates = [], []
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "bare.py").write_text(BARE)
            for number in range(options.rounds):
                out = folder / f"bare{number}.jsonl"
                bare = timed(
                    [sys.executable, "-m", "scrapy", "runspider", "bare.py", "-a", f"url={forum.url}", "-o", str(out)],
                    folder,
                )
                places = [
                    f"CORPUS_DIR={folder}/corpus{number}",
                    f"ARCHIVE_DIR={folder}/archive{number}",
                    "DOWNLOAD_DELAY=0",
                    "LOG_LEVEL=ERROR",
                ]
                settings = [part for place in places for part in ("-s", place)]
                ours = timed(
                    [sys.executable, "-m", "scrapy", "crawl", "forum", "-a", f"url={forum.url}", *settings], ROOT
                )
                posts = sum(1 for _ in out.open())
                ratios.append(bare / ours)
                rates.append((posts / bare, posts / ours))
    finally:
        forum.stop()
    print(f"{options.threads} threads, {posts} posts, {options.rounds} rounds; whole processes, start-up included")
    print(f"bare spider  {statistics.median(r[0] for r in rates):8.0f} posts/s")
    print(f"tiezi        {statistics.median(r[1] for r in rates):8.0f} posts/s")
    print(
        json.dumps(
            {
                "of the bare spider": round(statistics.median(ratios), 2),
                "min": round(min(ratios), 2),
                "max": round(max(ratios), 2),
            }
        )
    )


if __name__ == "__main__":
    main()
