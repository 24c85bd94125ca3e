"""Months of OCO-2 outside the refresh: in Dagster and on the command line, killed and taken up again, published by the next refresh."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from dagster_project.assets.plumes import CHECK, JOB, PICS, SOUNDINGS
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


def test_months_are_partitions_and_a_refresh_reads_them(lite: Path, tmp_path: Path) -> None:
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
