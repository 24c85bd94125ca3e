"""`flux-carbone clean`: what an operator does to a data folder, besides refreshing it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from dagster_project import cleaning
from dagster_project.lock import exclusive
from dagster_project.settings import Settings, SettingsError, load_settings

HISTORY = 50  # runs that the Dagster UI still shows


def clean(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed; remove nothing")] = False,
) -> None:
    """Remove what killed or refused runs left, releases beyond FLUX_CONSERVER, snapshots of no kept release, old histories."""
    with _alone() as settings:
        found = cleaning.leftovers(settings)
        for one in found:
            print(f"{one.path.relative_to(settings.data)}  {one.bytes / 1e6:.1f} MB  {one.why}")
        old = _old_runs(settings, remove=not dry_run)
        total = sum(one.bytes for one in found) / 1e6
        if not dry_run:
            cleaning.sweep(found)
        verb = "would be removed" if dry_run else "removed"
        print(f"{len(found)} leftovers ({total:.1f} MB) and {old} run histories {verb}")


def _old_runs(settings: Settings, *, remove: bool) -> int:
    """How many runs of the Dagster UI are beyond HISTORY."""
    if not (settings.dagster_home / "dagster.yaml").is_file():
        return 0
    import dagster as dg  # seconds of imports that nothing else here needs

    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        old = [run.run_id for run in instance.get_runs()[HISTORY:]]
        for run in old if remove else ():
            instance.delete_run(run)
    return len(old)


@contextmanager
def _alone() -> Iterator[Settings]:
    """Settings, while no refresh runs; what goes wrong is said in one line."""
    try:
        settings = load_settings()
        with exclusive(settings.data) as alone:
            if not alone:
                raise SettingsError(f"a refresh is running in {settings.data}; wait for it to end")
            yield settings
    except (SettingsError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error
