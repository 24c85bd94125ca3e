"""CO2 plumes as assets: months of OCO-2, outside the refresh, and what a refresh reads of them."""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from dagster_project.assets.ingestion import table_asset
from dagster_project.assets.resources import RUN, made
from dagster_project.core.errors import SourceError
from dagster_project.ingest import plume_months, plume_tables
from dagster_project.ingest.run import Run
from dagster_project.ingest.tables import WrittenTable

GROUP = "panaches"  # partitioned by month, outside the refresh, which reads the months that are at hand
FIRST = "2014-09-01"  # OCO-2's first month
SOUNDINGS, PICS, TRACES = (dg.AssetKey(["panaches", name]) for name in plume_months.TABLES)
JOB = "panaches_mois"
CHECK = "mois_plausible"
PER_DAY = (20_000, 250_000)  # good soundings of a whole day of the satellite
WHOLE_MONTH = 20  # days: fewer are an extract, whose size says nothing
MONTHS = dg.MonthlyPartitionsDefinition(start_date=FIRST)


def plume_assets() -> list[dg.AssetsDefinition]:
    """Months of soundings and peaks, and the tables that dbt reads."""
    return [
        _months(),
        _gathered(),
        _placed(
            "irep_positions", "irep_emissions", plume_tables.positions, "Positions of the establishments of the IREP."
        ),
        _placed("cellules", "contours_communes", plume_tables.cells, "The commune of each hundredth of a degree."),
    ]


def _placed(name: str, source: str, write: Callable[[Run], WrittenTable], description: str) -> dg.AssetsDefinition:
    """A table that is computed of a raw one."""
    return table_asset((plume_tables.PLACES, name), write, description, "geography", [dg.AssetKey(["raw", source])])


def _months() -> dg.AssetsDefinition:
    about: dict[str, Any] = {"group_name": GROUP, "partitions_def": MONTHS}

    @dg.multi_asset(
        name="mois_oco2",
        specs=[
            dg.AssetSpec(SOUNDINGS, description="Good soundings of a month of OCO-2 Lite files.", **about),
            dg.AssetSpec(
                PICS, deps=[SOUNDINGS], description="Candidates of a month, rejected ones with their reason.", **about
            ),
            dg.AssetSpec(TRACES, deps=[SOUNDINGS], description="What could be seen of France in a month.", **about),
        ],
        check_specs=[
            dg.AssetCheckSpec(CHECK, asset=SOUNDINGS, description="As many soundings a day as the satellite makes.")
        ],
        required_resource_keys={RUN},
        partitions_def=MONTHS,
    )
    def mois_oco2(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        run = context.resources.run
        month = plume_months.month_of(run.settings, run.store, context.partition_key[:7])
        for key, table in zip((SOUNDINGS, PICS, TRACES), plume_months.TABLES, strict=True):
            yield made({"rows": month.counts[table], **month.counts}, key=key, reused=month.known)
        days, soundings = month.counts["jours"], month.counts[plume_months.SOUNDINGS]
        plausible = days < WHOLE_MONTH or PER_DAY[0] <= soundings / days <= PER_DAY[1]
        yield dg.AssetCheckResult(passed=plausible, check_name=CHECK, asset_key=SOUNDINGS, metadata=dict(month.counts))

    return mois_oco2


def _gathered() -> dg.AssetsDefinition:
    keys = {name: dg.AssetKey(["raw", f"oco2_{name}"]) for name in (plume_months.PICS, plume_months.TRACES)}
    about = {
        plume_months.PICS: "Candidates of all months at hand.",
        plume_months.TRACES: "Tracks over France of all months at hand.",
    }
    sources = {plume_months.PICS: PICS, plume_months.TRACES: TRACES}

    @dg.multi_asset(
        name="raw__oco2",
        specs=[
            dg.AssetSpec(key, deps=[sources[name]], group_name="raw", description=about[name])
            for name, key in keys.items()
        ],
        required_resource_keys={RUN},
    )
    def gathered(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        try:
            tables = plume_tables.months(context.resources.run)
        except SourceError as error:
            raise dg.Failure(str(error)) from error
        for name, key in keys.items():
            table = tables[f"oco2_{name}"]
            yield made(table.metadata, table.rows, key=key, reused=table.known)

    return gathered
