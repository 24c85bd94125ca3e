"""A sheet of a workbook to an all-text Arrow table: a grid, in which every cell stands under the heading of its own column.

A cell without a heading, merged cells and a formula whose result was not stored are refused by name: nothing is guessed of them.
The size that a workbook states of itself is not read.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dagster_project.core.errors import SourceError
from dagster_project.ingest.compressed import AGAIN
from dagster_project.sources.registry import Layout

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST = 128 << 20  # unpacked; openpyxl takes some ten times that in memory
FORMULA = "f"


def read_workbook(body: bytes, path: Path, layout: Layout) -> tuple[pa.Table, list[int]]:
    """The table below the header row of the layout's sheet, and the line of each of its rows.

    Raises:
        SourceError: no workbook, no such sheet, or a cell that cannot be read for sure, named.
    """
    sheet = _sheet(body, path, layout)
    rows = list(sheet.iter_rows(min_row=layout.header_row))
    titles = ["" if cell.value is None else str(cell.value) for cell in rows[0]] if rows else []
    _refuse_merged(sheet, path, layout)
    stored = None
    records, lines = [], []
    for row in rows[1:]:
        if all(cell.value is None for cell in row):
            continue
        for cell, title in zip(row, titles, strict=True):
            if cell.value is not None and not title:
                problem = f"column {cell.column_letter} has no heading, and holds {cell.value!r}"
                raise SourceError(path.name, problem, "Give it a heading, or empty it. " + AGAIN, where=_place(cell))
        if any(cell.data_type == FORMULA for cell in row):
            stored = stored or _sheet(body, path, layout, results=True)
            row = [_computed(cell, stored, path) if cell.data_type == FORMULA else cell for cell in row]
        records.append(row)
        lines.append(row[0].row)
    columns = {
        position: [_text(row[position].value) for row in records] for position, title in enumerate(titles) if title
    }
    arrays = [pa.array(column, pa.string()) for column in columns.values()]
    return pa.Table.from_arrays(arrays, names=[titles[position] for position in columns]), lines


def _sheet(body: bytes, path: Path, layout: Layout, results: bool = False) -> Worksheet:
    """The sheet with its formulas, or with the results that were stored of them."""
    from openpyxl import load_workbook  # only live editions are workbooks

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())  # an entry gives no more than it announces
        book = load_workbook(io.BytesIO(body), data_only=results) if unpacked <= LARGEST else None
    except Exception as error:  # openpyxl lets errors of zipfile, xml and its own through
        raise SourceError(path.name, f"not a readable workbook ({error})", AGAIN) from error
    if book is None:
        problem = f"a workbook larger than {LARGEST >> 20} MB unpacked"
        raise SourceError(path.name, problem, "Save the sheet as CSV, which is read at any size. " + AGAIN)
    if layout.sheet not in book.sheetnames:
        raise SourceError(path.name, f"no sheet {layout.sheet!r}; it has {', '.join(book.sheetnames)}", AGAIN)
    return book[layout.sheet]


def _refuse_merged(sheet: Worksheet, path: Path, layout: Layout) -> None:
    for area in sheet.merged_cells.ranges:
        if area.max_row >= layout.header_row:
            problem = f"cells {area.coord} are merged: only the first of them holds what is shown for all"
            raise SourceError(path.name, problem, "Split them and fill each. " + AGAIN, where=f"cells {area.coord}")


def _computed(cell: Any, stored: Worksheet, path: Path) -> Any:
    """The cell with the result of its formula."""
    result = stored[cell.coordinate]
    if result.value is None:
        remedy = "Open and save the workbook in a spreadsheet, or paste values. " + AGAIN
        raise SourceError(path.name, "a formula without a stored result", remedy, where=_place(cell))
    return result


def _place(cell: Any) -> str:
    return f"cell {cell.coordinate}"


def _text(value: object) -> str:
    return "" if value is None else str(value)
