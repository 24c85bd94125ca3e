"""Rows of a small CSV that a user wrote by hand: UTF-8, comma or semicolon, a known header; nothing is guessed."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from dagster_project.core.errors import SourceError
from dagster_project.core.text import composed


def rows(path: Path, columns: tuple[str, ...], origin: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and stripped cells of each row that is not blank.

    Args:
        path: the file.
        columns: its header, in order.
        origin: how the user named the file (a variable, an argument), for messages.

    Raises:
        SourceError: not UTF-8, another header, a row of another length, no row at all.
    """
    try:
        text = composed(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(
            str(path), f"cannot be read as UTF-8 ({error})", f"Save it as CSV UTF-8, or check {origin}"
        ) from error
    header = text.split("\n", 1)[0].strip()
    delimiter = ";" if ";" in header else ","
    if tuple(header.split(delimiter)) != columns:
        remedy = f"Write {delimiter.join(columns)}"
        raise SourceError(path.name, f"the header reads {header!r}", remedy, where="line 1")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    next(reader)
    empty = True
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        empty = False
        if len(cells) != len(columns):
            problem = f"{len(cells)} cells where the header has {len(columns)}"
            remedy = "Quote a text that holds the separator"
            raise SourceError(path.name, problem, remedy, where=f"line {reader.line_num}")
        yield reader.line_num, dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    if empty:
        raise SourceError(path.name, "no row below the header", f"Add rows, or take {origin} away")
