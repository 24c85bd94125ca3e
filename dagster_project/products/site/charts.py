"""Bars, as SVG drawn here: to the left and right of zero for fluxes, from the left for stocks; no script, readable by all."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from markupsafe import Markup

from dagster_project.core.templates import template
from dagster_project.products.figures import french

CHART = template(Path(__file__).with_name("charts.svg.j2"))
WIDTH, LABELS, ROW, MARGIN = 540, 204, 22, 66  # units of the drawing; a margin holds the figure beyond its bar
CHARACTER, MOST = 7.2, 0.55  # units that a character of a label takes; part of the drawing that labels may take
STOCK = "stock"  # class of bars that have no sign


@dataclass(frozen=True)
class Bar:
    """One bar: what it is, its figure (None: no bar, said so); which figure that is, and of which other territory."""

    label: str
    figure: float | None
    name: str = ""
    place: str = ""


def diverging_bars(title: str, bars: Sequence[Bar], column: str) -> Markup:
    """A chart of bars from a common zero, sequestration to the left, emission to the right, figures beside them.

    Args:
        title: read by screen readers before the figures.
        bars: from top to bottom.
        column: name of the presentation column, which tells decimals.
    """
    return _drawn(title, bars, column, signed=True)


def plain_bars(title: str, bars: Sequence[Bar], column: str) -> Markup:
    """A chart of bars from the left, of figures that have no sign (see `diverging_bars`)."""
    return _drawn(title, bars, column, signed=False)


def _drawn(title: str, bars: Sequence[Bar], column: str, *, signed: bool) -> Markup:
    known = [bar.figure for bar in bars if bar.figure is not None]
    low, high = min([0, *known]), max([0, *known])
    labels = min(max([LABELS / 2, *(CHARACTER * len(bar.label) + 8 for bar in bars)]), WIDTH * MOST)
    before = MARGIN if signed else 0
    unit = (WIDTH - labels - before - MARGIN) / ((high - low) or 1)
    words = "; ".join(f"{bar.label} : {french(bar.figure, column)}" for bar in bars)
    svg = CHART.render(
        bars=bars,
        words=f"{title}. {words}",
        zero=labels + before - low * unit,
        unit=unit,
        width=WIDTH,
        top=18 if signed else 2,
        signed=signed,
        labels=labels,
        row=ROW,
        french=partial(french, column=column),
    )
    return Markup(svg)  # noqa: S704 - the template escapes
