"""Communal boundaries as producers write them, to one clean frame: code, published area, geometry in WGS 84.

A coordinate system is read, never guessed; invalid rings are repaired and flagged; municipal arrondissements are folded into
their commune, or left out where the commune is there. Areas and dissolves are elsewhere.
"""

import io
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

WGS84 = 4326
POLYGONAL = {"Polygon", "MultiPolygon"}
ARRONDISSEMENTS = {"75056": ("75101", "75120"), "69123": ("69381", "69389"), "13055": ("13201", "13216")}
OVERSEAS_DEPARTEMENTS = ("971", "972", "973", "974", "976")


class BoundaryError(ValueError):
    """A boundary file that cannot be used; the message says where and why."""


def read(origin: Path | bytes, form: str, columns: Mapping[str, str], layer: str | None = None) -> gpd.GeoDataFrame:
    """Communes of a boundary file.

    Args:
        origin: path of the file, or its bytes once unpacked.
        form: `geoparquet`, or any vector format that GDAL reads (GeoJSON, GeoPackage, zipped Shapefile).
        columns: the producer's labels of `code` and, where there is one, `surface` (hectares).
        layer: name of the layer of communes in files that hold several.

    Returns:
        columns code (text), surface (text or None), type_geometrie, crs_lu (of the file), reparee (bool) and geometry (WGS 84),
        one row a commune of metropolitan France or of an overseas departement, by code.

    Raises:
        BoundaryError: unreadable, no coordinate system, a missing column or layer, no polygon, a code given twice.
    """
    source = io.BytesIO(origin) if isinstance(origin, bytes) else origin
    try:
        frame = gpd.read_parquet(source) if form == "geoparquet" else gpd.read_file(source, layer=layer)
    except Exception as error:  # GDAL, Arrow and GeoPandas each raise their own
        raise BoundaryError(f"cannot be read as {form}{f', layer {layer}' if layer else ''} ({error})") from error
    if frame.crs is None:
        raise BoundaryError("no coordinate system in the file, and one is never guessed")
    if missing := sorted(set(columns.values()) - set(frame.columns)):
        raise BoundaryError(f"no column {missing[0]!r}; it has {', '.join(map(str, frame.columns))}")
    if not len(frame):
        raise BoundaryError("no feature at all")
    crs = frame.crs.to_string() if frame.crs.to_epsg() is None else f"EPSG:{frame.crs.to_epsg()}"
    communes = gpd.GeoDataFrame(
        {name: _text(frame[label]) for name, label in columns.items()},
        geometry=gpd.GeoSeries(frame.geometry.values, crs=frame.crs),
    )
    if "surface" not in communes:
        communes["surface"] = None
    empty = communes.geometry.isna() | communes.geometry.is_empty
    if empty.any():
        raise BoundaryError(f"commune {communes.code[empty].iloc[0]} has no geometry ({empty.sum()} such features)")
    communes["type_geometrie"] = communes.geom_type
    communes["geometry"] = communes.geometry.force_2d()  # heights say nothing of areas, and no target takes them
    communes["crs_lu"] = crs
    communes = _in_degrees(_keep_departements(_repair(communes)), crs)
    return _fold_arrondissements(communes).sort_values("code", ignore_index=True)


def _in_degrees(communes: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    """The same on WGS 84, whatever system PROJ can bring there."""
    try:
        result = communes.to_crs(WGS84)
    except Exception as error:  # pyproj and PROJ raise their own
        raise BoundaryError(f"the coordinate system {crs} cannot be brought to WGS 84 ({error})") from error
    lost = ~np.isfinite(result.bounds).all(axis=1)
    if lost.any():
        raise BoundaryError(
            f"commune {result.code[lost].iloc[0]} lies outside its coordinate system {crs} ({lost.sum()} such)"
        )
    return result


def _text(values: pd.Series) -> list[str | None]:
    return [None if missing else str(value) for value, missing in zip(values.tolist(), values.isna(), strict=True)]


def _repair(communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Valid polygons; what a repair leaves as lines or points is dropped, a feature that is not polygonal refused."""
    wrong = ~communes.type_geometrie.isin(POLYGONAL)
    if wrong.any():
        first = communes[wrong].iloc[0]
        raise BoundaryError(f"commune {first.code} is a {first.type_geometrie}, not a polygon")
    communes["reparee"] = ~communes.is_valid
    if communes.reparee.any():
        broken = communes.geometry[communes.reparee].make_valid()
        communes.loc[communes.reparee, "geometry"] = broken.map(_polygons_of)
        if (lost := communes.geometry.is_empty).any():
            raise BoundaryError(f"commune {communes.code[lost].iloc[0]} has no area once repaired")
    return communes


def _polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in POLYGONAL]
    return shapely.union_all(parts)


def _keep_departements(communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leaves out what is not in a departement: overseas collectivities (975, 977, 978, 98x) have no PCAET."""
    overseas = communes.code.str.startswith(("97", "98"))
    return communes[~overseas | communes.code.str.startswith(OVERSEAS_DEPARTEMENTS)]


def _fold_arrondissements(communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One geometry for Paris, Lyon and Marseille, once."""
    for city, (first, last) in ARRONDISSEMENTS.items():
        parts = communes.code.between(first, last)
        if not parts.any():
            continue
        folded = communes[parts]
        communes = communes[~parts]
        if city in set(communes.code):
            continue
        copy = folded.iloc[[0]].copy()
        copy["code"], copy["surface"], copy["reparee"] = city, None, folded.reparee.any()
        copy["geometry"] = [folded.union_all()]
        communes = pd.concat([communes, copy])
    twice = communes.code.duplicated()
    if twice.any():
        raise BoundaryError(f"commune {communes.code[twice].iloc[0]} appears twice ({twice.sum()} such rows)")
    return communes
