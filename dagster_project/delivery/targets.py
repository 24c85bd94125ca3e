"""Sends a release where settings say: a database, portals, a form. Shared by Dagster's assets and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.delivery.forms import tet
from dagster_project.delivery.portals.data_fair_upload import DataFair
from dagster_project.delivery.portals.data_gouv_upload import DataGouv
from dagster_project.delivery.portals.sending import Step, send
from dagster_project.release import deposit, seals
from dagster_project.release.catalogue import read_catalogue
from dagster_project.release.deposit import DepositError, Figure
from dagster_project.release.switch import is_demonstration
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


@dataclass(frozen=True)
class Form:
    """What was made of the figures of a form.

    Attributes:
        figures: ours, or those that were typed.
        lines: how many lines the form has.
        slips: figures that are probably in another unit, a sentence each.
        sent: how many were sent.
        file: that holds them.
    """

    figures: list[Figure]
    lines: int
    slips: list[str]
    sent: int = 0
    file: Path | None = None


def to_form(
    settings: Settings,
    siren: str,
    release: Path,
    *,
    typed: Path | None = None,
    all_years: bool = False,
    as_typed: bool = False,
    sent: bool = False,
    say: Callable[[str], None],
) -> Form:
    """Send the PCAET form of an EPCI to Territoires en Transitions, or say what that would take; without its paths, write a file.

    Args:
        settings: address, token and paths of the service.
        siren: code of the EPCI.
        release: folder of the release.
        typed: figures of the territory, instead of ours.
        all_years: of ours, every year of the inventory that is filed of each line, not the years to file alone.
        as_typed: typed figures are right, whatever their ratio to ours.
        sent: whether anything is written there.
        say: receives one line a step.

    Raises:
        DepositError: nothing to send, or a probable slip of units; nothing is sent.
        PortalError: the service refused.
    """
    _assert_whole(settings, release)
    lines = deposit.form(release)
    ours = deposit.retained(release, siren, all_years=all_years or typed is not None)
    figures = deposit.typed(typed, lines) if typed else ours
    if not figures:
        raise DepositError(f"{release.name} has no figure of the form for {siren}: no ALDO, no inventory covers it")
    slips = deposit.slips(figures, ours) if typed else []
    unsent = Form(figures, len(lines), slips)
    if not (settings.tet and settings.tet_paths):
        if sent:
            raise SettingsError("FLUX_TET and FLUX_TET_PATHS are not both set: nothing is sent")
        if typed:
            return unsent
        file = settings.data / "tet" / f"{siren}.csv"
        deposit.write(figures, file)
        return replace(unsent, file=file)
    if not sent:
        return unsent
    if any(map(is_demonstration, [read_catalogue(release)["statut_donnees"], *(item.status for item in figures)])):
        raise DepositError("demonstration data is never sent: make a release with FLUX_SOURCE=mirror|live")
    if slips and not as_typed:
        raise DepositError(
            "\n".join([*slips, "Nothing is sent: correct the file, or add --as-typed if the figures are right"])
        )
    service = tet.Service(settings.tet, settings.tet_key, settings.tet_paths)
    return replace(unsent, sent=service.send(siren, figures, say))


def _assert_whole(settings: Settings, release: Path) -> None:
    """Nothing that somebody touched is sent."""
    if problem := seals.damage(settings.publication, release):
        raise SettingsError(
            f"{release.name} is not what was published ({problem}): nothing is sent. Refresh, or restore a backup"
        )
