"""Demonstration data: a small deterministic copy of the portals, generated in the producers' exact layouts.

Codes and names are real, every figure is invented. The folder it writes is read as any mirror is.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from dagster_project import digests
from dagster_project.sources.registry import Source
from dagster_project.sources.sample import aldo, geography, inventories


def ensure(folder: Path, registry: Mapping[str, Source]) -> None:
    """Generate the demonstration copy, unless this code did so before and nobody touched it since."""

    def found() -> str:
        files = (path for path in folder.rglob("*") if path.is_file())
        return digests.of(digests.code("dagster_project/sources"), digests.of_files(files, folder))

    stamp = folder.with_name(f"{folder.name}.sha256")
    if not (stamp.is_file() and stamp.read_text() == found()):
        generate(folder, registry)
        stamp.write_text(found())


def generate(folder: Path, registry: Mapping[str, Source]) -> None:
    """(Re)write the demonstration copy; the same bytes every time."""
    work = folder.with_name(folder.name + ".part")
    shutil.rmtree(work, ignore_errors=True)
    world = geography.load()
    geography.write(world, work)
    aldo.write(world, registry, work)
    inventories.write(world, work)
    (work / "LISEZMOI.txt").write_text("données de démonstration : codes réels, chiffres inventés\n", "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)
