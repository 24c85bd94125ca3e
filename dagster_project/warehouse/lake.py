"""The same models on DuckLake: several readers and writers, snapshots, time travel; compared with DuckDB's rows, one by one.

A lake is a catalogue (a file, or PostgreSQL) and a folder of Parquet. It is built from the raw tables that gate 1 let through, by
the same dbt project under its target `ducklake`. DuckDB's extensions come from PyPI (extra `lake`), never from elsewhere.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import duckdb

from dagster_project.core.errors import FluxError
from dagster_project.core.ledger import Ledger
from dagster_project.core.sql import first_row, identifier, literal
from dagster_project.settings import Settings
from dagster_project.warehouse.dbt import artefacts, failures, run

EXTENSIONS = {
    "ducklake": "ducklake",
    "postgres": "postgres_scanner",
}  # scheme of a catalogue -> extension that it needs
LAKE = "entrepot"  # as models call the database


class LakeError(FluxError):
    """A lake that cannot be built or read; the message says what to do."""


@dataclass(frozen=True)
class Place:
    """Where a lake is.

    Attributes:
        catalogue: a file, or `postgres:<libpq address>`; kept out of `repr`, for it may hold a password.
        files: folder of its Parquet files.
    """

    catalogue: str
    files: Path

    @property
    def address(self) -> str:
        """What DuckDB attaches."""
        return f"ducklake:{self.catalogue}"

    def __repr__(self) -> str:
        return f"Place(files={self.files})"


def build(settings: Settings, place: Place) -> None:
    """All models, seeds and data tests in the lake.

    Raises:
        LakeError: the extra is not installed, or a node failed.
        NotCheckedError: the raw tables are not those that gate 1 let through.
    """
    Ledger(settings.data).require("gate_1")
    place.files.mkdir(parents=True, exist_ok=True)
    where = {"FLUX_LAC": place.address, "FLUX_LAC_FICHIERS": str(place.files)}
    where |= {"FLUX_RAW": str(settings.raw), "FLUX_EXTENSIONS": str(_extensions(settings, place))}
    arguments = ["build", "--exclude-resource-type", "unit_test", "--target", "ducklake"]
    nodes = run(arguments, artefacts(settings) / "ducklake", where).results
    if broken := failures(nodes):
        raise LakeError("\n".join(["The lake was not built:", *broken]))


def differences(settings: Settings, place: Place) -> dict[str, tuple[int, int]]:
    """Rows, and rows that differ, of each published table: the lake's against those of the warehouse that gate 2 let through.

    Raises:
        NotCheckedError: no such warehouse.
    """
    Ledger(settings.data).require("gate_2")
    with connected(settings, place) as connection:
        connection.execute(f"attach {literal(settings.warehouse)} as ici (read_only)")
        listed = (
            "select table_name from duckdb_tables() where database_name = 'ici' and schema_name = 'marts' order by 1"
        )
        names = [name for (name,) in connection.execute(listed).fetchall()]
        return {name: _compared(connection, f"marts.{identifier(name)}") for name in names}


def connected(settings: Settings, place: Place, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """A connection that holds the lake as `entrepot`. A catalogue in a file serves one process at a time."""
    connection = duckdb.connect(config={"extension_directory": str(_extensions(settings, place))})
    for name in _needed(place):
        connection.execute(f"load {EXTENSIONS[name]}")
    options = f"{'read_only, ' if read_only else ''}data_path {literal(place.files)}"
    connection.execute(f"attach {literal(place.address)} as {LAKE} ({options})")
    return connection


def _compared(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int]:
    here, there = f"from ici.{table}", f"from {LAKE}.{table}"
    query = f"select (select count(*) {here}), (select count(*) from ({here} except all {there})) + (select count(*) from ({there} except all {here}))"  # noqa: E501, S608
    rows, differing = first_row(connection, query)
    return rows, differing


def _needed(place: Place) -> list[str]:
    return ["ducklake", *(["postgres"] if place.catalogue.startswith("postgres:") else [])]


def _extensions(settings: Settings, place: Place) -> Path:
    """The folder of DuckDB's extensions, filled from the packages of the extra.

    Raises:
        LakeError: one is not installed.
    """
    folder = settings.data / "extensions"
    for name in _needed(place):
        package = find_spec(f"duckdb_extension_{EXTENSIONS[name]}")
        if package is None or not package.submodule_search_locations:
            raise LakeError(f"DuckDB's extension {EXTENSIONS[name]} is not installed: make lake")
        file = next(Path(package.submodule_search_locations[0]).rglob("*.duckdb_extension"))
        with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
            connection.execute(f"install {literal(file)}")
    return folder
