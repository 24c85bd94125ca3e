"""The recipes of README and of docs/ do what they say, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from dagster_project.release.switch import current
from dagster_project.settings import PROJECT_ROOT, Settings

PAGES = [PROJECT_ROOT / "README.md", PROJECT_ROOT / "CONTRIBUTING.md", *sorted((PROJECT_ROOT / "docs").rglob("*.md"))]
QUERIES = [query for page in PAGES for query in re.findall(r"```sql\n(.*?)```", page.read_text("utf-8"), re.DOTALL)]


def test_there_are_recipes() -> None:
    assert len(QUERIES) >= 10


@pytest.mark.parametrize("query", QUERIES)
def test_recipe(query: str, released: Settings) -> None:
    with duckdb.connect(str(current(released.publication) / "carbone.duckdb"), read_only=True) as connection:
        assert connection.execute(query).fetchall()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_is_two_screens() -> None:
    assert len((PROJECT_ROOT / "README.md").read_text("utf-8").splitlines()) <= 90
