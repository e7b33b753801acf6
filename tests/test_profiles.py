"""Site profiles: every file in crawler/sites is valid; a complaint names file, key and remedy."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.profiles import ProfileError, load_site, parse_site, site_names

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", site_names())
def test_every_profile_in_the_house_is_valid(name):
    assert load_site(name).name == name


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("url = 3", "url = 3: write an address that begins with http:// or https://"),
        ('url = "bbs.example.cn"', "begins with http"),
        ('url = "ftp://bbs.example.cn/"', "begins with http"),
        ('url = "https:///forum"', "begins with http"),
        ('url = "https://bbs.example.cn:99999/"', "begins with http"),
        ('url = "https://[bbs/"', "begins with http"),
        ('url = "https://a b.cn/"', "begins with http"),
        ('url = "https://me:pw@bbs.example.cn/"', "without user name and password"),
        ('forum = "https://bbs.example.cn/"', "host or name without blanks and slashes"),
        ('forum = ""', "host or name without blanks and slashes"),
        ("forum = 2", "host or name without blanks and slashes"),
        ('names = "议事厅"', "write a list of strings"),
        ('names = [""]', "write a list of strings"),
        ('boards = ["a"]', "write a list of board numbers"),
        ("boards = [0]", "write a list of board numbers"),
        ("boards = [true]", "write a list of board numbers"),
        ("boards = 2", "write a list of board numbers"),
        (
            'noise = ["("]',
            "is no regular expression: missing ), unterminated subpattern at position 0; write \\ before",
        ),
        ('noise = [".*"]', "'.*' takes out every line"),
        ('chrome = ["a", ".+"]', "'.+' takes out every line"),
        ("chrome = [1]", "list of strings"),
        ("utc_offset = 99", "hours from -12 to 14"),
        ("utc_offset = 8.1", "hours from -12 to 14"),
        ("utc_offset = nan", "hours from -12 to 14"),
        ('utc_offset = "Asia/Shanghai"', "not the name of a zone"),
        ("utc_offset = true", "hours from -12 to 14"),
        ("delay = -1", "seconds from 0 to 3600"),
        ("delay = inf", "seconds from 0 to 3600"),
        ('delay = "5"', "seconds from 0 to 3600"),
        ("min_posts = true", "whole number"),
        ("min_threads = 1.5", "whole number"),
        ("min_speeches = -1", "whole number"),
        ('pseudonyms = "yes"', "write true or false, without quotes"),
        ("mask = 1", "write true or false"),
        ("colour = 1", "unknown key 'colour'; known keys: url"),
        ("board = [2]", "unknown key 'board'; did you mean 'boards'?"),
        ('URL = "https://bbs.example.cn/"', "unknown key 'URL'; did you mean 'url'?"),
        ("min-posts = 3", "unknown key 'min-posts'; did you mean 'min_posts'?"),
        ("[boards]\nx = 1", "write a list of board numbers"),
        ("url = ", "not valid TOML"),
        ("delay = 1\ndelay = 2", "not valid TOML"),
        (f'names = "{"长" * 500}"', "...: write a list"),
    ],
)
def test_a_complaint_names_file_key_and_remedy(text, complaint):
    with pytest.raises(ProfileError, match=r"x\.toml") as caught:
        parse_site("x", text, "x.toml")
    assert complaint in str(caught.value) and len(str(caught.value)) < 400


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ProfileError) as caught:
        parse_site("x", "delay = -1\nboards = 2\nmask = true", "x.toml")
    assert [line.partition(" =")[0] for line in str(caught.value).splitlines()] == ["x.toml: delay", "x.toml: boards"]


def test_an_unknown_site_lists_the_known():
    with pytest.raises(ProfileError, match=r"no crawler/sites/nowhere\.toml \(known: .*laomi"):
        load_site("nowhere")
    with pytest.raises(ProfileError):
        load_site("../settings")


def test_a_profile_is_read_whole():
    site = parse_site("x", 'url="https://a.cn/"\nboards=[2]\nutc_offset=8\nmin_posts=5\nnoise=["ad.*"]', "x.toml")
    assert (site.url, site.boards, site.min_posts, site.profile.noise) == ("https://a.cn/", (2,), 5, ("ad.*",))
    assert site.profile.zone().utcoffset(None).total_seconds() == 8 * 3600
    private = parse_site("x", "pseudonyms = true\nmask = true", "x.toml").profile
    assert private.pseudonyms and private.mask and not private.salt


@given(st.text())
def test_any_text_is_read_or_refused_with_the_file(text):
    try:
        parse_site("x", text, "x.toml")
    except ProfileError as error:
        assert str(error).startswith("x.toml: ")


def scrapy(house, *args):
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *args], cwd=house, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


def test_scrapy_profiles_checks_the_house_and_a_crawl_refuses_what_it_refuses(house):
    sites = house / "crawler/sites"
    (sites / "good.toml").write_text(
        '\ufeffurl = "https://bbs.example.cn/"\nboards = [2]\nmask = true\n', encoding="utf-8"
    )
    status, told = scrapy(house, "profiles")
    assert status == 0 and "good: https://bbs.example.cn/; boards 2; contacts masked" in told and "laomi: " in told
    (sites / "bad.toml").write_text("board = [2]\ndelay = -1\n")
    (sites / "bytes.toml").write_bytes('names = ["议事厅"]'.encode("gbk"))
    status, told = scrapy(house, "profiles")
    assert status == 1 and "good: " in told and "Traceback" not in told
    assert "bad.toml: unknown key 'board'; did you mean 'boards'?" in told and "bad.toml: delay = -1" in told
    assert "bytes.toml: not UTF-8" in told
    status, told = scrapy(house, "crawl", "captures", "-a", f"path={ROOT / 'tests/fixtures/captures'}")
    assert status == 1 and "did you mean 'boards'?" in told and "Traceback" not in told, told
