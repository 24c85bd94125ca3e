"""Demonstration inventories in their producers' layouts, of any size: the sample's, or a nation's for tests and benchmarks.

Every figure is invented. Files that name communes say so in each name, so that a release of them is labelled whatever the mode.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import yaml

from dagster_project.core.sql import literal, templates
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.sample.geographic_code import World

MARK = "DEMONSTRATION"
SQL = templates(Path(__file__).with_name("emissions.sql.j2"))
INVENTED = yaml.safe_load(Path(__file__).with_name("emissions.yml").read_text("utf-8"))
Named = Sequence[tuple[str, str]]  # codes and names


def write(world: World, folder: Path) -> None:
    """Write the sample's three inventories below `folder`."""
    communes = [(code, world.aldo.get(code, (code, ""))[0]) for code in world.pieces(2018) if not code.startswith("97")]
    places = {
        inventory.id: folder / inventory.copy_of(inventory.newest).path for inventory in load_inventories().values()
    }
    write_igt(communes, places["igt"])
    newest = [(code, name) for code, (name, _) in world.communes(2026).items() if code.startswith(("85", "40", "49"))]
    write_orcae(newest, range(2019, 2025), places["orcae"], secret=3)
    names = [(item["nom"], item["nom"]) for item in world.epci.values()]
    airparif = SQL["airparif"].render(means=INVENTED["airparif"])
    _copy(airparif, names, places["airparif_epci"], "delimiter ','", mark=False)


def write_igt(communes: Named, path: Path, profile: Mapping[str, Sequence[float]] = INVENTED["igt"]) -> None:
    """The national layout, one row a commune.

    Args:
        communes: codes and names, municipal arrondissements as communes.
        path: CSV to write.
        profile: share of non-empty cells and mean, by column.
    """
    _copy(SQL["igt"].render(profile=profile), communes, path, "delimiter ','")


def write_orcae(communes: Named, years: Iterable[int], path: Path, *, secret: int = 0) -> None:
    """The long layout: years x sectors x quantities (six carriers, greenhouse gases, six pollutants).

    Args:
        communes: codes and names.
        years: of the inventory; the last one is provisional.
        path: CSV to write.
        secret: secret cells a year in industry; one is missing besides, unless there are none.
    """
    query = SQL["orcae"].render(
        years=list(years), secret=secret, sectors=INVENTED["sectors"], quantities=INVENTED["quantities"]
    )
    _copy(query, communes, path, "delimiter ';'")


def _copy(query: str, communes: Named, path: Path, options: str, *, mark: bool = True) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("create table communes (code varchar, nom varchar)")
        rows = [(code, f"{MARK} {name}" if mark else name) for code, name in communes]
        connection.executemany("insert into communes values (?, ?)", rows)
        connection.execute(f"copy ({query}) to {literal(path)} (format csv, header, {options})")
