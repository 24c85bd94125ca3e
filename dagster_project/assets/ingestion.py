"""Snapshots and raw tables, one pair of assets a source, and the row that states the choices of the refresh."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import dagster as dg
import pyarrow as pa

from dagster_project import digests
from dagster_project.assets.ahead import AHEAD
from dagster_project.assets.alone import ALONE
from dagster_project.assets.inventories import chosen, epci_vintages
from dagster_project.checks import stamps
from dagster_project.checks.stamped import stamped_raw
from dagster_project.ingest import raw, territories
from dagster_project.settings import Settings, SettingsError
from dagster_project.sources.errors import SourceError
from dagster_project.sources.registry import Period, Source, load_registry, target_vintages
from dagster_project.sources.store import Manifest, Store

ALDO_LIST_DATE = "2018-12-17"  # IGN's list that ALDO uses; it is neither COG 2018 nor COG 2019
STOCKS = "aldo_stocks"
CODE = (
    "dagster_project/core",
    "dagster_project/sources",
    "dagster_project/ingest",
    "dagster_project/geography",
)  # what a raw table comes from
EXECUTION = dg.AssetKey(["raw", "execution"])
TERRITORIES = dg.AssetKey(["raw", "territoires_locaux"])


def target_cog(settings: Settings) -> int:
    """The target vintage of this refresh.

    Raises:
        SettingsError: when FLUX_COG is a vintage that the sources do not serve.
    """
    known = target_vintages()
    if settings.cog is not None and settings.cog not in known:
        raise SettingsError(f"FLUX_COG={settings.cog} is not served; known vintages: {known[0]} to {known[-1]}")
    return settings.cog or known[-1]


def ingestion_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """All ingestion assets of the registry; they need the resource `AHEAD`."""
    return [*map(_pair, load_registry().values()), _execution(settings), _territories(settings)]


def _pair(source: Source) -> dg.AssetsDefinition:
    snapshot_key, raw_key = dg.AssetKey(["snapshots", source.id]), dg.AssetKey(["raw", source.id])
    described = {
        "publisher": source.publisher,
        "page": dg.MetadataValue.url(source.page),
        "licence": source.licence,
        "vintage": source.vintage,
    }

    @dg.multi_asset(
        name=step_of(source),
        specs=[
            dg.AssetSpec(snapshot_key, group_name="snapshots", description=source.title, metadata=described),
            dg.AssetSpec(raw_key, deps=[snapshot_key], group_name="raw", description=source.title),
        ],
        required_resource_keys={ALONE, AHEAD},
    )
    def ingest(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        made: Ingested = getattr(context.resources, AHEAD)(step_of(source))
        digest = "+".join(manifest.sha256[:16] for manifest in made.manifests)
        yield dg.MaterializeResult(
            asset_key=snapshot_key,
            metadata={
                "sha256": digest,
                "bytes": sum(manifest.bytes for manifest in made.manifests),
                "editions": ", ".join(manifest.edition for manifest in made.manifests),
                "address": ", ".join(manifest.address for manifest in made.manifests),
                "licence": made.manifests[0].licence,
                **({stamps.REUSED: True} if made.known else {}),
            },
            data_version=dg.DataVersion(digest),
        )
        shape = made.shape or {stamps.REUSED: True}
        yield dg.MaterializeResult(
            asset_key=raw_key, metadata={"sha256": digest, **shape}, data_version=dg.DataVersion(made.recipe)
        )

    return ingest


def step_of(source: Source) -> str:
    """Name of the step that fetches and reads a source."""
    return f"ingest_{source.id}"


@dataclass(frozen=True)
class Ingested:
    """What became of a source: its snapshots, whether all were here before, and the shape of its raw table if it was made."""

    manifests: list[Manifest]
    known: bool
    recipe: str
    shape: dict[str, int] | None


def ingested(source: Source, settings: Settings, store: Store) -> Ingested:
    """Fetch the editions of a source that this refresh reads, and make its raw table unless it is there and was judged.

    Raises:
        SourceError: a file that is missing or is not the contract's; its snapshots are set aside.
    """
    vintages = epci_vintages(chosen(settings, store)) if "inventories" in source.take else ()
    snapshots = [store.fetch(source, edition) for edition in editions(source, settings, vintages)]
    manifests, known = [one.manifest for one in snapshots], all(one.known for one in snapshots)
    target, lineage = settings.raw / f"{source.id}.parquet", [asdict(one) for one in manifests]
    recipe = digests.of(digests.code(*CODE), lineage)
    if raw.said_of(target).get("recipe") == recipe and stamps.covers(stamped_raw(settings)[0], target):
        return Ingested(manifests, known, recipe, None)
    try:
        table = raw.build(source, snapshots)
    except SourceError:
        for snapshot in snapshots:
            store.refuse(snapshot)
        raise
    raw.write(table, target, {"title": source.title, "snapshots": lineage, "recipe": recipe})
    return Ingested(manifests, known, recipe, {"dagster/row_count": table.num_rows, "columns": table.num_columns})


def reading(settings: Settings, store: Store) -> dict[str, Callable[[], Ingested]]:
    """What the step of each source of the registry is to do, for the resource `AHEAD`."""
    return {step_of(source): partial(ingested, source, settings, store) for source in load_registry().values()}


def editions(source: Source, settings: Settings, inventories: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Editions of a source that this refresh reads; `inventories` are the vintages of the EPCI that some are about.

    Raises:
        SourceError: an edition that is needed and unknown.
    """
    wanted = "territories" in source.take
    own = territories.read(settings.territories, newest_vintage()).epci_vintages if wanted else ()
    try:
        return source.editions_for(target_cog(settings), settings.mode, own, settings.aldo, inventories)
    except KeyError as error:
        remedy = "Choose another FLUX_COG or FLUX_ALDO, or another vintage in FLUX_TERRITOIRES"
        raise SourceError(source.id, str(error.args[0]), remedy) from error


@dataclass(frozen=True)
class AldoEdition:
    """The one edition of ALDO that a refresh reads: its key, what ADEME calls it, the periods of its fluxes and stocks."""

    key: str
    release: str
    fluxes: Period
    stocks: Period


def aldo_edition(settings: Settings) -> AldoEdition:
    """The edition that this refresh reads.

    Raises:
        SourceError: when ALDO's sources would be read in different editions, or their fluxes are of different periods.
    """
    sources = [source for source in load_registry().values() if "release" in source.take]
    chosen = {source.id: editions(source, settings)[0] for source in sources}
    if len(set(chosen.values())) > 1:
        listed = ", ".join(f"{name} {edition}" for name, edition in sorted(chosen.items()))
        raise SourceError("ALDO", f"editions would be mixed: {listed}", "Choose one that all serve with FLUX_ALDO")
    edition = next(iter(chosen.values()))
    periods = {source.id: source.editions[edition].period for source in sources}
    stocks = periods.pop(STOCKS)
    if len(set(periods.values())) > 1:
        listed = ", ".join(f"{name} {period.label}" for name, period in sorted(periods.items()))
        raise SourceError(
            "ALDO", f"fluxes of different periods: {listed}", "Correct `period` in dagster_project/sources"
        )
    fluxes = load_registry()["aldo_flux_total"]
    return AldoEdition(edition, fluxes.said_of(edition, "release"), periods[fluxes.id], stocks)


def newest_vintage() -> int:
    """The newest COG that the sources serve."""
    return target_vintages()[-1]


def _territories(settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        key=TERRITORIES,
        group_name="raw",
        required_resource_keys={ALONE},
        description="The user's own territories (FLUX_TERRITOIRES); may be empty.",
    )
    def own_territories() -> dg.MaterializeResult:
        table = territories.read(settings.territories, newest_vintage()).table
        lineage = {"title": "Territoires de l'utilisateur", "snapshots": []}
        if settings.territories:
            lineage["snapshots"].append(territories.provenance(settings.territories))
        return _written(
            table, settings.raw / "territoires_locaux.parquet", lineage, {"dagster/row_count": table.num_rows}
        )

    return own_territories


def _execution(settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        key=EXECUTION,
        group_name="raw",
        required_resource_keys={ALONE},
        description="Choices of this refresh: target COG, kind of data.",
    )
    def execution() -> dg.MaterializeResult:
        aldo = aldo_edition(settings)
        row = {
            "cog": str(target_cog(settings)),
            "date_liste_aldo": ALDO_LIST_DATE,
            "edition_aldo": aldo.key,
            "version_aldo": aldo.release,
            "periode_aldo": aldo.fluxes.label,
            "annees_aldo": str(aldo.fluxes.years),
            "statut_donnees": settings.statut,
            "mode": settings.mode,
        }
        table = pa.table({name: [value] for name, value in row.items()})
        return _written(table, settings.raw / "execution.parquet", {}, row)

    return execution


def _written(table: pa.Table, target: Path, lineage: dict, metadata: dict) -> dg.MaterializeResult:
    """Write what is too small to be spared, and say whether its rows are new."""
    before = raw.said_of(target).get("rows")
    rows = raw.write(table, target, lineage)
    known = {stamps.REUSED: True} if rows == before else {}
    return dg.MaterializeResult(metadata={**metadata, **known}, data_version=dg.DataVersion(rows))
