"""What is published: the marts of the dbt manifest, with French descriptions, types, units and keys.

The dbt project owns these facts; this module only reads them, so that suites, files and documentation agree.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOUSE_SIGN = "atmosphere"  # what `meta.signe` of a contract may say


@dataclass(frozen=True)
class Column:
    """One published column; `unit` is None where there is none, `signed` where figures have the house's sign."""

    name: str
    type: str
    description: str
    unit: str | None
    required: bool
    signed: bool = False


@dataclass(frozen=True)
class Table:
    """One published table and its key; `convention` is that of the publisher it is written for, `quantity` what it holds."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    convention: str | None = None
    quantity: str = "flux"


def published_tables(manifest: Path) -> list[Table]:
    """Every model of the `marts` schema, by name.

    Args:
        manifest: dbt's manifest.json.
    """
    nodes = json.loads(manifest.read_text("utf-8"))["nodes"].values()
    marts = [node for node in nodes if node["resource_type"] == "model" and node["schema"] == "marts"]
    return [_table(node) for node in sorted(marts, key=lambda node: node["name"])]


def _table(node: dict[str, Any]) -> Table:
    columns = tuple(
        Column(
            name=column["name"],
            type=column["data_type"],
            description=column["description"],
            unit=column["config"].get("meta", {}).get("unite"),
            signed=column["config"].get("meta", {}).get("signe") == HOUSE_SIGN,
            required=any(rule["type"] == "not_null" for rule in column["constraints"]),
        )
        for column in node["columns"].values()
    )
    meta = node["config"]["meta"]
    return Table(
        node["name"],
        node["description"],
        tuple(meta["cle"]),
        columns,
        meta.get("convention"),
        meta.get("grandeur", "flux"),
    )
