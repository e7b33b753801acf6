"""Do labels and what follows them make a talk? Lists of deeds, duties, prices and choices look alike."""

from __future__ import annotations

import re

from pipelines.speech.fold import fold
from pipelines.speech.label_words import ASKER, SPOKEN, squash_label
from pipelines.speech.labels import Cut
from pipelines.speech.layout import Layout

OCCASION = re.compile(
    r"会|发言|讨论|对[话谈]|访|问|谈|实录|纪要|记录|摘登|笔谈|沙龙|论坛|辩论|直播|庭审|速记|圆桌|答辩|交流|研讨|审议"
)
_DUTY = re.compile(r" *(?:负责|担任|分管|主管|协助|值班|主持.{0,8}工作|联系)")
_TELEPHONE = re.compile(r"[ \u3000]*\d[\d \u3000、,;.()-]*(?:\n|$)")
_LETTER = re.compile(r"[A-Z]")
_SENTENCE_END = ("。", "?", "!", "…", "”", "」", "』", ")", "]")
_READ = 200  # characters of a turn that are looked at


def is_dialogue(cuts: list[Cut]) -> bool:
    """At least two different labels, and either a repeat, a Q&A pair, a name, or three labels."""
    labels = [squash_label(cut.label.raw) for cut in cuts]
    if len(set(labels)) < 2:
        return False
    asked = {"问", "答"} <= set(labels) or {"Q", "A"} <= set(labels)
    named = sum(cut.person is not None and cut.person.name is not None for cut in cuts)
    asked = asked or sum(ASKER.match(label) is not None for label in set(labels)) == 1
    return asked or len(labels) > len(set(labels)) or named >= 1 or len(labels) >= 3


def is_spoken(layout: Layout, cuts: list[Cut], first: int, mentioned: str) -> bool:
    """What follows the labels was said: somebody asks, or it reads like talk, or like sentences on a known occasion."""
    labels = [squash_label(cut.label.raw) for cut in cuts]
    stops = [*[cut.at for cut in cuts[1:]], len(layout.text)]
    said = [layout.flat[cut.start : min(stop, cut.start + _READ)] for cut, stop in zip(cuts, stops, strict=True)]
    if all(_TELEPHONE.match(words) for words in said) or 2 * sum(bool(_DUTY.match(words)) for words in said) >= len(
        said
    ):
        return False
    spoken = sum(SPOKEN.search(words) is not None for words in said)
    if all(_LETTER.fullmatch(label) for label in labels) and set(labels) != {"Q", "A"}:
        return 2 * spoken >= len(said)
    if any(ASKER.match(label) for label in labels):
        return True
    again = len(labels) > len(set(labels))
    people = [cut.person for cut in cuts if cut.person is not None and cut.person.name is not None]
    above = mentioned + layout.flat[max(0, cuts[0].at - 500) : cuts[0].at]
    official = again and any(person.role is not None for person in people)
    whole = sum(words.rstrip().endswith(_SENTENCE_END) or len(words) >= 60 for words in said)
    if official or ((again or people) and OCCASION.search(above)):
        return 2 * whole >= len(said)
    if again and len({fold(person.name.value) for person in people if person.name is not None}) > 1:
        return 5 * whole >= 4 * len(said)
    return (3 if again else 2) * spoken >= len(said)
