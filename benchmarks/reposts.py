"""Invented speeches that are posted again with the edits that people make, and others that only sound alike.

Speeches of a family share opening and closing formulas (a third of the text) and are different speeches all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Any

import opencc

from crawler.demo import words

PARAGRAPH = (6, 9)  # sentences


@dataclass(frozen=True, slots=True)
class Made:
    """A text and the speech that it is of; ``kind``: what was done to it, ``original`` if nothing."""

    text: str
    speech: int
    kind: str


@lru_cache(maxsize=1)
def vocabulary() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """4,000 words of two characters, some frequent, most rare, and their summed weights."""
    rng = Random(7)
    characters = sorted({c for line in (*words.SENTENCES, *words.THEMES) for c in line if "一" <= c <= "鿿"})
    made = tuple("".join(rng.choices(characters, k=2)) for _ in range(4000))
    return made, tuple(accumulate(1 / (rank + 20) for rank in range(len(made))))


def sentence(rng: Random, length: int) -> str:
    known, weights = vocabulary()
    drawn = rng.choices(known, cum_weights=weights, k=length)
    drawn[rng.randrange(length)] += rng.choice("的了和在，，")
    return "".join(drawn)


def speech(number: int, family_size: int = 20) -> Made:
    """The speech of this number, about 1 KB; ``family_size`` numbers in a row share their formulas."""
    family, rng = Random(number // family_size), Random(number + 1_000_003)
    opening = (
        f"{family.choice(words.SALUTATIONS)}\n{sentence(family, 14)}，{sentence(family, 10)}。{sentence(family, 8)}。"
    )
    closing = f"{sentence(family, 12)}，{sentence(family, 10)}！\n{family.choice(words.CLOSINGS)}"
    title = f"在{family.choice(words.TOPICS)}工作会议上的讲话"
    day = f"（{rng.randint(2005, 2024)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日）"
    body = "\n".join(
        "".join(f"{sentence(rng, rng.randint(5, 11))}{rng.choice('，。。')}" for _ in range(rng.randint(*PARAGRAPH)))
        for _ in range(2)
    )
    return Made("\n".join((title, day, opening, body, closing)), number, "original")


def cut(text: str, rng: Random) -> str:
    """Half of it: the beginning, the end or from the middle."""
    length = len(text) // 2
    first = rng.choice((0, len(text) - length, rng.randrange(len(text) - length + 1)))
    return text[first : first + length]


def prefixed(text: str, rng: Random) -> str:
    return f"转自{rng.choice(words.NEWSPAPERS)}，{sentence(rng, 9)}，与各位分享：\n{text}"


def retitled(text: str, rng: Random) -> str:
    return "\n".join((sentence(rng, 9), *text.splitlines()[1:]))


@lru_cache(maxsize=1)
def _traditional() -> Any:
    return opencc.OpenCC("s2t")


def traditional(text: str, rng: Random) -> str:
    return str(_traditional().convert(text))


_WIDTHS = str.maketrans("，。！：（）0123456789", ",.!:()０１２３４５６７８９")


def widths(text: str, rng: Random) -> str:
    """Punctuation half as wide, digits twice, spaces between the lines' characters."""
    return text.translate(_WIDTHS).replace("\n", " \n\n　　")


def edited(text: str, rng: Random, share: float | None = None) -> str:
    """1 to 10 % of the characters replaced, left out or doubled with another."""
    share = rng.uniform(0.01, 0.10) if share is None else share
    characters = sorted(vocabulary()[0][0] + vocabulary()[0][1] + "天地人和春秋冬夏山水云雨风雪")
    made = list(text)
    for at in rng.sample(range(len(made)), int(len(made) * share)):
        other = rng.choice(characters)
        made[at] = rng.choice((other, other, "", made[at] + other))
    return "".join(made)


def cut_and_edited(text: str, rng: Random) -> str:
    return edited(cut(text, rng), rng, 0.04)


Edit = Callable[[str, Random], str]
EDITS: dict[str, Edit] = {
    "copied": lambda text, rng: text,
    "cut": cut,
    "prefixed": prefixed,
    "retitled": retitled,
    "traditional": traditional,
    "widths": widths,
    "edited": edited,
    "cut and edited": cut_and_edited,
}


def repost(number: int, kind: str, seed: int, family_size: int = 20) -> Made:
    """The speech of this number, posted again."""
    return Made(EDITS[kind](speech(number, family_size).text, Random(seed)), number, kind)


def reposts(posts: int, share: float = 0.3, seed: int = 1) -> list[Made]:
    """So many texts, shuffled; ``share`` of them are reposts, of few speeches often and of many once."""
    rng = Random(seed)
    originals = posts - int(posts * share)
    kinds = list(EDITS)
    made = [speech(number) for number in range(originals)]
    for n in range(posts - originals):
        popular = int(rng.paretovariate(0.6)) * 7919 % originals
        number = popular if n % 4 == 0 else rng.randrange(originals)
        made.append(repost(number, kinds[n % len(kinds)], rng.getrandbits(32)))
    rng.shuffle(made)
    return made


def judged(made: list[Made], clusters: list[object]) -> tuple[float, float]:
    """(recall, precision) of the pairs that share a cluster against those that share a speech; each cluster is a name or None."""
    both: dict[object, int] = {}
    said: dict[object, int] = {}
    found: dict[object, int] = {}
    for one, cluster in zip(made, clusters, strict=True):
        said[one.speech] = said.get(one.speech, 0) + 1
        if cluster is not None:
            both[one.speech, cluster] = both.get((one.speech, cluster), 0) + 1
            found[cluster] = found.get(cluster, 0) + 1

    def pairs(counts: dict[object, int]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    return pairs(both) / max(pairs(said), 1), pairs(both) / max(pairs(found), 1)
