"""The refresh and the job of each inventory, their schedules, and the sensors that watch update dates and files."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import dagster as dg

from dagster_project.assets import plumes
from dagster_project.assets.inventories import GROUP, asset_keys
from dagster_project.assets.resources import CHOICES, RUN
from dagster_project.core import addresses, alert
from dagster_project.core.errors import SourceError
from dagster_project.ingest import plume_months
from dagster_project.ingest.run import inventory_versions
from dagster_project.release import switch
from dagster_project.settings import Settings
from dagster_project.sources import data_fair
from dagster_project.sources.http import Http
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.registry import load_registry
from dagster_project.sources.store import Store

Marks = dict[str, Any]  # what changes when something does, by its name
SENSOR_SECONDS = 45.0  # Dagster gives up a sensor after 60

Job = Any  # Dagster does not export the type of a job of assets
REFRESH = "refresh"


def refresh_job(settings: Settings) -> Job:
    """The whole walk; the launchpad shows its choices, those of the settings where nobody writes others."""
    return dg.define_asset_job(
        REFRESH,
        selection=dg.AssetSelection.all() - dg.AssetSelection.groups(GROUP, plumes.GROUP),
        executor_def=dg.in_process_executor,  # half the wall time of one process a step, and dbt is one step anyway
        config={"resources": {RUN: {"config": {name: getattr(settings, name) for name in CHOICES}}}},
        description="Snapshots, raw tables, gate 1, dbt and gate 2, candidate, gate 3, products, gate 4, release.",
    )


def monthly(job: Job) -> dg.ScheduleDefinition:
    """The refresh of each month."""
    return dg.ScheduleDefinition(
        name="refresh_monthly",
        job=job,
        cron_schedule="0 5 2 * *",
        execution_timezone="Europe/Paris",
        description="Second day of each month, early.",
    )


def _described(client: Http, url: str) -> data_fair.Dataset:
    """What a portal says of a dataset; no link of it leads to another host."""
    return data_fair.describe(client.only(frozenset({addresses.read(url).host or ""})), url)


def _watcher(
    name: str,
    description: str,
    jobs: Sequence[Any],
    marks_of: Callable[[], Marks | dg.SkipReason],
    requests_of: Callable[[Marks, list[str]], list[dg.RunRequest]],
) -> dg.SensorDefinition:
    """A sensor that remembers the marks of what it watches, and asks for runs when some have changed."""

    @dg.sensor(name=name, jobs=jobs, minimum_interval_seconds=6 * 3600, description=description)
    def watch(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        try:
            marks = marks_of()
        except SourceError as error:
            return dg.SkipReason(str(error))
        if isinstance(marks, dg.SkipReason):
            return marks
        seen = json.loads(context.cursor or "{}")
        if not (changed := sorted(item for item, mark in marks.items() if seen.get(item) != mark)):
            return dg.SkipReason("nothing that is watched has changed")
        return dg.SensorResult(requests_of(marks, changed), cursor=json.dumps(marks, sort_keys=True))

    return watch


def portal_sensor(settings: Settings, job: Job, http: Http | None = None) -> dg.SensorDefinition:
    """Asks for a refresh when a portal's dataset carries a new update date (live mode only)."""

    def marks() -> Marks | dg.SkipReason:
        if settings.mode != "live":
            return dg.SkipReason(f"FLUX_SOURCE={settings.mode}: portals are watched in live mode only")
        client = http or Http(settings.portals, attempts=2, deadline=SENSOR_SECONDS)
        return {item: _described(client, url).updated_at for item, url in watched().items()}

    def requests(marks: Marks, changed: list[str]) -> list[dg.RunRequest]:
        return [dg.RunRequest(run_key=json.dumps(marks, sort_keys=True), tags={"portal_updates": ", ".join(changed)})]

    about = "New update date of an ALDO dataset on data.ademe.fr."
    return _watcher("portal_updates", about, [job], marks, requests)


def failure_sensor(settings: Settings, job: Job) -> dg.SensorDefinition:
    """Tells whom FLUX_ALERT names of a refresh that the UI's schedules ran in vain."""

    @dg.run_failure_sensor(
        name="refresh_refused",
        monitored_jobs=[job],
        minimum_interval_seconds=60,
        description="Tells whom FLUX_ALERT names that a refresh was refused or failed.",
    )
    def tell(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        current = switch.current(settings.publication)
        steps = [f"FAILED at {event.step_key}" for event in context.get_step_failure_events()]
        problem = alert.send(settings, steps or ["FAILED: see the run"], current.name if current else None)
        return dg.SkipReason(f"the alert could not be sent ({problem})") if problem else None

    return tell


def watched() -> dict[str, str]:
    """Data Fair datasets of the registry, by source."""
    newest = {item.id: item.editions[item.newest].live for item in load_registry().values()}
    return {name: live.dataset for name, live in newest.items() if live and live.dataset}


INVENTORY_JOBS = {
    inventory.id: dg.define_asset_job(
        f"inventaire_{inventory.id}",
        selection=dg.AssetSelection.assets(*asset_keys(inventory)),
        executor_def=dg.in_process_executor,
        description=f"{inventory.title}: one version, fetched and read; a refresh publishes it.",
    )
    for inventory in load_inventories().values()
}


MONTHS_JOB = dg.define_asset_job(
    plumes.JOB,
    selection=dg.AssetSelection.assets(plumes.SOUNDINGS, plumes.PICS, plumes.TRACES),
    executor_def=dg.in_process_executor,
    description="One month of OCO-2: soundings, candidates, tracks; a refresh publishes it. A backfill takes them one by one.",
)


def months_sensor(store: Store) -> dg.SensorDefinition:
    """Asks for the months whose Lite files are new, or of a newer production, in a folder; of a portal, a backfill asks."""

    def marks() -> Marks | dg.SkipReason:
        files = store.lite_files()
        if not files:
            return dg.SkipReason("no folder of OCO-2 Lite files here")
        return {month: [file.path.name for file in days] for month, days in plume_months.by_month(files).items()}

    def requests(marks: Marks, changed: list[str]) -> list[dg.RunRequest]:
        keys = {month: json.dumps(marks[month]) for month in changed}
        return [dg.RunRequest(run_key=f"{month} {key}", partition_key=f"{month}-01") for month, key in keys.items()]

    about = "New Lite files of a month in the folder of FLUX_OCO2 or of the copy."
    return _watcher("oco2_files", about, [MONTHS_JOB], marks, requests)


def inventory_schedules(settings: Settings, store: Store) -> list[dg.ScheduleDefinition]:
    """One schedule an inventory: its newest version again, a night before the refresh."""

    def schedule(name: str) -> dg.ScheduleDefinition:
        @dg.schedule(
            name=f"inventaire_{name}_monthly",
            job=INVENTORY_JOBS[name],
            cron_schedule="0 5 1 * *",
            execution_timezone="Europe/Paris",
            description="First day of each month, early.",
        )
        def tick() -> dg.RunRequest | dg.SkipReason:
            results = [version for version in inventory_versions(settings, store) if version.inventory.id == name]
            if not results:
                return dg.SkipReason(f"{name} is not at hand, or not among FLUX_INVENTORIES")
            return dg.RunRequest(partition_key=results[0].name)

        return tick

    return [schedule(name) for name in INVENTORY_JOBS]


def inventory_sensor(settings: Settings, store: Store) -> dg.SensorDefinition:
    """Asks for a version again when its portal announces another date, or its file in the copy changed."""

    def marks() -> Marks:
        versions = inventory_versions(settings, store)
        return {
            version.inventory.id: [version.name, store.mark(version.inventory, version.name)] for version in versions
        }

    def requests(marks: Marks, changed: list[str]) -> list[dg.RunRequest]:
        return [
            dg.RunRequest(
                run_key=":".join((item, *marks[item])), job_name=INVENTORY_JOBS[item].name, partition_key=marks[item][0]
            )
            for item in changed
        ]

    about = "New update date of an inventory's dataset, or another file in the copy."
    return _watcher("inventory_updates", about, list(INVENTORY_JOBS.values()), marks, requests)
