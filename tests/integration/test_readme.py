"""The README's recipes do what it says."""

from __future__ import annotations

import re

import duckdb
import pytest

from dagster_project.release.switch import current
from dagster_project.settings import PROJECT_ROOT, Settings

QUERIES = re.findall(r"```sql\n(.*?)```", (PROJECT_ROOT / "README.md").read_text("utf-8"), re.DOTALL)


def test_there_are_recipes() -> None:
    assert len(QUERIES) >= 4


@pytest.mark.parametrize("query", QUERIES)
def test_recipe(query: str, released: Settings) -> None:
    with duckdb.connect(str(current(released.publication) / "carbone.duckdb"), read_only=True) as connection:
        assert connection.execute(query).fetchall()
