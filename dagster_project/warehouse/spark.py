"""The same models on Spark, compared with DuckDB's rows, one by one.

Spark is an optional extra (`make spark`); it needs Java 17. Its tables are made from the raw tables that gate 1 let through, by
the same dbt project under its target `spark`, in the Spark session of this process: `spark-defaults.conf` says where that runs.
"""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.core.errors import FluxError
from dagster_project.core.ledger import Ledger
from dagster_project.core.sql import identifier, literal
from dagster_project.settings import Settings
from dagster_project.warehouse.comparison import differing_rows
from dagster_project.warehouse.dbt import artefacts, failures, run
from dagster_project.warehouse.marts import Table, published_tables
from dagster_project.warehouse.project import manifest_path, source_files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CONFIGURATION = {
    "spark.driver.memory": "4g",  # staging and stocks are wide: with the default of 1 GB the national ones do not fit
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
SCHEMAS = ("staging", "intermediate", "marts")


class SparkError(FluxError):
    """Tables that Spark did not make; the message says what to do."""


def build(settings: Settings, folder: Path) -> None:
    """All seeds and models on Spark, as Parquet below `folder`, one directory a schema. Takes minutes.

    Raises:
        SparkError: the extra is not installed, or a node failed.
        NotCheckedError: the raw tables are not those that gate 1 let through, or there is no warehouse to compare with.
    """
    Ledger(settings.data).require("gate_1")
    Ledger(settings.data).require("gate_2")
    if find_spec("pyspark") is None:
        raise SparkError("Spark is not installed: make spark")
    for schema in SCHEMAS:  # of an earlier build: Spark writes no table over files that it does not know
        shutil.rmtree(folder / f"{schema}.db", ignore_errors=True)
    session = _session(folder)
    try:
        for name, files in {**_sources(settings), **_seeds(settings, folder / "graines")}.items():
            session.sql(f"create database if not exists {name.split('.')[0]}")
            session.sql(f"create view {name} as select * from parquet.`{files}`")  # noqa: S608 - names of the project
        nodes = run(["run", "--target", "spark"], artefacts(settings) / "spark").results
    finally:
        session.stop()
    if broken := failures(nodes):
        raise SparkError("\n".join(["Spark did not make the tables:", *broken]))


def _sources(settings: Settings) -> dict[str, Path]:
    """Raw tables, by schema and name, and the Parquet files of each."""
    files = source_files(json.loads(manifest_path(settings).read_text("utf-8")))
    return {f"raw.{name.split('.')[-1]}": settings.raw / place for name, place in files.items()}


def _seeds(settings: Settings, folder: Path) -> dict[str, Path]:
    """Seeds as the warehouse holds them, typed by their contracts: Spark's own reading of CSV would be another one."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    results = {}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        names = "select table_name from duckdb_tables() where schema_name = 'seeds' order by 1"
        for (name,) in connection.execute(names).fetchall():
            results[f"seeds.{name}"] = folder / f"{name}.parquet"
            connection.execute(f"copy seeds.{identifier(name)} to {literal(results[f'seeds.{name}'])}")
    return results


def _session(folder: Path) -> SparkSession:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("flux-carbone").config("spark.sql.warehouse.dir", str(folder))
    for name, value in CONFIGURATION.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def differences(settings: Settings, folder: Path) -> dict[str, tuple[int, int]]:
    """Rows, and rows that differ, of each published table, by its key: Spark's files against what gate 2 let through.

    Raises:
        NotCheckedError: no such warehouse.
        SparkError: a table has other columns.
    """
    Ledger(settings.data).require("gate_2")
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return {
            table.name: _compared(connection, table, folder / "marts.db" / table.name / "*.parquet")
            for table in published_tables(manifest_path(settings))
        }


def _compared(connection: duckdb.DuckDBPyConnection, table: Table, files: Path) -> tuple[int, int]:
    there = f"read_parquet({literal(files)})"
    names = {column for column, *_ in connection.execute(f"describe from {there}").fetchall()}
    if other := names ^ {column.name for column in table.columns}:  # the order of columns is DuckDB's, by its contracts
        raise SparkError(f"{table.name}: the two do not have the same columns: {', '.join(sorted(other))}")
    ours = f"marts.{identifier(table.name)}"
    return differing_rows(connection, ours, there, table.key, {column.name: column.type for column in table.columns})
