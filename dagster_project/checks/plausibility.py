"""Indices that a published figure must keep within, whatever the territory, and the territories known to leave them.

Bounds stand in expectations/published/plausibilite.json; an exception is a row of plausibilite_exceptions.csv with its
reason, and one that no longer serves closes the gate too.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.checks.expectations import Violation, validate
from dagster_project.checks.suites import Suite
from dagster_project.core.sql import queries

if TYPE_CHECKING:
    import pandas as pd

SQL = queries(Path(__file__).with_name("plausibility.sql"))
BOUNDS = "expect_column_values_to_be_between"


def frame(folder: Path) -> pd.DataFrame:
    """One row a territory and rule of a candidate: maille, code_territoire, regle, indice."""
    places = {"flux": "flux_carbone", "stocks": "stocks_par_occupation", "territoires": "territoires"}
    with duckdb.connect() as connection:
        chosen = {name: str(folder / "tables" / f"{table}.parquet") for name, table in places.items()}
        return connection.execute(SQL["query"], chosen).df()


def exceptions(path: Path) -> dict[tuple[str, str], str]:
    """Reason by territory and rule."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["code_territoire"], row["regle"]): row["motif"] for row in csv.DictReader(file)}


def without_exceptions(result: pd.DataFrame, known: dict[tuple[str, str], str]) -> pd.DataFrame:
    """The frame without the rows that an exception covers."""
    listed = [key in known for key in zip(result["code_territoire"], result["regle"], strict=True)]
    return result[[not item for item in listed]]


def violations(folder: Path, suite: Suite, listed: Path) -> list[Violation]:
    """Indices out of bounds without a reason, and reasons that no longer serve.

    Args:
        folder: the candidate.
        suite: bounds.
        listed: exceptions.
    """
    result, known = frame(folder), exceptions(listed)
    broken = validate(without_exceptions(result, known), suite, row_label="code_territoire")
    rules = set(result["regle"])
    for code, rule in sorted(known):
        if rule not in rules:
            broken.append(
                Violation("exception_inutile", "regle", f"{code} {rule}: {listed.name} names no rule of that name")
            )
        row = result[(result["code_territoire"] == code) & (result["regle"] == rule)]
        if len(row) and not any(item.rule == BOUNDS for item in validate(row, suite)):
            detail = f"{code} {rule} is back within the bounds: take it out of {listed.name}"
            broken.append(Violation("exception_inutile", "indice", detail))
    return broken
