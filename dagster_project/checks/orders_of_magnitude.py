"""Ratios that give away a wrong unit or sign in ALDO's files, whatever the territory.

A file in kt, in carbon instead of CO2, or with the opposite sign passes every schema check; its tonnes per hectare
or per inhabitant do not. Bounds stand in expectations/raw/aldo_ordres_de_grandeur.json.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pandas as pd

FORESTS = ("forêt mixte", "forêt feuillu", "forêt conifere", "forêt peupleraie")
SEALING = "cultures_vers_sols artificiels imperméabilisés"
AFFORESTATION = "cultures_vers_forêt mixte"


def frame(raw: Path) -> pd.DataFrame:
    """One row of ratios, in ALDO's sign (positive = sequestration), computed on the raw tables."""

    def total(label: str, table: str) -> str:
        return f'sum(try_cast({table}."{label}" as double))'

    growth = " + ".join(total(f"{forest}_flux_tCO2e_an-1", "forets") for forest in FORESTS)
    area = " + ".join(total(f"{forest}_surface_ha", "forets") for forest in FORESTS)
    people = total("population", "forets")
    query = f"""
        select
            ({growth}) / nullif({area}, 0) as foret_sequestration_t_par_ha,
            {total(SEALING + "_tCO2e_an-1", "total")} / nullif({total(SEALING + "_surface_ha_an-1", "total")}, 0)
                as cultures_impermeabilisees_sequestration_t_par_ha,
            {total(AFFORESTATION + "_tCO2e_an-1", "total")}
                / nullif({total(AFFORESTATION + "_surface_ha_an-1", "total")}, 0)
                as forets_gagnees_sur_cultures_sequestration_t_par_ha,
            {total("total_consommation_flux_tCO2e_an-1", "forets")} / nullif({people}, 0)
                as bois_consommation_sequestration_t_par_habitant,
            ({area}) / count(*) as foret_ha_par_ligne
        from read_parquet(?) as total
        inner join read_parquet(?) as forets on total.insee = forets.insee
    """  # noqa: S608 - labels are constants of this module
    paths = [str(raw / f"{name}.parquet") for name in ("aldo_flux_total", "aldo_accroissement_forets")]
    with duckdb.connect() as connection:
        return connection.execute(query, paths).df()
