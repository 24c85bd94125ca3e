"""Runs dbt in this process, by its public runner: its imports are paid once, and its results come back as objects.

Everything dbt writes besides the warehouse goes below `<data>/dbt`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.core.errors import FluxError
from dagster_project.settings import DBT_PROJECT_DIR, Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


class DbtError(FluxError):
    """What dbt says when it cannot run, in one line."""


FAILED = ("fail", "error")
TELEMETRY = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
NOWHERE = {"FLUX_RAW": ".", "FLUX_WAREHOUSE": ":memory:"}


def run(
    arguments: Sequence[str],
    folder: Path,
    places: Mapping[str, str] | None = None,
    manifest: Manifest | None = None,
    project: Path = DBT_PROJECT_DIR,
) -> Any:
    """One dbt command; its result object. Failed nodes are in the result.

    Args:
        arguments: of the command line.
        folder: takes dbt's artefacts.
        places: what profiles.yml reads of the environment; without it, the project is on no warehouse.
        manifest: of the parsed project, which the command changes; dbt parses it without it.
        project: its folder.

    Raises:
        DbtError: dbt itself could not run (a project that does not parse, for example).
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    folder.mkdir(parents=True, exist_ok=True)
    os.environ.update({**TELEMETRY, **(places or NOWHERE)})
    origin = ["--project-dir", str(project), "--profiles-dir", str(project)]
    output = [
        "--target-path",
        str(folder),
        "--log-path",
        str(folder),
        "--log-level",
        "none",
        "--log-level-file",
        "none",
    ]
    try:
        outcome = dbtRunner(manifest=manifest).invoke([*arguments, *origin, *output])
    finally:
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]  # or the file stays locked, and re-opens as it was
    if outcome.exception is not None:
        problem = str(outcome.exception).split("Raw Error:")[0]
        raise DbtError(f"dbt {arguments[0]}: {' '.join(problem.split())}")
    return outcome.result


def places(settings: Settings) -> dict[str, str]:
    """Where raw tables and the warehouse are, as profiles.yml reads it."""
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    return {"FLUX_RAW": str(settings.raw), "FLUX_WAREHOUSE": str(settings.warehouse)}


def artefacts(settings: Settings) -> Path:
    """Folder of what dbt writes besides the warehouse."""
    return settings.data / "dbt"


def failures(nodes: Sequence[Any]) -> list[str]:
    """A line for each node of a dbt command that did not end well."""
    return [f"{node.node.name}: {(node.message or '').strip()}" for node in nodes if node.status in FAILED]
