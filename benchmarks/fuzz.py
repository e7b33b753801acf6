"""Mutated and random pages by the hundred thousand: crashes, slow ones (seconds a MB) and greedy ones (times the page).

python -m benchmarks.fuzz [--inputs 100000] [--seed 0]       mutations of the fixtures' pages and captures
python -m benchmarks.fuzz --guided [--inputs 100000]         the same looks, led by coverage (needs atheris)

Ends with 1 if any input raised anything but ``PageError``, took over ``--limit`` seconds a MB, or made the process
grow by more than 20 times the input. An input that fails is written to ``--keep``.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from crawler.items import PageError, RawPage
from crawler.pages import extract
from pipelines import refine

FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures"
NOW = datetime(2024, 5, 1, tzinfo=UTC)
SMALLEST = 20_000  # bytes from which seconds a MB mean anything
SHORTEST = 100  # bytes that a post counts as: thousands of posts of twenty bytes are slow by their number
GROWTH = 20
TOKENS = (
    *(b"<", b">", b'"', b"'", b"</table>", b"<div>", b"<!--", b"-->", b"]]>", b"\x00", b"\xff\xfe", b"&#x", b"&#128514;"),
    *(b"<font class=\"jammer\">", b"<span style=\"display:none\">", b"<table id=\"pid1\">", b"<td id=\"postmessage_1\">"),
    *("\u3000\n发表于 2024-1-1 10:00\n1#\n".encode(), "本帖最后由 甲 于 ".encode(), "主持人：".encode(), b"| a | b |\n", b"\r\n"),
)  # fmt: skip


class Seed(NamedTuple):
    url: str
    body: bytes


class Look(NamedTuple):
    outcome: str
    seconds: float
    grown: int
    """Bytes by which the process's highest memory rose."""
    posts: int


def seeds() -> list[Seed]:
    """The fixtures' pages and text captures, each with the address that it was fetched from."""
    found = []
    for page in sorted(FIXTURES.glob("pages/*/*/page.*")):
        meta = page.parent / "meta.json"
        url = json.loads(meta.read_text("utf-8"))["url"] if meta.exists() else page.as_uri()
        found.append(Seed(url, page.read_bytes()))
    captures = (file for file in sorted(FIXTURES.glob("captures/**/*")) if file.suffix in (".txt", ".md", ".html"))
    return [*found, *(Seed(capture.as_uri(), capture.read_bytes()) for capture in captures)]


def mutate(body: bytes, rng: random.Random) -> bytes:
    """``body`` with 1 to 12 cuts, repeats, random bytes, tokens of markup, or its end cut off; at most 1 MB."""
    data = bytearray(body)
    for _ in range(rng.randint(1, 12)):
        if not data:
            break
        at, length = rng.randrange(len(data)), rng.randrange(1, 60)
        how = rng.randrange(7)
        if how == 0:
            del data[at : at + length]
        elif how == 1:
            data[at:at] = data[at : at + length * 20]
        elif how == 2:
            data[at : at + length] = rng.randbytes(length)
        elif how == 3:
            data[at:at] = rng.choice(TOKENS)
        elif how == 4:
            data[at:at] = rng.choice(TOKENS) * rng.randrange(1, 2_000)
        elif how == 5 and rng.random() < 0.2:
            data[at:at] = data[at : at + 500] * rng.randrange(1, 400)
        else:
            del data[at + rng.randrange(len(data)) :]
    return bytes(data[:1_000_000])


def inputs(count: int, rng: random.Random) -> Iterator[Seed]:
    known = seeds()
    for number in range(count):
        if number % 20 == 0:
            yield Seed("https://bbs.example.cn/thread-5-1-1.html", rng.randbytes(rng.randrange(2_000)))
        else:
            seed = rng.choice(known)
            yield Seed(seed.url, mutate(seed.body, rng))


def look(page: Seed) -> Look:
    """What became of one input: ``page``, ``PageError``, or the name of the exception that should not have been."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    posts = 0
    try:
        for post in extract(RawPage(page.url, page.body, NOW)).posts:
            refine(post)
            posts += 1
        outcome = "page"
    except PageError:
        outcome = "PageError"
    except Exception as error:  # the very thing that is looked for
        outcome = f"{type(error).__name__}: {error}"[:100]
    seconds = time.process_time() - begun
    return Look(outcome, seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, posts)


def faults(page: Seed, seen: Look, limit: float) -> list[str]:
    size = max(len(page.body), SMALLEST, SHORTEST * seen.posts)
    found = [] if seen.outcome in ("page", "PageError") else [seen.outcome]
    if seen.seconds > limit * size / 1e6:
        found.append(f"slow: {seen.seconds * 1e6 / size:.2f} s/MB")
    if len(page.body) >= SMALLEST and seen.grown > GROWTH * size:
        found.append(f"greedy: {seen.grown / size:.0f} × the page")
    return found


def random_run(options: argparse.Namespace) -> int:
    rng = random.Random(options.seed)
    outcomes: Counter[str] = Counter()
    slowest, size, failed = 0.0, 0, 0
    for page in inputs(options.inputs, rng):
        seen = look(page)
        outcomes[seen.outcome] += 1
        size += len(page.body)
        slowest = max(slowest, seen.seconds * 1e6 / max(len(page.body), SMALLEST, SHORTEST * seen.posts))
        if found := faults(page, seen, options.limit):
            failed += 1
            print(f"{', '.join(found)}  {len(page.body):,} bytes, seed page {page.url}", flush=True)
            if options.keep:
                (Path(options.keep) / f"{failed:04}.page").write_bytes(page.body)
    print(f"{options.inputs:,} inputs, {size / 1e6:,.0f} MB: {dict(outcomes)}")
    print(
        f"slowest {slowest:.2f} s/MB, highest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    )
    print(f"faults: {failed}")
    return 1 if failed else 0


def guided_run(options: argparse.Namespace) -> None:
    """Let libFuzzer choose the inputs by what they reach; it stops at the first fault."""
    import atheris

    def one(data: bytes) -> None:
        page = (
            Seed("https://bbs.example.cn/thread-5-1-1.html", data[1:])
            if data[:1] != b"t"
            else Seed("file:///a.txt", data[1:])
        )
        seen = look(page)
        if found := faults(page, seen, options.limit):
            raise RuntimeError(", ".join(found))

    with atheris.instrument_imports(include=["crawler.pages", "pipelines"]):
        pass
    atheris.instrument_all()
    atheris.Setup(
        [sys.argv[0], f"-runs={options.inputs}", f"-seed={options.seed + 1}", "-max_len=60000", *options.corpus], one
    )
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--limit",
        type=float,
        default=1.0,
        help="seconds a MB (an input counts as at least 20 kB, and 100 bytes a post)",
    )
    parser.add_argument("--keep", help="folder for inputs that fail")
    parser.add_argument("--guided", action="store_true")
    parser.add_argument("corpus", nargs="*", help="with --guided: folders of inputs to start from")
    options = parser.parse_args()
    if options.guided:
        guided_run(options)
    else:
        sys.exit(random_run(options))


if __name__ == "__main__":
    main()
