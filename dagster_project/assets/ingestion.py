"""Snapshots and raw tables: one step reads all sources, two at a time; then what the user gives and the run's own choices."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import dagster as dg

from dagster_project.assets.resources import RUN, made
from dagster_project.core import code
from dagster_project.core.errors import SourceError
from dagster_project.ingest import raw, tables
from dagster_project.ingest.run import Run
from dagster_project.ingest.tables import ROWS, SourceTable, WrittenTable
from dagster_project.sources.registry import Source, load_registry


def ingestion_assets() -> list[dg.AssetsDefinition]:
    """All ingestion assets of the registry, and what is too small to be spared."""
    own = "The user's own territories (FLUX_TERRITORIES); may be empty."
    aims = "Targets that territories have set themselves (FLUX_TARGETS); may be empty."
    return [
        _sources(),
        table_asset(("raw", "execution"), tables.execution, "Choices of this refresh: target COG, kind of data."),
        table_asset(("raw", "territoires_locaux"), tables.own_territories, own),
        table_asset(("raw", "objectifs_locaux"), tables.own_targets, aims),
    ]


def _sources() -> dg.AssetsDefinition:
    registry = load_registry()

    @dg.multi_asset(
        name="ingest",
        specs=[spec for source in registry.values() for spec in _specs(source)],
        required_resource_keys={RUN},
        can_subset=True,
    )
    def ingest(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        asked = [
            item for item in registry.values() if {spec.key for spec in _specs(item)} & context.selected_asset_keys
        ]
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
    about: dict[str, Any] = {"description": source.title}
    snapshot = dg.AssetSpec(["snapshots", source.id], group_name="snapshots", metadata=described, **about)
    version = code.digest(raw.build)[:16]
    return snapshot, dg.AssetSpec(["raw", source.id], deps=[snapshot], group_name="raw", code_version=version, **about)


def _results(source: Source, table: SourceTable) -> Iterator[dg.MaterializeResult[Any]]:
    digest = "+".join(manifest.sha256[:16] for manifest in table.manifests)
    snapshot, raw_table = _specs(source)
    metadata = {
        "sha256": digest,
        "bytes": sum(manifest.bytes for manifest in table.manifests),
        "editions": ", ".join(manifest.edition for manifest in table.manifests),
        "address": ", ".join(manifest.address for manifest in table.manifests),
        "licence": table.manifests[0].licence if table.manifests else source.licence,
    }
    yield made(metadata, digest, key=snapshot.key, reused=table.known)
    shape = dict(zip((ROWS, "columns"), table.shape or (), strict=False))
    yield made({"sha256": digest, **shape}, table.inputs, key=raw_table.key, reused=table.shape is None)


def table_asset(
    key: tuple[str, str],
    write: Callable[[Run], WrittenTable],
    description: str,
    group: str = "raw",
    deps: Sequence[dg.AssetKey] = (),
) -> dg.AssetsDefinition:
    """A table that one function writes, as an asset."""

    @dg.asset(key=key, group_name=group, deps=deps, required_resource_keys={RUN}, description=description)
    def written(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        table = write(context.resources.run)
        return made(table.metadata, table.rows, reused=table.known)

    return written
