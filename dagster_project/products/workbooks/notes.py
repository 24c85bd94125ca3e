"""The sheet Notes of every workbook (conventions, period, limits, sources, licences), and how sheets are printed."""

from collections.abc import Iterable
from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dagster_project.core.templates import template
from dagster_project.products.facts import Release
from dagster_project.products.figures import label
from dagster_project.release.catalogue import Provenance
from dagster_project.release.notice import distinct, inventory_line

TEXT = template(Path(__file__).with_name("notes.txt.j2"))


def on_a4(sheet: Worksheet, tall: int = 0, wide: int = 1, landscape: bool = False) -> None:
    """Print a sheet on A4, `wide` pages wide and `tall` pages high (0: as many as it takes)."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(wide, tall)


def notes(sheet: Worksheet, release: Release, title: Format, text: Format) -> None:
    """Write the notes of a release."""
    sheet.write_string(0, 0, "Méthode, sources, licences", title)
    for row, paragraph in enumerate(paragraphs(release), start=2):
        sheet.write_string(row, 0, paragraph, text)
    sheet.set_column(0, 0, 120)
    on_a4(sheet)


def years(sources: Iterable[Provenance]) -> str:
    """Releases and editions of one source, each once, in order."""
    return ", ".join(
        dict.fromkeys(
            f"{item['release']} ({item['edition']})" if item["edition"] else item["release"] for item in sources
        )
    )


def paragraphs(release: Release) -> list[str]:
    """What a reader of a workbook must know, one idea a line."""
    return TEXT.render(
        c=release.catalogue, label=label, inventory_line=inventory_line, distinct=distinct, years=years
    ).splitlines()
