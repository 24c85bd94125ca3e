"""Demonstration data: a small deterministic copy of the portals, generated in the producers' exact layouts.

Codes and names are real, every figure is invented. The folder it writes is read as any mirror is.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from dagster_project.sources.registry import Source
from dagster_project.sources.sample import aldo, geography, inventories


def generate(folder: Path, registry: Mapping[str, Source]) -> None:
    """(Re)write the demonstration copy; the same bytes every time."""
    work = folder.with_name(folder.name + ".part")
    shutil.rmtree(work, ignore_errors=True)
    world = geography.load()
    geography.write(world, work)
    aldo.write(world, registry, work)
    inventories.write(world, work)
    (work / "LISEZMOI.txt").write_text("donnees de demonstration : codes reels, chiffres inventes\n", "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)
