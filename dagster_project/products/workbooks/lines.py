"""The figures of a territory as lines: what a workbook lists, each with the table, column and key that it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dagster_project.products.facts import Release, Row, Territory
from dagster_project.products.figures import MAGNITUDE, PREFIX, label, order
from dagster_project.products.indicators import KEY_FIGURES, WORDS

DESCRIBED = (("n_communes", "Communes"), ("population", "Population"), (f"{PREFIX}surface_ha", "Superficie"))
ESSENTIAL, STOCKS_BY_USE = "L'essentiel", "Stocks par occupation du sol"  # headings
ESSENTIALS = (  # orders of magnitude: table, measure, title, wood approaches
    ("bilan_global", "flux_kt_co2e", "Flux net", tuple(WORDS)),
    ("bilan_stocks", "part_stock_terres_france_pct", "Part du stock de France", ("recolte",)),
    ("bilan_stocks", "stock_terres_si_relache_kt_co2e", "Stock s'il était relâché", ("recolte",)),
)
VOLUMES = (
    ("production_m3", "Il en pousse"), ("mortalite_m3", "Il en meurt sur pied"), ("prelevements_m3", "Il en est récolté"),
    ("accroissement_net_m3", "Il en reste sur pied"),
)  # fmt: skip
BY_OCCUPATION = ("surface_ha", "stock_kt_c", "stock_tc_par_ha")


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
    rest: tuple[Any, ...]


def lines(release: Release, territory: Territory) -> list[Line]:
    """All figures of a territory that its page shows too, in its order."""
    text = (
        *_essential(territory),
        *_described(territory),
        *_key_figures(territory),
        *_grouped(territory, "Flux net par nature", "flux_par_nature", "nature"),
        *_grouped(territory, "Flux net par usage final du sol", "bilan_occupation_sols", "usage"),
        *_stocks(territory),
        *_volumes(territory),
        *_inventories(territory),
    )
    return [Line(heading, title, approach, release.unit(table, column), figure, table, column, rest)
            for heading, title, approach, figure, table, column, rest in text]  # fmt: skip


BareLine = tuple[
    str, str, str, float | None, str, str, tuple[Any, ...]
]  # a line before its unit, which the contract says


def _essential(territory: Territory) -> Iterator[BareLine]:
    for table, measure, title, approaches in ESSENTIALS:
        for approach in approaches:
            if row := territory.row(table, approach):
                shown = MAGNITUDE + measure
                yield ESSENTIAL, title, WORDS[approach], row[shown], table, shown, (approach,)


def _volumes(territory: Territory) -> Iterator[BareLine]:
    if row := territory.row("volumes_forets"):
        for measure, title in VOLUMES:
            yield "Bois des forêts", title, "", row[PREFIX + measure], "volumes_forets", PREFIX + measure, ()


def _described(territory: Territory) -> Iterator[BareLine]:
    for column, title in DESCRIBED:
        yield "Territoire", title, "", territory.about[column], "territoires", column, ()


def _key_figures(territory: Territory) -> Iterator[BareLine]:
    for key_figure in KEY_FIGURES:
        for approach, word in WORDS.items():
            if row := territory.row(key_figure.table, approach):
                shown = PREFIX + key_figure.column
                yield "Chiffres clés", key_figure.title, word, row[shown], key_figure.table, shown, (approach,)


def _grouped(territory: Territory, heading: str, table: str, dimension: str) -> Iterator[BareLine]:
    shown = PREFIX + "flux_kt_co2e"
    for code in order(dimension):
        for approach, word in WORDS.items():
            if row := territory.row(table, code, approach):
                yield heading, label(dimension, code), word, row[shown], table, shown, (code, approach)


def _stocks(territory: Territory) -> Iterator[BareLine]:
    item, table = "recolte", "bilan_stocks"
    if row := territory.row(table, item):
        for code in order("nature_stock"):
            shown = f"{PREFIX}stock_{code}_kt_c"
            yield "Stocks par nature", label("nature_stock", code), WORDS[item], row[shown], table, shown, (item,)
    heading, table = STOCKS_BY_USE, "stocks_par_occupation"
    for code in order("occupation"):
        if row := territory.row(table, code):
            for shown in (PREFIX + column for column in BY_OCCUPATION):
                if row[shown] is not None:
                    yield heading, label("occupation", code), "", row[shown], table, shown, (code,)


def deposit(territory: Territory) -> list[tuple[tuple[Any, ...], Row]]:
    """Lines of the PCAET form, in the order of the form."""
    rank = {code: number for number, code in enumerate(order("pcaet"))}
    return sorted(territory.rows["pcaet_cadre_depot"].items(), key=lambda item: rank.get(str(item[0][0]), len(rank)))


def _inventories(territory: Territory) -> Iterator[BareLine]:
    for table, column, what in (
        ("inventaire_ges", "emissions_tco2e", ""),
        ("inventaire_ges", "emissions_connues_tco2e", " (part connue)"),
        ("inventaire_polluants", "emissions_kg", ""),
    ):
        for rest, row in territory.rows[table].items():
            gas = str(row.get("gaz") or row.get("polluant"))
            sector = label("secteur", row["secteur"]) + ("" if row["partition"] else label("somme", "publiee"))
            title = f"{sector}, {label('polluant', gas)}, {row['annee']}{what}"
            heading = f"Inventaire {row['version_inventaire']}, à côté des flux"
            yield heading, title, "", row[PREFIX + column], table, PREFIX + column, rest
