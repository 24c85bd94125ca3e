"""The ground of a scenario: a scratch copy of one territory's rows, and the user's changes and areas applied to it.

A change is shared between the rows of ALDO as the conversions of its kind are; where there are none, as the initial land use is.
Areas scale stocks, the growth of forests and the wood harvested in them; densities and reference fluxes stay ALDO's.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import duckdb

from dagster_project.core.errors import FluxError
from dagster_project.core.sql import first_row, literal, scalar, templates

SQL = templates(Path(__file__).with_name("scenario_ground.sql.j2"))
TERRITORY = ("int_territoires", "int_flux_territoires", "int_stocks_territoires", "int_appartenances")
ROUNDING = 1e-9
RESERVOIRS = ("sol", "biomasse", "litiere")
FORESTS = ("foret_mixte", "foret_feuillu", "foret_conifere", "foret_peupleraie")
Fact = dict[str, str | None]


class Line(Protocol):
    """A checked line of a scenario (see ingest/scenarios.py)."""

    number: int
    type: str
    subject: str
    target: str | None
    hectares: float


class ScenarioError(FluxError):
    """The scenario does not fit the territory; the message names the line and what to do."""


def copy(scratch: duckdb.DuckDBPyConnection, warehouse: Path, territory: tuple[str, str]) -> None:
    """The territory's rows, under the names that compiled queries use.

    Raises:
        ScenarioError: an unknown territory, or one that ALDO does not describe.
    """
    scratch.execute(f"attach {literal(warehouse)} as entrepot (read_only)")
    scratch.execute("attach ':memory:' as brouillon")
    for schema in ("staging", "intermediate", "marts", "seeds"):
        scratch.execute(f"create schema brouillon.{schema}")
    for table in TERRITORY:
        scratch.execute(
            f"create table brouillon.intermediate.{table} as"
            f" from entrepot.intermediate.{table} where maille = ? and code_territoire = ?",
            territory,
        )
    result = scratch.execute("select n_communes_couvertes from brouillon.intermediate.int_territoires").fetchone()
    if result is None:
        query = "select string_agg(maille, ', ') from entrepot.intermediate.int_territoires where code_territoire = ?"
        elsewhere = scalar(scratch, query, [territory[1]])
        remedy = f"; it stands at mesh {elsewhere} (--maille)" if elsewhere else ""
        raise ScenarioError(f"no territory {territory[1]} at mesh {territory[0]} in the warehouse{remedy}")
    if not result[0]:
        raise ScenarioError(f"ALDO does not describe {territory[0]} {territory[1]}: there is nothing to start from")
    members = "code_commune_aldo in (select code_commune_aldo from brouillon.intermediate.int_appartenances)"
    for table in ("int_conversions", "int_stocks"):
        scratch.execute(
            f"create table brouillon.intermediate.{table} as from entrepot.intermediate.{table} where {members}"
        )
    scratch.execute("create table brouillon.intermediate.int_constantes as from entrepot.intermediate.int_constantes")
    scratch.execute("create table brouillon.staging.stg_execution as from entrepot.staging.stg_execution")


def apply(scratch: duckdb.DuckDBPyConnection, lines: Sequence[Line]) -> list[Fact]:
    """Apply areas, then changes; what rows they touch, as values of their columns."""
    areas = [line for line in lines if line.type == "surface"]
    refuse_more_land_than_there_is(scratch, areas)
    ratios = {line.subject: line.hectares / standing for line in areas if (standing := _land(scratch, line.subject)[0])}
    facts = [fact for line in areas for fact in _area(scratch, line)]
    if set(ratios) & set(FORESTS):
        facts += _harvest(scratch, ratios)
    used: dict[str, float] = {}
    for line in (item for item in lines if item.type == "changement"):
        used[line.subject] = used.get(line.subject, 0) + line.hectares
        facts += _change(scratch, line, used[line.subject])
    return facts


def _change(scratch: duckdb.DuckDBPyConnection, line: Line, used: float) -> list[Fact]:
    """Replace the conversions of one pair by the scenario's hectares, shared between the rows of ALDO."""
    key = f"{line.subject}__{line.target}"
    standing, level_1, _ = _land(scratch, line.subject)
    _, final_1, _ = _land(scratch, line.target)
    scratch.execute(SQL["shares"].render(reservoirs=RESERVOIRS, key=key, subject=line.subject))
    estimated = scalar(scratch, SQL["estimated"].render())
    if not estimated:
        raise ScenarioError(
            f"line {line.number}: ALDO does not estimate {line.subject} to {line.target}; take the line away"
        )
    converted = scalar(scratch, SQL["converted"].render(), [line.subject])
    if used > max(standing, float(converted)) * (
        1 + ROUNDING
    ):  # ALDO's own figures come from two maps, and may exceed the area
        raise ScenarioError(
            f"line {line.number}: {used:g} ha a year of {line.subject} in all, of which the territory has {standing:g} ha;"
            " check the figures"
        )
    scratch.execute("delete from brouillon.intermediate.int_conversions where cle = ?", [key])
    scratch.execute(
        SQL["new_conversions"].render(),
        [key, line.subject, line.target, level_1, final_1, line.hectares],
    )
    fact: Fact = {
        "nature": "changement_usage_sol",
        "occupation_initiale": line.subject,
        "occupation_finale": line.target,
    }
    return [{**fact, "occupation_finale_n1": final_1}]


def _area(scratch: duckdb.DuckDBPyConnection, line: Line) -> list[Fact]:
    """Scale the stocks of a land use, and the growth of a forest, to the scenario's hectares."""
    standing, level_1, origin = _land(scratch, line.subject)
    if not standing and line.hectares and line.subject in FORESTS:
        raise ScenarioError(f"line {line.number}: the territory has no {line.subject}: ALDO gives no growth for it")
    if standing:
        ratio = line.hectares / standing
        scratch.execute(
            "update brouillon.intermediate.int_stocks_territoires set stock_tc = stock_tc * ? where occupation = ?",
            [ratio, line.subject],
        )
        scratch.execute(
            "update brouillon.intermediate.int_flux_territoires set surface_ha = ?, flux_tco2e = flux_tco2e * ?,"
            " sequestration_tco2e = sequestration_tco2e * ?, emission_tco2e = emission_tco2e * ?"
            " where nature = 'accroissement_biologique' and occupation_finale = ?",
            [line.hectares, ratio, ratio, ratio, line.subject],
        )
    else:
        for nature in ("sol", "biomasse_vivante"):
            density = f"densite_tc_ha__{line.subject}__{nature}"
            values = [line.hectares, line.subject, nature]
            scratch.execute(SQL["new_stock"].render(density=density), values)
    scratch.execute(
        "update brouillon.intermediate.int_stocks_territoires set surface_ha = ? where occupation = ?",
        [line.hectares, line.subject],
    )
    facts: list[Fact] = [{"occupation": line.subject, "occupation_n1": level_1, "origine": origin}]
    if line.subject in FORESTS:
        growth: Fact = {
            "nature": "accroissement_biologique",
            "occupation_initiale": None,
            "occupation_finale": line.subject,
        }
        facts.append({**growth, "occupation_finale_n1": "forets"})
    return facts


def _harvest(scratch: duckdb.DuckDBPyConnection, ratios: dict[str, float]) -> list[Fact]:
    """Wood by harvest follows the forests that it comes from: harvest of each composition times the ratio of its area."""
    rows = scratch.execute(SQL["harvest"].render(forests=FORESTS, ratios=ratios)).fetchall()
    for use, ratio in rows:
        scratch.execute(
            "update brouillon.intermediate.int_flux_territoires set flux_tco2e = flux_tco2e * ?,"
            " sequestration_tco2e = sequestration_tco2e * ?, emission_tco2e = emission_tco2e * ? where cle = ?",
            [ratio, ratio, ratio, f"bois__recolte__{use}"],
        )
        scratch.execute(
            "update brouillon.intermediate.int_stocks_territoires set stock_tc = stock_tc * ? where cle = ?",
            [ratio, f"bois__recolte__{use}"],
        )
    wood: Fact = {"approche_bois": "recolte"}
    return [
        {
            **wood,
            "nature": "produits_bois",
            "occupation_finale": "produits_bois",
            "occupation_finale_n1": "produits_bois",
        },
        {**wood, "occupation": "produits_bois", "origine": "produits_bois"},
    ]


def _land(scratch: duckdb.DuckDBPyConnection, use: str | None) -> tuple[float, str, str]:
    """Hectares of a land use in the territory, its level 1, the origin that its stocks are filed under."""
    query = """
        select coalesce(max(surface_ha), 0), max(occupation_n1), max(origine)
        from brouillon.intermediate.int_stocks_territoires where occupation = ?
    """
    area, level_1, origin = first_row(scratch, query, [use])
    return float(area), level_1, origin


def refuse_more_land_than_there_is(scratch: duckdb.DuckDBPyConnection, areas: Sequence[Line]) -> None:
    """The areas of a scenario together, each of which may fit alone."""
    land, total = territory_land(scratch), sum(line.hectares for line in areas)
    if land is not None and total > land:
        problem = f"{total:g} ha in all, in a territory of {float(land):g} ha"
        raise ScenarioError(f"line {', '.join(str(line.number) for line in areas)}: {problem}; check the figures")


def territory_land(scratch: duckdb.DuckDBPyConnection) -> float | None:
    """Area of the territory in hectares, where it is known."""
    result = scalar(scratch, "select surface_ha from brouillon.intermediate.int_territoires")
    return None if result is None else float(result)


def described_land(scratch: duckdb.DuckDBPyConnection) -> float:
    """Hectares of all land uses together, the scenario's and those that it leaves as they are."""
    query = """
        select coalesce(sum(surface_ha), 0)
        from (select distinct occupation, surface_ha from brouillon.intermediate.int_stocks_territoires)
    """
    return float(scalar(scratch, query))
