"""Builds run what was compiled once, of the project alone: nothing that dbt compiles may hang on a warehouse or a data folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from dbt.contracts.project import ProjectFlags
from dbt_common.dataclass_schema import ValidationError
from dbt_common.events.event_manager_client import get_event_manager
from dbt_common.events.functions import fire_event
from dbt_common.events.types import GetMetaKeyWarning, Note, SystemStdOut

from dagster_project.settings import DBT_PROJECT_DIR, Settings
from dagster_project.warehouse import dbt, project
from dagster_project.warehouse.dbt_events import warnings_alone
from dagster_project.warehouse.dbt_validation import checked_before


def test_what_is_compiled_is_what_dbt_compiles_beside_a_full_warehouse(released: Settings, tmp_path: Path) -> None:
    """dbt parses here by itself, all its macros at hand."""
    beside = dbt.run(released, ["compile"], tmp_path).results
    expected = {
        one.node.unique_id: one.node.compiled_code for one in beside if one.node.resource_type in ("model", "test")
    }
    kept = {
        name: node.raw_code
        for name, node in project.compiled(released).nodes.items()
        if node.resource_type in ("model", "test")
    }
    assert len(kept) > 100
    assert kept == expected
    assert not [name for name, text in kept.items() if "{{" in text or "{%" in text]


def test_tests_of_published_tables_hold_a_rule_for_each_shown_column(released: Settings) -> None:
    nodes = project.compiled(released).nodes
    marts = {name: node for name, node in nodes.items() if node.resource_type == "model" and node.schema == "marts"}
    tests = {node.attached_node: node.raw_code for node in nodes.values() if node.name.startswith("table_publiee_")}
    assert set(tests) == set(marts)
    for name, mart in marts.items():
        shown = [column for column in mart.columns if column.startswith("arrondi_")]
        assert [column for column in shown if f"concat_ws(' ', '{column}', " not in tests[name]] == []
        assert tests[name].count("'arrondi' as regle") == len(shown)
    assert sum(text.count("'arrondi' as regle") for text in tests.values()) > 20


def test_macros_that_builds_do_not_use_are_left_out_of_what_is_compiled(released: Settings) -> None:
    kept = set(project.compiled(released).macros)
    assert kept < set(project.parsed(released).macros)
    assert {"macro.flux_carbone.batie", "macro.dbt.create_table_as", "macro.dbt.get_test_sql"} <= kept
    assert {"macro.dbt.materialization_snapshot_default", "macro.dbt.dateadd"} & kept == set()


def test_warnings_of_dbt_are_heard_and_nothing_else_is_filled() -> None:
    heard = []
    with warnings_alone():
        get_event_manager().callbacks.append(lambda message: heard.append(message.info.name))
        for event in (Note(msg="info"), SystemStdOut(bmsg="debug"), GetMetaKeyWarning(meta_key="a")):
            fire_event(event)
        assert "pb_msg" not in vars(Note(msg="info"))
    assert heard == ["GetMetaKeyWarning"]
    assert Note(msg="info").message() == "info"


@pytest.mark.parametrize(
    ("file", "good", "bad"),
    [
        ("profiles.yml", "threads: 2", "threads: beaucoup"),
        ("dbt_project.yml", 'on-run-end: "{{ ecrit_entrepot() }}"', "on-run-end: {a: 1}"),
    ],
)
def test_settings_are_checked_where_the_project_is_parsed(
    file: str, good: str, bad: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "projet"
    shutil.copytree(DBT_PROJECT_DIR, project, ignore=shutil.ignore_patterns("target", "logs"))
    text = (project / file).read_text("utf-8")
    assert good in text
    (project / file).write_text(text.replace(good, bad, 1), "utf-8")
    monkeypatch.setattr(dbt, "DBT_PROJECT_DIR", project)
    with pytest.raises(RuntimeError, match=r"(?s)dbt parse: .*(beaucoup|on-run-end)"):
        dbt.run(Settings("sample", None, tmp_path / "data", None, {}), ["parse"])


def test_settings_are_not_checked_again_by_builds_alone() -> None:
    wrong = {"static_parser": "oui"}
    with checked_before():
        ProjectFlags.validate(wrong)
    with pytest.raises(ValidationError):
        ProjectFlags.validate(wrong)
