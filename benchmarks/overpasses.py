"""A month of Lite files of real size through `flux-carbone oco2`, and ten years of candidates through dbt (`python -m benchmarks.overpasses`).

Files are made up in the producer's layout: 30 days of 100,000 good soundings and half as many of bad quality, on 15 orbits, in clear stretches of
450 km with the noise that was measured on a real track, and a plume in one stretch of nine. What cannot be told from here is how many
candidates real days have.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.measure import run
from dagster_project.plumes import detection
from dagster_project.plumes.parameters import parameter
from dagster_project.plumes.shape import gaussian
from dagster_project.settings import Settings, load_settings
from dagster_project.sources.sample import lite_files
from dagster_project.warehouse import build
from dagster_project.warehouse.project import manifest_path
from tests.tracks import KM_A_DEGREE, SIGMA, noise, positions

DAYS, ORBITS, STRETCHES, STRETCH_KM, COVER = 30, 15, 9, 450.0, 0.70
MONTHS, CANDIDATES_A_DAY, KEPT, BINS_A_DAY = 128, 44, 0.05, 1000


def write_month(folder: Path) -> int:
    """Write the files of September 2020; the number of good soundings."""
    good = 0
    for day in range(1, DAYS + 1):
        values = _day(np.random.default_rng(day), day)
        good += int((values["xco2_quality_flag"] == 0).sum())
        lite_files.write(folder / f"oco2_LtCO2_2009{day:02d}_B11100Ar_230603215457s.nc4", values)
    return good


def _day(rng: np.random.Generator, day: int) -> dict[str, NDArray]:
    midnight = datetime(2020, 9, day, tzinfo=UTC).timestamp()
    parts = [_orbit(rng, midnight + rank * 5760, 33_000 + 15 * day + rank) for rank in range(ORBITS)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _orbit(rng: np.random.Generator, start: float, orbit: int) -> dict[str, NDArray]:
    """Clear stretches on one ascending half orbit, with the soundings of bad quality that lie among them."""
    stretches = []
    for rank in range(STRETCHES):
        x = positions(rng, STRETCH_KM, COVER)
        xco2 = 410 + noise(rng, x)
        if rank == 0:
            xco2 += rng.uniform(20, 90) * gaussian(x, rng.uniform(-80, 80), rng.uniform(3, 20))
        bad = rng.random(len(x)) < 1 / 3
        stretches.append((x + (rank + 0.5) * 1850, xco2, bad))
    x, xco2, bad = (np.concatenate(column) for column in zip(*stretches, strict=True))
    seconds, size = start + x / parameter("vitesse_sol"), len(x)
    stamps = [datetime.fromtimestamp(second, UTC) for second in seconds]
    foot = 1 + np.arange(size) % 8
    identifier = [
        int(f"{stamp:%Y%m%d%H%M%S}{stamp.microsecond // 100_000}{number}")
        for stamp, number in zip(stamps, foot, strict=True)
    ]
    return {
        "sounding_id": np.array(identifier, np.uint64),
        "time": seconds,
        "latitude": -75 + x / KM_A_DEGREE,
        "longitude": (rng.uniform(-180, 180) - 0.2 * x / KM_A_DEGREE + 180) % 360 - 180,
        "xco2": xco2,
        "xco2_uncertainty": np.full(size, SIGMA),
        "xco2_quality_flag": bad.astype(np.int8),
        "Sounding/orbit": np.full(size, orbit, np.int32),
        "Sounding/footprint": foot.astype(np.int8),
        "Sounding/operation_mode": np.zeros(size, np.int8),
        "Meteorology/windspeed_u_met": np.full(size, 4.0),
        "Meteorology/windspeed_v_met": np.full(size, -2.0),
        "Retrieval/psurf": np.full(size, 980.0),
        "Retrieval/tcwv": np.full(size, 15.0),
    }


def write_ten_years(house: Settings) -> tuple[int, int]:
    """Replace the candidates and tracks of a data folder by those of ten years, near power plants or anywhere; how many of each."""
    rng = np.random.default_rng(2020)
    days = 30 * MONTHS
    plants = (
        pq.read_table(house.raw / "coco2_centrales.parquet", columns=["latitude", "longitude"])
        .to_pandas()
        .astype(float)
    )
    size = CANDIDATES_A_DAY * days
    chosen = plants.iloc[rng.integers(0, len(plants), size)]
    day = np.repeat(np.arange(days), CANDIDATES_A_DAY)
    columns = {name: rng.uniform(1, 10, size) for name in detection.MEASURES} | {
        "id_sondage": _identifiers(rng, day),
        "orbite": (1 + 15 * day + rng.integers(0, ORBITS, size)).astype(np.int32),
        "n_sondages": np.full(size, 900, np.int32),
        "latitude": chosen.latitude.to_numpy() + rng.normal(0, 0.3, size),
        "longitude": chosen.longitude.to_numpy() + rng.normal(0, 0.3, size),
        "vent_est_m_s": rng.normal(0, 5, size),
        "vent_nord_m_s": rng.normal(0, 5, size),
        **{name: np.full(size, None) for name in detection.TEXTS},
        "niveau": np.where(rng.random(size) < KEPT, "confirme", None),
        "satellite": np.full(size, "OCO-2"),
        "version_lite": np.full(size, "11.1"),
        "vent_origine": np.full(size, "lite"),
    }
    pics = pa.table({field.name: pa.array(columns[field.name], field.type) for field in detection.PICS})
    day = np.repeat(np.arange(days), BINS_A_DAY)
    bins = len(day)
    tracks = {
        "id_sondage": _identifiers(rng, day),
        "orbite": (1 + 15 * day + rng.integers(0, 3, bins)).astype(np.int32),
        "latitude": rng.uniform(42, 51, bins),
        "longitude": rng.uniform(-4, 8, bins),
        "n_sondages": rng.integers(0, 60, bins).astype(np.int32),
        "limite_ppm_km": rng.uniform(10, 60, bins),
    }
    traces = pa.table({field.name: pa.array(tracks[field.name], field.type) for field in detection.TRACES})
    pq.write_table(pics, house.raw / "oco2_pics.parquet")
    pq.write_table(traces, house.raw / "oco2_traces.parquet")
    return pics.num_rows, traces.num_rows


def _identifiers(rng: np.random.Generator, day: NDArray) -> NDArray[np.uint64]:
    """Names of soundings, one a row, of months of thirty days from September 2014."""
    month = day // 30 + 8
    dates = (2014 + month // 12) * 10_000 + (month % 12 + 1) * 100 + day % 28 + 1
    return np.asarray(
        dates.astype(np.uint64) * np.uint64(10**8) + np.arange(len(day), dtype=np.uint64) % np.uint64(10**8)
    )


def main(house: str | None) -> None:
    """Print both measures; the second needs the data folder of a refresh, which it changes."""
    with tempfile.TemporaryDirectory() as work:
        lite = Path(work) / "lite"
        lite.mkdir()
        good = write_month(lite)
        environ = {
            "FLUX_DATA": f"{work}/data",
            "FLUX_OCO2": str(lite),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        measure = run([sys.executable, "-m", "dagster_project.command.app", "oco2", "2020-09"], environ)
        print(measure.output.strip())
        print(
            f"a month of {good:,} good soundings: wall {measure.wall:.0f} s, CPU {measure.cpu:.0f} s, peak {measure.peak_mb:.0f} MB"
        )
    if house:
        chosen = load_settings({"FLUX_DATA": house})
        pics, traces = write_ten_years(chosen)
        nodes = json.loads(manifest_path(chosen).read_text("utf-8"))["nodes"].values()
        names = [
            node["name"]
            for node in nodes
            if node["resource_type"] == "model" and ("panaches" in node["path"] or node["name"] == "sources_co2")
        ]
        start = time.perf_counter()
        results = build.build(chosen, names, tests="empty")
        wall = time.perf_counter() - start
        for result in sorted(results, key=lambda item: -item.seconds)[:5]:
            print(f"  {result.name} {result.status} {result.seconds:.1f} s {result.message if result.failed else ''}")
        print(f"ten years ({pics:,} candidates, {traces:,} bins of tracks) through {len(results)} models: {wall:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
