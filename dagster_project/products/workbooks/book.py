"""A workbook as a file: no text of it becomes a formula or a link; it says its title, author, release and language."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.workbook import Workbook

from dagster_project.products.facts import Release

# Options of every workbook: no text becomes a formula, a link or a number.
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
PROPERTIES, END = "docProps/core.xml", b"</cp:coreProperties>"
LANGUAGE = b"<dc:language>fr-FR</dc:language>"  # as OPC (ECMA-376, part 2) has it; XlsxWriter does not write it


@contextmanager
def workbook(path: Path, release: Release, title: str, author: str = "") -> Iterator[Workbook]:
    """A workbook that is written when it is left; dated from the release, so that the same release writes the same file.

    Args:
        path: of the file.
        release: that its figures are of.
        title: of the workbook.
        author: who publishes it.
    """
    body = BytesIO()
    with xlsxwriter.Workbook(body, SAFE) as book:
        book.set_properties(
            {
                "title": title,
                "author": author,
                "comments": f"Version {release.catalogue['id']} ({release.catalogue['statut_donnees']})",
                "created": datetime.fromisoformat(release.catalogue["created"]),
            }
        )
        yield book
    path.write_bytes(_in_french(body.getvalue()))


def _in_french(body: bytes) -> bytes:
    """The same workbook, whose properties say its language."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(body)) as before, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            part = before.read(entry)
            after.writestr(entry, part.replace(END, LANGUAGE + END) if entry.filename == PROPERTIES else part)
    return written.getvalue()
