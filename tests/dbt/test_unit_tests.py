"""The dbt project's own unit tests (golden rows in the models' YAML), and the rule that a failed data test is told."""

from __future__ import annotations

import pytest

from dagster_project.settings import Settings
from dagster_project.warehouse import build, dbt, project
from dagster_project.warehouse.build import explain


@pytest.fixture(scope="module")
def results(released: Settings) -> dict[str, build.NodeResult]:
    found = dbt.run(
        ["test", "--select", "test_type:unit"], dbt.artefacts(released), dbt.places(released), project.parsed(released)
    ).results
    return {one.node.name: one for one in found if one.node.resource_type == "unit_test"}


def test_golden_rows(results: dict) -> None:
    assert len(results) >= 11
    for name, one in results.items():
        assert str(one.status) == "pass", f"{name}: {one.message}"


def test_a_failed_test_shows_its_rows(released: Settings) -> None:
    query = "select '01999' as code, 'inconnue' as motif, null as rien from marts.territoires limit 1"
    failed = build.NodeResult("test.flux_carbone.essai", "essai", "fail", "Got 1 result", 0.1, query)
    assert explain(failed, released.warehouse, released.raw) == [
        "- essai: Got 1 result",
        "    code=01999, motif=inconnue",
    ]
