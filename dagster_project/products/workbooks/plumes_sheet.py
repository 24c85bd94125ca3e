"""The sheet Panaches: plumes that satellites saw, one row each; in a workbook that has any."""

from collections.abc import Sequence
from datetime import datetime

from xlsxwriter.workbook import Workbook

from dagster_project.products.facts import Release, Row
from dagster_project.products.plume_facts import WORDS, Plumes, Sky
from dagster_project.products.workbooks.notes import on_a4

NAME, TABLE = "Panaches", "panaches_co2"
WARNING = (
    "Un instant et un point par ligne : un débit ne se compare pas à une année d'émissions, ne s'additionne pas, et se lit avec"
    " son intervalle. Les sites que le vent désigne sont des candidats."
)
COLUMNS = {  # of the table, and what heads them
    "date_heure_utc": "Passage (UTC)",
    "id_panache": "Panache",
    "nom_territoire": "EPCI du centre",
    "ville_proche": "Ville proche (hors de France)",
    "latitude_deg": "Latitude",
    "longitude_deg": "Longitude",
    "niveau": "Niveau",
    "rehaussement_ppm": "Hauteur du pic",
    "incertitude_rehaussement_ppm": "Écart-type de la hauteur",
    "densite_lineique_kg_m": "Densité du panache",
    "incertitude_densite_lineique_kg_m": "Écart-type de la densité",
    "vent_normal_m_s": "Vent en travers de la trace",
    "debit_tco2_h": "Débit à cet instant",
    "debit_min95_tco2_h": "Débit, borne basse à 95 %",
    "debit_max95_tco2_h": "Débit, borne haute à 95 %",
    "motif_sans_debit": "Pas de débit",
    "classe_attribution": "Attribution",
    "taux_fausse_attribution": "Part de fausses attributions",
    "licence": "Licence",
}
DECIMALS = {"deg": 2, "ppm": 1, "attribution": 2, "s": 1}  # by the last word of a column; none elsewhere
SITE = "Sites que le vent désigne"


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
    heads = [*(_head(release, column, title) for column, title in COLUMNS.items()), SITE]
    sheet.add_table(
        2, 0, 2 + len(plumes), len(heads) - 1,
        {"name": NAME, "columns": [{"header": head} for head in heads], "style": "Table Style Light 9"},
    )  # fmt: skip
    formats = {
        digits: book.add_format({"num_format": "#,##0" + ("." + "0" * digits if digits else "")})
        for digits in {0, *DECIMALS.values()}
    }
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for number, (row, sites) in enumerate(plumes, start=3):
        for place, column in enumerate(COLUMNS):
            value = row[column]
            if column == "date_heure_utc":
                sheet.write_datetime(number, place, datetime.fromisoformat(value).replace(tzinfo=None), instant)
            elif isinstance(value, float):
                sheet.write_number(number, place, value, formats[DECIMALS.get(column.rsplit("_", 1)[-1], 0)])
            elif value is not None:
                sheet.write_string(number, place, WORDS.get(value, str(value)))
        sheet.write_string(number, len(COLUMNS), sites)
    sheet.set_column(0, len(heads) - 1, 18)
    sheet.freeze_panes(3, 2)
    on_a4(sheet, landscape=True)
    sheet.repeat_rows(2)


def _head(release: Release, column: str, title: str) -> str:
    unit = release.units.get((TABLE, column))
    return f"{title} ({unit})" if unit else title
