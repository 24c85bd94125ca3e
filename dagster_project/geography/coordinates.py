"""Declared coordinates whose system nobody states: the system is the one that leads nearest to a point that is known roughly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer

from dagster_project.geography.boundaries import WGS84

EARTH_KM = 6371.0
FARTHEST_KM = 15.0  # a declared point that no system brings nearer to the known one is not used
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class System:
    """A coordinate system that declarations use: its EPSG code, its name, and by what a declared number is multiplied."""

    epsg: int
    name: str
    factor: float


def distance_km(latitude: Floats, longitude: Floats, other_latitude: Floats, other_longitude: Floats) -> Floats:
    """Great-circle distance (haversine, sphere of 6371 km) of points in degrees."""
    a, b, c, d = map(np.radians, (latitude, longitude, other_latitude, other_longitude))
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)), float)


def resolved(declared: pd.DataFrame, systems: Sequence[System]) -> pd.DataFrame:
    """Positions of declared coordinates.

    Args:
        declared: columns x and y (as declared), latitude and longitude (known roughly, degrees); NaN where there is none.
        systems: that may have been used.

    Returns:
        columns systeme, latitude, longitude (degrees) and ecart_km to the rough point, by the index of `declared`; rows that no
        system brings within 15 km of it are left out.
    """
    best = pd.DataFrame({"systeme": None, "latitude": np.nan, "longitude": np.nan, "ecart_km": np.inf}, declared.index)
    known = (declared.latitude.to_numpy(float), declared.longitude.to_numpy(float))
    for system in systems:
        longitude, latitude = _degrees(declared, system)
        gap = distance_km(*known, latitude, longitude)
        nearer = gap < best.ecart_km.to_numpy()
        results = pd.DataFrame({"systeme": system.name, "latitude": latitude, "longitude": longitude, "ecart_km": gap})
        best.loc[nearer] = results[nearer].to_numpy()
    return best[best.ecart_km.astype(float) <= FARTHEST_KM].astype(dict.fromkeys(best.columns[1:], float))


def _degrees(declared: pd.DataFrame, system: System) -> tuple[Floats, Floats]:
    """Longitude and latitude of the numbers of a system; NaN where they are none of it."""
    x, y = (system.factor * declared[name].to_numpy(float) for name in ("x", "y"))
    if system.epsg == WGS84:
        outside = (np.abs(x) > 180) | (np.abs(y) > 90)
        return np.where(outside, np.nan, x), np.where(outside, np.nan, y)
    longitude, latitude = Transformer.from_crs(system.epsg, WGS84, always_xy=True).transform(x, y)
    return _finite(longitude), _finite(latitude)


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan)
