"""Cerema's columns of one year are generated; those of several, which any pattern matches, are never read."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from dagster_project.core.errors import SourceError
from dagster_project.ingest import raw
from dagster_project.sources.editions import Period
from dagster_project.sources.registry import load_registry
from dagster_project.sources.sample import land_consumption
from tests.unit.test_ingest import snapshot

LAZY = re.compile(r"^(naf|art)(\d\d)(art|act|hab|mix|rou|fer|inc)(\d\d)$")
COMMUNES = [("01001", "L'Abergement-Clémenciat", "200069193"), ("2A004", "Ajaccio", "242010056")]


def write(folder: Path, edition: int) -> Path:
    path = folder / f"obs_artif_conso_com_2009_{edition}.csv"
    path.write_bytes(land_consumption.written(COMMUNES, edition))
    return path


def test_columns_are_of_one_year_each(tmp_path: Path) -> None:
    """The file has 21 columns more that a pattern takes, of ten years and of all."""
    source = load_registry()["cerema_consommation"]
    header = next(csv.reader(write(tmp_path, 2025).open(encoding="utf-8"), delimiter=";"))
    lazy = {label for label in header if LAZY.match(label)}
    assert {"naf11art21", "naf11art16", "naf16art22", "naf09art25", "art11rou21"} <= lazy - set(source.columns)
    assert len(lazy - set(source.columns)) == 4 * 7
    yearly = [LAZY.match(label).groups() for label in source.columns[1:]]
    assert all((int(first) + 1) % 100 == int(last) for _, first, _, last in yearly)
    assert len(yearly) == 16 * 7


@pytest.mark.parametrize(("edition", "years"), [(2025, 16), (2024, 15)])
def test_each_edition_has_its_years(tmp_path: Path, edition: int, years: int) -> None:
    """What is read of a commune is the sum of its years, by the generator's own figures."""
    source = load_registry()["cerema_consommation"]
    table = raw.build(source, [snapshot(write(tmp_path, edition), "csv", source, edition=str(edition))])
    (row,) = [row for row in table.to_pylist() if row["idcom"] == "2A004"]
    read = [int(row[label]) for label in source.columns if label.startswith("naf") and row[label] is not None]
    expected = land_consumption.consumed_m2("2A004", range(2009, edition))
    assert len(read) == years
    assert read == [sum(parts.values()) for parts in expected.values()]


def test_a_year_that_the_file_lacks_is_named(tmp_path: Path) -> None:
    """An edition that stops earlier is not read as the next one."""
    source = load_registry()["cerema_consommation"]
    with pytest.raises(SourceError, match="'naf24art25' is missing"):
        raw.build(source, [snapshot(write(tmp_path, 2024), "csv", source, edition="2025")])


def test_a_period_of_one_year_is_that_year() -> None:
    assert Period(label="2027", years=1).years == 1
    with pytest.raises(ValueError, match="labelled with it, four digits"):
        Period(label="2012-2018", years=1)
