"""Prints what changed between two releases (publication/changes.py computes it)."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table

from dagster_project.publication import changes, release

FIGURES = ("avant", "apres", "ecart", *changes.PARTS)
LARGEST = 10


def find_release(publication: Path, named: str) -> Path:
    """The folder of a release: its identifier, or `cog2019` for the current one of a vintage.

    Raises:
        ChangesError: no such release; says which there are.
    """
    link = publication / f"current-{named}"
    place = link.resolve() if link.exists() else publication / "releases" / named
    if release.read_catalogue(place) is None:
        known = [f"cog{year}" for year in release.vintages(publication)] + release.kept_releases(publication)
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
    both = [
        row for row in epci if row["avant"] is not None and row["apres"] is not None and row["avant"] and row["apres"]
    ]
    moved = sorted(both, key=lambda row: -abs(row["ecart"]))[:LARGEST]
    console.print(_grid("EPCI that moved most (kt CO2e/an)", ("code_territoire", "nom_territoire"), moved))
    gone = [row for row in epci if row["avant"] and not row["apres"]]
    come = [row for row in epci if row["apres"] and not row["avant"]]
    console.print(f"{len(epci)} EPCI: {len(come)} only in the later release, {len(gone)} only in the earlier one")


def _grid(title: str, labels: tuple[str, ...], rows: list[dict]) -> Table:
    grid = Table(title=title)
    for name in (*labels, *FIGURES):
        grid.add_column(name, justify="left" if name in labels else "right")
    for row in rows:
        grid.add_row(*(str(row[name]) for name in labels), *(f"{row[name]:,.3f}" for name in FIGURES))
    return grid
