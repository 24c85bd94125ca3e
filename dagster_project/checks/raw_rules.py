"""What gate 1 asks: raw tables against their suites, ratios against bounds, snapshots against their manifests."""

from functools import partial

import pyarrow.parquet as pq

from dagster_project.checks import orders_of_magnitude, suites
from dagster_project.checks.expectations import Violation, kind_of, rules_of, validate
from dagster_project.core.digests import sha256
from dagster_project.core.ledger import Ledger
from dagster_project.ingest import raw
from dagster_project.settings import EXPECTATIONS_DIR, Settings

SUITES = EXPECTATIONS_DIR / "raw"
PLAUSIBILITY = "aldo_ordres_de_grandeur"
SUITE, PROVENANCE, RATIOS = "suite_gx", "empreinte_et_licence", "ordres_de_grandeur"
ROW = "_ligne"
INVENTORIES = "inventaires"


def table_violations(settings: Settings, source_id: str) -> list[Violation]:
    """Broken rules of one raw table; only the columns that its suite names are read."""
    suite = _suite(settings, source_id)
    frame = pq.read_table(settings.raw / f"{source_id}.parquet", columns=[*sorted(suite.columns), ROW]).to_pandas()
    broken = validate(frame, suite, row_label=ROW)
    return [
        Violation(item.rule, item.column, f"{item.detail}. File: {files_of(settings, source_id)}") for item in broken
    ]


def files_of(settings: Settings, source_id: str) -> str:
    """Where the rows of a raw table came from, as a person would look for it."""
    return ", ".join(dict.fromkeys(manifest["address"] for manifest in raw.manifests_of(settings, source_id)))


def plausibility_violations(settings: Settings) -> list[Violation]:
    """Ratios of ALDO's files outside their bounds."""
    frame = orders_of_magnitude.frame(settings.raw)
    broken = validate(frame, _suite(settings, PLAUSIBILITY))
    files = ", ".join(files_of(settings, source) for source in orders_of_magnitude.SOURCES)
    return [Violation(item.rule, item.column, f"{item.detail}. Files: {files}") for item in broken]


def inventory_violations(settings: Settings) -> list[Violation]:
    """Broken rules of the inventories that were read, one row each: size, vocabularies of their contracts."""
    frame = pq.read_table(settings.raw / f"{INVENTORIES}.parquet").to_pandas()
    for name in ("lignes", "lignes_min", "lignes_max", "cog"):
        frame[name] = frame[name].astype("int64")
    if settings.is_sample:  # invented, and small
        frame["lignes_min"] = 1
    broken = validate(frame, _suite(settings, INVENTORIES), row_label="fichier")
    return [Violation(item.rule, item.column, item.detail) for item in broken]


def provenance_violations(settings: Settings, source_id: str) -> list[Violation]:
    """Stored bytes that are not those of their manifest, or a licence that is not known."""
    broken = []
    for manifest in raw.manifests_of(settings, source_id):
        file = raw.stored(settings, manifest)
        if sha256(file) != manifest["sha256"]:
            detail = f"{file} was altered after it was stored: delete its folder and run again"
            broken.append(Violation("empreinte_du_manifeste", "sha256", detail))
        if not manifest["licence"].strip():
            broken.append(Violation("licence_connue", "licence", f"{manifest['address']} has no licence"))
    return broken


def verdict(settings: Settings, check: str, item: str) -> list[Violation]:
    """Rules of one check that one source breaks; an empty list where the gate is open."""
    if check == PROVENANCE:
        return provenance_violations(settings, item)
    if check == RATIOS:
        return plausibility_violations(settings)
    if item == INVENTORIES:
        return inventory_violations(settings)
    if not raw.manifests_of(settings, item):  # a source that may be absent, and is
        return []
    rules = rules_of(settings, SUITES / f"{item}.json", judges=[table_violations])
    table, judge = settings.raw / f"{item}.parquet", partial(table_violations, settings, item)
    return Ledger(settings.data).judged(f"gate_1_{item}", rules, table, judge)


def _suite(settings: Settings, name: str) -> suites.Suite:
    return suites.load(SUITES / f"{name}.json", kind_of(settings))
