"""``scrapy crawl captures`` as a user runs it: what goes in, what comes out, and every bad input answered clearly."""

import json
import random
import subprocess
import sys
import zlib
from pathlib import Path

import pandas as pd
import pytest
from pages import thread_page

ROOT = Path(__file__).parent.parent
SEED = ROOT.parent / "shared/samples/seed/thread.txt"


def crawl(tmp_path, *args, corpus="corpus"):
    """(exit status, log, corpus folder) of a run of captures in a process of its own."""
    folder = tmp_path / corpus
    command = [sys.executable, "-m", "scrapy", "crawl", "captures", *args]
    command += ["-s", f"CORPUS_DIR={folder}", "-s", f"ARCHIVE_DIR={tmp_path / 'archive'}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    return done.returncode, done.stdout + done.stderr, folder


def rows(folder, table):
    return pd.read_parquet(folder / table)


def test_pages_of_threads_become_rows_and_twice_leaves_the_same(tmp_path):
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "a.html").write_bytes(thread_page(5))
    (saved / "b.htm").write_bytes(thread_page(6, "另一次讨论", ("只有一楼。",), charset="gb18030", declared="gbk"))
    status, log, corpus = crawl(tmp_path, "-a", f"path={saved}")
    assert status == 0, log
    posts = rows(corpus, "posts").sort_values("post_id")
    assert posts.text.tolist() == ["第一楼的话。", "第二楼的话。", "只有一楼。"]
    assert set(posts.forum) == {"bbs.example.cn"} and posts.position.tolist() == [1, 2, 1]
    before = {file: file.stat().st_mtime_ns for file in (corpus / "posts").iterdir()}
    status, log, corpus = crawl(tmp_path, "-a", f"path={saved}/*.htm*")
    assert status == 0, log
    assert rows(corpus, "posts").sort_values("post_id").reset_index(drop=True).equals(posts.reset_index(drop=True))
    assert {file: file.stat().st_mtime_ns for file in (corpus / "posts").iterdir()} == before


def test_the_bytes_decide_where_the_page_declares_a_wrong_charset(tmp_path):
    page = tmp_path / "wrong.html"
    page.write_bytes(
        thread_page(7, "编码", ("简体中文的一楼，声明却是别的编码。",), charset="gb18030", declared="utf-8")
    )
    status, log, corpus = crawl(tmp_path, "-a", f"path={page}")
    assert status == 0, log
    assert rows(corpus, "posts").text.tolist() == ["简体中文的一楼，声明却是别的编码。"]


def test_an_mht_and_a_warc_give_the_rows_of_the_page_in_them(tmp_path):
    page = thread_page(8)
    mht = tmp_path / "page.mht"
    mht.write_bytes(
        b"From: saved\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n--B\r\nContent-Type: text/html\r\n"
        b"Content-Transfer-Encoding: 8bit\r\nContent-Location: https://bbs.example.cn/thread-8-1-1.html\r\n\r\n"
        + page
        + b"\r\n--B--\r\n"
    )
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        "WARC-Date: 2024-05-01T00:00:00Z\r\nWARC-Target-URI: https://bbs.example.cn/thread-8-1-1.html\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    ).encode()
    (tmp_path / "page.warc").write_bytes(head + block + b"\r\n\r\n")
    texts = []
    for name in ("page.mht", "page.warc"):
        status, log, corpus = crawl(tmp_path, "-a", f"path={tmp_path / name}", corpus=f"{name}-corpus")
        assert status == 0, log
        texts.append(rows(corpus, "posts")[["forum", "post_id", "text"]].values.tolist())
    assert texts[0] == texts[1] == [["bbs.example.cn", 801, "第一楼的话。"], ["bbs.example.cn", 802, "第二楼的话。"]]


def _png():
    return b"\x89PNG\r\n\x1a\n" + zlib.compress(random.Random(5).randbytes(300))  # the same in every test process


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("photo.html", _png(), "no text"),
        ("cut.html", thread_page(9)[:1700], "ends in the middle"),
        ("empty.html", b"", "the file is empty"),
        ("other.html", "<!doctype html><html><body><p>别的网站</p></body></html>".encode(), "no posts"),
        (
            "notice.html",
            "<html><body><div id='messagetext'><p>抱歉，指定的主题不存在</p></div></body></html>".encode(),
            "指定的主题不存在",
        ),
    ],
    ids=["image", "cut", "empty", "other site", "notice"],
)
def test_a_capture_that_cannot_be_read_is_named_and_nothing_is_published(tmp_path, name, content, complaint):
    page = tmp_path / name
    page.write_bytes(content)
    status, log, corpus = crawl(tmp_path, "-a", f"path={page}")
    assert status == 3, log
    assert name in log and complaint in log and "exit 3" in log.splitlines()[-1]
    assert not list(corpus.rglob("*.parquet"))


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        ([], "path is missing"),
        (["-a", "path=/no/such/place"], "there is no file, folder or match"),
        (["-a", "path=tests", "-a", "colour=red"], "unknown argument colour"),
        (["-a", "path=tests", "-a", "site=nowhere"], "no crawler/sites/nowhere.toml"),
        (["-a", "path=README.md", "-a", "forum=a b"], "write a host name"),
    ],
)
def test_bad_usage_is_refused_before_anything_starts(tmp_path, args, complaint):
    status, log, corpus = crawl(tmp_path, *args)
    assert status == 1 and complaint in log and "Traceback" not in log
    assert not corpus.exists()


def test_a_corpus_that_cannot_be_published_ends_the_run(tmp_path):
    """With threads still to come: closing waits for no item for ever."""
    for number in range(9):
        (tmp_path / f"{number}.html").write_bytes(thread_page(50 + number))
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/_staging").write_text("a file where a folder should be")
    status, log, _ = crawl(tmp_path, "-a", f"path={tmp_path}/*.html", "-s", "CORPUS_BATCH=4")
    assert status == 1 and "a file stands where a folder should be" in log.splitlines()[-1], log[-2000:]


def test_an_empty_folder_is_bad_usage(tmp_path):
    (tmp_path / "nothing").mkdir()
    status, log, _ = crawl(tmp_path, "-a", f"path={tmp_path / 'nothing'}")
    assert status == 1 and "holds no capture" in log


def test_a_corpus_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "a.html").write_bytes(thread_page(5))
    (tmp_path / "blocked").write_text("a file where the corpus should be")
    status, log, corpus = crawl(tmp_path, "-a", f"path={tmp_path / 'a.html'}", corpus="blocked")
    assert status == 1 and "CORPUS_DIR" in log.splitlines()[-1], log[-2000:]
    assert corpus.read_text() == "a file where the corpus should be"


@pytest.mark.skipif(not SEED.exists(), reason="../shared is not there: the seed page lies in it")
def test_the_seed_comes_out_as_promised(tmp_path):
    status, log, corpus = crawl(tmp_path, "-a", f"path={SEED}")
    assert status == 0, log
    (post,) = rows(corpus, "posts").to_dict("records")
    (speech,) = rows(corpus, "speeches").to_dict("records")
    assert post["title"] == "全面履行办公室职能 努力提升“三服务”水平"
    assert (post["author"], str(post["posted_at"])) == ("大明老秘", "2009-02-15 15:15:32+00:00")
    assert [dict(s) for s in post["speakers"]] == [{"name": "程立双", "role": "市委常委、秘书长", "org": ""}]
    assert (post["occasion"], str(post["speech_date"]), post["speech_date_precision"]) == (
        "全市党委办公室主任会议",
        "2008-09-23",
        "day",
    )
    assert post["year_inferred"] and post["is_excerpt"] and post["title_by_editor"]
    assert (post["kind"], post["editor"]) == ("讲话", "黄元庚")
    assert speech["text"].startswith("这次全市党委办公室主任会议") and speech["text"].endswith("生机和活力。")
    source = SEED.read_text(encoding="utf-8").splitlines()
    first = source.index("●程立双")
    last = next(n for n, line in enumerate(source) if "责任编辑:黄元庚" in line)
    body = [" ".join(line.split()) for line in source[first : last + 1] if "%" not in line]
    wanted = [line.strip("　 ") for line in body if line.strip("　 ")]
    assert post["text"].split("\n")[1:] == wanted
    assert [(h["level"], h["text"][:2]) for h in post["headings"]] == [
        (1, "一、"), (1, "二、"), *[(2, f"第{n}") for n in "一二三四"], (1, "三、"), *[(2, f"{n}要") for n in "一二三四五"], (1, "四、"),
        *[(2, f"{n}要") for n in "一二三"],
    ]  # fmt: skip
    print(json.dumps(sorted({r["rule"] for r in post["removed"]}), ensure_ascii=False))


def test_a_text_with_several_threads_gives_them_all(tmp_path):
    status, log, folder = crawl(tmp_path, "-a", f"path={ROOT / 'tests/fixtures/captures/bbs-two-threads/digest.txt'}")
    assert status == 0, log
    threads = rows(folder, "threads").set_index("thread_id")
    assert sorted(threads.title) == ["水位", "船票"]
    posts = rows(folder, "posts")
    assert posts.groupby(posts.thread_id.map(threads.title)).size().to_dict() == {"水位": 2, "船票": 1}
