"""The sheets Sols and Pratiques: ALDO's fluxes and stocks, and what practices could store; never added to emissions."""

from collections.abc import Mapping

from dagster_project.products.balance.cells import Data, Figure, Page, Places, cell, shown
from dagster_project.products.balance.engine import Inputs
from dagster_project.products.balance.form import MOMENTS, SOIL_LEVELS
from dagster_project.products.balance.method import TEXTS, YEARS_OF_A_PRACTICE, Method
from dagster_project.products.facts import Territory
from dagster_project.products.figures import label, order
from dagster_project.products.indicators import WORDS

SOILS, PRACTICES = "Sols", "Pratiques"
C_TO_CO2 = "44/12"


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


def practices(
    page: Page,
    method: Method,
    land: Mapping[str, float],
    stock: float | None,
    inputs: Places,
    zone: str,
    typed: Inputs,
    data: Data,
    place: str,
) -> None:
    """Write Pratiques: ALDO's option by practice, the IPCC's for one area, and whether the areas exist."""
    formats = page.formats
    page.title(PRACTICES, TEXTS["pratiques"])
    for number, sentence in enumerate(TEXTS["limites_des_pratiques"], start=2):
        page.texts(number, (sentence,))
    heads = (
        "pratique (option ALDO)",
        "ha saisis",
        "ha de cette occupation",
        "contrôle",
        "sol, t CO2e/an",
        "biomasse, t CO2e/an",
    )
    page.heads(5, heads)
    row = 6
    for code, (name, use, soil, biomass) in method.practices.items():
        area, value, present = inputs[f"P.{code}.ha"], typed.value(f"P.{code}.ha"), land.get(use)
        page.texts(row, (name,))
        page.formula(row, 1, shown(area), value, formats.number())
        figure = Figure(
            "Occupation du sol",
            f"{label('usage', use)}, pour « {name} »",
            "ha",
            present,
            "stocks_par_occupation",
            f"{place} | {use}",
        )
        _refer(page, row, 2, data.refer(figure), present, 0)
        _check(page, row, value, present)
        for column, flux in ((4, soil), (5, biomass)):
            here = cell(PRACTICES, row, 1)
            page.formula(
                row,
                column,
                f'IF(ISNUMBER({here}),-{here}*{flux!r}*{C_TO_CO2},"")',
                None if value is None else -value * flux * 44 / 12,
                formats.number(1),
            )
        row += 1
    row += 1
    page.texts(
        row,
        ("Option du GIEC (Refinement 2019, tableau 5.5) : une option par hectare, jamais les deux",),
        formats.section,
    )
    _soil_factors(page, row + 1, method, stock, inputs, zone, typed, data, place)
    page.finish((58, 16, 22, 22, 18, 20))


def _check(page: Page, row: int, value: float | None, present: float | None) -> None:
    """What is typed against what is there."""
    typed, held = cell(PRACTICES, row, 1), cell(PRACTICES, row, 2)
    state = None if value is None else "plus que la surface" if value > (present or 0) else "possible"
    page.formula(row, 3, f'IF(ISNUMBER({typed}),IF({typed}>N({held}),"plus que la surface","possible"),"")', state)


def _soil_factors(
    page: Page,
    row: int,
    method: Method,
    stock: float | None,
    inputs: Places,
    zone: str,
    typed: Inputs,
    data: Data,
    place: str,
) -> None:
    """The table of the IPCC's factors, and −ha x stock x (after / before − 1) / 20 x 44/12."""
    formats = page.formats
    page.heads(row, ("facteur et niveau", *dict.fromkeys(name for _, _, name in method.soil)))
    zones = list(dict.fromkeys(name for _, _, name in method.soil))
    levels = list(dict.fromkeys((factor, level) for factor, level, _ in method.soil if factor in SOIL_LEVELS.values()))
    for number, (factor, level) in enumerate(levels, start=row + 1):
        page.texts(number, (f"{factor} {level}",))
        for column, name in enumerate(zones, start=1):
            page.sheet.write_number(number, column, method.soil[factor, level, name], formats.number(2))
    first, last = row + 1, row + len(levels)
    heads, names = f"$B${row + 1}:$E${row + 1}", f"$A${first + 1}:$A${last + 1}"
    table = f"$B${first + 1}:$E${last + 1}"
    row = last + 2
    figure = Figure(
        "Stocks de carbone",
        "Sols des cultures (0-30 cm)",
        "t C/ha",
        stock,
        "stocks_par_occupation",
        f"{place} | cultures",
    )
    page.texts(row, ("stock des sols cultivés, t C/ha",))
    _refer(page, row, 1, data.refer(figure), stock, 1)
    factors: dict[str, str] = {}
    for moment, word in MOMENTS.items():
        row += 1
        terms, cells = [], []
        for kind, factor in SOIL_LEVELS.items():
            choice = inputs[f"G.{moment}_{kind}"]
            cells.append(choice)
            terms.append(f'INDEX({table},MATCH("{factor} "&{choice},{names},0),MATCH({zone},{heads},0))')
        page.texts(row, (f"facteur {word} (travail x apports)",))
        empty = "+".join(f'IF({choice}="",1,0)' for choice in cells)
        page.formula(row, 1, f'IF({empty}>0,"",{"*".join(terms)})', None, formats.number(4))
        factors[moment] = cell(PRACTICES, row, 1)
    area, value = inputs["G.ha"], typed.value("G.ha")
    row += 1
    page.texts(row, ("ha saisis",))
    page.formula(row, 1, shown(area), value, formats.number())
    here, held = cell(PRACTICES, row, 1), cell(PRACTICES, last + 2, 1)
    row += 1
    page.texts(row, ("potentiel, t CO2e/an (négatif = stockage)",), formats.of(bold=True))
    potential = f"-{here}*{held}*({factors['apres']}/{factors['avant']}-1)/{YEARS_OF_A_PRACTICE}*{C_TO_CO2}"
    page.formula(
        row,
        1,
        f'IF(COUNT({here},{held},{factors["avant"]},{factors["apres"]})=4,{potential},"")',
        None,
        formats.number(1, bold=True),
    )
