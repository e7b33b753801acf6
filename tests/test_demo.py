"""The demo forum behaves as Discuz! does and knows what is true of it; read here with lxml alone, not with our page objects."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from lxml import html

from crawler.demo import DemoForum, Missing, serve
from crawler.demo.dates import dated, relative
from crawler.demo.http import Request
from crawler.demo.noise import breaks, jam, unit
from crawler.demo.site import Site
from crawler.demo.switches import Switches

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
ROOT = Path(__file__).parent.parent
LAB = ROOT.parent / "shared/samples/lab"
PAIR = "[\\x20-\\x3b] [\\x3f-\\x7e]"
UNIT = re.compile(f"(?:{PAIR}){{5,15}}")


class Reader:
    """Fetches from a site without a socket and parses with lxml."""

    def __init__(self, forum=None, agent=BROWSER, **switches):
        self.forum = forum or DemoForum()
        self.site = Site(self.forum)
        self.site.turn(**switches)
        self.agent = agent

    def answer(self, path, **more):
        return self.site.answer(Request("GET", "/" + path, "forum.test", self.agent, **more))

    def text(self, path, status=200, **more):
        answer = self.answer(path, **more)
        assert answer.status == status, (path, answer.status)
        return answer.body.decode(self.site.switches.charset)

    def page(self, path, status=200):
        return html.fromstring(self.text(path, status))

    def thread(self, tid, page=1):
        """The thread's page, after the one redirect that a gap may cost."""
        path = f"forum.php?mod=viewthread&tid={tid}&page={page}"
        if self.answer(path).status == 302:
            return self.page(path)
        return self.page(path)

    def rows(self, path):
        return [tbody.get("id") for tbody in self.page(path).xpath("//tbody[contains(@id,'thread_')]")]


@pytest.fixture(scope="module")
def reader():
    return Reader()


@pytest.fixture(scope="module")
def truth(reader):
    return reader.forum.truth()


def words(element):
    return " ".join(element.text_content().split())


def visible(cell):
    """The lines of a message cell without noise and what is not the author's: by the contract's rule for ``posts.text``."""
    for gone in cell.xpath(
        ".//font[@class='jammer']|.//span[@style='display:none']|.//script|.//i[@class='pstatus']|.//div[@class='quote']"
        "|.//div[@class='locked']|.//ignore_js_op|.//div[@class='blockcode']/em|.//div[starts-with(@class,'attach_nop')]"
    ):
        gone.drop_tree()
    for element in cell.iter("br", "p", "div", "li", "tr", "td", "blockquote"):
        element.tail = ("\n" if element.tag != "td" else " ") + (element.tail or "").replace("\n", " ").replace(
            "\r", " "
        )
        if element.tag not in ("br", "td"):
            element.text = "\n" + (element.text or "").replace("\n", " ").replace("\r", " ")
    for element in cell.iter():
        if element.tag in ("font", "strong", "span", "a", "td"):
            element.text = (element.text or "").replace("\n", " ").replace("\r", " ")
            if element.tag != "td":
                element.tail = (element.tail or "").replace("\n", " ").replace("\r", " ")
    cell.text = (cell.text or "").replace("\n", " ").replace("\r", " ")
    lines = (re.sub("[ \t\xa0]+", " ", line).strip(" \u3000") for line in cell.text_content().split("\n"))
    return "\n".join(line for line in lines if line)


def test_every_visible_post_shows_what_is_true_of_it(reader, truth):
    seen = Counter()
    for tid, thread in truth.threads.items():
        if not thread.visible or tid % 3:
            continue
        shown = []
        for number in range(1, thread.pages + 1):
            page = reader.thread(tid, number)
            assert page.xpath("//*[@id='thread_subject']")[0].text_content() == thread.title
            for post in page.xpath("//div[@id='postlist']/div[starts-with(@id,'post_') and not(@id='postlistreply')]"):
                pid = int(post.get("id")[5:])
                true = truth.posts[pid]
                shown.append(pid)
                cells = post.xpath(".//td[@class='t_f']")
                assert bool(cells) == (not true.flags or true.flags == ("hidden",)), pid
                if cells:
                    seen.update(cells[0].xpath(".//*/@class"))
                    assert visible(cells[0]) == true.text, pid
                label = words(post.xpath(f".//a[@id='postnum{pid}']")[0])
                names = {"楼主": 1, "沙发": 2, "板凳": 3, "地板": 4}
                assert (names.get(label) or int(label.rstrip("#"))) == true.position
                posted = post.xpath(f".//em[@id='authorposton{pid}']")[0]
                at = (posted.xpath("span/@title") or [words(posted).removeprefix("发表于 ")])[0]
                assert datetime.strptime(at + " +0800", "%Y-%m-%d %H:%M:%S %z") == true.posted_at
                uid = post.xpath(".//td[@class='pls']//div[@class='authi']/a/@href")
                assert [int(re.search(r"\d+", href)[0]) for href in uid] == ([true.author_id] if true.author_id else [])
        assert tuple(shown) == thread.post_ids
    # every kind of furniture is there somewhere
    assert {"jammer", "pstatus", "quote", "locked", "blockcode", "t_table", "zoom"} <= seen.keys()


@pytest.mark.parametrize(
    "switches", [{"version": "X2.5"}, {"version": "X3.5"}, {"charset": "gbk"}, {"rewrite": False}], ids=str
)
def test_texts_are_the_same_in_every_version_and_charset(switches):
    reader = Reader(**switches)
    truth = reader.forum.truth(range(20, 60))
    for tid, thread in truth.threads.items():
        if thread.visible:
            for cell in reader.thread(tid).xpath("//td[@class='t_f']"):
                true = truth.posts[int(cell.get("id")[12:])].text
                assert re.sub(r"&#(\d+);", lambda m: chr(int(m[1])), visible(cell)) == true


def test_big5_shows_traditional_characters_in_pages_and_truth():
    with serve(DemoForum(), charset="big5") as server:
        truth = server.truth([20])
        with urllib.request.urlopen(server.url + "thread-20-1-1.html") as answer:
            assert answer.headers["Content-Type"] == "text/html; charset=big5"
            page = html.fromstring(answer.read().decode("big5"))
    assert page.xpath("//*[@id='thread_subject']")[0].text_content() == truth.threads[20].title
    assert "發表於" in page.text_content() and "发" not in page.text_content()
    cell = page.xpath("//td[@class='t_f']")[0]
    assert visible(cell) == truth.posts[truth.threads[20].post_ids[0]].text


def test_index_lists_categories_boards_and_sub_boards(reader):
    page = reader.page("forum.php")
    names = [words(a) for a in page.xpath("//table[@class='fl_tb']//h2/a")]
    assert names == ["讲话与致辞", "访谈与发布", "报告与调研", "通知与新闻", "茶余闲话", "会员文库", "加锁的抽屉"]
    assert page.xpath("//table[@class='fl_tb']//p/a/@href") == ["forum-14-1.html"]
    assert [words(h) for h in page.xpath("//div[@class='bm_h cl']/h2")] == ["文稿交流", "邻里之间"]
    assert "GMT+8, 2026-6-1 12:00" in words(page.xpath("//div[@id='ft']")[0]) and "Discuz! X3.4" in words(
        page.xpath("//div[@id='frt']")[0]
    )
    assert [words(a) for a in reader.page("forum-13-1.html").xpath("//div[@id='subforum_13']//h2/a")] == ["旧稿存放"]
    assert "会员文库" not in Reader(hide_private=True).text("forum.php")


def listed(reader, fid):
    """Thread numbers of all pages of a board, in order, sticky rows of page 1 apart."""
    sticky, normal = [], []
    number = pages = 1
    while number <= pages:
        page = reader.page(f"forum-{fid}-{number}.html")
        pages = int((page.xpath("//div[@class='pg'][1]//label/span/@title") or ["1"])[0].strip("共 页"))
        for row in page.xpath("//tbody[contains(@id,'thread_')]/@id"):
            (sticky if row.startswith("stick") else normal).append(int(row.split("_")[1]))
        number += 1
    return sticky, normal


def test_listings_are_ordered_by_last_post_with_sticky_rows_above(reader, truth):
    for fid, board in reader.forum.boards.items():
        if board.access != "open":
            continue
        sticky, normal = listed(reader, fid)
        rows = {t.tid: t for t in reader.forum.threads.values() if t.fid == fid and not t.deleted}
        assert len(normal) == len(set(normal)) and set(normal) | (set(sticky) & rows.keys()) == rows.keys()
        times = [rows[tid].lastpost for tid in normal]
        assert times == sorted(times, reverse=True)
        foreign = {t.thread_id for t in truth.threads.values() if t.is_sticky and t.board_id != fid}
        assert set(sticky) - rows.keys() <= foreign
    above = [t.tid for t in reader.forum.stickies(22)]
    assert len(above) == 2  # the two that stand everywhere
    assert [row for row in reader.rows("forum-22-1.html") if row.startswith("stick")][:2] == [
        f"stickthread_{tid}" for tid in above
    ]
    assert not any(f"_{tid}" in row for tid in above for row in reader.rows("forum-22-2.html"))


def test_filters_remove_the_sticky_rows_of_other_boards_and_sort(reader):
    for address, measure in (
        ("filter=lastpost&orderby=lastpost", lambda t: t.lastpost),
        ("filter=author&orderby=dateline", lambda t: t.created),
    ):
        rows = reader.rows(f"forum.php?mod=forumdisplay&fid=22&{address}")
        threads = [reader.forum.threads[int(row.split("_")[1])] for row in rows if row.startswith("normal")]
        assert {t.fid for t in threads} == {22}
        assert [measure(t) for t in threads] == sorted((measure(t) for t in threads), reverse=True)
        sticky = [int(row.split("_")[1]) for row in rows if row.startswith("stick")]
        assert all(reader.forum.threads[tid].fid == 22 for tid in sticky)
    digests = reader.rows("forum.php?mod=forumdisplay&fid=11&filter=digest&digest=1")
    assert digests and all(reader.forum.threads[int(row.split("_")[1])].digest for row in digests)
    typed = reader.page("forum.php?mod=forumdisplay&fid=12&filter=typeid&typeid=2")
    names = {words(em).strip("[]") for em in typed.xpath("//th/em")}
    assert names == {"发布会"} and typed.xpath("//ul[@id='thread_types']/li")


def test_a_row_tells_all_of_a_thread(reader, truth):
    page = reader.page("forum-12-1.html")
    for row in page.xpath("//tbody[starts-with(@id,'normalthread_')]"):
        tid = int(row.get("id").split("_")[1])
        if tid in truth.moved:
            continue
        true = truth.threads[tid]
        assert row.xpath(".//a[@class='s xst']")[0].text_content() == true.title
        assert int(row.xpath(".//td[@class='num']/a")[0].text) == true.replies
        assert words(row.xpath(".//td[@class='by'][1]/cite")[0]) == true.author
        assert words(row.xpath(".//td[@class='by'][2]/cite")[0]) == true.last_post_author
        last = row.xpath(".//td[@class='by'][2]/em/a")[0]
        at = (last.xpath("span/@title") or [words(last)])[0]
        assert (
            datetime.strptime(at + " +0800", "%Y-%m-%d %H:%M %z").timestamp()
            == true.last_post_at.timestamp() // 60 * 60
        )
        assert (
            words(row.xpath(".//th/em")[0]).strip("[]") == true.thread_type
            if true.thread_type
            else not row.xpath(".//th/em")
        )
        pages = [int(words(a)) for a in row.xpath(".//span[@class='tps']/a")]
        assert (pages[-1] if pages else 1) == true.pages
        assert row.xpath(".//th/@class") == ["lock" if true.is_closed else "new"]


def test_a_moved_thread_leaves_a_row_that_leads_to_it(truth):
    reader = Reader()
    tid, board = next(
        (t.thread_id, t.board_id) for t in truth.threads.values() if t.visible and not t.is_sticky and t.board_id != 21
    )
    left = reader.forum.move_thread(tid, 21)
    (row,) = [
        tb
        for n in (1, 2, 3, 4, 5)
        for tb in reader.page(f"forum-{board}-{n}.html").xpath(f"//tbody[@id='normalthread_{left}']")
    ][:1]
    assert "移动:" in words(row) and row.xpath(".//a[@class='s xst']/@href")[0].startswith(f"thread-{tid}-1-")
    assert [words(cell) for cell in row.xpath(".//td[@class='num']/*")] == ["-", "-"]
    answer = reader.answer(f"thread-{left}-1-1.html")
    assert answer.status == 302 and dict(answer.headers)["Location"] == f"http://forum.test/thread-{tid}-1-1.html"
    assert reader.forum.truth().moved[left] == tid and reader.forum.truth().threads[tid].board_id == 21
    old = Reader(reader.forum, version="X3.2")
    assert "没有找到帖子" in old.text(f"thread-{left}-1-1.html")
    assert reader.forum.move_thread(tid, 22, tombstone=False) == 0


def test_pages_beyond_the_last(reader, truth):
    first = reader.rows("forum-11-1.html")
    assert reader.rows("forum-11-99.html") == first and reader.rows("forum-11-2.html") != first
    assert Reader(max_list_pages=2, tpp=5).rows("forum-11-3.html")[:3] == first[:3]
    tid, pages = next((t.thread_id, t.pages) for t in truth.threads.values() if t.visible and t.pages > 2)
    page = reader.thread(tid, 999)
    assert {words(strong) for strong in page.xpath("//div[@class='pg']/strong")} == {str(pages)}
    links = page.xpath("//div[@id='pgt']//div[@class='pg']/a/@href")
    assert f"thread-{tid}-{pages - 1}-1.html" in links and not page.xpath("//div[@class='pg']/a[@class='nxt']")
    assert page.xpath("//link[@rel='canonical']/@href") == [f"http://forum.test/thread-{tid}-1-1.html"]


def test_page_size_and_forms_of_addresses_can_be_turned(truth):
    reader = Reader(ppp=7, tpp=9, thread_form="read-{tid}-p{page}.htm", board_form="list/{fid}/{page}.html")
    tid = next(t.thread_id for t in truth.threads.values() if t.visible and len(t.post_ids) > 21)
    page = reader.page(f"read-{tid}-p2.htm")
    assert len(page.xpath("//td[@class='t_f']|//div[@class='pcb']/div[@class='locked']")) == 7
    assert f"read-{tid}-p3.htm" in page.xpath("//div[@class='pg']/a/@href")
    rows = reader.page("list/11/2.html").xpath("//a[@class='s xst']/@href")
    assert len(rows) == 9 and all(re.fullmatch(r"read-\d+-p1\.htm", href) for href in rows)
    dynamic = Reader(rewrite=False).page("forum.php?mod=forumdisplay&fid=11")
    assert all(href.startswith("forum.php?mod=viewthread&tid=") for href in dynamic.xpath("//a[@class='s xst']/@href"))


# -- noise ---------------------------------------------------------------------------------------------------------------


def test_a_unit_follows_the_generator():
    rng = Random(5)
    sizes = Counter()
    seen = set()
    for _ in range(20_000):
        made = unit(rng)
        assert UNIT.fullmatch(made)
        sizes[len(made) // 3] += 1
        seen |= set(made)
    assert not seen & set("<=>") and seen == {chr(c) for c in range(0x20, 0x7F)} - set("<=>")
    for pairs, share in zip(range(5, 10), (0.091, 0.165, 0.203, 0.197, 0.156), strict=True):
        assert abs(sizes[pairs] / 20_000 - share) < 0.01


def test_each_newline_gets_one_unit_before_or_behind_it():
    rng = Random(2)
    forms = Counter()
    for _ in range(500):
        made = jam("a\nb\r\nc\rd", rng)
        found = re.findall(r'<font class="jammer">(.+?)</font>\r\n|\r\n<span style="display:none">(.+?)</span>', made)
        assert len(found) == 3 and all(UNIT.fullmatch(visible or hidden) for visible, hidden in found)
        forms.update("visible" if visible else "hidden" for visible, _ in found)
        assert (
            re.sub(r'<font class="jammer">.+?</font>|<span style="display:none">.+?</span>', "", made)
            == "a\r\nb\r\nc\r\nd"
        )
    assert 0.45 < forms["visible"] / 1500 < 0.55
    assert breaks("a   b  c\td\ne") == "a&nbsp; &nbsp;b&nbsp;&nbsp;c&nbsp; &nbsp; &nbsp; &nbsp; d<br />\r\ne"


def test_noise_is_on_some_boards_and_drawn_again_at_every_request(reader, truth):
    for thread in truth.threads.values():
        if not thread.visible or thread.thread_id > 120:
            continue
        first, second = reader.thread(thread.thread_id), reader.thread(thread.thread_id)
        found = [
            e.text
            for page in (first, second)
            for e in page.xpath("//font[@class='jammer']|//td//span[@style='display:none']")
        ]
        assert bool(found) <= reader.forum.boards[thread.board_id].jammer
        for text in found:
            spaced = text.replace("\xa0\xa0", "  ")
            assert UNIT.fullmatch(spaced) or UNIT.fullmatch(" " + spaced), text
        if len(found) > 8:
            half = len(found) // 2
            assert found[:half] != found[half:]
    assert not Reader(jammer=False).thread(1).xpath("//font[@class='jammer']")


def test_stored_html_has_noise_inside_lines_and_no_breaks_for_newlines(reader, truth):
    glued = 0
    for tid, thread in truth.threads.items():
        if thread.visible and reader.forum.boards[thread.board_id].jammer:
            cell = reader.thread(tid).xpath("//td[@class='t_f']")[:1]
            glued += bool(cell and cell[0].xpath(".//p//font[@class='jammer'] | .//p//span[@style='display:none']"))
    assert glued > 3


# -- views ---------------------------------------------------------------------------------------------------------------


def test_robots_get_their_own_page(reader, truth):
    robot = Reader(reader.forum, agent="Examplebot/1.0 (+http://bot.example/)")
    tid = next(t.thread_id for t in truth.threads.values() if t.visible and t.pages > 1)
    page = robot.page(f"thread-{tid}-1-1.html")
    assert not page.xpath("//*[starts-with(@id,'postnum')]") and not page.xpath(
        "//h1/preceding-sibling::div[@class='y']"
    )
    assert "显示全部楼层" in page.text_content() and "只看该作者" not in page.text_content()
    pictures = [
        t.thread_id
        for t in truth.threads.values()
        if t.visible and any(a.kind == "image" for p in t.post_ids for a in truth.posts[p].attachments)
    ]
    for view, hidden in ((reader, True), (robot, False)):
        sources = [s for tid in pictures[:4] for s in view.thread(tid).xpath("//img[starts-with(@id,'aimg_')]/@src")]
        assert sources and all(("none.gif" in source) == hidden for source in sources)
    assert robot.answer("misc.php?mod=tag&id=1").status == 403
    honest = "Mozilla/5.0 (compatible; Examplebot; +https://bot.example/)"
    for version, is_robot in (("X3.2", False), ("X3.4", True)):
        assert (
            "显示全部楼层" in Reader(reader.forum, agent=honest, version=version).text(f"thread-{tid}-1-1.html")
        ) == is_robot


def test_telephones_get_touch_pages(reader, truth):
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)"
    page = Reader(reader.forum, agent=phone).page("thread-20-1-1.html")
    assert page.xpath("//body[@id='forum']") and not page.xpath("//*[starts-with(@id,'postmessage_')]")
    assert Reader(reader.forum, agent=phone, mobile=False).page("thread-20-1-1.html").xpath("//td[@class='t_f']")


@pytest.mark.parametrize(
    ("version", "found", "missing"),
    [
        ("X2.5", "//h1/a[@id='thread_subject']", "//table[@class='plhin']"),
        ("X3.2", "//h1/span[@id='thread_subject']", "//nothing"),
        ("X3.4", "//table[@class='plhin']", "//meta[@charset]"),
        ("X3.5", "//meta[@charset='utf-8']", "//h1/a[@id='thread_subject']"),
    ],
)
def test_versions_differ_as_their_templates_do(version, found, missing):
    reader = Reader(version=version)
    page = reader.page("thread-20-1-1.html")
    assert page.xpath(found) and not page.xpath(missing)
    assert page.xpath("//meta[@name='generator']/@content") == [f"Discuz! {version}"]
    assert bool(reader.page("forum-11-1.html").xpath("//a[starts-with(@class,'showcontent')]")) == (version != "X2.5")
    quoting = next(
        p
        for p in reader.forum.truth().posts.values()
        if p.quotes and reader.forum.boards[reader.forum.threads[p.thread_id].fid].access == "open"
    )
    box = reader.thread(quoting.thread_id, (quoting.position - 1) // 10 + 1).xpath(
        f"//td[@id='postmessage_{quoting.post_id}']/div[@class='quote']"
    )[0]
    assert bool(box.xpath(".//img[contains(@src,'back.gif')]")) == (version == "X2.5")
    assert f"pid={quoting.quotes[0].post_id}&" in box.xpath(".//a/@href")[0]
    assert reader.answer("thread-99999-1-1.html").status == (404 if version in ("X3.4", "X3.5") else 200)


def test_special_posts(reader, truth):
    flags = {flag: p for p in truth.posts.values() for flag in p.flags if truth.threads[p.thread_id].visible}
    paid = reader.thread(flags["paid"].thread_id)
    assert paid.xpath("//div[@class='locked']//a[contains(@href,'action=pay')]")
    assert words(paid.xpath("//div[@class='t_f']")[0]) == flags["paid"].text
    banned = reader.thread(flags["banned"].thread_id, (flags["banned"].position - 1) // 10 + 1)
    (post,) = banned.xpath(f"//div[@id='post_{flags['banned'].post_id}']")
    assert "屏蔽" in words(post.xpath(".//div[@class='pcb']/div[@class='locked']/em")[0]) and not post.xpath(
        ".//*[@class='t_f']"
    )
    poll = next(t for t in truth.threads.values() if t.special == "poll" and t.visible)
    assert len(reader.thread(poll.thread_id).xpath("//form[@id='poll']//td[@class='pvt']/label")) == 4
    edited = next(p for p in truth.posts.values() if p.edited_at and truth.threads[p.thread_id].visible)
    page = reader.thread(edited.thread_id, (edited.position - 1) // 10 + 1)
    notice = words(page.xpath(f"//*[@id='postmessage_{edited.post_id}']/i[@class='pstatus']")[0])
    at = edited.edited_at + timedelta(hours=8)
    assert notice == f"本帖最后由 {edited.author} 于 {at.year}-{at.month}-{at.day} {at:%H:%M} 编辑"
    commented = next(p for p in truth.posts.values() if p.comments and truth.threads[p.thread_id].visible)
    page = reader.thread(commented.thread_id, (commented.position - 1) // 10 + 1)
    assert len(page.xpath(f"//div[@id='comment_{commented.post_id}']//div[@class='psti']")) == len(commented.comments)
    assert any(reader.thread(t.thread_id).xpath("//dl[@class='rate']") for t in truth.threads.values() if t.visible)
    assert any(reader.thread(t.thread_id).xpath("//div[@class='sign']") for t in truth.threads.values() if t.visible)


def test_attachments_are_shown_where_guests_may_see_them(reader, truth):
    shown = refused = 0
    for tid, thread in truth.threads.items():
        if thread.visible and not tid % 2:
            page = reader.thread(tid)
            refused += len(
                page.xpath("//div[@class='attach_nopermission attach_tips']//a[contains(@href,'action=login')]")
            )
            for pid in thread.post_ids[:10]:
                if truth.posts[pid].attachments and page.xpath(f"//*[@id='postmessage_{pid}']"):
                    box = page.xpath(f"//div[@id='post_{pid}']")[0]
                    names = {
                        words(a)
                        for a in box.xpath(
                            ".//p[@class='attnm']/a|.//a[@class='xw1' and starts-with(@id,'aid')]|.//div[contains(@class,'aimg_tip')]//strong"
                        )
                    }
                    assert names == {a.name for a in truth.posts[pid].attachments}
                    assert not any(a.name in truth.posts[pid].text for a in truth.posts[pid].attachments)
                    shown += 1
    assert shown > 5 and refused > 2


# -- times ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (0, "刚刚"),
        (30, "30&nbsp;秒前"),
        (120, "2&nbsp;分钟前"),
        (2400, "半小时前"),
        (7300, "2&nbsp;小时前"),
        (20 * 3600, "昨天&nbsp;16:00"),
        (44 * 3600, "前天&nbsp;16:00"),
        (68 * 3600, "3&nbsp;天前"),
        (6 * 86400, "6&nbsp;天前"),
        (7 * 86400, ""),
    ],
)
def test_times_of_a_week_are_relative_with_the_absolute_one_in_the_title(ago, told):
    now = int(datetime(2026, 6, 1, 4, 0, tzinfo=UTC).timestamp())
    assert relative(now - ago, now) == told
    assert ("title=" in dated(now - ago, now)) == bool(told)


def test_the_forum_has_fresh_posts_that_are_told_so(reader):
    page = reader.page("forum.php?mod=forumdisplay&fid=11&filter=lastpost&orderby=lastpost")
    assert page.xpath("//tbody[starts-with(@id,'normalthread_')]//td[@class='by'][2]/em/a/span[@title]")


# -- what happens --------------------------------------------------------------------------------------------------------


def top(reader, fid):
    return [
        row
        for row in reader.rows(f"forum.php?mod=forumdisplay&fid={fid}&filter=lastpost&orderby=lastpost")
        if row.startswith("normal")
    ]


def test_changes_move_threads_as_discuz_does():
    reader = Reader()
    forum = reader.forum
    before = top(reader, 22)
    old = int(before[-1].split("_")[1])
    pid = forum.reply(old, quote=forum.thread(old).posts[0].pid)
    assert top(reader, 22)[0] == before[-1]
    assert forum.truth([old]).threads[old].last_post_at == forum.truth([old]).posts[pid].posted_at == forum.now
    new = forum.new_thread(22, replies=2)
    after = top(reader, 22)
    assert (
        after[:2] == [f"normalthread_{new}", f"normalthread_{old}"]
        and len(forum.truth([new]).threads[new].post_ids) == 3
    )
    other = int(after[5].split("_")[1])
    text = forum.truth([other]).posts[forum.thread(other).posts[0].pid].text
    forum.edit(forum.thread(other).posts[0].pid)
    forum.comment(forum.thread(other).posts[0].pid)
    forum.digest(other)
    forum.close(other)
    assert top(reader, 22) == after
    edited = forum.truth([other]).posts[forum.thread(other).posts[0].pid]
    assert edited.text != text and edited.edited_at is not None and edited.edited_by
    forum.bump(other)
    assert top(reader, 22)[0] == f"normalthread_{other}"
    forum.delete_post(pid)
    assert top(reader, 22)[1] != f"normalthread_{old}" and pid in forum.truth().deleted_posts
    forum.undelete(pid=pid)
    assert pid in forum.truth([old]).threads[old].post_ids
    forum.stick(new, 3)
    assert f"stickthread_{new}" in reader.rows("forum-11-1.html")
    forum.delete_thread(new)
    assert reader.answer(f"thread-{new}-1-1.html").status == 404 and new in forum.truth().deleted_threads
    assert f"stickthread_{new}" not in reader.rows("forum-11-1.html")
    forum.undelete(tid=new)
    assert reader.answer(f"thread-{new}-1-1.html").status == 200


def test_a_deleted_reply_leaves_a_gap_that_costs_one_redirect_a_day():
    reader = Reader()
    forum = reader.forum
    tid = forum.new_thread(22, replies=14)
    posts = [post.pid for post in forum.thread(tid).posts]
    forum.delete_post(posts[4])
    path = f"forum.php?mod=viewthread&tid={tid}&page=1"
    for _ in range(2):
        answer = reader.answer(path)
        assert (
            answer.status == 302
            and dict(answer.headers)["Location"] == f"http://forum.test/forum.php?mod=viewthread&tid={tid}"
        )
        page = reader.page(path)
        shown = [int(cell.get("id")[12:]) for cell in page.xpath("//td[@class='t_f']")]
        allowed = [pid for pid in posts[:11] if pid != posts[4]]
        assert set(shown) <= set(allowed) and words(page.xpath(f"//a[@id='postnum{posts[5]}']")[0]) == "5#"
        forum.advance(timedelta(days=1))
    last = forum.reply(tid)
    assert forum.truth([tid]).posts[last].position == 15


def test_merged_and_split_threads_keep_their_posts():
    forum = DemoForum()
    one, two = forum.new_thread(22, replies=2), forum.new_thread(12, replies=1)
    texts = {pid: p.text for pid, p in forum.truth([one, two]).posts.items()}
    title = forum.truth([one]).threads[one].title
    forum.merge(two, one)
    merged = forum.truth([two])
    assert merged.threads[two].title == title and {pid: p.text for pid, p in merged.posts.items()} == texts
    assert [p.position for p in merged.posts.values()] == [1, 2, 3, 4, 5]
    left = forum.move_thread(two, 21)
    for wrong in (
        lambda: forum.thread(one),
        lambda: forum.merge(two, two),
        lambda: forum.reply(left),
        lambda: forum.undelete(tid=one),
    ):
        with pytest.raises(Missing):
            wrong()
    part = forum.split(two, list(texts)[3:])
    assert forum.truth([part]).threads[part].post_ids == tuple(list(texts)[3:])
    assert {**forum.truth([part]).posts, **forum.truth([two]).posts}.keys() == texts.keys()
    assert [post.position for post in forum.thread(part).posts] == [1, 2]


def test_equal_seeds_make_equal_forums_and_titles_vary():
    one, two, other = DemoForum(7, 60), DemoForum(7, 60), DemoForum(8, 60)
    for forum in (one, two):
        forum.reply(5)
        forum.edit(forum.thread(6).posts[0].pid)
    assert one.truth() == two.truth() != other.truth()
    titles = Counter(t.title for t in DemoForum().truth().threads.values())
    assert sum(titles.values()) - len(titles) < 10
    kinds = Counter(p.document.kind for p in DemoForum().truth().posts.values() if p.document)
    assert kinds.keys() >= {"讲话", "致辞", "发言", "访谈", "答记者问", "主持词", "调研报告", "通知", "新闻", "其他"}


def test_document_truth_stands_in_the_text():
    truth = DemoForum(3).truth()
    dates = Counter()
    for post in truth.posts.values():
        if post.document is None or post.flags == ("paid",) or not post.text:
            continue
        document, title = post.document, truth.threads[post.thread_id].title
        printed = re.sub(r"\s", "", post.text + title)
        dates[document.date_precision] += 1
        for value in (
            *(s.name for s in document.speakers),
            document.editor,
            document.source,
            document.venue,
            *document.authors,
        ):
            assert value is None or value in printed
        for heading in document.headings:
            assert re.sub(r"\s", "", heading.text) in printed
        for turn in document.turns or ():
            assert f"{turn.speaker}：" in post.text or f"{turn.speaker}:" in post.text
            assert all(line in post.text for line in turn.text.split("\n"))
        if document.said:
            assert document.said in post.text
        if document.speech_date and document.date_precision == "day":
            assert datetime.fromisoformat(document.speech_date + "T00:00+08:00") <= post.posted_at
    assert dates["day"] > 60 and dates["month"] and dates["none"]


# -- refusals and moods --------------------------------------------------------------------------------------------------


def message(page):
    return words(page.xpath("//div[@id='messagetext']/p")[0])


def test_refusals_have_discuz_words_and_statuses(reader, truth):
    closed = next(t.thread_id for t in truth.threads.values() if t.board_id == 23)
    locked = next(t.thread_id for t in truth.threads.values() if t.board_id == 24)
    for path, status, text in (
        ("thread-99999-1-1.html", 404, "抱歉，指定的主题不存在或已被删除或正在被审核"),
        ("forum-99-1.html", 200, "抱歉，指定的版块不存在"),
        ("forum-23-1.html", 200, "抱歉，您尚未登录，没有权限访问该版块"),
        (f"thread-{closed}-1-1.html", 200, "抱歉，您尚未登录，没有权限访问该版块"),
        ("space-uid-5.html", 200, "您需要先登录才能继续本操作"),
        ("forum.php?mod=redirect&goto=findpost&ptid=1&pid=999999", 200, "抱歉，指定的帖子不存在或已被删除或正在被审核"),
        ("forum.php?mod=viewthread&tid=20%22%3E", 200, "您当前的访问请求当中含有非法字符，已经被系统拒绝"),
    ):
        assert message(reader.page(path, status)) == text
    assert reader.page("forum-24-1.html").xpath("//form[contains(@action,'pwverify')]//input[@name='pw']")
    answer = reader.answer(f"thread-{locked}-1-1.html")
    assert answer.status == 302 and dict(answer.headers)["Location"] == "forum.php?mod=forumdisplay&fid=24"
    assert reader.answer("nowhere/at/all").status == 404
    assert b"Disallow: /forum.php?mod=redirect*" in reader.answer("robots.txt").body


def test_redirects_to_posts(reader, truth):
    post = next(p for p in truth.posts.values() if p.position == 13)
    answer = reader.answer(f"forum.php?mod=redirect&goto=findpost&ptid={post.thread_id}&pid={post.post_id}")
    assert (answer.status, dict(answer.headers)["Location"]) == (
        301,
        f"forum.php?mod=viewthread&tid={post.thread_id}&page=2#pid{post.post_id}",
    )
    answer = reader.answer(f"forum.php?mod=redirect&tid={post.thread_id}&goto=lastpost")
    pages = truth.threads[post.thread_id].pages
    assert (answer.status, dict(answer.headers)["Location"]) == (
        302,
        f"forum.php?mod=viewthread&tid={post.thread_id}&page={pages}#lastpost",
    )


def test_one_author_or_newest_first(reader, truth):
    thread = next(t for t in truth.threads.values() if t.visible and t.pages > 1 and t.author_id)
    own = [p for p in thread.post_ids if truth.posts[p].author_id == thread.author_id]
    page = reader.page(f"forum.php?mod=viewthread&tid={thread.thread_id}&authorid={thread.author_id}")
    assert [int(d.get("id")[5:]) for d in page.xpath("//div[@id='postlist']/div[starts-with(@id,'post_')]")] == own[:10]
    page = reader.page(f"forum.php?mod=viewthread&tid={thread.thread_id}&ordertype=1")
    shown = [int(d.get("id")[5:]) for d in page.xpath("//div[@id='postlist']/div[starts-with(@id,'post_')]")]
    assert shown[0] == thread.post_ids[0] and shown[1:] == sorted(shown[1:], reverse=True)


def test_moods():
    reader = Reader(antitheft=2)
    assert [reader.text("thread-20-1-1.html").startswith("<script") for _ in range(4)] == [False, False, True, True]
    wall = reader.text("thread-20-1-1.html")
    assert wall.startswith("<script") and "<html" not in wall
    assert "<html" in reader.text("thread-20-1-1.html?_dsign=00000000") and "<html" in reader.text("forum-11-1.html")
    reader.site.turn(antitheft=0, attackevasive=4)
    assert "页面重载开启" in reader.text("thread-20-1-1.html")
    cookies = {"dEm0_2132_lastrequest": str(int(time.time()) - 5)}
    assert "页面重载开启" not in reader.text("thread-20-1-1.html", cookies=cookies)
    reader.site.turn(attackevasive=1)
    assert "频繁刷新限制" in reader.text("forum.php", cookies={"dEm0_2132_lastrequest": str(int(time.time()) + 1)})
    reader.site.turn(attackevasive=2)
    assert "代理服务器访问限制" in reader.text("forum.php", proxied=True)
    reader.site.turn(attackevasive=0, closed="站点整理中，下周再来。")
    assert message(reader.page("forum.php")) == "站点整理中，下周再来。"
    reader.site.turn(closed="", login_wall=True)
    answer = reader.answer("forum-11-1.html")
    assert answer.status == 302 and "mod=logging&action=login" in dict(answer.headers)["Location"]
    assert reader.page("member.php?mod=logging&action=login").xpath("//form[@name='login']")
    reader.site.turn(login_wall=False, fail_status=503, fail_count=2, retry_after="30")
    answers = [reader.answer("forum.php") for _ in range(3)]
    assert [a.status for a in answers] == [503, 503, 200] and dict(answers[0].headers)["Retry-After"] == "30"
    reader.site.turn(guest_tip=True, left_column=False)
    page = reader.page("thread-20-1-1.html")
    assert page.xpath("//td[@class='t_f']/div[contains(@class,'attach_nopermission')]") and not page.xpath(
        "//div[@class='hm ptn']"
    )
    with pytest.raises(ValueError, match="no switch colour"):
        reader.site.turn(colour="red")
    with pytest.raises(ValueError, match="no version 'X9'"):
        Switches(version="X9")


# -- the server ----------------------------------------------------------------------------------------------------------


def post(url, **order):
    try:
        with urllib.request.urlopen(url + "_control", json.dumps(order).encode()) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_server_serves_logs_and_is_controlled():
    with serve(DemoForum(threads=30), control=True) as server:
        request = urllib.request.Request(server.url + "forum.php", headers={"User-Agent": "me"})
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200 and answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert len(answer.headers.get_all("Set-Cookie")) == 3
        assert [tuple(visit)[:4] for visit in server.log] == [("GET", "/forum.php", 200, "me")]
        status, made = post(server.url, op="reply", tid=20)
        assert status == 200
        with urllib.request.urlopen(server.url + "_truth?tid=20") as answer:
            told = json.load(answer)
        assert str(made["result"]) in told["posts"] and told["now"] == made["now"] == server.forum.now.isoformat()
        post(server.url, op="advance", seconds=3600)
        assert server.forum.now.isoformat() > made["now"]
        post(server.url, op="turn", closed="关门")
        assert server.switches.closed == "关门"
        for order in (
            {"op": "explode"},
            {"op": "reply", "tid": 9999},
            {"op": "reply"},
            {"op": "turn", "colour": 1},
            {},
        ):
            status, complaint = post(server.url, **order)
            assert status == 400 and complaint["error"]
        with urllib.request.urlopen(server.url + "_log") as answer:
            assert json.load(answer)[0][1] == "/forum.php"
        assert len(server.log) == 1
    with serve(DemoForum(threads=10)) as server:
        status, _ = post_status(server.url + "_control")
        assert status == 405


def post_status(url):
    try:
        with urllib.request.urlopen(url, b"{}") as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def start(*arguments, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        **more,
    )


def test_the_command_line_says_where_it_is_and_ends_when_told():
    process = start("--port", "0", "--threads", "20", "--set", "version=X3.5")
    line = process.stdout.readline()
    url = re.fullmatch(r"demo forum on (http://127\.0\.0\.1:\d+/)\n", line)[1]
    with urllib.request.urlopen(url) as answer:
        assert b"Discuz! X3.5" in answer.read()
    port = int(url.split(":")[2].strip("/"))
    second = start("--port", str(port))
    _, complaint = second.communicate(timeout=20)
    assert second.returncode == 1 and complaint.count("\n") == 1 and f"port {port}" in complaint
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_it_ends_with_its_parent_and_refuses_unknown_switches():
    process = start("--port", "0", "--threads", "20", "--with-parent", stdin=subprocess.PIPE)
    assert "http://" in process.stdout.readline()
    process.stdin.close()
    assert process.wait(timeout=10) == 0
    wrong = start("--set", "colour=red")
    _, complaint = wrong.communicate(timeout=20)
    assert wrong.returncode == 1 and "colour" in complaint and "Traceback" not in complaint


def test_a_large_forum_starts_at_once():
    reader = Reader(DemoForum(threads=20_000))
    assert reader.rows("forum-11-1.html") and reader.rows("forum-11-200.html")
    assert len(reader.forum.posts) > 100_000


# -- against real pages --------------------------------------------------------------------------------------------------


def chain(element):
    """Tags, ids without numbers and classes from the body down to an element."""
    steps = []
    for node in reversed([element, *element.iterancestors()]):
        if node.tag not in ("html", "body"):
            ident = re.sub(r"\d+", "N", node.get("id") or "")
            steps.append(f"{node.tag}#{ident}.{'.'.join(sorted((node.get('class') or '').split()))}")
    return steps


ON_A_THREAD = (
    *(
        "//td[@class='t_f']",
        "//em[starts-with(@id,'authorposton')]",
        "//a[starts-with(@id,'postnum')]",
        "//*[@id='thread_subject']",
    ),
    *("//td[@class='pls']//div[@class='authi']/a", "//div[@class='pg']/strong", "//div[@class='pg']/a[@class='nxt']"),
    *(
        "//div[@class='pg']/label/span",
        "//div[@id='tath']",
        "//div[starts-with(@id,'comment_')]",
        "//div[@id='pt']//a",
        "//p[@class='xs0']",
    ),
)
ON_A_LISTING = (
    *(
        "//tbody[starts-with(@id,'stickthread')]",
        "//tbody[starts-with(@id,'normalthread')]//a[contains(@class,'xst')]",
        "//h1/a",
    ),
    *(
        "//tbody[@id='separatorline']",
        "//td[@class='num']/a",
        "//td[@class='num']/em",
        "//td[@class='by'][2]/em/a",
        "//div[@id='pt']//a",
    ),
    *(
        "//td[@class='by'][1]//em/span",
        "//span[@id='fd_page_top']/div[@class='pg']",
        "//a[starts-with(@class,'showcontent')]",
    ),
)
ON_THE_INDEX = (
    *(
        "//table[@class='fl_tb']//h2/a",
        "//td[@class='fl_by']//a",
        "//td[@class='fl_i']/span",
        "//div[@class='bm_h cl']/h2/a",
    ),
)


@pytest.mark.skipif(not LAB.exists(), reason="the sample pages of the lab forum are not here")
@pytest.mark.parametrize(
    ("lab", "path", "anchors"),
    [
        ("thread_big_p2.html", "thread", ON_A_THREAD),
        ("thread_clean.html", "thread", ("//div[@class='quote']", "//div[@class='quote']//font[@color='#999999']")),
        ("list_jammer_p1.html", "forum-11-1.html", ON_A_LISTING),
        ("index.html", "forum.php", ON_THE_INDEX),
        ("thread_nonexistent.html", "thread-99999-1-1.html", ("//div[@id='messagetext']/p",)),
        ("list_login_only.html", "forum-23-1.html", ("//div[@id='messagetext']/p", "//div[@id='messagelogin']")),
        ("list_password_board.html", "forum-24-1.html", ("//input[@name='pw']",)),
    ],
)
def test_elements_stand_where_the_real_pages_have_them(lab, path, anchors):
    reader = Reader(version="X3.5")
    if path == "thread":
        truth = reader.forum.truth()
        path = next(
            f"thread-{t.thread_id}-2-1.html" for t in truth.threads.values()
            if t.visible and t.pages > 2 and len(t.post_ids) == reader.forum.thread(t.thread_id).posts[-1].position
            and any(truth.posts[p].quotes for p in t.post_ids[10:20])
        )  # fmt: skip
    ours = html.fromstring(reader.answer(path).body.decode())
    real = html.fromstring((LAB / lab).read_bytes().decode())
    for anchor in anchors:
        assert ours.xpath(anchor) and real.xpath(anchor), anchor
        assert chain(ours.xpath(anchor)[0]) == chain(real.xpath(anchor)[0]), anchor
