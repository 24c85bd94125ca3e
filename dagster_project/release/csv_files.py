"""CSV as French spreadsheets want it: BOM, semicolon, decimal comma; texts are quoted, so that codes can be told from
numbers, and none of them is a formula.
"""

from pathlib import Path

import duckdb

from dagster_project.core.sql import literal
from dagster_project.core.text import FORMULA

TEXTS = ("VARCHAR", "STRING")
BOM = b"\xef\xbb\xbf"


def write_csv(connection: duckdb.DuckDBPyConnection, table: str, order: str, path: Path) -> None:
    """Write a table of an open database.

    Args:
        connection: the database.
        table: name of the table, quoted where it must be.
        order: SQL order of the rows; `all` for every column.
        path: target file.
    """
    types = [(column[0], str(column[1]).upper()) for column in connection.execute(f"from {table} limit 0").description]
    columns = ", ".join(_column(name, kind) for name, kind in types)
    texts = ", ".join(f'"{name}"' for name, kind in types if kind in TEXTS)
    # Ranked before numbers become texts, under the same names; a window knows no `order by all`.
    order = ", ".join(f'"{name}"' for name, _ in types) if order == "all" else order
    rows = f'select *, row_number() over (order by {order}) as "#" from {table}'  # noqa: S608
    connection.execute(
        f'copy (select {columns} from ({rows}) order by "#") to {literal(path)} '  # noqa: S608
        f"(format csv, header, delimiter ';', force_quote ({texts}))"
    )
    path.write_bytes(BOM + path.read_bytes())


def _column(name: str, kind: str) -> str:
    if kind in ("DOUBLE", "FLOAT", "NUMBER") or kind.startswith("DECIMAL"):
        return f"replace(cast(cast(\"{name}\" as double) as varchar), '.', ',') as \"{name}\""
    if kind in TEXTS:  # an official label that a spreadsheet would run is shown as text
        begins = ", ".join(f"chr({ord(item)})" for item in FORMULA)
        return f'case when left("{name}", 1) in ({begins}) then chr(39) || "{name}" else "{name}" end as "{name}"'
    return f'"{name}"'
