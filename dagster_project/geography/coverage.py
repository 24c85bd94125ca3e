"""Polygons of territories from those of communes: dissolved first, then simplified as one coverage, so that neighbours share
their borders to the last vertex: no slivers, no gaps, and every mesh drawn with the same lines.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dagster_project.geography.areas import by_zone
from dagster_project.geography.boundaries import WGS84, BoundaryError

GAP_M = 10  # a gap between neighbours that is as narrow as this is a fault of digitising
CLOSED_M = 50  # around such a fault, gaps up to this width are closed
Key = TypeVar("Key", bound=Hashable)
CODES = ["maille", "code_territoire"]


@dataclass(frozen=True)
class Cells:
    """Pieces that no published territory divides, in one metric system: the (maille, code_territoire) that each is in, its shape,
    and how many communes had to be mended to fit their neighbours."""

    epsg: int
    inside: list[tuple[tuple[str, str], ...]]
    shapes: np.ndarray
    mended: int


def dissolve(communes: gpd.GeoDataFrame, members: pd.DataFrame) -> list[Cells]:
    """Communes dissolved into the cells of the published territories, one set a metric zone.

    Args:
        communes: code and geometry (WGS 84), one row a commune.
        members: maille, code_territoire, code: the territories of each commune; a commune may be in several of one mesh.

    Returns:
        one Cells a zone.

    Raises:
        BoundaryError: a member without geometry, or communes that cannot be made a coverage.
    """
    if missing := sorted(set(members["code"]) - set(communes["code"])):
        raise BoundaryError(f"no boundary for commune {missing[0]} ({len(missing)} in all)")
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, *pair in members[["code", *CODES]].sort_values(["code", *CODES]).itertuples(index=False, name=None):
        pairs[code].append(tuple(pair))
    results = []
    inside = communes[communes.code.isin(pairs)]
    for epsg, zone in by_zone(inside, inside.code):
        shapes, mended = _fitted(np.asarray(zone.geometry.values))
        rows = _ranks(tuple(pairs[code]) for code in zone.code)
        pieces = np.array([shapely.coverage_union_all(shapes[ranks]) for ranks in rows.values()])
        results.append(Cells(epsg, list(rows), pieces, mended))
    return results


def _ranks(keys: Iterable[Key]) -> dict[Key, list[int]]:
    """Where each key stands, in order of first appearance."""
    results: dict[Key, list[int]] = {}
    for rank, key in enumerate(keys):
        results.setdefault(key, []).append(rank)
    return results


def _fitted(shapes: np.ndarray) -> tuple[np.ndarray, int]:
    """The same polygons as a valid coverage, and how many had edges that did not match; only their surroundings are mended if
    that is enough."""
    wrong = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes, gap_width=GAP_M)))
    if not len(wrong):
        return shapes, 0
    near = np.unique(shapely.STRtree(shapes).query(shapes[wrong], predicate="intersects")[1])
    for ranks in (near, np.arange(len(shapes))):
        fitted = shapes.copy()
        fitted[ranks] = shapely.coverage_clean(shapes[ranks], gap_width=CLOSED_M)
        if not shapely.is_empty(fitted).any() and shapely.coverage_is_valid(fitted):
            return fitted, len(wrong)
    raise BoundaryError(f"{len(wrong)} communes overlap or leave gaps that cannot be mended")


def territories(cells: list[Cells], tolerance_m: float) -> gpd.GeoDataFrame:
    """Every territory, simplified as a coverage.

    Args:
        cells: what `dissolve` returned.
        tolerance_m: square root of the area of the triangles that may go (Visvalingam-Whyatt), in metres.

    Returns:
        maille, code_territoire and geometry (WGS 84), sorted.
    """
    parts: dict[tuple[str, str], list[shapely.Geometry]] = defaultdict(list)
    for cell in cells:
        simple = shapely.coverage_simplify(cell.shapes, tolerance_m)
        of = defaultdict(list)
        for rank, pairs in enumerate(cell.inside):
            for pair in pairs:
                of[pair].append(rank)
        united = gpd.GeoSeries([shapely.coverage_union_all(simple[ranks]) for ranks in of.values()], crs=cell.epsg)
        for pair, shape in zip(of, united.to_crs(WGS84), strict=True):
            parts[pair].append(shape)
    rows = [(*pair, _together(shapes)) for pair, shapes in sorted(parts.items())]
    return gpd.GeoDataFrame(rows, columns=[*CODES, "geometry"], geometry="geometry", crs=WGS84)


def _together(shapes: list[shapely.Geometry]) -> shapely.Geometry:
    """One geometry of what lies in zones far apart."""
    if len(shapes) == 1:
        return shapes[0]
    return shapely.MultiPolygon([polygon for shape in shapes for polygon in shapely.get_parts(shape)])


def faults(frame: gpd.GeoDataFrame) -> dict[str, int]:
    """Invalid polygons and borders that do not match a neighbour's, by mesh; give it meshes that do not overlap themselves."""
    return {mesh: broken for mesh, rows in frame.groupby("maille") if (broken := _faults(rows.geometry.values))}


def _faults(shapes: np.ndarray) -> int:
    unmatched = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    return int((~shapely.is_valid(shapes) | unmatched).sum())
