"""Gate 4 closes on each way in which a whole folder can be wrong, and on anything of a commune."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from dagster_project.assets.gates import dossier_page
from dagster_project.checks import dossier_rules
from dagster_project.core.ledger import Ledger, NotCheckedError
from dagster_project.release import integrity
from dagster_project.release.switch import candidate_folder, current
from dagster_project.settings import PRODUITS, Settings
from tests.conftest import copy_of, messages, refresh

PAGE = "site/territoires/epci-200071918.html"
BOOK = "classeurs/epci-200071918.xlsx"


@pytest.fixture
def waiting(released: Settings, tmp_path: Path) -> Settings:
    """A house whose current release waits again as a candidate, whole, for gate 4."""
    house = copy_of(released, tmp_path, products=frozenset(PRODUITS))
    current(house.publication).rename(candidate_folder(house.publication))
    return house


def said(house: Settings, check: str) -> str:
    return "\n".join(map(str, dossier_rules.verdicts(house)[check]))


def listed_again(folder: Path) -> None:
    """Digests as an honest writer would give them: what is wrong must show otherwise."""
    integrity.write(folder)


def test_the_gate_is_open_for_a_good_folder(waiting: Settings) -> None:
    assert dossier_rules.verdicts(waiting) == {"dossier_complet": [], "aucune_commune": []}


def write(name: str, text: str) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        (folder / name).write_text(text, "utf-8")

    return act


def append(name: str, text: str) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return act


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (write("site/brouillon.txt", "x"), "brouillon.txt: is not listed"),
        (remove("tables/bilan_global.csv"), "tables/bilan_global.csv: is missing"),
        (append(PAGE, "<!-- -->"), f"{PAGE}: its bytes are not those of the list"),
        (append("tables/bilan_global.csv", "\n"), "tables/bilan_global.csv: its bytes are not those of the list"),
        (remove("empreintes.sha256"), "empreintes.sha256: is missing"),
    ],
    ids=["stranger", "table gone", "page altered", "table altered", "no digests"],
)
def test_a_file_that_is_not_what_is_listed(waiting: Settings, act: Callable[[Path], None], expected: str) -> None:
    act(candidate_folder(waiting.publication))
    assert expected in said(waiting, "dossier_complet")


@pytest.mark.parametrize(
    "name",
    [
        PAGE,
        BOOK,
        "site/index.html",
        "classeurs/france_entiere.xlsx",
        "geo/epci.geojson",
        "geo/territoires.gpkg",
        "documentation/index.html",
    ],
)
def test_a_page_or_a_workbook_is_missing(waiting: Settings, name: str) -> None:
    folder = candidate_folder(waiting.publication)
    (folder / name).unlink()
    listed_again(folder)
    assert f"une_fiche_par_territoire on {name}: is missing" in said(waiting, "dossier_complet")


def test_a_page_of_no_territory(waiting: Settings) -> None:
    folder = candidate_folder(waiting.publication)
    (folder / "site/territoires/commune-85084.html").write_text("<p>Essarts en Bocage</p>", "utf-8")
    listed_again(folder)
    assert "commune-85084.html: is there for no territory" in said(waiting, "dossier_complet")


def test_a_catalogue_that_gives_another_digest(waiting: Settings) -> None:
    folder = candidate_folder(waiting.publication)
    path = folder / "datapackage.json"
    body = json.loads(path.read_text("utf-8"))
    body["resources"][0]["hash"] = "sha256:" + "0" * 64
    path.write_text(json.dumps(body), "utf-8")
    listed_again(folder)
    assert "empreintes_du_catalogue on tables/bilan_global.parquet" in said(waiting, "dossier_complet")


@pytest.mark.parametrize(
    "held",
    [
        "<p>85084</p>",
        "<td>85084<td>-1,50",
        '<li title="85084">',
        "85084, 85085",
        "dont 85084.",
        "commune-85084",
        "85084-1",
    ],
)
def test_the_code_of_a_commune_in_a_page(waiting: Settings, held: str) -> None:
    append(PAGE, held)(candidate_folder(waiting.publication))
    assert f"code_de_commune on {PAGE}: holds 85084" in said(waiting, "aucune_commune")


@pytest.mark.parametrize(
    "harmless", ["<td>85\u202f084", "<p>285084901</p>", '<path d="M85084 12z"/>', "85084,5", "1.85084", "a85084"]
)
def test_figures_that_look_like_one_are_not_taken_for_it(waiting: Settings, harmless: str) -> None:
    append(PAGE, harmless)(candidate_folder(waiting.publication))
    assert said(waiting, "aucune_commune") == ""


def test_the_code_of_a_commune_in_a_workbook(waiting: Settings) -> None:
    path = candidate_folder(waiting.publication) / BOOK
    book = openpyxl.load_workbook(path)
    book["Données"]["B3"] = "commune 85084"
    book.save(path)
    assert f"code_de_commune on {BOOK}: holds 85084" in said(waiting, "aucune_commune")


def test_rows_of_unit_tests_in_the_documentation(waiting: Settings) -> None:
    path = candidate_folder(waiting.publication) / "documentation" / "index.html"
    path.write_text(
        path.read_text("utf-8").replace(
            '"disabled": {}', '"disabled": {"unit_test.flux_carbone.x.y": [{"rows": [{"code": "85084"}]}]}'
        ),
        "utf-8",
    )
    assert "documentation_sans_lignes on documentation/index.html" in said(waiting, "aucune_commune")


def test_a_map_with_a_column_or_a_row_of_a_commune(waiting: Settings) -> None:
    folder = candidate_folder(waiting.publication)
    frame = gpd.read_file(folder / "geo" / "epci.geojson")
    frame.assign(code_commune="85084").to_file(folder / "geo" / "epci.geojson", driver="GeoJSON")
    assert "colonnes_des_cartes on epci.geojson: holds ['code_commune']" in said(waiting, "aucune_commune")
    points = gpd.read_parquet(folder / "geo" / "sources_co2.parquet")
    points.assign(code_postal="85140").to_parquet(folder / "geo" / "sources_co2.parquet")
    assert "colonnes_des_cartes on sources_co2.parquet: holds ['code_postal']" in said(waiting, "aucune_commune")
    frame.loc[0, ["maille", "code_territoire"]] = ["commune", "85084"]
    frame.to_file(folder / "geo" / "epci.geojson", driver="GeoJSON")
    assert "territoires_des_cartes on epci.geojson: holds commune-85084" in said(waiting, "aucune_commune")


@pytest.mark.parametrize(
    "index",
    [
        '{"epci-200071918":{"c":["Essarts en Bocage : -1,5|85084|85140"]}}',
        '{"epci-200071918":{"c":["Essarts en Bocage|85084|85140 -1.5"]}}',
        '{"epci-200071918":{"c":["Essarts en Bocage|85084|85140|-1,5"]}}',
        '{"epci-200071918":{"a":["CC qui ne fut jamais"]}}',
        '{"epci-200071918":{"flux":[]}}',
        '{"commune-85084":{}}',
    ],
)
def test_an_index_that_holds_more_than_names(waiting: Settings, index: str) -> None:
    path = candidate_folder(waiting.publication) / "site" / "assets" / "communes.js"
    path.write_text(f"window.COMMUNES={index};\n", "utf-8")
    assert "index_de_noms on communes.js" in said(waiting, "aucune_commune")


def test_a_folder_that_gate_4_did_not_see_is_not_promoted(waiting: Settings) -> None:
    append(PAGE, "<!-- -->")(candidate_folder(waiting.publication))
    book = Ledger(waiting.data)
    book.enter("gate_4", dossier_page(waiting))
    assert said(waiting, "dossier_complet"), "the stamp alone does not say that the files are those of the list"
    listed_again(candidate_folder(waiting.publication))
    with pytest.raises(NotCheckedError, match="Gate 4"):
        book.require("gate_4")


@pytest.mark.thorough
def test_a_refused_folder_is_not_published(released: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole job: a page that shows a commune stops at gate 4 and the last release stays."""
    from dagster_project.products.site import pages

    house = copy_of(released, tmp_path, products=frozenset({"site"}))
    before = current(house.publication)
    build = pages.build

    def leak(folder: Path, *rest: object) -> int:
        written = build(folder, *rest)
        append(PAGE, "<p>dont 85084 : -1,5 kt</p>")(folder)
        return written

    monkeypatch.setattr(pages, "build", leak)
    outcome = refresh(house)
    assert re.search(r"REFUSED by aucune_commune on publication/dossier\ncode_de_commune on .*85084", messages(outcome))
    assert current(house.publication) == before
