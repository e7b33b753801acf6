"""A page's text before it is parsed: AJAX envelopes opened, tags that noise broke mended."""

from __future__ import annotations

import re

_ENVELOPE = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<root>\s*<!\[CDATA\[", re.I)
# the generator's own spelling: what a browser saved is no longer broken in this way
_UNIT_STARTS = ('<font class="jammer">', '<span style="display:none">', '<font style="font-size:10px;color:')
_UNIT = re.compile(r"<(?:font|span)[^<>]*>[^<=>]*</(?:font|span)>")
_MANY = 1_000  # pieces of one tag
_TAG_OPEN = re.compile(r"<[/a-z!]", re.I)
_VALUE = re.compile(r"""=\s{0,9}(?:"[^"]*(?:"|$)|'[^']*(?:'|$))""")


def open_envelope(source: str) -> tuple[str, bool]:
    """The HTML inside Discuz!'s AJAX answer (``<root><![CDATA[…]]></root>``), and whether ``source`` was one."""
    match = _ENVELOPE.match(source)
    if match is None:
        return source, False
    body = source[match.end() :]
    end = body.rfind("]]>")
    return (body[:end] if end >= 0 else body).replace("]]]]><![CDATA[>", "]]>"), True


def mend_tags(source: str) -> str:
    """``source`` with noise units that landed inside a tag moved in front of it.

    X1.5 and later put a unit at every newline of a post written in HTML, also at one inside a tag, whose attributes
    it then breaks (discuz.md 1.3). A unit itself never holds ``<``, ``=`` or ``>``. Moved too far, it does no harm:
    it goes out of the text wherever it stands.
    """
    done: list[str] = []
    at = last = 0
    tag: list[str] = []  # the pieces of a broken tag
    for unit in _units(source):
        begin = unit.start()
        if not tag or not _still_open(tag, source[last:begin]):
            start = _open_tag(source, last, begin)
            done += tag
            tag = []
            if start < 0:
                last = unit.end()
                continue
            done.append(source[at:start])
            at = start
        done.append(unit.group())
        tag.append(source[at:begin])
        at = last = unit.end()
    return "".join((*done, *tag, source[at:])) if at else source


def _still_open(tag: list[str], more: str) -> bool:
    """Whether a tag that was open goes on through ``more``."""
    if "<" not in more and ">" not in more:
        return True
    if len(tag) > _MANY:
        return False
    bare = _VALUE.sub("", "".join(tag) + more)
    return "<" not in bare[1:] and ">" not in bare


def _units(source: str) -> list[re.Match[str]]:
    starts = []
    for opening in _UNIT_STARTS:
        at = source.find(opening)
        while at >= 0:
            starts.append(at)
            at = source.find(opening, at + 1)
    return [unit for at in sorted(starts) if (unit := _UNIT.match(source, at))]


def _open_tag(source: str, begin: int, end: int) -> int:
    """Where the tag starts that is still open at ``end``, or -1; a quoted value may hold ``>``."""
    start = source.rfind("<", begin, end)
    if start < 0 or not _TAG_OPEN.match(source, start):
        return -1
    if source.find(">", start, end) >= 0 and ">" in _VALUE.sub("", source[start:end]):
        return -1
    return start
