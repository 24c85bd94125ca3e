"""Classes of colour of the map: zero at the neutral middle for fluxes, one hue for stocks, about as many EPCI in each.

A class is a letter, the one that style.css colours. Breaks are quantiles, written shortly, so that a legend can be read;
the same for every mesh, so that a region and its EPCI compare.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dagster_project.products.facts import Territory
from dagster_project.products.figures import decimals, french
from dagster_project.products.indicators import Figure

DIVERGING, SEQUENTIAL, NO_DATA = "abcdefg", "pqrst", "x"
SIDE = len(DIVERGING) // 2  # classes on each side of the neutral one
FEW = 10  # figures that a class beside zero needs to be cut from the next
NEUTRAL = 0.1  # share of the EPCI that are nearest to zero, about which the neutral class is
Class = tuple[str, float | None, float | None, int]  # letter, from, to (None: without end), EPCI in it


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
        if not self.breaks:
            return [(self.letters, "une seule valeur")]
        ends = [french(item, self.column) for item in self.breaks]
        between = [f"de {low} à {high}" for low, high in pairwise(ends)]
        first = f"{ends[0]} et moins" if self.breaks[0] < 0 else f"moins de {ends[0]}"
        return list(zip(self.letters, [first, *between, f"{ends[-1]} et plus"], strict=True))

    def classes(self, figures: Iterable[float | None]) -> list[Class]:
        """The classes as data, with how many of some figures are in each."""
        counted = Counter(map(self.letter, figures))
        ends = [None, *self.breaks, None]
        return [
            (letter, low, high, counted[letter])
            for letter, (low, high) in zip(self.letters, pairwise(ends), strict=True)
        ]


def scale(indicator: Figure, territories: Iterable[Territory]) -> Scale:
    """Classes from the figures that are shown: on each side of zero quantiles of that side, so that no colour stays unused."""
    figures = sorted(figure for figure in map(indicator.figure, territories) if figure is not None)
    digits = decimals(indicator.column)
    if not indicator.diverging:
        breaks = _quantiles(figures, len(SEQUENTIAL), digits)
        return Scale(breaks, SEQUENTIAL[: len(breaks) + 1], indicator.column)
    nearest = sorted(map(abs, figures))
    least = float(10**-digits)
    edge = max(_short(nearest[int(NEUTRAL * (len(nearest) - 1))], digits) if nearest else least, least)
    taken = sorted(-figure for figure in figures if figure <= -edge)
    given = [figure for figure in figures if figure >= edge]
    left = [-item for item in reversed(_side(edge, taken, digits))]
    right = _side(edge, given, digits)
    outer = DIVERGING[len(DIVERGING) - len(right) :]  # the strongest colours first, so that what is rare is seen
    letters = DIVERGING[: len(left)] + DIVERGING[SIDE] + outer
    return Scale((*left, *right), letters, indicator.column)


def _side(edge: float, distances: Sequence[float], digits: int) -> list[float]:
    """Breaks of one side of zero, from the neutral class outwards: one for each class that holds something."""
    classes = min(SIDE, max(1, len(distances) // FEW))
    return [edge, *(item for item in _quantiles(distances, classes, digits) if item > edge)] if distances else []


def _quantiles(figures: Sequence[float], classes: int, digits: int) -> tuple[float, ...]:
    """Breaks between classes of about the same number, written shortly; fewer where figures are few or alike."""
    results: list[float] = []
    for rank in range(1, classes):
        place = rank * len(figures) // classes
        if 0 < place < len(figures):
            wanted = _short(figures[place], digits)
            if figures[0] < wanted <= figures[-1] and (not results or wanted > results[-1]):
                results.append(wanted)
    return tuple(results)


def _short(figure: float, digits: int) -> float:
    """Two significant digits, and no more decimals than are shown."""
    return round(float(f"{figure:.2g}"), digits)
