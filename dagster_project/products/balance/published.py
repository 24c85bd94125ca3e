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
from dagster_project.products.facts import Release
from dagster_project.release.candidate import DATABASE

SQL = queries(Path(__file__).with_name("published.sql"))
SECTORS = ("residentiel", "tertiaire", "transport_routier", "autres_transports", "agriculture", "dechets",
           "industrie_hors_energie", "branche_energie")  # fmt: skip
POLLUTANTS = ("nox", "pm10", "pm25", "covnm", "so2", "nh3")
GREENHOUSE = "ges"
Place = tuple[str, str]


@dataclass
class Balance:
    """The published balance of one territory.

    Attributes:
        lines: of its footprint, in the order of the seeds, without those that are nothing in the nation.
        reference: people, standard of living and households.
        edition: of the footprint, and its year.
        quantities: what the keys of energy measure there (MWh a year), by activity.
        inventory: name, version and year of the inventory of each measure, where there is one.
        sectors: by measure (`ges`, a pollutant), the eight sectors: t CO2e or kg a year, None where not known.
        per_head: t CO2e a head and year by post of the footprint, and `ensemble`.
    """

    reference: Reference
    edition: str
    year: int
    quantities: dict[str, float]
    lines: list[Line] = field(default_factory=list)
    inventory: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    sectors: dict[str, dict[str, float | None]] = field(default_factory=dict)
    per_head: dict[str, float | None] = field(default_factory=dict)


def load(release: Release) -> Mapping[Place, Balance]:
    """The balance of every territory of a release, read once a process as long as it is the same."""
    return _read(release.folder, release.catalogue["id"])


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
            balance.lines.extend(_line(row) for row in rows if row)
        for row in records(connection, SQL["heads"]):
            balances[row["maille"], row["code_territoire"]].per_head[row["poste"]] = row["par_habitant"]
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
