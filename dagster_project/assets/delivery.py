"""Where a release is sent once it is there: assets that do nothing until settings name a database or a portal."""

from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.assets.publication import RELEASE
from dagster_project.assets.resources import RUN, made, skipped
from dagster_project.delivery import targets
from dagster_project.delivery.portals.client import PortalError
from dagster_project.ingest.run import Run
from dagster_project.release import switch


def target_assets() -> list[dg.AssetsDefinition]:
    """PostgreSQL and the portals; both after the switch, which no failure of theirs undoes."""

    @dg.asset(
        key=dg.AssetKey(["publication", "postgresql"]),
        group_name="publication",
        deps=[RELEASE],
        required_resource_keys={RUN},
        description="The release in PostgreSQL/PostGIS (FLUX_POSTGRES).",
    )
    def postgresql(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        settings = context.resources.run.settings
        if settings.postgres is None:
            return skipped("FLUX_POSTGRES is not set")
        if isinstance(release := _newest(context.resources.run), str):
            return skipped(release)
        done = targets.to_postgres(settings, release)
        return made({"version": done.version, "rows": done.tables})

    @dg.asset(
        key=dg.AssetKey(["publication", "portails"]),
        group_name="publication",
        deps=[RELEASE],
        required_resource_keys={RUN},
        description="The release on open data portals (FLUX_DATA_FAIR, FLUX_DATA_GOUV; sent if FLUX_SEND=yes).",
    )
    def portals(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        settings = context.resources.run.settings
        chosen = targets.chosen_portals(settings)
        if not chosen:
            return skipped("neither FLUX_DATA_FAIR nor FLUX_DATA_GOUV is set")
        if isinstance(release := _newest(context.resources.run), str):
            return skipped(release)
        sent, counts, failed = settings.send, {}, []
        for name in chosen:  # one portal that fails does not keep the release from the other
            try:
                steps = targets.to_portal(settings, name, release, sent=sent, say=context.log.info)
                counts[name] = sum(step.action != "unchanged" for step in steps)
            except PortalError as error:
                failed.append(str(error))
        if failed:
            raise dg.Failure("\n".join(failed))
        return made({"sent": sent, "steps": counts})

    return [postgresql, portals]


def _newest(run: Run) -> Path | str:
    """The release of this refresh, or why it is not sent: readers of a database or portal follow the newest COG."""
    release, newest = switch.current(run.settings.publication, run.cog), switch.current(run.settings.publication)
    if release is None:
        return f"there is no release on COG {run.cog}"
    return (
        release
        if release == newest
        else f"{release.name} is not `current`, which is on a newer COG and is what is sent"
    )
