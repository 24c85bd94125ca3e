"""Reads back what people open: figures of pages and workbooks, each with the mart cell that it claims to be."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import duckdb
import openpyxl

from dagster_project.release.catalogue import read_catalogue

CELL = re.compile(r'(?:data-t="([^"]+)" )?data-f="([^"]+)">([^<]*)')
MINUS, THIN_SPACE = "\u2212", "\u202f"
KEYS = "select table_name, column_name from information_schema.columns where table_schema = 'marts'"


def page_figures(page: Path) -> Iterator[tuple[tuple[str, str], str, str, tuple[str, ...], str]]:
    """Mesh and code of the territory (that of the page, or another that is shown beside it), table, column, rest of the key and text."""
    body = page.read_text("utf-8")
    for slug, name, text in CELL.findall(body):
        mesh, _, code = (slug or page.stem).partition("-")
        table, column, *rest = whole_name(body, name).split("|")
        yield (mesh, code), table, column, tuple(rest), html.unescape(text).strip()


def whole_name(page: str, name: str) -> str:
    """A figure by table, column and rest of the key, of the short name that its cell has."""
    listed = re.search(r'data-figures="([^"]*)"', page)[1].split(" ")
    rank, *rest = html.unescape(name).split("|")
    return "|".join((listed[int(rank)], *rest))


def number(text: str) -> Decimal | None:
    """What a French text says; None for `n. d.`."""
    if text == "n. d.":
        return None
    return Decimal(text.replace(THIN_SPACE, "").replace(MINUS, "-").replace(",", "."))


def keys_of(folder: Path) -> dict[str, tuple[str, ...]]:
    """Key of each table of a release, as its catalogue says it."""
    listed = (one for one in read_catalogue(folder)["resources"] if one["path"].startswith("tables/"))
    return {Path(one["path"]).stem: tuple(one["schema"].get("primaryKey") or one["cle"]) for one in listed}


def mart_figure(
    connection: duckdb.DuckDBPyConnection,
    keys: Mapping[str, tuple[str, ...]],
    table: str,
    column: str,
    place: tuple[str, ...],
) -> Decimal | None:
    """A cell of a mart, by the whole of its key, as an exact decimal of what it prints."""
    found = _column(connection, tuple(keys[table]), table, column).get(tuple(map(str, place)), [])
    assert len(found) == 1, (table, place, found)
    return None if found[0] is None else Decimal(repr(found[0]))


@lru_cache(maxsize=256)
def _column(
    connection: duckdb.DuckDBPyConnection, keys: tuple[str, ...], table: str, column: str
) -> dict[tuple[str, ...], list[object]]:
    """All cells of a column by the texts of the key, read once: a query a figure takes minutes."""
    key = ", ".join(f"coalesce(cast({name} as varchar), '')" for name in keys)
    cells: dict[tuple[str, ...], list[object]] = {}
    for *place, value in connection.execute(f"select {key}, {column} from marts.{table}").fetchall():
        cells.setdefault(tuple(place), []).append(value)
    return cells


def workbook_figures(path: Path) -> Iterator[tuple[str, str, tuple[str, ...], object]]:
    """Table, column, rest of the key and value of every line of the sheet Données."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = iter(book["Données"].iter_rows(values_only=True))
    names = next(rows)
    for row in rows:
        line = dict(zip(names, row, strict=True))
        if line["table"]:
            rest = tuple(line["clé"].split(" | ")) if line["clé"] else ()
            yield line["table"], line["colonne"], rest, line["chiffre"]
    book.close()
