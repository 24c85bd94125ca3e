"""Spark makes what DuckDB made, from the same models."""

from __future__ import annotations

import subprocess
from pathlib import Path

import duckdb
import pytest

from dagster_project.settings import DBT_PROJECT_DIR, PROJECT_ROOT, Settings
from dagster_project.warehouse import spark
from dagster_project.warehouse.marts import published_tables
from dagster_project.warehouse.project import manifest_path

COMMAND = PROJECT_ROOT / ".venv-spark" / "bin" / "flux-carbone"


def test_without_the_extra_one_line_says_what_to_do(
    released: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: None)
    with pytest.raises(spark.SparkError, match="make spark"):
        spark.build(released, tmp_path)


def copied(released: Settings, folder: Path, change: str = "") -> None:
    """The released tables as files that Spark could have written; `change` spoils flux_carbone first."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{released.warehouse}' as entrepot (read_only)")
        for table in published_tables(manifest_path(released)):
            place = folder / "marts.db" / table.name
            place.mkdir(parents=True)
            connection.execute(f"create table {table.name} as from entrepot.marts.{table.name}")
            if change and table.name == "flux_carbone":
                connection.execute(change)
            connection.execute(f"copy {table.name} to '{place / 'part.parquet'}'")


@pytest.mark.parametrize(
    ("change", "other"),
    [
        ("", 0),
        ("update flux_carbone set flux_tco2e = flux_tco2e * (1 + 1e-12)", 0),  # another way of rounding
        ("update flux_carbone set flux_tco2e = -flux_tco2e where rowid = 0", 1),
        ("update flux_carbone set flux_tco2e = flux_tco2e * (1 + 1e-6) where rowid = 0", 1),
        ("update flux_carbone set flux_tco2e = null where rowid = 0", 1),
        ("update flux_carbone set nom_territoire = 'autre' where rowid = 0", 1),
        ("delete from flux_carbone where rowid = 0", 1),
        ("insert into flux_carbone from flux_carbone where rowid = 0", 1),
        ("update flux_carbone set code_territoire = 'autre' where rowid = 0", 2),
    ],
)
def test_the_comparison_sees_every_difference(released: Settings, tmp_path: Path, change: str, other: int) -> None:
    copied(released, tmp_path, change)
    found = spark.differences(released, tmp_path)
    assert set(found) == {table.name for table in published_tables(manifest_path(released))}
    assert found.pop("flux_carbone")[1] == other
    assert {differing for _, differing in found.values()} == {0}


@pytest.mark.skipif(not COMMAND.exists(), reason="Spark is not installed: make spark")
def test_spark_makes_the_same_rows(released: Settings, tmp_path: Path) -> None:
    environ = {"FLUX_DATA": str(released.data), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([COMMAND, "spark", tmp_path], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = [line for line in done.stdout.splitlines() if line.endswith(" differ")]
    assert len(said) == len(published_tables(manifest_path(released)))
    assert all(line.split()[-2] == "0" for line in said)


def test_differences_between_engines_are_in_macros_alone() -> None:
    texts = [path.read_text("utf-8") for path in (DBT_PROJECT_DIR / "models").rglob("*.sql")]
    assert len(texts) > 50
    assert not [
        text for text in texts if any(word in text for word in ("spark", "dispatch", "target.type", "target.name"))
    ]
    macros = "".join(path.read_text("utf-8") for path in (DBT_PROJECT_DIR / "macros").rglob("*.sql"))
    assert macros.count("macro spark__") == 6
