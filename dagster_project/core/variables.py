"""Variables of the dbt project (`vars`), which SQL and Python share: each is written there once."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from dagster_project.core.text import composed
from dagster_project.settings import DBT_PROJECT_DIR


@cache
def variables() -> Mapping[str, Any]:
    """All of them, by name."""
    text = composed((DBT_PROJECT_DIR / "dbt_project.yml").read_text("utf-8"))
    return dict(yaml.load(text, yaml.CSafeLoader)["vars"])  # the safe loader, in C
