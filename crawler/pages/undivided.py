"""A thread page whose text prints no post header: its posts by what else parts them, else the whole as one post.

Converters that look for a page's main text drop headers, and often all but the messages. That a text is a thread's is
told by what only Discuz! prints (an edit notice on top, its noise, buttons of a thread page) or by its address.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.items import THREAD, RawPage
from crawler.pages.copied import COPY_LINK, Copied, Draft, page_end
from crawler.pages.copied_body import EDITED
from crawler.pages.copied_title import may_be_title
from crawler.pages.dump import Header
from crawler.pages.engine import parse_address
from crawler.pages.floors import read_floor
from pipelines.interface import Strength, fold, furniture
from pipelines.jammer import weigh

_OF_THREADS = re.compile(  # in folded lines that are nothing but interface
    r"只看该作者|显示全部(?:楼层|帖子)|[倒正]序(?:浏览|看帖)|阅读模式|查看:? ?\d+ ?\| ?回复:? ?\d+|show the author posts only"
)
_LEAST = 60  # Han characters that a thread's address must come with: a refusal in plain text has fewer
_NUMBER = re.compile(r"\d{1,6} ?[#＃]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_TO_BOARD = "返回列表"  # the same in both scripts
_END = "TOP"  # 6.x and 7.x end every post with a link to the top


def undivided_posts(capture: Copied, page: RawPage) -> list[Draft]:
    """The posts of a text without headers; none where nothing tells that it is of a thread."""
    lines = [i for i in range(capture.top, len(capture.bare)) if capture.bare[i]]
    if not any(furniture(capture.bare[i])[0] is Strength.NONE for i in lines):
        return []
    ends = [i for i in lines if capture.bare[i] == _END]
    if len(ends) > 1 or (ends and any(_is_of_board(capture.bare[i]) for i in lines)):
        return _between(capture, ends)
    marks = [i for i in lines if _is_of_thread(capture.bare[i])]
    first = capture.bare[lines[0]]
    if marks or EDITED.match(first) or _is_threads(page, capture) or weigh("\n".join(capture.lines)).jammed:
        return _whole(capture, marks)
    return []


def _is_of_thread(line: str) -> bool:
    if COPY_LINK.search(line):
        return True
    return _OF_THREADS.search(fold(line)) is not None and furniture(line)[0] is Strength.STRONG


def _is_of_board(line: str) -> bool:
    return line.startswith(_TO_BOARD) and furniture(line)[0] is Strength.STRONG


def _is_threads(page: RawPage, capture: Copied) -> bool:
    if urlsplit(page.url).scheme not in ("http", "https"):
        return False
    address = parse_address(page.url)
    han = sum(len(_HAN.findall(line)) for line in capture.bare)
    return address is not None and address.kind == THREAD and han >= _LEAST


def _whole(capture: Copied, marks: list[int]) -> list[Draft]:
    """One post, from below the link beside the title, or all of the text: rather too much than a word too few."""
    linked = [i for i in marks if COPY_LINK.search(capture.bare[i])]
    draft = _draft(capture, _below(marks, linked[0]) if linked else capture.top, len(capture.bare))
    if not any(capture.bare[i] for i in draft.body):
        draft = _draft(capture, capture.top, len(capture.bare))
    return [draft]


def _below(marks: list[int], first: int) -> int:
    """Below this line of a thread page's top and those that follow it."""
    while first + 1 in marks:
        first += 1
    return first + 1


def _between(capture: Copied, ends: list[int]) -> list[Draft]:
    drafts: list[Draft] = []
    top = [i for i in range(capture.top, ends[0]) if _is_of_thread(capture.bare[i]) or _is_of_board(capture.bare[i])]
    start = 1 + max(top, default=capture.top - 1)
    title, start = _title(capture, start, ends[0]) if top and _is_of_board(capture.bare[top[-1]]) else (None, start)
    for end in [*ends, len(capture.bare)]:
        draft = _draft(capture, start, end)
        if any(furniture(capture.bare[i])[0] is Strength.NONE for i in draft.body if capture.bare[i]):
            draft.buttons = (_END,) if end < len(capture.bare) else ()
            drafts.append(draft)
        start = end + 1
    if drafts:
        drafts[0].header = drafts[0].header._replace(title=title)
    return drafts


def _title(capture: Copied, start: int, end: int) -> tuple[str | None, int]:
    """The subject that 7.x prints below the link to the board, apart from the text, and the line below it."""
    at = next((i for i in range(start, end) if capture.bare[i]), end)
    if at + 1 < end and not capture.bare[at + 1] and may_be_title(capture.bare[at]):
        return capture.bare[at], at + 1
    return None, start


def _draft(capture: Copied, start: int, end: int) -> Draft:
    while start < end and capture.bare[start] in ("", "|"):  # a table's border
        start += 1
    floor = read_floor(capture.bare[start]) if start < end and _NUMBER.fullmatch(capture.bare[start]) else None
    header = Header(start, start + (floor is not None), None, "", floor, form="undivided")
    start = header.end
    return Draft(header, None, header.start, range(start, max(page_end(capture, header, end), start)))
