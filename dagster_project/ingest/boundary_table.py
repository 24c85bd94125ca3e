"""Boundary files as raw tables: one row a commune, its published and its computed area as text, and what was read or repaired.

The geometry itself stays in the snapshot; `open_boundaries` is how any room that needs it gets it.
"""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from dagster_project.core.errors import SourceError
from dagster_project.geography.areas import areas_ha
from dagster_project.geography.boundaries import BoundaryError, read
from dagster_project.geography.places import places
from dagster_project.ingest.compressed import AGAIN
from dagster_project.ingest.readers import unpack
from dagster_project.sources.registry import BOUNDARY_FORMATS, Layout


def is_boundaries(layout: Layout) -> bool:
    """Whether a layout holds geometries."""
    return layout.format in BOUNDARY_FORMATS


def open_boundaries(path: Path, layout: Layout) -> gpd.GeoDataFrame:
    """Communes of a stored boundary file (see geography.boundaries.read).

    Raises:
        SourceError: naming the file and what is wrong in it.
    """
    origin = unpack(path, layout.member) if layout.format == "geojson" else path
    try:
        return read(origin, layout.format, {ours: theirs for theirs, ours in layout.rename.items()}, layout.layer)
    except BoundaryError as error:
        raise SourceError(path.name, str(error), AGAIN) from error


def read_boundaries(path: Path, layout: Layout) -> tuple[pa.Table, Sequence[int]]:
    """The raw table of a boundary file, under the file's own labels, and the number of each of its rows."""
    communes = open_boundaries(path, layout)
    label = {ours: theirs for theirs, ours in layout.rename.items()}
    place = places(communes, communes.code)
    columns = {
        label["code"]: communes.code,
        **({label["surface"]: communes.surface} if "surface" in label else {}),
        "surface_calculee": _decimals(areas_ha(communes, communes.code), 6),
        **{name: _decimals(values, 3) for name, values in place.items()},
        "type_geometrie": communes.type_geometrie,
        "crs": communes.crs_lu,
        "reparee": [str(bool(item)).lower() for item in communes.reparee],
    }
    arrays = {name: pa.array(values, pa.string(), from_pandas=True) for name, values in columns.items()}
    return pa.table(arrays), range(1, len(communes) + 1)


def _decimals(values: pd.Series, count: int) -> list[str]:
    """Numbers as text; nothing for what is not known."""
    return ["" if pd.isna(value) else f"{value:.{count}f}" for value in values]
