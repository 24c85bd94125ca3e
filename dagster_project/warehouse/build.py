"""Builds the warehouse with dbt beside the one that answers: a build that gate 2 refuses leaves the other as it was."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.core.sql import literal
from dagster_project.core.text import legible
from dagster_project.settings import Settings
from dagster_project.warehouse.dbt import FAILED, artefacts, places, run
from dagster_project.warehouse.project import parsed

SHOWN = 5


@dataclass(frozen=True)
class NodeResult:
    """Outcome of one dbt node.

    Attributes:
        unique_id, name: dbt's.
        status: success, pass, fail, error, skipped.
        message: what dbt says of it.
        seconds: its own time.
        sql: compiled query of a test.
    """

    unique_id: str
    name: str
    status: str
    message: str
    seconds: float
    sql: str | None

    @property
    def failed(self) -> bool:
        """Whether it did not end well."""
        return self.status in FAILED

    @property
    def ended(self) -> bool:
        """Whether it was run at all."""
        return self.status != "skipped"


def build(settings: Settings, select: Sequence[str] = (), tests: str = "cautious") -> list[NodeResult]:
    """`dbt build` without unit tests, of the whole project or of some nodes, in the warehouse that is to come.

    Args:
        settings: where the warehouse is.
        select: names of models, seeds and tests; none for all, from an empty file: replacing tables one by one costs more.
        tests: which tests go with the models, as dbt's --indirect-selection says it.
    """
    target = aside(settings).warehouse
    shutil.rmtree(target.parent, ignore_errors=True)
    target.parent.mkdir(parents=True)
    if select and settings.warehouse.is_file():
        shutil.copyfile(settings.warehouse, target)
    chosen = ["--select", *select, "--indirect-selection", tests] if select else []
    arguments = ["build", "--exclude-resource-type", "unit_test", "--no-write-json", *chosen]
    outcome = run(arguments, artefacts(settings), places(aside(settings)), parsed(settings))
    return [
        NodeResult(
            unique_id=result.node.unique_id,
            name=result.node.name,
            status=str(result.status),
            message=(result.message or "").strip(),
            seconds=result.execution_time,
            sql=getattr(result.node, "compiled_code", None),
        )
        for result in outcome.results
    ]


def aside(settings: Settings) -> Settings:
    """The same settings, on the warehouse that is being built."""
    return settings.changed(aside=True)


def swap(settings: Settings) -> None:
    """Let what was built, and passed its tests, take the place of the warehouse; in one step."""
    built = aside(settings).warehouse
    if (
        log := built.with_name(f"{built.name}.wal")
    ).exists():  # DuckDB closes a file that it could not write without an error
        raise OSError(f"{log} is left: the warehouse was not written to its end; make room, then run again")
    for leftover in settings.warehouse.parent.glob(f"{settings.warehouse.name}.*"):  # of DuckDB, beside the old one
        leftover.unlink() if leftover.is_file() else shutil.rmtree(leftover)
    built.replace(settings.warehouse)
    shutil.rmtree(built.parent, ignore_errors=True)


def explain(result: NodeResult, warehouse: Path, raw: Path) -> list[str]:
    """What a failed node says, with the first offending rows of a failed test.

    Args:
        result: of the node.
        warehouse: the file in which it failed.
        raw: folder of the raw tables.
    """
    lines = [f"- {result.name}: {result.message}"]
    if result.status == "fail" and result.sql:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            connection.execute(f"set file_search_path = {literal(raw)}")
            rows = connection.execute(f"from ({result.sql}\n) limit {SHOWN}")
            columns = [column[0] for column in rows.description]
            for row in rows.fetchall():
                cells = zip(columns, row, strict=True)
                shown = [f"{name}={legible(str(value))}" for name, value in cells if value is not None]
                lines.append("    " + ", ".join(shown))
    return lines
