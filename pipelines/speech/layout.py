"""Where a text's head ends, where its tail begins, and what each line between says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.speech.fold import Line, fold
from pipelines.speech.names import is_name

HEAD_LINES = 16
TAIL_LINES = 14
SALUTATION = re.compile(
    r"^(?:尊敬的|敬爱的|亲爱的|各位|同志们|同学们|老师们|朋友们|乡亲们|父老乡亲|女士们|先生们|战友们|校友们|诸位|代表们|委员们|家长们|孩子们|工友们|员工们|同事们|"
    r"全体|大家好|主席先生|主席女士|议长[,、:先]|主持人[,、好]|主席[,、:]|校长[,、]|书记[,、]|市长[,、]|全国同胞|同胞们|亲友们|街坊们|伙伴们|姐妹们|弟兄们|志愿者们|新同学|海外侨胞|[^。;]{0,14}[:]?各位|"
    r"[^。,]{1,8}们[,、:!]|[^。]{2,60}(?:同志们|同学们|朋友们|女士们|先生们|各位(?:嘉宾|朋友|来宾|代表|委员|同学|同仁|老师|领导)))[^。?]{0,120}[:!]? ?$"
)
_SALUTE_RUN_IN = re.compile(
    r"^(?:尊敬的|敬爱的|亲爱的|各位|同志们|同学们|老师们|朋友们|乡亲们|女士们|先生们|诸位)[^。?]{0,60}[:!,]|^(?:大家|各位)?(?:上午好|下午好|晚上好|早上好|大家好|新年好|你们好)[!。,:]"
)
_OPEN, _CLOSE = "(【[", ")】]"


@dataclass(slots=True)
class Layout:
    """The lines of a text, as printed and folded."""

    text: str
    raws: list[str]
    starts: list[int]
    flat: str
    """``text`` folded."""
    rare: bool = field(init=False)
    """The text has colons or brackets of other fonts."""
    _lines: dict[int, Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        text = self.text
        self.rare = "﹕" in text or "∶" in text or "︰" in text or "〖" in text or "〈" in text

    def line(self, index: int) -> Line:
        """Line ``index``, folded."""
        line = self._lines.get(index)
        if line is None:
            raw, start = self.raws[index], self.starts[index]
            line = Line("text", start, raw, self.flat[start : start + len(raw)], index, index + 1)
            self._lines[index] = line
        return line

    def join(self, first: int, last: int) -> Line:
        """Lines [first, last) as one."""
        if last - first == 1:
            return self.line(first)
        start, end = self.starts[first], self.starts[last - 1] + len(self.raws[last - 1])
        return Line("text", start, self.text[start:end], self.flat[start:end], first, last)

    def __len__(self) -> int:
        return len(self.raws)


def lay_out(text: str) -> Layout:
    """The lines of ``text``; empty ones count, so that numbers are those of the text."""
    raws = text.split("\n")
    starts, at = [], 0
    for raw in raws:
        starts.append(at)
        at += len(raw) + 1
    return Layout(text, raws, starts, fold(text))


def head_lines(layout: Layout) -> list[Line]:
    """The first lines; what a document viewer broke into pieces (2022⏎年⏎6⏎月) is joined again."""
    lines: list[Line] = []
    index = 0
    while index < len(layout) and len(lines) < HEAD_LINES:
        stop = index + 1
        if len(layout.raws[index]) < 40:
            stop = _joined(layout, index)
        line = layout.join(index, stop)
        if line.flat.strip():
            lines.append(line)
            if len(lines) > 1 and is_salutation(line.flat.strip()):
                break  # nothing of a head stands below the greeting
        index = stop
    return lines


_OPEN_TITLE = re.compile(r"(?:[—-]{1,3} ?)?(?:在|于|关于)[^。,;:]{2,30}(?<!讲话)(?<!致辞)(?<!发言)(?<!报告)")
_TITLE_END = re.compile(r"^[^。;:]{2,30}上?的(?:讲话|致辞|致词|发言|报告|演讲|主持词)(?:[(【][^()【】]{2,6}[)】])?$")
_DATE_PIECE = re.compile(r"[(]?[\d〇○零一二三四五六七八九十 ]{0,4}[年月日号]?[)]?")


def _joined(layout: Layout, index: int) -> int:
    """The number after the last line that continues line ``index``."""
    stop, depth = index, 0
    while stop < len(layout) and stop - index < 14:
        flat = layout.line(stop).flat.strip()
        if len(flat) > 60:
            break
        depth = max(0, depth + sum(map(flat.count, _OPEN)) - sum(map(flat.count, _CLOSE)))
        stop += 1
        following = layout.line(stop).flat.strip() if stop < len(layout) and len(layout.raws[stop]) < 60 else ""
        if not following or not _continues(flat, following, depth):
            break
    return max(stop, index + 1)


_CUT_OCCASION = re.compile(r"(?:—+)?在[\u4e00-\u9fff]{1,6}")  # 在全市⏎旅游座谈会⏎上的讲话
_HAN_ALONE = re.compile(r"[\u4e00-\u9fff“”]{3,20}")


def _continues(flat: str, following: str, depth: int) -> bool:
    if flat in ("在", "关于", "出席", "——在", "—在") or re.match(
        r"^(?:上的|上)(?:重要)?(?:讲话|发言|致辞|报告|演讲)", following
    ):
        return True
    if _CUT_OCCASION.fullmatch(flat) and _HAN_ALONE.fullmatch(following):
        return True
    if flat.endswith("、") and len(flat) < 30 and len(following) < 30:
        return True  # 省政府副秘书长、 above 省信访局局长
    if _OPEN_TITLE.fullmatch(flat) and _TITLE_END.search(following):
        return True
    if depth > 0 and (len(flat) <= 8 or len(following) <= 8):
        return True
    if len(flat) == 1 and len(following) == 1 and is_name(flat + following, sure=True):
        return True
    pieces = _DATE_PIECE.fullmatch(flat), _DATE_PIECE.fullmatch(following)
    return bool(all(pieces) and re.search(r"\d|[年月]", flat) and (flat[-1] in "年月" or following[0] in "年月日"))


_HOLDER = re.compile(r"(?:主席|议长|主持人|校长|书记|市长)[,、]")  # 校长、党委副书记 N is a byline
_TO_ALL = re.compile(r"们|各|先生|女士|同志|同学|老师|您?好|[:!,]$")


def is_salutation(flat: str) -> bool:
    """The line greets the audience: here the speech begins."""
    if len(flat) >= 160 or (SALUTATION.match(flat) is None and _SALUTE_RUN_IN.match(flat) is None):
        return False
    return _HOLDER.match(flat) is None or _TO_ALL.search(flat) is not None
