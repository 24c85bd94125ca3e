"""Where a release is sent once it is there: assets that do nothing until settings name a database or a portal."""

import dagster as dg

from dagster_project.assets.publication import RELEASE
from dagster_project.assets.resources import RUN
from dagster_project.core import ledger
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
    def postgresql(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        settings = context.resources.run.settings
        if settings.postgres is None:
            return dg.MaterializeResult(metadata={ledger.SKIPPED: "FLUX_POSTGRES is not set"})
        if older := _not_the_newest(context.resources.run):
            return dg.MaterializeResult(metadata={ledger.SKIPPED: older})
        done = targets.to_postgres(settings, switch.current(settings.publication))
        return dg.MaterializeResult(metadata={"version": done.version, "rows": done.tables})

    @dg.asset(
        key=dg.AssetKey(["publication", "portails"]),
        group_name="publication",
        deps=[RELEASE],
        required_resource_keys={RUN},
        description="The release on open data portals (FLUX_DATA_FAIR, FLUX_DATA_GOUV; sent if FLUX_ENVOI=oui).",
    )
    def portals(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        settings = context.resources.run.settings
        chosen = targets.chosen_portals(settings)
        if not chosen:
            return dg.MaterializeResult(metadata={ledger.SKIPPED: "neither FLUX_DATA_FAIR nor FLUX_DATA_GOUV is set"})
        if older := _not_the_newest(context.resources.run):
            return dg.MaterializeResult(metadata={ledger.SKIPPED: older})
        sent, counts, failed = settings.send, {}, []
        for name in chosen:  # one portal that fails does not keep the release from the other
            try:
                steps = targets.to_portal(
                    settings, name, switch.current(settings.publication), sent=sent, say=context.log.info
                )
                counts[name] = sum(one.action != "unchanged" for one in steps)
            except PortalError as error:
                failed.append(str(error))
        if failed:
            raise dg.Failure("\n".join(failed))
        return dg.MaterializeResult(metadata={"sent": sent, "steps": counts})

    return [postgresql, portals]


def _not_the_newest(run: Run) -> str | None:
    """Why the release of this refresh is not sent: readers of a database or portal follow the newest COG."""
    publication = run.settings.publication
    made, newest = switch.current(publication, run.cog), switch.current(publication)
    return None if made == newest else f"{made.name} is not `current`, which is on a newer COG and is what is sent"
