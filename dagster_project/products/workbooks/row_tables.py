"""Rows of a published table as an Excel table: each column by its name, as it is shown, under French words."""

from collections.abc import Mapping, Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dagster_project.products.facts import Row
from dagster_project.products.figures import PREFIX, decimals, label, spreadsheet_format

Columns = Mapping[str, tuple[str, int]]  # of a table: what heads each and its width
HEAD_HEIGHT = 45
MOST_DECIMALS = 3


def write_rows(
    book: Workbook,
    sheet: Worksheet,
    top: int,
    name: str,
    columns: Columns,
    rows: Sequence[Row],
    words: Mapping[str, str] | None = None,
) -> int:
    """Write one table; returns its last row.

    Args:
        book: that is being written.
        sheet: of the book.
        top: row of the heads.
        name: of the table, unique in the book.
        columns: of the rows, in order; a measure is written as it is shown.
        rows: of a published table.
        words: French words of codes that the seeds do not name.
    """
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    heads = [{"header": text, "header_format": head} for text, _ in columns.values()]
    sheet.add_table(
        top, 0, top + len(rows), len(columns) - 1,
        {"name": name, "columns": heads, "style": "Table Style Light 9"},
    )  # fmt: skip
    sheet.set_row(top, HEAD_HEIGHT)
    formats = {
        number: book.add_format({"num_format": spreadsheet_format(number)}) for number in range(MOST_DECIMALS + 1)
    }
    for number, item in enumerate(rows, start=top + 1):
        for place, column in enumerate(columns):
            value = item[PREFIX + column if PREFIX + column in item else column]
            if isinstance(value, bool):
                sheet.write_string(number, place, "oui" if value else "non")
            elif isinstance(value, float):
                sheet.write_number(number, place, value, formats[decimals(column)])
            elif isinstance(value, int):
                sheet.write_number(number, place, value)
            elif value is not None:
                sheet.write_string(number, place, label(column, (words or {}).get(value) or str(value)))
    return top + len(rows)
