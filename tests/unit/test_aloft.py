"""Wind at the heights of plumes: shares of the layers by hand, what is refused, and which wind an emission is made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.core.errors import SourceError
from dagster_project.plumes import aloft
from tests.unit.test_plumes import detect, lite_table

FIRST = 2_020_070_312_000_001


def written(folder: Path, rows: list[tuple[int, float, float, float]], **changed: pa.Array) -> Path:
    columns = dict(zip(aloft.KINDS, map(list, zip(*rows, strict=True)), strict=True))
    path = folder / "oco2_vent_2020-07.parquet"
    pq.write_table(pa.table({**columns, **changed}), path)
    return path


def test_layers_weigh_what_a_power_plant_emits_there(tmp_path: Path) -> None:
    """Two heights in the first layer are averaged; one below and one above count for nothing; a sounding without a layer is left out."""
    layers = [(200.0, 1.0), (300.0, 3.0), (400.0, 4.0), (500.0, 6.0), (800.0, 10.0), (100.0, 99.0), (1200.0, 99.0)]
    rows = [(FIRST, height, speed, -speed) for height, speed in layers]
    rows += [(FIRST + 10, height, 5.0, 5.0) for height in (200.0, 400.0, 500.0)]
    wind = aloft.read(written(tmp_path, rows))
    assert wind.identifier.tolist() == [FIRST]
    by_hand = 5.44  # 0.08 x 2 + 0.46 x 4 + 0.29 x 6 + 0.17 x 10
    assert (wind.east[0], wind.north[0]) == pytest.approx((by_hand, -by_hand))
    assert sum(aloft.SHARES) == pytest.approx(1)


def test_bounds_of_layers(tmp_path: Path) -> None:
    heights = (170.0, 309.9, 310.0, 470.0, 710.0, 990.0)
    wind = aloft.read(written(tmp_path, [(FIRST, height, float(rank), 0.0) for rank, height in enumerate(heights)]))
    assert wind.east[0] == pytest.approx(0.08 * 0.5 + 0.46 * 2 + 0.29 * 3 + 0.17 * 4.5)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"u": pa.array([1.0, None])}, "column u has empty cells"),
        ({"height_m": pa.array(["low", "high"])}, "cannot be read as such a table"),
        ({"v": pa.array([1.0, 300.0])}, "a wind is beyond 150 m/s"),
    ],
)
def test_a_bad_wind_names_file_and_column(tmp_path: Path, changed: dict, problem: str) -> None:
    path = written(tmp_path, [(FIRST, 200.0, 1.0, 1.0), (FIRST, 400.0, 1.0, 1.0)], **changed)
    with pytest.raises(
        SourceError, match=rf"oco2_vent_2020-07\.parquet: {problem}.*Write one row a sounding and height"
    ):
        aloft.read(path)


def test_a_wind_without_a_column_or_that_is_no_parquet(tmp_path: Path) -> None:
    path = tmp_path / "oco2_vent_2020-07.parquet"
    pq.write_table(pa.table({"sounding_id": [FIRST], "u": [1.0], "v": [1.0]}), path)
    with pytest.raises(SourceError, match="has no column height_m"):
        aloft.read(path)
    path.write_bytes(b"PAR1 no")
    with pytest.raises(SourceError, match="cannot be read as such a table"):
        aloft.read(path)


def test_an_emission_takes_the_wind_aloft_where_it_is_known() -> None:
    table = lite_table(1, 6.0, 0.0)
    (low,) = [row for row in detect(table) if row["niveau"]]
    identifiers = np.sort(table["sounding_id"].to_numpy())
    wind = aloft.Wind(identifiers, np.full(len(identifiers), 9.0), np.zeros(len(identifiers)))
    (high,) = [row for row in detect(table, wind) if row["niveau"]]
    assert (low["vent_origine"], high["vent_origine"]) == ("lite", "era5")
    assert high["vent_est_m_s"] == pytest.approx(9)
    assert high["debit_tco2_h"] == pytest.approx(1.5 * low["debit_tco2_h"])
    assert high["amplitude_ppm_km"] == low["amplitude_ppm_km"]
    elsewhere = aloft.Wind(identifiers + np.uint64(1_000_000), wind.east, wind.north)
    (same,) = [row for row in detect(table, elsewhere) if row["niveau"]]
    assert same == low
