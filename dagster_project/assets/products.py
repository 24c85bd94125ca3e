"""What people open, made of the tables that gate 3 let through: maps, site, workbooks, documentation; then the whole folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from dagster_project.assets.gates import CANDIDATE, DOSSIER
from dagster_project.assets.resources import RUN, made, skipped
from dagster_project.core.ledger import Ledger
from dagster_project.core.progress import shown
from dagster_project.core.sql import records
from dagster_project.geography.drawing import Drawing
from dagster_project.ingest import plume_months, plume_profiles
from dagster_project.ingest.run import Run
from dagster_project.products import dossier, facts, geo, hub, identity, plume_facts
from dagster_project.products.site import pages, plumes_page
from dagster_project.products.site.background import Background, background, drawn
from dagster_project.products.workbooks import territory as workbooks
from dagster_project.release import switch
from dagster_project.settings import PRODUITS, PROJECT_ROOT, Settings
from dagster_project.warehouse import documentation

DESCRIPTIONS = {
    "geo": "Territories with figures: GeoParquet, GeoPackage, GeoJSON.",
    "site": "Static site of the observatory.",
    "classeurs": "A workbook a territory, and one of all.",
    "indicateurs": "Indicators in the layout of the ministry's hub, a CSV a mesh.",
    "documentation": "dbt's documentation as one page.",
}
MAKERS: dict[str, Callable[..., object]] = {  # the pure function of each, whose code decides whether it is made again
    "geo": geo.build,
    "site": pages.build,
    "classeurs": workbooks.build,
    "indicateurs": hub.build,
    "documentation": documentation.documentation,
}
KEYS = {name: dg.AssetKey(["publication", name]) for name in PRODUITS}


def product_assets() -> list[dg.AssetsDefinition]:
    """One asset a product, and the folder that holds them all."""

    def product(name: str) -> dg.AssetsDefinition:
        @dg.asset(
            key=KEYS[name],
            group_name="publication",
            deps=[CANDIDATE],
            required_resource_keys={RUN},
            description=DESCRIPTIONS[name],
        )
        def write(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
            settings = context.resources.run.settings
            Ledger(settings.data).require("gate_3")
            if switch.is_released(settings.publication):
                return made({}, reused=True)
            if name not in settings.products:
                return skipped("not among FLUX_PRODUCTS")
            return made({"files": WRITERS[name](context.resources.run)})

        return write

    @dg.asset(
        key=DOSSIER,
        group_name="publication",
        required_resource_keys={RUN},
        deps=list(KEYS.values()),
        description="The whole folder: completed catalogue, DCAT-AP, digest of every file.",
    )
    def complete(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        settings = context.resources.run.settings
        Ledger(settings.data).require("gate_3")
        if switch.is_released(settings.publication):
            return made({}, reused=True)
        catalogue = dossier.complete(switch.candidate_folder(settings.publication), settings.publisher)
        return made({"resources": len(catalogue["resources"]), "made": catalogue["produits"]})

    return [*map(product, PRODUITS), complete]


def _geo(run: Run) -> int:
    return geo.build(switch.candidate_folder(run.settings.publication))


def _site(run: Run) -> int:
    settings, folder = run.settings, switch.candidate_folder(run.settings.publication)
    with shown("pages", len(facts.load(folder).territories) + len(pages.OWN_PAGES)) as done:
        return pages.build(
            folder,
            background_of(folder, settings),
            settings.products,
            identity.read(settings.identity),
            settings.publisher,
            run.before,
            done,
        )


def _workbooks(run: Run) -> int:
    folder = switch.candidate_folder(run.settings.publication)
    with shown("workbooks", len(facts.load(folder).territories) + 1) as done:
        return workbooks.build(folder, run.settings.publisher, done)


def _indicators(run: Run) -> int:
    return hub.build(switch.candidate_folder(run.settings.publication))


def _documentation(run: Run) -> int:
    target = switch.candidate_folder(run.settings.publication) / "documentation"
    target.mkdir(exist_ok=True)
    text = documentation.documentation(run.settings).read_text("utf-8")
    for private in (str(run.settings.data), str(PROJECT_ROOT)):  # where things lie on this machine is nobody's business
        text = text.replace(private, ".")
    (target / "index.html").write_text(text, "utf-8")
    return 1


WRITERS = {
    "geo": _geo,
    "site": _site,
    "classeurs": _workbooks,
    "indicateurs": _indicators,
    "documentation": _documentation,
}


def background_of(folder: Path, settings: Settings) -> Background:
    """What pages need besides the tables."""
    polygons, drawing = drawn(folder)
    return background(folder, settings.warehouse, polygons, drawing, _seen(folder, settings, drawing))


def _seen(folder: Path, settings: Settings, drawing: Drawing) -> plumes_page.Seen:
    """Soundings of the plumes, and where plumes and sites are on the drawing of France."""
    known = plume_facts.load(facts.load(folder))
    points = [(row["id_panache"], row) for row in known.plumes] + list(known.sites.items())
    places = drawing.places([row["longitude_deg"] for _, row in points], [row["latitude_deg"] for _, row in points])
    here = {name: place for (name, _), place in zip(points, places, strict=True) if place is not None}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        compared = records(connection, "from intermediate.int_comparaison_reference order by id_sondage")
    profiles = plume_profiles.profiles(settings, known.plumes)
    return plumes_page.Seen(profiles, here, plume_months.at_hand(settings), compared)
