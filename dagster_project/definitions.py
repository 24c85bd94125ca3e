"""The wiring, and nothing else: `build_defs()` joins assets, checks, job, schedule and sensor.

Assets are read from the dbt manifest, which is parsed first when the project's files changed.
"""

from __future__ import annotations

from functools import partial

import dagster as dg

from dagster_project.assets.ahead import AHEAD, ahead
from dagster_project.assets.alone import ALONE, alone
from dagster_project.assets.dbt_manifest import compiled, ensure_manifest
from dagster_project.assets.geography import geography_assets
from dagster_project.assets.ingestion import ingestion_assets, reading
from dagster_project.assets.inventories import inventory_assets
from dagster_project.assets.products import product_assets
from dagster_project.assets.publication import publication_assets
from dagster_project.assets.targets import target_assets
from dagster_project.assets.warehouse import STEP, warehouse_assets
from dagster_project.checks.gates import gate_complete, gate_published, gate_raw
from dagster_project.jobs import (
    INVENTORY_JOBS,
    MONTHLY,
    REFRESH,
    failure_sensor,
    inventory_schedules,
    inventory_sensor,
    portal_sensor,
)
from dagster_project.settings import Settings, load_settings
from dagster_project.sources.store import Store


def build_defs(settings: Settings | None = None, store: Store | None = None) -> dg.Definitions:
    """Every definition, for one choice of settings (the environment's by default)."""
    chosen = settings or load_settings()
    ensure_manifest(chosen)
    store = store or Store(chosen)
    return dg.Definitions(
        assets=[
            *ingestion_assets(chosen),
            *inventory_assets(chosen, store),
            warehouse_assets(chosen),
            *geography_assets(chosen),
            *publication_assets(chosen),
            *product_assets(chosen),
            *target_assets(chosen),
        ],
        asset_checks=[gate_raw(chosen), gate_published(chosen), gate_complete(chosen)],
        jobs=[REFRESH, *INVENTORY_JOBS.values()],
        schedules=[MONTHLY, *inventory_schedules(chosen, store)],
        sensors=[portal_sensor(chosen), inventory_sensor(chosen, store), failure_sensor(chosen)],
        resources=resources(chosen, store),
        executor=dg.in_process_executor,
    )


def resources(settings: Settings, store: Store) -> dict[str, dg.ResourceDefinition]:
    """What steps ask for: to write alone, and what was begun ahead of them."""
    work = {**reading(settings, store), STEP: partial(compiled, settings)}
    return {ALONE: alone(settings), AHEAD: ahead(work)}


@dg.definitions
def defs() -> dg.Definitions:
    """Entry point of `dagster dev`."""
    return build_defs()
