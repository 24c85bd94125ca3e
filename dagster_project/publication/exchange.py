"""Tables in the convention of a publisher: every flux column switched by the one function of conventions.py.

Names follow units. Figures are switched as decimals: a table that goes out and comes back is the same, to the bit in its own
unit, to the last digit of a double in another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa

from dagster_project.publication.conventions import CONVENTIONS, Convention, convert, is_flux

HOUSE = CONVENTIONS["atmosphere"]
SUFFIXES = {0: ("_tco2e", "_tc"), -3: ("_kt_co2e", "_kt_c")}


def express(
    table: pa.Table, units: Mapping[str, str | None], target: str, *, back: bool = False, keep_units: bool = False
) -> pa.Table:
    """A table of the house in a publisher's convention, or the other way round.

    Args:
        table: figures are doubles.
        units: unit of each column in the house, None where it has none; only fluxes change.
        target: the publisher.
        back: from the publisher to the house; `units` are still those of the house.
        keep_units: the sign alone changes.

    Returns:
        the table, columns renamed where their unit changed (`flux_tco2e` becomes `flux_kt_co2e`).
    """
    names, columns = [], []
    for name in table.column_names:
        house = next(
            (one for one in units if one == name or (back and _renamed(one, units[one], target) == name)), name
        )
        unit, column = units.get(house), table[name]
        if is_flux(unit):
            ours = _ours(unit)
            theirs = (
                replace(CONVENTIONS[target], power=ours.power)
                if keep_units or not _plain(unit)
                else CONVENTIONS[target]
            )
            before, after = (theirs, ours) if back else (ours, theirs)
            figures = [None if one is None else Decimal(repr(one)) for one in column.to_pylist()]
            column = pa.array(
                [None if one is None else float(one) for one in convert(figures, before, after)], pa.float64()
            )
            name = house if back or keep_units else _renamed(house, unit, target)
        names.append(name)
        columns.append(column)
    return pa.table(columns, names=names)


def _ours(unit: str) -> Convention:
    """The house's convention in the unit of one column."""
    return replace(HOUSE, power=-3 if unit.startswith("kt") else 0)


def _plain(unit: str) -> bool:
    """A quantity a year, not a ratio to hectares or people, which keeps its unit."""
    return unit.count("/") == 1


def _renamed(name: str, unit: str | None, target: str) -> str:
    """The name that a column takes in the publisher's unit."""
    if not is_flux(unit) or not _plain(unit):
        return name
    for here, there in zip(SUFFIXES[_ours(unit).power], SUFFIXES[CONVENTIONS[target].power], strict=True):
        if name.endswith(here):
            return name.removesuffix(here) + there
    return name
