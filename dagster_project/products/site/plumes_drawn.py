"""Maps of plumes, and the figure of each: soundings, fit, background, error of the fit."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from dagster_project.core.templates import template
from dagster_project.geography.world import Frame
from dagster_project.products.facts import Row
from dagster_project.products.figures import MINUS, french_digits
from dagster_project.products.plume_facts import WORDS

MAP, DOTS, FIGURE = (
    template(Path(__file__).with_name(f"{name}.svg.j2")) for name in ("plumes_map", "plumes_dots", "plume")
)
TICK = 14  # thousandths of a map's side: length of the mark towards where the wind comes from
WIDTH, HEIGHT, LEFT = 640, 250, 50  # of a plume's figure
Point = tuple[float, float]
Placed = tuple[Row, Point]


def number(value: float | None, decimals: int) -> str:
    """A measure as French readers write it; a dash where there is none."""
    if value is None:
        return "\N{EN DASH}"
    text = french_digits(f"{abs(value):,.{decimals}f}")
    return f"{MINUS}{text}" if value < 0 and float(f"{value:.{decimals}f}") else text


def in_frame(frame: Frame, rows: Sequence[Row]) -> list[Placed]:
    """Rows that lie in a frame, with their place on its drawing."""
    return [
        (row, frame.place(row["latitude_deg"], row["longitude_deg"]))
        for row in rows
        if frame.holds(row["latitude_deg"], row["longitude_deg"])
    ]


def plume_map(
    title: str,
    plumes: Sequence[Placed],
    sites: Sequence[Placed],
    size: tuple[int, int],
    countries: str,
    france: str,
) -> Markup:
    """A map: circles (filled: confirmed), a mark towards where the wind comes from, squares of sites."""
    scale = max(size) / 1000
    marks = [
        {
            "row": row,
            "x": x,
            "y": y,
            "radius": scale * (3 + 2.5 * float(np.sqrt(row["rehaussement_ppm"]))),
            "wind": _upwind(row, scale * TICK),
        }
        for row, (x, y) in plumes
    ]
    words = f"Carte des panaches de CO2 {title} : {len(plumes)} panaches, {len(sites)} sites d'au moins 0,1 Mt par an"
    text = MAP.render(
        marks=marks,
        sites=sites,
        scale=scale,
        size=size,
        countries=countries,
        france=france,
        words=words,
        n=number,
        mots=WORDS,
    )
    return Markup(text)  # noqa: S704 - the template escapes


def dot_map(title: str, points: Sequence[Point], size: tuple[int, int], countries: str, france: str) -> Markup:
    """A map of many points, all alike: one stroke of no length each."""
    dots = "".join(f"M{x:g} {y:g}h0" for x, y in points)
    words = f"Carte des panaches de CO2 {title} : {len(points)} points"
    text = DOTS.render(dots=dots, size=size, countries=countries, france=france, words=words)
    return Markup(text)  # noqa: S704 - the template escapes


def _upwind(row: Row, length: float) -> Point | None:
    east, north = row["vent_est_m_s"], row["vent_nord_m_s"]
    if east is None or north is None or not (east or north):
        return None
    speed = float(np.hypot(east, north))
    return round(-length * east / speed, 1), round(length * north / speed, 1)  # y is downwards


def figure(row: Row, profile: Any) -> Markup:
    """Soundings of a plume, its fit and background, and one standard error of the fit on both sides."""
    half, width = row["demi_fenetre_km"], row["largeur_km"]
    x = np.linspace(-half, half, 201)
    line = row["fond_ppm"] + row["pente_ppm_par_km"] * x
    shape = np.exp(-((x - row["centre_km"]) ** 2) / (2 * width**2)) / (width * np.sqrt(2 * np.pi))
    amplitude, error = row["amplitude_ppm_km"], row["incertitude_amplitude_ppm_km"]
    curves = {name: line + (amplitude + turn * error) * shape for name, turn in (("fit", 0), ("low", -1), ("high", 1))}
    points = list(zip(profile.x, profile.ppm, profile.count, strict=True)) if profile else []
    values = [*curves["low"], *curves["high"], *line, *(ppm for _, ppm, _ in points)]
    bottom, top = min(values) - 0.3, max(values) + 0.3
    step = max(1.0, float(np.ceil((top - bottom) / 5)))

    def place(along: float, ppm: float) -> tuple[float, float]:
        right, down = (along + half) / (2 * half), (top - ppm) / (top - bottom)
        return round(right * (WIDTH - LEFT - 10) + LEFT, 1), round(down * (HEIGHT - 40) + 10, 1)

    words = (
        f"Sondages le long de la trace : pic de {number(row['rehaussement_ppm'], 1)} ppm au-dessus du fond,"
        f" écart-type {number(row['incertitude_rehaussement_ppm'], 1)} ppm, largeur {number(width, 0)} km"
    )
    text = FIGURE.render(
        points=[(*place(a, b), min(6.0, 1.2 + 0.25 * float(np.sqrt(c)))) for a, b, c in points],
        fit=_path(x, curves["fit"], place),
        line=_path(x, line, place),
        band=_path([*x, *x[::-1]], [*curves["high"], *curves["low"][::-1]], place) + "z",
        width=WIDTH,
        height=HEIGHT,
        levels=[(place(-half, level)[1], number(level, 0)) for level in np.arange(np.ceil(bottom), top, step)],
        ticks=[(place(tick, bottom)[0], number(tick, 0)) for tick in (-100, -50, 0, 50, 100) if abs(tick) <= half],
        words=words,
    )
    return Markup(text)  # noqa: S704 - the template escapes


def _path(along: Any, ppm: Any, place: Callable[[float, float], Point]) -> str:
    return "M" + " ".join("{:g} {:g}".format(*place(a, b)) for a, b in zip(along, ppm, strict=True))
