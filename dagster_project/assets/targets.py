"""Where a release is sent once it is there: assets that do nothing until settings name a database or a portal."""

from pathlib import Path

import dagster as dg

from dagster_project import targets
from dagster_project.assets.ingestion import target_cog
from dagster_project.assets.publication import RELEASE
from dagster_project.publication import release
from dagster_project.settings import Settings


def target_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """PostgreSQL and the portals; both after the switch, which no failure of theirs undoes."""

    @dg.asset(
        key=dg.AssetKey(["publication", "postgresql"]),
        group_name="publication",
        deps=[RELEASE],
        description="The release in PostgreSQL/PostGIS (FLUX_POSTGRES).",
    )
    def postgresql() -> dg.MaterializeResult:
        if settings.targets.postgres is None:
            return dg.MaterializeResult(metadata={"skipped": "FLUX_POSTGRES is not set"})
        done = targets.to_postgres(settings, _current(settings))
        return dg.MaterializeResult(metadata={"version": done.version, "rows": done.tables})

    @dg.asset(
        key=dg.AssetKey(["publication", "portails"]),
        group_name="publication",
        deps=[RELEASE],
        description="The release on open data portals (FLUX_DATA_FAIR, FLUX_DATA_GOUV; sent if FLUX_ENVOI=oui).",
    )
    def portals(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        chosen = targets.chosen_portals(settings)
        if not chosen:
            return dg.MaterializeResult(metadata={"skipped": "neither FLUX_DATA_FAIR nor FLUX_DATA_GOUV is set"})
        sent = settings.targets.send
        steps = {
            name: targets.to_portal(settings, name, _current(settings), sent=sent, say=context.log.info)
            for name in chosen
        }
        counts = {name: sum(one.action != "unchanged" for one in found) for name, found in steps.items()}
        return dg.MaterializeResult(metadata={"sent": sent, "steps": counts})

    return [postgresql, portals]


def _current(settings: Settings) -> Path:
    return release.current(settings.publication, target_cog(settings))
