"""Invented texts: speeches, interviews, reports and ordinary replies, each the same for the same seed, with their truth."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

SURNAMES = [
    "柏",
    "卞",
    "岑",
    "柴",
    "淳于",
    "戴",
    "邓",
    "丁",
    "窦",
    "范",
    "费",
    "符",
    "甘",
    "戈",
    "耿",
    "宫",
    "古",
    "管",
    "桂",
    "郝",
    "侯",
    "霍",
    "纪",
    "季",
    "贾",
    "江",
    "焦",
    "康",
    "柯",
    "匡",
    "黎",
    "廉",
    "梁",
    "廖",
    "凌",
    "娄",
    "卢",
    "罗",
    "毛",
    "梅",
    "孟",
    "缪",
    "欧阳",
    "潘",
    "裘",
    "阮",
    "尚",
    "申",
    "施",
    "司徒",
    "宋",
    "苏",
    "谭",
    "陶",
    "童",
    "涂",
    "万",
    "汪",
    "韦",
    "卫",
    "温",
    "邬",
    "夏",
    "萧",
    "谢",
    "邢",
    "薛",
    "严",
    "尹",
    "应",
    "游",
    "俞",
    "袁",
    "岳",
    "曾",
    "詹",
    "章",
    "郑",
    "诸葛",
    "庄",
    "邹",
]
GIVEN = [
    "启",
    "明",
    "振",
    "国",
    "文",
    "海",
    "志",
    "远",
    "立",
    "群",
    "秀",
    "兰",
    "建",
    "平",
    "晓",
    "峰",
    "玉",
    "林",
    "德",
    "昌",
    "思",
    "源",
    "永",
    "和",
    "卫",
    "东",
    "雪",
    "梅",
    "少",
    "康",
    "景",
    "行",
    "一",
    "鸣",
    "承",
    "业",
    "云",
    "起",
    "望",
    "舒",
    "若",
    "水",
    "知",
    "非",
    "长",
    "青",
]
PLACES = ["澄江市", "临津市", "枫桥县", "白沙县", "云台区", "南浦区", "北岭镇", "石埠镇", "柳溪乡", "东湖新区"]
OFFICES = (
    ("{p}委书记", "委书记"), ("{p}人民政府副{l}长", "副{l}长"), ("{p}教育局局长", "局长"), ("{p}发展和改革委员会主任", "主任"),
    ("{p}水利局党组书记、局长", "党组书记、局长"), ("{p}委常委、宣传部部长", "委常委、宣传部部长"), ("{p}档案馆馆长", "馆长"),
)  # fmt: skip
TOPICS = [
    "防汛抗旱",
    "安全生产",
    "义务教育",
    "招商引资",
    "乡村公路",
    "社区养老",
    "古树保护",
    "档案管理",
    "政务公开",
    "食品安全",
    "河道治理",
    "旧城改造",
    "图书馆建设",
    "消防演练",
]
EVENTS = ["工作会议", "动员大会", "座谈会", "推进会", "现场会", "总结表彰大会", "培训班开班式", "启动仪式"]
OPENINGS = ("同志们：", "各位来宾、同志们：", "各位代表：", "老师们、同学们：")
SENTENCES = (
    "{t}不是哪一个部门的事，账要一笔一笔算清楚。", "去年全年投入{n}万元，今年还要再增加{m}万元。", "我在{p}走了{k}个村，看到的情况比报表上写的要复杂。",
    "责任要落到人头，期限要落到日历。", "有的单位方案写了{k}稿，现场却一次也没有去过。", "群众的意见，好听的要听，不好听的更要听。",
    "资料要真实，数字要经得起核对。", "这项工作做到什么程度，年底由服务对象来打分。", "夜里十一点，值班室的灯还亮着，我心里是踏实的。",
    "规划可以慢一点，质量不能打折扣。", "桥修好了，路通了，孩子们上学少走{k}里路。", "第一手的材料，办公室要留底，档案馆要归档。",
)  # fmt: skip
REPLIES = (
    "学习了，谢谢楼主整理。", "请问{p}的方案什么时候公布？", "第二段说得实在，收藏了。", "数据有出处吗？我记得是{n}万元。", "路过，帮顶。",
    "我们单位也在做{t}，正好参考。", "附上去年的情况：\n一共{k}个点位，\n完成了{m}个。", "不同意楼上的看法，{t}没有那么简单。", "写得不错，就是长了点。",
)  # fmt: skip
NICKS = [
    "写材料的人",
    "灯下走笔",
    "南窗客",
    "老档案",
    "山路弯弯",
    "一杯清茶",
    "渔樵问答",
    "小城旧事",
    "夜读者",
    "竹篱笆",
    "风陵渡口",
    "半亩方塘",
    "守桥人",
    "纸上得来",
    "青石巷",
]
QUESTIONS = ("这项工作的难点在哪里？", "今年的进展怎么样？", "群众最关心什么？", "下一步有什么打算？")
NUMERALS = "一二三四五六七八九"
MONTHS = 12


@dataclass
class Text:
    """A document as its author wrote it (lines), with what a careful annotator would say of it."""

    title: str
    lines: list[str]
    kind: str = "其他"
    truth: dict[str, object] = field(default_factory=dict)


def sentence(rng: random.Random, topic: str) -> str:
    filled = rng.choice(SENTENCES)
    return filled.format(
        t=topic, p=rng.choice(PLACES), n=rng.randrange(120, 9800), m=rng.randrange(10, 990), k=rng.randrange(2, 48)
    )


def paragraph(rng: random.Random, topic: str, low: int = 2, high: int = 6) -> str:
    return "".join(sentence(rng, topic) for _ in range(rng.randint(low, high)))


def person(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2, 2))))


def office(rng: random.Random, place: str) -> str:
    printed, _ = rng.choice(OFFICES)
    return printed.format(p=place, l=place[-1] if place[-1] in "市县区镇乡" else "主任")


def speech(rng: random.Random, day: date) -> Text:
    """A speech in one of the head and tail layouts that forums repost."""
    place, topic, name = rng.choice(PLACES), rng.choice(TOPICS), person(rng)
    role = office(rng, place)
    occasion = f"{place}{topic}{rng.choice(EVENTS)}"
    said = day - timedelta(days=rng.randrange(3, 200))
    title = rng.choice((f"在{occasion}上的讲话", f"把{topic}这件事办到群众心里", f"抓实抓细 做好{topic}工作"))
    body = [rng.choice(OPENINGS), paragraph(rng, topic)]
    for number in range(rng.randint(2, 5)):
        body.append(
            f"{NUMERALS[number]}、{rng.choice(('认清形势', '突出重点', '压实责任', '改进作风', '严格督查', '强化保障'))}"
        )
        body += [paragraph(rng, topic) for _ in range(rng.randint(1, 3))]
    body.append("谢谢大家！")
    long_date, short = f"{said.year}年{said.month}月{said.day}日", f"{said.month}月{said.day}日"
    layout = rng.randrange(4)
    if layout == 0:
        lines = [title, f"{role}　{name}", f"（{long_date}）", *body]
    elif layout == 1:
        lines = [title, f"（{long_date}）", name, *body]
    elif layout == 2:
        lines = [
            f"●{name}",
            *body,
            f"（本文为{role}{name}{short}在{occasion}上的讲话摘要，标题为编者所加）",
            f"（责任编辑：{person(rng)}）",
        ]
    else:
        title = f"{name}在{occasion}上的讲话"
        lines = [f"（{long_date}）", *body]
    truth: dict[str, object] = {
        "speakers": [name],
        "occasion": occasion if layout != 1 or "在" in title else None,
        "speech_date": said.isoformat(),
    }
    return Text(title, lines, "讲话", truth)


def interview(rng: random.Random, day: date) -> Text:
    """Labelled turns: a reporter asks, an official answers."""
    place, topic, name = rng.choice(PLACES), rng.choice(TOPICS), person(rng)
    role = office(rng, place)
    lines = [f"近日，{role}{name}就{topic}接受了记者采访。"]
    for question in rng.sample(QUESTIONS, 3):
        lines += [f"记者：{question}", f"{name}：{paragraph(rng, topic, 2, 4)}"]
    return Text(f"{role}{name}就{topic}答记者问", lines, "答记者问", {"speakers": [name], "turns": 6})


def report(rng: random.Random, day: date) -> Text:
    place, topic = rng.choice(PLACES), rng.choice(TOPICS)
    lines = [f"关于{place}{topic}情况的调研报告", paragraph(rng, topic)]
    for number in range(3):
        lines += [
            f"{NUMERALS[number]}、{rng.choice(('基本情况', '存在问题', '原因分析', '对策建议'))}",
            paragraph(rng, topic, 3, 7),
        ]
    return Text(f"{place}{topic}调研报告", lines, "调研报告", {"speakers": []})


def question(rng: random.Random, day: date) -> Text:
    topic = rng.choice(TOPICS)
    lines = [f"各位老师好，单位要写{topic}方面的材料，哪位有现成的提纲？", paragraph(rng, topic, 1, 3), "先谢过了。"]
    return Text(f"求一份{topic}的材料提纲（{rng.randrange(1, 99)}）", lines, "求助", {"speakers": []})


def document(rng: random.Random, day: date) -> Text:
    return rng.choices((speech, interview, report, question), (6, 2, 2, 3))[0](rng, day)


def reply(rng: random.Random) -> list[str]:
    filled = rng.choice(REPLIES).format(
        t=rng.choice(TOPICS),
        p=rng.choice(PLACES),
        n=rng.randrange(9, 999),
        k=rng.randrange(2, 60),
        m=rng.randrange(2, 60),
    )
    return filled.split("\n")
