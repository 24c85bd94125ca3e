"""What people open, made of the tables that gate 3 let through: maps, site, workbooks, documentation; then the whole folder."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import dagster as dg
import duckdb
import geopandas as gpd

from dagster_project.assets import dbt_runner
from dagster_project.assets.alone import ALONE
from dagster_project.assets.ingestion import target_cog
from dagster_project.assets.progress import shown
from dagster_project.checks import stamps
from dagster_project.checks.gates import CANDIDATE, DOSSIER
from dagster_project.checks.stamped import stamped_candidate
from dagster_project.geography.drawing import draw
from dagster_project.publication import dossier, facts, geo, release
from dagster_project.publication.contours import contours_name
from dagster_project.publication.figures import plain
from dagster_project.publication.site import pages
from dagster_project.publication.workbooks import territory as workbooks
from dagster_project.settings import PRODUITS, PROJECT_ROOT, Settings

DESCRIPTIONS = {
    "geo": "Territories with figures: GeoParquet, GeoPackage, GeoJSON.",
    "site": "Static site of the observatory.",
    "classeurs": "A workbook a territory, and one of all.",
    "documentation": "dbt's documentation as one page.",
}
KEYS = {name: dg.AssetKey(["publication", name]) for name in PRODUITS}


def product_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset a product, and the folder that holds them all."""
    makers = {"geo": _geo, "site": _site, "classeurs": _workbooks, "documentation": _documentation}

    def product(name: str) -> dg.AssetsDefinition:
        @dg.asset(
            key=KEYS[name],
            group_name="publication",
            deps=[CANDIDATE],
            required_resource_keys={ALONE},
            description=DESCRIPTIONS[name],
        )
        def made() -> dg.MaterializeResult:
            stamps.require(*stamped_candidate(settings), "Gate 3")
            if release.is_released(settings.publication):
                return dg.MaterializeResult(metadata={stamps.REUSED: True})
            if name not in settings.products:
                return dg.MaterializeResult(metadata={stamps.SKIPPED: "not among FLUX_PRODUITS"})
            return dg.MaterializeResult(metadata={"files": makers[name](settings)})

        return made

    @dg.asset(
        key=DOSSIER,
        group_name="publication",
        required_resource_keys={ALONE},
        deps=list(KEYS.values()),
        description="The whole folder: completed catalogue, DCAT-AP, digest of every file.",
    )
    def complete() -> dg.MaterializeResult:
        stamps.require(*stamped_candidate(settings), "Gate 3")
        if release.is_released(settings.publication):
            return dg.MaterializeResult(metadata={stamps.REUSED: True})
        catalogue = dossier.complete(release.candidate_folder(settings.publication), settings.publisher)
        return dg.MaterializeResult(metadata={"resources": len(catalogue["resources"]), "made": catalogue["produits"]})

    return [*map(product, PRODUITS), complete]


def _geo(settings: Settings) -> int:
    return geo.build(release.candidate_folder(settings.publication))


def _site(settings: Settings) -> int:
    folder = release.candidate_folder(settings.publication)
    last = release.current(settings.publication, target_cog(settings)) or release.current(settings.publication)
    with shown("pages", len(facts.load(folder).territories) + 3) as done:
        return pages.build(folder, background(folder, settings.warehouse), settings.products, last, done)


def _workbooks(settings: Settings) -> int:
    folder = release.candidate_folder(settings.publication)
    with shown("workbooks", len(facts.load(folder).territories) + 1) as done:
        return workbooks.build(folder, done)


def _documentation(settings: Settings) -> int:
    target = release.candidate_folder(settings.publication) / "documentation"
    target.mkdir(exist_ok=True)
    text = dbt_runner.documentation(settings).read_text("utf-8")
    for private in (str(settings.data), str(PROJECT_ROOT)):  # where things lie on this machine is nobody's business
        text = text.replace(private, ".")
    (target / "index.html").write_text(text, "utf-8")
    return 1


def background(folder: Path, warehouse: Path) -> pages.Background:
    """Strokes of all territories, and the names of communes: the only thing of theirs that a page may hold."""
    polygons = gpd.read_parquet(folder / "contours" / contours_name("carte"))
    territories = facts.load(folder).territories
    polygons = polygons[polygons.maille != "france"].reset_index(drop=True)
    places = list(zip(polygons.maille, polygons.code_territoire, strict=True))
    lie = polygons.index.to_series().map(lambda row: str(territories[places[row]].about["codes_departements"]))
    drawing = draw(polygons, lie)
    communes: dict[tuple[str, str], list[str]] = defaultdict(list)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = "select siren_epci, code_departement, nom_commune from intermediate.int_communes"
        for epci, departement, name in connection.execute(query).fetchall():
            communes["epci" if epci else "departement", epci or departement].append(name)
    paths = {places[row]: path for row, path in drawing.paths.items()}
    for names in communes.values():
        names.sort(key=plain)
    return pages.Background((drawing.width, drawing.height), paths, drawing.frames, dict(communes))
