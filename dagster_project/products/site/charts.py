"""Bars to the left and to the right of zero, as SVG drawn here: no script, no style attribute, readable by all."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from markupsafe import Markup

from dagster_project.core.templates import template
from dagster_project.products.figures import french

CHART = template(Path(__file__).with_name("charts.svg.j2"))
WIDTH, LABELS, ROW, MARGIN = 540, 204, 22, 66  # units of the drawing; a margin holds the figure beyond its bar


@dataclass(frozen=True)
class Bar:
    """One bar: what it is, its figure (None: no bar, said so)."""

    label: str
    figure: float | None


def diverging_bars(title: str, bars: Sequence[Bar], column: str) -> Markup:
    """A chart of bars from a common zero, sequestration to the left, emission to the right, figures beside them.

    Args:
        title: read by screen readers before the figures.
        bars: from top to bottom.
        column: name of the presentation column, which tells decimals.
    """
    known = [bar.figure for bar in bars if bar.figure is not None]
    low, high = min([0, *known]), max([0, *known])
    unit = (WIDTH - LABELS - 2 * MARGIN) / ((high - low) or 1)
    words = "; ".join(f"{bar.label} : {french(bar.figure, column)}" for bar in bars)
    svg = CHART.render(
        bars=bars,
        words=f"{title}. {words}",
        zero=LABELS + MARGIN - low * unit,
        unit=unit,
        width=WIDTH,
        height=ROW * len(bars) + 18,
        labels=LABELS,
        row=ROW,
        french=partial(french, column=column),
    )
    return Markup(svg)  # noqa: S704 - the template escapes
