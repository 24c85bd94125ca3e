"""Lite files as they are and as they should not be: what is kept, what is missing, and errors that name file and variable."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from netCDF4 import Dataset

from dagster_project.core.errors import SourceError
from dagster_project.plumes import lite
from dagster_project.sources.sample.lite_files import write

NAME = "oco2_LtCO2_200704_B11100Ar_230603215457s.nc4"
SIZE = 20


def columns() -> dict[str, np.ndarray]:
    """Twenty soundings of two orbits; one of bad quality, one without XCO2, one of a target, one without wind."""
    rank = np.arange(SIZE)
    values: dict[str, Any] = {
        "sounding_id": (2_020_070_410_000_001 + 10 * rank[::-1]).astype(np.uint64),
        "time": 1_593_856_800.0 + rank[::-1],
        "latitude": 45.0 + 0.01 * rank,
        "longitude": 2.0 - 0.003 * rank,
        "xco2": 410.0 + 0.1 * rank,
        "xco2_uncertainty": np.full(SIZE, 0.5),
        "xco2_quality_flag": np.where(rank == 3, 1, 0).astype(np.int8),
        "Sounding/orbit": np.where(rank < 12, 31873, 31874).astype(np.int32),
        "Sounding/footprint": (rank % 8 + 1).astype(np.int8),
        "Sounding/operation_mode": np.where(rank == 5, 2, rank % 2).astype(np.int8),
        "Meteorology/windspeed_u_met": 3.0 + 0.0 * rank,
        "Meteorology/windspeed_v_met": -1.0 + 0.0 * rank,
        "Retrieval/psurf": 990.0 + 0.0 * rank,
        "Retrieval/tcwv": 12.0 + 0.0 * rank,
    }
    values["xco2"][4] = np.nan
    values["Meteorology/windspeed_u_met"][6] = np.nan
    return values


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write(tmp_path / NAME, columns())
    return tmp_path / NAME


def test_good_soundings_in_order_and_what_is_missing_is_null(file: Path) -> None:
    table = lite.read(file)
    assert table.schema == lite.SCHEMA
    assert table.num_rows == SIZE - 3  # bad quality, no XCO2, target
    identifiers = table["sounding_id"].to_pylist()
    assert table["orbit"].to_pylist() == [31873] * 9 + [31874] * 8
    assert identifiers[:9] == sorted(identifiers[:9]) and identifiers[-1] % 10 == 1  # sixteen digits, none lost
    assert table["windspeed_u_met"].null_count == 1 and table["altitude"].null_count == table.num_rows
    assert table["xco2"].to_pylist()[0] == pytest.approx(411.1, abs=1e-4)


def test_the_surface_pressure_of_the_prior_stands_in(tmp_path: Path) -> None:
    values = columns()
    del values["Retrieval/psurf"]
    write(tmp_path / NAME, values)
    with Dataset(str(tmp_path / NAME), "a") as book:
        variable = book.createVariable("Meteorology/psurf_apriori_o2a", "f4", ("sounding_id",))
        variable.missing_value = np.float32(-999999)
        variable[:] = 980.0
    assert set(lite.read(tmp_path / NAME)["psurf"].to_pylist()) == {980.0}


def test_a_mode_on_another_dimension_counts_only_if_it_fits(tmp_path: Path) -> None:
    values = columns()
    del values["Sounding/operation_mode"]
    for size, kept in ((SIZE, SIZE - 3), (SIZE + 5, SIZE - 2)):
        path = tmp_path / str(size) / NAME
        path.parent.mkdir()
        write(path, values)
        with Dataset(str(path), "a") as book:
            book["Sounding"].createDimension("phony_dim_2", size)
            mode = np.zeros(size)
            mode[5] = 2
            book["Sounding"].createVariable("operation_mode", "i8", ("phony_dim_2",))[:] = mode
        assert lite.read(path).num_rows == kept


def test_files_of_a_day_and_versions(tmp_path: Path) -> None:
    later = NAME.replace("230603", "240101")
    other = "oco2_LtCO2_200705_B11100Ar_230604000000s.nc4"
    assert [item.path.name for item in lite.latest([tmp_path / name for name in (later, other, NAME)])] == [
        later,
        other,
    ]
    with pytest.raises(
        SourceError, match=r"B10206Ar.*build 10206 beside 11100|B10206Ar.*versions of the algorithm are not mixed"
    ):
        lite.latest([tmp_path / NAME, tmp_path / "oco2_LtCO2_200706_B10206Ar_210101000000s.nc4"])
    with pytest.raises(SourceError, match="is no name of an OCO-2 Lite file"):
        lite.described(tmp_path / "XCO2.nc4")


def without(name: str) -> Any:
    def change(values: dict[str, np.ndarray]) -> None:
        del values[name]

    return change


def undeclared(values: dict[str, np.ndarray]) -> None:
    values["xco2"][7] = -9999.0


def nowhere(values: dict[str, np.ndarray]) -> None:
    values["latitude"][7] = 123.0


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (without("xco2"), "has no variable xco2"),
        (without("xco2_quality_flag"), "has no variable xco2_quality_flag"),
        (without("Sounding/orbit"), "has no variable Sounding/orbit"),
        (undeclared, r"variable xco2 holds -9999\.0, beyond 300 to 600 \(1 values\)"),
        (nowhere, r"variable latitude holds 123\.0"),
    ],
)
def test_what_is_wrong_names_file_and_variable(tmp_path: Path, change: Any, problem: str) -> None:
    values = columns()
    change(values)
    write(tmp_path / NAME, values)
    with pytest.raises(SourceError, match=problem) as refused:
        lite.read(tmp_path / NAME)
    assert NAME in str(refused.value)


@pytest.mark.parametrize(("kind", "problem"), [("f8", "loses the last digits"), (str, "is no list of numbers")])
def test_a_wrong_type_is_named(tmp_path: Path, kind: Any, problem: str) -> None:
    values = columns()
    del values["sounding_id"]
    write(tmp_path / NAME, values)
    with Dataset(str(tmp_path / NAME), "a") as book:
        variable = book.createVariable("sounding_id", kind, ("sounding_id",))
        for rank in range(SIZE):
            variable[rank] = "2020070410000001" if kind is str else 2.020070410000001e15
    with pytest.raises(SourceError, match=f"variable sounding_id.*{problem}"):
        lite.read(tmp_path / NAME)


@pytest.mark.parametrize("kept", [0, 100, 4000])
def test_a_cut_file_is_an_error_of_its_name(file: Path, kept: int) -> None:
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(SourceError, match=NAME):
        lite.read(file)


def test_a_damaged_file_is_read_or_named(file: Path) -> None:
    """Bytes changed at random: no crash, no other error, and never a row more."""
    body, refused = file.read_bytes(), 0
    for seed in range(120):
        draw, damaged = random.Random(seed), bytearray(body)
        for _ in range(draw.choice((1, 5, 40))):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        file.write_bytes(damaged)
        try:
            assert lite.read(file).num_rows <= SIZE
        except SourceError as error:
            refused += 1
            assert NAME in str(error)
    assert refused > 10
