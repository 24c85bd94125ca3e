"""Writes a candidate release: each published table as Parquet and CSV, all of them in one DuckDB file, and their catalogue.

Reads the warehouse read-only. A candidate is complete or absent; it becomes a release elsewhere, after gate 3.
"""

import os
import re
import shutil
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import duckdb

from dagster_project.core.digests import sha256
from dagster_project.core.sql import literal, scalar
from dagster_project.release import remarks
from dagster_project.release.catalogue import (
    Catalogue,
    Field,
    Fingerprint,
    Licence,
    Resource,
    Rights,
    Stated,
    write_catalogue,
)
from dagster_project.release.contours import DESCRIPTIONS, RESOLUTIONS, contours_name
from dagster_project.release.conventions import ABOUT, CONVENTIONS, SET_VERSION
from dagster_project.release.csv_files import write_csv
from dagster_project.release.exchange import express
from dagster_project.release.known_sums import Cell, leave_out
from dagster_project.release.notice import distinct, sources_of, statement, years_of
from dagster_project.release.readme import README, readme
from dagster_project.warehouse.marts import HOUSE_SIGN, Column, Table

DATABASE = "carbone.duckdb"
WRITERS = os.cpu_count() or 1  # tables written at once: DuckDB lets go of Python while it works
FRICTIONLESS_TYPES = {
    "varchar": "string",
    "double": "number",
    "bigint": "integer",
    "integer": "integer",
    "boolean": "boolean",
}
TO_CONFIRM = "a-confirmer"
TO_READ = re.compile("à confirmer|à lire|selon un")  # what a producer has not said itself
OPEN_LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def write_candidate(
    warehouse: Path,
    contours: Path,
    folder: Path,
    tables: Sequence[Table],
    stated: Stated,
    left_out: Collection[Cell] = (),
) -> Catalogue:
    """Write every file of a candidate below `folder`.

    Args:
        warehouse: the DuckDB file that dbt wrote; only its `marts` schema is read.
        contours: folder of the polygons.
        folder: the candidate, which must not be there; written beside and renamed when complete.
        tables: what to publish.
        stated: what this release says of itself.
        left_out: known sums of inventories that other totals would turn into one commune's figure.

    Returns:
        the catalogue, as written to datapackage.json.
    """
    work = folder.with_name(folder.name + ".part")
    shutil.rmtree(work, ignore_errors=True)
    (work / "tables").mkdir(parents=True)
    with duckdb.connect(str(work / DATABASE)) as connection:
        connection.execute(f"attach {literal(warehouse)} as entrepot (read_only)")
        connection.execute("create schema marts")
        with ThreadPoolExecutor(WRITERS) as pool:
            rows = pool.map(
                lambda table: _write_table(connection, table, work, statement(stated, table), left_out), tables
            )
            resources = [
                _resource(form, table, work, count, stated)
                for table, count in zip(tables, rows, strict=True)
                for form in ("parquet", "csv")
            ]
        connection.execute("detach entrepot")
    rights = _rights(stated, None)
    database: Resource = {
        "name": "carbone",
        "path": DATABASE,
        "format": "duckdb",
        "description": "Les mêmes tables, schéma marts.",
        **rights,
        **fingerprint(work / DATABASE),
    }
    catalogue: Catalogue = {
        "profile": "data-package",
        "name": "flux-carbone",
        "title": "Flux annuels et stocks de carbone des territoires français",
        "version_du_jeu": SET_VERSION,
        "remarques": remarks.general(),
        **rights,
        **stated,
        **ABOUT,
        "resources": [*resources, database, *_contours(contours, work, stated)],
    }
    (work / README).write_text(readme(catalogue, tables, DATABASE), "utf-8")
    write_catalogue(work, catalogue)
    work.rename(folder)
    return catalogue


def _write_table(
    database: duckdb.DuckDBPyConnection, table: Table, work: Path, statement: str, left_out: Collection[Cell]
) -> int:
    """Copy one table into the open database with its comments, then to Parquet and CSV; returns its row count."""
    name = f'marts."{table.name}"'
    order = ", ".join(table.key)
    listed = ", ".join(f'"{column.name}"' for column in table.columns)  # a column outside the contract never leaves
    with database.cursor() as connection:
        connection.execute(f"create table {name} as select {listed} from entrepot.{name} order by {order}")  # noqa: S608
        leave_out(connection, name, [column.name for column in table.columns], left_out)
        if table.convention:
            _for_publisher(connection, name, table, table.convention)
        connection.execute(f"comment on table {name} is {literal(f'{table.description} {statement}')}")
        for column in table.columns:
            unit = f" Unité : {column.unit}." if column.unit else ""
            connection.execute(f'comment on column {name}."{column.name}" is {literal(column.description + unit)}')
        target = work / "tables" / table.name
        connection.execute(
            f"copy {name} to {literal(f'{target}.parquet')} (format parquet, compression zstd, "
            f"kv_metadata {{description: {literal(f'{table.description} {statement}')}}})"
        )
        write_csv(connection, name, order, target.with_suffix(".csv"))
        return int(scalar(connection, f"select count(*) from {name}"))  # noqa: S608


def _for_publisher(connection: duckdb.DuckDBPyConnection, name: str, table: Table, publisher: str) -> None:
    """Switch the rows of a publisher's table that have the house's sign to its own, and say so in each."""
    columns = [replace(item, signed=item.signed or item.signed_by_row) for item in table.columns]
    rows = connection.execute(f"from {name} where convention_de_signe = '{HOUSE_SIGN}'").to_arrow_table()
    connection.register("exprimee", express(rows, columns, publisher, keep_units=True))
    text = f"{literal(CONVENTIONS[publisher].text)} as convention_de_signe"
    order = ", ".join(table.key)
    others = f"select * from {name} where convention_de_signe <> '{HOUSE_SIGN}'"  # noqa: S608 - names of a contract
    switched = f"select * replace ({text}) from exprimee union all {others}"  # noqa: S608
    connection.execute(f"create or replace table {name} as {switched} order by {order}")
    connection.unregister("exprimee")


def _contours(contours: Path, work: Path, stated: Stated) -> list[Resource]:
    """Copy the polygons; their entries in the catalogue."""
    (work / "contours").mkdir()
    results: list[Resource] = []
    for name, description in DESCRIPTIONS.items():
        path = f"contours/{contours_name(name)}"
        shutil.copyfile(contours / Path(path).name, work / path)
        results.append(
            {
                "name": f"contours-{name}",
                "path": path,
                "format": "geoparquet",
                "mediatype": MEDIA_TYPES["parquet"],
                "description": f"{description} [{stated['statut_donnees']}]",
                "tolerance_m": RESOLUTIONS[name],
                **_rights(stated, "territoire"),
                "crs": "EPSG:4326",
                **fingerprint(work / path),
            }
        )
    return results


def _rights(stated: Stated, quantity: str | None) -> Rights:
    rights: Rights = {"licenses": [licence(title) for title in distinct(sources_of(stated, quantity), "licence")]}
    if years := years_of(stated, quantity):
        rights["annees"] = list(years)
    return rights


def rights_of_fluxes(catalogue: Catalogue) -> list[Licence]:
    """Licences of fluxes, stocks and geography, for what is made of their tables."""
    return next(
        resource["licenses"] for resource in catalogue["resources"] if resource["path"] == "tables/bilan_global.csv"
    )


def licence(title: str) -> Licence:
    """A licence as Data Package wants it: by a name and an address, which what the producer left open has not."""
    if TO_READ.search(title):
        return {"name": TO_CONFIRM, "title": title}
    if title.startswith("Licence Ouverte"):
        return {"name": "etalab-2.0", "path": OPEN_LICENCE, "title": title}
    if title.startswith("Creative Commons Attribution 4.0"):
        return {"name": "CC-BY-4.0", "path": CC_BY, "title": title}
    return {"name": TO_CONFIRM, "title": title}


def _resource(form: str, table: Table, work: Path, rows: int, stated: Stated) -> Resource:
    path, required = f"tables/{table.name}.{form}", {column.name for column in table.columns if column.required}
    resource: Resource = {
        "name": f"{table.name}-{form}",
        "path": path,
        "format": form,
        "mediatype": MEDIA_TYPES[form],
        "description": table.description,
        "rows": rows,
        **fingerprint(work / path),
        "schema": {"fields": [_field(column, form) for column in table.columns]},
        **_rights(stated, table.quantity),
    }
    if required.issuperset(table.key):
        resource["schema"]["primaryKey"] = list(table.key)
    else:  # a key with empty parts is unique, but no primary key of Table Schema
        resource["cle"] = list(table.key)
    if form == "csv":
        resource |= {"encoding": "utf-8", "dialect": {"delimiter": ";", "header": True}}
    return resource


def _field(column: Column, form: str) -> Field:
    field: Field = {"name": column.name, "type": FRICTIONLESS_TYPES[column.type], "description": column.description}
    if column.unit:
        field["unit"] = column.unit
    if column.required:
        field["constraints"] = {"required": True}
    if form == "csv" and field["type"] == "number":
        field["decimalChar"] = ","
    return field


def fingerprint(path: Path) -> Fingerprint:
    """Size and digest of a file, as the catalogue states them."""
    return {"bytes": path.stat().st_size, "hash": f"sha256:{sha256(path)}"}
