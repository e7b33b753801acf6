"""The labelled lines above a text: 时间:… 主讲人:… and the guests that 嘉宾: lists line by line."""

from __future__ import annotations

import re

from pipelines.speech.datelines import PLACE_KEYS, TIME_KEYS, Head
from pipelines.speech.fold import Line
from pipelines.speech.persons import read_people
from pipelines.speech.words import words

_BLOCK_KEYS = (
    *TIME_KEYS,
    *PLACE_KEYS,
    *words(
        "发布时间 会议名称 会议 活动名称 场合 致辞者 致词者 演讲嘉宾 主讲嘉宾 证婚人 主婚人 祝酒人 主讲人 主讲 讲话人 演讲人 演讲者 主讲者 讲者 发言人 述职人 述职者 致辞人 致词人 报告人 授课人 讲课人 "
        "宣讲人 汇报人 主持人 主持 记录人 记录 整理人 整理 出席人员 出席 答问人 答问者 本期嘉宾 参加人员 参加人 参加 列席人员 列席 嘉宾 访谈嘉宾 受访者 受访人 被访者 被采访人 采访者 采访人 采访对象 "
        "访谈人 访谈对象 主题 演讲题目 题目 议题 主办 承办 主办单位 对象 听众 发布人 人物 参加讨论 参与讨论 对谈人 对谈者 对谈嘉宾 对话人 对话者 谈话人 讨论人 参加者 参与者 对话嘉宾 讨论嘉宾 受访嘉宾 "
        "受访对象 缺席 请假 参会人员 参会人 参会 与会人员 与会 与会者 到会人员 出席领导 参会领导 应到 实到 应到人数 实到人数 出席人数 会议主持 会议主持人 会议记录 会议记录人 记录员 主持者 特邀嘉宾 "
        "采访嘉宾 嘉宾介绍 访谈人物 本期人物 本期访谈嘉宾 访谈主持 受访单位 形式 方式 学校 单位 职务 姓名 召集人 质询委员 与谈人 与谈 人员 到会 在场 在场人员 口述 口述人 口述者 讲述 讲述人 讲述者 采访 "
        "访问 访问者 访员 对话 对谈 主讲老师 授课教师 主讲教师 主讲专家 演说人 祝词人 祝辞人 答谢人 点评人 评议人 引言人 报告者 座谈人员 发言单位 发言代表 列席领导 特邀 特约嘉宾 现场嘉宾 连线嘉宾 "
        "出席嘉宾 参会嘉宾 参与嘉宾 直播嘉宾 做客嘉宾 导师 评委 提问人 发布嘉宾 发布单位 调解人 调解员 审判长 审判员 书记员 旁听 应邀列席 "
        "听证主持人 听证员 听证人 听证代表 听证参加人 陈述人 陪审员 人民陪审员 申请人代表 合议庭 听课对象 听课人员 听课人 听讲对象 授课对象 授课题目 授课内容 授课主题 党课主题 党课题目 参训人员 培训对象 宣讲对象 宣讲题目 受众 署名 讲话领导 讲话者 发言者 致辞嘉宾 致词嘉宾 致辞领导 讲话嘉宾 讲话同志 竞聘人 竞聘者 竞选人 宣讲者 授课者 授课老师 汇报者 述职干部"
    ),
)
BLOCK = re.compile(
    rf"^[【\[(]?(?P<k>{'|'.join(' *'.join(key) for key in sorted(_BLOCK_KEYS, key=len, reverse=True))})(?:[】\])]? ?(?P<c>:)|[】\]]) ?(?P<v>.*)$"
)
_LISTS = frozenset(
    words(
        "嘉宾 访谈嘉宾 本期嘉宾 对话嘉宾 讨论嘉宾 受访嘉宾 特邀嘉宾 采访嘉宾 现场嘉宾 连线嘉宾 出席嘉宾 嘉宾介绍 发布人 发布嘉宾 与谈人 对谈人 "
        "参加 参加人 参加人员 参会人员 与会人员 出席 出席人员 列席 列席人员 参加讨论 参与讨论 对话人 讨论人 参加者 参与者 人员 到会 评委 导师 出席领导 列席领导 参会领导 参会人 参会 与会 列席人员 特约嘉宾"
    )
)
_BARE_KEYS = frozenset(
    words(
        "时间 日期 地点 讲话人 主讲人 演讲人 演讲者 致辞人 致词人 报告人 述职人 讲话时间 讲话地点 会议时间 会议地点 演讲时间 演讲地点 讲话者 主讲者"
    )
)
_SPEAKS = frozenset(["主持人", "主持", "嘉宾", "发言人", "主讲人", "采访者", "受访者", "报告人", "主持者"])
_ANOTHER_KEY = re.compile(rf" {{1,}}(?=(?:{'|'.join(sorted(_BLOCK_KEYS, key=len, reverse=True))}) ?:)")
_SENTENCE = re.compile(r"[。!?;“”]")


def take_block(line: Line, head: Head) -> bool:
    """时间:… 地点:… 主讲人:…"""
    another = _ANOTHER_KEY.search(line.flat) if line.flat.count(":", 0, 90) > 1 else None
    if another is not None and BLOCK.match(line.flat[: another.start()]):
        first = take_block(line.part(0, another.start()), head)
        return take_block(line.part(another.end(), len(line.flat)), head) and first
    match = BLOCK.match(line.flat)
    if (
        match is None
        or len(line.flat) > 90
        or (match["v"].rstrip().endswith(("。", "?", "!")) and len(match["v"]) > 16)
    ):
        return False
    key = match["k"].replace(" ", "")
    if not match["c"] and (key not in _BARE_KEYS or match["v"].rstrip().endswith(("。", "?", "!", "…"))):
        return False  # 【主持人】 without a colon begins a turn
    if key in _SPEAKS and match["v"].rstrip().endswith(("。", "?", "!", "…")):
        return False  # the first turn
    start, end = match.span("v")
    end -= line.flat[0] in "([" and "(" not in match["v"] and match["v"].endswith((")", "]"))  # (述职人:N)
    if match["v"].strip():
        head.block.setdefault(key, line.part(start, end))
    head.listing = key in _LISTS
    return True


def take_listed(line: Line, head: Head) -> bool:
    """One more of those whom 嘉宾: lists line by line."""
    alone = len(line.flat) < 60 and ":" not in line.flat and _SENTENCE.search(line.flat) is None
    people = read_people(line, "label-block") if alone else []
    head.listing = bool(people) and all(person.name is not None for person in people)
    head.listed.extend(people if head.listing else [])
    return head.listing
