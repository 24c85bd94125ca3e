"""Gate 3 on differencing: what the territories of this release, and of the vintages published beside it, expose by subtraction.

Exposures are listed in the house's report; they close the gate when a source of the release is marked `secret_statistique`.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.checks.differencing import Exposure, exposures
from dagster_project.checks.expectations import Violation
from dagster_project.publication.release import memberships_file, vintages
from dagster_project.settings import Settings
from dagster_project.sources.registry import load_registry

NAME = "differenciation"
SHOWN = 3


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


def exposed(settings: Settings) -> list[Exposure]:
    """Communes of the target COG that the published totals isolate, this release and the other current vintages together."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        rows = connection.execute(
            """
            select aldo.atome, cible.code_commune || ' ' || communes.nom_commune
            from intermediate.int_composition as aldo
            cross join staging.stg_execution as execution
            inner join intermediate.int_composition as cible
                on aldo.atome = cible.atome and cible.millesime = cast(execution.cog as varchar)
            inner join intermediate.int_communes as communes on cible.code_commune = communes.code_commune
            where aldo.millesime = 'aldo'
            """
        ).fetchall()
        cog = connection.execute("select cog from staging.stg_execution").fetchone()[0]
    tables = [memberships(settings.warehouse)]
    for vintage, place in vintages(settings.publication).items():
        kept = memberships_file(settings.publication, place.name)
        if vintage != cog and kept.is_file():
            tables.append(pq.read_table(kept))
    territories: dict[str, list[str]] = defaultdict(list)
    for table in tables:
        for label, atom in zip(table["territoire"].to_pylist(), table["atome"].to_pylist(), strict=True):
            territories[label].append(atom)
    return exposures(territories, dict(rows))


def violations(settings: Settings) -> list[Violation]:
    """Exposures of a release that holds a secret source; none otherwise."""
    secret = sorted(source.id for source in load_registry().values() if source.secret_statistique)
    found = exposed(settings) if secret else []
    if not found:
        return []
    listed = "; ".join(one.commune for one in found[:SHOWN])
    detail = f"{', '.join(secret)} is secret, and the totals expose {len(found)} communes by subtraction: {listed}"
    return [Violation("difference_de_totaux", "code_territoire", detail)]
