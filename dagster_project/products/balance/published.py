"""What a release says of the balance of each territory: read from its own database, as a user would."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.core.sql import queries, records
from dagster_project.products.balance.engine import Line, Reference
from dagster_project.products.balance.method import method
from dagster_project.products.facts import MESHES, Release, Row, Territory
from dagster_project.release.candidate import DATABASE

SQL = queries(Path(__file__).with_name("published.sql"))
SECTORS = ("residentiel", "tertiaire", "transport_routier", "autres_transports", "agriculture", "dechets",
           "industrie_hors_energie", "branche_energie")  # fmt: skip
POLLUTANTS = ("nox", "pm10", "pm25", "covnm", "so2", "nh3")
GREENHOUSE = "ges"
FOOTPRINT, DIRECT, INDIRECT, INVENTORY = "empreinte", "direct_menages", "indirect", "inventaire"  # perimeters
WHOLE = "ensemble"  # all posts
WIDER = {"departement": "codes_departements", "region": "codes_regions"}  # column of `territoires` that names them
Place = tuple[str, str]


@dataclass
class Balance:
    """The published balance of one territory.

    Attributes:
        lines: of its footprint, in the order of the seeds, without those that are nothing in the nation.
        rows: the same, as they are shown.
        reference: people, standard of living and households.
        edition: of the footprint, and its year.
        quantities: what the keys of energy measure there (MWh a year), by activity.
        inventory: name, version and year of the inventory of each measure, where there is one.
        sectors: by measure (`ges`, a pollutant), the eight sectors: t CO2e or kg a year, None where not known.
        posts: rows as they are shown, by perimeter of the footprint or inventory, then by post and `ensemble`.
        air: rows of posts as they are shown, by pollutant and inventory.
    """

    reference: Reference
    edition: str
    year: int
    quantities: dict[str, float]
    lines: list[Line] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    inventory: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    sectors: dict[str, dict[str, float | None]] = field(default_factory=dict)
    posts: dict[str, dict[str, Row]] = field(default_factory=dict)
    air: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    def known_sectors(self, measure: str) -> dict[str, float | None]:
        """The eight sectors of a measure, each None where no inventory says it."""
        return self.sectors.get(measure, dict.fromkeys(SECTORS))

    @property
    def per_head(self) -> dict[str, float | None]:
        """t CO2e a head and year by post of the footprint, and `ensemble`."""
        return {post: row["emissions_tco2e_par_habitant"] for post, row in self.posts[FOOTPRINT].items()}

    @property
    def kept_air(self) -> list[Row]:
        """Posts of each pollutant, of the inventory that is kept for it."""
        kept = ((pollutant, self.inventory[pollutant][0]) for pollutant in POLLUTANTS if pollutant in self.inventory)
        return [row for key in kept for row in self.air[key]]

    @property
    def kept_inventory(self) -> str | None:
        """The inventory whose greenhouse gases are shown, None where there is none."""
        return self.inventory[GREENHOUSE][0] if GREENHOUSE in self.inventory else None


def load(release: Release) -> Mapping[Place, Balance]:
    """The balance of every territory of a release, read once a process as long as it is the same."""
    return _read(release.folder, release.catalogue["id"])


def wider(release: Release, territory: Territory) -> list[Territory]:
    """Larger territories that one is compared with: each departement and region that it lies in, and the whole of France.

    A region of a single departement says nothing more than it.
    """
    known = load(release)
    around = MESHES[: MESHES.index(territory.maille)] if territory.maille in MESHES else MESHES[:3]
    places = [(mesh, code) for mesh in WIDER if mesh in around for code in str(territory.about[WIDER[mesh]]).split()]
    places = [place for place in [*places, ("france", "FR_ENTIERE")] if place != (territory.maille, territory.code)]
    listed = [release.territories[place] for place in places if place in known]
    return [item for item in listed if item.maille != "region" or " " in str(item.about[WIDER["departement"]])]


@lru_cache(maxsize=1)
def _read(folder: Path, _identifier: str) -> Mapping[Place, Balance]:
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        ((edition, year),) = connection.execute(SQL["edition"]).fetchall()
        balances = {
            (row["maille"], row["code_territoire"]): Balance(
                Reference(row["population"], row["revenu_eur_uc"], row["menages"]),
                edition,
                year,
                {"A.gaz": row["gaz_mwh"], "A.electricite": row["electricite_mwh"]},
            )
            for row in records(connection, SQL["references"])
        }
        known = {
            (row["maille"], row["code_territoire"], row["poste"], row["sous_poste"]): row
            for row in records(connection, SQL["lines"])
        }
        for (maille, code), balance in balances.items():
            rows = (known.get((maille, code, *key)) for key in method().lines)
            balance.rows.extend(row for row in rows if row)
            balance.lines.extend(map(_line, balance.rows))
        for row in records(connection, SQL["posts"]):
            posts = balances[row["maille"], row["code_territoire"]].posts
            posts.setdefault(row["inventaire"] or row["perimetre"], {})[row["poste"]] = row
        for row in records(connection, SQL["air"]):
            air = balances[row["maille"], row["code_territoire"]].air
            air.setdefault((row["polluant"], row["inventaire"]), []).append(row)
        for row in records(connection, SQL["sectors"]):
            _place(balances[row["maille"], row["code_territoire"]], row)
    return balances


def _line(row: Mapping[str, Any]) -> Line:
    names = (row["poste"], row["sous_poste"], row["perimetre"], row["cle"], row["rang"], row["emissions_tco2e"])
    return Line(*names, log(row["gsd2"]) if row["gsd2"] else 0.0)


def _place(balance: Balance, row: Mapping[str, Any]) -> None:
    """A sector of the inventory that is kept for one measure."""
    measure = row["mesure"]
    balance.inventory[measure] = (row["inventaire"], row["version_inventaire"], row["annee"])
    sectors = balance.sectors.setdefault(measure, dict.fromkeys(SECTORS))
    if row["secteur"] in sectors:
        sectors[row["secteur"]] = row["valeur"]
