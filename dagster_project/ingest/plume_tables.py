"""What dbt reads of plumes besides sources: months at hand, positions of the IREP, communes by hundredth of a degree."""

import csv
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.core import code, digests
from dagster_project.core.files import whole_file
from dagster_project.core.ledger import Ledger
from dagster_project.geography import coordinates, grid
from dagster_project.ingest import plume_months, raw
from dagster_project.ingest.boundary_table import open_boundaries
from dagster_project.ingest.run import Run
from dagster_project.ingest.tables import ROWS, WrittenTable
from dagster_project.plumes.parameters import SEEDS
from dagster_project.settings import Settings
from dagster_project.sources.registry import load_registry

IREP, BOUNDARIES = "irep_emissions", "contours_communes"
PLACES = "lieux"  # beside the raw tables that gate 1 looks at: they are computed of those
SYSTEMS = SEEDS / "panaches_systemes.csv"


def months(run: Run) -> dict[str, WrittenTable]:
    """Candidates and tracks of the months at hand; the demonstration's months are read first.

    Raises:
        SourceError: a file that cannot be used.
    """
    settings = run.settings
    if settings.is_sample:
        for month in plume_months.by_month(run.store.lite_files()):
            plume_months.month_of(settings, run.store, month)
    known = plume_months.at_hand(settings)  # once: it looks at every byte of the months
    return {
        f"oco2_{name}": _kept(settings.raw / f"oco2_{name}.parquet", plume_months.gathered(settings, known, name))
        for name in (plume_months.PICS, plume_months.TRACES)
    }


def positions(run: Run) -> WrittenTable:
    """Where the establishments of the IREP are, of those whose coordinates have a system that is known."""
    labels = ["Identifiant", "Coordonnees_X", "Coordonnees_Y", "latitude", "longitude"]
    frame = pq.read_table(run.settings.raw / f"{IREP}.parquet", columns=labels).to_pandas()
    frame = frame.drop_duplicates("Identifiant").set_index("Identifiant").apply(pd.to_numeric, errors="coerce")
    with SYSTEMS.open(encoding="utf-8", newline="") as file:
        systems = [
            coordinates.System(int(row["epsg"]), row["systeme"], float(row["facteur"])) for row in csv.DictReader(file)
        ]
    result = coordinates.resolved(frame.rename(columns={"Coordonnees_X": "x", "Coordonnees_Y": "y"}), systems)
    columns = {
        "identifiant": pa.array(result.index, pa.string()),
        "systeme": pa.array(result.systeme, pa.string()),
        **{name: pa.array(result[name], pa.float64()) for name in ("latitude", "longitude", "ecart_km")},
    }
    return _kept(run.settings.data / PLACES / "irep_positions.parquet", pa.table(columns))


def cells(run: Run) -> WrittenTable:
    """The commune of each hundredth of a degree, in every edition of the boundaries that is read; made once a file."""
    settings, ledger = run.settings, Ledger(run.settings.data)
    stored = raw.stored_files(settings, BOUNDARIES)
    target = settings.data / PLACES / "cellules.parquet"
    inputs = digests.of(code.digest(grid.cells, open_boundaries), sorted(path.parent.name for path in stored.values()))
    if page := ledger.whole("lieux_cellules", inputs):
        return WrittenTable(inputs, True, dict(page.notes))
    parts = [_cells(settings, edition, path) for edition, path in stored.items()]
    table = pa.concat_tables(parts)
    with whole_file(target) as part:
        pq.write_table(table, part, compression="zstd", compression_level=1)
    notes = {ROWS: table.num_rows}
    ledger.enter("lieux_cellules", ledger.seen(inputs, target, notes=notes))
    return WrittenTable(inputs, False, notes)


def _cells(settings: Settings, edition: str, path: Path) -> pa.Table:
    layout = load_registry()[BOUNDARIES].layout_of(edition, settings.mode)
    frame = grid.cells(open_boundaries(path, layout)).rename(columns={"code": "code_contour"})
    frame.insert(0, "millesime", int(edition))
    return pa.Table.from_pandas(frame, preserve_index=False)


def _kept(target: Path, table: pa.Table) -> WrittenTable:
    before = raw.metadata_of(target).get("rows")
    rows = raw.write(table, target, {"title": target.stem, "snapshots": []})
    return WrittenTable(rows, rows == before, {ROWS: table.num_rows})
