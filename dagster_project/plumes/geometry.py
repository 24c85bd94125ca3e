"""Where soundings lie along the satellite's track: pieces of an orbit, exact abscissas in a window."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dagster_project.plumes.parameters import parameter
from dagster_project.plumes.shape import Floats


@dataclass(frozen=True)
class Track:
    """A straight track through a window: km along it from the window's centre, and its unit vector (east, north)."""

    along: Floats
    east: float
    north: float

    @property
    def azimuth(self) -> float:
        """Degrees from north, clockwise."""
        return float(np.degrees(np.arctan2(self.east, self.north)))


def pieces(seconds: Floats) -> list[slice]:
    """Parts of an orbit, in order of time, that no gap cuts."""
    cuts = np.flatnonzero(np.diff(seconds) > parameter("coupure_temps")) + 1
    bounds = [0, *cuts.tolist(), len(seconds)]
    return [slice(start, end) for start, end in pairwise(bounds) if end > start]


def provisional(seconds: Floats) -> Floats:
    """Km along a piece, from time alone: it orders soundings and cuts windows."""
    return np.asarray(parameter("vitesse_sol") * (seconds - seconds[0]))


def track(latitude: Floats, longitude: Floats, centre: tuple[float, float]) -> Track:
    """The track through a window: first principal axis in the tangent plane at its centre, towards the north.

    Args:
        latitude: of the soundings of the window, degrees.
        longitude: the same.
        centre: latitude and longitude that abscissas count from.
    """
    radius = parameter("rayon_terre")
    turn = (longitude - centre[1] + 180) % 360 - 180  # a track may cross the antimeridian
    east = radius * np.radians(turn) * np.cos(np.radians(centre[0]))
    north = radius * np.radians(latitude - centre[0])
    offsets = np.stack([east - east.mean(), north - north.mean()])
    vector = np.linalg.eigh(offsets @ offsets.T)[1][:, -1]
    vector = vector if vector[1] >= 0 else -vector
    return Track(np.asarray(vector @ np.stack([east, north])), float(vector[0]), float(vector[1]))
