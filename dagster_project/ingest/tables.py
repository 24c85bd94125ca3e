"""The raw tables of one refresh: sources, inventories, the user's territories and the row of its choices."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dagster_project.core import code, digests
from dagster_project.core.errors import SourceError
from dagster_project.core.files import link_or_copy
from dagster_project.core.ledger import Ledger
from dagster_project.ingest import inventory_tables, raw, target_file, territories
from dagster_project.ingest.given_files import GivenFile
from dagster_project.ingest.run import Run, Version
from dagster_project.settings import STATUTS, Settings
from dagster_project.sources.registry import Source
from dagster_project.sources.sample.emissions import MARK
from dagster_project.sources.store import Manifest, Snapshot, Store

ROWS = "dagster/row_count"  # as Dagster's pages call it
ALDO_LIST_DATE = "2018-12-17"  # IGN's list that ALDO uses; it is neither COG 2018 nor COG 2019
AT_ONCE = 2  # what is read lets go of Python, and fills two cores; more at once would hold more tables in memory
CONTRACTS = ("inventaire", "version", "maille", "cog", "perimetre", "jeu_prg", "lignes_absentes", "par_nom", "annee_min",
             "annee_max", "lignes", "lignes_min", "lignes_max", "titre", "editeur", "date_diffusion",
             "fichier", "unites_corrigees", "parts_connues_min", "part_max")  # fmt: skip


@dataclass(frozen=True)
class SourceTable:
    """What became of a source.

    Attributes:
        manifests: of the snapshots it was read from.
        known: all of them were here before.
        inputs: digest of what the raw table is made of.
        shape: rows and columns; None when the table of before stays.
    """

    manifests: list[Manifest]
    known: bool
    inputs: str
    shape: tuple[int, int] | None


@dataclass(frozen=True)
class WrittenTable:
    """A table that is written each time: digest of its rows, whether they are those of before, and what is shown of it."""

    rows: str
    known: bool
    metadata: dict[str, Any]


@dataclass(frozen=True)
class VersionTable:
    """One version of an inventory, fetched and read."""

    version: Version
    snapshot: Snapshot
    table: Path


def sources(chosen: list[Source], run: Run) -> Iterator[tuple[Source, SourceTable | SourceError]]:
    """Fetch and read sources, two at a time; each with what became of it, in the order in which they were given."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [(source, pool.submit(source_table, source, run)) for source in chosen]
        for source, future in waiting:
            try:
                yield source, future.result()
            except SourceError as error:
                yield source, error


def source_table(source: Source, run: Run) -> SourceTable:
    """Fetch the editions of a source that this refresh reads, and make its raw table unless it is there as it would be.

    Raises:
        SourceError: a file that is missing or is not the contract's; its snapshots are set aside.
    """
    snapshots = [run.store.fetch(source, edition) for edition in run.editions(source)]
    manifests, known = [item.manifest for item in snapshots], all(item.known for item in snapshots)
    target, lineage = run.settings.raw / f"{source.id}.parquet", [asdict(manifest) for manifest in manifests]
    inputs = digests.of(code.digest(raw.build), source.model_dump_json(), lineage)
    ledger, name = Ledger(run.settings.data), f"raw_{source.id}"
    if ledger.whole(name, inputs):
        return SourceTable(manifests, known, inputs, None)
    try:
        table = raw.build(source, snapshots)
    except SourceError:
        for snapshot in snapshots:
            run.store.refuse(snapshot)
        raise
    raw.write(table, target, {"title": source.title, "snapshots": lineage, "quantities": source.quantities})
    ledger.enter(name, ledger.seen(inputs, target))
    return SourceTable(manifests, known, inputs, (table.num_rows, table.num_columns))


def version_table(version: Version, settings: Settings, store: Store) -> VersionTable:
    """Fetch and read one version of an inventory; what was read before is not read again.

    Raises:
        SourceError: no file, or one that is not the contract's; the snapshot is set aside.
    """
    snapshot = store.fetch(version.inventory, version.name)
    try:
        table = inventory_tables.ingest(version.inventory, snapshot, settings.inventory_tables)
    except SourceError:
        store.refuse(snapshot)
        raise
    return VersionTable(version, snapshot, table)


def inventories(run: Run) -> tuple[list[VersionTable], WrittenTable, WrittenTable]:
    """The figures and the contracts of the inventories that this refresh reads.

    Returns:
        each version, then the folder of figures, then the table of contracts.

    Raises:
        SourceError: see `version_table`.
    """
    folder, target = run.settings.raw / "inventaires", run.settings.raw / "inventaires.parquet"
    before = digests.of_files(folder.glob("*.parquet"), folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pq.write_table(inventory_tables.FIGURES.empty_table(), folder / "valeurs.parquet")  # never an empty folder
    read = [version_table(version, run.settings, run.store) for version in run.inventories]
    for item in read:
        link_or_copy(item.table, folder / f"valeurs_{item.version.inventory.id}.parquet")
    now, rows = digests.of_files(folder.glob("*.parquet"), folder), [_contract(item) for item in read]
    table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in CONTRACTS})
    manifests = [{**asdict(item.snapshot.manifest), "title": item.version.inventory.title} for item in read]
    shown = {"inventories": ", ".join(item.version.inventory.id for item in read)}
    contracts = _written(table, target, {"title": "Inventaires d'émissions", "snapshots": manifests}, shown)
    return read, WrittenTable(now, now == before, contracts.metadata), contracts


def own_territories(run: Run) -> WrittenTable:
    """The user's own territories.

    Raises:
        SourceError: a row that is not usable.
    """
    return _given(run, run.territories.table, territories.FILE, run.settings.territories)


def own_targets(run: Run) -> WrittenTable:
    """The targets that territories have set themselves.

    Raises:
        SourceError: an entry that is not usable.
    """
    return _given(run, run.targets, target_file.FILE, run.settings.targets)


def execution(run: Run) -> WrittenTable:
    """The row that states the choices of the refresh."""
    row = {
        "cog": str(run.cog),
        "date_liste_aldo": ALDO_LIST_DATE,
        "edition_aldo": run.aldo.key,
        "version_aldo": run.aldo.release,
        "periode_aldo": run.aldo.fluxes.label,
        "annees_aldo": str(run.aldo.fluxes.years),
        "statut_donnees": run.settings.statut,
        "mode": run.settings.mode,
    }
    table = pa.table({name: [value] for name, value in row.items()})
    return _written(table, run.settings.raw / "execution.parquet", {}, row)


def _given(run: Run, table: pa.Table, file: GivenFile, path: Path | None) -> WrittenTable:
    """The raw table of a file that the user gives, empty without one."""
    return _written(table, run.settings.raw / f"{file.source}.parquet", file.lineage(path))


def _written(
    table: pa.Table, target: Path, lineage: dict[str, Any], metadata: dict[str, Any] | None = None
) -> WrittenTable:
    """Write what is too small to be spared, and say whether its rows are new."""
    before = raw.metadata_of(target).get("rows")
    rows = raw.write(table, target, lineage)
    return WrittenTable(rows, rows == before, {ROWS: table.num_rows, **(metadata or {})})


def _contract(read: VersionTable) -> dict[str, str]:
    """What dbt and the gates need of a contract, as text."""
    inventory, reading = read.version.inventory, read.version.inventory.reading
    figures, per_row = pq.read_metadata(read.table).num_rows, len(reading.wide) or 1
    names = pq.ParquetFile(read.table).read_row_group(0, columns=["nom"])["nom"]
    invented = f" ({STATUTS['sample']})" if pc.any(pc.starts_with(names, MARK)).as_py() else ""
    corrected = [
        f"{label} en {value.unit} et non en {value.announced_unit}, {value.reason}"
        for label, value in reading.wide.items()
        if value.announced_unit
    ]
    facts = {
        "inventaire": inventory.id,
        "version": read.snapshot.manifest.release + invented,
        "maille": reading.mesh,
        "cog": reading.cog,
        "perimetre": reading.perimetre,
        "jeu_prg": reading.gwp_set,
        "lignes_absentes": reading.absent_rows,
        "par_nom": reading.territory.code is None,
        "annee_min": reading.year.first,
        "annee_max": reading.year.last,
        "lignes": figures // per_row,
        "lignes_min": reading.rows[0],
        "lignes_max": reading.rows[1],
        "titre": inventory.title,
        "editeur": inventory.publisher,
        "date_diffusion": reading.release_date,
        "fichier": read.snapshot.manifest.address,
        "unites_corrigees": " ; ".join(corrected),
        "parts_connues_min": reading.partial_sums.parts,
        "part_max": reading.partial_sums.share,
    }
    return {name: "" if value is None else str(value) for name, value in facts.items()}
