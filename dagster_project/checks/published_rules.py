"""What gate 3 asks of the candidate's files: their suites, their mesh, their catalogue, the last release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dagster_project.checks import plausibility, published_frames, territory_moves
from dagster_project.checks.expectations import Violation, kind_of, rules_of, validate
from dagster_project.checks.suites import COMMON, Suite, SuiteError, load
from dagster_project.core import digests
from dagster_project.core.ledger import Ledger
from dagster_project.core.sql import literal, queries, scalar
from dagster_project.products import dossier
from dagster_project.release import integrity
from dagster_project.release.candidate import DATABASE, fingerprint
from dagster_project.release.catalogue import CATALOGUE, Catalogue, read_catalogue, tables
from dagster_project.release.conventions import WHOLE_FRANCE
from dagster_project.release.readme import README
from dagster_project.release.switch import candidate_folder, current, is_demonstration
from dagster_project.settings import EXPECTATIONS_DIR, Settings
from dagster_project.warehouse.marts import published_tables
from dagster_project.warehouse.project import manifest_path

if TYPE_CHECKING:
    import pandas as pd

SQL = queries(Path(__file__).with_name("published_rules.sql"))
SUITES = EXPECTATIONS_DIR / "published"
FILES, MESH, RATIOS, COMPARISON = "fichiers", "maille_minimale", "ordres_de_grandeur", "comparaison_derniere_version"
PLAUSIBILITY = "plausibilite"
TABLES = sorted(
    {path.stem for path in SUITES.glob("*.json")}
    - {MESH, RATIOS, COMPARISON, PLAUSIBILITY, COMMON.removesuffix(".json")}
)
PLACE = (
    "maille",
    "code_territoire",
    "nom_territoire",
)  # of a row; a point abroad has none, and some tables have no place
MESHES = ("epci", "departement", "region", "france")
FRANCE = (("france", "FR", "France métropolitaine"), ("france", WHOLE_FRANCE, "France entière"))
JUDGED = [MESH, PLAUSIBILITY, *TABLES, RATIOS, COMPARISON]  # the longest first, for helpers to end together
CHECKS = [*JUDGED, FILES]

Contract = Mapping[str, Sequence[str]]  # columns of each published table, in order


def contract_of(settings: Settings) -> Contract:
    """What dbt promises of each published table.

    Raises:
        SuiteError: a table that no suite judges, or a suite of no table.
    """
    tables = published_tables(manifest_path(settings))
    if odd := sorted({table.name for table in tables} ^ set(TABLES)):
        problem = "is of no published table: remove it" if odd[0] in TABLES else "is missing: every mart has its suite"
        raise SuiteError(f"expectations/published/{odd[0]}.json {problem}")
    return {table.name: [column.name for column in table.columns] for table in tables}


def verdict(settings: Settings, check: str, contract: Contract) -> list[Violation]:
    """Rules of one of JUDGED that the candidate breaks, once FILES let it through; an empty list where the gate is open."""
    folder = candidate_folder(settings.publication)
    catalogue = read_catalogue(folder)
    if check == RATIOS:
        return validate(published_frames.ratios(folder), _suite(settings, RATIOS))
    if check == PLAUSIBILITY:
        return plausibility.violations(
            folder, _suite(settings, PLAUSIBILITY), SUITES / f"{PLAUSIBILITY}_exceptions.csv"
        )
    if check == COMPARISON:
        return comparison_violations(settings, folder, catalogue)
    listed = tables(catalogue)
    if check == MESH:
        frames = {name: published_frames.read_csv(folder, item) for name, item in listed.items()}
        return mesh_violations(settings, frames, contract)
    table, suites = listed[check], (SUITES / f"{check}.json", SUITES / COMMON)
    rules = digests.of(rules_of(settings, *suites, judges=[_table_violations]), table["schema"], list(contract[check]))

    def judge() -> list[Violation]:
        suite = _suite(settings, check, contract[check])
        return _table_violations(suite, published_frames.read_csv(folder, table))

    return Ledger(settings.data).judged(f"gate_3_{check}", rules, folder / table["path"], judge)


def mesh_violations(settings: Settings, frames: Mapping[str, pd.DataFrame], contract: Contract) -> list[Violation]:
    """Communes among what is published, by code, by name or in disguise."""
    texts = published_frames.text_values(frames, *communes(settings.raw), closed_vocabularies(settings, contract))
    broken = validate(texts, _suite(settings, MESH), row_label="table")
    return broken + unofficial(frames, official_territories(settings.raw))


def _table_violations(suite: Suite, frame: pd.DataFrame) -> list[Violation]:
    if PLACE[0] not in frame:
        return validate(frame, suite, row_label=frame.columns[0])
    own = int((frame["maille"].notna() & ~frame["maille"].isin(MESHES)).sum())
    return validate(frame, suite, row_label="code_territoire", uncounted=own)


def _suite(settings: Settings, name: str, columns: Sequence[str] = ()) -> Suite:
    return load(SUITES / f"{name}.json", kind_of(settings), columns)


def closed_vocabularies(settings: Settings, contract: Contract) -> set[tuple[str, str]]:
    """(table, column) of every column whose values its suite lists."""
    return {
        (name, rule["kwargs"]["column"])
        for name in TABLES
        for rule in _suite(settings, name, contract[name]).rules
        if rule["type"] == "expect_column_values_to_be_in_set"
    }


def communes(raw: Path) -> tuple[set[str], set[str]]:
    """Codes and names of every commune that the house holds, of the target COG and of ALDO's own list."""

    def column(table: str, label: str) -> set[str]:
        return set(pc.unique(pq.read_table(raw / f"{table}.parquet", columns=[label])[label]).to_pylist())

    codes = column("insee_communes", "COM") | column("aldo_flux_total", "insee")
    return codes, column("insee_communes", "LIBELLE") | column("aldo_flux_total", "nom")


def official_territories(raw: Path) -> set[tuple[str, str, str]]:
    """(mesh, code, name) of every territory of the producers' lists, and of the user's own."""
    with duckdb.connect() as connection:
        connection.execute(f"set file_search_path = {literal(raw)}")
        return {*FRANCE, *connection.execute(SQL["official"]).fetchall()}


def unofficial(frames: Mapping[str, pd.DataFrame], official: set[tuple[str, str, str]]) -> list[Violation]:
    """Published territories that no producer lists at that mesh, under that code and name: a commune in disguise."""
    broken = []
    for table, frame in frames.items():
        if PLACE[0] not in frame:
            continue
        territories = frame[frame["maille"].notna() | frame["code_territoire"].notna()][[*PLACE]].drop_duplicates()
        seen = set(territories.itertuples(index=False, name=None))
        if strangers := sorted(map(str, seen - official)):
            detail = f"{table}: {len(strangers)} not in the official lists, e.g. {', '.join(strangers[:3])}"
            broken.append(Violation("territoires_officiels", "code_territoire", detail))
    return broken


def file_violations(folder: Path) -> list[Violation]:
    """The folder holds what its catalogue lists and nothing else; so does the database, table by table."""
    catalogue = read_catalogue(folder)
    listed = {
        resource["path"]: resource for resource in catalogue["resources"] if not dossier.made_later(resource["path"])
    }
    results = {name for name in integrity.files(folder) if not dossier.made_later(name)}
    broken = [
        Violation("fichiers_du_catalogue", path, "is not in the catalogue" if path in results else "is missing")
        for path in sorted(results ^ {*listed, CATALOGUE, README})
    ]
    for path in sorted(results & set(listed)):
        if listed[path]["hash"] != fingerprint(folder / path)["hash"]:
            broken.append(Violation("empreinte_du_catalogue", path, "its bytes are not those of the catalogue"))
    expected = {
        f"marts.{name}": (item["rows"], [field["name"] for field in item["schema"]["fields"]])
        for name, item in tables(catalogue).items()
    }
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = current_catalog()"
        ).fetchall()
        seen = {}
        for schema, name in names:
            columns = [column[0] for column in connection.execute(f'from "{schema}"."{name}" limit 0').description]
            rows = scalar(connection, f'select count(*) from "{schema}"."{name}"')  # noqa: S608
            seen[f"{schema}.{name}"] = (rows, columns)
    for path in sorted(results & {path for path, item in listed.items() if item["format"] == "parquet"}):
        columns = pq.read_schema(folder / path).names
        if columns != expected[f"marts.{Path(path).stem}"][1]:
            broken.append(Violation("colonnes_du_catalogue", path, f"holds {columns}"))
    if missing := sorted(set(expected) ^ {f"marts.{name}" for name in TABLES}):
        broken.append(Violation("une_suite_par_table", missing[0], "has no suite, or a suite without table"))
    if seen != expected:
        broken.append(Violation("base_identique_aux_fichiers", DATABASE, f"expected {expected}, observed {seen}"))
    return broken


def comparison_violations(settings: Settings, folder: Path, catalogue: Catalogue) -> list[Violation]:
    """Totals of France, an EPCI or a departement that moved beyond their band since the last release of the same kind."""
    last = current(settings.publication, catalogue["cog_cible"]) or current(settings.publication)
    if last is None:
        return []
    before = read_catalogue(last)
    if is_demonstration(before["statut_donnees"]) != is_demonstration(catalogue["statut_donnees"]):
        return []
    announced = catalogue["changement_annonce"]
    if announced and announced != before["changement_annonce"]:  # an announcement serves once
        return []
    same_cog = before["cog_cible"] == catalogue["cog_cible"]
    frame = published_frames.comparison(folder, last, same_cog)
    broken = validate(frame, _suite(settings, COMPARISON), row_label="nature")
    broken += territory_moves.violations(folder, last) if same_cog else []
    remedy = f" (last release: {last.name}; if the change is right, set FLUX_ANNOUNCED_CHANGE to its reason)"
    return [Violation(item.rule, item.column, item.detail + remedy) for item in broken]
