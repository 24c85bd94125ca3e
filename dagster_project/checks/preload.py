"""What the fork server of workers imports before it forks: importing this module pays for all that they judge and write with."""

from contextlib import suppress

from dagster_project.core.errors import FluxError

with suppress(FluxError):  # a contract that cannot be read is told by the process that began the refresh
    from dagster_project.checks import dossier_rules, published_rules, raw_rules  # noqa: F401
    from dagster_project.checks.expectations import warm_up

    warm_up()
