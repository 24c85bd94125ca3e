"""A user's scenario for one territory: its own areas, its own changes of land use, hectares under agricultural practices.

Header `type,objet,vers,hectares,annees`. `changement`: from land use `objet` to `vers`, hectares over `annees` years (else one).
`surface`: hectares of land use `objet`. `pratique`: hectares under practice `objet`. Whether the territory has such land is not
this module's business.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.core import user_csv
from dagster_project.core.errors import SourceError

COLUMNS = ("type", "objet", "vers", "hectares", "annees")
TYPES = ("changement", "surface", "pratique")
MOST = 10_000_000
NUMBER = re.compile(r"[0-9]{1,9}([.,][0-9]{1,18})?")  # French spreadsheets write a comma, between semicolons


@dataclass
class Line:
    """One checked line; `hectares` are a year's for a change."""

    number: int
    type: str
    subject: str
    target: str | None
    hectares: float


def read(path: Path, land_uses: Collection[str], practices: Collection[str]) -> list[Line]:
    """The lines of a scenario.

    Args:
        path: the CSV.
        land_uses: codes of level 2.
        practices: codes of the practices.

    Raises:
        SourceError: the first unusable line, with its line and column.
    """
    results: dict[tuple[Any, ...], Line] = {}
    for number, row in user_csv.rows(path, COLUMNS, "the scenario file"):

        def refuse(column: str, problem: str, remedy: str, number: int = number) -> SourceError:
            return SourceError(path.name, problem, remedy, where=f"line {number}, column {column}")

        kind, subject, target = row["type"], row["objet"], row["vers"] or None
        if kind not in TYPES:
            raise refuse("type", f"{kind!r} is no type", f"One of {', '.join(TYPES)}")
        known = practices if kind == "pratique" else land_uses
        if subject not in known:
            raise refuse("objet", f"{subject!r} is unknown", f"One of {', '.join(sorted(known))}")
        if (kind == "changement") != (target is not None):
            raise refuse(
                "vers", f"{row['vers']!r} with type {kind}", "Only a change has a final land use, and it needs one"
            )
        if target is not None and (target not in land_uses or target == subject):
            raise refuse(
                "vers", f"{target!r} is unknown or the initial land use", f"One of {', '.join(sorted(land_uses))}"
            )
        if target and subject.startswith("foret_") and target.startswith("foret_"):
            raise refuse(
                "vers", "ALDO counts no change between forests", "Give the areas of the forests instead (type surface)"
            )
        hectares, years = _number(row["hectares"]), _number(row["annees"] or "1")
        if hectares is None or hectares > MOST:
            raise refuse("hectares", f"{row['hectares']!r} is no area", f"A number of hectares, from 0 to {MOST}")
        if years is None or years < 1 or (row["annees"] and kind != "changement"):
            raise refuse(
                "annees", f"{row['annees']!r} with type {kind}", "Years of a change, 1 or more; empty elsewhere"
            )
        if (key := (kind, subject, target)) in results:
            raise refuse(
                "objet", f"already on line {results[key].number}", "Keep one line a change, an area or a practice"
            )
        results[key] = Line(number, kind, subject, target, hectares / years)
    return list(results.values())


def _number(text: str) -> float | None:
    """A plain number that is not negative, or None."""
    return float(text.replace(",", ".")) if NUMBER.fullmatch(text) else None
