"""Cells of the seeds, as text, before dbt reads them: dbt takes `0,5` for 5 and `1_000` for 1000 without a word."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dagster_project.core.text import is_composed, legible
from dagster_project.settings import DBT_PROJECT_DIR

TEXT = "string"
NUMBERS = {
    "integer": (re.compile(r"-?[0-9]+"), "a whole number"),
    "double": (re.compile(r"-?[0-9]+([.][0-9]+)?(e-?[0-9]+)?"), "a number with a decimal point"),
}


def violations(manifest: dict[str, Any], project: Path = DBT_PROJECT_DIR) -> list[str]:
    """Cells that are not what the type of their column says, or that are not composed text, one line each.

    Args:
        manifest: dbt's, which knows the type of each column (`column_types`).
        project: folder of the dbt project.
    """
    seeds = [node for node in manifest["nodes"].values() if node["resource_type"] == "seed"]
    return [line for seed in seeds for line in _of(seed, project / seed["original_file_path"])]


def _of(seed: dict[str, Any], path: Path) -> Iterator[str]:
    types = seed["config"].get("column_types") or {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in (rows := csv.DictReader(file)):
            for column, cell in row.items():
                where = f"{seed['original_file_path']}, line {rows.line_num}, column {column}: {legible(repr(cell))}"
                if cell is None or column is None:
                    yield f"{where}: as many cells as the header has are needed"
                    break
                pattern, wanted = NUMBERS.get(types.get(column, TEXT), (None, ""))
                if pattern and cell and not pattern.fullmatch(cell):
                    yield f"{where} is not {wanted}"
                if not is_composed(cell):
                    yield f"{where} holds a letter and its accent apart: save the file as composed text (NFC)"
