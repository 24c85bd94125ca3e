"""What readers must be told of some territories, or of every figure: remarks kept as data, each with its source."""

import csv
from functools import cache

from dagster_project.settings import DBT_PROJECT_DIR

FILE = DBT_PROJECT_DIR / "seeds" / "remarques.csv"


@cache
def _rows() -> tuple[tuple[str, str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple((row["maille"], row["code_territoire"], row["texte"]) for row in csv.DictReader(file))


def general() -> list[str]:
    """Remarks that hold for a whole release."""
    return of("", "")


def of(maille: str, code: str) -> list[str]:
    """Remarks on one territory."""
    return [text for mesh, territory, text in _rows() if (mesh, territory) == (maille, code)]
