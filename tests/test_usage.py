"""A command line that cannot be meant so is told in one line, with status 1, before anything is written."""

import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.spiders import usage
from crawler.values import complaints, settle_places

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (["crawl", "forum", "-a", "url="], "url= is empty"),
        (["crawl", "forum", "-a", "url"], "Invalid -a value"),
        (["crawl", "forum", "-a", "boards=1", "-a", "boards=2"], "boards is given 2 times"),
        (["crawl", "forum", "--nosuch"], "what is '--nosuch'?"),
        (["crawl", "forum", "-s", "CORPUS_DIR="], "CORPUS_DIR=: write a local path or an s3:// URI"),
        (["crawl", "forum", "-s", "CORPUS_BATCH=abc"], "CORPUS_BATCH=abc: write a whole number from 1"),
        (["reextract", "--workers", "x"], "'x': write a whole number from 1"),
        (["reextract", "bbs.example.cn"], "what is 'bbs.example.cn'? It takes only options"),
        (["reextract", "--dry-run"], "what is '--dry-run'?"),
        (["reextract", "--forum", ""], "--forum is empty"),
        (["reextract", "--examples", "2"], "--examples says nothing without --diff"),
        (["reprints", "--scratch", "x"], "--scratch says nothing without --spark"),
        (["slogans", "stray"], "what is 'stray'?"),
        (["reprints", "all"], "what is 'all'?"),
        (["report", "page.html"], "what is 'page.html'? Name the file with -o FILE"),
        (["report", "-s", "stray"], "Invalid -s value"),
    ],
)
def test_what_is_wrong_with_a_command_line_is_told_and_ends_with_1(tmp_path, line, complaint):
    places = ["-s", f"CORPUS_DIR={tmp_path / 'corpus'}", "-s", f"ARCHIVE_DIR={tmp_path / 'archive'}"]
    command = [sys.executable, "-m", "scrapy", line[0], *places, *line[1:]]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 1 and done.stdout == "", done
    assert done.stderr.startswith(f"scrapy {line[0]}: ") and done.stderr.count("\n") == 1 and complaint in done.stderr
    assert not list(tmp_path.iterdir())


def settings(**given):
    found = Settings()
    found.setmodule("crawler.settings")
    found.setdict(given, priority="cmdline")
    return found


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, ""),
        ({"CORPUS_DIR": "s3://bucket/corpus", "GUARD_DROP": "0", "PRIVACY_MASK": "1", "DEMO_PORT": 0}, ""),
        ({"ARCHIVE_DIR": "gs://bucket/archive"}, "ARCHIVE_DIR=gs://bucket/archive: write a local path or an s3:// URI"),
        ({"GUARD_DROP": "nan"}, "GUARD_DROP=nan: write a number from 0 to 1"),
        ({"DEMO_PORT": "65536"}, "DEMO_PORT=65536: write a whole number from 0 to 65535"),
        ({"MANNERS_PAUSE": "-1"}, "MANNERS_PAUSE=-1: write a number from 0"),
        ({"RETRY_TIMES": "1.5"}, "RETRY_TIMES=1.5: write a whole number from 0"),
        ({"PRIVACY_MASK": "yes"}, "PRIVACY_MASK=yes: write PRIVACY_MASK=True or PRIVACY_MASK=False"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL=LOUD: write DEBUG, INFO"),
    ],
)
def test_a_setting_is_checked_before_anything_starts(given, complaint):
    told = complaints(settings(**given))
    assert (told == []) == (not complaint) and all(complaint in line for line in told), told


def test_the_home_folder_is_meant_also_where_the_shell_leaves_its_sign(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    found = settings(CORPUS_DIR="~/corpus", ARCHIVE_DIR="data/~archive")
    settle_places(found)
    assert (found["CORPUS_DIR"], found["ARCHIVE_DIR"]) == ("/home/me/corpus", "data/~archive")


@pytest.mark.parametrize("value", ["", " ", "-1", "1.5", "²", "٣", "9" * 5000])
def test_what_is_no_number_is_refused_by_name(value):
    for read in (usage.number, usage.numbers):
        with pytest.raises(usage.Error, match=r"^boards=.*: write "):
            read("boards", value)
