"""The workbook of all territories: a sheet a mesh with the indicators of the map, one of the PCAET form."""

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dagster_project.products import plume_facts
from dagster_project.products.facts import MESHES, Release, Territory
from dagster_project.products.figures import PREFIX, UNKNOWN, decimals, plural, short_name, spreadsheet_format
from dagster_project.products.indicators import MAPPED
from dagster_project.products.workbooks import plumes_sheet
from dagster_project.products.workbooks.book import workbook
from dagster_project.products.workbooks.lines import deposit
from dagster_project.products.workbooks.notes import notes, on_a4

ABOUT = ("maille", "code_territoire", "nom_territoire")
HEADS = ("Code", "Nom", "Nom court", "Communes", "Moins de 10 communes")
WIDTHS = (11, 36, 27, 10, 10)
FIGURE_WIDTH, HEAD_HEIGHT = 12, 92
MOST_DECIMALS = 3


def write_national(release: Release, path: Path, author: str = "") -> None:
    """Write the workbook: a sheet a mesh, PCAET, Notes, and Panaches where satellites saw any."""
    with workbook(path, release, "Flux et stocks de carbone de tous les territoires", author) as book:
        formats = [book.add_format({"num_format": spreadsheet_format(number)}) for number in range(MOST_DECIMALS + 1)]
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for mesh in (*reversed(MESHES), *release.own_meshes()):
            _mesh(book, release, mesh, formats, head)
        _form(book, release, formats, head)
        title = book.add_format({"bold": True, "font_size": 16})
        notes(book.add_worksheet("Notes"), release, title, book.add_format({"text_wrap": True, "valign": "top"}))
        plumes_sheet.write(book, release, plumes_sheet.of_all(plume_facts.load(release)))


def _mesh(book: Workbook, release: Release, mesh: str, formats: Sequence[Format], head: Format) -> None:
    """Territories of one mesh by name, as a table with its filters."""
    name, territories = plural(mesh), release.of_mesh(mesh)
    sheet = book.add_worksheet(name[:31])
    heads = [*HEADS, *(figure.head(release.unit(figure.table, figure.column)) for figure in MAPPED)]
    _table(sheet, f"Mailles_{mesh}", heads, len(territories), head)
    for row, item in enumerate(territories, start=1):
        _territory(sheet, row, item, formats)
    for column, width in enumerate((*WIDTHS, *(FIGURE_WIDTH for _ in MAPPED))):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 2)


def _territory(sheet: Worksheet, row: int, item: Territory, formats: Sequence[Format]) -> None:
    for column, text in enumerate((item.code, item.name, short_name(item.name)[1])):
        sheet.write_string(row, column, text)
    sheet.write_number(row, 3, item.about["n_communes"], formats[0])
    sheet.write_string(row, 4, "oui" if item.about["moins_de_10_communes"] else "non")
    for column, indicator in enumerate(MAPPED, start=len(HEADS)):
        _figure(sheet, row, column, indicator.figure(item), formats[decimals(indicator.column)])


def _form(book: Workbook, release: Release, formats: Sequence[Format], head: Format) -> None:
    """The lines of the PCAET form of every territory."""
    places = sorted(release.territories.values(), key=lambda item: (item.maille, item.code))
    rows = [(place, rest[0], row) for place in places for rest, row in deposit(place)]
    sheet, unit = book.add_worksheet("PCAET"), release.unit("pcaet_cadre_depot", "bilan_tco2e")
    _table(sheet, "PCAET", [*ABOUT, "ligne_du_cadre", f"{unit} (positif = séquestration nette)"], len(rows), head)
    for number, (item, name, line) in enumerate(rows, start=1):
        for column, words in enumerate((*(str(item.about[key]) for key in ABOUT), name)):
            sheet.write_string(number, column, words)
        _figure(sheet, number, 4, line[PREFIX + "bilan_tco2e"], formats[0])
    for column, width in enumerate((14, 14, 46, 30, 18)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 3)


def _figure(sheet: Worksheet, row: int, column: int, figure: float | None, form: Format) -> None:
    if figure is None:
        sheet.write_string(row, column, UNKNOWN)
    else:
        sheet.write_number(row, column, figure, form)


def _table(sheet: Worksheet, name: str, heads: Sequence[str], rows: int, head: Format) -> None:
    """A table with filters, whose wrapped heads stay on screen and on every printed page."""
    columns = [{"header": text, "header_format": head} for text in heads]
    sheet.add_table(
        0, 0, max(rows, 1), len(heads) - 1, {"name": name, "columns": columns, "style": "Table Style Light 9"}
    )
    sheet.set_row(0, HEAD_HEIGHT)
    on_a4(sheet, landscape=True)
    sheet.repeat_rows(0)
