"""What the checked tables of a release say of plumes, as pages and workbooks show it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_project.core.sql import records
from dagster_project.products.facts import Release, Row, Territory
from dagster_project.release.candidate import DATABASE

WORDS = {
    "confirme": "confirmé", "possible": "possible", "vraisemblable": "vraisemblable", "indeterminee": "indéterminée",
    "vent_faible": "vent trop faible en travers de la trace", "vent_le_long_de_la_trace": "vent le long de la trace",
    "vent_ou_pression_inconnus": "vent ou pression inconnus", "fond_indetermine": "fond indéterminé",
    "refuse": "candidat refusé", "sans_candidat": "aucun candidat", "mois_non_lu": "mois non lu",
    "non_converge": "ajustement qui ne converge pas", "borne": "paramètre à sa borne",
    "secteurs_vides": "trop peu de sondages autour du pic",
    "trop_faible": "pic trop faible", "r2_partiel": "pic qui n'explique pas assez", "non_significatif": "non significatif",
    "double": "double d'un meilleur", "maison": "panaches de cette publication",
    "reference": "pics publiés par le projet de référence (Data For Good)",
}  # fmt: skip
Compared = Sequence[Row]  # published plumes of the reference project, as int_comparaison_reference has them
Pair = tuple[Row, Row]  # a plume, and a site that the wind points to
Place = tuple[str, str]


@dataclass(frozen=True)
class Plumes:
    """Rows of the published tables.

    Attributes:
        plumes: in order of time.
        candidates: sites that the wind points to, by plume, the first is the one that tells most.
        sites: by identifier.
        calibration: by score.
        inside: plumes by the EPCI that their centre lies in.
        pairs: plumes and a site of an EPCI, by that EPCI.
    """

    plumes: Sequence[Row]
    candidates: Mapping[str, Sequence[Row]]
    sites: Mapping[str, Row]
    calibration: Sequence[Row]
    inside: Mapping[Place, Sequence[Row]]
    pairs: Mapping[Place, Sequence[Pair]]


def load(release: Release) -> Plumes:
    """The tables of plumes of a release."""
    with duckdb.connect(str(release.folder / DATABASE), read_only=True) as connection:

        def rows(table: str, order: str) -> list[dict[str, Any]]:
            return records(connection, f"from marts.{table} order by {order}")

        plumes, chosen = rows("panaches_co2", "date_heure_utc"), rows("panaches_sources", "id_panache, rang")
        sites = {row["id_site"]: row for row in rows("sources_co2", "id_site")}
        calibration = rows("panaches_etalonnage", "seuil_score")
    candidates, inside, pairs = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in chosen:
        candidates[row["id_panache"]].append(row)
    for plume in plumes:
        inside[_place(plume)].append(plume)
        for row in candidates[plume["id_panache"]]:
            site = sites[row["id_site"]]
            pairs[_place(site)].append((plume, site))
    return Plumes(plumes, candidates, sites, calibration, inside, pairs)


def _place(row: Row) -> Place:
    return row["maille"], row["code_territoire"]


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
    pairs: Sequence[Pair]

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
    place = (territory.maille, territory.code)
    return Sky(months, known.inside.get(place, ()), known.pairs.get(place, ()))
