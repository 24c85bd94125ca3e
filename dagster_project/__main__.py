"""`python -m dagster_project [refresh [--force]|dev]`: the job without the UI, or the UI.

`refresh` (the default) runs the same job as the UI and ends with a short report; it exits 1 when a gate refuses. It does
nothing when sources, settings and code are those of the current release, and only what hangs on a change otherwise;
`--force` makes, checks and sends everything again.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from dagster_project.command import nothing_to_do
from dagster_project.settings import PROJECT_ROOT, SettingsError, load_settings, shed_foreign

INSTANCE = """\
telemetry: {enabled: false}
nux: {enabled: false}
concurrency: {runs: {max_concurrent_runs: 1}}
event_log_storage:
  module: dagster_project.assets.history
  class: EventHistory
  config: {base_dir: %s}
"""


def dev() -> int:
    """The Dagster UI, on loopback only."""
    command = [
        str(Path(sys.executable).with_name("dagster")),
        "dev",
        "-m",
        "dagster_project.definitions",
        "-h",
        "127.0.0.1",
    ]
    return subprocess.call(command, cwd=PROJECT_ROOT)  # noqa: S603


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit status."""
    command, options = arguments[0] if arguments else "refresh", arguments[1:]
    if command not in ("refresh", "dev") or options not in ([], ["--force"] if command == "refresh" else []):
        print(__doc__, file=sys.stderr)
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
    home = settings.dagster_home
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "dagster.yaml").write_text(INSTANCE % json.dumps(str(home / "history" / "runs")), "utf-8")
    except OSError as error:
        print(f"error: FLUX_DATA={settings.data} cannot be written ({error.strerror})", file=sys.stderr)
        return 2
    os.environ["DAGSTER_HOME"] = str(home)
    if command == "dev":
        return dev()
    gc.disable()  # a run makes half a million lasting objects and few cycles: searching them frees nothing before it ends
    from dagster_project.core import workers

    workers.start()  # their imports run beside Dagster's
    from dagster_project.command.refresh import refresh

    return refresh(settings, force=bool(options))


def leave(status: int) -> NoReturn:
    """End without taking half a million objects apart, which takes two seconds; what waits for the end is done first."""
    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError):  # a pipe that nobody reads any more changes nothing of what was done
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
