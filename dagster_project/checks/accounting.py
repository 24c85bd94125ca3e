"""No netting, by construction: what the dbt manifest must never hold, whatever its models compute (domain contract, section 7).

Removals and emissions meet in one model, as ratios; nothing is built on it; avoided emissions have no home. The warehouse is not
built on a manifest that breaks one of these rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

FLUXES, EMISSIONS = "int_flux_atmosphere", "stg_inventaires__chiffres"  # where each of the two enters
MEETING = "flux_et_emissions"
RATIO = re.compile(r"_sur_emissions_pct$")
MIXING = re.compile(r"(^|_)(total|bilan|net|solde|compense\w*)(_|$)")
REMOVALS = re.compile(r"sequestration|absorption|puits")
AVOIDED = re.compile(r"evite|avoided")


def violations(manifest: Mapping) -> list[str]:
    """Every rule that a manifest breaks, as a sentence that names the model.

    Args:
        manifest: dbt's manifest.json.
    """
    models = {node["unique_id"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    names = {node["name"] for node in models.values()}
    if missing := {FLUXES, EMISSIONS, MEETING} - names:
        return [f"{', '.join(sorted(missing))} is gone: the rules of accounting cannot be checked"]
    fluxes, emissions = (_downstream(models, name) for name in (FLUXES, EMISSIONS))
    broken = [
        f"{name} joins carbon fluxes and emissions of inventories: only {MEETING} may, as ratios"
        for name in sorted((fluxes & emissions) - {MEETING})
    ]
    for node in sorted(models.values(), key=lambda one: one["name"]):
        name, columns = node["name"], node["columns"].values()
        if AVOIDED.search(name) or any(AVOIDED.search(column["name"]) for column in columns):
            broken.append(f"{name} holds avoided emissions, which have no home here")
        if name == MEETING:
            broken += _of_the_meeting(columns)
        elif name in emissions and any(REMOVALS.search(column["name"]) for column in columns):
            broken.append(f"{name} holds removals among the emissions of an inventory")
    return broken


def _of_the_meeting(columns: Iterable[Mapping]) -> list[str]:
    """In the one model where they meet, every figure is a ratio under its plain name."""
    figures = [column["name"] for column in columns if (column.get("data_type") or "").lower() in ("double", "decimal")]
    broken = [
        f"{MEETING}.{name} is a figure, and not a ratio to emissions" for name in figures if not RATIO.search(name)
    ]
    plain = (column["name"] for column in columns if not RATIO.search(column["name"]))
    return broken + [f"{MEETING}.{name} is called as if it mixed the two" for name in plain if MIXING.search(name)]


def _downstream(models: Mapping[str, Mapping], name: str) -> set[str]:
    """Names of a model and of all that is built on it."""
    children: dict[str, set[str]] = {}
    for unique_id, node in models.items():
        for parent in node["depends_on"]["nodes"]:
            children.setdefault(parent, set()).add(unique_id)
    waiting = [unique_id for unique_id, node in models.items() if node["name"] == name]
    found = set(waiting)
    while waiting:
        new = children.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return {models[one]["name"] for one in found}
