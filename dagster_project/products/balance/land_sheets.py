"""The sheets Sols and Pratiques: ALDO's fluxes and stocks, and what practices could store; never added to emissions."""

from dataclasses import dataclass

from xlsxwriter.utility import xl_range_abs

from dagster_project.products.balance.cells import Data, Figure, Page, Places, cell, shown
from dagster_project.products.balance.engine import Inputs
from dagster_project.products.balance.form import MOMENTS, SOIL_LEVELS, zones
from dagster_project.products.balance.method import CARBON_MASS, CO2_MASS, TEXTS, YEARS_OF_A_PRACTICE, Method
from dagster_project.products.balance.potential import CROPLAND, SOIL_HECTARES, Ground, by_practice, soil_option
from dagster_project.products.facts import Territory
from dagster_project.products.figures import label, order
from dagster_project.products.indicators import WORDS

SOILS, PRACTICES = "Sols", "Pratiques"
FIRST = 6  # row of Pratiques
STOCKS = "stocks_par_occupation"
C_TO_CO2 = f"{CO2_MASS}/{CARBON_MASS}"
HEADINGS = (
    "pratique (option ALDO)",
    "ha saisis",
    "ha de cette occupation",
    "contrôle",
    "sol, t CO2e/an",
    "biomasse, t CO2e/an",
)


def soils(page: Page, territory: Territory, data: Data) -> None:
    """Write Sols: fluxes by nature under both wood approaches, stocks by reservoir."""
    page.title(SOILS, TEXTS["sols"])
    page.heads(3, ("Flux net, kt CO2e/an", *(f"bois par {word}" for word in WORDS.values())))
    row = 4
    for nature in order("nature"):
        page.texts(row, (label("nature", nature),))
        for column, approach in enumerate(WORDS, start=1):
            known = territory.row("flux_par_nature", nature, approach)
            value = known["flux_kt_co2e"] if known else None
            figure = Figure(
                "Flux de carbone",
                f"{label('nature', nature)}, bois par {WORDS[approach]}",
                "kt CO2e/an",
                value,
                "flux_par_nature",
                f"{territory.maille} | {territory.code} | {nature} | {approach}",
            )
            _refer(page, row, column, data.refer(figure), value, 2)
        row += 1
    row += 1
    page.heads(row, ("Stock, kt C",))
    known = territory.row("bilan_stocks", "consommation")
    for number, nature in enumerate(order("nature_stock"), start=row + 1):
        value = known[f"stock_{nature}_kt_c"] if known else None
        figure = Figure(
            "Stocks de carbone",
            label("nature_stock", nature),
            "kt C",
            value,
            "bilan_stocks",
            f"{territory.maille} | {territory.code} | {nature}",
        )
        page.texts(number, (label("nature_stock", nature),))
        _refer(page, number, 1, data.refer(figure), value, 1)
    page.finish((46, 22, 22))


def _refer(page: Page, row: int, column: int, reference: str, value: float | None, decimals: int) -> None:
    page.formula(row, column, shown(reference), value, page.formats.number(decimals))


@dataclass(frozen=True)
class Typed:
    """What Pratiques is made of: the method, the ground, what was typed and where, and where figures of the release stand.

    Attributes:
        method: the seeds.
        ground: of the territory.
        inputs: what was typed.
        places: cells of Saisie.
        zone: cell of the climate zone.
        data: figures of the release.
        key: of the territory in them.
    """

    method: Method
    ground: Ground
    inputs: Inputs
    places: Places
    zone: str
    data: Data
    key: str


def practices(page: Page, typed: Typed) -> None:
    """Write Pratiques: ALDO's option by practice, the IPCC's for one area, and whether the areas exist."""
    formats, method = page.formats, typed.method
    page.title(PRACTICES, TEXTS["pratiques"])
    for number, sentence in enumerate(TEXTS["limites_des_pratiques"], start=2):
        page.texts(number, (sentence,))
    page.heads(FIRST - 1, HEADINGS)
    computed, row = by_practice(method, typed.inputs), FIRST
    for row, (code, (name, use, soil, biomass)) in enumerate(method.practices.items(), start=FIRST):
        identifier = f"P.{code}.ha"
        value, present = typed.inputs.value(identifier), typed.ground.hectares.get(use)
        page.texts(row, (name,))
        page.formula(row, 1, shown(typed.places[identifier]), value, formats.number())
        title = f"{label('usage', use)}, pour « {name} »"
        figure = Figure("Occupation du sol", title, "ha", present, STOCKS, f"{typed.key} | {use}")
        _refer(page, row, 2, typed.data.refer(figure), present, 0)
        _check(page, row, value, present)
        here, stored = cell(PRACTICES, row, 1), computed.get(code, (None, None))
        for column, flux, result in ((4, soil, stored[0]), (5, biomass, stored[1])):
            formula = f'IF(ISNUMBER({here}),-{here}*{flux!r}*{C_TO_CO2},"")'
            page.formula(row, column, formula, result, formats.number(1))
    row += 2
    page.texts(
        row,
        ("Option du GIEC (Refinement 2019, tableau 5.5) : une option par hectare, jamais les deux",),
        formats.section,
    )
    _soil_option(page, row + 1, typed)
    page.finish((58, 16, 22, 22, 18, 20))


def _check(page: Page, row: int, value: float | None, present: float | None) -> None:
    """What is typed against what is there."""
    typed, held = cell(PRACTICES, row, 1), cell(PRACTICES, row, 2)
    state = None if value is None else "plus que la surface" if value > (present or 0) else "possible"
    page.formula(row, 3, f'IF(ISNUMBER({typed}),IF({typed}>N({held}),"plus que la surface","possible"),"")', state)


def _soil_option(page: Page, row: int, typed: Typed) -> None:
    """The table of the IPCC's factors, and what one area would store with them."""
    formats, soil = page.formats, typed.method.soil
    names_of_zones = zones(typed.method)
    levels = list(dict.fromkeys((factor, level) for factor, level, _ in soil if factor in SOIL_LEVELS.values()))
    page.heads(row, ("facteur et niveau", *names_of_zones))
    for number, (factor, level) in enumerate(levels, start=row + 1):
        page.texts(number, (f"{factor} {level}",))
        for column, name in enumerate(names_of_zones, start=1):
            page.sheet.write_number(number, column, soil[factor, level, name], formats.number(2))
    table = xl_range_abs(row + 1, 1, row + len(levels), len(names_of_zones))
    heads = xl_range_abs(row, 1, row, len(names_of_zones))
    names = xl_range_abs(row + 1, 0, row + len(levels), 0)
    row += len(levels) + 2
    stock = typed.ground.cropland_stock
    option = soil_option(typed.method, typed.inputs, stock)
    title = "Sols des cultures (0-30 cm)"
    figure = Figure("Stocks de carbone", title, "t C/ha", stock, STOCKS, f"{typed.key} | {CROPLAND}")
    page.texts(row, ("stock des sols cultivés, t C/ha",))
    _refer(page, row, 1, typed.data.refer(figure), stock, 1)
    held, factors = cell(PRACTICES, row, 1), []
    for (moment, word), value in zip(MOMENTS.items(), (option.before, option.after), strict=True):
        row += 1
        chosen = {factor: typed.places[f"G.{moment}_{kind}"] for kind, factor in SOIL_LEVELS.items()}
        terms = (
            f'INDEX({table},MATCH("{factor} "&{choice},{names},0),MATCH({typed.zone},{heads},0))'
            for factor, choice in chosen.items()
        )
        empty = "+".join(f'IF({choice}="",1,0)' for choice in chosen.values())
        page.texts(row, (f"facteur {word} (travail x apports)",))
        page.formula(row, 1, f'IF({empty}>0,"",{"*".join(terms)})', value, formats.number(4))
        factors.append(cell(PRACTICES, row, 1))
    row += 1
    page.texts(row, ("ha saisis",))
    page.formula(row, 1, shown(typed.places[SOIL_HECTARES]), typed.inputs.value(SOIL_HECTARES), formats.number())
    here, (before, after) = cell(PRACTICES, row, 1), factors
    row += 1
    page.texts(row, ("potentiel, t CO2e/an (négatif = stockage)",), formats.of(bold=True))
    product = f"-{here}*{held}*({after}/{before}-1)/{YEARS_OF_A_PRACTICE}*{C_TO_CO2}"
    formula = f'IF(COUNT({here},{held},{before},{after})=4,{product},"")'
    page.formula(row, 1, formula, option.potential, formats.number(1, bold=True))
