"""The sheet Tendances: series of inventories, their index and mean yearly change, and the territory's own targets beside them."""

from xlsxwriter.workbook import Workbook

from dagster_project.products.diagnosis import Diagnosis
from dagster_project.products.figures import PREFIX, label
from dagster_project.products.workbooks.notes import on_a4
from dagster_project.products.workbooks.row_tables import Columns, write_rows

NAME = "Tendances"
NOTES = (
    "Chaque série est d'un seul inventaire ; une année absente est un trou, une année provisoire n'entre dans aucune évolution.",
    "Évolution annuelle moyenne : (v1/v0)^(1/n) - 1, de la première à la dernière année définitive connue, où l'indice est 100.",
)
SERIES: Columns = {
    "edition": ("Inventaire", 44),
    "volet": ("Volet", 28),
    "ligne": ("Ligne", 34),
    "annee": ("Année", 9),
    "est_provisoire": ("Provisoire", 11),
    "unite": ("Unité", 10),
    "valeur_du_cadre": ("Valeur", 14),
    "valeur_base_100": ("Indice (base 100)", 11),
    "annee_de_base": ("Année de base", 9),
    "evolution_pct_par_an": ("Évolution depuis la base, % par an", 14),
    "derniere_annee_definitive": ("Dernière année définitive", 11),
}
TARGETS: Columns = {
    "source": ("Plan", 44),
    "volet": ("Volet", 28),
    "ligne": ("Ligne", 34),
    "annee": ("Année", 9),
    "statut_objectif": ("Statut", 11),
    "unite": ("Unité", 10),
    "objectif_du_cadre": ("Objectif", 14),
    "reference_du_cadre": ("Référence", 11),
    "periode_de_reference": ("Année de référence", 9),
    "evolution_necessaire_pct_par_an": ("Évolution nécessaire, % par an", 14),
    "evolution_constatee_pct_par_an": ("Évolution constatée, % par an", 11),
    "inventaire": ("Inventaire de référence", 20),
    "alerte": ("Alerte", 40),
    "perimetre_objectif": ("Ce que l'objectif couvre", 40),
    "convention_de_signe": ("Signe", 30),
}
WORDS = {"adopte": "adopté", "projet": "projet"}
TOP = 3  # row of the first table
ROWS_OF_A_CHART = 18


def write(book: Workbook, diagnosis: Diagnosis) -> None:
    """Add the sheet, unless there is neither series nor target."""
    if not (diagnosis.series or diagnosis.targets):
        return
    sheet = book.add_worksheet(NAME)
    for row, note in enumerate(NOTES):
        sheet.write_string(row, 0, note)
    row = TOP
    if diagnosis.series:
        row = write_rows(book, sheet, row, "Séries", SERIES, diagnosis.series) + 2
    if diagnosis.targets:
        row = write_rows(book, sheet, row, "Objectifs", TARGETS, diagnosis.targets, WORDS) + 2
    for column, (_, width) in enumerate(TARGETS.values()):
        sheet.set_column(column, column, width)
    for inventory in diagnosis.inventories():
        row = _chart(book, row, diagnosis, inventory)
    sheet.freeze_panes(TOP + 1, 0)
    on_a4(sheet, landscape=True)


def _chart(book: Workbook, top: int, diagnosis: Diagnosis, inventory: str) -> int:
    """The index of the totals of one inventory, a point a year and no line over a gap; returns the row below it."""
    drawn = diagnosis.drawn(inventory)
    if not drawn:
        return top
    chart, year, index = book.add_chart({"type": "scatter"}), *map(list(SERIES).index, ("annee", "valeur_base_100"))
    for rows in drawn:
        first = TOP + 1 + diagnosis.series.index(rows[0])
        last = first + len(rows) - 1
        name = f"{label('volet', rows[0]['volet'])} (indice 100 en {rows[0]['annee_de_base']})"
        chart.add_series(
            {
                "name": name,
                "categories": [NAME, first, year, last, year],
                "values": [NAME, first, index, last, index],
            }
        )
    chart.set_title({"name": f"{drawn[0][0]['edition']}, indice", "name_font": {"size": 11}})
    years = [row["annee"] for rows in drawn for row in rows]
    chart.set_x_axis(
        {
            "min": min(years),
            "max": max(years) + (min(years) == max(years)),
            "num_format": "0",
            "major_gridlines": {"visible": False},
        }
    )
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 720, "height": 340})
    words = "; ".join(
        f"{row['ligne']} {row['annee']} : {row[PREFIX + 'valeur_base_100']}" for rows in drawn for row in rows
    )
    book.get_worksheet_by_name(NAME).insert_chart(top, 0, chart, {"description": f"Indice, {words}"})
    return top + ROWS_OF_A_CHART
