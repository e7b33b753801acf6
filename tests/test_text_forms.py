"""Text captures drawn from the parts that real ones are made of: every post comes out to the character."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import THREAD, Profile, RawPage
from crawler.pages.text import extract_text
from pipelines.chrome import strip_chrome
from pipelines.noise import remove_noise

FETCHED = datetime(2022, 1, 2, 4, 0, tzinfo=UTC)
FIRST = datetime(2015, 3, 8, 10, 20, 30)
TOPS = (
    "",
    "找回密码\n 注册\n\nQQ登录\n\n只需一步,快速开始\n\n",
    "设为首页收藏本站\n\n河边夜话\n\n 找回密码\n 注册\n搜索\n",
    "河边夜话\n\n 找回密碼\n 註冊\n搜索\n熱搜: 活動 交友 discuz\n",
)
TITLES = (
    "查看: 31|回复: 7\n\n{title}\n\n[复制链接]\n",
    "查看: 31|回复: 7\n打印 上一主题 下一主题\n\n{title}\n\n  [复制链接]\n",
    "查看: 31|回复: 7\n收起左侧\n\n{title}\n\n[复制链接]\n",
    "查看: 31|回复: 7\n\n{title}\n\n",
    "{title} [复制链接]\n",
    "查看: 31|回復: 7\n\n{title}\n\n[複製鏈接]\n跳轉到指定樓層\n",
)
HEADERS = (
    "{name}发表于 {time} | 显示全部楼层",
    "{name}发表于 {time} | 只看该作者 |倒序浏览 |阅读模式",
    "{name}| 发表于 {time} | 显示全部楼层 来自 中国浙江绍兴",
    "{name}| {time} | 显示全部楼层 |阅读模式",
    "{name}| {time} | 只看该作者 | 送花",
    "{name}發表於 {time} | 顯示全部樓層 |閱讀模式",
    "{name}发表于 {time} 来自手机 | 只看该作者 |只看大图 回帖奖励 |倒序浏览",
    "{name}Post time {time} | Show the author posts only |Descending |Read mode",
)
NUMBERS = ("", "ID:{n} ", "UID: {n} ")
FLOORS = ("", "{n}#\n", "{n}楼\n", "No.{n}\n")
BUTTONS = ("", "回复\n\n使用道具 举报\n\n", "回复 支持 反对\n使用道具 举报\n", "回復\n\n使用道具 舉報\n", "TOP\n")
ENDS = (
    "",
    "您需要登录后才可以回帖 登录 | 立即注册\n\n本版积分规则\n",
    "Powered by Discuz! X3.4\n© 2001-2017 Comsenz Inc.\n",
)
LINES = (
    "先泡水,再压边。",
    "　　这一层说燕尾榫。",
    "沙发",
    "支持",
    "他的文章 发表于 2009-1-2",
    "文章是2009-1-2 10:11:12发表于小报的。",
    "我点了只看该作者,还是很长。",
    "2009-1-2 10:11:12 | 上工",
    "[注意]",
    "一、备料",
    "100",
    "见 http://a.example/b",
)
LAST = tuple(
    line for line in LINES if line not in ("支持", "100", "管理员")
)  # above buttons nobody could tell these from more
NAMES = ("青石板", "老铜匠", "abc_123", "小 木船")


class Form(NamedTuple):
    top: str
    title: str
    header: str
    names: bool
    number: str
    floor: str
    buttons: str
    gap: str
    end: str


FORM = st.builds(
    Form,
    st.sampled_from(TOPS),
    st.sampled_from(TITLES),
    st.sampled_from(HEADERS),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.sampled_from(FLOORS),
    st.sampled_from(BUTTONS),
    st.sampled_from(("", "\n")),
    st.sampled_from(ENDS),
)
POST = st.tuples(
    st.sampled_from(NAMES),
    st.builds(lambda lines, last: [*lines, last], st.lists(st.sampled_from(LINES), max_size=3), st.sampled_from(LAST)),
)


def print_page(form: Form, posts: list[tuple[str, list[str]]]) -> str:
    out = [form.top, form.title.format(title="榫卯入门")]
    for n, (author, lines) in enumerate(posts, 1):
        name = f"{author} " if form.names else form.number.format(n=900 + n)
        time = (FIRST + timedelta(minutes=7 * n)).strftime("%Y-%m-%d %H:%M:%S")
        out += [form.floor.format(n=n), form.header.format(name=name, time=time), "\n", form.gap]
        out += ["\n".join(lines), "\n", form.gap, form.buttons]
    return "".join(out) + form.end


@settings(deadline=None, max_examples=300)
@given(FORM, st.lists(POST, min_size=1, max_size=4))
def test_every_form_gives_its_posts(form: Form, posts: list[tuple[str, list[str]]]) -> None:
    text = print_page(form, posts)
    extract = extract_text(RawPage("copy.txt", text.encode(), FETCHED), Profile())
    assert extract.kind == THREAD
    assert [thread.title for thread in extract.threads] == ["榫卯入门"]
    found = [strip_chrome(remove_noise(post, Profile()), Profile()) for post in extract.posts]
    assert [post.author for post in found] == [author if form.names else None for author, _ in posts]
    assert [post.position for post in found] == list(range(1, len(posts) + 1))
    assert [post.text.split("\n") for post in found] == [[line.strip() for line in lines] for _, lines in posts]
    wanted = [FIRST + timedelta(minutes=7 * n) - timedelta(hours=8) for n in range(1, len(posts) + 1)]
    assert [post.posted_at for post in found] == [time.replace(tzinfo=UTC) for time in wanted]
