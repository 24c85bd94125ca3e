"""What is published: the marts of the dbt manifest, with French descriptions, types, units and keys.

The dbt project owns these facts; this module only reads them, so that suites, files and documentation agree.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.core.errors import FluxError

HOUSE_SIGN, BY_ROW = "atmosphere", "ligne"  # what `meta.signe` of a contract may say


class ContractError(FluxError):
    """A mart that does not say what is published of it; the message names its file and what is missing."""


@dataclass(frozen=True)
class Column:
    """One published column; `unit` is None where there is none.

    Attributes:
        signed: figures have the house's sign.
        signed_by_row: they have it in the rows that say so (`convention_de_signe`).
    """

    name: str
    type: str
    description: str
    unit: str | None
    required: bool
    signed: bool = False
    signed_by_row: bool = False


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

    Raises:
        ContractError: a mart without contract, or a part of it that is missing.
    """
    nodes = json.loads(manifest.read_text("utf-8"))["nodes"].values()
    marts = [node for node in nodes if node["resource_type"] == "model" and node["schema"] == "marts"]
    return [_table(node) for node in sorted(marts, key=lambda node: node["name"])]


def _table(node: dict[str, Any]) -> Table:
    meta = node["config"]["meta"]
    if not node["columns"]:
        _refuse(node, "has no contract: write its columns in a .yml of that name beside it")
    if not meta.get("cle"):
        _refuse(node, "`config.meta.cle` is missing: the columns that tell its rows apart")
    if not node["description"]:
        _refuse(node, "`description` is missing: what one row is, in French")
    columns = tuple(_column(node, column) for column in node["columns"].values())
    if unknown := [name for name in meta["cle"] if name not in node["columns"]]:
        _refuse(node, f"`config.meta.cle` names {unknown[0]!r}, which is no column of it")
    return Table(
        node["name"],
        node["description"],
        tuple(meta["cle"]),
        columns,
        meta.get("convention"),
        meta.get("grandeur", "flux"),
    )


def _column(node: dict[str, Any], column: dict[str, Any]) -> Column:
    for fact in ("data_type", "description"):
        if not column[fact]:
            _refuse(node, f"column {column['name']}: `{fact}` is missing")
    meta = column["config"].get("meta", {})
    return Column(
        name=column["name"],
        type=column["data_type"],
        description=column["description"],
        unit=meta.get("unite"),
        signed=meta.get("signe") == HOUSE_SIGN,
        signed_by_row=meta.get("signe") == BY_ROW,
        required=any(rule["type"] == "not_null" for rule in column["constraints"]),
    )


def _refuse(node: dict[str, Any], problem: str) -> None:
    file = (node["patch_path"] or node["original_file_path"]).split("://")[-1]
    raise ContractError(f"dbt_project/{file}, {node['name']}: {problem}")
