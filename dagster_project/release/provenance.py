"""What a release says of itself: its choices, its sources, the code that made it."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pyarrow.parquet as pq

from dagster_project.release import internal_report
from dagster_project.release.catalogue import Facts, Provenance
from dagster_project.settings import PROJECT_ROOT, Settings

LINEAGE_FIELDS = ("source", "publisher", "release", "edition", "vintage", "licence", "attribution", "address", "sha256",
                  "retrieved_at", "updated_at")  # fmt: skip


def facts_of(settings: Settings, choices: Mapping[str, object]) -> Facts:
    """What a release says of itself, but when and by which revision it was made.

    Args:
        settings: where the warehouse and the raw tables are.
        choices: of its refresh (`Run.stated`).
    """
    read = {
        "evenements_appliques": internal_report.applied_events(settings.warehouse),
        "inventaires": pq.read_table(settings.raw / "inventaires.parquet").to_pylist(),
        "sources": lineage(settings.raw),
    }
    return cast("Facts", {**choices, **read})


def lineage(raw: Path) -> list[Provenance]:
    """Provenance of every raw table, one entry a snapshot, in file-name order."""
    entries = []
    for path in sorted(raw.glob("*.parquet")):
        described = json.loads(pq.read_schema(path).metadata[b"flux_carbone"])
        titles, quantities = described.get("title", ""), described.get("quantities", [])
        for manifest in described.get("snapshots", []):
            facts = {name: manifest[name] for name in LINEAGE_FIELDS}
            entries.append(
                cast("Provenance", {"title": manifest.get("title", titles), "quantities": quantities, **facts})
            )
    return entries


def git_revision() -> str:
    """The revision of the code, marked when it has uncommitted changes; `inconnue` outside a checkout."""
    command = ["git", "-C", str(PROJECT_ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return "inconnue"
