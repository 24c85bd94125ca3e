"""An ORCAE-like inventory of 4,000 communes, 35 years, 8 sectors and 13 quantities (14.56 million rows) beside the national fluxes.

Generated, labelled, read for the first time: what counts is that peak memory stays that of the national fluxes.
"""

from __future__ import annotations

import csv
import gzip
import io
import statistics
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Measure, run
from dagster_project.sources.sample.emissions import write_orcae

COMMUNES, YEARS, REGION = 4_000, range(1990, 2025), "84"


def copy_with_a_large_inventory(mirror: Path, folder: Path) -> Path:
    """A copy of the portals that points to the mirror, with the inventory beside; returns it."""
    (folder / "inventories").mkdir(parents=True)
    for name in ("aldo", "boundaries", "cog"):
        (folder / name).symlink_to(mirror / name)
    text = gzip.decompress((mirror / "cog" / "cog_communes_2026.csv.gz").read_bytes()).decode()
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["code_region"] == REGION]
    communes = [(row["code_commune"], row["nom_commune"]) for row in rows][:COMMUNES]
    write_orcae(communes, YEARS, folder / "inventories" / "orcae_2026.csv", secret=40)
    return folder


def report(command: Sequence[str], copy: Path, data: Path, without: Sequence[Measure]) -> None:
    """One refresh with the inventory read for the first time, one with it read already, against those without; tables alone."""
    environ = {"FLUX_SOURCE": "mirror", "FLUX_MIRROR": str(copy), "FLUX_DATA": str(data), "FLUX_PRODUCTS": "none"}
    wall, peak = (statistics.median(getattr(one, figure) for one in without) for figure in ("wall", "peak_mb"))
    size = (copy / "inventories" / "orcae_2026.csv").stat().st_size / 1e6
    print(f"inventory of {COMMUNES * len(YEARS) * 8 * 13:,} rows, {size:,.0f} MB:")
    for name in ("read for the first time", "read before"):
        one = run(command, environ)
        print(
            f"  {name:24}{one.wall:9.1f} s wall ({one.wall - wall:+.1f}){one.cpu:9.1f} s CPU{one.peak_mb:9.0f} MB peak"
            f" ({one.peak_mb / peak:.2f} x the national fluxes alone)"
        )
