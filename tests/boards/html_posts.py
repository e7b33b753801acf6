"""Posts written as HTML: a unit of noise for every newline of their source, also inside tags (X1.5 to X3.5)."""

from __future__ import annotations

import html
from random import Random

from tests.boards.noise import VERSIONS, jam
from tests.boards.said import BASE, Said, shown

_WORDS = ("今年防汛物資清點", "Gate 3, level 4.2", "一、總的要求", "x = 1; y = 2", "見附表 (三)", "OK")


def _word(rng: Random) -> str:
    return rng.choice(_WORDS)


def _gap(rng: Random) -> str:
    """White space inside a tag."""
    return rng.choice([" ", "\n", " \n ", " "])


def _paragraph(rng: Random, said: Said) -> str:
    text = _word(rng)
    said.lines.append(shown(text))
    style = rng.choice(["text-indent:2em", "color: #333;\ntext-indent: 2em", "margin:0"])
    return f'<p{_gap(rng)}align="left"{_gap(rng)}style="{style}">{html.escape(text)}</p>'


def _linked(rng: Random, said: Said) -> str:
    before, text, after = (_word(rng) for _ in range(3))
    said.lines.append(shown(f"{before} {text} {after}"))
    href = f'<a{_gap(rng)}href="https://example.org/?a=1&amp;b=2"{_gap(rng)}title="see > here"{_gap(rng)}target=_blank>'
    return f"{html.escape(before)}\n{href}{html.escape(text)}</a>\n{html.escape(after)}<br />"


def _picture(rng: Random, said: Said) -> str:
    name = f"p{rng.randint(1, 99)}.jpg"
    url = f"{BASE}data/attachment/forum/{name}"
    said.attachments.append(("image", name, url))
    return f'<img{_gap(rng)}src="{url}"{_gap(rng)}alt="{name}"{_gap(rng)}/><br />'


def _rows(rng: Random, said: Said) -> str:
    rows = [(_word(rng), _word(rng)) for _ in range(rng.randint(1, 3))]
    said.lines.extend(shown(" ".join(row)) for row in rows)
    cells = "".join(
        f"<tr{_gap(rng)}>{_gap(rng)}<td>{html.escape(one)}</td>{_gap(rng)}<td>{html.escape(other)}</td></tr>{_gap(rng)}"
        for one, other in rows
    )
    return f'<table{_gap(rng)}class="t_table">{cells}</table>'


def _listed(rng: Random, said: Said) -> str:
    entries = [_word(rng) for _ in range(rng.randint(1, 3))]
    said.lines.extend(map(shown, entries))
    ends = rng.choice(["</li>\n", "\n"])
    return "<ul>\n" + "".join(f"<li>{html.escape(entry)}{ends}" for entry in entries) + "</ul>"


def _split(rng: Random, said: Said) -> str:
    """Words of one line on many lines of the source, some with blanks at their start."""
    parts = [_word(rng) for _ in range(rng.randint(2, 4))]
    said.lines.append(shown(" ".join(parts)))
    return "<div>" + "\n  ".join(map(html.escape, parts)) + "</div>"


def _coloured(rng: Random, said: Said) -> str:
    text = _word(rng)
    said.lines.append(shown(text))
    return f'<div><font{_gap(rng)}color="red"><b{_gap(rng)}>{html.escape(text)}</b></font></div>'


def draw_html(rng: Random, version: str, said: Said, draw: Random | None) -> str:
    """The inside of a message cell; ``said`` learns what it says."""
    pieces = [_paragraph, _linked, _picture, _rows, _listed, _split, _coloured]
    source = "\n".join(rng.choice(pieces)(rng, said) for _ in range(rng.randint(1, 7)))
    return jam(source, VERSIONS[version], draw) if draw is not None else source
