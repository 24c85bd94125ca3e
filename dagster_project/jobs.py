"""One job, its schedule, and the sensor that watches the portals' update dates."""

from __future__ import annotations

import json

import dagster as dg

from dagster_project.settings import Settings
from dagster_project.sources import data_fair
from dagster_project.sources.errors import SourceError
from dagster_project.sources.http import Http
from dagster_project.sources.registry import load_registry

REFRESH = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,  # half the wall time of one process a step, and dbt is one step anyway
    description="Snapshots, raw tables, gate 1, dbt and gate 2, candidate, gate 3, release.",
)

MONTHLY = dg.ScheduleDefinition(
    name="refresh_monthly",
    job=REFRESH,
    cron_schedule="0 5 2 * *",
    execution_timezone="Europe/Paris",
    description="Second day of each month, early.",
)


def portal_sensor(settings: Settings, http: Http | None = None) -> dg.SensorDefinition:
    """Asks for a refresh when a portal's dataset carries a new update date (live mode only)."""

    @dg.sensor(
        name="portal_updates",
        job=REFRESH,
        minimum_interval_seconds=6 * 3600,
        description="New update date of an ALDO dataset on data.ademe.fr.",
    )
    def watch(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if settings.mode != "live":
            return dg.SkipReason(f"FLUX_SOURCE={settings.mode}: portals are watched in live mode only")
        client = http or Http(settings.portals, attempts=2)
        seen = json.loads(context.cursor or "{}")
        try:
            dates = {one: data_fair.describe(client, url).updated_at for one, url in watched().items()}
        except SourceError as error:
            return dg.SkipReason(str(error))
        changed = sorted(one for one, date in dates.items() if seen.get(one) != date)
        if not changed:
            return dg.SkipReason("no dataset has changed")
        key = json.dumps(dates, sort_keys=True)
        return dg.SensorResult([dg.RunRequest(run_key=key, tags={"portal_updates": ", ".join(changed)})], cursor=key)

    return watch


def watched() -> dict[str, str]:
    """Data Fair datasets of the registry, by source."""
    newest = {one.id: one.editions[one.newest].live for one in load_registry().values()}
    return {name: live.dataset for name, live in newest.items() if live and live.dataset}
