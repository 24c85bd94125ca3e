"""Gate 3: the candidate's files against the published suites, their catalogue and the last release. Blocking."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dagster_project.assets.publication import CANDIDATE
from dagster_project.checks import published_frames
from dagster_project.checks.expectations import Violation, validate
from dagster_project.checks.gate_raw import kind_of, result
from dagster_project.publication.candidate import CATALOGUE, DATABASE, README
from dagster_project.publication.release import candidate_folder, current, read_catalogue
from dagster_project.settings import EXPECTATIONS_DIR, Settings

SUITES = EXPECTATIONS_DIR / "published"
RATIOS, COMPARISON = "ordres_de_grandeur", "comparaison_derniere_version"
TABLE_SUITES = sorted(path.stem for path in SUITES.glob("*.json") if path.stem not in (RATIOS, COMPARISON))


def commune_codes(raw: Path) -> list[str]:
    """Every commune code that the house holds, of the target COG and of ALDO's own list."""
    columns = [
        pq.read_table(raw / f"{table}.parquet", columns=[column])[column]
        for table, column in (("insee_communes", "COM"), ("aldo_flux_total", "insee"))
    ]
    return sorted({code for column in columns for code in pc.unique(column).to_pylist()})


def check_table(folder: Path, resource: dict, name: str, kind: str, codes: list[str]) -> list[Violation]:
    """Broken rules of one published table, read from its CSV."""
    frame = published_frames.read_csv(folder, resource)
    path = SUITES / f"{name}.json"
    return validate(frame, path, kind=kind, row_label="code_territoire", parameters={"codes_communes": codes})


def check_files(folder: Path, catalogue: dict) -> list[Violation]:
    """The folder holds what the catalogue lists and nothing else; the database holds the same marts and nothing else."""
    listed = {one["path"]: one for one in catalogue["resources"]}
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    broken = [
        Violation("fichiers_du_catalogue", path, "is not in the catalogue" if path in found else "is missing")
        for path in sorted(found ^ {*listed, CATALOGUE, README})
    ]
    for path in sorted(found & set(listed)):
        digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()
        if listed[path]["hash"] != f"sha256:{digest}":
            broken.append(Violation("empreinte_du_catalogue", path, "its bytes are not those of the catalogue"))
    expected = {("marts", Path(path).stem): one["rows"] for path, one in listed.items() if one["format"] == "csv"}
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = 'carbone'"
        ).fetchall()
        seen = {
            (schema, name): connection.execute(f'select count(*) from "{schema}"."{name}"').fetchone()[0]  # noqa: S608
            for schema, name in names
        }
    if seen != expected:
        broken.append(Violation("base_identique_aux_fichiers", DATABASE, f"expected {expected}, observed {seen}"))
    return broken


def check_comparison(settings: Settings, folder: Path, catalogue: dict) -> list[Violation]:
    """National totals that moved beyond the band since the last release of the same kind of data."""
    last = current(settings.publication)
    if last is None or catalogue["changement_annonce"]:
        return []
    if read_catalogue(last)["statut_donnees"] != catalogue["statut_donnees"]:
        return []
    frame = published_frames.comparison(folder, last)
    broken = validate(frame, SUITES / f"{COMPARISON}.json", kind=kind_of(settings), row_label="nature")
    remedy = f" (last release: {last.name}; if the change is right, set FLUX_ANNOUNCED_CHANGE to its reason)"
    return [Violation(one.rule, one.column, one.detail + remedy) for one in broken]


def gate_published(settings: Settings) -> dg.AssetChecksDefinition:
    """One op, all blocking: a suite a table, the files, the ratios, the last release."""
    names = [*(f"suite_{name}" for name in TABLE_SUITES), "fichiers", RATIOS, COMPARISON]
    specs = [dg.AssetCheckSpec(name, asset=CANDIDATE, blocking=True) for name in names]

    @dg.multi_asset_check(name="gate_3_published", specs=specs)
    def gate() -> Iterator[dg.AssetCheckResult]:
        folder, kind = candidate_folder(settings.publication), kind_of(settings)
        catalogue = read_catalogue(folder)
        resources = {Path(one["path"]).stem: one for one in catalogue["resources"] if one["format"] == "csv"}
        codes = commune_codes(settings.raw)
        for name in TABLE_SUITES:
            yield result(f"suite_{name}", CANDIDATE, check_table(folder, resources[name], name, kind, codes))
        yield result("fichiers", CANDIDATE, check_files(folder, catalogue))
        ratios = validate(published_frames.ratios(folder), SUITES / f"{RATIOS}.json", kind=kind)
        yield result(RATIOS, CANDIDATE, ratios)
        yield result(COMPARISON, CANDIDATE, check_comparison(settings, folder, catalogue))

    return gate
