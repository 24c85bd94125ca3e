"""The projection at 1, 10 and 100 times the national volume: as many scenarios of ALDO, each with its own territories.

dbt's own compiled models run unchanged on generated copies of the warehouse's staging tables, in a process of their own under a
memory limit. Generating the copies is not counted. `python -m benchmarks.scale <data folder> <times>` runs one size.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.measure import run
from dagster_project.core.sql import literal

TIMES = (1, 10, 100)
BATCH = 10  # scenarios at a time: the sums of a hundred (a decimal for each territory and item) would not fit in memory together
MEMORY = "3GB"  # of DuckDB's own, so that the process stays under 4 GB
COPIED = {  # table -> the column that tells scenarios apart
    "staging.stg_aldo__flux_total": "code_commune_aldo",
    "staging.stg_aldo__flux_unitaire": "code_commune_aldo",
    "staging.stg_aldo__accroissement_forets": "code_commune_aldo",
    "intermediate.int_appartenances": "code_commune_aldo",
}
AS_THEY_ARE = ("staging.stg_aldo__rejets", "intermediate.int_constantes")
MODELS = {  # in dbt's order
    "int_flux_atmosphere": "view",
    "int_conversions": "table",
    "int_flux_communes": "view",
    "int_flux_reservoirs": "table",
    "int_reservoirs_territoires": "table",
    "int_flux_territoires": "table",
}


def one(data: Path, times: int, work: Path) -> None:
    """Generate, run, print seconds and rows as JSON. Scenarios share nothing: BATCH of them are projected at a time."""
    compiled = data / "dbt" / "compiled" / "flux_carbone" / "models" / "intermediate" / "flux"
    queries = {name: (compiled / f"{name}.sql").read_text("utf-8") for name in MODELS}
    seconds = 0.0
    with duckdb.connect() as connection:
        connection.execute(
            f"set memory_limit = '{MEMORY}'; set threads = 2; set temp_directory = {literal(work / 'spill')}"
        )
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach {literal(data / 'warehouse' / 'entrepot.duckdb')} as national (read_only)")
        connection.execute(f"attach {literal(work / 'all.duckdb')} as everything")
        for first in range(0, times, BATCH):
            batch = work / f"{first}.duckdb"
            connection.execute(f"attach {literal(batch)} as entrepot")
            _copies(connection, first, min(first + BATCH, times))
            begun = time.perf_counter()
            for name, kind in MODELS.items():
                connection.execute(f"create {kind} entrepot.intermediate.{name} as {queries[name]}")
            verb = "insert into everything.flux" if first else "create table everything.flux as"
            connection.execute(f"{verb} from entrepot.intermediate.int_flux_territoires")
            seconds += time.perf_counter() - begun
            connection.execute("detach entrepot")
            batch.unlink()
        (rows,) = connection.execute("select count(*) from everything.flux").fetchone()
    print(json.dumps({"seconds": seconds, "rows": rows}))


def _copies(connection: duckdb.DuckDBPyConnection, first: int, end: int) -> None:
    """Staging tables of the scenarios `first` to `end` (excluded)."""
    for schema in ("staging", "intermediate"):
        connection.execute(f"create schema entrepot.{schema}")
    for table, code in COPIED.items():
        own = ", code_territoire || '#' || k as code_territoire" if table.endswith("appartenances") else ""
        connection.execute(
            f"create table entrepot.{table} as select * replace ({code} || '#' || k as {code}{own}) "
            f"from range({first}, {end}) as scenarios(k) cross join national.{table}"
        )
    for table in AS_THEY_ARE:
        connection.execute(f"create table entrepot.{table} as from national.{table}")
    connection.execute("checkpoint entrepot")


def report(data: Path) -> None:
    """A line a size, and the exponents of growth: 1 is linear."""
    found: dict[int, float] = {}
    print(f"{'projection':>12}{'s':>9}{'ratio':>9}{'peak MB':>9}{'rows':>12}{'exponent from the size before':>32}")
    for times in TIMES:
        try:
            measured = run([sys.executable, "-m", "benchmarks.scale", str(data), str(times)], {})
        except RuntimeError as error:
            reason = next((line for line in str(error).splitlines() if "Error" in line), "see its output")
            print(f"{times:>11}x did not end: {reason[:110]}")
            return
        said = json.loads(measured.output.splitlines()[-1])
        found[times] = said["seconds"]
        before = TIMES[TIMES.index(times) - 1]
        grown = "" if times == TIMES[0] else f"{math.log(found[times] / found[before]) / math.log(times / before):.2f}"
        print(
            f"{times:>11}x{said['seconds']:9.2f}{said['seconds'] / found[TIMES[0]]:9.1f}{measured.peak_mb:9.0f}"
            f"{said['rows']:12,}{grown:>32}"
        )
    whole = math.log(found[TIMES[-1]] / found[TIMES[0]]) / math.log(TIMES[-1] / TIMES[0])
    print(f"exponent from {TIMES[0]}x to {TIMES[-1]}x: {whole:.2f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        one(Path(sys.argv[1]), int(sys.argv[2]), Path(folder))
