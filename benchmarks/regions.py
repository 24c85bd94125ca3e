"""Communes and EPCI of a copy of the portals, as the writers of demonstration inventories want them: real codes, no figure."""

import csv
import gzip
from collections import defaultdict
from pathlib import Path

from dagster_project.sources.inventories import load_inventories

LYON = "200046977"


def communes(mirror: Path, vintage: int) -> list[dict[str, str]]:
    """Rows of the list of communes of a vintage."""
    with gzip.open(mirror / "cog" / f"cog_communes_{vintage}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def orcae(mirror: Path) -> dict[str, list[tuple[str, str]]]:
    """Communes of Auvergne-Rhone-Alpes by archive of ORCAE: a departement each, and the Rhone in two."""
    inventory = load_inventories()["orcae"]
    parts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in communes(mirror, inventory.reading.cog):
        if row["code_region"] == "84":
            parts[_archive(row)].append((row["code_commune"], row["nom_commune"]))
    return {part: parts[part] for part in inventory.editions[inventory.newest].parts}


def _archive(row: dict[str, str]) -> str:
    if row["siren_epci"] == LYON:
        return LYON
    return "69D" if row["code_departement"] == "69" else row["code_departement"]
