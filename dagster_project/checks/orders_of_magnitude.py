"""Ratios that give away a wrong unit or sign in ALDO's files, whatever the territory.

A file in kt, in carbon instead of CO2, or with the opposite sign passes every schema check; its tonnes per hectare or
per inhabitant do not, nor does its agreement with ALDO's own unit fluxes (soil losses carry N2O besides: + 10.5 %).
Bounds stand in expectations/raw/aldo_ordres_de_grandeur.json.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.core.sql import templates

if TYPE_CHECKING:
    import pandas as pd

SQL = templates(Path(__file__).with_name("orders_of_magnitude.sql.j2"))
SOURCES = ("aldo_flux_total", "aldo_accroissement_forets", "aldo_flux_unitaire")


def frame(raw: Path) -> pd.DataFrame:
    """One row of ratios, in ALDO's sign (positive = sequestration), computed on the raw tables."""
    with duckdb.connect() as connection:
        return connection.execute(SQL["ratios"].render(), [str(raw / f"{name}.parquet") for name in SOURCES]).df()
