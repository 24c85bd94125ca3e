"""The sheet PCAET: the 68 lines of the form in its order and units, ready to type, with what the territory would type instead."""

from collections.abc import Mapping, Sequence
from math import ceil

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dagster_project.products.diagnosis import ASKED_YEARS, FIGURE, LINES, Diagnosis
from dagster_project.products.facts import Row
from dagster_project.products.figures import PREFIX, decimals, label, spreadsheet_format
from dagster_project.products.workbooks.lines import Line
from dagster_project.products.workbooks.notes import on_a4
from dagster_project.release.deposit import slip

SHEET, DATA = "PCAET", "Données"
SHOWN = PREFIX + FIGURE
HEADS = {  # heading of a column: its width
    "Identifiant": 13, "Ligne du cadre": 40, "Unité": 10, "Valeur à saisir": 13, "Année": 11, "Source": 46, "Exigée par": 16,
    "Vide, ou à savoir": 60, "Votre valeur": 13, "Contrôle": 26,
}  # fmt: skip
TITLE = "Diagnostic du PCAET : {} lignes remplies sur les {} du cadre de dépôt (Territoires en Transitions)"
NOTES = (
    "Séquestration : positif = séquestration nette, négatif = émission nette (signe du cadre), produits bois par la récolte."
    " Émissions et consommations : positives. Les volets ne s'additionnent jamais.",
    "« Votre valeur » : ce que vous saisiriez à la place ; le contrôle reconnaît un glissement d'unité (l'ancienne plateforme"
    " prenait des tonnes, le cadre prend des milliers de tonnes), un signe improbable, un texte. Les totaux sont calculés par la"
    " plateforme : ici, seulement quand une seule source les donne.",
)
LINE, NARROW = 15, 1.2  # points; letters of a text by the width of a digit
TOP, YEAR = 4, 4  # row of the headings; column of the year
POLLUTANTS, SEQUESTRATION = "polluants_atmospheriques", "sequestration"
YEARS_WIDTH = 11


def lines(diagnosis: Diagnosis) -> list[Line]:
    """The lines as the sheet of figures lists them, each in its own unit."""
    return [
        Line(
            f"Diagnostic du PCAET, {label('volet', row['volet'])}", row["ligne"], "", row["unite"], row[SHOWN], LINES, SHOWN,
            (row["identifiant"], row["annee"], row["inventaire"]),
        )
        for row in diagnosis.lines
        if row[SHOWN] is not None
    ]  # fmt: skip


class _Formats:
    """Cell formats of the sheet."""

    def __init__(self, book: Workbook) -> None:
        top = {"valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, **top})
        self.text = book.add_format({"text_wrap": True, **top})
        self.beside = book.add_format({"text_wrap": True, "indent": 1, **top})
        self.block = book.add_format({"bold": True, "bg_color": "#E9ECEF"})
        self.figure = book.add_format({"num_format": spreadsheet_format(decimals(SHOWN)), **top})
        self.own = book.add_format({"bg_color": "#FFF9DB", "border": 1, "border_color": "#CED4DA", **top})


def write(book: Workbook, diagnosis: Diagnosis, listed: Sequence[Line]) -> None:
    """Add the sheet; its figures refer to those of the sheet of figures.

    Args:
        book: that is being written.
        diagnosis: of the territory.
        listed: lines of the sheet of figures, in its order.
    """
    sheet, formats = book.get_worksheet_by_name(SHEET), _Formats(book)
    widths = [*HEADS.values(), *(YEARS_WIDTH for _ in ASKED_YEARS)]
    sheet.write_string(0, 0, TITLE.format(diagnosis.known, len(diagnosis.lines)), formats.title)
    for row, note in enumerate(NOTES, start=1):
        sheet.merge_range(row, 0, row, len(widths) - 1, note, formats.text)
        sheet.set_row(row, 2 * LINE)
    for column, words in enumerate([*HEADS, *(f"Objectif {year}" for year in ASKED_YEARS)]):
        sheet.write_string(TOP, column, words, formats.head)
        sheet.set_column(column, column, widths[column])
    sheet.set_row(TOP, 2 * LINE)
    places = {line.rest: number for number, line in enumerate(listed, start=2) if line.table == LINES}
    row = TOP + 1
    for volet, lines_of in diagnosis.blocks().items():
        for column in range(len(widths)):
            sheet.write_blank(row, column, None, formats.block)
        sheet.write_string(row, 0, label("volet", volet), formats.block)
        for line in lines_of:
            row += 1
            _write_line(sheet, row, line, places, formats)
            for column, year in enumerate(ASKED_YEARS, start=len(HEADS)):
                if target := diagnosis.target(line["identifiant"], year):
                    sheet.write_number(row, column, target[PREFIX + "objectif_du_cadre"], formats.figure)
        row += 1
        if is_summed(lines_of):
            sheet.write_string(row, 1, "Total (calculé par la plateforme)", formats.text)
            sheet.write_string(row, 2, lines_of[0]["unite"], formats.text)
            cells = f"{xl_rowcol_to_cell(row - len(lines_of), 3)}:{xl_rowcol_to_cell(row - 1, 3)}"
            sheet.write_formula(row, 3, f"=SUM({cells})", formats.figure, sum(item[SHOWN] for item in lines_of))
            row += 1
    sheet.freeze_panes(TOP + 1, 2)
    on_a4(sheet, landscape=True)
    sheet.repeat_rows(TOP)


def is_summed(rows: Sequence[Row]) -> bool:
    """Whether the lines of a block make its total: all known, of one source and year; pollutants are never added."""
    kinds = {(row["volet"], row["inventaire"], row["annee"]) for row in rows}
    return len(kinds) == 1 and rows[0]["volet"] != POLLUTANTS and all(row[FIGURE] is not None for row in rows)


def _write_line(
    sheet: Worksheet, row: int, line: Row, places: Mapping[tuple[object, ...], int], formats: _Formats
) -> None:
    """A line: what it is, our figure or why there is none, the cell to type in and its check."""
    widths = list(HEADS.values())
    texts = {0: line["identifiant"], 1: line["ligne"], 2: line["unite"], 4: line["periode"], 5: line["edition"]}
    texts |= {6: _required(line), 7: _remark(line)}
    sheet.set_row(row, LINE * max(ceil(len(words or " ") / widths[column] / NARROW) for column, words in texts.items()))
    for column, words in texts.items():
        if words:
            sheet.write_string(row, column, words, formats.beside if column == YEAR else formats.text)
    if line[SHOWN] is not None:
        place = places[line["identifiant"], line["annee"], line["inventaire"]]
        sheet.write_formula(row, 3, f"={DATA}!$E${place}", formats.figure, line[SHOWN])
    sheet.write_blank(row, 8, None, formats.own)
    sheet.write_formula(
        row,
        9,
        _check(xl_rowcol_to_cell(row, 3), xl_rowcol_to_cell(row, 8), line["volet"] == SEQUESTRATION),
        formats.text,
        "",
    )


def _check(ours: str, typed: str, removals: bool) -> str:
    """A formula that names a probable slip of units, an unlikely sign, or a text typed for a number."""
    low, high = slip()
    times = f"ABS({typed})/ABS({ours})"
    slipped = f"OR(AND({times}>={low:g},{times}<={high:g}),AND({times}>=1/{high:g},{times}<=1/{low:g}))"
    sign = f"{typed}*{ours}<0" if removals else f"{typed}<0"
    words = "signe inverse du nôtre" if removals else "valeur négative"
    odd = f'IF({sign},"{words}","")'
    compared = f'IF({ours}=0,"",IF({slipped},"glissement d\'unité probable",{odd}))'
    known = f"IF(ISNUMBER({ours}),{compared},{odd})"
    return f'=IF(ISBLANK({typed}),"",IF(ISNUMBER({typed}),{known},"texte : taper un nombre"))'


def _required(line: Row) -> str:
    """Who asks for a line."""
    asked = [
        words for name, words in (("exige_par_le_decret", "décret"), ("exige_par_le_cadre", "cadre")) if line[name]
    ]
    return " et ".join(asked) or "facultative"


def _remark(line: Row) -> str:
    """Why a line is empty, or what to know of its figure."""
    if line["motif"]:
        return str(line["motif"])
    known = [
        ("année provisoire", line["est_provisoire"]),
        ("territoire décrit en partie", line["completude"] == "partielle"),
    ]
    return ", ".join(words for words, holds in known if holds)
