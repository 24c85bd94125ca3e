"""Analysts keep reading while a refresh runs: any number of processes, one release at a time, no error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dagster_project.publication.release import current
from dagster_project.settings import Settings
from tests.conftest import copy_of, messages, refresh

READER = """
import sys, time
from pathlib import Path
import duckdb
link, stop = Path(sys.argv[1]), Path(sys.argv[2])
count, releases = 0, set()
while not stop.exists() or not count:
    place = link.resolve()
    with duckdb.connect(str(place / "carbone.duckdb"), read_only=True) as connection:
        total, = connection.execute("select count(*) from marts.flux_carbone").fetchone()
        parts, = connection.execute("select count(*) from marts.bilan_global where maille = 'epci'").fetchone()
    assert total > 0 and parts > 0
    releases.add(place.name)
    count += 1
    time.sleep(0.01)
print(count, len(releases))
"""


def test_readers_in_other_processes_during_a_refresh(released: Settings, tmp_path: Path) -> None:
    house = copy_of(released, tmp_path)
    before, stop = current(house.publication), tmp_path / "stop"
    command = [sys.executable, "-c", READER, str(house.publication / "current"), str(stop)]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    outcome = refresh(house)
    stop.touch()
    said = [one.communicate(timeout=60) for one in readers]
    assert outcome.success, messages(outcome)
    assert current(house.publication) != before
    assert [one.returncode for one in readers] == [0] * 4, [error for _, error in said]
    counts = [[int(one) for one in text.split()] for text, _ in said]
    print(f"reads and releases seen by process: {counts}")
    assert all(reads > 10 and releases in (1, 2) for reads, releases in counts)
