"""Territories with their figures, for GIS: GeoParquet 1.1, GeoPackage (a layer a mesh) and GeoJSON (a file a mesh), in WGS 84.

Figures are the marts' presentation columns, as on the pages; polygons are those that gate 3 checked, at 100 m.
"""

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

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
    frame.to_parquet(
        target / f"{STEM}.parquet", index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True
    )
    # A GeoPackage dates its tables: from the release, so that the same release writes the same bytes.
    pyogrio.set_gdal_config_options({CLOCK: f"{release.catalogue['created'][:19]}.000Z"})
    for maille, part in frame.groupby("maille", sort=True):
        part = part.reset_index(drop=True)
        part.to_file(
            target / f"{STEM}.gpkg", driver="GPKG", layer=maille, engine="pyogrio", promote_to_multi=True,
            layer_metadata={"IDENTIFIER": maille}, append=(target / f"{STEM}.gpkg").exists(),
        )  # fmt: skip
        part.to_file(
            target / f"{maille}.geojson", driver="GeoJSON", engine="pyogrio", RFC7946="YES", COORDINATE_PRECISION=DIGITS
        )
    pyogrio.set_gdal_config_options({CLOCK: None})
    return len(frame)


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
    for path in sorted((folder / FOLDER).glob("*")):
        form, layers = path.suffix[1:], "toutes les mailles" if path.stem == STEM else label("maille", path.stem)
        results.append(
            {
                "name": f"geo-{path.stem.replace('_', '-')}-{form}",
                "path": str(path.relative_to(folder)),
                "format": "geoparquet" if form == "parquet" else form,
                "mediatype": MEDIA_TYPES[form],
                "description": (
                    f"Territoires avec leurs chiffres arrondis ({layers}),"
                    " WGS 84, contours à 100 m ; approche `consommation`, sauf la colonne"
                    f" `arrondi_flux_recolte_kt_co2e` ; {NEGATIVE_SINK}."
                ),
                "crs": "EPSG:4326",
                "colonnes": list(COLUMNS),
                "licenses": rights_of_fluxes(catalogue),
                **fingerprint(path),
            }
        )
    return results
