"""The polygons of a release: GeoParquet 1.1 with its coordinate system and a bounding box a row, at two resolutions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

KEY = ["maille", "code_territoire"]
COLUMNS = [*KEY, "nom_territoire", "cog", "surface_ha", "n_communes_partielles", "statut_donnees", "geometry"]
# Tolerance in metres: for a map of France on a screen, and for a file to download.
RESOLUTIONS = {"carte": 1000, "telechargement": 100}
DESCRIPTIONS = {
    "carte": "Contours des territoires, simplifiés à 1 km pour une carte de France.",
    "telechargement": "Contours des territoires, simplifiés à 100 m.",
}


def contours_name(resolution: str) -> str:
    """Name of the file at one resolution."""
    return f"territoires_{resolution}.parquet"


def write_contours(polygons: gpd.GeoDataFrame, territories: pd.DataFrame, path: Path) -> None:
    """Write the polygons with what the marts say of each territory; `surface_ha` is the true area, not the simplified one's.

    A territory that cuts communes has a row and no polygon.

    Args:
        polygons: maille, code_territoire, geometry (WGS 84).
        territories: maille, code_territoire, nom_territoire, cog, surface_ha, n_communes_partielles, statut_donnees.
        path: target file.

    Raises:
        ValueError: a whole territory without polygon, or a polygon without territory.
    """
    import geopandas as gpd  # seconds that a command which only reads a release need not wait for

    joined = polygons.merge(territories, on=KEY, how="outer", indicator=True)
    if (alone := joined[(joined["_merge"] != "both") & ~(joined["n_communes_partielles"] > 0)]).size:
        raise ValueError(f"{'/'.join(alone.iloc[0][KEY])} has a polygon or a row, not both ({len(alone)} such)")
    frame = gpd.GeoDataFrame(joined[COLUMNS], geometry="geometry", crs=polygons.crs).sort_values(KEY)
    frame.to_parquet(path, index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True)
