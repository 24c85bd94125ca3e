"""LISEZMOI.txt: what a release is, and what holds for all of its figures."""

from collections.abc import Sequence
from pathlib import Path

from dagster_project.core.templates import template
from dagster_project.release.catalogue import CATALOGUE, Catalogue
from dagster_project.release.conventions import ABOUT, HEADINGS
from dagster_project.release.notice import inventory_line
from dagster_project.warehouse.marts import Table

README = "LISEZMOI.txt"
TEXT = template(Path(__file__).with_name("readme.txt.j2"))


def readme(catalogue: Catalogue, tables: Sequence[Table], database: str) -> str:
    """The release in plain French, for who opens its folder.

    Args:
        catalogue: what datapackage.json says of it.
        tables: what is published.
        database: name of the file that holds them all.
    """
    read = catalogue["sources"]  # a source stands once, however many of its editions were read
    sources = dict.fromkeys(
        f"{item['title']}, {item['release']}, {item['attribution']} ; {item['licence']}" for item in read
    )
    return TEXT.render(
        c=catalogue,
        about=ABOUT,
        headings=HEADINGS,
        tables=tables,
        database=database,
        catalogue_file=CATALOGUE,
        inventory_line=inventory_line,
        sources=sources,
    )
