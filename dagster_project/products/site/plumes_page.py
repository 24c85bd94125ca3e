"""What satellites saw: the page of all plumes, and what it says of one territory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
from markupsafe import Markup

from dagster_project.core.sql import records
from dagster_project.geography.world import EUROPE, WORLD, strokes
from dagster_project.products.facts import Release, Territory
from dagster_project.products.site.plumes_drawn import WORDS, Placed, Row, figure, in_frame, number, plume_map
from dagster_project.products.site.render import render
from dagster_project.release.candidate import DATABASE

NAME = "panaches"  # of the page
LARGE = 100_000  # t a year: smaller sites are not drawn


@dataclass(frozen=True)
class Seen:
    """What a page needs besides the release.

    Attributes:
        profiles: soundings by plume, with `x` (km), `ppm` and `count`.
        places: where plumes and sites of the mainland are on the drawing of France, by identifier.
        months: that were read, AAAA-MM.
    """

    profiles: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    months: Sequence[str] = ()


@dataclass(frozen=True)
class Plumes:
    """Rows of the published tables: plumes, candidate sites by plume, sites by identifier, calibration."""

    plumes: Sequence[Row]
    candidates: Mapping[str, Sequence[Row]]
    sites: Mapping[str, Row]
    calibration: Sequence[Row]


def load(release: Release) -> Plumes:
    """The tables of plumes of a release."""
    with duckdb.connect(str(release.folder / DATABASE), read_only=True) as connection:

        def rows(table: str, order: str) -> list[dict[str, Any]]:
            return records(connection, f"from marts.{table} order by {order}")

        candidates: dict[str, list[Row]] = {}
        for row in rows("panaches_sources", "id_panache, rang"):
            candidates.setdefault(row["id_panache"], []).append(row)
        sites = {row["id_site"]: row for row in rows("sources_co2", "id_site")}
        return Plumes(
            rows("panaches_co2", "date_heure_utc"), candidates, sites, rows("panaches_etalonnage", "seuil_score")
        )


def page(release: Release, seen: Seen, outline: Markup, size: tuple[int, int], **common: object) -> str:
    """The page of all plumes.

    Args:
        release: that they are of.
        seen: what is drawn of them.
        outline: path of the regions of France.
        size: of the drawing of France.
        common: what every page is given.
    """
    known = load(release)
    sites = [row for row in known.sites.values() if row["emission_declaree_tco2_an"] >= LARGE]
    maps = [
        (
            name,
            plume_map(
                f"vus dans {words}", in_frame(frame, known.plumes), in_frame(frame, sites), frame.size, *strokes(frame)
            ),
        )
        for name, words, frame in (("Monde", "le monde", WORLD), ("Europe", "l'Europe", EUROPE))
    ]
    at: list[Placed] = [
        (row, seen.places[row["id_panache"]]) for row in known.plumes if row["id_panache"] in seen.places
    ]
    squares: list[Placed] = [(row, seen.places[row["id_site"]]) for row in sites if row["id_site"] in seen.places]
    maps.append(("France métropolitaine", plume_map("vus en France métropolitaine", at, squares, size, "", outline)))
    return render(
        f"{NAME}.html.j2",
        release=release,
        panaches=known.plumes,
        candidats=known.candidates,
        sites=known.sites,
        etalonnage=known.calibration[::5],
        origine=known.calibration[0]["origine_panaches"] if known.calibration else "",
        cartes=maps,
        figures={row["id_panache"]: figure(row, seen.profiles.get(row["id_panache"])) for row in known.plumes},
        mois=seen.months,
        n=number,
        mots=WORDS,
        **common,
    )


@dataclass(frozen=True)
class Sky:
    """What satellites saw of a territory.

    Attributes:
        months: rows of its coverage, by month.
        inside: plumes whose centre lies in it.
        pairs: plumes, and the site of the territory that the wind points to.
    """

    months: Sequence[Row]
    inside: Sequence[Row]
    pairs: Sequence[tuple[Row, Row]]

    @property
    def overpasses(self) -> int:
        """Orbits that could see something, of all months."""
        return sum(row["n_passages"] for row in self.months)

    @property
    def limits(self) -> tuple[float, float] | None:
        """Lowest and highest monthly limit of detection, ppm km."""
        known = [row["limite_detection_ppm_km"] for row in self.months if row["limite_detection_ppm_km"] is not None]
        return (min(known), max(known)) if known else None


def of_territory(known: Plumes, territory: Territory) -> Sky:
    """What satellites saw of a territory: plumes are placed in an EPCI, and in no larger one."""
    months = [row for _, row in sorted(territory.rows["panaches_couverture"].items())]
    inside = [
        row for row in known.plumes if (row["maille"], row["code_territoire"]) == (territory.maille, territory.code)
    ]
    ours = {
        name
        for name, row in known.sites.items()
        if (row["maille"], row["code_territoire"]) == (territory.maille, territory.code)
    }
    by_name = {row["id_panache"]: row for row in known.plumes}
    pairs = [
        (by_name[name], known.sites[row["id_site"]])
        for name, rows in known.candidates.items()
        for row in rows
        if row["id_site"] in ours
    ]
    return Sky(months, inside, pairs)
