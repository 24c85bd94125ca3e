"""What changed between two releases, territory by territory, and why: geography, data or method.

Each release leaves behind what it was made of: the rows of ALDO by measure, and the weight of each row in each territory. With f
the flux of a row (p as published) and w its weight, before and after:

    geography = sum f_before (w_after - w_before)      data = sum (p_after - p_before) w_after
    method    = the rest: what the house makes of published rows, sum ((f - p)_after - (f - p)_before) w_after

On one and the same COG a change of weights is the house's doing: it counts as method; between two COG it cannot be told from
geography. All of this stays in the house.
"""

import shutil
from collections.abc import Collection
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.core.errors import FluxError
from dagster_project.core.files import whole_folder
from dagster_project.core.sql import literal, templates
from dagster_project.release.catalogue import read_catalogue
from dagster_project.release.switch import is_demonstration

# What is compared: each is a sum of measures.
QUANTITIES = {
    ("flux", "consommation"): ("changement_usage_sol", "accroissement_biologique", "bois_consommation"),
    ("flux", "recolte"): ("changement_usage_sol", "accroissement_biologique", "bois_recolte"),
    ("stock", "consommation"): ("stock_des_sols", "stock_bois_consommation"),
    ("stock", "recolte"): ("stock_des_sols", "stock_bois_recolte"),
}
UNITS = {"flux": "kt CO2e/an", "stock": "kt C"}
SQL = templates(Path(__file__).with_name("changes.sql.j2"))
PARTS = ("geographie", "donnees", "methode")


class ChangesError(FluxError):
    """Two releases cannot be compared; the message says why."""


def basis_folder(bases: Path, release: str) -> Path:
    """Where the house keeps what a release was made of."""
    return bases / release


def drop_bases(bases: Path, kept: Collection[str]) -> None:
    """Remove the bases of releases that are not among `kept`."""
    for old in bases.glob("*/"):
        if old.name not in kept:
            shutil.rmtree(old)


def keep_basis(warehouse: Path, bases: Path, release: str) -> None:
    """Write the rows and weights of a release below its basis folder.

    Args:
        warehouse: the DuckDB file behind the release.
        bases: folder of the bases.
        release: identifier of the release.
    """
    with (
        whole_folder(basis_folder(bases, release)) as work,
        duckdb.connect(str(warehouse), read_only=True) as connection,
    ):
        for name, table in (("lignes", "int_lignes"), ("poids", "int_appartenances")):
            rows = connection.execute(f"from intermediate.{table} order by all").to_arrow_table()
            pq.write_table(rows, work / f"{name}.parquet", compression="zstd")


def has_basis(bases: Path, release: str) -> bool:
    """Whether the basis of a release was kept, whole."""
    return basis_folder(bases, release).is_dir()


def _refuse(bases: Path, before: Path, after: Path) -> None:
    """Two releases of different kinds, or one whose basis is missing or of another shape, cannot be compared."""
    pair = f"{before.name} and {after.name} cannot be compared: "
    if len({is_demonstration(read_catalogue(place)["statut_donnees"]) for place in (before, after)}) > 1:
        raise ChangesError(f"{pair}one is demonstration data")
    measures = {measure for quantity in QUANTITIES.values() for measure in quantity}
    needed = {
        "lignes": {f"{kind}__{measure}" for kind in ("retenu", "publie") for measure in measures},
        "poids": {f"poids__{measure}" for measure in measures},
    }
    for place in (before, after):
        for name, columns in needed.items():
            path = basis_folder(bases, place.name) / f"{name}.parquet"
            if not path.is_file() or columns - set(pq.read_schema(path).names):
                raise ChangesError(f"{pair}{place.name} left no basis, or that of another version of the project")


def compare(bases: Path, before: Path, after: Path) -> pa.Table:
    """One row a territory, quantity and wood approach: figures before and after, their difference and its three parts.

    Args:
        bases: folder of the bases.
        before: folder of the earlier release.
        after: folder of the later one.

    Returns:
        maille, code_territoire, nom_territoire, grandeur, approche_bois, unite, avant, apres, ecart and its parts.

    Raises:
        ChangesError: releases that cannot be compared.
    """
    _refuse(bases, before, after)
    same_cog = len({read_catalogue(place)["cog_cible"] for place in (before, after)}) == 1
    queries = [
        SQL["parts"].render(
            quantity=quantity, approach=approach, unit=UNITS[quantity], measures=measures, same_cog=same_cog
        )
        for (quantity, approach), measures in QUANTITIES.items()
    ]
    with duckdb.connect() as connection:
        for moment, place in (("avant", before), ("apres", after)):
            folder = basis_folder(bases, place.name)
            for name in ("lignes", "poids"):
                connection.execute(
                    f"create view {name}_{moment} as from read_parquet({literal(folder / f'{name}.parquet')})"
                )
            names = place / "tables" / "territoires.parquet"
            connection.execute(f"create view territoires_{moment} as from read_parquet({literal(names)})")
        return connection.execute(" union all ".join(queries) + " order by all").to_arrow_table()


def changes_file(bases: Path, before: str, after: str) -> Path:
    """Where the comparison of two releases is stored."""
    return bases / f"changements_{before}_{after}.parquet"


def store(bases: Path, before: Path, after: Path) -> Path:
    """Compare and write the table; returns its path."""
    table, target = compare(bases, before, after), changes_file(bases, before.name, after.name)
    pq.write_table(table, target, compression="zstd")
    return target
