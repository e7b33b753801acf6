"""The words of a turn: without time stamps, headings between turns, and what is told after the last one."""

from __future__ import annotations

import re

from pipelines.speech.labels import STAMP
from pipelines.speech.layout import Layout

_LEAD_STAMP = re.compile(rf"^[ \u3000]*{STAMP}[ \u3000]*")
_TAIL_STAMP = re.compile(
    rf"\n[ \u3000]*{STAMP}\s*$|[ \u3000]*[\[(（【](?:\d{{2,4}}[-/.年])?(?:\d{{1,2}}[-/.月]\d{{1,2}}日? ?)?\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?[\])）】]\s*$"
)
# What the minutes say of the end of the session, and what a site adds, is nobody's turn.
_CLOSING = re.compile(
    r" *(?:[(【\[]?(?:表决结果:|(?:会议|座谈会?|采访|访谈|专访|对话|发布会|记者会|答记者问|庭审|直播|活动|论坛|节目|讨论|沙龙)[^。,]{0,12}(?:结束|落下帷幕|告一段落)|散会|休会|闭庭)|"
    r"(?:会议|最后,会议|经讨论,会议)(?:最后)?(?:一致)?(?:决定|议定|明确|确定|商定|同意|形成|认为|指出|强调|要求)[:,]?|[(【]?(?:注|声明|免责声明|特别说明|编后|编后语|编者注) ?[:】]|"
    r"[(【](?:本文|图片|文中图|图文|以上)[^)】]*[)】] *$|[(【]请?(?:同时)?(?:参阅|参见|参看|浏览|点击)[^)】]*[)】] *$|[(【][^()【】]{0,12}(?:英文|中文|葡文|普通话)(?:部分|版|讲辞|谈话)[^()【】]{0,12}[)】] *$|以上(?:笔录|记录|发言|内容|文字)[^。]{0,30}。? *$|"
    r".{0,20}不代表.{0,8}(?:立场|观点)|[—\-=*~(【\[ ]*(?:END|end|End|完|全文完|未完待续|待续)[—\-=*~)】\] ]*$)"
)
_GAPS = ("\n", "\u3000", "  ")
# The day and the credits at the end of a page that lost its line breaks.
_CREDIT = re.compile(
    r" *(?:\d{4}年\d{1,2}月\d{1,2}日[^。]{0,24}|香港时间.{0,12}|[(【\[]?(?:责任编辑|责编|编辑|[记纪]录|来源|原载|选自|摘自|转自|供稿|摄影|整理|文字整理|记者)[ :/《][^。]{1,30}[)】\]]?|"
    r"[(【\[]?(?:文字|本版|本文|以上|全文|图文|图片|照片|稿件|录音)(?:文字|图片|稿件|内容|实录|记录|稿)?(?:由|系|均由|为)?[^。]{2,30}(?:提供|整理|供稿|拍摄|审阅|记录)[)】\]]?)"
)
_HEADING_END = re.compile(r"[。，,；;：:…”」』\])）】~～—\-\d]$")
_ENUMERATED = re.compile(
    r"[ \u3000]*(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十\d]{1,3}(?:部分|篇|章|讲|节|幕|场|回合|轮|单元|环节)|(?:话题|议题|问题|关键词|焦点|镜头|回合|环节)[一二三四五六七八九十\d]|\d{1,2}[、.．])"
)
_RULE = re.compile(r"[ \u3000]*(?:[*＊·.。•\-—=_~～☆★◆■□●○#]{1,}|(?:[*＊★☆◆■] ?){2,})[ \u3000]*")
_STAGE = re.compile(r"图片|图|视频|音频|短片|掌声|鼓掌|笑|音乐|插播")
_SENTENCE_END = ("。", "！", "？", "!", "?", "…", "”", "」", "』", "）", ")", "】", "]")
_LONGEST_HEADING = 24


def words_of(layout: Layout, start: int, end: int, *, last: bool) -> tuple[int, int]:
    """The stretch of [start, end) that was said; ``last``: no turn follows."""
    text = layout.text
    stamp = _LEAD_STAMP.match(text[start : min(end, start + 40)])
    start += stamp.end() if stamp else 0
    while start < end and text[start].isspace():
        start += 1
    end = _stripped(text, start, end)
    end = _without_closing(layout, start, end) if last else _without_headings(text, start, end)
    tail = _TAIL_STAMP.search(text, max(start, end - 40), end)
    return start, _stripped(text, start, tail.start()) if tail else end


def _stripped(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _without_closing(layout: Layout, start: int, end: int) -> int:
    """Where the words end above what is told or printed at the end, on a line of its own or behind a gap."""
    while True:
        cut = max(layout.text.rfind(gap, start, end) for gap in _GAPS)
        if cut < 0 or not (_CLOSING.match(layout.flat, cut + 1, end) or _CREDIT.fullmatch(layout.flat, cut + 1, end)):
            return end
        end = _stripped(layout.text, start, cut)


def _without_headings(text: str, start: int, end: int) -> int:
    """Where the words end, if the editor's heading for the next turns stands below them."""
    for _ in range(3):
        cut = text.rfind("\n", start, end)
        if cut < 0 or not _is_heading(text[cut + 1 : end], text[start:cut].rstrip()):
            break
        end = _stripped(text, start, cut)
    return end


def _is_heading(line: str, above: str) -> bool:
    """Short, no sentence, and what stands above it is one."""
    flat = line.strip()
    if _RULE.fullmatch(line):
        return True
    if not above.endswith(_SENTENCE_END) or len(flat) > _LONGEST_HEADING:
        return False
    if _ENUMERATED.match(flat):
        return not flat.endswith(("。", "；", ";"))
    if flat[0] in "【〔" and flat[-1] in "】〕":
        return _STAGE.search(flat) is None
    return _HEADING_END.search(flat) is None and not flat.endswith(("！", "!", "？", "?")) and flat[0] not in "（(["
