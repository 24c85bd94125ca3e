"""What gate 3 asks of the polygons: GeoParquet 1.1 in WGS 84, one a territory, true to the tables, valid, no sliver, no gap."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import shapely

from dagster_project.checks.expectations import Violation
from dagster_project.geography.areas import LAMBERT_93
from dagster_project.geography.coverage import faults
from dagster_project.release.contours import COLUMNS, KEY, RESOLUTIONS, contours_name
from dagster_project.release.conventions import WHOLE_FRANCE

NAME = "contours"
PARTITIONS = ("epci", "departement", "region")
WGS84 = 4326
M2_PER_HA = 10_000
SLACK_HA = 1  # of digitising, over the whole country


def violations(folder: Path) -> list[Violation]:
    """Broken rules of the polygons of a candidate."""
    about = [name for name in COLUMNS if name != "geometry"]
    territories = pq.read_table(folder / "tables" / "territoires.parquet", columns=about).to_pandas()
    results = []
    for name in RESOLUTIONS:
        path = folder / "contours" / contours_name(name)
        if path.is_file():
            results += _file_violations(path, territories.sort_values(KEY, ignore_index=True))
        else:
            results.append(Violation("contours_presents", path.name, "is missing"))
    return results


def _file_violations(path: Path, territories: pd.DataFrame) -> list[Violation]:
    geo = json.loads((pq.read_schema(path).metadata or {}).get(b"geo", b"{}"))
    if geo.get("version") != "1.1.0" or "covering" not in geo["columns"][geo["primary_column"]]:
        return [Violation("geoparquet", path.name, "is not GeoParquet 1.1 with bounding boxes")]
    frame = gpd.read_parquet(path)
    if extra := sorted(set(frame.columns) - {*COLUMNS, "bbox"}):
        return [Violation("colonnes_des_contours", path.name, f"holds {extra}")]
    if frame.crs is None or frame.crs.to_epsg() != WGS84:
        return [Violation("systeme_de_coordonnees", path.name, f"is in {frame.crs}, expected WGS 84")]
    written = pd.DataFrame(frame[list(territories.columns)]).sort_values(KEY, ignore_index=True)
    if not written.equals(territories.astype(written.dtypes)):
        return [
            Violation(
                "contours_de_cette_version", path.name, "does not say of territories what tables/territoires says"
            )
        ]
    drawn = frame.geometry.notna() & ~frame.geometry.is_empty
    results = []
    if (wrong := drawn != (frame.n_communes_partielles == 0)).any():
        example = frame[wrong].iloc[0]
        results.append(
            Violation("un_contour_par_territoire", path.name, f"{wrong.sum()} wrong, e.g. {example.code_territoire}")
        )
    if broken := int((~frame[drawn].is_valid).sum()):
        results.append(Violation("geometrie_valide", path.name, f"{broken} polygons are invalid"))
        return results
    if unmatched := faults(frame[frame.maille.isin(PARTITIONS)]):
        results.append(Violation("couverture_valide", path.name, f"borders that do not match: {unmatched}"))
    elif gaps := _gaps(frame):
        results.append(
            Violation("sans_vide", path.name, f"hectares of France that no polygon covers, or twice: {gaps}")
        )
    return results


def _gaps(frame: gpd.GeoDataFrame) -> dict[str, float]:
    """By mesh, what its polygons miss of France or add to it; communes without EPCI are islands, which touch no polygon."""
    france = _united(frame[frame.code_territoire == WHOLE_FRANCE], "france")
    results = {}
    for mesh in PARTITIONS:
        whole = _united(frame, mesh)
        if shapely.equals_exact(france, whole, tolerance=0):  # cheaper to see than that nothing is left
            continue
        missed = gpd.GeoSeries(shapely.get_parts(france.symmetric_difference(whole)), crs=WGS84)
        if mesh == "epci":
            missed = missed[shapely.length(shapely.intersection(shapely.boundary(missed.values), whole)) > 0]
        # Far from its zone this projection distorts areas, but nothing stays nothing.
        hectares = float(missed.to_crs(LAMBERT_93).area.sum()) / M2_PER_HA
        if hectares > SLACK_HA:
            results[mesh] = round(hectares, 1)
    return results


def _united(frame: gpd.GeoDataFrame, mesh: str) -> shapely.Geometry:
    """All polygons of a mesh as one, its parts and rings in a standard order."""
    return shapely.normalize(shapely.coverage_union_all(frame.geometry[frame.maille == mesh].values))
