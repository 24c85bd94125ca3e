"""Gate 3 on differencing: what this release, and those published before and beside it, expose by subtraction.

Exposures are listed in the house's report; they close the gate when a source of the release is marked `secret_statistique`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.checks.differencing import Exposure, exposures
from dagster_project.checks.expectations import Violation
from dagster_project.publication.release import ever_published, kept_releases, memberships_file
from dagster_project.settings import Settings
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.registry import load_registry

NAME = "differenciation"
SHOWN = 3


OF_ALDO = """
    select aldo.atome, cible.code_commune || ' ' || communes.nom_commune,
        'ligne ALDO ' || coalesce(corrections.code_commune_aldo, aldo.code_commune)
    from intermediate.int_composition as aldo
    cross join staging.stg_execution as execution
    inner join intermediate.int_composition as cible
        on aldo.atome = cible.atome and cible.millesime = cast(execution.cog as varchar)
    inner join intermediate.int_communes as communes on cible.code_commune = communes.code_commune
    left join seeds.corrections_aldo as corrections on aldo.code_commune = corrections.code_commune
    where aldo.millesime = 'aldo'
"""
OF_INVENTORIES = """
    with lues as (
        select distinct inventaire, code_source from intermediate.int_inventaires_cellules where list_contains(?, inventaire)
    )
    select source.atome, any_value(cible.code_commune || ' ' || communes.nom_commune),
        string_agg('ligne ' || lues.inventaire || ' ' || lues.code_source, ', ' order by lues.inventaire)
    from lues
    inner join staging.stg_inventaires as contrats using (inventaire)
    inner join intermediate.int_composition as source
        on contrats.millesime = source.millesime and lues.code_source = source.code_commune
    cross join staging.stg_execution as execution
    inner join intermediate.int_composition as cible
        on source.atome = cible.atome and cible.millesime = cast(execution.cog as varchar)
    inner join intermediate.int_communes as communes on cible.code_commune = communes.code_commune
    group by source.atome
"""


def memberships(warehouse: Path) -> pa.Table:
    """The atoms of each published territory: columns territoire, atome."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            """
            with execution as (select cast(cog as varchar) as cog from staging.stg_execution),
            communes as (
                select maille, code_territoire, millesime, code_commune from intermediate.int_membres
                where (maille, code_territoire) not in (select (maille, code_territoire) from intermediate.int_membres_locaux)
                union all
                select maille, code_territoire, millesime, code_commune from intermediate.int_membres_locaux
            )
            select maille || ' ' || code_territoire || ' (COG ' || execution.cog || ')' as territoire, composition.atome
            from communes
            cross join execution
            inner join intermediate.int_composition as composition using (millesime, code_commune)
            order by all
            """
        ).to_arrow_table()


def exposed(settings: Settings, own: pa.Table, inventories: Sequence[str] = ()) -> list[Exposure]:
    """Communes, of the target COG or of ALDO, that the published totals isolate: this release and all before it, together.

    Args:
        settings: where the warehouse and the releases are.
        own: memberships of this release.
        inventories: look at the communes of these inventories, in their own lists, and not at ALDO's.
    """
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        query = OF_INVENTORIES if inventories else OF_ALDO
        rows = connection.execute(query, [list(inventories)] if inventories else None).fetchall()
    territories = _pieces(own)
    seen: set[bytes] = set()
    for release in ever_published(settings.publication):
        path = memberships_file(settings.publication, release)
        if (digest := hashlib.sha256(path.read_bytes()).digest()) in seen:
            continue
        seen.add(digest)
        for label, pieces in _pieces(pq.read_table(path)).items():
            if (
                territories.setdefault(label, pieces) != pieces
            ):  # the same name for other land: the user changed a territory
                territories[f"{label} [{release}]"] = pieces
    return exposures(territories, {atom: (commune, source) for atom, commune, source in rows})


def _pieces(table: pa.Table) -> dict[str, set[str]]:
    """The atoms of each territory."""
    found: dict[str, set[str]] = defaultdict(set)
    for label, atom in zip(table["territoire"].to_pylist(), table["atome"].to_pylist(), strict=True):
        found[label].add(atom)
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
