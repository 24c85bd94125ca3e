"""Polygons as strokes of one drawing: Lambert-93 for the mainland, each overseas departement in a frame of its own below.

Coordinates are whole numbers, one a kilometre on the mainland, so that neighbours keep sharing their borders and paths stay
short. Knows nothing of colours or pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from dagster_project.geography.areas import LAMBERT_93, METRIC_CRS, zones

UNIT_M = 1000
CLOSE_UP = 600  # units of the longer side of a drawing of one part of the country
FRAME = 150  # side of an overseas frame, in units of the drawing
GAP = 14


@dataclass(frozen=True)
class Drawing:
    """A drawing.

    Attributes:
        width: in units.
        height: the same.
        paths: SVG path by row of the frame that was drawn.
        frames: of overseas departements, as departement, x, y, side.
        origin: Lambert-93 metres, west and north, of its upper left corner; None where nothing of the mainland is drawn.
        points: a point inside each row that was drawn.
    """

    width: int
    height: int
    paths: dict[int, str]
    frames: list[tuple[str, int, int, int]]
    origin: tuple[float, float] | None = None
    points: dict[int, tuple[int, int]] = field(default_factory=dict)

    def places(self, longitude: Sequence[float], latitude: Sequence[float]) -> list[tuple[float, float] | None]:
        """Where points in degrees are drawn; None for those beyond the mainland's part of the drawing."""
        if self.origin is None:
            return [None] * len(longitude)
        x, y = Transformer.from_crs(4326, LAMBERT_93, always_xy=True).transform(list(longitude), list(latitude))
        right = np.round((np.asarray(x) - self.origin[0]) / UNIT_M, 1)
        down = np.round((self.origin[1] - np.asarray(y)) / UNIT_M, 1)
        bottom = self.height - (FRAME + GAP if self.frames else 0)
        inside = (right >= 0) & (right <= self.width) & (down >= 0) & (down <= bottom)
        return [(float(a), float(b)) if here else None for a, b, here in zip(right, down, inside, strict=True)]


def draw(polygons: gpd.GeoDataFrame, departements: pd.Series) -> Drawing:
    """Draw polygons, whatever their system.

    Args:
        polygons: one row a territory; those without geometry have no path.
        departements: code of the departement where each row lies (the first is enough), which says its frame.

    Returns:
        paths by index of `polygons`, in relative commands (`m`, `z`), y downwards.
    """
    drawn = polygons[polygons.geometry.notna()]
    zone, place = zones(departements[drawn.index]), departements[drawn.index].str[:3]
    paths: dict[int, str] = {}
    points: dict[int, tuple[int, int]] = {}
    mainland = drawn[zone == LAMBERT_93].to_crs(LAMBERT_93)
    west, south, east, north = mainland.total_bounds if len(mainland) else (0, 0, 5 * (FRAME + GAP) * UNIT_M, 0)
    width, height = round((east - west) / UNIT_M), round((north - south) / UNIT_M)
    for index, shape in mainland.geometry.items():
        paths[index] = path(shape, west, north, UNIT_M)
        points[index] = inner_point(shape, west, north, UNIT_M)
    frames: list[tuple[str, int, int, int]] = []
    for code, epsg in METRIC_CRS.items():
        part = drawn[place == code].to_crs(epsg)
        if part.empty:
            continue
        left, low, right, high = part.total_bounds
        unit = max(right - left, high - low) / (FRAME - GAP)
        x, y = len(frames) * (FRAME + GAP), height + GAP
        x_centre, y_centre = (FRAME - (right - left) / unit) / 2, (FRAME - (high - low) / unit) / 2
        corner = (left - (x + x_centre) * unit, high + (y + y_centre) * unit)
        for index, shape in part.geometry.items():
            paths[index] = path(shape, *corner, unit)
            points[index] = inner_point(shape, *corner, unit)
        frames.append((code, x, y, FRAME))
    origin = (float(west), float(north)) if len(mainland) else None
    return Drawing(width, height + (FRAME + GAP if frames else 0), paths, frames, origin, points)


def close_up(polygons: gpd.GeoDataFrame, departements: pd.Series) -> Drawing:
    """Draw one part of the country by itself, as large as CLOSE_UP; paths by index of `polygons`, as `draw` gives them.

    Args:
        polygons: one row a territory, all of one zone; those without geometry have no path.
        departements: code of the departement where each row lies, which says their metric system.
    """
    drawn = polygons[polygons.geometry.notna()]
    if drawn.empty:
        return Drawing(0, 0, {}, [])
    shapes = drawn.to_crs(zones(departements[drawn.index]).iloc[0])
    west, south, east, north = shapes.total_bounds
    unit = max(east - west, north - south) / CLOSE_UP
    paths = {index: path(shape, west, north, unit) for index, shape in shapes.geometry.items()}
    return Drawing(round((east - west) / unit), round((north - south) / unit), paths, [])


def inner_point(shape: shapely.Geometry, x0: float, y0: float, unit: float) -> tuple[int, int]:
    """A point inside a polygon, in whole units from (x0, y0), y downwards."""
    x, y = np.rint((np.array(shape.representative_point().coords[0]) - (x0, y0)) / (unit, -unit)).astype(int)
    return int(x), int(y)


def path(shape: shapely.Geometry, x0: float, y0: float, unit: float) -> str:
    """An SVG path of a polygon: every ring, in whole units from (x0, y0), y downwards; rings that shrink to a line are left out.

    A shape whose rings all shrink keeps a mark of one unit, so that no territory vanishes.
    """
    strokes = []
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            points = np.rint((shapely.get_coordinates(ring) - (x0, y0)) / (unit, -unit)).astype(int)
            kept = points[np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))]
            if len(kept) > 3:
                steps = np.diff(kept, axis=0)[:-1]
                start, moves = kept[0], " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
                strokes.append(f"M{start[0]} {start[1]}l{moves}z")
    if not strokes:
        x, y = inner_point(shape, x0, y0, unit)
        strokes.append(f"M{x} {y}l1 0 0 1z")
    return "".join(strokes)
