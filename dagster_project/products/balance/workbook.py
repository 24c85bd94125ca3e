"""The balance workbook of a territory, put together: eleven sheets, formulas with their results, nothing that needs a network."""

from collections.abc import Mapping
from pathlib import Path

import xlsxwriter

from dagster_project.core.templates import template
from dagster_project.products.balance import (
    footprint_sheet,
    inputs_sheet,
    inventory_sheet,
    land_sheets,
    published,
    summary_sheet,
)
from dagster_project.products.balance.cells import Data, Figure, Formats, Page, Places, cell, shown
from dagster_project.products.balance.engine import KEYS, Inputs, footprint
from dagster_project.products.balance.footprint_sheet import Names
from dagster_project.products.balance.form import defaults, fields
from dagster_project.products.balance.method import PER_TONNE, TEXTS, Method, method
from dagster_project.products.balance.potential import ground
from dagster_project.products.balance.published import GREENHOUSE, Balance
from dagster_project.products.facts import Release, Territory
from dagster_project.products.figures import label
from dagster_project.products.workbooks.book import workbook
from dagster_project.products.workbooks.notes import notes

SCHEMA = "1"
SHEETS = (
    "Lisez-moi",
    "Synthèse",
    "Saisie",
    "Hypothèses",
    "GES",
    "Polluants",
    "Sols",
    "Pratiques",
    "Données",
    "Notes",
    "_meta",
)
README = template(Path(__file__).with_name("readme.txt.j2"))
META = ("schema", "version", "maille", "code_territoire", "edition", "cog", "population", "revenu_eur_uc", "menages")
README_WIDTH = 66


def write(
    release: Release,
    territory: Territory,
    path: Path,
    inputs: Inputs | None = None,
    blank: bool = False,
    author: str = "",
) -> None:
    """Write the workbook of one territory.

    Args:
        release: what was published.
        territory: whose.
        path: target.
        inputs: what is typed already; nothing by default.
        blank: store zero for each result, for tests of what recomputes them.
        author: who publishes it.
    """
    given, seeds = inputs or Inputs(), method()
    balance = published.load(release)[territory.maille, territory.code]
    with workbook(path, release, f"{territory.name} : bilan territorial", author) as book:
        formats = Formats(book)
        pages = {name: Page(book.add_worksheet(name), formats, blank) for name in SHEETS}
        _fill(book, pages, release, territory, seeds, balance, given)
        pages["_meta"].sheet.very_hidden()
        pages["Synthèse"].sheet.activate()


def _fill(
    book: xlsxwriter.Workbook,
    pages: Mapping[str, Page],
    release: Release,
    territory: Territory,
    seeds: Method,
    balance: Balance,
    given: Inputs,
) -> None:
    place, data, land = f"{territory.maille} | {territory.code}", Data(), ground(territory)
    rows = fields(seeds, balance, land.hectares)
    _meta(pages["_meta"], release, territory, balance)
    names = Names(*(cell("_meta", META.index(name), 1) for name in ("population", "revenu_eur_uc", "menages")))
    typed, noted, factors = (
        inputs_sheet.places(rows),
        inputs_sheet.places(rows, inputs_sheet.NOTE),
        inputs_sheet.factor_places(seeds),
    )
    kept = footprint(seeds, balance.lines, balance.reference, given)
    written = footprint_sheet.write(pages["GES"], seeds, kept, typed, noted, factors, data, names, place)
    block = inventory_sheet.Block(pages["GES"], "GES", seeds, balance, given)
    top = max(written.rows.values()) + 4
    pages["GES"].texts(
        top - 1,
        (TEXTS["inventaire"],),
        pages["GES"].formats.section,
    )
    pages["GES"].sheet.set_h_pagebreaks([top - 1])  # a perimeter a page
    posts = block.write(top, (GREENHOUSE,), typed, data, place)
    inventory_sheet.pollutants(pages["Polluants"], seeds, balance, given, typed, data, place)
    land_sheets.soils(pages["Sols"], territory, data)
    zone = inputs_sheet.zone_place(seeds)
    land_sheets.practices(pages["Pratiques"], land_sheets.Typed(seeds, land, given, typed, zone, data, place))
    people = given.value(KEYS[0]) or balance.reference.people
    kept_people = f"IF(ISNUMBER({typed[KEYS[0]]}),{typed[KEYS[0]]},{names.people})"
    inventory = {post: value for (_, post), value in posts.items()}
    known = published.load(release)
    others = [(item.name, known[item.maille, item.code].per_head) for item in published.wider(release, territory)]
    named = f"{territory.name}, {label('statut', release.catalogue['statut_donnees']).lower()}"
    summary_sheet.write(book, pages["Synthèse"], seeds, written, inventory, (kept_people, people), others, named)
    emission = territory.row("flux_par_nature", "changement_usage_sol", "recolte")
    tonnes = None if emission is None or emission["emission_kt_co2e"] is None else 1000 * emission["emission_kt_co2e"]
    figure = Figure(
        "Conversions de terres",
        "Émissions brutes",
        "t CO2e/an",
        tonnes,
        "bilan_territorial",
        f"{place} | terres_hors_total",
    )
    summary_sheet.apart(
        pages["Synthèse"],
        summary_sheet.TOP + 10,
        (data.refer(figure), tonnes),
        _power(typed, factors, given, seeds),
        typed,
        given,
    )
    inputs_sheet.write(pages["Saisie"], rows, _defaults(seeds, balance, names, data, place), given)
    inputs_sheet.write_hypotheses(pages["Hypothèses"], seeds, balance, given)
    data.write(pages["Données"])
    notes(pages["Notes"].sheet, release, pages["Notes"].formats.title, pages["Notes"].formats.text)
    _readme(pages["Lisez-moi"], release, territory, balance)


def _power(
    typed: Places, factors: Mapping[tuple[str, str], str], given: Inputs, seeds: Method
) -> tuple[str, float | None]:
    """Emissions of the electricity that is used in the territory, from its own factor."""
    factor = next(factor for factor in seeds.factors if factor.activity == "A.electricite")
    place, used = typed["T.electricite_mwh"], given.value("T.electricite_mwh")
    kilograms = given.factors.get((factor.activity, factor.line), factor.kilograms)
    formula = f'IF(ISNUMBER({place}),{place}*{factors[factor.activity, factor.line]}/{PER_TONNE},"")'
    return formula, None if used is None else used * kilograms / PER_TONNE


def _defaults(
    seeds: Method, balance: Balance, names: Names, data: Data, place: str
) -> dict[str, tuple[str, float | None]]:
    """Formula and result of the defaults that Saisie shows."""
    where = dict(zip(KEYS, (names.people, names.income, names.households), strict=True))
    lines = {f"R.{line.post}.{line.name}": row for row, line in enumerate(balance.lines, start=footprint_sheet.FIRST)}
    where |= {name: cell("GES", row, footprint_sheet.RELEASED) for name, row in lines.items()}
    values = defaults(seeds, balance)
    for name, value in values.items():
        if name not in where:
            kind = "clé" if name in balance.quantities else "déduit de l'empreinte par défaut et des facteurs"
            given = seeds.inputs[name]
            title, key = f"{given.label} ({kind})", f"{place} | {name}"
            figure = Figure("Quantités par défaut", title, given.unit, value, "cles_empreinte", key)
            where[name] = data.refer(figure)
    return {name: (shown(where[name]), value) for name, value in values.items()}


def _meta(page: Page, release: Release, territory: Territory, balance: Balance) -> None:
    """What the way back checks: schema, release, territory, and the reference of the keys."""
    facts, reference = release.catalogue, balance.reference
    values = (
        SCHEMA,
        facts["id"],
        territory.maille,
        territory.code,
        balance.edition,
        facts["cog_cible"],
        reference.people,
        reference.income,
        reference.households,
    )
    for row, (name, value) in enumerate(zip(META, values, strict=True)):
        page.sheet.write_string(row, 0, name)
        if isinstance(value, str):
            page.sheet.write_string(row, 1, value)
        elif value is not None:
            page.sheet.write_number(row, 1, value)
    page.finish((24, 40))


def _readme(page: Page, release: Release, territory: Territory, balance: Balance) -> None:
    facts = release.catalogue
    words = {
        "name": territory.name,
        "code": territory.code,
        "edition": balance.edition,
        "year": balance.year,
        "release": facts["id"],
        "status": label("statut", facts["statut_donnees"]),
    }
    page.title(
        f"Bilan territorial de {territory.name}",
        TEXTS["lisez_moi"],
    )
    for row, line in enumerate(README.render(**words).splitlines(), start=3):
        page.paragraph(row, line, README_WIDTH)
    page.finish((README_WIDTH,), landscape=False)
