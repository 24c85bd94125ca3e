"""`flux-carbone explain`, `passage`, `scenario`, `export`, `changes`: answers from the last refresh and from releases.

What they print may describe communes: it is for the house, not for publication.
"""

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.table import Table

from dagster_project.analysis import explain as explanations
from dagster_project.analysis.levers import levers
from dagster_project.analysis.scenario import run as run_scenario
from dagster_project.command import changes_report
from dagster_project.command.say import Json, print_json, stop, written
from dagster_project.core.ledger import Ledger
from dagster_project.core.sql import literal, scalar
from dagster_project.ingest import scenarios
from dagster_project.products.figures import PREFIX
from dagster_project.release import changes as publication_changes
from dagster_project.release.conventions import CONVENTIONS
from dagster_project.release.csv_files import write_csv
from dagster_project.release.exchange import express
from dagster_project.release.switch import current, vintages
from dagster_project.settings import load_settings
from dagster_project.warehouse.marts import published_tables
from dagster_project.warehouse.project import manifest_path

WIDTH = 160  # of tables that go to a file
ROOM = 1.1  # ALDO's own land uses add up to a little more than the territory: two maps
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
MESH = "--mesh", "--maille"  # the second is its name until version 0.5
LAND_USES = "select distinct occupation from intermediate.int_stocks_territoires where surface_ha is not null"

app = typer.Typer()


@app.command()
def explain(
    code: Annotated[
        str, typer.Argument(help="SIREN of an EPCI, code of a departement, region or territory of yours, FR")
    ],
    mesh: Annotated[str | None, typer.Option(*MESH, help="Mesh, when a code stands at several")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also list communes that nothing has changed")] = False,
    as_json: Json = False,
) -> None:
    """Where the communes of 2018 of a territory went, and what each contributed."""
    with _warehouse() as connection:
        explanation = explanations.explain(connection, code, mesh)
    if as_json:
        print_json(asdict(explanation))
    else:
        explanations.show(explanation, Console(highlight=False), everything)


@app.command()
def passage(
    source: Annotated[str, typer.Argument(help="Vintage to start from: 2014 to the newest, or aldo")],
    target: Annotated[str, typer.Argument(help="Vintage to end at")],
    file: Annotated[Path | None, typer.Option("--csv", help="Write the whole table there")] = None,
    code: Annotated[list[str] | None, typer.Option("--code", help="Only these communes (may be repeated)")] = None,
    as_json: Json = False,
) -> None:
    """Passage between two vintages, either way: weights by area and by population, with the rule of each row."""
    with _warehouse() as connection:
        table = explanations.passage(connection, source, target, code or [])
        if file:
            with written(file):
                table.write_csv(str(file))
            print(f"{len(table)} rows in {file}")
        elif as_json:
            print_json(table.to_arrow_table().to_pylist())
        else:
            explanations.show_passage(table, Console(highlight=False))


@app.command(name="levers")
def state_levers(
    region: Annotated[str | None, typer.Argument(help="Name of a region, as Insee writes it; all otherwise")] = None,
    as_json: Json = False,
) -> None:
    """The State's regional levers for 2030 in physical units: working data of FLUX_MIRROR, never published."""
    copy = load_settings().mirror
    if not copy:
        stop("the levers are read in a copy of the portals: set FLUX_MIRROR")
    known = levers(copy, region)
    if as_json:
        print_json([asdict(lever) for lever in known])
        return
    table = Table("Region", "Lever", "2019", "2030", "Unit", title="Working data of the State: do not circulate")
    for lever in known:
        start = "" if lever.start is None else f"{lever.start:g}"
        table.add_row(lever.region, lever.name, start, f"{lever.aim:.4g}", lever.unit)
    Console(highlight=False).print(table)


@app.command()
def scenario(
    code: Annotated[str, typer.Argument(help="Code of the territory")],
    file: Annotated[
        Path, typer.Argument(help="CSV: type,objet,vers,hectares,annees (see docs/analysis.md)", exists=True)
    ],
    mesh: Annotated[str, typer.Option(*MESH, help="Mesh of the territory")] = "epci",
    name: Annotated[str | None, typer.Option(help="Name of the scenario; that of the file otherwise")] = None,
) -> None:
    """What if: the tables of one territory under its own areas, changes and practices."""
    with _warehouse() as connection:
        uses = [row[0] for row in connection.execute(LAND_USES).fetchall()]
        practices = [row[0] for row in connection.execute("select pratique from intermediate.int_pratiques").fetchall()]
    settings = load_settings()
    named = name or file.stem
    if not NAME.fullmatch(named):
        stop(f"{named!r} cannot name a scenario: letters, digits, dash and underscore, 40 at most (--name)")
    folder = settings.scenarios / named
    lines = scenarios.read(file, uses, practices)
    compiled = manifest_path(settings).parent / "compiled"
    with written(folder):
        counts = run_scenario(settings.warehouse, compiled, (mesh, code), lines, folder)
    for table, rows in counts.items():
        print(f"{table}: {rows} rows")
    about = json.loads((folder / "scenario.json").read_text("utf-8"))
    start, land, described = about["a_partir_de"], about["surface_du_territoire_ha"], about["surface_decrite_ha"]
    if land and described > land * ROOM:
        print(
            f"warning: land uses add up to {described:,.0f} ha in a territory of {land:,.0f} ha: take from one what another gains"
        )
    print(f"COG {start['cog']}, {start['version_aldo']}, {start['statut_donnees']}\n{folder}")


@app.command()
def export(
    table: Annotated[str, typer.Argument(help="A table of the current release")],
    convention: Annotated[str, typer.Argument(help=f"One of {', '.join(sorted(CONVENTIONS))}")],
    file: Annotated[Path, typer.Argument(help="CSV to write")],
) -> None:
    """A published table in the sign and unit of a publisher."""
    settings = load_settings()
    place = current(settings.publication)
    source = place / "tables" / f"{table}.parquet" if place and NAME.fullmatch(table) else None
    if convention not in CONVENTIONS:
        stop(f"no convention {convention!r}: one of {', '.join(sorted(CONVENTIONS))}")
    if source is None or not source.is_file():
        known = sorted(path.stem for path in place.glob("tables/*.parquet")) if place else ["none: run `make run`"]
        stop(f"no table {table!r} in the current release; there are: {', '.join(known)}")
    contract = {published.name: published for published in published_tables(manifest_path(settings))}[table]
    if contract.convention:
        stop(f"{table} is already written for {contract.convention}: export the table of the house")
    # What is rounded would be rounded twice in another unit.
    exact = [column for column in contract.columns if not column.name.startswith(PREFIX)]
    rows = pq.read_table(source, columns=[item.name for item in exact])
    expressed, sign = express(rows, exact, convention), "nothing in it has a sign to turn"
    if any(item.signed for item in exact):
        sign = CONVENTIONS[convention].text
        expressed = expressed.append_column("convention_de_signe", pa.array([sign] * expressed.num_rows, pa.string()))
    with duckdb.connect() as connection, written(file):
        connection.register("exprimee", expressed)
        write_csv(connection, "exprimee", "all", file)
    print(f"{expressed.num_rows} rows in {file}: {sign}")


@app.command()
def changes(
    before: Annotated[str, typer.Argument(help="Earlier release: its identifier, or cog2019")],
    after: Annotated[str, typer.Argument(help="Later release: its identifier, or cog2026")],
    file: Annotated[Path | None, typer.Option("--csv", help="Write every territory there")] = None,
    as_json: Json = False,
) -> None:
    """What changed between two releases, territory by territory, split into geography, data and method."""
    settings = load_settings()
    places = [changes_report.find_release(settings.publication, named) for named in (before, after)]
    path = publication_changes.store(settings.bases, *places)
    table = pq.read_table(path)
    if as_json:
        print_json(table.to_pylist())
        return
    changes_report.show(table, Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH))
    print(f"Every territory: {path}")
    if file:
        with duckdb.connect() as connection, written(file):
            connection.register("changements", table)
            write_csv(connection, "changements", "all", file)
        print(f"{table.num_rows} rows in {file}")


def _warehouse() -> duckdb.DuckDBPyConnection:
    settings = load_settings()
    if not settings.warehouse.is_file():
        stop(f"{settings.warehouse} does not exist: run `make run` first, or set FLUX_DATA")
    Ledger(settings.data).require("gate_2")  # a damaged file is told from one that another process holds
    try:
        connection = duckdb.connect(str(settings.warehouse), read_only=True)
    except duckdb.IOException:
        stop(f"{settings.warehouse} is being written: wait for the refresh to end")
    if not connection.execute(
        "select 1 from information_schema.tables where table_name = 'int_commune_lineage'"
    ).fetchone():
        stop(f"{settings.warehouse} was written by an earlier version: run `make run` again")
    connection.execute(f"set file_search_path = {literal(settings.raw)}")
    cog = scalar(connection, "select cog from staging.stg_execution")
    if settings.cog not in (None, cog):
        made = ", ".join(map(str, vintages(settings.publication))) or "none"
        stop(
            f"FLUX_COG={settings.cog}: the warehouse is that of COG {cog} (releases there are: {made});"
            f" `FLUX_COG={settings.cog} make run` makes it that of {settings.cog}, or leave FLUX_COG out"
        )
    return connection
