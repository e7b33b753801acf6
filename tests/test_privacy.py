"""Pseudonyms and masks: what goes, what stays, that it is the same everywhere, and that no file keeps what went."""

import base64
import itertools
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from forum_server import Forum, serve
from hypothesis import given
from hypothesis import strategies as st
from pages import thread_page
from scrapy.settings import Settings

from crawler.demo import DemoForum
from crawler.demo import serve as serve_demo
from crawler.items import CHROME, Attachment, Comment, Post, Profile, Quote, Run, Thread
from crawler.privacy import SaltError, private
from pipelines import refine
from pipelines.contacts import is_id_number, mask_contacts
from pipelines.privacy import NoSalt, privacy_mark, protect, protect_thread
from pipelines.pseudonyms import Pseudonyms

ROOT = Path(__file__).parent.parent
SALT, OTHER = "a salt for tests only", "another salt for tests"
BOTH = Profile(pseudonyms=True, mask=True, salt=SALT)
NAMES = Pseudonyms("bbs.example.cn", SALT)

# 110101 19900307 with its right last digit, computed by GB 11643
GOOD_ID = (
    "110101199003070011"[:17]
    + "10X98765432"[
        sum(
            int(d) * w
            for d, w in zip("11010119900307001", (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True)
        )
        % 11
    ]
)
BAD_ID = GOOD_ID[:17] + ("0" if GOOD_ID[17] != "0" else "1")


@pytest.mark.parametrize(
    ("text", "masked", "rules"),
    [
        ("电话13812345678。", "电话〔手机号〕。", ["mask-mobile"]),
        ("手机：138-1234-5678", "手机：〔手机号〕", ["mask-mobile"]),
        ("138 1234 5678或+86 13912345678", "〔手机号〕或〔手机号〕", ["mask-mobile"] * 2),
        ("１３８１２３４５６７８", "〔手机号〕", ["mask-mobile"]),
        (f"身份证{GOOD_ID}，", "身份证〔身份证号〕，", ["mask-id"]),
        (f"证件{GOOD_ID}", "证件〔身份证号〕", ["mask-id"]),
        ("旧证110101900307001。", "旧证〔身份证号〕。", ["mask-id"]),
        (f"身份证号码：{BAD_ID}", "身份证号码：〔身份证号〕", ["mask-id"]),
        ("写信到 zhang.san@example.com.cn 谢谢", "写信到 〔邮箱〕 谢谢", ["mask-email"]),
        ("zhang_san#163.com", "〔邮箱〕", ["mask-email"]),
        ("12345678＠qq.com", "〔邮箱〕", ["mask-email"]),
        ("邮箱abc[at]sina.com，", "邮箱〔邮箱〕，", ["mask-email"]),
        ("QQ：12345678", "QQ：〔QQ号〕", ["mask-qq"]),
        ("加qq群 7654321 索取", "加qq群 〔QQ号〕 索取", ["mask-qq"]),
        ("扣扣是10001", "扣扣是〔QQ号〕", ["mask-qq"]),
        ("微信号：gong_wen88", "微信号：〔微信号〕", ["mask-wechat"]),
        ("加我微信 laomi2008", "加我微信 〔微信号〕", ["mask-wechat"]),
        ("wx=abc_def99；", "wx=〔微信号〕；", ["mask-wechat"]),
        ("微信同号13812345678", "微信同号〔手机号〕", ["mask-mobile"]),
        ("tel13812345678", "tel〔手机号〕", ["mask-mobile"]),
        ("手机号码：138 12345678", "手机号码：〔手机号〕", ["mask-mobile"]),
        ("联系电话（1381234-5678）", "联系电话（〔手机号〕）", ["mask-mobile"]),
        ("身份证号码为：110101 19900307 0018", "身份证号码为：〔身份证号〕", ["mask-id"]),
        ("公民身份号码 110101199003070019", "公民身份号码 〔身份证号〕", ["mask-id"]),
        ("zhangsan（at）163.com", "〔邮箱〕", ["mask-email"]),
        ("zhangsan(at)163(dot)com", "〔邮箱〕", ["mask-email"]),
        ("zhangsan at 163 dot com", "〔邮箱〕", ["mask-email"]),
        ("zhangsan@163。com", "〔邮箱〕", ["mask-email"]),
        ("zhangsan艾特163.com", "〔邮箱〕", ["mask-email"]),
        ("Q群123456789", "Q群〔QQ号〕", ["mask-qq"]),
        ("加Q 12345678", "加Q 〔QQ号〕", ["mask-qq"]),
        ("QQ（12345678）", "QQ（〔QQ号〕）", ["mask-qq"]),
        ("ＱＱ：１２３４５６７８", "ＱＱ：〔QQ号〕", ["mask-qq"]),
        ("QQ交流群②：123456789", "QQ交流群②：〔QQ号〕", ["mask-qq"]),
        ("QQ群1：123456789", "QQ群1：〔QQ号〕", ["mask-qq"]),
        ("微信/QQ同号：12345678", "微信/QQ同号：〔QQ号〕", ["mask-qq"]),
        ("OICQ:12345678", "OICQ:〔QQ号〕", ["mask-qq"]),
        ("微信（gong_wen88）", "微信（〔微信号〕）", ["mask-wechat"]),
        ("微信号“gongwen”", "微信号“〔微信号〕”", ["mask-wechat"]),
        ("V信：gongwen88", "V信：〔微信号〕", ["mask-wechat"]),
        ("vx gongwen88", "vx 〔微信号〕", ["mask-wechat"]),
        ("加v：gongwen", "加v：〔微信号〕", ["mask-wechat"]),
        ("加微gongwen88", "加微〔微信号〕", ["mask-wechat"]),
        ("微信帐号 gongwen", "微信帐号 〔微信号〕", ["mask-wechat"]),
        ("微 信：gongwen88", "微 信：〔微信号〕", ["mask-wechat"]),
        ("WeChat ID: gongwen88", "WeChat ID: 〔微信号〕", ["mask-wechat"]),
        ("微信搜gongwen88", "微信搜〔微信号〕", ["mask-wechat"]),
    ],
)
def test_a_contact_is_masked(text, masked, rules):
    noted = []
    assert mask_contacts(text, noted.append) == masked and noted == rules
    assert mask_contacts(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2024年1月15日投入13812345678901元",
        f"编号{BAD_ID}",
        "订单号123456789012345",
        "111111111111111",
        "总产值12812345678元",
        "电话010-12345678",
        "见 http://bbs.example.cn/page#section.html",
        "http://a.cn/x?mail=1#top",
        "C#和F#.net",
        "微信公众号：gongwen",
        "微信Android客户端",
        "微信 Windows10 客户端",
        "微信（Android）客户端",
        "微信搜索weixin",
        "微信支付100000元",
        "加vitamin123",
        "加V认证",
        "Q：15000户居民怎么办",
        "QQ音乐 10000首",
        "加油12345678",
        "电话会议138场",
        "手机13800台",
        "文号135-20090901",
        "序号 135 20090901",
        "联系实际 135 20090901",
        "手机支付 2024-01-15",
        "身份证120000张",
        "We met at noon. 163 dots",
        "关注微信小程序",
        "QQ空间",
        "QQ 2013年改版",
        "第3#楼说得对",
        "3#",
        "一、二、三",
        "",
    ],
)
def test_what_is_no_contact_stays(text):
    assert mask_contacts(text) == text


def test_an_id_number_needs_province_date_and_checksum():
    assert is_id_number(GOOD_ID) and not is_id_number(BAD_ID)
    assert not is_id_number("99" + GOOD_ID[2:]) and not is_id_number(GOOD_ID[:10] + "1399" + GOOD_ID[14:])


@given(st.text(alphabet=st.sampled_from("1389０8#@qQ微信号：:加.com -vxab\n"), max_size=60))
def test_masking_twice_is_masking_once(text):
    once = mask_contacts(text)
    assert mask_contacts(once) == once


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_pseudonym_belongs_to_account_forum_and_salt(one, two):
    name = NAMES.name(one)
    assert NAMES.name(name) == name and name.startswith("anon-") and len(name) == 25
    assert (NAMES.name(two) == name) == (one.strip() == two.strip()) or NAMES.name(two) == two
    assert Pseudonyms("bbs.example.cn", OTHER).name(one) != name
    assert Pseudonyms("other.example.cn", SALT).name(one) != name


def test_a_name_that_only_looks_like_a_pseudonym_is_replaced():
    forged = "anon-" + "0" * 20
    assert NAMES.name(forged) != forged


@given(st.integers(1, 10**9))
def test_numbers_are_replaced_once_and_exact_in_a_float(uid):
    number = NAMES.number(uid)
    assert number < 0 and int(float(number)) == number and NAMES.number(number) == number
    assert NAMES.number(0) == 0


@given(st.integers(-(2**63), -1))
def test_a_post_number_made_of_a_name_is_made_anew_once(number):
    new = NAMES.made_up(number)
    assert -(2**63) <= new < 0 and NAMES.made_up(new) == new and NAMES.made_up(7) == 7


WHO = "南窗.听雨"


@pytest.mark.parametrize(
    "text",
    [
        "{} 发表于 2009-9-3 20:08\n好文",
        "引用第3楼{}于2009-09-03 20:08发表的",
        "原帖由 {} 于 2009-9-3 20:08 发表\n好文",
        "Originally posted by {} at 2009-9-3 20:08",
        "本帖最后由 {} 于 2009-10-1 01:15 编辑",
        "回复 3# {}",
        "回复 #3 {} 的帖子\n说得好",
        "回覆 12# {} 的帖子",
        "回复 {} 的帖子",
        "回复 4楼 {} 的话题",
        "【 在 {} 的大作中提到: 】",
        "谢谢@{} 你说得对",
        "@{}",
        "＠{}，请看",
        "http://bbs.example.cn/space-username-{}.html",
        "http://bbs.example.cn/home.php?mod=space&username={}",
    ],
)
def test_names_in_the_forums_own_forms_are_replaced(text):
    noted = []
    told = text.format(WHO)
    hidden = NAMES.in_text(told, lambda: noted.append(1))
    if "space-" in text:  # a dot ends a name in an address
        assert "南窗" not in hidden and noted
        return
    assert hidden == text.format(NAMES.name(WHO)) and noted
    assert NAMES.in_text(hidden, lambda: pytest.fail("twice")) == hidden


def test_a_quoted_name_and_nickname_go_both():
    hidden = NAMES.in_text("【 在 boat (小船) 的大作中提到: 】", lambda: None)
    assert hidden == f"【 在 {NAMES.name('boat')} ({NAMES.name('小船')}) 的大作中提到: 】"


@pytest.mark.parametrize(
    "text",
    [
        "南窗外下着雨。",
        "本文发表于2009年9月3日《日报》",
        "回复各位：都收到了",
        "回复3楼 你说得对",
        "mail me: a@example.cn",
        "2009-9-3 20:08",
    ],
)
def test_words_of_a_text_stay(text):
    assert NAMES.in_text(text, lambda: pytest.fail(text)) == text


def test_addresses_lose_accounts_and_the_readers_number():
    token = base64.b64encode(b"194|283d5fbe|1780286400|777|3").decode()
    hidden = NAMES.in_address(f"http://b.cn/forum.php?mod=attachment&aid={token}&uid=777")
    read = base64.b64decode(hidden.partition("aid=")[2].partition("&")[0] + "==")
    assert read == b"194|283d5fbe|1780286400|0|3" and "777" not in hidden
    assert "12/34/56" not in NAMES.in_address("http://b.cn/data/avatar/000/12/34/56_avatar_big.jpg")
    assert NAMES.in_address("http://me:secret@b.cn/x") == f"http://{NAMES.name('me:secret')}@b.cn/x"
    plain = "http://b.cn/thread-3-1-1.html#pid4"
    assert NAMES.in_address(plain) == plain


def a_post(**fields):
    body = (
        Run("本帖最后由 会务小苗 于 2009-10-1 01:15 编辑", CHROME, "edit-notice"),
        Run(
            "在全市工作会议上的讲话\n市长 程立双\n（2009年9月1日）\n同志们：\n一、抓落实\n有事打13812345678，@会务小苗 转告。"
        ),
    )
    return Post(
        **{
            "forum": "bbs.example.cn",
            "thread_id": 1,
            "post_id": 2,
            "body": body,
            "author": "南窗",
            "author_id": 77,
            "edited_by": "会务小苗",
            "posted_at_raw": "南窗 2009-9-3 20:08",
            "title": "讲话，QQ：12345678",
            "url": "http://bbs.example.cn/viewthread.php?tid=1&authorid=77",
            "quotes": (Quote("", "榆钱", 1, (Run("榆钱 发表于 2009-9-3 20:08\n好"),)),),
            "comments": (Comment("抄手", "回复 榆钱：写到a@example.cn", None),),
            "attachments": (Attachment("file", "13812345678.doc", "http://bbs.example.cn/a?uid=77"),),
        }
        | fields
    )


def test_every_field_of_a_post_is_protected_and_offsets_are_those_of_the_new_text():
    post = refine(a_post(), BOTH)
    assert not [
        name
        for name in ("南窗", "会务小苗", "榆钱", "抄手", "13812345678", "12345678", "a@example")
        if name in repr(post)
    ]
    assert post.author == Pseudonyms(post.forum, SALT).name("南窗") and post.author_id < 0
    assert f"@{post.edited_by} 转告" in post.text and "〔手机号〕" in post.text
    assert post.quotes[0].text == f"{post.quotes[0].author} 发表于 2009-9-3 20:08\n好"
    assert {(r.rule, r.text) for r in post.removed} == {
        (rule, "") for rule in ("chrome-edit-notice", "account", "mask-mobile", "mask-qq", "mask-email")
    }
    assert post.speakers and post.speakers[0].name == "程立双"
    for evidence in post.evidence:
        assert 0 <= evidence.start <= evidence.end <= len(post.text if evidence.where == "text" else post.title)
    for heading in post.headings:
        assert post.text[heading.start :].startswith(heading.text)
    for speech in post.speeches:
        assert post.text[speech.start : speech.end] == speech.text
    assert refine(post, BOTH) == post


def test_off_means_untouched_and_each_half_stands_alone():
    post = refine(a_post())
    assert post.author == "南窗" and protect(post, Profile()) is post
    masked = refine(a_post(), Profile(mask=True))
    assert masked.author == "南窗" and "13812345678" not in repr(masked)
    assert ("chrome-edit-notice", "本帖最后由 会务小苗 于 2009-10-1 01:15 编辑") in masked.removed
    hidden = refine(a_post(), Profile(pseudonyms=True, salt=SALT))
    assert "南窗" not in repr(hidden) and "13812345678" in hidden.text


def test_a_thread_is_protected_too():
    thread = Thread(
        "bbs.example.cn", 1, "讲话 @榆钱 13812345678", "讲话", author="南窗", author_id=77, last_post_author="榆钱"
    )
    hidden = protect_thread(thread, BOTH)
    assert "榆钱" not in repr(hidden) and "南窗" not in repr(hidden) and "13812345678" not in hidden.title
    assert hidden.author == refine(a_post(), BOTH).author and protect_thread(thread, Profile()) is thread


def test_pseudonyms_without_salt_are_refused_everywhere():
    with pytest.raises(NoSalt, match="no salt"):
        refine(a_post(), Profile(pseudonyms=True))
    assert SALT not in repr(BOTH)
    marks = {
        privacy_mark(p)
        for p in (Profile(), Profile(mask=True), BOTH, replace(BOTH, mask=False), replace(BOTH, salt=OTHER))
    }
    assert len(marks) == 5


def settings(tmp_path, **more):
    return Settings(
        {"CORPUS_DIR": str(tmp_path / "corpus"), "ARCHIVE_DIR": "s3://pages/archive", "PRIVACY_SALT_FILE": "", **more}
    )


def test_the_salt_comes_from_a_file_or_the_environment(tmp_path):
    (tmp_path / "salt").write_text(f"{SALT}\n")
    asked = Profile(pseudonyms=True)
    file = settings(tmp_path, PRIVACY_SALT_FILE=str(tmp_path / "salt"))
    assert private(asked, file, {}).salt == private(asked, settings(tmp_path), {"TIEZI_SALT": SALT}).salt == SALT
    assert (
        private(Profile(), settings(tmp_path, PRIVACY_PSEUDONYMS="1", PRIVACY_MASK="1"), {"TIEZI_SALT": SALT}) == BOTH
    )
    assert private(Profile(), file, {"TIEZI_SALT": SALT}) == Profile()


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("", None, "name a file with -s PRIVACY_SALT_FILE=FILE, or set TIEZI_SALT"),
        ("none", None, "No such file"),
        ("short", b"12345", "holds a salt of 5 characters: 16 are the least"),
        ("empty", b" \n", "holds a salt of 0 characters"),
        ("binary", b"\xff\xfe" * 20, "not text in UTF-8"),
        ("corpus/salt", SALT.encode(), "lies in CORPUS_DIR: move it"),
    ],
)
def test_a_salt_that_cannot_be_used_is_told(tmp_path, file, content, complaint):
    if content is not None:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(content)
    asked = settings(tmp_path, PRIVACY_SALT_FILE=str(tmp_path / file) if file else "")
    with pytest.raises(SaltError) as caught:
        private(Profile(pseudonyms=True), asked, {})
    assert complaint in str(caught.value) and SALT not in str(caught.value)


# --- the whole way: a crawl, and every byte that it leaves ----------------------------------------------------------------


def scrapy(*args, salt=SALT, cwd=ROOT):
    command = [sys.executable, "-m", "scrapy", *args]
    environment = {**os.environ, "TIEZI_SALT": salt}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=180)
    return done.returncode, done.stdout + done.stderr


def crawl(folder, url, *args, salt=SALT, private=True):
    places = [
        "-s",
        f"CORPUS_DIR={folder / 'corpus'}",
        "-s",
        f"ARCHIVE_DIR={folder / 'archive'}",
        "-s",
        "DOWNLOAD_DELAY=0",
    ]
    switches = ["-s", "PRIVACY_PSEUDONYMS=1", "-s", "PRIVACY_MASK=1"] if private else []
    return scrapy("crawl", "forum", *places, *switches, "-a", f"url={url}", *args, salt=salt)


def everything(corpus):
    """All bytes of all files, and of Parquet files also every value, statistic and piece of metadata in the open."""
    for file in sorted(path for path in corpus.rglob("*") if path.is_file()):
        yield file, file.name.encode() + b"\x00" + file.read_bytes()
        if file.suffix == ".parquet" and file.read_bytes() != b"damaged":
            parquet = pq.ParquetFile(file)
            values = "\x00".join(repr(batch.to_pylist()) for batch in parquet.iter_batches(64))
            told = [repr(parquet.schema_arrow), repr(parquet.metadata.metadata)]
            for group, column in itertools.product(range(parquet.num_row_groups), range(parquet.metadata.num_columns)):
                chunk = parquet.metadata.row_group(group).column(column)
                told.append(repr(chunk.statistics.to_dict() if chunk.statistics else None))
            yield file, "\x00".join([values, *told]).encode("utf-8", "surrogatepass")


def leaks(corpus, words):
    return {(file.name, word) for file, data in everything(corpus) for word in words if word.encode() in data}


def test_no_account_of_a_whole_forum_is_left_and_refreshing_works(tmp_path):
    forum = DemoForum(seed=5, threads=60)
    with serve_demo(forum) as server:
        status, log = crawl(tmp_path, server.url)
        assert status == 0, log
        truth = forum.truth()
        said = "\n".join([*(p.text for p in truth.posts.values()), *(t.title for t in truth.threads.values())])
        accounts = {user.name for user in forum.users.values()}
        # an account that is also an ordinary word of somebody's text is no account there (docs/privacy.md)
        unsaid = {name for name in accounts if name not in said and name != "匿名"}
        assert len(unsaid) > 15
        status, log = crawl(tmp_path / "open", server.url, private=False)
        assert status == 0 and len({name for _, name in leaks(tmp_path / "open/corpus", unsaid)}) > 12, log
        assert not leaks(tmp_path / "corpus", unsaid | {SALT})
        visible = [tid for tid, t in truth.threads.items() if t.visible and not t.is_closed]
        forum.reply(visible[1])
        before = pd.read_parquet(tmp_path / "corpus/posts")
        status, log = crawl(tmp_path, server.url, "-a", "revisit=0")
        assert status == 0, log
        after = pd.read_parquet(tmp_path / "corpus/posts")
        assert len(after) == len(before) + 1 and not leaks(tmp_path / "corpus", unsaid)
        same_posts = pd.read_parquet(tmp_path / "open/corpus/posts").set_index("post_id")
        hide = ["-s", f"ARCHIVE_DIR={tmp_path / 'open/archive'}", "-s", "PRIVACY_PSEUDONYMS=1", "-s", "PRIVACY_MASK=1"]
        place = ["-s", f"CORPUS_DIR={tmp_path / 'again'}"]
        status, log = scrapy("reextract", *place, *hide)
        assert status == 0 and not leaks(tmp_path / "again", unsaid), log
        page = tmp_path / "told/report.html"
        page.parent.mkdir()
        status, log = scrapy("report", *place, *hide, "-o", str(page))
        assert status == 0 and "anon-" in page.read_text("utf-8") and not leaks(page.parent, unsaid), log
        pages = ["-a", f"path={tmp_path / 'open/archive'}", "-s", f"ARCHIVE_DIR={tmp_path / 'saved'}", *hide[2:]]
        status, log = scrapy("crawl", "captures", "-L", "DEBUG", "-s", f"CORPUS_DIR={tmp_path / 'told/corpus'}", *pages)
        (tmp_path / "told/log").write_text(log)
        assert status == 0 and len(list(tmp_path.glob("told/corpus/posts/*"))) and not leaks(tmp_path / "told", unsaid)
        again = pd.read_parquet(tmp_path / "again/posts").set_index("post_id")
    assert again.author.to_dict() == before.set_index("post_id").author.to_dict()
    both = after.set_index("post_id").join(same_posts[["author", "edited_by"]].add_suffix("_open"), how="inner")
    pairs = set(both[["author", "author_open"]].dropna().itertuples(index=False, name=None))
    pairs |= set(both[["edited_by", "edited_by_open"]].dropna().itertuples(index=False, name=None))
    assert len(pairs) == len({hidden for hidden, _ in pairs}) == len({name for _, name in pairs})


@pytest.fixture
def forum():
    forum = Forum()
    for n in range(4):
        forum.new_thread(replies=n)
    names = itertools.cycle(["蓝鲸七号", "Zq.Wren", "★流萤★", "回复"])
    for thread in forum.threads.values():
        for post in thread.posts:
            post.author = next(names)
            post.text += (
                "\n@蓝鲸七号 请看\n回复 2# ★流萤★\n电话13812345678，QQ：87654321，邮箱wren#163.com，微信号：zq_wren77"
            )
    with serve(forum):
        yield forum


def state(corpus):
    return {file.name: data for file, data in everything(corpus) if "_locks" not in str(file)}


def test_pseudonyms_agree_everywhere_and_no_corpus_mixes_ways_of_protecting(forum, tmp_path):
    names = {"蓝鲸七号", "Zq.Wren", "★流萤★"}
    contacts = {"13812345678", "87654321", "wren#163", "zq_wren77"}
    found = {}
    for folder, salt in (("one", SALT), ("two", OTHER)):
        status, log = crawl(tmp_path / folder, forum.url, salt=salt)
        assert status == 0, log
        assert not leaks(tmp_path / folder / "corpus", names | contacts)
        found[folder] = pd.read_parquet(tmp_path / folder / "corpus/posts").sort_values("post_id")
        threads = pd.read_parquet(tmp_path / folder / "corpus/threads")
        assert set(threads.author) | set(threads.last_post_author) <= set(found[folder].author)
    host = forum.url.split("/")[2]
    accounts = {post.pid: post.author for thread in forum.threads.values() for post in thread.posts}
    told = dict(zip(found["one"].post_id, found["one"].author, strict=True))
    assert told == {pid: Pseudonyms(host, SALT).name(account) for pid, account in accounts.items()}
    assert not set(found["one"].author) & set(found["two"].author)
    assert set(found["one"].author_id) & set(found["two"].author_id) == {0}  # a guest has no number to hide
    rules = {removed["rule"] for row in found["one"].removed for removed in row}
    assert {"account", "mask-mobile", "mask-qq", "mask-email", "mask-wechat"} <= rules
    before = state(tmp_path / "one/corpus")
    for salt, protected in ((OTHER, True), (SALT, False)):
        status, log = crawl(tmp_path / "one", forum.url, salt=salt, private=protected)
        assert status == 1 and "another salt or other privacy settings" in log and "Traceback" not in log, log
    assert state(tmp_path / "one/corpus") == before


def test_without_a_salt_nothing_is_fetched(forum, tmp_path):
    status, log = crawl(tmp_path, forum.url, salt="")
    assert status == 1 and "pseudonyms need a salt" in log.splitlines()[-1] and "Traceback" not in log, log
    assert not forum.log and not list(tmp_path.rglob("*.parquet"))


def test_a_line_in_the_profile_holds_however_the_forum_is_reached(house, tmp_path):
    (house / "crawler/sites/hall.toml").write_text('forum = "hall.example.cn"\nnames = ["议事厅"]\npseudonyms = true\n')
    page = thread_page().decode().replace("Powered by Discuz! GMT+8", "Powered by Discuz! © 议事厅 GMT+8")
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved/one.html").write_text(page)
    (tmp_path / "saved/two.html").write_text(thread_page(6).decode().replace("bbs.example.cn", "hall.example.cn"))
    places = ["-s", f"CORPUS_DIR={tmp_path / 'corpus'}", "-s", f"ARCHIVE_DIR={tmp_path / 'archive'}"]
    read = ["crawl", "captures", *places, "-a", f"path={tmp_path / 'saved'}", "-a", "forum=hall.example.cn"]
    status, log = scrapy(*read, salt="", cwd=house)
    assert status == 1 and "pseudonyms need a salt" in log.splitlines()[-1] and "Traceback" not in log, log
    assert not (tmp_path / "corpus/posts").exists() or not list((tmp_path / "corpus/posts").iterdir())
    status, log = scrapy(*read, cwd=house)
    assert status == 0 and not leaks(tmp_path / "corpus", ["网友1", "网友2"]), log
    posts = pd.read_parquet(tmp_path / "corpus/posts")
    assert len(posts) == 4 and posts.author.str.startswith("anon-").all()
    before = state(tmp_path / "corpus")
    status, log = scrapy("reextract", *places, cwd=house)
    assert status == 0 and not leaks(tmp_path / "corpus", ["网友1", "网友2"]), log
    assert {
        name for name, data in state(tmp_path / "corpus").items() if data != before.get(name) and "posts" in name
    } == set()
    status, log = scrapy("reextract", *places, "-s", "PRIVACY_MASK=1", cwd=house)
    assert status == 1 and "other privacy settings" in log and "Traceback" not in log, log
    fresh = [*places, "-s", f"CORPUS_DIR={tmp_path / 'fresh'}"]
    status, log = scrapy("reextract", *fresh, cwd=house)
    assert status == 0, log
    for file in (tmp_path / "fresh/posts").iterdir():
        file.write_bytes(b"damaged")
    status, log = scrapy(*read, *fresh, cwd=house)  # repaired, and not taken for somebody else's rows
    assert status == 0 and not leaks(tmp_path / "fresh", ["网友1", "网友2"]), log
    assert set(pd.read_parquet(tmp_path / "fresh/posts").author) == set(posts.author)
