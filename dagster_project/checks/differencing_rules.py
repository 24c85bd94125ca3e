"""Gate 3 on differencing: what this release, and those published before and beside it, expose by subtraction.

Exposures are listed in the house's report; they close the gate when a source of the release is marked `secret_statistique`.
"""

from __future__ import annotations

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
from dagster_project.release.switch import ever_published, kept_releases, memberships_file
from dagster_project.settings import Settings
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.registry import load_registry

NAME = "differenciation"
SHOWN = 3


# What a row of each source is called: in today's communes, all of those that it went to, and in its own list.
OF_ALDO = """
    select passage.code_commune_aldo,
        string_agg(passage.code_commune || ' ' || communes.nom_commune, ' + ' order by passage.code_commune),
        'ligne ALDO ' || passage.code_commune_aldo
    from intermediate.int_passage_aldo as passage
    inner join staging.stg_execution as execution on passage.millesime_cible = cast(execution.cog as varchar)
    inner join intermediate.int_communes as communes using (code_commune)
    group by passage.code_commune_aldo
"""
OF_INVENTORIES = """
    with lues as (
        select distinct inventaire, code_source from intermediate.int_inventaires_cellules
        where list_contains($inventories, inventaire)
    )
    select lues.code_source, string_agg(distinct passage.code_cible || ' ' || communes.nom_commune, ' + '),
        string_agg(distinct 'ligne ' || lues.inventaire || ' ' || lues.code_source, ', ')
    from lues
    inner join staging.stg_inventaires as contrats using (inventaire)
    cross join staging.stg_execution as execution
    inner join intermediate.int_passage_execution as passage
        on passage.millesime_source = contrats.millesime and passage.millesime_cible = cast(execution.cog as varchar)
            and passage.code_source = lues.code_source
    inner join intermediate.int_communes as communes on passage.code_cible = communes.code_commune
    where contrats.millesime = $vintage
    group by lues.code_source
"""
ALDO = "aldo"
METHODS = ("surface", "population")
# Weights of nine decimals, summed exactly: what two territories share of a row adds up to what a third has of it. A territory of
# the user's own that cuts communes of today has weights of its own.
MEMBERSHIPS = """
    with execution as (select cast(cog as varchar) as cog from staging.stg_execution),
    entiers as (
        select membres.maille, membres.code_territoire, membres.code_commune
        from intermediate.int_membres as membres
        inner join intermediate.int_territoires as territoires using (maille, code_territoire)
        where territoires.n_communes_partielles = 0
    ),
    pieces as (
        select 'aldo' as liste, code_commune_aldo as ligne, code_commune, poids_surface, poids_population
        from intermediate.int_passage_aldo inner join execution on millesime_cible = execution.cog
        union all
        select passage.millesime_source, passage.code_source, passage.code_cible, passage.poids_surface, passage.poids_population
        from intermediate.int_passage_execution as passage
        inner join execution on passage.millesime_cible = execution.cog
        where passage.millesime_source in (select millesime from staging.stg_inventaires where maille_source = 'commune')
    ),
    coupes as (
        select maille, code_territoire, 'aldo' as liste, code_commune_aldo as ligne, poids_surface, poids_population
        from intermediate.int_passage_territoires
        union all
        select maille, code_territoire, millesime, code_source, poids_surface, poids_population
        from intermediate.int_inventaires_appartenances where maille_source = 'commune'
    ),
    parts as (
        select entiers.maille, entiers.code_territoire, pieces.liste, pieces.ligne, pieces.poids_surface,
            pieces.poids_population
        from entiers inner join pieces using (code_commune)
        union all
        select coupes.* from coupes where (maille, code_territoire) not in (select (maille, code_territoire) from entiers)
    )
    select parts.maille || ' ' || parts.code_territoire || ' (COG ' || execution.cog || ')' as territoire, parts.liste,
        parts.ligne, sum(cast(parts.poids_surface as decimal(18, 9))) as surface,
        sum(cast(parts.poids_population as decimal(18, 9))) as population
    from parts cross join execution
    where parts.liste <> 'aldo' or parts.code_territoire <> 'FR_ENTIERE'
    group by all order by all
"""
# Releases of the first version of the set noted atoms of land: the part of a row's atoms that is inside stands for its weight.
ATOMS = """
    with lignes as (
        select 'aldo' as liste, composition.atome, coalesce(corrections.code_commune_aldo, composition.code_commune) as ligne
        from intermediate.int_composition as composition
        left join seeds.corrections_aldo as corrections on composition.code_commune = corrections.code_commune
        where composition.millesime = 'aldo'
        union all
        select millesime, atome, code_commune from intermediate.int_composition
        where millesime in (select millesime from staging.stg_inventaires where maille_source = 'commune')
    ),
    lignes_comptees as (select *, count(*) over (partition by liste, ligne) as n_atomes from lignes)
    select anciens.territoire, liste, ligne, cast(count(*) / any_value(n_atomes) as decimal(18, 9)) as surface,
        surface as population
    from read_parquet($path) as anciens inner join lignes_comptees using (atome) group by all
"""
Weighed = dict[str, dict[str, Exact]]


def memberships(warehouse: Path) -> pa.Table:
    """What each territory holds of each row of the sources by commune: territoire, liste, ligne, surface, population."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(MEMBERSHIPS).to_arrow_table()


def exposed(settings: Settings, own: pa.Table, inventories: Sequence[str] = ()) -> list[Exposure]:
    """Rows of ALDO, or communes of inventories, that the published totals isolate: this release and all before it, together.

    Args:
        settings: where the warehouse and the releases are.
        own: memberships of this release.
        inventories: look at the communes of these inventories, in their own lists, and not at ALDO's.
    """
    found: dict[str, Exposure] = {}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        tables = [("", own), *_before(settings, connection)]
        for vintage, rows in _rows_of(connection, inventories):
            named = {row: (commune, source) for row, commune, source in rows}
            for method in METHODS:
                for one in exposures(territories_of(tables, vintage, method), named):
                    found.setdefault(one.commune, one)
    return sorted(found.values(), key=lambda one: one.commune)


def _rows_of(
    connection: duckdb.DuckDBPyConnection, inventories: Sequence[str]
) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Rows of the sources by list: ALDO's, or those of inventories, vintage by vintage."""
    if not inventories:
        return [(ALDO, connection.execute(OF_ALDO).fetchall())]
    query = "select distinct millesime from staging.stg_inventaires where list_contains(?, inventaire) order by all"
    vintages = [row[0] for row in connection.execute(query, [list(inventories)]).fetchall()]
    return [
        (one, connection.execute(OF_INVENTORIES, {"inventories": list(inventories), "vintage": one}).fetchall())
        for one in vintages
    ]


def _before(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, pa.Table]]:
    """Memberships of every release so far, those that are the same once, by release."""
    seen: set[bytes] = set()
    found = []
    for release in ever_published(settings.publication):
        path = memberships_file(settings.publication, release)
        if (digest := hashlib.sha256(path.read_bytes()).digest()) not in seen:
            seen.add(digest)
            table = pq.read_table(path)
            if "atome" in table.column_names:
                table = connection.execute(ATOMS, {"path": str(path)}).to_arrow_table()
            found.append((release, table))
    return found


def territories_of(tables: Sequence[tuple[str, pa.Table]], vintage: str, method: str) -> Weighed:
    """Weights of the rows of one list in each territory; the same name for other land is another one (the user changed it)."""
    found: Weighed = {}
    for release, table in tables:
        for label, rows in _weights(table, vintage, method).items():
            if found.setdefault(label, rows) != rows:
                found[f"{label} [{release}]"] = rows
    return found


def _weights(table: pa.Table, vintage: str, method: str) -> Weighed:
    found: Weighed = defaultdict(dict)
    mine = table.filter(pc.equal(table["liste"], vintage))
    columns = (mine[name].to_pylist() for name in ("territoire", "ligne", method))
    for label, row, weight in zip(*columns, strict=True):
        if weight:
            found[label][row] = Fraction(weight) if weight != 1 else 1
    return found


def violations(settings: Settings) -> list[Violation]:
    """Exposures of a release that holds a secret source; none otherwise."""
    sources = sorted(source.id for source in load_registry().values() if source.secret_statistique)
    read = pq.read_table(settings.raw / "inventaires.parquet", columns=["inventaire"])["inventaire"].to_pylist()
    known = load_inventories()
    inventories = sorted(one for one in read if known[one].secret_statistique and known[one].reading.mesh == "commune")
    secret = sources + inventories
    if not secret:
        return []
    unknown = [
        one for one in kept_releases(settings.publication) if not memberships_file(settings.publication, one).is_file()
    ]
    if unknown:
        detail = f"the territories of release {unknown[0]} are not on record ({len(unknown)} such): remove that release"
        return [Violation("difference_de_totaux", "code_territoire", detail)]
    found = exposed(settings, memberships(settings.warehouse), () if sources else inventories)
    if not found:
        return []
    listed = "; ".join(one.commune for one in found[:SHOWN])
    detail = f"{', '.join(secret)} is secret, and the totals expose {len(found)} communes by subtraction: {listed}"
    return [Violation("difference_de_totaux", "code_territoire", detail)]
