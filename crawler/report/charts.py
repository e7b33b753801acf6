"""The report's pictures as Vega-Lite specifications, checked by altair; the page draws them with its own copy of Vega.

Colours of text and lines are left to the page's style sheet, which knows light, dark and paper; labels use its fonts.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from functools import cache
from typing import Any, NamedTuple

import altair as alt
import vl_convert

from crawler.report.figures import Contents, Growth, Month, SpeechYear

SPECS = dict[str, Any]
FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei',"
    " 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'WenQuanYi Micro Hei', sans-serif"
)
# one scale that is told apart on light and dark ground, by most eyes (after Okabe and Ito)
COLOURS = ["#3b7dd8", "#d9822b", "#2a9d74", "#b65fa8", "#c94f4f", "#7a8899", "#a58a1f", "#4aa8c7", "#8d6bd1", "#6b8f3a"]
OTHERS = "other kinds"
_KINDS = 9  # that have a colour of their own
_MANY_MONTHS = 480
_RUNS = 365
_FEW_RUNS = 12  # whose bars would be as broad as boards
_LABEL = 160  # pixels of a legend's label
_LONGEST_AXIS = 120  # years
_FEWEST_DOTS = 8  # below that the table of speakers says it all


class Chart(NamedTuple):
    name: str
    title: str
    about: str
    """What it shows, for those who cannot see it."""
    spec: SPECS


class Bundle(NamedTuple):
    """The drawing library as one script."""

    script: str
    digest: str
    """For the page's content security policy."""


@cache
def bundle() -> Bundle:
    """Vega, Vega-Lite and Vega-Embed, as vl-convert carries them; about 0.9 MB."""
    code = vl_convert.javascript_bundle(
        "window.vegaEmbed = vegaEmbed;", vl_version=".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    )
    return Bundle(*sealed(code.replace("</script", "<\\/script").replace("<!--", "<\\!--")))


def sealed(script: str) -> tuple[str, str]:
    """A script and its digest as a content security policy names it."""
    return script, "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def draw(contents: Contents, growth: Growth) -> dict[str, Chart]:
    """The pictures for which there is something to draw, by name."""
    charts: list[Chart] = []
    if contents.months:
        charts.append(_posts(contents.months))
    if contents.speech_years:
        charts.append(_speeches(contents.speech_years))
    if len(contents.speaker_years) >= _FEWEST_DOTS:
        charts.append(_speakers(contents))
    if len(growth.runs) > 1:
        charts.append(_runs(growth))
    return {chart.name: chart for chart in charts}


def _posts(months: list[Month]) -> Chart:
    yearly = len(months) > _MANY_MONTHS
    counts: Counter[tuple[str, str]] = Counter()
    for month in months:
        at = f"{month.month.year}-01-01" if yearly else month.month.isoformat()
        counts[at, "posts"] += month.posts
        counts[at, "threads"] += month.threads
    rows = [{"month": at, "what": what, "count": count} for (at, what), count in counts.items()]
    unit, shown = ("utcyear", "%Y") if yearly else ("utcyearmonth", "%B %Y")
    pick = alt.selection_point(fields=["what"], bind="legend")
    chart = (
        alt.Chart(_data(rows))
        .mark_bar(binSpacing=0)
        .encode(
            x=alt.X(
                f"{unit}(month):T",
                title=None,
                scale=alt.Scale(type="utc"),
                axis=alt.Axis(format="%Y", labelOverlap="greedy", labelSeparation=8),
            ),
            y=alt.Y("count:Q", title=None, stack=None, axis=alt.Axis(tickMinStep=1)),
            color=_colour("what", ["posts", "threads"]),
            opacity=alt.condition(pick, alt.value(1), alt.value(0.08)),
            tooltip=[
                alt.Tooltip(f"{unit}(month):T", title="time", format=shown),
                alt.Tooltip("what:N", title="what"),
                alt.Tooltip("count:Q", title="number", format=","),
            ],
        )
        .add_params(pick)
    )
    every = "year" if yearly else "month"
    return _chart(
        "posts", f"Posts and threads by {every}", f"Bars: posts made and threads opened in each {every}", chart, 240
    )


def _speeches(years: list[SpeechYear]) -> Chart:
    totals: Counter[str] = Counter()
    for row in years:
        totals[row.kind] += row.texts
    shown = [kind for kind, _ in sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))][:_KINDS]
    sums: Counter[tuple[int, str]] = Counter()
    for row in years:
        sums[row.year, row.kind if row.kind in shown else OTHERS] += row.texts
    order = [*shown, OTHERS] if any(kind == OTHERS for _, kind in sums) else shown
    rows = [
        {"year": year, "kind": kind, "texts": texts, "rank": order.index(kind)}
        for (year, kind), texts in sorted(sums.items())
    ]
    pick = alt.selection_point(fields=["kind"], bind="legend")
    chart = (
        alt.Chart(_data(rows))
        .mark_bar()
        .encode(
            x=_years({row.year for row in years}),
            y=alt.Y("texts:Q", title=None, axis=alt.Axis(tickMinStep=1)),
            color=_colour("kind", order),
            order=alt.Order("rank:Q"),
            opacity=alt.condition(pick, alt.value(1), alt.value(0.08)),
            tooltip=[alt.Tooltip("year:O"), alt.Tooltip("kind:N"), alt.Tooltip("texts:Q", format=",")],
        )
        .add_params(pick)
    )
    about = "Stacked bars: texts with speeches by the year in which they were given, by kind"
    return _chart("speeches", "Speeches by year and kind", about, chart, 260)


def _speakers(contents: Contents) -> Chart:
    order = [row.name for row in contents.speakers]
    rows = [row._asdict() for row in contents.speaker_years]
    chart = (
        alt.Chart(_data(rows))
        .mark_circle(opacity=0.8, color=COLOURS[0])
        .encode(
            x=_years({row.year for row in contents.speaker_years}),
            y=alt.Y("name:N", title=None, sort=order, axis=alt.Axis(labelLimit=110, grid=True)),
            size=alt.Size("texts:Q", legend=None, scale=alt.Scale(range=[30, 360])),
            tooltip=[alt.Tooltip("name:N", title="speaker"), alt.Tooltip("year:O"), alt.Tooltip("texts:Q", format=",")],
        )
    )
    about = "Dots: how many texts of each of the most frequent speakers are of which year"
    height = 40 + 24 * len({row["name"] for row in rows})
    return _chart("speakers", "The most frequent speakers by year", about, chart, height)


def _runs(growth: Growth) -> Chart:
    rows = [
        {"run": run.started_at.isoformat(), "name": run.run_id, "forum": run.forum, "what": what, "posts": count}
        for run in growth.runs[-_RUNS:]
        for what, count in (("new", run.new), ("edited", run.edited), ("deleted", run.deleted))
    ]
    pick = alt.selection_point(fields=["what"], bind="legend")
    chart = (
        alt.Chart(_data(rows))
        .mark_bar(size=12 if len(growth.runs) <= _FEW_RUNS else alt.Undefined)
        .encode(
            x=alt.X("name:O", title=None, axis=alt.Axis(labels=False, ticks=False), sort=None),
            y=alt.Y(
                "posts:Q",
                title=None,
                scale=alt.Scale(type="symlog"),
                axis=alt.Axis(values=[0, *(10**n for n in range(9))], format=","),
                stack=None,
            ),
            xOffset=alt.XOffset("what:N", sort=["new", "edited", "deleted"]),
            color=_colour("what", ["new", "edited", "deleted"], [COLOURS[2], COLOURS[1], COLOURS[4]]),
            opacity=alt.condition(pick, alt.value(1), alt.value(0.08)),
            tooltip=[
                alt.Tooltip("name:O", title="run"),
                alt.Tooltip("forum:N"),
                alt.Tooltip("what:N"),
                alt.Tooltip("posts:Q", format=","),
            ],
        )
        .add_params(pick)
    )
    about = "Bars: posts that each run found new, edited and deleted, on a logarithmic scale; runs in order of time"
    return _chart("runs", "New, edited and deleted posts by run", about, chart, 200)


def _widest(names: list[str]) -> int:
    """Pixels that a column of the legend takes: a Chinese character is as wide as the letters are high."""
    widths = [sum(13 if char > "\u2e80" else 8 for char in name) for name in names]
    return min(max(widths, default=0), _LABEL) + 32


def _data(rows: list[dict[str, Any]]) -> alt.Data:
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def _colour(field: str, names: list[str], colours: list[str] | None = None) -> alt.Color:
    columns = alt.ExprRef(expr=f"max(1, floor(width / {_widest(names)}))")  # as many as the window is wide
    legend = alt.Legend(orient="top", columns=columns, symbolType="square", labelLimit=_LABEL)
    scale = alt.Scale(domain=names, range=(colours or COLOURS)[: len(names)])
    return alt.Color(f"{field}:N", title=None, scale=scale, legend=legend)


def _years(seen: set[int]) -> alt.X:
    """An axis of years without holes, unless a slip of the pen (the year 215) would make it mostly holes."""
    span = list(range(min(seen), max(seen) + 1))
    domain = span if len(span) <= _LONGEST_AXIS else sorted(seen)
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=8)
    return alt.X("year:O", title=None, scale=alt.Scale(domain=domain), axis=axis)


def _chart(name: str, title: str, about: str, chart: alt.Chart, height: int) -> Chart:
    sized = chart.properties(width="container", height=height, background="transparent", description=about)
    plain = sized.configure(font=FONT, autosize=alt.AutoSizeParams(type="fit", contains="padding"))
    styled = plain.configure_view(stroke=None).configure_axis(labelFontSize=12, domainOpacity=0.4, gridOpacity=0.25)
    spec: SPECS = styled.configure_legend(labelFontSize=13, symbolSize=120).to_dict()
    spec.pop("$schema", None)  # an address, and the page has none
    return Chart(name, title, about, spec)
