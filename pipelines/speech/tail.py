"""The tail of a text, from its last line upwards: notes, credits, signatures."""

from __future__ import annotations

import re

from pipelines.speech.credits import CREDIT
from pipelines.speech.dates import find_date
from pipelines.speech.fold import Line, line_of
from pipelines.speech.layout import TAIL_LINES, Layout
from pipelines.speech.notes import SPOKE, SPOKEN_NOTE, Notes, take_credits, take_note
from pipelines.speech.signatures import take_signature

_BOILERPLATE = re.compile(
    r"^(?:香港时间|欢迎光临|.{0,20}登录后(?:查看|可见)|※|本帖|上一[篇页]|下一[篇页]|返回|打印|关闭|收藏|分享到|阅读全文|全文共|以上内容|声明|版权|免责|本文地址|相关(?:阅读|链接|文章)|推荐阅读|关键词|标签|点击|浏览|更多|查看|阅读全部|扫码|关注|\(完\)|完$|\(全文完\)|全文完|【完】|编后|--+$|—+$|\*+$|=+$|_+$|[.…]+$|附件?[:：]?$|附[:：])"
)
_NOTE_OPEN = re.compile(
    r"^[\s(【\[※*★☆◎·—#>]*(?:注|附注|说明|编者注|编者按|编者|备注|按)?[:\]】) ]*(?:本文|此文|该文|本篇|全文|文章|这篇|这是|此为|此系|以上|以上是|上文|根据|据|摘自|选自|节选自|摘编自|整理自|由|作者|标题|题目|小标题|大小标题|原题|原标题|讲话|演讲|发言|题目|有删|略有删|未经|本讲话|此件|该讲话|内容|文字|文中|系|是|为(?=.{0,40}讲话))"
)


def read_tail(layout: Layout, body: int, *, roc: bool) -> Notes:
    """The notes after the body, from the last line upwards; ``body``: the first line that may be one."""
    bottom = _bottom(layout, body, roc=roc)
    notes = Notes(first=bottom + 1, surveyed="课题组" in layout.flat or "调研组" in layout.flat)
    index = bottom
    lowest = max(body, bottom + 1 - TAIL_LINES)
    while index >= lowest:
        raw = layout.raws[index]
        if raw.strip() and (len(raw) > 260 or not _take(layout.line(index), notes, roc=roc, is_last=index == bottom)):
            break
        if raw.strip():
            notes.first = index
        index -= 1
    _run_in_note(layout, notes, body, roc=roc)
    notes.executors.sort(key=lambda span: span.start)
    return notes


def _bottom(layout: Layout, body: int, *, roc: bool) -> int:
    """The last line that may be a note: a list or a table of at most ``_APPENDIX`` lines may hang below the notes."""
    last = len(layout) - 1
    for index in range(last, max(body, last - _APPENDIX) - 1, -1):
        raw = layout.raws[index].strip()
        if len(raw) > 60 or raw.endswith(_SENTENCE_ENDS):
            break
        line = layout.line(index)
        if index < last and _closes(line, roc=roc):
            return last if _take(layout.line(last), Notes(0), roc=roc, is_last=True) else index
        if len(raw) > 40:
            break
    return last


def _closes(line: Line, *, roc: bool) -> bool:
    """A line of credits, or a day and nothing else: what stands under a text, never inside it."""
    flat = line.flat.strip()
    if _CREDITS.match(flat):
        return take_credits(line, Notes(0))
    when = find_date(flat, roc=roc) if flat.endswith(("日", "号")) or flat[-1:].isdigit() else None
    return when is not None and (when.start, when.end) == (0, len(flat)) and when.day is not None


_APPENDIX = 8
_SENTENCE_ENDS = ("。", "!", "！", "?", "？", "”", "…")
_CREDITS = re.compile(
    r"[(\[【 ]*(?:责任编[辑校]|责编|编辑|编校|来源|文章来源|稿件来源|出处|原载|原刊|载于|刊于|转自|摘自)"
)


def _take(line: Line, notes: Notes, *, roc: bool, is_last: bool) -> bool:
    """Read ``line`` if it is a note, a credit, a date or a signature; False: it belongs to the body."""
    flat = line.flat.strip()
    if take_credits(line, notes):
        notes.marked = True
        if len(flat) > 24 and not notes.clauses and _NOTE_OPEN.match(flat) and SPOKEN_NOTE.search(flat):
            take_note(line, notes, roc=roc)  # (根据N讲话录音整理。责任编辑:M)
        if cut := _CUT.search(flat):
            at = line.flat.index(flat) + cut.start()
            notes.excerpt = notes.excerpt or line.span(at, at + len(cut[0]), "excerpt-note")
        return True
    if (
        _NOTE_OPEN.match(flat) or _SPOKEN.fullmatch(flat) or (flat[:1] in _BRACKETS and SPOKE.search(flat[:60]))
    ) and take_note(line, notes, roc=roc):
        notes.marked = True
        return True
    if CREDIT.match(flat) or _BOILERPLATE.match(flat):
        notes.marked = True
        return True
    if _CUT_SHORT.fullmatch(flat):
        notes.excerpt = notes.excerpt or line.span(0, len(line.flat), "excerpt-note")
        return True
    return take_signature(line, notes, roc=roc)


_BRACKETS = frozenset("([【※*")
_CUT_SHORT = re.compile(r"[(【\[](?:节选|摘要|摘编|摘登|节录|有删节|略有删节|本文有删节)[)】\]]")
# (2016年12月18日,程平在E上的讲话), ——程平在E上的讲话
_SPOKEN = re.compile(
    r"(?:[(【\[※]|—{1,2})[^。;()]{6,80}(?:讲话|致辞|致词|发言|演讲|演说|报告|党课)(?:稿|全文|摘要|节选|实录|摘登)?(?:\([^()]{2,12}\))?[)】\]]?"
)
_CUT = re.compile(r"(?:有|略有|稍有)删(?:节|改|减)|节选|摘登|摘编(?!自)")


def _run_in_note(layout: Layout, notes: Notes, body: int, *, roc: bool) -> None:
    """A note in brackets at the end of the last paragraph."""
    index = notes.first - 1
    if notes.clauses or index < body or not layout.raws[index].rstrip().endswith((")", "）", "】", "]")):
        return
    raw = layout.raws[index].rstrip()
    at = max(raw.rfind("("), raw.rfind("（"), raw.rfind("【"), raw.rfind("["))
    if at <= 0 or len(raw) - at > 200:
        return
    line = line_of(raw[at:], "text", layout.starts[index] + at, index, index + 1)
    if _NOTE_OPEN.match(line.flat):
        take_note(line, notes, roc=roc)
