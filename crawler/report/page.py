"""A report as one HTML file: nothing is loaded from elsewhere, and no text of a forum is ever taken for markup or code."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from crawler.accounts import MEANING
from crawler.report.advice import advice
from crawler.report.charts import FONT, bundle, draw, sealed
from crawler.report.figures import Report
from crawler.report.pieces import FIELD_HUES, RULE_HUES, hue_of_rule
from crawler.report.quality import GENERAL
from crawler.report.words import FIELD_NAMES, rule_meaning
from pipelines.noise import UNKNOWN_VARIANTS

LAST_RUNS = 30


def render(report: Report) -> str:
    """The whole page. Its content security policy lets only the two scripts in it run, and nothing be loaded."""
    environment = Environment(
        loader=PackageLoader("crawler.report"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"n": number, "share": share, "when": when, "web": web_address, "short": shorten}
    library, draws = bundle(), sealed(_file("report.js"))
    charts = draw(report.contents, report.growth)
    return environment.get_template("report.html.j2").render(
        report=report,
        contents=report.contents,
        quality=report.quality,
        growth=report.growth,
        runs=report.growth.runs[: -LAST_RUNS - 1 : -1],
        charts=charts,
        advice=advice(report),
        style=Markup(_file("report.css").replace("FONT_STACK", FONT)),
        library=Markup(library.script),
        draws=Markup(draws[0]),
        digests=f"'{library.digest}' '{draws[1]}'",
        statuses=MEANING,
        field_names=FIELD_NAMES,
        rule_meaning=rule_meaning,
        unknown=UNKNOWN_VARIANTS,
        general=GENERAL,
        rule_hues=RULE_HUES,
        field_hues=FIELD_HUES,
        hue_of_rule=hue_of_rule,
        used_hues={hue_of_rule(rule) for post in report.audit for rule, _ in post.removed},
        widest=partial(max, default=0),
    )


def _file(name: str) -> str:
    return (resources.files("crawler.report") / "templates" / name).read_text(encoding="utf-8")


def number(value: float | None) -> str:
    """``1234567`` → ``1,234,567``; nothing → a dash."""
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def share(part: int, whole: int) -> str:
    """In per cent; a share that is not quite all or nothing never looks as if it were."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    if 0 < percent < 0.1:
        return "< 0.1 %"
    if 99.9 < percent < 100:
        return "> 99.9 %"
    return f"{percent:.1f} %" if percent not in (0, 100) else f"{percent:.0f} %"


def when(value: datetime | None, form: str = "%Y-%m-%d") -> str:
    return "–" if value is None else value.strftime(form)


def web_address(url: str) -> str:
    """The address if a browser would go to a web page by it; else nothing: ``javascript:`` and its like are no links."""
    return url if url.startswith(("http://", "https://")) else ""


def shorten(text: Any, most: int = 80) -> str:
    shown = str(text)
    return shown if len(shown) <= most else shown[: most - 1] + "…"
