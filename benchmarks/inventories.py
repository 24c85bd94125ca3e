"""ORCAE of full size in its own layout: 4,030 communes, 13 archives of two members, 35 years as a stress, beside the national fluxes.

Generated, labelled, read for the first time: what counts is that peak memory stays near that of the national fluxes.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from benchmarks import regions
from benchmarks.measure import Measure, run
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.sample.emissions import write_orcae

YEARS, SECRET = range(1990, 2025), 400


def copy_with_a_large_inventory(mirror: Path, folder: Path) -> Path:
    """A copy of the portals that points to the mirror, all of it, with the inventory beside; returns it."""
    own = folder / "inventories"
    own.mkdir(parents=True)
    for path in (*mirror.iterdir(), *(mirror / own.name).glob("*")):
        if path.name != own.name:
            (folder / path.relative_to(mirror)).symlink_to(path.absolute())
    inventory = load_inventories()["orcae"]
    write_orcae(regions.orcae(mirror), YEARS, folder / inventory.copy_of(inventory.newest).path, secret=SECRET)
    return folder


def report(command: Sequence[str], copy: Path, data: Path, without: Sequence[Measure]) -> None:
    """One refresh with the inventory read for the first time, one with it read already, against those without; tables alone."""
    environ = {"FLUX_SOURCE": "mirror", "FLUX_MIRROR": str(copy), "FLUX_DATA": str(data), "FLUX_PRODUCTS": "none"}
    wall, peak = (statistics.median(getattr(one, figure) for one in without) for figure in ("wall", "peak_mb"))
    inventory = load_inventories()["orcae"]
    archives = inventory.editions[inventory.newest].addresses("mirror")
    size = sum((copy / path).stat().st_size for path in archives) / 1e6
    print(f"ORCAE, {len(YEARS)} years, {len(archives)} archives, {size:,.0f} MB compressed:")
    for name in ("read for the first time", "read before"):
        one = run(command, environ)
        print(
            f"  {name:24}{one.wall:9.1f} s wall ({one.wall - wall:+.1f}){one.cpu:9.1f} s CPU{one.peak_mb:9.0f} MB peak"
            f" ({one.peak_mb / peak:.2f} x the national fluxes alone)"
        )
