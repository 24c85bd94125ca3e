"""The workbook of all territories: one table of the indicators of the map, one of the PCAET form."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

from dagster_project.products import plume_facts
from dagster_project.products.facts import Release
from dagster_project.products.figures import PREFIX, UNKNOWN, decimals, spreadsheet_format
from dagster_project.products.indicators import MAPPED, WORDS, Figure
from dagster_project.products.workbooks import plumes_sheet
from dagster_project.products.workbooks.lines import deposit
from dagster_project.products.workbooks.notes import describe, notes, on_a4

ABOUT = ("maille", "code_territoire", "nom_territoire")


def write_national(release: Release, path: Path, options: Mapping[str, Any]) -> None:
    """Write the workbook: Territoires, PCAET, Notes, and Panaches where satellites saw any."""
    with xlsxwriter.Workbook(str(path), dict(options)) as book:
        describe(book, release, "Flux et stocks de carbone de tous les territoires")
        formats = {number: book.add_format({"num_format": spreadsheet_format(number)}) for number in range(4)}
        title, text = (
            book.add_format({"bold": True, "font_size": 16}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        places = sorted(release.territories.values(), key=lambda item: (item.maille, item.code))
        heads = [*ABOUT, "n_communes", "moins_de_10_communes", *(_head(release, figure) for figure in MAPPED)]
        sheet = book.add_worksheet("Territoires")
        _table(sheet, "Territoires", heads, len(places))
        for row, item in enumerate(places, start=1):
            for column, name in enumerate(ABOUT):
                sheet.write_string(row, column, str(item.about[name]))
            sheet.write_number(row, 3, item.about["n_communes"], formats[0])
            sheet.write_string(row, 4, "oui" if item.about["moins_de_10_communes"] else "non")
            for column, indicator in enumerate(MAPPED, start=5):
                figure = indicator.figure(item)
                if figure is None:
                    sheet.write_string(row, column, UNKNOWN)
                else:
                    sheet.write_number(row, column, figure, formats[decimals(indicator.column)])
        form = book.add_worksheet("PCAET")
        rows = [(place, rest[0], row) for place in places for rest, row in deposit(place)]
        unit = release.unit("pcaet_cadre_depot", "bilan_tco2e")
        _table(form, "PCAET", [*ABOUT, "ligne_du_cadre", f"{unit} (positif = séquestration nette)"], len(rows))
        for number, (item, name, line) in enumerate(rows, start=1):
            for column, words in enumerate((*(str(item.about[key]) for key in ABOUT), name)):
                form.write_string(number, column, words)
            figure = line[PREFIX + "bilan_tco2e"]
            if figure is None:
                form.write_string(number, 4, UNKNOWN)
            else:
                form.write_number(number, 4, figure, formats[0])
        last = book.add_worksheet("Notes")
        notes(last, release, title, text)
        plumes_sheet.write(book, release, plumes_sheet.of_all(plume_facts.load(release)))


def _head(release: Release, indicator: Figure) -> str:
    """What a column holds, its unit and the wood approach that counts in it."""
    unit = release.unit(indicator.table, indicator.column)
    return f"{indicator.title.partition(', bois')[0]} ({unit}, bois : {WORDS[indicator.rest[-1]]})"


def _table(sheet: xlsxwriter.worksheet.Worksheet, name: str, heads: list[str], rows: int) -> None:
    columns = [{"header": head} for head in heads]
    sheet.add_table(
        0, 0, max(rows, 1), len(heads) - 1, {"name": name, "columns": columns, "style": "Table Style Light 9"}
    )
    sheet.set_column(0, 1, 14)
    sheet.set_column(2, 2, 46)
    sheet.set_column(3, len(heads) - 1, 18)
    sheet.freeze_panes(1, 3)
    on_a4(sheet, landscape=True)
    sheet.repeat_rows(0)
