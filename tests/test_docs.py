"""Docs fail the build when they fall behind the code."""

import argparse
import re
import shlex
from pathlib import Path

import pytest
from scrapy.cmdline import _get_commands_dict
from scrapy.utils.project import get_project_settings

from crawler import accounts, profiles, settings
from crawler.spiders.captures import CapturesSpider
from crawler.spiders.forum import ForumSpider

ROOT = Path(__file__).parent.parent
DOCS = {file.name: file.read_text(encoding="utf-8") for file in [*ROOT.glob("docs/*.md"), ROOT / "README.md"]}

SETTINGS = get_project_settings()
COMMANDS = _get_commands_dict(SETTINGS, inproject=True)


def test_every_setting_of_ours_is_explained():
    ours = [
        name
        for name in vars(settings)
        if name.startswith(
            (
                "CORPUS_",
                "ARCHIVE_",
                "MANNERS_",
                "DEMO_",
                "PRIVACY_",
                "GUARD_",
                "REPRINTS_",
                "CONTACT",
                "DOWNLOAD_",
                "RETRY_",
            )
        )
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


def commands():
    """(page, words) of each command in a fenced block, comments and redirections off."""
    for name, page in DOCS.items():
        for block in re.findall(r"```(?:sh|text)?\n(.*?)```", page, re.S):
            for line in block.replace("\\\n", " ").splitlines():
                found = re.search(r"(?:^|&& |\s)(?:\.venv/bin/)?scrapy ([a-z].*)", line)
                if found and not line.lstrip().startswith("#"):
                    yield name, shlex.split(re.split(r" >>? |\s#\s|\s\|\s", found[1])[0])


@pytest.mark.parametrize(
    ("page", "words"), list(commands()), ids=lambda value: value if isinstance(value, str) else " ".join(value)[:60]
)
def test_commands_in_the_docs_exist_with_their_arguments_and_settings(page, words):
    found = COMMANDS.get(words[0])
    assert found is not None, f"{page}: scrapy {words[0]}"
    parser = argparse.ArgumentParser()
    found.settings = SETTINGS
    found.add_options(parser)
    options, _ = parser.parse_known_args(words[1:])
    flags = {flag for action in parser._actions for flag in action.option_strings}
    assert {word for word in words if word.startswith("-") and not word[1:2].isdigit()} <= flags, f"{page}: {words}"
    spider = {"forum": ForumSpider, "captures": CapturesSpider}.get(words[1] if len(words) > 1 else "")
    for argument in getattr(options, "spargs", None) or []:
        assert spider is None or argument.partition("=")[0] in spider.arguments, f"{page}: {argument}"
    for setting in options.set:
        assert setting.partition("=")[0] in vars(settings) or setting.partition("=")[0] in SETTINGS, (
            f"{page}: {setting}"
        )


def test_defaults_in_the_docs_are_those_of_the_code():
    wrong = {}
    for name, told in re.findall(r"^\| `([A-Z_]+)` \| (`[^`]*`|[\w .,]+) \|", DOCS["settings.md"], re.M):
        value = getattr(settings, name, None)
        if told.startswith("`") and value is not None and "…" not in told:
            wrong |= (
                {name: (told, value)}
                if told.strip("`") not in (str(value), repr(value)) and float_of(told) != value
                else {}
            )
    assert not wrong


def float_of(told):
    try:
        return float(told.strip("`"))
    except ValueError:
        return None
