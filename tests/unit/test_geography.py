"""Boundaries, areas and coverages, on shapes whose answer is known with a pencil."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from dagster_project.geography import areas, boundaries, coverage

LAMBERT, WGS84 = 2154, 4326
COLUMNS = {"code": "code"}


def frame(shapes: dict[str, shapely.Geometry], crs: int | None = LAMBERT) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": list(shapes)}, geometry=list(shapes.values()), crs=crs)


def km(x: float, y: float, width: float = 1, height: float = 1) -> shapely.Polygon:
    """A rectangle in kilometres from a point in the middle of France (Lambert-93)."""
    x, y = 700_000 + 1000 * x, 6_600_000 + 1000 * y
    return shapely.box(x, y, x + 1000 * width, y + 1000 * height)


def geojson(shapes: dict[str, shapely.Geometry], crs: int = LAMBERT) -> bytes:
    return frame(shapes, crs).to_crs(WGS84).to_json().encode()


def test_a_square_kilometre_is_a_hundred_hectares_wherever_it_lies() -> None:
    """Squares drawn on each territory's metric system, read back in degrees."""
    for code, epsg, x, y in (
        ("01001", 2154, 700_000, 6_600_000),
        ("2A004", 2154, 1_180_000, 6_110_000),
        ("97105", 5490, 640_000, 1_770_000),
        ("97302", 2972, 350_000, 540_000),
        ("97411", 2975, 340_000, 7_690_000),
        ("97611", 4471, 520_000, 8_590_000),
    ):
        square = frame({code: shapely.box(x, y, x + 1000, y + 1000)}, epsg).to_crs(WGS84)
        assert areas.areas_ha(square, square.code).tolist() == pytest.approx([100], rel=1e-6), code


def test_reading_a_geojson_keeps_codes_and_gives_degrees() -> None:
    read = boundaries.read(geojson({"01002": km(1, 0), "01001": km(0, 0)}), "geojson", COLUMNS)
    assert read.code.tolist() == ["01001", "01002"]
    assert (read.crs.to_epsg(), set(read.type_geometrie), read.reparee.any()) == (WGS84, {"Polygon"}, False)
    assert areas.areas_ha(read, read.code).tolist() == pytest.approx([100, 100], rel=1e-6)


def test_layers_and_labels_of_ign_editions(tmp_path: Path) -> None:
    """ADMIN EXPRESS COG 4 (GeoPackage, layer commune among others) and 3 (Shapefile in Lambert-93)."""
    four, three = tmp_path / "ade4.gpkg", tmp_path / "COMMUNE.shp"
    shapes = frame({"01001": km(0, 0), "01002": km(1, 0)})
    shapes.rename(columns={"code": "code_insee"}).to_file(four, layer="commune")
    frame({"69381": km(5, 5)}).rename(columns={"code": "code_insee"}).to_file(four, layer="arrondissement_municipal")
    shapes.rename(columns={"code": "INSEE_COM"}).to_file(three)
    by_four = boundaries.read(four, "gpkg", {"code": "code_insee"}, "commune")
    by_three = boundaries.read(three, "shapefile", {"code": "INSEE_COM"}, "COMMUNE")
    assert by_four.code.tolist() == by_three.code.tolist() == ["01001", "01002"]
    assert by_three.crs_lu.unique().tolist() == ["EPSG:2154"]


def test_an_invalid_ring_is_repaired_and_flagged() -> None:
    """Two triangles that touch (a bow tie of 1 km): half a square kilometre once repaired."""
    x, y = 700_000, 6_600_000
    tie = shapely.Polygon([(x, y), (x + 1000, y + 1000), (x + 1000, y), (x, y + 1000)])
    read = boundaries.read(geojson({"36075": tie, "36076": km(3, 0)}), "geojson", COLUMNS)
    assert read.reparee.tolist() == [True, False]
    assert read.is_valid.all()
    assert areas.areas_ha(read, read.code)[0] == pytest.approx(50, rel=1e-3)


def test_arrondissements_are_folded_once_and_collectivities_left_out() -> None:
    alone = {"69381": km(0, 0), "69389": km(1, 0), "01001": km(5, 5), "97502": km(9, 9)}
    folded = boundaries.read(geojson(alone), "geojson", COLUMNS)
    assert folded.code.tolist() == ["01001", "69123"]
    assert areas.areas_ha(folded, folded.code).tolist() == pytest.approx([100, 200], rel=1e-6)
    both = boundaries.read(geojson({**alone, "69123": km(0, 0, 2, 1)}), "geojson", COLUMNS)
    assert areas.areas_ha(both, both.code).tolist() == pytest.approx([100, 200], rel=1e-6)


@pytest.mark.parametrize(
    ("shapes", "crs", "columns", "expected"),
    [
        ({"01001": km(0, 0)}, None, COLUMNS, "no coordinate system in the file, and one is never guessed"),
        ({"01001": km(0, 0)}, LAMBERT, {"code": "code_insee"}, "no column 'code_insee'; it has code, geometry"),
        (
            {"01001": shapely.LineString([(0, 0), (1, 1)])},
            LAMBERT,
            COLUMNS,
            "commune 01001 is a LineString, not a polygon",
        ),
        ({"01001": None}, LAMBERT, COLUMNS, "commune 01001 has no geometry"),
        ({}, LAMBERT, COLUMNS, "no feature at all"),
    ],
)
def test_unusable_boundaries(shapes: dict, crs: int | None, columns: dict, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "communes.parquet"
    frame(shapes, crs).to_parquet(path)
    with pytest.raises(boundaries.BoundaryError, match=expected):
        boundaries.read(path, "geoparquet", columns)


def test_a_code_given_twice_and_a_file_that_is_not_one(tmp_path: Path) -> None:
    path = tmp_path / "communes.parquet"
    pd.concat([frame({"01001": km(0, 0)}), frame({"01001": km(1, 0)})]).to_parquet(path)
    with pytest.raises(boundaries.BoundaryError, match="commune 01001 appears twice"):
        boundaries.read(path, "geoparquet", COLUMNS)
    path.write_bytes(b"PAR1 not really")
    with pytest.raises(boundaries.BoundaryError, match="cannot be read as geoparquet"):
        boundaries.read(path, "geoparquet", COLUMNS)


def members(**territories: list[str]) -> pd.DataFrame:
    """epci_A=[codes] -> one row a commune."""
    rows = [(*name.split("_"), code) for name, codes in territories.items() for code in codes]
    return pd.DataFrame(rows, columns=["maille", "code_territoire", "code"])


def zigzag(x: float) -> list[tuple[float, float]]:
    """A border from south to north, with a tooth of 40 m every 100 m."""
    return [(700_000 + 1000 * x + 40 * (i % 2), 6_600_000 + 100 * i) for i in range(11)]


def test_neighbours_share_their_simplified_border() -> None:
    """Two EPCI on each side of a toothed border: once simplified they share every vertex, and their union has no hole."""
    border = zigzag(1)
    west = shapely.Polygon([(700_000, 6_600_000), *border, (700_000, 6_601_000)])
    east = shapely.Polygon([(702_000, 6_600_000), *border, (702_000, 6_601_000)])
    communes = frame({"01001": west, "01002": east}).to_crs(WGS84)
    of = members(epci_A=["01001"], epci_B=["01002"], france_FR=["01001", "01002"])
    cells = coverage.dissolve(communes, of)
    full, simple = coverage.territories(cells, 1), coverage.territories(cells, 200)
    assert simple.code_territoire.tolist() == ["A", "B", "FR"]
    assert simple.geometry[0].boundary.coords[:] != full.geometry[0].boundary.coords[:]
    assert len(simple.geometry[0].exterior.coords) < len(full.geometry[0].exterior.coords)
    assert coverage.faults(simple[simple.maille == "epci"]) == {}
    assert simple.geometry[0].union(simple.geometry[1]).equals(simple.geometry[2])


def test_an_overlap_and_a_gap_are_mended_and_counted() -> None:
    """01002 starts 10 m inside 01001; 01003 leaves a sliver 400 m long and 8 m wide along 01002."""
    x, y = 702_000, 6_600_000
    notch = [(x, y), (x, y + 300), (x + 8, y + 310), (x + 8, y + 690), (x, y + 700), (x, y + 1000)]
    third = shapely.Polygon([*notch, (x + 1000, y + 1000), (x + 1000, y)])
    shapes = {"01001": km(0, 0, 1.01, 1), "01002": km(1, 0), "01003": third, "01004": km(8, 8)}
    cells = coverage.dissolve(
        frame(shapes).to_crs(WGS84), members(epci_A=["01001"], epci_B=["01002"], epci_C=["01003", "01004"])
    )
    assert [one.mended for one in cells] == [3]
    done = coverage.territories(cells, 1)
    assert coverage.faults(done) == {}
    whole = shapely.union_all(done.geometry.values)
    assert [len(part.interiors) for part in whole.geoms] == [0, 0]  # no hole left; 01004 is apart
    assert sum(areas.areas_ha(done, pd.Series(["01"] * 3))) == pytest.approx(400, rel=1e-4)


def test_a_territory_of_two_zones_is_one_multipolygon() -> None:
    reunion = frame({"97411": shapely.box(340_000, 7_690_000, 341_000, 7_691_000)}, 2975).to_crs(WGS84)
    communes = pd.concat([frame({"01001": km(0, 0)}).to_crs(WGS84), reunion])
    done = coverage.territories(coverage.dissolve(communes, members(france_FR=["01001", "97411"])), 1)
    assert [one.geom_type for one in done.geometry] == ["MultiPolygon"]
    assert len(done.geometry[0].geoms) == 2


def test_a_member_without_boundary_is_named() -> None:
    with pytest.raises(boundaries.BoundaryError, match="no boundary for commune 01009"):
        coverage.dissolve(frame({"01001": km(0, 0)}).to_crs(WGS84), members(epci_A=["01001", "01009"]))


def test_faults_see_invalid_polygons_and_unmatched_borders() -> None:
    rows = (
        frame({"A": km(0, 0, 1.01, 1), "B": km(1, 0)}).rename(columns={"code": "code_territoire"}).assign(maille="epci")
    )
    assert coverage.faults(rows) == {"epci": 2}


@pytest.mark.parametrize("epsg", [9794, 9793, 4171, 27572, 3857, 3035, 32631])
def test_any_system_that_proj_brings_home_is_read(epsg: int, tmp_path: Path) -> None:
    """IGN's present and former Lambert-93, RGF93, NTF, Web Mercator, LAEA, UTM: the square is where it was, and as large."""
    path = tmp_path / "communes.gpkg"
    frame({"36001": km(0, 0)}).to_crs(epsg).to_file(path)
    read = boundaries.read(path, "gpkg", COLUMNS)
    assert read.crs_lu.tolist() == [f"EPSG:{epsg}"]
    assert areas.areas_ha(read, read.code).tolist() == pytest.approx([100], rel=1e-3)
    assert read.to_crs(LAMBERT).centroid.iloc[0].distance(km(0, 0).centroid) < 10  # NTF without its grid: some metres


def test_heights_are_left_out(tmp_path: Path) -> None:
    """RFC 7946 allows a third coordinate; areas do not need it and PostgreSQL's columns refuse it."""
    high = frame({"36001": shapely.force_3d(km(0, 0), 120)}).to_crs(4979)
    read = boundaries.read(high.to_json().encode(), "geojson", COLUMNS)
    assert not read.has_z.any()
    assert areas.areas_ha(read, read.code).tolist() == pytest.approx([100], rel=1e-6)


def test_a_system_that_leads_nowhere_and_none_at_all_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "communes.parquet"
    local = 'LOCAL_CS["chantier",UNIT["metre",1]]'
    gpd.GeoDataFrame({"code": ["36001"]}, geometry=[km(0, 0)], crs=local).to_parquet(path)
    with pytest.raises(boundaries.BoundaryError, match="cannot be brought to WGS 84"):
        boundaries.read(path, "geoparquet", COLUMNS)
    frame({"36001": km(0, 0)}, None).to_file(tmp_path / "sans.shp")
    with pytest.raises(boundaries.BoundaryError, match="no coordinate system"):
        boundaries.read(tmp_path / "sans.shp", "shapefile", COLUMNS)
