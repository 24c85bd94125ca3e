"""Gate 3 on differencing: what this release, and those published before and beside it, expose by subtraction.

Exposures are listed in the house's report; they close the gate when a source of the release is marked `secret_statistique`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dagster_project.checks.differencing import Exact, Exposure, exposures
from dagster_project.checks.expectations import Violation
from dagster_project.core.sql import queries
from dagster_project.release.switch import ever_published, kept_releases, memberships_file
from dagster_project.settings import Settings
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.registry import load_registry

SQL = queries(Path(__file__).with_name("differencing_rules.sql"))
NAME = "differenciation"
SHOWN = 3


ALDO = "aldo"
METHODS = ("surface", "population")
Weighed = dict[str, dict[str, Exact]]


def memberships(warehouse: Path) -> pa.Table:
    """What each territory holds of each row of the sources by commune: territoire, liste, ligne, surface, population."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(SQL["memberships"]).to_arrow_table()


def exposed(settings: Settings, own: pa.Table, inventories: Sequence[str] = ()) -> list[Exposure]:
    """Rows of ALDO, or communes of inventories, that the published totals isolate: this release and all before it, together.

    Args:
        settings: where the warehouse and the releases are.
        own: memberships of this release.
        inventories: look at the communes of these inventories, in their own lists, and not at ALDO's.
    """
    results: dict[str, Exposure] = {}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        tables = [("", own), *_before(settings, connection)]
        for vintage, rows in _rows_of(connection, inventories):
            named = {row: (commune, source) for row, commune, source in rows}
            for method in METHODS:
                for exposure in exposures(territories_of(tables, vintage, method), named):
                    results.setdefault(exposure.commune, exposure)
    return sorted(results.values(), key=lambda item: item.commune)


def _rows_of(
    connection: duckdb.DuckDBPyConnection, inventories: Sequence[str]
) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Rows of the sources by list: ALDO's, or those of inventories, vintage by vintage."""
    if not inventories:
        return [(ALDO, connection.execute(SQL["of_aldo"]).fetchall())]
    query = "select distinct millesime from staging.stg_inventaires where list_contains(?, inventaire) order by all"
    vintages = [row[0] for row in connection.execute(query, [list(inventories)]).fetchall()]
    return [
        (
            vintage,
            connection.execute(
                SQL["of_inventories"], {"inventories": list(inventories), "vintage": vintage}
            ).fetchall(),
        )
        for vintage in vintages
    ]


def _before(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, pa.Table]]:
    """Memberships of every release so far, those that are the same once, by release."""
    seen: set[bytes] = set()
    results = []
    for release in ever_published(settings.publication):
        path = memberships_file(settings.publication, release)
        if (digest := hashlib.sha256(path.read_bytes()).digest()) not in seen:
            seen.add(digest)
            table = pq.read_table(path)
            if "atome" in table.column_names:
                table = connection.execute(SQL["atoms"], {"path": str(path)}).to_arrow_table()
            results.append((release, table))
    return results


def territories_of(tables: Sequence[tuple[str, pa.Table]], vintage: str, method: str) -> Weighed:
    """Weights of the rows of one list in each territory; the same name for other land is another one (the user changed it)."""
    results: Weighed = {}
    for release, table in tables:
        for label, rows in _weights(table, vintage, method).items():
            if results.setdefault(label, rows) != rows:
                results[f"{label} [{release}]"] = rows
    return results


def _weights(table: pa.Table, vintage: str, method: str) -> Weighed:
    results: Weighed = defaultdict(dict)
    mine = table.filter(pc.equal(table["liste"], vintage))
    columns = (mine[name].to_pylist() for name in ("territoire", "ligne", method))
    for label, row, weight in zip(*columns, strict=True):
        if weight:
            results[label][row] = Fraction(weight) if weight != 1 else 1
    return results


def violations(settings: Settings) -> list[Violation]:
    """Exposures of a release that holds a secret source; none otherwise."""
    sources = sorted(source.id for source in load_registry().values() if source.secret_statistique)
    read = pq.read_table(settings.raw / "inventaires.parquet", columns=["inventaire"])["inventaire"].to_pylist()
    known = load_inventories()
    inventories = sorted(
        item for item in read if known[item].secret_statistique and known[item].reading.mesh == "commune"
    )
    secret = sources + inventories
    if not secret:
        return []
    unknown = [
        release
        for release in kept_releases(settings.publication)
        if not memberships_file(settings.publication, release).is_file()
    ]
    if unknown:
        detail = f"the territories of release {unknown[0]} are not on record ({len(unknown)} such): remove that release"
        return [Violation("difference_de_totaux", "code_territoire", detail)]
    result = exposed(settings, memberships(settings.warehouse), () if sources else inventories)
    if not result:
        return []
    listed = "; ".join(item.commune for item in result[:SHOWN])
    detail = f"{', '.join(secret)} is secret, and the totals expose {len(result)} communes by subtraction: {listed}"
    return [Violation("difference_de_totaux", "code_territoire", detail)]
