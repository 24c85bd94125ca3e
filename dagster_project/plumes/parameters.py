"""Parameters of the method, each with its unit, role, source and status: seeds of the dbt project, which its models read too."""

import csv
from dataclasses import dataclass
from functools import cache

from dagster_project.core import digests
from dagster_project.settings import DBT_PROJECT_DIR

SEEDS = DBT_PROJECT_DIR / "seeds" / "panaches"
FILE, ZONES = SEEDS / "panaches_parametres.csv", SEEDS / "panaches_zones.csv"
WIDTHS = (2.0, 2.8, 4.0, 5.6, 8.0, 11.0, 15.0, 20.0, 26.0, 33.0)  # km, of the kernels of the search


@cache
def _all() -> dict[str, float]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["parametre"]: float(row["valeur"]) for row in csv.DictReader(file)}


def parameter(name: str) -> float:
    """A parameter in the unit that the file names.

    Raises:
        KeyError: a name that the file does not have.
    """
    return _all()[name]


@dataclass(frozen=True)
class Zone:
    """A box in degrees, and the zone that it is part of (`france`, `europe`)."""

    zone: str
    south: float
    north: float
    west: float
    east: float


@cache
def zones() -> tuple[Zone, ...]:
    """Boxes that are told apart."""
    with ZONES.open(encoding="utf-8", newline="") as file:
        sides = ("sud", "nord", "ouest", "est")
        return tuple(Zone(row["zone"], *(float(row[side]) for side in sides)) for row in csv.DictReader(file))


def digest() -> str:
    """Digest of all that the method is told."""
    return digests.of(digests.sha256(FILE), digests.sha256(ZONES))
