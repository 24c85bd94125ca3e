"""What pages and workbooks say of grades, peers, comparisons and land consumed: each figure is that of its table, in plain words."""

from __future__ import annotations

from collections import Counter
from html import unescape
from pathlib import Path

import duckdb
import openpyxl
import pytest

from dagster_project.products import context
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.opened import keys_of, mart_figure, number
from tests.page import Page, untypeset

TABLES = (context.GRADES, context.PEERS, context.COMPARISONS, context.CONSUMPTION, context.COSTS)
EPCI, OVERSEAS = "epci-200071165", "epci-249740119"
UNITS = {"ha": "hectares", "tco2e_par_ha": "t CO2e", "tco2e": "t CO2e", "kt_co2e": "kt CO2e", "pct": "%"}


@pytest.fixture(scope="module")
def folder(released: Settings) -> Path:
    return current(released.publication)


@pytest.fixture(scope="module")
def marts(folder: Path) -> duckdb.DuckDBPyConnection:
    with duckdb.connect(str(folder / "carbone.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def keys(folder: Path) -> dict[str, tuple[str, ...]]:
    return keys_of(folder)


def text_of(folder: Path, page: str) -> str:
    return unescape(untypeset((folder / "site" / page).read_text("utf-8")))


def test_every_figure_is_that_of_its_table(folder: Path, marts: duckdb.DuckDBPyConnection, keys: dict) -> None:
    """On the pages of territories, and on that of the method for France; the unit stands in the words around."""
    seen: Counter[str] = Counter()
    pages = sorted((folder / "site" / "territoires").glob("*.html"))
    for path in (*pages, folder / "site" / "methode.html"):
        for item in Page(path).readings:
            table, column, *rest = item.name.split("|")
            if table not in TABLES:
                continue
            maille, _, code = (item.place or path.stem).partition("-")
            figure = mart_figure(marts, keys, table, column, (maille, code, *rest))
            assert number(item.text.removesuffix(" %").strip()) == figure, (path.stem, item)
            unit = next((words for name, words in UNITS.items() if column.endswith(f"_{name}")), "")
            around = " ".join((item.title, item.head, item.caption, item.section))
            assert unit in around or unit == "%" or (unit == "hectares" and "ha" in around), (path.stem, item)
            seen[table] += 1
    assert all(seen[table] > 10 for table in TABLES), seen


def test_the_page_of_an_epci_in_words(folder: Path) -> None:
    text = text_of(folder, f"territoires/{EPCI}.html")
    for words in ("Sur quoi reposent ces flux", "Ce n'est pas une marge d'erreur", "Parmi d'autres intercommunalités", "Ses pairs :",
                  "ce qu'il en coûte en carbone", "il ne s'ajoute à aucun flux", "Hypothèse : les hectares de l'année"):  # fmt: skip
        assert words in text, words
    assert 'class="parts"' in text and "Flux brut par note de la référence. Note" not in text
    assert "Pourquoi l'État dit autre chose" not in text  # regions and France alone
    overseas = text_of(folder, f"territoires/{OVERSEAS}.html")
    assert "Sur quoi reposent" not in overseas and "Parmi d'autres" not in overseas  # ALDO does not describe it
    assert "Sols consommés chaque année" in overseas and "ce qu'il en coûte" not in overseas


def test_the_bar_is_as_long_as_its_shares(folder: Path, marts: duckdb.DuckDBPyConnection) -> None:
    """Widths of the rectangles, from left to right, are the shares of grades; together they are the bar."""
    (drawing,) = [
        part.split("</svg>")[0]
        for part in text_of(folder, f"territoires/{EPCI}.html").split("<svg")[1:]
        if 'class="parts"' in part
    ]
    widths = [float(part.split('"')[0]) for part in drawing.split('width="')[1:]]
    shares = dict(
        marts.execute("""select distinct grade, part_de_la_note_pct from marts.qualite_reference
        where code_territoire = '200071165' and approche_bois = 'recolte' and part_de_la_note_pct > 0""").fetchall()
    )
    assert widths == pytest.approx([620 * share / 100 for _, share in sorted(shares.items())], abs=0.01)
    assert sum(widths) == pytest.approx(620, abs=0.1)


def test_regions_france_and_method_say_why_the_state_says_otherwise(folder: Path) -> None:
    for page in ("territoires/region-52.html", "territoires/france-FR.html", "methode.html"):
        text = text_of(folder, page)
        assert "Pourquoi l'État dit autre chose" in text
        assert "Hectares artificialisés par an" in text and "non réparti" in text
    assert "Puits de la France" in text_of(folder, "methode.html")
    assert "Puits de la France" not in text_of(folder, "territoires/region-52.html")
    whole = text_of(folder, "territoires/france-FR_ENTIERE.html")
    assert "Objectif européen" in whole and "annexe II bis" in whole and "négatif = absorption nette" in whole
    assert "Aucune part de cet objectif ne se calcule à partir d'ALDO" in whole


def test_the_sheet_has_each_table(folder: Path, marts: duckdb.DuckDBPyConnection) -> None:
    """Rows of the sheet Repères are those of the tables; a region has comparisons, an EPCI peers and costs; overseas, land alone."""
    expected = {EPCI: {"Qualité", "Comparaison", "Artificialisation"}, "region-52": {"Qualité", "Rapprochement", "Artificialisation"},
                OVERSEAS: {"Artificialisation"}}  # fmt: skip
    for slug, names in expected.items():
        sheet = openpyxl.load_workbook(folder / "classeurs" / f"{slug}.xlsx")["Repères"]
        assert set(sheet.tables) == names
        assert len(sheet._charts) == ("Qualité" in names)
    sheet = openpyxl.load_workbook(folder / "classeurs" / f"{EPCI}.xlsx")["Repères"]
    first, last = (int("".join(filter(str.isdigit, corner))) for corner in sheet.tables["Comparaison"].ref.split(":"))
    found = [tuple(cell.value for cell in row[2:8]) for row in sheet.iter_rows(min_row=first + 1, max_row=last)]
    rows = marts.execute("""select arrondi_flux_tco2e_par_ha, rang, n_epci, arrondi_moyenne_tco2e_par_ha, arrondi_premier_quartile_tco2e_par_ha,
        arrondi_mediane_tco2e_par_ha from marts.comparaison_territoires where code_territoire = '200071165'""").fetchall()
    assert sorted(found) == sorted(rows) and len(rows) == 16
