"""Every number that a gate holds figures against, pinned: one that is widened lets through what it was there to stop.

bounds.txt is written by hand when a bound changes, with the reason in the commit; suites and seeds are read here as gates read them.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from dagster_project.checks import contour_rules
from dagster_project.products import facts
from dagster_project.settings import DBT_PROJECT_DIR, EXPECTATIONS_DIR
from dagster_project.sources.inventories import PartialSums

NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?(e-?[0-9]+)?")
LITERAL = re.compile(r"(?<![\w.])[0-9]+(?:[.][0-9]+)?(?:e-?[0-9]+)?(?![\w.])")
BOUNDS = Path(__file__).with_name("bounds.txt")
SEEDS = (
    "bornes_coherence.csv",
    "inventaires/inventaires_mesures.csv",
    "inventaires/inventaires_unites.csv",
    "aldo/aldo_constantes.csv",
)


def numbers(value: object, place: str) -> Iterator[str]:
    """Numbers of a suite, with where they stand."""
    if isinstance(value, dict):
        named = value.get("kwargs", {}).get("column") or value.get("kwargs", {}).get("column_A") or ""
        for key, one in value.items():
            yield from numbers(
                one, f"{place} {value['type']} {named}".rstrip() + f" {key}" if "type" in value else f"{place} {key}"
            )
    elif isinstance(value, list):
        for one in value:
            yield from numbers(one, place)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield f"{place} = {value}"


def found() -> list[str]:
    lines = []
    for path in sorted(EXPECTATIONS_DIR.rglob("*.json")):
        lines += numbers(json.loads(path.read_text("utf-8")), path.relative_to(EXPECTATIONS_DIR).as_posix())
    for path in [*(DBT_PROJECT_DIR / "seeds" / name for name in SEEDS), *sorted(EXPECTATIONS_DIR.rglob("*.csv"))]:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                first, *rest = row.items()
                lines += [f"{path.name} {first[1]} {name} = {cell}" for name, cell in rest if NUMBER.fullmatch(cell)]
    for path in [*sorted((DBT_PROJECT_DIR / "tests").rglob("*.sql")), DBT_PROJECT_DIR / "macros" / "different.sql"]:
        code = re.sub(r"--.*|'(?:[^']|'')*'|{#.*?#}", "", path.read_text("utf-8"))
        lines += [f"{path.name} {number}" for number in LITERAL.findall(code)]
    lines += numbers(
        yaml.safe_load((DBT_PROJECT_DIR / "dbt_project.yml").read_text("utf-8"))["vars"], "dbt_project.yml vars"
    )
    lines += [f"partial_sums {name} = {one.default}" for name, one in PartialSums.model_fields.items()]
    lines.append(f"contour_rules SLACK_HA = {contour_rules.SLACK_HA}")
    lines.append(f"facts DESCRIBED_SLACK = {facts.DESCRIBED_SLACK}")
    return lines


def test_bounds_are_those_that_were_agreed() -> None:
    assert found() == BOUNDS.read_text("utf-8").splitlines()


def test_a_bound_that_is_widened_is_seen() -> None:
    suite = {
        "expectations": [
            {"type": "expect_column_values_to_be_between", "kwargs": {"column": "x", "min_value": -2, "max_value": 3.5}}
        ]
    }
    assert [line.rsplit(" ", 3)[1:] for line in numbers(suite, "essai")] == [
        ["min_value", "=", "-2"],
        ["max_value", "=", "3.5"],
    ]
