"""No netting, by construction: what the dbt manifest must never hold, whatever its models compute (domain contract, section 7).

Removals and emissions meet in one model, as ratios, and nothing is built on it; the balance lists perimeters as rows side by
side, each from a model that holds that one alone; inventories leave by their doors and no other, so that nothing can add what
stands outside a total to it; avoided emissions have no home; what a satellite saw is of an instant: it meets no inventory, flux
or footprint, and has no annual rate; a target stands beside a record of its own perimeter and is divided by no other.
The warehouse is not built on a manifest that breaks one of these rules.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

RULES = yaml.safe_load(Path(__file__).with_name("accounting.yml").read_text("utf-8"))
MEETING, DOORS, LISTINGS = RULES["meeting"], RULES["doors"], RULES["listings"]
GEOGRAPHY = "models/intermediate/geographie"  # it reads ALDO's list of communes, never its figures: fluxes do not pass through it
FIGURES = "inventaires_chiffres"  # the source of every emission
FOOTPRINT = ("sdes_empreinte",)  # what the inhabitants' consumption causes
PLUMES = ("oco2_pics", "oco2_traces", "pics_reference")  # instants that a satellite saw
RATE, PLUME, MARTS = "debit", "id_panache", "models/marts"
YEARLY = re.compile(r"_an$|annuel|cumul")  # no rate of theirs is one of a year
REMOVALS = re.compile(r"sequestration|absorption|puits|stockage")
AVOIDED = re.compile(r"evite|avoided")
RATIO = re.compile(r"_pct(_par_an)?$|^part_|^rapport|^taux|_sur_")
AIMED = re.compile(r"objectif|contribution|2030")


def violations(manifest: Mapping[str, Any]) -> list[str]:
    """Every rule that a manifest breaks, as a sentence that names the model.

    Args:
        manifest: dbt's manifest.json.
    """
    models = {node["unique_id"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    sources = {source["unique_id"]: source["name"] for source in manifest["sources"].values()}
    names = {node["name"] for node in models.values()}
    if missing := (set(DOORS) - names) | ({FIGURES} - set(sources.values())):
        return [f"{', '.join(sorted(missing))} is gone: the rules of accounting cannot be checked"]
    footprint = _downstream(models, {item for item, name in sources.items() if name in FOOTPRINT}, GEOGRAPHY)
    fluxes = _downstream(models, {item for item, name in sources.items() if name.startswith("aldo_")}, GEOGRAPHY)
    emissions = _downstream(models, {item for item, name in sources.items() if name == FIGURES})
    broken = [
        f"{name} joins carbon fluxes and emissions of inventories: only {MEETING} may, as ratios"
        for name in sorted((fluxes & emissions) - {MEETING} - set(LISTINGS))
    ]
    broken += [
        f"{name} joins the footprint of consumption and {what}: only {', '.join(LISTINGS)} may list both"
        for what, others in (("emissions of inventories", emissions), ("carbon fluxes", fluxes))
        for name in sorted((footprint & others) - set(LISTINGS))
    ]
    plumes = _downstream(models, {item for item, name in sources.items() if name in PLUMES})
    broken += [
        f"{name} joins plumes, which are instants, and {what}, which are years"
        for what, others in (
            ("emissions of inventories", emissions),
            ("carbon fluxes", fluxes),
            ("the footprint", footprint),
        )
        for name in sorted(plumes & others)
    ]
    broken += [
        f"{node['name']}.{column} is a rate of a year of what a satellite saw in an instant"
        for node in models.values()
        for column in node["columns"]
        if node["name"] in plumes and YEARLY.search(column)
    ]
    broken += [
        f"{node['name']} has rates of plumes without the plume ({RATE} goes with {PLUME} in the key): they are never summed"
        for node in models.values()
        if node["name"] in plumes and node["original_file_path"].startswith(MARTS)
        if any(RATE in column for column in node["columns"])
        and PLUME not in node.get("config", {}).get("meta", {}).get("cle", ())
    ]
    for node in sorted(models.values(), key=lambda item: item["name"]):
        name, columns = node["name"], [column["name"] for column in node["columns"].values()]
        for parent in node["depends_on"]["nodes"]:
            door = models[parent]["name"] if parent in models else ""
            if door in DOORS and name not in DOORS[door]:
                broken.append(f"{name} is built on {door}, on which only {sorted(DOORS[door]) or 'nothing'} may be")
        if any(AVOIDED.search(item) for item in (name, *columns)):
            broken.append(f"{name} holds avoided emissions, which have no home here")
        if name in LISTINGS and LISTINGS[name] not in node["config"]["meta"].get("cle", ()):
            broken.append(f"{name} lists perimeters side by side: {LISTINGS[name]} must be in its key")
        if name == MEETING:
            broken += [f"{MEETING}.{item} is neither a ratio nor what names its sides" for item in _unknown(columns)]
        elif name in emissions and any(REMOVALS.search(column) for column in columns):
            broken.append(f"{name} holds removals among the emissions of an inventory")
    return broken + list(_targets(manifest, models))


def _targets(manifest: Mapping[str, Any], models: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What would bring a target beside a figure of another perimeter: an unknown reader or parent, a ratio, aims in a record."""
    nodes = {**manifest["nodes"], **manifest["sources"]}
    start = {item for item, node in nodes.items() if node["name"] in RULES["targets"] and item not in models}
    if {nodes[item]["name"] for item in start} != set(RULES["targets"]):
        yield f"{', '.join(RULES['targets'])}: one is gone, and what is made of targets cannot be checked"
    readers, records = RULES["target_readers"], RULES["target_records"]
    aimed = _downstream({item: node for item, node in models.items() if node["name"] not in records}, start)
    for node in sorted(models.values(), key=lambda item: item["name"]):
        name, columns = node["name"], [column["name"] for column in node["columns"].values()]
        if name in records and (not columns or any(AIMED.search(column) for column in columns)):
            yield f"{name} is a record, column by column: what is aimed at stands apart"
        if name not in aimed:
            continue
        if name not in readers:
            yield f"{name} reads targets: only {', '.join(readers)} may, so that none is divided by another perimeter"
            continue
        parents = {models[item]["name"] for item in node["depends_on"]["nodes"] if item in models}
        for other in sorted(parents - aimed - set(readers[name])):
            yield f"{name} reads {other} beside targets: it is no record of the same line"
        for column, kind in ((item["name"], item.get("data_type")) for item in node["columns"].values()):
            figure = kind == "double" or RATIO.search(column)
            if figure and column.removeprefix("arrondi_") not in RULES["target_figures"]:
                yield f"{name}.{column} is neither a target, its record nor a pace between them: what does it divide?"


def _unknown(columns: Iterable[str]) -> list[str]:
    return sorted(
        column for column in set(columns) if column.removeprefix("arrondi_") not in RULES["meeting_columns"]
    )  # rounded or not


def _downstream(models: Mapping[str, Mapping[str, Any]], start: set[str], barrier: str | None = None) -> set[str]:
    """Names of the models built on some nodes, directly or not; what is built on those of the folder `barrier` is left out."""
    children: dict[str, set[str]] = {}
    for unique_id, node in models.items():
        for parent in node["depends_on"]["nodes"]:
            children.setdefault(parent, set()).add(unique_id)
    waiting, result = list(start), set[str]()
    while waiting:
        new = children.get(waiting.pop(), set()) - result
        result |= new
        waiting += [item for item in new if not (barrier and models[item]["original_file_path"].startswith(barrier))]
    return {models[item]["name"] for item in result}
