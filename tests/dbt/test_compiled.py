"""What dbt compiles, and what it says of a project that is not sound."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dagster_project.settings import DBT_PROJECT_DIR, Settings
from dagster_project.warehouse import dbt


def test_tests_of_published_tables_hold_a_rule_for_each_shown_column(released: Settings, tmp_path: Path) -> None:
    arguments = ["compile", "--quiet"]
    compiled = dbt.run(arguments, tmp_path, dbt.places(released)).results
    nodes = {result.node.unique_id: result.node for result in compiled}
    marts = {name: node for name, node in nodes.items() if node.resource_type == "model" and node.schema == "marts"}

    def held_by(test: str) -> dict[str, str]:
        return {node.attached_node: node.compiled_code for node in nodes.values() if node.name.startswith(f"{test}_")}

    tests, keys = held_by("table_publiee"), held_by("cle_unique")
    # Tables of plumes may hold rows abroad, in no territory: their key alone is held, and they show no rounded column.
    assert {marts[name].config.meta["grandeur"] for name in set(marts) - set(tests)} == {"panaches"}
    assert set(marts) - set(tests) <= set(keys)
    for name, mart in marts.items():
        shown = [column for column in mart.columns if column.startswith("arrondi_")]
        if name not in tests:
            assert shown == []
            continue
        assert [column for column in shown if f"concat_ws(' ', '{column}', " not in tests[name]] == []
        assert tests[name].count("'arrondi' as regle") == len(shown)
    assert sum(text.count("'arrondi' as regle") for text in tests.values()) > 20


@pytest.mark.parametrize(
    ("file", "good", "bad"),
    [
        ("profiles.yml", "threads: 2  #", "threads: beaucoup  #"),
        ("dbt_project.yml", "model-paths: [models]", "model-paths: {a: 1}"),
    ],
)
def test_settings_are_checked_where_the_project_is_parsed(file: str, good: str, bad: str, tmp_path: Path) -> None:
    project = tmp_path / "projet"
    shutil.copytree(DBT_PROJECT_DIR, project, ignore=shutil.ignore_patterns("target", "logs"))
    text = (project / file).read_text("utf-8")
    assert good in text
    (project / file).write_text(text.replace(good, bad, 1), "utf-8")
    with pytest.raises(dbt.DbtError, match=r"dbt parse: .*(beaucoup|model-paths)"):
        dbt.run(["parse"], tmp_path / "data", project=project)
