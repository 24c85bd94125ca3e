"""Territories with their figures, and points, for GIS: GeoParquet 1.1, GeoPackage and GeoJSON (a layer a mesh), in WGS 84.

Figures are the marts' presentation columns, as on the pages; polygons are those that gate 3 checked, at 100 m.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from dagster_project.products import points
from dagster_project.products.facts import Release, Territory, load
from dagster_project.products.figures import PREFIX, label
from dagster_project.products.indicators import LAYERS
from dagster_project.release.candidate import fingerprint, rights_of_fluxes
from dagster_project.release.catalogue import Catalogue, Resource
from dagster_project.release.contours import contours_name
from dagster_project.release.conventions import NEGATIVE_SINK

FOLDER, STEM = "geo", "territoires"
CLOCK = "OGR_CURRENT_DATE"
DIGITS = 5  # of a degree, about a metre: finer than the simplification
MEDIA_TYPES = {
    "parquet": "application/vnd.apache.parquet",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
}
ABOUT = ("maille", "code_territoire", "nom_territoire", "cog", "n_communes", "population", "arrondi_surface_ha",
         "moins_de_10_communes", "couverture_aldo")  # fmt: skip
SOURCE = "ADEME (ALDO), IGN, SDES, GIS Sol, CITEPA, Insee, DGCL ; Licence Ouverte / Open Licence 2.0"
SAID = ("approche_bois", "convention_de_signe", "periode_flux", "source_et_licence", "version_aldo", "statut_donnees")
COLUMNS = (*ABOUT, *(PREFIX + name for name in LAYERS), *SAID)


def build(folder: Path) -> int:
    """Write all files below `folder/geo`, replacing what was there; returns the number of territories."""
    target = folder / FOLDER
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    release = load(folder)
    frame = territories(release)
    # A GeoPackage dates its tables: from the release, so that the same release writes the same bytes.
    pyogrio.set_gdal_config_options({CLOCK: f"{release.catalogue['created'][:19]}.000Z"})
    _write(target, STEM, frame, {str(maille): part for maille, part in frame.groupby("maille", sort=True)})
    for name, table in points.tables(release.catalogue).items():
        seen = points.layer(folder / table["path"], frame.crs)
        _write(target, name, seen, {name: seen})
    pyogrio.set_gdal_config_options({CLOCK: None})
    return len(frame)


def _write(target: Path, stem: str, frame: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """One GeoParquet and one GeoPackage, and a GeoJSON a layer."""
    frame.to_parquet(
        target / f"{stem}.parquet", index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True
    )
    package = target / f"{stem}.gpkg"
    kind = "MultiPolygon" if stem == STEM else "Point"  # an empty layer has none of its own
    for name, layer in layers.items():
        rows = layer.reset_index(drop=True)
        rows.to_file(
            package, driver="GPKG", layer=name, engine="pyogrio", geometry_type=kind, promote_to_multi=stem == STEM,
            layer_metadata={"IDENTIFIER": name}, append=package.exists(),
        )  # fmt: skip
        rows.to_file(
            target / f"{name}.geojson", driver="GeoJSON", engine="pyogrio", RFC7946="YES", COORDINATE_PRECISION=DIGITS
        )


def columns(catalogue: Catalogue) -> dict[str, list[str]]:
    """Columns of the files of each layer of points, by name; those of territories are COLUMNS."""
    return {name: points.columns(table) for name, table in points.tables(catalogue).items()}


def territories(release: Release) -> gpd.GeoDataFrame:
    """Every territory that has a polygon, with its figures; those without figures are there, empty."""
    polygons = gpd.read_parquet(release.folder / "contours" / contours_name("telechargement"))
    rows = [_row(release, territory) for territory in release.territories.values()]
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"population": "Int64"})
    frame = frame.astype({PREFIX + name: "float64" for name in LAYERS})
    drawn = polygons.loc[polygons.geometry.notna(), ["maille", "code_territoire", "geometry"]]
    joined = drawn.merge(frame, on=["maille", "code_territoire"], how="inner", validate="one_to_one")
    return gpd.GeoDataFrame(joined[[*COLUMNS, "geometry"]], geometry="geometry", crs=polygons.crs)


def _row(release: Release, territory: Territory) -> dict[str, object]:
    results = {name: territory.about[name] for name in ABOUT}
    results |= {PREFIX + name: shown.figure(territory) for name, shown in LAYERS.items()}
    bilan = territory.row("bilan_global", "consommation")
    return results | {
        "approche_bois": "consommation, sauf `arrondi_flux_recolte_kt_co2e`",
        "convention_de_signe": NEGATIVE_SINK,
        "periode_flux": release.catalogue["annees_flux"],
        "source_et_licence": SOURCE,
        "version_aldo": bilan["version_aldo"] if bilan else None,
        "statut_donnees": territory.about["statut_donnees"],
    }


def resources(folder: Path, catalogue: Catalogue) -> list[Resource]:
    """Entries of the catalogue for what stands below `folder/geo`."""
    results: list[Resource] = []
    tables = points.tables(catalogue)
    for path in sorted((folder / FOLDER).glob("*")):
        form, table = path.suffix[1:], tables.get(path.stem)
        results.append(
            {
                "name": f"geo-{path.stem.replace('_', '-')}-{form}",
                "path": str(path.relative_to(folder)),
                "format": "geoparquet" if form == "parquet" else form,
                "mediatype": MEDIA_TYPES[form],
                "description": f"{table['description']} Points en WGS 84." if table else _of_territories(path.stem),
                "crs": "EPSG:4326",
                "colonnes": points.columns(table) if table else list(COLUMNS),
                "licenses": table["licenses"] if table else rights_of_fluxes(catalogue),
                **fingerprint(path),
            }
        )
    return results


def _of_territories(stem: str) -> str:
    layers = "toutes les mailles" if stem == STEM else label("maille", stem)
    return (
        f"Territoires avec leurs chiffres arrondis ({layers}),"
        " WGS 84, contours à 100 m ; approche `consommation`, sauf la colonne"
        f" `arrondi_flux_recolte_kt_co2e` ; {NEGATIVE_SINK}."
    )
