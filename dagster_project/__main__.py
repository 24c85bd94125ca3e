"""`python -m dagster_project [refresh [--force]|dev]`: the job without the UI, or the UI.

`refresh` (the default) runs the same job as the UI and ends with a short report; it exits 1 when a gate refuses. It does
nothing when sources, settings and code are those of the current release, and only what hangs on a change otherwise;
`--force` makes, checks and sends everything again.
"""

import sys

from dagster_project.command.start import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], __doc__))
