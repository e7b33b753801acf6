"""Docs fail the build when they fall behind the code."""

import re
from pathlib import Path

import pytest

from crawler import accounts, profiles, settings
from crawler.spiders.captures import CapturesSpider
from crawler.spiders.forum import ForumSpider

ROOT = Path(__file__).parent.parent
DOCS = {file.name: file.read_text(encoding="utf-8") for file in [*ROOT.glob("docs/*.md"), ROOT / "README.md"]}


def test_every_setting_of_ours_is_explained():
    ours = [
        name
        for name in vars(settings)
        if name.startswith(("CORPUS_", "ARCHIVE_", "MANNERS_", "DEMO_", "PRIVACY_", "CONTACT", "DOWNLOAD_", "RETRY_"))
    ]
    explained = set(re.findall(r"`([A-Z_]+)`", DOCS["settings.md"]))
    silent = {
        "DOWNLOAD_VERIFY_CERTIFICATES",
        "DOWNLOAD_WARNSIZE",
        "DOWNLOAD_FAIL_ON_DATALOSS",
        "DOWNLOAD_HANDLERS",
        "DOWNLOADER_MIDDLEWARES",
    }
    assert set(ours) - silent <= explained
    known = set(vars(settings)) | {"AWS_ENDPOINT_URL"}
    assert {name for name in explained if "_" in name} <= known


def test_every_profile_key_is_explained():
    table = DOCS["site-profiles.md"]
    assert set(profiles.KEYS) == {
        key
        for line in table.splitlines()
        if line.startswith("| `")
        for key in re.findall(r"`(\w+)`", line.split("|")[1])
    }


def test_every_exit_status_is_explained():
    rows = re.findall(r"^\| (\d) \| ([^:|]+)", DOCS["operations.md"], re.M)
    assert {int(status) for status, _ in rows} == set(accounts.MEANING)
    for status, meaning in rows:
        assert accounts.MEANING[int(status)].split()[0] in meaning


@pytest.mark.parametrize("spider", [ForumSpider, CapturesSpider])
def test_every_argument_is_explained_in_the_spiders_own_words(spider):
    assert set(re.findall(r"-a (\w+)=", spider.__doc__)) == set(spider.arguments)


@pytest.mark.parametrize("name", DOCS)
def test_links_lead_somewhere(name):
    folder = ROOT if name == "README.md" else ROOT / "docs"
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", DOCS[name]):
        assert (folder / target).exists(), f"{name}: {target}"


@pytest.mark.parametrize("name", DOCS)
def test_modules_named_in_docs_exist(name):
    for path in re.findall(r"`((?:crawler|pipelines|tests|benchmarks|docs)/[\w/.-]+\.(?:py|md|toml))`", DOCS[name]):
        assert (ROOT / path).exists() or "NAME" in path, f"{name}: {path}"


def test_the_readme_fits_on_a_screen():
    assert len(DOCS["README.md"].splitlines()) <= 60
