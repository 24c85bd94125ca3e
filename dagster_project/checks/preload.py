"""What the fork server of helpers imports before it forks: importing this module pays for all that they judge and write with."""

from __future__ import annotations

import atexit
import gc
import os
import sys

# Of no use to a helper; where it is installed, Great Expectations imports all of it, which without grpc ends the process.
sys.modules["pyspark"] = None
gc.disable()  # what is imported lasts: it is never searched for garbage, here or in what is forked from here

from dagster_project.checks import dossier_rules, published_rules, raw_rules  # noqa: E402, F401
from dagster_project.checks.expectations import warm_up  # noqa: E402

warm_up()
gc.freeze()
gc.enable()
atexit.register(os._exit, 0)  # or it takes its imports apart, one by one, long after the main process has ended
