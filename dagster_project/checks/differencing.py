"""Which published totals, added, subtracted and weighed, leave a single commune: exact linear algebra, no trial and error.

The unknowns are rows of a source, one a commune of its own list; the coefficient of a row in a territory is the weight with
which its figure went there, so that the pieces of one split commune are one unknown. Rows that have the same weights everywhere
cannot be told apart by any combination of totals: they form one cell. A cell is exposed when its indicator is a combination of
the territories', which the reduced row echelon form of the (sparse, rational) matrix of territories by cells tells for all cells
at once: a row with a single entry. Each row remembers the totals that made it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Hashable)
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
    names = [_single(communes) for communes in cells.values()]
    if not any(names):
        return []
    matrix: dict[str, Row] = defaultdict(dict)
    for column, weighed_in in enumerate(cells):
        for label, weight in weighed_in:
            matrix[label][column] = weight
    results = []
    for row, made_of in _reduced(matrix):
        if len(row) == 1:
            name = names[next(iter(row))]
            if name:
                results.append(Exposure(name, made_of))
    return sorted(results, key=lambda item: item.commune)


def left_out(
    rows: Mapping[str, Mapping[Key, Exact]], removable: Collection[str], order: Callable[[str], Any]
) -> list[str]:
    """Labels of totals to leave out, until no combination with one of them leaves a single row of a source.

    Args:
        rows: by label, the rows of the source that a total holds, with their weights.
        removable: labels that may be left out.
        order: what is left out first of a combination is the largest by it.
    """
    alone = [label for label, weighed in rows.items() if len(weighed) == 1 and label in removable]
    results, kept = alone, {label: weighed for label, weighed in rows.items() if label not in set(alone)}
    while True:
        gone: set[str] = set()
        for exposure in exposures(kept, named(kept)):
            terms = [label for label in exposure.combination if label in removable]
            if terms and not gone & set(terms):
                gone.add(max(terms, key=order))
        if not gone:
            return results
        results += sorted(gone)
        kept = {label: weighed for label, weighed in kept.items() if label not in gone}


def named(rows: Mapping[str, Iterable[Hashable]]) -> dict[Hashable, tuple[str, ...]]:
    """Each row of the source under its own name."""
    return {row: (str(row),) for held in rows.values() for row in held}


def _single(communes: set[tuple[str, ...]]) -> str:
    """The commune that holds the whole cell, in each list where there is only one; empty when there is none."""
    return ", ".join(next(iter(item)) for item in map(set, zip(*communes, strict=True)) if len(item) == 1)


def _reduced(rows: Mapping[str, Row]) -> list[tuple[Row, dict[str, Exact]]]:
    """The reduced row echelon form, each row with the combination of the given rows that it is."""
    pivots: dict[int, tuple[Row, dict[str, Exact]]] = {}
    for label in sorted(rows, key=lambda item: (len(rows[item]), item)):  # the smallest first: they stay sparse
        row: Row = dict(rows[label])
        made_of: dict[str, Exact] = {label: 1}
        for column in [item for item in row if item in pivots]:
            factor, (other, others_made_of) = row.get(column, 0), pivots[column]
            _subtract(row, factor, other)
            _subtract(made_of, factor, others_made_of)
        if not row:
            continue
        pivot = min(row)
        scale = row[pivot]
        if scale != 1:
            by = scale if scale == -1 else 1 / Fraction(scale)
            row, made_of = _scaled(row, by), _scaled(made_of, by)
        for other, others_made_of in pivots.values():
            if factor := other.get(pivot, 0):
                _subtract(other, factor, row)
                _subtract(others_made_of, factor, made_of)
        pivots[pivot] = (row, made_of)
    return list(pivots.values())


def _scaled(row: Mapping[Key, Exact], by: Exact) -> dict[Key, Exact]:
    return {key: value * by for key, value in row.items()}


def _subtract(row: dict[Key, Exact], factor: Exact, other: Mapping[Key, Exact]) -> None:
    """Take `factor` times another row away, in place; what becomes zero is dropped."""
    for key, value in other.items():
        left = row.get(key, 0) - factor * value
        if not -NOISE <= left <= NOISE:
            row[key] = left
        else:
            row.pop(key, None)


def _factor(value: Exact) -> str:
    size = abs(Fraction(value))
    if size == 1:
        return ""
    return f"{size} x " if size.denominator < 1000 else f"{float(size):.9g} x "
