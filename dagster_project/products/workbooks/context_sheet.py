"""The sheet Repères: how sure the figures are, among whom the territory stands, what the State says, what sealing costs."""

from collections.abc import Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dagster_project.products.context import Context, words
from dagster_project.products.facts import Row
from dagster_project.products.figures import PREFIX, label
from dagster_project.products.workbooks.notes import on_a4
from dagster_project.products.workbooks.row_tables import Columns, write_rows

NAME = "Repères"
GRADES: Columns = {
    "libelle": ("Référence", 52),
    "grade": ("Note", 30),
    "part_de_la_note_pct": ("Toute la note, % du flux brut", 11),
    "part_flux_brut_pct": ("Ce cas, % du flux brut", 11),
    "flux_brut_tco2e": ("Flux brut, t CO2e/an", 14),
    "surface_foret_ha": ("Forêt, ha", 12),
    "n_references": ("Références", 11),
    "part_premiere_reference_pct": ("Part de la première, %", 12),
    "sens": ("Ce que la note veut dire", 90),
}
PEERS: Columns = {
    "indicateur": ("Indicateur", 52),
    "groupe": ("Parmi", 30),
    "flux_tco2e_par_ha": ("Ici, t CO2e/ha/an", 11),
    "rang": ("Rang", 11),
    "n_epci": ("sur", 14),
    "moyenne_tco2e_par_ha": ("Moyenne", 12),
    "premier_quartile_tco2e_par_ha": ("1er quartile", 11),
    "mediane_tco2e_par_ha": ("Médiane", 12),
    "troisieme_quartile_tco2e_par_ha": ("3e quartile", 12),
    "detail_du_groupe": ("Classes des pairs, ou code", 90),
}
COMPARISONS: Columns = {
    "libelle": ("Comparaison", 52),
    "autre_source": ("Autre source", 30),
    "aldo_kt_co2e": ("ALDO, kt CO2e/an", 11),
    "autre_kt_co2e": ("Autre, kt CO2e/an", 11),
    "ecart_kt_co2e": ("Écart, kt CO2e/an", 14),
    "aldo_ha": ("ALDO, ha/an", 12),
    "autre_ha": ("Autre, ha/an", 11),
    "ecart_ha": ("Écart, ha/an", 12),
    "rapport_aldo_sur_autre": ("ALDO / autre", 12),
    "explication": ("De quoi l'écart est fait", 90),
    "perimetre_aldo": ("Périmètre d'ALDO", 60),
    "perimetre_autre": ("Périmètre de l'autre", 60),
    "periode_autre": ("Années de l'autre", 14),
}
CONSUMPTION: Columns = {
    "annee": ("Année", 52),
    "est_comparable": ("Comparable", 30),
    "surface_ha": ("Sols consommés, ha", 11),
}
COSTS: Columns = {
    "annee": ("Année", 52),
    "est_comparable": ("Comparable", 30),
    "repartition": ("Anciens usages d'après", 30),
    "surface_ha": ("Sols consommés, ha", 11),
    "cout_moyen_tco2e_par_ha": ("t CO2e/ha", 11),
    "cout_tco2e": ("Coût carbone, t CO2e", 14),
}
WORDS = {"conversions_aldo": "conversions d'ALDO", "terres_2018": "terres de 2018"}
NOTES = (
    "Une note dit de quelle zone vient la valeur d'un hectare de forêt ; ce n'est pas une marge d'erreur. Parts du flux brut,"
    " produits bois par la récolte.",
    "Comparaisons par hectare, négatif = séquestration ; rang 1 : la plus forte séquestration.",
    "Coût carbone de l'artificialisation : indicateur de la maison, sous l'hypothèse nommée, à côté du bilan et jamais dedans.",
)
TOP, GAP = 5, 3
COLOURS = {"A": "#00441B", "B": "#238B45", "C": "#74C476", "D": "#C7E9C0", "non_retrouve": "#D6336C",
           "petite_conversion": "#ADB5BD", "sans_grade": "#E9ECEF"}  # fmt: skip
ROWS_OF_A_BAR = 8


def write(book: Workbook, context: Context) -> None:
    """Add the sheet, unless nothing is known."""
    grades = [{**row, **words(row)} for row in context.grades]
    tables: list[tuple[str, Columns, Sequence[Row]]] = [
        ("Qualité", GRADES, grades),
        ("Comparaison", PEERS, context.peers),
        ("Rapprochement", COMPARISONS, context.comparisons),
        ("Artificialisation", COSTS if context.costs else CONSUMPTION, context.costs or context.consumption),
    ]
    if not any(rows for *_, rows in tables):
        return
    sheet = book.add_worksheet(NAME)
    assumptions = [context.costs[0]["hypothese"]] if context.costs else []
    for row, note in enumerate([*NOTES, *assumptions]):
        sheet.write_string(row, 0, note)
    for column, (_, width) in enumerate(COMPARISONS.values()):
        sheet.set_column(column, column, width)
    top = TOP
    for name, columns, rows in tables:
        if rows:
            last = write_rows(book, sheet, top, name, columns, rows, WORDS)
            top = (_bar(book, sheet, top, context) if columns is GRADES else last) + GAP
    on_a4(sheet, landscape=True)


def _bar(book: Workbook, sheet: Worksheet, top: int, context: Context) -> int:
    """The gross flux by grade as one bar below the table of grades; returns the row below it."""
    chart, share = (
        book.add_chart({"type": "bar", "subtype": "percent_stacked"}),
        list(GRADES).index("part_de_la_note_pct"),
    )
    shown = [(label("grade", row["grade"]), row) for row in context.by_grade()]
    for name, row in shown:
        place = top + 1 + context.grades.index(row)
        chart.add_series(
            {
                "name": name,
                "values": [NAME, place, share, place, share],
                "fill": {"color": COLOURS[row["grade"]]},
                "gap": 20,
            }
        )
    chart.set_title({"name": "Flux brut par note de la référence", "name_font": {"size": 11}})
    chart.set_y_axis({"visible": False})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 150})
    words = "; ".join(f"{name} : {row[PREFIX + 'part_de_la_note_pct']} %" for name, row in shown)
    below = top + len(context.grades) + 1
    sheet.insert_chart(below, 0, chart, {"description": f"Flux brut par note, {words}"})
    return below + ROWS_OF_A_BAR
