"""Series of an inventory as lines of an index, as SVG drawn here: gaps stay gaps, provisional years are hollow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from dagster_project.core.templates import template
from dagster_project.products.facts import Row
from dagster_project.products.figures import PREFIX, french

CHART = template(Path(__file__).with_name("trend_lines.svg.j2"))
WIDTH, HEIGHT, LEFT, BOTTOM, RIGHT, TOP = 540, 220, 40, 22, 16, 12  # units of the drawing
INDEX, TICKS = "valeur_base_100", 4


@dataclass(frozen=True)
class Dot:
    """One year of a series, where it is drawn."""

    x: float
    y: float
    provisional: bool


def trend_lines(title: str, series: Mapping[str, Sequence[Row]]) -> Markup:
    """Lines of the index of some series, by the words that name each.

    A line joins years that follow each other in the series and are known: one that is missing or unknown breaks it.

    Args:
        title: read by screen readers before the figures.
        series: rows of `inventaire_tendances`, years in order.
    """
    known = {name: [row for row in rows if row[PREFIX + INDEX] is not None] for name, rows in series.items()}
    years = [row["annee"] for rows in known.values() for row in rows]
    highest = max(row[PREFIX + INDEX] for rows in known.values() for row in rows)
    first, span = min(years), max(max(years) - min(years), 1)
    step = _step(highest)
    top = step * -(-highest // step)
    across, down = (WIDTH - LEFT - RIGHT) / span, (HEIGHT - TOP - BOTTOM) / top

    def dot(row: Row) -> Dot:
        return Dot(
            LEFT + (row["annee"] - first) * across, HEIGHT - BOTTOM - row[PREFIX + INDEX] * down, row["est_provisoire"]
        )

    words = "; ".join(f"{name} : {_words(rows)}" for name, rows in series.items())
    svg = CHART.render(
        words=f"{title}. {words}",
        size=(WIDTH, HEIGHT),
        frame=(LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM),
        levels=[(step * number, HEIGHT - BOTTOM - step * number * down) for number in range(int(top / step) + 1)],
        years=[(year, LEFT + (year - first) * across) for year in _marked(sorted(set(years)))],
        lines=[[[dot(row) for row in part] for part in _parts(series[name])] for name in known],
    )
    return Markup(svg)  # noqa: S704 - the template escapes


def _parts(rows: Sequence[Row]) -> list[list[Row]]:
    """Runs of years that are known and follow each other."""
    results: list[list[Row]] = []
    before = None
    for row in rows:
        if row[PREFIX + INDEX] is not None:
            if before is None or row["annee"] - before > 1:
                results.append([])
            results[-1].append(row)
            before = row["annee"]
    return results


def _marked(years: Sequence[int]) -> Sequence[int]:
    """Years that are written below: all of a few, else the first, the last and some between."""
    step = -(-len(years) // 8)
    return [year for place, year in enumerate(reversed(years)) if place % step == 0][::-1]


def _step(highest: float) -> float:
    """The distance of levels: 1, 2 or 5 times a power of ten, for about TICKS of them."""
    power = 10.0 ** (len(str(int(highest / TICKS))) - 1)
    return next((power * factor for factor in (1, 2, 5) if power * factor * TICKS >= highest), power * 10)


def _words(rows: Sequence[Row]) -> str:
    """A series as a screen reader says it."""
    return ", ".join(
        f"{row['annee']}{' (provisoire)' if row['est_provisoire'] else ''} {french(row[PREFIX + INDEX], INDEX)}"
        for row in rows
    )
