"""Which published totals, added, subtracted and weighed, leave a single commune: exact linear algebra, no trial and error.

The unknowns are rows of a source, one a commune of its own list; the coefficient of a row in a territory is the weight with
which its figure went there, so that the pieces of one split commune are one unknown. Rows that have the same weights everywhere
cannot be told apart by any combination of totals: they form one cell. A cell is exposed when its indicator is a combination of
the territories', which the reduced row echelon form of the (sparse, rational) matrix of territories by cells tells for all cells
at once: a row with a single entry. Each row remembers the totals that made it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Exact = int | Fraction  # whole as long as it can be: nearly all are 1 or -1, and fractions are slow
Row = dict[int, Exact]
NOISE = Fraction(1, 10**8)  # weights are known to nine decimals: what is left of one below this is their rounding


@dataclass(frozen=True)
class Exposure:
    """A commune that a combination of published totals isolates."""

    commune: str
    combination: dict[str, Exact]

    def __str__(self) -> str:
        terms = sorted(self.combination.items(), key=lambda term: (-term[1], term[0]))
        signed = " ".join(f"{'+' if factor > 0 else '-'} {_factor(factor)}{name}" for name, factor in terms)
        return f"{self.commune} = {signed.removeprefix('+ ')}"


def exposures(
    territories: Mapping[str, Mapping[Hashable, Exact] | Iterable[Hashable]],
    communes_of: Mapping[Hashable, tuple[str, ...]],
) -> list[Exposure]:
    """Every commune that the totals of these territories expose.

    Args:
        territories: by its label, the rows of the source that are in each territory, with their weights (1 where none is given).
        communes_of: the commune of each row, in each list that matters (the target's, the source's); rows that it does not
            name carry no figure and are ignored. A cell within a single commune of any list is exposed.

    Returns:
        exposures by commune; a territory that is itself within one commune is one of them.
    """
    inside: dict[Hashable, list[tuple[str, Exact]]] = defaultdict(list)
    for label, rows in territories.items():
        weighed = rows if isinstance(rows, Mapping) else dict.fromkeys(rows, 1)
        for row, weight in weighed.items():
            if weight and row in communes_of:
                inside[row].append((label, weight))
    cells: dict[tuple[tuple[str, Exact], ...], set[tuple[str, ...]]] = defaultdict(set)
    for row, weights in inside.items():
        cells[tuple(sorted(weights))].add(communes_of[row])
    columns, names = list(cells), [_single(communes) for communes in cells.values()]
    if not any(names):
        return []
    matrix: dict[str, Row] = defaultdict(dict)
    for column, weights in enumerate(columns):
        for label, weight in weights:
            matrix[label][column] = weight
    found = []
    for row, made_of in _reduced(matrix):
        if len(row) == 1:
            name = names[next(iter(row))]
            if name:
                found.append(Exposure(name, made_of))
    return sorted(found, key=lambda one: one.commune)


def _single(communes: set[tuple[str, ...]]) -> str:
    """The commune that holds the whole cell, in each list where there is only one; empty when there is none."""
    return ", ".join(next(iter(one)) for one in map(set, zip(*communes, strict=True)) if len(one) == 1)


def _reduced(rows: Mapping[str, Row]) -> list[tuple[Row, dict[str, Exact]]]:
    """The reduced row echelon form, each row with the combination of the given rows that it is."""
    pivots: dict[int, tuple[Row, dict[str, Exact]]] = {}
    for label in sorted(rows, key=lambda one: (len(rows[one]), one)):  # the smallest first: they stay sparse
        row, made_of = dict(rows[label]), {label: 1}
        for column in [one for one in row if one in pivots]:
            _subtract(row, made_of, row.get(column, 0), *pivots[column])
        if not row:
            continue
        pivot = min(row)
        scale = row[pivot]
        if scale != 1:
            by = scale if scale == -1 else 1 / Fraction(scale)
            row, made_of = ({key: value * by for key, value in one.items()} for one in (row, made_of))
        for other, others_made_of in pivots.values():
            if pivot in other:
                _subtract(other, others_made_of, other[pivot], row, made_of)
        pivots[pivot] = (row, made_of)
    return list(pivots.values())


def _subtract(row: Row, made_of: dict, factor: Exact, other: Row, others_made_of: dict) -> None:
    """Take `factor` times another row away, in place; what becomes zero is dropped."""
    for target, source in ((row, other), (made_of, others_made_of)):
        for key, value in source.items():
            left = target.get(key, 0) - factor * value
            if abs(left) > NOISE:
                target[key] = left
            else:
                target.pop(key, None)


def _factor(value: Exact) -> str:
    if abs(value) == 1:
        return ""
    return f"{abs(value)} x " if abs(value).denominator < 1000 else f"{float(abs(value)):.9g} x "
