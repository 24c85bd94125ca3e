"""Classes of colour of the map: zero at the neutral middle for fluxes, one hue for stocks.

A class is a letter, the one that style.css colours. Breaks are round numbers, so that a legend can be read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dagster_project.products.facts import Territory
from dagster_project.products.figures import french
from dagster_project.products.indicators import Figure

DIVERGING, SEQUENTIAL, NO_DATA = "abcdefg", "pqrst", "x"
DIVERGING_SHARES = (0.15, 0.5, 0.85)  # of the absolute values, where breaks are sought
SEQUENTIAL_SHARES = (0.2, 0.4, 0.6, 0.8)


ROUND = [0.05, *(round(digit * 10.0**power, 2) for power in range(-1, 12) for digit in (1, 1.5, 2, 3, 4, 5, 6, 8))]


@dataclass(frozen=True)
class Scale:
    """Breaks of an indicator, increasing, and the letters of the classes between them."""

    breaks: tuple[float, ...]
    letters: str
    column: str

    def letter(self, figure: float | None) -> str:
        """Class of a figure; one on a break goes with those above it, but below zero with those further from zero."""
        if figure is None:
            return NO_DATA
        return self.letters[sum(figure > item if item < 0 else figure >= item for item in self.breaks)]

    def legend(self) -> list[tuple[str, str]]:
        """Letter and range of each class, in words."""
        whole = all(item == int(item) for item in self.breaks)
        ends = [french(item, "" if whole else self.column) for item in self.breaks]
        between = [f"de {low} à {high}" for low, high in pairwise(ends)]
        first = f"{ends[0]} et moins" if self.breaks[0] < 0 else f"moins de {ends[0]}"
        return list(zip(self.letters, [first, *between, f"{ends[-1]} et plus"], strict=True))


def scale(indicator: Figure, territories: Iterable[Territory]) -> Scale:
    """Breaks from the figures that are shown; the same on both sides of zero for fluxes."""
    figures = sorted(figure for figure in map(indicator.figure, territories) if figure is not None)
    if indicator.diverging:
        positive = _breaks(sorted(map(abs, figures)), DIVERGING_SHARES, indicator.column)
        return Scale((*(-item for item in reversed(positive)), *positive), DIVERGING, indicator.column)
    return Scale(_breaks(figures, SEQUENTIAL_SHARES, indicator.column), SEQUENTIAL, indicator.column)


def _breaks(figures: Sequence[float], shares: Sequence[float], column: str) -> tuple[float, ...]:
    """Round numbers near some quantiles, each above the one before."""
    results: list[float] = []
    for share in shares:
        wanted = figures[int(share * (len(figures) - 1))] if figures else 0
        above = [item for item in ROUND if not results or item > results[-1]]
        results.append(max([item for item in above if item <= wanted * 1.25], default=above[0]))
    return tuple(results)
