"""`python -m dagster_project [refresh [--force]|dev]`: the job without the UI, or the UI.

`refresh` (the default) runs the same job as the UI and ends with a short report; it exits 1 when a gate refuses. It does
nothing when sources, settings and code are those of the current release, and only what hangs on a change otherwise;
`--force` makes, checks and sends everything again. `flux-carbone` has these commands and all others.
"""

import sys
from collections.abc import Callable
from functools import partial

from dagster_project.command import start
from dagster_project.settings import renamed

COMMANDS: dict[tuple[str, ...], Callable[[], int]] = {
    (): start.refresh,
    ("refresh",): start.refresh,
    ("refresh", "--force"): partial(start.refresh, force=True),
    ("dev",): start.dev,
}

if __name__ == "__main__":
    for warning in renamed():
        print(f"warning: {warning}", file=sys.stderr)
    if command := COMMANDS.get(tuple(sys.argv[1:])):
        sys.exit(command())
    print(__doc__, file=sys.stderr)
    sys.exit(2)
