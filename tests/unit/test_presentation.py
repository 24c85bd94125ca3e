"""How figures, colours, strokes and charts are made for people."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.core.workers import in_parallel
from dagster_project.geography.drawing import draw, path
from dagster_project.geography.neighbours import neighbours
from dagster_project.products import identity
from dagster_project.products.context import Context
from dagster_project.products.diagnosis import Diagnosis
from dagster_project.products.facts import Territory, alerts
from dagster_project.products.figures import decimals, french, label, order, short_name
from dagster_project.products.indicators import MAPPED
from dagster_project.products.plume_facts import Sky
from dagster_project.products.sentences import Sentences, sentences
from dagster_project.products.site import form_section
from dagster_project.products.site.charts import Bar, diverging_bars
from dagster_project.products.site.choropleth import Scale, scale
from dagster_project.products.site.render import shortened
from dagster_project.products.site.trend_lines import trend_lines
from dagster_project.products.site.typography import typeset
from dagster_project.products.workbooks import territory as workbooks
from dagster_project.products.workbooks.context_sheet import PEERS


@pytest.mark.parametrize(
    ("figure", "column", "text"),
    [
        (-9.77, "flux_kt_co2e", "\u22129,77"),
        (-58596.16, "arrondi_flux_kt_co2e", "\u221258\u202f596,16"),
        (0.0, "flux_kt_co2e", "0,00"),
        (-0.3, "flux_tco2e_par_ha", "\u22120,30"),
        (67.3, "stock_tc_par_ha", "67,3"),
        (32641.0, "surface_ha", "32\u202f641"),
        (29325, "population", "29\u202f325"),
        (None, "flux_kt_co2e", "n. d."),
    ],
)
def test_figures_in_french(figure: float | None, column: str, text: str) -> None:
    assert french(figure, column) == text


def test_decimals_follow_the_longest_unit() -> None:
    assert (decimals("flux_tco2e_par_ha"), decimals("flux_tco2e"), decimals("surface_ha")) == (2, 0, 0)
    assert (decimals("stock_kt_c"), decimals("flux_tc"), decimals("n_communes")) == (2, 0, 0)


def test_words_of_the_seeds() -> None:
    assert label("usage", "forets") == "Forêts"
    assert label("maille", "scot") == "scot"
    assert order("nature") == ["accroissement_biologique", "changement_usage_sol", "produits_bois"]


def territory(figure: float | None) -> Territory:
    one = Territory({"maille": "epci", "code_territoire": "1", "nom_territoire": "CC Un"})
    for approach in ("consommation", "recolte"):
        one.rows["bilan_global"][approach,] = {"arrondi_flux_tco2e_par_ha": figure}
        one.rows["bilan_stocks"][approach,] = {"arrondi_stock_terres_tc_par_ha": figure}
    return one


def test_zero_is_in_the_middle_of_the_neutral_class() -> None:
    found = Scale((-2.0, -1.0, -0.5, 0.5, 1.0, 2.0), "abcdefg", "flux_tco2e_par_ha")
    expected = {
        -9: "a",
        -2: "a",
        -1.99: "b",
        -1: "b",
        -0.5: "c",
        -0.49: "d",
        0: "d",
        0.49: "d",
        0.5: "e",
        1: "f",
        2: "g",
        None: "x",
    }
    assert {figure: found.letter(figure) for figure in expected} == expected
    assert [words for _, words in found.legend()] == [
        "\u22122,00 et moins", "de \u22122,00 à \u22121,00", "de \u22121,00 à \u22120,50", "de \u22120,50 à 0,50",
        "de 0,50 à 1,00", "de 1,00 à 2,00", "2,00 et plus",
    ]  # fmt: skip


@given(st.lists(st.floats(-1e6, 1e6).map(lambda figure: round(figure, 2)), max_size=60))
def test_classes_grow_and_keep_the_signs_apart(figures: list[float]) -> None:
    of = {one.column: one for one in MAPPED}
    fluxes = scale(of["flux_tco2e_par_ha"], [territory(one) for one in figures])
    assert all(low < high for low, high in pairwise(fluxes.breaks))
    assert len(fluxes.letters) == len(fluxes.breaks) + 1 and list(fluxes.letters) == sorted(set(fluxes.letters))
    assert fluxes.letter(0.0) == "d"
    assert all(fluxes.letter(one) in ("abcd" if one < 0 else "defg") for one in figures)
    stocks = scale(of["stock_terres_tc_par_ha"], [territory(abs(one)) for one in figures])
    assert all(0 < low < high for low, high in pairwise(stocks.breaks))
    assert len(fluxes.legend()) == len(fluxes.letters) and len(stocks.legend()) == max(len(stocks.letters), 1)


def test_classes_use_their_colours() -> None:
    """Like France: nearly all take carbon up, a few give some back. Each class of a side holds as many, what is rare has the strongest colour."""
    figures = [round(-1.5 * rank / 1000, 2) for rank in range(1000)] + [0.8, 0.9, 2.0]
    found = scale(next(one for one in MAPPED if one.column == "flux_tco2e_par_ha"), [territory(one) for one in figures])
    counted = {letter: number for letter, _, _, number in found.classes(figures)}
    assert list(counted) == ["a", "b", "c", "d", "g"]
    assert counted["g"] == 3 and all(250 < counted[letter] < 350 for letter in "abc")
    assert sum(counted.values()) == len(figures)


@pytest.mark.parametrize(
    ("name", "prefix", "rest"),
    [
        ("CC du Pays de Saint-Fulgent - Les Essarts", "CC du ", "Pays de Saint-Fulgent - Les Essarts"),
        ("CC de l'Île de Ré", "CC de l'", "Île de Ré"),
        ("CC d'Erdre et Gesvres", "CC d'", "Erdre et Gesvres"),
        ("CA Alès Agglomération", "CA ", "Alès Agglomération"),
        ("CU de Dunkerque", "CU de ", "Dunkerque"),
        ("Métropole du Grand Paris", "Métropole du ", "Grand Paris"),
        ("CC des Deux Vallées", "CC des ", "Deux Vallées"),
        ("Bordeaux Métropole", "", "Bordeaux Métropole"),
        ("CCI du Tout", "", "CCI du Tout"),
        ("Eurométropole de Strasbourg", "", "Eurométropole de Strasbourg"),
        ("CA Dinan", "CA ", "Dinan"),
        ("CC Le Gouessant", "CC ", "Le Gouessant"),
    ],
)
def test_names_as_readers_look_for_them(name: str, prefix: str, rest: str) -> None:
    assert short_name(name) == (prefix, rest)


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (-9.4, "\u22129,4"),
        (-59000.0, "\u221259\u202f000"),
        (0.04, "0,04"),
        (0.4, "0,40"),
        (-10.0, "\u221210"),
        (120.0, "120"),
        (0.0, "0"),
        (2.0, "2,0"),
    ],
)
def test_orders_of_magnitude_in_french(figure: float, text: str) -> None:
    assert french(figure, "ordre_de_grandeur_flux_kt_co2e") == text


def told(
    flux: float,
    other: float = -5.0,
    forest: dict | None = None,
    converted: tuple[float, float] = (-1.0, 1.0),
    growth: float = -5.0,
    wood: tuple[float, float] = (-1.0, -1.5),
) -> Sentences:
    about = {"maille": "epci", "code_territoire": "1", "nom_territoire": "CC Un"}
    one = Territory(about)
    for approach, figure in (("recolte", flux), ("consommation", other)):
        one.rows["bilan_global"][approach,] = {"flux_kt_co2e": figure, "ordre_de_grandeur_flux_kt_co2e": figure}
    taken, given_back = converted
    one.rows["flux_par_nature"]["changement_usage_sol", "recolte"] = {
        "sequestration_kt_co2e": taken, "emission_kt_co2e": given_back, "flux_kt_co2e": taken + given_back,
    }  # fmt: skip
    one.rows["flux_par_nature"]["accroissement_biologique", "recolte"] = {"flux_kt_co2e": growth}
    for approach, figure in zip(("recolte", "consommation"), wood, strict=True):
        one.rows["flux_par_nature"]["produits_bois", approach] = {"flux_kt_co2e": figure}
    volumes = {
        "surface_foret_ha": 10.0,
        "production_m3": 100.0,
        "mortalite_m3": 10.0,
        "prelevements_m3": 50.0,
        "accroissement_net_m3": 40.0,
    }
    volumes |= forest or {}
    one.rows["volumes_forets"][()] = {**volumes, **{f"arrondi_{name}": figure for name, figure in volumes.items()}}
    return sentences(one)


def test_sentences_say_the_sign_and_why() -> None:
    """An ordinary territory has no reason to tell; each unusual one has its own."""
    assert "retirent de l'air environ 4,0 kilotonnes" in told(-4.0).headline and told(-4.0).reasons == ()
    assert "émettent environ 4,0 kilotonnes" in told(4.0, other=6.0, converted=(0.0, 9.0)).headline
    assert told(4.0, other=6.0, converted=(0.0, 9.0)).reasons == (
        "Les changements d'usage des sols y émettent plus que les forêts et le bois récolté n'en retirent.",
    )
    assert "autant de CO2e" in told(0.0).headline
    lost_wood = {"prelevements_m3": 120.0, "accroissement_net_m3": -30.0}
    assert told(-4.0, forest=lost_wood).reasons == (), (
        "less wood may hold more carbon: no reason against the figure beside it"
    )
    (lost,) = told(-4.0, forest=lost_wood, growth=1.0).reasons
    assert "sur 100 m3 produits par an, 10 m3 meurent sur pied et 120 m3 sont récoltés" in lost
    (dead,) = told(-4.0, forest={"mortalite_m3": 20.0}).reasons
    assert "La mortalité de la forêt y est forte : sur 100 m3 produits par an, 20 m3" in dead
    assert told(-4.0, forest={"mortalite_m3": 16.0}).reasons == ()
    (unseen,) = told(-4.0, converted=(0.0, 0.0)).reasons
    assert "Aucun changement d'usage des sols n'y est vu" in unseen
    (apart,) = told(-2.0, other=-5.0, wood=(-0.5, -3.5)).reasons
    assert "retient bien plus de carbone" in apart and told(-3.0, other=-5.0, wood=(-0.5, -3.5)).reasons == ()
    assert told(-2.0, other=-5.0, wood=(-3.0, -5.0)).reasons == (), "the total is far apart, the wood is not"
    assert "bien moins" in told(-5.0, other=2.0, wood=(-7.0, -0.1)).reasons[-1]
    (bare,) = told(
        -4.0,
        forest=dict.fromkeys(
            ("surface_foret_ha", "production_m3", "mortalite_m3", "prelevements_m3", "accroissement_net_m3"), 0.0
        ),
    ).reasons
    assert "aucune forêt" in bare
    assert sentences(Territory({"maille": "epci", "code_territoire": "1", "nom_territoire": "CC Un"})) == Sentences()


def test_french_typography_touches_what_is_read_and_nothing_else() -> None:
    page = '<a href="x CO2 : y.html" title="CO2 : oui">Du CO2 : « 1 000 t » ; N2O ? 12 % et 3 kt C, m3</a><code>kt_co2 : CO2</code><script>"a ;"</script>'
    assert typeset(page) == (
        '<a href="x CO2 : y.html" title="CO₂\u00a0: oui">Du CO₂\u00a0: «\u00a01\u202f000 t\u00a0»\u202f; N₂O\u202f? 12\u00a0% et 3\u00a0kt\u00a0C, m³</a>'
        '<code>kt_co2 : CO2</code><script>"a ;"</script>'
    )


def test_figures_of_a_page_are_named_shortly() -> None:
    page = '<main id="contenu"><td data-f="t|a|x">1<td data-f="t|b">2<td data-f="t|a|y">3'
    assert (
        shortened(page)
        == '<main id="contenu" data-figures="t|a t|b"><td data-f="0|x">1<td data-f="1">2<td data-f="0|y">3'
    )


def test_neighbours_share_a_border_and_not_a_point() -> None:
    squares = gpd.GeoSeries(
        [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(1, 1, 2, 2), shapely.box(0, 1, 1, 4), None]
    )
    assert neighbours(squares) == {0: [1, 3], 1: [0, 2], 2: [1, 3], 3: [0, 2]} and 4 not in neighbours(squares)


IDENTITY = "contact: climat@exemple.fr\nhebergeur: Hébergeur SA, 1 rue du Lac, 69000 Lyon\naccessibilite: {etat: partielle, date: 2026-05-01, auditeur: Cabinet}\n"


def test_an_identity_is_read(tmp_path: Path) -> None:
    (tmp_path / "identite.yml").write_text(IDENTITY, "utf-8")
    found = identity.read(tmp_path / "identite.yml")
    assert found.contact_link == "mailto:climat@exemple.fr" and found.accessibilite.etat == "partielle"
    assert identity.read(None) == identity.Identity()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("contact: climat", r"identite\.yml \(FLUX_IDENTITY\): contact"),
        ("contacte: climat@exemple.fr", "contacte: Extra inputs are not permitted; entries: adresse, contact"),
        ("adresse: javascript:alert(1)", "adresse"),
        ("accessibilite: {etat: parfaite, date: 2026-05-01, auditeur: x}", "accessibilite.etat"),
        ("- contact", "has no entries: write `contact"),
        ("contact: [", "is not YAML in UTF-8"),
    ],
)
def test_a_bad_identity_is_refused_by_name(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "identite.yml").write_text(text, "utf-8")
    with pytest.raises(identity.IdentityError, match=problem):
        identity.read(tmp_path / "identite.yml")


def test_strokes_are_whole_numbers_that_neighbours_share() -> None:
    left, right = shapely.box(0, 0, 2000, 1000), shapely.box(2000, 0, 3000, 1000)
    assert path(left, 0, 1000, 1000) == "M2 1l0-1-2 0 0 1z"
    assert path(right, 0, 1000, 1000) == "M3 1l0-1-1 0 0 1z"
    assert path(shapely.box(0, 0, 10, 10), 0, 1000, 1000) == "M0 1l1 0 0 1z", "what is too small keeps a mark"


def test_overseas_departements_have_frames_of_their_own() -> None:
    places = gpd.GeoDataFrame(
        geometry=[
            shapely.box(2, 46, 3, 47),
            shapely.box(-61.2, 14.4, -60.8, 14.9),
            shapely.box(55.2, -21.4, 55.8, -20.9),
            None,
        ],
        crs=4326,
    )
    found = draw(places, pd.Series(["63", "972", "974", "976"]))
    assert set(found.paths) == {0, 1, 2}
    assert [code for code, *_ in found.frames] == ["972", "974"]
    for index, (_, x, y, side) in zip((1, 2), found.frames, strict=True):
        start = [int(one) for one in re.match(r"M(-?\d+) (-?\d+)", found.paths[index]).groups()]
        assert x <= start[0] <= x + side
        assert y <= start[1] <= y + side <= found.height


def test_bars_go_left_for_sinks_and_texts_are_escaped() -> None:
    drawn = str(
        diverging_bars("<titre>", [Bar("Forêts & co", -9.49), Bar("Sols", 0.29), Bar("Rien", None)], "flux_kt_co2e")
    )
    assert "<titre>" not in drawn and "&lt;titre&gt;" in drawn and "Forêts &amp; co" in drawn
    bars = re.findall(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="\d+" class="(\w+)"', drawn)
    zero = float(re.search(r'd="M([\d.]+) 16', drawn)[1])
    assert [kind for *_, kind in bars] == ["puits", "source", "source"]
    assert float(bars[0][0]) + float(bars[0][1]) == pytest.approx(zero, abs=0.11)
    assert float(bars[1][0]) == pytest.approx(zero, abs=0.11)
    assert float(bars[0][1]) / float(bars[1][1]) == pytest.approx(9.49 / 0.29, rel=0.02)
    assert float(bars[2][1]) == 0 and "n. d." in drawn


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "\t=1", "http://exemple.fr"])
def test_texts_never_become_formulas_or_links(name: str, tmp_path: Path) -> None:
    """A territory with a hostile name: the name stays a text in every cell of the workbook."""
    about = {"maille": "scot", "code_territoire": name, "nom_territoire": name, "moins_de_10_communes": False,
             "couverture_aldo": "complete", "n_communes": 12, "population": 1, "arrondi_surface_ha": 1.0}  # fmt: skip
    source = {"title": name, "release": name, "attribution": name, "licence": name, "edition": name}
    catalogue = {"id": name, "created": "2026-11-25T00:00:00+00:00", "statut_donnees": name, "cog_cible": 2026, "revision": name,
                 "annees_flux": "2012-2018", "annees_stocks": "2018", "inventaires": [], "remarques": [], "sources": [source]}  # fmt: skip
    one = Territory(about)
    about |= {"n_communes_partielles": 0, "arrondi_surface_couverte_ha": 1.0, "population_couverte": 1}
    line = {"identifiant": name, "volet": name, "ligne": name, "unite": name, "periode": name, "edition": name, "motif": name, "annee": 2020,
            "inventaire": name, "exige_par_le_decret": True, "exige_par_le_cadre": False, "est_provisoire": False, "completude": "complete",
            "valeur_du_cadre": 1.0, "arrondi_valeur_du_cadre": 1.0}  # fmt: skip
    form = Diagnosis([line, {**line, "valeur_du_cadre": None, "arrondi_valeur_du_cadre": None}])
    release = SimpleNamespace(catalogue=catalogue, unit=lambda *_: "t")
    place = dict.fromkeys(PEERS, 1.0) | {
        "detail_du_groupe": name,
        "indicateur": name,
        "groupe": name,
        "rang": 1,
        "n_epci": 1,
    }
    around = Context(peers=[place])
    workbooks.write_workbook(release, one, form, around, Sky((), (), ()), tmp_path / "x.xlsx")
    book, held = openpyxl.load_workbook(tmp_path / "x.xlsx"), 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert re.fullmatch(r"=Données!\$E\$\d+|=IF\(ISBLANK\(I\d+\).*", cell.value)
                held += cell.data_type == "s" and name.strip() in str(cell.value)
                assert cell.hyperlink is None
    assert held >= 4


def test_the_library_would_have_made_a_formula_of_it(tmp_path: Path) -> None:
    """The danger is real: without our options the same text becomes one."""
    with xlsxwriter.Workbook(str(tmp_path / "x.xlsx")) as book:
        book.add_worksheet().write(0, 0, "=1+1")
    assert openpyxl.load_workbook(tmp_path / "x.xlsx").active["A1"].data_type == "f"


def write_names(folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).write_text(name, "utf-8")
        if name == "bad":
            raise ValueError("this one cannot be written")


def test_work_is_shared_and_an_error_is_raised(tmp_path: Path) -> None:
    from functools import partial

    done: list[int] = []
    names = [f"n{number}" for number in range(130)]
    in_parallel(partial(write_names, tmp_path), names, done.append)
    assert sum(done) == 130 and sorted(one.name for one in tmp_path.iterdir()) == sorted(names)
    with pytest.raises(ValueError, match="this one cannot be written"):
        in_parallel(partial(write_names, tmp_path), [*names, "bad"])


def flagged(**change: object) -> list[str]:
    about = {
        "maille": "epci", "code_territoire": "200000001", "nom_territoire": "CC Un", "moins_de_10_communes": False,
        "couverture_aldo": "complete", "n_communes_partielles": 0, "arrondi_surface_ha": 1000.0, "arrondi_surface_couverte_ha": 1000.0,
        "population_couverte": 100,
    }  # fmt: skip
    one = Territory({**about, **change})
    one.rows["bilan_stocks"]["consommation",] = {"arrondi_surface_decrite_ha": change.get("decrite", 1000.0)}
    return alerts(one)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"decrite": 1099.0}, None),
        ({"decrite": 1101.0}, "stocks à prendre avec prudence"),
        ({"decrite": 899.0}, "stocks à prendre avec prudence"),
        # Described over what ALDO covers, never over the whole territory: 105 ha of the 100 that it covers, out of 1,000.
        ({"decrite": 105.0, "arrondi_surface_couverte_ha": 100.0}, None),
        ({"decrite": 1000.0, "arrondi_surface_couverte_ha": 100.0}, "1\u202f000 ha, pour 100 ha de superficie"),
        ({"moins_de_10_communes": True}, "Moins de 10 communes : ALDO ne se dit pas adapté"),
        ({"couverture_aldo": "absente"}, "ALDO ne décrit pas ce territoire : chiffres absents, ce qui n'est pas zéro"),
        ({"couverture_aldo": "partielle"}, "ALDO ne décrit qu'une partie de ce territoire"),
    ],
)
def test_flags_of_a_territory(change: dict, said: str | None) -> None:
    found = flagged(**change)
    assert (not found) if said is None else (len(found) == 1 and said in found[0]), found


def test_a_series_without_a_definitive_year_is_not_drawn() -> None:
    """Provisional years alone, or a first year at zero, have no index: the page lists them and draws nothing."""
    about = {
        "inventaire": "orcae",
        "edition": "ORCAE",
        "unite": "kteq CO2",
        "volet": "emissions_ges",
        "derniere_annee_definitive": False,
    }
    rows = [
        {**about, "identifiant": line, "ligne": "Ligne", "annee": year, "est_provisoire": True, "arrondi_valeur_du_cadre": 1.0,
         "valeur_base_100": None, "arrondi_valeur_base_100": None}
        for line in ("cae_1.a", "cae_1.c") for year in (2021, 2022)
    ]  # fmt: skip
    ((name, drawing, series),) = form_section.facts(Diagnosis(series=rows))["courbes"]
    assert (name, drawing) == ("orcae", None) and [len(years) for years in series.values()] == [2]


def test_a_trend_is_drawn_year_by_year() -> None:
    """Two years in a row are joined, one after a gap is not, a provisional one is hollow; figures are read aloud."""
    rows = [
        {"annee": year, "est_provisoire": year == 2021, "arrondi_valeur_base_100": index, "valeur_base_100": index}
        for year, index in ((2015, 100.0), (2016, 95.5), (2018, 90.0), (2019, None), (2020, 81.0), (2021, 50.0))
    ]
    svg = str(trend_lines("Indice <x>", {"Émissions & co": rows}))
    assert svg.count("<circle") == 5 and svg.count("provisoire") == 2 and "&lt;x&gt;" in svg
    assert [path.count("L") for path in re.findall(r'<path d="(M[0-9. L]+)"/>', svg)] == [1, 1]
    assert "2016 95,5" in svg and "2019 n. d." in svg and "2021 (provisoire) 50,0" in svg
