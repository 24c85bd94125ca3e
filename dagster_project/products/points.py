"""Tables whose rows are points (plumes, registered sites), for GIS: every published column, in WGS 84."""

from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.release.catalogue import Catalogue, Resource
from dagster_project.release.conventions import POINT

WGS84 = 4326


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


def layer(path: Path) -> gpd.GeoDataFrame:
    """The rows of a table with their points; integers stay integers where some are empty."""
    table = pq.read_table(path)
    whole = {field.name: "Int64" for field in table.schema if pa.types.is_integer(field.type)}
    frame = table.to_pandas(integer_object_nulls=True).astype(whole)
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(*(frame[name] for name in POINT)), crs=WGS84)
