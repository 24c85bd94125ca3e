"""What a release becomes in a database: its tables as its catalogue describes them, and their rows, ready to copy.

Talks to no database, and knows none.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import shapely

from dagster_project.core.errors import FluxError
from dagster_project.release.contours import COLUMNS, DESCRIPTIONS, KEY, contours_name
from dagster_project.release.conventions import POINT

# As PostgreSQL's `format_type` spells them, so that a plan and a database compare. One type of integer: a narrower one, one day,
# would be a change of type.
TYPES = {"string": "text", "number": "double precision", "integer": "bigint", "boolean": "boolean"}
POLYGONS, SRID = "contours_territoires", 4326
GEOMETRY, POINTS = f"geometry(MultiPolygon,{SRID})", f"geometry(Point,{SRID})"
RESOLUTION = "telechargement"

Columns = dict[str, str]  # type by name, in order


class PublicationError(FluxError):
    """The publication was refused and readers see what they saw; the message says why and what to do."""


@dataclass(frozen=True)
class Relation:
    """A table or a view, and what is said of it."""

    name: str
    columns: Columns
    comment: str | None
    comments: dict[str, str | None]


@dataclass(frozen=True)
class Planned(Relation):
    """A table of a release as its catalogue describes it; the parts of its key may be empty when `nullable_key`."""

    file: Path
    rows: int
    required: frozenset[str]
    key: tuple[str, ...]
    nullable_key: bool = False


def planned_tables(release: Path, catalogue: Mapping[str, Any]) -> list[Planned]:
    """The tables of a release, by name, and its polygons if it has any; with them, points too have their geometry.

    Raises:
        PublicationError: a file that is missing, or that lacks a column of the catalogue.
    """
    label = f"[{catalogue['statut_donnees']}, version {catalogue['id']}]"
    path = f"contours/{contours_name(RESOLUTION)}"
    drawn = any(resource["path"] == path for resource in catalogue["resources"])
    tables = [
        _planned(release / resource["path"], resource, label, drawn)
        for resource in catalogue["resources"]
        if resource["format"] == "parquet" and resource["path"].startswith("tables/")
    ]
    if drawn:
        tables.append(_planned_polygons(release / path, label))
    return sorted(tables, key=lambda item: item.name)


def _planned(file: Path, resource: Mapping[str, Any], label: str, drawn: bool) -> Planned:
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    _assert_holds(file, fields)
    geometry = {"geom": POINTS} if drawn and set(POINT) <= set(fields) else {}
    return Planned(
        name=file.stem,
        file=file,
        rows=resource["rows"],
        comment=f"{resource['description']} {label}",
        columns={name: TYPES[field["type"]] for name, field in fields.items()} | geometry,
        comments={
            name: field["description"] + (f" Unité : {field['unit']}." if field.get("unit") else "")
            for name, field in fields.items()
        }
        | dict.fromkeys(geometry, f"Point en WGS 84 (EPSG:{SRID})."),
        required=frozenset(name for name, field in fields.items() if field.get("constraints", {}).get("required")),
        key=tuple(resource["schema"].get("primaryKey") or resource["cle"]),
        nullable_key="cle" in resource,
    )


def _planned_polygons(file: Path, label: str) -> Planned:
    _assert_holds(file, COLUMNS)
    texts = dict.fromkeys((*KEY, "nom_territoire", "statut_donnees"), "text")
    return Planned(
        name=POLYGONS,
        file=file,
        rows=pq.read_metadata(file).num_rows,
        comment=f"{DESCRIPTIONS[RESOLUTION]} {label}",
        columns=texts | {"geom": GEOMETRY},
        comments={"geom": "Polygones en WGS 84 (EPSG:4326) ; vide pour un territoire qui coupe des communes."},
        required=frozenset(texts),
        key=tuple(KEY),
    )


def _assert_holds(file: Path, names: Sequence[str] | Mapping[str, Any]) -> None:
    if not file.is_file():
        raise PublicationError(f"{file} is missing: the release is not complete, make it again")
    if absent := sorted(set(names) - set(pq.read_schema(file).names)):
        raise PublicationError(
            f"{file} has no column {absent[0]}, which its catalogue describes: make the release again"
        )


def rows_of(table: Planned) -> bytes:
    """The rows as CSV, in the order of the plan: empty is null, a quoted empty text is a text."""
    content = _polygons(table) if table.name == POLYGONS else pq.read_table(table.file)
    if table.columns.get("geom") == POINTS:
        content = content.append_column("geom", pa.array(_ewkb(shapely.points(*(content[name] for name in POINT)))))
    buffer = io.BytesIO()
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    pyarrow.csv.write_csv(content.select(list(table.columns)), buffer, options)
    return buffer.getvalue()


def _polygons(table: Planned) -> pa.Table:
    """The polygons as EWKB, which carries its SRID, all of them multiple."""
    frame = gpd.read_parquet(table.file)
    if frame.crs is None or frame.crs.to_epsg() != SRID:
        raise PublicationError(f"{table.file} is not in EPSG:{SRID}: make the release again")
    multiple = [
        shapely.MultiPolygon([item]) if item is not None and item.geom_type == "Polygon" else item
        for item in frame.geometry
    ]
    return pa.Table.from_pandas(frame.drop(columns="geometry").assign(geom=_ewkb(multiple)), preserve_index=False)


def _ewkb(shapes: Any) -> Any:
    """Shapes as hexadecimal EWKB, empty ones as nothing."""
    return shapely.to_wkb(shapely.set_srid(shapes, SRID), hex=True, include_srid=True)
