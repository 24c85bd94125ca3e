"""The wiring, and nothing else: `build_defs()` joins assets, checks, job, schedule and sensor.

Assets are read from the dbt manifest, which is parsed first when the project's files changed.
"""

from collections.abc import Mapping

import dagster as dg

from dagster_project.assets.delivery import target_assets
from dagster_project.assets.gates import gate_complete, gate_published, gate_raw
from dagster_project.assets.geography import contours_asset
from dagster_project.assets.ingestion import ingestion_assets
from dagster_project.assets.inventories import inventory_assets
from dagster_project.assets.jobs import (
    INVENTORY_JOBS,
    MONTHS_JOB,
    failure_sensor,
    inventory_schedules,
    inventory_sensor,
    monthly,
    months_sensor,
    portal_sensor,
    refresh_job,
)
from dagster_project.assets.plumes import plume_assets
from dagster_project.assets.products import product_assets
from dagster_project.assets.publication import publication_assets
from dagster_project.assets.resources import RUN, run_resource
from dagster_project.assets.warehouse import warehouse_assets
from dagster_project.settings import Settings, load_settings
from dagster_project.sources.store import Store
from dagster_project.warehouse.project import ensure_manifest

OWNER = "team:flux-carbone"
KINDS = {  # by the first part of a key; models and seeds have theirs from dagster-dbt
    "snapshots": {"file"},
    "raw": {"parquet"},
    "inventaires": {"parquet"},
    "lieux": {"parquet"},
    "panaches": {"parquet"},
    "geography": {"geoparquet"},
    "publication": {"python"},
}


def _owned(spec: dg.AssetSpec) -> dg.AssetSpec:
    """What an asset is made of, and whose it is."""
    return spec.replace_attributes(owners=[OWNER], kinds=spec.kinds | KINDS.get(spec.key.path[0], set()))


def build_defs(
    settings: Settings | None = None,
    store: Store | None = None,
    loggers: Mapping[str, dg.LoggerDefinition] | None = None,
) -> dg.Definitions:
    """Every definition, for one choice of settings (the environment's by default).

    Args:
        settings: of the process.
        store: what the caller looks at afterwards; without it, each run has its own.
        loggers: by the names under which a launch may ask for them; Dagster's own without it.
    """
    chosen = settings or load_settings()
    ensure_manifest(chosen)
    watched, refresh = store or Store(chosen), refresh_job(chosen)
    return dg.Definitions(
        assets=dg.map_asset_specs(
            _owned,
            [
                *ingestion_assets(),
                *inventory_assets(),
                *plume_assets(),
                warehouse_assets(chosen),
                contours_asset(),
                *publication_assets(chosen),
                *product_assets(),
                *target_assets(),
            ],
        ),
        asset_checks=[gate_raw(), gate_published(), gate_complete()],
        jobs=[refresh, MONTHS_JOB, *INVENTORY_JOBS.values()],
        schedules=[monthly(refresh), *inventory_schedules(chosen, watched)],
        sensors=[
            portal_sensor(chosen, refresh),
            inventory_sensor(chosen, watched),
            months_sensor(watched),
            failure_sensor(chosen, refresh),
        ],
        resources={RUN: run_resource(chosen, store)},
        executor=dg.in_process_executor,
        loggers=loggers,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Entry point of `dagster dev`."""
    return build_defs()
