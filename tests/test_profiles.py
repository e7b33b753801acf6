"""Site profiles: every file in crawler/sites is valid; a complaint names file, key and remedy."""

import pytest

from crawler.profiles import ProfileError, load_site, parse_site, site_names


@pytest.mark.parametrize("name", site_names())
def test_every_profile_in_the_house_is_valid(name):
    assert load_site(name).name == name


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("url = 3", "x.toml: url = 3: write a str"),
        ('url = "bbs.example.cn"', "begins with http"),
        ('boards = ["a"]', "write board numbers"),
        ("boards = 2", "write a list"),
        ('noise = ["("]', "is no regular expression"),
        ("chrome = [1]", "list of strings"),
        ("utc_offset = 99", "hours from -12 to 14"),
        ("delay = -1", "not negative"),
        ("min_posts = true", "write a int"),
        ("colour = 1", "unknown key 'colour'; known keys: url"),
        ("url = ", "not valid TOML"),
    ],
)
def test_a_complaint_names_file_key_and_remedy(text, complaint):
    with pytest.raises(ProfileError, match=r"x\.toml") as caught:
        parse_site("x", text, "x.toml")
    assert complaint in str(caught.value)


def test_an_unknown_site_lists_the_known():
    with pytest.raises(ProfileError, match=r"no crawler/sites/nowhere\.toml \(known: .*laomi"):
        load_site("nowhere")
    with pytest.raises(ProfileError):
        load_site("../settings")


def test_a_profile_is_read_whole():
    site = parse_site("x", 'url="https://a.cn/"\nboards=[2]\nutc_offset=8\nmin_posts=5\nnoise=["ad.*"]', "x.toml")
    assert (site.url, site.boards, site.min_posts, site.profile.noise) == ("https://a.cn/", (2,), 5, ("ad.*",))
    assert site.profile.zone().utcoffset(None).total_seconds() == 8 * 3600
