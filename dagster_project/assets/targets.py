"""Where a release is sent once it is there: assets that do nothing until settings name a database or a portal."""

import dagster as dg

from dagster_project import targets
from dagster_project.assets.ingestion import target_cog
from dagster_project.assets.publication import RELEASE
from dagster_project.checks import stamps
from dagster_project.publication import release
from dagster_project.publication.portals.http import PortalError
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
            return dg.MaterializeResult(metadata={stamps.SKIPPED: "FLUX_POSTGRES is not set"})
        if older := _not_the_newest(settings):
            return dg.MaterializeResult(metadata={stamps.SKIPPED: older})
        done = targets.to_postgres(settings, release.current(settings.publication))
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
            return dg.MaterializeResult(metadata={stamps.SKIPPED: "neither FLUX_DATA_FAIR nor FLUX_DATA_GOUV is set"})
        if older := _not_the_newest(settings):
            return dg.MaterializeResult(metadata={stamps.SKIPPED: older})
        sent, counts, failed = settings.targets.send, {}, []
        for name in chosen:  # one portal that fails does not keep the release from the other
            try:
                steps = targets.to_portal(
                    settings, name, release.current(settings.publication), sent=sent, say=context.log.info
                )
                counts[name] = sum(one.action != "unchanged" for one in steps)
            except PortalError as error:
                failed.append(str(error))
        if failed:
            raise dg.Failure("\n".join(failed))
        return dg.MaterializeResult(metadata={"sent": sent, "steps": counts})

    return [postgresql, portals]


def _not_the_newest(settings: Settings) -> str | None:
    """Why the release of this refresh is not sent: readers of a database or portal follow the newest COG."""
    made, newest = release.current(settings.publication, target_cog(settings)), release.current(settings.publication)
    return None if made == newest else f"{made.name} is not `current`, which is on a newer COG and is what is sent"
