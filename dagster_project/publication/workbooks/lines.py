"""The figures of a territory as lines: what a workbook lists, each with the table, column and key that it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dagster_project.publication.facts import Row, Territory
from dagster_project.publication.figures import PREFIX, label, order

APPROACHES = ("consommation", "recolte")
WORDS = {"consommation": "consommation", "recolte": "récolte"}
KEY_FIGURES = (  # table, column, title, unit
    ("bilan_global", "flux_kt_co2e", "Flux net", "kt CO2e/an"),
    ("bilan_global", "flux_tco2e_par_ha", "Flux net par hectare", "t CO2e/ha/an"),
    ("bilan_global", "flux_tco2e_par_habitant", "Flux net par habitant", "t CO2e/habitant/an"),
    ("bilan_global", "sequestration_kt_co2e", "Séquestration (parts négatives)", "kt CO2e/an"),
    ("bilan_global", "emission_kt_co2e", "Émission (parts positives)", "kt CO2e/an"),
    ("bilan_global", "flux_kt_c", "Flux net en carbone (sans N2O)", "kt C/an"),
    ("bilan_stocks", "stock_terres_kt_c", "Stock de carbone des terres", "kt C"),
    ("bilan_stocks", "surface_decrite_ha", "Surface décrite par ALDO", "ha"),
    ("bilan_stocks", "stock_terres_tc_par_ha", "Stock des terres par hectare décrit", "t C/ha"),
    ("bilan_stocks", "stock_produits_bois_kt_c", "Stock des produits bois", "kt C"),
)


@dataclass(frozen=True)
class Line:
    """One figure (None where there is none): what it is, for people, and where it stands, for machines."""

    heading: str
    title: str
    approach: str
    unit: str
    figure: float | None
    table: str
    column: str
    rest: tuple


def lines(territory: Territory) -> list[Line]:
    """All figures of a territory that its page shows too, in its order."""
    return [
        *_described(territory),
        *_key_figures(territory),
        *_grouped(territory, "Flux net par nature", "flux_par_nature", "nature"),
        *_grouped(territory, "Flux net par usage final du sol", "bilan_occupation_sols", "usage"),
        *_stocks(territory),
        *_pcaet(territory),
        *_inventories(territory),
    ]


def _described(territory: Territory) -> Iterator[Line]:
    about = territory.about
    for column, title, unit in (("n_communes", "Communes", "communes"), ("population", "Population", "habitants")):
        yield Line("Territoire", title, "", unit, about[column], "territoires", column, ())
    yield Line(
        "Territoire", "Superficie", "", "ha", about["arrondi_surface_ha"], "territoires", "arrondi_surface_ha", ()
    )


def _key_figures(territory: Territory) -> Iterator[Line]:
    for table, column, title, unit in KEY_FIGURES:
        for approach in APPROACHES:
            if row := territory.row(table, approach):
                shown = PREFIX + column
                yield Line("Chiffres clés", title, WORDS[approach], unit, row[shown], table, shown, (approach,))


def _grouped(territory: Territory, heading: str, table: str, dimension: str) -> Iterator[Line]:
    shown = PREFIX + "flux_kt_co2e"
    for code in order(dimension):
        for approach in APPROACHES:
            if row := territory.row(table, code, approach):
                yield Line(
                    heading,
                    label(dimension, code),
                    WORDS[approach],
                    "kt CO2e/an",
                    row[shown],
                    table,
                    shown,
                    (code, approach),
                )


def _stocks(territory: Territory) -> Iterator[Line]:
    if row := territory.row("bilan_stocks", "consommation"):
        for code in order("nature_stock"):
            shown = f"{PREFIX}stock_{code}_kt_c"
            name = label("nature_stock", code)
            yield Line(
                "Stocks par nature", name, "consommation", "kt C", row[shown], "bilan_stocks", shown, ("consommation",)
            )
    for code in order("occupation"):
        if row := territory.row("stocks_par_occupation", code):
            for column, unit in (("surface_ha", "ha"), ("stock_kt_c", "kt C"), ("stock_tc_par_ha", "t C/ha")):
                shown = PREFIX + column
                if row[shown] is not None:
                    yield Line(
                        "Stocks par occupation du sol", label("occupation", code), "", unit, row[shown],
                        "stocks_par_occupation", shown, (code,),
                    )  # fmt: skip


def _pcaet(territory: Territory) -> Iterator[Line]:
    for rest, row in deposit(territory):
        shown = PREFIX + "bilan_tco2e"
        yield Line(
            "Cadre de dépôt du PCAET (positif = séquestration)", str(rest[0]), "récolte", "t CO2e/an", row[shown],
            "pcaet_cadre_depot", shown, rest,
        )  # fmt: skip


def deposit(territory: Territory) -> list[tuple[tuple, Row]]:
    """Lines of the PCAET form, in the order of the form."""
    rank = {code: number for number, code in enumerate(order("pcaet"))}
    return sorted(territory.rows["pcaet_cadre_depot"].items(), key=lambda item: rank.get(str(item[0][0]), len(rank)))


def _inventories(territory: Territory) -> Iterator[Line]:
    for table, column, unit in (
        ("inventaire_ges", "emissions_tco2e", "t CO2e/an"),
        ("inventaire_ges", "emissions_connues_tco2e", "t CO2e/an (part connue)"),
        ("inventaire_polluants", "emissions_kg", "kg/an"),
    ):
        for rest, row in territory.rows[table].items():
            gas = row.get("gaz") or row.get("polluant")
            title = f"{label('secteur', row['secteur'])}, {label('polluant', gas)}, {row['annee']}"
            heading = f"Inventaire {row['version_inventaire']}, à côté des flux"
            yield Line(heading, title, "", unit, row[PREFIX + column], table, PREFIX + column, rest)
