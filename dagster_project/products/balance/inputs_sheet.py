"""The sheets Saisie and Hypothèses: where a territory types, and what the defaults rest on."""

from collections.abc import Mapping
from math import exp

from dagster_project.products.balance.cells import Page, Places, cell
from dagster_project.products.balance.engine import Inputs
from dagster_project.products.balance.form import DEFAULT_ZONE, TIMES_DEFAULT, ZONE, Field, zones
from dagster_project.products.balance.method import DEFAULT_NOTE, HYPOTHESIS, NOTES, TEXTS, Method
from dagster_project.products.balance.published import Balance

SAISIE, HYPOTHESES = "Saisie", "Hypothèses"
COLUMNS = (
    "identifiant",
    "ce que c'est",
    "unité",
    "valeur par défaut",
    "VALEUR SAISIE",
    "NOTE (1 à 5, 5 la meilleure)",
    "SOURCE",
    "contrôle",
    "remarque",
)
VALUE, NOTE, SOURCE, CONTROL = range(4, 8)  # of COLUMNS
FIRST = 4
WORD = {"source": "lu", "derive": "calculé", HYPOTHESIS: "hypothèse"}


def rows_of(fields: list[Field]) -> dict[str, int]:
    """Row of each input: a title above each group."""
    rows, row, heading = {}, FIRST - 1, ""
    for field in fields:
        row += 1 + (field.heading != heading)
        heading = field.heading
        rows[field.identifier] = row
    return rows


def places(fields: list[Field], column: int = VALUE) -> Places:
    """Where each input is typed."""
    return {identifier: cell(SAISIE, row, column) for identifier, row in rows_of(fields).items()}


def write(page: Page, fields: list[Field], defaults: Mapping[str, tuple[str, float | None]], inputs: Inputs) -> None:
    """Write Saisie.

    Args:
        page: its sheet.
        fields: its rows.
        defaults: formula and result of the default of some inputs.
        inputs: what is typed already.
    """
    formats, sheet = page.formats, page.sheet
    page.title(SAISIE, TEXTS["saisie"])
    page.heads(FIRST - 1, COLUMNS)
    heading, rows = "", rows_of(fields)
    for field in fields:
        row = rows[field.identifier]
        if field.heading != heading:
            heading = field.heading
            sheet.write_string(row - 1, 0, heading, formats.section)
        page.texts(row, (field.identifier, field.label, field.unit))
        if field.identifier in defaults:
            page.formula(row, 3, *defaults[field.identifier], formats.number(2 if field.unit == "kg" else 0))
        _input(page, row, field, inputs)
        page.texts(row, (field.remark,), formats.text, COLUMNS.index("remarque"))
    page.finish((34, 52, 20, 18, 18, 10, 26, 22, 60), frozen=FIRST)


def _input(page: Page, row: int, field: Field, inputs: Inputs) -> None:
    """The three cells of an input, what they accept, and a control that says what is wrong."""
    sheet, formats, entry = page.sheet, page.formats, inputs.entries.get(field.identifier)
    if field.choices:
        _text(page, row, VALUE, inputs.choices.get(field.identifier))
        sheet.data_validation(
            row,
            VALUE,
            row,
            VALUE,
            _validation("list", "Choix inconnu", "Choisir dans la liste.", source=list(field.choices)),
        )
    else:
        (
            sheet.write_number(row, VALUE, entry.value, formats.typed)
            if entry
            else sheet.write_blank(row, VALUE, None, formats.typed)
        )
        least, most = (f"{bound:,.0f}".replace(",", " ") for bound in (field.least, field.most))
        message = f"Un nombre entre {least} et {most} {field.unit}, ou rien."
        bounds = {"criteria": "between", "minimum": field.least, "maximum": field.most}
        sheet.data_validation(row, VALUE, row, VALUE, _validation("decimal", "Valeur refusée", message, **bounds))
    (
        sheet.write_number(row, NOTE, entry.note, formats.typed)
        if entry
        else sheet.write_blank(row, NOTE, None, formats.typed)
    )
    message = f"5 très bonne, 4 bonne, 3 moyenne, 2 mauvaise, 1 très mauvaise ; vide : {DEFAULT_NOTE}."
    sheet.data_validation(
        row, NOTE, row, NOTE, _validation("list", "Note inconnue", message, source=[str(note) for note in NOTES])
    )
    _text(page, row, SOURCE, inputs.sources.get(field.identifier))
    typed = cell(SAISIE, row, VALUE)
    if not field.choices:
        wrong = f'IF({typed}<{field.least!r},"trop petit",IF({typed}>{field.most!r},"trop grand","saisi"))'
        # Pasted text passes the cell's own validation, and formulas keep the default then.
        other = f'IF({typed}="","","texte : taper un nombre")'
        page.formula(
            row, CONTROL, f"IF(ISNUMBER({typed}),{wrong},{other})", field.state(entry.value) if entry else None
        )


def _text(page: Page, row: int, column: int, word: str | None) -> None:
    if word:
        page.sheet.write_string(row, column, word, page.formats.typed_text)
    else:
        page.sheet.write_blank(row, column, None, page.formats.typed_text)


def _validation(kind: str, title: str, message: str, **options: object) -> dict[str, object]:
    return {"validate": kind, "ignore_blank": True, "error_title": title, "error_message": message[:255], **options}


def factor_places(method: Method) -> dict[tuple[str, str], str]:
    """Where each factor of an activity may be replaced, by activity and line."""
    return {
        (factor.activity, factor.line): cell(HYPOTHESES, FIRST + number, 4)
        for number, factor in enumerate(method.factors)
    }


ZONE_ROW_AFTER = 3


def zone_place(method: Method) -> str:
    """Where the climate zone is chosen."""
    return cell(HYPOTHESES, FIRST + len(method.factors) + ZONE_ROW_AFTER, 4)


def write_hypotheses(page: Page, method: Method, balance: Balance, inputs: Inputs) -> None:
    """Write Hypothèses: factors, climate zone, keys with their exponents and errors, quality notes."""
    formats, sheet = page.formats, page.sheet
    page.title(HYPOTHESES, TEXTS["hypotheses"])
    heads = (
        "identifiant",
        "activité : ligne remplacée",
        "unité du facteur",
        "Base Carbone",
        "FACTEUR",
        "incertitude %",
    )
    page.heads(FIRST - 1, (*heads, "source", "statut"))
    for row, factor in enumerate(method.factors, start=FIRST):
        given = method.inputs[factor.activity]
        name = method.lines[factor.post, factor.line]
        page.texts(row, (factor.identifier, f"{given.label} : {name}", f"kg CO2e par {given.unit}", factor.element))
        sheet.write_number(row, 4, inputs.factors.get((factor.activity, factor.line), factor.kilograms), formats.typed)
        sheet.write_number(row, 5, factor.error_pct, formats.number())
        page.texts(row, (factor.source, WORD[factor.status]), column=6)
        bounds = {"criteria": "between", "minimum": 0, "maximum": TIMES_DEFAULT * factor.kilograms}
        sheet.data_validation(
            row,
            4,
            row,
            4,
            _validation("decimal", "Facteur refusé", "Entre 0 et dix fois le facteur de la Base Carbone.", **bounds),
        )
    row = FIRST + len(method.factors) + ZONE_ROW_AFTER
    page.texts(
        row - 1, ("Zone de climat des facteurs du GIEC (hypothèse : à choisir pour le territoire)",), formats.section
    )
    page.texts(row, (ZONE, "zone", "", ""))
    sheet.write_string(row, 4, inputs.choices.get(ZONE, DEFAULT_ZONE), formats.typed_text)
    sheet.data_validation(
        row, 4, row, 4, _validation("list", "Zone inconnue", "Choisir dans la liste.", source=zones(method))
    )
    row += 3
    page.heads(
        row - 1,
        ("clé", "définition", "source", "année", "population (a)", "niveau de vie (b)", "ménages (c)", "statut"),
    )
    for key in method.keys.values():
        page.texts(row, (key.label, key.definition, key.source, key.year))
        for column, exponent in enumerate((key.people, key.income, key.households), start=4):
            sheet.write_number(row, column, exponent, formats.number(3))
        page.texts(row, (WORD[key.status],), column=7)
        row += 1
    row += 2
    page.heads(
        row - 1,
        ("note de qualité", "GSD² de la note, donnée aux cinq caractéristiques (ABC, Bilan Carbone 2025)"),
    )
    for note in NOTES:
        sheet.write_number(row, 0, note)
        sheet.write_number(row, 1, round(exp(method.ln_of_note(note)), 6), formats.number(4))
        row += 1
    row += 1
    page.texts(row, (f"Empreinte nationale : {balance.edition}, année {balance.year}. {TEXTS['notes_par_defaut']}",))
    page.finish((44, 46, 34, 14, 16, 16, 56, 14), frozen=FIRST)
