"""The PCAET form from tables to what people open: pages, workbooks, exports, with targets that a territory has set itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from itertools import pairwise
from pathlib import Path

import duckdb
import openpyxl
import pytest

from dagster_project.release import deposit
from dagster_project.release.conventions import Convention, convert
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.conftest import command, copy_of
from tests.opened import keys_of
from tests.page import Page, untypeset

TARGETS = """\
- maille: epci
  code: "200060010"
  statut: adopte
  source: PCAET 2024-2030, délibération du 12 décembre 2024
  inventaire: cigale
  objectifs:
    cae_1.c: {2030: 5, 2036: 12000}
    cae_63.b: {2050: 20}
"""
WITH, WITHOUT = "epci-200060010", "epci-249740119"  # an EPCI that inventories and ALDO describe, and one overseas
TABLES = ("pcaet_diagnostic", "inventaire_tendances", "objectifs")
FORM, TEQ = Convention(-1, -3, "kteq, positive"), Convention(-1, 0, "teq, positive")


@pytest.fixture(scope="module")
def aimed(released: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release with targets; pages and workbooks are there."""
    place = tmp_path_factory.mktemp("aimed")
    (place / "objectifs.yml").write_text(TARGETS, "utf-8")
    house = copy_of(released, place)
    done = command(house.data, FLUX_TARGETS=str(place / "objectifs.yml"), FLUX_PRODUCTS="site,classeurs")
    assert done.returncode == 0, done.stdout + done.stderr
    return current(house.publication)


@pytest.fixture(scope="module")
def marts(aimed: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(aimed / "carbone.duckdb"), read_only=True) as connection:
        yield connection


def figure(marts: duckdb.DuckDBPyConnection, names: tuple[str, ...], table: str, column: str, rest: list[str]) -> tuple:
    """A figure and its unit, by the key that a cell or a line states; an empty part is null."""
    tests = " and ".join(
        f"cast({name} as varchar) is not distinct from {'null' if not text else repr(text)}"
        for name, text in zip(names, rest, strict=True)
    )
    return marts.execute(f"select {column}, unite from marts.{table} where {tests}").fetchone()


def french(text: str) -> float | None:
    return None if text == "n. d." else float(text.replace("\u2212", "-").replace("\u202f", "").replace(",", "."))


def test_every_epci_has_the_68_lines_and_empty_ones_say_why(marts: duckdb.DuckDBPyConnection) -> None:
    query = """select count(*), count(distinct identifiant), count(*) filter (where valeur_du_cadre is null and coalesce(motif, '') = '')
               from marts.pcaet_diagnostic where a_deposer group by maille, code_territoire"""
    rows = marts.execute(query).fetchall()
    assert len(rows) == marts.execute("select count(*) from marts.territoires").fetchone()[0]
    assert set(rows) == {(68, 68, 0)}


def test_thousands_of_tonnes_and_back_is_the_identity(marts: duckdb.DuckDBPyConnection) -> None:
    """Figures of the form in the older platform's unit and back; and those of the older table are those of the form."""
    query = """
        select form.valeur_du_cadre, older.bilan_tco2e from marts.pcaet_diagnostic as form
        inner join marts.pcaet_cadre_depot as older using (maille, code_territoire)
        where form.volet = 'sequestration' and form.a_deposer
            and older.ligne_du_cadre = case form.identifiant when 'cae_63.b' then 'forêt' when 'cae_63.c' then 'sols agricoles'
                when 'cae_63.d' then 'autres sols' when 'cae_63.e' then 'produits bois' end
    """
    rows = marts.execute(query).fetchall()
    assert len(rows) > 80 and any(kilotonnes and kilotonnes > 1 for kilotonnes, _ in rows)
    figures = [None if value is None else Decimal(repr(value)) for value, _ in rows]
    assert convert(convert(figures, FORM, TEQ), TEQ, FORM) == figures
    for kilotonnes, tonnes in rows:
        assert (kilotonnes is None) == (tonnes is None)
        assert tonnes is None or kilotonnes * 1000 == pytest.approx(tonnes, rel=1e-14, abs=1e-9)


def test_every_figure_of_pages_is_that_of_its_table(aimed: Path, marts: duckdb.DuckDBPyConnection) -> None:
    names, seen = keys_of(aimed), dict.fromkeys(TABLES, 0)
    for path in sorted((aimed / "site" / "territoires").glob("*.html")):
        maille, _, code = path.stem.partition("-")
        for item in Page(path).readings:
            table, column, *rest = item.name.split("|")
            if table in TABLES:
                shown, unit = figure(marts, names[table], table, column, [maille, code, *rest])
                assert french(item.text) == shown, (path.stem, item)
                if column == "arrondi_valeur_du_cadre":
                    assert unit in " ".join((item.title, item.head, item.caption)), (path.stem, item)
                seen[table] += 1
    assert all(number > 2 for number in seen.values()) and seen["pcaet_diagnostic"] > 500, seen


def test_a_page_tells_what_is_empty_and_where_figures_come_from(aimed: Path) -> None:
    text = unescape(untypeset((aimed / "site" / "territoires" / f"{WITH}.html").read_text("utf-8")))
    assert "positif = séquestration nette, négatif = émission nette" in text
    assert "glissement d'unité probable" in text and "délibération du 12 décembre 2024 (adopté)" in text
    assert "secret statistique" in text
    without = unescape(untypeset((aimed / "site" / "territoires" / f"{WITHOUT}.html").read_text("utf-8")))
    assert "Séquestration de CO2, toutes les lignes : ALDO ne décrit pas ce territoire." in without
    assert "Tendances et objectifs" in text


def test_series_break_where_a_year_is_missing(aimed: Path, marts: duckdb.DuckDBPyConnection) -> None:
    """Lines of the drawing join years that follow each other; a provisional year is hollow."""
    query = """select annee, est_provisoire, valeur_base_100 from marts.inventaire_tendances
               where maille = 'epci' and code_territoire = '200060010' and inventaire = ? and identifiant = 'cae_1.a' order by annee"""
    page = (aimed / "site" / "territoires" / f"{WITH}.html").read_text("utf-8")
    drawings = re.findall(r'<svg class="courbes".*?</svg>', page, re.DOTALL)
    inventories = [name for (name,) in marts.execute(
        "select distinct inventaire from marts.inventaire_tendances where code_territoire = '200060010' and identifiant in ('cae_1.a', 'cae_2.a') order by all"
    ).fetchall()]  # fmt: skip
    filed = {name for (name,) in marts.execute(
        "select distinct inventaire from marts.pcaet_diagnostic where code_territoire = '200060010' and a_deposer and valeur_du_cadre is not null"
    ).fetchall()}  # fmt: skip
    order = {name: -number for name, number in marts.execute(
        "select inventaire, count(*) from marts.pcaet_diagnostic where code_territoire = '200060010' and a_deposer and valeur_du_cadre is not null group by all"
    ).fetchall()}  # fmt: skip
    inventories = sorted(
        set(inventories) & filed, key=lambda name: (order[name], name)
    )  # the others are in the workbook
    assert len(drawings) == len(inventories) > 0
    for name, drawing in zip(inventories, drawings, strict=True):
        years = [row for row in marts.execute(query, [name]).fetchall() if row[2] is not None]
        if years:
            series = re.search(r'<g class="serie s1">(.*?)</g>', drawing, re.DOTALL)[1]
            assert series.count("<circle") == len(years)
            assert series.count('class="provisoire"') == sum(provisional for _, provisional, _ in years)
            joined = sum(after[0] - before[0] == 1 for before, after in pairwise(years))
            assert series.count("L") == joined


def test_the_sheet_is_the_form(aimed: Path, marts: duckdb.DuckDBPyConnection) -> None:
    """Order, identifiers, units and figures of the form; a cell to type in, and its check."""
    names = keys_of(aimed)["pcaet_diagnostic"]
    for slug in (WITH, WITHOUT):
        path, code = aimed / "classeurs" / f"{slug}.xlsx", slug.partition("-")[2]
        sheet = openpyxl.load_workbook(path, data_only=True)["PCAET"]
        formulas = openpyxl.load_workbook(path)["PCAET"]
        rows = [row for row in sheet.iter_rows(min_row=6, values_only=True) if str(row[0]).startswith("cae_")]
        expected = marts.execute(
            "select identifiant, ligne, unite, arrondi_valeur_du_cadre, motif, annee, inventaire from marts.pcaet_diagnostic"
            " where a_deposer and maille = 'epci' and code_territoire = ? order by ordre", [code],
        ).fetchall()  # fmt: skip
        assert [row[:3] for row in rows] == [row[:3] for row in expected] and len(rows) == 68
        assert [row[3] for row in rows] == [row[3] for row in expected]
        assert [row[7] for row in rows if row[3] is None] == [row[4] for row in expected if row[3] is None]
        assert {row[8] for row in rows} == {None}, "nothing is typed yet"
        checks = [cell.value for cell in formulas["J"] if str(cell.value).startswith("=")]
        assert len(checks) == 68 and all(">=300" in text and "<=3000" in text for text in checks)
        data = openpyxl.load_workbook(path, data_only=True)["Données"]
        listed = [row for row in data.iter_rows(min_row=2, values_only=True) if row[5] == "pcaet_diagnostic"]
        assert len(listed) == sum(row[3] is not None for row in expected)
        for row in listed:
            rest = ["epci", code, *row[7].split(" | ")]
            assert (row[4], row[3]) == figure(marts, names, "pcaet_diagnostic", row[6], rest)
    targets = {
        row[0]: row[10:13]
        for row in openpyxl.load_workbook(aimed / "classeurs" / f"{WITH}.xlsx")["PCAET"].iter_rows(values_only=True)
    }
    assert targets["cae_1.c"] == (5, 12000, None) and targets["cae_63.b"] == (None, None, 20)


def test_the_sheet_of_trends_has_each_series(aimed: Path, marts: duckdb.DuckDBPyConnection) -> None:
    book = openpyxl.load_workbook(aimed / "classeurs" / f"{WITH}.xlsx")
    sheet = book["Tendances"]
    count = """select count(*) from marts.inventaire_tendances where maille = 'epci' and code_territoire = '200060010'
               and (derniere_annee_definitive or volet <> 'polluants_atmospheriques')"""
    first, last = (int(item) for item in re.findall(r"\d+", sheet.tables["Séries"].ref))
    assert last - first == marts.execute(count).fetchone()[0] > 50
    assert [cell.value for cell in sheet["M"] if cell.value and "glissement" in str(cell.value)]


def test_what_is_filed_is_what_is_retained(aimed: Path, marts: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The file that is written, read again, edited; a slip of units is named, a wrong unit refused."""
    ours = deposit.retained(aimed, "200060010")
    expected = marts.execute(
        "select identifiant, annee, arrondi_valeur_du_cadre from marts.pcaet_diagnostic where maille = 'epci'"
        " and code_territoire = '200060010' and retenu and a_deposer and valeur_du_cadre is not null order by ordre"
    ).fetchall()
    assert [(item.line, item.year, item.value) for item in ours] == expected
    every = deposit.retained(aimed, "200060010", all_years=True)
    assert len(every) > len(ours) and len({(item.line, item.year) for item in every}) == len(every)
    path = tmp_path / "200060010.csv"
    deposit.write(ours, path)
    assert [(item.line, item.year, item.value, item.unit) for item in deposit.typed(path, deposit.form(aimed))] == [
        (item.line, item.year, item.value, item.unit) for item in ours
    ]
    first = ours[0]
    edited = path.read_text("utf-8").replace(repr(first.value), repr(first.value * 1000), 1)
    path.write_text(edited, "utf-8")
    (slip,) = deposit.slips(deposit.typed(path, deposit.form(aimed)), ours)
    assert slip.startswith(f"{first.line} {first.year}") and "a probable slip of units" in slip
    with pytest.raises(deposit.DepositError, match="holds other figures"):
        deposit.write(ours, path)
    assert path.read_text("utf-8") == edited
    for times, seen in ((299, 0), (301, 1), (2999, 1), (3001, 0)):
        typed = [deposit.Figure(first.line, first.year, first.value * times, first.unit, "")]
        assert len(deposit.slips(typed, ours)) == seen
