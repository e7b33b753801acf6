"""Pages of boards that never were, drawn from a seed, with what each says: version x theme x view x content x noise.

Written from the facts about the templates and the noise generator alone, not from the extractor: what a page says is
known before its markup is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.boards.frames import draw_people, seven_page, seven_post, six_page, six_post, twice, x_page, x_post
from tests.boards.html_posts import draw_html
from tests.boards.messages import draw_message, draw_plain
from tests.boards.noise import VERSIONS
from tests.boards.said import BASE, LANGUAGES, Page, Said, Words, shown
from tests.boards.themes import REWRITING, THEMES
from tests.boards.views import archiver, fragment, printable, touch

__all__ = ["Page", "Said", "draw_page", "shown"]

_FRAMES = {"7.2": (seven_post, seven_page), "6.0": (six_post, six_page)}
_VIEWS = {
    "mobile": (touch, "forum.php?mod=viewthread&tid=501&mobile=2"),
    "printable": (printable, "forum.php?mod=viewthread&action=printable&tid=501"),
    "archiver": (archiver, "archiver/?tid-501.html"),
    "fragment": (fragment, "forum.php?mod=viewthread&tid=501&viewpid=1&inajax=yes"),
}
_ENCODINGS = ("utf-8", "gbk", "big5")
_TITLES = ("防汛物资清点情况", "在会议上的讲话（2009年5月12日）", "Gate & level <check>")


@dataclass
class Board:
    """What a page is made of."""

    rng: Random
    draw: Random | None
    version: str
    encoding: str
    words: Words
    view: str
    html: bool = False
    """Some posts are written as HTML."""


def draw_page(seed: int, noise: int = 0) -> Page:
    """The page of this seed; ``noise``: which of its visits, between which only the noise differs."""
    rng = Random(seed)
    version = rng.choice(list(VERSIONS))
    modern = version.startswith("X")
    encoding = rng.choice(_ENCODINGS)
    languages = ["zh", "tw", "en", "ar"] if encoding == "utf-8" and modern else ["zh", "zh", "en"]
    language = "tw" if encoding == "big5" else rng.choice(languages)
    view = rng.choice(["desktop"] * 6 + ["robot"] * 2 + list(_VIEWS)) if modern else "desktop"
    if view in _VIEWS:
        version = "X3.5"
    if view == "printable" and language == "ar":  # its quotes' names cannot be told from words of an unknown language
        language = "tw"
    theme = "plain" if view == "fragment" else rng.choice(list(THEMES))
    draw = Random(seed * 1000 + noise) if rng.random() < 0.85 else None
    html = modern and theme not in REWRITING and rng.random() < 0.5  # no theme rewrites what noise has broken
    board = Board(rng, draw, version, encoding, LANGUAGES[language], view, html)
    title = rng.choice(["防汛物資清點情況", _TITLES[-1]] if encoding == "big5" else _TITLES)
    page, people = _render(board, title)
    body, declared = _sent(rng, THEMES[theme](page, rng), encoding)
    path = _VIEWS[view][1] if view in _VIEWS else "thread-501-1-1.html" if modern else "viewthread.php?tid=501"
    made_of = f"seed {seed}: {version} {encoding} {language} {theme} {view}{' jammed' if draw else ''}"
    title = "" if view == "fragment" else title
    return Page(BASE + path, body, declared, title, people, made_of, view)


def _sent(rng: Random, page: str, encoding: str) -> tuple[bytes, str | None]:
    """The page's bytes and how the server declares them; where it errs, the bytes decide."""
    how = rng.random()
    other = rng.choice([name for name in (*_ENCODINGS, "iso-8859-1") if name != encoding])
    declared = rng.choice([None, "text/html", f"text/html; charset={encoding}"])
    if how < 0.08:  # the page declares nothing
        page = page.replace(f"charset={encoding}", "").replace(f'charset="{encoding}"', "")
    elif how < 0.16 and not page.startswith("<?xml"):
        declared = f"text/html; charset={other}"
    elif how < 0.2:
        page = page.replace("><", ">\0<", 3)
    body = page.encode(encoding, "xmlcharrefreplace")
    if 0.2 <= how < 0.25 and encoding == "utf-8":
        body = b"\xef\xbb\xbf" + body
    return body, declared


def _render(board: Board, title: str) -> tuple[str, list[Said]]:
    rng, version, words = board.rng, board.version, board.words
    people = draw_people(rng, rng.randint(1, 6))
    messages = []
    for number, said in enumerate(people):
        _fit(board, said)
        banned = number > 0 and board.view not in ("fragment", "archiver") and rng.random() < 0.06
        if banned:
            said.flags.add("banned")
        earlier = people[:number]
        if board.view == "archiver":
            messages.append(draw_plain(rng, words, said, board.encoding))
        elif banned:
            messages.append("")
        elif board.html and rng.random() < 0.4:
            messages.append(draw_html(rng, version, said, board.draw))
        else:
            messages.append(draw_message(rng, version, words, said, board.encoding, earlier, board.draw))
    if board.view in _VIEWS:
        page = _VIEWS[board.view][0](rng, words, title, people, messages, board.encoding)
        return page, people[-1:] if board.view == "fragment" else people
    post_of, page_of = _FRAMES.get(version, (x_post, x_page))
    pairs = zip(people, messages, strict=True)
    posts = [post_of(rng, version, words, said, message, board.view == "robot") for said, message in pairs]
    if version in ("X3.4", "X3.5") and board.view == "desktop" and len(posts) > 2 and rng.random() < 0.3:
        chosen = rng.randrange(1, len(posts))
        posts.insert(1, twice(rng, words, people[chosen], posts[chosen]))
    return page_of(rng, version, words, title, posts, board.encoding), people


def _fit(board: Board, said: Said) -> None:
    """What the version and encoding let a page say of a post."""
    if said.at and (board.version in ("X1.5", "7.2", "6.0") or board.view == "printable"):
        said.at = said.at.replace(second=0)
    if board.encoding == "big5":
        said.author = board.rng.choice(["river_01", "何大川", "A.B"])
    if board.version.startswith("X") and board.view in ("desktop", "robot") and board.rng.random() < 0.1:
        said.uid = None
    if board.view in ("printable", "archiver"):
        said.pid, said.uid = 0, None
