"""What each node of the dbt project is made of, as one digest; which of them a warehouse already holds.

A recipe covers the node's own text and settings, the project's macros and variables, the data of sources, the rows of seeds and
the recipes of everything it reads. Equal recipes give equal tables.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.core import code, digests
from dagster_project.core.ledger import Ledger
from dagster_project.ingest.raw import metadata_of
from dagster_project.settings import DBT_PROJECT_DIR, Settings
from dagster_project.warehouse.dbt import run
from dagster_project.warehouse.project import manifest_path, source_files

GATE = "gate_2"
SHARED = ("macros", "tests/generic", "dbt_project.yml", "profiles.yml")  # a change there may change any node
OWN = ("raw_code", "config", "columns", "description", "constraints", "test_metadata", "fqn")
STORED = ("model", "seed", "test")
MOST = 0.5  # of the nodes: beyond it an empty file is filled faster than tables are replaced


@dataclass(frozen=True)
class Plan:
    """What a build has to do: `recipes` by node, `stale` nodes, and whether to begin with an empty file."""

    recipes: Mapping[str, str]
    stale: tuple[str, ...]
    whole: bool


def plan(settings: Settings) -> Plan:
    """Compare the project and the raw tables with what gate 2 let through.

    Only a warehouse that is, byte for byte, the one that the gate let through is added to: after a refusal, or a run that
    was killed, everything is built.
    """
    now = recipes(json.loads(manifest_path(settings).read_text("utf-8")), settings.raw)
    page = Ledger(settings.data).whole(GATE)
    before = page.notes if page else {}
    stale = tuple(sorted(name for name, recipe in now.items() if before.get(name) != recipe))
    gone = set(before) - set(now)
    return Plan(now, stale, whole=bool(gone) or len(stale) > MOST * len(now))


def let_through(settings: Settings, plan: Plan) -> None:
    """Enter the warehouse as gate 2 let it through, with the log that a checkpoint in vain leaves, if there is one."""
    ledger, files = Ledger(settings.data), settings.warehouse.with_name(f"{settings.warehouse.name}*")
    ledger.enter(GATE, ledger.seen(digests.of(plan.recipes), files, notes=plan.recipes))


def recipes(manifest: Mapping[str, Any], raw: Path) -> dict[str, str]:
    """Recipe of each seed, model and test of a manifest, each after all that it reads.

    Args:
        manifest: dbt's, parsed.
        raw: folder of the raw tables, which sources name.
    """
    shared = digests.of(code.digest(run), digests.tree(*(DBT_PROJECT_DIR / name for name in SHARED)))
    nodes = {name: node for name, node in manifest["nodes"].items() if node["resource_type"] in STORED}
    known: dict[str, str] = {
        name: digests.of([_rows(path) for path in sorted(raw.glob(files))])
        for name, files in source_files(manifest).items()
    }

    def recipe(name: str) -> str:
        if name not in known:
            node = nodes[name]
            file = DBT_PROJECT_DIR / node["original_file_path"]
            rows = digests.sha256(file) if node["resource_type"] == "seed" else None
            above = sorted(recipe(parent) for parent in node.get("depends_on", {}).get("nodes", ()))
            known[name] = digests.of(shared, {key: node.get(key) for key in OWN}, rows, above)
        return known[name]

    for name in nodes:
        recipe(name)
    return {name: digest for name, digest in known.items() if name in nodes}


def _rows(path: Path) -> str:
    """Digest of the rows of a raw table: where they came from does not change what is made of them."""
    return str(metadata_of(path).get("rows") or digests.sha256(path))
