"""The world as strokes (plate carrée): the background of maps that go beyond France. Knows nothing of colours or pages."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

COUNTRIES = Path(__file__).with_name("ne_110m_countries.json")  # Natural Earth, 1:110m, public domain
FRANCE = "FRA"
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Frame:
    """A part of the world: degrees at its sides, and units of the drawing a degree of latitude and of longitude."""

    west: float
    east: float
    south: float
    north: float
    x_unit: float
    y_unit: float

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the drawing."""
        return round((self.east - self.west) * self.x_unit), round((self.north - self.south) * self.y_unit)

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies in it."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a point is drawn, y downwards."""
        return round((longitude - self.west) * self.x_unit, 1), round((self.north - latitude) * self.y_unit, 1)


WORLD = Frame(-180, 180, -60, 80, 3, 3)
EUROPE = Frame(-12, 35, 35, 72, 12, 19)  # a degree of latitude is longer than one of longitude there


def strokes(frame: Frame) -> tuple[str, str]:
    """SVG paths of all countries but France, and of France, of those that reach into a frame."""
    others: list[str] = []
    france: list[str] = []
    for country, ring in _rings():
        if any(frame.holds(latitude, longitude) for longitude, latitude in ring):
            points = " ".join("{:g} {:g}".format(*frame.place(latitude, longitude)) for longitude, latitude in ring)
            (france if country == FRANCE else others).append(f"M{points}z")
    return "".join(others), "".join(france)


@cache
def _rings() -> list[tuple[str, Ring]]:
    return list(_read())


def _read() -> Iterator[tuple[str, Ring]]:
    for country in json.loads(COUNTRIES.read_text("utf-8"))["pays"]:
        yield from ((country["pays"], ring) for ring in country["contours"])
