"""BBCode that stands in the open: archivers up to 7.2 print a post's source (discuz.md 7)."""

from __future__ import annotations

import re

from crawler.items import AUTHORED, CHROME, Attachment, Quote, Run
from crawler.pages.discuz.collected import Body
from crawler.pages.discuz.notes import quoted_author
from crawler.pages.markup import join

_TAG = re.compile(
    r"\[(?P<close>/)?(?P<name>b|i|u|s|hr|color|size|font|align|float|p|indent|list|\*|url|email|img|attach|attachimg|quote|code|free"
    r"|hide|table|tr|td|flash|media|swf|audio|backcolor|payto|fly|sup|sub|qq)(?:=[^\[\]\n]{0,300})?\]",
    re.I,
)
_ADDRESS = re.compile(r"\s*(\S{1,1000})\s*")
_SOURCES = {"img": "image", "swf": "media", "flash": "media", "media": "media", "audio": "media"}
_ROWS = frozenset(["tr", "*", "hr", "table", "align", "p", "list"])


def unfold_bbcode(body: Body, base: str) -> None:
    """Quotes, pictures and formatting that the runs show as BBCode, read as the markup they stand for.

    Only tags that come in pairs, name an attachment or begin a list item: a lone ``[b]`` is the author's.
    """
    text = "".join(run.text for run in body.runs if run.mark == AUTHORED)
    if "[/" not in text and "[attach" not in text and "[*]" not in text:
        return
    paired = {match["name"].lower() for match in _TAG.finditer(text) if match["close"]}
    _Unfolding(body, base, paired | {"*", "hr"}).run()


class _Unfolding:
    def __init__(self, body: Body, base: str, names: set[str]) -> None:
        self.body, self.base, self.names = body, base, names
        self.runs: list[Run] = []
        self.quote: list[Run] | None = None
        self.code = False
        self.source: str | None = None

    def run(self) -> None:
        for run in self.body.runs:
            if run.mark == AUTHORED:
                self.text(run.text)
            else:
                self.add(run)
        self.close_quote()
        self.body.runs = self.runs

    def add(self, run: Run) -> None:
        if run.text:
            (self.runs if self.quote is None else self.quote).append(run)

    def text(self, text: str) -> None:
        at = 0
        for match in _TAG.finditer(text):
            name = match["name"].lower()
            if name not in self.names or (self.code and not (name == "code" and match["close"])):
                continue
            self.words(text[at : match.start()])
            at = match.end()
            self.tag(name, closing=bool(match["close"]))
        self.words(text[at:])

    def words(self, text: str) -> None:
        if self.source is None:
            self.add(Run(text))
            return
        found = _ADDRESS.fullmatch(text)
        if found and self.source == "attach":
            self.add(Run(text, CHROME, "attachment"))
        elif found:
            self.body.attachments.append(Attachment(self.source, None, join(self.base, found[1])))
        else:
            self.add(Run(text))

    def tag(self, name: str, *, closing: bool) -> None:
        self.source = None
        if name == "code":
            self.code = not closing
            self.add(Run("\n"))
        elif name in ("quote", "free"):
            if closing:
                self.close_quote()
            elif self.quote is None:
                self.quote = []
        elif name in ("attach", "attachimg") and not closing:
            self.source = "attach"
        elif name in _SOURCES and not closing:
            self.source = _SOURCES[name]
        elif name in _ROWS:
            self.add(Run("\n"))
        elif name == "td" and closing:
            self.add(Run(" "))

    def close_quote(self) -> None:
        if self.quote is None:
            return
        who = quoted_author([run.text for run in self.quote if run.mark == AUTHORED])
        self.body.quotes.append(Quote("", who, None, tuple(self.quote)))
        self.quote = None
        self.add(Run("\n"))
