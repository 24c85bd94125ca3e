"""Dagster's history of events: kept connections where Dagster still has what they lean on, its stock storage elsewhere."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
import yaml

from dagster_project.assets import history


def told(home: Path, configuration: dict) -> list[str]:
    """Events that an instance of that configuration keeps of a run, as Dagster's stock storage reads them."""

    @dg.job
    def nothing() -> None: ...

    home.mkdir()
    (home / "dagster.yaml").write_text(yaml.safe_dump({"telemetry": {"enabled": False}, **configuration}), "utf-8")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        run = nothing.execute_in_process(instance=instance).run_id
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", "utf-8")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        return [entry.dagster_event.event_type_value for entry in instance.all_logs(run) if entry.dagster_event]


def test_what_is_kept_is_what_the_stock_storage_keeps(tmp_path: Path) -> None:
    ours = told(tmp_path / "ours", history.configuration(tmp_path / "ours"))
    assert history.configuration(tmp_path)["event_log_storage"]["class"] == "EventHistory"
    assert ours == told(tmp_path / "stock", {})
    assert "PIPELINE_SUCCESS" in ours


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STOCK", "dagster.somewhere_else"),
        ("STOCK", "dagster"),
        ("LEANS_ON", ("_connect", "_a_name_that_is_gone")),
    ],
)
def test_where_dagster_moved_what_it_leans_on_the_stock_storage_is_used(
    name: str, value: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, name, value)
    assert history.configuration(tmp_path) == {}
    assert "PIPELINE_SUCCESS" in told(tmp_path / "fallen_back", history.configuration(tmp_path / "fallen_back"))
