"""Demonstration list of postal codes, in the layout of Etalab's package: a JSON list of communes, invented codes."""

import json
from collections.abc import Iterator
from pathlib import Path

from dagster_project.sources.sample.geographic_code import NEWEST, World, save

SHARED = 4  # communes that one post office serves
SEVERAL = 7  # every so many communes has a code of its own besides


def write(world: World, folder: Path) -> None:
    """Write the list below `folder`: communes of the newest COG, and the delegated ones, which have no postal code."""
    rows = [*_communes(world), *_delegated(world)]
    save(folder / "etalab" / "communes.json", json.dumps(rows, ensure_ascii=False).encode())


def _communes(world: World) -> Iterator[dict[str, object]]:
    for rank, (code, (name, _)) in enumerate(world.communes(NEWEST).items()):
        departement = world.departement(code)
        stem = departement[:2].replace("A", "0").replace("B", "0") if len(departement) == 2 else departement
        offices = [f"{int(f'{stem}000'[:5]) + 10 * (rank // SHARED + 1):05}"]
        if rank % SEVERAL == 0:
            offices.append(f"{int(f'{stem}900'[:5]) + rank:05}")
        yield {
            "code": code,
            "nom": name,
            "departement": departement,
            "type": "commune-actuelle",
            "codesPostaux": offices,
        }


def _delegated(world: World) -> Iterator[dict[str, object]]:
    for mod, _, before, name, after, _ in world.events:
        if mod == "32":
            yield {
                "code": before,
                "nom": name,
                "departement": world.departement(before),
                "type": "commune-deleguee",
                "chefLieu": after,
            }
