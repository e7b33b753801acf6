"""Invented texts of other kinds: interviews, press conferences, moderator scripts, reports, notices, news, chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from crawler.demo import words
from crawler.demo.people import chinese_number, fill, full_name, occasion, paragraph, person
from crawler.demo.speeches import Text, body, desk, finish, speech
from crawler.demo.types import DocumentTruth, Person, SpeakerTruth


def interview(rng: Random, posted: date) -> Text:
    """A reporter asks, one person answers; the labels are roles or names."""
    who, topic = person(rng), rng.choice(words.TOPICS)
    text = Text(f"{who.printed}{who.name}谈{topic}", truth=DocumentTruth("访谈"))
    named = rng.random() < 0.5
    ask, answer = ("记者", who.name) if named else ("问", "答")
    if rng.random() < 0.6:
        text.add(f"近日，{who.printed}{who.name}就{topic}接受了本报采访。", "lead")
    else:
        text.title = f"{who.printed}{who.name}就{topic}答记者问"
        text.know(kind="答记者问")
    for question in rng.sample(words.QUESTIONS, rng.randint(3, 6)):
        text.add(f"{ask}：{fill(question, rng, topic)}", label=ask)
        text.add(f"{answer}：{paragraph(rng, topic, 1, 3)}", label=answer)
        if rng.random() < 0.25:
            text.add(paragraph(rng, topic, 1, 2))
    text.know(speakers=(SpeakerTruth(who.name, who.role, who.org),))
    desk(text, rng)
    return finish(text, rng)


def press_conference(rng: Random, posted: date) -> Text:
    """A moderator with a name and several officials in turn."""
    topic = rng.choice(words.TOPICS)
    panel = _different([person(rng) for _ in range(rng.randint(2, 3))])
    host = full_name(rng)
    event = f"{rng.choice(words.PLACES)}市{topic}新闻发布会"
    text = Text(f"{event}答记者问（实录）", truth=DocumentTruth("答记者问", occasion=event))
    text.add(f"主持人{host}：各位记者朋友，大家好。今天的发布会介绍{topic}的情况。", label=f"主持人{host}")
    for who in panel:
        text.add(f"{who.printed}{who.name}：{paragraph(rng, topic, 2, 3)}", label=f"{who.printed}{who.name}")
        asker = f"{rng.choice(words.NEWSPAPERS)}记者"
        text.add(f"{asker}：{fill(rng.choice(words.QUESTIONS), rng, topic)}", label=asker)
        text.add(f"{who.name}：{paragraph(rng, topic, 1, 2)}", label=who.name)
    named = [SpeakerTruth(who.name, who.role, who.org) for who in panel]
    text.know(speakers=(SpeakerTruth(host, "主持人"), *named))
    return finish(text, rng)


def _different(people: list[Person]) -> list[Person]:
    return list({who.name: who for who in people}.values())


def moderator(rng: Random, posted: date) -> Text:
    """A script that names everybody but the one who reads it."""
    topic = rng.choice(words.TOPICS)
    event = occasion(rng, topic)
    text = Text(f"{event}主持词", truth=DocumentTruth("主持词"))
    byline = rng.random() < 0.5
    if byline:
        who = person(rng)
        text.add(f"{who.printed}　{who.name}", "byline")
        text.know(speakers=(SpeakerTruth(who.name, who.role, who.org),))
    text.know(occasion=event)
    text.add(rng.choice(words.SALUTATIONS), "salute")
    text.add(f"今天这个会，主要是研究{topic}。会议共有{chinese_number(rng.randint(3, 5))}项议程。")
    for order in ("首先", "下面", "最后"):
        guest = person(rng)
        text.add(f"{order}，请{guest.printed}{guest.name}同志讲话。")
        text.add("（讲话结束后）")
    text.add(paragraph(rng, topic, 2, 3))
    text.add(rng.choice(words.CLOSINGS))
    return finish(text, rng)


def report(rng: Random, posted: date) -> Text:
    """A survey by an office; nobody speaks."""
    topic = rng.choice(words.TOPICS)
    place = rng.choice(words.PLACES)
    author = f"{place}市委办公室课题组"
    text = Text(f"关于{place}{topic}情况的调研报告", truth=DocumentTruth("调研报告", authors=(author,)))
    text.add(author, "byline")
    body(text, rng, topic, closing=False)
    desk(text, rng)
    return finish(text, rng)


def notice(rng: Random, posted: date) -> Text:
    """A notice with its number, addressees and signature."""
    topic, place = rng.choice(words.TOPICS), rng.choice(words.PLACES)
    author = f"{place}市人民政府办公室"
    text = Text(f"关于做好{place}市{posted.year}年{topic}的通知", truth=DocumentTruth("通知", authors=(author,)))
    text.add(f"{place[0]}政办发〔{posted.year}〕{rng.randrange(2, 90)}号", "note")
    text.add("各镇人民政府，市直各单位：", "note")
    body(text, rng, topic, closing=False)
    text.add(author, "note")
    text.add(f"{posted.year}年{posted.month}月{posted.day}日", "note")
    return finish(text, rng)


def news(rng: Random, posted: date) -> Text:
    """A news item about a speech: it quotes, but it is not the speech."""
    who, topic, reporter = person(rng), rng.choice(words.TOPICS), full_name(rng)
    event = occasion(rng, topic)
    text = Text(f"{event}召开 {who.name}出席并讲话", truth=DocumentTruth("新闻", authors=(reporter,)))
    source = rng.choice(words.NEWSPAPERS)
    text.add(
        f"本报讯（记者{reporter}）{posted.month}月{max(1, posted.day - 1)}日，{event}召开。{who.printed}{who.name}出席并讲话。"
    )
    text.add(f"{who.name}强调，{paragraph(rng, topic, 1, 2)}")
    text.add(f"会议指出，{paragraph(rng, topic, 1, 2)}")
    text.add(f"来源：{source}", "note")
    held = posted.replace(day=max(1, posted.day - 1))
    text.know(
        occasion=event,
        source=source.strip("《》"),
        speech_date=held.isoformat(),
        date_precision="day",
        year_inferred=True,
    )
    return finish(text, rng)


def chat(rng: Random, posted: date) -> Text:
    """An ordinary thread: a question, a remark, a joke."""
    title = fill(rng.choice(words.CHAT_TITLES), rng)
    text = Text(title, truth=DocumentTruth("求助" if title.startswith(("请教", "求")) else "其他"))
    for _ in range(rng.randint(1, 4)):
        text.add(paragraph(rng, rng.choice(words.TOPICS), 1, 2))
    text.add(rng.choice(("先谢谢各位。", "在线等。", "欢迎补充。", "大家随便聊。")))
    return finish(text)


def reply(rng: Random, posted: date) -> Text:
    """A short answer, now and then a long one or one that looks like noise."""
    text = Text("", truth=DocumentTruth("其他"))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        text.add(fill(rng.choice(words.REPLIES), rng))
    if rng.random() < 0.12:
        text.add(paragraph(rng, rng.choice(words.TOPICS), 2, 5))
    if rng.random() < 0.06:
        text.add(rng.choice(words.LOOKALIKES))
        text.add(fill(rng.choice(words.REPLIES), rng))
    return finish(text)


MAKERS: dict[str, Callable[[Random, date], Text]] = {
    "speech": speech,
    "interview": interview,
    "press": press_conference,
    "moderator": moderator,
    "report": report,
    "notice": notice,
    "news": news,
    "chat": chat,
}
