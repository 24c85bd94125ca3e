"""Chooses what `python -m dagster_project` does, and imports nothing heavy before it is known that there is something to do."""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

from dagster_project.command import nothing_to_do
from dagster_project.core import workers
from dagster_project.settings import PROJECT_ROOT, SettingsError, load_settings, shed_foreign

INSTANCE = {
    "telemetry": {"enabled": False},
    "nux": {"enabled": False},
    "concurrency": {"runs": {"max_concurrent_runs": 1}},
}


def main(arguments: list[str], usage: str | None = None) -> int:
    """Run one command; returns the exit status."""
    command, options = arguments[0] if arguments else "refresh", arguments[1:]
    if command not in ("refresh", "dev") or options not in ([], ["--force"] if command == "refresh" else []):
        print(usage, file=sys.stderr)
        return 2
    shed_foreign()
    try:
        settings = load_settings()
    except SettingsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if command == "refresh" and not options and (last := nothing_to_do.last_release(settings)):
        name, moment = last
        print(f"Nothing to do: sources, settings and code are those of release {name} (refresh of {moment}).")
        print(settings.publication / "releases" / name)
        return 0
    if command == "refresh":
        workers.start()  # their imports run beside Dagster's
    from dagster_project.assets import history

    home = settings.dagster_home
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "dagster.yaml").write_text(json.dumps(INSTANCE | history.configuration(home), indent=1), "utf-8")
    except OSError as error:
        print(f"error: FLUX_DATA={settings.data} cannot be written ({error.strerror})", file=sys.stderr)
        return 2
    os.environ["DAGSTER_HOME"] = str(home)
    if command == "dev":
        return dev()
    from dagster_project.command.refresh import refresh

    gc.freeze()  # what was imported lives to the end: looking it over again and again takes a second, the last time at exit
    return refresh(settings, force=bool(options))


def dev() -> int:
    """The Dagster UI, on loopback only."""
    dagster = str(Path(sys.executable).with_name("dagster"))
    command = [dagster, "dev", "-m", "dagster_project.definitions", "-h", "127.0.0.1"]
    return subprocess.call(command, cwd=PROJECT_ROOT)  # noqa: S603
