"""Emission inventories as assets: each with its versions as partitions, and the table of those that a refresh reads."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project import digests
from dagster_project.assets.alone import ALONE
from dagster_project.checks import stamps
from dagster_project.files import link_or_copy
from dagster_project.ingest import inventories as reading
from dagster_project.ingest import raw
from dagster_project.settings import STATUTS, Settings
from dagster_project.sources.errors import SourceError
from dagster_project.sources.inventories import Inventory, load_inventories
from dagster_project.sources.sample.inventories import MARK
from dagster_project.sources.store import Snapshot, Store

GROUP = "inventaires"  # partitioned by version, outside the refresh, which reads what it needs by itself
CONTRACTS = dg.AssetKey(["raw", "inventaires"])
FIGURES = dg.AssetKey(["raw", "inventaires_chiffres"])
CHECK = "contrat_respecte"
COLUMNS = ("inventaire", "version", "maille", "cog", "perimetre", "jeu_prg", "lignes_absentes", "par_nom", "annee_min",
           "annee_max", "lignes", "lignes_min", "lignes_max", "titre", "editeur", "date_diffusion",
           "fichier", "unites_corrigees", "parts_connues_min", "part_max")  # fmt: skip


@dataclass(frozen=True)
class Version:
    """One version of one inventory."""

    inventory: Inventory
    name: str


def chosen(settings: Settings, store: Store) -> list[Version]:
    """The versions that this refresh reads: those of FLUX_INVENTAIRES, else the newest of each that is at hand.

    Raises:
        SourceError: an inventory or a version that is not known, or not served in this mode.
    """
    known = load_inventories()
    if settings.inventories is None:
        if settings.mode == "live":
            return []
        at_hand = {
            one.id: [name for name in one.versions(settings.mode) if store.has(one, name)] for one in known.values()
        }
        return [Version(known[name], versions[-1]) for name, versions in at_hand.items() if versions]
    found = []
    for name, version in settings.inventories.items():
        if name not in known:
            raise SourceError("FLUX_INVENTAIRES", f"no inventory {name!r}", f"Choose among: {', '.join(known)}")
        served = known[name].versions(settings.mode)
        if not served or (version or served[-1]) not in served:
            wanted = f"version {version}" if version else "no version"
            remedy = f"Choose among: {', '.join(served) or 'none'}, or adapt its YAML"
            raise SourceError(name, f"{wanted} is served in mode {settings.mode}", remedy)
        found.append(Version(known[name], version or served[-1]))
    return found


def epci_vintages(versions: Sequence[Version]) -> tuple[str, ...]:
    """Vintages of the EPCI that inventories are about."""
    return tuple(sorted({str(one.inventory.reading.cog) for one in versions if one.inventory.reading.mesh == "epci"}))


def inventory_assets(settings: Settings, store: Store) -> list[dg.AssetsDefinition]:
    """A pair of partitioned assets an inventory, and the one table that the refresh reads."""
    return [*(_pair(one, settings, store) for one in load_inventories().values()), _contracts(settings, store)]


def _pair(inventory: Inventory, settings: Settings, store: Store) -> dg.AssetsDefinition:
    snapshot_key, table_key = asset_keys(inventory)
    versions = dg.StaticPartitionsDefinition(sorted(inventory.editions))
    described = {
        "publisher": inventory.publisher,
        "page": dg.MetadataValue.url(inventory.page),
        "licence": inventory.licence,
        "perimetre": inventory.reading.perimetre,
        "gwp_set": inventory.reading.gwp_set,
    }
    about = {"group_name": GROUP, "description": inventory.title, "partitions_def": versions}

    @dg.multi_asset(
        name=f"ingest_inventaire_{inventory.id}",
        specs=[
            dg.AssetSpec(snapshot_key, metadata=described, **about),
            dg.AssetSpec(table_key, deps=[snapshot_key], **about),
        ],
        check_specs=[dg.AssetCheckSpec(CHECK, asset=table_key, description="Every cell is what the contract allows.")],
        required_resource_keys={ALONE},
        partitions_def=versions,
    )
    def ingest(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        try:
            snapshot, table = read_version(Version(inventory, context.partition_key), settings, store)
        except SourceError as error:
            yield dg.AssetCheckResult(
                passed=False, check_name=CHECK, asset_key=table_key, metadata={"violations": str(error)}
            )
            raise
        for key, metadata in _materialized(inventory, snapshot, table).items():
            version = dg.DataVersion(snapshot.manifest.sha256[:16])
            yield dg.MaterializeResult(asset_key=key, metadata=metadata, data_version=version)
        yield dg.AssetCheckResult(passed=True, check_name=CHECK, asset_key=table_key, metadata={"violations": "none"})

    return ingest


def asset_keys(inventory: Inventory) -> tuple[dg.AssetKey, dg.AssetKey]:
    """Keys of the snapshot and of the long table of an inventory."""
    return dg.AssetKey(["inventaires", "snapshots", inventory.id]), dg.AssetKey(["inventaires", inventory.id])


def read_version(version: Version, settings: Settings, store: Store) -> tuple[Snapshot, Path]:
    """Fetch and read one version; what was read before is not read again.

    Returns:
        its snapshot and its long table.

    Raises:
        SourceError: no file, or one that is not the contract's; the snapshot is set aside.
    """
    snapshot = store.fetch(version.inventory, version.name)
    try:
        table = reading.ingest(version.inventory, snapshot, settings.inventory_tables)
    except SourceError:
        store.refuse(snapshot)
        raise
    return snapshot, table


def _materialized(inventory: Inventory, snapshot: Snapshot, table: Path) -> dict[dg.AssetKey, dict]:
    snapshot_key, table_key = asset_keys(inventory)
    manifest, known = snapshot.manifest, {stamps.REUSED: True} if snapshot.known else {}
    rows = pq.read_metadata(table).num_rows
    return {
        snapshot_key: {"sha256": manifest.sha256, "bytes": manifest.bytes, "address": manifest.address, **known},
        table_key: {"dagster/row_count": rows, "sha256": manifest.sha256[:16], **known},
    }


def _contracts(settings: Settings, store: Store) -> dg.AssetsDefinition:
    read = [asset_keys(one)[1] for one in load_inventories().values()]

    @dg.multi_asset(
        name="raw__inventaires",
        specs=[
            dg.AssetSpec(FIGURES, deps=read, group_name="raw", description="Figures of the inventories that are read."),
            dg.AssetSpec(CONTRACTS, deps=read, group_name="raw", description="Those inventories, one row each."),
        ],
        required_resource_keys={ALONE},
    )
    def contracts(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        folder, target = settings.raw / "inventaires", settings.raw / "inventaires.parquet"
        before = digests.of_files(folder.glob("*.parquet"), folder), raw.said_of(target).get("rows")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        pq.write_table(reading.FIGURES.empty_table(), folder / "valeurs.parquet")  # never an empty folder
        rows, manifests = [], []
        for version in chosen(settings, store):
            snapshot, table = read_version(version, settings, store)
            link_or_copy(table, folder / f"valeurs_{version.inventory.id}.parquet")
            rows.append(_row(version, snapshot, table))
            manifests.append({**asdict(snapshot.manifest), "title": version.inventory.title})
            for key, metadata in _materialized(version.inventory, snapshot, table).items():
                context.log_event(dg.AssetMaterialization(key, partition=version.name, metadata=metadata))
        table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS})
        lineage = {"title": "Inventaires d'émissions", "snapshots": manifests}
        names = ", ".join(row["inventaire"] for row in rows)
        now = digests.of_files(folder.glob("*.parquet"), folder), raw.write(table, target, lineage)
        for key, old, new in zip((FIGURES, CONTRACTS), before, now, strict=True):
            known = {stamps.REUSED: True} if old == new else {}
            metadata = {"inventories": names, **known}
            yield dg.MaterializeResult(asset_key=key, metadata=metadata, data_version=dg.DataVersion(new))

    return contracts


def _row(version: Version, snapshot: Snapshot, table: Path) -> dict[str, str]:
    """What dbt and the gates need of a contract, as text."""
    one = version.inventory.reading
    figures, per_row = pq.read_metadata(table).num_rows, len(one.wide) or 1
    first = pq.ParquetFile(table).read_row_group(0, columns=["nom"])["nom"][0].as_py() or ""
    invented = f" ({STATUTS['sample']})" if first.startswith(MARK) else ""
    corrected = [
        f"{label} en {value.unit} et non en {value.announced_unit}, {value.reason}"
        for label, value in one.wide.items()
        if value.announced_unit
    ]
    facts = {
        "inventaire": version.inventory.id,
        "version": snapshot.manifest.release + invented,
        "maille": one.mesh,
        "cog": one.cog,
        "perimetre": one.perimetre,
        "jeu_prg": one.gwp_set,
        "lignes_absentes": one.absent_rows,
        "par_nom": one.territory.code is None,
        "annee_min": one.year.first,
        "annee_max": one.year.last,
        "lignes": figures // per_row,
        "lignes_min": one.rows[0],
        "lignes_max": one.rows[1],
        "titre": version.inventory.title,
        "editeur": version.inventory.publisher,
        "date_diffusion": one.release_date,
        "fichier": snapshot.manifest.address,
        "unites_corrigees": " ; ".join(corrected),
        "parts_connues_min": one.partial_sums.parts,
        "part_max": one.partial_sums.share,
    }
    return {name: "" if value is None else str(value) for name, value in facts.items()}
