"""What people open, at national scale: sizes, twenty random territories digit for digit, the browser, no figure of a commune."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import geopandas as gpd
import openpyxl
import pyarrow.parquet as pq
import pytest
from axe_playwright_python.sync_playwright import Axe
from markupsafe import escape
from playwright.sync_api import Browser

from dagster_project.products import facts
from dagster_project.release import remarks
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.browser import DESKTOP, MOBILE, chromium, watched
from tests.opened import mart_figure, number, page_figures, workbook_figures
from tests.page import untypeset

pytestmark = [pytest.mark.mirror, pytest.mark.thorough]
EPCI = 1253


@pytest.fixture(scope="module")
def folder(national: Settings) -> Path:
    return current(national.publication)


@pytest.fixture(scope="module")
def release(folder: Path) -> facts.Release:
    return facts.load(folder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_sizes(folder: Path) -> None:
    pages = list((folder / "site" / "territoires").glob("*.html"))
    assert len(pages) == EPCI + 101 + 18 + 2
    largest = max(pages, key=lambda one: one.stat().st_size)
    scripts = (folder / "site" / "assets").glob("*.js")
    asked = [path for path in scripts if path.name != "communes.js"]  # that one comes at the first letter of a search
    home = sum(
        path.stat().st_size
        for path in (folder / "site" / "index.html", folder / "site" / "assets" / "style.css", *asked)
    )
    print(f"home {home} bytes with style and script; largest page {largest.name}, {largest.stat().st_size} bytes")
    assert home < 1_000_000
    assert largest.stat().st_size < 60_000


def test_twenty_random_territories_digit_for_digit(folder: Path, release: facts.Release) -> None:
    """Page, workbook and mart say the same of each figure; the draw changes, and is printed."""
    seed = random.randrange(1_000_000)
    drawn = random.Random(seed).sample(sorted(release.territories), 20)
    on_page = in_both = 0
    with duckdb.connect(str(folder / "carbone.duckdb"), read_only=True) as connection:
        for place in drawn:
            one, page = release.territories[place], {}
            for whose, table, column, rest, text in page_figures(folder / "site" / "territoires" / f"{one.slug}.html"):
                if whose == place:
                    page[table, column, rest] = number(text)
                assert number(text) == mart_figure(connection, release.keys, table, column, (*whose, *rest)), (
                    seed,
                    place,
                    column,
                )
                on_page += 1
            for table, column, rest, figure in workbook_figures(folder / "classeurs" / f"{one.slug}.xlsx"):
                held = None if figure == "n. d." else Decimal(repr(figure))
                assert held == mart_figure(connection, release.keys, table, column, (*place, *rest)), (
                    seed,
                    place,
                    column,
                )
                if (table, column, rest) in page:
                    assert page[table, column, rest] == held
                    in_both += 1
    print(f"seed {seed}: {on_page} figures of pages, {in_both} of them in workbooks too")
    assert on_page > 20 * 30
    assert in_both > 20 * 30


def test_the_map_and_its_table_say_what_the_marts_say(folder: Path, release: facts.Release) -> None:
    home = (folder / "site" / "index.html").read_text("utf-8")
    rows = re.findall(r'href="territoires/epci-(\d{9})\.html"[^>]*>[^<]*</a>((?:<td>[^<\n]*)+)', home)
    assert len(rows) == len(re.findall(r'epci-\d{9}\.html" tabindex="-1"><path ', home)) == EPCI
    columns = [("bilan_global", "arrondi_flux_tco2e_par_ha", "recolte"), ("bilan_global", "arrondi_flux_tco2e_par_ha", "consommation"),
               ("bilan_global", "arrondi_flux_kt_co2e", "recolte")]  # fmt: skip
    for code, cells in rows:
        figures = [number(one) for one in cells.split("<td>")[1:]]
        for figure, (table, column, approach) in zip(figures, columns, strict=False):
            held = release.territories["epci", code].row(table, approach)
            assert figure == (None if held is None or held[column] is None else Decimal(repr(held[column])))


def test_maps_for_gis(folder: Path, release: facts.Release) -> None:
    for name, layer, count in (
        ("territoires.gpkg", "epci", EPCI),
        ("epci.geojson", None, EPCI),
        ("departement.geojson", None, 101),
    ):
        frame = gpd.read_file(folder / "geo" / name, layer=layer)
        assert (len(frame), frame.crs.to_epsg(), bool(frame.geometry.is_valid.all())) == (count, 4326, True), name
    whole = gpd.read_parquet(folder / "geo" / "territoires.parquet")
    assert len(whole) == len(release.territories)
    assert whole.geometry.is_valid.all()


@pytest.mark.parametrize("size", [DESKTOP, MOBILE], ids=["desktop", "mobile"])
@pytest.mark.parametrize(
    "name", ["index.html", "territoires/epci-200071918.html", "territoires/epci-200054781.html", "methode.html"]
)
def test_axe_and_the_network_on_national_pages(browser: Browser, folder: Path, name: str, size: dict) -> None:
    seen = watched(browser, size)
    seen.page.goto((folder / "site" / name).as_uri(), wait_until="load")
    assert seen.complaints == []
    assert all(one.startswith("file:") for one in seen.requests)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    found = Axe().run(seen.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("saint etienne", "epci-244200770"),  # Saint-Étienne-Métropole
        ("244200770", "epci-244200770"),
        ("firminy", "epci-244200770"),  # a commune of it
        ("l oie", "epci-200071918"),
        ("ouessant", "departement-29"),  # no EPCI
        ("974", "departement-974"),
    ],
)
def test_search_among_all_of_france(browser: Browser, folder: Path, asked: str, page: str) -> None:
    seen = watched(browser, DESKTOP)
    seen.page.goto((folder / "site" / "index.html").as_uri())
    seen.page.fill("#q", asked)
    link = seen.page.locator(f'#trouves a[href="territoires/{page}.html"]').first
    link.wait_for(timeout=10_000)
    link.click()
    seen.page.wait_for_url(f"**/{page}.html")
    assert seen.complaints == []


def test_largest_and_smallest_territories_print_on_one_page(browser: Browser, folder: Path) -> None:
    seen = watched(browser, DESKTOP)
    for name in ("france-FR", "region-75", "departement-29", "epci-200054781", "epci-200071918", "departement-974"):
        seen.page.goto((folder / "site" / "territoires" / f"{name}.html").as_uri())
        assert len(re.findall(rb"/Type\s*/Page\b", seen.page.pdf(prefer_css_page_size=True))) == 1, name


def test_every_figure_of_every_page_is_that_of_its_territory(folder: Path, release: facts.Release) -> None:
    """Each figure that a page shows is a cell of a mart under the key of its own territory; outside of these cells pages hold none."""
    cells, decimal = 0, re.compile(r"\d,\d")
    connection = duckdb.connect(str(folder / "carbone.duckdb"), read_only=True)
    for place, one in release.territories.items():
        page = folder / "site" / "territoires" / f"{one.slug}.html"
        shown = set()
        for whose, table, column, rest, text in page_figures(page):
            assert number(text) == mart_figure(connection, release.keys, table, column, (*whose, *rest)), (
                place,
                table,
                column,
            )
            shown.add(text)
            cells += 1
        text = untypeset(page.read_text("utf-8"))
        charted = set(
            re.findall(
                r'<text x="[\d.]+" y="\d+"(?: text-anchor="end")?(?: data-[tf]="[^"]*")*>([^<]*\d,\d[^<]*)</text>', text
            )
        )
        assert charted <= shown | {"PM2,5"}, (place, charted - shown)
        text = text.replace("\u202f", " ")
        for said in remarks.of(*place):  # data of their own, with their source
            assert str(escape(said)) in text, (place, said)
            text = text.replace(str(escape(said)), "")
        # Sentences are held to figures of the same page by test_as_people_read.py.
        told = r'<svg.*?</svg>|data-f="[^"]+">[^<]*|PM2,5|<(?:p|li) class="phrase[^>]*>[^<]*|<td class="texte">[^<]*|<meta[^>]*>'
        rest = re.sub(told, "", text, flags=re.DOTALL)
        assert not decimal.findall(rest), (place, decimal.findall(rest))
    print(f"{cells} figures of {len(release.territories)} pages")
    assert cells > 80_000


def test_no_figure_of_a_commune_in_any_table_or_workbook(national: Settings, folder: Path) -> None:
    """Communal fluxes, by nature and in all, and stocks, exact to nine digits and more, in no table, map or workbook of the release."""
    with duckdb.connect(str(national.warehouse), read_only=True) as connection:
        rows = connection.execute(
            """
            with fluxes as (
                select code_commune, approche_bois, flux_tco2e as t from intermediate.int_contributions where maille = 'france'
            ),
            alone as (select unnest(['75056', '22016', '29083', '29155', '85113']) as code_commune)
            select sum(t) from fluxes where code_commune not in (from alone) group by code_commune, approche_bois
            union all select t from fluxes where code_commune not in (from alone)
            """
        ).fetchall()
    exact = {abs(Decimal(str(row[0]))) for row in rows if row[0] is not None}
    wanted = {f"{one:f}".rstrip("0") for one in exact} | {f"{one / 1000:f}".rstrip("0") for one in exact}
    wanted = {text for text in wanted if "." in text and len(text.replace(".", "").lstrip("0")) >= 9}
    assert len(wanted) > 60_000
    digits, published = re.compile(r"\d+[.,]\d+"), 0
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".csv", ".json", ".jsonld", ".geojson", ".js", ".txt"):
            held = {one.replace(",", ".") for one in digits.findall(path.read_text("utf-8"))}
            published += len(held)
            assert not held & wanted, (path.name, sorted(held & wanted)[:3])
    for path in sorted((folder / "tables").glob("*.parquet")):
        frame = pq.read_table(path).to_pandas().select_dtypes("float64")
        held = {repr(abs(one)) for column in frame for one in frame[column].dropna().unique()}
        assert not held & wanted, path.name
    print(f"{len(wanted)} communal figures looked for among {published} published ones: none found")


def test_every_line_of_workbooks_is_a_cell_of_a_mart(folder: Path, release: facts.Release) -> None:
    """One territory in ten: each number of Données is its own mart's, and other sheets only repeat them."""
    places, seen = sorted(release.territories)[::10], 0
    for place in places:
        one, held = release.territories[place], set()
        for table, column, rest, figure in workbook_figures(folder / "classeurs" / f"{one.slug}.xlsx"):
            row = (
                {tuple(map(str, key)): row for key, row in one.rows[table].items()}[rest]
                if table != "territoires"
                else one.about
            )
            assert figure == ("n. d." if row[column] is None else row[column]), (place, table, column)
            held.add(figure)
            seen += 1
        book = openpyxl.load_workbook(folder / "classeurs" / f"{one.slug}.xlsx", read_only=True, data_only=True)
        for sheet in ("Fiche", "PCAET", "Notes"):
            for row in book[sheet].iter_rows(values_only=True):
                assert {value for value in row if isinstance(value, int | float)} <= held, (place, sheet)
        book.close()
    print(f"{seen} figures of {len(places)} workbooks")
    assert seen > 5_000
