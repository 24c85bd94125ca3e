"""Which commune holds each hundredth of a degree: how a point that is published rounded finds its territory."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

PER_DEGREE = 100  # a published point is rounded to 0.01 degree (domain contract, section 5)


def cells(communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Hundredths of a degree whose point lies in a commune.

    Args:
        communes: columns code and geometry (WGS 84), one row a commune.

    Returns:
        columns latitude_centiemes and longitude_centiemes (int32, degrees times 100) and code, one row a point, by point.
    """
    shapes = communes.geometry.values
    shapely.prepare(shapes)
    points = [
        _inside(shape, *bounds) for shape, bounds in zip(shapes, shapely.bounds(shapes) * PER_DEGREE, strict=True)
    ]
    latitude, longitude = (np.concatenate([part[side] for part in points]) for side in (0, 1))
    code = communes.code.repeat([len(part[0]) for part in points]).to_numpy()
    keys = ["latitude_centiemes", "longitude_centiemes"]
    frame = pd.DataFrame({keys[0]: latitude, keys[1]: longitude, "code": code})
    return frame.sort_values([*keys, "code"]).drop_duplicates(keys, ignore_index=True)


def _inside(
    shape: shapely.Geometry, west: float, south: float, east: float, north: float
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Latitudes and longitudes of the points of one shape, in hundredths; its bounds are in hundredths too."""
    x = np.arange(np.ceil(west), np.floor(east) + 1, dtype="int32")
    y = np.arange(np.ceil(south), np.floor(north) + 1, dtype="int32")
    latitude, longitude = np.repeat(y, len(x)), np.tile(x, len(y))
    within = shapely.contains_xy(shape, longitude / PER_DEGREE, latitude / PER_DEGREE)
    return latitude[within], longitude[within]
