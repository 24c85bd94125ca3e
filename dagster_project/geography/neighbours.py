"""Which polygons of a coverage share a border."""

from collections import defaultdict

import geopandas as gpd
import shapely


def neighbours(polygons: gpd.GeoSeries) -> dict[int, list[int]]:
    """Rows that each row shares a border with, the longest border first; two that meet in a point are no neighbours.

    Args:
        polygons: of one coverage, in metres: borders are the same on both sides; those without geometry have no neighbour.
    """
    drawn = polygons[polygons.notna() & ~polygons.is_empty]
    first, second = drawn.sindex.query(drawn.geometry, predicate="intersects")
    pairs = first < second
    left, right = drawn.index[first[pairs]], drawn.index[second[pairs]]
    shared = shapely.length(shapely.intersection(drawn[left].values, drawn[right].values))
    results: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for here, there, length in zip(left, right, shared, strict=True):
        if length > 0:
            results[here].append((-length, there))
            results[there].append((-length, here))
    return {row: [other for _, other in sorted(borders)] for row, borders in results.items()}
