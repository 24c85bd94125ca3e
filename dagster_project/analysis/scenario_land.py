"""How much land a scenario speaks of, beside what the territory has; and what a line of a scenario is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import duckdb

from dagster_project.core.errors import FluxError
from dagster_project.core.sql import scalar


class Line(Protocol):
    """A checked line of a scenario (see ingest/scenarios.py)."""

    number: int
    type: str
    subject: str
    target: str | None
    hectares: float


class ScenarioError(FluxError):
    """The scenario does not fit the territory; the message names the line and what to do."""


def refuse_more_land_than_there_is(scratch: duckdb.DuckDBPyConnection, areas: Sequence[Line]) -> None:
    """The areas of a scenario together, each of which may fit alone."""
    land, total = territory_land(scratch), sum(line.hectares for line in areas)
    if land is not None and total > land:
        problem = f"{total:g} ha in all, in a territory of {float(land):g} ha"
        raise ScenarioError(f"line {', '.join(str(line.number) for line in areas)}: {problem}; check the figures")


def territory_land(scratch: duckdb.DuckDBPyConnection) -> float | None:
    """Area of the territory in hectares, where it is known."""
    found = scalar(scratch, "select surface_ha from brouillon.intermediate.int_territoires")
    return None if found is None else float(found)


def described_land(scratch: duckdb.DuckDBPyConnection) -> float:
    """Hectares of all land uses together, the scenario's and those that it leaves as they are."""
    query = """
        select coalesce(sum(surface_ha), 0)
        from (select distinct occupation, surface_ha from brouillon.intermediate.int_stocks_territoires)
    """
    return float(scalar(scratch, query))
