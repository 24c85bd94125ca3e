"""Bars with their error beside those of larger territories, as SVG drawn here: no script, no style attribute, readable by all."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from markupsafe import Markup

from dagster_project.core.templates import template
from dagster_project.products.figures import french

CHART = template(Path(__file__).with_name("intervals.svg.j2"))
WIDTH, LABELS, MARGIN = 540, 168, 52  # units of the drawing; the margin holds the figures
BAR, THIN, GAP = 16, 6, 10
SHADES = 8  # classes of the thin bars, from dark to light


@dataclass(frozen=True)
class Interval:
    """One bar: what it is, its figure (None: no bar, said so), its bounds where there are some, the same elsewhere."""

    label: str
    figure: float | None
    low: float | None
    high: float | None
    elsewhere: Sequence[float | None]


def intervals(title: str, bars: Sequence[Interval], places: Sequence[str], column: str, perimeter: str) -> Markup:
    """A chart of bars from zero, each with its error and, thin below it, those of larger territories.

    Args:
        title: read by screen readers before the figures.
        bars: from top to bottom.
        places: names of the larger territories, in the order of their thin bars.
        column: name of the presentation column, which tells decimals.
        perimeter: class of the bars.
    """
    shown = partial(french, column=column)
    values = [value for bar in bars for value in (bar.figure, bar.high, *bar.elsewhere) if value is not None]
    row = BAR + THIN * len(places) + GAP
    svg = CHART.render(
        bars=bars,
        words=f"{title}. {'; '.join(_words(bar, places, shown) for bar in bars)}",
        unit=(WIDTH - LABELS - MARGIN) / (max(values, default=0) or 1),
        width=WIDTH,
        height=row * len(bars),
        labels=LABELS,
        row=row,
        bar_height=BAR,
        thin=THIN,
        shades=SHADES,
        shown=shown,
        perimeter=perimeter,
    )
    return Markup(svg)  # noqa: S704 - the template escapes


def _words(bar: Interval, places: Sequence[str], shown: partial[str]) -> str:
    """A bar as a screen reader says it."""
    error = "" if bar.high is None else f" (de {shown(bar.low)} à {shown(bar.high)})"
    others = [f"{place} {shown(value)}" for place, value in zip(places, bar.elsewhere, strict=True)]
    return ", ".join([f"{bar.label} : {shown(bar.figure)}{error}", *others])
