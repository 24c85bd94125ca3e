"""Sends a release where settings say: PostgreSQL, Data Fair, data.gouv.fr. Shared by Dagster's assets and the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.delivery.portals.data_fair_upload import DataFair
from dagster_project.delivery.portals.data_gouv_upload import DataGouv
from dagster_project.delivery.portals.sending import Step, send
from dagster_project.release import seals
from dagster_project.settings import Settings, SettingsError

if TYPE_CHECKING:
    from dagster_project.delivery.postgresql.publishing import Published

PORTALS = ("data-fair", "data-gouv")


def to_postgres(settings: Settings, release: Path, *, dry_run: bool = False, guard: bool = False) -> Published:
    """Publish a release in the database of FLUX_POSTGRES.

    Raises:
        SettingsError: no database is set, or the release is not what was published.
        PublicationError: the database or the release refused; what is published there stays.
    """
    from dagster_project.delivery.postgresql.publishing import publish  # its driver, of those who have a database

    _assert_whole(settings, release)
    return publish(postgres_dsn(settings), release, settings.postgres_schema, dry_run=dry_run, guard=guard)


def postgres_dsn(settings: Settings) -> str:
    """The address of the database.

    Raises:
        SettingsError: none is set.
    """
    if settings.postgres is None:
        raise SettingsError("FLUX_POSTGRES is not set: write a libpq address, such as postgresql://user@host/base")
    return settings.postgres


def chosen_portals(settings: Settings) -> list[str]:
    """Portals that settings name."""
    addresses = (settings.data_fair, settings.data_gouv)
    return [name for name, address in zip(PORTALS, addresses, strict=True) if address]


def to_portal(settings: Settings, name: str, release: Path, *, sent: bool, say: Callable[[str], None]) -> list[Step]:
    """Upload a release to a portal, or say what that would take.

    Args:
        settings: address and key of the portal.
        name: one of PORTALS.
        release: folder of the release.
        sent: whether anything is written there.
        say: receives one line a step.

    Raises:
        SettingsError: no address is set, or the release is not what was published.
        PortalError: the portal or the release refused; the next run goes on from there.
    """
    address = settings.data_fair if name == "data-fair" else settings.data_gouv
    if not address:
        raise SettingsError(f"FLUX_{name.upper().replace('-', '_')} is not set: write the address of the portal")
    _assert_whole(settings, release)
    portal = (
        DataFair(address, settings.data_fair_key)
        if name == "data-fair"
        else DataGouv(address, settings.data_gouv_key, organisation=settings.data_gouv_organisation)
    )
    state = settings.data / "portails" / f"{name}.json"
    state.parent.mkdir(parents=True, exist_ok=True)
    return send(portal, release, state, dry_run=not sent, say=say)


def _assert_whole(settings: Settings, release: Path) -> None:
    """Nothing that somebody touched is sent."""
    if problem := seals.damage(settings.publication, release):
        raise SettingsError(
            f"{release.name} is not what was published ({problem}): nothing is sent. Refresh, or restore a backup"
        )
