"""What gate 3 asks of the polygons: GeoParquet 1.1 in WGS 84, one a territory, valid, neighbours that share their borders."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq

from dagster_project.checks.expectations import Violation
from dagster_project.geography.coverage import faults
from dagster_project.publication.contours import COLUMNS, KEY, RESOLUTIONS

NAME = "contours"
PARTITIONS = ("epci", "departement", "region")
WGS84 = 4326


def violations(folder: Path) -> list[Violation]:
    """Broken rules of the polygons of a candidate."""
    territories = pq.read_table(folder / "tables" / "territoires.parquet", columns=KEY).to_pylist()
    expected = {(row["maille"], row["code_territoire"]) for row in territories}
    found = []
    for name in RESOLUTIONS:
        path = folder / "contours" / f"territoires_{name}.parquet"
        found += (
            _file_violations(path, expected)
            if path.is_file()
            else [Violation("contours_presents", path.name, "is missing")]
        )
    return found


def _file_violations(path: Path, expected: set[tuple[str, str]]) -> list[Violation]:
    geo = json.loads((pq.read_schema(path).metadata or {}).get(b"geo", b"{}"))
    if geo.get("version") != "1.1.0" or "covering" not in geo["columns"][geo["primary_column"]]:
        return [Violation("geoparquet", path.name, "is not GeoParquet 1.1 with bounding boxes")]
    frame = gpd.read_parquet(path)
    found = []
    if frame.crs is None or frame.crs.to_epsg() != WGS84:
        found.append(Violation("systeme_de_coordonnees", path.name, f"is in {frame.crs}, expected WGS 84"))
    if extra := sorted(set(frame.columns) - {*COLUMNS, "bbox"}):
        found.append(Violation("colonnes_des_contours", path.name, f"holds {extra}"))
    seen = set(frame[KEY].itertuples(index=False, name=None))
    if seen != expected or len(frame) != len(expected):
        example = sorted(map(str, seen ^ expected))[:3]
        found.append(
            Violation("un_contour_par_territoire", path.name, f"{len(seen ^ expected)} differ, e.g. {example}")
        )
    if broken := int((~frame.is_valid).sum() + frame.is_empty.sum()):
        found.append(Violation("geometrie_valide", path.name, f"{broken} polygons are invalid or empty"))
    if unmatched := faults(frame[frame.maille.isin(PARTITIONS)]):
        found.append(Violation("couverture_valide", path.name, f"borders that do not match: {unmatched}"))
    return found
