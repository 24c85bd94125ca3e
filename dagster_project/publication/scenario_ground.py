"""The ground of a scenario: a scratch copy of one territory's rows, and the user's changes and areas applied to it.

A change is shared between the rows of ALDO as the conversions of its kind are; where there are none, as the initial land use is.
Areas scale stocks, and the growth of forests; densities and reference fluxes stay ALDO's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import duckdb

TERRITORY = ("int_territoires", "int_flux_territoires", "int_stocks_territoires", "int_appartenances")
RESERVOIRS = ("sol", "biomasse", "litiere")
Fact = dict[str, str | None]


class Line(Protocol):
    """A checked line of a scenario (see ingest/scenarios.py)."""

    number: int
    type: str
    subject: str
    target: str | None
    hectares: float


class ScenarioError(Exception):
    """The scenario does not fit the territory; the message names the line and what to do."""


def copy(scratch: duckdb.DuckDBPyConnection, warehouse: Path, territory: tuple[str, str]) -> None:
    """The territory's rows, under the names that compiled queries use."""
    place = str(warehouse).replace("'", "''")
    scratch.execute(f"attach '{place}' as entrepot (read_only)")
    scratch.execute("attach ':memory:' as brouillon")
    for schema in ("staging", "intermediate", "marts", "seeds"):
        scratch.execute(f"create schema brouillon.{schema}")
    for table in TERRITORY:
        scratch.execute(
            f"create table brouillon.intermediate.{table} as"
            f" from entrepot.intermediate.{table} where maille = ? and code_territoire = ?",
            territory,
        )
    if not scratch.execute("from brouillon.intermediate.int_territoires").fetchall():
        raise ScenarioError(f"no territory {territory[1]} at mesh {territory[0]} in the warehouse")
    members = "code_commune_aldo in (select code_commune_aldo from brouillon.intermediate.int_appartenances)"
    for table in ("int_conversions", "int_stocks"):
        scratch.execute(
            f"create table brouillon.intermediate.{table} as from entrepot.intermediate.{table} where {members}"
        )
    scratch.execute("create table brouillon.intermediate.int_constantes as from entrepot.intermediate.int_constantes")
    scratch.execute("create table brouillon.staging.stg_execution as from entrepot.staging.stg_execution")


def apply(scratch: duckdb.DuckDBPyConnection, line: Line) -> list[Fact]:
    """Apply one change or area; what rows it touches, as values of their columns."""
    return _change(scratch, line) if line.type == "changement" else _area(scratch, line)


def _change(scratch: duckdb.DuckDBPyConnection, line: Line) -> list[Fact]:
    """Replace the conversions of one pair by the scenario's hectares, shared between the rows of ALDO."""
    key = f"{line.subject}__{line.target}"
    standing, level_1, _ = _land(scratch, line.subject)
    _, final_1, _ = _land(scratch, line.target)
    if line.hectares > standing:
        raise ScenarioError(
            f"line {line.number}: {line.hectares:g} ha a year of {line.subject}, of which the territory has {standing:g} ha;"
            " check the figure, or give its own area (type surface) on a line above"
        )
    units = ", ".join(f"flux.flux_unitaire_tco2e_ha__{key}__{one} as unitaire_{one}" for one in RESERVOIRS)
    scratch.execute(f"""
        create or replace temp table partage as
        select parts.code_commune_aldo, poids__changement_usage_sol as poids, {units},
            coalesce(conversions.surface_ha, 0) as converties, stocks.surface_ha__{line.subject} as presentes
        from brouillon.intermediate.int_appartenances as parts
        inner join entrepot.intermediate.int_flux_atmosphere as flux on parts.code_commune_aldo = flux.code_commune_aldo
        inner join brouillon.intermediate.int_stocks as stocks on parts.code_commune_aldo = stocks.code_commune_aldo
        left join brouillon.intermediate.int_conversions as conversions
            on parts.code_commune_aldo = conversions.code_commune_aldo and conversions.cle = '{key}'
    """)  # noqa: S608 - codes were checked against the vocabulary
    scratch.execute("delete from brouillon.intermediate.int_conversions where cle = ?", [key])
    scratch.execute(
        """
        insert into brouillon.intermediate.int_conversions by name
        with bases as (
            select *, case when sum(poids * converties) over () > 0 then converties else presentes end as base from partage
        )
        select code_commune_aldo, ? as cle, ? as occupation_initiale, ? as occupation_finale, ? as initiale_n1, ? as finale_n1,
            ? * base / sum(poids * base) over () as surface_ha, unitaire_sol, unitaire_biomasse, unitaire_litiere
        from bases where base > 0
        """,
        [key, line.subject, line.target, level_1, final_1, line.hectares],
    )
    fact = {"nature": "changement_usage_sol", "occupation_initiale": line.subject, "occupation_finale": line.target,
            "occupation_finale_n1": final_1}  # fmt: skip
    return [fact]


def _area(scratch: duckdb.DuckDBPyConnection, line: Line) -> list[Fact]:
    """Scale the stocks of a land use, and the growth of a forest, to the scenario's hectares."""
    standing, level_1, origin = _land(scratch, line.subject)
    if not standing and line.hectares:
        raise ScenarioError(
            f"line {line.number}: the territory has no {line.subject} in ALDO, hence no density to multiply"
            " these hectares by; take the line away"
        )
    ratio = line.hectares / standing if standing else 1
    scratch.execute(
        "update brouillon.intermediate.int_stocks_territoires set stock_tc = stock_tc * ?, surface_ha = ? where occupation = ?",
        [ratio, line.hectares, line.subject],
    )
    growth = "nature = 'accroissement_biologique' and occupation_finale = ?"
    scratch.execute(
        f"update brouillon.intermediate.int_flux_territoires set surface_ha = ?, flux_tco2e = flux_tco2e * ?,"  # noqa: S608
        f" sequestration_tco2e = sequestration_tco2e * ?, emission_tco2e = emission_tco2e * ? where {growth}",
        [line.hectares, ratio, ratio, ratio, line.subject],
    )
    facts: list[Fact] = [{"occupation": line.subject, "occupation_n1": level_1, "origine": origin}]
    if level_1 == "forets":
        facts.append({"nature": "accroissement_biologique", "occupation_initiale": None, "occupation_finale": line.subject,
                      "occupation_finale_n1": "forets"})  # fmt: skip
    return facts


def _land(scratch: duckdb.DuckDBPyConnection, use: str) -> tuple[float, str, str]:
    """Hectares of a land use in the territory, its level 1, the origin that its stocks are filed under."""
    query = """
        select coalesce(max(surface_ha), 0), max(occupation_n1), max(origine)
        from brouillon.intermediate.int_stocks_territoires where occupation = ?
    """
    area, level_1, origin = scratch.execute(query, [use]).fetchone()
    return float(area), level_1, origin
