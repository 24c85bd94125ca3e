"""What people open, read back: pages, workbooks, maps, catalogues, against the marts of the same release."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path

import duckdb
import frictionless
import geopandas as gpd
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, RDF

from dagster_project.checks.dossier_rules import communal_layers
from dagster_project.products import facts, geo
from dagster_project.products.downloads import DOWNLOADS
from dagster_project.products.figures import decimals
from dagster_project.products.indicators import LAYERS
from dagster_project.release.catalogue import read_catalogue
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.conftest import copy_of, messages, refresh
from tests.opened import mart_figure, number, page_figures, workbook_figures
from tests.page import untypeset


@pytest.fixture(scope="module")
def folder(released: Settings) -> Path:
    return current(released.publication)


@pytest.fixture(scope="module")
def marts(folder: Path) -> duckdb.DuckDBPyConnection:
    with duckdb.connect(str(folder / "carbone.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def release(folder: Path) -> facts.Release:
    return facts.load(folder)


def test_every_territory_has_its_page_and_its_workbook(release: facts.Release, folder: Path) -> None:
    slugs = {one.slug for one in release.territories.values()}
    assert len(slugs) == 31
    assert {path.stem for path in (folder / "site" / "territoires").glob("*.html")} == slugs
    assert {path.stem for path in (folder / "classeurs").glob("*.xlsx")} == slugs | {"france_entiere"} | {
        f"bilan_{slug}" for slug in slugs if slug.startswith("epci-")
    }


def test_every_figure_of_every_page_is_the_marts(
    release: facts.Release, folder: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    compared = 0
    for one in release.territories.values():
        for place, table, column, rest, text in page_figures(folder / "site" / "territoires" / f"{one.slug}.html"):
            exact = mart_figure(marts, release.keys, table, column, (*place, *rest))
            assert number(text) == exact, (one.slug, table, column, rest)
            if exact is not None and column.startswith("arrondi_"):
                shown = text.partition(",")[2]
                assert len(shown) == decimals(column), (text, column)
            compared += 1
    assert compared > 1500
    sizes = {path.name: path.stat().st_size for path in (folder / "site" / "territoires").glob("*.html")}
    assert max(sizes.values()) < 60_000, sorted(sizes, key=sizes.get)[-3:]


def test_every_figure_of_every_workbook_is_the_marts_and_the_pages(
    release: facts.Release, folder: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    compared = 0
    for (maille, code), one in release.territories.items():
        page = {
            (table, column, rest): number(text)
            for place, table, column, rest, text in page_figures(folder / "site" / "territoires" / f"{one.slug}.html")
            if place == (maille, code)
        }
        for table, column, rest, figure in workbook_figures(folder / "classeurs" / f"{one.slug}.xlsx"):
            exact = mart_figure(marts, release.keys, table, column, (maille, code, *rest))
            held = None if figure == "n. d." else Decimal(repr(figure))
            assert held == exact, (one.slug, table, column, rest)
            if (table, column, rest) in page:
                assert page[table, column, rest] == held
                compared += 1
    assert compared > 1200


def test_the_card_repeats_the_data_sheet_by_formulas_with_results(release: facts.Release, folder: Path) -> None:
    path = folder / "classeurs" / "epci-200071918.xlsx"
    formulas, results = openpyxl.load_workbook(path)["Fiche"], openpyxl.load_workbook(path, data_only=True)
    data, seen = results["Données"], 0
    for row in formulas.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                line = int(re.fullmatch(r"=Données!\$E\$(\d+)", cell.value)[1])
                assert results["Fiche"][cell.coordinate].value == data.cell(line, 5).value
                title = formulas.cell(cell.row, 1).value
                assert title == data.cell(line, 2).value
                seen += 1
    assert seen > 60
    with zipfile.ZipFile(path) as archive:
        drawing = archive.read("xl/drawings/drawing2.xml").decode()
    assert len(re.findall(r'descr="Flux net[^"]*négatif = séquestration[^"]+"', drawing)) == 2


def test_libreoffice_finds_the_results_that_were_stored(folder: Path, tmp_path: Path) -> None:
    """Another program computes the formulas anew and shows the same figures."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc-nogui)")
    source = folder / "classeurs" / "epci-200071918.xlsx"
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "ods"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(source)], check=True, capture_output=True, timeout=180)
    again = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run(
        [*again, "--outdir", str(tmp_path), str(tmp_path / "epci-200071918.ods")],
        check=True,
        capture_output=True,
        timeout=180,
    )
    ours, theirs = (openpyxl.load_workbook(path, data_only=True) for path in (source, tmp_path / "epci-200071918.xlsx"))
    compared = 0
    for name in ("Fiche", "PCAET"):
        for row in ours[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert theirs[name][cell.coordinate].value == pytest.approx(cell.value, abs=1e-12)
                    compared += 1
    assert compared > 60


def test_the_national_workbook_holds_every_territory(release: facts.Release, folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "classeurs" / "france_entiere.xlsx")
    meshes = {"Intercommunalités": "epci", "Départements": "departement", "Régions": "region", "France": "france"}
    rows = {(meshes[name], row[0]): row for name in meshes for row in book[name].iter_rows(min_row=2, values_only=True)}
    assert set(rows) == set(release.territories)
    bilan = release.territories["epci", "200071918"].row("bilan_global", "recolte")
    assert rows["epci", "200071918"][5] == bilan["arrondi_flux_tco2e_par_ha"]
    assert rows["epci", "200071918"][1:3] == (
        "CC du Pays de Saint-Fulgent - Les Essarts",
        "Pays de Saint-Fulgent - Les Essarts",
    )
    assert "démonstration" in "".join(str(cell.value) for (cell,) in book["Notes"].iter_rows(max_col=1))


def test_maps_read_back(release: facts.Release, folder: Path) -> None:
    whole = gpd.read_parquet(folder / "geo" / "territoires.parquet")
    assert len(whole) == len(release.territories)
    meshes = sorted(set(whole.maille))
    for maille in meshes:
        expected = whole[whole.maille == maille].sort_values("code_territoire").reset_index(drop=True)
        layer = gpd.read_file(folder / "geo" / "territoires.gpkg", layer=maille).sort_values("code_territoire")
        plain = gpd.read_file(folder / "geo" / f"{maille}.geojson").sort_values("code_territoire")
        for frame in (layer.reset_index(drop=True), plain.reset_index(drop=True)):
            assert frame.crs.to_epsg() == 4326
            assert len(frame) == len(expected)
            assert frame.geometry.is_valid.all()
            assert list(frame.code_territoire) == list(expected.code_territoire)
            for name in LAYERS:
                left, right = (one[f"arrondi_{name}"].astype(float).tolist() for one in (frame, expected))
                assert [repr(one) for one in left] == [repr(one) for one in right]
    assert whole.crs.to_epsg() == 4326
    assert whole.geometry.is_valid.all()
    assert json.loads(pq.read_schema(folder / "geo" / "territoires.parquet").metadata[b"geo"])["version"] == "1.1.0"
    bilan = {place: one.row("bilan_global", "recolte") for place, one in release.territories.items()}
    for row in whole.itertuples():
        held = bilan[row.maille, row.code_territoire]
        assert held is None or row.arrondi_flux_recolte_kt_co2e == held["arrondi_flux_kt_co2e"]


def test_frictionless_validates_the_package(folder: Path) -> None:
    package = frictionless.Package(str(folder / "datapackage.json"))
    package.resources = [one for one in package.resources if one.format == "csv"]
    report = package.validate()
    indicators = [one for one in package.resources if one.path.startswith("indicateurs/")]
    assert len(report.tasks) == 38 + len(indicators) and len(indicators) > 60
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "type", "message"])[:5]


def test_frictionless_sees_a_broken_table(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "release"))
    path = copy / "tables" / "bilan_global.csv"
    path.write_text(path.read_text("utf-8-sig").replace(";2026;", ";deux mille;", 1), "utf-8-sig")
    package = frictionless.Package(str(copy / "datapackage.json"))
    package.resources = [one for one in package.resources if one.name == "bilan_global-csv"]
    assert not package.validate().valid


def test_dcat_ap_is_rdf_with_what_it_must_say(folder: Path) -> None:
    graph = rdflib.Graph()
    graph.parse(folder / "catalogue.jsonld", format="json-ld", publicID="https://exemple.fr/carbone/catalogue.jsonld")
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    for term in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset):
        assert (catalogue, term, None) in graph, term
    datasets = set(graph.objects(catalogue, DCAT.dataset))
    tables = list((folder / "tables").glob("*.csv"))
    indicators = [path for path in (folder / "indicateurs").iterdir() if path.is_dir()]
    assert len(datasets) == len(tables) + len(indicators) + 3  # maps, database, workbook of all territories
    unclear = {
        one["path"]
        for one in read_catalogue(folder)["resources"]
        if any(item["name"] == "a-confirmer" for item in one["licenses"])
    }
    paths = set()
    for dataset in datasets:
        assert (dataset, RDF.type, DCAT.Dataset) in graph
        for term in (
            DCTERMS.title,
            DCTERMS.description,
            DCTERMS.publisher,
            DCTERMS.spatial,
            DCAT.theme,
        ):
            assert (dataset, term, None) in graph, (dataset, term)
        for distribution in graph.objects(dataset, DCAT.distribution):
            (address,) = graph.objects(distribution, DCAT.accessURL)
            assert (distribution, DCTERMS.rights, None) in graph
            closed = (
                "inventaire",
                "pcaet_diagnostic",
                "objectifs",
                "empreinte_consommation",
                "cles_empreinte",
                "carbone.duckdb",
                "flux_et",
                "bilan_territorial",
                "panaches_",
                "sources_co2",
                "qualite_reference",
                "consommation_espaces",
                "cout_carbone",
                "rapprochement",
            )  # inventories and registers whose licence is to be confirmed
            path = str(address).removeprefix("https://exemple.fr/carbone/")
            known = path in unclear if path.startswith("indicateurs/") else any(one in path for one in closed)
            assert ((distribution, DCTERMS.license, None) in graph) != known, address
            paths.add(path)
    years = {
        str(graph.value(dataset, DCTERMS.identifier)): str(
            graph.value(graph.value(dataset, DCTERMS.temporal), DCAT.startDate)
        )
        for dataset in datasets
    }
    assert years["flux-carbone-bilan_global"] == "2012-01-01"
    assert years["flux-carbone-stocks_carbone"] == "2018-01-01"
    assert years["flux-carbone-territoires"] == "None"
    assert paths == {one["path"] for one in read_catalogue(folder)["resources"]}
    assert all((folder / path).is_file() for path in paths)


def test_every_file_has_its_digest(folder: Path) -> None:
    lines = (folder / "empreintes.sha256").read_text("utf-8").splitlines()
    listed = {name: said for said, name in (line.split("  ", 1) for line in lines)}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {
        "empreintes.sha256"
    }
    assert files == set(listed)
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == said for name, said in listed.items())


def site_pages(folder: Path) -> Iterator[Path]:
    """Pages of ours: what the site lets people download has its own."""
    return (page for page in (folder / "site").rglob("*.html") if not page.is_relative_to(folder / DOWNLOADS))


def test_links_of_the_site_lead_somewhere(folder: Path) -> None:
    seen = 0
    for page in site_pages(folder):
        for target in set(re.findall(r'(?:href|src)="([^"#]+)(?:#[^"]*)?"', page.read_text("utf-8"))):
            if not target.startswith(("https://", "mailto:")):
                assert (page.parent / unescape(target)).resolve().is_file(), (page, target)
                seen += 1
    assert seen > 300


def test_every_page_forbids_what_it_does_not_need_and_needs_none_of_it(folder: Path) -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|\son\w+=|javascript:")
    pages = {path.name: path.read_text("utf-8") for path in site_pages(folder)}
    assert len(pages) > 10
    assert [name for name, text in pages.items() if "default-src 'none'; script-src 'self'" not in text] == []
    assert [name for name, text in pages.items() if inline.search(text)] == []


def test_demonstration_is_written_on_every_page_and_workbook(folder: Path) -> None:
    for page in site_pages(folder):
        assert "Données de démonstration : chiffres inventés" in untypeset(page.read_text("utf-8")), page
    card = openpyxl.load_workbook(folder / "classeurs" / "epci-200071918.xlsx")["Fiche"]
    assert "démonstration" in card["A2"].value


def test_documentation_says_nothing_of_this_machine(released: Settings, folder: Path) -> None:
    text = (folder / "documentation" / "index.html").read_text("utf-8")
    assert "bilan_global" in text
    assert str(released.data) not in text
    assert str(Path(__file__).resolve().parents[2]) not in text


@pytest.mark.parametrize("table", ["panaches_co2", "sources_co2"])
def test_points_read_back(folder: Path, table: str) -> None:
    """Every row and column of the table, each at its own coordinates, in the three formats."""
    rows = pq.read_table(folder / "tables" / f"{table}.parquet").to_pandas()
    assert len(rows)
    whole = gpd.read_parquet(folder / "geo" / f"{table}.parquet")
    layer = gpd.read_file(folder / "geo" / f"{table}.gpkg", layer=table)
    plain = gpd.read_file(folder / "geo" / f"{table}.geojson")
    for frame in (whole.drop(columns="bbox", errors="ignore"), layer, plain):
        assert frame.crs.to_epsg() == 4326
        assert list(frame.columns) == [*rows.columns, "geometry"]
        assert (frame.geometry.x == frame.longitude_deg).all()
        assert (frame.geometry.y == frame.latitude_deg).all()
        key = rows.columns[rows.columns.str.startswith("id_")][0]
        assert list(frame[key]) == list(rows[key])
        for name in rows.select_dtypes("number"):
            left, right = (one[name].astype(float).tolist() for one in (frame, rows))
            assert [repr(one) for one in left] == [repr(one) for one in right], name


def test_no_point_is_a_layer_all_the_same(folder: Path, tmp_path: Path) -> None:
    """A release without plumes has the same files, columns and types: what reads them does not break."""
    copy = Path(shutil.copytree(folder, tmp_path / "release"))
    path = copy / "tables" / "panaches_co2.parquet"
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    geo.build(copy)
    assert len(gpd.read_parquet(copy / "geo" / "panaches_co2.parquet")) == 0
    about = pyogrio.read_info(copy / "geo" / "panaches_co2.gpkg", layer="panaches_co2")
    full = pyogrio.read_info(folder / "geo" / "panaches_co2.gpkg", layer="panaches_co2")
    assert (about["features"], about["geometry_type"]) == (0, "Point") == (0, full["geometry_type"])
    assert list(about["fields"]) == list(full["fields"])
    assert json.loads((copy / "geo" / "panaches_co2.geojson").read_text("utf-8"))["features"] == []
    places = gpd.read_parquet(copy / "geo" / "territoires.parquet")
    assert list(communal_layers(copy, set(places.maille + "-" + places.code_territoire))) == []


def test_the_same_release_is_made_of_the_same_pages(released: Settings, folder: Path, tmp_path: Path) -> None:
    """Site, workbooks and maps follow from the checked tables and nothing else."""
    from dagster_project.assets.products import background_of
    from dagster_project.products.identity import Identity
    from dagster_project.products.site import pages
    from dagster_project.products.workbooks import territory

    copy = Path(shutil.copytree(folder, tmp_path / "release"))
    pages.build(copy, background_of(copy, released), released.products, Identity(), released.publisher, None)
    territory.build(copy, released.publisher)
    geo.build(copy)
    for place in ("site", "classeurs", "geo"):
        for path in (folder / place).rglob("*"):
            if path.is_file() and not path.is_relative_to(folder / DOWNLOADS):
                assert path.read_bytes() == (copy / path.relative_to(folder)).read_bytes(), path


@pytest.mark.thorough
def test_a_refresh_without_products_holds_tables_alone(released: Settings, tmp_path: Path) -> None:
    house = copy_of(released, tmp_path)
    outcome = refresh(house)
    assert outcome.success, messages(outcome)
    found = current(house.publication)
    assert {path.name for path in found.iterdir()} == {
        "carbone.duckdb", "catalogue.jsonld", "contours", "datapackage.json", "empreintes.sha256", "index.html", "LISEZMOI.txt", "tables",
    }  # fmt: skip


def test_what_changed_names_the_territories_that_moved(released: Settings, tmp_path: Path) -> None:
    from dagster_project.products.site.news import changed

    now = facts.load(current(released.publication))
    assert changed(now, None).reason == "c'est la première version publiée ici"
    assert changed(now, now.folder).moved == 0
    before = Path(shutil.copytree(now.folder, tmp_path / "before"))
    with duckdb.connect(str(before / "carbone.duckdb")) as connection:
        connection.execute(
            "update marts.bilan_global set arrondi_flux_kt_co2e = 1.5, flux_kt_co2e = 1.5 where code_territoire = '200071918'"
        )
        connection.execute("delete from marts.bilan_global where code_territoire = '85'")
    what = changed(now, before)
    rows = {(row["maille"], row["code"]): row for row in what.rows}
    assert set(rows) == {("epci", "200071918"), ("departement", "85")}
    assert rows["epci", "200071918"]["avant"] == 1.5
    assert rows["departement", "85"]["nouveau"]


def test_published_plumes_are_compared_apart(released: Settings, folder: Path) -> None:
    """The demonstration has a published peak on each of its three orbits: one is ours, one less sure, one we see nothing at."""
    with duckdb.connect(str(released.warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select constat, count(*) from intermediate.int_comparaison_reference group by 1"
        ).fetchall()
        ours = connection.execute("select count(*) from marts.panaches_co2").fetchone()
    assert dict(rows) == {"confirme": 1, "possible": 1, "sans_candidat": 1, "mois_non_lu": 60}
    assert ours == (2,)
    text = (folder / "site" / "panaches_reference.html").read_text("utf-8")
    assert re.search(r"<th scope=\"row\">2020(<td>[01]){5}<td>3", text)
    assert "<td>60<td>60" in text


def test_workbooks_have_a_sheet_of_plumes_where_there_are_any(folder: Path) -> None:
    rows = (
        duckdb.connect()
        .execute(f"from '{folder}/tables/panaches_co2.parquet' order by date_heure_utc")
        .fetch_arrow_table()
        .to_pylist()
    )
    book = openpyxl.load_workbook(folder / "classeurs" / "france_entiere.xlsx")
    assert isinstance(book["Panaches"].tables["Panaches"].ref, str)
    heads, *held = book["Panaches"].iter_rows(min_row=3, values_only=True)
    place = heads.index("Débit à cet instant (t CO2/h)")
    assert [pytest.approx(line[place : place + 3], rel=1e-12) for line in held] == [
        (row["debit_tco2_h"], row["debit_min95_tco2_h"], row["debit_max95_tco2_h"]) for row in rows
    ]
    assert [line[heads.index("Niveau")] for line in held] == ["confirmé", "possible"]
    with_sheet = {
        path.name
        for path in (folder / "classeurs").glob("epci-*.xlsx")
        if "Panaches" in openpyxl.load_workbook(path, read_only=True).sheetnames
    }
    sites = (
        duckdb.connect()
        .execute(
            f"select s.code_territoire from '{folder}/tables/panaches_sources.parquet' join '{folder}/tables/sources_co2.parquet' as s using (id_site)"
        )
        .fetchall()
    )
    codes = {row["code_territoire"] for row in rows} | {code for (code,) in sites}
    assert with_sheet == {f"epci-{code}.xlsx" for code in codes if code}
