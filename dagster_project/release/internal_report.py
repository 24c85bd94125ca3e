"""The house's report of a release: what geography did and what its totals expose. It names communes and stays beside it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.core.sql import queries, records
from dagster_project.core.templates import template

SQL = queries(Path(__file__).with_name("internal_report.sql"))
TEXT = template(Path(__file__).with_name("internal_report.txt.j2"))


def applied_events(warehouse: Path) -> list[dict[str, Any]]:
    """Events between ALDO's list and the target COG, counted by date and kind: what a release may say of them."""
    query = f"""
        select date, mod, count(distinct code_avant) as communes_avant, count(distinct code_apres) as communes_apres
        from ({SQL["evenements"]}) group by all order by all
    """  # noqa: S608 - a constant
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return records(connection, query)


def write_report(
    warehouse: Path,
    folder: Path,
    release: str,
    *,
    exposures: Sequence[str],
    moves: Sequence[str],
    left_out: Sequence[str],
    contours: Mapping[str, Any],
) -> Path:
    """Write `<release>.json` and `<release>.txt` below `folder`; returns the text.

    Args:
        warehouse: the DuckDB file behind the release.
        folder: where reports are kept.
        release: identifier of the release.
        exposures: combinations of totals that leave one commune, in words.
        moves: totals of territories that moved since the last release, in words.
        left_out: known sums of inventories that are not published, in words.
        contours: facts about the polygons (edition, repairs, communes astride).
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:  # opening it reads thousands of columns
        facts = {
            "version": release,
            **{name: records(connection, query) for name, query in SQL.items()},
            "contours": dict(contours),
            "mouvements": list(moves),
            "sommes_connues_retenues": list(left_out),
            "differences_de_totaux": list(exposures),
        }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{release}.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")
    text = folder / f"{release}.txt"
    text.write_text(TEXT.render(facts), "utf-8")
    return text
