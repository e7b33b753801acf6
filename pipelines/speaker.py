"""The speaker stage: who speaks, in what office, in whose turn; rules and tables are in ``pipelines.speech``."""

from __future__ import annotations

from crawler.items import Evidence, Post, Profile, Speaker, Speech
from pipelines.speech.analysis import Analysis, analyse
from pipelines.speech.fold import Span, squash
from pipelines.speech.persons import Person
from pipelines.speech.turns import Turn
from pipelines.speech.who import find_speakers
from pipelines.speech.writers import authors

_FIELDS = ("speakers", "authors", "speeches")


def identify_speakers(post: Post, profile: Profile) -> Post:
    """``post`` with ``speakers``, ``authors``, ``speeches`` and their evidence; the poster is never among them."""
    if not post.text:
        return post
    analysis = analyse(post.text, post.title, post.posted_at)
    people = find_speakers(analysis)
    writers = authors(analysis)
    evidence = [item for index, person in enumerate(people) for item in _evidence_of(f"speakers[{index}]", person)]
    evidence += [evidence_of(f"authors[{index}]", span) for index, span in enumerate(writers)]
    kept = tuple(item for item in post.evidence if not item.field.startswith(_FIELDS))
    return post.but(
        speakers=tuple(_speaker(person) for person in people),
        authors=tuple(span.value for span in writers),
        speeches=_speeches(analysis, people),
        evidence=(*evidence, *kept),
    )


def _value(span: Span | None) -> str:
    return span.value if span is not None else ""


def _speaker(person: Person) -> Speaker:
    return Speaker(person.name.value if person.name is not None else None, _value(person.role), _value(person.org))


def evidence_of(field: str, span: Span) -> Evidence:
    """Where ``field`` was read."""
    return Evidence(field, span.where, span.start, span.end, span.rule)


def _evidence_of(field: str, person: Person) -> list[Evidence]:
    parts = (("name", person.name), ("role", person.role), ("org", person.org))
    return [evidence_of(f"{field}.{key}", span) for key, span in parts if span is not None]


def _speeches(analysis: Analysis, people: list[Person]) -> tuple[Speech, ...]:
    """One row a turn, one for a text with a speaker, none where nobody speaks."""
    if analysis.turns:
        named = {person.name.value: person for person in people if person.name is not None}
        return tuple(_turn(analysis, number, turn, named) for number, turn in enumerate(analysis.turns, 1))
    if not people:
        return ()
    start, end = _said(analysis)
    if start >= end:
        return ()
    first = _speaker(people[0])
    name = "、".join(person.name.value for person in people if person.name is not None) or None
    return (Speech(1, name, first.role, first.org, None, analysis.text[start:end], start, end),)


def _said(analysis: Analysis) -> tuple[int, int]:
    """From the first said line to the last: without what stands above and below."""
    layout = analysis.layout
    if analysis.first >= analysis.last:
        return 0, 0
    start = layout.starts[analysis.first]
    end = layout.starts[analysis.last - 1] + len(layout.raws[analysis.last - 1])
    end = min(end, *(clause.line.start - 1 for clause in analysis.notes.clauses if start < clause.line.start), end)
    text = analysis.text
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _turn(analysis: Analysis, number: int, turn: Turn, people: dict[str, Person]) -> Speech:
    """A turn with the speaker that its label names, or, for 答, the one who is interviewed."""
    label = turn.label.raw.strip()
    person = _of_label(turn, people)
    speaker = _speaker(person) if person is not None else Speaker(None)
    role = speaker.role or (_value(turn.person.role) if turn.person is not None else "")
    return Speech(
        number, speaker.name, role, speaker.org, label, analysis.text[turn.start : turn.end], turn.start, turn.end
    )


def _of_label(turn: Turn, people: dict[str, Person]) -> Person | None:
    """The speaker for whom a label stands; ``people``: by name."""
    if turn.person is not None and turn.person.name is not None:
        name = turn.person.name.value
        same = people.get(name)
        if same is None and turn.person.surname_only:
            same = next((person for full, person in people.items() if full.startswith(name)), None)
        return same or _by_last_name(name, people) or turn.person
    label = squash(turn.label.raw)
    if label in ("答", "A", "回答"):
        answering = [p for p in people.values() if p.role is None or "主持" not in p.role.raw]
        return answering[0] if len(answering) == 1 else None
    if len(label) == 1:  # (以下简称“王”)
        return next((person for full, person in people.items() if full.startswith(label)), None)
    of_office = next((p for p in people.values() if p.role is not None and p.role.value == label), None)
    return of_office or _by_last_name(label, people)


def _by_last_name(label: str, people: dict[str, Person]) -> Person | None:
    """罗塞蒂 is 安娜·罗塞蒂."""
    return next((person for full, person in people.items() if full.endswith("·" + label)), None)
