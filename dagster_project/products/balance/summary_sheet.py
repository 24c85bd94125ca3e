"""The sheet Synthèse: the two perimeters side by side by post, per head against larger territories, and what stands apart."""

from collections.abc import Mapping, Sequence

from xlsxwriter.workbook import Workbook

from dagster_project.products.balance.cells import Page, Places, cell, shown
from dagster_project.products.balance.engine import Inputs
from dagster_project.products.balance.footprint_sheet import GES, Written
from dagster_project.products.balance.inventory_sheet import ORDER
from dagster_project.products.balance.land_sheets import SOILS
from dagster_project.products.balance.method import TEXTS, Method
from dagster_project.products.balance.published import GREENHOUSE
from dagster_project.products.figures import UNKNOWN

SYNTHESE = "Synthèse"
TOP = 4
HEADINGS = ("poste", "A. Émissions du territoire, t CO2e/an", "B. Empreinte des habitants, t CO2e/an",
            "B, borne basse, t CO2e/an", "B, borne haute, t CO2e/an", "B, t CO2e par habitant", "B, part saisie (%)")  # fmt: skip
INVENTORY, FOOTPRINT, LOW, HIGH, HEAD, TYPED = range(1, 7)
CHART_AT = {INVENTORY: 0, FOOTPRINT: 5}  # first column of each chart: two areas, side by side as the columns are
Values = Mapping[str, tuple[str, float | None]]  # by post: where it stands, and what it is


def write(
    book: Workbook,
    page: Page,
    method: Method,
    written: Written,
    inventory: Values,
    people: tuple[str, float],
    others: Sequence[tuple[str, Mapping[str, float | None]]],
    name: str,
) -> None:
    """Write Synthèse.

    Args:
        book: for its charts.
        page: the sheet.
        method: the seeds.
        written: the posts of GES.
        inventory: posts of the inventory.
        people: where people stand, and how many.
        others: larger territories, with t CO2e a head by post of their footprint.
        name: of the territory, and what its figures are.
    """
    formats = page.formats
    page.title(f"Bilan territorial : {name}", TEXTS["synthese"])
    page.heads(TOP - 1, (*HEADINGS, *(f"{name}, B, t CO2e par habitant" for name, _ in others)))
    posts = [post for post in method.posts if post in written.rows or post in inventory]
    for row, post in enumerate([*posts, "ensemble"], start=TOP):
        bold = post == "ensemble"
        page.texts(row, ("Ensemble des postes" if bold else method.posts[post][0],), formats.of(bold=bold))
        _inventory(page, row, post, posts, inventory, bold)
        _footprint(page, row, post, written, people, bold)
        for column, (_, heads) in enumerate(others, start=len(HEADINGS)):
            if (value := heads.get(post)) is not None:
                page.sheet.write_number(row, column, value, formats.number(2, bold))
    last = TOP + len(posts) - 1
    inventories = {post: inventory[post][1] if post in inventory else None for post in posts}
    footprints = {post: written.totals[post].value if post in written.totals else None for post in posts}
    _chart(book, page, "A. Émissions du territoire, t CO2e/an", INVENTORY, last, inventories, method)
    _chart(book, page, "B. Empreinte des habitants, t CO2e/an", FOOTPRINT, last, footprints, method)
    page.finish((56, *([20] * (len(HEADINGS) - 1 + len(others)))), frozen=0)


def _inventory(page: Page, row: int, post: str, posts: Sequence[str], inventory: Values, bold: bool) -> None:
    style = page.formats.number(bold=bold)
    if post in inventory:
        where, value = inventory[post]
        page.formula(row, INVENTORY, shown(where), value, style)
    elif post == "ensemble":
        cells = [cell(SYNTHESE, TOP + posts.index(name), INVENTORY) for name in ORDER]
        values = [inventory[name][1] for name in ORDER]
        total = None if any(value is None for value in values) else sum(value or 0 for value in values)
        page.formula(
            row, INVENTORY, f'IF(COUNT({",".join(cells)})<{len(cells)},"",SUM({",".join(cells)}))', total, style
        )


def _footprint(page: Page, row: int, post: str, written: Written, people: tuple[str, float], bold: bool) -> None:
    """A post of GES: its sum, bounds, a head, and how much of it was typed."""
    if post not in written.rows:
        return
    place, total, number = written.rows[post], written.totals[post], page.formats.number(bold=bold)
    there = [cell(GES, place, column) for column in range(8)]
    low, high = total.bounds
    for column, source, value in ((FOOTPRINT, 1, total.value), (LOW, 5, low), (HIGH, 6, high)):
        page.formula(row, column, shown(there[source]), value, number)
    a_head = None if total.value is None else total.value / people[1]
    page.formula(row, HEAD, f'IF(ISNUMBER({there[1]}),{there[1]}/{people[0]},"")', a_head, page.formats.number(2, bold))
    typed = f'IF(ISNUMBER({there[1]}),IF({there[1]}=0,0,100*{there[7]}/{there[1]}),"")'
    part = None if total.value is None else 100 * written.typed[post] / total.value if total.value else 0
    page.formula(row, TYPED, typed, part, page.formats.number(bold=bold))


def _chart(
    book: Workbook,
    page: Page,
    title: str,
    column: int,
    last: int,
    values: Mapping[str, float | None],
    method: Method,
) -> None:
    """Bars of one perimeter, on an area of its own; the alternative text says every figure of the release."""
    chart = book.add_chart({"type": "bar"})
    colours = [{"fill": {"color": method.posts[post][1]}} for post in values]
    chart.add_series(
        {
            "name": title,
            "categories": [SYNTHESE, TOP, 0, last, 0],
            "values": [SYNTHESE, TOP, column, last, column],
            "points": colours,
            "data_labels": {"value": True, "num_format": "#,##0"},
            "gap": 40,
        }
    )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"num_format": "#,##0", "visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 800, "height": 380})
    words = " ; ".join(
        f"{method.posts[post][0]} {UNKNOWN if value is None else f'{value:,.0f}'.replace(',', ' ')}"
        for post, value in values.items()
    )
    page.sheet.insert_chart(
        last + 12, CHART_AT[column], chart, {"description": f"{title}, valeurs par défaut de la version : {words}"}
    )


def apart(
    page: Page, row: int, land: tuple[str, float | None], power: tuple[str, float | None], inputs: Places, typed: Inputs
) -> None:
    """What stands outside both perimeters: emissions of land, electricity used in the territory, works, and where soils are."""
    formats = page.formats
    page.texts(row, ("À part, dans aucun total",), formats.section)
    page.texts(row + 1, ("Conversions de terres (émissions brutes, ALDO), t CO2e/an",))
    page.formula(row + 1, 1, shown(land[0]), land[1], formats.number())
    page.texts(row + 2, ("Électricité consommée sur le territoire (scope 2), t CO2e/an",))
    page.formula(row + 2, 1, *power, formats.number())
    page.texts(row + 3, ("Travaux du territoire (saisis), t CO2e/an",))
    works = inputs["T.ges_travaux"]
    page.formula(row + 3, 1, shown(works), typed.value("T.ges_travaux"), formats.number())
    page.texts(
        row + 4,
        (f"Sols et biomasse : feuille {SOILS} ; pratiques : feuille Pratiques. Mesure de A : {GREENHOUSE.upper()}.",),
    )
