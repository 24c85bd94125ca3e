"""What pages need besides the tables of a release: strokes and borders of territories, and words to look for them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import geopandas as gpd

from dagster_project.core.sql import records
from dagster_project.geography.areas import by_zone
from dagster_project.geography.drawing import Drawing, close_up, draw
from dagster_project.geography.neighbours import neighbours
from dagster_project.products.facts import Release, load
from dagster_project.products.figures import plain
from dagster_project.products.place_rows import Place
from dagster_project.products.site.plumes_page import Seen
from dagster_project.release.contours import contours_name

MAPPED_MESHES = ("departement", "region")  # whose page maps the EPCI in it


@dataclass(frozen=True)
class Commune:
    """A commune as a reader looks for it: never with a figure."""

    name: str
    code: str
    postal_codes: str


@dataclass(frozen=True)
class CloseUp:
    """A departement or region by itself: its size, its outline, and the paths of the EPCI in it."""

    size: tuple[int, int]
    outline: str
    paths: Mapping[Place, str]


@dataclass(frozen=True)
class Background:
    """What pages need besides the release.

    Attributes:
        size: width and height of the drawing of France.
        paths: SVG path by territory.
        frames: departement, x, y and side of each overseas frame.
        points: a point inside each territory of the drawing.
        neighbours: territories of the same mesh that share a border, the longest first.
        communes: of an EPCI, or of the departement of those without EPCI.
        former_names: earlier names of EPCI, by the EPCI of now that they lead to.
        close_ups: of departements and regions.
        seen: what satellites saw, as it is drawn.
    """

    size: tuple[int, int]
    paths: Mapping[Place, str]
    frames: Sequence[tuple[str, int, int, int]]
    points: Mapping[Place, tuple[int, int]] = field(default_factory=dict)
    neighbours: Mapping[Place, Sequence[Place]] = field(default_factory=dict)
    communes: Mapping[Place, Sequence[Commune]] = field(default_factory=dict)
    former_names: Mapping[Place, Sequence[str]] = field(default_factory=dict)
    close_ups: Mapping[Place, CloseUp] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)


def drawn(folder: Path) -> tuple[gpd.GeoDataFrame, Drawing]:
    """The polygons of a release but for France, and their drawing.

    Args:
        folder: that holds the contours and the tables.
    """
    polygons = gpd.read_parquet(folder / "contours" / contours_name("carte"))
    polygons = polygons[polygons.maille != "france"].reset_index(drop=True)
    territories = load(folder).territories
    polygons["place"] = list(zip(polygons.maille, polygons.code_territoire, strict=True))
    polygons["departements"] = [str(territories[place].about["codes_departements"]) for place in polygons.place]
    return polygons, draw(polygons, polygons.departements)


def background(folder: Path, warehouse: Path, polygons: gpd.GeoDataFrame, drawing: Drawing, seen: Seen) -> Background:
    """All of it.

    Args:
        folder: of the release.
        warehouse: that knows the communes.
        polygons: see `drawn`.
        drawing: of them.
        seen: by satellites.
    """
    borders = {
        polygons.place[row]: [polygons.place[other] for other in others]
        for _, mesh in polygons.groupby("maille")
        for _, part in by_zone(mesh, mesh.departements)  # in metres, so that lengths compare
        for row, others in neighbours(part.geometry).items()
    }
    communes, former = _words(warehouse)
    return Background(
        size=(drawing.width, drawing.height),
        paths={polygons.place[row]: path for row, path in drawing.paths.items()},
        frames=drawing.frames,
        points={polygons.place[row]: point for row, point in drawing.points.items()},
        neighbours=borders,
        communes=communes,
        former_names=former,
        close_ups=_close_ups(load(folder), polygons),
        seen=seen,
    )


def _words(warehouse: Path) -> tuple[Mapping[Place, Sequence[Commune]], Mapping[Place, Sequence[str]]]:
    """Communes and earlier names by the territory that they lead to."""
    communes: dict[Place, list[Commune]] = defaultdict(list)
    former: dict[Place, list[str]] = defaultdict(list)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = "from intermediate.int_recherche_communes order by all"
        for row in records(connection, query):
            commune = Commune(row["nom_commune"], row["code_commune"], row["codes_postaux"])
            communes[row["maille"], row["code_territoire"]].append(commune)
        query = "select siren_epci, nom_epci from intermediate.int_anciens_epci order by all"
        for code, name in connection.execute(query).fetchall():
            former["epci", code].append(name)
    for listed in communes.values():
        listed.sort(key=lambda commune: plain(commune.name))
    return dict(communes), dict(former)


def _close_ups(release: Release, polygons: gpd.GeoDataFrame) -> Mapping[Place, CloseUp]:
    """Each departement and region with the EPCI that lie in it, wholly or not."""
    rows = {place: row for row, place in polygons.place.items()}
    results = {}
    for mesh in MAPPED_MESHES:
        for territory in release.of_mesh(mesh):
            own = (territory.maille, territory.code)
            inside = [("epci", item.code) for item in release.inside(territory)]
            listed = [rows[place] for place in (own, *inside) if place in rows]
            part = polygons.loc[listed]
            seen = close_up(part, part.departements)
            if seen.paths and own in rows:
                paths = {place: seen.paths[rows[place]] for place in inside if rows.get(place) in seen.paths}
                results[own] = CloseUp((seen.width, seen.height), seen.paths.get(rows[own], ""), paths)
    return results
