"""Whether the release that is there is the one that would be made: then it stays, and only the gates may look again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from dagster_project import digests
from dagster_project.assets.dbt_recipes import warehouse_recipe
from dagster_project.assets.ingestion import target_cog
from dagster_project.checks import dossier_rules
from dagster_project.publication import release
from dagster_project.settings import Settings

CODE = (  # what turns the warehouse into the folder of a release
    "dagster_project/core",
    "dagster_project/publication",
    "dagster_project/geography",
    "dagster_project/assets/publication.py",
    "dagster_project/assets/products.py",
    "dagster_project/assets/dbt_runner.py",  # writes the page of the documentation
    "dbt_project/models/sources.yml",  # the documentation shows it
)


def recipe_of(settings: Settings, facts: Mapping[str, object]) -> str:
    """Digest of everything that a release is made of; when a source was fetched is not part of it.

    Args:
        settings: publisher, products, folders.
        facts: what the release says of itself.
    """
    sources = [{key: value for key, value in one.items() if key != "retrieved_at"} for one in facts["sources"]]
    drawn = json.loads((settings.contours / "empreinte.json").read_text("utf-8"))["empreinte"]
    return digests.of(
        digests.code(*CODE),
        warehouse_recipe(settings),
        drawn,
        {**facts, "sources": sources},
        sorted(settings.products),
        settings.publisher,
    )


def made_before(settings: Settings, recipe: str) -> Path | None:
    """The current release of the target vintage, if it was made of this very recipe and is whole, byte for byte."""
    place = release.current(settings.publication, target_cog(settings))
    if place is None or _noted(settings).get(place.name) != recipe:
        return None
    return None if list(dossier_rules.unlisted(place)) else place


def note(settings: Settings, name: str, recipe: str) -> None:
    """Keep what a candidate is made of, until its release is gone."""
    kept = release.kept_releases(settings.publication)
    noted = {one: said for one, said in _noted(settings).items() if one in kept} | {name: recipe}
    settings.stamps.mkdir(parents=True, exist_ok=True)
    _file(settings).write_text(json.dumps(noted, indent=1), "utf-8")


def _noted(settings: Settings) -> dict[str, str]:
    try:
        return dict(json.loads(_file(settings).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _file(settings: Settings) -> Path:
    return settings.stamps / "versions.json"
