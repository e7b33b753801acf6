"""How exactly the noise leaves text captures: ``python -m benchmarks.text_noise [--lines N] [--seed N]``.

Jams invented forum lines with the generator of Discuz! (discuz.md 1.2-1.4: the loop bound drawn anew at every step,
heads or tails for every newline, blanks as the page turns them), strips the markup, cleans, and counts the lines that
come back to the character. Then cleans real text that was never jammed (this Python's own library: code, English,
tables, and invented prose, style sheets, formulas) and counts the lines it touched. Prints one row a measure.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipelines.chrome import normalise
from pipelines.jammer import strip_jammer, weigh

C1 = "".join(map(chr, range(32, 60)))
C2 = "".join(map(chr, range(63, 127)))
Render = Callable[[list[str], random.Random], list[str]]


def unit(rng: random.Random) -> str:
    """One unit as the generator draws it."""
    out, i = "", 0
    while i < rng.randint(5, 15):
        out += f"{rng.choice(C1)} {rng.choice(C2)}"
        i += 1
    return out


def jam(lines: list[str], rng: random.Random) -> list[str]:
    """The visual lines of a post that is not in HTML mode: one unit for every newline, blanks as NBSPs."""
    pieces: list[list[str]] = [[line] for line in lines]
    for i in range(len(lines) - 1):
        if rng.random() < 0.5:
            pieces[i].append(unit(rng))
        else:
            pieces[i + 1].insert(0, unit(rng))
    return ["".join(map(wide, parts)) for parts in pieces]


def wide(text: str) -> str:
    return text.replace("\t", "\xa0 \xa0 \xa0 \xa0 ").replace("   ", "\xa0 \xa0").replace("  ", "\xa0\xa0")


def jam_narrow(lines: list[str], rng: random.Random) -> list[str]:
    """The same after a reader that collapses blanks and trims lines."""
    return [re.sub("[ \xa0]+", " ", line).strip(" ") for line in jam(lines, rng)]


def jam_mid(lines: list[str], rng: random.Random) -> list[str]:
    """An HTML-mode post: newlines of the source in mid-paragraph, one or more units each, blanks collapsed."""
    out = []
    for line in lines:
        han = [i for i in range(1, len(line)) if line[i - 1] > "\u2e80" and line[i] > "\u2e80"]
        if len(han) > 4 and rng.random() < 0.5:
            at = rng.choice(han)
            line = line[:at] + "".join(unit(rng) for _ in range(rng.randint(1, 4))) + line[at:]
        out.append(re.sub("[ \xa0]+", " ", line).strip(" "))
    return out


HAN = (
    "各位同志大家上午好今天我们在这里召开会议主要任务是总结去年工作安排部署今年任务要求认真学习贯彻落实精神进一步统一思想提高认识"
    "增强信心加快发展推动改革深化服务群众解决问题建设美丽家园图书书房春风山水城市乡村老师学生孩子手机电脑系统软件下载安装"
)
ENDS = "。。。。。。。。，；：！？”）》、"
TAILS = (
    "A", "B版", "v2.0", "2009", "(完)", "(转载)", "!", "...", ".", ")", "5%", "100", "12:30", "2012-3-4", "OK", "QQ", ":", ";",
    "http://example.com/a/1", "iPhone", "Windows 7", "No. 3", "a@example.com", "~~", "^_^", "[1]", "No", "C", "100元",
)  # fmt: skip
HEADS = (
    "1. ", "2、", "(1)", "A. ", "- ", "* ", "I ", "Windows ", "A", "第1 ", "http://example.com ", "@", "  ", "　　", "3 ", "[图]",
    "  Linux ", "PS:", "Re: ", "b",
)  # fmt: skip
WORDS = [
    "the",
    "a",
    "report",
    "of",
    "meeting",
    "we",
    "have",
    "in",
    "this",
    "year",
    "plan",
    "for",
    "people",
    "city",
    "to",
    "work",
    "and",
    "it",
    "is",
    "new",
    "open",
    "data",
    "with",
    "I",
]


def line_of(rng: random.Random) -> str:
    """A forum line: mostly Chinese prose, now and then Latin at its ends, English, digits, empty."""
    roll = rng.random()
    if roll < 0.15:
        return ""
    if roll < 0.17:
        return " ".join(rng.choices(WORDS, k=rng.randint(4, 14))).capitalize() + rng.choice(".!?,:")
    text = "".join(rng.choices(HAN, k=rng.randint(2, 60)))
    if rng.random() < 0.2:
        at = rng.randrange(len(text))
        text = (
            text[:at] + rng.choice(["2009年", "GDP", "3.5%", "PM2.5", "A4", "5 个", "C++", "x + y", "WTO "]) + text[at:]
        )
    head = rng.choice(HEADS) if rng.random() < 0.08 else rng.choice(("", "", "　　"))
    tail = rng.choice(TAILS) if rng.random() < 0.08 else rng.choice(ENDS) if rng.random() < 0.8 else ""
    return head + text + tail


def posts(count: int, rng: random.Random) -> Iterator[list[str]]:
    """Posts of 2 to 80 lines, ``count`` lines in all."""
    while count > 0:
        size = min(count, rng.choice((2, 3, 5, 8, 13, 30, 80)))
        yield [line_of(rng) for _ in range(max(2, size))]
        count -= size


def restored(render: Render, count: int, rng: random.Random, *, show: int = 0) -> tuple[int, int, int, int]:
    """Lines in, lines that came back exactly, noise-only lines in, of those gone."""
    lines = exact = only = gone = 0
    for post in posts(count, rng):
        jammed = render(post, rng)
        text = "\n".join(jammed)
        clean = strip_jammer(text, weigh(text))[0].split("\n")
        for want, dirty, got in zip(post, jammed, clean, strict=True):
            want = normalise(want)
            lines += 1
            if not want and dirty.strip():
                only += 1
                gone += not normalise(got)
            exact += normalise(got) == want
            if normalise(got) != want and show > 0:
                show -= 1
                print(f"  {dirty!r}\n  -> {got!r}")
    return lines, exact, only, gone


CSS = (
    "h1 a, h2 a, h3 a, h4 a {{ color: #{0:06x}; }}", "ul li a, ol li a, p a:hover {{ margin: {0}px }}", "td, th {{ padding: 0 {0}px; }}",
    ".b1 a, .b2 b, .c3 p, .d4 q {{ top: {0}% }}", "a1 a2 b1 b2 c1 c2 d{0}", "| a | b | c | d | {0} |", "x1, x2, x3, x4, x5 = {0}",
    "f(a, b, c, d, e, f) = {0}", "∑ a_i x^i + b (i = 1, 2, 3, {0})", "  /\\_/\\ ( o.o ) > ^ < {0}", "a + b - c * d / e = {0}",
    "+---+---+ | {0} |", "A) 1  B) 2  C) 3  D) {0}", "1 a 2 b 3 c 4 d 5 e {0}", "G# B A# D C# F G{0}", "x = y; i = j; k = {0}; a b",
)  # fmt: skip


def real_documents(count: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Kind and text of documents that were never jammed; ``count`` lines of each kind."""
    for start in range(0, count, 1000):
        size = min(1000, count - start)
        yield "prose", "\n".join(line_of(rng) for _ in range(size))
        yield "css, formulas, tables", "\n".join(rng.choice(CSS).format(rng.randrange(10**6)) for _ in range(size))
    left = count
    library = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(p for p in library.rglob("*.py") if "site-packages" not in p.parts):
        text = path.read_text("utf-8", "replace")
        yield "code and English", text
        if (left := left - text.count("\n")) <= 0:
            return


def touched(count: int, rng: random.Random) -> dict[str, tuple[int, int]]:
    """Per kind of text: lines in, lines changed."""
    result: dict[str, tuple[int, int]] = {}
    for kind, text in real_documents(count, rng):
        clean, gone = strip_jammer(text, weigh(text))
        assert (clean == text) == (not gone)
        lines, changed = result.get(kind, (0, 0))
        result[kind] = lines + text.count("\n") + 1, changed + len(gone)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="print this many lines that did not come back")
    args = parser.parse_args()
    print(f"{'text captures':44} {'lines':>8} {'exact':>9}   noise-only lines gone")
    for name, render in (("NBSPs kept", jam), ("blanks collapsed", jam_narrow), ("HTML-mode, mid-line", jam_mid)):
        began = time.perf_counter()
        lines, exact, only, gone = restored(render, args.lines, random.Random(args.seed), show=args.show)
        rate = lines / (time.perf_counter() - began)
        share = f"{100 * gone / only:8.3f} % of {only}" if only else "-"
        print(f"{name:44} {lines:8} {100 * exact / lines:7.3f} %  {share}   ({rate:,.0f} lines/s)")
    print(f"\n{'text that was never jammed':44} {'lines':>8} {'touched':>8}")
    for kind, (lines, changed) in touched(args.lines, random.Random(args.seed)).items():
        print(f"{kind:44} {lines:8} {changed:8}")


if __name__ == "__main__":
    main()
