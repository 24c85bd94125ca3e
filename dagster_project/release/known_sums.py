"""Known sums of inventories in published tables: which are shown, and how one is left out. Complete figures are not touched.

A cell is (inventaire, annee, secteur, mesure, energie, maille, code_territoire), in the house's codes; a gas and a pollutant are
measures under their own names.
"""

from collections.abc import Collection
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.core.sql import identifier

MEASURES = ("gaz", "polluant", "grandeur")  # columns that say what is measured
SECTORS = ("secteur", "poste")
CELL = ("inventaire", "annee", "secteur", "mesure", "energie", "maille", "code_territoire")
ROUNDED = "arrondi_"
PARTITION = "partition"
COMPLETENESS = "completude"
Cell = tuple[str, int, str, str, str, str, str]


def known_column(columns: Collection[str]) -> str | None:
    """The column of known sums of a table of inventories; None elsewhere. Known parts of posts are of whole sectors alone."""
    if COMPLETENESS not in columns:
        return None
    return next((column for column in columns if "_connu" in column and not column.startswith(ROUNDED)), None)


def leave_out(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Collection[str], cells: Collection[Cell]
) -> None:
    """Empty the known sums of some cells in a table that is being written, and take out producers' sums.

    Args:
        connection: of the database that holds it.
        name: its quoted name there.
        columns: its columns.
        cells: what is left out, of whatever table.
    """
    column = known_column(columns)
    if not column or not cells:
        return
    listed = pa.table(dict(zip(CELL, map(list, zip(*cells, strict=True)), strict=True)))
    connection.register("retenues", listed)
    emptied = ", ".join(f"{identifier(item)} = null" for item in (column, ROUNDED + column) if item in columns)
    same = " and ".join(f"retenues.{item} = {theirs}" for item, theirs in zip(CELL, _cell(columns), strict=True))
    if PARTITION in columns:  # a producer's sum is there whole or not at all
        connection.execute(f"delete from {name} as publiee using retenues where not publiee.{PARTITION} and {same}")  # noqa: S608
    connection.execute(f"update {name} as publiee set {emptied} from retenues where {same}")  # noqa: S608
    connection.unregister("retenues")


def shown(folder: Path) -> set[Cell]:
    """Cells whose known sum a candidate or release shows."""
    results: set[Cell] = set()
    with duckdb.connect() as connection:
        for path in sorted(folder.glob("tables/*.parquet")):
            columns = pq.read_schema(path).names
            if column := known_column(columns):
                cells = f"select {', '.join(_cell(columns))} from read_parquet(?) as publiee"  # noqa: S608 - names of a checked file
                known = f"{cells} where {identifier(column)} is not null"
                results |= set(connection.execute(known, [str(path)]).fetchall())
    return results


def _cell(columns: Collection[str]) -> tuple[str, ...]:
    """SQL of each part of a cell, in the columns of a table (alias `publiee`)."""
    measure = next(item for item in MEASURES if item in columns)
    sector = next(item for item in SECTORS if item in columns)
    energy = "publiee.energie" if "energie" in columns else "''"
    territory = ("publiee.maille", "publiee.code_territoire")
    return ("publiee.inventaire", "publiee.annee", f"publiee.{sector}", f"publiee.{measure}", energy, *territory)
