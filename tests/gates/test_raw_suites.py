"""Gate 1 closes on each raw table: one bad value a suite, a changed byte, a missing licence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.checks import raw_rules
from dagster_project.settings import Settings
from dagster_project.sources.registry import load_registry
from tests.conftest import stricter


@pytest.fixture
def house(released: Settings, tmp_path: Path) -> Settings:
    shutil.copytree(released.raw, tmp_path / "data" / "raw")
    shutil.copytree(released.snapshots, tmp_path / "data" / "snapshots")
    return released.changed(data=tmp_path / "data")


def spoil(house: Settings, source_id: str, column: str, value: str | None) -> None:
    """Put one value in the third row of a raw table."""
    path = house.raw / f"{source_id}.parquet"
    table = pq.read_table(path)
    cells = table[column].to_pylist()
    cells[2] = value
    position = table.column_names.index(column)
    pq.write_table(table.set_column(position, column, pa.array(cells, pa.string())), path)


def refused() -> list[tuple[str, str, str | None]]:
    """Cells that each suite says it refuses (`meta.refuses`): one at least, so that a gate that cannot close is seen."""
    suites = {path.stem: json.loads(path.read_text("utf-8")) for path in raw_rules.SUITES.glob("*.json")}
    return [
        (name, cell["column"], cell["value"])
        for name, suite in sorted(suites.items())
        for cell in suite.get("meta", {}).get("refuses", ())
    ]


BAD = refused()


@pytest.mark.parametrize(("source_id", "column", "value"), BAD)
def test_a_bad_value_is_refused_with_its_column_and_row(
    house: Settings, source_id: str, column: str, value: str | None
) -> None:
    assert raw_rules.table_violations(house, source_id) == []
    spoil(house, source_id, column, value)
    broken = raw_rules.table_violations(house, source_id)
    assert any(one.column == column and "_ligne" in one.detail for one in broken), broken


def test_every_source_has_a_suite_that_a_case_closes() -> None:
    assert {one for one, _, _ in BAD} == set(load_registry())
    assert {path.stem for path in raw_rules.SUITES.glob("*.json")} == {
        *load_registry(),
        raw_rules.PLAUSIBILITY,
        raw_rules.INVENTORIES,
    }


BAD_INVENTORIES = [
    ("lignes", "0", "rows are missing"),
    ("lignes_max", "3", "too many rows"),
    ("cog", "1999", "2014"),
    ("perimetre", "tout", "SECTEN"),
    ("jeu_prg", " ", "the GWP set of the inventory is not stated"),
]


@pytest.mark.parametrize(("column", "value", "said"), BAD_INVENTORIES)
def test_an_inventory_that_is_not_its_contract_is_refused(house: Settings, column: str, value: str, said: str) -> None:
    assert raw_rules.inventory_violations(house) == []
    spoil(house, raw_rules.INVENTORIES, column, value)
    (broken,) = raw_rules.inventory_violations(house)
    assert said in broken.detail and "inventories/cigale_" in broken.detail


def test_an_inventory_altered_after_it_was_stored_is_refused(house: Settings) -> None:
    assert raw_rules.provenance_violations(house, raw_rules.INVENTORIES) == []
    file = next((house.snapshots / "sample" / "igt").rglob("*.csv"))
    file.write_bytes(file.read_bytes() + b" ")
    (broken,) = raw_rules.provenance_violations(house, raw_rules.INVENTORIES)
    assert "was altered" in broken.detail


def test_a_snapshot_altered_after_it_was_stored_is_refused(house: Settings) -> None:
    assert raw_rules.provenance_violations(house, "epci_liste") == []
    file = next((house.snapshots / "sample" / "epci_liste").rglob("*.csv.gz"))
    file.write_bytes(file.read_bytes() + b" ")
    (broken,) = raw_rules.provenance_violations(house, "epci_liste")
    assert "was altered" in broken.detail


def test_an_unknown_licence_is_refused(house: Settings) -> None:
    path = house.raw / "epci_liste.parquet"
    table = pq.read_table(path)
    lineage = json.loads(table.schema.metadata[b"flux_carbone"])
    lineage["snapshots"][0]["licence"] = " "
    pq.write_table(table.replace_schema_metadata({"flux_carbone": json.dumps(lineage)}), path)
    (broken,) = raw_rules.provenance_violations(house, "epci_liste")
    assert broken.rule == "licence_connue"


@pytest.mark.parametrize("label", ["cultures_vers_sols artificiels imperméabilisés_surface_ha_an-1", "flux_tCO2e_an-1"])
def test_a_ratio_that_cannot_be_computed_is_refused(house: Settings, label: str) -> None:
    """An empty column must not switch off the guard on unit and sign."""
    assert raw_rules.plausibility_violations(house) == []
    path = house.raw / "aldo_flux_total.parquet"
    table = pq.read_table(path)
    sealing = "cultures_vers_sols artificiels imperméabilisés_tCO2e_an-1"
    position = table.column_names.index(label if "surface" in label else sealing)
    empty = pa.array([""] * table.num_rows, pa.string())
    pq.write_table(table.set_column(position, table.column_names[position], empty), path)
    broken = raw_rules.plausibility_violations(house)
    assert any(one.rule == "expect_column_values_to_not_be_null" and "aldo/published" in one.detail for one in broken)


def test_a_stricter_suite_judges_a_table_that_passed(
    house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed() -> list[str]:
        return [one for one in load_registry() if raw_rules.verdict(house, raw_rules.SUITE, one)]

    assert closed() == []
    monkeypatch.setattr(raw_rules, "SUITES", stricter(raw_rules.SUITES, tmp_path, "insee_regions", "REG", ["52"]))
    assert closed() == ["insee_regions"]
