"""Tables in the convention of a publisher: each column that its contract says signed, switched by one function (conventions.py).

Names follow units. Figures are switched as decimals: a table that goes out and comes back is the same, to the bit in its own
unit, to the last digit of a double in another.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa

from dagster_project.release.conventions import CONVENTIONS, Convention, convert
from dagster_project.warehouse.marts import Column

HOUSE = CONVENTIONS["atmosphere"]
SUFFIXES = {0: ("_tco2e", "_tc"), -3: ("_kt_co2e", "_kt_c")}


def express(
    table: pa.Table, columns: Iterable[Column], target: str, *, back: bool = False, keep_units: bool = False
) -> pa.Table:
    """A table of the house in a publisher's convention, or the other way round.

    Args:
        table: figures are doubles.
        columns: contracts of the house's columns; only those that are said to have its sign change.
        target: the publisher.
        back: from the publisher to the house; `columns` are still those of the house.
        keep_units: the sign alone changes.

    Returns:
        the table, columns renamed where their unit changed (`flux_tco2e` becomes `flux_kt_co2e`).
    """
    signed = {item.name: item.unit or "" for item in columns if item.signed}
    theirs = {_renamed(name, unit, target): name for name, unit in signed.items()} if back and not keep_units else {}
    names, result = [], []
    for name in table.column_names:
        house, column = theirs.get(name, name), table[name]
        if house in signed:
            unit = signed[house]
            there = (
                replace(CONVENTIONS[target], power=_ours(unit).power)
                if keep_units or not _plain(unit)
                else CONVENTIONS[target]
            )
            before, after = (there, _ours(unit)) if back else (_ours(unit), there)
            figures = [None if item is None else Decimal(repr(item)) for item in column.to_pylist()]
            switched = [None if item is None else float(item) for item in convert(figures, before, after)]
            column = pa.array(switched, pa.float64())
            name = house if back or keep_units else _renamed(house, unit, target)
        names.append(name)
        result.append(column)
    return pa.table(result, names=names)


def _ours(unit: str) -> Convention:
    """The house's convention in the unit of one column."""
    return replace(HOUSE, power=-3 if unit.startswith("kt") else 0)


def _plain(unit: str) -> bool:
    """A quantity a year, not a ratio (to hectares, people or emissions), which keeps its unit."""
    return unit.endswith("/an") and unit.count("/") == 1


def _renamed(name: str, unit: str, target: str) -> str:
    """The name that a column takes in the publisher's unit."""
    if not _plain(unit):
        return name
    for here, there in zip(SUFFIXES[_ours(unit).power], SUFFIXES[CONVENTIONS[target].power], strict=True):
        if name.endswith(here):
            return name.removesuffix(here) + there
    return name
