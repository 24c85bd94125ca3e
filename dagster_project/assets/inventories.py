"""Emission inventories as assets: each with its versions as partitions, and the table of those that a refresh reads."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pyarrow.parquet as pq

from dagster_project.assets.resources import RUN, made
from dagster_project.core import ledger
from dagster_project.core.errors import SourceError
from dagster_project.ingest import tables
from dagster_project.ingest.run import Version
from dagster_project.ingest.tables import ROWS, VersionTable
from dagster_project.sources.inventories import Inventory, load_inventories

GROUP = "inventaires"  # partitioned by version, outside the refresh, which reads what it needs by itself
CONTRACTS = dg.AssetKey(["raw", "inventaires"])
FIGURES = dg.AssetKey(["raw", "inventaires_chiffres"])
CHECK = "contrat_respecte"


def inventory_assets() -> list[dg.AssetsDefinition]:
    """A pair of partitioned assets an inventory, and the one table that the refresh reads."""
    return [*map(_pair, load_inventories().values()), _contracts()]


def _pair(inventory: Inventory) -> dg.AssetsDefinition:
    snapshot_key, table_key = asset_keys(inventory)
    versions = dg.StaticPartitionsDefinition(sorted(inventory.editions))
    described = {
        "publisher": inventory.publisher,
        "page": dg.MetadataValue.url(inventory.page),
        "licence": inventory.licence,
        "perimetre": inventory.reading.perimetre,
        "gwp_set": inventory.reading.gwp_set,
    }
    about: dict[str, Any] = {"group_name": GROUP, "description": inventory.title, "partitions_def": versions}

    @dg.multi_asset(
        name=f"ingest_inventaire_{inventory.id}",
        specs=[
            dg.AssetSpec(snapshot_key, metadata=described, **about),
            dg.AssetSpec(table_key, deps=[snapshot_key], **about),
        ],
        check_specs=[dg.AssetCheckSpec(CHECK, asset=table_key, description="Every cell is what the contract allows.")],
        required_resource_keys={RUN},
        partitions_def=versions,
    )
    def ingest(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        run = context.resources.run
        try:
            read = tables.version_table(Version(inventory, context.partition_key), run.settings, run.store)
        except SourceError as error:
            yield dg.AssetCheckResult(
                passed=False, check_name=CHECK, asset_key=table_key, metadata={"violations": str(error)}
            )
            raise
        for key, metadata in _described(read).items():
            yield made(metadata, read.snapshot.manifest.sha256[:16], key=key)
        yield dg.AssetCheckResult(passed=True, check_name=CHECK, asset_key=table_key, metadata={"violations": "none"})

    return ingest


def asset_keys(inventory: Inventory) -> tuple[dg.AssetKey, dg.AssetKey]:
    """Keys of the snapshot and of the long table of an inventory."""
    return dg.AssetKey(["inventaires", "snapshots", inventory.id]), dg.AssetKey(["inventaires", inventory.id])


def _described(read: VersionTable) -> dict[dg.AssetKey, dict[str, Any]]:
    snapshot_key, table_key = asset_keys(read.version.inventory)
    manifest, known = read.snapshot.manifest, {ledger.REUSED: True} if read.snapshot.known else {}
    rows = pq.read_metadata(read.table).num_rows
    return {
        snapshot_key: {"sha256": manifest.sha256, "bytes": manifest.bytes, "address": manifest.address, **known},
        table_key: {ROWS: rows, "sha256": manifest.sha256[:16], **known},
    }


def _contracts() -> dg.AssetsDefinition:
    read_from = [asset_keys(inventory)[1] for inventory in load_inventories().values()]

    @dg.multi_asset(
        name="raw__inventaires",
        specs=[
            dg.AssetSpec(
                FIGURES, deps=read_from, group_name="raw", description="Figures of the inventories that are read."
            ),
            dg.AssetSpec(CONTRACTS, deps=read_from, group_name="raw", description="Those inventories, one row each."),
        ],
        required_resource_keys={RUN},
    )
    def contracts(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        read, figures, rows = tables.inventories(context.resources.run)
        for item in read:
            for key, metadata in _described(item).items():
                materialization = dg.AssetMaterialization(key, partition=item.version.name, metadata=metadata)
                context.instance.report_runless_asset_event(materialization)
        for key, table in ((FIGURES, figures), (CONTRACTS, rows)):
            yield made(table.metadata, table.rows, key=key, reused=table.known)

    return contracts
