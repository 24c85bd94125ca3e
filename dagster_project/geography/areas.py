"""True areas in hectares, on the metric coordinate system of each territory; never in degrees."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

# Official projections: Lambert-93, and the UTM zone of each overseas departement (decree 2006-272 and its successors).
METRIC_CRS = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471}
LAMBERT_93 = 2154
M2_PER_HA = 10_000


def zones(codes: pd.Series) -> pd.Series:
    """EPSG code of the metric system of each commune or departement code."""
    return codes.str[:3].map(METRIC_CRS).fillna(LAMBERT_93).astype(int)


def by_zone(frame: gpd.GeoDataFrame, codes: pd.Series) -> Iterator[tuple[int, gpd.GeoDataFrame]]:
    """The rows of each metric zone, projected on it, with their index kept."""
    of = zones(codes)
    for epsg in sorted(of.unique()):
        yield epsg, frame[of == epsg].to_crs(epsg)


def areas_ha(frame: gpd.GeoDataFrame, codes: pd.Series) -> pd.Series:
    """Area of each row in hectares, whatever the system of the frame.

    Lambert-93 is conformal, not equal-area: from 0.2 % too small near 46.5 N to 0.6 % too large at the far north and south; the
    areas that IGN and Insee publish have the same bias, and the shares of one family of neighbours do not feel it.
    """
    result = pd.Series(np.nan, index=frame.index)
    for _, part in by_zone(frame, codes):
        result[part.index] = part.area / M2_PER_HA
    return result
