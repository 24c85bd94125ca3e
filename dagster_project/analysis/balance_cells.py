"""Cells of a filled workbook: what is written in each, what was computed, and refusals that name sheet and cell."""

import math
import re
import zipfile
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.core.errors import SourceError
from dagster_project.products.balance.method import NOTES

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST = 5 << 20
UNPACKED = 50 << 20
SHEET = re.compile(r'<sheet [^>]*?name="([^"]*)"')
NO_NUMBER = re.compile(r'<c r="([A-Z]+[0-9]+)"[^>]*>(?:<f[^<]*</f>)?<v>[+-]?(?:nan|inf|infinity)</v>', re.IGNORECASE)
AGAIN = "Correct it in the workbook, save it as .xlsx and read it again"
FRESH = "Take a fresh balance workbook of the release (classeurs/bilan_*.xlsx) and copy your values there"


class Sheets:
    """A workbook opened twice, for what is written in its cells and for what was computed of them."""

    def __init__(self, path: Path) -> None:
        from openpyxl import load_workbook

        refuse_the_file(path)
        self.name = path.name
        try:
            self._written: Workbook = load_workbook(path, keep_links=False)
            self._computed: Workbook = load_workbook(path, data_only=True, keep_links=False)
        except Exception as error:  # openpyxl lets errors of zipfile, xml and its own through
            if where := _no_number(path):
                raise SourceError(path.name, "not a number", "Type a number, or nothing", where=where) from error
            raise SourceError(path.name, f"cannot be opened as a workbook ({error})", AGAIN) from error

    def written(self, name: str) -> "Worksheet":
        """A sheet with its formulas.

        Raises:
            SourceError: there is none of that name.
        """
        if name not in self._written.sheetnames:
            raise SourceError(self.name, f"has no sheet {name}", f"If it was renamed, call it {name} again. {FRESH}")
        return self._written[name]

    def computed(self, cell: "Cell") -> Any:
        """What was computed of a cell when the file was saved."""
        return self._computed[cell.parent.title][cell.coordinate].value

    def refuse(self, cell: "Cell", problem: str, remedy: str = AGAIN) -> SourceError:
        """An error that names a cell."""
        return SourceError(self.name, problem, remedy, where=f"sheet {cell.parent.title}, cell {cell.coordinate}")


def refuse_the_file(path: Path) -> None:
    """What is refused before anything is opened: macros, size, an archive that is cut or that would fill the disk."""
    if path.suffix.lower() != ".xlsx":
        raise SourceError(path.name, f"a file {path.suffix or 'without extension'}", "Save it as .xlsx, without macros")
    if path.stat().st_size > LARGEST:
        raise SourceError(
            path.name, f"larger than {LARGEST >> 20} MB", "A balance workbook has some 60 kB: take another file"
        )
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
            cut = archive.testzip() if unpacked <= UNPACKED else None
    except (OSError, zipfile.BadZipFile) as error:
        raise SourceError(path.name, f"a cut or damaged file ({error})", "Save it again") from error
    if unpacked > UNPACKED or cut:
        raise SourceError(
            path.name, f"unpacks to {unpacked >> 20} MB" if not cut else f"{cut} is damaged", "Save it again"
        )


def _no_number(path: Path) -> str:
    """The first cell that holds NaN or an infinity, which openpyxl opens no workbook with; empty where there is none."""
    with zipfile.ZipFile(path) as archive:
        names = [unescape(name) for name in SHEET.findall(archive.read("xl/workbook.xml").decode())]
        for rank, name in enumerate(names, start=1):  # both spreadsheets number their files so
            file = f"xl/worksheets/sheet{rank}.xml"
            held = NO_NUMBER.search(archive.read(file).decode()) if file in archive.namelist() else None
            if held:
                return f"sheet {name}, cell {held[1]}"
    return ""


def number(sheets: Sheets, cell: "Cell") -> float | None:
    """A typed number; None where nothing was typed."""
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        raise sheets.refuse(cell, f"a formula ({value}) where a number is typed", "Type its result")
    if cell.data_type == "e":
        raise sheets.refuse(cell, f"an error ({value})", "Type a number, or nothing")
    if "%" in cell.number_format or cell.is_date:
        kind = "a percentage" if "%" in cell.number_format else "a date"
        raise sheets.refuse(
            cell, f"{kind} where a number is needed", "Give the cell the format of a number, and type it again"
        )
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        remedy = (
            "Type digits alone: no unit, space or percent sign; if it looks right, empty the cell and type it again"
        )
        raise sheets.refuse(cell, f"text {str(value)!r} where a number is needed", remedy)
    if not math.isfinite(value):
        raise sheets.refuse(cell, "not a number", "Type a number, or nothing")
    return float(value)


def note(sheets: Sheets, cell: "Cell") -> int | None:
    """A quality note; spreadsheets give the choice of a list as text or as a number."""
    if cell.value is None:
        return None
    word = None if cell.data_type == "f" else str(cell.value).strip()
    if word not in {str(note) for note in NOTES}:
        raise sheets.refuse(cell, f"{cell.value!r} is no quality note", "One of 1 to 5, or nothing")
    return int(word)


def text(sheets: Sheets, cell: "Cell") -> str | None:
    """A word or a sentence; None where nothing was typed."""
    if cell.value is None:
        return None
    if cell.data_type in ("f", "e"):
        raise sheets.refuse(cell, "a formula or an error where words are typed", "Type words")
    if not isinstance(cell.value, str):
        raise sheets.refuse(
            cell, f"the number {cell.value} where words are typed", "A value goes in VALEUR SAISIE, a note in NOTE"
        )
    return cell.value.strip() or None
