"""Snapshots and raw tables: one step reads all sources, two at a time; then the user's territories and the run's own choices."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.assets.resources import RUN
from dagster_project.core import code, ledger
from dagster_project.ingest import raw, tables
from dagster_project.ingest.tables import SourceTable, WrittenTable
from dagster_project.sources.errors import SourceError
from dagster_project.sources.registry import Source, load_registry

EXECUTION = dg.AssetKey(["raw", "execution"])
TERRITORIES = dg.AssetKey(["raw", "territoires_locaux"])


def ingestion_assets() -> list[dg.AssetsDefinition]:
    """All ingestion assets of the registry."""
    return [_sources(), _execution(), _territories()]


def _sources() -> dg.AssetsDefinition:
    registry = load_registry()

    @dg.multi_asset(
        name="ingest",
        specs=[spec for source in registry.values() for spec in _specs(source)],
        required_resource_keys={RUN},
        can_subset=True,
    )
    def ingest(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        asked = [one for one in registry.values() if {spec.key for spec in _specs(one)} & context.selected_asset_keys]
        refused = []
        for source, table in tables.sources(asked, context.resources.run):
            if isinstance(table, SourceError):
                refused.append(str(table))
            else:
                yield from _results(source, table)
        if refused:
            raise dg.Failure("\n".join(refused))

    return ingest


def _specs(source: Source) -> tuple[dg.AssetSpec, dg.AssetSpec]:
    """A source's snapshot and its raw table."""
    described = {
        "publisher": source.publisher,
        "page": dg.MetadataValue.url(source.page),
        "licence": source.licence,
        "vintage": source.vintage,
    }
    snapshot = dg.AssetSpec(
        ["snapshots", source.id], group_name="snapshots", description=source.title, metadata=described
    )
    table = dg.AssetSpec(
        ["raw", source.id],
        deps=[snapshot],
        group_name="raw",
        description=source.title,
        code_version=code.digest(raw.build)[:16],
    )
    return snapshot, table


def _results(source: Source, table: SourceTable) -> Iterator[dg.MaterializeResult]:
    digest = "+".join(manifest.sha256[:16] for manifest in table.manifests)
    snapshot, raw_table = _specs(source)
    yield dg.MaterializeResult(
        asset_key=snapshot.key,
        metadata={
            "sha256": digest,
            "bytes": sum(manifest.bytes for manifest in table.manifests),
            "editions": ", ".join(manifest.edition for manifest in table.manifests),
            "address": ", ".join(manifest.address for manifest in table.manifests),
            "licence": table.manifests[0].licence,
            **({ledger.REUSED: True} if table.known else {}),
        },
        data_version=dg.DataVersion(digest),
    )
    shape = {"dagster/row_count": table.shape[0], "columns": table.shape[1]} if table.shape else {ledger.REUSED: True}
    yield dg.MaterializeResult(
        asset_key=raw_table.key, metadata={"sha256": digest, **shape}, data_version=dg.DataVersion(table.inputs)
    )


def _territories() -> dg.AssetsDefinition:
    @dg.asset(
        key=TERRITORIES,
        group_name="raw",
        required_resource_keys={RUN},
        description="The user's own territories (FLUX_TERRITOIRES); may be empty.",
    )
    def own_territories(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        written = tables.own_territories(context.resources.run)
        return written_result(written, {"dagster/row_count": written.count})

    return own_territories


def _execution() -> dg.AssetsDefinition:
    @dg.asset(
        key=EXECUTION,
        group_name="raw",
        required_resource_keys={RUN},
        description="Choices of this refresh: target COG, kind of data.",
    )
    def execution(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        row, written = tables.execution(context.resources.run)
        return written_result(written, row)

    return execution


def written_result(table: WrittenTable, metadata: dict, key: dg.AssetKey | None = None) -> dg.MaterializeResult:
    """What is shown of a table that is written each time."""
    known = {ledger.REUSED: True} if table.known else {}
    return dg.MaterializeResult(asset_key=key, metadata={**metadata, **known}, data_version=dg.DataVersion(table.rows))
