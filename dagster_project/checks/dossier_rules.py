"""What gate 4 asks of the whole folder: every file listed, every page and workbook there, nothing of a commune in any of them."""

import csv
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio

from dagster_project.checks.expectations import Violation
from dagster_project.checks.published_rules import communes
from dagster_project.core.workers import handfuls, workers
from dagster_project.products import downloads, geo, hub
from dagster_project.products.downloads import SITE
from dagster_project.products.site import pages
from dagster_project.products.workbooks import territory as workbooks
from dagster_project.release import integrity
from dagster_project.release.catalogue import CATALOGUE, read_catalogue
from dagster_project.release.contours import contours_name
from dagster_project.release.switch import candidate_folder
from dagster_project.settings import Settings

COMPLETE, MESH = "dossier_complet", "aucune_commune"
CHECKS = (COMPLETE, MESH)
# Five digits by themselves, and no element of Base Carbone: counts are written with thin spaces, other figures have a comma, and
# strokes of maps are taken out first.
CODE = re.compile(r"(?<![\w.,])(?<!BC-)(\d{5}|2[AB]\d{3})(?!\w|[.,]\d)")
POSTAL = re.compile(r"(\d{5}( \d{5})*)?")
STROKES = re.compile(r'\bd="[^"]*"')
FIXTURES = re.compile(r'"unit_test\.\w+\.')
TEXTS = re.compile(r'<(?:\w+:)?t(?: [^>]*)?>([^<]*)</|descr="([^"]*)"')
MADE = (".html", ".xlsx", ".parquet", ".gpkg", ".geojson", ".csv", ".json")
SHOWN = 3


def verdicts(settings: Settings) -> dict[str, list[Violation]]:
    """Broken rules by check, an empty list where the gate is open."""
    folder = candidate_folder(settings.publication)
    places = pq.read_table(folder / "tables" / "territoires.parquet", columns=["maille", "code_territoire"]).to_pylist()
    codes, names = communes(settings.raw)
    slugs = {f"{place['maille']}-{place['code_territoire']}" for place in places}
    written = (
        path
        for form in ("*.html", "*.svg")
        for path in (folder / SITE).rglob(form)
        if not path.is_relative_to(folder / downloads.DOWNLOADS)
    )
    texts = sorted([*written, *(folder / workbooks.FOLDER).glob("*.xlsx"), folder / downloads.INDEX])
    with workers() as ask:
        waiting = [ask(communal_codes, folder, part, codes) for part in handfuls(texts)]
        return {
            COMPLETE: [*unlisted(folder), *missing(folder, slugs, settings.products), *unlike(folder)],
            MESH: [
                *fixtures(folder),
                *communal_layers(folder, slugs),
                *communal_index(folder, slugs, codes, names | former_names(settings.raw)),
                *communal_indicators(folder, slugs),
                *(item for wait in waiting for item in wait()),
            ],
        }


def unlisted(folder: Path) -> Iterator[Violation]:
    """Files that the list of digests does not name, or names otherwise; entries of the catalogue that are not so."""
    for name, problem in integrity.departures(folder):
        yield Violation("fichiers_listes", name, problem)
    listed = integrity.listed(folder) if (folder / integrity.DIGESTS).is_file() else {}
    for resource in read_catalogue(folder)["resources"]:
        if listed.get(resource["path"]) != resource["hash"].removeprefix("sha256:"):
            yield Violation("empreintes_du_catalogue", resource["path"], f"{CATALOGUE} gives another digest")


def missing(folder: Path, slugs: set[str], products: frozenset[str]) -> Iterator[Violation]:
    """Files of the products that were asked for: a page and a workbook a territory, maps of each mesh, one documentation."""
    drawn = gpd.read_parquet(folder / "contours" / contours_name("telechargement"))
    layers = geo.columns(read_catalogue(folder))
    maps = [
        *(f"{stem}.{form}" for stem in (geo.STEM, *layers) for form in ("parquet", "gpkg")),
        *(f"{item}.geojson" for item in (*drawn[drawn.geometry.notna()].maille, *layers)),
    ]
    expected = {
        SITE: set(pages.files(slugs)),
        workbooks.FOLDER: {*(name for slug in slugs for name in workbooks.files(slug)), workbooks.NATIONAL},
        geo.FOLDER: set(maps),
        hub.FOLDER: hub.files(folder),
        "documentation": {"index.html"},
    }
    for product, names in expected.items():
        given = folder / downloads.DOWNLOADS
        paths = (
            path for path in (folder / product).rglob("*") if path.suffix in MADE and not path.is_relative_to(given)
        )
        results = {path.relative_to(folder / product).as_posix() for path in paths}
        for name in sorted(results ^ (names if product in products else set())):
            detail = "is there for no territory" if name in results else "is missing"
            yield Violation("une_fiche_par_territoire", f"{product}/{name}", detail)


def unlike(folder: Path) -> Iterator[Violation]:
    """Downloads of the site that are not the files of the release: nothing else may hide there."""
    if not (folder / SITE).is_dir() or not (folder / integrity.DIGESTS).is_file():
        return
    listed, head = integrity.listed(folder), f"{downloads.DOWNLOADS}/"
    given = {name.removeprefix(head): text for name, text in listed.items() if name.startswith(head)}
    expected = {name: listed.get(name) for name in downloads.originals(folder)}
    for name in sorted(given.keys() | expected.keys()):
        if given.get(name) != expected.get(name):
            yield Violation("telechargements_du_site", f"{head}{name}", f"is not {name} of the release")


def communal_codes(folder: Path, paths: Sequence[Path], codes: set[str]) -> list[Violation]:
    """Texts of pages and workbooks that hold the code of a commune."""
    results = []
    for path in paths:
        text = workbook_texts(path) if path.suffix == ".xlsx" else STROKES.sub("", path.read_text("utf-8"))
        if held := sorted(set(CODE.findall(text)) & codes):
            detail = f"holds {', '.join(held[:SHOWN])}"
            results.append(Violation("code_de_commune", path.relative_to(folder).as_posix(), detail))
    return results


def workbook_texts(path: Path) -> str:
    """All texts of a workbook, alternative texts of its charts included; figures are cells of another kind."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml")]
    return "\n".join(text for part in parts for pair in TEXTS.findall(part) for text in pair)


def fixtures(folder: Path) -> Iterator[Violation]:
    """Documentation that holds rows of unit tests: invented, but under real codes of communes. Queries may name communes."""
    for path in (folder / "documentation").glob("*.html"):
        if FIXTURES.search(path.read_text("utf-8")):
            yield Violation(
                "documentation_sans_lignes", path.relative_to(folder).as_posix(), "holds rows of unit tests"
            )


def communal_layers(folder: Path, slugs: set[str]) -> Iterator[Violation]:
    """Columns or rows of the map files that are not those of published territories."""
    columns = geo.columns(read_catalogue(folder))
    for path in sorted((folder / geo.FOLDER).glob("*")):
        expected = set(columns.get(path.stem, geo.COLUMNS))
        layers = [name for name, _ in pyogrio.list_layers(path)] if path.suffix == ".gpkg" else [None]
        for layer in layers:
            frame = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path, layer=layer)
            held = set(frame.columns) - {"geometry", "bbox"}
            if path.suffix == ".geojson" and frame.empty and not held:
                continue  # only its rows name the columns of a GeoJSON
            if held != expected:
                yield Violation("colonnes_des_cartes", path.name, f"holds {sorted(held ^ expected)}, or lacks them")
            elif strangers := sorted(set((frame["maille"] + "-" + frame["code_territoire"]).dropna()) - slugs):
                yield Violation("territoires_des_cartes", path.name, f"holds {', '.join(strangers[:SHOWN])}")


def communal_indicators(folder: Path, slugs: set[str]) -> Iterator[Violation]:
    """Files of indicators that hold a column beside those of the layout, or rows that are no published territory's."""
    for path in sorted((folder / hub.FOLDER).glob("*/*.csv")):
        if not path.with_name(hub.EXTRAS).is_file():
            continue  # its absence is told by `missing`
        about = (
            json.loads(path.with_name(hub.EXTRAS).read_text("utf-8"))["fichiers"].get(path.name, {}).get(hub.KEY, {})
        )
        place = f"geocode_{path.stem}"
        expected = ["date_mesure", place, f"libelle_{path.stem}", *about.get("axes", ()), about.get("value-column")]
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            held = {f"{path.stem}-{row.get(place)}" for row in rows}
        name = path.relative_to(folder).as_posix()
        if rows.fieldnames != expected:
            yield Violation("colonnes_des_indicateurs", name, f"holds {rows.fieldnames}, and not {expected}")
        elif strangers := sorted(held - slugs):
            yield Violation("territoires_des_indicateurs", name, f"holds {', '.join(strangers[:SHOWN])}")


def communal_index(folder: Path, slugs: set[str], codes: set[str], names: set[str]) -> Iterator[Violation]:
    """The index of the search holds names, Insee and postal codes of communes, earlier names of EPCI, and nothing else."""
    path = folder / SITE / "assets" / "communes.js"
    if not path.is_file():
        return
    index = json.loads(path.read_text("utf-8").removeprefix("window.COMMUNES=").rstrip().removesuffix(";"))
    for slug, listed in index.items():
        lines = [line.split("|") for line in listed.get("c", [])] if isinstance(listed, dict) else [[""]]
        known = all(
            len(line) == 3 and line[0] in names and line[1] in codes and POSTAL.fullmatch(line[2]) for line in lines
        )
        if slug not in slugs or not known or not set(listed) <= {"a", "c"} or not set(listed.get("a", [])) <= names:
            detail = f"{slug}: not a page, or not names, Insee and postal codes of communes and earlier names of EPCI"
            yield Violation("index_de_noms", path.name, detail)


def former_names(raw: Path) -> set[str]:
    """Names of EPCI in every list at hand."""
    return set(pq.read_table(raw / "epci_liste.parquet", columns=["LIBEPCI"])["LIBEPCI"].to_pylist())
