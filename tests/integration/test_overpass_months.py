"""Months of OCO-2 outside the refresh: in Dagster and on the command line, killed and taken up again, published by the next refresh."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from netCDF4 import Dataset

from dagster_project.assets.plumes import CHECK, JOB, PICS, SOUNDINGS
from dagster_project.core.errors import SourceError
from dagster_project.definitions import build_defs
from dagster_project.ingest import plume_months
from dagster_project.release.switch import current
from dagster_project.settings import Settings, load_settings
from dagster_project.sources.sample import overpasses
from dagster_project.sources.store import Store
from tests.conftest import messages, refresh

MONTHS = ("2020-06", "2020-07", "2020-08")


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lite files of three months; the second has the most."""
    folder = tmp_path_factory.mktemp("lite")
    first = overpasses.INVENTED["jours"][0]
    for day in ("200603", "200701", "200702", "200703", "200704", "200705", "200706", "200801"):
        overpasses.write_day(folder / day[:4], {**first, "jour": day, "orbite": int(day)})
    return folder


def house(data: Path, lite: Path) -> Settings:
    return load_settings({"FLUX_DATA": str(data), "FLUX_OCO2": str(lite), "FLUX_PRODUCTS": "none"})


def files(chosen: Settings) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in sorted((chosen.data / "oco2").glob("????-??/*.parquet"))}


def test_a_series_that_is_killed_goes_on_where_it_was(lite: Path, tmp_path: Path) -> None:
    chosen = house(tmp_path / "data", lite)
    environ = {**os.environ, "FLUX_DATA": str(chosen.data), "FLUX_OCO2": str(lite)}
    command = [sys.executable, "-m", "dagster_project.command.app", "oco2", MONTHS[0], MONTHS[-1]]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        working = chosen.data / "oco2" / f"{MONTHS[1]}.part"
        for _ in range(1200):
            if working.exists():
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert plume_months.at_hand(chosen) == [MONTHS[0]], "one month whole, the second not there at all"
    before = files(chosen)
    again = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    print(again.stdout)
    assert [line.split()[0] for line in again.stdout.splitlines()] == list(MONTHS)
    assert ["was here" in line for line in again.stdout.splitlines()] == [True, False, False]
    assert plume_months.at_hand(chosen) == list(MONTHS)
    assert {path: files(chosen)[path] for path in before} == before, "no month is done twice"
    days = [plume_months.month_of(chosen, Store(chosen), month).counts["jours"] for month in MONTHS]
    assert days == [1, 6, 1]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def undeclared(path: Path) -> None:
    with Dataset(str(path), "a") as book:
        book["xco2"][7] = -9999.0


def without_group(path: Path) -> None:
    with Dataset(str(path), "a") as book:
        book.renameGroup("Sounding", "Soundings")


def texts(path: Path) -> None:
    with Dataset(str(path), "a") as book:
        book.renameVariable("xco2", "before")
        book.createVariable("xco2", str, ("sounding_id",))


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (cut, "cannot be read as netCDF"),
        (undeclared, "variable xco2 holds -9999.0, beyond 300 to 600"),
        pytest.param(without_group, "has no variable Sounding/orbit", marks=pytest.mark.thorough),
        pytest.param(texts, "variable xco2 is no list of numbers", marks=pytest.mark.thorough),
    ],
)
def test_a_bad_file_is_named_and_the_month_stays(lite: Path, tmp_path: Path, damage: Any, problem: str) -> None:
    """By the command, as a user would: the last production of a day is bad, the month as it was read stays, and mends itself."""
    mine = Path(shutil.copytree(lite, tmp_path / "lite"))
    chosen = house(tmp_path / "data", mine)
    environ = {**os.environ, "FLUX_DATA": str(chosen.data), "FLUX_OCO2": str(mine)}
    command = [sys.executable, "-m", "dagster_project.command.app", "oco2", MONTHS[0]]
    subprocess.run(command, env=environ, capture_output=True, check=True)
    before, (good,) = files(chosen), mine.glob(f"{MONTHS[0][2:].replace('-', '')}/*.nc4")
    bad = Path(shutil.copyfile(good, good.with_name(good.name.replace("_2306", "_2406"))))
    assert bad != good
    damage(bad)
    refused = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    print(refused.stdout, refused.stderr)
    assert refused.returncode == 2 and "Traceback" not in refused.stderr
    assert bad.name in refused.stderr and problem in refused.stderr
    assert files(chosen) == before and plume_months.at_hand(chosen) == [MONTHS[0]]
    bad.unlink()  # as the message says: fetch it again, or do without
    again = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert "was here" in again.stdout


def test_a_wind_of_the_user_makes_its_month_again(lite: Path, tmp_path: Path) -> None:
    """ERA5 beside the Lite files: the month that it is of is read again, its emissions are of that wind; a bad one stops it."""
    mine = Path(shutil.copytree(lite, tmp_path / "lite"))
    chosen = house(tmp_path / "data", mine)
    store = Store(chosen)

    def kept() -> list[dict]:
        rows = plume_months.gathered(chosen, [MONTHS[0]], plume_months.PICS).to_pylist()
        return [row for row in rows if row["debit_tco2_h"] is not None]

    assert not plume_months.month_of(chosen, store, MONTHS[0]).known
    low = kept()
    soundings = pq.read_table(plume_months.soundings(chosen, MONTHS[0]))
    rows = (
        soundings.select(["sounding_id"])
        .to_pandas()
        .merge(pd.DataFrame({"height_m": [200.0, 400, 600, 900]}), how="cross")
    )
    path = mine / f"oco2_vent_{MONTHS[0]}.parquet"
    rows.assign(u=-10.0, v=2.0).to_parquet(path)
    assert not plume_months.month_of(chosen, store, MONTHS[0]).known
    assert plume_months.month_of(chosen, store, MONTHS[0]).known
    high = kept()
    assert [row["vent_origine"] for row in (*low, *high)] == ["lite", "era5"]
    assert high[0]["debit_tco2_h"] == pytest.approx(2 * low[0]["debit_tco2_h"]), "twice the wind of the file"
    path.write_bytes(b"no wind")
    with pytest.raises(SourceError, match=path.name):
        plume_months.month_of(chosen, store, MONTHS[0])
    assert kept() == high


def test_months_are_partitions(lite: Path, tmp_path: Path) -> None:
    chosen = house(tmp_path / "data", lite)
    job = build_defs(chosen).resolve_job_def(JOB)
    with dg.DagsterInstance.ephemeral() as instance:
        for month in (*MONTHS, MONTHS[0]):
            outcome = job.execute_in_process(partition_key=f"{month}-01", instance=instance)
            assert outcome.success
            (check,) = outcome.get_asset_check_evaluations()
            assert (check.check_name, check.asset_key, check.passed) == (CHECK, SOUNDINGS, True)
        (again,) = [event for event in outcome.get_asset_materialization_events() if event.asset_key == PICS]
        assert again.materialization.metadata["reused"].value is True, "a month that is whole is not read again"
        assert instance.get_materialized_partitions(SOUNDINGS) == {f"{month}-01" for month in MONTHS}
        missing = job.execute_in_process(partition_key="2019-01-01", instance=instance, raise_on_error=False)
        assert not missing.success
        problems = [event.step_failure_data.error.to_string() for event in missing.all_events if event.is_step_failure]
        assert "no OCO-2 Lite file of this month" in problems[0]


@pytest.mark.thorough
def test_a_refresh_reads_the_months(lite: Path, tmp_path: Path) -> None:
    chosen = house(tmp_path / "data", lite)
    for month in MONTHS:
        plume_months.month_of(chosen, Store(chosen), month)
    outcome = refresh(chosen)
    assert outcome.success, messages(outcome)
    with duckdb.connect(str(chosen.warehouse), read_only=True) as connection:
        rows = connection.execute("select mois, count(*) from marts.panaches_co2 group by 1 order by 1").fetchall()
    kept = {month: plume_months.month_of(chosen, Store(chosen), month).counts["acceptes"] for month in MONTHS}
    assert dict(rows) == kept and kept["2020-07"] >= 5, "one orbit a day: each accepted peak is a plume"


def test_a_sensor_asks_for_the_months_of_new_files(lite: Path, tmp_path: Path) -> None:
    chosen = house(tmp_path / "data", lite)
    definitions = build_defs(chosen)
    sensor = definitions.resolve_sensor_def("oco2_files")
    with dg.build_sensor_context(repository_def=definitions.get_repository_def()) as context:
        asked = sensor.evaluate_tick(context)
        assert {request.partition_key for request in asked.run_requests} == {f"{month}-01" for month in MONTHS}
        context.update_cursor(asked.cursor)
        assert sensor.evaluate_tick(context).run_requests == []


@pytest.mark.thorough
def test_a_copy_without_plumes_is_refreshed_all_the_same(altered_copy: Path, tmp_path: Path) -> None:
    """Registers and months may be absent: their tables are empty, the page says that nothing was read, the rest is there."""
    for path in (altered_copy / "plumes", altered_copy / "oco2"):
        shutil.rmtree(path)
    chosen = load_settings({"FLUX_DATA": str(tmp_path / "data"), "FLUX_PRODUCTS": "site"})
    outcome = refresh(chosen, altered_copy)
    assert outcome.success, messages(outcome)
    with duckdb.connect(str(chosen.warehouse), read_only=True) as connection:
        for table in ("panaches_co2", "panaches_sources", "sources_co2", "panaches_couverture"):
            assert connection.execute(f"select count(*) from marts.{table}").fetchone() == (0,)
        assert connection.execute("select max(n_panaches) from marts.panaches_etalonnage").fetchone() == (0,)
        assert connection.execute("select count(*) from marts.flux_carbone").fetchone()[0] > 0
    site = current(chosen.publication) / "site"
    assert "Aucun mois de sondages n'a encore été lu" in (site / "panaches.html").read_text("utf-8")
    assert "Aucun passage exploitable" in (site / "territoires" / "epci-200071165.html").read_text("utf-8")
