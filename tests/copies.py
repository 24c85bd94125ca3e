"""A copy of the portals made of the user's own, by links, and of what it lacks: Cerema's file, in its true layout and width, invented."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

from dagster_project.sources.sample import land_consumption
from dagster_project.sources.sample.geographic_code import save

CEREMA = f"observatoires/cerema/obs_artif_conso_com_2009_{land_consumption.EDITION}.csv"


def communes(mirror: Path, edition: int) -> list[tuple[str, str, str]]:
    """Code, name and EPCI of each commune of a COG, Mayotte apart as in the producer's file."""
    with gzip.open(mirror / "cog" / f"cog_communes_{edition}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (row["code_commune"], row["nom_commune"], row["siren_epci"]) for row in rows if row["code_departement"] != "976"
    ]


def with_consumption(mirror: Path, folder: Path) -> Path:
    """The user's copy, linked below a new folder, with a national file of consumption of land; returns the folder."""
    folder.mkdir(parents=True)
    for source in mirror.iterdir():
        if source.name != "observatoires":
            (folder / source.name).symlink_to(source)
    (folder / CEREMA).parent.mkdir(parents=True)
    for source in (mirror / "observatoires").iterdir():
        if source.name != "cerema":
            (folder / "observatoires" / source.name).symlink_to(source)
    edition = land_consumption.EDITION
    save(folder / CEREMA, land_consumption.written(communes(mirror, edition), edition))
    return folder
