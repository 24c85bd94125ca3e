"""Indices that a published figure must keep within, whatever the territory, and the territories known to leave them.

Bounds stand in expectations/published/plausibilite.json; an exception is a row of plausibilite_exceptions.csv with its
reason, and one that no longer serves closes the gate too.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.checks.expectations import Violation, validate

if TYPE_CHECKING:
    import pandas as pd

BOUNDS = "expect_column_values_to_be_between"
QUERY = """
    with flux as (from read_parquet($flux) where approche_bois = 'consommation'), stocks as (from read_parquet($stocks)),
    indices as (
        select maille, code_territoire, 'accroissement_t_par_ha' as regle, sum(flux_tco2e) / nullif(sum(surface_ha), 0) as indice
        from flux where nature = 'accroissement_biologique' group by all
        union all
        select maille, code_territoire, 'impermeabilisation_t', min(flux_tco2e)
        from flux
        where occupation_finale = 'artificiels_impermeabilises' and occupation_initiale not like 'artificiels%' group by all
        union all
        select maille, code_territoire, 'conversion_emission_t_par_ha', max(flux_tco2e / nullif(surface_ha, 0))
        from flux where nature = 'changement_usage_sol' group by all
        union all
        select maille, code_territoire, 'conversion_sequestration_t_par_ha', min(flux_tco2e / nullif(surface_ha, 0))
        from flux where nature = 'changement_usage_sol' group by all
        union all
        select maille, code_territoire, 'bois_t_par_habitant', any_value(flux_kt) * 1000 / nullif(any_value(population), 0)
        from (
            select maille, code_territoire, sum(flux_tco2e) / 1000 as flux_kt from flux
            where nature = 'produits_bois' group by all
        ) inner join (select maille, code_territoire, population from read_parquet($territoires)) using (maille, code_territoire)
        where maille in ('departement', 'region') group by all
        union all
        select maille, code_territoire, 'stock_tc_par_ha', 1000 * sum(stock_kt_c) / nullif(sum(surface_ha), 0)
        from stocks group by all
    )
    from indices where maille in ('epci', 'departement', 'region', 'france') and indice is not null
    union all
    select 'france', 'FR', 'part_epci_ou_la_foret_est_un_puits', avg(cast(indice < 0 as integer))
    from indices where maille = 'epci' and regle = 'accroissement_t_par_ha'
    order by all
"""


def frame(folder: Path) -> pd.DataFrame:
    """One row a territory and rule of a candidate: maille, code_territoire, regle, indice."""
    places = {"flux": "flux_carbone", "stocks": "stocks_par_occupation", "territoires": "territoires"}
    with duckdb.connect() as connection:
        chosen = {name: str(folder / "tables" / f"{table}.parquet") for name, table in places.items()}
        return connection.execute(QUERY, chosen).df()


def exceptions(path: Path) -> dict[tuple[str, str], str]:
    """Reason by territory and rule."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["code_territoire"], row["regle"]): row["motif"] for row in csv.DictReader(file)}


def without_exceptions(found: pd.DataFrame, known: dict[tuple[str, str], str]) -> pd.DataFrame:
    """The frame without the rows that an exception covers."""
    listed = [key in known for key in zip(found["code_territoire"], found["regle"], strict=True)]
    return found[[not one for one in listed]]


def violations(folder: Path, suite: Path, listed: Path, kind: str) -> list[Violation]:
    """Indices out of bounds without a reason, and reasons that no longer serve.

    Args:
        folder: the candidate.
        suite: bounds.
        listed: exceptions.
        kind: which set of bounds applies.
    """
    found, known = frame(folder), exceptions(listed)
    broken = validate(without_exceptions(found, known), suite, kind=kind, row_label="code_territoire")
    rules = set(found["regle"])
    for code, rule in sorted(known):
        if rule not in rules:
            broken.append(
                Violation("exception_inutile", "regle", f"{code} {rule}: {listed.name} names no rule of that name")
            )
        row = found[(found["code_territoire"] == code) & (found["regle"] == rule)]
        if len(row) and not any(one.rule == BOUNDS for one in validate(row, suite, kind=kind)):
            detail = f"{code} {rule} is back within the bounds: take it out of {listed.name}"
            broken.append(Violation("exception_inutile", "indice", detail))
    return broken
