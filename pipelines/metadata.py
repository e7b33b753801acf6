"""The metadata stage: occasion, venue, date, kind, notes and headings; rules and tables are in ``pipelines.speech``."""

from __future__ import annotations

from bisect import bisect_left

from crawler.items import Evidence, Heading, Post, Profile
from pipelines.speech import facts
from pipelines.speech.analysis import Analysis, analyse
from pipelines.speech.fold import Span
from pipelines.speech.headings import outline
from pipelines.speech.when import speech_date

_FIELDS = frozenset(
    ["kind", "occasion", "venue", "speech_date", "is_excerpt", "title_by_editor", "editor", "source", "headings"]
)


def describe(post: Post, profile: Profile) -> Post:
    """``post`` with what its text tells of itself and the evidence for it; ``title`` stays the thread's subject."""
    if not post.text:
        return post
    analysis = analyse(post.text, post.title, post.posted_at)
    dated = speech_date(analysis)
    found: dict[str, Span | None] = {
        "kind": analysis.kind_span,
        "occasion": facts.occasion(analysis),
        "venue": facts.venue(analysis),
        "speech_date": dated[0] if dated else None,
        "is_excerpt": facts.excerpt(analysis),
        "title_by_editor": analysis.notes.editor_title,
        "source": facts.source(analysis),
    }
    editors = facts.editors(analysis)
    evidence = [Evidence(name, s.where, s.start, s.end, s.rule) for name, s in found.items() if s is not None]
    evidence += [Evidence("editor", s.where, s.start, s.end, s.rule) for s in editors]
    kept = tuple(item for item in post.evidence if item.field not in _FIELDS)
    day = dated[1] if dated else None
    return post.but(
        kind=analysis.kind,
        occasion=_value(found["occasion"]),
        venue=_value(found["venue"]),
        speech_date=day.day if day else None,
        speech_date_raw=dated[0].value if dated else None,
        speech_date_precision=day.precision if day else "none",
        year_inferred=bool(day and day.inferred),
        is_excerpt=found["is_excerpt"] is not None,
        title_by_editor=found["title_by_editor"] is not None,
        editor="、".join(span.value for span in editors) or None,
        source=_value(found["source"]),
        headings=_headings(analysis),
        evidence=(*kept, *evidence),
    )


def _value(span: Span | None) -> str | None:
    return span.value if span is not None else None


def _headings(analysis: Analysis) -> tuple[Heading, ...]:
    """The outline of the body; in a dialogue, numbered questions are none."""
    if analysis.chatter:
        return ()
    layout = analysis.layout
    labels = sorted(turn.label.start for turn in analysis.turns)
    found = outline(layout.raws, layout.starts, analysis.first, analysis.last)
    return tuple(heading for heading in found if not _is_question(layout.text, heading, labels))


def _is_question(text: str, heading: Heading, labels: list[int]) -> bool:
    """A turn's label stands inside the heading's line: its number is that of a question."""
    after = bisect_left(labels, heading.start)
    return after < len(labels) and "\n" not in text[heading.start : labels[after]]
