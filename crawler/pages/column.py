"""The left column of a post in text that was copied from a page: the poster's name and, below it, counters and ranks.

A browser's copy has each of them on lines of its own, below the buttons that end the post above (discuz.md 2.12).
"""

from __future__ import annotations

import re

from crawler.pages.dump import FLOOR, NOT_A_NAME, Header
from crawler.pages.floors import read_floor
from pipelines.interface import Strength, fold, furniture

_WORDS = frozenset(
    [
        "积分",
        "主题",
        "帖子",
        "精华",
        "好友",
        "听众",
        "收听",
        "威望",
        "金钱",
        "金币",
        "贡献",
        "回帖",
        "记录",
        "日志",
        "相册",
        "分享",
        "粉丝",
        "关注",
        "uid",
        "性别",
        "状态",
        "来自",
        "注册",
        "阅读权限",
        "在线时间",
        "注册时间",
        "最后登录",
        "楼主",
        "沙发",
        "板凳",
        "地板",
        "推荐",
        "置顶",
        "电梯直达",
        "新手上路",
        "注册会员",
        "中级会员",
        "高级会员",
        "金牌会员",
        "论坛元老",
        "管理员",
        "超级版主",
        "版主",
        "实习版主",
        "游客",
        "离线",
        "在线",
        "当前离线",
        "当前在线",
        "个人空间",
        "串个门",
        "加好友",
        "打招呼",
        "发消息",
        "跳转到指定楼层",
        "newbie",
        "member",
        "author",
        "credits",
        "posts",
        "threads",
        "digests",
        "friends",
    ]
)
# the rows that end a post: none of them is a reply of its own
_BUTTONS = "举报|报告|使用道具|引用|评分|编辑|top|返回顶部|回顶部|report|quote|rate|edit|use magic|return to top"
_BESIDE = "回复|支持|反对|收藏|分享|转播|淘帖|淘好帖进专辑|分享推精华|转播求扩散|评分表立场|点评|顶|踩|删除|管理|reply|support|oppose|favorite|favorites|share|comment|delete"
_OPENER = "收藏|分享|转播|淘帖|淘好帖进专辑|分享推精华|转播求扩散|评分表立场|支持|反对|favorite|favorites|share|support|oppose"
_JUMPS = ("跳转到指定楼层", "电梯直达")
_GAP = r"[\s\d()|·/]*"
_BUTTON_ROW = re.compile(rf"{_GAP}(?:(?:{_BESIDE}){_GAP})*(?:{_BUTTONS}){_GAP}(?:(?:{_BUTTONS}|{_BESIDE}){_GAP})*")
_STATE = re.compile(r" *(?:该用户已被删除|該用戶已被刪除|当前离线|當前離線|当前在线|當前在線)$")
_COUNT = re.compile(r"[+-]?\d[\d.,]*[kKwW万]?|[\s|·»›,#＃]+")
_MOST = 48  # lines of a column: medals, counters and links, each on its own
_TITLES = 8  # lines in it that nothing is known of: ranks and titles that a forum invents
_LONGEST = 30


def is_button_row(line: str) -> bool:
    """A line of nothing but the buttons below a post, one of which nobody would write as a reply."""
    return len(line) <= 80 and _BUTTON_ROW.fullmatch(fold(line)) is not None


def is_opener_button(line: str) -> bool:
    """One of the buttons that stand below an opening post only."""
    return re.fullmatch(rf"(?:{_OPENER}){_GAP}", fold(line)) is not None


def guest_column(lines: list[str], header: Header, floor: int, *, numbered: bool) -> int:
    """Where a post begins whose header names the poster: its floor may stand above, of a guest's the name, too."""
    start = header.start
    for at in range(header.start - 1, max(header.start - 6, floor - 1), -1):
        if not lines[at]:
            continue
        if re.fullmatch(FLOOR, lines[at]) and start == header.start:
            start = at
        elif start < header.start and header.author and lines[at].startswith(header.author):
            return at
        else:
            break
    return start if numbered else header.start


def column_above(lines: list[str], header: Header, floor: int, *, fenced: bool) -> tuple[int, str | None]:
    """Where the left column of a post starts above its header, and the name in it; ``floor``: nothing above this line.

    ``fenced``: a title or a rule stands above ``floor``, so the first line below it begins the column.

    The buttons of the post above tell where it begins, else furniture (counters, ranks) tells what is part of it, else
    the widest gap does, since a converter leaves the same gap between two posts and a smaller one between a name and
    what is under it.
    """
    above: list[int] = []
    for i in range(header.start - 1, floor - 1, -1):
        if lines[i]:
            above.append(i)
            if len(above) > _MOST:
                break
    if not above:
        return header.start, None
    found = _below_buttons(lines, above, fenced=fenced) or _by_furniture(lines, above[:16])
    if found:
        return found
    near = above[:6]
    gaps = [_gap(lines, i, floor, fenced) for i in near]
    widest = max(gaps)
    start = near[gaps.index(widest)] if widest > 1 else near[0]
    return start, _name(lines[start])


def nameless_column(
    lines: list[str], header: Header, floor: int, *, numbered: bool, ranked: bool
) -> tuple[int, str | None]:
    """The same in a capture whose posts have no name above them: of the lines above, only what is surely a column.

    ``numbered``: a floor stands above the opening post, ``ranked``: counters or ranks do; else a line ``沙发`` or
    ``管理员`` is the end of the post above.
    """
    if not numbered and not ranked:
        return header.start, None
    above = [i for i in range(header.start - 1, max(header.start - 2 * _MOST, floor - 1), -1) if lines[i]][:_MOST]
    found = _below_buttons(lines, above, fenced=False)
    if found and any(_is_column(lines[i]) for i in above if i > found[0]):
        return found
    start, words = header.start, False
    for i in above:
        is_floor = re.fullmatch(FLOOR, lines[i]) is not None
        if not _belongs_at(lines, i) or not (numbered if is_floor else ranked):
            break
        numbered = numbered and not is_floor  # there is one
        words = words or _COUNT.fullmatch(lines[i]) is None or is_floor
        start = i
    return (start if words else header.start), None


def has_name_above(lines: list[str], header: Header, top: int) -> bool:
    """Whether any line between the title (above ``top``) and the first post's header may be a name."""
    return any(lines[i] and not _is_apart(lines, i) for i in range(top, header.start))


def floor_above(lines: list[str], header: Header) -> bool:
    """Whether the line above a header is a floor."""
    above = next((lines[at] for at in range(header.start - 1, max(header.start - 6, -1), -1) if lines[at]), "")
    return re.fullmatch(FLOOR, above) is not None


def has_ranks(lines: list[str], header: Header, top: int) -> bool:
    """Whether counters, ranks or a plugin's lines stand between the title and the first post's header."""
    above = [i for i in range(top, header.start) if lines[i] and re.fullmatch(FLOOR, lines[i]) is None]
    return any(_is_column(lines[i]) and fold(lines[i]) not in _JUMPS for i in above)


def _is_apart(lines: list[str], i: int) -> bool:
    return _belongs_at(lines, i) or furniture(lines[i])[0] is Strength.STRONG


def floor_in(lines: list[str]) -> int | None:
    """The floor that one of these lines (a left column) is."""
    return next((read_floor(line) for line in lines if re.fullmatch(FLOOR, line)), None)


def _below_buttons(lines: list[str], above: list[int], *, fenced: bool) -> tuple[int, str | None] | None:
    """``above``: the lines that are not empty, nearest first."""
    top = next((n for n, i in enumerate(above) if is_button_row(lines[i])), None)
    if top is None and fenced and len(above) <= _MOST:
        top = len(above)
    if not top:
        return None
    *others, first = above[:top]
    unknown = [i for i in others if not _belongs_at(lines, i)]
    if len(unknown) > _TITLES or any(len(lines[i]) > _LONGEST for i in unknown) or len(unknown) == len(others) > 0:
        return None
    name = _name(lines[first])
    return (first, name) if name and not _belongs_at(lines, first) else None


def _belongs_at(lines: list[str], i: int) -> bool:
    return _belongs(lines[i]) or _is_mood(lines, i)


def _is_mood(lines: list[str], i: int) -> bool:
    """One of the two lines, a word and a time, that a plugin prints below its heading (TA的每日心情)."""
    above = [lines[n] for n in range(i - 1, max(i - 7, -1), -1) if lines[n]][:2]
    return len(lines[i]) <= 20 and any("ta的每日心情" in fold(line) for line in above)


def _belongs(line: str) -> bool:
    return _COUNT.fullmatch(line) is not None or re.fullmatch(FLOOR, line) is not None or _is_column(line)


def _by_furniture(lines: list[str], above: list[int]) -> tuple[int, str | None] | None:
    top, skipped = -1, 0
    for n, i in enumerate(above):
        if _is_column(lines[i]) or _is_mood(lines, i):
            top, skipped = n, 0
        elif (skipped := skipped + 1) > 1:
            break
    if top < 0:
        return None
    inside = [i for i in above[:top] if not _is_column(lines[i])]
    if fold(lines[above[top]]) in ("楼主", "电梯直达", "沙发", "板凳", "地板"):
        return (above[top], _name(lines[inside[-1]])) if inside else (above[top], None)
    if top + 1 < len(above) and (name := _name(lines[above[top + 1]])):
        return above[top + 1], name
    return above[top], _name(lines[inside[-1]]) if inside else None


def _gap(lines: list[str], at: int, floor: int, fenced: bool) -> int:
    """Lines from the one before ``at`` that is not empty; without end when nothing stands between it and a fence."""
    above = at - 1
    while above >= floor and not lines[above]:
        above -= 1
    return len(lines) if fenced and above < floor else at - above


def _is_column(line: str) -> bool:
    """A line of a post's left column: counters, ranks, states; not the buttons that end the post above."""
    words = fold(line).split()
    if words and words[0] in _WORDS:
        return len(line) <= 30 and all(word in _WORDS or any(map(str.isdigit, word)) for word in words[:2])
    return furniture(line)[1] == "sidebar"


def _name(line: str) -> str | None:
    line = _STATE.sub("", line)
    return line if len(line) <= 40 and not NOT_A_NAME.search(line) else None
