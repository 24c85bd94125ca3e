"""The sheet Panaches: plumes that satellites saw, one row each; in a workbook that has any."""

from collections.abc import Sequence
from datetime import datetime

from xlsxwriter.workbook import Workbook

from dagster_project.products.facts import Release, Row
from dagster_project.products.figures import spreadsheet_format
from dagster_project.products.plume_facts import WORDS, Plumes, Sky
from dagster_project.products.workbooks.notes import on_a4

NAME, TABLE = "Panaches", "panaches_co2"
WARNING = (
    "Un instant et un point par ligne : un débit ne se compare pas à une année d'émissions, ne s'additionne pas, et se lit avec"
    " son intervalle. Les sites que le vent désigne sont des candidats."
)
COLUMNS = {  # of the table: what heads them, and their width in characters
    "date_heure_utc": ("Passage (UTC)", 16),
    "id_panache": ("Panache", 18),
    "nom_territoire": ("EPCI du centre", 24),
    "ville_proche": ("Ville proche (hors de France)", 22),
    "latitude_deg": ("Latitude", 9),
    "longitude_deg": ("Longitude", 10),
    "niveau": ("Niveau", 10),
    "rehaussement_ppm": ("Hauteur du pic", 9),
    "incertitude_rehaussement_ppm": ("Écart-type de la hauteur", 11),
    "densite_lineique_kg_m": ("Densité du panache", 10),
    "incertitude_densite_lineique_kg_m": ("Écart-type de la densité", 11),
    "vent_normal_m_s": ("Vent en travers de la trace", 11),
    "debit_tco2_h": ("Débit à cet instant", 13),
    "debit_min95_tco2_h": ("Débit, borne basse à 95 %", 13),
    "debit_max95_tco2_h": ("Débit, borne haute à 95 %", 13),
    "motif_sans_debit": ("Pas de débit", 18),
    "classe_attribution": ("Attribution", 16),
    "taux_fausse_attribution": ("Part de fausses attributions", 13),
    "licence": ("Licence", 26),
}
DECIMALS = {"deg": 2, "ppm": 1, "attribution": 2, "s": 1}  # by the last word of a column; none elsewhere
LINE = 15  # points
SITE, SITE_WIDTH = "Sites que le vent désigne", 40


def of_territory(sky: Sky) -> list[tuple[Row, str]]:
    """Plumes that concern a territory, each once, with those of its sites that the wind points to."""
    sites: dict[str, list[str]] = {row["id_panache"]: [] for row in sky.inside}
    plumes = {row["id_panache"]: row for row in (*sky.inside, *(plume for plume, _ in sky.pairs))}
    for plume, site in sky.pairs:
        sites.setdefault(plume["id_panache"], []).append(str(site["nom"]))
    return [(plumes[name], ", ".join(names)) for name, names in sites.items()]


def of_all(known: Plumes) -> list[tuple[Row, str]]:
    """Every plume, with the sites that the wind points to."""
    return [
        (
            row,
            ", ".join(str(known.sites[item["id_site"]]["nom"]) for item in known.candidates.get(row["id_panache"], ())),
        )
        for row in known.plumes
    ]


def write(book: Workbook, release: Release, plumes: Sequence[tuple[Row, str]]) -> None:
    """Add the sheet, unless there is no plume."""
    if not plumes:
        return
    sheet = book.add_worksheet(NAME)
    sheet.write_string(0, 0, WARNING)
    heads = [*(_head(release, column, title) for column, (title, _) in COLUMNS.items()), SITE]
    head = book.add_format({"text_wrap": True, "valign": "top", "bold": True})
    words = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.add_table(
        2, 0, 2 + len(plumes), len(heads) - 1,
        {"name": NAME, "columns": [{"header": text, "header_format": head} for text in heads], "style": "Table Style Light 9"},
    )  # fmt: skip
    formats = {
        digits: book.add_format({"num_format": spreadsheet_format(digits), "valign": "top"})
        for digits in {0, *DECIMALS.values()}
    }
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"})
    for number, (row, sites) in enumerate(plumes, start=3):
        for place, column in enumerate(COLUMNS):
            value = row[column]
            if column == "date_heure_utc":
                sheet.write_datetime(number, place, datetime.fromisoformat(value).replace(tzinfo=None), instant)
            elif isinstance(value, float):
                sheet.write_number(number, place, value, formats[DECIMALS.get(column.rsplit("_", 1)[-1], 0)])
            elif value is not None:
                sheet.write_string(number, place, WORDS.get(value, str(value)), words)
        sheet.write_string(number, len(COLUMNS), sites, words)
    for place, width in enumerate((*(width for _, width in COLUMNS.values()), SITE_WIDTH)):
        sheet.set_column(place, place, width)
    sheet.set_row(2, 4 * LINE)
    sheet.freeze_panes(3, 2)
    on_a4(sheet, wide=2, landscape=True)
    sheet.repeat_rows(2)
    sheet.repeat_columns(0, 1)


def _head(release: Release, column: str, title: str) -> str:
    unit = release.units.get((TABLE, column))
    return f"{title} ({unit})" if unit else title
