"""Builds the warehouse with dbt, and its documentation."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project import digests
from dagster_project.assets.dbt_command import run
from dagster_project.assets.dbt_manifest import STAMP, compiled, manifest_path, parsed
from dagster_project.settings import Settings


@dataclass(frozen=True)
class NodeResult:
    """Outcome of one dbt node; `sql` is the compiled query of a test."""

    unique_id: str
    name: str
    status: str
    message: str
    seconds: float
    sql: str | None


def build(
    settings: Settings, select: Sequence[str] = (), tests: str = "cautious", manifest: Any = None
) -> list[NodeResult]:
    """`dbt build` without unit tests, of the whole project or of some nodes.

    A whole build starts from an empty file: replacing tables one by one costs more.

    Args:
        settings: where the warehouse is.
        select: names of models, seeds and tests; none for all.
        tests: which tests go with the models, as dbt's --indirect-selection says it.
        manifest: what `compiled` returned; read now without it.
    """
    if not select:
        for path in settings.warehouse.parent.glob(f"{settings.warehouse.name}*"):  # and what DuckDB left beside it
            path.unlink() if path.is_file() else shutil.rmtree(path)
    chosen = ["--select", *select, "--indirect-selection", tests] if select else []
    arguments = ["build", "--exclude-resource-type", "unit_test", "--no-write-json", *chosen]
    return [
        NodeResult(
            unique_id=one.node.unique_id,
            name=one.node.name,
            status=str(one.status),
            message=(one.message or "").strip(),
            seconds=one.execution_time,
            sql=getattr(one.node, "compiled_code", None),
        )
        for one in run(settings, arguments, manifest=manifest or compiled(settings)).results
    ]


def documentation(settings: Settings) -> Path:
    """dbt's documentation of the warehouse as one page, made again when the project changed.

    Fixtures of unit tests stay out: their invented rows bear real codes of communes.
    """
    page = manifest_path(settings).with_name("documentation.html")
    stamp = page.with_name("documentation.sha256")
    digest = digests.of(page.with_name(STAMP).read_text(), digests.sha256(Path(__file__)))
    if not (page.is_file() and stamp.is_file() and stamp.read_text() == digest):
        run(settings, ["docs", "generate", "--no-compile"], manifest=parsed(settings))
        manifest = json.loads(manifest_path(settings).read_text("utf-8")) | {"unit_tests": {}}
        catalog = json.loads(page.with_name("catalog.json").read_text("utf-8"))
        text = page.with_name("index.html").read_text("utf-8")
        for name, held in (("MANIFEST", manifest), ("CATALOG", catalog)):  # as `--static` does it
            text = text.replace(f'"{name}.JSON INLINE DATA"', json.dumps(held))
        page.write_text(text, "utf-8")
        stamp.write_text(digest)
    return page
