"""Each figure as a person reads it: title, unit, approach and sign beside it are those of the mart's own cell.

What they must say stands in tests/golden, written from the producers' documents and not from the seeds. Pages, workbooks, the
map, layers for GIS, publishers' tables and the sentences that surround them are read; the sample is enough.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import openpyxl
import pyogrio
import pytest

from dagster_project.products.figures import short_name
from dagster_project.release.catalogue import read_catalogue
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.opened import keys_of, mart_figure, whole_name
from tests.opened import number as shown
from tests.page import Page, untypeset

GOLDEN = Path(__file__).parent.parent / "golden"
UNIT = re.compile(
    r"kt CO2e/an|kt CO2(?!e)|m3/an|%|t CO2e/ha/an|t CO2e/habitant/an|t CO2e/an|kt C/an|kt C|t C/ha|kg/an|\bha\b|(?<!des )habitants|[Cc]ommunes"
)
APPROACH = re.compile(r"consommation|récolte")
SIGN = re.compile(r"(positif|négatif) = (séquestration|émission)")
HOUSE = {("négatif", "séquestration"), ("positif", "émission")}
FORM = {("positif", "séquestration"), ("négatif", "émission")}
FORMS = ("pcaet_diagnostic", "inventaire_tendances", "objectifs")  # whose unit is their row's: test_form.py
AROUND = ("qualite_reference", "comparaison_territoires", "rapprochement_national", "consommation_espaces",
          "cout_carbone_artificialisation")  # test_context_pages.py  # fmt: skip
WORD = {"recolte": "récolte", "consommation": "consommation"}
DIMENSION = {
    "{nature}": "nature",
    "{usage}": "usage",
    "{occupation}": "occupation",
    "{pcaet}": "pcaet",
    "{secteur}": "secteur",
    "{poste}": "poste",
    "{sous_poste}": "sous_poste",
}
# What the map, the table of the home page and the workbook of all territories show, in this order.
INDICATORS = [
    ("Flux net par hectare", "t CO2e/ha/an", "bilan_global", "arrondi_flux_tco2e_par_ha", ("recolte",)),
    ("Flux net par hectare, bois par la consommation", "t CO2e/ha/an", "bilan_global", "arrondi_flux_tco2e_par_ha", ("consommation",)),
    ("Flux net", "kt CO2e/an", "bilan_global", "arrondi_flux_kt_co2e", ("recolte",)),
    ("Flux net, bois par la consommation", "kt CO2e/an", "bilan_global", "arrondi_flux_kt_co2e", ("consommation",)),
    ("Flux net par habitant", "t CO2e/habitant/an", "bilan_global", "arrondi_flux_tco2e_par_habitant", ("recolte",)),
    ("Accroissement des forêts", "kt CO2e/an", "flux_par_nature", "arrondi_flux_kt_co2e", ("accroissement_biologique", "recolte")),
    ("Changements d'usage des sols", "kt CO2e/an", "flux_par_nature", "arrondi_flux_kt_co2e", ("changement_usage_sol", "recolte")),
    ("Produits bois", "kt CO2e/an", "flux_par_nature", "arrondi_flux_kt_co2e", ("produits_bois", "recolte")),
    ("Produits bois, bois par la consommation", "kt CO2e/an", "flux_par_nature", "arrondi_flux_kt_co2e", ("produits_bois", "consommation")),
    ("Stock des terres par hectare décrit", "t C/ha", "bilan_stocks", "arrondi_stock_terres_tc_par_ha", ("recolte",)),
    ("Stock de carbone des terres", "kt C", "bilan_stocks", "arrondi_stock_terres_kt_c", ("recolte",)),
]  # fmt: skip
BY_TITLE = {title: tuple(rest) for title, _, *rest in INDICATORS}
WITHOUT_WOOD = {
    "Accroissement des forêts",
    "Changements d'usage des sols",
    "Stock des terres par hectare décrit",
    "Stock de carbone des terres",
}
# What a column of a layer holds, by its name: the measure and its unit stand in it.
LAYER = {
    "arrondi_flux_kt_co2e": ("bilan_global", "arrondi_flux_kt_co2e", ("consommation",)),
    "arrondi_flux_recolte_kt_co2e": ("bilan_global", "arrondi_flux_kt_co2e", ("recolte",)),
    "arrondi_sequestration_kt_co2e": ("bilan_global", "arrondi_sequestration_kt_co2e", ("consommation",)),
    "arrondi_emission_kt_co2e": ("bilan_global", "arrondi_emission_kt_co2e", ("consommation",)),
    "arrondi_flux_tco2e_par_ha": ("bilan_global", "arrondi_flux_tco2e_par_ha", ("consommation",)),
    "arrondi_flux_tco2e_par_habitant": ("bilan_global", "arrondi_flux_tco2e_par_habitant", ("consommation",)),
    "arrondi_accroissement_kt_co2e": BY_TITLE["Accroissement des forêts"],
    "arrondi_changement_usage_kt_co2e": BY_TITLE["Changements d'usage des sols"],
    "arrondi_produits_bois_kt_co2e": ("flux_par_nature", "arrondi_flux_kt_co2e", ("produits_bois", "consommation")),
    "arrondi_stock_terres_kt_c": BY_TITLE["Stock de carbone des terres"],
    "arrondi_stock_terres_tc_par_ha": BY_TITLE["Stock des terres par hectare décrit"],
}


def rows_of(name: str) -> list[dict[str, str]]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(released: Settings) -> Path:
    return current(released.publication)


@pytest.fixture(scope="module")
def marts(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(folder / "carbone.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def keys(folder: Path) -> dict[str, tuple[str, ...]]:
    return keys_of(folder)


@pytest.fixture(scope="module")
def words() -> dict[tuple[str, str, str], str]:
    return {(row["editeur"], row["dimension"], row["code"]): row["mot"] for row in rows_of("nomenclature")}


@pytest.fixture(scope="module")
def readings() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["table"], row["colonne"]): row for row in rows_of("lectures")}


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, Page]:
    return {path.stem: Page(path) for path in sorted((folder / "site" / "territoires").glob("*.html"))}


@pytest.fixture(scope="module")
def balances(folder: Path) -> dict[str, Page]:
    return {path.stem: Page(path) for path in sorted((folder / "site" / "bilans").glob("*.html"))}


def place_of(slug: str) -> tuple[str, str]:
    maille, _, code = slug.partition("-")
    return maille, code


def titles_of(words: dict, golden: dict[str, str], keys: dict[str, tuple[str, ...]], rest: list[str]) -> list[str]:
    """The words that may name a figure: those of its row in the golden list, or of the code in its key."""
    dimension = DIMENSION.get(golden["titre"])
    if dimension is None:
        return golden["titre"].split("|")
    if dimension in keys[golden["table"]]:
        return [words["fiche", dimension, rest[keys[golden["table"]][2:].index(dimension)]]]
    return [words["fiche", dimension, rest[0]]]


def untied(title: str) -> str:
    """A title without the unit that stands in it."""
    return (
        re.sub(r"^(Communes) communes$", r"\1", UNIT.sub("", title)).strip()
        if not title.startswith("Communes")
        else "Communes"
    )


def nearest(pattern: re.Pattern, *texts: str) -> str | None:
    """What is read of something, in the nearest words that say it."""
    for text in texts:
        if found := pattern.findall(text):
            assert len(set(found)) == 1 or (pattern is UNIT and len(set(found)) <= 1), f"{found} in {text!r}"
            return found[0]
    return None


def test_every_figure_of_every_page(
    pages: dict, marts: duckdb.DuckDBPyConnection, keys: dict, words: dict, readings: dict
) -> None:
    seen, signed = defaultdict(int), 0
    for slug, page in pages.items():
        for one in page.readings:
            table, column, *rest = one.name.split("|")
            if table in (*FORMS, *AROUND):
                continue
            golden, where = readings[table, column], f"{slug}: {one}"
            titles = titles_of(words, golden, keys, rest)
            assert untied(one.title) in titles or (one.place and (untied(one.head) in titles or one.head in titles)), (
                where
            )
            assert nearest(UNIT, one.title, one.head, one.caption, one.section).lower() == golden["unite"].lower(), (
                where
            )
            approach = next((WORD[part] for part in rest if part in WORD), None)
            if approach:
                assert (
                    nearest(APPROACH, one.title, one.head, one.caption.replace("approches", ""), one.section)
                    == approach
                ), where
            said = set(SIGN.findall(one.caption))
            if golden["signe"] in ("atmosphere", "cadre") and said:
                assert said == (FORM if golden["signe"] == "cadre" else HOUSE), where
            assert golden["signe"] != "cadre" or said, where
            signed += table == "flux_par_nature" and bool(said)
            assert table != "flux_par_nature" or said, (
                where
            )  # the one table whose caption must tell the sign of the house
            figure = mart_figure(marts, keys, table, column, (*place_of(one.place or slug), *rest))
            assert shown(one.text) == figure, where
            if figure is not None and golden["signe"] in ("puits", "source"):
                assert figure <= 0 if golden["signe"] == "puits" else figure >= 0, where
            seen[table, column] += 1
    assert len(seen) >= 20 and sum(seen.values()) > 1_000 and signed > 50, dict(seen)


def test_every_figure_of_every_balance(
    balances: dict, marts: duckdb.DuckDBPyConnection, keys: dict, words: dict, readings: dict
) -> None:
    """Figures of the territory and, beside them, those of larger ones; each under its post, unit and perimeter."""
    seen, elsewhere = defaultdict(int), 0
    for slug, page in balances.items():
        for one in page.readings:
            table, column, *rest = one.name.split("|")
            golden, where = readings[table, column], f"{slug}: {one}"
            assert untied(one.title).removesuffix(" (hors total)") in titles_of(words, golden, keys, rest), where
            assert nearest(UNIT, one.title, one.head, one.caption, one.section) == golden["unite"], where
            perimeter = rest[keys[table][2:].index("perimetre")] if "perimetre" in keys[table] else "inventaire"
            letter = "A" if perimeter == "inventaire" else "B"
            assert letter in (one.title[:1], one.section[:1]) or table not in (
                "bilan_territorial",
                "bilan_territorial_ensemble",
            ), where
            figure = mart_figure(marts, keys, table, column, (*place_of(one.place or slug), *rest))
            assert shown(one.text) == figure, where
            seen[table, column] += 1
            elsewhere += bool(one.place)
    assert len(seen) == len([name for name in readings if name[0].startswith(("bilan_territorial", "empreinte"))]), (
        dict(seen)
    )
    assert sum(seen.values()) > 3_000 and elsewhere > 300


def test_bars_of_balances(balances: dict, marts: duckdb.DuckDBPyConnection, words: dict) -> None:
    """What a screen reader says of a post: its figure, its bounds, and the same of larger territories, by name."""
    codes = {word: code for (editor, kind, code), word in words.items() if (editor, kind) == ("fiche", "poste")}
    heads = "arrondi_emissions_tco2e_par_habitant, arrondi_borne_basse_tco2e_par_habitant, arrondi_borne_haute_tco2e_par_habitant"
    seen = 0
    for slug, page in balances.items():
        for said in page.drawings:
            title, _, bars = said.partition(". ")
            if title != "Empreinte des habitants (B) par poste, en t CO2e par habitant":
                continue
            for bar in bars.split("; "):
                found = re.fullmatch(r"(.+?) : ([^ (]+|n\. d\.)(?: \(de (\S+) à (\S+)\))?(?:, (.+))?", bar)
                query = f"select {heads} from marts.bilan_territorial where perimetre = 'empreinte' and poste = ?"
                own = f"{query} and maille = ? and code_territoire = ?"
                figures = marts.execute(own, [codes[found[1]], *place_of(slug)]).fetchone()
                told = [None if text is None else shown(text) for text in (found[2], found[3], found[4])]
                assert [None if value is None else float(value) for value in told] == list(figures), bar
                for text in (found[5] or "").split(", ") if found[5] and found[2] != "n. d." else ():
                    name, _, value = text.rpartition(" ")
                    place = f"{query} and nom_territoire = ? and maille <> 'epci'"
                    known = {row[0] for row in marts.execute(place, [codes[found[1]], name]).fetchall()}
                    assert value == "d." or float(shown(value)) in known, bar
                    seen += 1
    assert seen > 150


def significant(figure: float) -> Decimal:
    """Two significant digits and two decimals at most, half away from zero: by hand, from the exact figure."""
    exact = Decimal(repr(figure))
    if not exact:
        return Decimal(0)
    step = Decimal(1).scaleb(max(exact.adjusted() - 1, -2))
    return (exact / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def test_what_a_page_says_of_a_territory(pages: dict, marts: duckdb.DuckDBPyConnection) -> None:
    """The sentences, worked out again from the marts: the sign, the order of magnitude, the share and the equivalence of the stock, the rank."""
    query = """
        select maille, code_territoire, approche_bois, flux_kt_co2e, flux_tco2e_par_ha,
            rank() over (partition by maille, approche_bois order by flux_tco2e_par_ha nulls last) as rang,
            count(flux_tco2e_par_ha) over (partition by maille, approche_bois) as n
        from marts.bilan_global
    """
    told = {tuple(row[:3]): row[3:] for row in marts.execute(query).fetchall()}
    stocks = {
        tuple(row[:2]): row[2]
        for row in marts.execute("select maille, code_territoire, stock_terres_kt_c from marts.bilan_stocks").fetchall()
    }
    verdicts = 0
    for slug, page in pages.items():
        place = place_of(slug)
        sentences = [text for kind, text in page.paragraphs if "phrase" in kind]
        if (*place, "recolte") not in told:
            assert not sentences
            continue
        flux, ratio, rank, number = told[*place, "recolte"]
        first, *others = sentences
        assert number_of(first) == abs(significant(flux)), (slug, first)
        assert ("retirent de l'air environ" in first) == (flux < 0) and ("émettent environ" in first) == (flux > 0), (
            first
        )
        other = told[*place, "consommation"]
        second = next(text for text in others if text.startswith("Par la consommation de bois"))
        assert number_of(second) == abs(significant(other[0])), (slug, second)
        assert ("séquestration nette" in second) == (other[0] < 0)
        stock = next(text for text in others if "Relâché en entier" in text)
        *share, released = re.findall(r"environ ([\d,\u202f]+)", stock)
        part = significant(100 * stocks[place] / stocks["france", "FR"])
        assert [shown(text) for text in share] == ([] if place[0] == "france" or not part else [part]), (slug, stock)
        assert shown(released) == significant(stocks[place] * 44 / 12), (slug, stock)
        if ratio is not None and number > 1:
            methods = " ".join(text for _, text in page.paragraphs)
            assert f"{rank} sur {number} par la récolte, {other[2]} par la consommation" in methods
        verdicts += 1
    assert verdicts > 15


def number_of(sentence: str) -> Decimal:
    return shown(re.search(r"environ ([\d,\u202f]+)", sentence)[1])


def test_sentences_are_made_of_figures_of_the_page(pages: dict) -> None:
    """Every number of a sentence is that of a cell of the same page, without its sign."""
    seen = 0
    for slug, page in pages.items():
        held = {one.text.removeprefix("\u2212") for one in page.readings}
        for kind, text in page.paragraphs:
            if "phrase" in kind:
                for figure in re.findall(
                    r"(?<![\d,])\d[\d\u202f]*(?:,\d+)?(?!\d| hectares)", re.sub(r"CO2e?|m3", "", text)
                ):
                    assert figure.rstrip("\u202f") in held, (slug, figure, text)
                    seen += 1
    assert seen > 60


def test_the_strip_of_comparison(folder: Path, marts: duckdb.DuckDBPyConnection, keys: dict) -> None:
    """Bars beside others: the territory first, its peers, what it lies in; each figure by its own name."""
    page = folder / "site" / "territoires" / "epci-200071918.html"
    body = page.read_text("utf-8")
    strip = untypeset(body).split('class="bande"')[1].split("</figure>")[0]
    bars = re.findall(
        r'text-anchor="end">([^<]+)</text><rect[^>]*/><text[^>]*?(?: data-t="([^"]+)")? data-f="([^"]+)">([^<]+)<',
        strip,
    )
    assert [name for name, *_ in bars] == [
        "CC du Pays de Saint-Fulgent - Les Essarts", "Ses pairs, en moyenne", "Vendée", "Pays de la Loire", "France métropolitaine",
    ]  # fmt: skip
    for _, slug, name, text in bars:
        table, column, *rest = whole_name(body, name).split("|")
        assert shown(text) == mart_figure(marts, keys, table, column, (*place_of(slug or page.stem), *rest))


def test_drawings_of_pages(pages: dict, marts: duckdb.DuckDBPyConnection, keys: dict, words: dict) -> None:
    """What a screen reader says of bars: title, unit, each bar and its figure."""
    seen = 0
    for slug, page in pages.items():
        for said in (one for one in page.drawings if one.startswith("Flux net par ")):
            title, _, bars = said.partition(". ")
            table, dimension = {
                "Flux net par nature, en kt CO2e/an": ("flux_par_nature", "nature"),
                "Flux net par usage final du sol, en kt CO2e/an": ("bilan_occupation_sols", "usage"),
                "Flux net par hectare, en t CO2e/ha/an, produits bois par la récolte": (None, None),
            }[title]
            if table is None:  # the strip, whose bars say which figure each is (test_the_strip_of_comparison)
                continue
            codes = {
                word: code for (editor, kind, code), word in words.items() if (editor, kind) == ("fiche", dimension)
            }
            for bar in bars.split("; "):
                word, _, figure = bar.rpartition(" : ")
                place = (*place_of(slug), codes[word], "recolte")
                assert shown(figure) == mart_figure(marts, keys, table, "arrondi_flux_kt_co2e", place), said
                seen += 1
    assert seen > 100


def test_sentences_on_signs_units_and_periods(folder: Path) -> None:
    """What is stressed on the home page and on `methode`, and what LISEZMOI says: from domain.md, sections 1 and 2."""
    for name in ("index", "methode"):
        page = Page(folder / "site" / f"{name}.html")
        assert ("puits", "négatif = séquestration nette") in page.strongs, name
        assert ("source", "positif = émission nette") in page.strongs, name
    method = untypeset((folder / "site" / "methode.html").read_text("utf-8"))
    for fact in (
        "kt CO2e/an ; 1 kt = 1 000 t", "kt CO2e × 12/44, sans la part de N2O", "Stocks en kilotonnes de carbone (kt C)",
        "Flux : année moyenne 2012-2018", "Stocks : 2018", "44/25 au lieu de 44/28 (9,8 % de trop)",
        "ALDO, TerriSTORY et le cadre de dépôt du PCAET écrivent l'inverse", "jamais additionnées",
        "1 pour la plus forte séquestration nette", "<em>récolte</em> (le bois va là où il est coupé",
        "<em>consommation</em> (le bois va à ceux qui s'en servent",
    ):  # fmt: skip
        assert fact in method, fact
    text = (folder / "LISEZMOI.txt").read_text("utf-8")
    for fact in (
        "Convention de signe : négatif = séquestration nette, positif = émission nette (vu de l'atmosphère), sauf dans les tables d'un éditeur",
        "kt CO2e/an (1 kt = 1000 t), kt C pour les stocks", "kt C = kt CO2e x 12/44, sans la part de N2O",
        "Période : flux, année moyenne 2012-2018 ; ce n'est pas une série temporelle ; stocks, état de 2018",
        "44/25 au lieu de 44/28 (N2O trop fort de 9,8 %)", "Incertitude : non estimée", "rien n'est publié en dessous",
    ):  # fmt: skip
        assert fact in text, fact


def test_units_of_the_contract_are_those_of_the_names_of_its_columns(folder: Path) -> None:
    """In the catalogue, in the comments of the database, hence in PostgreSQL and on portals."""
    units = {"kt_co2e": "kt CO2e/an", "tco2e": "t CO2e/an", "tco2e_par_ha": "t CO2e/ha/an", "tco2e_par_habitant": "t CO2e/habitant/an",
             "moyen_tco2e_par_ha": "t CO2e/ha", "kg": "kg/an", "gwh": "GWh/an", "km": "km", "m3": "m3/an", "pct": "%", "tc_par_ha": "t C/ha", "ppm": "ppm", "ppm_km": "ppm km",
             "ppm_par_km": "ppm/km", "tco2_h": "t CO2/h", "tco2_an": "t CO2/an", "m_s": "m/s", "kg_m": "kg/m", "deg": "°"}  # fmt: skip
    seen = 0
    for resource in (
        one for one in read_catalogue(folder)["resources"] if one["format"] in ("csv", "parquet") and "schema" in one
    ):
        table = resource["path"].split("/")[1].split(".")[0]
        for column in resource["schema"]["fields"]:
            name, stock = column["name"], "stock" in column["name"]
            suffix = next((one for one in sorted(units, key=len, reverse=True) if name.endswith(f"_{one}")), None)
            if name.endswith("si_relache_kt_co2e"):
                expected = "kt CO2"  # what a stock would be: no flux, hence of no year
            elif name.endswith("_kt_c"):
                expected = "kt C" if stock else "kt C/an"
            elif name.endswith("_tc"):
                expected = "t C" if stock else "t C/an"
            elif name.endswith("_ha") and suffix is None and name != "rang_par_ha":
                expected = "ha/an ou ha" if table == "flux_carbone" else "ha"
            elif suffix is None or name == "rang_par_ha":
                continue
            else:
                expected = units[suffix]
            assert column.get("unit") == expected, f"{table}.{name}"
            seen += 1
    assert seen > 100
    with duckdb.connect(str(folder / "carbone.duckdb"), read_only=True) as connection:
        comments = dict(
            connection.execute(
                "select column_name, comment from duckdb_columns() where table_name = 'bilan_global'"
            ).fetchall()
        )
    assert comments["flux_kt_co2e"].endswith("Unité : kt CO2e/an.") and comments["flux_kt_c"].endswith(
        "Unité : kt C/an."
    )


def test_the_map_and_its_legend(folder: Path, marts: duckdb.DuckDBPyConnection, keys: dict) -> None:
    """Titles and units of the choice, of the legend and of the table; each colour covers the figure of who wears it."""
    page = Page(folder / "site" / "index.html")
    assert page.options[: len(INDICATORS)] == [title for title, *_ in INDICATORS]
    ratios = [row for row in INDICATORS if "_par_" in row[3]]
    coloured = {one.code: one for one in page.legends if one.entries}
    assert [one.title for one in coloured.values()] == [heading(*row[:2], row[4]) for row in ratios]
    assert {one.title for one in page.legends} == {heading(title, unit, rest) for title, unit, _, _, rest in INDICATORS}
    head, *rows = page.rows["table-epci"]
    assert head[1:] == [
        f"{title}{unit}{'' if title in WITHOUT_WOOD else f'bois : {WORD[rest[-1]]}'}"
        for title, unit, _, _, rest in INDICATORS
    ]
    short = {
        short_name(row[0])[1]: row
        for row in marts.execute(
            "select nom_territoire, code_territoire from marts.territoires where maille = 'epci'"
        ).fetchall()
    }
    codes = {short[row[0]][0]: row for row in rows}
    names = dict(short.values())
    assert set(names) == set(codes)
    worn = 0
    for name, code in names.items():
        for number, (_, _, table, column, rest) in enumerate(INDICATORS):
            described = marts.execute(
                f"select count(*) from marts.{table} where code_territoire = ?", [code]
            ).fetchone()[0]
            figure = mart_figure(marts, keys, table, column, ("epci", code, *rest)) if described else None
            assert shown(codes[name][number + 1]) == figure, (name, column)
            if "_par_" in column:
                rank = [tuple(row[2:]) for row in ratios].index((table, column, rest))
                letter = page.shapes[f"epci-{code}"][rank]
                text = dict(list(coloured.values())[rank].entries)[letter]
                assert covers(text, figure), (name, column, figure, text)
                worn += figure is not None
    assert worn > 20
    for legend in coloured.values():
        starts = [bounds(text)[0] for _, text in legend.entries[:-1]]
        assert starts == sorted(starts), "from the lowest to the highest"


def heading(title: str, unit: str, rest: tuple[str, ...]) -> str:
    """What heads the figures of an indicator: title, unit, wood approach where wood counts."""
    wood = "" if title in WITHOUT_WOOD else f", bois : {WORD[rest[-1]]}"
    return f"{title.partition(', bois')[0]} ({unit}{wood})"


def bounds(text: str) -> tuple[float, float]:
    """Ends of a class as its words say them."""
    if found := re.fullmatch(r"de (.+) à (.+)", text):
        return float(shown(found[1])), float(shown(found[2]))
    if found := re.fullmatch(r"(.+) et plus", text):
        return float(shown(found[1])), float("inf")
    if found := re.fullmatch(r"(.+) et moins|moins de (.+)", text):
        return float("-inf"), float(shown(found[1] or found[2]))
    raise AssertionError(text)


def covers(text: str, figure: object) -> bool:
    if figure is None:
        return text == "sans donnée"
    low, high = bounds(text)
    return low <= float(figure) <= high


def test_colours_of_sinks_and_sources(folder: Path) -> None:
    """Green takes carbon out of the air, brown gives it back: the same on the map, in sentences and in bars."""
    style = (folder / "site" / "assets" / "style.css").read_text("utf-8")

    def green(selector: str) -> bool:
        colour = re.search(
            rf"{re.escape(selector)}\s*{{[^}}]*?(?:fill|background|color):\s*(?:var\((--[a-z0-9-]+)\)|(#[0-9a-fA-F]{{6}}))",
            style,
        )
        text = colour[2] or re.search(rf"{re.escape(colour[1])}:\s*(#[0-9a-fA-F]{{6}})", style)[1]
        red, greens = int(text[1:3], 16), int(text[3:5], 16)
        return greens > red

    page = Page(folder / "site" / "index.html")
    fluxes = [legend for legend in page.legends if legend.title.startswith("Flux net") and legend.entries]
    assert fluxes
    for legend in fluxes:
        for letter, text in legend.entries[:-1]:
            low, high = bounds(text)
            if high <= 0 or low >= 0:
                assert green(f".{letter}") == (high <= 0), (letter, text)


def test_every_line_of_every_workbook(
    folder: Path, marts: duckdb.DuckDBPyConnection, keys: dict, words: dict, readings: dict
) -> None:
    """The sheet of figures, and the card that refers to it: same words, same unit, same approach."""
    seen = 0
    for path in sorted(set((folder / "classeurs").glob("*-*.xlsx")) - set((folder / "classeurs").glob("bilan_*"))):
        book = openpyxl.load_workbook(path)
        head, *lines = book["Données"].iter_rows(values_only=True)
        assert head == ("rubrique", "ligne", "approche", "unité", "chiffre", "table", "colonne", "clé")
        told = [dict(zip(head, line, strict=True)) for line in lines if line[5]]
        for line in (item for item in told if item["table"] not in FORMS):
            table, column, rest = (
                line["table"],
                line["colonne"],
                (line["clé"] or "").split(" | ") if line["clé"] else [],
            )
            golden, where = readings[table, column], f"{path.name}: {line}"
            expected = titles_of(words, golden, keys, rest)
            said = (
                line["ligne"].split(", ")[0]
                if table.startswith("inventaire") and expected[0] not in line["ligne"]
                else line["ligne"]
            )
            assert said in expected or (table.startswith("inventaire") and said.startswith(f"{expected[0]}, ")), where
            assert line["unité"] == golden["unite"], where
            approach = next((WORD[part] for part in rest if part in WORD), "")
            assert (line["approche"] or "") == approach, where
            figure = mart_figure(marts, keys, table, column, (*place_of(path.stem), *rest))
            assert line["chiffre"] == ("n. d." if figure is None else pytest.approx(float(figure), abs=1e-9)), where
            seen += 1
        seen += card(book, told)
    assert seen > 2_000


def card(book: openpyxl.Workbook, told: list[dict]) -> int:
    """The sheet Fiche: the sentence on the sign, then rows under headings of approaches or units."""
    sheet, heads, seen = book["Fiche"], [], 0
    assert set(SIGN.findall(sheet["A3"].value)) == HOUSE
    assert sheet["A3"].value.startswith("Signe vu de l'atmosphère")
    for row in sheet.iter_rows(min_row=4):
        cells = {cell.column: cell.value for cell in row if cell.value is not None}
        formulas = {column: value for column, value in cells.items() if str(value).startswith("=Données!")}
        if (cells.get(2) is not None and not formulas) or cells.get(1) in {line["rubrique"] for line in told}:
            heads = [cells.get(number) for number in range(1, 5)]
            continue
        for column, formula in formulas.items():
            line = told[int(re.fullmatch(r"=Données!\$E\$(\d+)", formula)[1]) - 2]
            where = f"{cells} under {heads}: {line}"
            assert (cells[1], heads[0]) == (line["ligne"], line["rubrique"]), where
            own = [text for text in cells.values() if text == line["unité"]]
            assert own or heads[column - 1] == line["unité"], where
            assert (heads[column - 1] or "") == (line["approche"] or "") or heads[column - 1] == line["unité"], where
            seen += 1
    return seen


def test_the_workbook_of_all_territories(folder: Path, marts: duckdb.DuckDBPyConnection, keys: dict) -> None:
    book = openpyxl.load_workbook(folder / "classeurs" / "france_entiere.xlsx", data_only=True)
    expected = [heading(title, unit, rest) for title, unit, _, _, rest in INDICATORS]
    meshes = {"Intercommunalités": "epci", "Départements": "departement", "Régions": "region", "France": "france"}
    assert book.sheetnames[:4] == list(meshes)
    for name, mesh in meshes.items():
        head, *rows = book[name].iter_rows(values_only=True)
        assert list(head[5:]) == expected
        assert (
            book[name].tables[f"Mailles_{mesh}"].autoFilter
            and book[name].freeze_panes == "C2"
            and book[name].print_title_rows == "$1:$1"
        )
        for row in rows:
            place = (mesh, row[0])
            for (_, _, table, column, rest), value in zip(INDICATORS, row[5:], strict=True):
                described = marts.execute(
                    f"select count(*) from marts.{table} where maille = ? and code_territoire = ?", place
                ).fetchone()[0]
                figure = mart_figure(marts, keys, table, column, (*place, *rest)) if described else None
                assert value == ("n. d." if figure is None else pytest.approx(float(figure))), (row[:3], column)
    head, *rows = book["PCAET"].iter_rows(values_only=True)
    assert head[4] == "t CO2e/an (positif = séquestration nette)"
    forests = [row for row in rows if row[3] == "forêt" and isinstance(row[4], (int, float))]
    assert forests
    for maille, code, _, name, value in (row[:5] for row in rows):
        figure = mart_figure(marts, keys, "pcaet_cadre_depot", "arrondi_bilan_tco2e", (maille, code, name))
        assert value == ("n. d." if figure is None else pytest.approx(float(figure)))


def test_layers_of_maps(folder: Path, marts: duckdb.DuckDBPyConnection, keys: dict) -> None:
    seen = 0
    for layer, _ in pyogrio.list_layers(folder / "geo" / "territoires.gpkg"):
        frame = pyogrio.read_dataframe(folder / "geo" / "territoires.gpkg", layer=layer, read_geometry=False)
        figures = {name for name in frame.columns if name.startswith("arrondi_")} - {"arrondi_surface_ha"}
        assert figures == set(LAYER)
        assert {frozenset(SIGN.findall(text)) for text in frame["convention_de_signe"]} == {frozenset(HOUSE)}
        for _, row in frame.iterrows():
            for name, (table, column, rest) in LAYER.items():
                place = (row["maille"], row["code_territoire"])
                described = marts.execute(
                    f"select count(*) from marts.{table} where maille = ? and code_territoire = ?", place
                ).fetchone()[0]
                figure = mart_figure(marts, keys, table, column, (*place, *rest)) if described else None
                value = None if row[name] != row[name] else row[name]
                assert value == (None if figure is None else pytest.approx(float(figure))), (place, name)
                seen += figure is not None
    assert seen > 100


def grouped(marts: duckdb.DuckDBPyConnection, query: str) -> dict[tuple, float]:
    return {tuple(row[:-1]): row[-1] for row in marts.execute(query).fetchall()}


def test_words_of_terristory_stand_beside_their_own_figures(marts: duckdb.DuckDBPyConnection, words: dict) -> None:
    """Fluxes with the opposite sign, stocks as they are; the words are those of its documentation."""
    ours = grouped(
        marts,
        "select maille, code_territoire, nature, occupation_finale_n1, sum(flux_tco2e) from marts.flux_carbone"
        " where approche_bois = 'consommation' group by all",
    )
    shown_there = grouped(
        marts,
        "select maille, code_territoire, nature_du_flux, usage_final_du_sol, bilan_kt_co2e from marts.terristory_flux_carbone",
    )
    seen = 0
    for (maille, code, nature, usage), flux in ours.items():
        said = shown_there[maille, code, words["terristory", "nature", nature], words["terristory", "usage", usage]]
        assert said == pytest.approx(-(flux or 0) / 1000, abs=1e-9), (code, nature, usage)
        seen += 1
    assert seen > 100
    ours = grouped(
        marts,
        "select maille, code_territoire, case nature_stock when 'produits_bois' then 'biomasse_morte' else nature_stock end, origine,"
        " sum(stock_kt_c) from marts.stocks_carbone where approche_bois = 'consommation' group by all",
    )
    shown_there = grouped(
        marts,
        "select maille, code_territoire, nature_du_stock, origine_du_stock, stock_kt_c from marts.terristory_stocks_carbone",
    )
    for (maille, code, nature, origin), stock in ours.items():
        said = shown_there[
            maille, code, words["terristory", "nature_stock", nature], words["terristory", "origine", origin]
        ]
        assert said == pytest.approx(stock), (code, nature, origin)


def test_words_of_hauts_de_france_and_of_the_form(marts: duckdb.DuckDBPyConnection, words: dict) -> None:
    ours = grouped(
        marts,
        "select maille, code_territoire, occupation_finale_n1, approche_bois, flux_kt_co2e from marts.bilan_occupation_sols",
    )
    there = grouped(
        marts,
        "select maille, code_territoire, occupation_des_sols, approche_bois, flux_net_kt_co2e from marts.hauts_de_france_bilan_occupation_sols",
    )
    form: dict[tuple, float] = defaultdict(float)
    for (maille, code, usage, approach), flux in ours.items():
        assert there[maille, code, words["hauts_de_france", "usage", usage], approach] == pytest.approx(flux or 0), (
            code,
            usage,
        )
        if approach == "recolte":
            form[maille, code, words["pcaet", "usage", usage]] -= (flux or 0) * 1000
    deposited = grouped(
        marts, "select maille, code_territoire, ligne_du_cadre, bilan_tco2e from marts.pcaet_cadre_depot"
    )
    assert {key: value for key, value in deposited.items() if value is not None} == {
        key: pytest.approx(value, abs=1e-6) for key, value in form.items() if deposited[key] is not None
    }
    for table, expected in (
        ("terristory_flux_carbone", FORM), ("pcaet_cadre_depot", FORM),
        ("hauts_de_france_bilan_global", HOUSE), ("hauts_de_france_bilan_occupation_sols", HOUSE),
    ):  # fmt: skip
        texts = marts.execute(f"select distinct convention_de_signe from marts.{table}").fetchall()
        assert [set(SIGN.findall(text)) for (text,) in texts] == [expected], table


def test_carbon_holds_no_nitrogen(marts: duckdb.DuckDBPyConnection) -> None:
    """kt C of a flux is 12/44 of what its reservoirs hold, the N2O left out: worked out from the parts."""
    query = """
        select bilan.flux_kt_c, bilan.flux_kt_co2e, parts.carbone, parts.n2o from marts.bilan_global as bilan
        inner join (
            select maille, code_territoire, approche_bois,
                sum(flux_tco2e) filter (reservoir <> 'n2o') / 1000 * 12 / 44 as carbone,
                sum(flux_tco2e) filter (reservoir = 'n2o') / 1000 as n2o
            from marts.flux_par_reservoir group by all
        ) as parts using (maille, code_territoire, approche_bois)
    """
    rows = marts.execute(query).fetchall()
    assert len(rows) > 20 and any(n2o for *_, n2o in rows)
    for carbon, flux, parts, n2o in rows:
        assert carbon == pytest.approx(parts, abs=1e-9)
        assert carbon == pytest.approx((flux - (n2o or 0)) * 12 / 44, abs=1e-9)
