"""Analysts keep reading while refreshes run: ten processes, one release at a time, no error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.conftest import copy_of, messages, refresh

READERS, REFRESHES = 10, 3
READER = """
import json, sys, time
from pathlib import Path
import duckdb
link, stop = Path(sys.argv[1]), Path(sys.argv[2])
count, releases, query = 0, set(), "select count(*), sum(flux_tco2e), sum(surface_ha) from "
while not stop.exists() or not count:
    place = link.resolve()
    catalogue = json.loads((place / "datapackage.json").read_text())
    with duckdb.connect(str(place / "carbone.duckdb"), read_only=True) as connection:
        inside = connection.execute(query + "marts.flux_carbone").fetchone()
        beside = connection.execute(query + f"'{place}/tables/flux_carbone.parquet'").fetchone()
    rows = {one["rows"] for one in catalogue["resources"] if one["path"].startswith("tables/flux_carbone.")}
    assert catalogue["id"] == place.name and rows == {inside[0]} and inside == beside, "a mixed release"
    releases.add(place.name)
    count += 1
    time.sleep(0.3)
print(count, len(releases))
"""


@pytest.mark.thorough
def test_readers_in_other_processes_during_refreshes(released: Settings, tmp_path: Path) -> None:
    house = copy_of(released, tmp_path)
    stop, made = tmp_path / "stop", {current(house.publication)}
    command = [sys.executable, "-c", READER, str(house.publication / "current"), str(stop)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(READERS)
    ]
    try:
        for number in range(REFRESHES):
            outcome = refresh(house.changed(publisher=f"Observatoire {number}"))
            assert outcome.success, messages(outcome)
            made.add(current(house.publication))
    finally:
        stop.touch()
    said = [one.communicate(timeout=60) for one in readers]
    assert len(made) == 1 + REFRESHES
    assert [one.returncode for one in readers] == [0] * READERS, [error for _, error in said]
    counts = [[int(one) for one in text.split()] for text, _ in said]
    print(f"reads and releases seen, by process: {counts}")
    assert all(reads > REFRESHES for reads, _ in counts)
    assert sum(seen > 1 for _, seen in counts) > READERS / 2
