"""Bars to the left and to the right of zero, as SVG drawn here: no script, no style attribute, readable by all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from dagster_project.products.figures import french

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
    known = [one.figure for one in bars if one.figure is not None]
    low, high = min([0, *known]), max([0, *known])
    unit = (WIDTH - LABELS - 2 * MARGIN) / ((high - low) or 1)
    zero = LABELS + MARGIN - low * unit
    words = "; ".join(f"{one.label} : {french(one.figure, column)}" for one in bars)
    height = ROW * len(bars) + 18
    parts = [
        f'<svg class="barres" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(f"{title}. {words}")}">',
        f'<text x="{zero - 5:.1f}" y="11" text-anchor="end" class="sens">\N{LEFTWARDS ARROW} séquestration</text>',
        f'<text x="{zero + 5:.1f}" y="11" class="sens">émission \N{RIGHTWARDS ARROW}</text>',
    ]
    for rank, bar in enumerate(bars):
        y = 18 + rank * ROW
        figure = bar.figure or 0
        length = abs(figure) * unit
        left = zero - length if figure < 0 else zero
        end, anchor = (left - 4, "end") if figure < 0 else (left + length + 4, "start")
        kind = "puits" if figure < 0 else "source"
        parts += [
            f'<text x="{LABELS - 8}" y="{y + 14}" text-anchor="end">{escape(bar.label)}</text>',
            f'<rect x="{left:.1f}" y="{y + 3}" width="{length:.1f}" height="{ROW - 7}" class="{kind}"/>',
            f'<text x="{end:.1f}" y="{y + 14}" text-anchor="{anchor}">{french(bar.figure, column)}</text>',
        ]
    parts.append(f'<path d="M{zero:.1f} 16V{height}" class="zero"/></svg>')
    return Markup("".join(parts))  # noqa: S704 - every text is escaped above
