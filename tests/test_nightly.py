"""The ready files of docs/nightly: the loop over sites, systemd, logrotate, and a real scrapyd."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, nullcontext
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pandas as pd
import pytest
from forum_server import Forum, message, serve

from crawler.spiders.forum import ForumSpider

ROOT = Path(__file__).parent.parent
NIGHTLY = ROOT / "docs/nightly"
SCRAPY = Path(sys.executable).parent / "scrapy"


def nightly(house, *args, scrapy=SCRAPY):
    environment = {**os.environ, "TIEZI_SCRAPY": str(scrapy)}
    script = house / "docs/nightly/nightly.sh"
    done = subprocess.run([script, *args], cwd="/", env=environment, capture_output=True, text=True, timeout=180)
    return done.returncode, done.stdout + done.stderr


def test_one_schedule_crawls_all_sites_whatever_happens_to_one(house):
    names = ["one", "closed", "three", "four", "five", "six", "gone", "eight", "nine", "ten"]
    forums = {name: Forum() for name in names}
    with ExitStack() as stack:
        for name, forum in forums.items():
            forum.new_thread(replies=2)
            with serve(forum) if name == "gone" else nullcontext(stack.enter_context(serve(forum))):
                profile = f'url = "{forum.url}"\ndelay = 0\n'
            (house / f"crawler/sites/{name}.toml").write_text(profile)
        forums["closed"].override = lambda path: (
            message("抱歉，本站点暂时关闭，详情请 联系管理员") if path == "/" else None
        )
        status, told = nightly(house, *names, "--", "-s", "CORPUS_DIR=data/mine", "-s", "RETRY_TIMES=0")
    assert status == 4, told
    closed, gone = told.splitlines()
    assert closed.startswith("closed: status 4: ") and "暂时关闭" in closed
    assert gone.startswith("gone: status 3: ")
    posts = pd.read_parquet(house / "data/mine/posts")
    crawled = {forums[name].url.split("/")[2]: 3 for name in names if name not in ("closed", "gone")}
    assert posts.groupby("forum").size().to_dict() == crawled
    assert "exit 0, complete" in (house / "data/logs/three.log").read_text("utf-8").splitlines()[-1]


@pytest.fixture
def fake(house):
    """In the place of scrapy: a program whose status is the number in the site's name."""
    file = house / "fake"
    file.write_text('#!/bin/sh\nsite=${4#site=}\necho "ran $site" "$@"\nsleep "${NAP:-0}"\nexit "${site#s}"\n')
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("sites", "worst"),
    [
        ("s0", 0),
        ("s0 s5 s0", 5),
        ("s3 s5", 3),
        ("s3 s4 s0", 4),
        ("s4 s6 s3", 6),
        ("s6 s1 s4", 1),
        ("s137 s6", 137),
        ("s1 s137", 1),
    ],
)
def test_the_worst_status_is_kept_and_all_sites_are_run(house, fake, sites, worst):
    status, told = nightly(house, *sites.split(), "--", "-s", "A=1 2", scrapy=fake)
    assert status == worst
    assert [line.split(":")[0] for line in told.splitlines()] == [site for site in sites.split() if site != "s0"]
    for site in sites.split():
        log = (house / f"data/logs/{site}.log").read_text()
        assert f"ran {site} crawl forum -a site={site} -s A=1 2\n" in log


@pytest.mark.parametrize("args", [[], ["--"], ["a/b"], ["-x"], [""], ["a b"], ["$(id)"]])
def test_bad_usage_runs_nothing(house, fake, args):
    status, told = nightly(house, *args, scrapy=fake)
    assert status == 1 and ("usage" in told or "crawler/sites/NAME.toml" in told)
    assert not (house / "data/logs").exists()


def test_a_loop_asked_to_end_begins_no_other_site(house, fake):
    environment = {**os.environ, "TIEZI_SCRAPY": str(fake), "NAP": "1"}
    loop = subprocess.Popen([house / "docs/nightly/nightly.sh", "s3", "s0"], env=environment, stdout=subprocess.DEVNULL)
    while not (house / "data/logs/s3.log").exists():
        time.sleep(0.02)
    loop.send_signal(signal.SIGTERM)
    assert loop.wait(timeout=20) == 3 and not (house / "data/logs/s0.log").exists()


def test_the_crontab_line_has_five_fields_and_runs_the_loop():
    (line,) = [
        line for line in (NIGHTLY / "crontab").read_text().splitlines() if "nightly.sh" in line and line[0] != "#"
    ]
    assert re.fullmatch(r"(?:[\d*/,-]+ ){5} *\S+/docs/nightly/nightly\.sh( [a-z]+)+ -- .*", line)
    assert os.access(NIGHTLY / "nightly.sh", os.X_OK)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_takes_the_units(tmp_path):
    for name in ("tiezi.service", "tiezi.timer"):
        (tmp_path / name).write_text((NIGHTLY / name).read_text().replace("/opt/tiezi", str(ROOT)))
    units = [str(tmp_path / name) for name in ("tiezi.service", "tiezi.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60)
    complaints = [line for line in (done.stdout + done.stderr).splitlines() if "tiezi" in line and "nobody" not in line]
    assert done.returncode == 0 and not complaints, done.stderr
    (when,) = re.findall(r"(?m)^OnCalendar=(.*)$", (NIGHTLY / "tiezi.timer").read_text())
    asked = ["systemd-analyze", "calendar", "--iterations=2", "--base-time=2024-02-28 12:00:00", when]
    nights = subprocess.run(
        asked, capture_output=True, text=True, timeout=60, env={**os.environ, "TZ": "Asia/Shanghai"}
    )
    assert "2024-02-29 03:15:00" in nights.stdout and "2024-03-01 03:15:00" in nights.stdout, nights.stderr


LOGROTATE = shutil.which("logrotate", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


@pytest.mark.skipif(not LOGROTATE, reason="logrotate is not installed")
@pytest.mark.parametrize("turns", [1, 3])
def test_a_crawl_under_way_loses_no_log_line_to_logrotate(house, turns):
    """As installed, but for the folder and `su` (tests need not be root); each further turn finds the line of a held run."""
    conf = house / "logrotate.conf"
    own = re.sub(r"(?m)^ *su .*\n", "", (house / "docs/nightly/logrotate.conf").read_text())
    conf.write_text(own.replace("/opt/tiezi", str(house)))
    logs, told = house / "data/logs", []
    command = [LOGROTATE, "--force", "--state", str(house / "state"), str(conf)]

    def turn(path):
        if "thread" in path and not told:
            for _ in range(turns):
                told.append(subprocess.run(command, capture_output=True, text=True, timeout=60))
                (logs / "site.log").write_text("held\n")
        return (404, {}, b"") if "thread" in path else None

    forum = Forum(override=turn)
    forum.new_thread(replies=2)
    with serve(forum):
        (house / "crawler/sites/site.toml").write_text(f'url = "{forum.url}"\ndelay = 0\n')
        status, printed = nightly(house, "site", "--", "-s", "RETRY_TIMES=0")
    assert [(done.returncode, done.stderr) for done in told] == [(0, "")] * turns
    lines = (logs / f"site.log.{turns}").read_text("utf-8").splitlines()
    assert "not captured" in "\n".join(lines) and "exit 3, incomplete" in lines[-1]
    assert (status, printed) == (3, f"site: status 3: {lines[-1]}\n")
    held = [(logs / f"site.log{end}").read_text() for end in ("", *(f".{n}" for n in range(1, turns)))]
    assert held == ["held\n"] * turns


def test_the_spiders_take_the_number_that_scrapyd_gives_every_job():
    assert ForumSpider(url="http://127.0.0.1:1/", _job="6487ec79947edab326d6db28a2d86511e8247444").entry


# --- scrapyd ----------------------------------------------------------------------------------------------------------

SCRAPYD = os.environ.get(
    "TIEZI_SCRAPYD", ""
)  # the bin folder of an environment with this project's packages and scrapyd


@pytest.fixture
def scrapyd(tmp_path):
    """A scrapyd on loopback with our scrapyd.conf; gives its address."""
    place = tmp_path / "scrapyd"
    place.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = (NIGHTLY / "scrapyd.conf").read_text().replace("6800", str(port))
    (place / "scrapyd.conf").write_text(f"{own}poll_interval = 0.2\n")  # 5 seconds a job are too many for a test
    with (place / "out").open("wb") as out:
        server = subprocess.Popen([f"{SCRAPYD}/scrapyd"], cwd=place, stdout=out, stderr=out)
    try:
        _wait(lambda: ask(f"http://127.0.0.1:{port}", "daemonstatus.json")["status"] == "ok", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def ask(address, what, **values):
    with urlopen(f"{address}/{what}", urlencode(values, doseq=True).encode() if values else None, timeout=20) as answer:
        return json.load(answer)


def _wait(ready, process, seconds=90):
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            if ready():
                return
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail("scrapyd did not come so far")


@pytest.mark.skipif(
    not SCRAPYD,
    reason="scrapyd needs an environment of its own (setuptools<81): see docs/operations.md, then TIEZI_SCRAPYD=ENVIRONMENT/bin",
)
def test_scrapyd_deploys_one_project_and_finishes_ten_sites(house, scrapyd, tmp_path):
    config = house / "scrapy.cfg"
    config.write_text(config.read_text().replace("http://127.0.0.1:6800", scrapyd))
    names = [f"site{number}" for number in range(10)]
    forums = [Forum() for _ in names]
    with ExitStack() as stack:
        for name, forum in zip(names, forums, strict=True):
            forum.new_thread(replies=3)
            stack.enter_context(serve(forum))
            (house / f"crawler/sites/{name}.toml").write_text(f'url = "{forum.url}"\ndelay = 0\n')
        deployed = subprocess.run([f"{SCRAPYD}/scrapyd-deploy"], cwd=house, capture_output=True, text=True, timeout=120)
        assert deployed.returncode == 0 and '"status": "ok"' in deployed.stdout, deployed.stdout + deployed.stderr
        assert sorted(ask(scrapyd, "listspiders.json?project=tiezi")["spiders"]) == ["captures", "forum"]
        settings = [f"CORPUS_DIR={tmp_path / 'corpus'}", f"ARCHIVE_DIR={tmp_path / 'archive'}"]
        jobs = [
            ask(scrapyd, "schedule.json", project="tiezi", spider="forum", site=name, setting=settings)["jobid"]
            for name in names
        ]
        until = time.monotonic() + 180
        while len(ended := ask(scrapyd, "listjobs.json?project=tiezi")["finished"]) < 10 and time.monotonic() < until:
            time.sleep(0.3)
    assert sorted(entry["id"] for entry in ended) == sorted(jobs)
    logs = [(tmp_path / f"scrapyd/logs/tiezi/forum/{job}.log").read_text("utf-8") for job in jobs]
    assert ["exit 0, complete" in log.splitlines()[-1] for log in logs] == [True] * 10, logs
    hosts = sorted(forum.url.split("/")[2] for forum in forums)
    assert pd.read_parquet(tmp_path / "corpus/posts").groupby("forum").size().to_dict() == dict.fromkeys(hosts, 4)
    assert pd.read_parquet(tmp_path / "corpus/runs").set_index("forum").exit_status.to_dict() == dict.fromkeys(hosts, 0)
