"""The speaker stage: who speaks, who never does, in whose turn, and that the evidence says where."""

from __future__ import annotations

import pytest

from pipelines.speech.fold import Line, line_of, squash
from pipelines.speech.names import is_masked, is_name
from pipelines.speech.offices import split_title
from pipelines.speech.persons import read_people
from tests.speech_cases import post_of, printed, read, staged

SALUTE = "同志们："


@pytest.mark.parametrize(
    ("printed_person", "name", "role", "org"),
    [
        ("云山县水利局局长 谢云帆", "谢云帆", "局长", "云山县水利局"),
        ("市委常委、秘书长谢云", "谢云", "市委常委、秘书长", ""),
        ("中共云山市委常委、组织部部长 方若兰", "方若兰", "市委常委、组织部部长", "云山市委"),
        ("云山市委书记 方若兰", "方若兰", "市委书记", "云山市委"),
        ("谢　云", "谢云", "", ""),
        ("●欧阳 云", "欧阳云", "", ""),
        ("谢云帆(县长)", "谢云帆", "县长", ""),
        ("县长谢云帆(副县长方若兰代为宣读)", "谢云帆", "县长", ""),
        ("谢云帆同志", "谢云帆", "", ""),
        ("方校长", "方", "校长", ""),
        ("王××", "王", "", ""),
        ("律政司司長謝雲帆今晚", "謝雲帆", "律政司司長", ""),
        ("青嵐高級中學校長 謝雲帆", "謝雲帆", "校長", "青嵐高級中學"),
        ("立法會主席謝雲帆議員", "謝雲帆", "主席", "立法會"),
        ("安第水泥公司总裁 卡米洛·罗萨斯", "卡米洛·罗萨斯", "总裁", "安第水泥公司"),
        ("外交部长谢云帆", "谢云帆", "外交部长", ""),
        ("教育处 谢云帆", "谢云帆", "", "教育处"),
        ("省政协副主席、民建省委主委 谢云帆", "谢云帆", "副主席、民建省委主委", "省政协"),
    ],
)
def test_a_printed_person(printed_person: str, name: str, role: str, org: str) -> None:
    (person,) = read_people(line_of(printed_person), "test")
    values = [span.value if span is not None else "" for span in (person.name, person.role, person.org)]
    assert values == [name, role, org]


@pytest.mark.parametrize(
    "words", ["高度重视", "同志们", "全文如下", "安全生产", "编辑部", "谢谢大家", "一、形势", "江苏"]
)
def test_words_are_no_persons(words: str) -> None:
    assert [person for person in read_people(line_of(words), "test", sure=True) if person.name is not None] == []


@pytest.mark.parametrize("mask", ["×××", "XXX", "某某", "***", "某书记", "○○○"])
def test_masks(mask: str) -> None:
    assert is_masked(mask)
    assert not is_name(mask)


def test_a_title_without_place_keeps_its_body() -> None:
    title = split_title("市委书记")
    assert (title.role, title.org) == ((0, 4), (0, 0))


@pytest.mark.parametrize(
    ("title", "lines", "names"),
    [
        ("在全县防汛会议上的讲话", ["县长 谢云帆（2009年6月3日）", SALUTE, "汛期到了。"], ["谢云帆"]),
        ("谢云帆同志在全县防汛会议上的讲话（全文）", [SALUTE, "汛期到了。"], ["谢云帆"]),
        ("县长在全县防汛会议上的讲话", [SALUTE, "汛期到了。"], [None]),
        ("市长谢云帆、书记方若兰在全市大会上的讲话", [SALUTE, "好。"], ["谢云帆", "方若兰"]),
        ("新年贺词", ["市委书记　谢云帆", "市长　方若兰", "各位朋友：", "新年好。"], ["谢云帆", "方若兰"]),
        ("守住一泓水", ["●谢云帆", "水是命脉。", "（本文为谢云帆2月8日在全市水务会议上的讲话）"], ["谢云帆"]),
        ("总统国庆演说", ["2008年10月10日", "各位嘉宾：", "大家好。"], [None]),
        ("党委书记谢云讲党课", [SALUTE, "今天讲三点。"], ["谢云"]),
        ("毕业典礼演讲", ["同学们：", "再见。", "——谢云帆"], ["谢云帆"]),
        ("《在全县大会上的讲话》", ["谢云帆", SALUTE, "好。"], ["谢云帆"]),
        ("在全县大会上的讲话", ["市长于云帆", SALUTE, "好。"], ["于云帆"]),
        ("答《晚报》记者问", ["河务局局长 谢云帆", "问:水大吗?", "答:大。", "问:怕吗?", "答:不怕。"], ["谢云帆"]),
        ("答记者问", ["本报记者 方若兰", "问:水大吗?", "答:大。", "问:怕吗?", "答:不怕。"], []),
        (
            "答记者问",
            ["答问人：篮球队主教练路易·谢弗", "问：几点开赛？", "答：七点。", "问：会赢吗？", "答：会。"],
            ["路易·谢弗"],
        ),
        ("国庆晚会", ["发展部部长谢云帆献词", SALUTE, "好。"], ["谢云帆"]),
        (
            "把水还给河",
            ["致公党临川市委会", "（2016年1月21日在市政协全会上的发言）", "各位委员：", "河脏。"],
            ["致公党临川市委会"],
        ),
        ("在结业式上的讲话", [SALUTE, "好。", "（根据水务局局长谢云帆11月18日讲话录音整理）"], ["谢云帆"]),
    ],
)
def test_who_speaks(title: str, lines: list[str], names: list[str | None]) -> None:
    assert [speaker.name for speaker in read(title, *lines).speakers] == names


@pytest.mark.parametrize(
    ("why", "title", "lines"),
    [
        ("masked", "×××在全县防汛会议上的讲话", [SALUTE, "汛期到了。"]),
        ("masked byline", "在全校师生大会上的讲话", ["校长 ×××", SALUTE, "好。"]),
        (
            "report",
            "谢云帆在全县会议上强调 抓春耕",
            ["本报讯（记者 方若兰）昨天，全县会议召开。", "谢云帆强调，要抓春耕。"],
        ),
        ("request", "哪位有县长的春节讲话？", ["急求一篇，领导姓谢。"]),
        ("commemorated", "在谢云帆同志追悼会上的悼词", ["各位亲友：", "谢云帆同志生于1930年。"]),
        ("studied", "学习谢云帆同志讲话心得体会", ["方若兰", "很受启发。"]),
        ("collection", "校长开学讲话稿精选(3篇)", ["篇一", "同学们：", "好。"]),
        ("chatter under a speech's subject", "谢云帆在全县会议上的讲话", ["楼上说得对，这是关键。"]),
        ("article", "说说标题", ["谢云帆", "标题是眼睛。", "(作者系云山县委办公室主任)"]),
        ("novel", "第三章 上任", ["谢云帆走上主席台：“同志们，我讲三点。”"]),
        (
            "notice",
            "关于印发谢云帆同志讲话的通知",
            ["各乡镇：", "请认真学习。", "云山县人民政府办公室", "2010年1月5日"],
        ),
    ],
)
def test_nobody_speaks(why: str, title: str, lines: list[str]) -> None:
    post = read(title, *lines)
    assert post.speakers == (), why
    assert post.speeches == ()


def test_the_poster_is_never_the_speaker() -> None:
    post = read("在全县会议上的讲话", SALUTE, "好好干。", author="谢云帆")
    assert post.speakers == ()


def test_a_moderator_names_others() -> None:
    post = read("座谈会主持词", "谢云帆", SALUTE, "首先，请方若兰书记讲话。", "刚才，方若兰书记作了重要讲话。")
    assert [speaker.name for speaker in post.speakers] == ["谢云帆"]


def turns(*lines: str, title: str = "座谈会实录") -> list[tuple[str | None, str]]:
    return [(speech.label, speech.text) for speech in read(title, *lines).speeches if speech.label is not None]


@pytest.mark.parametrize(
    ("form", "lines", "expected"),
    [
        ("colon", ["记者：何时？", "谢云帆：明年。"], [("记者", "何时？"), ("谢云帆", "明年。")]),
        (
            "a medium in brackets among colons",
            [
                "谢云帆：停了半小时。",
                "晨报记者：为什么？",
                "谢云帆：布缠住了。",
                "[江岭网]票款呢？",
                "谢云帆：自动退。",
            ],
            [
                ("谢云帆", "停了半小时。"),
                ("晨报记者", "为什么？"),
                ("谢云帆", "布缠住了。"),
                ("江岭网", "票款呢？"),
                ("谢云帆", "自动退。"),
            ],
        ),
        (
            "a picture in brackets among colons",
            ["谢云帆：停了半小时。", "晨报记者：为什么？", "[图片]", "谢云帆：布缠住了。"],
            [("谢云帆", "停了半小时。"), ("晨报记者", "为什么？\n[图片]"), ("谢云帆", "布缠住了。")],
        ),
        (
            "all in one paragraph under a list of names",
            ["参加讨论：那晚晴、衣冠南。 那晚晴：需要。 衣冠南：要算账。 那晚晴：那就减租。"],
            [("那晚晴", "需要。"), ("衣冠南", "要算账。"), ("那晚晴", "那就减租。")],
        ),
        (
            "behind a lead in one paragraph",
            ["以下是署长谢云帆今日答记者问全文：记者：贵了？ 署长：是竞投的。 记者：垃圾呢？ 署长：清走了。"],
            [("记者", "贵了？"), ("署长", "是竞投的。"), ("记者", "垃圾呢？"), ("署长", "清走了。")],
        ),
        ("role in the label", ["谢云帆(主任)：好。", "方若兰（科长）：行。"], [("谢云帆", "好。"), ("方若兰", "行。")]),
        ("brackets", ["【谢云帆】好。", "【方若兰】行。"], [("谢云帆", "好。"), ("方若兰", "行。")]),
        (
            "own line",
            ["主持人 谢云帆:", "请说。", "方若兰:", "好。"],
            [("主持人 谢云帆", "请说。"), ("方若兰", "好。")],
        ),
        ("Q and A", ["问：何时？", "答：明年。", "还有后年。"], [("问", "何时？"), ("答", "明年。\n还有后年。")]),
        (
            "numbered",
            ["1、谢云帆：您好。", "方若兰：你好。", "2、谢云帆：再见。"],
            [("谢云帆", "您好。"), ("方若兰", "你好。"), ("谢云帆", "再见。")],
        ),
        (
            "stamp behind",
            ["[谢云帆]好。[03-14 10:51]", "[方若兰]行。[03-14 10:52]"],
            [("谢云帆", "好。"), ("方若兰", "行。")],
        ),
        ("stamp above", ["10:01", "谢云帆：好。", "10:02", "方若兰：行。"], [("谢云帆", "好。"), ("方若兰", "行。")]),
        (
            "flattened",
            ["问：何时？ 答：明年。 问：够吗？ 答：够。"],
            [("问", "何时？"), ("答", "明年。"), ("问", "够吗？"), ("答", "够。")],
        ),
        (
            "media",
            ["新华社记者：物价？", "发言人谢云帆：稳。", "英国《金融时报》记者：汇率？", "谢云帆：稳。"],
            [
                ("新华社记者", "物价？"),
                ("发言人谢云帆", "稳。"),
                ("英国《金融时报》记者", "汇率？"),
                ("谢云帆", "稳。"),
            ],
        ),
        ("traditional", ["記者：何時？", "謝雲帆：明年。"], [("記者", "何時？"), ("謝雲帆", "明年。")]),
    ],
)
def test_turns(form: str, lines: list[str], expected: list[tuple[str, str]]) -> None:
    assert turns(*lines) == expected, form


@pytest.mark.parametrize(
    "lines",
    [
        ["时间：2010年1月5日", "地点：县城", "会议指出：要抓紧。", "会议要求：要落实。"],
        ["组 长：谢云帆", "副组长：方若兰"],
        ["一句话：要抓紧。", "第一：修路。", "第二：修桥。"],
        ["目标：明年完工。", "措施：加班。", "目标：后年通车。"],
        ["同志们：", "大家好。", "各位代表：", "再见。"],
    ],
)
def test_no_false_turns(lines: list[str]) -> None:
    assert turns(*lines, title="全县工作") == []


def test_roles_of_labels_are_carried_over() -> None:
    post = read("专访县水利局局长谢云帆", "本报记者 方若兰", "问：何时完工？", "答：年底。")
    assert [(s.label, s.speaker, s.role) for s in post.speeches] == [("问", None, ""), ("答", "谢云帆", "局长")]
    assert post.authors == ("方若兰",)


def test_what_was_said_is_without_head_and_notes() -> None:
    post = read(
        "守住一泓水",
        "——在全市水务会议上的讲话",
        "谢云帆",
        "（2009年3月5日）",
        SALUTE,
        "水是命脉。",
        "谢谢大家！",
        "（标题为编者所加）",
        "（责任编辑：方若兰）",
    )
    (speech,) = post.speeches
    assert speech.text == f"{SALUTE}\n水是命脉。\n谢谢大家！"
    assert post.text[speech.start : speech.end] == speech.text


def test_what_a_page_prints_above_the_texts_own_title_is_not_said() -> None:
    post = read(
        "守住一泓水",
        "写作培训班",
        "守住一泓水",
        "●谢云帆",
        "水是命脉。",
        "（本文为谢云帆2月8日在全市水务会议上的讲话）",
    )
    assert [speech.text for speech in post.speeches] == ["水是命脉。"]


def test_evidence_is_the_field() -> None:
    post = read("在全县会议上的讲话", "云山县水利局局长　谢 云", "（二○○九年六月三日）", SALUTE, "好。")
    found = {item.field: squash(printed(post, item)) for item in post.evidence}
    assert found["speakers[0].name"] == "谢云"
    assert found["speakers[0].role"] == "局长"
    assert found["speakers[0].org"] == "云山县水利局"
    assert found["speech_date"] == post.speech_date_raw == "二○○九年六月三日"


def test_stages_run_twice_give_the_same() -> None:
    once = staged(post_of("谢云帆在全县会议上的讲话", SALUTE, "好。"))
    assert staged(once) == once


def test_folding_keeps_offsets() -> None:
    line = line_of("財政司司長（今日）：")
    assert isinstance(line, Line)
    assert len(line.flat) == len(line.raw)
    assert line.flat == "财政司司长(今日):"
