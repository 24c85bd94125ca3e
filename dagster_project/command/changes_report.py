"""Prints what changed between two releases (publication/changes.py computes it)."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table

from dagster_project.release import changes, switch
from dagster_project.release.catalogue import has_catalogue

FIGURES = ("avant", "apres", "ecart", *changes.PARTS)
LARGEST = 10
LEAST = 1e-6  # kt: less is rounding


def find_release(publication: Path, named: str) -> Path:
    """The folder of a release: its identifier, or `cog2019` for the current one of a vintage.

    Raises:
        ChangesError: no such release; says which there are.
    """
    link = publication / ("current" if named == "current" else f"current-{named}")
    place = link.resolve() if link.exists() else publication / "releases" / named
    if not has_catalogue(place):
        known = [f"cog{year}" for year in switch.vintages(publication)] + switch.kept_releases(publication)
        raise changes.ChangesError(f"no release {named!r}; there are: {', '.join(known) or 'none'}")
    return place


def show(table: pa.Table, console: Console) -> None:
    """France for each quantity, then the EPCI whose flux moved most, then what appeared or went."""
    national = table.filter(pc.equal(table["maille"], "france"))
    console.print(_grid("France", ("grandeur", "approche_bois", "unite"), national.to_pylist()))
    fluxes = table.filter(
        pc.and_(pc.equal(table["grandeur"], "flux"), pc.equal(table["approche_bois"], "consommation"))
    )
    epci = fluxes.filter(pc.equal(fluxes["maille"], "epci")).to_pylist()
    both = [row for row in epci if row["avant"] is not None and row["apres"] is not None]
    moved = [row for row in sorted(both, key=lambda row: -abs(row["ecart"])) if abs(row["ecart"]) > LEAST][:LARGEST]
    if moved:
        console.print(_grid("EPCI that moved most (kt CO2e/an)", ("code_territoire", "nom_territoire"), moved))
    else:
        console.print("No EPCI moved")
    rows = fluxes.to_pylist()
    gone, come = sum(row["apres"] is None for row in rows), sum(row["avant"] is None for row in rows)
    console.print(f"{len(rows)} territories: {come} only in the later release, {gone} only in the earlier one")


def _grid(title: str, labels: tuple[str, ...], rows: list[dict[str, Any]]) -> Table:
    grid = Table(title=title)
    for name in (*labels, *FIGURES):
        grid.add_column(name, justify="left" if name in labels else "right")
    for row in rows:
        grid.add_row(*(str(row[name]) for name in labels), *(f"{row[name]:,.3f}" for name in FIGURES))
    return grid
