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

from dagster_project.assets.dbt_runner import invoke, manifest_path
from dagster_project.checks import stamps
from dagster_project.checks.gates import stamped_raw, stamped_warehouse
from dagster_project.publication.tables import Table, published_tables
from dagster_project.settings import Settings
from dagster_project.sql import identifier, literal

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CONFIGURATION = {
    "spark.driver.memory": "4g",  # sums of a territory are wide: with the default of 1 GB the national ones do not fit
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
SCHEMAS = ("raw", "seeds", "staging", "intermediate", "marts")


class SparkError(Exception):
    """Tables that Spark did not make; the message says what to do."""


def build(settings: Settings, folder: Path) -> None:
    """All seeds and models on Spark, as Parquet below `folder`, one directory a schema. Takes minutes.

    Raises:
        SparkError: the extra is not installed, or a node failed.
        NotCheckedError: the raw tables are not those that gate 1 let through.
    """
    stamps.require(*stamped_raw(settings), "Gate 1")
    if find_spec("pyspark") is None:
        raise SparkError("Spark is not installed: make spark")
    for schema in SCHEMAS:  # of an earlier build: Spark writes no table over files that it does not know
        shutil.rmtree(folder / f"{schema}.db", ignore_errors=True)
    session = _session(folder)
    try:
        session.sql("create database if not exists raw")
        for name, files in _sources(settings).items():
            session.sql(f"create view raw.{name} as select * from parquet.`{files}`")  # noqa: S608 - sources.yml's names
        arguments = ["run", "--target", "spark"]
        target = settings.data / "dbt" / "spark"
        nodes = [
            *invoke(settings, ["seed", *arguments[1:]], target).results,
            *invoke(settings, arguments, target).results,
        ]
    finally:
        session.stop()
    broken = [
        f"{one.node.name}: {(one.message or '').strip()}"
        for one in nodes
        if str(one.status) in ("fail", "error", "skipped")
    ]
    if broken:
        raise SparkError("\n".join(["Spark did not make the tables:", *broken]))


def _sources(settings: Settings) -> dict[str, Path]:
    """Raw tables, and the Parquet files of each."""
    nodes = json.loads(manifest_path(settings).read_text("utf-8"))["sources"].values()
    located = {one["name"]: one["config"]["meta"]["external_location"] for one in nodes}
    return {
        name: settings.raw / where.removeprefix("read_parquet('").removesuffix("')").format(name=name)
        for name, where in located.items()
    }


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

    Texts, whole numbers, truth values and nulls are to be the same; floating-point figures to 1e-9 of themselves (and 1e-6 near
    zero), for the two engines round a binary figure to the same decimals by other ways.

    Raises:
        NotCheckedError: no such warehouse.
        SparkError: a table has other columns.
    """
    stamps.require(*stamped_warehouse(settings), "Gate 2 (dbt)")
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
    key = " and ".join(f"a.{identifier(one)} is not distinct from b.{identifier(one)}" for one in table.key)
    keys = ", ".join(identifier(one) for one in table.key)
    same = " and ".join(_same(column.name, column.type) for column in table.columns)
    query = f"""
        select
            (select count(*) from marts.{identifier(table.name)}),
            count(*) + (select coalesce(sum(n - 1), 0) from (select count(*) as n from {there} group by {keys}))
        from (select *, true as ici from marts.{identifier(table.name)}) as a
        full join (select *, true as ailleurs from {there}) as b on {key}
        where a.ici is null or b.ailleurs is null or not ({same})
    """  # noqa: S608 - names are those of the contracts
    return connection.execute(query).fetchone()


def _same(name: str, kind: str) -> str:
    a, b = f"a.{identifier(name)}", f"b.{identifier(name)}"
    exact = f"{a} is not distinct from {b}"
    return (
        f"({exact} or coalesce(abs({a} - {b}) <= greatest(1e-6, 1e-9 * abs({a})), false))"
        if kind == "double"
        else exact
    )
