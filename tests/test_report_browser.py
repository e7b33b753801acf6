"""The report as people meet it: made by the command from a crawled forum, opened in a real browser."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from parsel import Selector
from reports import make_hostile

from crawler.archive import Archive
from crawler.demo import DemoForum, serve
from crawler.report.page import render
from crawler.report.read import read_report

ROOT = Path(__file__).parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
QUIET = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP, PHONE, PAPER = (1280, 900), (360, 740), (794, 1123)
pytestmark = pytest.mark.xdist_group("report-browser")


def crawl(folder, url, *args):
    places = [
        f"CORPUS_DIR={folder / 'corpus'}",
        f"ARCHIVE_DIR={folder / 'archive'}",
        "DOWNLOAD_DELAY=0",
        "LOG_LEVEL=ERROR",
    ]
    settings_ = [word for place in places for word in ("-s", place)]
    done = run_scrapy("crawl", "forum", "-a", f"url={url}", *settings_, *args)
    assert done.returncode == 0, done.stdout + done.stderr


def run_scrapy(*args):
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *args], capture_output=True, text=True, cwd=ROOT, timeout=120
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The bundled forum, crawled, and its report made as a user makes it."""
    folder = tmp_path_factory.mktemp("demo")
    forum = DemoForum(threads=60)
    with serve(forum) as server:
        crawl(folder, server.url)
    done = run_scrapy("report", "-s", f"CORPUS_DIR={folder / 'corpus'}", "-s", f"ARCHIVE_DIR={folder / 'archive'}")
    assert done.returncode == 0, done.stderr
    assert str(folder / "report.html") in done.stdout
    return folder


def test_with_the_archive_all_is_shown_in_place(demo):
    page = Selector((demo / "report.html").read_text(encoding="utf-8"))
    stored = {row["post_id"]: row for row in pq.read_table(demo / "corpus/posts").to_pylist()}
    articles = page.css("article")
    assert len(articles) >= 12
    shown = Counter()
    for article in articles:
        row = stored[int(re.search(r"post (-?\d+) of", "".join(article.css(".meta ::text").getall()))[1])]
        gone = [d.xpath("string()").get() for d in article.css(".text del")]
        aside = [d.xpath("string()").get() for d in article.css(".aside del")]
        assert not article.css(".note"), article.css(".note").getall()
        taken_out = Counter(entry["text"] for entry in row["removed"])
        not_shown = re.findall(r"(\d+) pieces taken out", "".join(article.css(".cut::text").getall()))
        assert Counter(gone + aside) <= taken_out
        assert len(gone + aside) + sum(map(int, not_shown)) == taken_out.total()
        kept = "".join(
            article.xpath(".//div[@class='text']//text()[not(ancestor::del) and not(ancestor::span)]").getall()
        )
        if not article.css(".cut") and row["text"]:
            assert kept == row["text"]
        marks = [m.xpath("string()").get() for m in article.css(".text mark, h3 mark")]
        for evidence in () if not_shown else row["evidence"]:
            where = row["text"] if evidence["where"] == "text" else row["title"]
            assert where[evidence["start"] : evidence["end"]] in "".join(marks)
        shown["in place"] += len(gone)
        shown["beside"] += len(aside)
    assert shown["in place"] > shown["beside"]


def test_the_report_of_a_protected_corpus_names_no_account_of_the_archive(tmp_path, monkeypatch):
    monkeypatch.setenv("TIEZI_SALT", "0123456789abcdef" * 4)
    forum = DemoForum(threads=25)
    with serve(forum) as server:
        crawl(tmp_path, server.url, "-s", "PRIVACY_PSEUDONYMS=1", "-s", "PRIVACY_MASK=1")
    archive = Archive(str(tmp_path / "archive"))
    page = Selector(render(read_report(str(tmp_path / "corpus"), archive, "1", posts=24)))
    text = page.xpath("string()").get()
    assert len(page.css("article")) == 24 and len(page.css("article .text del")) > 20
    assert "本帖最后由" not in text and "anon-" in text
    names = {post.author for post in forum.truth().posts.values()}
    shown = {meta.split(" · ")[0] for meta in ("".join(p.css("::text").getall()) for p in page.css(".meta"))}
    assert not shown & names and all(name.startswith("anon-") for name in shown)


# --- in the browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: browser)")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox", *QUIET])
        yield running
        running.close()


@pytest.fixture(scope="module")
def evil(tmp_path_factory):
    return make_hostile(tmp_path_factory.mktemp("hostile") / "corpus")


@pytest.fixture
def opened(browser):
    """Opens a file in a window of a size; at the end nothing may have been asked of any other place, or gone wrong."""
    asked, complaints, contexts = [], [], []

    def see(file, size=DESKTOP, scheme="light", scripts=True):
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
        )
        page.goto(file.as_uri())
        if scripts:
            page.wait_for_function("[...document.querySelectorAll('.chart')].every(c => c.classList.contains('drawn'))")
        asked[:] = [url for url in asked if url != file.as_uri()]
        return page

    yield see
    for context in contexts:
        context.close()
    assert asked == []
    assert complaints == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("which", ["demo", "evil"])
def test_nothing_is_wider_than_the_window(request, opened, size, which):
    found = request.getfixturevalue(which)
    page = opened(found / "report.html" if which == "demo" else found, size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    outside = page.evaluate(
        """[...document.querySelectorAll("body *")].filter(e => !e.closest(".scroll") && !e.closest(".skip")
             && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 200))"""
    )
    assert outside == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_plots_are_drawn(opened, demo, evil, size):
    for file, names in (
        (demo / "report.html", {"posts", "speeches"}),
        (evil, {"posts", "speeches", "speakers", "runs"}),
    ):
        page = opened(file, size)
        charts = page.evaluate(
            """Object.fromEntries([...document.querySelectorAll(".chart")].map(c => [c.id.replace("chart-", ""), {
                 marks: [...c.querySelectorAll("svg .mark-rect path, svg .mark-symbol.role-mark path")]
                   .filter(m => m.getBoundingClientRect().width > 0 && m.getBoundingClientRect().height > 0).length,
                 outside: [...c.querySelectorAll("svg text")].filter(t => getComputedStyle(t).opacity !== "0" && t.getBoundingClientRect().right > c.getBoundingClientRect().right + 1).length,
                 labels: [...c.querySelectorAll("svg text")].filter(t => t.textContent && t.getBoundingClientRect().width).length,
                 width: c.querySelector("svg").getBoundingClientRect().width / c.clientWidth}]))"""
        )
        assert charts.keys() == names
        for name, chart in charts.items():
            assert chart["marks"] >= 1 and chart["labels"] >= 2 and 0.85 < chart["width"] <= 1.01, (name, chart)
            assert chart["outside"] == 0, name


def test_no_glyph_is_missing(opened, demo):
    """A character that the browser has no picture of shows as the picture of one that does not exist."""
    missing = r"""chars => {
      const canvas = document.createElement("canvas"); canvas.width = canvas.height = 48;
      const pen = canvas.getContext("2d", {willReadFrequently: true});
      pen.font = "32px " + getComputedStyle(document.body).fontFamily; pen.textBaseline = "top";
      const draw = char => { pen.clearRect(0, 0, 48, 48); pen.fillText(char, 4, 4); return pen.getImageData(0, 0, 48, 48).data.join(); };
      const holes = new Set(["\u0378", "\u2fef", "\u{2ffff}"].map(draw));
      return [...chars].filter(char => holes.has(draw(char)) || !/[^0,]/.test(draw(char)));
    }"""
    page = opened(demo / "report.html")
    assert page.evaluate(missing, "\u0379\u2fe0") == ["\u0379", "\u2fe0"], (
        "characters that do not exist must be noticed"
    )
    if page.evaluate(missing, "中"):
        pytest.skip("no font with Chinese characters on this machine")
    shown = set(page.evaluate("document.body.innerText")) | set(
        page.evaluate("document.querySelector('.chart').textContent")
    )
    text = "".join(sorted(c for c in shown if not c.isspace() and ord(c) < 0x10000 and not "\ud800" <= c <= "\udfff"))
    assert sum("\u4e00" <= c <= "\u9fff" for c in text) > 300
    assert [char for char in page.evaluate(missing, text) if some_font_has(char)] == []


def some_font_has(char):
    """A character that no font of this machine has is not the page's fault; all of GB 2312 has to be in one."""
    lister = shutil.which("fc-list")
    if lister is None or "\u4e00" <= char <= "\u9fa5":
        return True
    return bool(subprocess.run([lister, f":charset={ord(char):x}"], capture_output=True, timeout=60).stdout)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_of_the_audit_are_there_and_can_be_read(opened, demo, scheme):
    page = opened(demo / "report.html", scheme=scheme)
    found = page.evaluate(
        """() => {
          const pen = Object.assign(document.createElement("canvas"), {width: 1, height: 1}).getContext("2d", {willReadFrequently: true});
          const over = (...layers) => { for (const colour of layers) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
            return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)]; };
          return [...document.querySelectorAll("article del, article mark, .legend del, .legend mark")].map(e => {
            const style = getComputedStyle(e), card = getComputedStyle(e.closest("article, .legend")).backgroundColor;
            return {tag: e.tagName, hue: e.className, line: style.textDecorationLine, card: over(card),
              ground: over(card, style.backgroundColor), ink: over(card, style.color), height: e.getBoundingClientRect().height};
          });
        }"""
    )
    grounds = {}
    for piece in found:
        assert piece["height"] > 0
        assert distance(piece["ground"], piece["card"]) > 15, piece
        assert contrast(piece["ground"], piece["ink"]) >= 4.5, piece
        assert (piece["line"] == "line-through") == (piece["tag"] == "DEL")
        grounds.setdefault(piece["hue"], set()).add(tuple(piece["ground"]))
    assert {"visible", "hidden", "chrome", "speaker", "date", "occasion", "fact"} <= grounds.keys()
    colours = [colour for (colour,) in grounds.values()]  # one a hue, each its own
    assert len(set(colours)) == len(colours)


def distance(one, other):
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def contrast(one, other):
    """The contrast ratio of WCAG 2."""

    def luminance(colour):
        parts = [(c / 255) / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_switches_leave_the_stored_text(opened, demo):
    page = opened(demo / "report.html")
    stored = {row["post_id"]: row["text"] for row in pq.read_table(demo / "corpus/posts").to_pylist()}
    page.uncheck("#show-gone")
    whole = 0
    for article in page.query_selector_all("article"):
        number = int(re.search(r"post (-?\d+) of", article.query_selector(".meta").inner_text())[1])
        if not article.query_selector(".cut") and stored[number]:
            assert article.query_selector(".text").inner_text() == stored[number]
            whole += 1
    assert whole
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.text mark')).borderBottomColor") != "rgba(0, 0, 0, 0)"
    )
    page.uncheck("#show-read")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.text mark')).borderBottomColor") == "rgba(0, 0, 0, 0)"
    )


def test_plots_answer_to_pointer_and_legend(opened, demo):
    page = opened(demo / "report.html")
    bars = "#chart-posts .role-mark.mark-rect path"
    tallest = page.evaluate(
        f"""(() => {{ const bars = [...document.querySelectorAll("{bars}")];
             return bars.indexOf(bars.reduce((a, b) => a.getBoundingClientRect().height > b.getBoundingClientRect().height ? a : b)); }})()"""
    )
    page.locator(bars).nth(tallest).hover()
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert re.search(r"number\s*[\d,]+", page.inner_text("#vg-tooltip-element"))
    faint = f"[...document.querySelectorAll('{bars}')].filter(b => +b.getAttribute('opacity') < 0.5).length"
    assert page.evaluate(faint) == 0
    page.locator("#chart-posts .role-legend-symbol path").first.click()
    page.wait_for_function(f"{faint} > 0")


def test_hostile_text_does_nothing(opened, evil):
    page = opened(evil)
    page.wait_for_timeout(200)
    assert page.evaluate("typeof window.pwned") == "undefined"
    page.locator("#chart-speakers .role-mark.mark-symbol path").first.hover(force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert page.evaluate("typeof window.pwned") == "undefined" and page.locator("#vg-tooltip-element img").count() == 0


def test_it_prints(opened, demo):
    page = opened(demo / "report.html", PAPER)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not page.is_visible("nav")
    cut = "[...document.querySelectorAll('article .text, .scroll')].filter(e => getComputedStyle(e).overflow !== 'visible')"
    assert page.evaluate(f"{cut}.length") == 0
    outside = "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)"
    assert page.evaluate(f"{outside}.map(e => e.outerHTML.slice(0, 200))") == []
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 3


def test_without_scripts_all_figures_are_still_there(opened, demo):
    page = opened(demo / "report.html", scripts=False)
    assert "needs a browser that runs scripts" in page.inner_text("#chart-posts")
    assert page.locator("table").count() >= 10 and page.is_visible("article del")


def test_people_who_cannot_see_it_find_their_way(opened, demo):
    page = opened(demo / "report.html")
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    assert page.evaluate("document.querySelectorAll('table:not(:has(> caption)), th:not([scope])').length") == 0
    said = page.evaluate("[...document.querySelectorAll('.chart')].map(c => [c.getAttribute('role'), c.ariaLabel])")
    assert all(role == "graphics-document" and ": " in label for role, label in said), said
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
