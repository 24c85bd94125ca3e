"""An inventory's file, whatever its layout, to one long all-text Parquet: a row a figure, under the producer's own words.

Says of each figure whether it is a number, missing or secret, three things that nothing later may confuse. What labels and units
mean is dbt's business; a cell that the contract does not allow is refused here, with its line and column.
"""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.core import code, digests
from dagster_project.core.errors import SourceError
from dagster_project.core.sql import identifier, literal, templates
from dagster_project.ingest.compressed import AGAIN
from dagster_project.ingest.inventory_files import Table, tables
from dagster_project.sources.inventories import Inventory, Reading
from dagster_project.sources.store import Snapshot

SQL = templates(Path(__file__).with_name("inventory_tables.sql.j2"))
TEXTS = ("inventaire", "code", "nom", "annee", "est_provisoire", "secteur", "energie", "usage", "mesure", "unite", "etat",
         "nombre", "colonne", "fichier")  # fmt: skip
FIGURES = pa.schema([*((name, pa.string()) for name in TEXTS), ("_ligne", pa.int64())])
CODES = {"commune": "([0-9]{5}|2[AB][0-9]{3})", "epci": "[0-9]{9}"}
LARGEST = 1e12  # of any figure in any unit: joules are not among the units of inventories
MEMORY = "700MB"  # beyond it DuckDB spills beside the target


def ingest(inventory: Inventory, snapshot: Snapshot, folder: Path) -> Path:
    """The long table of one version, written once for the same bytes, the same contract and the same code.

    Args:
        inventory: its contract.
        snapshot: the producer's file.
        folder: where tables of all inventories are kept.

    Returns:
        path of the Parquet (columns of FIGURES).

    Raises:
        SourceError: a layout or a cell that is not the contract's, with its line and column.
    """
    manifest = snapshot.manifest
    contract = digests.of(inventory.model_dump_json(), code.digest(ingest))
    place = folder / manifest.mode / inventory.id / manifest.edition / f"{manifest.sha256[:16]}-{contract[:8]}.parquet"
    if place.is_file():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".incoming-", dir=place.parent))
    try:
        read = tables(inventory, snapshot, work)
        with duckdb.connect() as connection:
            connection.execute(f"set memory_limit = '{MEMORY}'")
            connection.execute("set temp_directory = ?", [str(work)])
            connection.execute("set preserve_insertion_order = false")  # rows know their file and line
            _write(connection, inventory, manifest.edition, read, work / "long.parquet")
            for table in read:
                table.path.unlink()
            _refuse_bad_cells(connection, inventory.reading, work / "long.parquet")
            _refuse_duplicates(connection, inventory.reading, work / "long.parquet")
        (work / "long.parquet").rename(place)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return place


def _write(
    connection: duckdb.DuckDBPyConnection, inventory: Inventory, edition: str, read: Sequence[Table], target: Path
) -> None:
    """The verbatim tables under the contract's labels, one below the other, then long."""
    for number, table in enumerate(read):
        columns = [f"{column} as {identifier(label)}" for label, column in table.columns.items()]
        origin = f"select {', '.join(columns)}, _ligne from read_parquet({literal(table.path)})"  # noqa: S608
        connection.execute(f"create view verbatim_{number} as {origin}")
    query = SQL["long"].render(id=inventory.id, r=inventory.reading, edition=edition, tables=read)
    connection.execute(f"copy ({query}) to {literal(target)} (format parquet, compression zstd)")


def _refuse_duplicates(connection: duckdb.DuckDBPyConnection, reading: Reading, long: Path) -> None:
    """A repeated figure would be counted twice: one a territory, year, sector, carrier, use and measure, as they are read.

    A year with and without its provisional mark is the same year.
    """
    result = connection.execute(SQL["repeated"].render(r=reading), {"long": str(long)})
    names = [column[0] for column in result.description]
    if row := result.fetchone():
        *values, times, line, file = row
        listed = ", ".join(f"{name}={value!r}" for name, value in zip(names, values, strict=False) if value)
        where = f"line {line}, column {reading.territory.code or reading.territory.name}"
        raise SourceError(file, f"{listed} appears {times} times", "Keep one row a figure. " + AGAIN, where=where)


def _refuse_bad_cells(connection: duckdb.DuckDBPyConnection, reading: Reading, long: Path) -> None:
    """A cell that the contract does not allow."""
    wanted = f"a number with {reading.decimal!r} as decimal separator, one of the missing codes {list(reading.missing.codes)}"
    wanted += f", nor one of the secret codes {list(reading.secret.codes)}" if reading.secret.codes else ""
    query = SQL["bad_cell"].render(r=reading, pattern=CODES[reading.mesh], largest=f"{LARGEST:g}", wanted=wanted)
    if result := connection.execute(query, {"long": str(long)}).fetchone():
        line, label, problem, file = result
        raise SourceError(file, problem, AGAIN, where=f"line {line}, column {label}")
