"""Ratios that give away a wrong unit or sign in ALDO's files, whatever the territory.

A file in kt, in carbon instead of CO2, or with the opposite sign passes every schema check; its tonnes per hectare or
per inhabitant do not, nor does its agreement with ALDO's own unit fluxes (soil losses carry N2O besides: + 10.5 %).
Bounds stand in expectations/raw/aldo_ordres_de_grandeur.json.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pandas as pd

SOURCES = ("aldo_flux_total", "aldo_accroissement_forets", "aldo_flux_unitaire")
FORESTS = ("forêt mixte", "forêt feuillu", "forêt conifere", "forêt peupleraie")
SEALING = "cultures_vers_sols artificiels imperméabilisés"
AFFORESTATION = "cultures_vers_forêt mixte"
RESERVOIRS = {SEALING: ("sol", "biomasse"), AFFORESTATION: ("sol", "biomasse", "litiere")}


def frame(raw: Path) -> pd.DataFrame:
    """One row of ratios, in ALDO's sign (positive = sequestration), computed on the raw tables."""

    def cell(label: str, table: str) -> str:
        return f'try_cast({table}."{label}" as double)'

    def total(label: str, table: str) -> str:
        return f"sum({cell(label, table)})"

    def converted(pair: str) -> str:
        return total(f"{pair}_surface_ha_an-1", "total")

    def flux(pair: str) -> str:
        return total(f"{pair}_tCO2e_an-1", "total")

    def expected(pair: str) -> str:
        """Converted area times the unit fluxes of the third file (N2O excepted)."""
        units = [f"{pair}_{reservoir}_tCO2e_ha-1" for reservoir in RESERVOIRS[pair]]
        per_ha = " + ".join(f"coalesce({cell(unit, 'unitaire')}, 0)" for unit in units)
        return f"sum({cell(f'{pair}_surface_ha_an-1', 'total')} * ({per_ha}))"

    growth = " + ".join(total(f"{forest}_flux_tCO2e_an-1", "forets") for forest in FORESTS)
    area = " + ".join(total(f"{forest}_surface_ha", "forets") for forest in FORESTS)
    wood = total("total_consommation_flux_tCO2e_an-1", "forets")
    query = f"""
        select
            ({growth}) / nullif({area}, 0) as foret_sequestration_t_par_ha,
            ({area}) / count(*) as foret_ha_par_ligne,
            {wood} / nullif({total("population", "forets")}, 0) as bois_consommation_sequestration_t_par_habitant,
            {flux(SEALING)} / nullif({converted(SEALING)}, 0) as cultures_impermeabilisees_sequestration_t_par_ha,
            {flux(SEALING)} / nullif({expected(SEALING)}, 0) as cultures_impermeabilisees_flux_sur_flux_unitaires,
            {flux(AFFORESTATION)} / nullif({converted(AFFORESTATION)}, 0) as forets_gagnees_sur_cultures_sequestration_t_par_ha,
            {flux(AFFORESTATION)} / nullif({expected(AFFORESTATION)}, 0) as forets_gagnees_sur_cultures_flux_sur_flux_unitaires
        from read_parquet(?) as total
        inner join read_parquet(?) as forets on total.insee = forets.insee
        inner join read_parquet(?) as unitaire on total.insee = unitaire.insee
    """  # noqa: S608 - labels are constants of this module
    with duckdb.connect() as connection:
        return connection.execute(query, [str(raw / f"{name}.parquet") for name in SOURCES]).df()
