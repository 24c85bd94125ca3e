"""The home page: the map of each mesh, its legends, the table that holds every figure of the map."""

import csv
import io
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dagster_project.products.facts import Release, Territory
from dagster_project.products.figures import plain, short_name
from dagster_project.products.indicators import MAPPED
from dagster_project.products.site.background import Background
from dagster_project.products.site.choropleth import NO_DATA, Scale, scale
from dagster_project.products.site.circles import Circles, circles

MESHES = ("epci", "departement", "region")  # that the map shows, besides those of the user
RATIOS = tuple(figure for figure in MAPPED if figure.is_ratio)
QUANTITIES = tuple(figure for figure in MAPPED if not figure.is_ratio)
DEFAULT = next(place for place, figure in enumerate(MAPPED) if figure.is_ratio)
CLASSES = "classes.csv"
SIZES = (20_000, 50_000, 100_000)  # people: where the filter of the table cuts


@dataclass(frozen=True)
class Drawn:
    """A territory of the map, and its row of the table.

    Attributes:
        territory: which.
        prefix, name: official name, cut where readers begin to look (see figures.short_name).
        path, point: where it is drawn; None where it is not.
        letters: class of each ratio.
        radii: of each quantity, empty where it is not known.
        size: rank of its population among SIZES, None where it is not known.
    """

    territory: Territory
    prefix: str
    name: str
    path: str | None
    point: tuple[int, int] | None
    letters: str
    radii: str
    size: int | None


@dataclass(frozen=True)
class Mesh:
    """One mesh of the map: its territories by name, the circles of each quantity."""

    code: str
    rows: Sequence[Drawn]
    circles: Sequence[Circles]


def home(release: Release, background: Background) -> dict[str, Any]:
    """Names of the template `index`."""
    scales = [scale(figure, release.of_mesh("epci")) for figure in RATIOS]
    return {
        "mailles_carte": [_mesh(release, background, code, scales) for code in (*MESHES, *release.own_meshes())],
        "rapports": list(zip(RATIOS, scales, strict=True)),
        "defaut": DEFAULT,
        "tailles": [*zip((None, *SIZES), (*SIZES, None), strict=True)],
        "regions": release.of_mesh("region"),
    }


def classes(release: Release) -> str:
    """The classes of every ratio of the map as CSV: what each colour means, for whoever draws the same map."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("indicateur", "titre", "unite", "classe", "de", "a", "epci"))
    epci = release.of_mesh("epci")
    for figure in RATIOS:
        unit, figures = release.unit(figure.table, figure.column), list(map(figure.figure, epci))
        for letter, low, high, number in scale(figure, epci).classes(figures):
            writer.writerow(
                (
                    figure.code,
                    figure.title,
                    unit,
                    letter,
                    "" if low is None else low,
                    "" if high is None else high,
                    number,
                )
            )
    return buffer.getvalue()


def _mesh(release: Release, background: Background, code: str, scales: Sequence[Scale]) -> Mesh:
    territories = release.of_mesh(code)
    of_quantities = [circles(figure, code, territories) for figure in QUANTITIES]
    rows = [_drawn(territory, background, scales, of_quantities) for territory in territories]
    return Mesh(code, sorted(rows, key=lambda row: plain(row.name).strip('"')), of_quantities)


def _drawn(
    territory: Territory, background: Background, scales: Sequence[Scale], of_quantities: Sequence[Circles]
) -> Drawn:
    place = (territory.maille, territory.code)
    prefix, name = short_name(territory.name)
    people = territory.about["population"]
    letters = "".join(item.letter(figure.figure(territory)) for figure, item in zip(RATIOS, scales, strict=True))
    radii = [item.signed_radius(territory) for item in of_quantities]
    return Drawn(
        territory, prefix, name, background.paths.get(place), background.points.get(place), letters,
        "" if set(letters) == {NO_DATA} else ",".join("" if radius is None else f"{radius:g}" for radius in radii),
        None if people is None else bisect_right(SIZES, people),
    )  # fmt: skip


def search_index(release: Release, background: Background) -> Mapping[str, Any]:
    """What the search knows besides names of territories: communes (name, Insee and postal codes), earlier names, by page."""
    pages: dict[str, dict[str, Any]] = {}
    for place, communes in background.communes.items():
        if place in release.territories:
            listed = [f"{item.name}|{item.code}|{item.postal_codes}" for item in communes]
            pages.setdefault(release.territories[place].slug, {})["c"] = listed
    for place, names in background.former_names.items():
        if place in release.territories:
            pages.setdefault(release.territories[place].slug, {})["a"] = list(names)
    return pages
