"""Post headers of text captures, line by line: what is one, and what only looks like one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.items import OTHER, THREAD, Extract, Profile, RawPage
from crawler.pages.dump import find_headers
from crawler.pages.text import extract_text
from pipelines.chrome import strip_chrome
from pipelines.noise import remove_noise

T = "2010-6-1 08:15:30"
FETCHED = datetime(2020, 1, 2, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "author", "time", "floor"),
    [
        # the word is missing: bars, a time and a button of the header
        (f"青石 | {T} | 显示全部楼层", "青石", T, None),
        (f"青石 {T} 只看该作者", "青石", T, None),
        (f"{T} | 只看該作者 |倒序瀏覽", None, T, None),
        (f"查看11 | 回复2 | {T} | 显示全部楼层 |阅读模式", None, T, None),
        ("青石 | 3 天前 | 只看该作者", "青石", "3 天前", None),
        (f"2# 青石 | {T} | 只看该作者", "青石", T, 2),
        # the poster's place, and buttons that need more than a guest's rights
        (f"青石 | 发表于 {T} | 显示全部楼层 |阅读模式 来自 中国浙江绍兴", "青石", T, None),
        (f"青石 发表于 {T} 来自 浙江 | 只看该作者", "青石", T, None),
        (f"发表于 {T} | 显示全部楼层 | IP属地:浙江", None, T, None),
        (f"发表于 {T} 来自手机 | 只看该作者", None, T, None),
        (f"楼主| 发表于 {T} | 只看该作者 |只看大图 回帖奖励 |倒序浏览 |阅读模式", None, T, None),
        # what stands for the name
        (f"ID:99624 发表于 {T} | 显示全部楼层", None, T, None),
        (f"作者:青石 | 发表于 {T} | 只看该作者", "青石", T, None),
        (f"楼主:青石 发表于 {T} | 只看该作者", "青石", T, None),
        (f"青石 发表于 {T}", "青石", T, None),
    ],
)
def test_a_header_is_read(line: str, author: str | None, time: str, floor: int | None) -> None:
    (header,) = find_headers([line, "话"])
    assert (header.author, header.time, header.floor) == (author, time, floor)


@pytest.mark.parametrize(
    "line",
    [
        f"这篇文章发表于 {T}",
        "他的文章 发表于 2010-6-1",
        f"他说,文章 发表于 {T}",
        f"青石 | {T} | 已读",
        f"青石 | {T}",
        f"{T} INFO | ready",
        f"{T} | 使用道具 举报",
        f"任务 | {T} | 只看该作者的话可以选",
        f"我在 {T} 点了显示全部楼层才看到",
        f"青石 发表于 {T} 来自 浙江",
        f"青石 发表于 {T} | 显示全部楼层的人多吗 来自 浙江",
        f"> 青石 发表于 {T} | 只看该作者",
    ],
)
def test_a_line_that_only_looks_like_one_is_none(line: str) -> None:
    assert find_headers([line, "话"]) == []


def test_lines_below_each_other_are_a_list_and_no_posts() -> None:
    lines = [f"工序{n} 发表于 2010-6-1 08:15:3{n}" for n in range(5)]
    assert find_headers(lines) == []
    assert len(find_headers([line for header in lines for line in (header, "话")])) == 5


def read(text: str, url: str = "copy.txt") -> Extract:
    return extract_text(RawPage(url, text.encode(), FETCHED), Profile())


def texts(extract: Extract) -> list[str]:
    return [strip_chrome(remove_noise(post, Profile()), Profile()).text for post in extract.posts]


def test_comments_whose_name_and_text_were_joined() -> None:
    (post,) = read(
        f"题 [复制链接]\n甲 发表于 {T} | 只看该作者\n正文\n\n点评\n\n乙  记下了  发表于 2010-6-2 07:30\n丙 丁 用哪种? 发表于 2010-6-3 07:31\n"
    ).posts
    assert [(c.author, c.text) for c in post.comments] == [("乙", "记下了"), ("丙", "丁 用哪种?")]
    assert post.comments[0].posted_at == datetime(2010, 6, 1, 23, 30, tzinfo=UTC)


def test_a_reply_that_is_a_floors_name_stays_a_reply() -> None:
    page = f"查看: 2|回复: 2\n题目\n\n[复制链接]\n发表于 {T} | 显示全部楼层\n正文\n发表于 {T} | 显示全部楼层\n沙发\n 楼主| 发表于 {T} | 显示全部楼层\n谢\n"
    assert texts(read(page)) == ["正文", "沙发", "谢"]


def test_a_title_below_the_counters_is_no_name() -> None:
    extract = read(f"查看: 2|回复: 2\n\n题目\n\n发表于 {T} | 显示全部楼层\n正文\n末行\n发表于 {T} | 显示全部楼层\n答\n")
    assert [post.author for post in extract.posts] == [None, None]
    assert extract.threads[0].title == "题目"
    assert texts(extract) == ["正文\n末行", "答"]


def test_names_above_headers_are_read_still() -> None:
    extract = read(
        f"查看: 2|回复: 2\n\n题目\n\n[复制链接]\n\n甲\n\n发表于 {T} | 显示全部楼层\n正文\n\n\n乙\n\n发表于 {T} | 显示全部楼层\n答\n"
    )
    assert [post.author for post in extract.posts] == ["甲", "乙"]
    assert texts(extract) == ["正文", "答"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("题 [复制链接]\n正文一\n正文二\n您需要登录后才可以回帖 登录 | 立即注册\n本版积分规则\n", "正文一\n正文二"),
        ("查看: 3|回复: 1\n题\n[复制链接]\n正文\n", "正文"),
        ("本帖最后由 甲 于 2010-6-1 08:15 编辑\n正文\n", "正文"),
        ("[ 本帖最後由 甲 於 2010-6-1 08:15 編輯 ]\n正文\n", "正文"),
        ("Last edited by Miller on 2010-6-1 08:15\nWords.\n", "Words."),
    ],
)
def test_a_thread_page_without_headers_is_one_post(text: str, left: str) -> None:
    extract = read(text)
    assert extract.kind == THREAD
    assert texts(extract) == [left]
    assert extract.posts[0].author is None
    assert extract.posts[0].posted_at is None


@pytest.mark.parametrize(
    "text",
    [
        "一篇文章。\n没有别的。\n",
        "标题\n\n他写道:本帖最后由 甲 于 2010-6-1 08:15 编辑过。\n",
        "我常常点只看该作者。\n",
        "TOP\n",
        "TOP\nTOP\n",
        "只看该作者\n",
        "2010-6-1 08:15:30 | ready\n2010-6-1 08:15:31 | done\n",
        "查看 3 次\n回复 2 次\n",
    ],
)
def test_a_text_that_no_thread_page_left_is_other(text: str) -> None:
    extract = read(text)
    assert extract.kind == OTHER
    assert extract.reason


def test_a_threads_address_makes_a_bare_message_its_post_and_no_refusal() -> None:
    url = "https://bbs.example/thread-12-1-1.html"
    message = "老屋的门轴要上油。" * 10
    extract = read(message, url)
    assert texts(extract) == [message]
    assert extract.posts[0].thread_id == 12
    assert read("请求过于频繁,请稍后再试。", url).kind == OTHER
    assert read(message, "https://bbs.example/forum-2-1.html").kind == OTHER


def test_messages_without_name_and_time_are_told_apart_by_their_words() -> None:
    notice = "本帖最后由 甲 于 2010-6-1 08:15 编辑\n"
    one, same, other = (read(notice + words) for words in ("正文", "正文", "别的"))
    assert one.posts[0].post_id == same.posts[0].post_id
    assert one.posts[0].thread_id == same.posts[0].thread_id
    assert one.posts[0].thread_id != other.posts[0].thread_id
    assert one.posts[0].post_id != other.posts[0].post_id


@pytest.mark.parametrize("last", ["管理员", "沙发", "1楼", "主题", "积分 100"])
def test_the_end_of_a_post_is_no_column_of_the_next_where_the_first_has_none(last: str) -> None:
    page = f"题目 [复制链接]\n发表于 {T} | 显示全部楼层\n正文\n{last}\n发表于 {T} | 显示全部楼层\n答\n"
    assert texts(read(page)) == [f"正文\n{last}", "答"]


def test_a_later_page_names_who_opened_its_thread() -> None:
    page = f"楼主: 甲\n打印 上一主题 下一主题\n\n题目\n\n[复制链接]\n31#\n发表于 {T} | 只看该作者\n正文\n"
    extract = read(page)
    assert [thread.author for thread in extract.threads] == ["甲"]
    assert [(post.author, post.position, post.is_first) for post in extract.posts] == [(None, 31, False)]
