"""Runs dbt in this process: its imports are paid once, and its results come back as objects.

A subprocess would import everything again (five seconds a refresh). Everything dbt writes besides the warehouse goes
below `<data>/dbt`. The parsed project, which is of no data folder, is kept in dbt's own `target` too, by digest, and handed to
dbt, whose own cache takes another folder in the profile for a change.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dagster_project import digests
from dagster_project.settings import DBT_PROJECT_DIR, Settings

PARSED = ("manifest.json", "partial_parse.msgpack")
STAMP = "project.sha256"  # of the project that was parsed


@dataclass(frozen=True)
class NodeResult:
    """Outcome of one dbt node; `sql` is the compiled query of a test."""

    unique_id: str
    name: str
    status: str
    message: str
    seconds: float
    sql: str | None


def manifest_path(settings: Settings) -> Path:
    """The parsed project that assets and publication read."""
    return settings.data / "dbt" / "manifest.json"


def ensure_manifest(settings: Settings) -> Path:
    """Parse the dbt project if one of its files changed since the last time; returns the manifest's path.

    What was parsed depends on the project alone, so that another data folder takes it from there.
    """
    path = manifest_path(settings)
    digest = digests.code(DBT_PROJECT_DIR.name)
    if not _is_parsed(path, digest):
        kept = DBT_PROJECT_DIR / "target" / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        if not kept.is_dir():
            invoke(settings, ["parse"])
            with suppress(OSError):  # a project that may not be written is parsed for each data folder
                _keep(path.parent, kept)
        else:
            for name in PARSED:
                shutil.copyfile(kept / name, path.with_name(name))
        path.with_name(STAMP).write_text(digest)
    return path


def _is_parsed(path: Path, digest: str) -> bool:
    """Whether a manifest is that of the project of this digest."""
    stamp = path.with_name(STAMP)
    return path.is_file() and stamp.is_file() and stamp.read_text() == digest


def _keep(source: Path, kept: Path) -> None:
    """Copy what was parsed, whole or not at all, unless another process just did; those of other projects go."""
    kept.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=kept.parent) as folder:
        new = Path(folder) / kept.name
        new.mkdir()
        for name in PARSED:
            shutil.copyfile(source / name, new / name)
        for old in kept.parent.glob("?" * len(kept.name)):
            if old != kept:
                shutil.rmtree(old)
        new.rename(kept)  # an error when it is there: that one stays


def ready(settings: Settings) -> Any:
    """dbt imported, and its own manifest of the project for one command; None when it was not parsed since it changed."""
    import dbt.adapters.duckdb
    import dbt.cli.main  # noqa: F401
    from dbt.contracts.graph.manifest import Manifest

    path = manifest_path(settings)
    if not _is_parsed(path, digests.code(DBT_PROJECT_DIR.name)):
        return None
    return Manifest.from_msgpack(path.with_name(PARSED[1]).read_bytes())


def documentation(settings: Settings) -> Path:
    """dbt's documentation of the warehouse as one page, made again when the project changed.

    Fixtures of unit tests stay out: their invented rows bear real codes of communes.
    """
    page = manifest_path(settings).with_name("documentation.html")
    stamp = page.with_name("documentation.sha256")
    digest = digests.of(page.with_name(STAMP).read_text(), digests.sha256(Path(__file__)))
    if not (page.is_file() and stamp.is_file() and stamp.read_text() == digest):
        invoke(settings, ["docs", "generate", "--no-compile"])
        manifest = json.loads(manifest_path(settings).read_text("utf-8")) | {"unit_tests": {}}
        catalog = json.loads(page.with_name("catalog.json").read_text("utf-8"))
        text = page.with_name("index.html").read_text("utf-8")
        for name, held in (("MANIFEST", manifest), ("CATALOG", catalog)):  # as `--static` does it
            text = text.replace(f'"{name}.JSON INLINE DATA"', json.dumps(held))
        page.write_text(text, "utf-8")
        stamp.write_text(digest)
    return page


def build(
    settings: Settings, select: Sequence[str] = (), tests: str = "cautious", parsed: Any = None
) -> list[NodeResult]:
    """`dbt build` without unit tests, of the whole project or of some nodes.

    A whole build starts from an empty file: replacing tables one by one costs more.

    Args:
        settings: where the warehouse is.
        select: names of models, seeds and tests; none for all.
        tests: which tests go with the models, as dbt's --indirect-selection says it.
        parsed: what `ready` returned; read now without it.
    """
    if not select:
        for path in settings.warehouse.parent.glob(f"{settings.warehouse.name}*"):  # and what DuckDB left beside it
            path.unlink() if path.is_file() else shutil.rmtree(path)
    chosen = ["--select", *select, "--indirect-selection", tests] if select else []
    return [
        NodeResult(
            unique_id=one.node.unique_id,
            name=one.node.name,
            status=str(one.status),
            message=(one.message or "").strip(),
            seconds=one.execution_time,
            sql=getattr(one.node, "compiled_code", None),
        )
        for one in invoke(
            settings, ["build", "--exclude-resource-type", "unit_test", "--no-write-json", *chosen], parsed=parsed
        ).results
    ]


def failures(nodes: Sequence[Any]) -> list[str]:
    """A line for each node of a dbt command that did not end well."""
    return [f"{one.node.name}: {(one.message or '').strip()}" for one in nodes if one.status in ("fail", "error")]


def invoke(settings: Settings, arguments: Sequence[str], folder: Path | None = None, parsed: Any = None) -> Any:
    """One dbt command; its result object. Failed nodes are in the result. `folder` takes its artefacts; `parsed` is of `ready`.

    Raises:
        RuntimeError: dbt itself could not run (a project that does not parse, for example).
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt_common.events.event_manager_client import ctx_set_event_manager

    from dagster_project.assets.dbt_events import WarningsAlone

    # Without a manifest dbt parses, as it does for another target, whose artefacts are elsewhere.
    manifest = None if folder or arguments[0] == "parse" else parsed or ready(settings)
    folder = folder or manifest_path(settings).parent
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
    ctx_set_event_manager(WarningsAlone())
    try:
        outcome = dbtRunner(manifest=manifest).invoke([*arguments, *places, *logs])
    finally:
        DuckDBConnectionManager.close_all_connections()  # or the file stays locked, and re-opens as it was
    if outcome.exception is not None:
        raise RuntimeError(f"dbt {arguments[0]}: {outcome.exception}")
    return outcome.result
