"""Quantities on the map: circles whose area is the figure, the same scale for all territories of a mesh."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from dagster_project.products.facts import Territory
from dagster_project.products.figures import MAGNITUDE, french
from dagster_project.products.indicators import Figure

LARGEST = {
    "epci": 26,
    "departement": 44,
    "region": 80,
}  # radius of the largest circle of a mesh, in units of the drawing
OTHER = 44  # of a mesh of the user's own
SHOWN = (1.0, 0.25)  # parts of the largest figure that the legend draws


@dataclass(frozen=True)
class Circles:
    """The circles of an indicator in one mesh."""

    figure: Figure
    radius: float
    largest: float

    def signed_radius(self, territory: Territory) -> float | None:
        """Radius of the circle of a territory, with the sign of its figure; None where the figure is not known."""
        figure = self.figure.figure(territory)
        if figure is None or not self.largest:
            return None
        radius = self.radius * sqrt(abs(figure) / self.largest)
        return round(-radius if figure < 0 else radius, 1)

    def legend(self) -> list[tuple[float, str]]:
        """Radius and figure, without its sign, of the circles that explain the others."""
        figures = [float(f"{part * self.largest:.2g}") for part in SHOWN]
        known = [figure for figure in figures if figure]
        return [(self.radius * sqrt(figure / self.largest), french(figure, MAGNITUDE)) for figure in known]


def circles(figure: Figure, mesh: str, territories: Sequence[Territory]) -> Circles:
    """Circles of an indicator for the territories of a mesh."""
    return Circles(figure, LARGEST.get(mesh, OTHER), _largest(map(figure.figure, territories)))


def _largest(figures: Iterable[float | None]) -> float:
    return max((abs(figure) for figure in figures if figure is not None), default=0.0)
