"""The parsed dbt project, as Dagster and the release read it.

It depends on the project alone: it is parsed once, on no warehouse, kept in dbt's own `target`, and copied to each data folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from dagster_project.core import code, digests
from dagster_project.core.ledger import Ledger
from dagster_project.settings import DBT_PROJECT_DIR, Settings
from dagster_project.warehouse.dbt import artefacts, run

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PAGE = "dbt_project"
KEPT = ("manifest.json", "partial_parse.msgpack")  # dbt's names


def manifest_path(settings: Settings) -> Path:
    """The parsed project, as dbt writes it."""
    return artefacts(settings) / KEPT[0]


def ensure_manifest(settings: Settings) -> Path:
    """Parse the dbt project if one of its files changed since the last time; returns the manifest's path."""
    ledger, digest = Ledger(settings.data), project_digest()
    folder, kept = artefacts(settings), DBT_PROJECT_DIR / "target" / digest
    if not ledger.whole(PAGE, digest):
        folder.mkdir(parents=True, exist_ok=True)
        if kept.is_dir():
            for name in KEPT:
                shutil.copyfile(kept / name, folder / name)
        else:
            run(["parse"], folder)
            with suppress(OSError):  # a project that may not be written is parsed for each data folder
                _keep(folder, kept)
        ledger.enter(PAGE, ledger.seen(digest, folder / KEPT[0]))
    return manifest_path(settings)


def project_digest() -> str:
    """Digest of all that the parsed project depends on."""
    return digests.of(digests.tree(DBT_PROJECT_DIR), code.digest(run))


def parsed(settings: Settings) -> Manifest:
    """The project for one dbt command."""
    ensure_manifest(settings)
    manifest: Manifest = run(["parse", "--no-write-json"], artefacts(settings))
    return manifest


def source_files(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Where the files of each source are, below the folder of raw tables, by its unique id: a path or a wildcard."""
    results = {}
    for name, node in manifest["sources"].items():
        location = node["meta"]["external_location"].format(name=node["name"])
        results[name] = location.removeprefix("read_parquet('").removesuffix("')")
    return results


def _keep(folder: Path, kept: Path) -> None:
    """Copy what was made, whole or not at all, unless another process just did; those of other projects go."""
    kept.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=kept.parent) as work:
        new = Path(work) / kept.name
        new.mkdir()
        for name in KEPT:
            shutil.copyfile(folder / name, new / name)
        for old in kept.parent.glob("?" * len(kept.name)):
            if old != kept:
                shutil.rmtree(old)
        new.rename(kept)  # an error when it is there: that one stays
