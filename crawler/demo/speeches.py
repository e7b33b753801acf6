"""Invented speeches in the layouts that real forums show: who speaks stands in a byline, the title, a note or nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any

from crawler.demo import words
from crawler.demo.people import Day, fill, full_name, half_width, occasion, paragraph, person, speech_day
from crawler.demo.types import DocumentTruth, HeadingTruth, Para, Person, SpeakerTruth, Turn


@dataclass(slots=True)
class Text:
    """A text in the making: its thread's title, its lines, and what is true of it."""

    title: str
    paras: list[Para] = field(default_factory=list)
    truth: DocumentTruth = field(default_factory=lambda: DocumentTruth("其他"))

    def add(self, text: str, role: str = "body", level: int = 0, label: str = "") -> None:
        if text:
            self.paras.append(Para(text, role, level, label))

    def know(self, **facts: Any) -> None:
        self.truth = replace(self.truth, **facts)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a speech is about, drawn once."""

    speaker: Person
    topic: str
    occasion: str
    day: Day
    genre: str

    @property
    def as_truth(self) -> SpeakerTruth:
        return SpeakerTruth(self.speaker.name, self.speaker.role, self.speaker.org)


Layout = Callable[[Text, Scene, Random], None]


def headline(rng: Random, topic: str) -> str:
    """A theme, or two of them in a row as officials like it."""
    return " ".join(fill(theme, rng, topic) for theme in rng.sample(words.THEMES, rng.choice((1, 2, 2))))


def byline(text: Text, scene: Scene, rng: Random) -> None:
    """``在E上的讲话`` / ``(D)`` / ``N``, the last two in either order, the name bare or behind the office."""
    text.title = f"在{scene.occasion}上的{scene.genre}"
    text.add(text.title, "title")
    office = rng.random() < 0.5
    name = f"{scene.speaker.printed}　{scene.speaker.name}" if office else scene.speaker.name
    lines = [(name, "byline"), (f"（{scene.day.printed}）" if scene.day.printed else "", "date")]
    for line, role in lines if rng.random() < 0.5 else reversed(lines):
        text.add(line, role)
    who = scene.as_truth if office else SpeakerTruth(scene.speaker.name)
    text.know(speakers=(who,), occasion=scene.occasion, **day_facts(scene.day))


def dash_title(text: Text, scene: Scene, rng: Random) -> None:
    """A theme as title, ``——在E上的讲话（摘要）`` below it, then office and name."""
    theme = headline(rng, scene.topic)
    excerpt = rng.random() < 0.4
    text.title = theme
    text.add(theme, "title")
    text.add(f"——在{scene.occasion}上的{scene.genre}{'（摘要）' if excerpt else ''}", "title")
    text.add(f"{scene.speaker.printed}　{scene.speaker.name}", "byline")
    text.add(f"（{scene.day.printed}）" if scene.day.printed else "", "date")
    text.know(speakers=(scene.as_truth,), occasion=scene.occasion, is_excerpt=excerpt, **day_facts(scene.day))


def magazine(text: Text, scene: Scene, rng: Random) -> None:
    """``●N`` above, and a note below that says the rest."""
    text.title = headline(rng, scene.topic)
    text.add(f"{rng.choice('●○◎■◆')}{scene.speaker.name}", "byline")
    text.know(speakers=(scene.as_truth,), occasion=scene.occasion, **day_facts(scene.day))


def magazine_note(text: Text, scene: Scene, rng: Random) -> None:
    """The note that ends the magazine's layout, and the desk's line behind it."""
    by_editor, excerpt = rng.random() < 0.5, rng.random() < 0.4
    note = f"本文{rng.choice('系是为')}{scene.speaker.printed}{scene.speaker.name}{rng.choice(('', '同志'))}{scene.day.printed}"
    note += f"在{scene.occasion}上的{scene.genre}{'摘要' if excerpt else ''}{'，标题为编者所加' if by_editor else ''}"
    text.add(f"（{note}）", "note")
    text.know(is_excerpt=excerpt, title_by_editor=by_editor)


def title_only(text: Text, scene: Scene, rng: Random) -> None:
    """The thread's title says all, the text begins with the salutation."""
    dated = bool(scene.day.printed) and "月" in scene.day.printed and rng.random() < 0.5
    name = f"{scene.speaker.printed}{scene.speaker.name}" if rng.random() < 0.5 else scene.speaker.name
    text.title = f"{name}在{scene.occasion}上的{scene.genre}" + (f"（{scene.day.printed}）" if dated else "")
    who = scene.as_truth if name != scene.speaker.name else SpeakerTruth(scene.speaker.name)
    text.know(speakers=(who,), occasion=scene.occasion)
    if dated:
        text.know(**day_facts(scene.day))


def one_line(text: Text, scene: Scene, rng: Random) -> None:
    """``R N（D）`` on one line under the title."""
    text.title = f"在{scene.occasion}上的{scene.genre}"
    text.add(
        f"{scene.speaker.printed}{scene.speaker.name}" + (f"（{scene.day.printed}）" if scene.day.printed else ""),
        "byline",
    )
    text.know(speakers=(scene.as_truth,), occasion=scene.occasion, **day_facts(scene.day))


def following(text: Text, scene: Scene, rng: Random) -> None:
    """``以下为RN D在E上的讲话全文：`` leads in."""
    text.title = f"{scene.topic}：{scene.genre}全文"
    text.add(
        f"以下为{scene.speaker.printed}{scene.speaker.name}{scene.day.printed}在{scene.occasion}上的{scene.genre}全文：",
        "byline",
    )
    text.know(speakers=(scene.as_truth,), occasion=scene.occasion, **day_facts(scene.day))


def labelled(text: Text, scene: Scene, rng: Random) -> None:
    """A block of labels: time, place, speaker."""
    venue = f"{rng.choice(words.PLACES)}礼堂"
    text.title = f"在{scene.occasion}上的{scene.genre}"
    text.add(f"时间：{scene.day.printed}" if scene.day.printed else "", "date")
    text.add(f"地点：{venue}", "date")
    text.add(f"讲话人：{scene.speaker.printed}{scene.speaker.name}", "byline")
    text.know(speakers=(scene.as_truth,), occasion=scene.occasion, venue=venue, **day_facts(scene.day))


def nameless(text: Text, scene: Scene, rng: Random) -> None:
    """Nobody is named: the mask of a template, or nothing at all."""
    text.title = f"在{scene.occasion}上的{scene.genre}"
    if rng.random() < 0.5:
        text.add(f"{rng.choice(('×××', '某市长', 'XXX'))}", "byline")
    text.know(occasion=scene.occasion)


def day_facts(day: Day) -> dict[str, Any]:
    return {"speech_date": day.value, "date_precision": day.precision, "year_inferred": day.inferred}


_LAYOUTS: tuple[tuple[Layout, int], ...] = (
    (byline, 24),
    (dash_title, 12),
    (magazine, 14),
    (title_only, 18),
    (one_line, 10),
    (following, 6),
    (labelled, 5),
    (nameless, 11),
)


def speech(rng: Random, posted: date, genre: str = "") -> Text:
    """A speech with its truth; ``posted`` anchors dates without a year."""
    topic = rng.choice(words.TOPICS)
    genre = genre or rng.choice(("讲话", "讲话", "讲话", "致辞", "发言", "总结讲话"))
    scene = Scene(person(rng), topic, occasion(rng, topic), speech_day(rng, posted), genre)
    text = Text("", truth=DocumentTruth("讲话" if genre == "总结讲话" else genre))
    layout = rng.choices([made for made, _ in _LAYOUTS], [weight for _, weight in _LAYOUTS])[0]
    layout(text, scene, rng)
    if layout is not magazine or rng.random() < 0.5:
        text.add(rng.choice(words.SALUTATIONS), "salute")
    body(text, rng, topic)
    if layout is magazine:
        magazine_note(text, scene, rng)
    desk(text, rng)
    return finish(text, rng)


def body(text: Text, rng: Random, topic: str, closing: bool = True) -> None:
    """Opening, numbered parts in one of several nestings, closing."""
    text.add(paragraph(rng, topic, 1, 3))
    shape = rng.randrange(4)
    for number, heading in enumerate(rng.sample(words.HEADINGS, rng.randint(2, 4))):
        ordinal = "一二三四"[number]
        if shape == 0:
            text.add(paragraph(rng, topic, 2, 4))
        elif shape == 1:
            text.add(f"第{ordinal}，{heading}。{paragraph(rng, topic, 1, 3)}", "runin", 1)
        else:
            text.add(f"{ordinal}、{heading}", "heading", 1)
            text.add(paragraph(rng, topic, 1, 3))
            for step, what in enumerate(rng.sample(words.STEPS, rng.randint(2, 3)) if shape == 3 else ()):
                text.add(f"（{'一二三'[step]}）{what}。{paragraph(rng, topic, 1, 2)}", "runin", 2)
    if closing:
        text.add(rng.choice(words.CLOSINGS))


def desk(text: Text, rng: Random) -> None:
    """The editor's and the source's lines."""
    if rng.random() < 0.3:
        source = rng.choice(words.NEWSPAPERS)
        text.add(f"{rng.choice(('来源', '原载', '摘自'))}：{source}", "note")
        text.know(source=source.strip("《》"))
    if rng.random() < 0.35:
        editor = full_name(rng)
        text.add(rng.choice(("（责任编辑：{}）", "责任编辑：{}", "[责任编辑：{}]")).format(editor), "note")
        text.know(editor=editor)


def heading_of(para: Para) -> HeadingTruth:
    """A standalone heading is its whole line, a run-in one goes up to the first 。"""
    return HeadingTruth(para.level, para.text if para.role == "heading" else para.text.partition("。")[0])


def finish(text: Text, rng: Random | None = None) -> Text:
    """The text with what follows from its lines; with ``rng`` two in five come out in half-width marks."""
    if rng is not None and rng.random() < 0.4:
        text.title = half_width(text.title)
        text.paras = [para._replace(text=half_width(para.text), label=half_width(para.label)) for para in text.paras]
        known = text.truth
        text.know(
            speakers=tuple(SpeakerTruth(s.name, half_width(s.role), half_width(s.org)) for s in known.speakers),
            occasion=half_width(known.occasion) if known.occasion else None,
        )
    text.know(
        headings=tuple(heading_of(para) for para in text.paras if para.role in ("heading", "runin")),
        turns=turns_of(text.paras),
        said="\n".join(p.text for p in text.paras if p.role in ("salute", "body", "heading", "runin"))
        if len(text.truth.speakers) == 1 and not turns_of(text.paras)
        else None,
    )
    return text


def turns_of(paras: list[Para]) -> tuple[Turn, ...] | None:
    """Label and words of every turn; a line without a label goes on with the turn above it."""
    turns: list[Turn] = []
    for para in paras:
        if para.label:
            turns.append(Turn(para.label, para.text.removeprefix(para.label)[1:]))
        elif turns and para.role == "body":
            turns[-1] = Turn(turns[-1].speaker, f"{turns[-1].text}\n{para.text}")
    return tuple(turns) if len({turn.speaker for turn in turns}) > 1 else None
