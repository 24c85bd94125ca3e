"""Runs dbt in this process: its imports are paid once, and its results come back as objects.

A subprocess would import everything again (five seconds a refresh). Everything dbt writes besides the warehouse goes
below `<data>/dbt`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from dagster_project.settings import DBT_PROJECT_DIR, Settings


def run(settings: Settings, arguments: Sequence[str], folder: Path | None = None, manifest: Any = None) -> Any:
    """One dbt command; its result object. Failed nodes are in the result.

    Args:
        settings: where raw tables and the warehouse are.
        arguments: of the command line.
        folder: takes dbt's artefacts; `<data>/dbt` without it.
        manifest: of the project, by dbt's own class; dbt parses the project without it.

    Raises:
        RuntimeError: dbt itself could not run (a project that does not parse, for example).
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    from dagster_project.assets.dbt_events import warnings_alone
    from dagster_project.assets.dbt_validation import checked_before

    folder = folder or artefacts(settings)
    folder.mkdir(parents=True, exist_ok=True)
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    os.environ.update(  # what profiles.yml reads
        FLUX_RAW=str(settings.raw), FLUX_WAREHOUSE=str(settings.warehouse), DBT_SEND_ANONYMOUS_USAGE_STATS="false"
    )
    places = [
        "--project-dir",
        str(DBT_PROJECT_DIR),
        "--profiles-dir",
        str(DBT_PROJECT_DIR),
        "--target-path",
        str(folder),
    ]
    logs = ["--log-level", "none", "--log-level-file", "none", "--log-path", str(folder)]
    try:
        with warnings_alone(), nullcontext() if manifest is None else checked_before():
            outcome = dbtRunner(manifest=manifest).invoke([*arguments, *places, *logs])
    finally:
        DuckDBConnectionManager.close_all_connections()  # or the file stays locked, and re-opens as it was
    if outcome.exception is not None:
        raise RuntimeError(f"dbt {arguments[0]}: {outcome.exception}")
    return outcome.result


def artefacts(settings: Settings) -> Path:
    """Folder of what dbt writes besides the warehouse."""
    return settings.data / "dbt"


def failures(nodes: Sequence[Any]) -> list[str]:
    """A line for each node of a dbt command that did not end well."""
    return [f"{one.node.name}: {(one.message or '').strip()}" for one in nodes if one.status in ("fail", "error")]
