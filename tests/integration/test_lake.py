"""The lake holds what DuckDB made, keeps what it held, and serves readers while it is written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from dagster_project.settings import DBT_PROJECT_DIR, Settings
from dagster_project.warehouse import lake
from dagster_project.warehouse.marts import published_tables
from dagster_project.warehouse.project import manifest_path
from tests.postgres_server import postgres_server

NEEDS = pytest.mark.skipif(
    find_spec("duckdb_extension_ducklake") is None, reason="DuckLake is not installed: make lake"
)


def test_without_the_extra_one_line_says_what_to_do(
    house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake, "find_spec", lambda name: None)
    with pytest.raises(lake.LakeError, match="make lake"):
        lake.build(house, lake.Place(str(tmp_path / "c.ducklake"), tmp_path / "files"))
    assert "password" not in repr(lake.Place("postgres:password=x", tmp_path))


def checked(house: Settings, place: lake.Place) -> None:
    lake.build(house, place)
    found = lake.differences(house, place)
    assert set(found) == {table.name for table in published_tables(manifest_path(house))}
    assert {other for _, other in found.values()} == {0}
    assert sum(rows for rows, _ in found.values()) > 1000


def counted(reader: duckdb.DuckDBPyConnection, moment: str = "") -> tuple:
    return reader.execute(f"select count(*), sum(flux_tco2e) from entrepot.marts.flux_carbone {moment}").fetchone()


def take_one_away(house: Settings, place: lake.Place, table: str) -> None:
    """A writer of its own removes the first row of a table."""
    with lake.connected(house, place, read_only=False) as writer:
        writer.execute(f"delete from {table} where rowid = (select min(rowid) from {table})")


@NEEDS
def test_a_lake_holds_the_same_rows_and_its_past(house: Settings, tmp_path: Path) -> None:
    place = lake.Place(str(tmp_path / "catalogue.ducklake"), tmp_path / "files")
    checked(house, place)
    with lake.connected(house, place) as reader:
        before = counted(reader)
        last = reader.execute("select max(snapshot_id) from ducklake_snapshots('entrepot')").fetchone()[0]
    take_one_away(house, place, "entrepot.marts.flux_carbone")
    with lake.connected(house, place) as reader:
        assert counted(reader)[0] == before[0] - 1
        assert counted(reader, f"at (version => {last})") == before
    assert lake.differences(house, place)["flux_carbone"][1] == 1  # the comparison can fail


@NEEDS
@pytest.mark.skipif(find_spec("duckdb_extension_postgres_scanner") is None, reason="not installed: make lake")
def test_with_a_catalogue_in_postgresql_several_read_and_write(house: Settings, tmp_path: Path) -> None:
    with postgres_server() as server:
        place = lake.Place(f"postgres:{server.dsn(server.database('lac'))}", tmp_path / "files")
        checked(house, place)
        with lake.connected(house, place) as reader:  # stays open while two others write
            before = counted(reader)
            tables = ("entrepot.marts.flux_carbone", "entrepot.marts.stocks_carbone")
            with ThreadPoolExecutor(len(tables)) as pool:
                list(pool.map(lambda table: take_one_away(house, place, table), tables))
            assert counted(reader)[0] == before[0] - 1
        found = lake.differences(house, place)
        assert (found["flux_carbone"][1], found["stocks_carbone"][1]) == (1, 1)


@NEEDS
def test_models_are_the_same_and_differences_are_in_the_profile_alone() -> None:
    texts = [path.read_text("utf-8") for path in (DBT_PROJECT_DIR / "models").rglob("*.sql")]
    assert len(texts) > 50
    assert not [text for text in texts if "ducklake" in text or "target.name" in text]
