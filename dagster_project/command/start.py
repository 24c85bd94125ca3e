"""Begins a refresh or the UI, and imports nothing heavy before it is known that there is something to do."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from dagster_project.command import nothing_to_do
from dagster_project.core import workers
from dagster_project.core.errors import FluxError
from dagster_project.settings import PROJECT_ROOT, Settings, SettingsError, load_settings, shed_foreign

INSTANCE = {
    "telemetry": {"enabled": False},
    "nux": {"enabled": False},
    "concurrency": {"runs": {"max_concurrent_runs": 1}},
}


def refresh(*, force: bool = False) -> int:
    """One refresh; returns the exit status."""
    return _with_settings(partial(_refresh, force=force))


def dev() -> int:
    """The Dagster UI, on loopback only; returns the exit status."""
    return _with_settings(_dev)


def _with_settings(work: Callable[[Settings], int]) -> int:
    """Do something under the settings of this process; what its user can act on is one line, and status 2."""
    shed_foreign()
    try:
        return work(load_settings())
    except FluxError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _refresh(settings: Settings, force: bool) -> int:
    if not force and (last := nothing_to_do.last_release(settings)):
        name, moment = last
        print(f"Nothing to do: sources, settings and code are those of release {name} (refresh of {moment}).")
        print(settings.publication / "releases" / name)
        return 0
    from dagster_project.ingest.run import target_cog
    from dagster_project.products import identity

    identity.read(settings.identity)
    target_cog(settings)  # what its user must mend is said before anything heavy begins
    _move_in(settings)
    workers.start()  # their imports run beside Dagster's
    from dagster_project.command import refresh as refreshing

    return refreshing.refresh(settings, force=force)


def _dev(settings: Settings) -> int:
    _move_in(settings)
    dagster = str(Path(sys.executable).with_name("dagster"))
    command = [dagster, "dev", "-h", "127.0.0.1"]  # pyproject.toml says what it serves
    return subprocess.call(command, cwd=PROJECT_ROOT)  # noqa: S603


def _move_in(settings: Settings) -> None:
    """Tell Dagster where its history is.

    Raises:
        SettingsError: the data folder cannot be written.
    """
    from dagster_project.assets import history

    home = settings.dagster_home
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "dagster.yaml").write_text(json.dumps(INSTANCE | history.configuration(home), indent=1), "utf-8")
    except OSError as error:
        raise SettingsError(f"FLUX_DATA={settings.data} cannot be written ({error.strerror})") from error
    os.environ["DAGSTER_HOME"] = str(home)
