"""Every column of ALDO's four files is read by a model or listed with the reason why not; both lists are kept true here."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
import yaml

from dagster_project.settings import DBT_PROJECT_DIR, Settings
from dagster_project.sources.registry import load_registry
from dagster_project.warehouse.project import manifest_path

FILES = ("aldo_flux_total", "aldo_flux_unitaire", "aldo_accroissement_forets", "aldo_stocks")


@pytest.fixture(scope="module")
def unread() -> dict[str, dict[str, str]]:
    """Reasons, by file and column, of dbt_project/models/sources.yml."""
    body = yaml.safe_load((DBT_PROJECT_DIR / "models" / "sources.yml").read_text("utf-8"))
    tables = {table["name"]: table for table in body["sources"][0]["tables"]}
    return {name: tables[name].get("config", {}).get("meta", {}).get("non_lues", {}) for name in FILES}


def compiled_query(compiled: Path, name: str) -> str:
    """dbt's compiled SQL of a node, not the fixtures of unit tests that bear its name."""
    (path,) = [path for path in compiled.rglob(f"{name}.sql") if path.parent.suffix != ".yml"]
    return path.read_text("utf-8")


def queries(released: Settings, source_id: str) -> str:
    """Compiled SQL of what reads a file, comments away: models of staging, and the parts of data tests that look at it in raw."""
    compiled = manifest_path(released).parent / "compiled"
    nodes = json.loads(manifest_path(released).read_text("utf-8"))["nodes"].values()
    readers = [one for one in nodes if f"source.flux_carbone.raw.{source_id}" in one["depends_on"].get("nodes", [])]
    assert any(one["resource_type"] == "model" for one in readers)
    found = []
    for one in readers:
        sql = re.sub(r"--.*", "", compiled_query(compiled, one["name"]))
        found += [part for part in sql.split("union all") if f"{source_id}.parquet" in part]
    return "\n".join(found)


@pytest.mark.parametrize("source_id", FILES)
def test_every_column_is_read_or_has_a_reason(source_id: str, released: Settings, unread: dict) -> None:
    source, sql = load_registry()[source_id], queries(released, source_id)
    words = {label for label in source.columns if re.fullmatch(r"[a-z_0-9]+", label)}  # SQL does not quote these
    # a number is read once beside its text, counted if unreadable, and must be selected besides
    reads = {label for label in source.columns if sql.count(f'"# {label}"') >= 3}
    reads |= {label for label in words if re.search(rf"(?<![\w.\"'#]){label}(?![\w\"'])", sql)}
    reasons = unread[source_id]
    assert set(source.columns) - reads == set(reasons), "columns neither read nor explained, or explained and read"
    assert all(len(reason) > 10 for reason in reasons.values())


def test_the_rule_sees_a_column_that_is_no_longer_selected(released: Settings) -> None:
    sql = queries(released, "aldo_stocks")
    assert sql.count('"# haies_stock_total_tC"') >= 3
    dropped = re.sub(r'"# haies_stock_total_tC" as stock_tc__haies,', "", sql)
    assert dropped.count('"# haies_stock_total_tC"') == 2


def test_the_contracts_hold_every_column_that_ademe_publishes(mirror) -> None:
    """ADEME's dictionary of the mirror, column by column: nothing that is published is left out of a contract."""
    with (mirror / "aldo" / "columns.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for source_id in FILES:
        path = load_registry()[source_id].editions["2023"].mirror.path
        dataset = path.removeprefix("aldo/published/").removesuffix(".csv.gz")
        found[source_id] = [
            row["published_header"] or row["generator_header"] for row in rows if row["dataset"] == dataset
        ]
        assert set(found[source_id]) == set(load_registry()[source_id].columns), source_id
    assert {name: len(columns) for name, columns in found.items()} == {
        "aldo_flux_total": 353,
        "aldo_flux_unitaire": 432,
        "aldo_accroissement_forets": 50,
        "aldo_stocks": 97,
    }
