"""Gate 1: raw tables against their suites, ratios against bounds, snapshots against their manifests. Blocking."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq

from dagster_project.checks import orders_of_magnitude
from dagster_project.checks.expectations import Violation, load_suite, validate
from dagster_project.settings import EXPECTATIONS_DIR, Settings
from dagster_project.sources.registry import load_registry

SUITES = EXPECTATIONS_DIR / "raw"
PLAUSIBILITY = "aldo_ordres_de_grandeur"
ROW = "_ligne"


def kind_of(settings: Settings) -> str:
    """Which bounds of a suite apply."""
    return "sample" if settings.is_sample else "national"


def check_raw_table(raw: Path, source_id: str, kind: str) -> list[Violation]:
    """Broken rules of one raw table; only the columns that the suite names are read."""
    path = SUITES / f"{source_id}.json"
    suite, _ = load_suite(path, kind)
    columns = {one["kwargs"]["column"] for one in suite["expectations"] if "column" in one["kwargs"]}
    frame = pq.read_table(raw / f"{source_id}.parquet", columns=[*sorted(columns), ROW]).to_pandas()
    return validate(frame, path, kind=kind, row_label=ROW)


def check_plausibility(raw: Path, kind: str) -> list[Violation]:
    """Ratios of ALDO's files outside their bounds."""
    return validate(orders_of_magnitude.frame(raw), SUITES / f"{PLAUSIBILITY}.json", kind=kind)


def check_provenance(settings: Settings, source_id: str) -> list[Violation]:
    """The stored bytes are those of the manifest, and the licence is known."""
    lineage = json.loads(pq.read_schema(settings.raw / f"{source_id}.parquet").metadata[b"flux_carbone"])
    broken = []
    for manifest in lineage["snapshots"]:
        place = settings.snapshots / manifest["mode"] / source_id / manifest["edition"] / manifest["sha256"][:16]
        with (place / manifest["file"]).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != manifest["sha256"]:
            detail = f"{place / manifest['file']} was altered after it was stored: delete that folder and run again"
            broken.append(Violation("empreinte_du_manifeste", "sha256", detail))
        if not manifest["licence"].strip():
            broken.append(Violation("licence_connue", "licence", f"{manifest['address']} has no licence"))
    return broken


def result(name: str, key: dg.AssetKey, broken: list[Violation]) -> dg.AssetCheckResult:
    """A Dagster check result that lists every broken rule."""
    return dg.AssetCheckResult(
        passed=not broken,
        check_name=name,
        asset_key=key,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"violations": "\n".join(map(str, broken)) or "none"},
        description="; ".join(map(str, broken))[:2000] or None,
    )


def gate_raw(settings: Settings) -> dg.AssetChecksDefinition:
    """One op, all blocking: the suite of each raw table, the ratios, the provenance of each snapshot."""
    sources = list(load_registry())
    plausible = dg.AssetKey(["raw", "aldo_accroissement_forets"])

    def spec(name: str, key: dg.AssetKey, also: list[dg.AssetKey] | None = None) -> dg.AssetCheckSpec:
        return dg.AssetCheckSpec(name, asset=key, blocking=True, additional_deps=also)

    specs = [spec("suite_gx", dg.AssetKey(["raw", one])) for one in sources]
    specs += [spec("empreinte_et_licence", dg.AssetKey(["snapshots", one])) for one in sources]
    specs.append(spec("ordres_de_grandeur", plausible, [dg.AssetKey(["raw", "aldo_flux_total"])]))

    @dg.multi_asset_check(name="gate_1_raw", specs=specs)
    def gate() -> Iterator[dg.AssetCheckResult]:
        kind = kind_of(settings)
        for one in sources:
            yield result("suite_gx", dg.AssetKey(["raw", one]), check_raw_table(settings.raw, one, kind))
            yield result("empreinte_et_licence", dg.AssetKey(["snapshots", one]), check_provenance(settings, one))
        yield result("ordres_de_grandeur", plausible, check_plausibility(settings.raw, kind))

    return gate
