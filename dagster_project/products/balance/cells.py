"""Cells of a balance workbook: formats, formulas with their stored results, and where each figure of the release stands.

Inputs are coloured and marked by a word beside them: a colour is never alone. Sheets are protected without password.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dagster_project.products.figures import spreadsheet_format
from dagster_project.products.workbooks.notes import on_a4

Value = float | str | None
DATA = "Données"
HEADINGS = ("rubrique", "ligne", "unité", "chiffre", "table", "clé")
FIGURE = HEADINGS.index("chiffre")
LINE = 15  # points
PROTECTION = {"select_locked_cells": True, "select_unlocked_cells": True, "format_columns": True}


class Formats:
    """Cell formats, each made once a workbook."""

    def __init__(self, book: Workbook) -> None:
        self._book, self._made = book, dict[tuple[tuple[str, object], ...], Format]()

    def of(self, **properties: object) -> Format:
        """The format of some properties of XlsxWriter."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    @property
    def title(self) -> Format:
        """Name of a sheet."""
        return self.of(bold=True, font_size=16, font_color="#1B4332")

    @property
    def heading(self) -> Format:
        """Head of a column."""
        return self.of(bold=True, bg_color="#E9ECEF", bottom=1, text_wrap=True, valign="top")

    @property
    def section(self) -> Format:
        """First row of a group."""
        return self.of(bold=True, font_size=12, bottom=2)

    @property
    def text(self) -> Format:
        """A sentence."""
        return self.of(text_wrap=True, valign="top")

    @property
    def typed(self) -> Format:
        """A cell to type in."""
        return self.of(bg_color="#FFF3BF", border=1, locked=False, num_format="#,##0.##")

    @property
    def typed_text(self) -> Format:
        """The same, for a word."""
        return self.of(bg_color="#FFF3BF", border=1, locked=False)

    def number(self, decimals: int = 0, bold: bool = False) -> Format:
        """A figure with thousands apart."""
        code = spreadsheet_format(decimals)
        return self.of(num_format=code, bold=bold, top=1) if bold else self.of(num_format=code)


class Page:
    """A sheet being written. `blank` stores zero for each result, so that a test sees what recomputes it."""

    def __init__(self, sheet: Worksheet, formats: Formats, blank: bool = False) -> None:
        self.sheet, self.formats, self._blank = sheet, formats, blank

    def texts(self, row: int, words: Sequence[str], style: Format | None = None, column: int = 0) -> None:
        """Words side by side, as text whatever they look like."""
        for number, word in enumerate(words):
            self.sheet.write_string(row, column + number, word, style)

    def title(self, name: str, sentence: str) -> None:
        """Name and one sentence, above everything."""
        self.sheet.write_string(0, 0, name, self.formats.title)
        self.sheet.write_string(1, 0, sentence)

    def heads(self, row: int, words: Sequence[str], column: int = 0) -> None:
        """Heads of columns, in a row high enough for three lines."""
        self.texts(row, words, self.formats.heading, column)
        self.sheet.set_row(row, 3 * LINE)

    def paragraph(self, row: int, text: str, width: int) -> None:
        """A sentence in a row as high as it needs, in a column of that width."""
        self.sheet.write_string(row, 0, text, self.formats.text)
        self.sheet.set_row(row, LINE * ceil(1.15 * len(text) / width))

    def formula(self, row: int, column: int, formula: str, value: Value, style: Format | None = None) -> None:
        """A formula with its result (None: the empty text that it gives)."""
        self.sheet.write_formula(
            row, column, f"={formula}", style, 0 if self._blank else "" if value is None else value
        )

    def finish(self, widths: Sequence[float], landscape: bool = True, frozen: int = 0) -> None:
        """Widths, protection, A4."""
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        if frozen:
            self.sheet.freeze_panes(frozen, 0)
            self.sheet.repeat_rows(frozen - 1)
        on_a4(self.sheet, landscape=landscape)
        self.sheet.protect("", PROTECTION)


@dataclass(frozen=True)
class Figure:
    """A figure of the release: what it is for people, and the table and key that it comes from."""

    heading: str
    title: str
    unit: str
    value: float | None
    table: str
    key: str


class Data:
    """The sheet Données: every figure of the release once; other sheets refer to it."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    def refer(self, figure: Figure) -> str:
        """Put a figure down, and say where it stands; a figure that is not known is an empty cell."""
        self.figures.append(figure)
        return f"{DATA}!{xl_rowcol_to_cell(len(self.figures), FIGURE, row_abs=True, col_abs=True)}"

    def write(self, page: Page) -> None:
        """Write the sheet."""
        page.texts(0, HEADINGS, page.formats.heading)
        for row, figure in enumerate(self.figures, start=1):
            page.texts(row, (figure.heading, figure.title, figure.unit))
            if figure.value is not None:
                page.sheet.write_number(row, FIGURE, figure.value, page.formats.of(num_format="#,##0.######"))
            page.texts(row, (figure.table, figure.key), column=FIGURE + 1)
        page.finish((34, 52, 18, 18, 26, 44), frozen=1)


def cell(sheet: str, row: int, column: int) -> str:
    """An absolute reference, its sheet quoted."""
    return f"'{sheet}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"


def shown(reference: str) -> str:
    """The formula of a number that stands elsewhere, or nothing."""
    return f'IF(ISNUMBER({reference}),{reference},"")'


def span(sheet: str, first: int, last: int, column: int) -> str:
    """An absolute column of cells."""
    ends = (xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True) for row in (first, last))
    return f"'{sheet}'!{':'.join(ends)}"


Places = Mapping[str, str]  # identifier of an input -> reference of its cell
