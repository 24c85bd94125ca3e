"""Tables whose rows are points (plumes, registered sites), for GIS: every published column, in WGS 84."""

from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import CRS

from dagster_project.release.catalogue import Catalogue, Resource
from dagster_project.release.conventions import POINT


def tables(catalogue: Catalogue) -> dict[str, Resource]:
    """Tables of a release whose rows are points, by name: those that give a longitude and a latitude."""
    return {
        Path(resource["path"]).stem: resource
        for resource in catalogue["resources"]
        if resource["path"].startswith("tables/")
        and resource["format"] == "parquet"
        and set(POINT) <= set(columns(resource))
    }


def columns(resource: Resource) -> list[str]:
    """Columns of a table, in order."""
    return [field["name"] for field in resource["schema"]["fields"]]


def layer(path: Path, wgs84: CRS) -> gpd.GeoDataFrame:
    """The rows of a table with their points; integers stay integers where some are empty.

    `wgs84` is that of the release's polygons: PROJ describes EPSG:4326 in more words or fewer after what else the
    process has transformed, and the same release must write the same bytes.
    """
    table = pq.read_table(path)
    whole = {field.name: "Int64" for field in table.schema if pa.types.is_integer(field.type)}
    frame = table.to_pandas(integer_object_nulls=True).astype(whole)
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(*(frame[name] for name in POINT)), crs=wgs84)
