"""What the fork server of the gates imports before it forks: importing this module pays for Great Expectations, once."""

from __future__ import annotations

import atexit
import os

from dagster_project.checks import published_rules, raw_rules  # noqa: F401
from dagster_project.checks.expectations import warm_up

warm_up()
atexit.register(os._exit, 0)  # or it takes its imports apart, one by one, long after the main process has ended
