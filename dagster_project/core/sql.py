"""Texts and names written into SQL where DuckDB takes no parameter: comments, paths, labels of a contract, compiled queries."""

from __future__ import annotations


def literal(text: object) -> str:
    """A text (or a path, or a number) as a quoted SQL literal; `null` for None."""
    return "null" if text is None else "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted name of a column or table."""
    return '"' + name.replace('"', '""') + '"'
