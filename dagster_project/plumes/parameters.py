"""Parameters of the method, each with its unit, role, source and status (parameters.csv)."""

import csv
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("parameters.csv")
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
