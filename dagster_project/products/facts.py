"""What the checked tables of a release say of each territory: the one source of pages, workbooks and maps.

Reads the release's own database and catalogue, as a user would; nothing of the warehouse.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.core.sql import records
from dagster_project.core.templates import template
from dagster_project.products.figures import PREFIX, french, plain
from dagster_project.release import remarks
from dagster_project.release.candidate import DATABASE
from dagster_project.release.catalogue import Catalogue, read_catalogue, tables
from dagster_project.release.conventions import WHOLE_FRANCE

Row = Mapping[str, Any]
SHOWN = ("territoires", "bilan_global", "flux_par_nature", "bilan_occupation_sols", "bilan_stocks", "stocks_par_occupation",
         "pcaet_cadre_depot", "inventaire_ges", "inventaire_polluants", "panaches_couverture", "volumes_forets")  # fmt: skip
ALERTS = template(Path(__file__).with_name("alerts.txt.j2"))
# Beyond it, ALDO's land uses are not the territory: rock, water, or areas that its source misplaces.
DESCRIBED_SLACK = 0.1
MESHES = ("france", "region", "departement", "epci")
METROPOLE = ("france", "FR")  # what ALDO describes
CODES = {
    "departement": "codes_departements",
    "region": "codes_regions",
}  # where a territory says which of a mesh it lies in


@dataclass
class Territory:
    """One territory: its row of `territoires` and, by table, its rows by the rest of their key."""

    about: Row
    rows: dict[str, dict[tuple[Any, ...], Row]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def maille(self) -> str:
        """Mesh of the territory."""
        return str(self.about["maille"])

    @property
    def code(self) -> str:
        """Code of the territory."""
        return str(self.about["code_territoire"])

    @property
    def name(self) -> str:
        """Official name."""
        return str(self.about["nom_territoire"])

    @property
    def slug(self) -> str:
        """Stem of its files: stable as long as the territory keeps its code."""
        return slug(self.maille, self.code)

    def row(self, table: str, *rest: object) -> Row | None:
        """The row of a table under the rest of its key, None where there is none."""
        return self.rows[table].get(rest)

    def shown(self, table: str, column: str, *rest: object) -> float | None:
        """A figure as it is shown, None where it is not known."""
        row = self.row(table, *rest)
        return row[PREFIX + column] if row else None


def alerts(territory: Territory) -> list[str]:
    """What a reader must know before any figure of a territory."""
    known, stocks = remarks.of(territory.maille, territory.code), territory.row("bilan_stocks", "consommation")
    words = {"french": french, "whole_france": WHOLE_FRANCE, "slack": DESCRIBED_SLACK}
    return ALERTS.render(t=territory.about, remarks=known, stocks=stocks, **words).splitlines()


def slug(maille: str, code: str) -> str:
    """Stem of the files of a territory."""
    return f"{maille}-{code}"


@dataclass(frozen=True)
class Release:
    """A checked candidate or release, as its readers see it."""

    folder: Path
    catalogue: Catalogue
    keys: Mapping[str, tuple[str, ...]]
    units: Mapping[tuple[str, str], str]
    territories: Mapping[tuple[str, str], Territory]

    def unit(self, table: str, column: str) -> str:
        """The unit of a figure as the contract of its table says it, by the name of the measure or of what is shown of it.

        Raises:
            KeyError: a column that the contract gives no unit.
        """
        shown = PREFIX + column
        return self.units[table, shown if (table, shown) in self.units else column]

    def of_mesh(self, maille: str) -> list[Territory]:
        """Territories of one mesh, by name."""
        return sorted(
            (territory for territory in self.territories.values() if territory.maille == maille),
            key=lambda item: plain(item.name),
        )

    def own_meshes(self) -> list[str]:
        """Kinds of territories of the user's own."""
        return sorted({territory.maille for territory in self.territories.values()} - set(MESHES))

    def around(self, territory: Territory) -> list[Territory]:
        """Departements, regions and France (metropolitan where ALDO describes it) that a territory lies in, nearest first."""
        france = WHOLE_FRANCE if territory.about["couverture_aldo"] == "absente" else METROPOLE[1]
        wider = MESHES[: MESHES.index(territory.maille)] if territory.maille in MESHES else MESHES[:-1]
        places = [
            (mesh, code)
            for mesh in reversed(wider)
            for code in (str(territory.about[CODES[mesh]]).split() if mesh in CODES else [france])
        ]
        return [self.territories[place] for place in places if place in self.territories]

    def inside(self, territory: Territory, mesh: str = "epci") -> Iterator[Territory]:
        """Territories of a mesh that lie, wholly or not, in a departement or region."""
        column = CODES.get(territory.maille, "")
        for item in self.of_mesh(mesh) if column else ():
            if territory.code in str(item.about[column]).split():
                yield item


def load(folder: Path) -> Release:
    """Read a release, once a process as long as it is the same.

    Args:
        folder: a folder that holds carbone.duckdb and datapackage.json.
    """
    catalogue = read_catalogue(folder)
    return _read(
        folder,
        catalogue["id"],
        next(resource["hash"] for resource in catalogue["resources"] if resource["path"] == DATABASE),
    )


@lru_cache(maxsize=1)
def _read(folder: Path, _identifier: str, _digest: str) -> Release:
    catalogue = read_catalogue(folder)
    listed = tables(catalogue)
    keys = {name: tuple(item["schema"].get("primaryKey") or item["cle"]) for name, item in listed.items()}
    fields = [(name, field) for name, item in listed.items() for field in item["schema"]["fields"]]
    units = {(name, field["name"]): field["unit"] for name, field in fields if "unit" in field}
    territories: dict[tuple[str, str], Territory] = {}
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        for table in SHOWN:
            for row in records(connection, f'from marts."{table}" order by {", ".join(keys[table])}'):
                place = (row["maille"], row["code_territoire"])
                if table == "territoires":
                    territories[place] = Territory(row)
                else:
                    territories[place].rows[table][tuple(row[key] for key in keys[table][2:])] = row
    return Release(folder, catalogue, keys, units, territories)
