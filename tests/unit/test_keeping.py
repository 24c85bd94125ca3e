"""Old releases go by the stated rule; a sweep removes what killed runs left, and nothing that is kept."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dagster_project.command import app, cleaning
from dagster_project.release import keeping
from dagster_project.release.catalogue import CATALOGUE
from dagster_project.release.switch import current, kept_releases
from dagster_project.settings import Settings, SettingsError, load_settings
from tests.conftest import settings

CITED, SUPERSEDED, LAST = "cited", "superseded", "last"


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """Four releases on COG 2026, of which the second is shown (an operator went back), and one on 2025."""
    chosen = settings(tmp_path / "data", FLUX_KEEP="2")
    for name in ("1-cog2026-live", "2-cog2026-live", "3-cog2026-live", "4-cog2026-live", "0-cog2025-live"):
        place = chosen.publication / "releases" / name
        place.mkdir(parents=True)
        (place / CATALOGUE).write_text(json.dumps({"id": name, "sources": [{"sha256": CITED}]}), "utf-8")
        (chosen.bases / name).mkdir(parents=True)
    for link, name in (
        ("current", "2-cog2026-live"),
        ("current-cog2026", "2-cog2026-live"),
        ("current-cog2025", "0-cog2025-live"),
    ):
        (chosen.publication / link).symlink_to(Path("releases") / name)
    return chosen


def snapshot(house: Settings, name: str, moment: str) -> Path:
    place = house.snapshots / "live" / "source" / "2026" / name
    place.mkdir(parents=True)
    (place / "manifest.json").write_text(json.dumps({"sha256": name, "retrieved_at": moment}), "utf-8")
    return place


def test_the_newest_of_each_vintage_and_those_that_are_shown_stay(house: Settings) -> None:
    assert keeping.prune(house.publication, 2) == ["1-cog2026-live"]
    assert kept_releases(house.publication) == ["0-cog2025-live", "2-cog2026-live", "3-cog2026-live", "4-cog2026-live"]
    assert current(house.publication).name == "2-cog2026-live"
    assert keeping.prune(house.publication, 2) == []


def test_a_removal_that_was_killed_is_ended(house: Settings) -> None:
    half = house.publication / "releases" / f"{keeping.LEAVING}0-cog2026-live"
    half.mkdir()
    assert half.name not in kept_releases(house.publication)
    keeping.prune(house.publication, 9)
    assert not half.exists()


def test_a_sweep_removes_what_runs_left_and_only_that(house: Settings) -> None:
    kept = [snapshot(house, CITED, "2026-01-01"), snapshot(house, LAST, "2026-03-01")]
    gone = [
        snapshot(house, SUPERSEDED, "2026-02-01"),
        house.snapshots / "live" / "source" / "2026" / ".incoming-x",
        house.snapshots / "live" / "source" / "2026" / ".refused-y",
        house.publication / "candidate.part",
        house.publication / "candidate",
        house.publication / ".current.new",
        house.raw / "aldo_stocks.part",
        house.data / "contours.part",
        house.warehouse.with_name(f"{house.warehouse.name}.wal"),
        house.publication / "releases" / "1-cog2026-live",
        house.bases / "1-cog2026-live",
        house.bases / "gone-long-ago",
    ]
    for path in gone:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in (".wal", ".new") or path.parent == house.raw:
            path.write_text("half", "utf-8")
        else:
            path.mkdir(exist_ok=True)
    house.warehouse.write_text("whole", "utf-8")
    found = cleaning.leftovers(house)
    assert {one.path for one in found} == set(gone)
    cleaning.sweep(found)
    assert not [path for path in gone if path.exists()]
    assert all(path.is_dir() for path in kept)
    assert house.warehouse.is_file()
    assert cleaning.leftovers(house) == []


def test_the_command_says_what_goes_and_waits_for_no_refresh(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUX_DATA", str(house.data))
    monkeypatch.setenv("FLUX_KEEP", "2")
    tried = CliRunner().invoke(app.app, ["clean", "--dry-run"])
    assert tried.exit_code == 0, tried.output
    assert "publication/releases/1-cog2026-live  0.0 MB  beyond the releases that FLUX_KEEP keeps" in tried.output
    assert "2 leftovers (0.0 MB) and 0 run histories would be removed" in tried.output
    assert "1-cog2026-live" in kept_releases(house.publication)
    with (house.data / ".lock").open("w") as another:  # as another process holds it
        fcntl.flock(another, fcntl.LOCK_EX)
        refused = CliRunner().invoke(app.app, ["clean"])
    assert refused.exit_code == 2
    assert "a refresh is running" in refused.output
    assert CliRunner().invoke(app.app, ["clean"]).exit_code == 0
    assert "1-cog2026-live" not in kept_releases(house.publication)


@pytest.mark.parametrize("text", ["1", "0", "-3", "beaucoup"])
def test_fewer_than_two_releases_cannot_be_asked_for(text: str) -> None:
    with pytest.raises(SettingsError, match="FLUX_KEEP"):
        load_settings({"FLUX_KEEP": text})
